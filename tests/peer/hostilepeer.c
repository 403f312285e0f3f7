/*
 * hostilepeer - machines that know their key and mean harm, seventeen kinds
 * of them in one process.
 *
 *	hostilepeer -l                   lists the kinds, one a line
 *	hostilepeer -f fleet -P port -p port -r ready [-J journal]
 *
 * The fleet is one of amtpeer's: an equal number of each kind, in the order of
 * the list.  Each machine listens at its own address on both ports, which
 * amtpeer may have at others.  What a kind does not spoil is answered by
 * amtpeer's service.  127.43.0.1 is a trap at the same ports: "trap" in the
 * journal says that somebody was sent there, "leak" that a password came in a
 * login other than digest; "secret" is one that came as it should.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include <libxml/parser.h>

#include "peer/digest.h"
#include "lib/hostile.h"
#include "peer/journal.h"
#include "peer/server.h"
#include "peer/service.h"

#define TRAP "127.43.0.1"
#define STACK (512 * 1024)

/* The library of amtpeer has one thread. */
static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
static struct fleet fleet;
static char trap[64];

struct caller {
	struct source source; /* first: of the listener, then the connection */
	struct machine *m;    /* NULL: the trap */
	size_t number;        /* in the fleet */
};

/* --- the honest reply ------------------------------------------------------
 */

/* Of what setup sends, that which must not come back: a password in clear, or
 * the hash that is as good as one. */
static void
note_secret(struct hostile *h, const char *body)
{
	static const char *const names[] = { "DigestPassword>", "Password>" };

	for (size_t i = 0; i < 2; i++) {
		const char *at = strstr(body, names[i]);

		if (at == NULL)
			continue;
		at += strlen(names[i]);
		(void)snprintf(h->secret, sizeof(h->secret), "%.*s",
		    (int)strcspn(at, "<"), at);
		journal(h->m, "secret", "%s", h->secret);
		return;
	}
}

static void
answer(struct hostile *h, const struct http_request *rq, struct bytes *out)
{
	struct machine *m = h->m;
	struct answer_info info;
	enum digest_result result;
	const char *why = NULL;
	char *text = NULL;
	size_t len = 0;
	FILE *to;

	if (rq->authorization[0] != '\0' &&
	    strncasecmp(rq->authorization, "Digest ", 7) != 0)
		journal(m, "leak", "%s", rq->authorization);
	result = digest_check(m, &m->admin, rq, now_ms(), &why);
	h->login = result != DIGEST_OK;
	if (h->login) {
		http_challenge(out, m, digest_nonce(m, now_ms()),
		    result == DIGEST_STALE, false);
		return;
	}
	note_secret(h, rq->body);
	to = open_memstream(&text, &len);
	info = service_answer(to, m, NULL, rq->body, rq->len);
	fclose(to);
	if (info.kind == ANSWER_PAGE)
		http_page(out, m, info.status, "?", false);
	else
		http_soap(out, m, info.status, text, len);
	free(text);
}

/* --- a connection ----------------------------------------------------------
 */

static ssize_t
get(struct hostile *h, char *to, size_t cap)
{
	return h->tls ? SSL_read(h->t.ssl, to, (int)cap)
	              : recv(h->fd, to, cap, 0);
}

static bool
one_request(struct hostile *h, const struct hostile_kind *kind,
    struct http_request *rq)
{
	struct bytes out = { 0 };
	bool login = strncasecmp(rq->authorization, "Digest ", 7) != 0;
	bool goes_on;

	pthread_mutex_lock(&one);
	if (!login)
		h->request = (size_t)++h->m->requests;
	goes_on = login || kind->before == NULL || kind->before(h);
	if (goes_on)
		answer(h, rq, &out);
	pthread_mutex_unlock(&one);
	goes_on = goes_on && kind->act(h, &out);
	bytes_free(&out);
	return goes_on;
}

static void
talk(struct hostile *h, const struct hostile_kind *kind)
{
	struct bytes in = { 0 };
	struct http_request rq;
	const char *why;
	char buf[16384];
	bool goes_on = true;
	ssize_t n;
	int got;

	while (goes_on && (n = get(h, buf, sizeof(buf))) > 0) {
		bytes_add(&in, buf, (size_t)n);
		while (goes_on && in.len > 0 &&
		    (got = http_take(&rq, &in, &why)) != 0) {
			goes_on = got == 1 && one_request(h, kind, &rq);
			http_request_free(&rq);
		}
	}
	bytes_free(&in);
}

static void *
serve(void *arg)
{
	struct caller *c = arg;
	size_t each = fleet.n / HOSTILE_KINDS;
	const struct hostile_kind *kind = &hostile_kinds[c->number / each];
	struct hostile h = { .m = c->m,
		.variant = c->number % each,
		.of = each,
		.trap = trap,
		.fd = c->source.fd,
		.tls = c->source.kind == SOURCE_TLS };
	char hello[1024];

	(void)snprintf(h.secret, sizeof(h.secret), "%s", c->m->pps);
	if (h.tls && kind->clear != NULL) {
		if (recv(h.fd, hello, sizeof(hello), 0) > 0)
			kind->clear(&h);
	} else if (kind->clear == NULL) {
		if (!h.tls ||
		    floodtls_open(&h.t, h.fd, c->m->pid, c->m->pps, false)) {
			talk(&h, kind);
			if (h.tls)
				floodtls_close(&h.t);
		}
	}
	close(h.fd);
	free(c);
	return NULL;
}

