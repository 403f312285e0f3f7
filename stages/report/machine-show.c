/*
 * machine-show - one machine, from the devices and events streams of
 * store-dump -m: what to do about it, what is known of it, and what happened.
 * When several fit, a list of them.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "base/text.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "report/columns.h"
#include "report/fleet.h"
#include "report/report_text.h"

#define LABEL_WIDTH 24
#define LIST_MAX 20

/* As many as a machine with many hellos and sweeps has, and far more. */
#define EVENTS_MAX 100000

struct event {
	char at[TEXT_TIME], what[24], reason[40];
	char *text;
};

struct shown {
	struct fleet fleet;
	struct event *events;
	size_t nevents, cap;
	bool devices, event_stream; /* came whole */
};

/* --- reading ------------------------------------------------------------- */

static void
event_add(struct shown *s, const struct record *r)
{
	struct event *e;

	if (s->nevents == EVENTS_MAX)
		errx(EX_DATAERR, "more events than one machine has (%d)",
		    EVENTS_MAX);
	if (s->nevents == s->cap) {
		s->cap = 2 * s->cap + 64;
		s->events = reallocarray(s->events, s->cap, sizeof(*e));
		if (s->events == NULL)
			err(EX_OSERR, "events");
	}
	e = &s->events[s->nevents++];
	(void)snprintf(e->at, sizeof(e->at), "%s", r->field[EVENTS_AT]);
	(void)snprintf(e->what, sizeof(e->what), "%s", r->field[EVENTS_WHAT]);
	(void)snprintf(e->reason, sizeof(e->reason), "%s",
	    r->field[EVENTS_REASON]);
	e->text = strdup(r->field[EVENTS_TEXT]);
	if (e->text == NULL)
		err(EX_OSERR, "events");
}

static int
read_stream(struct stream_in *in, struct shown *s)
{
	struct record r;
	struct fault f;
	int got;

	while ((got = stream_next(in, &r)) == 1) {
		if (in->kind == &kind_events)
			event_add(s, &r);
		else if (fleet_add(&s->fleet, &r, &f) == -1)
			stage_refuse(in->name, in->line, "%s", f.why);
	}
	if (got == 0) {
		s->devices |= in->kind == &kind_devices;
		s->event_stream |= in->kind == &kind_events;
	}
	return got;
}

static void
read_input(int fd, const char *name, void *arg)
{
	struct stream_in in;

	stream_open(&in, fd, name);
	in.may_be_empty = true; /* main says what is missing */
	while (stream_header(&in) == 1 && read_stream(&in, arg) != -1)
		;
	stream_close(&in);
}

/* --- writing ------------------------------------------------------------- */

static void
write_field(const char *label, const char *value, enum column_type type)
{
	(void)fputs("  ", stdout);
	report_put_padded(stdout, label, LABEL_WIDTH);
	if (type == COLUMN_TIME)
		report_put_time(stdout, value);
	else
		output_plain(stdout, value);
	(void)fputc('\n', stdout);
}

/* What to do now; what is known follows. */
static void
write_advice(const struct machine *m)
{
	const struct reason *reason = reason_get(m->reason);
	const char *detail = m->field[DEVICES_DETAIL];

	output_plain(stdout, machine_name(m));
	(void)printf(": %s\n", fleet_group_name(m->group));
	if (m->reason != REASON_NONE) {
		(void)printf("\n%s\n", reason->code);
		output_wrapped(stdout, "  ", reason->cause);
	}
	if (detail[0] != '\0')
		output_wrapped(stdout, "  ", detail);
	if (m->reason != REASON_NONE)
		output_wrapped(stdout, "  -> ", reason->remedy);
	(void)fputc('\n', stdout);
}

/* What the inventories say of it, which is no news. */
static const struct {
	const char *what, *label;
} abouts[] = { { "model", "Model" }, { "serial", "Serial number" } };
#define NABOUTS (sizeof(abouts) / sizeof(abouts[0]))

static bool
event_is_about(const struct event *e)
{
	for (size_t i = 0; i < NABOUTS; i++)
		if (strcmp(e->what, abouts[i].what) == 0)
			return true;
	return false;
}

static void
write_about(const struct shown *s)
{
	for (size_t i = 0; i < NABOUTS; i++)
		for (size_t n = 0; n < s->nevents; n++)
			if (strcmp(s->events[n].what, abouts[i].what) == 0)
				write_field(abouts[i].label, s->events[n].text,
				    COLUMN_TEXT);
}

