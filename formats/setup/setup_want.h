#ifndef SETUP_WANT_H
#define SETUP_WANT_H

/*
 * setup_want - what a conversation is to end with, one row a wish: what is
 * done once the right machine answers, once its settings are applied, and once
 * they were read back.  Also the commit, and the look at the machine after it.
 */
#include "setup/setup_talk.h"

extern const struct setup_want setup_wants[]; /* by enum setup_wish */

/* CommitChanges, and the look at the machine after it. */
enum setup_next setup_commit(struct setup *s);
/* The same, and goes on with then on a connection that was made since. */
enum setup_next setup_commit_then(struct setup *s, setup_then_fn *then);
/* What the way had to confirm is so: the good end. */
enum setup_next setup_confirmed(struct setup *s);
/* No answer after the commit: elsewhere, or again later. */
enum setup_next setup_lost_verify(struct setup *s);

/* Reads a group of settings back, after the commit. */
extern const struct setup_step setup_step_verify;

#endif
