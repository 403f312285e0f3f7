/*
 * reason-explain - what a code means and what to do about it: of a machine that
 * is not set up (reason.h), or of a site that amt-check looked at
 * (checkcode.h).  For people, or as CSV and JSON.
 */
#include <stdio.h>
#include <string.h>

#include "base/likeness.h"
#include "base/lists.h"
#include "base/reason.h"
#include "check/checkcode.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "base/text.h"
#include "store/sink.h"

enum { OPT_CSV = 1, OPT_JSON };

/* By reason class. */
static const char *const who[] = {
	[REASON_WAITS] = "No action needed.",
	[REASON_RETRIES] = "Retried automatically.",
	[REASON_PERSON] = "Action needed.",
};

/* By grade. */
static const char *const grades[] = {
	[CHECKGRADE_WARN] = "A warning of amt-check.",
	[CHECKGRADE_FAIL] = "A failure in amt-check.",
};

/* The same for programs. */
static const char *const classes[] = {
	[REASON_WAITS] = "no action",
	[REASON_RETRIES] = "retried",
	[REASON_PERSON] = "action needed",
};

/* --- as CSV and JSON ------------------------------------------------------ */

static void
row_reason(struct sink *to, const struct reason *r)
{
	const char *const fields[REASONS_NCOLUMNS] = {
		[REASONS_CODE] = r->code,
		[REASONS_OF] = "machine",
		[REASONS_CLASS] = classes[r->class],
		[REASONS_CAUSE] = r->cause,
		[REASONS_REMEDY] = r->remedy,
	};

	sink_row(to, fields);
}

static void
row_check(struct sink *to, const struct checkcode *c)
{
	const char *const fields[REASONS_NCOLUMNS] = {
		[REASONS_CODE] = c->code,
		[REASONS_OF] = "site",
		[REASONS_CLASS] =
		    c->grade == CHECKGRADE_WARN ? "warning" : "failure",
		[REASONS_CAUSE] = c->cause,
		[REASONS_REMEDY] = c->remedy,
	};

	sink_row(to, fields);
}

static void
row_all(struct sink *to)
{
	for (int id = REASON_NONE + 1; id < REASON_COUNT; id++)
		row_reason(to, reason_get((enum reason_id)id));
	for (enum checkcode_id id = 0; id < CHECKCODE_COUNT; id++)
		row_check(to, checkcode_get(id));
}

/* --- for people ----------------------------------------------------------- */

static void
explain_list(void)
{
	for (int id = REASON_NONE + 1; id < REASON_COUNT; id++) {
		const struct reason *r = reason_get((enum reason_id)id);

		(void)printf("%-24s %s\n", r->code, r->cause);
	}
	for (enum checkcode_id id = 0; id < CHECKCODE_COUNT; id++) {
		const struct checkcode *c = checkcode_get(id);

		(void)printf("%-24s %s\n", c->code, c->cause);
	}
}

/* The code of either table that is nearest, or NULL. */
static const char *
nearest_code(const char *code)
{
	enum reason_id reason = reason_nearest(code);
	enum checkcode_id check = checkcode_nearest(code);
	const char *one, *other;

	if (check == CHECKCODE_COUNT)
		return reason != REASON_COUNT ? reason_get(reason)->code : NULL;
	other = checkcode_get(check)->code;
	if (reason == REASON_COUNT)
		return other;
	one = reason_get(reason)->code;
	return likeness_distance(code, other) < likeness_distance(code, one)
	    ? other
	    : one;
}

static void
explain_refuse(const char *code)
{
	const char *near = nearest_code(code);
	char shown[64];

	text_show(shown, sizeof(shown), code, strlen(code));
	if (near != NULL)
		stage_refuse(shown, 0, "no such reason (did you mean %s?)",
		    near);
	else
		stage_refuse(shown, 0,
		    "no such reason (without a code, all are listed)");
}

static void
explain_show(const char *code, const char *cause, const char *remedy,
    const char *acts)
{
	(void)printf("%s\n", code);
	output_wrapped(stdout, "  ", cause);
	output_wrapped(stdout, "  -> ", remedy);
	output_wrapped(stdout, "  ", acts);
}

/* To a sink, or with NULL for people. */
static void
explain(const char *code, struct sink *to)
{
	enum reason_id id = reason_find(code);
	enum checkcode_id check = checkcode_find(code);

	if (id != REASON_COUNT && id != REASON_NONE) {
		const struct reason *r = reason_get(id);

		if (to != NULL)
			row_reason(to, r);
		else
			explain_show(r->code, r->cause, r->remedy,
			    who[r->class]);
	} else if (check != CHECKCODE_COUNT) {
		const struct checkcode *c = checkcode_get(check);

		if (to != NULL)
			row_check(to, c);
		else
			explain_show(c->code, c->cause, c->remedy,
			    grades[c->grade]);
	} else {
		explain_refuse(code);
	}
}

static void
parse_args(struct sink *to, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "csv", no_argument, NULL, OPT_CSV },
		{ "json", no_argument, NULL, OPT_JSON },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "a:", longopts)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		case OPT_CSV:
			to->form = SINK_CSV;
			break;
		case OPT_JSON:
			to->form = SINK_JSON;
			break;
		default:
			stage_usage();
		}
}

int
main(int argc, char *argv[])
{
	struct sink to = { .form = SINK_STREAM };
	bool text;

	stage_begin("[-a name] [--csv | --json] [code ...]", 0);
	parse_args(&to, argc, argv);
	text = to.form == SINK_STREAM;
	stage_confine();
	if (!text)
		sink_begin(&to, &kind_reasons);
	if (optind == argc && text)
		explain_list();
	else if (optind == argc)
		row_all(&to);
	for (int i = optind; i < argc; i++)
		explain(argv[i], text ? NULL : &to);
	if (!text)
		sink_end(&to);
	return stage_end();
}
