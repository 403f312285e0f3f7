#include "setup/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setup/setup_steps.h"
#include "setup/setup_talk.h"
#include "base/text.h"

/* A new connection and its TLS handshake come on top of a request's limit. */
#define CONNECT_MS 5000
/* Firmware refuses the right password too while an account is locked for a
 * time: refused logins are repeated so much later, and so often. */
#define PAUSE_MS 5000
#define PAUSES_MAX 2

/* --- passwords ----------------------------------------------------------- */

static size_t
pool_add(struct setup *s, const char *password)
{
	for (size_t i = 0; i < s->npool; i++)
		if (strcmp(s->pool[i], password) == 0)
			return i;
	(void)snprintf(s->pool[s->npool], sizeof(s->pool[0]), "%s", password);
	return s->npool++;
}

/* One may stand twice, to be offered on another connection or later. */
static size_t
distinct(const struct trial *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		size_t j = 0;

		while (t->order[j] != t->order[i])
			j++;
		n += j == i;
	}
	return n;
}

/* The logins of this trial again, later and on a new connection.  False when
 * that was done. */
static bool
pause_logins(struct setup *s)
{
	if (s->trial.paused || s->pauses == PAUSES_MAX)
		return false;
	s->pauses++;
	s->trial.paused = true;
	s->fresh = true;
	s->wait_ms = PAUSE_MS;
	return true;
}

/*
 * A 401.  Before any success the next password is due; after one the machine
 * may only have forgotten the connection (its memory ends when an ACL changes),
 * so the same password gets one fresh connection.  When there is none left, all
 * are offered once more after a pause, and again in later runs: a person is
 * called by whoever counts those.
 */
static enum setup_next
refused(struct setup *s)
{
	struct trial *t = &s->trial;

	s->fresh = true;
	if (t->good && !t->again) {
		t->again = true;
		return SETUP_ASK;
	}
	if (!t->good && t->at + 1 < t->n) {
		t->at++;
		return setup_verifying(s) ? setup_verify_later(s) : SETUP_ASK;
	}
	if (pause_logins(s)) {
		if (!t->good)
			t->at = 0;
		return SETUP_WAIT;
	}
	if (t->good)
		return setup_end(s, REASON_LOGIN_REFUSED,
		    "the password was accepted before and is refused now");
	if (s->looking)
		return setup_end(s, REASON_LOGIN_REFUSED,
		    "port 16992 answers as on a machine that is set up, and "
		    "refuses the planned password");
	return setup_end(s, REASON_LOGIN_REFUSED, "passwords refused: %zu",
	    distinct(t));
}

/* A 401 to a right answer, whose nonce was too old each time. */
static enum setup_next
stale(struct setup *s)
{
	s->dropped = false;
	setup_went_wrong(s, REASON_NONCE_STALE,
	    "HTTP status 401, and it calls every nonce stale");
	if (pause_logins(s))
		return SETUP_WAIT;
	return setup_now(s)->lost(s);
}

/* Whoever answers at the plain port is believed no word unless he asks for a
 * login as the machine does: what the machine never says is not its own. */
static bool
is_foreign(const struct setup *s, const struct setup_reply *in)
{
	return s->route == SETUP_PLAIN && !in->no_digest &&
	    (in->foreign || in->realm == NULL || *in->realm == '\0' ||
	        strcmp(in->realm, s->realm) != 0);
}

static enum setup_next
foreign(struct setup *s, const struct setup_reply *in)
{
	bool named = in->realm != NULL && *in->realm != '\0';
	char got[48], expected[48];

	s->dropped = false;
	setup_went_wrong(s, REASON_REALM_CHANGED,
	    "port 16992 is not the machine's, no password sent (got realm %s, "
	    "expected %s)",
	    named ? setup_quote(s, got, sizeof(got), in->realm) : "none",
	    setup_quote(s, expected, sizeof(expected), s->realm));
	s->best = s->why;
	return s->looking ? setup_give_up(s) : setup_now(s)->lost(s);
}

