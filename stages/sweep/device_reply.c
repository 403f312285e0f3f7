/*
 * device_reply - what libcurl calls while a request is under way.
 */
#include "sweep/device_parts.h"

#include <netinet/in.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>

#include "base/text.h"
#include "lib/clock.h"
#include "setup/setup_way.h"

#define BODY_FIRST 4096

void
device_enter(struct device *d, enum outcome_phase phase)
{
	int64_t limit = d->end_ms;
	int64_t tls_ms =
	    device_by_certificate(d) ? DEVICE_CERTS_MS : DEVICE_TLS_MS;

	d->phase = phase;
	d->since_ms = clock_ms();
	if (phase == PHASE_CONNECT && d->since_ms + DEVICE_CONNECT_MS < limit)
		limit = d->since_ms + DEVICE_CONNECT_MS;
	if (phase == PHASE_TLS && d->since_ms + tls_ms < limit)
		limit = d->since_ms + tls_ms;
	timers_set(&d->loop->limits, &d->limit, limit);
}

static bool
device_is_loopback(const struct curl_sockaddr *to)
{
	struct sockaddr_in in;

	if (to->family != AF_INET || to->addrlen < sizeof(in))
		return false;
	memcpy(&in, &to->addr, sizeof(in));
	return ntohl(in.sin_addr.s_addr) >> IN_CLASSA_NSHIFT == IN_LOOPBACKNET;
}

/*
 * libcurl sends a request again, on a new connection, when a kept one closes
 * without a reply.  The machine may have carried it out, though: whether to
 * repeat is the conversation's business.
 */
curl_socket_t
device_on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct device *d = arg;

	(void)purpose;
	if (d->sent || (d->loop->loopback && !device_is_loopback(to)))
		return CURL_SOCKET_BAD;
	device_enter(d, PHASE_CONNECT);
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* It is ended with its limits, after this turn: we are within OpenSSL. */
void
device_on_flood(void *arg)
{
	struct device *d = arg;

	if (d->busy)
		timers_set(&d->loop->limits, &d->limit, clock_ms());
}

/* Connected, before the handshake. */
CURLcode
device_on_tls(CURL *easy, void *ctx, void *arg)
{
	struct device *d = arg;

	(void)easy;
	device_enter(d, PHASE_TLS);
	flood_allow(&d->tls.flood, DEVICE_TLS_READS, DEVICE_TLS_BYTES);
	return (device_by_certificate(d)
	               ? pki_apply(ctx, &d->tls, &d->pki)
	               : psk_apply(ctx, &d->tls, &d->psk)) == 0
	    ? CURLE_OK
	    : CURLE_SSL_CIPHER;
}

/* What the connection showed, once it stands: before that it is a claim, as
 * anyone has seen the certificates of others. */
static void
device_note_seen(struct device *d)
{
	bool managed = d->job->setup.way == &setup_way_managed;

	/* The next visit begins where this one ends. */
	if (managed)
		d->seen = (struct device_seen){ .tls = "", .chain = "" };
	d->seen.own[0] = '\0';
	if (!device_by_tls(d))
		return;
	d->seen.tls = tls_version_name(d->tls.version);
	if (d->ask.route == SETUP_TLS_OWN)
		memcpy(d->seen.own, d->pki.device.cert, sizeof(d->seen.own));
	if (managed) {
		d->seen.device = d->pki.device;
		d->seen.device.is.rom[0] = '\0'; /* for setups */
	}
	if (d->ask.route != SETUP_TLS_PKI)
		return;
	/* It does not lose what it can between two connections. */
	if (d->tls.version > d->tls.lowest)
		d->tls.lowest = d->tls.version;
	d->seen.device = d->pki.device;
	if (pki_stands(&d->pki))
		d->seen.chain = d->pki.chain->name;
}

/* The connection stands, before the request goes out. */
int
device_on_request(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct device *d = arg;

	(void)to;
	(void)from;
	(void)to_port;
	(void)from_port;
	if (d->sent)
		return CURL_PREREQFUNC_ABORT;
	device_note_seen(d);
	if (d->ask.route == SETUP_TLS_PKI && !pki_stands(&d->pki)) {
		d->tls.done = true; /* also of a connection that was kept */
		return CURL_PREREQFUNC_ABORT;
	}
	d->sent = true;
	device_enter(d, PHASE_HTTP);
	flood_allow(&d->tls.flood, DEVICE_HTTP_READS, DEVICE_HTTP_BYTES);
	return CURL_PREREQFUNC_OK;
}

/* Moves *line behind the field's name, which is in lower case and ends with
 * its colon, and the blanks after it; false when it is another field. */
static bool
field_skip_name(const char **line, size_t *len, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n; i++)
		if (i == *len || text_lower((*line)[i]) != name[i])
			return false;
	*line += n;
	*len -= n;
	for (; *len > 0 && (**line == ' ' || **line == '\t'); (*line)++)
		--*len;
	while (*len > 0 && strchr(" \t\r\n", (*line)[*len - 1]) != NULL)
		--*len;
	return true;
}

static void
device_read_field(struct device *d, const char *line, size_t len)
{
	if (field_skip_name(&line, &len, "server:"))
		text_show(d->server, sizeof(d->server), line, len);
	else if (!d->offered &&
	    field_skip_name(&line, &len, "www-authenticate:"))
		d->offered = challenge_read(&d->offer, line, len);
}

size_t
device_on_header(char *line, size_t one, size_t len, void *arg)
{
	struct device *d = arg;
	long status = 0;

	(void)one;
	d->sent = false;
	d->nheader += len;
	if (d->nheader > DEVICE_HEADERS_MAX) {
		d->broken = true;
		(void)snprintf(d->note, sizeof(d->note),
		    "header is longer than %d bytes", DEVICE_HEADERS_MAX);
		return 0;
	}
	if (len > 5 && memcmp(line, "HTTP/", 5) == 0) {
		(void)curl_easy_getinfo(d->connection.easy,
		    CURLINFO_RESPONSE_CODE, &status);
		d->nchallenges += status == 401;
		d->offered = false;
		d->ended = false;
	} else if (line[0] == '\r' || line[0] == '\n') {
		(void)curl_easy_getinfo(d->connection.easy,
		    CURLINFO_RESPONSE_CODE, &status);
		d->ended = status >= 200; /* another follows those below */
	} else
		device_read_field(d, line, len);
	return len;
}

size_t
device_on_body(char *data, size_t one, size_t len, void *arg)
{
	struct device *d = arg;
	size_t cap = d->cap == 0 ? BODY_FIRST : d->cap;
	char *more;

	(void)one;
	if (len > DEVICE_BODY_MAX - d->len) {
		d->broken = true;
		(void)snprintf(d->note, sizeof(d->note),
		    "reply is longer than %d bytes", DEVICE_BODY_MAX);
		return 0;
	}
	while (cap < d->len + len)
		cap *= 2;
	if (cap != d->cap) {
		more = realloc(d->body, cap);
		if (more == NULL)
			err(EX_OSERR, "reply");
		d->body = more;
		d->cap = cap;
	}
	memcpy(d->body + d->len, data, len);
	d->len += len;
	return len;
}
