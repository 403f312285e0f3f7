#include "sweep/device_parts.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "lib/clock.h"

/* --- a request's end ------------------------------------------------------ */

static void
device_note(struct device *d, const char *why)
{
	text_show(d->note, sizeof(d->note), why, strlen(why));
}

/* libcurl says more only of what a network does: not of memory that lacks. */
static const char *
device_said(const struct device *d, CURLcode code)
{
	return d->error[0] != '\0' ? d->error : curl_easy_strerror(code);
}

static void
device_note_flood(struct device *d)
{
	(void)snprintf(d->note, sizeof(d->note), "%zu bytes in %zu pieces %s",
	    d->tls.flood.bytes, d->tls.flood.reads,
	    d->phase == PHASE_TLS ? "and no handshake"
	                          : "and no complete reply");
}

static enum setup_outcome
device_outcome_http(struct device *d, CURLcode code)
{
	switch (code) {
	case CURLE_UNSUPPORTED_PROTOCOL: /* no HTTP status line */
	case CURLE_WEIRD_SERVER_REPLY:
	case CURLE_BAD_CONTENT_ENCODING:
	case CURLE_FILESIZE_EXCEEDED:
		return SETUP_HTTP_BROKEN;
	default:
		/* CURLE_RECV_ERROR for both; our words, not the machine's */
		return strstr(d->error, "chunked-encoding") != NULL
		    ? SETUP_HTTP_BROKEN
		    : SETUP_HTTP_CLOSED;
	}
}

static enum setup_outcome
device_outcome(struct device *d, CURLcode code)
{
	enum setup_outcome outcome;
	long error = 0;

	if (code == CURLE_OK)
		return SETUP_ANSWERED;
	if (d->tls.flood.over) {
		device_note_flood(d);
		return SETUP_PEER_FLOODS;
	}
	if (d->broken)
		return SETUP_HTTP_BROKEN;
	if (d->sent && d->phase == PHASE_HTTP) {
		d->closes |= d->nchallenges != 0;
		device_note(d,
		    code == CURLE_COULDNT_CONNECT
		        ? "connection closed without a reply"
		        : device_said(d, code));
		return device_outcome_http(d, code);
	}
	switch (d->phase) {
	case PHASE_CONNECT:
		(void)curl_easy_getinfo(d->connection.easy, CURLINFO_OS_ERRNO,
		    &error);
		device_note(d,
		    error == 0 ? device_said(d, code) : strerror((int)error));
		outcome = outcome_connect((int)error);
		return outcome == SETUP_TLS_CLOSED && !device_by_tls(d)
		    ? SETUP_HTTP_CLOSED
		    : outcome;
	case PHASE_TLS:
		if (!device_by_certificate(d))
			return psk_outcome(&d->tls, d->note, sizeof(d->note));
		if (d->pki.refused) { /* and it has not shown its key */
			d->seen.device = d->pki.device;
			d->seen.device.is.rom[0] = '\0';
		}
		return pki_outcome(&d->pki, &d->tls, d->note, sizeof(d->note));
	case PHASE_HTTP:
		break;
	}
	device_note(d, device_said(d, code));
	return device_outcome_http(d, code);
}

static void
device_answer(struct device *d, enum setup_outcome outcome)
{
	char *body = d->body; /* those who wait for a reply need none */
	struct setup_reply r = {
		.outcome = outcome,
		.body = d->len == 0 ? "" : body,
		.len = d->len,
		.server = d->server,
		.tls = tls_rung_of(d->tls.version),
		.console_shown = d->ask.route == SETUP_TLS_OWN && d->pki.shown,
		.note = d->note,
	};
	long status = 0;

	if (outcome == SETUP_ANSWERED) {
		(void)curl_easy_getinfo(d->connection.easy,
		    CURLINFO_RESPONSE_CODE, &status);
		d->nanswers++;
	} else
		device_disconnect(d);
	r.status = (int)status;
	if (status == 401) {
		r.no_digest = !d->offered;
		r.foreign = d->offered && d->ask.password != NULL &&
		    !device_may_answer(&d->ask, &d->offer);
		r.stale = d->offered && d->proved && d->offer.stale;
		r.realm = d->offered ? d->offer.realm : "";
	} else
		r.realm = d->challenged ? d->challenge.realm : "";
	d->body = NULL;
	d->cap = 0;
	d->done(d->arg, &r);
	/* d may be gone */
	free(body);
}

