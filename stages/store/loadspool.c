#include "store/loadspool.h"

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "store/load.h"
#include "lib/sitefile.h"
#include "lib/stage.h"

/* A killed writer's lock may go after its file was closed: so it is looked
 * again without being woken. */
#define LOOK_MS 1000
/* A file has its name within moments of its making. */
#define BEGUN_SECONDS 600

/* What a writer was killed over before it had a name: no record is in it. */
static int
is_begun(const struct dirent *d)
{
	return d->d_name[0] == '.' && strcmp(d->d_name, ".") != 0 &&
	    strcmp(d->d_name, "..") != 0;
}

static void
remove_begun(struct loadspool *l)
{
	struct dirent **list;
	struct stat st;
	int n = scandirat(l->dir, ".", &list, is_begun, alphasort);

	for (int i = 0; i < n; i++) {
		const char *name = list[i]->d_name;

		if (fstatat(l->dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    st.st_mtime + BEGUN_SECONDS < clock_seconds())
			(void)unlinkat(l->dir, name, 0);
		free(list[i]);
	}
	if (n != -1)
		free(list);
}

void
loadspool_open(struct loadspool *l, const char *dir)
{
	l->name = dir;
	l->dir = sitefile_folder(dir);
	if (l->dir == -1)
		errx(EX_NOINPUT, "%s: %s", dir, sitefile_why());
	remove_begun(l);
	l->changes = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (l->changes != -1 &&
	    inotify_add_watch(l->changes, dir, IN_CLOSE_WRITE | IN_MOVED_TO) ==
	        -1) {
		close(l->changes);
		l->changes = -1;
	}
}

static int
is_file(const struct dirent *d)
{
	const char *suffix = strrchr(d->d_name, '.');

	return d->d_name[0] != '.' && suffix != NULL &&
	    strcmp(suffix, ".hello") == 0;
}

/* Puts aside what nobody can load, for a person to look at. */
static void
set_aside(const struct loadspool *l, const char *name)
{
	char to[NAME_MAX + 1];

	(void)snprintf(to, sizeof(to), "%.*s.bad", NAME_MAX - 4, name);
	if (renameat(l->dir, name, l->dir, to) == -1)
		err(EX_IOERR, "%s/%s", l->name, name);
	stage_say(l->name, 0,
	    "%s is put aside as %s: some of it is not in "
	    "the store",
	    name, to);
}

/* The records of one finished file; true when all that it has is kept. */
static bool
load_file(struct loadspool *l, struct store *s, int fd, const char *name)
{
	uint64_t before = stage_refused();
	struct stream_in in;
	bool good = true;
	int got;

	stream_open(&in, fd, name);
	in.may_be_empty = true;
	got = stream_header(&in);
	if (got == 1 && in.kind == &kind_hello) {
		if (load_hello(s, &in) == -1)
			stage_say(name, 0,
			    "its listener was killed, or its disk was full; "
			    "what it had counted as taken is kept");
	} else
		good = got == 0; /* nothing: a cut of power */
	l->records += in.rows;
	stream_close(&in);
	return good && stage_refused() == before;
}

/* True when it was there to be taken. */
static bool
take_file(struct loadspool *l, struct store *s, const char *name)
{
	char path[4096];
	struct stat st;
	bool taken = false;
	int fd = openat(l->dir, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd == -1 && errno == ENOENT)
		return false; /* another loader was here */
	(void)snprintf(path, sizeof(path), "%s/%s", l->name, name);
	if (fd == -1 && errno != ELOOP)
		err(EX_IOERR, "%s", path);
	/* Whoever may write there cannot make us read other files. */
	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		stage_refuse(path, 0, "not a file");
		set_aside(l, name);
	} else if (!sitefile_is_ours(&st, l->dir)) {
		stage_refuse(path, 0,
		    "belongs to user number %u, whom neither the spool nor the "
		    "site belongs to",
		    (unsigned)st.st_uid);
		set_aside(l, name);
	} else if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
		if (!load_file(l, s, fd, path))
			set_aside(l, name);
		else if (unlinkat(l->dir, name, 0) == -1 && errno != ENOENT)
			err(EX_IOERR, "%s", path);
		taken = true;
	} else if (errno != EWOULDBLOCK)
		err(EX_IOERR, "%s", path);
	if (fd != -1)
		close(fd);
	return taken;
}

size_t
loadspool_take(struct loadspool *l, struct store *s)
{
	struct dirent **list;
	size_t taken = 0;
	int n = scandirat(l->dir, ".", &list, is_file, alphasort);

	if (n == -1)
		err(EX_IOERR, "%s", l->name);
	for (int i = 0; i < n; i++) {
		taken += take_file(l, s, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return taken;
}

/* Until something changes, a second is over or a signal comes. */
static void
wait_for_more(struct loadspool *l)
{
	struct pollfd p = { .fd = l->changes, .events = POLLIN };
	char events[4096];

	if (poll(&p, 1, l->changes != -1 ? LOOK_MS : LOOK_MS / 10) <= 0)
		return;
	while (read(l->changes, events, sizeof(events)) > 0)
		;
}

void
loadspool_follow(struct loadspool *l, struct store *s)
{
	load_listen_for_end();
	for (;;) {
		/* Asked first: what stood here when it came is taken. */
		bool ending = load_told_to_end();

		if (loadspool_take(l, s) == 0 && !ending)
			wait_for_more(l);
		if (ending)
			return;
	}
}
