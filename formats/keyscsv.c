#include "keyscsv.h"

#include <string.h>

#include "keynames.h"

int
keyscsv_header(struct heading *h, const struct row *row, struct fault *f)
{
	heading_read(h, row, keynames, keynames_count);
	if (h->at[KEYNAME_PID] == -1 || h->at[KEYNAME_PPS] == -1)
		return 0;
	for (size_t i = 0; i < KEYNAME_COUNT; i++)
		if (heading_check(h, i, row, f) == -1)
			return -1;
	return 1;
}

int
keyscsv_read(struct keyrow *k, const struct heading *h, const struct row *row,
    struct fault *f)
{
	const char *value[KEYNAME_COUNT];

	if (row_expect(row, h->nfields, f) == -1) {
		const char *pid = heading_field(h, KEYNAME_PID, row);

		memset(k, 0, sizeof(*k));
		if (pid != NULL)
			pid_as_written(k->pid, pid, strlen(pid));
		return -1;
	}
	for (size_t i = 0; i < KEYNAME_COUNT; i++)
		value[i] = heading_field(h, i, row);
	if (keynames_read(k, value, f) == 0)
		return 0;
	f->at = row->line;
	return -1;
}
