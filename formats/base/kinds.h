#ifndef KINDS_H
#define KINDS_H

/*
 * kinds - the record streams that flow between the programs: which columns
 * each has, of which type they are, and whether a stream is committed whole
 * or as it comes.  kinds(5) describes every column.
 */
#include <stdbool.h>
#include <stddef.h>

#define KIND_COLUMNS_MAX 24
#define KIND_OLDER_MAX 4

/*
 * What a field of the column is; an empty one has no value.  JSON and HTML
 * follow. Whoever adds a column has to say: 0 is no type.
 */
enum column_type {
	COLUMN_TEXT = 1,
	COLUMN_NUMBER, /* decimal, of at least 0, without leading zeros */
	COLUMN_TIME,   /* in UTC, as text_time writes it */
	COLUMN_FLAG,   /* 1 or yes, 0 or no */
	COLUMN_SECRET, /* text; never to a terminal, masked in every dump */
};

struct column {
	const char *name;
	enum column_type type;
};

/* A version of before: it had the first of today's columns, and no other. */
struct kind_older {
	unsigned version;
	size_t ncolumns;
};

struct kind {
	const char *name;
	unsigned version;
	struct kind_older older[KIND_OLDER_MAX]; /* ends with version 0 */
	/* whole: all records in one transaction, none if the stream is cut;
	 * else a journal, committed as it comes. */
	bool whole;
	size_t ncolumns;
	struct column columns[KIND_COLUMNS_MAX];
};

/*
 * One enumeration a kind, in the order of its columns.  clang-format would
 * give each name a line.
 */
/* clang-format off */
enum { KEYS_PID, KEYS_PPS, KEYS_MEBX_NOW, KEYS_MEBX_NEXT, KEYS_BATCH,
	KEYS_ORIGIN, KEYS_STATE, KEYS_NOTE, KEYS_FROM, KEYS_NCOLUMNS };
enum { MAP_UUID, MAP_FQDN, MAP_SOURCE, MAP_SEEN, MAP_TRUST, MAP_FROM,
	MAP_NCOLUMNS };
enum { HELLO_RECEIVED, HELLO_ADDRESS, HELLO_UUID, HELLO_VERSION,
	HELLO_CREDS_SET, HELLO_RETRIES, HELLO_PID, HELLO_HASHES, HELLO_FROM,
	HELLO_NCOLUMNS };
enum { JOBS_JOB, JOBS_UUID, JOBS_FQDN, JOBS_ADDRESS, JOBS_AUTH, JOBS_PID,
	JOBS_PPS, JOBS_ADMIN_NOW, JOBS_ADMIN_NEXT, JOBS_MEBX_NEXT, JOBS_PROFILE,
	JOBS_ATTEMPT, JOBS_NOT_AFTER, JOBS_WISH, JOBS_REALM, JOBS_CHAINS,
	JOBS_TLS, JOBS_KNOWN, JOBS_LEAF, JOBS_NCOLUMNS };
enum { CHAINS_NAME, CHAINS_CN, CHAINS_ROOT, CHAINS_CERTS, CHAINS_KEY,
	CHAINS_NCOLUMNS };
enum { SETTINGS_PROFILE_NAME, SETTINGS_SETTING, SETTINGS_ITEM, SETTINGS_VALUE,
	SETTINGS_NCOLUMNS };
enum { RESULTS_JOB, RESULTS_UUID, RESULTS_AT, RESULTS_MILESTONE,
	RESULTS_REASON, RESULTS_DETAIL, RESULTS_FIRMWARE, RESULTS_REALM,
	RESULTS_TLS, RESULTS_CHAIN, RESULTS_DEVICE_CERT, RESULTS_DEVICE_KIND,
	RESULTS_ROM, RESULTS_SETTING, RESULTS_ITEM, RESULTS_WANTED, RESULTS_FOUND,
	RESULTS_NCOLUMNS };
enum { DEVICES_UUID, DEVICES_FQDN, DEVICES_ADDRESS, DEVICES_BATCH, DEVICES_PID,
	DEVICES_STATE, DEVICES_REASON, DEVICES_DETAIL, DEVICES_ATTEMPTS,
	DEVICES_NOT_BEFORE, DEVICES_FIRMWARE, DEVICES_FIRST_HEARD,
	DEVICES_LAST_HEARD, DEVICES_SET_UP, DEVICES_HELLOS, DEVICES_CLOSES,
	DEVICES_TLS, DEVICES_CHAIN, DEVICES_DEVICE_CERT, DEVICES_DEVICE_KIND,
	DEVICES_ROOTS, DEVICES_NCOLUMNS };
