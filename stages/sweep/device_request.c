/*
 * device_request - a request: its connection, its options, its digest.
 */
#include "sweep/device_parts.h"

#include <assert.h>
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/random.h"

#define SET(option, value)                                                     \
	do {                                                                   \
		if (curl_easy_setopt(e, option, value) != CURLE_OK)            \
			errx(EX_OSERR, "libcurl does not take " #option);      \
	} while (0)

/* For each connection: libcurl's own choice is 64 kB for a request, and 16 kB
 * for a reply, of which most have 2 kB. */
#define UPLOAD_BUFFER 16384L /* the least that it takes */
#define REPLY_BUFFER 2048L

/* Only what a machine in setup mode needs: nothing from the environment, no
 * redirects, no other protocol, no cookies. */
static void
device_set_http(struct device *d, CURL *e)
{
	SET(CURLOPT_PRIVATE, d);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROXY, "");
	SET(CURLOPT_NOPROXY, "*");
	SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
	SET(CURLOPT_FOLLOWLOCATION, 0L);
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_TCP_NODELAY, 1L);
	SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L); /* there are no names */
	SET(CURLOPT_UPLOAD_BUFFERSIZE, UPLOAD_BUFFER);
	SET(CURLOPT_BUFFERSIZE, REPLY_BUFFER);
	SET(CURLOPT_ERRORBUFFER, d->error);
	SET(CURLOPT_OPENSOCKETFUNCTION, device_on_open);
	SET(CURLOPT_OPENSOCKETDATA, d);
	SET(CURLOPT_PREREQFUNCTION, device_on_request);
	SET(CURLOPT_PREREQDATA, d);
	SET(CURLOPT_HEADERFUNCTION, device_on_header);
	SET(CURLOPT_HEADERDATA, d);
	SET(CURLOPT_WRITEFUNCTION, device_on_body);
	SET(CURLOPT_WRITEDATA, d);
}

/* What libcurl verifies of certificates does not fit machines: psk and pki say
 * what is done instead. */
static void
device_set_tls(struct device *d, CURL *e)
{
	SET(CURLOPT_SSL_CTX_FUNCTION, device_on_tls);
	SET(CURLOPT_SSL_CTX_DATA, d);
	SET(CURLOPT_SSL_VERIFYPEER, 0L);
	SET(CURLOPT_SSL_VERIFYHOST, 0L);
	SET(CURLOPT_CAINFO, NULL); /* else loaded for every connection */
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
	SET(CURLOPT_SSL_ENABLE_ALPN, 0L);
}

static void
device_set_url(struct device *d, CURL *e)
{
	bool tls = device_by_tls(d);
	bool six = strchr(d->address, ':') != NULL;
	char url[ADDRESS_TEXT + 16];

	(void)snprintf(url, sizeof(url), "%s://%s%s%s:%d/wsman",
	    tls ? "https" : "http", six ? "[" : "", d->address, six ? "]" : "",
	    tls ? d->loop->tls_port : d->loop->plain_port);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_ADDRESS_SCOPE, d->link);
}

void
device_disconnect(struct device *d)
{
	struct device_connection *t = &d->connection;

	curl_easy_cleanup(t->easy);
	if (t->cache != NULL)
		(void)curl_share_cleanup(t->cache);
	*t = (struct device_connection){ 0 };
}

static void
device_connect(struct device *d)
{
	struct device_connection *t = &d->connection;

	t->easy = curl_easy_init();
	t->cache = curl_share_init();
	if (t->easy == NULL || t->cache == NULL ||
	    curl_share_setopt(t->cache, CURLSHOPT_SHARE,
	        CURL_LOCK_DATA_CONNECT) != CURLSHE_OK ||
	    curl_easy_setopt(t->easy, CURLOPT_SHARE, t->cache) != CURLE_OK)
		errx(EX_OSERR, "no memory for a connection");
	device_set_http(d, t->easy);
	if (device_by_tls(d))
		device_set_tls(d, t->easy);
	device_set_url(d, t->easy);
	d->tls.highest = d->ask.tls;
	d->pki.chain = d->ask.route == SETUP_TLS_PKI
	    ? d->job->setup.chains[d->ask.chain]
	    : NULL;
	d->pki.managed = d->ask.route == SETUP_TLS_OWN;
	d->pki.console =
	    d->pki.managed && d->ask.console < d->job->setup.nconsoles
	    ? d->job->setup.consoles[d->ask.console]
	    : NULL;
	d->pki.on_die = d->loop->on_die && d->pki.chain != NULL;
	d->pki.leaf = d->ask.leaf;
}

