/*
 * setupbin-make - setup.bin from @keys, from a list of machines, or from both.
 *
 * The header comes first and counts the records, and a broken stream must not
 * leave a file that looks good: so keys (108 bytes each) and rows are kept,
 * never more than a stick may have, and nothing is written before the last one
 * was checked.  setupbin-dump reads what comes out.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/option.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "lib/wipe.h"
#include "plan/keystate.h"
#include "stick/setupbin_common.h"
#include "stick/setupbin_plan.h"
#include "stick/setupbin_show.h"

#define ROOTS_MAX 3 /* the MEBx has places for three */

struct setupbin_make {
	struct setupbin_plan plan;
	bool explain, reveal, list, without_psk;
	const char *stick;
	FILE *records; /* where @records go, or NULL */
	const char *root[ROOTS_MAX];
	size_t nroots;
};

/* --- output -------------------------------------------------------------- */

static void
write_records(const struct setupbin_make *m)
{
	struct stream_out out;
	struct setupbin_step w = { 0 };
	char number[16], from[1024];

	stream_begin_to(&out, &kind_records, m->records);
	while (setupbin_plan_step(&w, &m->plan)) {
		const char *fields[RECORDS_NCOLUMNS] = { 0 };

		(void)snprintf(number, sizeof(number), "%u", w.number);
		fields[RECORDS_STICK] = m->stick;
		fields[RECORDS_RECORD] = number;
		fields[RECORDS_PID] = w.psk != NULL ? w.psk->pid : "";
		fields[RECORDS_STATE] = key_state_name(KEY_ISSUED);
		if (w.row != NULL) {
			(void)snprintf(from, sizeof(from), "%s:%zu",
			    m->plan.csv, w.row->line);
			fields[RECORDS_MACHINE] = w.row->machine;
			fields[RECORDS_FROM] = from;
		}
		stream_write(&out, fields);
	}
	stream_end(&out, 0);
}

static void
write_chunk(const uint8_t chunk[SETUPBIN_CHUNK])
{
	if (fwrite(chunk, SETUPBIN_CHUNK, 1, stdout) != 1)
		stage_output_failed("standard output");
}

/* As setupbin-dump would show the record. */
static void
explain_record(const struct setupbin_make *m, const struct setupbin_step *w,
    const uint8_t chunk[SETUPBIN_CHUNK])
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;

	if (w->row != NULL && w->row->machine[0] != '\0')
		(void)printf("          for %s\n", w->row->machine);
	if (setupbin_record_decode(&r, &m->plan.header, w->number, chunk,
	        SETUPBIN_CHUNK, &notes, &f) == -1)
		errx(EX_SOFTWARE, "record %u: %s", w->number, f.why);
	setupbin_show_record(stdout, &r, m->reveal);
	explicit_bzero(&r, sizeof(r));
}

static void
write_file(const struct setupbin_make *m)
{
	struct setupbin_record r;
	struct setupbin_step w = { 0 };
	struct fault f;
	uint8_t chunk[SETUPBIN_CHUNK];

	(void)setvbuf(stdout, NULL, _IOFBF, 128 * SETUPBIN_CHUNK);
	if (setupbin_header_encode(chunk, &m->plan.header, &f) == -1)
		errx(EX_SOFTWARE, "%s", f.why);
	if (m->explain)
		setupbin_show_header(stdout,
		    m->stick[0] != '\0' ? m->stick : "setup.bin",
		    &m->plan.header);
	else
		write_chunk(chunk);
	while (setupbin_plan_step(&w, &m->plan)) {
		if (setupbin_plan_build(&r, &m->plan, &w, &f) == -1 ||
		    setupbin_record_encode(chunk, &r, &m->plan.header, &f) ==
		        -1)
			errx(EX_SOFTWARE, "record %u: %s", w.number, f.why);
		if (m->explain)
			explain_record(m, &w, chunk);
		else
			write_chunk(chunk);
	}
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(chunk, sizeof(chunk));
}

