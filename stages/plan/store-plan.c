/*
 * store-plan - which machines can be set up now, as jobs, and who is first to
 * prove that it is one; of the others, why not.
 *
 * Everything is decided and committed in one transaction before the first job
 * is written: the passwords of a machine are in the store before any program
 * could send them, and a machine has at most one run that works on it.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "store/byteorder.h"
#include "plan/candidates.h"
#include "lib/clock.h"
#include "plan/contest.h"
#include "plan/joblist.h"
#include "store/names.h"
#include "lib/option.h"
#include "plan/plan.h"
#include "lib/profilefile.h"
#include "lib/random.h"
#include "lib/stage.h"
#include "store/store.h"
#include "store/strangers.h"
#include "base/text.h"
#include "base/uuid.h"

/* More than the largest fleets have machines. */
#define JOBS_MAX 100000

enum { OPT_TAKE_OVER = 1 };

struct planner {
	struct store store;
	const char *dir, *profile_path;
	struct profile profile;
	char settings[PROFILE_SETTINGS_MAX];
	int64_t now, not_after;
	int64_t number; /* of this plan, among what arrives */
	struct hellotime timing;
	int64_t map_days; /* older entries of the map are stale; 0: never */
	char cutoff[CLAIMS_SEEN];
	bool take_over; /* leases of runs before are void */
	bool reveal;
	size_t max;
	struct candidates callers; /* of the machine that is looked at */
	struct joblist jobs;
	uint64_t nrefused;
};

/*
 * A machine as the big query has it.  Texts are borrowed from its row, which
 * the sorter keeps until the next one.
 */
enum {
	M_UUID,
	M_CALLER,
	M_FQDN,
	M_LIFE,
	M_JOBS,
	M_ATTEMPTS,
	M_COMMITTED,
	M_STATE,
	M_REASON,
	M_DETAIL,
	M_HOLDER,
	M_SETTLED
};

/*
 * What is not set up, or was heard since or shares its UUID; and is not with
 * another run.  First whose window closes first; those whose window has closed
 * cost no time.
 */
static const char sql_machines[] =
    "SELECT m.uuid, m.caller, fqdn, life, jobs, attempts, committed_at, "
    "m.state, m.reason, m.detail, holder, settled "
    "FROM machines m LEFT JOIN callers l ON l.id = m.caller "
    "WHERE (m.state <> 'verified' OR m.reason = 'UUID-SHARED' "
    "  OR EXISTS (SELECT 1 FROM callers c WHERE c.uuid = m.uuid "
    "    AND c.heard > m.settled AND (c.stirred > m.settled "
    "    OR c.id IS NOT m.holder))) "
    "AND ifnull(lease, 0) <= ?1 "
    "ORDER BY closes(l.version, l.last_heard, l.retries), m.uuid";

/* This life's first, then what was set before, newest first, then the rest. */
static const char sql_secrets[] =
    "SELECT id, kind, life, sealed FROM secrets WHERE uuid = ?1 "
    "ORDER BY life = ?2 DESC, set_at IS NOT NULL DESC, id DESC";

/* --- facts ------------------------------------------------------------- */

/* Texts that a second query answers must outlive it. */
struct texts {
	struct names names;
	char fqdn[DOMAIN_TEXT];
	char asked_detail[PLAN_DETAIL];
};

struct planned {    /* of this life, newest */
	int64_t id; /* 0: none */
	char text[STORE_SECRET];
};

struct secrets {
	struct plan_known known;
	struct planned admin, mebx;
	bool damaged;
};

static void
copy(char *to, size_t cap, const char *from)
{
	(void)snprintf(to, cap, "%s", from);
}

static void
get_names(struct planner *p, struct plan_facts *f, struct texts *t)
{
	const struct claims *c = &t->names.claims;

	names_get(&p->store, f->uuid, p->cutoff, &t->names);
	f->nnames = c->nnames;
	for (size_t i = 0; i < c->nnames; i++) {
		f->name[i] = c->name[i].fqdn;
		f->name_place[i] = c->name[i].place;
	}
	f->name_seen = c->stale ? c->name[0].seen : "";
	f->name_owner = t->names.owner;
	f->owner_place = t->names.owner_place;
}

