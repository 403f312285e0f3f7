/*
 * check-show - what a check found: for people, as JSON, for Prometheus; and as
 * the exit status that plugins of Nagios have.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "check/checkcode.h"
#include "lib/clock.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "lib/stream.h"

/* Monitoring Plugins Development Guidelines, "Plugin Return Codes" */
enum { NAGIOS_OK, NAGIOS_WARNING, NAGIOS_CRITICAL, NAGIOS_UNKNOWN };

static const char *const nagios[] = {
	[NAGIOS_OK] = "OK",
	[NAGIOS_WARNING] = "WARNING",
	[NAGIOS_CRITICAL] = "CRITICAL",
	[NAGIOS_UNKNOWN] = "UNKNOWN",
};

#define ROWS_MAX 10000
enum { OPT_JSON = 1, OPT_PROMETHEUS, OPT_SKIP };

struct found {
	enum checkpart part;
	enum checkgrade grade;
	enum checkcode_id code; /* CHECKCODE_COUNT: pass */
	char *text;
};

struct check_result {
	struct found *rows;
	size_t n, of_grade[CHECKGRADE_COUNT];
	bool skip[CHECK_COUNT];
	int64_t swept, until; /* of @facts, or 0 */
	bool cut;             /* the check did not come to its end */
};

/* --- reading -------------------------------------------------------------- */

/* -1: no finding that this version knows. */
static int
found_read(struct found *f, const struct record *r)
{
	char *const *field = r->field;

	f->part = check_find(field[CHECKS_CHECK]);
	f->grade = checkgrade_find(field[CHECKS_GRADE]);
	f->code = field[CHECKS_CODE][0] != '\0'
	    ? checkcode_find(field[CHECKS_CODE])
	    : CHECKCODE_COUNT;
	if (f->part == CHECK_COUNT || f->grade == CHECKGRADE_COUNT ||
	    (f->grade == CHECKGRADE_PASS) != (f->code == CHECKCODE_COUNT))
		return -1;
	return 0;
}

static void
result_add(struct check_result *res, struct stream_in *in,
    const struct record *r)
{
	struct found f;
	char place[512];

	stream_place(in, place, sizeof(place));
	if (found_read(&f, r) == -1 || res->n == ROWS_MAX) {
		stage_refuse(place, 0,
		    res->n == ROWS_MAX ? "too many findings"
		                       : "no finding that is known here");
		return;
	}
	if (res->skip[f.part])
		return;
	f.text = strdup(r->field[CHECKS_FOUND]);
	res->rows = reallocarray(res->rows, res->n + 1, sizeof(res->rows[0]));
	if (f.text == NULL || res->rows == NULL)
		err(EX_OSERR, "memory");
	res->rows[res->n++] = f;
	res->of_grade[f.grade]++;
}

/* Anything but good streams leaves the result cut: it is shown, and unknown. */
static void
result_read(int fd, const char *name, void *arg)
{
	static const struct kind *const usual[] = { &kind_checks, &kind_facts };
	struct check_result *res = arg;
	struct stream_in in;
	struct record r;
	int got, rows = 0;

	stream_open(&in, fd, name);
	while ((got = stream_header(&in)) == 1 && stream_is(&in, usual, 2)) {
		while ((rows = stream_next(&in, &r)) == 1)
			if (in.kind == &kind_checks)
				result_add(res, &in, &r);
			else if (strcmp(r.field[FACTS_FACT], "swept") == 0)
				(void)text_untime(&res->swept,
				    r.field[FACTS_VALUE]);
			else if (strcmp(r.field[FACTS_FACT], "until") == 0)
				(void)text_untime(&res->until,
				    r.field[FACTS_VALUE]);
		if (rows == -1)
			break;
	}
	if (got != 0 || rows == -1)
		res->cut = true;
	stream_close(&in);
}

static int
result_status(const struct check_result *res)
{
	if (res->cut || res->n == 0 || stage_refused() != 0)
		return NAGIOS_UNKNOWN;
	if (res->of_grade[CHECKGRADE_FAIL] != 0)
		return NAGIOS_CRITICAL;
	return res->of_grade[CHECKGRADE_WARN] != 0 ? NAGIOS_WARNING : NAGIOS_OK;
}

/* --- for people ----------------------------------------------------------- */

static size_t
result_count(const struct check_result *res, enum checkcode_id code)
{
	size_t n = 0;

	for (size_t i = 0; i < res->n; i++)
		n += res->rows[i].code == code;
	return n;
}

/* Codes of that grade, each once; whether any came before. */
static bool
codes_show(const struct check_result *res, enum checkgrade grade, bool more)
{
	for (enum checkcode_id id = 0; id < CHECKCODE_COUNT; id++) {
		const struct checkcode *c = checkcode_get(id);

		if (c->grade != grade || result_count(res, id) == 0)
			continue;
		(void)printf("%s%s", more ? ", " : ": ", c->code);
		more = true;
	}
	return more;
}

/* The first line is the one that a plugin's reader shows; behind the bar are
 * its numbers. */
static void
summary_show(const struct check_result *res)
{
	bool more;

	(void)printf("%s", nagios[result_status(res)]);
	more = codes_show(res, CHECKGRADE_FAIL, false);
	(void)codes_show(res, CHECKGRADE_WARN, more);
	if (res->cut)
		(void)printf("; the check did not come to its end");
	(void)printf(" | fail=%zu warn=%zu pass=%zu\n",
	    res->of_grade[CHECKGRADE_FAIL], res->of_grade[CHECKGRADE_WARN],
	    res->of_grade[CHECKGRADE_PASS]);
}