static void
device_add_header(struct device *d, const char *line)
{
	struct curl_slist *more = curl_slist_append(d->headers, line);

	if (more == NULL)
		errx(EX_OSERR, "no memory for a request");
	d->headers = more;
}

/* The answer to what the machine asked for last. */
static void
device_add_proof(struct device *d)
{
	static const char name[] = "Authorization: ";
	const struct challenge_request rq = { .user = "admin",
		.password = d->ask.password,
		.method = "POST",
		.uri = "/wsman",
		.body = d->ask.body,
		.len = d->ask.len };
	uint8_t random[CHALLENGE_CNONCE];
	char line[sizeof(name) + CHALLENGE_ANSWER];

	random_bytes(random, sizeof(random));
	memcpy(line, name, sizeof(name));
	if (challenge_answer(line + sizeof(name) - 1, &d->challenge, &rq,
	        random) == -1)
		errx(EX_OSERR, "no memory for a request");
	device_add_header(d, line);
}

/* Sends the request, for the first time or again with a better answer. */
void
device_send(struct device *d)
{
	CURL *e;

	if (d->connection.easy == NULL)
		device_connect(d);
	e = d->connection.easy;
	curl_slist_free_all(d->headers);
	d->headers = NULL;
	device_add_header(d,
	    "Content-Type: application/soap+xml;charset=UTF-8");
	device_add_header(d, "Expect:");
	if (d->challenged)
		device_add_proof(d);
	SET(CURLOPT_HTTPHEADER, d->headers);
	SET(CURLOPT_POSTFIELDSIZE, (long)d->ask.len);
	SET(CURLOPT_POSTFIELDS, d->ask.body);
	tls_reset(&d->tls);
	d->tls.flood.over = false;
	d->busy = true;
	d->sent = false;
	d->broken = false;
	d->offered = false;
	d->ended = false;
	d->len = 0;
	d->server[0] = '\0';
	d->note[0] = '\0';
	d->error[0] = '\0';
	device_enter(d, PHASE_CONNECT);
	if (curl_multi_add_handle(d->loop->multi, e) != CURLM_OK)
		errx(EX_OSERR, "libcurl does not take a request");
}

void
device_request_end(struct device *d)
{
	if (!d->busy)
		return;
	d->busy = false;
	timers_clear(&d->loop->limits, &d->limit);
	(void)curl_multi_remove_handle(d->loop->multi, d->connection.easy);
}

/* Behind TLS-PSK the key tells who listens, elsewhere only the realm does. */
bool
device_may_answer(const struct setup_ask *ask, const struct challenge *c)
{
	if (ask->password == NULL)
		return false;
	return ask->realm == NULL ? ask->route == SETUP_TLS_PSK
	                          : strcmp(ask->realm, c->realm) == 0;
}

void
device_ask(struct device *d, const struct setup_ask *ask, int64_t until_ms)
{
	bool there = ask->route == d->ask.route &&
	    (ask->route != SETUP_TLS_PKI || ask->chain == d->ask.chain) &&
	    (ask->route != SETUP_TLS_OWN || ask->console == d->ask.console) &&
	    (ask->leaf == d->ask.leaf ||
	        (ask->leaf != NULL && d->ask.leaf != NULL &&
	            strcmp(ask->leaf, d->ask.leaf) == 0));

	assert(
	    ask->route != SETUP_TLS_PKI || ask->chain < d->job->setup.nchains);
	if (ask->fresh || !there || ask->tls != d->ask.tls)
		device_disconnect(d);
	if (!there || ask->password != d->ask.password ||
	    !device_may_answer(ask, &d->challenge))
		d->challenged = false;
	d->nheader = 0;
	d->nchallenges = 0;
	d->proved = false;
	d->ask = *ask;
	d->end_ms = clock_ms() + ask->limit_ms;
	if (until_ms < d->end_ms)
		d->end_ms = until_ms;
	device_send(d);
}
