#include "plan/planner.h"

#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/clocks.h"
#include "plan/cause.h"
#include "plan/due.h"
#include "plan/profile_rows.h"
#include "setup/setup_way.h"
#include "store/issued.h"
#include "store/jobs.h"
#include "store/kept.h"
#include "store/lookups.h"

/* After the setups and the proofs of planned.c. */
#define ORDER_UPKEEP 1000000

/* A machine that is set up, and what is to be done with it. */
struct upkeep {
	const struct kept_row *row;
	const struct profile *profile;
	const struct assign_rule *rule; /* that said so, or NULL */
	bool chosen;                    /* the site's own program did */
	enum due_why why;
	char digest[KEPT_HASH];
	char fqdn[DOMAIN_TEXT]; /* as it is, or as it is to be called */
	struct secrets_now secrets;
	char replace[SETUP_LEAVES]; /* of a CA before, and their day has come */
};

/* --- hashes --------------------------------------------------------------- */

/* Texts one after the other, each with its NUL. */
struct hashed {
	char *text;
	size_t len, cap;
};

static void
hashed_add(struct hashed *h, const char *text)
{
	size_t n = strlen(text) + 1;
	char *grown;

	if (h->len + n > h->cap) {
		h->cap = 2 * (h->len + n);
		grown = malloc(h->cap);
		if (grown == NULL)
			err(EX_OSERR, "profile");
		if (h->len != 0) {
			memcpy(grown, h->text, h->len);
			explicit_bzero(h->text, h->len);
		}
		free(h->text);
		h->text = grown;
	}
	memcpy(h->text + h->len, text, n);
	h->len += n;
}

static void
hashed_end(struct planner *p, struct hashed *h, char hash[KEPT_HASH])
{
	seal_hash(p->store.seal, hash, h->text, h->len);
	explicit_bzero(h->text, h->len);
	free(h->text);
}

const char *
planner_digest(struct planner *p, const struct profile *profile)
{
	static char hash[KEPT_HASH];
	struct hashed h = { 0 };
	char modes[32];

	(void)snprintf(modes, sizeof(modes), "%d %d", (int)profile->admin_mode,
	    (int)profile->mebx_mode);
	hashed_add(&h, profile->name);
	hashed_add(&h, modes);
	hashed_add(&h, profile->admin_fixed);
	hashed_add(&h, profile->admin_master);
	hashed_add(&h, profile->mebx_fixed);
	hashed_add(&h, profile->mebx_master);
	for (size_t i = 0; i < profile->settings.n; i++) {
		hashed_add(&h, profile->settings.list[i].setting);
		hashed_add(&h, profile->settings.list[i].item);
		hashed_add(&h, profile->settings.list[i].value);
	}
	hashed_end(p, &h, hash);
	return hash;
}

/* Of one machine: who reads the store learns not even which have the same. */
static void
secret_hash(struct planner *p, const char *uuid, const struct settings_value *v,
    char hash[KEPT_HASH])
{
	struct hashed h = { 0 };

	hashed_add(&h, uuid);
	hashed_add(&h, v->setting);
	hashed_add(&h, v->item);
	hashed_add(&h, v->value);
	hashed_end(p, &h, hash);
}

char *
planner_secrets(struct planner *p, const struct profile *profile,
    const char *uuid, const char *job)
{
	char *known = NULL, hash[KEPT_HASH], entry[SETUP_KNOWN_ENTRY];
	FILE *f;
	size_t len, n = 0;

	f = open_memstream(&known, &len);
	if (f == NULL)
		err(EX_OSERR, "profile");
	for (size_t i = 0; i < profile->settings.n; i++) {
		const struct settings_value *v = &profile->settings.list[i];

		const struct setting *row = profile_rows_of(v->setting);

		if ((!row->secret && !row->hidden) ||
		    strcmp(v->value, "keep") == 0)
			continue;
		secret_hash(p, uuid, v, hash);
		kept_will_send(&p->store, job, v->setting, v->item, hash);
		if (!kept_has(&p->store, uuid, v->setting, v->item, hash))
			continue;
		setup_known_entry(entry, v->setting, v->item);
		(void)fprintf(f, "%s%s", n++ == 0 ? "" : ",", entry);
	}
	if (fclose(f) != 0)
		err(EX_OSERR, "profile");
	return known;
}

/* --- which profile, and is it due ----------------------------------------- */

/* Why it gets no jobs, or that it gets them again. */
static void
upkeep_note(struct planner *p, const struct kept_row *k, enum reason_id why,
    const char *detail)
{
	enum reason_id before = reason_find(k->reason);

	if (why != REASON_NONE || before == REASON_PROFILE_NONE ||
	    before == REASON_REALM_UNKNOWN || before == REASON_KEY_DAMAGED)
		kept_note(&p->store, k->uuid, why, detail);
}

