/*
 * map-settle - what a person decides about the map: this machine has this
 * name, or this source goes before all others; and takes it back.
 *
 * The map itself stays as its sources had it.  A settlement says who made it,
 * when and why, and is never deleted.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "base/domain.h"
#include "base/hostname.h"
#include "lib/option.h"
#include "lib/stage.h"
#include "store/store.h"
#include "base/uuid.h"

enum { OPT_BY = 1, OPT_WHY, OPT_PREFER, OPT_SET, OPT_UNDO };

struct settle {
	const char *dir, *who, *why;
	int what; /* OPT_PREFER, OPT_SET, OPT_UNDO */
	const char *source;
	char uuid[UUID_TEXT], fqdn[DOMAIN_TEXT];
	int64_t number;
	struct store store;
};

/* The settlement in force with this value in a column; 0 for none. */
static int64_t
in_force(struct settle *s, const char *sql, const char *value)
{
	struct query *q = query_new(s->store.db, sql);
	int64_t id;

	query_text(q, 0, value);
	id = query_row(q) ? query_get_number(q, 0) : 0;
	query_free(q);
	return id;
}

static void
undo(struct settle *s, int64_t id, const char *by)
{
	struct query *q = query_new(s->store.db,
	    "UPDATE settlements SET undone_at = ?2, undone_by = ?3 "
	    "WHERE id = ?1");

	query_number(q, 0, id);
	query_number(q, 1, clock_seconds());
	query_text(q, 2, by);
	query_run(q);
	query_free(q);
}

/* Adds a settlement, which takes the place of old unless that is 0. */
static void
add(struct settle *s, int64_t old)
{
	struct query *q = query_new(s->store.db,
	    "INSERT INTO settlements (at, who, why, uuid, fqdn, source) "
	    "VALUES (?, ?, ?, ?, ?, ?) RETURNING id");
	bool set = s->what == OPT_SET;
	char by[48];

	query_number(q, 0, clock_seconds());
	query_text(q, 1, s->who);
	query_text(q, 2, s->why);
	query_text(q, 3, set ? s->uuid : NULL);
	query_text(q, 4, set ? s->fqdn : NULL);
	query_text(q, 5, set ? NULL : s->source);
	if (query_row(q))
		s->number = query_get_number(q, 0);
	query_run(q);
	query_free(q);
	if (old == 0)
		return;
	(void)snprintf(by, sizeof(by), "settlement %" PRId64, s->number);
	undo(s, old, by);
}

/* A name set by hand for another machine is taken back first, by hand. */
static void
set(struct settle *s)
{
	int64_t old = in_force(s,
	    "SELECT id FROM settlements WHERE uuid = ?1 AND undone_at IS NULL",
	    s->uuid);
	int64_t other = in_force(s,
	    "SELECT id FROM settlements WHERE fqdn = ?1 AND undone_at IS NULL",
	    s->fqdn);

	if (other != 0 && other != old)
		stage_fail(EX_DATAERR, s->fqdn, 0,
		    "is set for another machine by settlement %" PRId64
		    "; undo that first",
		    other);
	if (in_force(s,
	        "SELECT 1 WHERE EXISTS (SELECT 1 FROM map WHERE uuid = ?1) OR "
	        "EXISTS (SELECT 1 FROM machines WHERE uuid = ?1)",
	        s->uuid) == 0)
		stage_say(s->uuid, 0,
		    "warning: no source and no hello has this UUID so far");
	add(s, old);
	(void)printf("settlement %" PRId64 ": %s is %s\n", s->number, s->uuid,
	    s->fqdn);
}

static void
prefer(struct settle *s)
{
	int64_t old = in_force(s,
	    "SELECT id FROM settlements "
	    "WHERE source = ?1 AND undone_at IS NULL",
	    s->source);

	if (in_force(s, "SELECT 1 FROM map WHERE source = ?1 LIMIT 1",
	        s->source) == 0)
		stage_fail(EX_DATAERR, s->source, 0,
		    "no entry of the map has this source; "
		    "store-dump -k map lists them");
	add(s, old);
	(void)printf("settlement %" PRId64 ": %s goes before other sources\n",
	    s->number, s->source);
}

static void
take_back(struct settle *s)
{
	char number[24];

	(void)snprintf(number, sizeof(number), "%" PRId64, s->number);
	if (in_force(s,
	        "SELECT id FROM settlements "
	        "WHERE id = cast(?1 AS INTEGER) AND undone_at IS NULL",
	        number) == 0)
		stage_fail(EX_DATAERR, "--undo", 0,
		    "no settlement of this number is in force (got %s; "
		    "amt-map --settled lists them)",
		    number);
	undo(s, s->number, s->who);
	(void)printf("settlement %s: undone\n", number);
}

static void
choose(struct settle *s, int what)
{
	if (s->what != 0)
		stage_usage();
	s->what = what;
}

static void
parse_set(struct settle *s, const char *uuid, const char *fqdn)
{
	uint8_t bytes[UUID_LEN];
	struct fault f;

	if (uuid_spell(bytes, uuid, strlen(uuid), &f) == -1)
		stage_fail(EX_USAGE, "--set", 0, "%s", f.why);
	if (uuid_bad(bytes) != NULL)
		stage_fail(EX_DATAERR, uuid, 0,
		    "names no machine and cannot be given a name: %s",
		    uuid_bad(bytes));
	uuid_format(s->uuid, bytes);
	if (hostname_read(s->fqdn, fqdn, strlen(fqdn), NULL, NULL, &f) == -1)
		stage_fail(EX_USAGE, "--set", 0, "%s", f.why);
}

static void
parse_args(struct settle *s, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "by", required_argument, NULL, OPT_BY },
		{ "why", required_argument, NULL, OPT_WHY },
		{ "prefer", required_argument, NULL, OPT_PREFER },
		{ "set", no_argument, NULL, OPT_SET },
		{ "undo", required_argument, NULL, OPT_UNDO },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:", longopts)) != -1)
		switch (ch) {
		case 'd':
			s->dir = optarg;
			break;
		case OPT_BY:
			s->who = option_text("--by", optarg);
			break;
		case OPT_WHY:
			s->why = option_text("--why", optarg);
			break;
		case OPT_PREFER:
			s->source = option_text("--prefer", optarg);
			choose(s, ch);
			break;
		case OPT_UNDO:
			s->number = (int64_t)stage_number("--undo", optarg, 1,
			    INT64_MAX);
			choose(s, ch);
			break;
		case OPT_SET:
			choose(s, ch);
			break;
		default:
			stage_usage();
		}
	if (s->dir == NULL || s->who == NULL || s->what == 0 ||
	    argc - optind != (s->what == OPT_SET ? 2 : 0))
		stage_usage();
	if (s->what == OPT_SET)
		parse_set(s, argv[optind], argv[optind + 1]);
}

int
main(int argc, char *argv[])
{
	static struct settle s = { .why = "" };

	stage_begin("-d site --by who [--why text] "
	            "--prefer source\n       -d site --by who [--why text] "
	            "--set uuid fqdn\n       -d site --by who --undo number",
	    MAY_USE_STORE);
	parse_args(&s, argc, argv);
	stage_uses_folder(s.dir);
	stage_confine();
	store_open(&s.store, s.dir);
	db_begin(s.store.db);
	if (s.what == OPT_SET)
		set(&s);
	else if (s.what == OPT_PREFER)
		prefer(&s);
	else
		take_back(&s);
	db_commit(s.store.db);
	store_close(&s.store);
	return stage_end();
}
