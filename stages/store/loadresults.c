#include "store/load.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "lib/stage.h"
#include "plan/backoff.h"
#include "store/caller.h"
#include "store/issued.h"
#include "store/keys.h"
#include "store/loadresults.h"
#include "store/machines.h"
#include "store/secrets.h"

/* --- milestones: only what the sweep can say ------------------------------ */

typedef void milestone_fn(struct result *t);

static void
result_proves(struct result *t, int64_t life)
{
	caller_proved(t->store, t->job.caller, life, t->job.planned, t->at,
	    t->field[RESULTS_REALM]);
}

/* A password and a realm open a machine that is set up: no key is proved. */
static void
on_reached(struct result *t)
{
	if (result_is_visit(t))
		return;
	if (t->job.this_life && !t->job.prove)
		result_proves(t, t->job.life);
	if (t->job.current && !t->job.prove)
		(void)machines_move(t->store, t->job.uuid, MACHINE_REACHED);
}

static void
on_step(struct result *t)
{
	(void)t; /* named: kept in the journal, nothing follows */
}

static void
on_clock_set(struct result *t)
{
	if (t->job.this_life)
		kept_clock(t->store, t->job.uuid, t->at);
}

/* AMT 19 and later do not commit with the factory's MEBx password: where the
 * job has none, it gets the admin's, which is kept as such before it is sent.
 */
static int64_t
mebx_of_job(struct result *t)
{
	if (t->job.mebx != 0 || t->job.admin == 0)
		return t->job.mebx;
	return secrets_plan_mebx_too(t->store, t->job.uuid, t->job.life,
	    t->job.admin, t->at);
}

static void
on_mebx_wanted(struct result *t)
{
	(void)mebx_of_job(t);
}

static void
on_mebx_set(struct result *t)
{
	int64_t mebx = mebx_of_job(t);

	if (mebx != 0)
		secrets_set(t->store, mebx, t->at);
}

static void
on_admin_set(struct result *t)
{
	secrets_set(t->store, t->job.admin, t->at);
	/* Where a certificate is the login, no realm was known before. */
	if (result_is_visit(t))
		return;
	if (t->job.this_life && t->field[RESULTS_REALM][0] != '\0')
		result_proves(t, t->job.life);
	if (t->job.current)
		(void)machines_move(t->store, t->job.uuid, MACHINE_CONFIGURED);
}

static void
on_committed(struct result *t)
{
	keys_used(t->store, t->job.pid, t->job.uuid, t->at);
	if (!t->job.current)
		return;
	machines_hold(t->store, t->job.uuid, t->job.caller, t->job.planned,
	    t->at);
	(void)machines_move(t->store, t->job.uuid, MACHINE_COMMITTED);
}

void
result_ends_job(struct result *t, const char *reason)
{
	jobs_end(t->store, t->field[RESULTS_JOB], t->at, reason);
	kept_over(t->store, t->field[RESULTS_JOB]);
}

static void
on_verified(struct result *t)
{
	const struct kept_job j = result_kept(t);

	if (result_is_visit(t))
		return; /* no sweep of ours says so */
	secrets_set(t->store, t->job.admin, t->at);
	keys_used(t->store, t->job.pid, t->job.uuid, t->at);
	result_ends_job(t, "");
	if (!t->job.current)
		return;
	caller_well(t->store, t->job.caller);
	machines_hold(t->store, t->job.uuid, t->job.caller, t->job.planned,
	    t->at);
	machines_verified(t->store, t->job.uuid, t->at,
	    t->field[RESULTS_DETAIL]);
	kept_in_order(t->store, &j, true);
	issued_shown(t);
	secrets_seen(t->store, t->job.admin);
}

/*
 * Is it the machine that was set up before?  By its key; by the certificate of
 * its ROM, which no other has; or a person says so.
 */
static bool
result_replaces(const struct result *t)
{
	const char *rom = t->field[RESULTS_ROM];

	return t->job.again || t->job.replaces ||
	    (rom[0] != '\0' && strcmp(rom, t->job.rom) == 0);
}

/* It was set up, and it is proved that it is in setup again. */
static void
machine_again(struct result *t)
{
	result_proves(t, t->job.life + 1);
	machines_reborn(t->store, t->job.uuid, t->job.caller);
	kept_forget(t->store, t->job.uuid);
	issued_revoke(t->store, t->job.uuid, t->at);
}

static void
on_proved(struct result *t)
{
	if (!t->job.prove)
		return; /* no sweep of ours says so: a setup goes on */
	result_ends_job(t, "");
	if (t->job.this_life && t->job.current) {
		bool is_same = result_replaces(t);

		caller_well(t->store, t->job.caller);
		if (t->job.set_up && is_same)
			machine_again(t);
		else
			result_proves(t, t->job.life);
		if (t->job.set_up && !is_same)
			caller_shares(t->store, t->job.caller);
	} else if (t->job.next_life && t->job.current && t->job.again) {
		/* A person's word was for one of them: which, he has to say. */
		caller_well(t->store, t->job.caller);
		result_proves(t, t->job.life + 1);
	}
	machines_proofs_over(t->store, t->job.uuid);
}

