/*
 * reason-explain - what a reason code means and what to do about it.
 */
#include <stdio.h>
#include <string.h>

#include "lib/outputs.h"
#include "base/reason.h"
#include "lib/stage.h"
#include "base/text.h"

/* By reason class. */
static const char *const who[] = {
	[REASON_WAITS] = "Waits for the next sweep.",
	[REASON_RETRIES] = "Retried automatically.",
	[REASON_PERSON] = "Action needed.",
};

static void
explain_list(void)
{
	for (int id = REASON_NONE + 1; id < REASON_COUNT; id++) {
		const struct reason *r = reason_get((enum reason_id)id);

		(void)printf("%-24s %s\n", r->code, r->cause);
	}
}

static void
explain_refuse(const char *code)
{
	enum reason_id near = reason_nearest(code);
	char shown[64];

	text_show(shown, sizeof(shown), code, strlen(code));
	if (near != REASON_COUNT)
		stage_refuse(shown, 0, "no such reason (did you mean %s?)",
		    reason_get(near)->code);
	else
		stage_refuse(shown, 0,
		    "no such reason (without a code, all are listed)");
}

static void
explain(const char *code)
{
	enum reason_id id = reason_find(code);
	const struct reason *r;

	if (id == REASON_COUNT || id == REASON_NONE) {
		explain_refuse(code);
		return;
	}
	r = reason_get(id);
	(void)printf("%s\n", r->code);
	output_wrapped(stdout, "  ", r->cause);
	output_wrapped(stdout, "  -> ", r->remedy);
	output_wrapped(stdout, "  ", who[r->class]);
}

static void
parse_args(int argc, char *argv[])
{
	int ch;

	while ((ch = stage_getopt(argc, argv, "a:", NULL)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		default:
			stage_usage();
		}
}

int
main(int argc, char *argv[])
{
	stage_begin("[-a name] [code ...]", 0);
	parse_args(argc, argv);
	stage_confine();
	if (optind == argc)
		explain_list();
	for (int i = optind; i < argc; i++)
		explain(argv[i]);
	return stage_end();
}
