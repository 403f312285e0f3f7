#ifndef PROFILE_H
#define PROFILE_H

/*
 * profile - what a machine gets when it is set up: profile.xml of a site.
 *
 * UTF-8 XML, at most 64 kB, without a DTD; profile.rng is its schema and
 * profile(5) its description.  An element that is left out means: a random
 * admin password, everything else kept as the machine has it.  A fixed
 * password is one that password_check takes.
 */
#include <stddef.h>

#include "base/fault.h"
#include "base/password.h"
#include "setup/settings.h"

#define PROFILE_MAX 65536

enum profile_admin { PROFILE_ADMIN_RANDOM, PROFILE_ADMIN_FIXED };
enum profile_mebx {
	PROFILE_MEBX_KEEP,
	PROFILE_MEBX_RANDOM,
	PROFILE_MEBX_FIXED
};

struct profile {
	char name[SETTINGS_PROFILE]; /* letters, digits, . - _ */
	enum profile_admin admin_mode;
	char admin_fixed[PASSWORD_MAX + 1]; /* secret; "" if random */
	enum profile_mebx mebx_mode;
	char mebx_fixed[PASSWORD_MAX + 1]; /* secret */
	/* Everything else, by the table of setting.h; every switch is there,
	 * with "keep" when the profile does not name it. */
	struct settings settings;
};

/*
 * 0, or -1 with *f filled (at is the line) and *p wiped.  No message quotes
 * what may be a password.  Prints nothing, opens nothing.
 */
int profile_decode(struct profile *p, const char *xml, size_t len,
    struct fault *f);

void profile_wipe(struct profile *p);

#endif
