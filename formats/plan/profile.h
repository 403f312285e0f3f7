#ifndef PROFILE_H
#define PROFILE_H

/*
 * profile - what a machine gets when it is set up: one <profile> element of a
 * site's profile.xml (profiles.h).
 *
 * Which elements there are, and what each may hold, is the table of setting.h.
 * An element that is left out means: a random admin password, everything else
 * kept as the machine has it.  A fixed password is one that password_check
 * takes.
 */
#include <stddef.h>

#include "base/fault.h"
#include "base/password.h"
#include "base/uuid.h"
#include "plan/derive.h"
#include "setup/settings.h"

enum profile_admin {
	PROFILE_ADMIN_RANDOM,
	PROFILE_ADMIN_FIXED,
	PROFILE_ADMIN_DERIVED
};
enum profile_mebx {
	PROFILE_MEBX_KEEP,
	PROFILE_MEBX_RANDOM,
	PROFILE_MEBX_FIXED,
	PROFILE_MEBX_DERIVED
};

/* Of an entry of a list, with its NUL. */
#define PROFILE_ITEM 64

struct profile {
	char name[SETTINGS_PROFILE]; /* letters, digits, . - _ */
	enum profile_admin admin_mode;
	char admin_fixed[PASSWORD_MAX + 1];       /* secret; "" if not fixed */
	char admin_master[DERIVE_MASTER_MAX + 1]; /* "" if not derived */
	enum profile_mebx mebx_mode;
	char mebx_fixed[PASSWORD_MAX + 1];       /* secret */
	char mebx_master[DERIVE_MASTER_MAX + 1]; /* secret */
	/* Everything else, by the table of setting.h; every switch is there,
	 * with "keep" when the profile does not name it. */
	struct settings settings;
	/* Of each of them the line in profile.xml; 0: it is not there. */
	unsigned lines[SETTINGS_MAX];
};

/*
 * The password that the profile has for the machine: the fixed or the derived
 * one, "" when it is a random one or is kept.  0, or -1: no memory.  The caller
 * wipes pw.
 */
int profile_admin_password(char pw[PASSWORD_MAX + 1], const struct profile *p,
    const uint8_t uuid[UUID_LEN]);
int profile_mebx_password(char pw[PASSWORD_MAX + 1], const struct profile *p,
    const uint8_t uuid[UUID_LEN]);

void profile_wipe(struct profile *p);

#endif
