/*
 * setup_line - the connection: what no answer means, and what a refused login.
 */
#include "setup/setup_line.h"

#include <stdio.h>
#include <string.h>

#include "setup/chains.h"

/* Firmware refuses the right password too while an account is locked for a
 * time: refused logins are repeated so much later, and so often. */
#define PAUSE_MS 5000
#define PAUSES_MAX 2

/* --- refused logins ------------------------------------------------------- */

/* One may stand twice, to be offered on another connection or later. */
static size_t
trial_distinct(const struct setup_trial *t)
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
login_pause(struct setup *s)
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
 * Where a machine is that is set up, only the planned password was tried.  One
 * that closes each request behind its key, where it is set up, was not heard
 * to refuse any other.
 */
static enum setup_next
login_looked(struct setup *s)
{
	size_t len = strlen(s->best.detail);

	if (s->best.reason != REASON_HTTP_CLOSED)
		return setup_end(s, REASON_LOGIN_REFUSED,
		    "port %s answers as on a machine that is set up, and "
		    "refuses the planned password",
		    setup_port(s));
	s->why = s->best;
	(void)snprintf(s->why.detail + len, sizeof(s->why.detail) - len,
	    "; port %s refuses the planned password", setup_port(s));
	return setup_give_up(s);
}

/*
 * A 401.  Before any success the next password is due; after one the machine
 * may only have forgotten the connection (its memory ends when an ACL changes),
 * so the same password gets one fresh connection.  After the last password, all
 * are offered once more after a pause, and again in later runs: a person is
 * called by whoever counts those.
 */
static enum setup_next
login_refused(struct setup *s)
{
	struct setup_trial *t = &s->trial;

	s->fresh = true;
	if (t->good && !t->again) {
		t->again = true;
		return SETUP_ASK;
	}
	if (!t->good && t->at + 1 < t->n) {
		t->at++;
		if (s->step->next_try != NULL)
			return s->step->next_try(s);
		s->wait_ms = s->rules.way->login_pause_ms;
		return s->wait_ms == 0 ? SETUP_ASK : SETUP_WAIT;
	}
	if (s->rules.way->login_pause_ms == 0 && login_pause(s)) {
		if (!t->good)
			t->at = 0;
		return SETUP_WAIT;
	}
	if (t->good)
		return setup_end(s, REASON_LOGIN_REFUSED,
		    "the password was accepted before and is refused now");
	if (s->looking)
		return login_looked(s);
	return setup_end(s, REASON_LOGIN_REFUSED, "passwords refused: %zu",
	    trial_distinct(t));
}

void
setup_note_realm(struct setup *s, const char *realm)
{
	if (realm == NULL || *realm == '\0' ||
	    (s->named_realm && strcmp(realm, s->realm) == 0) ||
	    strlen(realm) >= sizeof(s->realm) ||
	    setup_repeats(s, realm)) /* it is recorded */
		return;
	(void)snprintf(s->realm, sizeof(s->realm), "%s", realm);
	s->named_realm = true;
}

/* A 401 where the connection was to be the login: on the same one, with the
 * passwords that may have been set there, each once. */
static enum setup_next
login_wanted(struct setup *s, const struct setup_reply *in)
{
	const char *realm = in->realm == NULL ? "" : in->realm;

	if (!s->rules.want->writes)
		return setup_end(s, REASON_LOGIN_REFUSED,
		    "it asks for a password, and a proof sends none");
	if (s->rules.way->trusts != NULL &&
	    s->rules.way->trusts(s, realm) == SETUP_END)
		return SETUP_END;
	setup_note_realm(s, realm);
	if (strcmp(s->realm, realm) != 0)
		return setup_end(s, REASON_HTTP_STATUS,
		    "HTTP status 401, and a realm that cannot be answered");
	s->bare = false;
	s->login_asked = true;
	s->dropped = false;
	s->trial = (struct setup_trial){ .n = 0 };
	s->rules.way->logins(s);
	return SETUP_ASK;
}

