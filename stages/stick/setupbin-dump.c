/*
 * setupbin-dump - setup.bin as a stream of keys or records, as text or JSON.
 *
 * One record at a time, so files of any length.  It reads back what
 * setupbin-make wrote, what firmware left of it, and other tools' files.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/option.h"
#include "plan/keystate.h"
#include "stick/setupbin.h"
#include "stick/setupbin_chunks.h"
#include "stick/setupbin_psk.h"
#include "stick/setupbin_show.h"
#include "lib/stage.h"
#include "lib/stream.h"

enum form { KEYS, RECORDS, TEXT, JSON };

struct setupbin_dump {
	enum form form;
	bool reveal;
	const char *stick; /* its name, "" not told */
	bool any;          /* JSON: a file came before */
	struct stream_out out;
	/* of the file being read */
	const char *name;
	struct setupbin_header header;
	struct setupbin_tally tally;
	uint32_t nothers; /* records without PID and PPS */
};

static void
put_key(struct setupbin_dump *d, const struct setupbin_record *r,
    const struct setupbin_psk *psk, const char *from)
{
	const char *fields[KEYS_NCOLUMNS] = { 0 };

	fields[KEYS_PID] = psk->pid;
	fields[KEYS_PPS] = psk->pps;
	fields[KEYS_MEBX_NOW] = psk->mebx_now;
	fields[KEYS_MEBX_NEXT] = psk->mebx_next;
	fields[KEYS_ORIGIN] = d->name;
	fields[KEYS_STATE] =
	    key_state_name(r->valid ? KEY_ISSUED : KEY_CONSUMED);
	fields[KEYS_FROM] = from;
	stream_write(&d->out, fields);
}

static void
put_record(struct setupbin_dump *d, const struct setupbin_record *r,
    const char *pid, const char *from)
{
	const char *fields[RECORDS_NCOLUMNS] = { 0 };
	char number[16];

	(void)snprintf(number, sizeof(number), "%u", r->number);
	fields[RECORDS_STICK] = d->stick;
	fields[RECORDS_RECORD] = number;
	fields[RECORDS_PID] = pid;
	fields[RECORDS_STATE] =
	    key_state_name(r->valid ? KEY_ISSUED : KEY_CONSUMED);
	fields[RECORDS_FROM] = from;
	stream_write(&d->out, fields);
}

/* What a stream has of a record. */
static void
put_stream(struct setupbin_dump *d, const struct setupbin_record *r)
{
	struct setupbin_psk psk;
	struct fault f;
	char from[1024];
	int got;

	if (r->wiped && d->form == KEYS) {
		stage_refuse(d->name, SETUPBIN_RECORD_AT(r->number),
		    "record %u is consumed and wiped: which key it was is "
		    "gone",
		    r->number);
		return;
	}
	got = setupbin_psk_get(&psk, r, &f);
	if (got == -1)
		stage_refuse(d->name, f.at, "record %u: %s", r->number, f.why);
	d->nothers += got == 0;
	(void)snprintf(from, sizeof(from), "%s:record %u", d->name, r->number);
	if (d->form == RECORDS && got != -1)
		put_record(d, r, got == 1 ? psk.pid : "", from);
	else if (d->form == KEYS && got == 1)
		put_key(d, r, &psk, from);
	explicit_bzero(&psk, sizeof(psk));
}

static void
setupbin_put(struct setupbin_dump *d, const struct setupbin_record *r)
{
	switch (d->form) {
	case TEXT:
		setupbin_show_record(stdout, r, d->reveal);
		break;
	case JSON:
		setupbin_show_json_record(stdout, r, d->reveal, r->number > 1);
		break;
	case KEYS:
	case RECORDS:
		put_stream(d, r);
		break;
	}
}

/* A file that is cut ends the run: without @end nothing of it is committed. */
static void
dump_records(struct setupbin_dump *d, struct setupbin_chunks *c)
{
	for (uint32_t number = 1; number <= d->header.nrecords; number++) {
		struct setupbin_notes notes = { 0 };
		struct setupbin_record r;
		struct fault f;
		size_t len;
		const uint8_t *chunk = setupbin_chunks_next(c, &len);
		int rc = setupbin_record_decode(&r, &d->header, number, chunk,
		    len, &notes, &f);

		if (rc == -1 && len < SETUPBIN_CHUNK)
			stage_fail(EX_DATAERR, d->name, f.at, "%s", f.why);
		setupbin_tally_add(&d->tally, rc == 0 ? &r : NULL);
		if (rc == -1) {
			stage_refuse(d->name, f.at, "%s", f.why);
			if (d->form == JSON)
				setupbin_show_json_refused(stdout, number,
				    f.why, number > 1);
			continue;
		}
		setupbin_show_notes(d->name, &notes);
		setupbin_put(d, &r);
		explicit_bzero(&r, sizeof(r));
	}
}

