#include "store/caller.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "store/machines.h"
#include "store/names.h"

void
callers_new(struct callers_of *c)
{
	c->n = 0;
	c->list = calloc(CALLERS_MAX, sizeof(*c->list));
	if (c->list == NULL)
		err(EX_OSERR, "callers");
}

void
callers_free(struct callers_of *c)
{
	free(c->list);
	c->list = NULL;
	c->n = 0;
}

enum {
	L_ID,
	L_ADDRESS,
	L_VERSION,
	L_PID,
	L_PLACE,
	L_CREDS_SET,
	L_LAST_HEARD,
	L_CLOSES,
	L_ARRIVED,
	L_HEARD,
	L_STIRRED,
	L_TRIES,
	L_FAILURES,
	L_FAILED,
	L_FAILED_AT,
	L_NOT_BEFORE,
	L_REASON,
	L_DETAIL,
	L_PROVED_LIFE,
	L_PROVED,
	L_REALM,
	L_VERDICT,
	K_PID,
	K_STATE,
	K_USED_BY,
	K_CHANGED,
	K_NOTE,
	L_PROOF_OVER,
	L_HASH_LIST,
	L_TLS,
	L_ROM,
	K_BATCH
};

/*
 * An address is one board's.  What a key has proved there is over when a later
 * proof there tells another key or UUID: the board was given that one.  Not
 * when no key proved it (version 3).
 */
#define NEWER_PROOF_AT(l)                                                      \
	"EXISTS (SELECT 1 FROM callers n"                                      \
	" WHERE n.address = " l ".address AND n.proved > " l ".proved"         \
	" AND (n.version <> 3 OR " l ".version = 3))"

/* First those whose key may be the machine's. */
static const char sql_of_machine[] =
    "SELECT l.id, address, version, l.pid, l.place, creds_set, last_heard,"
    "  closes(version, last_heard, retries), arrived, heard, stirred, tries,"
    "  failures, failed, failed_at, not_before, reason, detail, proved_life,"
    "  proved, realm, verdict, k.pid, k.state, k.used_by, k.changed, k.note,"
    "  proved > 0 AND " NEWER_PROOF_AT(
        "l") ", hash_list, l.tls, l.rom, k.batch"
             " FROM callers l LEFT JOIN keys k ON k.pid = l.pid"
             " WHERE l.uuid = ?1"
             " ORDER BY proved_life DESC, k.pid IS NULL"
             "  OR k.state = key_state('revoked')"
             "  OR ifnull(k.used_by, l.uuid) <> l.uuid, failures, l.id"
             " LIMIT ?2";

/* Enough to recognise one that speaks for many. */
static const char sql_speaks[] =
    "SELECT count(DISTINCT uuid) FROM"
    " (SELECT uuid FROM callers WHERE address = ?1 LIMIT 200)";

/*
 * It was seen to take a password in that life: it may be set up, and nobody saw
 * that.  What another proves at its address is then no word that its board was
 * given that: another may have come to its address.  Only its own UUID with
 * another key is.
 */
#define MAY_BE_SET_UP(l)                                                       \
	"EXISTS (SELECT 1 FROM secrets s JOIN jobs j ON j.admin = s.id"        \
	" WHERE j.uuid = " l ".uuid AND j.life = " l ".proved_life"            \
	" AND j.pid = " l ".pid AND s.set_at IS NOT NULL)"                     \
	" AND NOT EXISTS (SELECT 1 FROM callers o"                             \
	" WHERE o.uuid = " l ".uuid AND o.proved > " l ".proved"               \
	" AND o.version <> 3 AND o.pid <> " l ".pid)"

/* Another machine, not set up, that the same key has proved in its life. */
static const char sql_rival_proved[] =
    "SELECT l.uuid FROM callers l JOIN machines m USING (uuid)"
    " WHERE l.pid = ?1 AND l.proved_life > 0 AND l.uuid <> ?2"
    "  AND l.proved_life = m.life AND m.committed_at IS NULL"
    "  AND m.state NOT IN (" ENDS_A_LIFE
    ") AND (NOT " NEWER_PROOF_AT("l") " OR (" MAY_BE_SET_UP("l") ")) LIMIT 1";

/* Another that may be a machine: the inventory has it, and it listens. */
static const char sql_rival[] =
    "SELECT uuid FROM callers l"
    " WHERE pid = ?1 AND uuid <> ?2"
    "  AND closes(version, last_heard, retries) > ?3"
    "  AND " NAMES_KNOWN("l.uuid") " LIMIT 1";

