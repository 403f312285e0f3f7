#include "load.h"

#include <stdio.h>
#include <string.h>

#include "backoff.h"
#include "reason.h"
#include "stage.h"
#include "text.h"

struct result {
	struct store *store;
	int64_t at;
	char **field;
	const char *uuid, *pid;
	int64_t admin, mebx; /* rows of secrets; mebx 0: none */
	bool current;        /* the machine's newest job */
	bool moved; /* since it was planned: another address, another PID */
};

/* Only what the sweep can say; a name it does not know would be lost. */
typedef void milestone_fn(struct result *t);

static void
machine_state(struct result *t, const char *sql)
{
	struct query *q = store_query(t->store, sql);

	query_text(q, 0, t->uuid);
	query_run(q);
}

static void
secret_set(struct result *t, int64_t secret)
{
	struct query *q = store_query(t->store,
	    "UPDATE secrets SET set_at = max(ifnull(set_at, 0), ?2) "
	    "WHERE id = ?1");

	query_number(q, 0, secret);
	query_number(q, 1, t->at);
	query_run(q);
}

static void
key_used(struct result *t)
{
	struct query *q = store_query(t->store,
	    "UPDATE keys SET used_by = ? WHERE pid = ? AND used_by IS NULL");
	char cause[64];

	query_text(q, 0, t->uuid);
	query_text(q, 1, t->pid);
	query_run(q);
	(void)snprintf(cause, sizeof(cause), "set up %s", t->uuid);
	(void)store_key_on(t->store, t->pid, KEY_USED, t->at, cause);
}

static void
on_reached(struct result *t)
{
	if (t->current)
		machine_state(t,
		    "UPDATE machines SET state = 'reached' "
		    "WHERE uuid = ? AND state = 'planned'");
}

static void
on_step(struct result *t)
{
	(void)t; /* clock-set, named: kept in the journal, nothing follows */
}

static void
on_mebx_set(struct result *t)
{
	if (t->mebx != 0)
		secret_set(t, t->mebx);
}

static void
on_admin_set(struct result *t)
{
	secret_set(t, t->admin);
	if (t->current)
		machine_state(t,
		    "UPDATE machines SET state = 'configured' WHERE uuid = ? "
		    "AND state IN ('planned', 'reached')");
}

static void
on_committed(struct result *t)
{
	struct query *q;

	key_used(t);
	if (!t->current)
		return;
	q = store_query(t->store,
	    "UPDATE machines SET state = 'committed', committed_at = ?2 "
	    "WHERE uuid = ?1");
	query_text(q, 0, t->uuid);
	query_number(q, 1, t->at);
	query_run(q);
}

static void
job_ended(struct result *t, const char *reason)
{
	struct query *q = store_query(t->store,
	    "UPDATE jobs SET ended_at = ?, reason = ? WHERE job = ?");

	query_number(q, 0, t->at);
	query_text(q, 1, reason);
	query_text(q, 2, t->field[RESULTS_JOB]);
	query_run(q);
}

static void
on_verified(struct result *t)
{
	struct query *q;

	secret_set(t, t->admin);
	key_used(t);
	job_ended(t, "");
	if (!t->current)
		return;
	q = store_query(t->store,
	    "UPDATE machines SET state = 'verified', reason = '', detail = ?3, "
	    "set_up = ?2, committed_at = ifnull(committed_at, ?2), "
	    "lease = NULL, failed_at = NULL, not_before = NULL "
	    "WHERE uuid = ?1");
	query_text(q, 0, t->uuid);
	query_number(q, 1, t->at);
	query_text(q, 2, t->field[RESULTS_DETAIL]);
	query_run(q);
	/* Its hello may have been loaded before this result. */
	store_machine_again(t->store, t->uuid);
}

static int64_t
failures_of(struct result *t)
{
	struct query *q = store_query(t->store,
	    "SELECT failures FROM machines WHERE uuid = ?");
	int64_t n;

	query_text(q, 0, t->uuid);
	n = query_row(q) ? query_get_number(q, 0) : 0;
	query_reset(q);
	return n;
}

