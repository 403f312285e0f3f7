#include "setup/setup_talk.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "amt/echo.h"
#include "base/text.h"
#include "setup/family_mutual.h"
#include "setup/settings.h"

/* Making a key of 2048 bits takes old machines minutes; MeshCentral waits 20
 * times 10 s. */
#define PATIENT_WAITS 20

#define RELISTS_MAX 4 /* of a list that cannot be finished */

/* The factory's password is no secret, and a word of many step names. */
#define FACTORY "admin"

/* --- passwords ----------------------------------------------------------- */

size_t
pool_add(struct setup *s, const char *password)
{
	for (size_t i = 0; i < s->npool; i++)
		if (strcmp(s->pool[i], password) == 0)
			return i;
	(void)snprintf(s->pool[s->npool], sizeof(s->pool[0]), "%s", password);
	return s->npool++;
}

void
trial_begin(struct setup *s)
{
	s->trial = (struct setup_trial){ .n = 0 };
	s->fresh = true;
}

void
trial_add(struct setup *s, size_t password)
{
	struct setup_trial *t = &s->trial;

	for (size_t i = 0; i < t->n; i++)
		if (t->order[i] == password)
			return;
	if (password < s->npool)
		t->order[t->n++] = password;
}

size_t
setup_password(const struct setup *s)
{
	return s->bare ? PASSWORD_NONE : s->trial.order[s->trial.at];
}

/* --- what is reported ---------------------------------------------------- */

void
setup_reached(struct setup *s, enum setup_milestone m)
{
	const struct setup_want *want = s->rules.want;

	if (want != NULL && want->keeps &&
	    (m == SETUP_NAMED || m == SETUP_COMMITTED))
		return;
	for (size_t i = 0; i < s->nqueue; i++)
		if (s->queue[i] == m)
			return;
	s->queue[s->nqueue++] = m;
}

static const char left_out[] = "(left out: it repeats a secret)";

/* Those that the profile holds. */
static bool
repeats_setting(const struct setup *s, const char *text,
    bool (*how)(const char *text, const char *secret))
{
	const struct settings *all = s->job.settings;

	for (size_t i = 0; all != NULL && i < all->n; i++) {
		const struct setting *row =
		    setting_of_profile(all->list[i].setting);

		if (row != NULL &&
		    (row->secret || row->type == SETTING_PASSWORD) &&
		    how(text, all->list[i].value))
			return true;
	}
	return false;
}

/* The passwords, what is as good as one where digest is asked for, and the key.
 */
static bool
repeats(const struct setup *s, const char *text,
    bool (*how)(const char *text, const char *secret))
{
	for (size_t i = 0; i < s->npool; i++)
		if (strcmp(s->pool[i], FACTORY) != 0 && how(text, s->pool[i]))
			return true;
	return repeats_setting(s, text, how) || how(text, s->ha1) ||
	    how(text, s->ha1_hex) || how(text, s->job.pps);
}

bool
setup_repeats(const struct setup *s, const char *text)
{
	return repeats(s, text, echo_repeats);
}

const char *
setup_quote(const struct setup *s, char *to, size_t cap, const char *text)
{
	if (setup_repeats(s, text))
		text = left_out;
	text_show(to, cap, text, strlen(text));
	return to;
}

static void
explain(struct setup *s, struct setup_why *w, enum reason_id reason,
    const char *fmt, va_list ap)
{
	int n = snprintf(w->detail, sizeof(w->detail), "%s: ", s->step_name);

	w->reason = reason;
	(void)vsnprintf(w->detail + n, sizeof(w->detail) - (size_t)n, fmt, ap);
	/* Numbers and names of two fields may make one, too. */
	if (repeats(s, w->detail + n, echo_whole))
		(void)snprintf(w->detail + n, sizeof(w->detail) - (size_t)n,
		    "%s", left_out);
}

void
setup_went_wrong(struct setup *s, enum reason_id reason, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	explain(s, &s->why, reason, fmt, ap);
	va_end(ap);
}

enum setup_next
setup_end(struct setup *s, enum reason_id reason, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	explain(s, &s->end, reason, fmt, ap);
	va_end(ap);
	if (reason == REASON_NONE)
		memcpy(s->end.detail, s->noted, sizeof(s->noted));
	s->ended = true;
	return SETUP_END;
}

