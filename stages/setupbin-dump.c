/*
 * setupbin-dump - setup.bin as a stream of keys, or as text.
 *
 * One record at a time, so files of any length.  It reads back what
 * setupbin-make wrote, what firmware left of it, and other tools' files.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "setupbin.h"
#include "setuppsk.h"
#include "setupvars.h"
#include "stage.h"
#include "stream.h"

struct dump {
	bool text;
	bool reveal;
	struct stream_out out;
	/* of the file being read */
	const char *name;
	struct setupbin_header header;
	struct setupbin_tally tally;
	uint32_t nothers; /* records without PID and PPS */
};

/* Buffered chunks of one input. */
struct chunks {
	int fd;
	const char *name;
	size_t at, len;
	uint8_t buf[128 * SETUPBIN_CHUNK];
};

/* The next chunk, *len less than a whole one only at the end. */
static const uint8_t *
next_chunk(struct chunks *c, size_t *len)
{
	const uint8_t *chunk;

	if (c->len - c->at < SETUPBIN_CHUNK) {
		memmove(c->buf, c->buf + c->at, c->len - c->at);
		c->len -= c->at;
		c->at = 0;
	}
	while (c->len - c->at < SETUPBIN_CHUNK) {
		ssize_t n =
		    read(c->fd, c->buf + c->len, sizeof(c->buf) - c->len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_IOERR, "%s", c->name);
		if (n == 0)
			break;
		c->len += (size_t)n;
	}
	chunk = c->buf + c->at;
	*len = c->len - c->at;
	if (*len > SETUPBIN_CHUNK)
		*len = SETUPBIN_CHUNK;
	c->at += *len;
	return chunk;
}

static void
say_notes(const char *name, const struct setupbin_notes *notes)
{
	size_t n =
	    notes->n < SETUPBIN_NOTES_MAX ? notes->n : SETUPBIN_NOTES_MAX;

	for (size_t i = 0; i < n; i++)
		stage_say(name, notes->note[i].at, "warning: %s",
		    notes->note[i].why);
	if (notes->n > n)
		stage_say(name, notes->note[n - 1].at,
		    "warning: and %zu more of its kind", notes->n - n);
}

static void
print_header(const struct dump *d)
{
	const struct setupbin_header *h = &d->header;

	(void)printf("%s: setup.bin version %u.%u\n", d->name, h->major,
	    h->minor);
	(void)printf("%8d  file flags        %u (%s)\n", 26, h->flags,
	    h->flags & SETUPBIN_KEEP
	        ? "records are kept: each serves every machine"
	        : "records are consumed: each serves one machine");
	(void)printf("%8d  records           %u\n", 28, h->nrecords);
	(void)printf("%8d  records consumed  %u\n", 32, h->nconsumed);
	(void)printf("%8d  modules          ", 40);
	for (size_t i = 0; i < h->nmodules; i++)
		(void)printf(" %u", h->modules[i]);
	(void)printf(h->nmodules == 0 ? " none\n" : "\n");
}

static void
print_record(const struct dump *d, const struct setupbin_record *r)
{
	size_t at = SETUPBIN_RECORD_AT(r->number);
	char text[SETUPVAR_TEXT_MAX];

	(void)printf("%8zu  record %u: %s%s%s\n", at, r->number,
	    r->valid ? "valid" : "consumed", r->wiped ? ", wiped" : "",
	    r->scrambled ? ", scrambled" : "");
	for (size_t i = 0; i < r->nentries; i++) {
		const struct setupbin_entry *e = &r->entry[i];
		const struct setupvar *v = setupvar_find(e->module, e->id);

		setupvar_format(text, sizeof(text), v, r->body + e->at, e->len,
		    d->reveal);
		/* The entry's header of 8 bytes stands before its value. */
		(void)printf("%8zu    %u/%-3u %-32s %s\n",
		    at + SETUPBIN_CHUNK - SETUPBIN_BODY + e->at - 8, e->module,
		    e->id, v != NULL ? v->name : "unknown variable", text);
	}
	explicit_bzero(text, sizeof(text));
}