static void
column_copy(char *to, size_t cap, struct query *q, int column)
{
	(void)snprintf(to, cap, "%s", query_get_text(q, column));
}

static void
caller_read(struct caller_row *c, struct query *q)
{
	memset(c, 0, sizeof(*c));
	c->id = query_get_number(q, L_ID);
	column_copy(c->address, sizeof(c->address), q, L_ADDRESS);
	c->version = (unsigned)query_get_number(q, L_VERSION);
	column_copy(c->pid, sizeof(c->pid), q, L_PID);
	column_copy(c->place, sizeof(c->place), q, L_PLACE);
	c->creds_set = query_get_number(q, L_CREDS_SET) != 0;
	c->last_heard = query_get_number(q, L_LAST_HEARD);
	c->closes = query_get_number(q, L_CLOSES);
	c->arrived = query_get_number(q, L_ARRIVED);
	c->heard = query_get_number(q, L_HEARD);
	c->stirred = query_get_number(q, L_STIRRED);
	c->tries = query_get_number(q, L_TRIES);
	c->failures = query_get_number(q, L_FAILURES);
	c->failed = query_get_number(q, L_FAILED);
	c->ever_failed = !query_is_null(q, L_FAILED_AT);
	c->failed_at = query_get_number(q, L_FAILED_AT);
	c->not_before = query_get_number(q, L_NOT_BEFORE);
	c->met = reason_find(query_get_text(q, L_REASON));
	if (c->met == REASON_COUNT)
		c->met = REASON_NONE;
	column_copy(c->met_detail, sizeof(c->met_detail), q, L_DETAIL);
	c->proved_life = query_get_number(q, L_PROVED_LIFE);
	c->proved = query_get_number(q, L_PROVED);
	c->proof_over = query_get_number(q, L_PROOF_OVER) != 0;
	c->hash_list = query_get_number(q, L_HASH_LIST);
	column_copy(c->realm, sizeof(c->realm), q, L_REALM);
	column_copy(c->verdict, sizeof(c->verdict), q, L_VERDICT);
	column_copy(c->tls, sizeof(c->tls), q, L_TLS);
	column_copy(c->rom, sizeof(c->rom), q, L_ROM);
	c->key_known = !query_is_null(q, K_PID);
	c->key_state = (enum key_state)query_get_number(q, K_STATE);
	column_copy(c->used_by, sizeof(c->used_by), q, K_USED_BY);
	c->key_changed = query_get_number(q, K_CHANGED);
	column_copy(c->note, sizeof(c->note), q, K_NOTE);
	column_copy(c->batch, sizeof(c->batch), q, K_BATCH);
}

static void
count_speaks(struct store *s, struct caller_row *c)
{
	struct query *q = store_query(s, sql_speaks);

	query_text(q, 0, c->address);
	if (query_row(q))
		c->speaks = query_get_number(q, 0);
	query_reset(q);
}

static bool
get_rival(struct query *q, struct caller_row *c, const char *uuid)
{
	query_text(q, 0, c->pid);
	query_text(q, 1, uuid);
	if (query_row(q))
		column_copy(c->rival, sizeof(c->rival), q, 0);
	query_reset(q);
	return c->rival[0] != '\0';
}

/* Whom a key has set up owns it. */
static void
find_rival(struct store *s, struct caller_row *c, const char *uuid, int64_t now)
{
	struct query *q;

	if (!c->key_known || c->used_by[0] != '\0')
		return;
	q = store_query(s, sql_rival_proved);
	c->rival_proved = get_rival(q, c, uuid);
	if (c->rival_proved)
		return;
	q = store_query(s, sql_rival);
	query_number(q, 2, now);
	(void)get_rival(q, c, uuid);
}

void
callers_read(struct callers_of *c, struct store *s, const char *uuid,
    int64_t now)
{
	struct query *q = store_query(s, sql_of_machine);

	c->n = 0;
	query_text(q, 0, uuid);
	query_number(q, 1, CALLERS_MAX);
	while (query_row(q))
		caller_read(&c->list[c->n++], q);
	for (size_t i = 0; i < c->n; i++) {
		if (c->n > 1)
			count_speaks(s, &c->list[i]);
		find_rival(s, &c->list[i], uuid, now);
	}
}

/* --- plans --------------------------------------------------------------- */

