/*
 * The transport against a server that says what the test wants, in clear on
 * 127.0.0.1.  What needs TLS is in tests/stages/sweep.bats, with servers that
 * are not ours.
 */
#include "sweep/device.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/clock.h"

#define CHALLENGE(nonce, stale)                                                \
	"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="         \
	"\"Digest:A4070000000000000000000000000000\", nonce=\"" nonce          \
	"\",stale=\"" stale "\",qop=\"auth\"\r\nContent-Length: 2\r\n\r\nno"
#define OK(text)                                                               \
	"HTTP/1.1 200 OK\r\nServer: Intel(R) Active Management Technology "    \
	"9.0.1\r\nTransfer-Encoding: chunked\r\n\r\n" text
#define CLOSE "close"
#define REALM "Digest:A4070000000000000000000000000000"

/* One answer a request, whatever it is; CLOSE closes instead. */
struct server {
	pid_t pid;
	uint16_t port;
	struct seen {
		unsigned nconnections;
		unsigned nrequests;
		char request[8][2048];
	} * seen; /* shared with the server's process */
};

/* Reads one request whole; 0 when the connection ended before it. */
static int
read_request(int fd, char *to, size_t cap)
{
	size_t len = 0, body = 0;
	char *end, *length;

	for (;;) {
		ssize_t n = read(fd, to + len, cap - 1 - len);

		if (n <= 0)
			return 0;
		len += (size_t)n;
		to[len] = '\0';
		end = strstr(to, "\r\n\r\n");
		if (end == NULL)
			continue;
		length = strstr(to, "Content-Length: ");
		if (length != NULL)
			body = strtoul(length + 16, NULL, 10);
		if (len >= (size_t)(end - to) + 4 + body)
			return 1;
	}
}

static void
serve(int listener, const char *const *answers, struct seen *seen)
{
	while (*answers != NULL) {
		int fd = accept(listener, NULL, NULL);
		bool open = fd != -1;

		seen->nconnections++;
		while (open && *answers != NULL &&
		    read_request(fd, seen->request[seen->nrequests % 8],
		        sizeof(seen->request[0]))) {
			const char *a = *answers++;

			seen->nrequests++;
			open = strcmp(a, CLOSE) != 0;
			if (open && write(fd, a, strlen(a)) == -1)
				open = false;
		}
		/* With nothing left to say, the end must be seen as one. */
		(void)shutdown(fd, SHUT_WR);
		close(fd);
	}
}

static void
server_start(struct server *s, const char *const *answers)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof(here);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)(void *)&here,
	                     sizeof(here)),
	    0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)(void *)&here,
	                     &len),
	    0);
	s->port = ntohs(here.sin_port);
	s->seen = mmap(NULL, sizeof(*s->seen), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_ptr_not_equal(s->seen, MAP_FAILED);
	s->pid = fork();
	assert_int_not_equal(s->pid, -1);
	if (s->pid == 0) {
		(void)signal(SIGPIPE, SIG_IGN);
		serve(fd, answers, s->seen);
		(void)sleep(30); /* silent, but there */
		_exit(0);
	}
	close(fd);
}

static void
server_end(struct server *s)
{
	(void)kill(s->pid, SIGKILL);
	(void)waitpid(s->pid, NULL, 0);
	(void)munmap(s->seen, sizeof(*s->seen));
}

/* --- one device, asked once or more --- */

struct client {
	struct device_loop *loop;
	struct device *device;
	unsigned nreplies;
	enum setup_outcome outcome;
	int status;
	bool stale, foreign, no_digest;
	char realm[64];
	const char *may; /* the realm that it may answer */
	const char *password;
	size_t len;
	char body[64];
	char server[64];
	char note[160];
};

static void
keep_reply(void *arg, const struct setup_reply *r)
{
	struct client *c = arg;

	c->nreplies++;
	c->outcome = r->outcome;
	c->status = r->status;
	c->stale = r->stale;
	c->foreign = r->foreign;
	c->no_digest = r->no_digest;
	(void)snprintf(c->realm, sizeof(c->realm), "%s", r->realm);
	c->len = r->len;
	memset(c->body, 0, sizeof(c->body));
	memcpy(c->body, r->body, r->len < 63 ? r->len : 63);
	(void)snprintf(c->server, sizeof(c->server), "%s", r->server);
	(void)snprintf(c->note, sizeof(c->note), "%s", r->note);
}

