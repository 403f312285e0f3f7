/*
 * map-parse - inventory exports as a stream of which UUID has which name.
 */
#include <assert.h>
#include <err.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "map/dmitext.h"
#include "base/hostname.h"
#include "base/kinds.h"
#include "map/mapcols.h"
#include "map/mapcsv.h"
#include "map/mapparts.h"
#include "map/mapsample.h"
#include "map/maptell.h"
#include "lib/option.h"
#include "lib/random.h"
#include "base/rowdecor.h"
#include "lib/rowfile.h"
#include "lib/scratch.h"
#include "lib/stage.h"
#include "map/mapentry.h"
#include "lib/stream.h"
#include "base/text.h"
#include "lib/textfile.h"

/* What a CSV import is trusted, of 100: more than DNS, less than a hand. */

#define ROWS_MEMORY (96 << 20) /* for more a file is used */

struct map_parse {
	const char *source; /* NULL: the file's name */
	enum encoding encoding;
	struct mapwish wish[MAPJOIN_FILES];
	uint32_t nwishes;
	char domain[DOMAIN_TEXT]; /* "" none */
	char seen[MAPENTRY_DAY];
	struct stream_out out;
	struct mapparts *join;
	struct textfile *text[MAPJOIN_FILES];
	struct mapsample sample[MAPJOIN_FILES];
	struct mapcols cols[MAPJOIN_FILES];
	struct maptell tell;
	uint32_t nfiles;
	uint32_t now; /* the file being read */
	bool swapped; /* UUIDs, as far as can be seen */
};

/* --- what a file is ------------------------------------------------------- */

struct first {
	struct map_parse *p;
	struct mapsample *sample;
	bool full;
	uint64_t nrows;
};

static void
take_first(void *arg, const struct row *row, const struct fault *bad)
{
	struct first *first = arg;
	struct map_parse *p = first->p;

	first->nrows++;
	if (bad != NULL && first->sample->nrows == 0)
		stage_fail(EX_DATAERR, p->tell.file[p->now].name, bad->at, "%s",
		    bad->why);
	if (bad == NULL && !first->full)
		first->full = !mapsample_take(first->sample, row);
}

/* A text of dmidecode has both. */
static void
set_dmidecode(struct mapcols *m)
{
	for (size_t i = 0; i < MAPCOL_N; i++)
		m->at[i] = -1;
	m->at[MAPCOL_UUID] = m->at[MAPCOL_FQDN] = 0;
}

static void
open_one(int fd, const char *name, void *arg)
{
	struct map_parse *p = arg;
	uint32_t n = p->now = p->nfiles++;
	struct maptell_file *file = &p->tell.file[n];
	struct first first = { .p = p, .sample = &p->sample[n] };
	const char *part;
	struct fault f;
	size_t len;
	bool all;

	p->text[n] = textfile_open(fd, name, p->encoding);
	textfile_check(p->text[n]);
	file->name = name;
	file->encoding = textfile_encoding(p->text[n]);
	part = textfile_peek(p->text[n], &len, &all);
	file->dmidecode = dmitext_looks(part, len);
	if (file->dmidecode) {
		set_dmidecode(&p->cols[n]);
		return;
	}
	file->separator = rowfile_peek(p->text[n], take_first, &first);
	if (first.sample->nrows == 0)
		stage_fail(EX_DATAERR, name, 0, "file is empty");
	file->line = first.sample->row[0].line;
	if (mapcols_find(&p->cols[n], first.sample,
	        p->nwishes != 0 ? &p->wish[n < p->nwishes ? n : 0] : NULL,
	        &f) == -1)
		stage_fail(EX_DATAERR, name, f.at, "%s", f.why);
	if (all && first.nrows == 1 && p->cols[n].header)
		stage_fail(EX_DATAERR, name, 0, "no rows below the header row");
}

/* What a file has, in words. */
static const char *
map_describe(const struct mapcols *m, char to[64])
{
	char list[64];

	(void)snprintf(list, sizeof(list), "%s%s%s",
	    m->at[MAPCOL_UUID] != -1 ? ", UUID" : "",
	    m->at[MAPCOL_KEY] != -1 ? ", resource" : "",
	    mapcols_named(m) ? ", name" : "");
	(void)snprintf(to, 64, "%s",
	    list[0] != '\0' ? list + 2 : "none of them");
	return to;
}