static void
job_failed(struct result *t, const struct reason *why)
{
	struct caller_failure f = {
		.reason = why->code,
		.detail = t->field[RESULTS_DETAIL],
		.failures = caller_failures(t->store, t->job.caller) + 1,
		.at = t->at,
	};

	if (why->class != REASON_PERSON)
		f.not_before = t->at + backoff_seconds(f.failures);
	caller_failed(t->store, t->job.caller, &f);
}

/* When somebody else said to be it meanwhile, that one is asked next. */
static void
machine_failed(struct result *t, const struct reason *why)
{
	if (callers_wait(t->store, t->job.uuid, t->job.caller, t->job.planned))
		machines_failed(t->store, t->job.uuid, MACHINE_HEARD, "", "");
	else
		machines_failed(t->store, t->job.uuid,
		    why->class == REASON_PERSON ? MACHINE_REFUSED
		                                : MACHINE_DELAYED,
		    why->code, t->field[RESULTS_DETAIL]);
}

/*
 * Firmware refuses the right password too while an account is locked for a
 * time.  So many runs of a life may be refused before a person is called.
 */
#define LOGINS_REFUSED_MAX 3

static enum reason_id
person_at_last(struct result *t, enum reason_id id)
{
	if (id == REASON_LOGIN_REFUSED &&
	    jobs_count(t->store, t->field[RESULTS_JOB], reason_get(id)->code) >=
	        LOGINS_REFUSED_MAX)
		return REASON_AUTH_REFUSED;
	return id;
}

static void
on_failed(struct result *t)
{
	enum reason_id id =
	    person_at_last(t, reason_find(t->field[RESULTS_REASON]));
	const struct reason *why = reason_get(id);

	if (result_is_visit(t)) {
		visit_failed(t, why);
		return;
	}
	result_ends_job(t, why->code);
	if (t->job.current && why->class != REASON_WAITS)
		job_failed(t, why);
	if (t->job.prove)
		machines_proofs_over(t->store, t->job.uuid);
	else if (!t->job.current)
		return;
	else if (why->class == REASON_WAITS)
		machines_wait(t->store, t->job.uuid, why->code,
		    t->field[RESULTS_DETAIL]);
	else
		machine_failed(t, why);
}

static const struct {
	const char *name;
	milestone_fn *fn;
} milestones[] = {
	{ "reached", on_reached },
	{ "proved", on_proved },
	{ "clock-set", on_clock_set },
	{ "mebx-wanted", on_mebx_wanted },
	{ "mebx-set", on_mebx_set },
	{ "admin-set", on_admin_set },
	{ "named", on_step },
	{ "committed", on_committed },
	{ "verified", on_verified },
	{ "failed", on_failed },
	{ "differs", visit_differs },
	{ "changed", visit_changed },
	{ "lacks", visit_differs },
	{ "sent", visit_sent },
	{ "in-order", visit_in_order },
	{ "unprovisioning", on_step },
	{ "unprovisioned", visit_unprovisioned },
	{ "issued", issued_to_machine },
};

static milestone_fn *
find_milestone(const char *name)
{
	for (size_t i = 0; i < sizeof(milestones) / sizeof(milestones[0]); i++)
		if (strcmp(milestones[i].name, name) == 0)
			return milestones[i].fn;
	return NULL;
}

/* At the milestones before a setup, what was seen is what proved it. */
static void
result_shows(struct result *t, milestone_fn *fn)
{
	const struct caller_shown shown = {
		.tls = t->field[RESULTS_TLS],
		.chain = t->field[RESULTS_CHAIN],
		.cert = t->field[RESULTS_DEVICE_CERT],
		.kind = t->field[RESULTS_DEVICE_KIND],
		.rom = t->field[RESULTS_ROM],
	};

	caller_shows(t->store, t->job.caller, &shown,
	    fn == on_reached || fn == on_proved);
}

/* The next job has it as the machine's own, and no sweep takes a job with
 * anything else there. */
static int
check_leaf(const char *cert, struct fault *f)
{
	size_t len = strlen(cert);
	char shown[80];

	if (len == 0 || (len == 64 && strspn(cert, "0123456789abcdef") == len))
		return 0;
	text_show(shown, sizeof(shown), cert, len);
	return fault_set(f, 0,
	    "device_cert is not a SHA-256 (got \"%s\", expected 64 hexadecimal "
	    "digits in lower case, or nothing)",
	    shown);
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
	if (*fn == issued_to_machine)
		return issued_check(t, f);
	return *fn == visit_in_order ? check_leaf(field[RESULTS_DEVICE_CERT], f)
	                             : 0;
}