static enum reason_id
upkeep_assign(struct planner *p, struct upkeep *u, char detail[PLAN_DETAIL])
{
	static struct props told;
	char model[MAPMODEL_TEXT];
	struct assign_facts facts = {
		.uuid = u->row->uuid,
		.fqdn = u->row->fqdn,
		.address = u->row->address,
		.release = u->row->firmware,
		.batch = u->row->batch,
		.model = planner_model(p, u->row->uuid, model),
	};

	memset(&told, 0, sizeof(told));
	lookups_told(&p->store, u->row->uuid, &told);
	facts.ou = told.ou;
	facts.chosen = told.profile;
	u->chosen = told.profile[0] != '\0';
	u->profile = profiles_choose(&p->profiles, &facts, &u->rule);
	if (u->profile != NULL)
		return REASON_NONE;
	planner_unassigned(detail, &facts);
	return REASON_PROFILE_NONE;
}

static const char *
upkeep_setting(const struct upkeep *u, const char *setting)
{
	const char *value = settings_value(&u->profile->settings, setting);

	return value == NULL ? "" : value;
}

/* Another name in the map, that nobody else has, where the profile follows. */
static bool
upkeep_renamed(struct planner *p, struct upkeep *u)
{
	static struct names names;
	const struct claims *c = &names.claims;

	(void)snprintf(u->fqdn, sizeof(u->fqdn), "%s", u->row->fqdn);
	if (strcmp(upkeep_setting(u, "follow-name"), "on") != 0)
		return false;
	names_get(&p->store, u->row->uuid, p->cutoff, &names);
	if (c->nnames != 1 || c->stale || names.owner[0] != '\0' ||
	    strcmp(c->name[0].fqdn, u->row->fqdn) == 0)
		return false;
	(void)snprintf(u->fqdn, sizeof(u->fqdn), "%s", c->name[0].fqdn);
	return true;
}

/* Until when it waits: not while what may have been the cause has changed. */
static int64_t
upkeep_waits(struct planner *p, const struct upkeep *u)
{
	const struct kept_row *k = u->row;
	struct job_last last;
	const struct planner_met met = {
		.met = reason_find(k->reason),
		.failed_at = k->failed_at,
		.last = &last,
		.profile = u->profile,
		.fqdn = u->fqdn,
	};

	/* A failure dated in the future was before the clock was set back. */
	if (k->failed_at > p->now + CLOCKS_APART)
		return 0;
	if (k->not_before <= p->now || !cause_is_ours(met.met) ||
	    !jobs_last_visit(&p->store, k->uuid, k->life, &last))
		return k->not_before;
	return planner_cause_changed(p, &met) ? 0 : k->not_before;
}

static enum due_why
upkeep_due(struct planner *p, struct upkeep *u)
{
	const struct kept_row *k = u->row;
	struct due_facts f = {
		.now = p->now,
		.uuid = k->uuid,
		.digest_now = u->digest,
		.digest = k->digest,
		.sets_clock = true, /* as every setup does */
		.clock_at = k->clock_at,
		.password_at = k->password_at,
		.cert_until = k->cert_until,
		.pending = k->pending,
		.differs = k->differs,
		.cut = k->uncommitted,
		.renamed = upkeep_renamed(p, u),
	};

	f.not_before = upkeep_waits(p, u);
	if (strcmp(upkeep_setting(u, "certificate"), "local") == 0)
		f.ca_before = planner_ca_before(p, k, u->replace, &f.ca_since);
	if (!due_ca(&f))
		u->replace[0] = '\0';
	(void)snprintf(u->digest, sizeof(u->digest), "%s",
	    planner_digest(p, u->profile));
	if (u->profile->admin_mode == PROFILE_ADMIN_RANDOM)
		f.password_days = atoi(upkeep_setting(u, "password-days"));
	return due_decide(&f);
}

/* --- its password --------------------------------------------------------- */

/* One more, and what the machine has might no longer be among those tried. */
static bool
password_has_room(const struct upkeep *u, const char *text)
{
	for (size_t i = 0; i < u->secrets.n; i++)
		if (strcmp(u->secrets.text[i], text) == 0)
			return true;
	return !u->secrets.pending || u->secrets.n < SECRETS_NOW;
}

/*
 * The one that it is to have: as it is, unless the profile has another, or had
 * it and wants a random one by now, or it is too old.  A new one is in the
 * store before it is sent.  One that was planned before, and perhaps taken,
 * stays the one to set where there is no room for another, until it is seen;
 * then the machine is due again.
 */
static void
upkeep_password(struct planner *p, struct upkeep *u, struct setup_job *s)
{
	char given[PASSWORD_MAX + 1];
	uint8_t bytes[UUID_LEN];
	bool other;

	for (size_t i = 0; i < u->secrets.n; i++)
		memcpy(s->tries[i], u->secrets.text[i], STORE_SECRET);
	s->ntries = u->secrets.n;
	(void)snprintf(s->admin_next, sizeof(s->admin_next), "%.32s",
	    u->secrets.text[0]);
	if (p->checks)
		return;
	if (uuid_parse(bytes, u->row->uuid, strlen(u->row->uuid), NULL) == -1 ||
	    profile_admin_password(given, u->profile, bytes) == -1)
		errx(EX_SOFTWARE, "%s: no password can be derived",
		    u->row->uuid);
	other = given[0] == '\0' ? u->secrets.of_profile
	                         : strcmp(given, u->secrets.text[0]) != 0;
	if (other && !password_has_room(u, given)) {
		other = false;
		(void)snprintf(u->digest, sizeof(u->digest), "%s",
		    u->row->digest);
	}
	if (other || (u->why == DUE_PASSWORD && !u->secrets.pending))
		u->secrets.newest = planner_password(p, u->row->uuid,
		    u->row->life, SECRET_ADMIN, given, s->admin_next);
	explicit_bzero(given, sizeof(given));
}

