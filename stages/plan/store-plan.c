/*
 * store-plan - which machines can be set up now, as jobs, and who is first to
 * prove that it is one; of the others, why not.
 *
 * Everything is decided and committed in one transaction before the first job
 * is written: the passwords of a machine are in the store before any program
 * could send them, and a machine has at most one run that works on it.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "lib/clock.h"
#include "lib/option.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "plan/planner.h"

/* More than the largest fleets have machines. */
#define JOBS_MAX 100000

enum {
	OPT_TAKE_OVER = 1,
	OPT_AGAIN,
	OPT_CHECK,
	OPT_CSV,
	OPT_DRY_RUN,
	OPT_FOLLOW,
	OPT_JSON,
	OPT_STREAM,
	OPT_REHEARSE,
	OPT_UNPROVISION
};

static enum setup_wish
parse_unprovision(const char *how)
{
	if (strcmp(how, "partial") == 0)
		return SETUP_UNPROVISION_PARTIAL;
	if (strcmp(how, "full") != 0)
		stage_fail(EX_USAGE, "--unprovision", 0,
		    "how is not known (got \"%.20s\", expected partial or full)",
		    how);
	return SETUP_UNPROVISION;
}

/* What the plan is for; false: no such option. */
static bool
parse_purpose(struct planner *p, int ch, char *argv[])
{
	switch (ch) {
	case OPT_AGAIN:
		p->again = optarg;
		return true;
	case OPT_CSV:
		p->form = SINK_CSV;
		return true;
	case OPT_DRY_RUN:
		p->dry = true;
		return true;
	case OPT_FOLLOW:
		p->streams = p->follows = true;
		return true;
	case OPT_REHEARSE:
		p->rehearses = true;
		return true;
	case OPT_STREAM:
		p->streams = true;
		return true;
	case OPT_JSON:
		p->form = SINK_JSON;
		return true;
	case OPT_CHECK:
		p->checks = true;
		return true;
	case OPT_TAKE_OVER:
		p->take_over = true;
		return true;
	case OPT_UNPROVISION:
		p->take_back = parse_unprovision(optarg);
		p->taken_back = argv;
		return true;
	case 'r':
		p->reveal = true;
		return true;
	default:
		return false;
	}
}

static void
parse_option(struct planner *p, int ch, char *argv[])
{
	switch (ch) {
	case 'd':
		p->dir = optarg;
		break;
	case 'm':
		p->map_days =
		    (int64_t)option_setting(SITECONF_MAP_DAYS, "-m", optarg);
		break;
	case 'n':
		p->max = stage_number("-n", optarg, 1, JOBS_MAX);
		break;
	case 'p':
		p->profile_path = optarg;
		break;
	case 't':
		p->not_after = (int64_t)stage_number("-t", optarg, 1, 86400);
		break;
	case 'w':
	case 'W':
	case 'R':
		option_hellotime(&p->timing, ch, optarg);
		break;
	case 'x':
		p->signer = optarg;
		break;
	default:
		if (!parse_purpose(p, ch, argv))
			stage_usage();
	}
}

static void
parse_args(struct planner *p, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "again", required_argument, NULL, OPT_AGAIN },
		{ "check", no_argument, NULL, OPT_CHECK },
		{ "csv", no_argument, NULL, OPT_CSV },
		{ "dry-run", no_argument, NULL, OPT_DRY_RUN },
		{ "follow", no_argument, NULL, OPT_FOLLOW },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "rehearse", no_argument, NULL, OPT_REHEARSE },
		{ "stream", no_argument, NULL, OPT_STREAM },
		{ "take-over", no_argument, NULL, OPT_TAKE_OVER },
		{ "reveal", no_argument, NULL, 'r' },
		{ "unprovision", required_argument, NULL, OPT_UNPROVISION },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv,
	            "d:m:n:p:rR:t:w:W:x:", longopts)) != -1)
		parse_option(p, ch, argv);
	if (p->dir == NULL || p->profile_path == NULL || p->not_after == 0 ||
	    (optind != argc) != (p->taken_back != NULL) ||
	    (p->dry && p->taken_back != NULL) ||
	    (p->streams && (p->dry || p->checks || p->taken_back != NULL)) ||
	    (!p->dry && p->form != SINK_STREAM))
		stage_usage();
	if (p->taken_back != NULL)
		p->taken_back = argv + optind;
}

/* Only what may be seen by all goes out. */
static void
write_dry(struct planner *p)
{
	planner_foretell(p);
	store_close(&p->store);
}

static void
write_jobs(struct planner *p)
{
	chainlist_write(&p->chains, p->reveal);
	joblist_write(&p->jobs, &p->profiles, p->not_after, p->reveal);
}

/* The first plan is written in any case, others only when they have jobs. */
static void
write_plans(struct planner *p, struct planner_follow *f)
{
	size_t all = p->jobs.n;

	if (!p->streams)
		store_close(&p->store);
	write_jobs(p);
	while (p->streams && planner_follow(p, f)) {
		int64_t began_ms = clock_ms();

		joblist_clear(&p->jobs);
		planner_plan(p);
		planner_follow_planned(f, began_ms);
		all += p->jobs.n;
		if (p->jobs.n != 0)
			write_jobs(p);
	}
	if (p->streams)
		store_close(&p->store);
	p->jobs.nall = all;
}

int
main(int argc, char *argv[])
{
	static struct planner p = { .max = JOBS_MAX };
	struct planner_follow follow;
	int64_t began_ms;
	char again[UUID_TEXT];

	stage_begin(
	    "-d site -p profile.xml -t seconds [-w hours] [-W hours] "
	    "[-R schedule] [-m days] [-n max] [-x signer] "
	    "[--again machine] [--check] [--rehearse] [--take-over] [-rv]\n"
	    "                  [--stream | --follow | --dry-run [--csv | "
	    "--json]]\n"
	    "       store-plan -d site -p profile.xml -t seconds "
	    "--unprovision partial|full [--take-over] [-rv] uuid ...",
	    MAY_READ_FILES | MAY_USE_STORE | EMITS_SECRETS);
	wipe_openssl();
	wipe_libxml();
	hellotime_usual(&p.timing);
	parse_args(&p, argc, argv);
	/* before anything is leased */
	stage_guard_secrets(p.reveal || p.dry);
	stage_uses_folder(p.dir);
	stage_reads(p.profile_path);
	stage_confine();
	/* before it is read: what is changed from then on is seen */
	planner_follow_begin(&p, &follow, p.not_after);
	profile_file(&p.profiles, p.profile_path);
	if (p.dry)
		store_open_copy(&p.store, p.dir);
	else
		store_open(&p.store, p.dir);
	store_timing(&p.store, &p.timing);
	callers_new(&p.callers);
	if (p.again != NULL) {
		machines_again(&p.store, p.again, again);
		p.again = again;
	}
	began_ms = clock_ms();
	planner_plan(&p);
	planner_follow_planned(&follow, began_ms);
	if (p.dry)
		write_dry(&p);
	else
		write_plans(&p, &follow);
	callers_free(&p.callers);
	planner_ca_free(&p);
	chainlist_wipe(&p.chains);
	profiles_free(&p.profiles);
	if (stage_verbose())
		stage_say(p.dir, 0, "%zu planned, %" PRIu64 " cannot be",
		    p.dry ? p.jobs.n : p.jobs.nall, p.nrefused);
	joblist_wipe(&p.jobs);
	return stage_end();
}