static void
client_start(struct client *c, uint16_t port)
{
	static const struct job job = { .address = "127.0.0.1",
		.pid = "LAB7000A",
		.pps = "A1B0C2D5E3FAG4HFJ5KML6MRN7PXQ8R3" };

	*c = (struct client){ .loop = device_loop_new(4, port, port),
		.may = REALM,
		.password = "Adm1n!pw" };
	c->device = device_new(c->loop, &job, keep_reply, c);
}

static void
client_end(struct client *c)
{
	device_free(c->device);
	device_loop_free(c->loop);
}

static void
ask_within(struct client *c, bool fresh, int64_t limit_ms)
{
	const struct setup_ask ask = {
		.route = SETUP_PLAIN,
		.fresh = fresh,
		.password = c->password,
		.realm = c->may,
		.step = "test",
		.body = "<request/>",
		.len = 10,
		.limit_ms = limit_ms,
	};
	unsigned before = c->nreplies;

	device_ask(c->device, &ask, clock_ms() + 20000);
	while (c->nreplies == before)
		device_loop_turn(c->loop, clock_ms() + 1000);
	assert_int_equal(c->nreplies, before + 1);
}

static void
ask(struct client *c)
{
	ask_within(c, false, 5000);
}

/* --- tests --- */

static void
a_challenge_with_a_colon_in_its_realm_is_met(void **state)
{
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "false"),
		OK("0005\r\n<a/> \r\n0000\r\n\r\n"), NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	assert_int_equal(c.outcome, SETUP_ANSWERED);
	assert_int_equal(c.status, 200);
	assert_string_equal(c.body, "<a/> ");
	assert_string_equal(c.server,
	    "Intel(R) Active Management Technology 9.0.1");
	assert_int_equal(s.seen->nconnections, 1);
	/* whole from the first on: a machine may ask for no password */
	assert_non_null(strstr(s.seen->request[0], "<request/>"));
	assert_null(strstr(s.seen->request[0], "Authorization"));
	assert_non_null(strstr(s.seen->request[1], "<request/>"));
	assert_non_null(strstr(s.seen->request[1], "username=\"admin\""));
	assert_non_null(strstr(s.seen->request[1],
	    "realm=\"Digest:A4070000000000000000000000000000\""));
	assert_non_null(strstr(s.seen->request[1], "nc=00000001"));
	assert_non_null(strstr(s.seen->request[1],
	    "Content-Type: application/soap+xml;charset=UTF-8\r\n"));
	assert_null(strstr(s.seen->request[1], "Expect"));
	assert_null(strstr(s.seen->request[1], "Accept-Encoding"));
	assert_int_equal(device_answers(c.device), 1);
	client_end(&c);
	server_end(&s);
}

static void
the_connection_and_the_nonce_serve_the_next_request(void **state)
{
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "false"),
		OK("0001\r\na\r\n0\r\n\r\n"), OK("0001\r\nb\r\n0\r\n\r\n"),
		NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	ask(&c);
	assert_int_equal(c.status, 200);
	assert_string_equal(c.body, "b");
	assert_int_equal(s.seen->nconnections, 1);
	assert_int_equal(s.seen->nrequests, 3);
	assert_non_null(strstr(s.seen->request[2], "nc=00000002"));
	client_end(&c);
	server_end(&s);
}

static void
a_nonce_outlives_its_connection_until_there_is_another(void **state)
{
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "false"),
		OK("1\r\na\r\n0\r\n\r\n"), OK("1\r\nb\r\n0\r\n\r\n"),
		CHALLENGE("bm9uY2Uy", "true"), OK("1\r\nc\r\n0\r\n\r\n"),
		NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	ask_within(&c, true, 5000);
	assert_string_equal(c.body, "b");
	assert_int_equal(s.seen->nconnections, 2);
	assert_non_null(strstr(s.seen->request[2], "nonce=\"bm9uY2Ux\""));
	assert_non_null(strstr(s.seen->request[2], "nc=00000002"));
	ask_within(&c, true, 5000);
	assert_int_equal(c.status, 200);
	assert_string_equal(c.body, "c");
	assert_int_equal(s.seen->nconnections, 3);
	assert_non_null(strstr(s.seen->request[3], "nonce=\"bm9uY2Ux\""));
	assert_non_null(strstr(s.seen->request[4], "nonce=\"bm9uY2Uy\""));
	client_end(&c);
	server_end(&s);
}

