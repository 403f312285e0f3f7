#include "plan/planner.h"

#include <stdio.h>
#include <string.h>

#include "plan/cause.h"
#include "base/uuid.h"
#include "lib/clock.h"
#include "store/keys.h"
#include "store/lookups.h"
#include "store/secrets.h"

/* For so long it counts what the site's own program was met with: in case that
 * it is asked no more. */
#define ASKED_SECONDS 86400

static void
text_copy(char *to, size_t cap, const char *from)
{
	(void)snprintf(to, cap, "%s", from);
}

static void
facts_names(struct planner *p, struct plan_facts *f, struct plan_texts *t)
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

/* What a machine took stays its name, whatever the map has come to say. */
static void
facts_name_taken(struct plan_facts *f, struct plan_texts *t, const char *fqdn)
{
	text_copy(t->fqdn, sizeof(t->fqdn), fqdn);
	f->nnames = 1;
	f->name[0] = t->fqdn;
	f->name_place[0] = "as it was set up";
	f->name_seen = f->name_owner = f->owner_place = "";
}

static void
facts_secret(void *arg, const struct secret_row *r)
{
	struct plan_secrets *s = arg;
	struct plan_known *k = &s->known;
	bool admin = r->kind == SECRET_ADMIN;
	struct plan_secret *newest = admin ? &s->admin : &s->mebx;

	if (!r->opens) {
		s->damaged = s->damaged || r->this_life;
		return;
	}
	if (r->this_life && r->id > newest->id) {
		newest->id = r->id;
		text_copy(newest->text, PLAN_SECRET, r->text);
	}
	if (admin && k->nearlier < PLAN_TRIES)
		text_copy(k->earlier[k->nearlier++], PLAN_SECRET, r->text);
	if (!admin && k->nmebx_planned < 2)
		text_copy(k->mebx_planned[k->nmebx_planned++], PLAN_SECRET,
		    r->text);
}

/* The key's part; false when its secrets do not open. */
static bool
facts_key(struct planner *p, const struct caller_row *c, struct plan_known *k,
    char pps[PLAN_SECRET])
{
	struct key_secrets all;
	int rc;

	pps[0] = k->mebx_now[0] = k->mebx_next[0] = '\0';
	if (c->version == HELLO_PKI)
		return true; /* it has none */
	rc = keys_secrets(&p->store, c->pid, &all);

	text_copy(pps, PLAN_SECRET, all.text[KEY_PPS]);
	text_copy(k->mebx_now, sizeof(k->mebx_now), all.text[KEY_MEBX_NOW]);
	text_copy(k->mebx_next, sizeof(k->mebx_next), all.text[KEY_MEBX_NEXT]);
	explicit_bzero(&all, sizeof(all));
	return rc == 0;
}

/* What is true of the machine, whoever calls. */
static void
facts_machine(struct planner *p, const struct machine_row *row,
    struct plan_facts *f, struct plan_texts *t)
{
	uint8_t uuid[UUID_LEN];

	memset(t, 0, sizeof(*t));
	lookups_told(&p->store, row->uuid, &t->told);
	*f = (struct plan_facts){
		.now = p->now,
		.uuid = row->uuid,
		.asked_detail = "",
	};
	if (uuid_parse(uuid, f->uuid, strlen(f->uuid), NULL) == 0)
		f->uuid_bad = uuid_bad(uuid);
	if (row->set_up && row->fqdn[0] != '\0')
		facts_name_taken(f, t, row->fqdn);
	else
		facts_names(p, f, t);
	if (f->nnames != 0)
		return;
	f->asked = lookups_last(&p->store, f->uuid, p->now - ASKED_SECONDS,
	    t->asked_detail, sizeof(t->asked_detail));
	f->asked_detail = t->asked_detail;
}

size_t
planner_tries(struct planner *p, struct planning *m, const struct caller_row *c,
    char tries[PLAN_TRIES][PLAN_SECRET], char pps[PLAN_SECRET], bool *opens)
{
	struct plan_known *k = &m->secrets.known;

	*opens = facts_key(p, c, k, pps) && !m->secrets.damaged;
	k->creds_set = c->creds_set;
	return plan_passwords(tries, k);
}

/* Which chains it may take, where it asks for one. */
static void
caller_certificate(struct planner *p, struct planning *m,
    const struct caller_row *c, struct plan_facts *f)
{
	const struct chainlist_machine machine = {
		.hash_list = c->hash_list,
		.fqdn = f->nnames == 1 ? f->name[0] : "",
		.firmware = m->row->firmware,
		.now = p->now,
	};
	size_t i = (size_t)(c - p->callers.list);

	m->choice[i] = NULL;
	f->cert_detail = "";
	if (c->version != HELLO_PKI)
		return;
	m->choice[i] = chainlist_choose(&p->chains, &p->store, &machine);
	f->cert = m->choice[i]->why;
	f->cert_detail = m->choice[i]->detail;
}

static bool
caller_has_proved(const struct planning *m, const struct caller_row *c)
{
	return !c->proof_over && c->proved_life == m->row->life;
}

/* It may be set up by now.  Without its realm it is not looked for there. */
static bool
caller_took(struct planner *p, const struct planning *m,
    const struct caller_row *c)
{
	const struct secret_for who = { .uuid = m->row->uuid,
		.address = c->address,
		.pid = c->pid,
		.life = m->row->life };

	return !m->row->set_up && caller_has_proved(m, c) &&
	    c->realm[0] != '\0' && secrets_taken(&p->store, &who);
}

