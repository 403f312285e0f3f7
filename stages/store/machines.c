#include "store/machines.h"

#include <err.h>
#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "store/named.h"
#include "store/names.h"

/* What may be noted of a verified machine and is no matter of its name. */
#define OF_ITS_UUID "('UUID-SHARED', 'SETUP-AGAIN')"

/* What planning has to look at costs no time once its window has closed. */
static const char sql_due[] =
    "SELECT m.uuid, fqdn, m.state, life, jobs, attempts, holder, settled,"
    "  committed_at IS NOT NULL,"
    "  " SET_UP_ONCE(
        "m") ", firmware,"
             "  ifnull(m.set_up, 0), m.rom, " LOST_ITS_KEY(
                 "m") " FROM machines m LEFT JOIN callers l ON l.id = m.caller"
                      " WHERE (m.state NOT IN (" ENDS_A_LIFE
                      ") OR m.reason IN " OF_ITS_UUID
                      "   OR EXISTS (SELECT 1 FROM callers c WHERE c.uuid = m.uuid"
                      "     AND c.heard > m.settled"
                      "     AND (c.stirred > m.settled OR c.id IS NOT m.holder)))"
                      "  AND ifnull(lease, 0) <= ?1"
                      " ORDER BY closes(l.version, l.last_heard, l.retries), m.uuid";

/* A name that was noted is looked at again: the map may have taken it back. */
static const char sql_renamed[] =
    "SELECT uuid, fqdn FROM machines m"
    " WHERE state = 'verified' AND ("
    "  (?1 AND reason <> '' AND reason NOT IN " OF_ITS_UUID ")"
    "  OR (NOT (?1 AND reason IN " OF_ITS_UUID ")"
    "   AND " NAMES_OTHER("m.uuid", "m.fqdn") "))"
                                              " ORDER BY uuid";

void
machines_due(struct store *s, int64_t now, machine_fn *fn, void *arg)
{
	struct query *q = store_query(s, sql_due);

	query_number(q, 0, now);
	while (query_row(q)) {
		struct machine_row m = {
			.uuid = query_get_text(q, 0),
			.fqdn = query_get_text(q, 1),
			.state = machine_state_find(query_get_text(q, 2)),
			.life = query_get_number(q, 3),
			.jobs = query_get_number(q, 4),
			.attempts = query_get_number(q, 5),
			.holder = query_get_number(q, 6),
			.settled = query_get_number(q, 7),
			.committed = query_get_number(q, 8) != 0,
			.set_up = query_get_number(q, 9) != 0,
			.firmware = query_get_text(q, 10),
			.set_up_at = query_get_number(q, 11),
			.rom = query_get_text(q, 12),
			.keyless = query_get_number(q, 13) != 0,
		};

		fn(arg, &m);
	}
}

void
machines_renamed(struct store *s, bool noted, machine_fn *fn, void *arg)
{
	struct query *q = store_query(s, sql_renamed);

	query_number(q, 0, noted);
	while (query_row(q)) {
		struct machine_row m = {
			.uuid = query_get_text(q, 0),
			.fqdn = query_get_text(q, 1),
			.firmware = "",
			.rom = "",
			.state = MACHINE_VERIFIED,
			.set_up = true,
		};

		fn(arg, &m);
	}
}

void
machines_again(struct store *s, const char *machine, char uuid[UUID_TEXT])
{
	char uuids[NAMED_SHOWN][UUID_TEXT], list[NAMED_LIST], shown[80];
	/* One that was reset may be in any state. */
	size_t n = named_find(s, machine, NAMED_ALL, uuids, NAMED_SHOWN);

	text_show(shown, sizeof(shown), machine, strlen(machine));
	if (n == 0)
		errx(EX_DATAERR,
		    "--again: no machine that was heard has this name, UUID or "
		    "serial number (got \"%s\")",
		    shown);
	named_list(list, uuids, n);
	if (n > 1)
		errx(EX_DATAERR,
		    "--again: %zu machines have this name, give the UUID (%s) "
		    "(got \"%s\")",
		    n, list, shown);
	memcpy(uuid, uuids[0], UUID_TEXT);
}

/* --- plans --------------------------------------------------------------- */

/* A plan that leads where there is no way is our mistake. */
static void
check_way(struct store *s, const struct machine_row *m, enum machine_state to)
{
	if (!machine_state_may(m->state, to))
		errx(EX_SOFTWARE,
		    "%s: machine %s is %s and may not become %s (see "
		    "states(5)); nothing was planned",
		    s->path, m->uuid, machine_state_name(m->state),
		    machine_state_name(to));
}

void
machines_show(struct store *s, const char *uuid, int64_t caller)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET caller = ?2"
	    " WHERE uuid = ?1 AND caller <> ?2");

	query_text(q, 0, uuid);
	query_number(q, 1, caller);
	query_run(q);
}

void
machines_rest(struct store *s, const struct machine_row *m,
    enum machine_state to, enum reason_id why, const char *detail)
{
	struct query *q = store_query(s,
	    "UPDATE machines"
	    " SET state = ?2, reason = ?3, detail = ?4, lease = NULL"
	    " WHERE uuid = ?1"
	    "  AND NOT (state = ?2 AND reason = ?3 AND detail = ?4)");

	check_way(s, m, to);
	query_text(q, 0, m->uuid);
	query_text(q, 1, machine_state_name(to));
	query_text(q, 2, reason_get(why)->code);
	query_text(q, 3, detail);
	query_run(q);
}

