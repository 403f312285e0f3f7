/*
 * report - what became of every machine, from the devices, batches, callers
 * and strangers streams of store-dump, as text for people and as CSV and JSON
 * for programs.
 *
 * A report is published whole or not at all: each file is made without a name
 * and put in place when everything was read to its @end.  When that fails the
 * old reports stay and only health.json says so.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "report/fleet.h"
#include "lib/outfile.h"
#include "lib/sitefile.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "lib/wipe.h"
#include "report/passwords.h"
#include "report/report_formats.h"
#include "report/totals.h"
#include "base/since.h"
#include "base/text.h"

#define WHY_MAX 256

enum { OPT_CSV = 1, OPT_JSON };

struct report {
	const char *dir; /* NULL: the text alone, to stdout */
	const char *cut; /* why the sweep ended early, or NULL */
	char made_at[TEXT_TIME];
	struct fleet fleet;
	struct totals totals[TOTALS_BY];
	bool devices, batches, passwords; /* streams that came whole */
	struct passwords admin, mebx;
};

/* --- publishing -------------------------------------------------------- */

static const struct {
	const char *name;
	void (*write)(FILE *f, const struct fleet *fleet);
} files[] = {
	{ "report.csv", report_csv },
	{ "totals.csv", report_totals },
	{ "report.json", report_json },
	{ "report.txt", report_text },
	{ "report.html", report_html },
	{ "health.json", report_health },
};
#define NFILES (sizeof(files) / sizeof(files[0]))
#define HEALTH (NFILES - 1)

/*
 * All files are written before the first is put in place; health.json is about
 * the whole site, and not of a report that is limited.  Machine names and
 * addresses are nobody else's: 0640.
 */
static void
publish_files(const struct report *r, size_t first)
{
	size_t end = fleet_is_limited(&r->fleet) ? HEALTH : NFILES;
	static char buffers[NFILES][1 << 16];
	struct outfile out[NFILES];
	char path[NFILES][4096];

	for (size_t i = first; i < end; i++) {
		if (snprintf(path[i], sizeof(path[i]), "%s/%s", r->dir,
		        files[i].name) >= (int)sizeof(path[i]))
			errx(EX_CANTCREAT, "%s: name is too long", r->dir);
		if (outfile_open(&out[i], path[i], 0640) == -1)
			errx(EX_CANTCREAT,
			    "%s: cannot create, nothing changed: %s", path[i],
			    outfile_why());
		/* Millions of short pieces, by this thread alone. */
		(void)setvbuf(out[i].f, buffers[i], _IOFBF, sizeof(buffers[i]));
		(void)__fsetlocking(out[i].f, FSETLOCKING_BYCALLER);
		files[i].write(out[i].f, &r->fleet);
		if (fflush(out[i].f) != 0 || ferror(out[i].f))
			err(EX_IOERR, "%s: cannot write, nothing changed",
			    path[i]);
	}
	for (size_t i = first; i < end; i++)
		if (outfile_commit(&out[i]) == -1)
			errx(EX_IOERR, "%s: cannot put in place: %s", path[i],
			    outfile_why());
}

/* --- reading ----------------------------------------------------------- */

/* Remembers why the run fails; the reader has told the user already. */
static void
break_off(struct report *r, const char *name, const char *why)
{
	char shown[128];

	if (r->fleet.broken[0] != '\0')
		return;
	text_show(shown, sizeof(shown), name, strlen(name));
	(void)snprintf(r->fleet.broken, sizeof(r->fleet.broken), "%s: %s",
	    shown, why);
}