/* --- new and free -------------------------------------------------------- */

struct setup *
setup_new(const struct setup_job *job)
{
	struct setup *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->steps = setup_steps;
	s->job = *job;
	for (size_t i = 0; i < job->ntries && i < SETUP_TRIES_MAX; i++)
		trial_add(s, pool_add(s, job->tries[i]));
	s->admin = pool_add(s, job->admin_next);
	s->mebx = POOL_MAX;
	if (job->mebx_next[0] != '\0')
		s->mebx = pool_add(s, job->mebx_next);
	if (job->attempt > 1 || s->trial.n == 0) {
		trial_add(s, s->admin);
		trial_add(s, s->mebx);
	}
	memcpy(s->realm, job->realm, sizeof(s->realm));
	s->route = SETUP_TLS_PSK;
	s->fresh = true;
	s->seen_state = UINT32_MAX;
	return s;
}

void
setup_free(struct setup *s)
{
	if (s == NULL)
		return;
	message_free(&s->settings);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

/* --- what is reported ---------------------------------------------------- */

enum setup_milestone
setup_milestone(struct setup *s)
{
	return s->queue_at < s->nqueue ? s->queue[s->queue_at++]
	                               : SETUP_NO_MILESTONE;
}

const char *
setup_milestone_name(enum setup_milestone m)
{
	static const char *const names[] = { "", "reached", "proved",
		"clock-set", "mebx-set", "admin-set", "named", "committed",
		"verified" };

	return names[m];
}

enum reason_id
setup_reason(const struct setup *s)
{
	return s->end.reason;
}

const char *
setup_detail(const struct setup *s)
{
	return s->end.detail;
}

const char *
setup_realm(const struct setup *s)
{
	return s->named_realm ? s->realm : "";
}

const char *
setup_firmware(const struct setup *s)
{
	return s->firmware;
}

/* The Server header names the version, on a 401 too; newer builds leave the
 * number out.  What the machine says when asked goes above it. */
static void
note_server(struct setup *s, const char *server)
{
	static const char product[] = "Active Management Technology ";
	const char *at = server == NULL ? NULL : strstr(server, product);

	if (at != NULL && !s->version_known)
		(void)setup_version(s, at + sizeof(product) - 1);
}

/* --- replies ------------------------------------------------------------- */

static const struct {
	enum reason_id reason;
	const char *words;
} outcomes[] = {
	[SETUP_ANSWERED] = { REASON_NONE, "" },
	[SETUP_CONNECT_REFUSED] = { REASON_CONNECT_REFUSED,
	    "connection refused" },
	[SETUP_CONNECT_TIMEOUT] = { REASON_CONNECT_TIMEOUT,
	    "no answer to the connection" },
	[SETUP_CONNECT_NO_ROUTE] = { REASON_CONNECT_NO_ROUTE, "no route" },
	[SETUP_TLS_KEY_REFUSED] = { REASON_TLS_KEY_REFUSED,
	    "the TLS key was refused" },
	[SETUP_TLS_FAILED] = { REASON_TLS_FAILED, "the TLS handshake failed" },
	[SETUP_TLS_CLOSED] = { REASON_TLS_CLOSED,
	    "closed during the TLS handshake" },
	[SETUP_TLS_TIMEOUT] = { REASON_TLS_TIMEOUT,
	    "no answer during the TLS handshake" },
	[SETUP_PEER_FLOODS] = { REASON_PEER_FLOODS, "cut off" },
	[SETUP_HTTP_CLOSED] = { REASON_HTTP_CLOSED,
	    "closed before the answer was complete" },
	[SETUP_HTTP_TIMEOUT] = { REASON_HTTP_TIMEOUT, "no answer in time" },
	[SETUP_HTTP_BROKEN] = { REASON_REPLY_BAD, "not an HTTP answer" },
};

enum reason_id
setup_outcome_reason(enum setup_outcome outcome)
{
	return outcomes[outcome].reason;
}

/* Of the ladder's failures, which says more. */
static int
weight(enum reason_id reason)
{
	switch (reason) {
	case REASON_TLS_KEY_REFUSED:
		return 3;
	case REASON_TLS_FAILED:
		return 2;
	case REASON_TLS_CLOSED:
		return 1;
	default:
		return 0;
	}
}

/*
 * No HTTP answer.  Before TLS has once worked, a handshake that fails goes
 * down the ladder: old firmware shows with bad_record_mac, with an alert or
 * by closing that it does not like the version offered.
 */
static enum setup_next
unanswered(struct setup *s, const struct setup_reply *in)
{
	bool note = in->note != NULL && *in->note != '\0';
	char words[120] = "";

	if (note)
		(void)setup_quote(s, words, sizeof(words), in->note);
	setup_went_wrong(s, outcomes[in->outcome].reason, "%s%s%s%s",
	    outcomes[in->outcome].words, note ? " (" : "", words,
	    note ? ")" : "");
	if (in->outcome >= SETUP_HTTP_CLOSED && s->route == SETUP_TLS_PSK)
		s->tls_works = true;
	s->dropped = in->outcome == SETUP_HTTP_CLOSED ||
	    (in->outcome == SETUP_TLS_CLOSED && s->tls_works);
	s->fresh = true;
	if (s->route == SETUP_TLS_PSK && !s->tls_works) {
		if (weight(s->why.reason) > weight(s->best.reason))
			s->best = s->why;
		if (weight(s->why.reason) > 0 && s->tls < SETUP_TLS_1_0) {
			s->tls++;
			return SETUP_ASK;
		}
		if (weight(s->best.reason) > 0)
			s->why = s->best;
	}
	return setup_now(s)->lost(s);
}

/* A page of the web server itself begins with one of these. */
static bool
is_html(const struct setup_reply *in)
{
	static const char *const starts[] = { "<!DOCTYPE HTML", "<HTML" };
	size_t at = 0;

	while (at < in->len && strchr(" \t\r\n", in->body[at]) != NULL)
		at++;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		size_t n = 0;

		while (starts[i][n] != '\0' && at + n < in->len &&
		    text_upper(in->body[at + n]) == starts[i][n])
			n++;
		if (starts[i][n] == '\0')
			return true;
	}
	return false;
}