void
caller_tried(struct store *s, int64_t id, int64_t number)
{
	struct query *q = store_query(s,
	    "UPDATE callers SET tries = tries + 1, job = ?2 WHERE id = ?1");

	query_number(q, 0, id);
	query_number(q, 1, number);
	query_run(q);
}

void
caller_judge(struct store *s, int64_t id, enum reason_id verdict,
    const char *detail)
{
	struct query *q = store_query(s,
	    "UPDATE callers SET verdict = ?2,"
	    "  detail = CASE WHEN reason = '' THEN ?3 ELSE detail END"
	    " WHERE id = ?1");

	query_number(q, 0, id);
	query_text(q, 1, reason_get(verdict)->code);
	query_text(q, 2, detail);
	query_run(q);
}

/* --- results ------------------------------------------------------------- */

void
caller_proved(struct store *s, int64_t id, int64_t life, int64_t planned,
    int64_t at, const char *realm)
{
	struct query *q = store_query(s,
	    "UPDATE callers SET proved_life = ?2, proved = ?3, proved_at = ?4,"
	    "  realm = CASE WHEN ?5 <> '' THEN ?5 ELSE realm END, verdict = ''"
	    " WHERE id = ?1");

	query_number(q, 0, id);
	query_number(q, 1, life);
	query_number(q, 2, planned);
	query_number(q, 3, at);
	query_text(q, 4, realm);
	query_run(q);
}

void
caller_shows(struct store *s, int64_t id, const struct caller_shown *c,
    bool proved)
{
	struct query *q = store_query(s,
	    "UPDATE callers SET"
	    "  tls = CASE WHEN ?7 AND ?2 <> '' THEN ?2 ELSE tls END,"
	    "  chain = CASE WHEN ?7 AND ?3 <> '' THEN ?3 ELSE chain END,"
	    "  rom = CASE WHEN ?7 THEN ?6 ELSE rom END,"
	    "  device_cert = ?4, device_kind = ?5"
	    " WHERE id = ?1 AND ?4 <> ''");

	query_number(q, 0, id);
	query_text(q, 1, c->tls);
	query_text(q, 2, c->chain);
	query_text(q, 3, c->cert);
	query_text(q, 4, c->kind);
	query_text(q, 5, c->rom);
	query_number(q, 6, proved);
	query_run(q);
}

void
caller_well(struct store *s, int64_t id)
{
	struct query *q = store_query(s,
	    "UPDATE callers SET reason = '', detail = '', failures = 0,"
	    "  failed = 0, failed_at = NULL, not_before = NULL, verdict = ''"
	    " WHERE id = ?");

	query_number(q, 0, id);
	query_run(q);
}

void
caller_shares(struct store *s, int64_t id)
{
	struct query *q = store_query(s,
	    "UPDATE callers SET verdict = CASE version WHEN 3"
	    "  THEN 'SETUP-AGAIN' ELSE 'UUID-SHARED' END WHERE id = ?");

	query_number(q, 0, id);
	query_run(q);
}

int64_t
caller_failures(struct store *s, int64_t id)
{
	struct query *q =
	    store_query(s, "SELECT failures FROM callers WHERE id = ?");
	int64_t n;

	query_number(q, 0, id);
	n = query_row(q) ? query_get_number(q, 0) : 0;
	query_reset(q);
	return n;
}

void
caller_failed(struct store *s, int64_t id, const struct caller_failure *f)
{
	struct query *q = store_query(s,
	    "UPDATE callers SET reason = ?2, detail = ?3, failures = ?4,"
	    "  failed = (SELECT n FROM counters WHERE name = 'arrivals'),"
	    "  failed_at = ?5, not_before = nullif(?6, 0)"
	    " WHERE id = ?1");

	query_number(q, 0, id);
	query_text(q, 1, f->reason);
	query_text(q, 2, f->detail);
	query_number(q, 3, f->failures);
	query_number(q, 4, f->at);
	query_number(q, 5, f->not_before);
	query_run(q);
}

bool
callers_wait(struct store *s, const char *uuid, int64_t but, int64_t planned)
{
	struct query *q = store_query(s,
	    "SELECT EXISTS (SELECT 1 FROM callers"
	    " WHERE uuid = ?1 AND id <> ?2 AND stirred > ?3)");
	bool wait;

	query_text(q, 0, uuid);
	query_number(q, 1, but);
	query_number(q, 2, planned);
	wait = query_row(q) && query_get_number(q, 0) != 0;
	query_reset(q);
	return wait;
}
