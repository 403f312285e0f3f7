#ifndef SETTING_NAMES_H
#define SETTING_NAMES_H

/*
 * setting_names - words of the profile for users, consoles, power and the
 * environment, with the values of the class definitions, and what such values
 * must be besides their type.  For setting_table.c and the families.
 */
#include "setup/setting.h"
#include "setup/settings.h"

#define SETTING_USER_MAX 16 /* of a digest user's name */
#define SETTING_SID_MAX 68  /* bytes: 8 and up to 15 numbers of 4 */
#define SETTING_DOMAINS_MAX 4
#define SETTING_NO_DOMAIN "none" /* the list of domains is to be empty */

extern const struct setting_choice setting_accesses[]; /* AccessPermission */
extern const struct setting_choice setting_realms[];   /* Realms */
extern const struct setting_choice setting_consents[]; /* OptInRequired */
extern const struct setting_choice setting_packages[]; /* power packages */

/* Does this release have the realm of this word? */
bool setting_realm_in_release(const char *word, unsigned release);

/* A SID such as S-1-5-21-1-2-3-1104 in its bytes, how many; or -1. */
int setting_sid(uint8_t to[SETTING_SID_MAX], const char *text);

/* Is the domain one of these, or in one of them?  Case does not matter. */
bool setting_domain_covered(const char *domains, const char *domain);

setting_check_fn setting_check_interval; /* 0, or 20 and more */
setting_check_fn setting_check_suffixes; /* of consoles' names */
setting_check_fn setting_check_rfb, setting_check_sid, setting_check_domains,
    setting_check_rc4;
setting_fits_fn setting_fits_user, setting_fits_kerberos;

#endif