/* What the site's own program was met with; for a day, in case that it is
 * asked no more. */
static const char sql_asked[] =
    "SELECT reason, detail FROM lookups WHERE uuid = ?1 AND at > ?2";

static void
get_asked(struct planner *p, struct plan_facts *f, struct texts *t)
{
	struct query *q = store_query(&p->store, sql_asked);
	enum reason_id id;

	f->asked_detail = t->asked_detail;
	query_text(q, 0, f->uuid);
	query_number(q, 1, p->now - 86400);
	if (query_row(q)) {
		id = reason_find(query_get_text(q, 0));
		f->asked = id == REASON_COUNT ? REASON_NONE : id;
		copy(t->asked_detail, sizeof(t->asked_detail),
		    query_get_text(q, 1));
	}
	query_reset(q);
}

/* What a machine took stays its name, whatever the map has come to say. */
static void
keep_name(struct plan_facts *f, struct texts *t, const char *fqdn)
{
	copy(t->fqdn, sizeof(t->fqdn), fqdn);
	f->nnames = 1;
	f->name[0] = t->fqdn;
	f->name_place[0] = "as it was set up";
	f->name_seen = f->name_owner = f->owner_place = "";
}

static void
keep_secret(struct secrets *s, const char *kind, bool this_life, int64_t id,
    const char *text)
{
	struct plan_known *k = &s->known;
	bool admin = strcmp(kind, "admin") == 0;
	struct planned *newest = admin ? &s->admin : &s->mebx;

	if (this_life && id > newest->id) {
		newest->id = id;
		copy(newest->text, STORE_SECRET, text);
	}
	if (admin && k->nearlier < PLAN_TRIES)
		copy(k->earlier[k->nearlier++], STORE_SECRET, text);
	if (!admin && k->nmebx_planned < 2)
		copy(k->mebx_planned[k->nmebx_planned++], STORE_SECRET, text);
}

static void
get_secrets(struct planner *p, struct query *m, struct secrets *s)
{
	struct query *q = store_query(&p->store, sql_secrets);
	const char *uuid = query_get_text(m, M_UUID);
	int64_t life = query_get_number(m, M_LIFE);
	char text[STORE_SECRET];

	query_text(q, 0, uuid);
	query_number(q, 1, life);
	while (query_row(q)) {
		const char *kind = query_get_text(q, 1);
		bool this_life = query_get_number(q, 2) == life;

		if (store_get_sealed(&p->store, q, 3, "secrets", uuid, kind,
		        text) == 0)
			keep_secret(s, kind, this_life, query_get_number(q, 0),
			    text);
		else if (this_life)
			s->damaged = true;
	}
	explicit_bzero(text, sizeof(text));
}

/* The key's part; false when its secrets do not open. */
static bool
get_key(struct planner *p, const char *pid, struct plan_known *k,
    char pps[STORE_SECRET])
{
	struct query *q =
	    store_query(&p->store, "SELECT sealed FROM keys WHERE pid = ?");
	struct key_secrets all = { 0 };
	int rc = 0;

	query_text(q, 0, pid);
	if (query_row(q))
		rc = store_get_key(&p->store, q, 0, pid, &all);
	query_reset(q);
	copy(pps, STORE_SECRET, all.text[KEY_PPS]);
	copy(k->mebx_now, sizeof(k->mebx_now), all.text[KEY_MEBX_NOW]);
	copy(k->mebx_next, sizeof(k->mebx_next), all.text[KEY_MEBX_NEXT]);
	explicit_bzero(&all, sizeof(all));
	return rc == 0;
}

/* What is true of the machine, whoever calls. */
static void
get_machine(struct planner *p, struct query *m, struct plan_facts *f,
    struct texts *t)
{
	uint8_t uuid[UUID_LEN];
	bool done = !query_is_null(m, M_COMMITTED) ||
	    strcmp(query_get_text(m, M_STATE), "verified") == 0;

