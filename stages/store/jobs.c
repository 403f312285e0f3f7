#include "store/jobs.h"

#include <stdio.h>

#include "lib/clock.h"
#include "store/machines.h"

void
jobs_plan(struct store *s, const struct job_row *j)
{
	struct query *q = store_query(s,
	    "INSERT INTO jobs (job, uuid, life, wish, attempt, fqdn, address,"
	    "  pid, profile, admin, mebx, planned, planned_at, not_after, again,"
	    "  digest)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?,"
	    "  ?, ?, nullif(?, 0), nullif(?, 0), ?, ?, ?, ?, ?)");

	query_text(q, 0, j->job);
	query_text(q, 1, j->uuid);
	query_number(q, 2, j->life);
	query_text(q, 3, j->wish);
	query_number(q, 4, j->attempt);
	query_text(q, 5, j->fqdn);
	query_text(q, 6, j->address);
	query_text(q, 7, j->pid);
	query_text(q, 8, j->profile);
	query_number(q, 9, j->admin);
	query_number(q, 10, j->mebx);
	query_number(q, 11, j->planned);
	query_number(q, 12, j->planned_at);
	query_number(q, 13, j->not_after);
	query_number(q, 14, j->again);
	query_text(q, 15, j->digest);
	query_run(q);
}

void
jobs_cut(struct store *s, int64_t now, bool take_over)
{
	struct query *q = store_query(s,
	    "UPDATE jobs SET ended_at = ?1, reason = 'RUN-CUT'"
	    " WHERE ended_at IS NULL"
	    "  AND (not_after <= ?1 OR ?2 OR planned_at > ?3)");

	query_number(q, 0, now);
	query_number(q, 1, take_over);
	query_number(q, 2, now + CLOCKS_APART);
	query_run(q);
}

void
jobs_end(struct store *s, const char *job, int64_t at, const char *reason)
{
	struct query *q = store_query(s,
	    "UPDATE jobs SET ended_at = ?, reason = ? WHERE job = ?");

	query_number(q, 0, at);
	query_text(q, 1, reason);
	query_text(q, 2, job);
	query_run(q);
}

static bool
last_read(struct query *q, struct job_last *last)
{
	bool is = query_row(q);

	if (is) {
		(void)snprintf(last->digest, sizeof(last->digest), "%s",
		    query_get_text(q, 0));
		(void)snprintf(last->fqdn, sizeof(last->fqdn), "%s",
		    query_get_text(q, 1));
	}
	query_reset(q);
	return is;
}

bool
jobs_last_visit(struct store *s, const char *uuid, int64_t life,
    struct job_last *last)
{
	struct query *q = store_query(s,
	    "SELECT digest, fqdn FROM jobs WHERE uuid = ? AND life = ?"
	    "  AND wish IN ('keep', 'check') AND ended_at IS NOT NULL"
	    " ORDER BY planned DESC LIMIT 1");

	query_text(q, 0, uuid);
	query_number(q, 1, life);
	return last_read(q, last);
}

bool
jobs_last_setup(struct store *s, int64_t caller, struct job_last *last)
{
	struct query *q = store_query(s,
	    "SELECT j.digest, j.fqdn FROM callers l"
	    " JOIN jobs j ON j.job = l.uuid || '.' || l.job"
	    " WHERE l.id = ? AND j.wish = 'set-up'");

	query_number(q, 0, caller);
	return last_read(q, last);
}

int64_t
jobs_count(struct store *s, const char *job, const char *reason)
{
	struct query *q = store_query(s,
	    "SELECT count(*) FROM jobs j"
	    " JOIN jobs now USING (uuid, life, address, pid)"
	    " WHERE now.job = ?1 AND j.job <> ?1 AND j.reason = ?2");
	int64_t n;

	query_text(q, 0, job);
	query_text(q, 1, reason);
	n = query_row(q) ? query_get_number(q, 0) : 0;
	query_reset(q);
	return n;
}

bool
jobs_found_other(struct store *s, const char *uuid, int64_t life)
{
	struct query *q = store_query(s,
	    "SELECT 1 FROM jobs j JOIN results r USING (job)"
	    " WHERE j.uuid = ? AND j.life = ? AND j.wish = 'set-up'"
	    "  AND ifnull(j.reason, 'RUN-CUT') <> ''"
	    "  AND r.milestone = 'differs' LIMIT 1");
	bool found;

	query_text(q, 0, uuid);
	query_number(q, 1, life);
	found = query_row(q);
	query_reset(q);
	return found;
}

/* A setup that was verified has no committed_at in stores of old. */
static const char sql_find[] =
    "SELECT j.uuid, j.pid, j.admin, j.mebx, j.life, j.planned,"
    "  j.wish = 'prove', ifnull(l.id, 0), j.life = m.life,"
    "  j.job = m.uuid || '.' ||"
    "   CASE j.wish WHEN 'prove' THEN l.job ELSE m.job END,"
    "  m.state = 'verified',"
    "  " SET_UP_ONCE(
        "m") ","
             "  j.again, m.rom, j.life + 1 = m.life,"
             "  j.pid <> '' AND (h.id IS NULL OR h.pid = j.pid"
             "   OR k.state = key_state('revoked') OR " LOST_ITS_KEY(
                 "m") "),"
                      "  j.wish = 'keep', j.wish = 'check', j.wish LIKE 'unprovision%',"
                      "  j.profile, j.digest"
                      " FROM jobs j JOIN machines m USING (uuid)"
                      " LEFT JOIN callers l ON l.uuid = j.uuid AND l.address = j.address"
                      "  AND l.version = CASE j.pid WHEN '' THEN 3 ELSE 2 END"
                      "  AND l.pid = j.pid"
                      " LEFT JOIN callers h ON h.id = m.holder"
                      " LEFT JOIN keys k ON k.pid = h.pid"
                      " WHERE j.job = ?1";

bool
jobs_find(struct store *s, const char *job, struct job_found *j)
{
	struct query *q = store_query(s, sql_find);

	query_text(q, 0, job);
	if (!query_row(q))
		return false;
	*j = (struct job_found){
		.uuid = query_get_text(q, 0),
		.pid = query_get_text(q, 1),
		.admin = query_get_number(q, 2),
		.mebx = query_get_number(q, 3),
		.life = query_get_number(q, 4),
		.planned = query_get_number(q, 5),
		.prove = query_get_number(q, 6) != 0,
		.caller = query_get_number(q, 7),
		.this_life = query_get_number(q, 8) != 0,
		.current = query_get_number(q, 9) != 0,
		.verified = query_get_number(q, 10) != 0,
		.set_up = query_get_number(q, 11) != 0,
		.again = query_get_number(q, 12) != 0,
		.rom = query_get_text(q, 13),
		.next_life = query_get_number(q, 14) != 0,
		.replaces = query_get_number(q, 15) != 0,
		.keeps = query_get_number(q, 16) != 0,
		.checks = query_get_number(q, 17) != 0,
		.unprovisions = query_get_number(q, 18) != 0,
		.profile = query_get_text(q, 19),
		.digest = query_get_text(q, 20),
		.row = q,
	};
	return true;
}

void
jobs_found_end(struct job_found *j)
{
	query_reset(j->row);
}
