/*
 * map-parse - inventory exports as a stream of which UUID has which name.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "clock.h"
#include "kinds.h"
#include "mapcsv.h"
#include "mapjoin.h"
#include "option.h"
#include "random.h"
#include "rowfile.h"
#include "stage.h"
#include "stream.h"
#include "text.h"

/* What a CSV import is trusted, of 100: more than DNS, less than a hand. */
#define TRUST "50"

struct file {
	const char *name;
	size_t line; /* of its header; 0 until that was read */
	struct mapcsv map;
	uint64_t nrows;
	uint64_t nrefused;
};

struct parse {
	const char *source; /* NULL: the file's name */
	char seen[sizeof("2026-11-22")];
	struct stream_out out;
	struct mapjoin *join;
	struct file file[MAPJOIN_FILES];
	uint32_t nfiles;
	bool joined;
};

/* What a file has, in words. */
static const char *
describe(const struct mapcsv *m, char to[64])
{
	char list[64];

	(void)snprintf(list, sizeof(list), "%s%s%s",
	    m->uuid != -1 ? ", UUID" : "", m->key != -1 ? ", resource" : "",
	    m->named ? ", name" : "");
	(void)snprintf(to, 64, "%s",
	    list[0] != '\0' ? list + 2 : "none of them");
	return to;
}

/* Two of the three connect something. */
static void
check_columns(const struct file *file)
{
	const struct mapcsv *m = &file->map;
	char has[64];

	if ((m->uuid != -1) + (m->key != -1) + m->named >= 2)
		return;
	stage_fail(EX_DATAERR, file->name, file->line,
	    "not a map (got columns for: %s; expected two of UUID, resource "
	    "and name)",
	    describe(m, has));
}

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct parse *p = arg;
	struct file *file = &p->file[p->nfiles - 1];
	struct maprow said;
	struct fault f;

	if (file->line == 0) {
		if (bad != NULL)
			stage_fail(EX_DATAERR, file->name, bad->at, "%s",
			    bad->why);
		if (mapcsv_header(&file->map, row, &f) == -1)
			stage_fail(EX_DATAERR, file->name, f.at, "%s", f.why);
		file->line = row->line;
		check_columns(file);
		return;
	}
	file->nrows++;
	if (bad != NULL || mapcsv_read(&said, &file->map, row, &f) == -1) {
		const struct fault *why = bad != NULL ? bad : &f;

		file->nrefused++;
		stage_refuse(file->name, why->at, "%s", why->why);
		return;
	}
	if (row->line > UINT32_MAX)
		stage_fail(EX_DATAERR, file->name, row->line, "too many lines");
	if (mapjoin_add(p->join, &said, p->nfiles - 1, (uint32_t)row->line,
	        &f) == -1)
		stage_fail(EX_OSERR, file->name, row->line, "%s", f.why);
}

static void
parse_one(int fd, const char *name, void *arg)
{
	struct parse *p = arg;
	struct file *file = &p->file[p->nfiles++];

	file->name = name;
	rowfile_read(fd, name, take_row, p);
	if (file->line == 0)
		stage_fail(EX_DATAERR, name, 0, "file is empty");
	if (file->nrows == 0)
		stage_fail(EX_DATAERR, name, 0, "no rows below the header row");
}

static void
check_alone(const struct file *file)
{
	char has[64];

	if (file->map.uuid != -1 && file->map.named)
		return;
	stage_fail(EX_DATAERR, file->name, file->line,
	    "not a whole map (got columns for: %s; expected UUID and name, or "
	    "a second file, with resource in both)",
	    describe(&file->map, has));
}

/* Can a with its UUIDs, and b with its names, be joined? */
static bool
can_join(const struct mapcsv *a, const struct mapcsv *b)
{
	return a->uuid != -1 && a->key != -1 && b->key != -1 && b->named;
}

/*
 * "guid" next to a name is the resource, when the other file has a column that
 * is surely the UUID, and resources without names.
 */
static void
settle_guid(struct parse *p, uint32_t i)
{
	struct mapcsv *m = &p->file[i].map;
	const struct mapcsv *other = &p->file[1 - i].map;
	struct fault f;

	if (!m->uuid_is_guid || m->key != -1 || !m->named ||
	    other->uuid == -1 || other->uuid_is_guid || other->key == -1 ||
	    other->named)
		return;
	m->key = m->uuid;
	m->uuid = -1;
	if (mapjoin_uuid_is_key(p->join, i, &f) == -1)
		stage_fail(EX_OSERR, p->file[i].name, 0, "%s", f.why);
}