	memset(t, 0, sizeof(*t));
	*f = (struct plan_facts){
		.now = p->now,
		.uuid = query_get_text(m, M_UUID),
		.asked_detail = "",
	};
	if (uuid_parse(uuid, f->uuid, strlen(f->uuid), NULL) == 0)
		f->uuid_bad = uuid_bad(uuid);
	if (done && query_get_text(m, M_FQDN)[0] != '\0')
		keep_name(f, t, query_get_text(m, M_FQDN));
	else
		get_names(p, f, t);
	if (f->nnames == 0)
		get_asked(p, f, t);
}

/* A machine, those who call themselves it, and what is known of both. */
struct machine {
	struct query *row;
	struct plan_facts facts;
	struct texts texts;
	struct secrets secrets;
	struct contest contest;
	/* of each caller, in their order: */
	struct contender contenders[CANDIDATES_MAX];
	char why[CANDIDATES_MAX][PLAN_DETAIL];
};

/* The passwords to try on one of them; how many. */
static size_t
get_tries(struct planner *p, struct machine *m, const struct candidate *c,
    char tries[PLAN_TRIES][STORE_SECRET], char pps[STORE_SECRET], bool *opens)
{
	struct plan_known *k = &m->secrets.known;

	*opens = get_key(p, c->pid, k, pps) && !m->secrets.damaged;
	k->creds_set = c->creds_set;
	return plan_passwords(tries, k);
}

static enum reason_id
decide(struct planner *p, struct machine *m, const struct candidate *c,
    bool holds, char *detail)
{
	char tries[PLAN_TRIES][STORE_SECRET], pps[STORE_SECRET];
	struct plan_facts f = m->facts;
	bool opens;

	f.version = c->version;
	f.last_heard = c->last_heard;
	f.closes = c->closes;
	f.pid = c->pid;
	f.place = c->place;
	f.committed = holds && !query_is_null(m->row, M_COMMITTED);
	f.key_known = c->key_known;
	f.key_state = c->key_state;
	f.used_by = c->used_by;
	f.npasswords = get_tries(p, m, c, tries, pps, &opens);
	f.key_damaged = !opens;
	explicit_bzero(tries, sizeof(tries));
	explicit_bzero(pps, sizeof(pps));
	return plan_decide(&f, detail);
}

static bool
is_due(struct planner *p, struct machine *m, const struct candidate *c)
{
	const struct plan_facts *f = &m->facts;
	struct plan_try t = {
		.now = p->now,
		.failed = c->ever_failed,
		.failed_at = c->failed_at,
		.stirred = c->stirred > c->failed,
		.met = c->met,
		.not_before = c->not_before,
		.key_changed = c->key_changed,
		.renamed = f->nnames == 1 &&
		    strcmp(f->name[0], query_get_text(m->row, M_FQDN)) != 0,
	};

	return plan_due(&t);
}

static void
get_contender(struct planner *p, struct machine *m, size_t i)
{
	const struct candidate *c = &p->callers.list[i];
	int64_t settled = query_get_number(m->row, M_SETTLED);
	bool holds = c->id == query_get_number(m->row, M_HOLDER);

	m->contenders[i] = (struct contender){
		.why = decide(p, m, c, holds, m->why[i]),
		.why_detail = m->why[i],
		.address = c->address,
		.pid = c->pid,
		.realm = c->realm,
		.note = c->note,
		.arrived = c->arrived,
		.due = is_due(p, m, c),
		.news = (holds ? c->stirred : c->heard) > settled,
		.tries = c->tries,
		.failures = c->stirred > c->failed ? 0 : c->failures,
		.speaks = c->speaks,
		.revoked = c->key_known && c->key_state == KEY_REVOKED,
		.proved = !c->proof_over &&
		    c->proved_life == query_get_number(m->row, M_LIFE),
		.proved_in = c->proved,
		.again = c->stirred > c->proved,
		.known_here = c->proved_life != 0,
		.rival = c->rival,
		.rival_proved = c->rival_proved,
		.met = c->met,
		.met_detail = c->met_detail,
	};
	if (holds)
		m->contest.holder = &m->contenders[i];
}

