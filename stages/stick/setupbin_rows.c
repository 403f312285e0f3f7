#include "stick/setupbin_rows.h"

#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/rowfile.h"
#include "stick/setupbin_csv.h"
#include "stick/setupbin_vars.h"
#include "lib/stage.h"

struct rows_reading {
	struct setupbin_rows *rows;
	uint32_t max;
	bool has_columns;
	struct setupbin_csv columns;
};

static void
setupbin_row_keep(struct setupbin_row *to, const struct setupbin_csv_row *row,
    size_t line, const struct setupbin_record *r)
{
	*to = (struct setupbin_row){ .line = line,
		.random = row->random,
		.nentries = r->nentries,
		.len = r->len,
		.machine = strdup(row->machine),
		.entry = calloc(r->nentries + 1, sizeof(*to->entry)),
		.body = malloc(r->len + 1) };
	if (to->machine == NULL || to->entry == NULL || to->body == NULL)
		err(EX_OSERR, "rows");
	memcpy(to->entry, r->entry, r->nentries * sizeof(*to->entry));
	memcpy(to->body, r->body, r->len);
}

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct rows_reading *in = arg;
	struct setupbin_rows *rows = in->rows;
	struct setupbin_record r;
	struct setupbin_csv_row got;
	struct fault f;

	if (bad != NULL) {
		stage_refuse(rows->name, bad->at, "%s", bad->why);
		return;
	}
	if (!in->has_columns) {
		if (setupbin_csv_header(&in->columns, row, &f) == -1)
			stage_fail(EX_DATAERR, rows->name, f.at, "%s", f.why);
		in->has_columns = true;
		return;
	}
	if (rows->n == in->max)
		stage_fail(EX_DATAERR, rows->name, row->line,
		    "more machines than a stick may have (expected at most %u)",
		    in->max);
	setupbin_record_begin(&r, rows->n + 1);
	if (setupbin_csv_read(&got, &r, &in->columns, row, &f) == -1) {
		stage_refuse(rows->name, f.at, "%s", f.why);
		return;
	}
	if (rows->n == rows->cap) {
		rows->cap = rows->cap != 0 ? 2 * rows->cap : 64;
		rows->row =
		    reallocarray(rows->row, rows->cap, sizeof(*rows->row));
		if (rows->row == NULL)
			err(EX_OSERR, "rows");
	}
	setupbin_row_keep(&rows->row[rows->n++], &got, row->line, &r);
	explicit_bzero(&r, sizeof(r));
}

static int
setupbin_rows_compare(const void *a, const void *b)
{
	const struct setupbin_row *x = *(const struct setupbin_row *const *)a;
	const struct setupbin_row *y = *(const struct setupbin_row *const *)b;
	int order = strcmp(x->machine, y->machine);

	if (order != 0)
		return order;
	return x->line < y->line ? -1 : x->line > y->line;
}

/* Two records for one machine: one of them would set up another machine. */
static void
refuse_doubles(const struct setupbin_rows *rows)
{
	const struct setupbin_row **by_name =
	    calloc(rows->n + 1U, sizeof(*by_name));

	if (by_name == NULL)
		err(EX_OSERR, "rows");
	for (uint32_t i = 0; i < rows->n; i++)
		by_name[i] = &rows->row[i];
	qsort(by_name, rows->n, sizeof(*by_name), setupbin_rows_compare);
	for (uint32_t i = 1; i < rows->n; i++)
		if (by_name[i]->machine[0] != '\0' &&
		    strcmp(by_name[i]->machine, by_name[i - 1]->machine) == 0)
			stage_refuse(rows->name, by_name[i]->line,
			    "machine %s came before, in line %zu",
			    by_name[i]->machine, by_name[i - 1]->line);
	free(by_name);
}

void
setupbin_rows_read(struct setupbin_rows *rows, const char *path, uint32_t max)
{
	struct rows_reading in = { .rows = rows, .max = max };
	uint64_t refused = stage_refused();
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		err(EX_NOINPUT, "%s", path);
	*rows = (struct setupbin_rows){ .name = path };
	rowfile_read(fd, path, take_row, &in);
	(void)close(fd);
	if (!in.has_columns)
		stage_fail(EX_DATAERR, path, 0,
		    "no row with the names of the columns");
	refuse_doubles(rows);
	rows->gaps = stage_refused() != refused;
}

int
setupbin_rows_add(const struct setupbin_row *row, struct setupbin_record *r,
    struct fault *f)
{
	for (size_t i = 0; i < row->nentries; i++) {
		const struct setupbin_entry *e = &row->entry[i];

		if (setupbin_record_add(r, e->module, e->id, row->body + e->at,
		        e->len, f) == -1)
			return -1;
	}
	return 0;
}

const uint8_t *
setupbin_row_password(const struct setupbin_row *row, size_t *len)
{
	for (size_t i = 0; i < row->nentries; i++)
		if (setupbin_entry_is(&row->entry[i], SETUPBIN_MEBX_NEXT)) {
			*len = row->entry[i].len;
			return row->body + row->entry[i].at;
		}
	return NULL;
}

static void
free_rows(struct setupbin_row *row, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		explicit_bzero(row[i].body, row[i].len);
		free(row[i].machine);
		free(row[i].entry);
		free(row[i].body);
	}
}

void
setupbin_rows_keep(struct setupbin_rows *rows, uint32_t from, uint32_t n)
{
	if (from > rows->n)
		from = rows->n;
	if (n > rows->n - from)
		n = rows->n - from;
	if (rows->n == 0)
		return;
	free_rows(rows->row, from);
	free_rows(rows->row + from + n, rows->n - from - n);
	memmove(rows->row, rows->row + from, n * sizeof(*rows->row));
	rows->n = n;
}

void
setupbin_rows_free(struct setupbin_rows *rows)
{
	free_rows(rows->row, rows->n);
	free(rows->row);
	*rows = (struct setupbin_rows){ 0 };
}