static enum reason_id
caller_decide(struct planner *p, struct planning *m, const struct caller_row *c,
    bool holds, char *detail)
{
	char tries[PLAN_TRIES][PLAN_SECRET], pps[PLAN_SECRET];
	struct plan_facts f = m->facts;
	char profile_detail[PLAN_DETAIL];
	bool opens;

	f.version = c->version;
	f.last_heard = c->last_heard;
	f.closes = c->closes;
	f.pid = c->pid;
	f.place = c->place;
	f.committed = holds && m->row->committed;
	f.took = caller_took(p, m, c);
	planner_assign(p, m, c, &f, profile_detail);
	caller_certificate(p, m, c, &f);
	f.key_known = c->key_known;
	f.key_state = c->key_state;
	f.used_by = c->used_by;
	f.npasswords = planner_tries(p, m, c, tries, pps, &opens);
	f.key_damaged = !opens;
	explicit_bzero(tries, sizeof(tries));
	explicit_bzero(pps, sizeof(pps));
	return plan_decide(&f, detail);
}

static bool
caller_changed(struct planner *p, struct planning *m,
    const struct caller_row *c)
{
	struct job_last last;
	const struct planner_met met = {
		.met = c->met,
		.failed_at = c->failed_at,
		.last = jobs_last_setup(&p->store, c->id, &last) ? &last : NULL,
		.profile = m->profile[c - p->callers.list],
		.fqdn = m->facts.nnames == 1 ? m->facts.name[0] : last.fqdn,
	};

	return planner_cause_changed(p, &met);
}

/* Its profile is known by now. */
static bool
caller_due(struct planner *p, struct planning *m, const struct caller_row *c)
{
	const struct plan_facts *f = &m->facts;
	struct plan_try t = {
		.now = p->now,
		.failed = c->ever_failed,
		.failed_at = c->failed_at,
		.stirred = c->stirred > c->failed,
		.met = c->met,
		.not_before = c->not_before,
		.key_changed = c->version == HELLO_PKI
		    ? chainlist_changed(&p->chains, &p->store)
		    : c->key_changed,
		.renamed =
		    f->nnames == 1 && strcmp(f->name[0], m->row->fqdn) != 0,
		.cause_changed = c->ever_failed && cause_is_ours(c->met) &&
		    caller_changed(p, m, c),
	};

	return plan_due(&t);
}

/* After it was set up.  One that was unprovisioned says hello at once, perhaps
 * before we have seen that it was; it said none between its setup and then. */
static bool
caller_is_later(const struct machine_row *m, const struct caller_row *c)
{
	return m->state == MACHINE_UNPROVISIONED ? c->heard > m->settled
	                                         : c->last_heard > m->set_up_at;
}

static void
facts_contender(struct planner *p, struct planning *m, size_t i)
{
	const struct caller_row *c = &p->callers.list[i];
	bool holds = c->id == m->row->holder;

	m->contenders[i] = (struct contender){
		.why = caller_decide(p, m, c, holds, m->why[i]),
		.why_detail = m->why[i],
		.address = c->address,
		.pid = c->pid,
		.realm = c->realm,
		.note = c->note,
		.arrived = c->arrived,
		.news = (holds ? c->stirred : c->heard) > m->row->settled,
		.tries = c->tries,
		.failures = c->stirred > c->failed ? 0 : c->failures,
		.speaks = c->speaks,
		.revoked = (c->key_known && c->key_state == KEY_REVOKED) ||
		    (holds && m->row->keyless),
		.weak = c->version == HELLO_PKI,
		.rom = c->rom,
		.since = c->proved > m->row->settled,
		.later = caller_is_later(m->row, c),
		.proved = caller_has_proved(m, c),
		.proved_in = c->proved,
		.again = c->stirred > c->proved,
		.known_here = c->proved_life != 0,
		.rival = c->rival,
		.rival_proved = c->rival_proved,
		.met = c->met,
		.met_detail = c->met_detail,
	};
	m->contenders[i].due = caller_due(p, m, c);
	if (holds)
		m->contest.holder = &m->contenders[i];
}

static bool
is_named(const char *again, const struct machine_row *row)
{
	return again != NULL && strcmp(again, row->uuid) == 0;
}

void
planner_facts(struct planner *p, struct planning *m)
{
	memset(&m->secrets, 0, sizeof(m->secrets));
	facts_machine(p, m->row, &m->facts, &m->texts);
	secrets_each(&p->store, m->row->uuid, m->row->life, facts_secret,
	    &m->secrets);
	callers_read(&p->callers, &p->store, m->row->uuid, p->now);
	m->contest = (struct contest){
		.verified = m->row->state == MACHINE_VERIFIED ||
		    m->row->state == MACHINE_UNPROVISIONED,
		.committed = m->row->set_up,
		.again = is_named(p->again, m->row),
		.rom = m->row->rom,
		.c = m->contenders,
		.n = p->callers.n,
	};
	for (size_t i = 0; i < p->callers.n; i++)
		facts_contender(p, m, i);
}

enum reason_id
planner_renamed(struct planner *p, const struct machine_row *row,
    char detail[PLAN_DETAIL])
{
	struct plan_facts f = { .uuid = row->uuid };
	struct plan_texts t;

	facts_names(p, &f, &t);
	return plan_renamed(row->fqdn, &f, detail);
}
