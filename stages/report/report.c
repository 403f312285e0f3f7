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
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "report/columns.h"
#include "report/fleet.h"
#include "lib/outfile.h"
#include "lib/outputs.h"
#include "lib/sitefile.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "report/summary.h"
#include "base/text.h"

#define WHY_MAX 256

struct report {
	const char *dir; /* NULL: the text alone, to stdout */
	const char *cut; /* why the sweep ended early, or NULL */
	char made_at[TEXT_TIME];
	struct fleet fleet;
	bool devices, batches, passwords; /* streams that came whole */
	/* Files of passwords, open while the stream is read. */
	struct outfile admin, mebx;
};

/* --- CSV and JSON ------------------------------------------------------ */

/*
 * One row of the CSV: of a machine, of the names (m is NULL), or the one
 * that says why the report was cut short.
 */
static void
csv_row(FILE *f, const struct machine *m, const char *cut)
{
	const char *comma = "";

	for (size_t i = 0; i < report_ncolumns; i++) {
		const struct report_column *c = &report_columns[i];

		if (c->json_only)
			continue;
		(void)fputs(comma, f);
		comma = ",";
		output_csv_guarded(f,
		    m != NULL         ? report_column_value(c, m)
		        : cut != NULL ? report_column_cut(c, cut)
		                      : report_column_name(c));
	}
	(void)fputc('\n', f);
}

static void
write_csv(FILE *f, const struct fleet *fleet)
{
	char text[512];

	csv_row(f, NULL, NULL);
	for (size_t n = 0; n < fleet->nmachines; n++)
		csv_row(f, &fleet->machines[n], NULL);
	if (fleet->cut == NULL)
		return;
	/* A last row without a UUID: CSV has no other place to say it. */
	(void)snprintf(text, sizeof(text),
	    "The sweep was cut short: %s; this report is what was known at "
	    "%s.",
	    fleet->cut, fleet->made_at);
	csv_row(f, NULL, text);
}

/* {"uuid":"...", after the first a comma. */
static void
json_member(FILE *f, bool first, const char *name, enum column_type type,
    const char *value)
{
	(void)fprintf(f, "%c\"%s\":", first ? '{' : ',', name);
	output_json_field(f, type, value);
}

static void
json_machine(FILE *f, const struct machine *m)
{
	for (size_t i = 0; i < report_ncolumns; i++) {
		const struct report_column *c = &report_columns[i];

		json_member(f, i == 0, report_column_name(c),
		    report_column_type(c), report_column_value(c, m));
	}
	(void)fputs("}", f);
}

static void
json_batch(FILE *f, const struct batch *b)
{
	(void)fputs("{\"batch\":", f);
	output_json(f, b->name);
	for (int i = BATCHES_NEW; i < BATCHES_NCOLUMNS; i++)
		(void)fprintf(f, ",\"%s\":%llu", kind_batches.columns[i].name,
		    (unsigned long long)b->keys[i]);
	(void)fputs("}", f);
}

static void
json_claimant(FILE *f, const struct claimant *c)
{
	for (int i = 0; i < CALLERS_NCOLUMNS; i++)
		json_member(f, i == 0, kind_callers.columns[i].name,
		    kind_callers.columns[i].type, c->field[i]);
	(void)fputs("}", f);
}