static void
get_contest(struct planner *p, struct machine *m)
{
	get_machine(p, m->row, &m->facts, &m->texts);
	get_secrets(p, m->row, &m->secrets);
	candidates_read(&p->callers, &p->store, m->facts.uuid, p->now);
	m->contest = (struct contest){
		.verified =
		    strcmp(query_get_text(m->row, M_STATE), "verified") == 0,
		.c = m->contenders,
		.n = p->callers.n,
	};
	m->contest.committed =
	    m->contest.verified || !query_is_null(m->row, M_COMMITTED);
	for (size_t i = 0; i < p->callers.n; i++)
		get_contender(p, m, i);
}

/* --- verdicts ---------------------------------------------------------- */

/* Nothing was planned for it: why. */
static void
set_state(struct planner *p, struct machine *m, const char *state,
    enum reason_id id, const char *detail)
{
	struct query *q = store_query(&p->store,
	    "UPDATE machines SET state = ?2, reason = ?3, detail = ?4, "
	    "lease = NULL WHERE uuid = ?1 AND NOT (state = ?2 AND "
	    "reason = ?3 AND detail = ?4)");

	query_text(q, 0, m->facts.uuid);
	query_text(q, 1, state);
	query_text(q, 2, reason_get(id)->code);
	query_text(q, 3, detail);
	query_run(q);
}

static void
set_caller(struct planner *p, struct machine *m, int64_t caller)
{
	struct query *q = store_query(&p->store,
	    "UPDATE machines SET caller = ?2 WHERE uuid = ?1 "
	    "AND caller <> ?2");

	query_text(q, 0, m->facts.uuid);
	query_number(q, 1, caller);
	query_run(q);
}

static void
set_verdicts(struct planner *p, struct machine *m)
{
	struct query *q = store_query(&p->store,
	    "UPDATE callers SET verdict = ?2, detail = CASE WHEN reason = '' "
	    "THEN ?3 ELSE detail END WHERE id = ?1");

	for (size_t i = 0; i < p->callers.n; i++) {
		const struct candidate *c = &p->callers.list[i];
		const struct contender *v = &m->contenders[i];
		const char *code = reason_get(v->verdict)->code;

		if (strcmp(code, c->verdict) == 0)
			continue;
		query_number(q, 0, c->id);
		query_text(q, 1, code);
		query_text(q, 2, v->why == REASON_NONE ? "" : v->why_detail);
		query_run(q);
	}
}

/*
 * The password of this life: the one planned before, so that a machine which
 * took it from a run that was cut is not locked out; unless the profile has
 * come to name another one.  Answers its row.
 */
static int64_t
choose(struct planner *p, struct query *m, const char *kind,
    struct planned *old, const char *fixed)
{
	const char *uuid = query_get_text(m, M_UUID);
	uint8_t sealed[STORE_SEALED];
	struct query *q;

	if (old->id != 0 && (fixed[0] == '\0' || strcmp(fixed, old->text) == 0))
		return old->id;
	if (fixed[0] != '\0')
		copy(old->text, STORE_SECRET, fixed);
	else
		random_password(old->text);
	q = store_query(&p->store,
	    "INSERT INTO secrets (uuid, kind, life, sealed, planned_at) "
	    "VALUES (?, ?, ?, ?, ?) RETURNING id");
	query_text(q, 0, uuid);
	query_text(q, 1, kind);
	query_number(q, 2, query_get_number(m, M_LIFE));
	store_bind_sealed(&p->store, q, 3, old->text, "secrets", uuid, kind,
	    sealed);
	query_number(q, 4, p->now);
	if (query_row(q))
		old->id = query_get_number(q, 0);
	query_run(q);
	return old->id;
}

