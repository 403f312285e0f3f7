/*
 * keys-parse - PID/PPS lists as the OEM sends them, as a stream of keys.
 *
 * One row at a time, so that a list of any length needs little memory and
 * its secrets are not kept.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "keyscsv.h"
#include "keysps.h"
#include "kinds.h"
#include "members.h"
#include "option.h"
#include "pidset.h"
#include "random.h"
#include "rowfile.h"
#include "stage.h"
#include "stream.h"

enum form { UNKNOWN, HEADER, SIX_COLUMNS };

/* What is counted and said at the end of a file, once and not per row. */
struct tally {
	uint64_t nkeys;
	uint64_t nrefused;
	uint64_t nused;
	uint64_t nwarned;
	size_t warned_line; /* the first of nwarned */
	const char *warning;
};

struct parse {
	const char *batch;
	const char *origin; /* NULL: the file's name */
	struct stream_out out;
	struct pidset *met;
	char **files; /* their places, for messages on later ones */
	uint32_t file;
	/* of the present file */
	const char *name;
	enum form form;
	struct heading heading;
	struct tally tally;
};

static void
find_form(struct parse *p, const struct row *row)
{
	struct fault f;

	switch (keyscsv_header(&p->heading, row, &f)) {
	case 1:
		p->form = HEADER;
		return;
	case -1:
		stage_fail(EX_DATAERR, p->name, f.at, "%s", f.why);
	}
	if (!keysps_row(row))
		stage_fail(EX_DATAERR, p->name, row->line,
		    "not a key list (expected a header row with the columns "
		    "pid and pps, or the six columns "
		    "id,pid,pps,current_password,admin_password,used)");
	p->form = SIX_COLUMNS;
}

static void
refuse(struct parse *p, const struct fault *why)
{
	p->tally.nrefused++;
	stage_refuse(p->name, why->at, "%s", why->why);
}

/* Is this the first key with its PID?  If not, it is refused. */
static bool
is_first(struct parse *p, const struct keyrow *k, size_t line)
{
	struct pidset_place place = { p->file, (uint32_t)line };
	enum pidset_found found;
	struct fault f;

	if (line > UINT32_MAX)
		stage_fail(EX_DATAERR, p->name, line, "too many lines");
	found = pidset_add(p->met, k->pid, k->pps, &place);
	if (found == PIDSET_NEW)
		return true;
	if (found == PIDSET_NO_MEMORY)
		errx(EX_OSERR, "out of memory");
	(void)fault_set(&f, line,
	    "PID %s came before with %s PPS, in %s:%u; that one is kept",
	    k->pid, found == PIDSET_SAME ? "the same" : "another",
	    p->files[place.file], place.line);
	refuse(p, &f);
	return false;
}

static void
warn_of_password(struct parse *p, const struct keyrow *k, size_t line)
{
	const char *warning =
	    password_warning(k->mebx_next, strlen(k->mebx_next));

	if (warning == NULL)
		return;
	if (p->tally.nwarned++ == 0) {
		p->tally.warning = warning;
		p->tally.warned_line = line;
	}
}

