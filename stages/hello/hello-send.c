/*
 * hello-send - sends hellos as machines in setup mode do: one from the
 * command line, or a whole fleet from a stream of hello records.  For drills
 * and tests.  The way back is hello-listen(1).
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <netinet/in.h>
#include <fcntl.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/address.h"
#include "lib/clock.h"
#include "hello/hello.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "base/text.h"

#define LIMIT_MS 5000 /* to connect and hand over everything */
#define FLIGHT_DEFAULT 64
#define FLIGHT_MAX 100000
#define EVENTS 256
#define FDS_OURS 32

struct flight {
	TAILQ_ENTRY(flight) next; /* the one that started first is first */
	int fd;
	int64_t limit_ms;
	char who[160]; /* for messages */
	size_t len, sent;
	uint8_t bytes[];
};

struct fleet {
	int epoll;
	struct address to;
	const char *to_name;
	TAILQ_HEAD(flights, flight) flights;
	size_t nflights, max;
	uint64_t sent, failed;
};

static void
sender_land(struct fleet *fl, struct flight *g, int error)
{
	TAILQ_REMOVE(&fl->flights, g, next);
	fl->nflights--;
	close(g->fd);
	if (error == 0)
		fl->sent++;
	else
		fl->failed++;
	if (error != 0)
		stage_say(g->who, 0, "not sent to %s: %s", fl->to_name,
		    strerror(error));
	else if (stage_verbose())
		stage_say(g->who, 0, "sent to %s", fl->to_name);
	free(g);
}

/* Writes what is left; closes when it is all out. */
static void
sender_push(struct fleet *fl, struct flight *g)
{
	while (g->sent < g->len) {
		ssize_t n = send(g->fd, g->bytes + g->sent, g->len - g->sent,
		    MSG_NOSIGNAL);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n == -1) {
			sender_land(fl, g, errno);
			return;
		}
		g->sent += (size_t)n;
	}
	sender_land(fl, g, 0);
}

/* A socket on its way, or -1 with errno. */
static int
sender_depart(const struct fleet *fl, const struct address *from)
{
	const int on = 1;
	int fd = socket(fl->to.at.ss_family,
	    SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int keep;

	if (fd == -1)
		return -1;
	(void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on,
	    sizeof(on)); /* else a source has 28,000 ports for all servers */
	if ((from->len == 0 ||
	        bind(fd, (const struct sockaddr *)&from->at, from->len) == 0) &&
	    (connect(fd, (const struct sockaddr *)&fl->to.at, fl->to.len) ==
	            0 ||
	        errno == EINPROGRESS))
		return fd;
	keep = errno;
	close(fd);
	errno = keep;
	return -1;
}

static void
sender_launch(struct fleet *fl, const struct hello *h,
    const struct address *from, const char *who)
{
	static uint8_t bytes[HELLO_MAX];
	struct writer w = { .base = bytes, .cap = sizeof(bytes) };
	struct epoll_event e = { .events = EPOLLOUT };
	struct flight *g;

	hello_encode(&w, h);
	g = malloc(sizeof(*g) + w.len);
	if (g == NULL)
		err(EX_OSERR, "%s", who);
	memcpy(g->bytes, bytes, w.len);
	g->len = w.len;
	g->sent = 0;
	g->limit_ms = clock_ms() + LIMIT_MS;
	(void)snprintf(g->who, sizeof(g->who), "%s", who);
	g->fd = sender_depart(fl, from);
	if (g->fd == -1) {
		stage_say(who, 0, "not sent to %s: %s", fl->to_name,
		    strerror(errno));
		fl->failed++;
		free(g);
		return;
	}
	e.data.ptr = g;
	if (epoll_ctl(fl->epoll, EPOLL_CTL_ADD, g->fd, &e) == -1)
		err(EX_OSERR, "epoll");
	TAILQ_INSERT_TAIL(&fl->flights, g, next);
	fl->nflights++;
}

/* Waits until fewer than want are in flight. */
static void
wait_below(struct fleet *fl, size_t want)
{
	while (fl->nflights >= want && fl->nflights > 0) {
		struct epoll_event e[EVENTS];
		int64_t left = TAILQ_FIRST(&fl->flights)->limit_ms - clock_ms();
		int n =
		    epoll_wait(fl->epoll, e, EVENTS, left > 0 ? (int)left : 0);

		if (n == -1 && errno != EINTR)
			err(EX_OSERR, "epoll");
		for (int i = 0; i < n; i++)
			sender_push(fl, e[i].data.ptr);
		while (n <= 0 && fl->nflights > 0 &&
		    TAILQ_FIRST(&fl->flights)->limit_ms <= clock_ms())
			sender_land(fl, TAILQ_FIRST(&fl->flights), ETIMEDOUT);
	}
}

/* --- a fleet from a stream ----------------------------------------------- */

static void
send_record(struct fleet *fl, const struct record *r, const char *place)
{
	static struct hello h;
	struct address from = { .len = 0 };
	struct fault f;
	char who[160];

	if (hello_get(&h, r, &f) == -1 ||
	    (r->field[HELLO_ADDRESS][0] != '\0' &&
	        address_parse_host(&from, r->field[HELLO_ADDRESS], &f) == -1)) {
		stage_refuse(place, 0, "%s", f.why);
		return;
	}
	(void)snprintf(who, sizeof(who), "%s: %s", place,
	    r->field[HELLO_ADDRESS]);
	wait_below(fl, fl->max);
	sender_launch(fl, &h, &from, who);
}

/* A journal: records before a cut were sent all the same. */
static void
send_stream(int fd, const char *name, struct fleet *fl)
{
	const struct kind *wanted = &kind_hello;
	struct stream_in in;
	struct record r;
	int got, next = 0;

	stream_open(&in, fd, name);
	while ((got = stream_header(&in)) == 1) {
		stream_require(&in, &wanted, 1);
		while ((next = stream_next(&in, &r)) == 1) {
			char place[128];

			stream_place(&in, place, sizeof(place));
			send_record(fl, &r, place);
		}
		if (next == -1)
			break;
	}
	stream_close(&in);
	wait_below(fl, 1);
	if (got == -1 || next == -1)
		exit(stage_status(EX_DATAERR));
}

/* --- one from the command line ------------------------------------------- */

static void
take_uuid(struct hello *h, const char *arg)
{
	struct fault f;

	if (uuid_parse(h->uuid, arg, strlen(arg), &f) == -1)
		errx(EX_USAGE, "-u: %s", f.why);
}

/* With or without the dash of its printed form. */
static void
take_pid(struct hello *h, const char *arg)
{
	size_t n = 0;

	for (; *arg != '\0'; arg++) {
		char c = text_upper(*arg);

		if (c == '-')
			continue;
		if (n == HELLO_PID_LEN || c <= ' ' || c >= 0x7f)
			errx(EX_USAGE, "-p: not a PID of %d characters",
			    HELLO_PID_LEN);
		h->pid[n++] = c;
	}
	h->pid[n] = '\0';
	if (n != HELLO_PID_LEN)
		errx(EX_USAGE, "-p: not a PID of %d characters (got %zu)",
		    HELLO_PID_LEN, n);
}

static void
make_room(struct fleet *fl)
{
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1)
		err(EX_OSERR, "getrlimit");
	r.rlim_cur = r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) == -1)
		err(EX_OSERR, "setrlimit");
	if (fl->max > 1 && fl->max + FDS_OURS > r.rlim_cur)
		fl->max = r.rlim_cur > FDS_OURS ? r.rlim_cur - FDS_OURS : 1;
}

