#include "store/kept.h"

#include "base/record.h"
#include "plan/cause.h"

/* A password of this life; the certificate that the machine showed last, or
 * where it showed none the one that is good longest. */
static const char sql_each[] =
    "SELECT m.uuid, m.fqdn, m.firmware, ifnull(k.profile, ''),"
    "  ifnull(k.digest, ''), m.life, m.jobs, ifnull(k.checked_at, 0),"
    "  coalesce(k.clock_at, m.set_up, 0),"
    "  ifnull((SELECT max(planned_at) FROM secrets s WHERE s.uuid = m.uuid"
    "    AND s.kind = 'admin' AND s.life = m.life AND set_at IS NOT NULL), 0),"
    "  ifnull(iif(ifnull(k.leaf, '') = '',"
    "    (SELECT max(until) FROM issued i WHERE i.uuid = m.uuid"
    "      AND i.revoked_at IS NULL),"
    "    (SELECT until FROM issued i WHERE i.print = k.leaf"
    "      AND i.uuid = m.uuid AND i.revoked_at IS NULL)), 0),"
    "  EXISTS (SELECT 1 FROM findings f WHERE f.uuid = m.uuid"
    "    AND f.kind = 'differs'),"
    "  ifnull(k.failures, 0), ifnull(k.not_before, 0), l.address, l.realm,"
    "  l.pid, ifnull(e.batch, ''), ifnull(k.tls, ''), ifnull(k.leaf, ''),"
    "  ifnull(k.reason, ''),"
    "  EXISTS (SELECT 1 FROM jobs j JOIN secrets s ON s.id = j.admin"
    "    WHERE j.uuid = m.uuid AND j.life = m.life AND j.wish = 'keep'"
    "    AND s.set_at IS NULL AND NOT EXISTS (SELECT 1 FROM secrets t"
    "      WHERE t.uuid = m.uuid AND t.kind = 'admin' AND t.life = m.life"
    "      AND t.set_at IS NOT NULL AND t.id > s.id)),"
    "  ifnull(k.failed_at, 0),"
    /* Reached later than a visit ended with everything compared and nothing
     * left to commit?  What keeps mutual TLS from being turned on is found
     * after all else. */
    "  ifnull((SELECT max(j.planned) FROM jobs j"
    "    JOIN results r ON r.job = j.job AND r.milestone = 'reached'"
    "    WHERE j.uuid = m.uuid AND j.life = m.life AND j.wish = 'keep'"
    "    AND ifnull(j.reason, 'RUN-CUT') <> ''), 0)"
    "  > ifnull((SELECT max(j.planned) FROM jobs j"
    "    WHERE j.uuid = m.uuid AND j.life = m.life AND j.wish = 'keep'"
    "    AND (j.reason IN ('', 'DRIFT') OR (j.reason LIKE 'CONSOLE-%'"
    "      AND EXISTS (SELECT 1 FROM results r WHERE r.job = j.job"
    "        AND r.milestone = 'differs' AND r.setting = 'tls')))), 0)"
    " FROM machines m JOIN callers l ON l.id = m.holder"
    " LEFT JOIN kept k ON k.uuid = m.uuid"
    " LEFT JOIN keys e ON e.pid = l.pid"
    " WHERE m.state = 'verified' AND ifnull(m.lease, 0) <= ?1"
    "  AND k.unprovisioned_at IS NULL AND (?2 IS NULL OR m.uuid = ?2)"
    " ORDER BY ifnull(k.checked_at, 0), m.uuid";

/* How many. */
static size_t
kept_some(struct store *s, int64_t now, const char *uuid, kept_fn *fn,
    void *arg)
{
	struct query *q = store_query(s, sql_each);
	size_t n = 0;

	query_number(q, 0, now);
	query_text(q, 1, uuid);
	while (query_row(q)) {
		struct kept_row k = {
			.uuid = query_get_text(q, 0),
			.fqdn = query_get_text(q, 1),
			.firmware = query_get_text(q, 2),
			.profile = query_get_text(q, 3),
			.digest = query_get_text(q, 4),
			.life = query_get_number(q, 5),
			.jobs = query_get_number(q, 6),
			.checked_at = query_get_number(q, 7),
			.clock_at = query_get_number(q, 8),
			.password_at = query_get_number(q, 9),
			.cert_until = query_get_number(q, 10),
			.differs = query_get_number(q, 11) != 0,
			.failures = query_get_number(q, 12),
			.not_before = query_get_number(q, 13),
			.address = query_get_text(q, 14),
			.realm = query_get_text(q, 15),
			.pid = query_get_text(q, 16),
			.batch = query_get_text(q, 17),
			.tls = query_get_text(q, 18),
			.leaf = query_get_text(q, 19),
			.reason = query_get_text(q, 20),
			.pending = query_get_number(q, 21) != 0,
			.failed_at = query_get_number(q, 22),
			.uncommitted = query_get_number(q, 23) != 0,
		};

		fn(arg, &k);
		n++;
	}
	return n;
}