/* Nobody's fault: it stays where it is and the next run takes it. */
static void
machine_waits(struct result *t, const struct reason *why)
{
	struct query *q = store_query(t->store,
	    "UPDATE machines SET reason = ?2, detail = ?3, lease = NULL "
	    "WHERE uuid = ?1");

	query_text(q, 0, t->uuid);
	query_text(q, 1, why->code);
	query_text(q, 2, t->field[RESULTS_DETAIL]);
	query_run(q);
}

static void
machine_failed(struct result *t, const struct reason *why)
{
	bool person = why->class == REASON_PERSON;
	int64_t failures = failures_of(t) + 1;
	struct query *q = store_query(t->store,
	    "UPDATE machines SET state = ?2, reason = ?3, detail = ?4, "
	    "failures = ?5, failed_at = ?6, not_before = ?7, lease = NULL "
	    "WHERE uuid = ?1");

	query_text(q, 0, t->uuid);
	query_text(q, 1, person ? "refused" : "delayed");
	query_text(q, 2, why->code);
	query_text(q, 3, t->field[RESULTS_DETAIL]);
	query_number(q, 4, failures);
	query_number(q, 5, t->at);
	if (person)
		query_null(q, 6);
	else
		query_number(q, 6, t->at + backoff_seconds(failures));
	query_run(q);
}

/*
 * It said hello from elsewhere, or with another PID, while it was worked on:
 * what the old address answered may have been another machine.
 */
static void
machine_moved(struct result *t)
{
	machine_state(t,
	    "UPDATE machines SET state = 'heard', reason = '', detail = '', "
	    "lease = NULL, failed_at = NULL, not_before = NULL "
	    "WHERE uuid = ?");
}

/*
 * Firmware refuses the right password too while an account is locked for a
 * time.  So many runs of a life may be refused before a person is called.
 */
#define LOGINS_REFUSED_MAX 3

static enum reason_id
person_at_last(struct result *t, enum reason_id id)
{
	struct query *q;
	int64_t n;

	if (id != REASON_LOGIN_REFUSED)
		return id;
	q = store_query(t->store,
	    "SELECT count(*) FROM jobs j JOIN jobs now USING (uuid, life) "
	    "WHERE now.job = ?1 AND j.job <> ?1 AND j.reason = ?2");
	query_text(q, 0, t->field[RESULTS_JOB]);
	query_text(q, 1, reason_get(id)->code);
	n = query_row(q) ? query_get_number(q, 0) : 0;
	query_reset(q);
	return n < LOGINS_REFUSED_MAX ? id : REASON_AUTH_REFUSED;
}

static void
on_failed(struct result *t)
{
	enum reason_id id =
	    person_at_last(t, reason_find(t->field[RESULTS_REASON]));
	const struct reason *why = reason_get(id);

	job_ended(t, why->code);
	if (!t->current)
		return;
	if (t->moved)
		machine_moved(t);
	else if (why->class == REASON_WAITS)
		machine_waits(t, why);
	else
		machine_failed(t, why);
}

static const struct {
	const char *name;
	milestone_fn *fn;
} milestones[] = {
	{ "reached", on_reached },
	{ "proved", on_step },
	{ "clock-set", on_step },
	{ "mebx-set", on_mebx_set },
	{ "admin-set", on_admin_set },
	{ "named", on_step },
	{ "committed", on_committed },
	{ "verified", on_verified },
	{ "failed", on_failed },
};

static milestone_fn *
find_milestone(const char *name)
{
	for (size_t i = 0; i < sizeof(milestones) / sizeof(milestones[0]); i++)
		if (strcmp(milestones[i].name, name) == 0)
			return milestones[i].fn;
	return NULL;
}

