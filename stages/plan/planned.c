#include "plan/planner.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/password.h"
#include "lib/random.h"
#include "setup/setup_way.h"
#include "store/rehearsal.h"
#include "store/jobs.h"

static void
text_copy(char *to, size_t cap, const char *from)
{
	(void)snprintf(to, cap, "%.*s", (int)cap - 1, from);
}

static void
keep_verdicts(struct planner *p, struct planning *m)
{
	for (size_t i = 0; i < p->callers.n; i++) {
		const struct caller_row *c = &p->callers.list[i];
		const struct contender *v = &m->contenders[i];

		if (strcmp(reason_get(v->verdict)->code, c->verdict) != 0)
			caller_judge(&p->store, c->id, v->verdict,
			    v->why == REASON_NONE ? "" : v->why_detail);
	}
}

_Static_assert(PLAN_TRIES == SETUP_TRIES_MAX &&
        PLAN_SECRET == SETUP_PASSWORD_MAX + 1,
    "a job takes all passwords that a plan may try");

/* Those that the profile has for a machine, "" for random ones. */
struct profile_secrets {
	char admin[PLAN_SECRET], mebx[PLAN_SECRET];
};

static void
secrets_of_profile(struct profile_secrets *s, const struct profile *profile,
    const char *uuid)
{
	uint8_t bytes[UUID_LEN];

	if (uuid_parse(bytes, uuid, strlen(uuid), NULL) == -1 ||
	    profile_admin_password(s->admin, profile, bytes) == -1 ||
	    profile_mebx_password(s->mebx, profile, bytes) == -1)
		errx(EX_SOFTWARE, "%s: no password can be derived", uuid);
}

static struct secret_for
caller_secrets(const struct machine_row *m, const struct caller_row *c)
{
	return (struct secret_for){ .uuid = m->uuid,
		.address = c->address,
		.pid = c->pid,
		.life = m->life };
}

/* Those of this life that this caller was given, or that nobody else may know.
 * One of the profile's is everybody's anyway, or follows from the UUID. */
static void
secrets_of_caller(struct planner *p, const struct machine_row *m,
    const struct caller_row *c, struct plan_secrets *s,
    const struct profile_secrets *given)
{
	const struct secret_for who = caller_secrets(m, c);

	if (given->admin[0] == '\0')
		s->admin.id = secrets_choose(&p->store, &who, SECRET_ADMIN,
		    s->admin.text);
	if (given->mebx[0] == '\0')
		s->mebx.id =
		    secrets_choose(&p->store, &who, SECRET_MEBX, s->mebx.text);
}

void
planner_rung(struct setup_job *s, const char *tls)
{
	static const struct {
		const char *version;
		enum setup_tls rung;
	} rungs[] = { { "1.3", SETUP_TLS_BEST }, { "1.2", SETUP_TLS_BEST },
		{ "1.1", SETUP_TLS_1_1 }, { "1.0", SETUP_TLS_1_0 } };

	for (size_t i = 0; i < sizeof(rungs) / sizeof(rungs[0]); i++)
		if (strcmp(tls, rungs[i].version) == 0) {
			s->tls = rungs[i].rung;
			s->tls_known = true;
		}
}

int64_t
planner_password(struct planner *p, const char *uuid, int64_t life,
    enum secret_kind kind, const char *given, char text[PLAN_SECRET])
{
	if (given[0] != '\0')
		text_copy(text, PLAN_SECRET, given);
	else
		random_password(text);
	return secrets_plan(&p->store, uuid, life, kind, text,
	    given[0] != '\0' ? SECRET_PROFILE : SECRET_RANDOM, p->now);
}

/*
 * The password of this life: the one planned before, so that a machine which
 * took it from a run that was cut is not locked out; unless the profile has
 * come to name another one.  Answers its id.
 */
static int64_t
choose_secret(struct planner *p, const struct machine_row *row,
    enum secret_kind kind, struct plan_secret *old, const char *fixed)
{
	if (old->id != 0 && (fixed[0] == '\0' || strcmp(fixed, old->text) == 0))
		return old->id;
	old->id =
	    planner_password(p, row->uuid, row->life, kind, fixed, old->text);
	return old->id;
}

/* Setups first, then the first proof of each machine, then the second; then
 * those of machines that are set up already. */
static int64_t
job_order(const struct planning *m, const struct contender *v)
{
	if (v->what == CONTEST_SET_UP)
		return 0;
	return 1 + (int64_t)v->rank +
	    (m->contest.committed ? CONTEST_PROOFS : 0);
}

/* An earlier run of this life had to send the admin's as the MEBx's; whether it
 * was taken, nobody saw.  So it is sent again. */
static bool
mebx_was_wanted(const struct plan_secrets *s)
{
	return s->mebx.id != 0 && strcmp(s->mebx.text, s->admin.text) == 0;
}