static void
a_nonce_that_is_called_stale_is_replaced(void **state)
{
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "false"),
		OK("1\r\na\r\n0\r\n\r\n"), CHALLENGE("bm9uY2Uy", "true"),
		OK("1\r\nb\r\n0\r\n\r\n"), NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	ask(&c);
	assert_int_equal(c.status, 200);
	assert_string_equal(c.body, "b");
	assert_int_equal(s.seen->nconnections, 1);
	assert_non_null(strstr(s.seen->request[3], "nonce=\"bm9uY2Uy\""));
	assert_non_null(strstr(s.seen->request[3], "nc=00000001"));
	client_end(&c);
	server_end(&s);
}

static void
a_refused_password_is_sent_once(void **state)
{
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "false"),
		CHALLENGE("bm9uY2Uy", "false"), NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	assert_int_equal(c.outcome, SETUP_ANSWERED);
	assert_int_equal(c.status, 401);
	assert_int_equal(s.seen->nrequests, 2);
	client_end(&c);
	server_end(&s);
}

static void
stale_challenges_for_ever_are_no_refused_password(void **state)
{
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "true"),
		CHALLENGE("bm9uY2Uy", "true"), CHALLENGE("bm9uY2Uz", "true"),
		CHALLENGE("bm9uY2U0", "true"), CHALLENGE("bm9uY2U1", "true"),
		NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	assert_int_equal(c.outcome, SETUP_ANSWERED);
	assert_int_equal(c.status, 401);
	assert_true(c.stale);
	assert_int_equal(s.seen->nrequests, DEVICE_CHALLENGES_MAX);
	client_end(&c);
	server_end(&s);
}

static void
two_stale_nonces_in_a_row_are_replaced(void **state)
{
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "false"),
		CHALLENGE("bm9uY2Uy", "true"), CHALLENGE("bm9uY2Uz", "true"),
		OK("1\r\na\r\n0\r\n\r\n"), NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	assert_int_equal(c.status, 200);
	assert_string_equal(c.realm, REALM);
	assert_non_null(strstr(s.seen->request[3], "nonce=\"bm9uY2Uz\""));
	client_end(&c);
	server_end(&s);
}

/* A machine in set-up that takes our certificate for the login asks for no
 * password; one that does is for the conversation. */
static void
without_a_password_the_realm_comes_back_and_no_digest_goes_out(void **state)
{
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "false"),
		CHALLENGE("bm9uY2Uy", "false"), CHALLENGE("bm9uY2Uz", "false"),
		OK("0001\r\na\r\n0\r\n\r\n"), NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	c.password = NULL;
	for (unsigned i = 0; i < 2; i++) {
		ask(&c);
		assert_int_equal(c.status, 401);
		assert_string_equal(c.realm, REALM);
		assert_false(c.foreign);
		assert_false(c.no_digest);
		assert_int_equal(s.seen->nrequests, i + 1);
		assert_null(strstr(s.seen->request[i], "Authorization"));
	}
	c.password = "Adm1n!pw";
	ask(&c);
	assert_int_equal(c.status, 200);
	assert_int_equal(s.seen->nrequests, 4);
	assert_non_null(strstr(s.seen->request[3], "Authorization"));
	client_end(&c);
	server_end(&s);
}

static void
another_realm_in_clear_gets_no_digest_of_the_password(void **state)
{
	static const char *const may[] = { "Digest:B", "", NULL };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		static const char *const answers[] = { CHALLENGE("bm9uY2Ux",
			                                   "false"),
			CHALLENGE("bm9uY2Uy", "false"), NULL };
		struct server s;
		struct client c;

		server_start(&s, answers);
		client_start(&c, s.port);
		c.may = may[i];
		ask(&c);
		assert_int_equal(c.status, 401);
		assert_true(c.foreign);
		assert_false(c.stale);
		assert_string_equal(c.realm, REALM);
		assert_int_equal(s.seen->nrequests, 1);
		assert_null(strstr(s.seen->request[0], "Authorization"));
		client_end(&c);
		server_end(&s);
	}
}

