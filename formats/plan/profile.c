#include "plan/profile.h"

#include <string.h>

int
profile_admin_password(char pw[PASSWORD_MAX + 1], const struct profile *p,
    const uint8_t uuid[UUID_LEN])
{
	memcpy(pw, p->admin_fixed, sizeof(p->admin_fixed));
	if (p->admin_mode != PROFILE_ADMIN_DERIVED)
		return 0;
	return derive_password(pw, p->admin_master, DERIVE_ADMIN, uuid);
}

int
profile_mebx_password(char pw[PASSWORD_MAX + 1], const struct profile *p,
    const uint8_t uuid[UUID_LEN])
{
	memcpy(pw, p->mebx_fixed, sizeof(p->mebx_fixed));
	if (p->mebx_mode != PROFILE_MEBX_DERIVED)
		return 0;
	return derive_password(pw, p->mebx_master, DERIVE_MEBX, uuid);
}

void
profile_wipe(struct profile *p)
{
	settings_free(&p->settings);
	explicit_bzero(p, sizeof(*p));
}
