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

void
sim_rule_request(struct sim_machine *m, const char *before)
{
	if (strcmp(before, sim_box_hash(m->box)) != 0 && !rule_knows(m))
		sim_broken("%s has a password that the store does not know",
		    m->fqdn);
	if (sim_box_commits(m->box) > 1)
		sim_broken("%s was committed twice", m->fqdn);
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
	}
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

static void
rule_ends(const struct sim_machine *m)
{
	enum sim_flaw flaw = rule_flaw(m);
	struct rule_row r;
	char code[40];

	rule_read(m, &r);
	(void)snprintf(code, sizeof(code), ",%s,", r.reason);
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
