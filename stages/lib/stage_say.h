#ifndef STAGE_SAY_H
#define STAGE_SAY_H

/*
 * stage_say - the part of stage.h that speaks: messages, refusals and how many
 * there were, progress, and the status that comes of them.  Programs call
 * stage_begin and stage_end, which call these.
 */
void stage_say_begin(void);
int stage_say_end(void); /* the status */

#endif
