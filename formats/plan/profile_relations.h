#ifndef PROFILE_RELATIONS_H
#define PROFILE_RELATIONS_H

/*
 * profile_relations - what the settings of a profile say of each other: names
 * of entries are those of entries that there are, and what setting_fits_fn of
 * setting.h looks at.
 */
#include "base/fault.h"
#include "plan/profile.h"

/* 0, or -1 with *f filled (at is the line). */
int profile_relations(const struct profile *p, struct fault *f);

#endif