/* --- the job -------------------------------------------------------------- */

void
planner_visit(struct planner *p, struct job *j, const struct kept_row *k,
    enum setup_wish wish)
{
	struct setup_job *s = &j->setup;

	(void)snprintf(j->id, sizeof(j->id), "%s.%" PRId64, k->uuid,
	    k->jobs + 1);
	(void)snprintf(j->uuid, sizeof(j->uuid), "%s", k->uuid);
	(void)snprintf(j->fqdn, sizeof(j->fqdn), "%s", k->fqdn);
	(void)snprintf(j->address, sizeof(j->address), "%s", k->address);
	(void)snprintf(j->console, sizeof(j->console), "%s",
	    planner_console(p));
	(void)snprintf(s->realm, sizeof(s->realm), "%s", k->realm);
	issued_leaves(&p->store, k->uuid, k->leaf, s->leaf);
	planner_rung(s, k->tls);
	s->way = setup_way_find("managed");
	s->wish = wish;
}

static void
upkeep_job(struct planner *p, struct upkeep *u, struct job *j)
{
	const struct kept_row *k = u->row;
	struct setup_job *s = &j->setup;

	planner_visit(p, j, k, p->checks ? SETUP_CHECK : SETUP_KEEP);
	(void)snprintf(j->fqdn, sizeof(j->fqdn), "%s", u->fqdn);
	(void)snprintf(j->profile, sizeof(j->profile), "%s", u->profile->name);
	s->attempt = (unsigned)k->failures + 1;
	s->commit = k->uncommitted && s->wish == SETUP_KEEP;
	(void)snprintf(s->replace, sizeof(s->replace), "%s", u->replace);
	upkeep_password(p, u, s);
	j->known = planner_secrets(p, u->profile, k->uuid, j->id);
	s->known = j->known;
}

static void
upkeep_plan(struct planner *p, struct upkeep *u)
{
	struct planned_job *planned = joblist_add(&p->jobs);
	struct job *j = &planned->job;
	struct job_row row = { .job = j->id,
		.uuid = j->uuid,
		.fqdn = j->fqdn,
		.address = j->address,
		.pid = u->row->pid,
		.profile = j->profile,
		.wish = setup_wish_name(p->checks ? SETUP_CHECK : SETUP_KEEP),
		.digest = u->digest,
		.life = u->row->life,
		.attempt = u->row->failures + 1,
		.planned = p->number,
		.planned_at = p->now,
		.not_after = p->not_after };

	planned->order = ORDER_UPKEEP;
	planned->late = planner_hung(reason_find(u->row->reason));
	planned->rule = u->rule;
	planned->chosen = u->chosen;
	planned->due = u->why;
	upkeep_job(p, u, j);
	row.admin = u->secrets.newest;
	jobs_plan(&p->store, &row);
	machines_lease(&p->store, u->row->uuid, u->row->jobs + 1,
	    u->row->jobs + 1, p->not_after);
}

/* What a job needs besides the way to it: one that is not due has none, and its
 * passwords are not looked at. */
static enum reason_id
upkeep_look(struct planner *p, struct upkeep *u, char detail[PLAN_DETAIL])
{
	const struct kept_row *k = u->row;
	const struct secret_for who = { .uuid = k->uuid,
		.address = k->address,
		.pid = k->pid,
		.life = k->life };
	enum reason_id why;

	/* Nothing may be sent: it would be answered by anyone. */
	if (k->realm[0] == '\0')
		return REASON_REALM_UNKNOWN;
	why = upkeep_assign(p, u, detail);
	if (why != REASON_NONE)
		return why;
	u->why = upkeep_due(p, u);
	if (!p->checks && u->why == DUE_NOT)
		return REASON_NONE;
	secrets_current(&p->store, &who, &u->secrets);
	return u->secrets.n == 0 ? REASON_KEY_DAMAGED : REASON_NONE;
}

static void
upkeep_machine(void *arg, const struct kept_row *row)
{
	struct planner *p = arg;
	struct upkeep u = { .row = row };
	char detail[PLAN_DETAIL] = "";

	if (p->jobs.n >= p->max)
		return;
	upkeep_note(p, row, upkeep_look(p, &u, detail), detail);
	if (u.secrets.n != 0)
		upkeep_plan(p, &u);
	explicit_bzero(&u.secrets, sizeof(u.secrets));
}

void
planner_upkeep(struct planner *p)
{
	/* Without the way there is nobody to do it. */
	if (setup_way_find("managed") != NULL)
		kept_each(&p->store, p->now, upkeep_machine, p);
}