static void
a_nonce_of_a_realm_that_may_no_longer_be_answered(void **state)
{
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "false"),
		OK("1\r\na\r\n0\r\n\r\n"), OK("1\r\nb\r\n0\r\n\r\n"), NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	assert_string_equal(c.realm, REALM);
	c.may = "Digest:B";
	ask(&c);
	assert_string_equal(c.body, "b");
	assert_string_equal(c.realm, "");
	assert_null(strstr(s.seen->request[2], "Authorization"));
	client_end(&c);
	server_end(&s);
}

static void
basic_authentication_gets_no_password(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic "
		"realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
		OK("1\r\na\r\n0\r\n\r\n"), NULL
	};
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	assert_int_equal(c.status, 401);
	assert_int_equal(s.seen->nrequests, 1);
	client_end(&c);
	server_end(&s);
}

static void
a_request_whose_reply_was_lost_is_not_sent_again(void **state)
{
	/* kept connection, request taken, closed: libcurl would repeat it */
	static const char *const answers[] = { CHALLENGE("bm9uY2Ux", "false"),
		OK("1\r\na\r\n0\r\n\r\n"), CLOSE,
		CHALLENGE("bm9uY2Uy", "false"), OK("1\r\nb\r\n0\r\n\r\n"),
		NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	ask(&c);
	assert_int_equal(c.outcome, SETUP_HTTP_CLOSED);
	assert_string_not_equal(c.note, "");
	assert_int_equal(s.seen->nrequests, 3);
	ask(&c); /* a new one finds its way */
	assert_int_equal(c.outcome, SETUP_ANSWERED);
	assert_int_equal(s.seen->nconnections, 2);
	client_end(&c);
	server_end(&s);
}

static void
a_redirect_is_not_followed(void **state)
{
	static const char *const answers[] = {
		"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/x\r\n"
		"Content-Length: 0\r\n\r\n",
		"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/x\r\n"
		"Content-Length: 0\r\n\r\n",
		NULL
	};
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	assert_int_equal(c.outcome, SETUP_ANSWERED);
	assert_int_equal(c.status, 302);
	client_end(&c);
	server_end(&s);
}

/* What one reply comes to. */
static void
expect(const char *answer, enum setup_outcome outcome)
{
	const char *const answers[] = { answer, answer, NULL };
	struct server s;
	struct client c;

	server_start(&s, answers);
	client_start(&c, s.port);
	ask_within(&c, false, 1500);
	assert_int_equal(c.outcome, outcome);
	if (outcome != SETUP_ANSWERED)
		assert_string_not_equal(c.note, "");
	client_end(&c);
	server_end(&s);
}

static void
what_is_not_http_is_told_from_what_is_cut(void **state)
{
	(void)state;
	expect("SSH-2.0-OpenSSH_9.2\r\n", SETUP_HTTP_BROKEN);
	expect(OK("zzzz\r\n<a/>\r\n0\r\n\r\n"), SETUP_HTTP_BROKEN);
	expect(CLOSE, SETUP_HTTP_CLOSED);
}

static void
a_close_within_the_header_is_a_lost_reply(void **state)
{
	static const char *const cut[] = { "HTTP/1.1 200 OK\r\nContent-Le",
		"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n",
		"HTTP/1.1 200 OK\r\n", "HTTP/1.1 200", "HT",
		"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest "
		"realm=\"" REALM "\", nonce=\"bm9u\"\r\n",
		"HTTP/1.1 100 Continue\r\n\r\n",
		"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<a/>",
		OK("0009\r\n<a/>") };

	(void)state;
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		const char *const answers[] = { cut[i], NULL };
		struct server s;
		struct client c;

		server_start(&s, answers);
		client_start(&c, s.port);
		ask_within(&c, false, 3000);
		assert_int_equal(c.outcome, SETUP_HTTP_CLOSED);
		assert_string_not_equal(c.note, "");
		assert_int_equal(s.seen->nrequests, 1);
		client_end(&c);
		server_end(&s);
	}
}

static void
a_reply_that_is_not_whole_in_time_is_a_timeout(void **state)
{
	/* the server then says nothing more */
	(void)state;
	expect("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
	    SETUP_HTTP_TIMEOUT);
}

