#include "sweep/device.h"

#include <curl/curl.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/address.h"
#include "amt/challenge.h"
#include "lib/clock.h"
#include "sweep/psk.h"
#include "lib/random.h"
#include "base/text.h"
#include "sweep/timers.h"

#define EVENTS_MAX 256
#define BODY_FIRST 4096

struct device_loop {
	CURLM *multi;
	struct timers limits; /* of the requests under way */
	int64_t curl_ms;      /* when libcurl wants to be called; -1 never */
	int epoll;
	uint16_t tls_port, plain_port;
	uint64_t turn;
};

/*
 * A connection.  It sits in a cache of its own: no other device can come by
 * it, whatever address it has, and it closes when the cache goes.
 */
struct talk {
	CURL *easy;
	CURLSH *cache;
};

struct device {
	struct device_loop *loop;
	struct talk talk;
	struct psk psk;
	device_done_fn *done;
	void *arg;
	char address[ADDRESS_HOST];
	long link; /* number of the interface, 0 any */
	unsigned nanswers;
	/* What the password's next use answers; it outlives the connection, as
	 * a machine may close one after each reply. */
	struct challenge challenge;
	bool challenged;
	bool closes; /* after a 401, and only the lost answer shows it */
	/* the request under way */
	struct setup_ask ask;
	struct timer limit;
	int64_t end_ms;   /* its limit as a whole */
	int64_t since_ms; /* when phase began */
	enum outcome_phase phase;
	bool busy;
	bool sent;      /* nothing came back since it was sent */
	bool broken;    /* by our ceilings */
	size_t nheader; /* bytes */
	unsigned nchallenges;
	struct challenge offer; /* in the reply, if offered */
	bool offered;
	bool ended;  /* the reply's header */
	bool proved; /* it went out with an answer to its own 401 */
	struct curl_slist *headers;
	char server[64];
	char *body;
	size_t len, cap;
	char error[CURL_ERROR_SIZE];
	char note[160];
};

/* --- the loop ------------------------------------------------------------ */

/* libcurl: watch this socket for what. */
static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct device_loop *l = arg;
	struct epoll_event e = { .data.fd = fd };
	int op = EPOLL_CTL_MOD;

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, fd, &e);
		return 0;
	}
	if (what & CURL_POLL_IN)
		e.events |= EPOLLIN;
	if (what & CURL_POLL_OUT)
		e.events |= EPOLLOUT;
	if (known == NULL) {
		op = EPOLL_CTL_ADD;
		(void)curl_multi_assign(l->multi, fd, l);
	}
	if (epoll_ctl(l->epoll, op, fd, &e) == -1 &&
	    (errno != EEXIST ||
	        epoll_ctl(l->epoll, EPOLL_CTL_MOD, fd, &e) == -1))
		err(EX_OSERR, "epoll_ctl");
	return 0;
}

static int
on_timer(CURLM *multi, long ms, void *arg)
{
	struct device_loop *l = arg;

	(void)multi;
	l->curl_ms = ms < 0 ? -1 : clock_ms() + ms;
	return 0;
}