static void
check_both(struct parse *p)
{
	const struct mapcsv *a = &p->file[0].map, *b = &p->file[1].map;
	char has_a[64], has_b[64];
	bool alone_a, alone_b;

	settle_guid(p, 0);
	settle_guid(p, 1);
	alone_a = a->uuid != -1 && a->named;
	alone_b = b->uuid != -1 && b->named;
	p->joined = can_join(a, b) || can_join(b, a);
	if ((alone_a && alone_b) || p->joined)
		return;
	stage_fail(EX_DATAERR, p->file[0].name, p->file[0].line,
	    "cannot be joined with %s (got columns for: %s; and for: %s; "
	    "expected UUID and resource in one, resource and name in the "
	    "other)",
	    p->file[1].name, describe(a, has_a), describe(b, has_b));
}

static void
write_pair(void *arg, const struct mapjoin_pair *pair)
{
	struct parse *p = arg;
	const char *name = p->file[pair->file].name;
	char uuid[UUID_TEXT], from[4096 + 32];
	const char *const fields[MAP_NCOLUMNS] = {
		[MAP_UUID] = uuid,
		[MAP_FQDN] = pair->fqdn,
		[MAP_SOURCE] =
		    p->source != NULL ? p->source : rowfile_base(name),
		[MAP_SEEN] = p->seen,
		[MAP_TRUST] = TRUST,
		[MAP_FROM] = from,
	};

	uuid_format(uuid, pair->uuid);
	if (pair->fqdn == NULL) {
		stage_refuse(name, pair->line,
		    "UUID %s: its resource has no name in %s", uuid,
		    p->file[p->nfiles - 1 - pair->file].name);
		return;
	}
	(void)snprintf(from, sizeof(from), "%s:%u", name, pair->line);
	stream_write(&p->out, fields);
}

static void
tell(const struct parse *p, const struct mapjoin_count *count)
{
	for (uint32_t i = 0; i < p->nfiles; i++) {
		const struct file *file = &p->file[i];

		stage_say(file->name, 0, "%s; rows: %llu; refused: %llu",
		    file->map.found, (unsigned long long)file->nrows,
		    (unsigned long long)file->nrefused);
		if (file->map.heading.ignored[0] != '\0')
			stage_say(file->name, 0, "columns ignored: %s",
			    file->map.heading.ignored);
	}
	stage_say("map", 0,
	    "UUIDs with a name%s: %llu; without: %llu; said twice: %llu; "
	    "names whose resource has no UUID: %llu",
	    p->joined ? " by way of the resource" : "",
	    (unsigned long long)count->npairs,
	    (unsigned long long)count->nunnamed,
	    (unsigned long long)count->ndoubles,
	    (unsigned long long)count->nunused);
}

static void
join(struct parse *p)
{
	struct mapjoin_count count;
	struct fault f;

	if (p->nfiles == 1)
		check_alone(&p->file[0]);
	else
		check_both(p);
	if (mapjoin_run(p->join, write_pair, p, &count, &f) == -1)
		stage_fail(EX_OSERR, "map", 0, "%s", f.why);
	if (count.ncrowded != 0)
		stage_say("map", 0,
		    "warning: some resource has more than %d names; %llu of "
		    "them are left out",
		    MAPJOIN_NAMES_MAX, (unsigned long long)count.ncrowded);
	if (stage_verbose())
		tell(p, &count);
}

int
main(int argc, char *argv[])
{
	struct parse p = { 0 };
	char now[TEXT_TIME];
	uint8_t seed[16];
	int ch;

	stage_begin("[-v] [-s source] [file [file]]", MAY_READ_FILES);
	while ((ch = stage_getopt(argc, argv, "s:", NULL)) != -1)
		switch (ch) {
		case 's':
			p.source = option_text("-s", optarg);
			break;
		default:
			stage_usage();
		}
	if (argc - optind > MAPJOIN_FILES)
		stage_usage();
	stage_confine();
	text_time(now, clock_seconds());
	(void)snprintf(p.seen, sizeof(p.seen), "%.10s", now);
	random_bytes(seed, sizeof(seed));
	p.join = mapjoin_new(seed);
	if (p.join == NULL)
		err(EX_OSERR, "memory");
	stream_begin(&p.out, &kind_map, false);
	stage_each_input(argc, argv, parse_one, &p);
	join(&p);
	stream_end(&p.out, 0);
	mapjoin_free(p.join);
	return stage_end();
}
