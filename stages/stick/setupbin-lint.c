/*
 * setupbin-lint - what a setup.bin has wrong, for its machines.
 *
 * One finding a line on standard output.  setupbin-make writes nothing that
 * is an error here; what other tools and firmware leave may be.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/random.h"
#include "stick/setupbin_chunks.h"
#include "stick/setupbin_lint.h"
#include "lib/stage.h"

/* Of one rule in one file; the rest is counted, unless -v. */
#define FINDINGS_SHOWN 10

struct lint {
	struct setupbin_lint_target target;
	uint64_t nerrors;
	/* of the file being read */
	const char *name;
	uint64_t n[NRULES];
};

static void
setupbin_show(void *arg, enum setupbin_rule rule, size_t at, const char *why)
{
	const struct setupbin_rule_row *row = setupbin_rule_row(rule);
	struct lint *l = arg;

	l->nerrors += row->grade == GRADE_ERROR;
	if (l->n[rule]++ >= FINDINGS_SHOWN && !stage_verbose())
		return;
	(void)printf("%s:%zu: %s %s: %s [%s]\n", l->name, at,
	    setupbin_rule_grade_name(row->grade), row->id, why, row->source);
}

static void
show_rest(const struct lint *l)
{
	for (unsigned i = 0; i < NRULES && !stage_verbose(); i++)
		if (l->n[i] > FINDINGS_SHOWN)
			(void)printf("%s: %s %s: %llu more (-v shows them)\n",
			    l->name,
			    setupbin_rule_grade_name(
			        setupbin_rule_row(i)->grade),
			    setupbin_rule_row(i)->id,
			    (unsigned long long)(l->n[i] - FINDINGS_SHOWN));
}

/* The length of the file is what was read of it. */
static void
lint_file(struct setupbin_lint *lint, struct setupbin_chunks *c)
{
	size_t len;
	const uint8_t *chunk = setupbin_chunks_next(c, &len);
	uint64_t read = len;
	uint32_t nrecords;

	if (!setupbin_lint_header(lint, chunk, len, &nrecords))
		return;
	for (uint32_t number = 1; number <= nrecords; number++) {
		chunk = setupbin_chunks_next(c, &len);
		read += len;
		if (!setupbin_lint_record(lint, number, chunk, len))
			return;
	}
	(void)setupbin_chunks_next(c, &len);
	setupbin_lint_end(lint, read + len);
}

static void
lint_input(int fd, const char *name, void *arg)
{
	static struct setupbin_chunks c;
	struct lint *l = arg;
	struct setupbin_lint *lint;
	uint8_t seed[16];

	l->name = name;
	memset(l->n, 0, sizeof(l->n));
	random_bytes(seed, sizeof(seed));
	lint = setupbin_lint_new(&l->target, seed, setupbin_show, l);
	if (lint == NULL)
		err(EX_OSERR, "%s", name);
	setupbin_chunks_begin(&c, fd, name);
	lint_file(lint, &c);
	setupbin_chunks_end(&c);
	setupbin_lint_free(lint);
	show_rest(l);
}

static void
print_rules(void)
{
	for (unsigned i = 0; i < NRULES; i++) {
		const struct setupbin_rule_row *row = setupbin_rule_row(i);
		char when[32] = "";

		if (row->amt_from != 0)
			(void)snprintf(when, sizeof(when),
			    "AMT %u on: ", row->amt_from);
		if (row->vendor != VENDOR_ANY)
			(void)snprintf(when, sizeof(when),
			    "%s: ", setupbin_rule_vendor_name(row->vendor));
		(void)printf("%-14s %-7s %s%s [%s]\n", row->id,
		    setupbin_rule_grade_name(row->grade), when, row->what,
		    row->source);
	}
}

/* "11" or "3.2" */
static void
take_amt(struct setupbin_lint_target *t, const char *arg)
{
	unsigned major, minor = 0;
	int end = 0, whole = 0;

	if (strlen(arg) > 5 ||
	    sscanf(arg, "%2u%n.%2u%n", &major, &whole, &minor, &end) < 1 ||
	    arg[end > whole ? end : whole] != '\0' || major < 1)
		errx(EX_USAGE,
		    "--amt: no release (got \"%s\", expected one like 11 or "
		    "3.2)",
		    arg);
	t->amt_major = major;
	t->amt_minor = minor;
}

static void
take_vendor(struct setupbin_lint_target *t, const char *arg)
{
	t->vendor = setupbin_rule_vendor(arg);
	if (t->vendor == VENDOR_ANY)
		errx(EX_USAGE,
		    "--vendor: unknown (got \"%s\", expected dell, hp or "
		    "lenovo)",
		    arg);
}

int
main(int argc, char *argv[])
{
	enum { OPT_AMT = 1, OPT_LIST, OPT_VENDOR };
	static const struct option longopts[] = {
		{ "amt", required_argument, NULL, OPT_AMT },
		{ "list", no_argument, NULL, OPT_LIST },
		{ "vendor", required_argument, NULL, OPT_VENDOR },
		{ 0 },
	};
	struct lint l = { 0 };
	bool list = false;
	int ch, status;

	stage_begin("[--amt release] [--vendor name] [-v] [file ...]\n"
	            "       setupbin-lint --list",
	    MAY_READ_FILES | USES_SECRETS);
	while ((ch = stage_getopt(argc, argv, "", longopts)) != -1)
		switch (ch) {
		case OPT_AMT:
			take_amt(&l.target, optarg);
			break;
		case OPT_LIST:
			list = true;
			break;
		case OPT_VENDOR:
			take_vendor(&l.target, optarg);
			break;
		default:
			stage_usage();
		}
	stage_confine();
	if (list)
		print_rules();
	else
		stage_each_input(argc, argv, lint_input, &l);
	status = stage_end();
	return status == 0 && l.nerrors != 0 ? EX_DATAERR : status;
}