/* --- who is where ----------------------------------------------------------
 */

static void
welcome(const struct caller *listener)
{
	struct caller *c = malloc(sizeof(*c));
	pthread_attr_t small;
	pthread_t thread;

	if (c == NULL)
		err(EX_OSERR, "caller");
	*c = *listener;
	c->source.fd = accept(listener->source.fd, NULL, NULL);
	if (listener->m == NULL) {
		journal(&fleet.machines[0], "trap", "somebody came");
		close(c->source.fd);
		c->source.fd = -1;
	}
	(void)pthread_attr_init(&small);
	(void)pthread_attr_setstacksize(&small, STACK);
	if (c->source.fd == -1 ||
	    pthread_create(&thread, &small, serve, c) != 0)
		free(c);
	else
		(void)pthread_detach(thread);
	(void)pthread_attr_destroy(&small);
}

static void
listen_at(int epoll, struct in_addr address, uint16_t port,
    const struct caller *as)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = address };
	struct caller *c = malloc(sizeof(*c));
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
	int on = 1;

	if (c == NULL)
		err(EX_OSERR, "listener");
	*c = *as;
	c->source.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	(void)setsockopt(c->source.fd, SOL_SOCKET, SO_REUSEADDR, &on,
	    sizeof(on));
	/* amtpeer has the port at every address */
	(void)setsockopt(c->source.fd, SOL_SOCKET, SO_REUSEPORT, &on,
	    sizeof(on));
	if (bind(c->source.fd, (struct sockaddr *)(void *)&a, sizeof(a)) ==
	        -1 ||
	    listen(c->source.fd, 16) == -1 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, c->source.fd, &e) == -1)
		err(EX_OSERR, "%s:%u", inet_ntoa(address), port);
}

static void
listen_all(int epoll, uint16_t tls, uint16_t plain)
{
	struct caller c = { .m = NULL };
	struct in_addr at;

	for (c.number = 0; c.number < fleet.n; c.number++) {
		c.m = &fleet.machines[c.number];
		c.source.kind = SOURCE_TLS;
		listen_at(epoll, c.m->address, tls, &c);
		c.source.kind = SOURCE_PLAIN;
		listen_at(epoll, c.m->address, plain, &c);
	}
	c.m = NULL;
	(void)inet_pton(AF_INET, TRAP, &at);
	listen_at(epoll, at, tls, &c);
	listen_at(epoll, at, plain, &c);
}

/* Those of the kind "uuid" say another's. */
static void
make_liars(void)
{
	for (size_t i = 0; i < fleet.n; i++)
		if (strcmp(hostile_kinds[i / (fleet.n / HOSTILE_KINDS)].name,
		        "uuid") == 0)
			(void)snprintf(fleet.machines[i].faults.uuid,
			    sizeof(fleet.machines[i].faults.uuid), "%s",
			    fleet.machines[(i + 1) % fleet.n].uuid_text);
}

static void
begin(int epoll, const char *path, uint16_t tls, uint16_t plain,
    const char *ready)
{
	struct rlimit files;
	FILE *to;

	xmlInitParser();
	fleet_read(&fleet, path);
	if (fleet.n % HOSTILE_KINDS != 0)
		errx(EX_DATAERR, "%s: %zu machines, not as many of each kind",
		    path, fleet.n);
	make_liars();
	(void)snprintf(trap, sizeof(trap), "https://" TRAP ":%u/wsman", tls);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	listen_all(epoll, tls, plain);
	to = fopen(ready, "w");
	if (to == NULL || fputs("listening\n", to) == EOF || fclose(to) == EOF)
		err(EX_CANTCREAT, "%s", ready);
}

int
main(int argc, char *argv[])
{
	const char *path = NULL, *ready = NULL;
	unsigned long tls = 0, plain = 0;
	struct epoll_event events[64];
	int ch, n, epoll = epoll_create1(EPOLL_CLOEXEC);

	while ((ch = getopt(argc, argv, "lf:P:p:r:J:")) != -1)
		switch (ch) {
		case 'l':
			for (size_t i = 0; i < HOSTILE_KINDS; i++)
				puts(hostile_kinds[i].name);
			return 0;
		case 'f':
			path = optarg;
			break;
		case 'P':
			tls = strtoul(optarg, NULL, 10);
			break;
		case 'p':
			plain = strtoul(optarg, NULL, 10);
			break;
		case 'r':
			ready = optarg;
			break;
		case 'J':
			journal_open(optarg);
			break;
		default:
			return EX_USAGE;
		}
	if (path == NULL || ready == NULL || tls == 0 || plain == 0)
		errx(EX_USAGE,
		    "usage: hostilepeer -l | -f fleet -P port "
		    "-p port -r ready [-J journal]");
	(void)signal(SIGPIPE, SIG_IGN);
	begin(epoll, path, (uint16_t)tls, (uint16_t)plain, ready);
	while ((n = epoll_wait(epoll, events, 64, -1)) >= 0)
		for (int i = 0; i < n; i++)
			welcome(events[i].data.ptr);
	return 0;
}
