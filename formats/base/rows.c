#include "base/rows.h"

#include <csv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/rowdecor.h"
#include "base/text.h"

#define TOO_LONG                                                               \
	TEXT_WITH("row is longer than ", ROWS_ROW_MAX,                         \
	    " bytes (does a quote in it lack its end?)")

#define LOOK 256 /* bytes searched at a time: most lines are shorter */

struct rows {
	rows_fn *fn;
	void *arg;
	struct csv_parser csv;

	/*
	 * raw[begin, at) are the whole lines of the present row that libcsv
	 * has seen, raw[at, end) what it has not.  They are kept until the row
	 * is known to be good, as reading goes on in them when it is not.
	 */
	char raw[2 * ROWS_ROW_MAX + 1];
	size_t begin, at, end;
	size_t line;    /* of begin, from 1 */
	size_t nlines;  /* in raw[begin, at) */
	bool started;   /* the byte order mark was looked for */
	bool separated; /* the separator is known */
	bool skipping;  /* to the end of a line that was too long */
	size_t skipped; /* so much of that line */
	bool row_done;  /* libcsv has seen the row's end */
	size_t nrows;   /* so far */
	size_t nfirst;  /* fields of the first */
	bool bad;       /* the present row, for the first reason met */
	struct fault why;

	struct row row;
	char text[ROWS_ROW_MAX + 2]; /* the fields, each with its NUL */
	size_t text_len;
};

struct rows *
rows_new(rows_fn *fn, void *arg)
{
	struct rows *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->fn = fn;
	r->arg = arg;
	r->line = 1;
	if (csv_init(&r->csv, CSV_STRICT) != 0) {
		free(r);
		return NULL;
	}
	/* One allocation for any field: growing would leave copies behind. */
	csv_set_blk_size(&r->csv, ROWS_ROW_MAX + 1);
	return r;
}

void
rows_free(struct rows *r)
{
	if (r == NULL)
		return;
	if (r->csv.entry_buf != NULL)
		explicit_bzero(r->csv.entry_buf, csv_get_buffer_size(&r->csv));
	csv_free(&r->csv);
	explicit_bzero(r, sizeof(*r));
	free(r);
}

static int
check_field(const struct rows *r, const char *s, size_t len, struct fault *f)
{
	size_t n = r->row.nfields + 1;
	struct fault utf8;

	if (n > ROWS_FIELDS_MAX)
		return fault_set(f, r->line, "row has more than %d fields",
		    ROWS_FIELDS_MAX);
	if (len > ROWS_FIELD_MAX)
		return fault_set(f, r->line,
		    "field %zu is too long (got %zu bytes, expected at most "
		    "%d)",
		    n, len, ROWS_FIELD_MAX);
	if (len != 0 && memchr(s, '\0', len) != NULL)
		return fault_set(f, r->line, "field %zu has a NUL byte", n);
	if (text_utf8(s, len, &utf8) == -1)
		return fault_set(f, r->line,
		    "field %zu is not UTF-8 (byte %zu of it; is this "
		    "Latin-1? save it as UTF-8)",
		    n, utf8.at + 1);
	return 0;
}

static void
on_field(void *data, size_t len, void *arg)
{
	struct rows *r = arg;

	if (len != 0)
		data = (void *)(uintptr_t)rowdecor_bare(data, &len);
	if (!r->bad && check_field(r, data, len, &r->why) == -1)
		r->bad = true;
	if (r->bad) /* nobody will see its other fields */
		return;
	r->row.field[r->row.nfields++] = r->text + r->text_len;
	if (len != 0)
		memcpy(r->text + r->text_len, data, len);
	r->text_len += len;
	r->text[r->text_len++] = '\0';
}

static void
on_row(int end, void *arg)
{
	struct rows *r = arg;

	(void)end;
	r->row_done = true;
}

/* What is known of the present row is forgotten. */
static void
clear_row(struct rows *r)
{
	r->row.nfields = 0;
	r->text_len = 0;
	r->row_done = false;
	r->bad = false;
}

/* To the line after the n that were the row. */
static void
next_row(struct rows *r, size_t n)
{
	r->begin = r->at;
	r->line += n;
	r->nlines = 0;
	clear_row(r);
}

static bool
has_text(const struct row *row)
{
	for (size_t i = 0; i < row->nfields; i++)
		if (row->field[i][0] != '\0')
			return true;
	return false;
}

/* What sqlcmd writes below the header, and below all. */
static bool
is_decor(const struct rows *r)
{
	return (r->nrows == 1 && rowdecor_dashes(&r->row)) ||
	    (r->nfirst > 1 && rowdecor_count(&r->row));
}

