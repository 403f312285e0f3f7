/*
 * site-lock - takes a lock of a site, then becomes a command that holds it as
 * long as it, or what it begins, has the descriptor.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sysexits.h>
#include <time.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/sitefile.h"
#include "lib/stage.h"
#include "base/text.h"

#define LOCK_FD 9 /* bin/site.sh has it so */
#define LOOK_MS 50

static int
open_lock(const char *site, const char *name)
{
	int dir = sitefile_folder(site);
	int fd;

	if (dir == -1)
		errx(EX_NOINPUT, "%s: %s", site, sitefile_why());
	fd = sitefile_open_at(dir, name, O_RDWR | O_CREAT, 0600);
	if (fd == -1)
		errx(errno == EINVAL || errno == ELOOP || errno == EPERM
		        ? EX_CONFIG
		        : EX_CANTCREAT,
		    "%s/%s: %s", site, name, sitefile_why());
	close(dir);
	return fd;
}

/* By a clock that nobody sets.  0, or -1 when somebody has it all the time. */
static int
take_lock(int fd, int64_t ms)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000 };
	int64_t until = clock_ms() + ms;

	while (flock(fd, LOCK_EX | LOCK_NB) == -1) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			err(EX_OSERR, "lock");
		if (clock_ms() >= until)
			return -1;
		(void)nanosleep(&pause, NULL);
	}
	return 0;
}

/* The command finds it by its own number, as that of socket activation. */
static void
hand_down(int fd)
{
	char number[TEXT_DECIMAL];

	if (dup2(fd, LOCK_FD) == -1)
		err(EX_OSERR, "descriptor %d", LOCK_FD);
	(void)text_decimal(number, (uint64_t)getpid());
	if (setenv("AMT_LOCKED", number, 1) == -1)
		err(EX_OSERR, "environment");
}

int
main(int argc, char *argv[])
{
	const char *site = "", *name = "", *busy = "somebody has it";
	uint64_t seconds = 0;
	int ch, fd;

	/* Not confined: it would confine what it becomes. */
	stage_begin("-d site -n name [-a name] [-m message] [-w seconds]\n"
	            "       command [argument ...]",
	    BECOMES_PROGRAM);
	while ((ch = stage_getopt(argc, argv, "+a:d:m:n:w:", NULL)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		case 'd':
			site = optarg;
			break;
		case 'm':
			busy = optarg;
			break;
		case 'n':
			name = optarg;
			break;
		case 'w':
			seconds = stage_number("-w", optarg, 0, 3600);
			break;
		default:
			stage_usage();
		}
	if (site[0] == '\0' || name[0] == '\0' || strchr(name, '/') != NULL ||
	    optind == argc)
		stage_usage();
	sitefile_site(site);
	fd = open_lock(site, name);
	if (take_lock(fd, (int64_t)seconds * 1000) == -1)
		errx(EX_TEMPFAIL, "%s: %s", site, busy);
	hand_down(fd);
	execvp(argv[optind], argv + optind);
	err(errno == ENOENT ? EX_UNAVAILABLE : EX_OSERR, "%s", argv[optind]);
}