/* One machine a line, so that two reports can be compared with diff. */
static void
write_json(FILE *f, const struct fleet *fleet)
{
	(void)fprintf(f,
	    "{\"made_at\":\"%s\",\n\"cut_short\":%s,\n\"why\":", fleet->made_at,
	    fleet->cut != NULL ? "true" : "false");
	output_json(f, fleet->cut != NULL ? fleet->cut : "");
	(void)fprintf(f,
	    ",\n\"refused_records\":%llu,\n\"totals\":{"
	    "\"machines\":%zu",
	    (unsigned long long)fleet->refused_records, fleet->nmachines);
	for (int s = 0; s < MACHINE_STATES; s++)
		(void)fprintf(f, ",\"%s\":%zu",
		    machine_state_name((enum machine_state)s),
		    fleet->in_state[s]);
	(void)fputs("},\n\"batches\":[", f);
	for (size_t i = 0; i < fleet->nbatches; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_batch(f, &fleet->batches[i]);
	}
	(void)fputs("],\n\"machines\":[", f);
	for (size_t i = 0; i < fleet->nmachines; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_machine(f, &fleet->machines[i]);
	}
	(void)fputs("],\n\"unproven\":[", f);
	for (size_t i = 0; i < fleet->nclaimants; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_claimant(f, &fleet->claimants[i]);
	}
	(void)fprintf(f, "],\n\"dropped_callers\":%llu}\n",
	    (unsigned long long)fleet->dropped);
}

/* What monitoring watches; written by every run with -o, a failed one too. */
static void
write_health(FILE *f, const struct fleet *fleet)
{
	const char *status = "complete", *why = "";

	if (fleet->cut != NULL) {
		status = "cut short";
		why = fleet->cut;
	}
	if (fleet->broken[0] != '\0') {
		status = "failed";
		why = fleet->broken;
	}
	(void)fprintf(f,
	    "{\"made_at\":\"%s\",\"status\":\"%s\",\"why\":", fleet->made_at,
	    status);
	output_json(f, why);
	if (fleet->broken[0] == '\0')
		(void)fprintf(f,
		    ",\"machines\":%zu,\"set_up\":%zu,\"need_a_person\":%zu,"
		    "\"retried\":%zu,\"waiting\":%zu,\"unseen\":%zu,"
		    "\"refused_records\":%llu",
		    fleet->nmachines, fleet->in_group[FLEET_SET_UP],
		    fleet->in_group[FLEET_PERSON],
		    fleet->in_group[FLEET_RETRIES],
		    fleet->in_group[FLEET_WAITS], fleet->in_group[FLEET_UNSEEN],
		    (unsigned long long)fleet->refused_records);
	if (fleet->listener.state != LISTENER_UNASKED)
		(void)fprintf(f,
		    ",\"listener\":\"%s\",\"listener_age\":%lld,"
		    "\"hellos_waiting\":%llu",
		    listener_state_name(fleet->listener.state),
		    (long long)fleet->listener.age,
		    (unsigned long long)fleet->listener.waiting);
	(void)fputs("}\n", f);
}

/* --- publishing -------------------------------------------------------- */

static const struct {
	const char *name;
	void (*write)(FILE *f, const struct fleet *fleet);
} files[] = {
	{ "report.csv", write_csv },
	{ "report.json", write_json },
	{ "report.txt", summary_write },
	{ "health.json", write_health },
};
#define NFILES (sizeof(files) / sizeof(files[0]))
#define HEALTH (NFILES - 1)

/*
 * All files are written before the first is put in place.  Machine names and
 * addresses are nobody else's: 0640.
 */
static void
publish(const struct report *r, size_t first)
{
	struct outfile out[NFILES];
	char path[NFILES][4096];

	for (size_t i = first; i < NFILES; i++) {
		if (snprintf(path[i], sizeof(path[i]), "%s/%s", r->dir,
		        files[i].name) >= (int)sizeof(path[i]))
			errx(EX_CANTCREAT, "%s: name is too long", r->dir);
		if (outfile_open(&out[i], path[i], 0640) == -1)
			errx(EX_CANTCREAT,
			    "%s: cannot create, nothing changed: %s", path[i],
			    outfile_why());
		files[i].write(out[i].f, &r->fleet);
		if (fflush(out[i].f) != 0 || ferror(out[i].f))
			err(EX_IOERR, "%s: cannot write, nothing changed",
			    path[i]);
	}
	for (size_t i = first; i < NFILES; i++)
		if (outfile_commit(&out[i]) == -1)
			errx(EX_IOERR, "%s: cannot put in place: %s", path[i],
			    outfile_why());
}

