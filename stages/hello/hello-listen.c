/*
 * hello-listen - takes the hellos of machines in setup mode from TCP and
 * writes them as a stream of hello records, or into a spool.
 *
 * Nothing is ever sent to a machine, so nothing tells it that its hello was
 * taken: what is complete goes out with the batch of events it came with, and
 * counts as taken when it is out.  All else that connects to the port
 * (scanners, browsers, peers that trickle) is bounded in bytes, time, number
 * and lines of complaint.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "hello/ports.h"
#include "hello/server.h"
#include "hello/spool.h"
#include "lib/address.h"
#include "lib/heartbeat.h"
#include "lib/privilege.h"
#include "lib/sitefile.h"
#include "lib/stage.h"

#define CONNS_DEFAULT 8192
#define CONNS_MAX 1000000
#define IDLE_DEFAULT 10 /* seconds; a whole hello has three times that */
#define COMPLAINTS 20   /* lines a minute */
#define FDS_OURS 32
#define QUIET_DEFAULT 60 /* seconds; when inetd gave the port */

struct listener_options {
	struct address at[PORTS_MAX];
	const char *names[PORTS_MAX];
	size_t nports;
	const char *spool, *user;
	unsigned seconds;
	int64_t idle;
};

/* Room for max connections, or as many as the system lets us have. */
static void
make_room(struct server *s)
{
	const rlim_t want = s->max + FDS_OURS;
	struct rlimit r;

	if (getrlimit(RLIMIT_NOFILE, &r) == -1)
		err(EX_OSERR, "getrlimit");
	if (r.rlim_cur >= want)
		return;
	r.rlim_cur = want < r.rlim_max ? want : r.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &r) == -1)
		err(EX_OSERR, "setrlimit");
	if (r.rlim_cur >= want)
		return;
	if (r.rlim_cur <= FDS_OURS)
		errx(EX_OSERR, "RLIMIT_NOFILE is too low (got %llu)",
		    (unsigned long long)r.rlim_cur);
	s->max = r.rlim_cur - FDS_OURS;
	warnx("at most %zu connections at once: RLIMIT_NOFILE is %llu", s->max,
	    (unsigned long long)r.rlim_cur);
}

/* inetd gives its socket as standard input and output. */
static bool
is_inetd(const struct listener_options *o)
{
	return o->nports == 0 && port_is(STDIN_FILENO) != PORT_NOT;
}

/* The ports, from wherever they come.  Answers a caller that inetd has
 * accepted, or -1. */
static int
get_ports(struct server *s, const struct listener_options *o)
{
	const int flags = fcntl(STDIN_FILENO, F_GETFL);

	if (o->nports != 0)
		ports_open(&s->ports, o->at, o->names, o->nports);
	else if (!ports_inherit(&s->ports)) {
		if (!is_inetd(o))
			stage_usage();
		if (fcntl(STDIN_FILENO, F_SETFL, flags | O_NONBLOCK) == -1)
			err(EX_OSERR, "standard input");
		if (port_is(STDIN_FILENO) == PORT_CONNECTED)
			return STDIN_FILENO;
		s->ports.fd[s->ports.n++] = STDIN_FILENO;
		if (s->quiet_ms == 0)
			s->quiet_ms = QUIET_DEFAULT * 1000;
	}
	if (stage_verbose())
		ports_say(&s->ports);
	return -1;
}

static void
open_spool(struct server *s, const struct listener_options *o)
{
	static struct spool spool;
	int64_t last;

	if (spool_open(&spool, o->spool, &kind_hello) == -1)
		errx(EX_NOINPUT, "%s: %s", o->spool, sitefile_why());
	s->in.sink.spool = &spool;
	stage_may_also(MAY_WRITE_FILES);
	stage_uses_folder(o->spool);
	last = heartbeat_last(spool.dir);
	if (last != -1)
		s->seconds = last; /* for server_read_clock */
}

static void
parse_args(struct server *s, struct listener_options *o, int argc, char *argv[])
{
	struct fault f;
	int ch;

	while ((ch = stage_getopt(argc, argv, "c:i:l:q:s:t:u:", NULL)) != -1)
		switch (ch) {
		case 'c':
			s->max = stage_number("-c", optarg, 1, CONNS_MAX);
			break;
		case 'i':
			o->idle = (int64_t)stage_number("-i", optarg, 1, 3600);
			break;
		case 'l':
			if (o->nports == PORTS_MAX)
				errx(EX_USAGE, "-l: at most %d", PORTS_MAX);
			if (address_parse(&o->at[o->nports], optarg, false,
			        &f) == -1)
				errx(EX_USAGE, "-l: %s", f.why);
			o->names[o->nports++] = optarg;
			break;
		case 'q':
			s->quiet_ms =
			    (int64_t)stage_number("-q", optarg, 1, 86400) *
			    1000;
			break;
		case 's':
			o->spool = optarg;
			break;
		case 't':
			o->seconds = (unsigned)stage_number("-t", optarg, 1,
			    366 * 86400);
			break;
		case 'u':
			o->user = optarg;
			break;
		default:
			stage_usage();
		}
	if (optind != argc)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct server s = { .max = CONNS_DEFAULT,
		.in.quota = { .lines = COMPLAINTS } };
	static struct listener_options o = { .idle = IDLE_DEFAULT };
	int caller;

	stage_begin(
	    "[-v] [-c connections] [-i seconds] [-q seconds] [-s spool]\n"
	    "       [-t seconds] [-u user] [-l address:port ...]",
	    MAY_LISTEN);
	parse_args(&s, &o, argc, argv);
	TAILQ_INIT(&s.in.by_age);
	TAILQ_INIT(&s.in.held);
	TAILQ_INIT(&s.in.by_idle);
	s.in.idle_ms = o.idle * 1000;
	s.in.total_ms = 3 * s.in.idle_ms;
	make_room(&s);
	caller = get_ports(&s, &o);
	if (o.spool != NULL)
		open_spool(&s, &o);
	else if (caller != -1 || (s.ports.n != 0 && s.ports.fd[0] == 0))
		errx(EX_USAGE,
		    "-s: needed, as standard output is the network here");
	s.in.epoll = epoll_create1(EPOLL_CLOEXEC);
	if (s.in.epoll == -1)
		err(EX_OSERR, "epoll");
	server_watch(&s);
	if (o.user != NULL)
		privilege_drop(o.user);
	stage_confine();
	server_run(&s, o.seconds, caller);
	return stage_end();
}
