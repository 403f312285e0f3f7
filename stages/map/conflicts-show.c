/*
 * conflicts-show - where the sources of the map contradict each other, or a
 * machine that is set up; what is listed is not planned until it is settled.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "store/conflicts.h"
#include "lib/outputs.h"
#include "store/sink.h"
#include "lib/option.h"
#include "lib/stage.h"
#include "lib/wipe.h"

enum { OPT_CSV = 1, OPT_JSON, OPT_STREAM };

struct show {
	const char *dir;
	int64_t days; /* after which entries are stale; 0: never */
	bool text;
	struct sink to;
	uint64_t last; /* number of the conflict shown before */
	enum reason_id reason;
	char uuid[UUID_TEXT], fqdn[DOMAIN_TEXT]; /* of its first entry */
};

/* What ends the conflict, in the words of amt-map(1). */
static void
text_remedy(const struct show *s)
{
	switch (s->reason) {
	case REASON_MAP_AMBIGUOUS:
		(void)printf("  -> amt-map --prefer SOURCE, or amt-map --set "
		             "%s NAME\n",
		    s->uuid);
		break;
	case REASON_MAP_SHARED:
		(void)printf("  -> amt-map --set UUID %s, and another name "
		             "for the other\n",
		    s->fqdn);
		break;
	case REASON_MAP_CHANGED:
		(void)printf("  -> if the machine is right: amt-map --set "
		             "%s %s\n",
		    s->uuid, s->fqdn);
		break;
	default:
		output_wrapped(stdout, "  -> ", reason_get(s->reason)->remedy);
	}
}

static void
text_head(struct show *s, const struct conflict *c)
{
	if (s->last != 0) {
		text_remedy(s);
		(void)putchar('\n');
	}
	s->last = c->number;
	s->reason = c->reason;
	(void)snprintf(s->uuid, sizeof(s->uuid), "%s", c->uuid);
	(void)snprintf(s->fqdn, sizeof(s->fqdn), "%s", c->fqdn);
	(void)printf("%" PRIu64 ". %s %s\n", c->number,
	    reason_get(c->reason)->code,
	    c->reason == REASON_MAP_SHARED ? c->fqdn : c->uuid);
}

/* "* pc-0001.example.com  oob.csv 2026-11-20 rank 50 (oob.csv:2)" */
static void
show_text(void *arg, const struct conflict *c)
{
	struct show *s = arg;

	if (c->number != s->last)
		text_head(s, c);
	(void)printf("  %c ", c->counts || c->trust == -1 ? '*' : ' ');
	output_plain(stdout,
	    c->reason == REASON_MAP_SHARED || c->fqdn[0] == '\0' ? c->uuid
	                                                         : c->fqdn);
	(void)fputs("  ", stdout);
	output_plain(stdout, c->source);
	if (c->seen[0] != '\0')
		(void)printf(" %s", c->seen);
	if (c->trust != -1)
		(void)printf(" trust %" PRId64, c->trust);
	if (c->place[0] != '\0') {
		(void)fputs(" (", stdout);
		output_plain(stdout, c->place);
		(void)putchar(')');
	}
	if (c->state[0] != '\0')
		(void)printf(" - %s", c->state);
	(void)putchar('\n');
}

static void
show_row(void *arg, const struct conflict *c)
{
	char number[24], trust[24] = "";
	const char *const fields[CONFLICTS_NCOLUMNS] = {
		[CONFLICTS_NUMBER] = number,
		[CONFLICTS_REASON] = reason_get(c->reason)->code,
		[CONFLICTS_UUID] = c->uuid,
		[CONFLICTS_FQDN] = c->fqdn,
		[CONFLICTS_SOURCE] = c->source,
		[CONFLICTS_SEEN] = c->seen,
		[CONFLICTS_TRUST] = trust,
		[CONFLICTS_COUNTS] = c->counts ? "yes" : "no",
		[CONFLICTS_STATE] = c->state,
		[CONFLICTS_FROM] = c->place,
	};
	struct show *s = arg;

	(void)snprintf(number, sizeof(number), "%" PRIu64, c->number);
	if (c->trust != -1)
		(void)snprintf(trust, sizeof(trust), "%" PRId64, c->trust);
	sink_row(&s->to, fields);
}

static void
conflict_show(struct show *s, struct store *store, const char *cutoff)
{
	uint64_t n;

	if (!s->text) {
		sink_begin(&s->to, &kind_conflicts);
		(void)conflicts_each(store, cutoff, show_row, s);
		sink_end(&s->to);
		return;
	}
	n = conflicts_each(store, cutoff, show_text, s);
	if (n != 0)
		text_remedy(s);
	(void)printf("%s%" PRIu64 " conflict%s\n", n != 0 ? "\n" : "", n,
	    n == 1 ? "" : "s");
}

static void
parse_args(struct show *s, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "csv", no_argument, NULL, OPT_CSV },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "stream", no_argument, NULL, OPT_STREAM },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:m:", longopts)) != -1)
		switch (ch) {
		case 'd':
			s->dir = optarg;
			break;
		case 'm':
			s->days = (int64_t)option_setting(SITECONF_MAP_DAYS,
			    "-m", optarg);
			break;
		case OPT_CSV:
			s->to.form = SINK_CSV;
			s->text = false;
			break;
		case OPT_JSON:
			s->to.form = SINK_JSON;
			s->text = false;
			break;
		case OPT_STREAM:
			s->to.form = SINK_STREAM;
			s->text = false;
			break;
		default:
			stage_usage();
		}
	if (s->dir == NULL || optind != argc)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	struct show s = { .text = true };
	char cutoff[CLAIMS_SEEN];
	struct store store;

	stage_begin("-d site [-m days] [--csv | --json | --stream]",
	    MAY_USE_STORE);
	wipe_openssl();
	parse_args(&s, argc, argv);
	stage_uses_folder(s.dir);
	stage_confine();
	store_open(&store, s.dir);
	names_cutoff(cutoff, clock_seconds(), s.days);
	store_begin_read(&store); /* all of it shows one moment */
	conflict_show(&s, &store, cutoff);
	store_commit(&store);
	store_close(&store);
	return stage_end();
}
