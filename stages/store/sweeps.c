#include "store/sweeps.h"

#include <stdio.h>
#include <string.h>

#include "base/reason.h"

#define DAY_SECONDS 86400
#define KILLED "it was killed"

struct sweep_counts {
	int64_t planned, set_up, failed, visits, drift;
	int64_t last; /* when the last of its results was, or 0 */
};

/* The jobs of a run are those of the plans since it began: whatever the clock
 * did, no other sweep planned meanwhile. */
#define OF_THE_RUN                                                             \
	"planned > (SELECT arrivals FROM runs WHERE ended_at IS NULL)"
#define IS_VISIT "wish IN ('keep', 'check')"

/* A machine may have several: a proof before its setup, another caller. */
static const char sql_setups[] =
    "SELECT uuid, wish = 'set-up', ended_at IS NOT NULL, ifnull(reason, '')"
    " FROM jobs WHERE wish IN ('set-up', 'prove') AND " OF_THE_RUN
    " ORDER BY uuid, planned, ended_at";

static const char sql_visits[] =
    "SELECT count(DISTINCT uuid) FROM jobs WHERE " IS_VISIT " AND " OF_THE_RUN;

static const char sql_drift[] =
    "SELECT count(DISTINCT j.uuid) FROM jobs j JOIN results r USING (job)"
    " WHERE r.milestone IN ('differs', 'lacks', 'changed')"
    "  AND " IS_VISIT " AND " OF_THE_RUN;

/* Not of amt-unprovision, which may have run since a sweep was killed. */
static const char sql_last[] =
    "SELECT ifnull(max(r.at), 0) FROM jobs JOIN results r USING (job)"
    " WHERE wish NOT LIKE 'unprovision%' AND " OF_THE_RUN;

/* How the last of a machine's jobs ended decides, unless one set it up. */
static void
count_setups(struct store *s, struct sweep_counts *n)
{
	struct query *q = query_new(s->db, sql_setups);
	char uuid[64] = "";
	bool set_up = false, failed = false;

	while (query_row(q)) {
		const char *reason = query_get_text(q, 3);
		bool ended = query_get_number(q, 2) != 0;

		if (strcmp(uuid, query_get_text(q, 0)) != 0) {
			n->set_up += set_up;
			n->failed += failed && !set_up;
			n->planned++;
			set_up = false;
			(void)snprintf(uuid, sizeof(uuid), "%s",
			    query_get_text(q, 0));
		}
		set_up |=
		    ended && reason[0] == '\0' && query_get_number(q, 1) != 0;
		failed = ended && reason[0] != '\0' &&
		    reason_find(reason) != REASON_COUNT &&
		    reason_get(reason_find(reason))->class != REASON_WAITS;
	}
	n->set_up += set_up;
	n->failed += failed && !set_up;
	query_free(q);
}

static void
sweep_count(struct store *s, struct sweep_counts *n)
{
	memset(n, 0, sizeof(*n));
	count_setups(s, n);
	n->visits = db_number(s->db, sql_visits);
	n->drift = db_number(s->db, sql_drift);
	n->last = db_number(s->db, sql_last);
}

/* status -1: it was killed, and nobody knows when; it lived at its last
 * result. */
static bool
sweep_close(struct store *s, int64_t now, int64_t status, const char *why)
{
	struct sweep_counts n;
	struct query *q;

	if (db_number(s->db,
	        "SELECT count(*) FROM runs WHERE ended_at IS NULL") == 0)
		return false;
	sweep_count(s, &n);
	q = query_new(s->db,
	    "UPDATE runs SET ended_at = max(began_at, ?),"
	    "  planned = ?, set_up = ?, failed = ?, put_off = ?, visits = ?,"
	    "  drift = ?, status = nullif(?, -1), why = ?"
	    " WHERE ended_at IS NULL");
	query_number(q, 0, status == -1 ? n.last : now);
	query_number(q, 1, n.planned);
	query_number(q, 2, n.set_up);
	query_number(q, 3, n.failed);
	query_number(q, 4, n.planned - n.set_up - n.failed);
	query_number(q, 5, n.visits);
	query_number(q, 6, n.drift);
	query_number(q, 7, status);
	query_text(q, 8, why);
	query_run(q);
	query_free(q);
	return true;
}

void
sweeps_begin(struct store *s, int64_t now, int64_t days)
{
	struct query *q;

	store_begin(s);
	(void)sweep_close(s, now, -1, KILLED);
	q = query_new(s->db, "DELETE FROM runs WHERE began_at < ?");
	query_number(q, 0, now - days * DAY_SECONDS);
	query_run(q);
	query_free(q);
	q = query_new(s->db,
	    "INSERT INTO runs (began_at, arrivals)"
	    " SELECT ?, n FROM counters WHERE name = 'arrivals'");
	query_number(q, 0, now);
	query_run(q);
	query_free(q);
	store_commit(s);
}

bool
sweeps_end(struct store *s, int64_t now, int64_t status, const char *why)
{
	bool open;

	store_begin(s);
	open = sweep_close(s, now, status, why);
	store_commit(s);
	return open;
}