/* A wish that no file of its own can fulfil is a mistake. */
static void
check_wishes(const struct map_parse *p, uint32_t file)
{
	for (size_t i = 0; i < MAPCOL_N; i++) {
		uint32_t with = 0;

		if (p->tell.file[file].dmidecode ||
		    p->wish[file].column[i][0] == '\0')
			continue;
		for (uint32_t n = 0; n < p->nfiles; n++)
			if (p->nwishes == 1 || n == file)
				with += p->cols[n].wished[i];
		if (with == 0)
			stage_fail(EX_DATAERR, p->tell.file[file].name,
			    p->tell.file[file].line,
			    "no column \"%s\", which --columns names",
			    p->wish[file].column[i]);
	}
}

/* Two of the three connect something. */
static void
check_columns(const struct map_parse *p, uint32_t n)
{
	const struct mapcols *m = &p->cols[n];
	char has[64], others[256] = "";

	if (m->others[0] != '\0')
		(void)snprintf(others, sizeof(others),
		    "; the GUIDs of %s are not taken for it", m->others);
	if ((m->at[MAPCOL_UUID] != -1) + (m->at[MAPCOL_KEY] != -1) +
	        mapcols_named(m) >=
	    2)
		return;
	stage_fail(EX_DATAERR, p->tell.file[n].name, p->tell.file[n].line,
	    "not a map (got columns for: %s; expected two of UUID, resource "
	    "and name; --columns says which is which%s)%s",
	    map_describe(m, has), others,
	    rowdecor_foreign(&p->sample[n].row[0]));
}

static void
check_alone(const struct map_parse *p)
{
	char has[64];

	if (mapcols_whole(&p->cols[0]))
		return;
	stage_fail(EX_DATAERR, p->tell.file[0].name, p->tell.file[0].line,
	    "not a whole map (got columns for: %s; expected UUID and name, or "
	    "a second file, with resource in both; --columns says which is "
	    "which)",
	    map_describe(&p->cols[0], has));
}

static void
check_both(struct map_parse *p)
{
	const struct mapcols *a = &p->cols[0], *b = &p->cols[1];
	char has_a[64], has_b[64];

	p->tell.joined = mapcols_join(a, b) || mapcols_join(b, a);
	if ((mapcols_whole(a) && mapcols_whole(b)) || p->tell.joined)
		return;
	stage_fail(EX_DATAERR, p->tell.file[0].name, p->tell.file[0].line,
	    "cannot be joined with %s (got columns for: %s; and for: %s; "
	    "expected UUID and resource in one, resource and name in the "
	    "other; --columns says which is which)",
	    p->tell.file[1].name, map_describe(a, has_a),
	    map_describe(b, has_b));
}

/* All that can be known of the columns before the rows are read. */
static void
settle_columns(struct map_parse *p)
{
	const struct mapsample *const samples[] = { &p->sample[0],
		&p->sample[1] };
	bool rows = true;

	for (uint32_t i = 0; i < p->nfiles; i++)
		rows = rows && !p->tell.file[i].dmidecode;
	if (rows)
		mapcols_settle(p->cols, samples, p->nfiles);
	for (uint32_t i = 0; i < p->nfiles; i++) {
		if (p->tell.file[i].dmidecode)
			continue;
		mapcols_take_details(&p->cols[i], &p->sample[i]);
		mapcols_tell(&p->cols[i], &p->sample[i]);
		check_columns(p, i);
	}
	for (uint32_t i = 0; i < p->nwishes && i < p->nfiles; i++)
		check_wishes(p, i);
	if (p->nfiles == 1)
		check_alone(p);
	else
		check_both(p);
	explicit_bzero(p->sample, sizeof(p->sample));
}

/* --- what it says --------------------------------------------------------- */

static const char *
domain_or_null(const struct map_parse *p)
{
	return p->domain[0] != '\0' ? p->domain : NULL;
}

