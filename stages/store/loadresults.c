#include "store/load.h"

#include <stdio.h>
#include <string.h>

#include "plan/backoff.h"
#include "base/reason.h"
#include "lib/stage.h"
#include "base/text.h"

struct result {
	struct store *store;
	int64_t at;
	char **field;
	const char *uuid, *pid;
	int64_t admin, mebx; /* rows of secrets; mebx 0: none */
	int64_t life;        /* of the machine, when it was planned */
	int64_t planned;     /* number of its plan */
	bool prove;          /* its wish */
	bool current;        /* no newer job: of a setup, at this machine; of a
	                      * proof, at its caller */
	int64_t caller;      /* whom it went to; 0: forgotten since */
	/* the machine */
	bool this_life; /* is it in that life still? */
	bool set_up;    /* it is, or waits only to be verified */
	bool replaces;  /* its key is the one that set it up, or that one was
	                 * revoked */
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

/*
 * The key's handshake was done and the UUID is right: what a hello claimed is
 * proved, in this life and at this address.  The realm is the one that a
 * digest may be sent to later without the key.
 */
static void
caller_proved(struct result *t, int64_t life)
{
	struct query *q = store_query(t->store,
	    "UPDATE callers SET proved_life = ?2, proved = ?3, proved_at = ?4, "
	    "realm = CASE WHEN ?5 <> '' THEN ?5 ELSE realm END, verdict = '' "
	    "WHERE id = ?1");

	query_number(q, 0, t->caller);
	query_number(q, 1, life);
	query_number(q, 2, t->planned);
	query_number(q, 3, t->at);
	query_text(q, 4, t->field[RESULTS_REALM]);
	query_run(q);
}

static void
on_reached(struct result *t)
{
	if (t->this_life && !t->prove)
		caller_proved(t, t->life);
	if (t->current && !t->prove)
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

/* Whom the report shows from now on, and whose key has the machine. */
static void
machine_held(struct result *t)
{
	struct query *q = store_query(t->store,
	    "UPDATE machines SET caller = ?2, holder = ?2, settled = ?3, "
	    "committed_at = ifnull(committed_at, ?4) "
	    "WHERE uuid = ?1 AND ?2 <> 0");

	query_text(q, 0, t->uuid);
	query_number(q, 1, t->caller);
	query_number(q, 2, t->planned);
	query_number(q, 3, t->at);
	query_run(q);
}

static void
on_committed(struct result *t)
{
	key_used(t);
	if (!t->current)
		return;
	machine_held(t);
	machine_state(t,
	    "UPDATE machines SET state = 'committed' WHERE uuid = ?");
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

/* Its last job went well. */
static void
caller_well(struct result *t)
{
	struct query *q = store_query(t->store,
	    "UPDATE callers SET reason = '', detail = '', failures = 0, "
	    "failed = 0, failed_at = NULL, not_before = NULL, verdict = '' "
	    "WHERE id = ?");

	query_number(q, 0, t->caller);
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
	caller_well(t);
	machine_held(t);
	q = store_query(t->store,
	    "UPDATE machines SET state = 'verified', reason = '', detail = ?3, "
	    "set_up = ?2, committed_at = ifnull(committed_at, ?2), "
	    "lease = NULL WHERE uuid = ?1");
	query_text(q, 0, t->uuid);
	query_number(q, 1, t->at);
	query_text(q, 2, t->field[RESULTS_DETAIL]);
	query_run(q);
}

/* When the last of several proofs has ended, the next plan looks at it. */
static void
proofs_over(struct result *t)
{
	struct query *q = store_query(t->store,
	    "UPDATE machines SET lease = NULL, "
	    "state = CASE WHEN state = 'planned' THEN 'heard' ELSE state END "
	    "WHERE uuid = ?1 AND NOT EXISTS (SELECT 1 FROM jobs "
	    "WHERE uuid = ?1 AND ended_at IS NULL)");

	query_text(q, 0, t->uuid);
	query_run(q);
}

/* It was set up, and its key has proved that it is in setup again: a new life.
 * Its old passwords stay known. */
static void
machine_again(struct result *t)
{
	struct query *q = store_query(t->store,
	    "UPDATE machines SET state = 'heard', reason = '', detail = '', "
	    "life = life + 1, caller = ?2, holder = NULL, attempts = 0, "
	    "committed_at = NULL WHERE uuid = ?1");

	caller_proved(t, t->life + 1);
	query_text(q, 0, t->uuid);
	query_number(q, 1, t->caller);
	query_run(q);
}

static void
caller_shares(struct result *t)
{
	struct query *q = store_query(t->store,
	    "UPDATE callers SET verdict = 'UUID-SHARED' WHERE id = ?");

	query_number(q, 0, t->caller);
	query_run(q);
}

static void
on_proved(struct result *t)
{
	if (!t->prove)
		return; /* no sweep of ours says so: a setup goes on */
	job_ended(t, "");
	if (t->this_life && t->current) {
		caller_well(t);
		if (t->set_up && t->replaces)
			machine_again(t);
		else
			caller_proved(t, t->life);
		if (t->set_up && !t->replaces)
			caller_shares(t);
	}
	proofs_over(t);
}

static int64_t
failures_of(struct result *t)
{
	struct query *q =
	    store_query(t->store, "SELECT failures FROM callers WHERE id = ?");
	int64_t n;

	query_number(q, 0, t->caller);
	n = query_row(q) ? query_get_number(q, 0) : 0;
	query_reset(q);
	return n;
}

static void
caller_failed(struct result *t, const struct reason *why)
{
	int64_t failures = failures_of(t) + 1;
	struct query *q = store_query(t->store,
	    "UPDATE callers SET reason = ?2, detail = ?3, failures = ?4, "
	    "failed = (SELECT n FROM counters WHERE name = 'arrivals'), "
	    "failed_at = ?5, not_before = ?6 WHERE id = ?1");

	query_number(q, 0, t->caller);
	query_text(q, 1, why->code);
	query_text(q, 2, t->field[RESULTS_DETAIL]);
	query_number(q, 3, failures);
	query_number(q, 4, t->at);
	if (why->class == REASON_PERSON)
		query_null(q, 5);
	else
		query_number(q, 5, t->at + backoff_seconds(failures));
	query_run(q);
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

/* Somebody else said to be it meanwhile, and is asked next. */
static bool
others_wait(struct result *t)
{
	struct query *q = store_query(t->store,
	    "SELECT EXISTS (SELECT 1 FROM callers WHERE uuid = ?1 "
	    "AND id <> ?2 AND stirred > ?3)");
	bool wait;

	query_text(q, 0, t->uuid);
	query_number(q, 1, t->caller);
	query_number(q, 2, t->planned);
	wait = query_row(q) && query_get_number(q, 0) != 0;
	query_reset(q);
	return wait;
}

static void
machine_failed(struct result *t, const struct reason *why)
{
	bool wait = others_wait(t);
	const char *state = why->class == REASON_PERSON ? "refused" : "delayed";
	struct query *q = store_query(t->store,
	    "UPDATE machines SET state = ?2, reason = ?3, detail = ?4, "
	    "lease = NULL WHERE uuid = ?1");

	query_text(q, 0, t->uuid);
	query_text(q, 1, wait ? "heard" : state);
	query_text(q, 2, wait ? "" : why->code);
	query_text(q, 3, wait ? "" : t->field[RESULTS_DETAIL]);
	query_run(q);
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
	    "SELECT count(*) FROM jobs j JOIN jobs now "
	    "USING (uuid, life, address, pid) WHERE now.job = ?1 AND j.job <> "
	    "?1 AND j.reason = ?2");
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
	if (t->current && why->class != REASON_WAITS)
		caller_failed(t, why);
	if (t->prove)
		proofs_over(t);
	else if (!t->current)
		return;
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
	{ "proved", on_proved },
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
	    "INSERT INTO results (job, at, milestone, reason, detail, "
	    "firmware, realm) VALUES (?, ?, ?, ?, ?, ?, ?) "
	    "ON CONFLICT DO NOTHING");

	query_text(q, 0, t->field[RESULTS_JOB]);
	query_number(q, 1, t->at);
	query_text(q, 2, t->field[RESULTS_MILESTONE]);
	query_text(q, 3, t->field[RESULTS_REASON]);
	query_text(q, 4, t->field[RESULTS_DETAIL]);
	query_text(q, 5, t->field[RESULTS_FIRMWARE]);
	query_text(q, 6, t->field[RESULTS_REALM]);
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

/* A setup that was verified has no committed_at in stores of old. */
static const char sql_job[] =
    "SELECT j.uuid, j.pid, j.admin, j.mebx, j.life, j.planned, "
    "j.wish = 'prove', ifnull(l.id, 0), j.life = m.life, "
    "j.job = m.uuid || '.' || "
    "  CASE j.wish WHEN 'prove' THEN l.job ELSE m.job END, "
    "m.state = 'verified' OR m.committed_at IS NOT NULL, "
    "h.id IS NULL OR h.pid = j.pid OR k.state = ?2 "
    "FROM jobs j JOIN machines m USING (uuid) "
    "LEFT JOIN callers l ON l.uuid = j.uuid AND l.address = j.address "
    "  AND l.version = 2 AND l.pid = j.pid "
    "LEFT JOIN callers h ON h.id = m.holder "
    "LEFT JOIN keys k ON k.pid = h.pid WHERE j.job = ?1";

/* Looks up the job; its row stays open in *q, from which *t borrows. */
static int
find_job(struct result *t, struct query **q, struct fault *f)
{
	char shown[80];

	*q = store_query(t->store, sql_job);
	query_text(*q, 0, t->field[RESULTS_JOB]);
	query_number(*q, 1, KEY_REVOKED);
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
	t->life = query_get_number(*q, 4);
	t->planned = query_get_number(*q, 5);
	t->prove = query_get_number(*q, 6) != 0;
	t->caller = query_get_number(*q, 7);
	t->this_life = query_get_number(*q, 8) != 0;
	t->current = query_get_number(*q, 9) != 0;
	t->set_up = query_get_number(*q, 10) != 0;
	t->replaces = query_get_number(*q, 11) != 0;
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
