#ifndef SITE_CHECK_H
#define SITE_CHECK_H

/*
 * site_check - the parts of check-site.  Each says what it found (checkout.h).
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

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
/* MAP_DAYS of site.conf, or 0. */
int64_t site_conf_check(const char *dir);
void site_profile_check(const char *dir);
/* The key, and true unless it cannot be used. */
bool site_key_check(const char *dir, uint8_t key[SEAL_KEY]);
void site_spool_check(const char *dir, int64_t now);

/* What is in the store.  key: NULL when it cannot be used; days: after so many
 * a name of the map is too old, 0: never. */
void site_store_check(const char *dir, const uint8_t key[SEAL_KEY], int64_t now,
    int64_t days);
/* Its certificates; asking: machines that want one.  True: it has some. */
bool site_certs_check(struct store *s, int64_t asking, int64_t now);

/* The domains of the map, as @facts; after the checks. */
void site_facts_write(void);

#endif
