#include "keys/keysps.h"

#include <stdint.h>
#include <string.h>

#include "base/text.h"

bool
keysps_row(const struct row *row)
{
	uint64_t id;

	return row->nfields == KEYSPS_NFIELDS &&
	    text_number(&id, row->field[0], UINT64_MAX) == 0;
}

int
keysps_read(struct keyrow *k, const struct row *row, struct fault *f)
{
	struct keyrow_text t;

	if (row_expect(row, KEYSPS_NFIELDS, f) == -1) {
		memset(k, 0, sizeof(*k));
		if (row->nfields > 1)
			pid_as_written(k->pid, row->field[1],
			    strlen(row->field[1]));
		return -1;
	}
	t = (struct keyrow_text){
		.pid = row->field[1],
		.pps = row->field[2],
		.mebx_now = row->field[3],
		.mebx_next = row->field[4],
		.used = row->field[5],
	};
	if (keyrow_read(k, &t, f) == 0)
		return 0;
	f->at = row->line;
	return -1;
}
