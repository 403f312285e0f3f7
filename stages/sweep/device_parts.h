#ifndef DEVICE_PARTS_H
#define DEVICE_PARTS_H

/*
 * device_parts - what the files of device share; nobody else includes it, and
 * so libcurl is known to them alone.
 *
 *	device.c          a machine, and what the end of a request means
 *	device_loop.c     all of them: sockets, limits, what libcurl wants
 *	device_request.c  a request: the connection, its options, the digest
 *	device_reply.c    what libcurl calls while the request is under way
 */
#include "sweep/device.h"

#include <curl/curl.h>

#include "amt/challenge.h"
#include "lib/address.h"
#include "sweep/pki.h"
#include "sweep/psk.h"
#include "sweep/timers.h"

struct device_loop {
	CURLM *multi;
	struct timers limits; /* of the requests under way */
	int64_t curl_ms;      /* when libcurl wants to be called; -1 never */
	int epoll;
	uint16_t tls_port, plain_port;
	uint64_t turn;
	bool on_die;
	bool loopback; /* nothing else is connected to */
	struct {
		int fd; /* -1: none */
		device_watch_fn *fn;
		void *arg;
	} watched;
	int wake; /* -1: none */
};

/*
 * A connection.  It sits in a cache of its own: no other device can come by
 * it, whatever address it has, and it closes when the cache goes.
 */
struct device_connection {
	CURL *easy;
	CURLSH *cache;
};

struct device {
	struct device_loop *loop;
	struct device_connection connection;
	struct tls tls; /* of the connection, whatever its kind */
	struct psk psk;
	struct pki pki;
	const struct job *job;
	struct device_seen seen;
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

/* device_request */
void device_send(struct device *d); /* first, or again with a better answer */
void device_request_end(struct device *d);
void device_disconnect(struct device *d);
bool device_may_answer(const struct setup_ask *ask, const struct challenge *c);

/* How it is reached, by route. */
static inline bool
device_by_tls(const struct device *d)
{
	return d->ask.route != SETUP_PLAIN;
}

static inline bool
device_by_certificate(const struct device *d)
{
	return d->ask.route == SETUP_TLS_PKI || d->ask.route == SETUP_TLS_OWN;
}

/* device_reply: the request is in this phase now, and has its limit */
void device_enter(struct device *d, enum outcome_phase phase);
void device_on_flood(void *arg);
CURLcode device_on_tls(CURL *easy, void *ctx, void *arg);
curl_socket_t device_on_open(void *arg, curlsocktype purpose,
    struct curl_sockaddr *to);
int device_on_request(void *arg, char *to, char *from, int to_port,
    int from_port);
size_t device_on_header(char *line, size_t one, size_t len, void *arg);
size_t device_on_body(char *data, size_t one, size_t len, void *arg);

/* device: the transfer ended, well or badly; its limit is over */
void device_finish(struct device *d, CURLcode code);
void device_expire(struct device *d, int64_t now_ms);

#endif
