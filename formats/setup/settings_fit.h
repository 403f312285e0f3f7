#ifndef SETTINGS_FIT_H
#define SETTINGS_FIT_H

/*
 * settings_fit - what of a profile's settings a release of AMT does not have,
 * by the rows of setting.h: from which release on, up to which, and after which
 * other setting each is there.
 */
#include <stdbool.h>
#include <stddef.h>

#include "setup/setting.h"
#include "setup/settings.h"

/* One setting that the release lacks. */
struct settings_lack {
	const struct setting *row;
	const char *item; /* of a list's entry, "" of all others */
	size_t number;    /* which of the settings it is */
	/* The setting for whose sake it is lacking: row itself, or what row
	 * needs. */
	const struct setting *cause;
};

/*
 * The next one from setting number *at on, which is left behind it; false:
 * there are no more.  s may be NULL.  release: SETTING_RELEASE, 0 unknown: then
 * nothing is lacking.  A switch that is to be off is not lacking where there is
 * nothing to switch.
 */
bool settings_lacks(const struct settings *s, unsigned release, size_t *at,
    struct settings_lack *lack);

/* Does the profile say that a machine is refused then, not warned of? */
bool settings_refuse(const struct settings *s);

/* "needs AMT 6.0 or later", "is only in AMT 6.0 to 15.0", and the like. */
void settings_lack_describe(char *to, size_t cap,
    const struct settings_lack *lack);

/*
 * Is a machine with this release refused?  Then to has what is lacking first,
 * and how much more: "kvm needs AMT 6.0 or later, and 2 more".
 */
bool settings_refused(char *to, size_t cap, const struct settings *s,
    unsigned release);

#endif
