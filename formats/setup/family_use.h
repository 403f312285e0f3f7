#ifndef FAMILY_USE_H
#define FAMILY_USE_H

/*
 * family_use - families of settings for who uses the machine and how: consoles,
 * consent, power, users, Kerberos, the environment.
 */
#include "setup/family.h"

setting_apply_fn family_state, family_redirection, family_rfb, family_consent,
    family_power, family_users, family_kerberos, family_environment,
    family_environment_check;

/* "check" where the profile has domains. */
const char *family_environment_own(const struct setup_job *job);

/* What the profile asks for in it; NULL where the release has none. */
const char *family_use_wanted(const struct setup *s, const char *name);
/* Zeroed s->work of this size, and no selectors; false: out of memory, and the
 * conversation has ended. */
bool family_use_begin(struct setup *s, size_t size);
/* It was written and reads otherwise: the end. */
enum setup_next family_use_stays(struct setup *s, const char *property,
    const char *found);
bool family_use_true(const char *boolean); /* may be NULL */

#endif