enum setup_next
setup_give_up(struct setup *s)
{
	s->end = s->why;
	s->ended = true;
	return SETUP_END;
}

/* --- where it is ---------------------------------------------------------- */

void
setup_go_to(struct setup *s, enum setup_route route)
{
	s->route = route;
	s->bare = s->rules.way->bare && route == s->home && !s->login_asked;
	s->fresh = true;
}

bool
setup_is_away(const struct setup *s)
{
	return s->route != s->home;
}

bool
setup_is_by_realm(const struct setup *s)
{
	return setup_is_away(s) ||
	    (s->rules.way != NULL && s->rules.way->by_realm);
}

const char *
setup_leaf(const struct setup *s)
{
	const char *leaf = s->leaf[0] != '\0' ? s->leaf : s->job.leaf;

	return s->route == SETUP_TLS_OWN && *leaf != '\0' ? leaf : NULL;
}

const char *
setup_port(const struct setup *s)
{
	return s->route == SETUP_PLAIN ? "16992" : "16993";
}

/* Whoever has committed under this profile has shut port 16992. */
static bool
wants_tls(const struct setup *s)
{
	const char *tls = settings_value(s->job.settings, "tls");

	return tls != NULL && strcmp(tls, "off") != 0;
}

size_t
setup_places(const struct setup *s, enum setup_route to[SETUP_AFTER_MAX])
{
	size_t n = 0;

	/* It was opened for this, and is shut again (family_mutual). */
	if (s->plain_open) {
		to[n++] = SETUP_TLS_OWN;
		if (s->console_refused && family_mutual_may_fall_back(s))
			to[n++] = SETUP_PLAIN;
		return n;
	}
	if (s->serves != SETUP_SERVES_UNKNOWN) {
		to[0] =
		    s->serves == SETUP_SERVES_TLS ? SETUP_TLS_OWN : SETUP_PLAIN;
		n = 1;
		if (!s->commit_sure && s->rules.want->keeps &&
		    s->home != to[0] && s->job.leaf[0] == '\0')
			to[n++] = s->home;
		return n;
	}
	if (s->rules.way->after != NULL)
		return s->rules.way->after(s, to);
	n = 0;
	if (s->commits == 0 && wants_tls(s))
		to[n++] = SETUP_TLS_OWN;
	if (!s->console_refused || family_mutual_may_fall_back(s))
		to[n++] = SETUP_PLAIN;
	return n;
}

/* --- going on ------------------------------------------------------------ */

enum setup_next
setup_enter(struct setup *s, const struct setup_step *step)
{
	size_t len = strlen(step->name);

	s->step = step;
	if (step->relist != NULL && s->parts_apart)
		s->fresh = true;
	(void)snprintf(s->step_name, sizeof(s->step_name), "%s%s", step->name,
	    len > 0 && step->name[len - 1] == '-' ? s->row->group : "");
	return SETUP_ASK;
}

enum setup_next
setup_enter_fresh(struct setup *s, const struct setup_step *step)
{
	s->fresh = true;
	return setup_enter(s, step);
}

const char *
setup_class(const struct setup *s)
{
	if (s->step->of_items)
		return s->items.class;
	return s->step->class != NULL ? s->step->class : s->row->class;
}

const char *
setup_method(const struct setup *s)
{
	return s->step->calls ? s->method : s->step->method;
}

static struct setup_count *
counts_of(struct setup *s, size_t *cap)
{
	*cap = s->counts_many == NULL ? SETUP_COUNTS_FEW : s->counts_cap;
	return s->counts_many == NULL ? s->counts_few : s->counts_many;
}

struct setup_count *
setup_count_of(struct setup *s, const struct setup_step *step)
{
	size_t cap;
	struct setup_count *counts = counts_of(s, &cap);

	for (size_t i = 0; i < s->ncounts; i++)
		if (counts[i].step == step)
			return &counts[i];
	return NULL;
}