/* One stream after its header; 0, or -1 when it is broken. */
static int
read_stream(struct stream_in *s, struct report *r)
{
	struct record rec;
	struct fault f;
	int got;

	while ((got = stream_next(s, &rec)) == 1) {
		if (s->kind == &kind_passwords) {
			passwords_row(&r->admin, &rec);
			passwords_row(&r->mebx, &rec);
		} else if (fleet_add(&r->fleet, &rec, &f) == -1)
			stage_refuse(s->name, s->line, "%s", f.why);
	}
	if (got == -1)
		return -1;
	r->fleet.refused_records += s->refused;
	r->devices |= s->kind == &kind_devices;
	r->batches |= s->kind == &kind_batches;
	r->passwords |= s->kind == &kind_passwords;
	return 0;
}

static void
read_input(int fd, const char *name, void *arg)
{
	struct report *r = arg;
	struct stream_in s;
	int got;

	stream_open(&s, fd, name);
	s.may_be_empty = true; /* require_stream says what is missing */
	while ((got = stream_header(&s)) == 1)
		if (read_stream(&s, r) == -1) {
			got = -1;
			break;
		}
	if (got == -1)
		break_off(r, name, "the stream is broken");
	stream_close(&s);
}

/*
 * The listener's heartbeat.  One that is not there is told in the report, one
 * that cannot be read is one that is not there: a report is made all the same.
 */
static void
read_heartbeat(struct report *r, const char *path)
{
	int fd = sitefile_open(path, O_RDONLY, SITEFILE_STRICT);
	struct stream_in s;
	struct record rec;
	struct fault f;

	r->fleet.listener.state = LISTENER_NEVER;
	if (fd == -1 && errno != ENOENT)
		warnx("%s: %s", path, sitefile_why());
	if (fd == -1)
		return;
	stream_open(&s, fd, path);
	s.may_be_empty = true;
	if (stream_header(&s) == 1 && s.kind == &kind_listener &&
	    stream_next(&s, &rec) == 1) {
		if (fleet_set_listener(&r->fleet, &rec, &f) == -1)
			stage_say(path, s.line, "%s", f.why);
	} else
		stage_say(path, 0, "not a listener's heartbeat");
	stream_close(&s);
	close(fd);
}

/* What the outputs asked for cannot do without. */
static void
require_stream(struct report *r, bool came, const struct kind *k)
{
	char why[64];

	if (came || r->fleet.broken[0] != '\0')
		return;
	(void)snprintf(why, sizeof(why), "no @%s stream came", k->name);
	if (!stage_input_cut(STDIN_FILENO))
		stage_say("input", 0, "%s", why);
	break_off(r, "input", why);
}

/* The reports are wanted, and not the passwords alone. */
static bool
wants_report(const struct report *r)
{
	return r->dir != NULL || (r->admin.o.f == NULL && r->mebx.o.f == NULL);
}

static void
check_input(struct report *r)
{
	if (wants_report(r)) {
		require_stream(r, r->devices, &kind_devices);
		require_stream(r, r->batches, &kind_batches);
	}
	if (r->admin.o.f != NULL || r->mebx.o.f != NULL)
		require_stream(r, r->passwords, &kind_passwords);
	if (r->fleet.broken[0] == '\0')
		return;
	if (r->dir != NULL)
		publish_files(r, HEALTH);
	if (stage_status(0) == 0)
		errx(EX_DATAERR, "nothing published: the input is incomplete");
	exit(stage_status(0));
}

/* It goes into every report: UTF-8, and a sentence rather than a log. */
static void
check_why(const char *cut)
{
	struct fault f;

	if (cut != NULL && text_utf8(cut, strlen(cut), &f) == -1)
		errx(EX_USAGE, "-c: %s", f.why);
	if (cut != NULL && strlen(cut) > WHY_MAX)
		errx(EX_USAGE, "-c: longer than %d bytes", WHY_MAX);
}

/* Where there are no keys of that name, no machine could be in it. */
static void
check_batch(const struct report *r)
{
	const char *batch = r->fleet.only.batch;
	char shown[128];

	if (batch == NULL || r->fleet.nbatches != 0)
		return;
	text_show(shown, sizeof(shown), batch, strlen(batch));
	stage_fail(EX_DATAERR, "-b", 0,
	    "there is no batch of this name (got \"%s\")", shown);
}