struct device_loop *
device_loop_new(size_t in_flight, uint16_t tls_port, uint16_t plain_port)
{
	struct device_loop *l = calloc(1, sizeof(*l));
	const char *lacks;

	if (l == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		errx(EX_OSERR, "libcurl does not start");
	lacks = psk_lacks();
	if (lacks != NULL)
		errx(EX_CONFIG, "this OpenSSL has no %s", lacks);
	l->tls_port = tls_port;
	l->plain_port = plain_port;
	l->curl_ms = -1;
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->multi = curl_multi_init();
	if (l->epoll == -1 || l->multi == NULL ||
	    timers_init(&l->limits, in_flight) == -1)
		errx(EX_OSERR, "no memory for connections");
	(void)curl_multi_setopt(l->multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	(void)curl_multi_setopt(l->multi, CURLMOPT_SOCKETDATA, l);
	(void)curl_multi_setopt(l->multi, CURLMOPT_TIMERFUNCTION, on_timer);
	(void)curl_multi_setopt(l->multi, CURLMOPT_TIMERDATA, l);
	(void)curl_multi_setopt(l->multi, CURLMOPT_PIPELINING,
	    CURLPIPE_NOTHING);
	return l;
}

void
device_loop_free(struct device_loop *l)
{
	if (l == NULL)
		return;
	(void)curl_multi_cleanup(l->multi);
	timers_free(&l->limits);
	close(l->epoll);
	free(l);
	curl_global_cleanup();
}

/* --- what libcurl calls for a request ------------------------------------ */

static void
enter(struct device *d, enum outcome_phase phase)
{
	int64_t limit = d->end_ms;

	d->phase = phase;
	d->since_ms = clock_ms();
	if (phase == PHASE_CONNECT && d->since_ms + DEVICE_CONNECT_MS < limit)
		limit = d->since_ms + DEVICE_CONNECT_MS;
	if (phase == PHASE_TLS && d->since_ms + DEVICE_TLS_MS < limit)
		limit = d->since_ms + DEVICE_TLS_MS;
	timers_set(&d->loop->limits, &d->limit, limit);
}

/*
 * libcurl sends a request again, on a new connection, when a kept one closes
 * without a reply.  The machine may have carried it out, though: whether to
 * repeat is the conversation's business.
 */
static curl_socket_t
on_open(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
	struct device *d = arg;

	(void)purpose;
	if (d->sent)
		return CURL_SOCKET_BAD;
	enter(d, PHASE_CONNECT);
	return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* It is ended with its limits, after this turn: we are within OpenSSL. */
static void
on_flood(void *arg)
{
	struct device *d = arg;

	if (d->busy)
		timers_set(&d->loop->limits, &d->limit, clock_ms());
}

/* Connected, before the handshake. */
static CURLcode
on_tls(CURL *easy, void *ctx, void *arg)
{
	struct device *d = arg;

	(void)easy;
	enter(d, PHASE_TLS);
	flood_allow(&d->psk.flood, DEVICE_TLS_READS, DEVICE_TLS_BYTES);
	return psk_apply(ctx, &d->psk) == 0 ? CURLE_OK : CURLE_SSL_CIPHER;
}

/* The connection stands, before the request goes out. */
static int
on_request(void *arg, char *to, char *from, int to_port, int from_port)
{
	struct device *d = arg;

	(void)to;
	(void)from;
	(void)to_port;
	(void)from_port;
	if (d->sent)
		return CURL_PREREQFUNC_ABORT;
	d->sent = true;
	enter(d, PHASE_HTTP);
	flood_allow(&d->psk.flood, DEVICE_HTTP_READS, DEVICE_HTTP_BYTES);
	return CURL_PREREQFUNC_OK;
}

/* Moves *line behind the field's name, which is in lower case and ends with
 * its colon, and the blanks after it; false when it is another field. */
static bool
is_field(const char **line, size_t *len, const char *name)
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
take_field(struct device *d, const char *line, size_t len)
{
	if (is_field(&line, &len, "server:"))
		text_show(d->server, sizeof(d->server), line, len);
	else if (!d->offered && is_field(&line, &len, "www-authenticate:"))
		d->offered = challenge_read(&d->offer, line, len);
}

static size_t
on_header(char *line, size_t one, size_t len, void *arg)
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
		(void)curl_easy_getinfo(d->talk.easy, CURLINFO_RESPONSE_CODE,
		    &status);
		d->nchallenges += status == 401;
		d->offered = false;
		d->ended = false;
	} else if (line[0] == '\r' || line[0] == '\n') {
		(void)curl_easy_getinfo(d->talk.easy, CURLINFO_RESPONSE_CODE,
		    &status);
		d->ended = status >= 200; /* another follows those below */
	} else
		take_field(d, line, len);
	return len;
}

static size_t
on_body(char *data, size_t one, size_t len, void *arg)
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

/* --- a request ----------------------------------------------------------- */

#define SET(option, value)                                                     \
	do {                                                                   \
		if (curl_easy_setopt(e, option, value) != CURLE_OK)            \
			errx(EX_OSERR, "libcurl does not take " #option);      \
	} while (0)

/* Only what a machine in setup mode needs: nothing from the environment, no
 * redirects, no other protocol, no cookies. */
static void
set_http(struct device *d, CURL *e)
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
	SET(CURLOPT_ERRORBUFFER, d->error);
	SET(CURLOPT_OPENSOCKETFUNCTION, on_open);
	SET(CURLOPT_OPENSOCKETDATA, d);
	SET(CURLOPT_PREREQFUNCTION, on_request);
	SET(CURLOPT_PREREQDATA, d);
	SET(CURLOPT_HEADERFUNCTION, on_header);
	SET(CURLOPT_HEADERDATA, d);
	SET(CURLOPT_WRITEFUNCTION, on_body);
	SET(CURLOPT_WRITEDATA, d);
}

/* A PSK suite has no certificate that could be verified: the key does that. */
static void
set_psk(struct device *d, CURL *e)
{
	SET(CURLOPT_SSL_CTX_FUNCTION, on_tls);
	SET(CURLOPT_SSL_CTX_DATA, d);
	SET(CURLOPT_SSL_VERIFYPEER, 0L);
	SET(CURLOPT_SSL_VERIFYHOST, 0L);
	SET(CURLOPT_CAINFO, NULL); /* else loaded for every connection */
	SET(CURLOPT_CAPATH, NULL);
	SET(CURLOPT_SSL_SESSIONID_CACHE, 0L);
	SET(CURLOPT_SSL_ENABLE_ALPN, 0L);
}

static void
set_url(struct device *d, CURL *e)
{
	bool tls = d->ask.route == SETUP_TLS_PSK;
	bool six = strchr(d->address, ':') != NULL;
	char url[ADDRESS_TEXT + 16];

	(void)snprintf(url, sizeof(url), "%s://%s%s%s:%d/wsman",
	    tls ? "https" : "http", six ? "[" : "", d->address, six ? "]" : "",
	    tls ? d->loop->tls_port : d->loop->plain_port);
	SET(CURLOPT_URL, url);
	SET(CURLOPT_ADDRESS_SCOPE, d->link);
}

static void
talk_end(struct talk *t)
{
	curl_easy_cleanup(t->easy);
	if (t->cache != NULL)
		(void)curl_share_cleanup(t->cache);
	*t = (struct talk){ 0 };
}

static void
talk_begin(struct device *d)
{
	struct talk *t = &d->talk;

	t->easy = curl_easy_init();
	t->cache = curl_share_init();
	if (t->easy == NULL || t->cache == NULL ||
	    curl_share_setopt(t->cache, CURLSHOPT_SHARE,
	        CURL_LOCK_DATA_CONNECT) != CURLSHE_OK ||
	    curl_easy_setopt(t->easy, CURLOPT_SHARE, t->cache) != CURLE_OK)
		errx(EX_OSERR, "no memory for a connection");
	set_http(d, t->easy);
	if (d->ask.route == SETUP_TLS_PSK)
		set_psk(d, t->easy);
	set_url(d, t->easy);
	d->psk.highest = d->ask.tls;
}

static void
add_header(struct device *d, const char *line)
{
	struct curl_slist *more = curl_slist_append(d->headers, line);

	if (more == NULL)
		errx(EX_OSERR, "no memory for a request");
	d->headers = more;
}

/* The answer to what the machine asked for last. */
static void
add_proof(struct device *d)
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
	add_header(d, line);
}