/* Without memory it has room for as many as it has. */
static void
counts_grow(struct setup *s)
{
	size_t cap;
	const struct setup_count *counts = counts_of(s, &cap);
	struct setup_count *more;

	if (cap == SETUP_COUNTS_MAX)
		return;
	more = calloc(2 * cap, sizeof(*more));
	if (more == NULL)
		return;
	memcpy(more, counts, s->ncounts * sizeof(*more));
	free(s->counts_many);
	s->counts_many = more;
	s->counts_cap = 2 * cap;
}

struct setup_count *
setup_counted(struct setup *s, const struct setup_step *step)
{
	struct setup_count *c = setup_count_of(s, step), *counts;
	size_t cap;

	if (c != NULL)
		return c;
	(void)counts_of(s, &cap);
	if (s->ncounts == cap)
		counts_grow(s);
	counts = counts_of(s, &cap);
	if (s->ncounts == cap) { /* the oldest is over */
		memmove(counts, counts + 1, (cap - 1) * sizeof(*counts));
		s->ncounts--;
	}
	counts[s->ncounts] = (struct setup_count){ .step = step };
	return &counts[s->ncounts++];
}

enum setup_next
setup_bad_answer(struct setup *s, const char *what)
{
	return setup_end(s, REASON_REPLY_BAD, "%s", what);
}

void
setup_note(struct setup *s, const char *text)
{
	size_t len = strlen(s->noted);

	(void)snprintf(s->noted + len, sizeof(s->noted) - len, "%s%s",
	    len == 0 ? "" : "; ", text);
}

void
setup_keep_instance(struct setup *s, const char *class, const char *key,
    struct message *r)
{
	message_free(&s->instance);
	s->instance_class = class;
	s->instance_key = key;
	if (r == NULL)
		return;
	s->instance = *r;
	message_clear(r);
}

enum setup_next
setup_not_ready(struct setup *s, const char *what)
{
	static const int64_t wait_ms[] = { 2000, 5000, 10000, 10000, 10000 };
	static const size_t most = sizeof(wait_ms) / sizeof(wait_ms[0]);
	unsigned n = setup_counted(s, s->step)->waits++;

	if (n == (s->step->patient ? PATIENT_WAITS : most))
		return setup_end(s, REASON_NOT_READY, "%s", what);
	s->wait_ms = wait_ms[n < most ? n : most - 1];
	return SETUP_WAIT;
}

/* For what may be sent twice. */
enum setup_next
setup_again_once(struct setup *s)
{
	if (!s->dropped || setup_counted(s, s->step)->lost++ != 0)
		return setup_give_up(s);
	s->fresh = true;
	return SETUP_ASK;
}

/* A lost answer is no lost request: it may have been carried out. */
enum setup_next
setup_write_lost(struct setup *s, setup_then_fn *read)
{
	if (setup_counted(s, s->step)->lost++ != 0)
		return setup_give_up(s);
	s->fresh = true;
	return read(s);
}

bool
setup_may_relist(struct setup *s, bool apart)
{
	if (s->step->relist == NULL || s->relists == RELISTS_MAX)
		return false;
	s->relists++;
	s->parts_apart = apart;
	s->fresh |= apart;
	return true;
}

/* A part that was given out may be gone: asked again, the machine refuses the
 * context, or goes on with the next part as if nothing were missing
 * (WS-Enumeration, 3.2). */
enum setup_next
setup_part_lost(struct setup *s)
{
	return s->dropped && setup_may_relist(s, true) ? s->step->relist(s)
	                                               : setup_give_up(s);
}

/*
 * Major and minor of a version such as 11.8.50.3425.  False if it is not one.
 * WS-Man came with 3.2 (design.md, 8).
 */
bool
setup_version(struct setup *s, const char *text)
{
	char *end;
	unsigned long major, minor;

	if (*text < '0' || *text > '9')
		return false;
	major = strtoul(text, &end, 10);
	if (*end != '.' || end[1] < '0' || end[1] > '9' ||
	    setup_repeats(s, text))
		return false;
	minor = strtoul(end + 1, &end, 10);
	text_show(s->firmware, sizeof(s->firmware), text,
	    strspn(text, "0123456789."));
	s->version_known = true;
	s->version_old = major < 3 || (major == 3 && minor < 2);
	s->release = major > 255 || minor > 255
	    ? 0
	    : (unsigned)SETTING_RELEASE(major, minor);
	return true;
}
