#ifndef FAMILY_USE_H
#define FAMILY_USE_H

/*
 * family_use - families of settings for who uses the machine and how: consoles,
 * consent, power, users, Kerberos, the environment.
 */
#include "setup/family_net.h"
#include "setup/setting.h"
#include "setup/setup_talk.h"

setting_apply_fn family_state, family_redirection, family_rfb, family_consent,
    family_power, family_users, family_kerberos, family_environment,
    family_environment_check;

/* "check" where the profile has domains. */
const char *family_environment_own(const struct setup_job *job);

/* What the profile asks for in it; NULL where the release has none. */
const char *family_use_wanted(const struct setup *s, const char *name);
/* Memory for it, and how often its requests were lost begins anew; false: out
 * of memory, which setup_end was told. */
bool family_use_begin(struct setup *s, size_t size);
/* An answer was lost: reads again on a new connection, so often. */
enum setup_next family_use_lost(struct setup *s, setup_then_fn *read);
enum setup_next family_use_stays(struct setup *s, const char *property,
    const char *found);
bool family_use_true(const char *boolean);

#endif
