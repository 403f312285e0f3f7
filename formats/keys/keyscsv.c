#include "keys/keyscsv.h"

#include <string.h>

#include "keys/keynames.h"
#include "base/text.h"

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

bool
keyscsv_pair(struct heading *h, const struct row *row)
{
	static const struct row names = { .nfields = 2,
		.field = { "pid", "pps" } };
	char pid[PID_LEN + 1];
	size_t len;

	if (row->nfields != names.nfields)
		return false;
	pid_as_written(pid, row->field[0], strlen(row->field[0]));
	len = strlen(row->field[1]);
	if (pid[0] == '\0' || (len != PPS_LEN && len != PPS_DASHED - 1))
		return false;
	heading_read(h, &names, keynames, keynames_count);
	return true;
}

const char *
keyscsv_lost(const struct row *row)
{
	static const char *const secret[] = { "pass", "pwd", "mebx", "pps",
		"kennwort" };
	char name[64];

	for (size_t i = 0; i < row->nfields; i++) {
		if (keyname_find(row->field[i]) != -1)
			continue;
		text_fold(name, sizeof(name), row->field[i]);
		for (size_t k = 0; k < sizeof(secret) / sizeof(secret[0]); k++)
			if (strstr(name, secret[k]) != NULL)
				return row->field[i];
	}
	return NULL;
}

/* Spreadsheets end rows with separators for columns that have no name. */
static int
expect_fields(const struct heading *h, const struct row *row, struct fault *f)
{
	size_t n = row->nfields;

	while (n > h->nfields && row->field[n - 1][0] == '\0')
		n--;
	return n == h->nfields ? 0 : row_expect(row, h->nfields, f);
}

int
keyscsv_read(struct keyrow *k, const struct heading *h, const struct row *row,
    struct fault *f)
{
	const char *value[KEYNAME_COUNT];

	if (expect_fields(h, row, f) == -1) {
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
