/*
 * What can be told about a site from its store: whether it can be worked with,
 * and whether what is in it is enough for the machines that are to come.
 */
#include "check/site_check.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/text.h"
#include "check/checkout.h"
#include "lib/sitefile.h"
#include "store/conflicts.h"
#include "store/dbfail.h"
#include "store/domains.h"
#include "store/integrity.h"
#include "store/keycopy.h"
#include "store/localca.h"
#include "store/names.h"
#include "store/standing.h"

#define SWEEP_SECONDS 3600

/* --- can it be worked with? ----------------------------------------------- */

/* store_fail_fn: the last finding there is, and the stream's end. */
static void
store_failed(void *arg, enum db_trouble what, const char *why)
{
	static const enum checkcode_id codes[] = {
		[DB_FULL] = CHECKCODE_STORE_REFUSED,
		[DB_IO] = CHECKCODE_STORE_REFUSED,
		[DB_BUSY] = CHECKCODE_STORE_LOCKED,
		[DB_NO_OPEN] = CHECKCODE_STORE_REFUSED,
		[DB_DAMAGED] = CHECKCODE_STORE_DAMAGED,
	};
	const char *dir = arg;

	store_fail_listen(NULL, NULL);
	if (what == DB_NO_MEMORY || what == DB_MISTAKE)
		return; /* which is no matter of the site */
	checkout_found(codes[what], "%s/site.db: %s", dir, why);
	checkout_end();
	site_facts_write();
	exit(EX_OK);
}

/* As store_open would refuse them, with the program's end. */
static bool
store_files_check(const char *dir)
{
	static const char *const names[] = { "site.db", "site.db-wal",
		"site.db-shm", "site.db-journal" };
	char path[STORE_PATH + 16];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd;

		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		fd = sitefile_open(path, O_RDWR, SITEFILE_STRICT);
		if (fd != -1) {
			(void)close(fd);
			continue;
		}
		if (errno == ENOENT && i != 0)
			continue;
		checkout_found(errno == ENOENT ? CHECKCODE_STORE_MISSING
		                               : CHECKCODE_STORE_REFUSED,
		    "%s: %s", path, sitefile_why());
		return false;
	}
	return true;
}

static void
key_passed(const char *dir, const uint8_t key[SEAL_KEY])
{
	checkout_passed(CHECK_KEY_FILE,
	    "site.key is the store's, and nobody else's to read");
	if (!keycopy_noted(dir, key))
		checkout_found(CHECKCODE_KEY_COPY_NONE,
		    "%s/site.key has no copy that amt-backup has made", dir);
}

/* True when there may be looked into it. */
static bool
store_file_check(const char *dir, const uint8_t key[SEAL_KEY])
{
	struct integrity i;

	if (!store_files_check(dir))
		return false;
	integrity_check(&i, dir, key);
	if (i.nfaults != 0) {
		checkout_found(CHECKCODE_STORE_DAMAGED,
		    "%s/site.db: %" PRIu64 " fault%s, first: %s", dir,
		    i.nfaults, i.nfaults == 1 ? "" : "s", i.fault);
		return false;
	}
	if (key != NULL && (i.fit == UPGRADE_FITS || i.fit == UPGRADE_OLDER)) {
		if (!i.key_fits)
			checkout_found(CHECKCODE_KEY_FILE_OTHER,
			    "%s/site.key does not belong to %s/site.db", dir,
			    dir);
		else
			key_passed(dir, key);
	}
	switch (i.fit) {
	case UPGRADE_FITS:
		checkout_passed(CHECK_STORE, "site.db is sound, version %d",
		    i.version);
		return i.key_fits;
	case UPGRADE_FOREIGN:
		checkout_found(CHECKCODE_STORE_FOREIGN,
		    "%s/site.db has no tables of a store", dir);
		break;
	case UPGRADE_OLDER:
		checkout_found(CHECKCODE_STORE_OLDER,
		    "its version is %d (this program's is %d)", i.version,
		    i.wanted);
		break;
	case UPGRADE_NEWER:
		checkout_found(CHECKCODE_STORE_NEWER,
		    "its version is %d (this program knows up to %d)",
		    i.version, i.wanted);
	}
	return false;
}

/* --- is there enough in it? ----------------------------------------------- */

struct batch_list {
	char text[400];
	size_t len;
};