/*
 * A 401 that asks for an answer which it was not given: to a new challenge or,
 * of a right password, with another nonce.  False when the reply is for the
 * conversation.
 */
static bool
device_prove(struct device *d)
{
	long status = 0;

	(void)curl_easy_getinfo(d->connection.easy, CURLINFO_RESPONSE_CODE,
	    &status);
	if (status != 401)
		return false;
	d->challenged = d->offered && device_may_answer(&d->ask, &d->offer) &&
	    (!d->proved || d->offer.stale) &&
	    d->nchallenges < DEVICE_CHALLENGES_MAX;
	if (!d->challenged)
		return false;
	d->challenge = d->offer;
	d->proved = true;
	if (d->closes)
		device_disconnect(d);
	device_send(d);
	return true;
}

/* The transfer ended, well or badly. */
void
device_finish(struct device *d, CURLcode code)
{
	/* libcurl takes a close within the header for the header's end. */
	if (code == CURLE_OK && !d->ended) {
		code = CURLE_GOT_NOTHING;
		(void)snprintf(d->error, sizeof(d->error),
		    "connection closed within the header");
	}
	device_request_end(d);
	if (code != CURLE_OK || !device_prove(d))
		device_answer(d, device_outcome(d, code));
}

/* A limit of the request is over, or the flood that it lets through. */
void
device_expire(struct device *d, int64_t now_ms)
{
	bool flooded = d->tls.flood.over;

	if (flooded)
		device_note_flood(d);
	else
		(void)snprintf(d->note, sizeof(d->note), "%s %.1f s",
		    d->phase == PHASE_HTTP && !d->sent ? "incomplete after"
		                                       : "nothing for",
		    (double)(now_ms - d->since_ms) / 1000);
	device_request_end(d);
	device_answer(d,
	    flooded ? SETUP_PEER_FLOODS : outcome_timeout(d->phase));
}

/* --- a machine ----------------------------------------------------------- */

struct device *
device_new(struct device_loop *l, const struct job *job, device_done_fn *done,
    void *arg)
{
	struct device *d = calloc(1, sizeof(*d));
	const char *link = strchr(job->address, '%');

	if (d == NULL)
		err(EX_OSERR, "device");
	d->loop = l;
	d->job = job;
	d->limit.of = d;
	d->tls.flood.now = &l->turn;
	d->tls.flood.on_over = device_on_flood;
	d->tls.flood.arg = d;
	d->done = done;
	d->arg = arg;
	(void)snprintf(d->address, sizeof(d->address), "%.*s",
	    (int)strcspn(job->address, "%"), job->address);
	d->link = link == NULL ? 0 : atol(link + 1);
	(void)snprintf(d->psk.pid, sizeof(d->psk.pid), "%s", job->pid);
	(void)snprintf(d->psk.pps, sizeof(d->psk.pps), "%s", job->pps);
	d->seen = (struct device_seen){ .tls = "", .chain = "" };
	if (job->setup.certified && job->setup.tls_known)
		d->tls.lowest = tls_version(job->setup.tls);
	return d;
}

void
device_free(struct device *d)
{
	if (d == NULL)
		return;
	device_request_end(d);
	device_disconnect(d);
	curl_slist_free_all(d->headers);
	free(d->body);
	explicit_bzero(d, sizeof(*d));
	free(d);
}

void
device_rest(struct device *d)
{
	device_disconnect(d);
}

const struct device_seen *
device_seen(const struct device *d)
{
	return &d->seen;
}

unsigned
device_answers(const struct device *d)
{
	return d->nanswers;
}

enum outcome_phase
device_phase(const struct device *d, int64_t *since_ms)
{
	*since_ms = d->since_ms;
	return d->phase;
}
