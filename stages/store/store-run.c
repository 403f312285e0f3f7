/*
 * store-run - notes in the store that a run of amt-sweep begins, or ended.
 */
#include <err.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "lib/clock.h"
#include "lib/option.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/machines.h"
#include "store/store.h"
#include "store/sweeps.h"

#define WHY_MAX 256

struct run_args {
	const char *dir, *why, *again;
	bool begins, ends;
	int64_t days, status;
};

static void
check_why(const char *why)
{
	struct fault f;

	if (text_utf8(why, strlen(why), &f) == -1)
		stage_fail(EX_USAGE, "-c", 0, "%s", f.why);
	if (strlen(why) > WHY_MAX)
		stage_fail(EX_USAGE, "-c", 0, "longer than %d bytes", WHY_MAX);
}

enum { OPT_AGAIN = 1 };

static void
parse_args(struct run_args *a, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "again", required_argument, NULL, OPT_AGAIN },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "bc:d:e:k:", longopts)) != -1)
		switch (ch) {
		case OPT_AGAIN:
			a->again = optarg;
			break;
		case 'b':
			a->begins = true;
			break;
		case 'c':
			a->why = optarg;
			break;
		case 'd':
			a->dir = optarg;
			break;
		case 'e':
			a->ends = true;
			a->status = (int64_t)stage_number("-e", optarg, 0, 255);
			break;
		case 'k':
			a->days = (int64_t)option_setting(SITECONF_RUN_DAYS,
			    "-k", optarg);
			break;
		default:
			stage_usage();
		}
	if (a->dir == NULL || optind != argc || a->begins == a->ends ||
	    (a->why != NULL && a->begins) || (a->days != 0 && a->ends) ||
	    (a->again != NULL && a->ends))
		stage_usage();
	if (a->why == NULL)
		a->why = "";
	check_why(a->why);
}

int
main(int argc, char *argv[])
{
	struct run_args a = { 0 };
	char uuid[UUID_TEXT];
	struct siteconf usual;
	struct store s;
	bool begun = true;

	stage_begin("-d site -b [-k days] [--again machine]\n"
	            "       store-run -d site -e status [-c why]",
	    MAY_USE_STORE);
	wipe_openssl();
	parse_args(&a, argc, argv);
	stage_uses_folder(a.dir);
	stage_confine();
	siteconf_usual(&usual);
	if (a.days == 0)
		a.days = (int64_t)option_setting(SITECONF_RUN_DAYS, "-k",
		    usual.value[SITECONF_RUN_DAYS]);
	store_open(&s, a.dir);
	if (a.again != NULL)
		machines_again(&s, a.again, uuid);
	if (a.begins)
		sweeps_begin(&s, clock_seconds(), a.days);
	else
		begun = sweeps_end(&s, clock_seconds(), a.status, a.why);
	store_close(&s);
	if (!begun)
		errx(EX_DATAERR, "%s: no run has begun", a.dir);
	return stage_end();
}
