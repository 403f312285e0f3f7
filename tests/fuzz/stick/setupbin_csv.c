/* A list of machines from raw bytes: what comes out of a row can be written,
 * in some version, and reads back the same. */
#include "stick/setupbin_csv.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
	bool started, dead;
	struct setupbin_csv columns;
};

static void
must(bool kept)
{
	if (!kept)
		abort();
}

/* Shown and read again, a value is the same: what it was told as is enough. */
static void
use_values(const struct setupbin_record *r)
{
	char text[SETUPBIN_VAR_TEXT_MAX];

	for (size_t i = 0; i < r->nentries; i++) {
		const struct setupbin_entry *e = &r->entry[i];
		const struct setupbin_var *v =
		    setupbin_var_find(e->module, e->id);
		struct fault f;

		must(v != NULL);
		must(setupbin_var_check(v, r->body + e->at, e->len, &f) == 0);
		setupbin_var_format(text, sizeof(text), v, r->body + e->at,
		    e->len, false);
		must(!v->secret || strcmp(text, "********") == 0);
	}
}

static void
use_record(const struct setupbin_record *r)
{
	const struct setupbin_header h = { .major = 4 };
	struct setupbin_notes notes = { 0 };
	struct setupbin_record again;
	uint8_t out[SETUPBIN_CHUNK];
	struct fault f;

	use_values(r);
	if (setupbin_record_encode(out, r, &h, &f) == -1) {
		must(f.why[0] != '\0'); /* too full, or admin alone */
		return;
	}
	must(setupbin_record_decode(&again, &h, r->number, out, sizeof(out),
	         &notes, &f) == 0);
	must(notes.n == 0 && again.nentries == r->nentries);
}

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct reading *in = arg;
	struct setupbin_csv_row got;
	struct setupbin_record r;
	struct fault f;

	if (bad != NULL || in->dead)
		return;
	if (!in->started) {
		in->started = true;
		in->dead = setupbin_csv_header(&in->columns, row, &f) == -1;
		must(!in->dead || (f.at == row->line && f.why[0] != '\0'));
		return;
	}
	setupbin_record_begin(&r, 1);
	if (setupbin_csv_read(&got, &r, &in->columns, row, &f) == -1) {
		must(f.at == row->line && f.why[0] != '\0');
		must(r.nentries == 0);
		return;
	}
	must(strlen(got.machine) <= SETUPBIN_CSV_MACHINE_MAX);
	use_record(&r);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct reading in = { 0 };
	struct rows *r = rows_new(take_row, &in);
	struct fault f;

	must(r != NULL);
	if (rows_feed(r, data, size, &f) == 0)
		(void)rows_end(r, &f);
	rows_free(r);
	return 0;
}