static void
found_show(const struct found *f)
{
	const struct checkcode *c;
	char head[48];

	if (f->grade == CHECKGRADE_PASS) {
		(void)snprintf(head, sizeof(head),
		    "pass  %s: ", check_name(f->part));
		output_wrapped(stdout, head, f->text);
		return;
	}
	c = checkcode_get(f->code);
	(void)printf("%s  %s\n", checkgrade_name(f->grade), c->code);
	output_wrapped(stdout, "      ", f->text);
	output_wrapped(stdout, "      -> ", c->remedy);
}

static void
result_text(const struct check_result *res)
{
	summary_show(res);
	for (int grade = CHECKGRADE_FAIL; grade >= CHECKGRADE_PASS; grade--)
		for (size_t i = 0; i < res->n; i++)
			if (res->rows[i].grade == (enum checkgrade)grade)
				found_show(&res->rows[i]);
}

/* --- for programs --------------------------------------------------------- */

static void
json_member(const char *name, const char *value)
{
	(void)printf(",\"%s\":", name);
	output_json(stdout, value);
}

static void
result_json(const struct check_result *res)
{
	char at[TEXT_TIME];

	text_time(at, clock_seconds());
	(void)printf("{\"made_at\":\"%s\",\"status\":\"%s\",\"complete\":%s,"
	             "\"fail\":%zu,\"warn\":%zu,\"pass\":%zu,\n\"checks\":[",
	    at, nagios[result_status(res)], res->cut ? "false" : "true",
	    res->of_grade[CHECKGRADE_FAIL], res->of_grade[CHECKGRADE_WARN],
	    res->of_grade[CHECKGRADE_PASS]);
	for (size_t i = 0; i < res->n; i++) {
		const struct found *f = &res->rows[i];
		bool pass = f->code == CHECKCODE_COUNT;

		(void)printf("%s\n{\"check\":\"%s\"", i == 0 ? "" : ",",
		    check_name(f->part));
		json_member("grade", checkgrade_name(f->grade));
		json_member("code", pass ? "" : checkcode_get(f->code)->code);
		json_member("found", f->text);
		json_member("remedy",
		    pass ? "" : checkcode_get(f->code)->remedy);
		(void)printf("}");
	}
	(void)printf("\n]}\n");
}

static void
metric_begin(const char *name, const char *help)
{
	(void)printf("# HELP amtbatch_check_%s %s\n"
	             "# TYPE amtbatch_check_%s gauge\n",
	    name, help, name);
}

/* Not there where there is no such time. */
static void
metric_time(const char *name, const char *help, int64_t at)
{
	if (at != 0)
		(void)printf("# HELP %s %s\n# TYPE %s gauge\n%s %lld\n", name,
		    help, name, name, (long long)at);
}

/* Every code has its line, also without a finding: so that an alert ends. */
static void
result_prometheus(const struct check_result *res)
{
	metric_begin("status",
	    "0 ok, 1 warning, 2 critical, 3 the check did not come to its "
	    "end.");
	(void)printf("amtbatch_check_status %d\n", result_status(res));
	metric_begin("time_seconds", "When the check was made.");
	(void)printf("amtbatch_check_time_seconds %lld\n",
	    (long long)clock_seconds());
	metric_time("amtbatch_sweep_last_time_seconds",
	    "When a sweep last found work.", res->swept);
	metric_time("amtbatch_site_certificate_end_time_seconds",
	    "When the first of the site's setup certificates ends.",
	    res->until);
	metric_begin("findings", "How many findings the check has of a code.");
	for (enum checkcode_id id = 0; id < CHECKCODE_COUNT; id++) {
		const struct checkcode *c = checkcode_get(id);

		(void)printf("amtbatch_check_findings{check=\"%s\",code=\"%s\","
		             "grade=\"%s\"} %zu\n",
		    check_name(c->check), c->code, checkgrade_name(c->grade),
		    result_count(res, id));
	}
}

static void
skip_option(struct check_result *res, const char *name)
{
	enum checkpart part = check_find(name);

	if (part == CHECK_COUNT)
		errx(EX_USAGE,
		    "--skip: no such check (got \"%s\"; check(5) has them all)",
		    name);
	res->skip[part] = true;
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "json", no_argument, NULL, OPT_JSON },
		{ "prometheus", no_argument, NULL, OPT_PROMETHEUS },
		{ "skip", required_argument, NULL, OPT_SKIP },
		{ NULL, 0, NULL, 0 },
	};
	static struct check_result res;
	int ch, form = 0, status;

	stage_begin("[--json | --prometheus] [--skip check] [file ...]",
	    MAY_READ_FILES);
	while ((ch = stage_getopt(argc, argv, "", longopts)) != -1)
		switch (ch) {
		case OPT_SKIP:
			skip_option(&res, optarg);
			break;
		case OPT_JSON:
		case OPT_PROMETHEUS:
			form = ch;
			break;
		default:
			stage_usage();
		}
	stage_confine();
	stage_each_input(argc, argv, result_read, &res);
	if (form == OPT_JSON)
		result_json(&res);
	else if (form == OPT_PROMETHEUS)
		result_prometheus(&res);
	else
		result_text(&res);
	status = result_status(&res);
	for (size_t i = 0; i < res.n; i++)
		free(res.rows[i].text);
	free(res.rows);
	return stage_end() == EX_IOERR ? EX_IOERR : status;
}
