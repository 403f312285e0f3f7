#ifndef SETUP_UNPROVISION_H
#define SETUP_UNPROVISION_H

/*
 * setup_unprovision - a machine that is set up is taken back to where it was,
 * wholly or but for its password, names and key.  For the table in
 * setup_want.c.
 */
#include "setup/setup_talk.h"

enum setup_next setup_unprovision(struct setup *s);
enum setup_next setup_unprovision_partial(struct setup *s);

/* Neither port talks, and an earlier run may have come to the call: looks
 * whether it stays so. */
enum setup_next setup_unprovision_gone(struct setup *s);

#endif