/* Sends the request, for the first time or again with a better answer. */
static void
request(struct device *d)
{
	CURL *e;

	if (d->talk.easy == NULL)
		talk_begin(d);
	e = d->talk.easy;
	curl_slist_free_all(d->headers);
	d->headers = NULL;
	add_header(d, "Content-Type: application/soap+xml;charset=UTF-8");
	add_header(d, "Expect:");
	if (d->challenged)
		add_proof(d);
	SET(CURLOPT_HTTPHEADER, d->headers);
	SET(CURLOPT_POSTFIELDSIZE, (long)d->ask.len);
	SET(CURLOPT_POSTFIELDS, d->ask.body);
	psk_reset(&d->psk);
	d->psk.flood.over = false;
	d->busy = true;
	d->sent = false;
	d->broken = false;
	d->offered = false;
	d->ended = false;
	d->len = 0;
	d->server[0] = '\0';
	d->note[0] = '\0';
	d->error[0] = '\0';
	enter(d, PHASE_CONNECT);
	if (curl_multi_add_handle(d->loop->multi, e) != CURLM_OK)
		errx(EX_OSERR, "libcurl does not take a request");
}

static void
request_end(struct device *d)
{
	if (!d->busy)
		return;
	d->busy = false;
	timers_clear(&d->loop->limits, &d->limit);
	(void)curl_multi_remove_handle(d->loop->multi, d->talk.easy);
}

