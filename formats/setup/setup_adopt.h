#ifndef SETUP_ADOPT_H
#define SETUP_ADOPT_H

/*
 * setup_adopt - a machine that an earlier try has set up, and that is not as
 * the job wants it now: the map or its profile has changed since, or that try
 * was cut.  It is put right as one that is kept in order, and then it is
 * verified.
 */
#include "setup/setup_talk.h"

/* Was it found set up, by a try before this one?  False once it was adopted. */
bool setup_is_earlier(const struct setup *s);

/* From its version on; only where setup_is_earlier. */
enum setup_next setup_adopt(struct setup *s);

#endif
