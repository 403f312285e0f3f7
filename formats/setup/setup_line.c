/*
 * setup_line - the connection: what no answer means, and what a refused login.
 */
#include "setup/setup_line.h"

#include <string.h>

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
 * A 401.  Before any success the next password is due; after one the machine
 * may only have forgotten the connection (its memory ends when an ACL changes),
 * so the same password gets one fresh connection.  When there is none left, all
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
		return s->step->next_try != NULL ? s->step->next_try(s)
		                                 : SETUP_ASK;
	}
	if (login_pause(s)) {
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
	    trial_distinct(t));
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

/* Whoever answers at the plain port is believed no word unless he asks for a
 * login as the machine does: what the machine never says is not its own. */
bool
setup_is_foreign(const struct setup *s, const struct setup_reply *in)
{
	return s->route == SETUP_PLAIN && !in->no_digest &&
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
	    "port 16992 is not the machine's, no password sent (got realm %s, "
	    "expected %s)",
	    named ? setup_quote(s, got, sizeof(got), in->realm) : "none",
	    setup_quote(s, expected, sizeof(expected), s->realm));
	s->best = s->why;
	return s->looking ? setup_give_up(s) : s->step->lost(s);
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

/*
 * No HTTP answer.  Before TLS has once worked, a handshake that fails goes
 * down the ladder: old firmware shows with bad_record_mac, with an alert or
 * by closing that it does not like the version offered.
 */
enum setup_next
setup_unanswered(struct setup *s, const struct setup_reply *in)
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
		if (outcome_weight(s->why.reason) >
		    outcome_weight(s->best.reason))
			s->best = s->why;
		if (outcome_weight(s->why.reason) > 0 &&
		    s->tls < SETUP_TLS_1_0) {
			s->tls++;
			return SETUP_ASK;
		}
		if (outcome_weight(s->best.reason) > 0)
			s->why = s->best;
	}
	return s->step->lost(s);
}