void
kept_each(struct store *s, int64_t now, kept_fn *fn, void *arg)
{
	(void)kept_some(s, now, NULL, fn, arg);
}

bool
kept_one(struct store *s, int64_t now, const char *uuid, kept_fn *fn, void *arg)
{
	return kept_some(s, now, uuid, fn, arg) != 0;
}

/* --- results ------------------------------------------------------------- */

static void
kept_row_made(struct store *s, const char *uuid)
{
	struct query *q = store_query(s,
	    "INSERT INTO kept (uuid) VALUES (?) ON CONFLICT DO NOTHING");

	query_text(q, 0, uuid);
	query_run(q);
}

/* Findings of jobs before are over: this one has looked at everything. */
static void
findings_over(struct store *s, const struct kept_job *j)
{
	struct query *q =
	    store_query(s, "DELETE FROM findings WHERE uuid = ? AND job <> ?");

	query_text(q, 0, j->uuid);
	query_text(q, 1, j->job);
	query_run(q);
}

void
kept_in_order(struct store *s, const struct kept_job *j, bool applied)
{
	struct query *q = store_query(s,
	    "UPDATE kept SET verified_at = ?2, checked_at = ?2, failures = 0,"
	    "  failed_at = NULL, not_before = NULL, reason = '', detail = '',"
	    "  profile = iif(?5, ?3, profile), digest = iif(?5, ?4, digest),"
	    "  applied_at = iif(?5, ?2, applied_at)"
	    " WHERE uuid = ?1");

	kept_row_made(s, j->uuid);
	query_text(q, 0, j->uuid);
	query_number(q, 1, j->at);
	query_text(q, 2, j->profile);
	query_text(q, 3, j->digest);
	query_number(q, 4, applied);
	query_run(q);
	findings_over(s, j);
}

void
kept_named(struct store *s, const struct kept_job *j)
{
	struct query *q = store_query(s,
	    "UPDATE machines SET fqdn = (SELECT fqdn FROM jobs WHERE job = ?2)"
	    " WHERE uuid = ?1");

	query_text(q, 0, j->uuid);
	query_text(q, 1, j->job);
	query_run(q);
}

void
kept_shows(struct store *s, const char *uuid, const char *tls, const char *leaf)
{
	struct query *q = store_query(s,
	    "UPDATE kept SET tls = ?2, leaf = ?3 WHERE uuid = ?1");

	query_text(q, 0, uuid);
	query_text(q, 1, tls);
	query_text(q, 2, leaf);
	query_run(q);
}

void
kept_checked(struct store *s, const struct kept_job *j)
{
	struct query *q =
	    store_query(s, "UPDATE kept SET checked_at = ?2 WHERE uuid = ?1");

	kept_row_made(s, j->uuid);
	query_text(q, 0, j->uuid);
	query_number(q, 1, j->at);
	query_run(q);
	findings_over(s, j);
}

void
kept_clock(struct store *s, const char *uuid, int64_t at)
{
	struct query *q =
	    store_query(s, "UPDATE kept SET clock_at = ?2 WHERE uuid = ?1");

	kept_row_made(s, uuid);
	query_text(q, 0, uuid);
	query_number(q, 1, at);
	query_run(q);
}

void
kept_note(struct store *s, const char *uuid, enum reason_id why,
    const char *detail)
{
	struct query *q = store_query(s,
	    "UPDATE kept SET reason = ?2, detail = ?3"
	    " WHERE uuid = ?1 AND (reason <> ?2 OR detail <> ?3)");

	kept_row_made(s, uuid);
	query_text(q, 0, uuid);
	query_text(q, 1, reason_get(why)->code);
	query_text(q, 2, detail);
	query_run(q);
}

bool
kept_asked_back(struct store *s, const char *uuid, int64_t life)
{
	struct query *q = store_query(s, "SELECT " ASKED_BACK("?1", "?2"));
	bool asked;

	query_text(q, 0, uuid);
	query_number(q, 1, life);
	asked = query_row(q) && query_get_number(q, 0) != 0;
	query_reset(q);
	return asked;
}

void
kept_unprovisioned(struct store *s, const char *uuid, int64_t at)
{
	struct query *q = store_query(s,
	    "UPDATE kept SET unprovisioned_at = ?2 WHERE uuid = ?1");

	kept_row_made(s, uuid);
	query_text(q, 0, uuid);
	query_number(q, 1, at);
	query_run(q);
	q = store_query(s, "DELETE FROM findings WHERE uuid = ?");
	query_text(q, 0, uuid);
	query_run(q);
}

