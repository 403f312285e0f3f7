/*
 * map-settle - what a person decides about the map: this machine has this
 * name, or this source takes precedence over all others; and takes it back.
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
#include "lib/wipe.h"
#include "store/settlements.h"
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

/* Replaces old unless that is 0. */
static void
settle_add(struct settle *s, int64_t old)
{
	bool set = s->what == OPT_SET;
	const struct settlement t = { .who = s->who,
		.why = s->why,
		.uuid = set ? s->uuid : NULL,
		.fqdn = set ? s->fqdn : NULL,
		.source = set ? NULL : s->source };

	s->number = settlements_add(&s->store, &t, old, clock_seconds());
}

/* A name set by hand for another machine is taken back first, by hand. */
static void
settle_set(struct settle *s)
{
	int64_t old = settlements_of_uuid(&s->store, s->uuid);
	int64_t other = settlements_of_fqdn(&s->store, s->fqdn);

	if (other != 0 && other != old)
		stage_fail(EX_DATAERR, s->fqdn, 0,
		    "is set for another machine by settlement %" PRId64
		    "; undo that first",
		    other);
	if (!map_knows_machine(&s->store, s->uuid))
		stage_say(s->uuid, 0,
		    "warning: no source and no hello has this UUID so far");
	settle_add(s, old);
	(void)printf("settlement %" PRId64 ": %s is %s\n", s->number, s->uuid,
	    s->fqdn);
}

static void
settle_prefer(struct settle *s)
{
	if (!map_knows_source(&s->store, s->source))
		stage_fail(EX_DATAERR, s->source, 0,
		    "no entry of the map has this source; "
		    "amt-map --conflicts lists the sources that differ");
	settle_add(s, settlements_of_source(&s->store, s->source));
	(void)printf("settlement %" PRId64
	             ": %s takes precedence over other sources\n",
	    s->number, s->source);
}

static void
settle_undo(struct settle *s)
{
	if (!settlements_in_force(&s->store, s->number))
		stage_fail(EX_DATAERR, "--undo", 0,
		    "no settlement of this number is in force (got %" PRId64
		    "; amt-map --settled lists them)",
		    s->number);
	settlements_undo(&s->store, s->number, s->who, clock_seconds());
	(void)printf("settlement %" PRId64 ": undone\n", s->number);
}

static void
settle_choose(struct settle *s, int what)
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
			settle_choose(s, ch);
			break;
		case OPT_UNDO:
			s->number = (int64_t)stage_number("--undo", optarg, 1,
			    INT64_MAX);
			settle_choose(s, ch);
			break;
		case OPT_SET:
			settle_choose(s, ch);
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

	stage_begin("-d site --by who [--why text] --prefer source\n"
	            "       -d site --by who [--why text] --set uuid fqdn\n"
	            "       -d site --by who --undo number",
	    MAY_USE_STORE);
	wipe_openssl();
	parse_args(&s, argc, argv);
	stage_uses_folder(s.dir);
	stage_confine();
	store_open(&s.store, s.dir);
	store_begin(&s.store);
	if (s.what == OPT_SET)
		settle_set(&s);
	else if (s.what == OPT_PREFER)
		settle_prefer(&s);
	else
		settle_undo(&s);
	store_commit(&s.store);
	store_close(&s.store);
	return stage_end();
}
