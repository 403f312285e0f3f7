#include "keyscsv.h"

enum { PID, PPS, MEBX_NOW, MEBX_NEXT, USED, NCOLUMNS };

static const struct heading_name names[] = {
	{ "pid", PID },
	{ "amtpid", PID },
	{ "provisioningid", PID },
	{ "provisioningidpid", PID },
	{ "pps", PPS },
	{ "amtpps", PPS },
	{ "provisioningpassphrase", PPS },
	{ "provisioningpassphrasepps", PPS },
	{ "mebxnow", MEBX_NOW },
	{ "mebxpassword", MEBX_NOW },
	{ "currentpassword", MEBX_NOW },
	{ "currentmebxpassword", MEBX_NOW },
	{ "oldpassword", MEBX_NOW },
	{ "oldmebxpassword", MEBX_NOW },
	{ "mebxnext", MEBX_NEXT },
	{ "newpassword", MEBX_NEXT },
	{ "newmebxpassword", MEBX_NEXT },
	{ "adminpassword", MEBX_NEXT },
	{ "used", USED },
};

int
keyscsv_header(struct heading *h, const struct row *row, struct fault *f)
{
	heading_read(h, row, names, sizeof(names) / sizeof(names[0]));
	if (h->at[PID] == -1 || h->at[PPS] == -1)
		return 0;
	for (size_t i = 0; i < NCOLUMNS; i++)
		if (heading_check(h, i, row, f) == -1)
			return -1;
	return 1;
}

int
keyscsv_read(struct keyrow *k, const struct heading *h, const struct row *row,
    struct fault *f)
{
	const struct keyrow_text t = {
		.pid = heading_field(h, PID, row),
		.pps = heading_field(h, PPS, row),
		.mebx_now = heading_field(h, MEBX_NOW, row),
		.mebx_next = heading_field(h, MEBX_NEXT, row),
		.used = heading_field(h, USED, row),
	};

	if (row_expect(row, h->nfields, f) == -1)
		return -1;
	if (keyrow_read(k, &t, f) == 0)
		return 0;
	f->at = row->line;
	return -1;
}
