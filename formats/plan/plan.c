#include "plan/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clocks.h"
#include "base/text.h"
#include "plan/backoff.h"
#include "plan/cause.h"

__attribute__((format(printf, 3, 4))) static enum reason_id
plan_because(enum reason_id id, char *detail, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(detail, PLAN_DETAIL, fmt, ap);
	va_end(ap);
	return id;
}

static enum reason_id
decide_hello(const struct plan_facts *f, char *detail)
{
	if (f->uuid_bad != NULL)
		return plan_because(REASON_UUID_BAD, detail, "%s (%s)",
		    f->uuid_bad, f->place);
	return REASON_NONE;
}

static enum reason_id
decide_key(const struct plan_facts *f, char *detail)
{
	bool ours = strcmp(f->used_by, f->uuid) == 0;

	if (!f->key_known)
		return plan_because(REASON_KEY_UNKNOWN, detail, "PID %s (%s)",
		    f->pid, f->place);
	if (f->key_state == KEY_REVOKED)
		return plan_because(REASON_KEY_REVOKED, detail, "PID %s",
		    f->pid);
	if (f->used_by[0] != '\0' && !ours)
		return plan_because(REASON_KEY_USED, detail, "PID %s set up %s",
		    f->pid, f->used_by);
	/* A list may say so; by which machine, nobody knows. */
	if (f->key_state == KEY_USED && f->used_by[0] == '\0')
		return plan_because(REASON_KEY_USED, detail,
		    "PID %s was used before it was imported", f->pid);
	if (f->key_damaged)
		return plan_because(REASON_KEY_DAMAGED, detail, "PID %s",
		    f->pid);
	return REASON_NONE;
}

static enum reason_id
decide_name(const struct plan_facts *f, char *detail)
{
	if (f->nnames == 0 && f->asked != REASON_NONE)
		return plan_because(f->asked, detail, "%s", f->asked_detail);
	if (f->nnames == 0)
		return plan_because(REASON_MAP_NONE, detail, "UUID %s",
		    f->uuid);
	if (f->nnames > 1)
		return plan_because(REASON_MAP_AMBIGUOUS, detail,
		    "%s (%s) or %s (%s)", f->name[0], f->name_place[0],
		    f->name[1], f->name_place[1]);
	if (f->name_owner[0] != '\0')
		return plan_because(REASON_MAP_SHARED, detail,
		    "%s (%s) is the name of %s too (%s)", f->name[0],
		    f->name_place[0], f->name_owner, f->owner_place);
	if (f->name_seen[0] != '\0')
		return plan_because(REASON_MAP_STALE, detail,
		    "%s (%s) is of %s", f->name[0], f->name_place[0],
		    f->name_seen);
	return REASON_NONE;
}

/* Rules ask for the name: it comes first. */
static enum reason_id
decide_profile(const struct plan_facts *f, char *detail)
{
	if (f->profile == REASON_NONE)
		return REASON_NONE;
	return plan_because(f->profile, detail, "%s", f->profile_detail);
}

static enum reason_id
decide_way_in(const struct plan_facts *f, char *detail)
{
	char heard[TEXT_TIME], until[TEXT_TIME];

	if (!f->committed && !f->took && f->closes <= f->now) {
		text_time(heard, f->last_heard);
		text_time(until, f->closes);
		return plan_because(REASON_WINDOW_CLOSED, detail,
		    "last hello %s, it listened until about %s", heard, until);
	}
	if (f->npasswords == 0 && f->version == 2)
		return plan_because(REASON_AUTH_NO_PASSWORD, detail,
		    "the hello says that a password was set; the key list "
		    "has none for PID %s",
		    f->pid);
	return REASON_NONE;
}

/* A site without a certificate needs one, whatever else is wrong. */
static enum reason_id
decide_site(const struct plan_facts *f, char *detail)
{
	if (f->cert == REASON_CERT_NONE)
		return plan_because(f->cert, detail,
		    "hello version 3 (%s) lists %s", f->place,
		    f->cert_detail[0] == '\0' ? "no root" : f->cert_detail);
	if (f->cert == REASON_CERT_DAMAGED)
		return plan_because(f->cert, detail, "hello version 3 (%s)",
		    f->place);
	return REASON_NONE;
}