/* A 401 to a right answer, whose nonce was too old each time. */
static enum setup_next
login_stale(struct setup *s)
{
	s->dropped = false;
	setup_went_wrong(s, REASON_NONCE_STALE,
	    "HTTP status 401, and it calls every nonce stale");
	if (login_pause(s))
		return SETUP_WAIT;
	return s->step->lost(s);
}

/* Whoever answers away from home is believed no word unless he asks for a
 * login as the machine does: what the machine never says is not its own. */
bool
setup_is_foreign(const struct setup *s, const struct setup_reply *in)
{
	return setup_is_by_realm(s) && !in->no_digest &&
	    (in->foreign || in->realm == NULL || *in->realm == '\0' ||
	        strcmp(in->realm, s->realm) != 0);
}

enum setup_next
setup_foreign(struct setup *s, const struct setup_reply *in)
{
	bool named = in->realm != NULL && *in->realm != '\0';
	char got[48], expected[48];

	s->dropped = false;
	setup_went_wrong(s, REASON_REALM_CHANGED,
	    "port %s is not the machine's, no password sent (got realm %s, "
	    "expected %s)",
	    setup_port(s),
	    named ? setup_quote(s, got, sizeof(got), in->realm) : "none",
	    setup_quote(s, expected, sizeof(expected), s->realm));
	s->best = s->why;
	if (s->looking || (s->rules.way->by_realm && s->commits == 0))
		return setup_give_up(s);
	return s->step->lost(s);
}

/* A 401 that no password was tried at. */
static enum setup_next
login_without_digest(struct setup *s)
{
	s->dropped = false;
	setup_went_wrong(s, REASON_HTTP_STATUS,
	    "HTTP status 401, and no digest of MD5 asked for");
	return s->step->lost(s);
}

enum setup_next
setup_login_failed(struct setup *s, const struct setup_reply *in)
{
	if (in->no_digest)
		return login_without_digest(s);
	if (s->bare)
		return login_wanted(s, in);
	return in->stale ? login_stale(s) : login_refused(s);
}

/* --- no answer -------------------------------------------------------------
 */

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
	[SETUP_TLS_CERT_REFUSED] = { REASON_CERT_REFUSED,
	    "our certificate was refused" },
	[SETUP_TLS_NOT_ASKED] = { REASON_CERT_NOT_ASKED,
	    "no certificate was asked for, nothing sent" },
	[SETUP_DEVICE_REFUSED] = { REASON_DEVICE_NOT_GENUINE,
	    "the device's certificate is not genuine, nothing sent" },
	[SETUP_LEAF_REFUSED] = { REASON_LEAF_CHANGED,
	    "it shows another certificate than its own, nothing sent" },
	[SETUP_CONSOLE_WANTED] = { REASON_CONSOLE_NONE,
	    "it asks for a console's certificate" },
	[SETUP_CONSOLE_REFUSED] = { REASON_CONSOLE_REFUSED,
	    "it refuses the console's certificate" },
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

/* --- the handshake ---------------------------------------------------------
 */

void
setup_ladder_begin(struct setup *s)
{
	s->tls = s->job.tls;
	s->tls_tried = 0;
}

void
setup_connected(struct setup *s, enum setup_tls tls)
{
	s->tls_works = true;
	s->chain_works = true;
	if (tls > s->tls_met)
		s->tls_met = tls;
}

/* The machine looked at our certificate and did not take it: each of the job's
 * is offered once (pki-setup.md, 3). */
static enum setup_next
chain_refused(struct setup *s)
{
	const struct setup_chain *c = s->job.chains[s->chain];
	char note[80];

	if (s->chain_works) /* before, so it is something else now */
		return s->step->lost(s);
	if (s->chain + 1 < s->job.nchains) {
		s->chain++;
		return SETUP_ASK;
	}
	(void)snprintf(note, sizeof(note), "%zu refused, the last is of ",
	    s->job.nchains);
	return setup_end(s, REASON_CERT_REFUSED, "%s%s with the root %s",
	    s->job.nchains > 1 ? note : "refused: ", c->cn, c->root);
}

/* One that knows the console's certificate of before is shown that one, and
 * given what it needs to take the new one. */
