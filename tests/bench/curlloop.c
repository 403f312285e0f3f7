/*
 * curlloop - what a conversation costs by libcurl alone: its multi interface,
 * an event loop, and nothing read or decided.  What bench measures a sweep
 * against.  Opens the named connections to each machine, one after the other,
 * and sends so many requests on each; so many machines at a time.
 *
 *	curlloop [-h] [-c chain.pem -k key.pem] -j machines -b bytes -f fleet
 *	    -P tls-port -p port kind:requests ...
 *
 * A kind is psk, pki or plain.  bytes is the length of a request's body.  Of
 * the fleet (amtpeer -f) the columns address, uuid, pid and pps are read.  With
 * -h all connections stay open until the last machine is through.
 */
#include <curl/curl.h>
#include <err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_MAX 256
#define CHAIN_MAX 6
#define KINDS_MAX 8

struct kind {
	char name[8];
	int requests;
};

struct machine {
	char address[48], pid[16], pps[40];
	CURL *easy;
	int kind;  /* of those on the command line */
	int asked; /* on this connection */
};

static struct machine *fleet;
static size_t nmachines;
static struct kind kinds[KINDS_MAX];
static int nkinds, tls_port, plain_port;
static bool hold;
static char *body;
static X509 *certs[CHAIN_MAX];
static int ncerts;
static EVP_PKEY *key;
static CURLM *multi;
static int epoll_fd;
static int64_t due_ms = -1;
static struct curl_slist *headers;

static int64_t
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static size_t
drop(char *data, size_t one, size_t len, void *arg)
{
	(void)data;
	(void)one;
	(void)arg;
	return len;
}

static unsigned int
give_key(SSL *ssl, const char *hint, char *identity, unsigned int identity_cap,
    unsigned char *to, unsigned int cap)
{
	const struct machine *m = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

	(void)hint;
	(void)snprintf(identity, identity_cap, "%s", m->pid);
	memcpy(to, m->pps, 32);
	return cap < 32 ? 0 : 32;
}

static CURLcode
on_context(CURL *easy, void *ctx, void *arg)
{
	struct machine *m = arg;

	(void)easy;
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
	(void)SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
	(void)SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
	if (strcmp(kinds[m->kind].name, "psk") == 0) {
		SSL_CTX_set_app_data(ctx, m);
		SSL_CTX_set_psk_client_callback(ctx, give_key);
		return SSL_CTX_set_cipher_list(ctx,
		           "PSK-AES256-CBC-SHA:PSK-AES128-CBC-SHA:"
		           "@SECLEVEL=0") == 1
		    ? CURLE_OK
		    : CURLE_SSL_CIPHER;
	}
	(void)SSL_CTX_set_cipher_list(ctx, "DEFAULT:@SECLEVEL=0");
	if (SSL_CTX_use_certificate(ctx, certs[0]) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, key) != 1)
		return CURLE_SSL_CERTPROBLEM;
	for (int i = 1; i < ncerts; i++)
		(void)SSL_CTX_add1_chain_cert(ctx, certs[i]);
	return CURLE_OK;
}

/* Closed after its last request, which is what the search for one to reuse
 * would have to look through. */
static void
connection_note_last(struct machine *m)
{
	bool last = m->asked + 1 == kinds[m->kind].requests;

	curl_easy_setopt(m->easy, CURLOPT_FORBID_REUSE,
	    last && !hold ? 1L : 0L);
}

static void
connection_begin(struct machine *m)
{
	const bool tls = strcmp(kinds[m->kind].name, "plain") != 0;
	CURL *e = m->easy = curl_easy_init();
	char url[128];

	(void)snprintf(url, sizeof(url), "%s://%s:%d/wsman",
	    tls ? "https" : "http", m->address, tls ? tls_port : plain_port);
	curl_easy_setopt(e, CURLOPT_URL, url);
	curl_easy_setopt(e, CURLOPT_PRIVATE, m);
	curl_easy_setopt(e, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(e, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, on_context);
	curl_easy_setopt(e, CURLOPT_SSL_CTX_DATA, m);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
	curl_easy_setopt(e, CURLOPT_CAINFO, NULL); /* else read each time */
	curl_easy_setopt(e, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L);
	/* Two connections to a machine are two. */
	curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, 1L);
	m->asked = 0;
	connection_note_last(m);
	curl_multi_add_handle(multi, e);
}

/* Next request, connection or machine; false when the machine is through. */
static bool
machine_go_on(struct machine *m)
{
	curl_multi_remove_handle(multi, m->easy);
	if (++m->asked < kinds[m->kind].requests) {
		curl_easy_setopt(m->easy, CURLOPT_FRESH_CONNECT, 0L);
		connection_note_last(m);
		curl_multi_add_handle(multi, m->easy);
		return true;
	}
	if (!hold)
		curl_easy_cleanup(m->easy);
	if (++m->kind == nkinds)
		return false;
	connection_begin(m);
	return true;
}