static void
rows_deliver(struct rows *r)
{
	r->row.line = r->line;
	if (r->bad)
		r->fn(r->arg, &r->row, &r->why);
	else if (has_text(&r->row) && !is_decor(r)) {
		if (r->nrows++ == 0)
			r->nfirst = r->row.nfields;
		r->fn(r->arg, &r->row, NULL);
	}
	next_row(r, r->nlines);
}

/*
 * Length of the line at s with its end, 0 when its end is not there yet.  A CR
 * as the last byte may be half of a line end.
 */
static size_t
line_length(const char *s, size_t len)
{
	size_t n = len;

	/* A look at a time: in a file without CR, or without LF, a search for
	 * it would run to the buffer's end for every line. */
	for (size_t at = 0; at < len && n == len; at += LOOK) {
		size_t look = len - at < LOOK ? len - at : LOOK;
		const char *lf = memchr(s + at, '\n', look), *cr;

		if (lf != NULL)
			n = (size_t)(lf - s);
		cr = memchr(s + at, '\r', n < len ? n - at : look);
		if (cr != NULL)
			n = (size_t)(cr - s);
	}
	if (n == len)
		return 0;
	if (s[n] == '\n')
		return n + 1;
	if (n + 1 == len)
		return 0;
	return s[n + 1] == '\n' ? n + 2 : n + 1;
}

/* Refuses the row that begins at begin; goes on at the line after its first,
 * which may be one that was taken for a part of it. */
static void
rows_refuse(struct rows *r, const char *why)
{
	size_t first = line_length(r->raw + r->begin, r->end - r->begin);

	if (!r->bad)
		(void)fault_set(&r->why, r->line, "%s", why);
	r->row.line = r->line;
	r->fn(r->arg, &r->row, &r->why);
	(void)csv_fini(&r->csv, NULL, NULL, NULL); /* resets its state */
	r->skipping = first == 0;
	r->at = r->begin + first;
	next_row(r, first != 0);
}

