/*
 * store-collect - what a stick that came back tells of its keys.
 *
 * @records on stdin, as stick-dump writes them.  First all of them are held
 * against what the store has of that stick; only if they fit it anything is
 * changed, in one transaction: keys of taken records are consumed.  Then what
 * was not taken is listed.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/outputs.h"
#include "keys/pidpps.h"
#include "plan/keystate.h"
#include "stick/stick_name.h"
#include "store/keys.h"
#include "store/sink.h"
#include "lib/stage.h"
#include "store/store.h"
#include "lib/stream.h"
#include "lib/wipe.h"
#include "store/issue.h"
#include "store/sticks.h"
#include "base/text.h"

enum { OPT_CSV = 1, OPT_JSON };

/* With -w, for a script that is about to wipe: some keys were not taken. */
#define LEFT_OVER 10

struct row {
	uint32_t record;
	char pid[PID_LEN + 1]; /* "": wiped, or it never had one */
	bool taken;
};

struct collect {
	struct store store;
	const char *dir;
	const char *stick;      /* by the command line; NULL: by what is read */
	char label[64];         /* what the records call it; "" nothing */
	char name[STICKS_NAME]; /* of the stick in the store; "" none there */
	struct sink list;
	bool text, wiping;
	struct row *rows;
	size_t n;
	uint64_t refused; /* by those before us */
	int64_t now;
	size_t ntaken, nnew, nopen, nolder;
};

/* --- what comes in ------------------------------------------------------- */

static void
take_record(const struct stream_in *s, const struct record *r, void *arg)
{
	struct collect *c = arg;
	enum key_state now = key_state_find(r->field[RECORDS_STATE]);
	const char *pid = r->field[RECORDS_PID];
	struct row *row = &c->rows[c->n];
	struct fault f;
	uint64_t number;

	if (c->n == ISSUE_MAX)
		stage_fail(EX_DATAERR, s->name, s->line,
		    "more records than a stick may have (expected at most %d)",
		    ISSUE_MAX);
	if (text_number(&number, r->field[RECORDS_RECORD], ISSUE_MAX) == -1 ||
	    number == 0)
		stage_refuse(s->name, s->line, "not the number of a record");
	else if (now != KEY_CONSUMED && now != KEY_ISSUED)
		stage_refuse(s->name, s->line,
		    "record %" PRIu64 ": unknown state", number);
	else if (pid[0] != '\0' &&
	    pid_parse(row->pid, pid, strlen(pid), &f) == -1)
		stage_refuse(s->name, s->line, "record %" PRIu64 ": %s", number,
		    f.why);
	else {
		if (pid[0] == '\0')
			row->pid[0] = '\0';
		row->record = (uint32_t)number;
		row->taken = now == KEY_CONSUMED;
		(void)snprintf(c->label, sizeof(c->label), "%s",
		    r->field[RECORDS_STICK]);
		c->n++;
	}
}

static void
take_input(int fd, const char *name, void *arg)
{
	const struct kind *records = &kind_records;
	struct collect *c = arg;
	struct stream_in s;

	stream_open(&s, fd, name);
	c->refused += stream_each(&s, &records, 1, take_record, c);
	stream_close(&s);
}

/* --- which stick is it? -------------------------------------------------- */

/* The stick on which one of these PIDs is in just this record. */
static void
find_by_pid(struct collect *c)
{
	for (size_t i = 0; i < c->n && c->name[0] == '\0'; i++)
		sticks_find_record(&c->store, c->rows[i].pid, c->rows[i].record,
		    c->name);
}

static bool
any_key_known(struct collect *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (keys_state(&c->store, c->rows[i].pid) != KEY_NSTATES)
			return true;
	return false;
}