static void
batch_add(void *arg, const char *batch, int64_t keys, int64_t left)
{
	struct batch_list *l = arg;
	int n = snprintf(l->text + l->len, sizeof(l->text) - l->len,
	    "%s%s %" PRId64 " of %" PRId64, l->len == 0 ? "" : ", ",
	    batch[0] != '\0' ? batch : "no batch", left, keys);

	if (n > 0 && l->len + (size_t)n < sizeof(l->text) - 4)
		l->len += (size_t)n;
	else
		(void)strcpy(l->text + l->len, ", ...");
}

static void
keys_check(struct store *s, const struct standing *st, bool certs)
{
	struct batch_list l = { .len = 0 };

	standing_batches(s, batch_add, &l);
	if (st->keys == 0 && certs)
		checkout_passed(CHECK_KEYS,
		    "no keys; the site has a certificate");
	else if (st->keys == 0)
		checkout_found(CHECKCODE_KEYS_NONE,
		    "no key and no certificate in the store");
	else if (st->keys_left < st->expected && !certs)
		checkout_found(CHECKCODE_KEYS_SHORT,
		    "%" PRId64 " machines of the map have not been heard, "
		    "%" PRId64 " keys are left for them (%s)",
		    st->expected, st->keys_left, l.text);
	else
		checkout_passed(CHECK_KEYS, "left: %s", l.text);
}

/* conflict_fn: they are counted. */
static void
conflict_skip(void *arg, const struct conflict *c)
{
	(void)arg;
	(void)c;
}

static void
map_check(struct store *s, const struct standing *st, int64_t now, int64_t days)
{
	char cutoff[CLAIMS_SEEN];
	uint64_t n;

	if (st->mapped == 0) {
		checkout_found(CHECKCODE_MAP_EMPTY, "no machine in the map");
		return;
	}
	/* What planning holds back, and nothing else. */
	names_cutoff(cutoff, now, days);
	n = conflicts_each(s, cutoff, conflict_skip, NULL);
	if (n != 0)
		checkout_found(CHECKCODE_MAP_CONFLICTS,
		    "%" PRIu64 " conflict%s among %" PRId64 " machines", n,
		    n == 1 ? "" : "s", st->mapped);
	else
		checkout_passed(CHECK_MAP, "%" PRId64 " machine%s, no conflict",
		    st->mapped, st->mapped == 1 ? "" : "s");
}

static void
sweep_check(const struct standing *st, int64_t now)
{
	char age[CHECKOUT_AGE], last[CHECKOUT_AGE + 48] = "no sweep yet";

	if (st->planned_at != 0) {
		checkout_age(age, now - st->planned_at);
		(void)snprintf(last, sizeof(last),
		    "the last sweep with work "
		    "was %s ago",
		    age);
	}
	checkout_age(age, now - st->due_since);
	if (st->due != 0 && now - st->due_since > SWEEP_SECONDS)
		checkout_found(CHECKCODE_SWEEP_LATE,
		    "%" PRId64 " machine%s, the first for %s; %s", st->due,
		    st->due == 1 ? " waits" : "s wait", age, last);
	else
		checkout_passed(CHECK_SWEEP, "%" PRId64 " machine%s; %s",
		    st->due, st->due == 1 ? " waits" : "s wait", last);
}

/* domain_fn; machines without a name have the domain "". */
static void
zone_add(void *arg, const struct domain_row *r)
{
	(void)arg;
	if (r->domain[0] != '\0' && r->mapped != 0)
		site_zone_add(r->domain);
}

static void
ca_check(struct store *s, const struct site_files *files)
{
	char print[CERTS_PRINT];

	if (files->wants_ca[0] != '\0' && !localca_print(s, print))
		checkout_found(CHECKCODE_CA_NONE, "profile %s",
		    files->wants_ca);
}

void
site_store_check(const char *dir, const uint8_t key[SEAL_KEY], int64_t now,
    const struct site_files *files)
{
	static struct store s;
	static char site[STORE_PATH];
	struct standing st;
	bool certs;

	(void)snprintf(site, sizeof(site), "%s", dir);
	store_fail_listen(store_failed, site);
	if (store_file_check(dir, key)) {
		store_open(&s, dir);
		store_begin_read(&s);
		standing_read(&s, &st, now);
		site_swept_set(st.planned_at);
		domains_each(&s, zone_add, NULL); /* before certificates */
		certs = site_certs_check(&s, st.asking, now);
		site_console_check(&s, now, files);
		keys_check(&s, &st, certs);
		map_check(&s, &st, now, files->map_days);
		ca_check(&s, files);
		sweep_check(&st, now);
		store_commit(&s);
		store_close(&s);
	}
	store_fail_listen(NULL, NULL);
}