enum { CALLERS_UUID, CALLERS_FQDN, CALLERS_ADDRESS, CALLERS_VERSION,
	CALLERS_PID, CALLERS_REASON, CALLERS_DETAIL, CALLERS_FIRST_HEARD,
	CALLERS_LAST_HEARD, CALLERS_HELLOS, CALLERS_TRIES, CALLERS_NCOLUMNS };
enum { STRANGERS_CALLERS, STRANGERS_DROPPED, STRANGERS_NCOLUMNS };
enum { BATCHES_BATCH, BATCHES_NEW, BATCHES_ISSUED, BATCHES_CONSUMED,
	BATCHES_SEEN, BATCHES_USED, BATCHES_REVOKED, BATCHES_NCOLUMNS };
enum { LISTENER_PROCESS, LISTENER_STATE, LISTENER_SINCE, LISTENER_AT,
	LISTENER_LAST_HELLO, LISTENER_TAKEN, LISTENER_REFUSED,
	LISTENER_WAITING, LISTENER_OPEN, LISTENER_TROUBLE, LISTENER_NCOLUMNS };
enum { PASSWORDS_UUID, PASSWORDS_FQDN, PASSWORDS_ADMIN, PASSWORDS_MEBX,
	PASSWORDS_NCOLUMNS };
enum { KEYSTATES_PID, KEYSTATES_BATCH, KEYSTATES_ORIGIN, KEYSTATES_NOTE,
	KEYSTATES_STATE, KEYSTATES_SINCE, KEYSTATES_CAUSE, KEYSTATES_USED_BY,
	KEYSTATES_NCOLUMNS };
enum { HISTORY_PID, HISTORY_AT, HISTORY_STATE, HISTORY_CAUSE,
	HISTORY_NCOLUMNS };
enum { RECORDS_STICK, RECORDS_RECORD, RECORDS_PID, RECORDS_MACHINE,
	RECORDS_STATE, RECORDS_FROM, RECORDS_NCOLUMNS };
enum { FINDINGS_WHAT, FINDINGS_PLACE, FINDINGS_PID, FINDINGS_NUMBER,
	FINDINGS_TEXT, FINDINGS_NCOLUMNS };
enum { CONFLICTS_NUMBER, CONFLICTS_REASON, CONFLICTS_UUID, CONFLICTS_FQDN,
	CONFLICTS_SOURCE, CONFLICTS_SEEN, CONFLICTS_TRUST, CONFLICTS_COUNTS,
	CONFLICTS_STATE, CONFLICTS_FROM, CONFLICTS_NCOLUMNS };
enum { SETTLEMENTS_NUMBER, SETTLEMENTS_AT, SETTLEMENTS_WHO, SETTLEMENTS_WHY,
	SETTLEMENTS_UUID, SETTLEMENTS_FQDN, SETTLEMENTS_SOURCE,
	SETTLEMENTS_UNDONE_AT, SETTLEMENTS_UNDONE_BY, SETTLEMENTS_NCOLUMNS };
enum { STICKS_STICK, STICKS_BATCH, STICKS_RECORDS, STICKS_TAKEN, STICKS_IMAGE,
	STICKS_MADE, STICKS_COLLECTED, STICKS_NCOLUMNS };
enum { UNNAMED_UUID, UNNAMED_ADDRESS, UNNAMED_VERSION, UNNAMED_STIRRED,
	UNNAMED_ASKED, UNNAMED_NCOLUMNS };
enum { LOOKUPS_UUID, LOOKUPS_AT, LOOKUPS_REASON, LOOKUPS_DETAIL,
	LOOKUPS_NCOLUMNS };
enum { CHECKS_CHECK, CHECKS_GRADE, CHECKS_CODE, CHECKS_FOUND,
	CHECKS_NCOLUMNS };
enum { FACTS_FACT, FACTS_VALUE, FACTS_NCOLUMNS };
/* clang-format on */

extern const struct kind kind_keys, kind_map, kind_hello, kind_listener,
    kind_chains, kind_settings, kind_jobs, kind_results, kind_devices,
    kind_callers, kind_strangers, kind_batches, kind_passwords, kind_keystates,
    kind_history, kind_records, kind_findings, kind_conflicts, kind_settlements,
    kind_sticks, kind_unnamed, kind_lookups, kind_checks, kind_facts;

/* By name, without version; NULL if not found. */
const struct kind *kind_find(const char *name);

/* The column's place, or -1. */
int kind_column(const struct kind *k, const char *name);

bool kind_secret(const struct kind *k); /* has it any secret column? */

#endif