static void
find_stick(struct collect *c)
{
	bool all_wiped = true;

	for (size_t i = 0; i < c->n; i++)
		all_wiped = all_wiped && c->rows[i].pid[0] == '\0';
	sticks_find(&c->store, c->label, c->name);
	if (c->stick != NULL) {
		char label[sizeof(c->name)];

		memcpy(label, c->name, sizeof(label));
		sticks_find(&c->store, c->stick, c->name);
		if (c->name[0] == '\0')
			stage_fail(EX_DATAERR, c->dir, 0, "no stick \"%s\"",
			    c->stick);
		if (label[0] != '\0' && strcmp(label, c->name) != 0)
			stage_fail(EX_DATAERR, c->dir, 0,
			    "not stick %s: its label says %s; nothing changed",
			    c->name, label);
		return;
	}
	if (all_wiped && c->name[0] == '\0')
		stage_fail(EX_DATAERR, c->dir, 0,
		    "no PID is left on this stick, and its label \"%s\" is "
		    "none of ours: name it if you know it (--stick); nothing "
		    "changed",
		    c->label);
	if (all_wiped)
		return;
	if (!any_key_known(c))
		stage_fail(EX_DATAERR, c->dir, 0,
		    "not a stick of this site: none of its %zu PIDs is in the "
		    "store (the first is %s); nothing changed",
		    c->n, c->rows[0].pid);
	if (c->name[0] == '\0')
		find_by_pid(c);
}

/* --- does it fit? -------------------------------------------------------- */

static void
check_count(struct collect *c)
{
	size_t count = sticks_nrecords(&c->store, c->name);
	uint64_t n = c->n + c->refused + stage_refused();

	if (count != n)
		stage_fail(EX_DATAERR, c->dir, 0,
		    "not stick %s as it was made: it has %" PRIu64
		    " records (expected %zu); nothing changed",
		    c->name, n, count);
}

/* Every record has the PID that it was made with; a wiped one gets it. */
static void
check_rows(struct collect *c)
{
	for (size_t i = 0; i < c->n; i++) {
		struct row *row = &c->rows[i];
		char pid[PID_LEN + 1];

		sticks_pid(&c->store, c->name, row->record, pid);
		if (pid[0] == '\0' ||
		    (row->pid[0] != '\0' && strcmp(row->pid, pid) != 0))
			stage_fail(EX_DATAERR, c->dir, 0,
			    "not stick %s as it was made: record %u has PID "
			    "%s (expected %s); nothing changed",
			    c->name, row->record,
			    row->pid[0] != '\0' ? row->pid : "none",
			    pid[0] != '\0' ? pid : "no such record");
		memcpy(row->pid, pid, sizeof(pid));
	}
}

/* A setup.bin that was made for a partner, or that another program made of
 * our keys: no list of its records, so the PIDs have to tell. */
static void
check_pids(struct collect *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		struct row *row = &c->rows[i];

		if (row->pid[0] == '\0') {
			stage_refuse(c->dir, 0,
			    "record %u has no PID left, and which key it had "
			    "is not known: no list of this stick",
			    row->record);
			continue;
		}
		if (keys_state(&c->store, row->pid) == KEY_NSTATES)
			stage_fail(EX_DATAERR, c->dir, 0,
			    "record %u has PID %s, which is not in the store: "
			    "not a stick of this site alone; nothing changed",
			    row->record, row->pid);
		c->rows[n++] = *row;
	}
	c->n = n;
}

/* --- what changes, and what is told -------------------------------------- */

static void
cause_of(struct collect *c, const struct row *row, const char *machine,
    char *cause, size_t cap)
{
	(void)snprintf(cause, cap, "%s%s, record %u%s%s, read back",
	    c->name[0] != '\0' ? "stick " : "setup.bin", c->name, row->record,
	    machine[0] != '\0' ? " for " : "", machine);
}

static void
list_row(struct collect *c, const struct row *row, const char *machine)
{
	char number[16], dashed[PID_DASHED];
	const char *fields[RECORDS_NCOLUMNS] = { [RECORDS_STICK] = c->name,
		[RECORDS_RECORD] = number,
		[RECORDS_PID] = row->pid,
		[RECORDS_MACHINE] = machine,
		[RECORDS_STATE] = key_state_name(KEY_ISSUED) };

	c->nopen++;
	(void)snprintf(number, sizeof(number), "%u", row->record);
	if (!c->text) {
		sink_row(&c->list, fields);
		return;
	}
	pid_format(dashed, row->pid);
	(void)printf("not taken: record %u, PID %s", row->record, dashed);
	if (machine[0] != '\0')
		(void)fputs(", for ", stdout);
	output_plain(stdout, machine);
	(void)putchar('\n');
}