static bool
relates(const struct setup *s, const struct message *r)
{
	char id[16];

	(void)snprintf(id, sizeof(id), "%u", (unsigned)s->id);
	return *r->relates_to == '\0' || strcmp(r->relates_to, id) == 0;
}

/* Where the answer is no message: the web server speaks for itself with a page
 * or a status, everything else is a bad reply. */
static void
unreadable(struct setup *s, const struct setup_reply *in, const struct fault *f)
{
	char why[120];

	if (in->status == 200 && !is_html(in))
		setup_went_wrong(s, REASON_REPLY_BAD, "line %zu: %s", f->at,
		    setup_quote(s, why, sizeof(why), f->why));
	else
		setup_went_wrong(s, REASON_HTTP_STATUS, "HTTP status %d",
		    in->status);
}

/* Whether this answers the request that is out; if not, s->why says so. */
static bool
fits(struct setup *s, const struct message *r)
{
	const struct step *step = setup_now(s);
	char got[64];

	if (!relates(s, r))
		setup_went_wrong(s, REASON_REPLY_BAD,
		    "answer to another message (got RelatesTo %s, expected "
		    "%u)",
		    setup_quote(s, got, sizeof(got), r->relates_to),
		    (unsigned)s->id);
	else if (!r->fault.set && step->expect != NULL &&
	    strcmp(r->class, step->expect) != 0)
		setup_went_wrong(s, REASON_REPLY_BAD,
		    "answer of another kind (got %s, expected %s)",
		    setup_quote(s, got, sizeof(got), r->class), step->expect);
	else if (!r->fault.set && step->must_return && !r->returned)
		setup_went_wrong(s, REASON_REPLY_BAD,
		    "%s answered without a ReturnValue", step->method);
	else
		return true;
	return false;
}