/*
 * A machine that its key has proved may have committed with what it was given,
 * and nothing else opens it then.  So that stays the one to set, whatever the
 * profile has come to say, and the job has the digest of the profile that said
 * so: once it is set up, the machine is due for the other.
 */
static bool
stays_given(struct planner *p, const struct secret_for *who, const char *fixed,
    struct plan_secret *s, char digest[KEPT_HASH])
{
	struct secret_given g;
	bool stays;

	secrets_given(&p->store, who, &g);
	stays = g.id != 0 &&
	    (fixed[0] == '\0' ? g.of_profile : strcmp(fixed, g.text) != 0);
	if (stays) {
		s->id = g.id;
		text_copy(s->text, sizeof(s->text), g.text);
		text_copy(digest, KEPT_HASH, g.digest);
	}
	explicit_bzero(&g, sizeof(g));
	return stays;
}

/* A proof sets no password: what is there is there to be tried. */
static void
job_secrets(struct planner *p, struct planning *m, const struct caller_row *c,
    struct setup_job *j, struct job_row *row, char digest[KEPT_HASH])
{
	const struct profile *profile = m->profile[c - p->callers.list];
	const struct secret_for who = caller_secrets(m->row, c);
	struct plan_secrets *s = &m->secrets;
	struct profile_secrets given;

	if (j->wish == SETUP_PROVE)
		return;
	secrets_of_profile(&given, profile, m->row->uuid);
	secrets_of_caller(p, m->row, c, s, &given);
	/* With a realm it may be looked for where it is set up. */
	row->admin = j->realm[0] != '\0' &&
	        stays_given(p, &who, given.admin, &s->admin, digest)
	    ? s->admin.id
	    : choose_secret(p, m->row, SECRET_ADMIN, &s->admin, given.admin);
	text_copy(j->admin_next, sizeof(j->admin_next), s->admin.text);
	if (profile->mebx_mode != PROFILE_MEBX_KEEP || mebx_was_wanted(s)) {
		row->mebx =
		    choose_secret(p, m->row, SECRET_MEBX, &s->mebx, given.mebx);
		text_copy(j->mebx_next, sizeof(j->mebx_next), s->mebx.text);
	}
	explicit_bzero(&given, sizeof(given));
}

/* Whoever is only asked for a proof may have none: any name will do, as nothing
 * is set. */
static void
job_profile(struct planner *p, struct planning *m, const struct caller_row *c,
    struct job *j)
{
	const struct profile *profile = m->profile[c - p->callers.list];

	if (profile == NULL)
		profile = &p->profiles.list[0];
	text_copy(j->profile, sizeof(j->profile), profile->name);
}

static void
job_chains(struct planner *p, struct planning *m, const struct caller_row *c,
    struct job *j)
{
	const struct certchoice *choice = m->choice[c - p->callers.list];

	if (choice == NULL)
		return;
	j->setup.way = setup_way_find("pki");
	j->setup.certified = true;
	planner_rung(&j->setup, c->tls);
	chainlist_use(&p->chains, choice, j->chains);
}

static void
job_texts(struct planner *p, struct planning *m, const struct caller_row *c,
    const struct contender *v, struct job *j)
{
	struct setup_job *s = &j->setup;
	char pps[PLAN_SECRET];
	bool opens;

	s->ntries = planner_tries(p, m, c, s->tries, pps, &opens);
	/* Without a key, who is asked for a proof is a stranger until then: he
	 * sees no digest of a password of ours. */
	if (s->wish == SETUP_PROVE && v->weak) {
		explicit_bzero(s->tries, sizeof(s->tries));
		s->ntries = 0;
	}
	/* It sets none; whoever reads the job wants one. */
	if (s->wish == SETUP_PROVE)
		text_copy(s->admin_next, sizeof(s->admin_next),
		    s->ntries == 0 ? PASSWORD_FACTORY : s->tries[0]);
	text_copy(j->pps, sizeof(j->pps), pps);
	explicit_bzero(pps, sizeof(pps));
	text_copy(j->uuid, sizeof(j->uuid), m->facts.uuid);
	text_copy(j->fqdn, sizeof(j->fqdn), m->facts.name[0]);
	if (p->rehearses)
		rehearsal_address(j->address, c->id);
	else
		text_copy(j->address, sizeof(j->address), c->address);
	text_copy(j->pid, sizeof(j->pid), c->pid);
	job_chains(p, m, c, j);
	if (s->wish != SETUP_PROVE)
		text_copy(j->console, sizeof(j->console), planner_console(p));
	if (v->proved)
		text_copy(s->realm, sizeof(s->realm), c->realm);
}

/* Which secrets an earlier try has sent, and what it may have left without a
 * commit: for a machine that is found set up. */