void
machines_lease(struct store *s, const char *uuid, int64_t last, int64_t setup,
    int64_t until)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET jobs = ?2, lease = ?3,"
	    "  job = CASE WHEN ?4 <> 0 THEN ?4 ELSE job END"
	    " WHERE uuid = ?1");

	query_text(q, 0, uuid);
	query_number(q, 1, last);
	query_number(q, 2, until);
	query_number(q, 3, setup);
	query_run(q);
}

void
machines_plan(struct store *s, const struct machine_row *m, const char *fqdn)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET state = 'planned', reason = '', detail = '',"
	    "  fqdn = ?2, attempts = attempts + 1"
	    " WHERE uuid = ?1");

	check_way(s, m, MACHINE_PLANNED);
	query_text(q, 0, m->uuid);
	query_text(q, 1, fqdn);
	query_run(q);
}

void
machines_release(struct store *s)
{
	db_exec(s->db,
	    "UPDATE machines SET lease = NULL WHERE lease IS NOT NULL"
	    " AND NOT EXISTS (SELECT 1 FROM jobs"
	    "  WHERE uuid = machines.uuid AND ended_at IS NULL)");
}

void
machines_note(struct store *s, const char *uuid, bool shared,
    enum reason_id why, const char *detail)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET reason = ?2, detail = ?3"
	    " WHERE uuid = ?1 AND detail <> ?3"
	    "  AND (NOT ?4 OR ?2 <> '' OR reason IN " OF_ITS_UUID ")");

	query_text(q, 0, uuid);
	query_text(q, 1, reason_get(why)->code);
	query_text(q, 2, detail);
	query_number(q, 3, shared);
	query_run(q);
}

/* --- results ------------------------------------------------------------- */

bool
machines_move(struct store *s, const char *uuid, enum machine_state to)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET state = ?2"
	    " WHERE uuid = ?1 AND state <> ?2 AND machine_may(state, ?2)");

	query_text(q, 0, uuid);
	query_text(q, 1, machine_state_name(to));
	query_run(q);
	return db_changes(s->db) != 0;
}

void
machines_firmware(struct store *s, const char *uuid, const char *version)
{
	struct query *q =
	    store_query(s, "UPDATE machines SET firmware = ? WHERE uuid = ?");

	query_text(q, 0, version);
	query_text(q, 1, uuid);
	query_run(q);
}

void
machines_hold(struct store *s, const char *uuid, int64_t caller,
    int64_t planned, int64_t at)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET caller = ?2, holder = ?2, settled = ?3,"
	    "  committed_at = ifnull(committed_at, ?4),"
	    "  rom = CASE WHEN committed_at IS NULL"
	    "   THEN (SELECT rom FROM callers WHERE id = ?2) ELSE rom END"
	    " WHERE uuid = ?1 AND ?2 <> 0");

	query_text(q, 0, uuid);
	query_number(q, 1, caller);
	query_number(q, 2, planned);
	query_number(q, 3, at);
	query_run(q);
}

void
machines_verified(struct store *s, const char *uuid, int64_t at,
    const char *detail)
{
	struct query *q = store_query(s,
	    "UPDATE machines"
	    " SET state = 'verified', reason = '', detail = ?3, set_up = ?2,"
	    "  committed_at = ifnull(committed_at, ?2), lease = NULL"
	    " WHERE uuid = ?1");

	query_text(q, 0, uuid);
	query_number(q, 1, at);
	query_text(q, 2, detail);
	query_run(q);
}

void
machines_failed(struct store *s, const char *uuid, enum machine_state to,
    const char *reason, const char *detail)
{
	struct query *q = store_query(s,
	    "UPDATE machines"
	    " SET state = ?2, reason = ?3, detail = ?4, lease = NULL"
	    " WHERE uuid = ?1");

	query_text(q, 0, uuid);
	query_text(q, 1, machine_state_name(to));
	query_text(q, 2, reason);
	query_text(q, 3, detail);
	query_run(q);
}

void
machines_wait(struct store *s, const char *uuid, const char *reason,
    const char *detail)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET reason = ?2, detail = ?3, lease = NULL"
	    " WHERE uuid = ?1");

	query_text(q, 0, uuid);
	query_text(q, 1, reason);
	query_text(q, 2, detail);
	query_run(q);
}

void
machines_free(struct store *s, const char *uuid)
{
	struct query *q =
	    store_query(s, "UPDATE machines SET lease = NULL WHERE uuid = ?");

	query_text(q, 0, uuid);
	query_run(q);
}

void
machines_proofs_over(struct store *s, const char *uuid)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET lease = NULL,"
	    "  state = CASE WHEN state = 'planned' THEN 'heard' ELSE state END"
	    " WHERE uuid = ?1 AND NOT EXISTS"
	    "  (SELECT 1 FROM jobs WHERE uuid = ?1 AND ended_at IS NULL)");

	query_text(q, 0, uuid);
	query_run(q);
}

void
machines_unprovisioned(struct store *s, const char *uuid, int64_t planned)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET state = 'unprovisioned', reason = '',"
	    "  detail = '', lease = NULL, settled = max(settled, ?2)"
	    " WHERE uuid = ?1 AND machine_may(state, 'unprovisioned')");

	query_text(q, 0, uuid);
	query_number(q, 1, planned);
	query_run(q);
}

void
machines_reborn(struct store *s, const char *uuid, int64_t caller)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET state = 'heard', reason = '', detail = '',"
	    "  life = life + 1, caller = ?2, holder = NULL, attempts = 0,"
	    "  committed_at = NULL"
	    " WHERE uuid = ?1");

	query_text(q, 0, uuid);
	query_number(q, 1, caller);
	query_run(q);
}