static void
begin_file(struct setupbin_dump *d)
{
	if (d->form == TEXT)
		setupbin_show_header(stdout, d->name, &d->header);
	if (d->form == JSON) {
		(void)fputs(d->any ? ",\n" : "", stdout);
		setupbin_show_json_begin(stdout, d->name, &d->header);
		d->any = true;
	}
}

static void
dump_file(struct setupbin_dump *d, struct setupbin_chunks *c)
{
	struct setupbin_notes notes = { 0 };
	struct fault f;
	size_t len;
	const uint8_t *chunk = setupbin_chunks_next(c, &len);

	if (setupbin_header_decode(&d->header, chunk, len, &notes, &f) == -1) {
		if (len < SETUPBIN_CHUNK)
			stage_fail(EX_DATAERR, d->name, f.at, "%s", f.why);
		stage_refuse(d->name, f.at, "%s", f.why);
		return;
	}
	setupbin_show_notes(d->name, &notes);
	begin_file(d);
	dump_records(d, c);
	if (d->form == JSON)
		setupbin_show_json_end(stdout);
	(void)setupbin_chunks_next(c, &len);
	if (len != 0)
		stage_refuse(d->name,
		    SETUPBIN_RECORD_AT((size_t)d->header.nrecords + 1),
		    "bytes left over after the last record (header counts %u "
		    "records)",
		    d->header.nrecords);
	notes.n = 0;
	setupbin_tally_notes(&d->tally, &d->header, &notes);
	setupbin_show_notes(d->name, &notes);
	if (d->nothers != 0 && d->form == KEYS)
		stage_say(d->name, 0,
		    "warning: no key from %u of %u records: they have no PID "
		    "and PPS",
		    d->nothers, d->header.nrecords);
}

static void
dump_input(int fd, const char *name, void *arg)
{
	static struct setupbin_chunks c;
	struct setupbin_dump *d = arg;

	setupbin_chunks_begin(&c, fd, name);
	d->name = name;
	memset(&d->tally, 0, sizeof(d->tally));
	d->nothers = 0;
	dump_file(d, &c);
	setupbin_chunks_end(&c);
}

static void
parse_args(struct setupbin_dump *d, int argc, char *argv[])
{
	enum { OPT_REVEAL = 1, OPT_JSON, OPT_RECORDS };
	static const struct option longopts[] = {
		{ "json", no_argument, NULL, OPT_JSON },
		{ "records", no_argument, NULL, OPT_RECORDS },
		{ "reveal", no_argument, NULL, OPT_REVEAL },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "s:t", longopts)) != -1)
		switch (ch) {
		case 's':
			d->stick = option_text("-s", optarg);
			break;
		case 't':
			d->form = TEXT;
			break;
		case OPT_JSON:
			d->form = JSON;
			break;
		case OPT_RECORDS:
			d->form = RECORDS;
			break;
		case OPT_REVEAL:
			d->reveal = true;
			break;
		default:
			stage_usage();
		}
	if (d->stick[0] != '\0' && d->form != RECORDS)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	struct setupbin_dump d = { .stick = "" };

	stage_begin("[--reveal] [-t | --json | --records [-s stick]] [file "
	            "...]",
	    MAY_READ_FILES | EMITS_SECRETS);
	parse_args(&d, argc, argv);
	stage_confine();
	if (d.form == KEYS || d.form == RECORDS)
		stream_begin(&d.out,
		    d.form == KEYS ? &kind_keys : &kind_records, d.reveal);
	if (d.form == JSON)
		(void)fputs("[", stdout);
	stage_each_input(argc, argv, dump_input, &d);
	if (d.form == KEYS || d.form == RECORDS)
		stream_end(&d.out, 0);
	if (d.form == JSON)
		(void)fputs("]\n", stdout);
	return stage_end();
}