static void
write_key(struct parse *p, const struct keyrow *k, size_t line)
{
	char from[4096 + 32];
	const char *const fields[KEYS_NCOLUMNS] = {
		[KEYS_PID] = k->pid,
		[KEYS_PPS] = k->pps,
		[KEYS_MEBX_NOW] = k->mebx_now,
		[KEYS_MEBX_NEXT] = k->mebx_next,
		[KEYS_BATCH] = p->batch,
		[KEYS_ORIGIN] =
		    p->origin != NULL ? p->origin : rowfile_base(p->name),
		[KEYS_STATE] = k->used ? "used" : "new",
		[KEYS_NOTE] = k->note,
		[KEYS_FROM] = from,
	};

	(void)snprintf(from, sizeof(from), "%s:%zu", p->name, line);
	stream_write(&p->out, fields);
	p->tally.nkeys++;
	p->tally.nused += k->used;
}

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct parse *p = arg;
	struct keyrow k;
	struct fault f;
	int ok;

	if (p->form == UNKNOWN) {
		if (row == NULL)
			stage_fail(EX_DATAERR, p->name, bad->at, "%s",
			    bad->why);
		find_form(p, row);
		if (p->form == HEADER)
			return;
	}
	if (row == NULL) {
		refuse(p, bad);
		return;
	}
	ok = p->form == HEADER ? keyscsv_read(&k, &p->heading, row, &f)
	                       : keysps_read(&k, row, &f);
	if (ok == -1) {
		refuse(p, &f);
		return;
	}
	if (is_first(p, &k, row->line)) {
		warn_of_password(p, &k, row->line);
		write_key(p, &k, row->line);
	}
	explicit_bzero(&k, sizeof(k));
}

static void
tell(const struct parse *p)
{
	const struct tally *t = &p->tally;

	if (t->nwarned != 0)
		stage_say(p->name, t->warned_line,
		    "warning: new MEBx %s (keys: %llu of %llu)", t->warning,
		    (unsigned long long)t->nwarned,
		    (unsigned long long)t->nkeys);
	if (!stage_verbose())
		return;
	if (p->form == HEADER && p->heading.ignored[0] != '\0')
		stage_say(p->name, 0, "columns ignored: %s",
		    p->heading.ignored);
	stage_say(p->name, 0,
	    "%s; keys: %llu; of them used: %llu; rows refused: %llu",
	    p->form == HEADER ? "columns by header" : "six columns of SCS",
	    (unsigned long long)t->nkeys, (unsigned long long)t->nused,
	    (unsigned long long)t->nrefused);
}

static void
remember(struct parse *p, const char *place)
{
	p->files = reallocarray(p->files, p->file + 1, sizeof(p->files[0]));
	if (p->files == NULL || (p->files[p->file] = strdup(place)) == NULL)
		err(EX_OSERR, "memory");
	p->name = p->files[p->file];
}

static void
parse_member(struct parse *p, struct members *m)
{
	remember(p, members_place(m));
	p->form = UNKNOWN;
	p->tally = (struct tally){ 0 };
	rowfile_member(m, take_row, p);
	if (p->form == UNKNOWN)
		stage_fail(EX_DATAERR, p->name, 0, "file is empty");
	if (p->tally.nkeys + p->tally.nrefused == 0)
		stage_fail(EX_DATAERR, p->name, 0,
		    "no keys below the header row");
	tell(p);
	p->file++;
}

/* A list, or the lists of a bundle that bundle-open opened. */
static void
parse_one(int fd, const char *name, void *arg)
{
	struct members *m = members_open(fd, name);

	while (members_next(m))
		parse_member(arg, m);
	members_free(m);
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "reveal", no_argument, NULL, 'r' },
		{ 0 },
	};
	struct parse p = { 0 };
	uint8_t seed[16];
	bool reveal = false;
	int ch;

	stage_begin("[-rv] -b batch [-o origin] [file ...]",
	    MAY_READ_FILES | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "b:o:r", longopts)) != -1)
		switch (ch) {
		case 'b':
			p.batch = option_batch("-b", optarg);
			break;
		case 'o':
			p.origin = option_text("-o", optarg);
			break;
		case 'r':
			reveal = true;
			break;
		default:
			stage_usage();
		}
	if (p.batch == NULL)
		stage_usage();
	stage_confine();
	random_bytes(seed, sizeof(seed));
	p.met = pidset_new(seed);
	if (p.met == NULL)
		err(EX_OSERR, "memory");
	stream_begin(&p.out, &kind_keys, reveal);
	stage_each_input(argc, argv, parse_one, &p);
	stream_end(&p.out, 0);
	pidset_free(p.met);
	while (p.file > 0)
		free(p.files[--p.file]);
	free(p.files);
	return stage_end();
}