/* Where it is in the store: nothing is sent before that. */
static void
write_job(struct planner *p, struct machine *m, const struct planned_job *j,
    int64_t admin, int64_t mebx)
{
	struct query *q = store_query(&p->store,
	    "INSERT INTO jobs (job, uuid, life, wish, attempt, fqdn, address, "
	    "pid, profile, admin, mebx, planned, planned_at, not_after) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, nullif(?, 0), nullif(?, 0), "
	    "?, ?, ?)");

	query_text(q, 0, j->id);
	query_text(q, 1, j->uuid);
	query_number(q, 2, query_get_number(m->row, M_LIFE));
	query_text(q, 3, j->prove ? "prove" : "set-up");
	query_number(q, 4, j->attempt);
	query_text(q, 5, j->fqdn);
	query_text(q, 6, j->address);
	query_text(q, 7, j->pid);
	query_text(q, 8, p->profile.name);
	query_number(q, 9, admin);
	query_number(q, 10, mebx);
	query_number(q, 11, p->number);
	query_number(q, 12, p->now);
	query_number(q, 13, p->not_after);
	query_run(q);
}

static void
caller_tried(struct planner *p, int64_t caller, int64_t number)
{
	struct query *q = store_query(&p->store,
	    "UPDATE callers SET tries = tries + 1, job = ?2 WHERE id = ?1");

	query_number(q, 0, caller);
	query_number(q, 1, number);
	query_run(q);
}

/* Setups first, then the first proof of each machine, then the second; then
 * those of machines that are set up already. */
static int64_t
job_order(const struct machine *m, const struct contender *v)
{
	if (v->what == CONTEST_SET_UP)
		return 0;
	return 1 + (int64_t)v->rank +
	    (m->contest.committed ? CONTEST_PROOFS : 0);
}

static void
plan_job(struct planner *p, struct machine *m, const struct candidate *c,
    const struct contender *v, int64_t number)
{
	char tries[PLAN_TRIES][STORE_SECRET];
	const struct profile *profile = &p->profile;
	struct secrets *s = &m->secrets;
	struct planned_job *j = joblist_add(&p->jobs);
	int64_t admin = 0, mebx = 0;
	bool opens;

	joblist_join(j, tries, get_tries(p, m, c, tries, j->pps, &opens));
	j->prove = v->what == CONTEST_PROVE;
	/* A proof sets no password: what is there is there to be tried. */
	if (j->prove)
		copy(j->admin_next, sizeof(j->admin_next), tries[0]);
	explicit_bzero(tries, sizeof(tries));
	if (!j->prove) {
		admin =
		    choose(p, m->row, "admin", &s->admin, profile->admin_fixed);
		copy(j->admin_next, sizeof(j->admin_next), s->admin.text);
	}
	if (!j->prove && profile->mebx_mode != PROFILE_MEBX_KEEP) {
		mebx = choose(p, m->row, "mebx", &s->mebx, profile->mebx_fixed);
		copy(j->mebx_next, sizeof(j->mebx_next), s->mebx.text);
	}
	(void)snprintf(j->id, sizeof(j->id), "%s.%" PRId64, m->facts.uuid,
	    number);
	copy(j->uuid, sizeof(j->uuid), m->facts.uuid);
	copy(j->fqdn, sizeof(j->fqdn), m->facts.name[0]);
	copy(j->address, sizeof(j->address), c->address);
	copy(j->pid, sizeof(j->pid), c->pid);
	if (v->proved)
		copy(j->realm, sizeof(j->realm), c->realm);
	j->attempt = query_get_number(m->row, M_ATTEMPTS) + 1;
	j->order = job_order(m, v);
	write_job(p, m, j, admin, mebx);
	caller_tried(p, c->id, number);
}

/* Jobs were planned, up to this number; setup: the one that sets it up. */
static void
machine_planned(struct planner *p, struct machine *m, int64_t last,
    int64_t setup)
{
	struct query *q = store_query(&p->store,
	    "UPDATE machines SET jobs = ?2, lease = ?3, "
	    "job = CASE WHEN ?4 <> 0 THEN ?4 ELSE job END WHERE uuid = ?1");

	query_text(q, 0, m->facts.uuid);
	query_number(q, 1, last);
	query_number(q, 2, p->not_after);
	query_number(q, 3, setup);
	query_run(q);
	if (setup == 0 &&
	    (m->contest.committed || m->contest.why != REASON_NONE))
		return; /* it stays what it is until something is proved */
	q = store_query(&p->store,
	    "UPDATE machines SET state = 'planned', reason = '', detail = '', "
	    "fqdn = ?2, attempts = attempts + 1 WHERE uuid = ?1");
	query_text(q, 0, m->facts.uuid);
	query_text(q, 1, m->facts.name[0]);
	query_run(q);
}