static void
map_refuse(struct map_parse *p, enum mapcsv_cause cause,
    const struct fault *why)
{
	struct maptell_file *file = &p->tell.file[p->now];

	file->nrefused++;
	p->tell.ncauses[cause]++;
	stage_refuse(file->name, why->at, "%s", why->why);
}

static void
map_keep(struct map_parse *p, const struct maprow *said, size_t line)
{
	struct maptell_file *file = &p->tell.file[p->now];
	struct fault f;

	if (line > UINT32_MAX)
		stage_fail(EX_DATAERR, file->name, line, "too many lines");
	maptell_row(&p->tell, said);
	if (mapparts_add(p->join, said, p->now, (uint32_t)line, &f) == -1)
		stage_fail(EX_OSERR, file->name, line, "%s", f.why);
}

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct map_parse *p = arg;
	const struct mapcols *m = &p->cols[p->now];
	struct maprow said;
	struct fault f;

	if (p->tell.file[p->now].nread++ == 0 && m->header)
		return;
	p->tell.file[p->now].nrows++;
	if (bad != NULL)
		map_refuse(p, MAPCSV_FINE, bad);
	else if (mapcsv_read(&said, m, domain_or_null(p), row, &f) == -1)
		map_refuse(p, said.cause, &f);
	else
		map_keep(p, &said, row->line);
}

static void
take_machine(void *arg, const struct dmitext_machine *machine)
{
	struct map_parse *p = arg;
	struct maprow said;
	struct fault f;

	p->tell.file[p->now].nrows++;
	if (machine->uuid_line == 0) {
		(void)fault_set(&f, machine->line,
		    "no UUID in this dump (was dmidecode run as root?)");
		map_refuse(p, MAPCSV_NO_UUID, &f);
		return;
	}
	if (mapcsv_read_text(&said, machine->uuid, machine->name,
	        domain_or_null(p), &f) == -1) {
		f.at =
		    said.cause == MAPCSV_NAME || said.cause == MAPCSV_NO_DOMAIN
		    ? machine->name_line
		    : machine->uuid_line;
		map_refuse(p, said.cause, &f);
		return;
	}
	mapmodel_read(said.about.model, machine->model);
	mapmodel_read(said.about.serial, machine->serial);
	map_keep(p, &said, machine->uuid_line);
}

static void
read_dmidecode(struct map_parse *p, struct textfile *t)
{
	struct dmitext *d = dmitext_new(take_machine, p);
	const char *part;
	struct fault f;
	size_t len;
	int ok = 0;

	if (d == NULL)
		err(EX_OSERR, "%s", textfile_name(t));
	while (ok == 0 && (part = textfile_next(t, &len)) != NULL)
		ok = dmitext_feed(d, part, len, &f);
	if (ok == 0)
		ok = dmitext_end(d, &f);
	dmitext_free(d);
	if (ok == -1)
		stage_fail(EX_DATAERR, textfile_name(t), f.at, "%s", f.why);
}

static void
read_one(struct map_parse *p, uint32_t n)
{
	p->now = n;
	if (p->tell.file[n].dmidecode)
		read_dmidecode(p, p->text[n]);
	else
		rowfile_rows(p->text[n], take_row, p);
	textfile_close(p->text[n]);
}

/* --- what comes out ------------------------------------------------------- */

static void
write_pair(void *arg, const struct mapjoin_pair *pair)
{
	struct map_parse *p = arg;
	const char *name = p->tell.file[pair->file].name;
	char uuid[UUID_TEXT], from[4096 + 32];
	uint8_t bytes[UUID_LEN];
	size_t len;
	const struct mapentry entry = { .uuid = uuid,
		.fqdn = pair->fqdn,
		.source = p->source != NULL ? p->source : rowfile_base(name),
		.seen = p->seen,
		.trust = MAPENTRY_TRUST,
		.from = from,
		.model = pair->model,
		.serial = pair->serial };
	struct mapentry_text text;

	memcpy(bytes, pair->uuid, UUID_LEN);
	if (p->swapped)
		uuid_swap(bytes, bytes);
	uuid_format(uuid, bytes);
	if (pair->fqdn == NULL) {
		stage_refuse(name, pair->line,
		    "UUID %s: its resource has no name in %s", uuid,
		    p->tell.file[p->nfiles - 1 - pair->file].name);
		return;
	}
	len = strlen(name);
	assert(len < sizeof(from) - 1 - TEXT_DECIMAL);
	memcpy(from, name, len);
	from[len++] = ':';
	(void)text_decimal(from + len, pair->line);
	maptell_pair(&p->tell, pair->uuid, uuid, pair->fqdn);
	mapentry_put(&text, &entry);
	stream_write(&p->out, text.field);
}