static void
settle_row(struct collect *c, const struct row *row)
{
	enum key_state now = keys_state(&c->store, row->pid);
	char machine[256], cause[512];

	sticks_machine(&c->store, row->pid, row->record, machine,
	    sizeof(machine));
	if (row->taken) {
		c->ntaken++;
		cause_of(c, row, machine, cause, sizeof(cause));
		if (now == KEY_REVOKED)
			stage_say(c->dir, 0,
			    "warning: PID %s is revoked, and a machine took "
			    "it (record %u)",
			    row->pid, row->record);
		else if (keys_move(&c->store, row->pid, KEY_CONSUMED, c->now,
		             cause))
			c->nnew++;
	} else if (now == KEY_CONSUMED || now == KEY_SEEN || now == KEY_USED)
		c->nolder++;
	else if (now != KEY_REVOKED && strcmp(machine, STICK_NAME_ANY) != 0)
		list_row(c, row, machine);
}

static void
collect_tell(const struct collect *c)
{
	FILE *f = c->text ? stdout : stderr;

	(void)fprintf(f,
	    "%s: %zu records, %zu taken by machines (%zu new), %zu not "
	    "taken\n",
	    c->name[0] != '\0' ? c->name : "setup.bin", c->n, c->ntaken,
	    c->nnew, c->nopen);
	if (c->nolder != 0)
		stage_say(c->dir, 0,
		    "warning: %zu records are still valid on this stick, and "
		    "machines have their keys: is it a copy?  Wipe it",
		    c->nolder);
}

static void
collect(struct collect *c)
{
	store_begin(&c->store);
	c->now = clock_seconds();
	find_stick(c);
	if (c->name[0] != '\0') {
		check_count(c);
		check_rows(c);
	} else
		check_pids(c);
	if (!c->text)
		sink_begin(&c->list, &kind_records);
	for (size_t i = 0; i < c->n; i++)
		settle_row(c, &c->rows[i]);
	if (!c->text)
		sink_end(&c->list);
	/* That it came back is worth a date, also when no machine took any. */
	if (c->name[0] != '\0')
		sticks_collected(&c->store, c->name, c->now, c->nnew != 0);
	store_commit(&c->store);
	collect_tell(c);
}

static void
parse_args(struct collect *c, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "csv", no_argument, NULL, OPT_CSV },
		{ "json", no_argument, NULL, OPT_JSON },
		{ "stick", required_argument, NULL, 'k' },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	c->text = true;
	while ((ch = stage_getopt(argc, argv, "d:k:w", longopts)) != -1)
		switch (ch) {
		case 'd':
			c->dir = optarg;
			break;
		case 'k':
			c->stick = optarg;
			break;
		case 'w':
			c->wiping = true;
			break;
		case OPT_CSV:
			c->text = false;
			c->list.form = SINK_CSV;
			break;
		case OPT_JSON:
			c->text = false;
			c->list.form = SINK_JSON;
			break;
		default:
			stage_usage();
		}
	if (c->dir == NULL)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct collect c;
	int status;

	stage_begin("-d site [-k stick] [-w] [--csv | --json] [file ...]",
	    MAY_READ_FILES | MAY_USE_STORE);
	wipe_openssl();
	parse_args(&c, argc, argv);
	c.rows = calloc(ISSUE_MAX, sizeof(*c.rows));
	if (c.rows == NULL)
		err(EX_OSERR, "records");
	stage_uses_folder(c.dir);
	stage_confine();
	stage_each_input(argc, argv, take_input, &c);
	store_open(&c.store, c.dir);
	if (c.n != 0)
		collect(&c);
	store_close(&c.store);
	free(c.rows);
	status = stage_end();
	return status == 0 && c.wiping && c.nopen != 0 ? LEFT_OVER : status;
}
