/*
 * sign-run - becomes a sweep, and leaves a process beside it that gets the
 * certificates which the sweep asks for: from the site's own CA, or from the
 * program that the site names.
 *
 * The sweep talks to machines, so it starts nothing and knows no CA.  It has
 * one end of a socket, as descriptor SWEEP_FD; the process beside it has the
 * other, and ends when the sweep has ended.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/option.h"
#include "lib/privilege.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "sign/signer.h"

#define SWEEP_FD 3
/* Nothing waits longer than that for a look around. */
#define TURN_MS 60000

struct sign_run {
	struct signers signers;
	const char *dir;
};

/* --- the two of us -------------------------------------------------------- */

_Noreturn static void
sweep_become(int fd, char *argv[])
{
	/* dup2 to itself leaves close-on-exec. */
	if (fd == SWEEP_FD ? fcntl(fd, F_SETFD, 0) == -1
	                   : dup2(fd, SWEEP_FD) == -1)
		err(EX_OSERR, "descriptor %d", SWEEP_FD);
	execvp(argv[0], argv);
	err(errno == ENOENT ? EX_UNAVAILABLE : EX_OSERR, "%s", argv[0]);
}

static void
signal_let_be(int sig)
{
	(void)sig;
}

/* What the sweep has is the sweep's alone: whoever is at the other end of its
 * input and output, or wants its lock, sees when it has ended.  So do we; what
 * a terminal sends is for the sweep. */
static void
sweep_leave(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null == -1 || dup2(null, STDIN_FILENO) == -1 ||
	    dup2(null, STDOUT_FILENO) == -1 || dup2(fd, SWEEP_FD) == -1 ||
	    fcntl(SWEEP_FD, F_SETFD, FD_CLOEXEC) == -1 ||
	    close_range(SWEEP_FD + 1, ~0U, 0) == -1)
		err(EX_OSERR, "descriptors");
	(void)signal(SIGINT, signal_let_be);
	(void)signal(SIGTERM, signal_let_be);
	(void)signal(SIGHUP, signal_let_be);
}

/* In the process beside it; the other becomes the sweep. */
static void
sweep_start(struct sign_run *r, char *argv[])
{
	int fds[2];
	pid_t beside;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == -1)
		err(EX_OSERR, "socketpair");
	beside = fork();
	if (beside == -1)
		err(EX_OSERR, "fork");
	if (beside != 0)
		sweep_become(fds[1], argv);
	sweep_leave(fds[0]);
	packets_begin(&r->signers.out, SWEEP_FD);
}

/* Before anything else is begun: what is wrong with the site ends it all. */
static void
site_read(struct sign_run *r)
{
	struct store store;

	if (r->dir == NULL)
		return;
	store_open(&store, r->dir);
	(void)localca_read(&store, &r->signers.ca);
	store_close(&store);
}

/* --- the loop ------------------------------------------------------------- */

static void
signing_run(struct signers *s)
{
	struct pollfd *fds = calloc(1 + s->at_once * CHILD_FDS, sizeof(*fds));
	size_t n;

	if (fds == NULL)
		err(EX_OSERR, "memory");
	do {
		int64_t now = clock_ms(), until = now + TURN_MS;

		fds[0] = packets_watch(&s->out);
		signers_watch(s, fds + 1, &until);
		n = 1 + s->nrunning * CHILD_FDS;
		if (poll(fds, n, until > now ? (int)(until - now) : 0) == -1)
			memset(fds, 0, n * sizeof(*fds));
		signers_turn(s, fds + 1);
	} while (signers_take(s));
	free(fds);
}

/* --- */

/* Who may change the program may do what we may. */
static void
check_program(const char *path)
{
	struct stat st;

	if (path[0] != '/')
		stage_fail(EX_USAGE, "-x", 0,
		    "not an absolute path (got \"%s\")", path);
	if (stat(path, &st) == 0 && (st.st_mode & S_IWOTH) != 0)
		stage_fail(EX_CONFIG, path, 0,
		    "everybody may change this program; take that right away "
		    "(chmod o-w)");
}

static void
parse_args(struct sign_run *r, int argc, char *argv[])
{
	struct signers *s = &r->signers;
	int ch;

	while ((ch = stage_getopt(argc, argv, "+c:d:j:s:x:", NULL)) != -1)
		switch (ch) {
		case 'c':
			s->days = (int64_t)option_setting(SITECONF_CA_DAYS,
			    "-c", optarg);
			break;
		case 'd':
			r->dir = optarg;
			break;
		case 'j':
			s->at_once = option_setting(SITECONF_SIGNER_AT_ONCE,
			    "-j", optarg);
			break;
		case 's':
			s->seconds =
			    (unsigned)option_setting(SITECONF_SIGNER_SECONDS,
			        "-s", optarg);
			break;
		case 'x':
			s->program = optarg;
			break;
		default:
			stage_usage();
		}
	if (optind == argc)
		stage_usage();
	if (s->program != NULL)
		check_program(s->program);
}

int
main(int argc, char *argv[])
{
	static struct sign_run r = {
		.signers = { .seconds = 60, .at_once = 10, .days = 365 },
	};

	stage_begin("[-v] [-d site] [-x program] [-s seconds] [-j programs]\n"
	            "       [-c days] command [argument ...]",
	    MAY_RUN_PROGRAMS | USES_SECRETS);
	wipe_openssl();
	wipe_openssl_keys();
	parse_args(&r, argc, argv);
	site_read(&r);
	sweep_start(&r, argv + optind);
	/* The site names the program: it may do what the site's owner may. */
	privilege_drop_to_site();
	stage_confine();
	child_begin();
	signers_begin(&r.signers);
	signing_run(&r.signers);
	signers_end(&r.signers);
	child_end_strays();
	return stage_end();
}