static int64_t
kept_failures(struct store *s, const char *uuid)
{
	struct query *q =
	    store_query(s, "SELECT failures FROM kept WHERE uuid = ?");
	int64_t n;

	query_text(q, 0, uuid);
	n = query_row(q) ? query_get_number(q, 0) : 0;
	query_reset(q);
	return n;
}

void
kept_failed(struct store *s, const struct kept_job *j, enum reason_id why,
    const char *detail)
{
	struct query *q = store_query(s,
	    "UPDATE kept SET failures = ?2, failed_at = ?3, not_before = ?4,"
	    "  reason = ?5, detail = ?6 WHERE uuid = ?1");
	int64_t n;

	kept_row_made(s, j->uuid);
	n = kept_failures(s, j->uuid) + 1;
	query_text(q, 0, j->uuid);
	query_number(q, 1, n);
	query_number(q, 2, j->at);
	query_number(q, 3, j->at + cause_wait(why, n));
	query_text(q, 4, reason_get(why)->code);
	query_text(q, 5, detail);
	query_run(q);
}

void
kept_finding(struct store *s, const struct kept_job *j, const char *kind,
    char *const field[])
{
	struct query *q = store_query(s,
	    "INSERT INTO findings (uuid, setting, item, kind, wanted, found,"
	    "  since, seen_at, job) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8)"
	    " ON CONFLICT DO UPDATE SET wanted = ?5, found = ?6,"
	    "  seen_at = max(seen_at, ?7), job = ?8");

	query_text(q, 0, j->uuid);
	query_text(q, 1, field[RESULTS_SETTING]);
	query_text(q, 2, field[RESULTS_ITEM]);
	query_text(q, 3, kind);
	query_text(q, 4, field[RESULTS_WANTED]);
	query_text(q, 5, field[RESULTS_FOUND]);
	query_number(q, 6, j->at);
	query_text(q, 7, j->job);
	query_run(q);
}

void
kept_put_right(struct store *s, const struct kept_job *j, const char *setting,
    const char *item)
{
	struct query *q = store_query(s,
	    "DELETE FROM findings WHERE uuid = ? AND setting = ? AND item = ?"
	    "  AND kind = 'differs'");

	query_text(q, 0, j->uuid);
	query_text(q, 1, setting);
	query_text(q, 2, item);
	query_run(q);
}

/* --- secrets that nothing reads back ------------------------------------- */

void
kept_will_send(struct store *s, const char *job, const char *setting,
    const char *item, const char *hash)
{
	struct query *q = store_query(s,
	    "INSERT INTO sent_planned (job, setting, item, hash)"
	    " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");

	query_text(q, 0, job);
	query_text(q, 1, setting);
	query_text(q, 2, item);
	query_text(q, 3, hash);
	query_run(q);
}

bool
kept_has(struct store *s, const char *uuid, const char *setting,
    const char *item, const char *hash)
{
	struct query *q = store_query(s,
	    "SELECT 1 FROM sent WHERE uuid = ? AND setting = ? AND item = ?"
	    "  AND hash = ?");
	bool has;

	query_text(q, 0, uuid);
	query_text(q, 1, setting);
	query_text(q, 2, item);
	query_text(q, 3, hash);
	has = query_row(q);
	query_reset(q);
	return has;
}

void
kept_sent(struct store *s, const struct kept_job *j, const char *setting,
    const char *item)
{
	struct query *q = store_query(s,
	    "INSERT INTO sent SELECT ?1, setting, item, hash, ?5"
	    " FROM sent_planned WHERE job = ?2 AND setting = ?3 AND item = ?4"
	    " ON CONFLICT DO UPDATE SET hash = excluded.hash,"
	    "  at = excluded.at WHERE excluded.at >= at");

	query_text(q, 0, j->uuid);
	query_text(q, 1, j->job);
	query_text(q, 2, setting);
	query_text(q, 3, item);
	query_number(q, 4, j->at);
	query_run(q);
}

void
kept_forget(struct store *s, const char *uuid)
{
	static const char *const sql[] = { "DELETE FROM kept WHERE uuid = ?",
		"DELETE FROM findings WHERE uuid = ?",
		"DELETE FROM sent WHERE uuid = ?" };

	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++) {
		struct query *q = store_query(s, sql[i]);

		query_text(q, 0, uuid);
		query_run(q);
	}
}

void
kept_over(struct store *s, const char *job)
{
	struct query *q =
	    store_query(s, "DELETE FROM sent_planned WHERE job = ?");

	query_text(q, 0, job);
	query_run(q);
}