/* Behind TLS the key tells who listens, in clear only the realm does. */
static bool
may_answer(const struct setup_ask *ask, const struct challenge *c)
{
	return ask->route != SETUP_PLAIN ||
	    (ask->realm != NULL && strcmp(ask->realm, c->realm) == 0);
}

void
device_ask(struct device *d, const struct setup_ask *ask, int64_t until_ms)
{
	bool there = ask->route == d->ask.route;

	if (ask->fresh || !there || ask->tls != d->ask.tls)
		talk_end(&d->talk);
	if (!there || ask->password != d->ask.password ||
	    !may_answer(ask, &d->challenge))
		d->challenged = false;
	d->nheader = 0;
	d->nchallenges = 0;
	d->proved = false;
	d->ask = *ask;
	d->end_ms = clock_ms() + ask->limit_ms;
	if (until_ms < d->end_ms)
		d->end_ms = until_ms;
	request(d);
}

/* --- its end ------------------------------------------------------------- */

static void
note(struct device *d, const char *why)
{
	text_show(d->note, sizeof(d->note), why, strlen(why));
}

static void
note_flood(struct device *d)
{
	(void)snprintf(d->note, sizeof(d->note), "%zu bytes in %zu pieces %s",
	    d->psk.flood.bytes, d->psk.flood.reads,
	    d->phase == PHASE_TLS ? "and no handshake" : "and no whole reply");
}

static enum setup_outcome
outcome_http(struct device *d, CURLcode code)
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
outcome_of(struct device *d, CURLcode code)
{
	enum setup_outcome outcome;
	long error = 0;

	if (code == CURLE_OK)
		return SETUP_ANSWERED;
	if (d->psk.flood.over) {
		note_flood(d);
		return SETUP_PEER_FLOODS;
	}
	if (d->broken)
		return SETUP_HTTP_BROKEN;
	if (d->sent && d->phase == PHASE_HTTP) {
		d->closes |= d->nchallenges != 0;
		note(d,
		    code == CURLE_COULDNT_CONNECT
		        ? "connection closed without a reply"
		        : d->error);
		return outcome_http(d, code);
	}
	switch (d->phase) {
	case PHASE_CONNECT:
		(void)curl_easy_getinfo(d->talk.easy, CURLINFO_OS_ERRNO,
		    &error);
		note(d, error == 0 ? d->error : strerror((int)error));
		outcome = outcome_connect((int)error);
		return outcome == SETUP_TLS_CLOSED &&
		        d->ask.route == SETUP_PLAIN
		    ? SETUP_HTTP_CLOSED
		    : outcome;
	case PHASE_TLS:
		return psk_outcome(&d->psk, d->note, sizeof(d->note));
	case PHASE_HTTP:
		break;
	}
	note(d, d->error);
	return outcome_http(d, code);
}

static void
tell(struct device *d, enum setup_outcome outcome)
{
	struct setup_reply r = {
		.outcome = outcome,
		.body = d->len == 0 ? "" : d->body,
		.len = d->len,
		.server = d->server,
		.note = d->note,
	};
	long status = 0;

	if (outcome == SETUP_ANSWERED) {
		(void)curl_easy_getinfo(d->talk.easy, CURLINFO_RESPONSE_CODE,
		    &status);
		d->nanswers++;
	} else
		talk_end(&d->talk);
	r.status = (int)status;
	if (status == 401) {
		r.no_digest = !d->offered;
		r.foreign = d->offered && !may_answer(&d->ask, &d->offer);
		r.stale = d->offered && d->proved && d->offer.stale;
		r.realm = d->offered ? d->offer.realm : "";
	} else
		r.realm = d->challenged ? d->challenge.realm : "";
	d->done(d->arg, &r);
	/* d may be gone */
}

/*
 * A 401 that asks for an answer which it was not given: to a new challenge or,
 * of a right password, with another nonce.  False when the reply is for the
 * conversation.
 */
