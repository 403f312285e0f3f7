#ifndef SITE_CHECK_H
#define SITE_CHECK_H

/*
 * site_check - the parts of check-site.  Each says what it found (checkout.h).
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "plan/profile.h"
#include "plan/siteconf.h"
#include "setup/settings.h"
#include "store/store.h"

/* What is asked of the system before the program is confined. */
struct site_system {
	bool disk_known;
	struct statvfs disk;
	bool clock_known, clock_synced;
};

void site_system_read(struct site_system *sys, const char *dir);
void site_system_check(const struct site_system *sys, const char *dir);

/* False: there is no site, or it may not be looked at; nothing else is worth
 * a look. */
bool site_folder_check(const char *dir);

/* Asks for the names of users: before the program is confined. */
void site_owners_check(const char *dir);
/* What of the site's files is needed to look further. */
struct site_files {
	bool conf_read;
	int64_t map_days;            /* 0: never */
	char signer[SITECONF_VALUE]; /* the program; "": none */
	/* A profile whose machines get their certificate from the site's CA, or
	 * from that program; "": none has. */
	char wants_ca[SETTINGS_PROFILE], wants_signer[SETTINGS_PROFILE];
	/* What each profile with mutual TLS says of the console's certificate.
	 */
	struct settings mutual[SETTINGS_PROFILES_MAX];
	size_t nmutual;
};
void site_conf_check(struct site_files *files, const char *dir);
void site_profile_check(struct site_files *files, const char *dir);
/* The key, and true unless it cannot be used. */
bool site_key_check(const char *dir, uint8_t key[SEAL_KEY]);
void site_spool_check(const char *dir, int64_t now);
void site_rehearsals_check(const char *dir);

/* What is in the store.  key: NULL when it cannot be used. */
void site_store_check(const char *dir, const uint8_t key[SEAL_KEY], int64_t now,
    const struct site_files *files);
/* Its certificates; asking: machines that want one.  True: it has some. */
bool site_certs_check(struct store *s, int64_t asking, int64_t now);

/* The console's certificate: noted of each profile, checked, forgotten. */
void site_console_note(struct site_files *files, const struct profile *p);
void site_console_check(struct store *s, int64_t now,
    const struct site_files *files);
void site_console_free(struct site_files *files);

/* For @facts: a domain of the map, the one with most machines first. */
void site_zone_add(const char *zone);
/* The same of a certificate's name, as suffix_name gives it, after the domains:
 * false when it fits none of them. */
bool site_name_add(const char *name);
/* When a sweep last found work, 0: never; when a certificate of the site ends,
 * of which the first counts. */
void site_swept_set(int64_t at);
void site_until_add(int64_t end);
/* After the checks. */
void site_facts_write(void);

#endif