/* The byte order mark, or what speaks against UTF-8, at the file's start. */
static int
rows_start(struct rows *r, size_t line_len, struct fault *f)
{
	const char *s = r->raw + r->begin;

	r->started = true;
	if (line_len >= 2 &&
	    (memcmp(s, "\xff\xfe", 2) == 0 || memcmp(s, "\xfe\xff", 2) == 0))
		return fault_set(f, r->line,
		    "file is UTF-16 (got its byte order mark, expected UTF-8; "
		    "save it as \"CSV UTF-8\")");
	if (memchr(s, '\0', line_len) != NULL)
		return fault_set(f, r->line,
		    "file has a NUL byte in its first line (is this UTF-16? "
		    "expected UTF-8)");
	if (line_len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		r->at = r->begin += 3;
	return 0;
}

static bool
is_blank(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (strchr(" \t\r\n", s[i]) == NULL || s[i] == '\0')
			return false;
	return true;
}

/* A first line that is no row, and may name the separator. */
static bool
is_preamble(struct rows *r, const char *s, size_t len)
{
	char separator;

	if (!rowdecor_preamble(s, len, &separator))
		return false;
	if (separator != '\0')
		csv_set_delim(&r->csv, (unsigned char)separator);
	r->separated = separator != '\0';
	return true;
}

static bool
is_blank_byte(char c, char separator)
{
	return (c == ' ' || c == '\t') && c != separator;
}

/* Where the fields of a line without quotes end; 0 when there are too many
 * or one is too long. */
static size_t
plain_ends(char *ends[ROWS_FIELDS_MAX], char *s, char *end, char separator)
{
	for (size_t n = 0; n < ROWS_FIELDS_MAX; n++) {
		char *stop = memchr(s, separator, (size_t)(end - s));

		ends[n] = stop != NULL ? stop : end;
		if (ends[n] - s > ROWS_FIELD_MAX)
			return 0;
		if (stop == NULL)
			return n + 1;
		s = stop + 1;
	}
	return 0;
}

/*
 * Most lines have no quote, and such a line is a row whose fields stand
 * between its separators: a tenth of the work.  Whatever is not that plain,
 * or not good, is left as it is for libcsv and on_field, which say why.
 */
static bool
take_plain(struct rows *r, size_t len)
{
	char *s = r->raw + r->at, *end = s + len, *ends[ROWS_FIELDS_MAX];
	char separator = (char)csv_get_delim(&r->csv);
	size_t n;

	while (end > s && (end[-1] == '\n' || end[-1] == '\r'))
		end--;
	len = (size_t)(end - s);
	if (memchr(s, '"', len) != NULL || memchr(s, '\0', len) != NULL ||
	    text_utf8(s, len, NULL) == -1)
		return false;
	n = plain_ends(ends, s, end, separator);
	for (size_t i = 0; i < n; i++) {
		char *to = ends[i];

		while (s < to && is_blank_byte(*s, separator))
			s++;
		while (s < to && is_blank_byte(to[-1], separator))
			to--;
		*to = '\0';
		r->row.field[r->row.nfields++] = s;
		s = ends[i] + 1;
	}
	return n != 0;
}

/* One whole line of n bytes at raw + at. */
static int
take_line(struct rows *r, size_t n, struct fault *f)
{
	char *s = r->raw + r->at;

	/* A byte order mark below empty lines: a file that was appended to. */
	if (r->nrows == 0 && r->nlines == 0 && n > 3 &&
	    memcmp(s, "\xef\xbb\xbf", 3) == 0) {
		r->begin = r->at += 3;
		s += 3;
		n -= 3;
	}
	if (r->at + n - r->begin > ROWS_ROW_MAX) {
		rows_refuse(r, TOO_LONG);
		return 0;
	}
	if (r->nlines == 0 &&
	    (is_blank(s, n) || (!r->separated && is_preamble(r, s, n)))) {
		r->at += n;
		next_row(r, 1);
		return 0;
	}
	if (!r->separated)
		csv_set_delim(&r->csv, (unsigned char)rowdecor_separator(s, n));
	r->separated = true;
	if (r->nlines == 0 && take_plain(r, n)) {
		r->at += n;
		r->nlines++;
		rows_deliver(r);
		return 0;
	}
	rowdecor_unprotect(s, n, (char)csv_get_delim(&r->csv), r->nlines != 0);
	if (csv_parse(&r->csv, s, n, on_field, on_row, r) != n) {
		if (csv_error(&r->csv) != CSV_EPARSE)
			return fault_set(f, r->line, "out of memory");
		rows_refuse(r,
		    "row has a quote inside a field that is not quoted, "
		    "or text after a closing quote");
		return 0;
	}
	r->at += n;
	r->nlines++;
	if (r->row_done)
		rows_deliver(r);
	return 0;
}

/* Skips what there is of a line that is too long; n is its length as
 * line_length says.  A CR at the end is kept: it may be half of a line end. */
static int
skip_line(struct rows *r, size_t n, struct fault *f)
{
	bool ended = n != 0;
	size_t from = r->at;

	if (ended)
		r->at += n;
	else if (r->end > r->at)
		r->at = r->end - (r->raw[r->end - 1] == '\r');
	r->skipped += r->at - from;
	if (r->skipped > ROWS_LINE_MAX)
		return fault_set(f, r->line,
		    "line is longer than %d bytes: not a list", ROWS_LINE_MAX);
	if (ended)
		r->skipped = 0;
	r->skipping = !ended;
	next_row(r, ended);
	return 0;
}

/* Every whole line of raw; what is left is shorter than a row may be. */
static int
take_lines(struct rows *r, struct fault *f)
{
	for (;;) {
		size_t n = line_length(r->raw + r->at, r->end - r->at);

		if (r->skipping) {
			if (skip_line(r, n, f) == -1)
				return -1;
			if (n != 0)
				continue;
		}
		if (n == 0 && r->end - r->begin <= ROWS_ROW_MAX)
			return 0;
		if (!r->started) {
			if (rows_start(r, n != 0 ? n : r->end - r->at, f) == -1)
				return -1;
		} else if (n == 0)
			rows_refuse(r, TOO_LONG);
		else if (take_line(r, n, f) == -1)
			return -1;
	}
}

/* The present row to the front of raw. */
static void
make_room(struct rows *r)
{
	memmove(r->raw, r->raw + r->begin, r->end - r->begin);
	r->at -= r->begin;
	r->end -= r->begin;
	r->begin = 0;
}

int
rows_feed(struct rows *r, const void *buf, size_t len, struct fault *f)
{
	const char *from = buf;

	while (len != 0) {
		size_t n;

		make_room(r);
		n = 2 * ROWS_ROW_MAX - r->end;
		if (n > len)
			n = len;
		memcpy(r->raw + r->end, from, n);
		r->end += n;
		from += n;
		len -= n;
		if (take_lines(r, f) == -1)
			return -1;
	}
	return 0;
}

int
rows_end(struct rows *r, struct fault *f)
{
	/* The last line may lack its end, or its CR is the whole of it. */
	if (r->end > r->at)
		r->raw[r->end++] = '\n';
	for (;;) {
		if (take_lines(r, f) == -1)
			return -1;
		if (r->begin == r->end)
			return 0;
		rows_refuse(r, "row has a quote that is never closed");
	}
}

char
rows_separator(struct rows *r)
{
	return r->separated ? (char)csv_get_delim(&r->csv) : '\0';
}

int
row_expect(const struct row *row, size_t n, struct fault *f)
{
	if (row->nfields == n)
		return 0;
	return fault_set(f, row->line,
	    "row has the wrong number of fields (got %zu, expected %zu)",
	    row->nfields, n);
}
