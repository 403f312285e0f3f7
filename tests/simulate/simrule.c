/*
 * simrule - what must hold, whatever goes wrong.
 */
#include "sim.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/secrets.h"

void
sim_broken(const char *fmt, ...)
{
	va_list ap;

	(void)fflush(stderr);
	va_start(ap, fmt);
	(void)fputs("BROKEN: ", stderr);
	(void)vfprintf(stderr, fmt, ap);
	(void)fputc('\n', stderr);
	va_end(ap);
	_Exit(1);
}

/* --- passwords ------------------------------------------------------------ */

struct rule_look {
	const struct sim_box *box;
	bool known;
};

static void
rule_try(void *arg, const struct secret_row *r)
{
	struct rule_look *l = arg;

	l->known |= r->kind == SECRET_ADMIN && r->opens &&
	    sim_box_opens(l->box, r->text);
}

static bool
rule_knows(const struct sim_machine *m)
{
	struct rule_look l = { .box = m->box };

	secrets_each(&sim.planner.store, m->text, 1, rule_try, &l);
	return l.known;
}

/* --- names and keys ------------------------------------------------------- */

static void
rule_alone(const struct sim_machine *m)
{
	char name[DOMAIN_TEXT], other[DOMAIN_TEXT];

	sim_box_name(m->box, name);
	for (size_t i = 0; i < sim.n; i++) {
		const struct sim_machine *o = &sim.machine[i];

		if (o == m || !o->exists || !sim_box_set_up(o->box))
			continue;
		sim_box_name(o->box, other);
		if (strcmp(name, other) == 0)
			sim_broken("two machines are set up as %s", name);
		if (strcmp(m->pid, o->pid) == 0)
			sim_broken("the key of %s has set up two machines",
			    m->fqdn);
	}
}

/* --- commits -------------------------------------------------------------- */

/* Did a visit of it end otherwise than well, or a setup that had found it set
 * up and otherwise than wanted?  The one under way has not ended. */
static bool
rule_was_cut(const struct sim_machine *m)
{
	struct query *q = store_query(&sim.planner.store,
	    "SELECT EXISTS (SELECT 1 FROM jobs j WHERE uuid = ?"
	    " AND ifnull(reason, '') <> '' AND (wish = 'keep'"
	    "  OR wish = 'set-up' AND EXISTS (SELECT 1 FROM results r"
	    "   WHERE r.job = j.job AND r.milestone = 'differs')))");
	bool cut;

	query_text(q, 0, m->text);
	cut = query_row(q) && query_get_number(q, 0) != 0;
	query_reset(q);
	return cut;
}

/* A setup commits once.  So does a visit, and a setup that finds the machine
 * set up, and once more for each reply that was lost; one that writes nothing
 * only when another was cut before it. */
static void
rule_commits(const struct sim_asked *a, struct sim_machine *m)
{
	unsigned commits = sim_box_commits(m->box) - a->commits;
	unsigned writes = sim_box_writes(m->box) - a->writes;
	struct sim_visit *v = &m->visit;

	if (strcmp(v->job, a->job->id) != 0) {
		*v = (struct sim_visit){ .setup = m->setups == 0 };
		(void)snprintf(v->job, sizeof(v->job), "%s", a->job->id);
	}
	if (v->setup) {
		m->setups += commits;
		if (m->setups > 1)
			sim_broken("%s was committed twice", m->fqdn);
		return;
	}
	if (commits != 0 && !v->wrote && !rule_was_cut(m))
		sim_broken("%s was committed%s", m->fqdn,
		    a->job->setup.wish == SETUP_SET_UP
		        ? " twice"
		        : ", and nothing was changed");
	v->wrote |= writes > commits;
	v->commits += commits;
	if (v->commits > 1 + v->lost)
		sim_broken("%s was committed twice in a visit", m->fqdn);
	v->lost += a->fault != SIM_FINE;
}

void
sim_rule_asks(struct sim_asked *a, const struct sim_machine *m)
{
	(void)snprintf(a->hash, sizeof(a->hash), "%s", sim_box_hash(m->box));
	a->commits = sim_box_commits(m->box);
	a->writes = sim_box_writes(m->box);
}

