#include "rowfile.h"

#include <err.h>
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "stage.h"
#include "text.h"

static ssize_t
read_some(int fd, const char *name, uint8_t *buf, size_t cap)
{
	ssize_t n;

	do
		n = read(fd, buf, cap);
	while (n == -1 && errno == EINTR);
	if (n == -1)
		err(EX_IOERR, "%s", name);
	return n;
}

void
rowfile_read(int fd, const char *name, rows_fn *fn, void *arg)
{
	static uint8_t buf[65536];
	struct rows *r = rows_new(fn, arg);
	struct fault f;
	uint8_t last = '\n';
	ssize_t n;
	int ok = 0;

	if (r == NULL)
		err(EX_OSERR, "%s", name);
	/* It goes into every record, and those are UTF-8. */
	if (text_utf8(name, strlen(name), NULL) == -1)
		stage_fail(EX_USAGE, name, 0, "the file's name is not UTF-8");
	while (ok == 0 && (n = read_some(fd, name, buf, sizeof(buf))) != 0) {
		ok = rows_feed(r, buf, (size_t)n, &f);
		last = buf[n - 1];
	}
	if (ok == 0)
		ok = rows_end(r, &f);
	if (ok == -1)
		stage_fail(EX_DATAERR, name, f.at, "%s", f.why);
	/* A password or a name that lost its end may still keep its rules. */
	if (last != '\n' && last != '\r')
		stage_say(name, 0,
		    "warning: the last line has no line end; was the file cut "
		    "off?");
	explicit_bzero(buf, sizeof(buf));
	rows_free(r);
}

const char *
rowfile_base(const char *name)
{
	const char *base = name;

	for (; *name != '\0' && *name != ':'; name++)
		if (*name == '/')
			base = name + 1;
	return base;
}
