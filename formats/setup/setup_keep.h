#ifndef SETUP_KEEP_H
#define SETUP_KEEP_H

/*
 * setup_keep - the wishes of a machine that is set up and stays so: kept in
 * order, or only looked at.  For the table in setup_want.c.
 */
#include "setup/setup_talk.h"

/* All settings were compared, and written where they differed. */
enum setup_next setup_kept(struct setup *s);
/* And everything was read again; or nothing was written at all. */
enum setup_next setup_in_order(struct setup *s);

#endif