static enum reason_id
decide_cert(const struct plan_facts *f, char *detail)
{
	return plan_because(f->cert, detail, "%s", f->cert_detail);
}

/* In the order in which a person has to put them right. */
static enum reason_id
decide_certified(const struct plan_facts *f, char *detail)
{
	enum reason_id id;

	if ((id = decide_hello(f, detail)) == REASON_NONE &&
	    (id = decide_site(f, detail)) == REASON_NONE &&
	    (id = decide_name(f, detail)) == REASON_NONE &&
	    (id = decide_profile(f, detail)) == REASON_NONE &&
	    (id = decide_cert(f, detail)) == REASON_NONE)
		id = decide_way_in(f, detail);
	return id;
}

enum reason_id
plan_decide(const struct plan_facts *f, char detail[PLAN_DETAIL])
{
	enum reason_id id;

	detail[0] = '\0';
	if (f->version == 3)
		return decide_certified(f, detail);
	if ((id = decide_hello(f, detail)) == REASON_NONE &&
	    (id = decide_key(f, detail)) == REASON_NONE &&
	    (id = decide_name(f, detail)) == REASON_NONE &&
	    (id = decide_profile(f, detail)) == REASON_NONE)
		id = decide_way_in(f, detail);
	return id;
}

bool
plan_due(const struct plan_try *t)
{
	int64_t not_before = t->not_before;

	if (!t->failed || t->stirred || t->cause_changed)
		return true;
	/* Its release is known by now: plan_decide has said whether it is
	 * refused still. */
	if (t->met == REASON_PROFILE_UNSUPPORTED)
		return true;
	if (cause_is_signer(t->met))
		not_before = t->failed_at + BACKOFF_MOST;
	else if (reason_get(t->met)->class == REASON_PERSON)
		return t->key_changed >= t->failed_at || t->renamed;
	/* A failure dated in the future was before the clock was set back. */
	return not_before <= t->now || t->failed_at > t->now + CLOCKS_APART;
}

enum reason_id
plan_renamed(const char *fqdn, const struct plan_facts *f,
    char detail[PLAN_DETAIL])
{
	detail[0] = '\0';
	if (f->nnames != 1 || strcmp(f->name[0], fqdn) == 0)
		return REASON_NONE;
	return plan_because(REASON_MAP_CHANGED, detail,
	    "set up as %s; now it is %s (%s)", fqdn, f->name[0],
	    f->name_place[0]);
}

struct tries {
	char (*to)[PLAN_SECRET];
	size_t n;
};

/* Commas join candidates in a job; AMT has no password with one. */
static void
tries_add(struct tries *t, size_t limit, const char *password)
{
	if (password[0] == '\0' || strchr(password, ',') != NULL ||
	    t->n >= limit)
		return;
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->to[i], password) == 0)
			return;
	(void)snprintf(t->to[t->n++], PLAN_SECRET, "%s", password);
}

static void
add_key(struct tries *t, const struct plan_known *k)
{
	tries_add(t, PLAN_TRIES, k->mebx_next);
	/* "admin" is wrong, not merely old, once anything was set. */
	if (strcmp(k->mebx_now, PASSWORD_FACTORY) != 0)
		tries_add(t, PLAN_TRIES, k->mebx_now);
	if (!k->creds_set)
		tries_add(t, PLAN_TRIES, PASSWORD_FACTORY);
}

size_t
plan_passwords(char to[PLAN_TRIES][PLAN_SECRET], const struct plan_known *k)
{
	struct tries t = { .to = to };
	size_t room;

	add_key(&t, k);
	room = PLAN_TRIES - t.n;
	t.n = 0;
	for (size_t i = 0; i < k->nearlier; i++)
		tries_add(&t, room, k->earlier[i]);
	add_key(&t, k);
	for (size_t i = 0; i < k->nmebx_planned; i++)
		tries_add(&t, PLAN_TRIES, k->mebx_planned[i]);
	return t.n;
}