static void
job_earlier(struct planner *p, struct planning *m,
    const struct profile *profile, struct job *j)
{
	struct setup_job *s = &j->setup;

	j->known = planner_secrets(p, profile, j->uuid, j->id);
	s->known = j->known;
	s->commit = s->attempt > 1 &&
	    jobs_found_other(&p->store, j->uuid, m->row->life);
}

bool
planner_hung(enum reason_id met)
{
	return met == REASON_CONNECT_TIMEOUT || met == REASON_TLS_TIMEOUT ||
	    met == REASON_HTTP_TIMEOUT;
}

static void
plan_job(struct planner *p, struct planning *m, const struct caller_row *c,
    const struct contender *v, int64_t number)
{
	struct planned_job *planned = joblist_add(&p->jobs);
	struct job *j = &planned->job;
	char digest[KEPT_HASH] = "";
	struct job_row row = { .job = j->id,
		.uuid = j->uuid,
		.fqdn = j->fqdn,
		/* Results are the caller's, wherever a rehearsal goes. */
		.address = c->address,
		.pid = j->pid,
		.profile = j->profile,
		.wish = setup_wish_name(
		    v->what == CONTEST_PROVE ? SETUP_PROVE : SETUP_SET_UP),
		.digest = digest,
		.again = m->contest.again,
		.life = m->row->life,
		.attempt = m->row->attempts + 1,
		.planned = p->number,
		.planned_at = p->now,
		.not_after = p->not_after };

	(void)snprintf(j->id, sizeof(j->id), "%s.%" PRId64, m->facts.uuid,
	    number);
	j->setup.wish = v->what == CONTEST_PROVE ? SETUP_PROVE : SETUP_SET_UP;
	j->setup.attempt = (unsigned)row.attempt;
	planned->order = job_order(m, v);
	planned->late = planner_hung(v->met);
	planned->rule = m->rule[c - p->callers.list];
	planned->chosen = m->texts.told.profile[0] != '\0';
	job_texts(p, m, c, v, j);
	job_profile(p, m, c, j);
	job_secrets(p, m, c, &j->setup, &row, digest);
	if (j->setup.wish == SETUP_SET_UP && digest[0] == '\0')
		text_copy(digest, sizeof(digest),
		    planner_digest(p, m->profile[c - p->callers.list]));
	jobs_plan(&p->store, &row);
	if (j->setup.wish == SETUP_SET_UP)
		job_earlier(p, m, m->profile[c - p->callers.list], j);
	caller_tried(&p->store, c->id, number);
}

/* How many jobs were planned. */
static size_t
plan_jobs(struct planner *p, struct planning *m)
{
	int64_t number = m->row->jobs, setup = 0;
	size_t before = p->jobs.n;

	for (size_t i = 0; i < p->callers.n; i++) {
		const struct contender *v = &m->contenders[i];

		/* All of a machine are of one plan. */
		if (v->what == CONTEST_REST ||
		    (!p->streams && p->jobs.n >= p->max))
			continue;
		plan_job(p, m, &p->callers.list[i], v, ++number);
		if (v->what == CONTEST_SET_UP)
			setup = number;
	}
	if (p->jobs.n == before)
		return 0;
	if (p->streams && m->contest.again)
		p->again = NULL; /* not in the next plan once more */
	machines_lease(&p->store, m->row->uuid, number, setup, p->not_after);
	/* Else it stays what it is until something is proved. */
	if (setup != 0 ||
	    (!m->contest.committed && m->contest.why == REASON_NONE))
		machines_plan(&p->store, m->row, m->facts.name[0]);
	return p->jobs.n - before;
}

/* No job was planned: it waits for its time or for a person, or all who say
 * that they are it have failed so often that they are asked no more. */
static void
machine_rests(struct planner *p, struct planning *m)
{
	const struct contest *t = &m->contest;
	const struct contender *first = t->first;

	if (t->verified)
		return;
	if (t->why != REASON_NONE) {
		p->nrefused++;
		machines_rest(&p->store, m->row, MACHINE_REFUSED, t->why,
		    t->detail);
	} else if (first->what == CONTEST_REST && first->met != REASON_NONE)
		machines_rest(&p->store, m->row,
		    reason_get(first->met)->class == REASON_PERSON
		        ? MACHINE_REFUSED
		        : MACHINE_DELAYED,
		    first->met, first->met_detail);
}

void
planner_keep(struct planner *p, struct planning *m)
{
	const struct contest *t = &m->contest;

	keep_verdicts(p, m);
	machines_show(&p->store, m->row->uuid,
	    p->callers.list[t->first - m->contenders].id);
	/* Before its lease: what is refused may be asked for proofs. */
	if (t->why != REASON_NONE)
		machine_rests(p, m);
	if (plan_jobs(p, m) == 0 && t->why == REASON_NONE)
		machine_rests(p, m);
	if (t->verified)
		machines_note(&p->store, m->row->uuid, true, t->why, t->detail);
}