void
sim_rule_answered(const struct sim_asked *a, struct sim_machine *m)
{
	if (strcmp(a->hash, sim_box_hash(m->box)) != 0 && !rule_knows(m))
		sim_broken("%s has a password that the store does not know",
		    m->fqdn);
	rule_commits(a, m);
	if (sim_box_set_up(m->box))
		rule_alone(m);
}

/* --- what the store says of a machine ------------------------------------- */

struct rule_row {
	bool there;
	char state[16], reason[32], detail[200];
	int64_t life, hellos;
};

static void
rule_read(const struct sim_machine *m, struct rule_row *r)
{
	struct query *q = store_query(&sim.planner.store,
	    "SELECT state, reason, detail, life,"
	    " (SELECT sum(hellos) FROM callers c WHERE c.uuid = m.uuid)"
	    " FROM machines m WHERE uuid = ?");

	*r = (struct rule_row){ .there = false };
	query_text(q, 0, m->text);
	if (query_row(q)) {
		r->there = true;
		(void)snprintf(r->state, sizeof(r->state), "%s",
		    query_get_text(q, 0));
		(void)snprintf(r->reason, sizeof(r->reason), "%s",
		    query_get_text(q, 1));
		(void)snprintf(r->detail, sizeof(r->detail), "%s",
		    query_get_text(q, 2));
		r->life = query_get_number(q, 3);
		r->hellos = query_get_number(q, 4);
	}
	query_reset(q);
}

static bool
rule_is_verified(const struct rule_row *r)
{
	return strcmp(r->state, "verified") == 0;
}

/* Of this UUID: hellos that were taken, and is one of them set up and opened?
 */
static void
rule_twins(const struct sim_machine *m, unsigned *hellos, bool *opened)
{
	*hellos = 0;
	*opened = false;
	for (size_t i = 0; i < sim.n; i++) {
		const struct sim_machine *o = &sim.machine[i];

		if (strcmp(o->text, m->text) != 0)
			continue;
		*hellos += o->hellos;
		*opened |= sim_box_set_up(o->box) && rule_knows(o);
	}
}

/*
 * Of a machine that is set up a visit tries a few passwords only: what it has
 * must be one of them.
 */
static void
rule_tried(const struct sim_machine *m)
{
	struct query *q = store_query(&sim.planner.store,
	    "SELECT m.life, l.address, l.pid FROM machines m"
	    " JOIN callers l ON l.id = m.holder"
	    " WHERE m.uuid = ?1 AND m.state = 'verified'");
	struct secret_for who = { .uuid = m->text };
	static struct secrets_now now;
	char address[64], pid[64];
	bool held = false, tried = false;

	query_text(q, 0, m->text);
	if (query_row(q)) {
		who.life = query_get_number(q, 0);
		(void)snprintf(address, sizeof(address), "%s",
		    query_get_text(q, 1));
		(void)snprintf(pid, sizeof(pid), "%s", query_get_text(q, 2));
		who.address = address;
		who.pid = pid;
		held = strcmp(pid, m->pid) == 0 && sim_box_set_up(m->box);
	}
	query_reset(q);
	if (!held)
		return;
	secrets_current(&sim.planner.store, &who, &now);
	for (size_t i = 0; i < now.n; i++)
		tried |= sim_box_opens(m->box, now.text[i]);
	if (!tried)
		sim_broken("%s has a password that no visit would try",
		    m->fqdn);
}

void
sim_rule_round(void)
{
	for (size_t i = 0; i < sim.n; i++) {
		const struct sim_machine *m = &sim.machine[i];
		struct rule_row r;
		unsigned hellos;
		bool opened;

		rule_read(m, &r);
		rule_twins(m, &hellos, &opened);
		if ((int64_t)hellos != r.hellos)
			sim_broken("%s: %u hellos were taken, the store has "
			           "%lld",
			    m->fqdn, hellos, (long long)r.hellos);
		if (rule_is_verified(&r) && !opened)
			sim_broken("%s is verified, and no machine is set up "
			           "with a password of it",
			    m->fqdn);
		rule_tried(m);
	}
}

bool
sim_rule_settled(void)
{
	for (size_t i = 0; i < sim.n; i++) {
		struct rule_row r;

		rule_read(&sim.machine[i], &r);
		if (sim_box_set_up(sim.machine[i].box) && !rule_is_verified(&r))
			return false;
	}
	return true;
}

/* --- the end ---------------------------------------------------------------
 */

