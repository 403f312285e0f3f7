#ifndef SETUP_MANAGED_H
#define SETUP_MANAGED_H

/*
 * setup_managed - the way in to a machine that is set up; see setup_way.h.
 */
#include "setup/setup_talk.h"

/* The right machine: it must be set up; then its control mode is read, and
 * rules.want->controlled is next. */
enum setup_next setup_managed_arrived(struct setup *s);

#endif