static void
map_join(struct map_parse *p)
{
	struct fault f;

	p->swapped = maptell_swapped(&p->tell);
	if (mapparts_run(p->join, write_pair, p, &p->tell.count, &f) == -1)
		stage_fail(EX_OSERR, "map", 0, "%s", f.why);
	if (p->tell.count.ncrowded != 0)
		stage_say("map", 0,
		    "warning: some resource has more than %d names; %llu of "
		    "them are left out",
		    MAPJOIN_NAMES_MAX,
		    (unsigned long long)p->tell.count.ncrowded);
	for (uint32_t i = 0; i < p->nfiles; i++)
		maptell_passwords(&p->tell, i, &p->cols[i]);
	if (stage_verbose())
		maptell_all(&p->tell, p->cols, p->nfiles);
}

/* --- options -------------------------------------------------------------- */

enum { OPT_COLUMNS = 0x1000, OPT_DOMAIN, OPT_ENCODING };

static void
take_option(struct map_parse *p, int ch, const char *arg)
{
	struct fault f;
	int ok = 0;

	switch (ch) {
	case 's':
		p->source = option_text("-s", arg);
		return;
	case OPT_COLUMNS:
		if (p->nwishes == MAPJOIN_FILES)
			errx(EX_USAGE, "--columns: said more than twice");
		ok = mapwish_parse(&p->wish[p->nwishes++], arg, &f);
		if (ok == -1)
			errx(EX_USAGE, "--columns: %s", f.why);
		return;
	case OPT_DOMAIN:
		ok = hostname_domain(p->domain, arg, &f);
		if (ok == -1)
			errx(EX_USAGE, "--domain: %s", f.why);
		return;
	case OPT_ENCODING:
		if (!encoding_find(&p->encoding, arg))
			errx(EX_USAGE,
			    "--encoding: not known (got \"%s\", expected "
			    "utf-8, utf-16le, utf-16be, latin-1 or "
			    "windows-1252)",
			    arg);
		return;
	default:
		stage_usage();
	}
}

int
main(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "columns", required_argument, NULL, OPT_COLUMNS },
		{ "domain", required_argument, NULL, OPT_DOMAIN },
		{ "encoding", required_argument, NULL, OPT_ENCODING },
		{ 0 },
	};
	static struct map_parse p;
	static char buffer[65536]; /* what a pipe holds */
	const char *dir = getenv("TMPDIR");
	uint8_t seed[16];
	int ch, fd;

	stage_begin(
	    "[-v] [--columns what=column,...] [--domain domain] [--encoding name] [-s source] [file [file]]",
	    MAY_READ_FILES);
	while ((ch = stage_getopt(argc, argv, "s:", options)) != -1)
		take_option(&p, ch, optarg);
	if (argc - optind > MAPJOIN_FILES)
		stage_usage();
	if (dir == NULL || dir[0] == '\0')
		dir = "/var/tmp";
	/* Before writing is given up: what files too large for memory need. */
	fd = scratch_open(dir);
	stage_confine();
	mapentry_day(p.seen, clock_seconds());
	random_bytes(seed, sizeof(seed));
	memcpy(&p.tell.names.seed, seed, sizeof(p.tell.names.seed));
	p.join = mapparts_new(seed, ROWS_MEMORY, fd, dir);
	(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	stream_begin(&p.out, &kind_map, false);
	stage_each_input(argc, argv, open_one, &p);
	settle_columns(&p);
	mapparts_joined(p.join, p.tell.joined);
	for (uint32_t i = 0; i < p.nfiles; i++)
		read_one(&p, i);
	map_join(&p);
	stream_end(&p.out, 0);
	mapparts_free(p.join);
	sharednames_free(&p.tell.names);
	return stage_end();
}
