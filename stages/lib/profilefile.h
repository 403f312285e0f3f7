#ifndef PROFILEFILE_H
#define PROFILEFILE_H

/*
 * profilefile - reads a site's profile.xml.  Ends the program with 66 when it
 * cannot be read and 78 when it is no profile.  After stage_confine.
 */
#include "plan/profiles.h"

/* The caller frees *all (profiles_free). */
void profile_file(struct profiles *all, const char *path);

/* The one for new keys (profiles_for_keys); ends the program with 78 when that
 * is not clear. */
const struct profile *profile_for_keys(const struct profiles *all,
    const char *path, const char *name);

#endif
