/* A key list of either form from raw bytes: every key that comes out keeps
 * the rules, and no refusal shows a PPS or a password. */
#include "keys/keyscsv.h"
#include "keys/keysps.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum form { UNKNOWN, HEADER, SIX_COLUMNS, NEITHER };

struct list {
	enum form form;
	struct heading heading;
};

static void
promise(bool kept)
{
	if (!kept)
		abort();
}

static void
look_at_key(const struct keyrow *k)
{
	char pid[PID_LEN + 1], pps[PPS_LEN + 1];

	promise(pid_parse(pid, k->pid, strlen(k->pid), NULL) == 0);
	promise(pps_parse(pps, k->pps, strlen(k->pps), NULL) == 0);
	promise(k->mebx_now[0] == '\0' ||
	    password_check_now(k->mebx_now, strlen(k->mebx_now), NULL) == 0);
	promise(k->mebx_next[0] == '\0' ||
	    password_check(k->mebx_next, strlen(k->mebx_next), NULL) == 0);
}

/* A refused key's second field is its PPS in the six-column form. */
static void
look_at_fault(const struct fault *f, const struct row *row)
{
	promise(f->at == row->line && f->why[0] != '\0');
	if (row->nfields == KEYSPS_NFIELDS && strlen(row->field[2]) >= 16)
		promise(strstr(f->why, row->field[2]) == NULL);
}

static void
first_row(struct list *l, const struct row *row)
{
	struct fault f;

	switch (keyscsv_header(&l->heading, row, &f)) {
	case 1:
		l->form = HEADER;
		promise(l->heading.nfields == row->nfields);
		break;
	case -1:
		l->form = NEITHER;
		promise(f.at == row->line);
		break;
	default:
		l->form = keysps_row(row)            ? SIX_COLUMNS
		    : keyscsv_pair(&l->heading, row) ? HEADER
		                                     : NEITHER;
	}
}

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct list *l = arg;
	struct keyrow k;
	struct fault f;
	int ok;

	if (bad != NULL)
		return;
	if (l->form == UNKNOWN) {
		first_row(l, row);
		if (l->form == HEADER)
			return;
	}
	if (l->form == NEITHER)
		return;
	ok = l->form == HEADER ? keyscsv_read(&k, &l->heading, row, &f)
	                       : keysps_read(&k, row, &f);
	if (ok == 0)
		look_at_key(&k);
	else
		promise(k.pps[0] == '\0' && strlen(k.pid) % PID_LEN == 0);
	if (ok == -1 && l->form == SIX_COLUMNS)
		look_at_fault(&f, row);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct list l = { .form = UNKNOWN };
	struct rows *r = rows_new(take_row, &l);
	struct fault f;

	if (r == NULL)
		exit(1);
	if (rows_feed(r, data, size, &f) == 0)
		(void)rows_end(r, &f);
	rows_free(r);
	return 0;
}