/* How many jobs were planned. */
static size_t
plan_jobs(struct planner *p, struct machine *m)
{
	int64_t number = query_get_number(m->row, M_JOBS), setup = 0;
	size_t before = p->jobs.n;

	for (size_t i = 0; i < p->callers.n; i++) {
		const struct contender *v = &m->contenders[i];

		if (v->what == CONTEST_REST || p->jobs.n >= p->max)
			continue;
		plan_job(p, m, &p->callers.list[i], v, ++number);
		if (v->what == CONTEST_SET_UP)
			setup = number;
	}
	if (p->jobs.n != before)
		machine_planned(p, m, number, setup);
	return p->jobs.n - before;
}

/* A machine that is set up stays so, whatever a person should know of it. */
static void
note_shared(struct planner *p, struct machine *m)
{
	const struct contest *t = &m->contest;
	struct query *q = store_query(&p->store,
	    "UPDATE machines SET reason = ?2, detail = ?3 WHERE uuid = ?1 "
	    "AND detail <> ?3 AND (?2 <> '' OR reason = 'UUID-SHARED')");

	query_text(q, 0, m->facts.uuid);
	query_text(q, 1, reason_get(t->why)->code);
	query_text(q, 2, t->detail);
	query_run(q);
}

/* No job was planned: it waits for its time or for a person. */
static void
machine_rests(struct planner *p, struct machine *m)
{
	const struct contest *t = &m->contest;
	const struct contender *first = t->first;

	if (t->verified)
		return;
	if (t->why != REASON_NONE) {
		p->nrefused++;
		set_state(p, m, "refused", t->why, t->detail);
	} else if (!first->due && first->met != REASON_NONE)
		set_state(p, m,
		    reason_get(first->met)->class == REASON_PERSON ? "refused"
		                                                   : "delayed",
		    first->met, first->met_detail);
}

static void
plan_machine(struct planner *p, struct machine *m, struct query *row)
{
	m->row = row;
	memset(&m->secrets, 0, sizeof(m->secrets));
	get_contest(p, m);
	if (p->callers.n != 0) {
		contest_judge(&m->contest);
		set_verdicts(p, m);
		set_caller(p, m,
		    p->callers.list[m->contest.first - m->contenders].id);
		/* Before its lease: what is refused may be asked for proofs. */
		if (m->contest.why != REASON_NONE)
			machine_rests(p, m);
		if (plan_jobs(p, m) == 0 && m->contest.why == REASON_NONE)
			machine_rests(p, m);
		if (m->contest.verified)
			note_shared(p, m);
	}
	explicit_bzero(&m->secrets, sizeof(m->secrets));
}

/* Runs that did not end their jobs: killed, or their machine went away. */
static void
end_cut_jobs(struct planner *p)
{
	struct query *q = query_new(p->store.db,
	    "UPDATE jobs SET ended_at = ?1, reason = 'RUN-CUT' "
	    "WHERE ended_at IS NULL AND (not_after <= ?1 OR ?2 "
	    "OR planned_at > ?3)");

	query_number(q, 0, p->now);
	query_number(q, 1, p->take_over);
	/* Of a time to come: the clock was set back, the run is over. */
	query_number(q, 2, p->now + CLOCKS_APART);
	query_run(q);
	query_free(q);
	db_exec(p->store.db,
	    "UPDATE machines SET lease = NULL WHERE lease IS NOT NULL AND "
	    "NOT EXISTS (SELECT 1 FROM jobs WHERE uuid = machines.uuid "
	    "AND ended_at IS NULL)");
}

/*
 * Machines that are set up and that the map has come to call by another name,
 * or no more does.
 */
static const char sql_renamed[] =
    "SELECT uuid, fqdn FROM machines m WHERE state = 'verified' AND "
    "reason <> 'UUID-SHARED' AND (reason <> '' OR "
    "EXISTS (SELECT 1 FROM map WHERE uuid = m.uuid AND fqdn <> m.fqdn) OR "
    "EXISTS (SELECT 1 FROM settlements WHERE uuid = m.uuid AND "
    "fqdn <> m.fqdn AND undone_at IS NULL))";