static bool
prove(struct device *d)
{
	long status = 0;

	(void)curl_easy_getinfo(d->talk.easy, CURLINFO_RESPONSE_CODE, &status);
	if (status != 401)
		return false;
	d->challenged = d->offered && may_answer(&d->ask, &d->offer) &&
	    (!d->proved || d->offer.stale) &&
	    d->nchallenges < DEVICE_CHALLENGES_MAX;
	if (!d->challenged)
		return false;
	d->challenge = d->offer;
	d->proved = true;
	if (d->closes)
		talk_end(&d->talk);
	request(d);
	return true;
}

/* The transfer ended, well or badly. */
static void
finish(struct device *d, CURLcode code)
{
	/* libcurl takes a close within the header for the header's end. */
	if (code == CURLE_OK && !d->ended) {
		code = CURLE_GOT_NOTHING;
		(void)snprintf(d->error, sizeof(d->error),
		    "connection closed within the header");
	}
	request_end(d);
	if (code != CURLE_OK || !prove(d))
		tell(d, outcome_of(d, code));
}

static void
expire(struct device_loop *l)
{
	int64_t now = clock_ms();
	struct timer *t;

	while ((t = timers_first(&l->limits)) != NULL && t->at_ms <= now) {
		struct device *d = t->of;

		if (d->psk.flood.over) {
			note_flood(d);
			request_end(d);
			tell(d, SETUP_PEER_FLOODS);
			continue;
		}
		(void)snprintf(d->note, sizeof(d->note), "%s %.1f s",
		    d->phase == PHASE_HTTP && !d->sent ? "not whole after"
		                                       : "nothing for",
		    (double)(now - d->since_ms) / 1000);
		request_end(d);
		tell(d, outcome_timeout(d->phase));
	}
}

static void
collect(struct device_loop *l)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(l->multi, &left)) != NULL) {
		CURLcode code = m->data.result;
		char *d = NULL;

		(void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &d);
		finish((struct device *)(void *)d, code);
	}
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void
device_loop_turn(struct device_loop *l, int64_t until_ms)
{
	struct epoll_event events[EVENTS_MAX];
	const struct timer *t = timers_first(&l->limits);
	int running, n;
	int64_t now = clock_ms();

	l->turn++;
	if (t != NULL)
		until_ms = sooner(until_ms, t->at_ms);
	if (l->curl_ms != -1)
		until_ms = sooner(until_ms, l->curl_ms);
	n = epoll_wait(l->epoll, events, EVENTS_MAX,
	    until_ms <= now ? 0 : (int)sooner(until_ms - now, 60000));
	if (n == -1 && errno != EINTR)
		err(EX_OSERR, "epoll_wait");
	for (int i = 0; i < n; i++) {
		int mask = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
		    (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
		    (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR
		                                              : 0);

		(void)curl_multi_socket_action(l->multi, events[i].data.fd,
		    mask, &running);
	}
	if (l->curl_ms != -1 && l->curl_ms <= clock_ms()) {
		l->curl_ms = -1; /* on_timer may set it anew */
		(void)curl_multi_socket_action(l->multi, CURL_SOCKET_TIMEOUT, 0,
		    &running);
	}
	collect(l);
	expire(l);
}

/* --- a device ------------------------------------------------------------ */

struct device *
device_new(struct device_loop *l, const char *address, const char *pid,
    const char *pps, device_done_fn *done, void *arg)
{
	struct device *d = calloc(1, sizeof(*d));
	const char *link = strchr(address, '%');

	if (d == NULL)
		err(EX_OSERR, "device");
	d->loop = l;
	d->limit.of = d;
	d->psk.flood.now = &l->turn;
	d->psk.flood.on_over = on_flood;
	d->psk.flood.arg = d;
	d->done = done;
	d->arg = arg;
	(void)snprintf(d->address, sizeof(d->address), "%.*s",
	    (int)strcspn(address, "%"), address);
	d->link = link == NULL ? 0 : atol(link + 1);
	(void)snprintf(d->psk.pid, sizeof(d->psk.pid), "%s", pid);
	(void)snprintf(d->psk.pps, sizeof(d->psk.pps), "%s", pps);
	return d;
}

void
device_free(struct device *d)
{
	if (d == NULL)
		return;
	request_end(d);
	talk_end(&d->talk);
	curl_slist_free_all(d->headers);
	free(d->body);
	explicit_bzero(d, sizeof(*d));
	free(d);
}

void
device_rest(struct device *d)
{
	talk_end(&d->talk);
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