static enum setup_next
console_refused(struct setup *s)
{
	const struct setup_chain *c = s->job.consoles[s->console];
	size_t len = strlen(s->why.detail);

	if (s->console + 1 < s->job.nconsoles) {
		s->console++;
		return SETUP_ASK;
	}
	s->console_refused = true;
	(void)snprintf(s->why.detail + len, sizeof(s->why.detail) - len,
	    ", %s with the root %.16s...", c->cn, c->root);
	return s->step->lost(s);
}

/* Of the ladder's failures, which says more. */
static int
outcome_weight(enum reason_id reason)
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

/* False: all were tried, or a version is not what it is about. */
static bool
ladder_next(struct setup *s)
{
	s->tls_tried |= 1U << s->tls;
	if (outcome_weight(s->why.reason) == 0)
		return false;
	for (int i = SETUP_TLS_BEST; i <= SETUP_TLS_1_0; i++)
		if ((s->tls_tried & 1U << i) == 0) {
			s->tls = (enum setup_tls)i;
			return true;
		}
	return false;
}

/*
 * No HTTP answer.  Before TLS has once worked, a handshake that fails goes
 * down the ladder: old firmware shows with bad_record_mac, with an alert or
 * by closing that it does not like the version offered.
 */
static enum setup_next
ladder_down(struct setup *s)
{
	bool away = setup_is_away(s);

	if (!away &&
	    outcome_weight(s->why.reason) > outcome_weight(s->best.reason))
		s->best = s->why;
	if (ladder_next(s))
		return SETUP_ASK;
	/* What is said of the place where it is set up counts. */
	if (!away && outcome_weight(s->best.reason) > 0)
		s->why = s->best;
	return s->step->lost(s);
}

/* A machine that an earlier run has set up serves TLS with a certificate, and
 * where that is tried first, no rung has worked yet. */
static bool
is_on_ladder(const struct setup *s)
{
	return !s->tls_works &&
	    (!setup_is_away(s) || s->route == SETUP_TLS_OWN);
}

/* The two ends agreed on a version, whatever came of it. */
static bool
outcome_has_version(enum setup_outcome outcome)
{
	return outcome >= SETUP_HTTP_CLOSED ||
	    outcome == SETUP_TLS_CERT_REFUSED ||
	    outcome == SETUP_TLS_NOT_ASKED || outcome == SETUP_DEVICE_REFUSED ||
	    outcome == SETUP_LEAF_REFUSED || outcome == SETUP_CONSOLE_WANTED ||
	    outcome == SETUP_CONSOLE_REFUSED;
}

enum setup_next
setup_unanswered(struct setup *s, const struct setup_reply *in)
{
	bool note = in->note != NULL && *in->note != '\0';
	enum setup_outcome outcome = in->outcome;
	char words[120] = "";

	/* A certificate is no key: of an old stack it means the version. */
	if (outcome == SETUP_TLS_KEY_REFUSED && s->route != SETUP_TLS_PSK)
		outcome = SETUP_TLS_FAILED;
	if (note)
		(void)setup_quote(s, words, sizeof(words), in->note);
	setup_went_wrong(s, outcomes[outcome].reason, "%s%s%s%s",
	    outcomes[outcome].words, note ? " (" : "", words, note ? ")" : "");
	if (!setup_is_away(s) && outcome_has_version(outcome))
		s->tls_works = true;
	s->dropped = outcome == SETUP_HTTP_CLOSED ||
	    (outcome == SETUP_TLS_CLOSED && s->tls_works);
	s->fresh = true;
	if (outcome == SETUP_DEVICE_REFUSED)
		return setup_give_up(s);
	if (outcome == SETUP_LEAF_REFUSED && s->commits == 0)
		return setup_give_up(s);
	if (outcome == SETUP_TLS_CERT_REFUSED && s->route == SETUP_TLS_PKI)
		return chain_refused(s);
	if (outcome == SETUP_CONSOLE_REFUSED && s->console < s->job.nconsoles)
		return console_refused(s);
	if (is_on_ladder(s))
		return ladder_down(s);
	return s->step->lost(s);
}