/* It is told, and the machine is left alone. */
static void
note_renamed(struct planner *p)
{
	struct query *m = query_new(p->store.db, sql_renamed);
	struct query *q = query_new(p->store.db,
	    "UPDATE machines SET reason = ?2, detail = ?3 WHERE uuid = ?1 "
	    "AND detail <> ?3");

	while (query_row(m)) {
		struct plan_facts f = { .uuid = query_get_text(m, 0) };
		struct texts t;
		char detail[PLAN_DETAIL];
		enum reason_id id;

		get_names(p, &f, &t);
		id = plan_renamed(query_get_text(m, 1), &f, detail);
		query_text(q, 0, f.uuid);
		query_text(q, 1, reason_get(id)->code);
		query_text(q, 2, detail);
		query_run(q);
	}
	query_free(m);
	query_free(q);
}

static void
plan(struct planner *p)
{
	static struct machine m;
	struct query *row;

	db_begin(p->store.db);
	p->now = clock_seconds(); /* after the wait for other writers */
	p->not_after += p->now;
	p->number = store_count(&p->store, "arrivals", 1);
	names_cutoff(p->cutoff, p->now, p->map_days);
	byteorder_settle(&p->store, BYTEORDER_MAP);
	strangers_age(&p->store, p->now);
	end_cut_jobs(p);
	row = query_new(p->store.db, sql_machines);
	query_number(row, 0, p->now);
	while (query_row(row))
		plan_machine(p, &m, row);
	query_free(row);
	note_renamed(p);
	db_commit(p->store.db);
}

static void
parse_args(struct planner *p, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "take-over", no_argument, NULL, OPT_TAKE_OVER },
		{ "reveal", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:m:n:p:rR:t:w:W:", longopts)) !=
	    -1)
		switch (ch) {
		case 'd':
			p->dir = optarg;
			break;
		case 'm':
			p->map_days = (int64_t)option_setting(SITECONF_MAP_DAYS,
			    "-m", optarg);
			break;
		case 'n':
			p->max = stage_number("-n", optarg, 1, JOBS_MAX);
			break;
		case 'p':
			p->profile_path = optarg;
			break;
		case 't':
			p->not_after =
			    (int64_t)stage_number("-t", optarg, 1, 86400);
			break;
		case 'w':
		case 'W':
		case 'R':
			option_hellotime(&p->timing, ch, optarg);
			break;
		case OPT_TAKE_OVER:
			p->take_over = true;
			break;
		case 'r':
			p->reveal = true;
			break;
		default:
			stage_usage();
		}
	if (p->dir == NULL || p->profile_path == NULL || p->not_after == 0 ||
	    optind != argc)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct planner p = { .max = JOBS_MAX };

	stage_begin("-d site -p profile.xml -t seconds [-w hours] [-W hours] "
	            "[-R schedule] [-m days] [-n max] "
	            "[--take-over] [-rv]",
	    MAY_READ_FILES | MAY_USE_STORE | EMITS_SECRETS);
	hellotime_usual(&p.timing);
	parse_args(&p, argc, argv);
	stage_guard_secrets(p.reveal); /* before anything is leased */
	stage_uses_folder(p.dir);
	stage_reads(p.profile_path);
	stage_confine();
	profile_file(&p.profile, p.profile_path);
	if (profile_settings(p.settings, sizeof(p.settings), &p.profile) == -1)
		errx(EX_SOFTWARE, "settings are too long");
	store_open(&p.store, p.dir);
	store_timing(&p.store, &p.timing);
	candidates_new(&p.callers);
	plan(&p);
	candidates_free(&p.callers);
	store_close(&p.store);
	joblist_write(&p.jobs, p.profile.name, p.settings, p.not_after,
	    p.reveal);
	profile_wipe(&p.profile);
	if (stage_verbose())
		stage_say(p.dir, 0, "%zu planned, %" PRIu64 " cannot be",
		    p.jobs.n, p.nrefused);
	joblist_wipe(&p.jobs);
	return stage_end();
}