static void
open_passwords(struct outfile *o, const char *path, const char *column)
{
	/* Nobody but the owner, from the first byte on. */
	if (outfile_open(o, path, 0600) == -1)
		errx(EX_CANTCREAT, "%s: cannot create: %s", path,
		    outfile_why());
	(void)fprintf(o->f, "uuid,fqdn,%s\n", column);
}

/* No formula guard here: a password has to arrive as it is. */
static void
put_password(struct outfile *o, const struct record *rec, int column)
{
	if (o->f == NULL || rec->field[column][0] == '\0')
		return;
	output_csv(o->f, rec->field[PASSWORDS_UUID]);
	(void)fputc(',', o->f);
	output_csv(o->f, rec->field[PASSWORDS_FQDN]);
	(void)fputc(',', o->f);
	output_csv(o->f, rec->field[column]);
	(void)fputc('\n', o->f);
}

static void
commit_passwords(struct outfile *o)
{
	if (o->f != NULL && outfile_commit(o) == -1)
		errx(EX_IOERR, "%s: cannot write, nothing changed: %s", o->path,
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
			put_password(&r->admin, &rec, PASSWORDS_ADMIN);
			put_password(&r->mebx, &rec, PASSWORDS_MEBX);
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
	s.may_be_empty = true; /* require says what is missing */
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
require(struct report *r, bool came, const struct kind *k)
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
	return r->dir != NULL || (r->admin.f == NULL && r->mebx.f == NULL);
}

static void
check(struct report *r)
{
	if (wants_report(r)) {
		require(r, r->devices, &kind_devices);
		require(r, r->batches, &kind_batches);
	}
	if (r->admin.f != NULL || r->mebx.f != NULL)
		require(r, r->passwords, &kind_passwords);
	if (r->fleet.broken[0] == '\0')
		return;
	if (r->dir != NULL)
		publish(r, HEALTH);
	if (stage_status(0) == 0)
		errx(EX_DATAERR, "nothing published: the input is not whole");
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

int
main(int argc, char *argv[])
{
	struct report r = { 0 };
	const char *admin = NULL, *mebx = NULL, *heartbeat = NULL;
	int ch;

	stage_begin("[-o dir] [-c why] [-l heartbeat] [-P file] [-M file] "
	            "[file ...]",
	    MAY_READ_FILES | MAY_WRITE_FILES | USES_SECRETS);
	while ((ch = stage_getopt(argc, argv, "o:c:l:P:M:", NULL)) != -1)
		switch (ch) {
		case 'o':
			r.dir = strcmp(optarg, "-") != 0 ? optarg : NULL;
			break;
		case 'c':
			r.fleet.cut = optarg;
			break;
		case 'l':
			heartbeat = optarg;
			break;
		case 'P':
			admin = optarg;
			break;
		case 'M':
			mebx = optarg;
			break;
		default:
			stage_usage();
		}
	check_why(r.fleet.cut);
	stage_makes_in(r.dir);
	stage_reads(heartbeat);
	stage_makes(admin);
	stage_makes(mebx);
	stage_confine();
	text_time(r.fleet.made_at, clock_seconds());
	if (heartbeat != NULL)
		read_heartbeat(&r, heartbeat);
	if (admin != NULL)
		open_passwords(&r.admin, admin, "password");
	if (mebx != NULL)
		open_passwords(&r.mebx, mebx, "mebx_password");
	stage_each_input(argc, argv, read_input, &r);
	r.fleet.refused_records += stage_refused();
	check(&r);
	if (r.dir != NULL)
		publish(&r, 0);
	else if (wants_report(&r))
		summary_write(stdout, &r.fleet);
	commit_passwords(&r.admin);
	commit_passwords(&r.mebx);
	fleet_free(&r.fleet);
	return stage_end();
}