static int64_t
parse_since(const char *text)
{
	struct fault f;
	char shown[64];
	int64_t at;

	/* 0 is no limit, and what is before it no time of a stream. */
	if (since_parse(&at, text, clock_seconds(), &f) == 0)
		return at > 0 ? at : 1;
	text_show(shown, sizeof(shown), text, strlen(text));
	stage_fail(EX_USAGE, "-s", 0, "%s (got \"%s\", expected %s)", f.why,
	    shown, SINCE_EXPECTED);
}

struct paths {
	const char *admin, *mebx, *heartbeat; /* or NULL */
	enum sink_form form;                  /* of the passwords */
};

/* Who reads two lists at once could not tell them apart. */
static void
check_paths(const struct paths *p)
{
	if (p->admin != NULL && p->mebx != NULL &&
	    outfile_option(p->admin) == NULL && outfile_option(p->mebx) == NULL)
		errx(EX_USAGE,
		    "-P and -M: one of them only can go to standard output");
}

static void
parse_args(struct report *r, struct paths *p, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "csv", no_argument, NULL, OPT_CSV },
		{ "json", no_argument, NULL, OPT_JSON },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while (
	    (ch = stage_getopt(argc, argv, "b:o:c:l:P:M:s:", longopts)) != -1)
		switch (ch) {
		case 'b':
			r->fleet.only.batch = optarg;
			break;
		case 's':
			r->fleet.only.since = parse_since(optarg);
			break;
		case 'o':
			r->dir = outfile_option(optarg);
			break;
		case 'c':
			r->fleet.cut = optarg;
			break;
		case 'l':
			p->heartbeat = optarg;
			break;
		case 'P':
			p->admin = optarg;
			break;
		case 'M':
			p->mebx = optarg;
			break;
		case OPT_CSV:
			p->form = SINK_CSV;
			break;
		case OPT_JSON:
			p->form = SINK_JSON;
			break;
		default:
			stage_usage();
		}
	check_paths(p);
	check_why(r->fleet.cut);
}

int
main(int argc, char *argv[])
{
	struct report r = { 0 };
	struct paths p = { .form = SINK_CSV };

	stage_begin(
	    "[-o dir] [-b batch] [-s when] [-c why] [-l heartbeat] [-P file] [-M file]\n"
	    "       [--csv | --json] [file ...]",
	    MAY_READ_FILES | MAY_WRITE_FILES | USES_SECRETS);
	wipe_openssl();
	parse_args(&r, &p, argc, argv);
	stage_makes_in(r.dir);
	stage_reads(p.heartbeat);
	stage_makes(p.admin);
	stage_makes(p.mebx);
	stage_confine();
	text_time(r.fleet.made_at, clock_seconds());
	if (p.heartbeat != NULL)
		read_heartbeat(&r, p.heartbeat);
	if (p.admin != NULL)
		passwords_open(&r.admin, p.admin, PASSWORDS_ADMIN, p.form);
	if (p.mebx != NULL)
		passwords_open(&r.mebx, p.mebx, PASSWORDS_MEBX, p.form);
	stage_each_input(argc, argv, read_input, &r);
	r.fleet.refused_records += stage_refused();
	check_input(&r);
	check_batch(&r);
	for (int by = 0; by < TOTALS_BY; by++)
		totals_count(&r.totals[by], &r.fleet, (enum totals_by)by);
	r.fleet.totals = r.totals;
	if (r.dir != NULL)
		publish_files(&r, 0);
	else if (wants_report(&r))
		report_text(stdout, &r.fleet);
	passwords_commit(&r.admin);
	passwords_commit(&r.mebx);
	for (int by = 0; by < TOTALS_BY; by++)
		totals_free(&r.totals[by]);
	fleet_free(&r.fleet);
	return stage_end();
}
