#ifndef SETUP_STEPS_H
#define SETUP_STEPS_H

/*
 * setup_steps - what is asked of the machine, in which order, and what its
 * answers lead to.  For setup alone.
 */
#include "setup/setup_talk.h"

extern const struct step setup_steps[STATES];

/* The answer to the step that is due. */
enum setup_next setup_answered(struct setup *s, struct message *r);
enum setup_next setup_verify_later(struct setup *s);
bool setup_verifying(const struct setup *s);

#endif