/* --- records -------------------------------------------------------------- */

/* False when it is there already. */
static bool
result_added(struct result *t)
{
	struct query *q = store_query(t->store,
	    "INSERT INTO results"
	    " (job, at, milestone, reason, detail, firmware, realm,"
	    "  tls, chain, device_cert, device_kind, rom,"
	    "  setting, item, wanted, found)"
	    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
	    " ON CONFLICT DO NOTHING");

	query_text(q, 0, t->field[RESULTS_JOB]);
	query_number(q, 1, t->at);
	query_text(q, 2, t->field[RESULTS_MILESTONE]);
	query_text(q, 3, t->field[RESULTS_REASON]);
	query_text(q, 4, t->field[RESULTS_DETAIL]);
	query_text(q, 5, t->field[RESULTS_FIRMWARE]);
	query_text(q, 6, t->field[RESULTS_REALM]);
	query_text(q, 7, t->field[RESULTS_TLS]);
	query_text(q, 8, t->field[RESULTS_CHAIN]);
	query_text(q, 9, t->field[RESULTS_DEVICE_CERT]);
	query_text(q, 10, t->field[RESULTS_DEVICE_KIND]);
	query_text(q, 11, t->field[RESULTS_ROM]);
	query_text(q, 12, t->field[RESULTS_SETTING]);
	query_text(q, 13, t->field[RESULTS_ITEM]);
	query_text(q, 14, t->field[RESULTS_WANTED]);
	query_text(q, 15, t->field[RESULTS_FOUND]);
	query_run(q);
	return db_changes(t->store->db) != 0;
}

/* Looks up the job; its row stays open until jobs_found_end. */
static int
find_job(struct result *t, struct fault *f)
{
	char shown[80];

	if (!jobs_find(t->store, t->field[RESULTS_JOB], &t->job)) {
		text_show(shown, sizeof(shown), t->field[RESULTS_JOB],
		    strlen(t->field[RESULTS_JOB]));
		return fault_set(f, 0, "no such job in this site (\"%s\")",
		    shown);
	}
	if (strcmp(t->job.uuid, t->field[RESULTS_UUID]) == 0)
		return 0;
	jobs_found_end(&t->job);
	return fault_set(f, 0, "result of another machine's job");
}

/*
 * A job that verified its machine cannot have failed: two sweeps had it, or
 * somebody wrote this.  A machine that is set up stays so (states(5)); the
 * journal keeps what was said.
 */
static bool
contradicts(struct result *t, milestone_fn *fn)
{
	return fn == on_failed && t->job.verified && t->job.current &&
	    !t->job.prove && !result_is_visit(t);
}

/*
 * Whoever answers names a release, and it decides on the profile: of a machine
 * that is set up only what came after it was reached counts, and no word of
 * those who are asked to prove that they are it.
 */
static bool
tells_release(const struct result *t, milestone_fn *fn)
{
	return t->field[RESULTS_FIRMWARE][0] != '\0' &&
	    (!t->job.set_up || (fn != on_failed && !t->job.prove));
}

/* What it shows is what it showed when it was set up. */
static bool
result_is_in_setup(const struct result *t, milestone_fn *fn)
{
	return !result_is_visit(t) && fn != issued_to_machine &&
	    !(fn == on_verified && issued_is_shown(t));
}

static enum load_verdict
result_apply(struct result *t, milestone_fn *fn, struct stream_in *in)
{
	if (!result_added(t)) {
		/* Of two that a job got in one second both are kept. */
		if (fn == issued_to_machine)
			fn(t);
		return LOAD_SAME;
	}
	if (contradicts(t, fn)) {
		stage_refuse(in->name, in->line,
		    "job %s failed (%s), but it has verified its machine "
		    "already: a verified machine cannot become delayed or "
		    "refused; kept in the journal only",
		    t->field[RESULTS_JOB], t->field[RESULTS_REASON]);
		return LOAD_REFUSED;
	}
	if (tells_release(t, fn))
		machines_firmware(t->store, t->job.uuid,
		    t->field[RESULTS_FIRMWARE]);
	if (result_is_in_setup(t, fn))
		result_shows(t, fn);
	fn(t);
	return LOAD_NEW;
}

static enum load_verdict
result_load(void *arg, struct stream_in *in, struct record *r,
    struct load_count *count)
{
	struct result t = { .store = arg, .field = r->field };
	enum load_verdict v;
	milestone_fn *fn = NULL;
	struct fault f;

	(void)count;
	if (check_result(&t, &fn, &f) == -1 || find_job(&t, &f) == -1) {
		stage_refuse(in->name, in->line, "%s", f.why);
		return LOAD_REFUSED;
	}
	v = result_apply(&t, fn, in);
	jobs_found_end(&t.job);
	return v;
}

int
load_results(struct store *s, struct stream_in *in)
{
	return load_journal(s, in, result_load, NULL, s);
}
