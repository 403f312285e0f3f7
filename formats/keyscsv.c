#include "keyscsv.h"

/* clang-format off */
enum { PID, PPS, MEBX_NOW, MEBX_NEXT, USED,
	SERIAL, UUID, MAC, ORDER, ASSET, NOTE, NCOLUMNS };
/* clang-format on */

/* What a note calls the columns that say something of the machine. */
static const char *const noted[NCOLUMNS] = {
	[SERIAL] = "serial",
	[UUID] = "uuid",
	[MAC] = "mac",
	[ORDER] = "order",
	[ASSET] = "asset",
};

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
	{ "serial", SERIAL },
	{ "serialno", SERIAL },
	{ "serialnumber", SERIAL },
	{ "servicetag", SERIAL },
	{ "uuid", UUID },
	{ "guid", UUID },
	{ "smbiosguid", UUID },
	{ "smbiosuuid", UUID },
	{ "systemuuid", UUID },
	{ "mac", MAC },
	{ "macaddress", MAC },
	{ "order", ORDER },
	{ "orderno", ORDER },
	{ "ordernumber", ORDER },
	{ "ponumber", ORDER },
	{ "asset", ASSET },
	{ "assetno", ASSET },
	{ "assetnumber", ASSET },
	{ "assettag", ASSET },
	{ "note", NOTE },
	{ "notes", NOTE },
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
	char note[KEYROW_NOTE_MAX + 1] = "";
	const struct keyrow_text t = {
		.pid = heading_field(h, PID, row),
		.pps = heading_field(h, PPS, row),
		.mebx_now = heading_field(h, MEBX_NOW, row),
		.mebx_next = heading_field(h, MEBX_NEXT, row),
		.used = heading_field(h, USED, row),
		.note = note,
	};

	if (row_expect(row, h->nfields, f) == -1)
		return -1;
	for (size_t i = SERIAL; i < NCOLUMNS; i++)
		keyrow_note(note, noted[i], heading_field(h, i, row));
	if (keyrow_read(k, &t, f) == 0)
		return 0;
	f->at = row->line;
	return -1;
}
