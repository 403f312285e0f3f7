#ifndef PROFILE_FIT_H
#define PROFILE_FIT_H

/*
 * profile_fit - what of a profile a release of AMT does not have, by the rows
 * of setting.h: from which release on, up to which, and after which other
 * setting each is there.
 */
#include <stdbool.h>
#include <stddef.h>

#include "plan/profile.h"
#include "setup/setting.h"

/* One setting that the release lacks. */
struct profile_lack {
	const struct setting *row;
	const char *item; /* of a list's entry, "" of all others */
	unsigned line;    /* of profile.xml */
	/* The setting for whose sake it is lacking: row itself, or what row
	 * needs. */
	const struct setting *cause;
};

/*
 * The next one from setting number *at of the profile on, which is left behind
 * it; false: there are no more.  release: SETTING_RELEASE.  A switch that is to
 * be off is not lacking where there is nothing to switch.
 */
bool profile_lacks(const struct profile *p, unsigned release, size_t *at,
    struct profile_lack *lack);

/* Does the profile say that a machine is refused then, not warned of? */
bool profile_refuses(const struct profile *p);

/* "needs AMT 6.0 or later", "is only in AMT 6.0 to 15.0", and the like. */
void profile_lack_describe(char *to, size_t cap,
    const struct profile_lack *lack);

#endif