static void
write_known(const struct shown *s)
{
	const struct machine *m = &s->fleet.machines[0];

	for (size_t i = 0; i < report_ncolumns; i++) {
		const struct report_column *c = &report_columns[i];
		const char *value = report_column_value(c, m);

		if (value[0] != '\0' && (c->in & IN_HTML) != 0 &&
		    (c->value != NULL || c->device != DEVICES_DETAIL))
			write_field(c->label, value, report_column_type(c));
		if (c->value == NULL && c->device == DEVICES_FQDN)
			write_about(s);
	}
}

static void
write_event(const struct event *e)
{
	char head[64], text[1200];

	if (e->at[0] != '\0')
		(void)snprintf(head, sizeof(head), "  %.10s %.8s  %-12s ",
		    e->at, e->at + 11, e->what);
	else
		(void)snprintf(head, sizeof(head), "  %-19s  %-12s ", "",
		    e->what);
	if (e->reason[0] == '\0' && e->text[0] == '\0') {
		head[strcspn(head + 23, " ") + 23] = '\0';
		output_plain(stdout, head);
		(void)fputc('\n', stdout);
		return;
	}
	(void)snprintf(text, sizeof(text), "%s%s%s", e->reason,
	    e->reason[0] != '\0' && e->text[0] != '\0' ? ": " : "", e->text);
	output_wrapped(stdout, head, text);
}

static void
write_machine(const struct shown *s)
{
	size_t n = 0;

	write_advice(&s->fleet.machines[0]);
	write_known(s);
	for (size_t i = 0; i < s->nevents; i++) {
		if (event_is_about(&s->events[i]))
			continue;
		if (n++ == 0)
			(void)fputs("\nWhat happened (UTC)\n", stdout);
		write_event(&s->events[i]);
	}
}

static void
write_list(const struct fleet *fleet)
{
	size_t n;
	const struct machine **list = report_select(fleet, FLEET_GROUPS,
	    REASON_COUNT, report_by_name, &n);

	for (size_t i = 0; i < n && i < LIST_MAX; i++) {
		const struct machine *m = list[i];

		(void)printf("%s  ", m->field[DEVICES_UUID]);
		report_put_padded(stdout, m->field[DEVICES_ADDRESS], 15);
		(void)printf("  %-13s  ", fleet_group_name(m->group));
		output_plain(stdout, m->field[DEVICES_FQDN]);
		(void)fputc('\n', stdout);
	}
	if (n > LIST_MAX)
		(void)printf("... and %zu more\n", n - LIST_MAX);
	free(list);
}

/* Returns what the person typed. */
static const char *
parse_args(int argc, char *argv[])
{
	const char *typed = "machine";
	int ch;

	while ((ch = stage_getopt(argc, argv, "a:m:", NULL)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		case 'm':
			typed = optarg;
			break;
		default:
			stage_usage();
		}
	return typed;
}

int
main(int argc, char *argv[])
{
	struct shown s = { 0 };
	const char *typed;
	char shown[80];

	stage_begin("[-a name] [-m machine] [file ...]", MAY_READ_FILES);
	typed = parse_args(argc, argv);
	text_show(shown, sizeof(shown), typed, strlen(typed));
	stage_confine();
	stage_each_input(argc, argv, read_input, &s);
	if (!s.devices || !s.event_stream) {
		if (!stage_input_cut(STDIN_FILENO))
			errx(EX_DATAERR,
			    "the input is incomplete (expected @devices and "
			    "@events)");
		return stage_status(EX_DATAERR);
	}
	if (s.fleet.nmachines == 1)
		write_machine(&s);
	else if (s.fleet.nmachines == 0)
		stage_refuse(shown, 0,
		    "no machine fits (expected a name, UUID, address, PID "
		    "or serial number, or a part of one)");
	else {
		write_list(&s.fleet);
		stage_refuse(shown, 0,
		    "%zu machines fit: name one of them, by its UUID if need "
		    "be",
		    s.fleet.nmachines);
	}
	for (size_t i = 0; i < s.nevents; i++)
		free(s.events[i].text);
	free(s.events);
	fleet_free(&s.fleet);
	return stage_end();
}