/* --- options ------------------------------------------------------------- */

static void
option_version(struct setupbin_make *m, const char *arg)
{
	static const char *const names[] = { "1.0", "2.0", "2.1", "3.0",
		"4.0" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(arg, names[i]) == 0 ||
		    (names[i][2] == '0' && arg[0] == names[i][0] &&
		        arg[1] == '\0')) {
			m->plan.header.major = (uint8_t)(names[i][0] - '0');
			m->plan.header.minor = (uint8_t)(names[i][2] - '0');
			return;
		}
	errx(EX_USAGE,
	    "-V: unknown version (got \"%s\", expected 1, 2, 2.1, "
	    "3 or 4)",
	    arg);
}

static void
option_root(struct setupbin_make *m, const char *arg)
{
	if (m->nroots == ROOTS_MAX)
		errx(EX_USAGE, "--root: a machine takes at most %d", ROOTS_MAX);
	m->root[m->nroots++] = arg;
}

enum {
	OPT_CSV = 1,
	OPT_EXPLAIN,
	OPT_FIRST,
	OPT_KEEP,
	OPT_LIST,
	OPT_PKI,
	OPT_PLAIN,
	OPT_RECORDS_FD,
	OPT_REVEAL,
	OPT_ROOT,
	OPT_SET,
	OPT_WITHOUT_PSK,
};

static void
set_option(struct setupbin_make *m, int ch)
{
	switch (ch) {
	case 's':
		m->stick = option_text("-s", optarg);
		break;
	case 'V':
		option_version(m, optarg);
		break;
	case OPT_CSV:
		m->plan.csv = optarg;
		break;
	case OPT_EXPLAIN:
		m->explain = true;
		break;
	case OPT_FIRST:
		m->plan.first = (uint32_t)stage_number("--first", optarg, 1,
		    SETUPBIN_RECORDS_MAX);
		break;
	case OPT_KEEP:
		m->plan.header.flags = SETUPBIN_KEEP;
		break;
	case OPT_LIST:
		m->list = true;
		break;
	case OPT_PKI:
		m->plan.pki = true;
		break;
	case OPT_PLAIN:
		m->plan.plain = true;
		break;
	case OPT_RECORDS_FD:
		m->records =
		    fdopen((int)stage_number("--records-fd", optarg, 3, 1023),
		        "w");
		if (m->records == NULL)
			err(EX_USAGE, "--records-fd %s", optarg);
		break;
	case OPT_REVEAL:
		m->reveal = true;
		break;
	case OPT_ROOT:
		option_root(m, optarg);
		break;
	case OPT_SET:
		setupbin_common_set(&m->plan.common, optarg);
		break;
	case OPT_WITHOUT_PSK:
		m->plan.pki = m->without_psk = true;
		break;
	default:
		stage_usage();
	}
}

/* Options that do not go together. */
static void
check_options(const struct setupbin_make *m)
{
	const struct setupbin_plan *p = &m->plan;

	if (m->reveal && !m->explain)
		errx(EX_USAGE, "--reveal is for --explain");
	if (p->first != 0 && (!p->each || p->csv == NULL))
		errx(EX_USAGE,
		    "--first is for a list of machines (--csv) with keys");
	if (!p->each && p->csv == NULL)
		errx(EX_USAGE, "--pki needs a list of machines (--csv)");
	if (p->header.flags & SETUPBIN_KEEP && !p->pki)
		errx(EX_USAGE,
		    "--keep is for --pki: a key that is not consumed would be "
		    "shared by all machines");
	if (p->header.flags & SETUPBIN_KEEP && p->header.major < 2)
		errx(EX_USAGE, "--keep came with version 2");
	if (!m->explain && isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "setup.bin is binary and holds secrets; it "
		    "does not go to a terminal");
}

