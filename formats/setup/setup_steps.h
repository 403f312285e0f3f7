#ifndef SETUP_STEPS_H
#define SETUP_STEPS_H

/*
 * setup_steps - what an answer to the step that is due means, whatever the step
 * asks: it knows methods' codes and faults, and no class.
 */
#include "setup/setup_talk.h"

/* Whether this answers the request that is out; if not, s->why says so. */
bool setup_fits(struct setup *s, const struct message *r);

/* The answer to the step that is due. */
enum setup_next setup_answered(struct setup *s, struct message *r);

#endif