/* A reply with a body, or a header, of len bytes. */
static char *
large_reply(const char *before, size_t len, const char *after)
{
	size_t head = strlen(before), tail = strlen(after);
	char *all = malloc(head + len + tail + 1);

	assert_non_null(all);
	memcpy(all, before, head);
	memset(all + head, 'x', len);
	memcpy(all + head + len, after, tail + 1);
	return all;
}

static void
replies_end_at_their_ceilings(void **state)
{
	char head[128];
	char *reply;

	(void)state;
	for (size_t over = 0; over < 2; over++) {
		(void)snprintf(head, sizeof(head),
		    "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n",
		    DEVICE_BODY_MAX + over);
		reply = large_reply(head, DEVICE_BODY_MAX + over, "");
		expect(reply, over ? SETUP_HTTP_BROKEN : SETUP_ANSWERED);
		free(reply);
	}
	reply = large_reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: ",
	    DEVICE_HEADERS_MAX, "\r\n\r\n");
	expect(reply, SETUP_HTTP_BROKEN);
	free(reply);
}

static void
nothing_listening_is_refused(void **state)
{
	static const char *const answers[] = { NULL };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	server_end(&s); /* its port is free now */
	client_start(&c, s.port);
	ask(&c);
	assert_int_equal(c.outcome, SETUP_CONNECT_REFUSED);
	assert_string_equal(c.note, "Connection refused");
	client_end(&c);
}

static void
the_environment_brings_no_proxy(void **state)
{
	static const char *const answers[] = { OK("1\r\na\r\n0\r\n\r\n"),
		OK("1\r\na\r\n0\r\n\r\n"), NULL };
	struct server s;
	struct client c;

	(void)state;
	(void)setenv("http_proxy", "http://127.0.0.1:1/", 1);
	(void)setenv("all_proxy", "http://127.0.0.1:1/", 1);
	server_start(&s, answers);
	client_start(&c, s.port);
	ask(&c);
	assert_int_equal(c.outcome, SETUP_ANSWERED);
	client_end(&c);
	server_end(&s);
	(void)unsetenv("http_proxy");
	(void)unsetenv("all_proxy");
}

static void
a_device_may_go_while_it_is_asked(void **state)
{
	static const char *const answers[] = { NULL };
	const struct setup_ask ask = { .route = SETUP_PLAIN,
		.password = "x",
		.step = "test",
		.body = "y",
		.len = 1,
		.limit_ms = 5000 };
	struct server s;
	struct client c;

	(void)state;
	server_start(&s, answers);
	client_start(&c, s.port);
	device_ask(c.device, &ask, clock_ms() + 5000);
	device_loop_turn(c.loop, clock_ms() + 50);
	device_loop_turn(c.loop, clock_ms() + 50);
	client_end(&c);
	assert_int_equal(c.nreplies, 0);
	server_end(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_challenge_with_a_colon_in_its_realm_is_met),
		cmocka_unit_test(
		    the_connection_and_the_nonce_serve_the_next_request),
		cmocka_unit_test(
		    a_nonce_outlives_its_connection_until_there_is_another),
		cmocka_unit_test(a_nonce_that_is_called_stale_is_replaced),
		cmocka_unit_test(a_refused_password_is_sent_once),
		cmocka_unit_test(
		    stale_challenges_for_ever_are_no_refused_password),
		cmocka_unit_test(two_stale_nonces_in_a_row_are_replaced),
		cmocka_unit_test(
		    without_a_password_the_realm_comes_back_and_no_digest_goes_out),
		cmocka_unit_test(
		    another_realm_in_clear_gets_no_digest_of_the_password),
		cmocka_unit_test(
		    a_nonce_of_a_realm_that_may_no_longer_be_answered),
		cmocka_unit_test(a_close_within_the_header_is_a_lost_reply),
		cmocka_unit_test(basic_authentication_gets_no_password),
		cmocka_unit_test(
		    a_request_whose_reply_was_lost_is_not_sent_again),
		cmocka_unit_test(a_redirect_is_not_followed),
		cmocka_unit_test(what_is_not_http_is_told_from_what_is_cut),
		cmocka_unit_test(
		    a_reply_that_is_not_whole_in_time_is_a_timeout),
		cmocka_unit_test(replies_end_at_their_ceilings),
		cmocka_unit_test(nothing_listening_is_refused),
		cmocka_unit_test(the_environment_brings_no_proxy),
		cmocka_unit_test(a_device_may_go_while_it_is_asked),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