static void
parse_args(struct setupbin_make *m, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "csv", required_argument, NULL, OPT_CSV },
		{ "explain", no_argument, NULL, OPT_EXPLAIN },
		{ "first", required_argument, NULL, OPT_FIRST },
		{ "keep", no_argument, NULL, OPT_KEEP },
		{ "list", no_argument, NULL, OPT_LIST },
		{ "pki", no_argument, NULL, OPT_PKI },
		{ "plain", no_argument, NULL, OPT_PLAIN },
		{ "records-fd", required_argument, NULL, OPT_RECORDS_FD },
		{ "reveal", no_argument, NULL, OPT_REVEAL },
		{ "root", required_argument, NULL, OPT_ROOT },
		{ "set", required_argument, NULL, OPT_SET },
		{ "without-psk", no_argument, NULL, OPT_WITHOUT_PSK },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "s:V:", longopts)) != -1)
		set_option(m, ch);
	if (m->plan.header.major == 0)
		m->plan.header.major = m->plan.pki ? 3 : 2;
	m->plan.each = !m->plan.pki || m->without_psk;
	if (!m->list)
		check_options(m);
}

static void
make_file(struct setupbin_make *m, int argc, char *argv[])
{
	for (size_t i = 0; i < m->nroots; i++)
		setupbin_common_root(&m->plan.common, &m->plan.header,
		    m->root[i]);
	setupbin_common_try(&m->plan.common, &m->plan.header);
	if (m->plan.csv != NULL)
		setupbin_rows_read(&m->plan.rows, m->plan.csv,
		    SETUPBIN_RECORDS_MAX);
	if (m->plan.first != 0)
		setupbin_rows_keep(&m->plan.rows, m->plan.first - 1,
		    UINT32_MAX);
	if (m->plan.each || optind < argc)
		setupbin_plan_keys(&m->plan, argc, argv);
	setupbin_plan_match(&m->plan);
	if (stage_refused() == 0 &&
	    (m->plan.csv != NULL || m->plan.common.nentries != 0))
		setupbin_plan_try(&m->plan);
	m->plan.header.nrecords = m->plan.nrecords;
	if (stage_refused() != 0)
		warnx("nothing written: %llu of %llu %s were refused",
		    (unsigned long long)stage_refused(),
		    (unsigned long long)(stage_refused() + m->plan.nkeys),
		    m->plan.csv != NULL ? "keys and rows" : "keys");
	else if (m->plan.nrecords == 0)
		errx(EX_DATAERR,
		    m->plan.csv != NULL ? "no machines" : "no keys");
	else {
		if (m->records != NULL)
			write_records(m);
		write_file(m);
	}
}

int
main(int argc, char *argv[])
{
	struct setupbin_make m = { .stick = "",
		.plan.header = { .nmodules = 2, .modules = { 1, 2 } } };

	/* clang-format off */
	stage_begin("[-V version] [--csv file [--first row]] [--set name=value]"
	    " [--root file]\n"
	    "       [--plain] [--explain [--reveal]] [-s stick]"
	    " [--records-fd fd] [file ...]\n"
	    "       setupbin-make --pki [--keep] --csv file [option ...]"
	    " [file ...]\n"
	    "       setupbin-make --without-psk [--keep] [option ...]"
	    " [file ...]\n"
	    "       setupbin-make --list",
	    MAY_READ_FILES | EMITS_SECRETS);
	/* clang-format on */
	wipe_openssl();
	setupbin_record_begin(&m.plan.common, 1);
	parse_args(&m, argc, argv);
	stage_reads(m.plan.csv);
	for (size_t i = 0; i < m.nroots; i++)
		stage_reads(setupbin_common_root_file(m.root[i]));
	stage_confine();
	if (m.list)
		setupbin_show_variables(stdout);
	else
		make_file(&m, argc, argv);
	setupbin_plan_free(&m.plan);
	return stage_end();
}