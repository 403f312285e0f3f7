#include "lib/rowfile.h"

#include <err.h>
#include <sysexits.h>

#include "lib/stage.h"

static struct rows *
rowfile_begin(const struct textfile *t, rows_fn *fn, void *arg)
{
	struct rows *r = rows_new(fn, arg);

	if (r == NULL)
		err(EX_OSERR, "%s", textfile_name(t));
	return r;
}

static void
rowfile_check(const struct textfile *t, int ok, const struct fault *f)
{
	if (ok == -1)
		stage_fail(EX_DATAERR, textfile_name(t), f->at, "%s", f->why);
}

void
rowfile_rows(struct textfile *t, rows_fn *fn, void *arg)
{
	struct rows *r = rowfile_begin(t, fn, arg);
	struct fault f;
	const char *part;
	size_t len;

	while ((part = textfile_next(t, &len)) != NULL)
		rowfile_check(t, rows_feed(r, part, len, &f), &f);
	rowfile_check(t, rows_end(r, &f), &f);
	textfile_warn(t);
	rows_free(r);
}

void
rowfile_read(int fd, const char *name, rows_fn *fn, void *arg)
{
	struct textfile *t = textfile_open(fd, name, ENCODING_UTF8);

	textfile_check(t);
	rowfile_rows(t, fn, arg);
	textfile_close(t);
}

char
rowfile_peek(const struct textfile *t, rows_fn *fn, void *arg)
{
	struct rows *r = rowfile_begin(t, fn, arg);
	struct fault f;
	char separator;
	size_t len;
	bool all;
	const char *part = textfile_peek(t, &len, &all);

	rowfile_check(t, rows_feed(r, part, len, &f), &f);
	if (all)
		rowfile_check(t, rows_end(r, &f), &f);
	separator = rows_separator(r);
	rows_free(r);
	return separator;
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
