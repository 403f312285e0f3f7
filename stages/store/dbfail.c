#include "store/dbfail.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <sysexits.h>

static store_fail_fn *listener;
static void *listener_arg;

void
store_fail_listen(store_fail_fn *fn, void *arg)
{
	listener = fn;
	listener_arg = arg;
}

_Noreturn static void
fail_io(const char *path, int os, const char *what)
{
	errx(EX_IOERR, "%s: %s: %s; nothing unfinished was kept", path, what,
	    os != 0 ? strerror(os)
	            : "is the disk full, or a limit on file sizes reached?");
}

_Noreturn void
db_fail(const char *path, enum db_trouble what, const char *why, int os,
    int code)
{
	if (listener != NULL)
		listener(listener_arg, what, os != 0 ? strerror(os) : why);
	switch (what) {
	case DB_FULL:
		fail_io(path, ENOSPC, why);
	case DB_IO:
		fail_io(path, os, why);
	case DB_BUSY:
		errx(EX_TEMPFAIL,
		    "%s: another program has been writing to the store for "
		    "too long; run this again",
		    path);
	case DB_NO_OPEN:
		errx(EX_NOINPUT, "%s: cannot be opened: %s", path,
		    os != 0 ? strerror(os) : why);
	case DB_DAMAGED:
		errx(EX_IOERR,
		    "%s: the file is damaged (%s); put it back from a backup",
		    path, why);
	case DB_NO_MEMORY:
		errx(EX_OSERR, "%s: out of memory", path);
	case DB_MISTAKE:
		break;
	}
	errx(EX_SOFTWARE, "%s: %s (SQLite code %d)", path, why, code);
}