static int
sender_finish(const struct fleet *fl)
{
	int status = stage_end();

	if (fl->failed == 0)
		return status;
	(void)fprintf(stderr, "%s: %llu of %llu hellos not sent\n",
	    stage_name(), (unsigned long long)fl->failed,
	    (unsigned long long)(fl->failed + fl->sent));
	return EX_UNAVAILABLE;
}

struct sender_options {
	struct hello hello;
	struct address from;
	const char *uuid, *pid, *hashes, *file;
};

static void
send_it(struct fleet *fl, struct sender_options *o, int fd)
{
	if (o->file != NULL) {
		send_stream(fd, fd == STDIN_FILENO ? "<stdin>" : o->file, fl);
		return;
	}
	sender_launch(fl, &o->hello, &o->from, o->uuid);
	wait_below(fl, 1);
}

static void
read_options(int argc, char *argv[], struct sender_options *o, struct fleet *fl)
{
	struct fault f;
	int ch;

	while ((ch = stage_getopt(argc, argv, "cf:H:j:p:r:s:u:", NULL)) != -1)
		switch (ch) {
		case 'c':
			o->hello.creds_set = true;
			break;
		case 'f':
			o->file = optarg;
			break;
		case 'H':
			o->hashes = optarg;
			if (hello_hashes_parse(&o->hello, optarg, &f) == -1)
				errx(EX_USAGE, "-H: %s", f.why);
			break;
		case 'j':
			fl->max = stage_number("-j", optarg, 1, FLIGHT_MAX);
			break;
		case 'p':
			o->pid = optarg;
			take_pid(&o->hello, optarg);
			break;
		case 'r':
			o->hello.retries =
			    (uint32_t)stage_number("-r", optarg, 0, UINT32_MAX);
			break;
		case 's':
			if (address_parse_host(&o->from, optarg, &f) == -1)
				errx(EX_USAGE, "-s: %s", f.why);
			break;
		case 'u':
			o->uuid = optarg;
			take_uuid(&o->hello, optarg);
			break;
		default:
			stage_usage();
		}
}

int
main(int argc, char *argv[])
{
	static struct sender_options o;
	static struct fleet fl = { .max = FLIGHT_DEFAULT };
	struct fault f;
	int fd = STDIN_FILENO;

	stage_begin(
	    "[-cv] -u uuid (-p pid | -H hashes) [-r retries] [-s address] host:port\n"
	    "       hello-send [-v] -f file [-j flights] host:port",
	    MAY_CONNECT);
	read_options(argc, argv, &o, &fl);
	if (optind + 1 != argc || (o.file == NULL) == (o.uuid == NULL) ||
	    (o.uuid != NULL) != ((o.pid != NULL) != (o.hashes != NULL)))
		stage_usage();
	o.hello.version = o.pid != NULL ? HELLO_PSK : HELLO_PKI;
	fl.to_name = argv[optind];
	if (address_parse(&fl.to, fl.to_name, true, &f) == -1)
		errx(EX_USAGE, "%s", f.why);
	if (o.file != NULL && strcmp(o.file, "-") != 0)
		fd = open(o.file, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		err(EX_NOINPUT, "%s", o.file);
	make_room(&fl);
	TAILQ_INIT(&fl.flights);
	fl.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (fl.epoll == -1)
		err(EX_OSERR, "epoll");
	stage_connects(address_port(&fl.to));
	stage_confine();
	send_it(&fl, &o, fd);
	return sender_finish(&fl);
}
