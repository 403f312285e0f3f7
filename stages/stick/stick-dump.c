/*
 * stick-dump - which records of a stick were taken, as @records.
 *
 * It takes the image of a stick, a stick, or a setup.bin alone.  No secret
 * leaves it: of a record it tells number, PID and whether it was taken.
 */
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "plan/keystate.h"
#include "stick/imagefile.h"
#include "stick/setupbin_psk.h"
#include "stick/setupbin_show.h"
#include "lib/stage.h"
#include "lib/stream.h"

struct stick_dump {
	struct setupfile file;
	struct stream_out out;
	uint32_t ninvalid; /* records without the valid bit, as it stands */
};

/* A record and whether all of it is zero; false when it is not readable. */
static bool
take_record(struct stick_dump *d, struct setupbin_record *r, uint32_t number,
    bool *zero, struct setupbin_notes *notes, struct fault *f)
{
	uint8_t chunk[SETUPBIN_CHUNK];
	bool good;

	setupfile_read(&d->file, SETUPBIN_RECORD_AT(number), chunk,
	    sizeof(chunk));
	*zero =
	    chunk[0] == 0 && memcmp(chunk, chunk + 1, sizeof(chunk) - 1) == 0;
	good = setupbin_record_decode(r, &d->file.header, number, chunk,
	           sizeof(chunk), notes, f) == 0;
	explicit_bzero(chunk, sizeof(chunk));
	return good;
}

static void
count_invalid(struct stick_dump *d)
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;
	bool zero;

	d->ninvalid = 0;
	for (uint32_t n = 1; n <= d->file.header.nrecords; n++)
		if (take_record(d, &r, n, &zero, &notes, &f) && !r.valid)
			d->ninvalid++;
	explicit_bzero(&r, sizeof(r));
}

static void
put_record(struct stick_dump *d, const struct setupbin_record *r)
{
	const char *fields[RECORDS_NCOLUMNS] = { 0 };
	const char *name = d->file.from.name;
	struct setupbin_psk psk = { 0 };
	struct fault f;
	char number[16], from[1024];
	int got = r->wiped ? 1 : setupbin_psk_get(&psk, r, &f);

	if (got == -1) {
		stage_refuse(name, f.at, "record %u: %s", r->number, f.why);
		return;
	}
	(void)snprintf(number, sizeof(number), "%u", r->number);
	(void)snprintf(from, sizeof(from), "%s:record %u", name, r->number);
	fields[RECORDS_STICK] = d->file.bare ? "" : d->file.img.label;
	fields[RECORDS_RECORD] = number;
	fields[RECORDS_PID] = psk.pid;
	fields[RECORDS_STATE] =
	    key_state_name(r->valid ? KEY_ISSUED : KEY_CONSUMED);
	fields[RECORDS_FROM] = from;
	stream_write(&d->out, fields);
	explicit_bzero(&psk, sizeof(psk));
}

/*
 * A machine may wipe what it took.  So does a write that was torn: a record
 * that has not even its number left was taken only if the header counts it.
 */
static void
dump_record(struct stick_dump *d, uint32_t number)
{
	const struct setupbin_header *h = &d->file.header;
	const char *name = d->file.from.name;
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;
	bool zero;

	if (!take_record(d, &r, number, &zero, &notes, &f))
		stage_refuse(name, f.at, "%s", f.why);
	else if (zero && d->ninvalid != h->nconsumed)
		stage_refuse(name, SETUPBIN_RECORD_AT(number),
		    "record %u is all zero, and the header does not count it "
		    "as consumed (it counts %u, %u are not valid)",
		    number, h->nconsumed, d->ninvalid);
	else {
		if (!zero)
			setupbin_show_notes(name, &notes);
		put_record(d, &r);
	}
	explicit_bzero(&r, sizeof(r));
}

static void
dump_file(struct stick_dump *d)
{
	const struct setupbin_header *h = &d->file.header;
	const char *name = d->file.from.name;

	if (d->file.wiped) {
		stage_say(name, 0, "SETUP.BIN is wiped: no record is left");
		return;
	}
	setupbin_show_notes(name, &d->file.notes);
	if ((h->flags & SETUPBIN_KEEP) != 0)
		stage_say(name, 26,
		    "warning: records of this file are kept: who took one is "
		    "not in it");
	count_invalid(d);
	if (h->nconsumed != d->ninvalid)
		stage_say(name, 32,
		    "warning: header counts %u records as consumed, %u are not "
		    "valid; the records count",
		    h->nconsumed, d->ninvalid);
	for (uint32_t n = 1; n <= h->nrecords; n++)
		dump_record(d, n);
}

static void
dump_input(int fd, const char *name, void *arg)
{
	struct stick_dump *d = arg;

	setupfile_open(&d->file, fd, name);
	dump_file(d);
	setupfile_end(&d->file);
	setupfile_close(&d->file);
}

int
main(int argc, char *argv[])
{
	static struct stick_dump d;
	int ch;

	stage_begin("[image | setup.bin]", MAY_READ_FILES | USES_SECRETS);
	while ((ch = stage_getopt(argc, argv, "", NULL)) != -1)
		stage_usage();
	if (argc - optind > 1)
		stage_usage();
	stage_confine();
	stream_begin(&d.out, &kind_records, false);
	stage_each_input(argc, argv, dump_input, &d);
	stream_end(&d.out, 0);
	return stage_end();
}