static void
put_key(struct dump *d, const struct setupbin_record *r)
{
	const char *fields[KEYS_NCOLUMNS] = { 0 };
	struct setuppsk psk;
	struct fault f;
	char from[1024];
	int got;

	if (r->wiped) {
		stage_refuse(d->name, SETUPBIN_RECORD_AT(r->number),
		    "record %u is consumed and wiped: which key it was is "
		    "gone",
		    r->number);
		return;
	}
	got = setuppsk_get(&psk, r, &f);
	if (got == -1)
		stage_refuse(d->name, f.at, "record %u: %s", r->number, f.why);
	d->nothers += got == 0;
	if (got != 1)
		return;
	(void)snprintf(from, sizeof(from), "%s:record %u", d->name, r->number);
	fields[KEYS_PID] = psk.pid;
	fields[KEYS_PPS] = psk.pps;
	fields[KEYS_MEBX_NOW] = psk.mebx_now;
	fields[KEYS_MEBX_NEXT] = psk.mebx_next;
	fields[KEYS_ORIGIN] = d->name;
	fields[KEYS_STATE] = r->valid ? "issued" : "consumed";
	fields[KEYS_FROM] = from;
	stream_write(&d->out, fields);
	explicit_bzero(&psk, sizeof(psk));
}

/* A file that is cut ends the run: without @end nothing of it is committed. */
static void
dump_records(struct dump *d, struct chunks *c)
{
	for (uint32_t number = 1; number <= d->header.nrecords; number++) {
		struct setupbin_notes notes = { 0 };
		struct setupbin_record r;
		struct fault f;
		size_t len;
		const uint8_t *chunk = next_chunk(c, &len);
		int rc = setupbin_record_decode(&r, &d->header, number, chunk,
		    len, &notes, &f);

		if (rc == -1 && len < SETUPBIN_CHUNK)
			stage_fail(EX_DATAERR, d->name, f.at, "%s", f.why);
		setupbin_tally_add(&d->tally, rc == 0 ? &r : NULL);
		if (rc == -1) {
			stage_refuse(d->name, f.at, "%s", f.why);
			continue;
		}
		say_notes(d->name, &notes);
		if (d->text)
			print_record(d, &r);
		else
			put_key(d, &r);
		explicit_bzero(&r, sizeof(r));
	}
}

static void
dump_file(struct dump *d, struct chunks *c)
{
	struct setupbin_notes notes = { 0 };
	struct fault f;
	size_t len;
	const uint8_t *chunk = next_chunk(c, &len);

	if (setupbin_header_decode(&d->header, chunk, len, &notes, &f) == -1) {
		if (len < SETUPBIN_CHUNK)
			stage_fail(EX_DATAERR, d->name, f.at, "%s", f.why);
		stage_refuse(d->name, f.at, "%s", f.why);
		return;
	}
	say_notes(d->name, &notes);
	if (d->text)
		print_header(d);
	dump_records(d, c);
	(void)next_chunk(c, &len);
	if (len != 0)
		stage_refuse(d->name,
		    SETUPBIN_RECORD_AT((size_t)d->header.nrecords + 1),
		    "bytes left over after the last record (header counts %u "
		    "records)",
		    d->header.nrecords);
	notes.n = 0;
	setupbin_tally_notes(&d->tally, &d->header, &notes);
	say_notes(d->name, &notes);
	if (d->nothers != 0 && !d->text)
		stage_say(d->name, 0,
		    "warning: no key from %u of %u records: they have no PID "
		    "and PPS",
		    d->nothers, d->header.nrecords);
}

static void
dump_input(int fd, const char *name, void *arg)
{
	static struct chunks c;
	struct dump *d = arg;

	c.fd = fd;
	c.name = name;
	c.at = c.len = 0;
	d->name = name;
	memset(&d->tally, 0, sizeof(d->tally));
	d->nothers = 0;
	dump_file(d, &c);
	explicit_bzero(c.buf, sizeof(c.buf));
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "reveal", no_argument, NULL, 'r' },
		{ 0 },
	};
	struct dump d = { 0 };
	int ch;

	stage_begin("[--reveal] [-t] [file ...]",
	    MAY_READ_FILES | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "t", longopts)) != -1)
		switch (ch) {
		case 't':
			d.text = true;
			break;
		case 'r':
			d.reveal = true;
			break;
		default:
			stage_usage();
		}
	stage_confine();
	if (!d.text)
		stream_begin(&d.out, &kind_keys, d.reveal);
	stage_each_input(argc, argv, dump_input, &d);
	if (!d.text)
		stream_end(&d.out, 0);
	return stage_end();
}