/* Reasons that are true of each flaw; commas around each. */
static const char *const rule_reasons[SIM_FLAWS] = {
	[SIM_UNNAMED] = ",MAP-NONE,",
	[SIM_NAMESAKE] = ",MAP-SHARED,",
	[SIM_KEY_TWIN] = ",KEY-SHARED,KEY-USED,HELLO-UNPROVEN,",
	[SIM_UUID_TWIN] = ",UUID-SHARED,HELLO-UNPROVEN,",
	[SIM_WRONG_PPS] = ",TLS-KEY-REFUSED,",
	[SIM_KEY_MISSED] = ",KEY-UNKNOWN,",
	[SIM_DEAD] = ",CONNECT-TIMEOUT,",
	[SIM_LOCKED_OUT] = ",AUTH-REFUSED,LOGIN-REFUSED,",
};

/* The one behind it, if that has made it a twin and is there. */
static enum sim_flaw
rule_flaw(const struct sim_machine *m)
{
	if (m->flaw == SIM_GOOD && m->twin && m[1].exists)
		return m[1].flaw;
	if ((m->flaw == SIM_NAMESAKE || m->flaw == SIM_KEY_TWIN ||
	        m->flaw == SIM_UUID_TWIN) &&
	    !m[-1].exists && m->flaw != SIM_NAMESAKE)
		return SIM_GOOD;
	if (m->flaw == SIM_GOOD && m->twin && m[1].flaw == SIM_NAMESAKE)
		return SIM_NAMESAKE; /* the map does not know who is there */
	return m->flaw;
}

/*
 * Where it was once, another one answers now, or nobody: what was met there is
 * as true as what is met at its new address.  One that was committed, and of
 * which nobody heard that, is found no more: it says no hello.
 */
static bool
rule_is_astray(const struct sim_machine *m, enum sim_flaw flaw)
{
	return m->roams && (flaw != SIM_GOOD || sim_box_set_up(m->box));
}

/* Where it can be reached, it has what the profile says. */
static void
rule_in_order(const struct sim_machine *m)
{
	struct query *q;

	if (m->roams ||
	    sim_box_pings(m->box) == ((sim.profile & SIM_PING) != 0))
		return;
	q = store_query(&sim.planner.store,
	    "SELECT reason, detail FROM kept WHERE uuid = ?");
	query_text(q, 0, m->text);
	(void)query_row(q);
	sim_broken("%s is not as the profile says: %s (%s)", m->fqdn,
	    query_get_text(q, 0), query_get_text(q, 1));
}

static void
rule_ends(const struct sim_machine *m)
{
	enum sim_flaw flaw = rule_flaw(m);
	struct rule_row r;
	char code[40];

	rule_read(m, &r);
	(void)snprintf(code, sizeof(code), ",%s,", r.reason);
	if (rule_is_verified(&r) && flaw == SIM_GOOD)
		rule_in_order(m);
	if (rule_is_verified(&r) &&
	    (flaw == SIM_GOOD || flaw == SIM_KEY_TWIN || flaw == SIM_UUID_TWIN))
		return;
	if (!rule_is_verified(&r) && *r.reason != '\0' &&
	    rule_is_astray(m, flaw))
		return;
	if (flaw == SIM_GOOD || rule_reasons[flaw] == NULL ||
	    strstr(rule_reasons[flaw], code) == NULL)
		sim_broken("%s ends as %s %s (%s), expected %s", m->fqdn,
		    r.state, r.reason, r.detail,
		    flaw == SIM_GOOD ? "verified" : rule_reasons[flaw]);
}

void
sim_rule_end(void)
{
	unsigned writes[SIM_MACHINES];

	for (size_t i = 0; i < sim.n; i++)
		if (sim.machine[i].exists)
			rule_ends(&sim.machine[i]);
	for (size_t i = 0; i < sim.n; i++)
		writes[i] = sim_box_writes(sim.machine[i].box);
	sim.round++;
	sim_world_turn();
	sim_round();
	for (size_t i = 0; i < sim.n; i++)
		if (writes[i] != sim_box_writes(sim.machine[i].box) &&
		    !rule_is_astray(&sim.machine[i],
		        rule_flaw(&sim.machine[i])))
			sim_broken("%s was changed when all was quiet",
			    sim.machine[i].fqdn);
}