/* Whatever the status: 400 comes with faults and with ordinary outputs. */
static enum setup_next
answered(struct setup *s, const struct setup_reply *in)
{
	struct message r;
	struct fault f;
	enum setup_next next;

	s->dropped = false;
	if (wsman_decode(&r, in->len == 0 ? "" : in->body, in->len, &f) != 0) {
		unreadable(s, in, &f);
		return setup_now(s)->lost(s);
	}
	s->trial.good = true;
	s->trial.again = false;
	next = fits(s, &r) ? setup_answered(s, &r) : setup_now(s)->lost(s);
	message_free(&r);
	return next;
}

/* A 401 that no password was tried at. */
static enum setup_next
no_digest(struct setup *s)
{
	s->dropped = false;
	setup_went_wrong(s, REASON_HTTP_STATUS,
	    "HTTP status 401, and no digest of MD5 asked for");
	return setup_now(s)->lost(s);
}

/* Whom to know the machine by at its plain port. */
static void
note_realm(struct setup *s, const struct setup_reply *in)
{
	if (in->realm == NULL || *in->realm == '\0' ||
	    (s->named_realm && strcmp(in->realm, s->realm) == 0) ||
	    strlen(in->realm) >= sizeof(s->realm) ||
	    setup_repeats(s, in->realm)) /* it is recorded */
		return;
	(void)snprintf(s->realm, sizeof(s->realm), "%s", in->realm);
	s->named_realm = true;
}

static enum setup_next
login_failed(struct setup *s, const struct setup_reply *in)
{
	if (in->no_digest)
		return no_digest(s);
	return in->stale ? stale(s) : refused(s);
}

static enum setup_next
hear(struct setup *s, const struct setup_reply *in)
{
	explicit_bzero(s->body, s->len);
	note_server(s, in->server);
	if (s->version_old)
		return setup_end(s, REASON_VERSION_UNSUPPORTED, "firmware %s",
		    s->firmware);
	if (in->outcome != SETUP_ANSWERED)
		return unanswered(s, in);
	if (s->route == SETUP_TLS_PSK)
		s->tls_works = true;
	if (is_foreign(s, in))
		return foreign(s, in);
	if (in->status == 401)
		return login_failed(s, in);
	if (s->route == SETUP_TLS_PSK)
		note_realm(s, in);
	return answered(s, in);
}

static enum setup_next
say(struct setup *s, struct setup_ask *ask)
{
	const struct step *step = setup_now(s);
	struct writer w = { .base = (uint8_t *)s->body,
		.cap = sizeof(s->body) - 1 };

	s->id++;
	step->ask(s, &w);
	s->len = w.len;
	s->body[w.len] = '\0';
	if (writer_done(&w) != 0) {
		explicit_bzero(s->body, sizeof(s->body));
		return setup_end(s, REASON_REPLY_BAD,
		    "what the machine keeps is too large to be sent back");
	}
	*ask = (struct setup_ask){ .route = s->route,
		.tls = s->tls,
		.fresh = s->fresh,
		.password = s->pool[setup_password(s)],
		.realm = s->route == SETUP_PLAIN ? s->realm : NULL,
		.step = step->name,
		.body = s->body,
		.len = s->len,
		.limit_ms = step->limit_ms + (s->fresh ? CONNECT_MS : 0) };
	s->fresh = false;
	return SETUP_ASK;
}

enum setup_next
setup_step(struct setup *s, const struct setup_reply *reply, int64_t unix_now,
    int64_t now_ms, struct setup_ask *ask, int64_t *wait_ms)
{
	enum setup_next next = SETUP_ASK;

	s->unix_now = unix_now;
	s->now_ms = now_ms;
	if (s->ended)
		return SETUP_END;
	if (reply != NULL)
		next = hear(s, reply);
	if (next == SETUP_ASK)
		next = say(s, ask);
	if (next == SETUP_WAIT)
		*wait_ms = s->wait_ms;
	return next;
}