static int
on_socket(CURL *easy, curl_socket_t fd, int what, void *arg, void *known)
{
	struct epoll_event e = { .data.fd = fd };

	(void)easy;
	(void)arg;
	e.events = (what & CURL_POLL_IN ? EPOLLIN : 0U) |
	    (what & CURL_POLL_OUT ? EPOLLOUT : 0U);
	if (what == CURL_POLL_REMOVE)
		(void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, &e);
	else if (known != NULL)
		(void)epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &e);
	else if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e) == 0)
		(void)curl_multi_assign(multi, fd, &epoll_fd);
	return 0;
}

static int
on_timer(CURLM *m, long ms, void *arg)
{
	(void)m;
	(void)arg;
	due_ms = ms < 0 ? -1 : now_ms() + ms;
	return 0;
}

static void
loop_turn(void)
{
	struct epoll_event events[EVENTS_MAX];
	int64_t wait = due_ms == -1 ? 1000 : due_ms - now_ms();
	int running;
	int n =
	    epoll_wait(epoll_fd, events, EVENTS_MAX, wait < 0 ? 0 : (int)wait);

	for (int i = 0; i < n; i++)
		(void)curl_multi_socket_action(multi, events[i].data.fd,
		    (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) |
		        (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0) |
		        (events[i].events & (EPOLLERR | EPOLLHUP)
		                ? CURL_CSELECT_ERR
		                : 0),
		    &running);
	if (due_ms != -1 && due_ms <= now_ms()) {
		due_ms = -1;
		(void)curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0,
		    &running);
	}
}

static void
run(size_t in_flight)
{
	size_t begun = 0, busy = 0;

	while (begun < nmachines || busy > 0) {
		CURLMsg *msg;
		int left;

		for (; begun < nmachines && busy < in_flight; busy++)
			connection_begin(&fleet[begun++]);
		loop_turn();
		while ((msg = curl_multi_info_read(multi, &left)) != NULL) {
			struct machine *m;

			(void)curl_easy_getinfo(msg->easy_handle,
			    CURLINFO_PRIVATE, &m);
			if (msg->data.result != CURLE_OK)
				errx(1, "%s: %s", m->address,
				    curl_easy_strerror(msg->data.result));
			if (!machine_go_on(m))
				busy--;
		}
	}
}

static void
read_fleet(const char *path)
{
	FILE *in = fopen(path, "r");
	char line[512];

	if (in == NULL || fgets(line, sizeof(line), in) == NULL)
		err(1, "%s", path);
	while (fgets(line, sizeof(line), in) != NULL) {
		struct machine *m;

		fleet = reallocarray(fleet, nmachines + 1, sizeof(*fleet));
		if (fleet == NULL)
			err(1, "fleet");
		m = &fleet[nmachines++];
		*m = (struct machine){ .kind = 0 };
		if (sscanf(line, "%47s %*s %15s %39s", m->address, m->pid,
		        m->pps) != 3)
			errx(1, "%s: %s", path, line);
	}
	fclose(in);
}

static void
read_chain(const char *chain, const char *of_key)
{
	FILE *in = fopen(chain, "r");

	while (in != NULL && ncerts < CHAIN_MAX &&
	    (certs[ncerts] = PEM_read_X509(in, NULL, NULL, NULL)) != NULL)
		ncerts++;
	if (in != NULL)
		fclose(in);
	in = fopen(of_key, "r");
	if (in != NULL) {
		key = PEM_read_PrivateKey(in, NULL, NULL, NULL);
		fclose(in);
	}
	if (ncerts == 0 || key == NULL)
		errx(1, "%s, %s: no chain or no key", chain, of_key);
}

static void
loop_new(void)
{
	curl_global_init(CURL_GLOBAL_DEFAULT);
	multi = curl_multi_init();
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	headers = curl_slist_append(NULL,
	    "Content-Type: application/soap+xml;charset=UTF-8");
	headers = curl_slist_append(headers, "Expect:");
	curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
	curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, 10000L);
}

int
main(int argc, char *argv[])
{
	const char *chain = NULL, *of_key = "", *path = "";
	size_t in_flight = 1, bytes = 800;
	int ch;

	while ((ch = getopt(argc, argv, "hc:k:j:b:f:P:p:")) != -1)
		switch (ch) {
		case 'h':
			hold = true;
			break;
		case 'c':
			chain = optarg;
			break;
		case 'k':
			of_key = optarg;
			break;
		case 'j':
			in_flight = strtoul(optarg, NULL, 10);
			break;
		case 'b':
			bytes = strtoul(optarg, NULL, 10);
			break;
		case 'f':
			path = optarg;
			break;
		case 'P':
			tls_port = atoi(optarg);
			break;
		case 'p':
			plain_port = atoi(optarg);
			break;
		default:
			return 64;
		}
	for (int i = optind; i < argc && nkinds < KINDS_MAX; i++, nkinds++)
		if (sscanf(argv[i], "%7[a-z]:%d", kinds[nkinds].name,
		        &kinds[nkinds].requests) != 2)
			errx(64, "%s: expected kind:requests", argv[i]);
	read_fleet(path);
	if (chain != NULL)
		read_chain(chain, of_key);
	body = calloc(1, bytes + 1);
	memset(body, ' ', bytes);
	loop_new();
	run(in_flight);
	return 0;
}