static int
check_result(struct result *t, milestone_fn **fn, struct fault *f)
{
	char **field = t->field;
	enum reason_id id = reason_find(field[RESULTS_REASON]);
	char shown[48];

	if (text_untime(&t->at, field[RESULTS_AT]) == -1)
		return fault_set(f, 0, "result without a time");
	*fn = find_milestone(field[RESULTS_MILESTONE]);
	if (*fn == NULL) {
		text_show(shown, sizeof(shown), field[RESULTS_MILESTONE],
		    strlen(field[RESULTS_MILESTONE]));
		return fault_set(f, 0, "unknown milestone \"%s\"", shown);
	}
	if (id == REASON_COUNT || (*fn == on_failed && id == REASON_NONE))
		return fault_set(f, 0, "result without a known reason");
	return 0;
}

/* False when it is there already. */
static bool
keep_result(struct result *t)
{
	struct query *q = store_query(t->store,
	    "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?) "
	    "ON CONFLICT DO NOTHING");

	query_text(q, 0, t->field[RESULTS_JOB]);
	query_number(q, 1, t->at);
	query_text(q, 2, t->field[RESULTS_MILESTONE]);
	query_text(q, 3, t->field[RESULTS_REASON]);
	query_text(q, 4, t->field[RESULTS_DETAIL]);
	query_text(q, 5, t->field[RESULTS_FIRMWARE]);
	query_run(q);
	return db_changes(t->store->db) != 0;
}

static void
keep_firmware(struct result *t)
{
	struct query *q;

	if (t->field[RESULTS_FIRMWARE][0] == '\0')
		return;
	q = store_query(t->store,
	    "UPDATE machines SET firmware = ? WHERE uuid = ?");
	query_text(q, 0, t->field[RESULTS_FIRMWARE]);
	query_text(q, 1, t->uuid);
	query_run(q);
}

/* Looks up the job; its row stays open in *q, from which *t borrows. */
static int
find_job(struct result *t, struct query **q, struct fault *f)
{
	char shown[80];

	*q = store_query(t->store,
	    "SELECT j.uuid, j.pid, j.admin, j.mebx, "
	    "  j.job = m.uuid || '.' || m.jobs, "
	    "  j.address <> m.address OR j.pid <> m.pid "
	    "FROM jobs j JOIN machines m USING (uuid) WHERE j.job = ?");
	query_text(*q, 0, t->field[RESULTS_JOB]);
	if (!query_row(*q)) {
		text_show(shown, sizeof(shown), t->field[RESULTS_JOB],
		    strlen(t->field[RESULTS_JOB]));
		return fault_set(f, 0, "no such job in this site (\"%s\")",
		    shown);
	}
	t->uuid = query_get_text(*q, 0);
	t->pid = query_get_text(*q, 1);
	t->admin = query_get_number(*q, 2);
	t->mebx = query_get_number(*q, 3);
	t->current = query_get_number(*q, 4) != 0;
	t->moved = query_get_number(*q, 5) != 0;
	if (strcmp(t->uuid, t->field[RESULTS_UUID]) == 0)
		return 0;
	query_reset(*q);
	return fault_set(f, 0, "result of another machine's job");
}

static enum load_verdict
take_result(void *arg, struct stream_in *in, struct record *r,
    struct load_count *count)
{
	struct result t = { .store = arg, .field = r->field };
	enum load_verdict v = LOAD_SAME;
	milestone_fn *fn = NULL;
	struct query *q;
	struct fault f;

	(void)count;
	if (check_result(&t, &fn, &f) == -1 || find_job(&t, &q, &f) == -1) {
		stage_refuse(in->name, in->line, "%s", f.why);
		return LOAD_REFUSED;
	}
	if (keep_result(&t)) {
		keep_firmware(&t);
		fn(&t);
		v = LOAD_NEW;
	}
	query_reset(q);
	return v;
}

int
load_results(struct store *s, struct stream_in *in)
{
	return load_journal(s, in, take_result, NULL, s);
}
