#include "report/summary.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/heartbeat.h"
#include "lib/outputs.h"

#define DAY_SECONDS 86400
#define SOON_SECONDS 7200

/* 2026-11-22T14:20:00Z as 2026-11-22 14:20 UTC; other text as it is. */
static void
put_time(FILE *f, const char *iso)
{
	int64_t seconds;

	if (text_untime(&seconds, iso) == 0)
		(void)fprintf(f, "%.10s %.5s UTC", iso, iso + 11);
	else
		output_plain(f, iso);
}

static void
put_padded(FILE *f, const char *s, size_t width)
{
	size_t n = output_width(s);

	output_plain(f, s);
	(void)fprintf(f, "%*s", n < width ? (int)(width - n) : 0, "");
}

static void
text_head(FILE *f, const struct fleet *fleet)
{
	char line[512];

	(void)fputs("amtbatch report, ", f);
	put_time(f, fleet->made_at);
	(void)fputs("\n", f);
	if (fleet->cut != NULL) {
		(void)snprintf(line, sizeof(line),
		    "The sweep was cut short: %s; this report is what was "
		    "known at %.10s %.5s UTC.",
		    fleet->cut, fleet->made_at, fleet->made_at + 11);
		(void)fputs("\n", f);
		output_wrapped(f, "", line);
	}
	if (fleet->refused_records == 0)
		return;
	(void)snprintf(line, sizeof(line),
	    "%llu of the store's records could not be read and are missing "
	    "here; the messages of this run name them.",
	    (unsigned long long)fleet->refused_records);
	(void)fputs("\n", f);
	output_wrapped(f, "", line);
}

static void
text_totals(FILE *f, const struct fleet *fleet)
{
	static const struct {
		enum machine_state state;
		const char *means;
	} lines[] = {
		{ MACHINE_VERIFIED, "set up, and seen to work" },
		{ MACHINE_COMMITTED, "took their setup, not seen since" },
		{ MACHINE_CONFIGURED, "have their password, not finished" },
		{ MACHINE_REACHED, "answered, not finished" },
		{ MACHINE_PLANNED, "handed to a sweep, not reached yet" },
		{ MACHINE_HEARD, "announced themselves" },
		{ MACHINE_DELAYED, "did not get through yet" },
		{ MACHINE_REFUSED, "cannot be set up as they are" },
		{ MACHINE_EXPECTED, "in the inventory, not heard of yet" },
	};

	(void)fprintf(f, "\n%7zu  machine%s in all\n", fleet->nmachines,
	    fleet->nmachines == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (fleet->in_state[lines[i].state] != 0)
			(void)fprintf(f, "%7zu  %-10s  %s\n",
			    fleet->in_state[lines[i].state],
			    machine_state_name(lines[i].state), lines[i].means);
}

/* "12 minutes", with the unit that says enough. */
static const char *
span(char to[40], int64_t seconds)
{
	static const struct {
		int64_t seconds;
		const char *name;
	} units[] = { { 2 * DAY_SECONDS, "days" }, { 7200, "hours" },
		{ 120, "minutes" }, { 0, "seconds" } };
	static const int64_t each[] = { DAY_SECONDS, 3600, 60, 1 };
	size_t i = 0;

	while (seconds < units[i].seconds)
		i++;
	(void)snprintf(to, 40, "%lld %s", (long long)(seconds / each[i]),
	    units[i].name);
	return to;
}

/* The clock was set back while somebody listened, or after that. */
static void
listener_ahead(char *line, size_t cap, const struct listener *l)
{
	char from_now[40];

	(void)snprintf(line, cap,
	    "MAYBE NOBODY TAKES HELLOS: amt-hello's last sign is of %.10s %.5s "
	    "UTC, %s from now: the clock was set back. It gives one every %d "
	    "seconds: report again then, and start it when this is still said.",
	    l->at, l->at + 11, span(from_now, l->ahead), HEARTBEAT_MS / 1000);
}

/* Whether hellos are taken at all: without them nothing else moves. */
static void
text_listener(FILE *f, const struct fleet *fleet)
{
	const struct listener *l = &fleet->listener;
	const char *last = l->last_hello[0] != '\0' ? l->last_hello : NULL;
	char line[512], ago[40];

	switch (l->state) {
	case LISTENER_NEVER:
		(void)snprintf(line, sizeof(line),
		    "NOBODY TAKES HELLOS: amt-hello has not run in this site. "
		    "Start it, and leave it running.");
		break;
	case LISTENER_SILENT:
	case LISTENER_ENDED:
		if (l->state == LISTENER_SILENT && l->ahead != 0) {
			listener_ahead(line, sizeof(line), l);
			break;
		}
		(void)snprintf(line, sizeof(line),
		    "NOBODY TAKES HELLOS: amt-hello %s %s ago, at %.10s %.5s "
		    "UTC. %s",
		    l->state == LISTENER_ENDED ? "was ended"
		                               : "gave its last sign",
		    span(ago, l->age), l->at, l->at + 11,
		    l->state == LISTENER_ENDED
		        ? "Start it again."
		        : "It was killed, or its disk is full: look at its "
		          "messages and start it again.");
		break;
	case LISTENER_LISTENING:
		(void)snprintf(line, sizeof(line),
		    "Hellos are taken since %.10s %.5s UTC: %llu so far, the "
		    "last one %s%.10s%s%.5s%s; %llu connections refused.",
		    l->since, l->since + 11, (unsigned long long)l->taken,
		    last != NULL ? "at " : "not yet", last != NULL ? last : "",
		    last != NULL ? " " : "", last != NULL ? last + 11 : "",
		    last != NULL ? " UTC" : "", (unsigned long long)l->refused);
		break;
	default:
		return;
	}
	(void)fputc('\n', f);
	output_wrapped(f, "", line);
	if (l->waiting == 0 && l->trouble[0] == '\0')
		return;
	(void)snprintf(line, sizeof(line),
	    "%llu hellos are not safe yet: the listener cannot write its "
	    "spool (%s). Make room on its disk.",
	    (unsigned long long)l->waiting, l->trouble);
	output_wrapped(f, "", line);
}

static int
by_name(const void *a, const void *b)
{
	const struct machine *const *m = a, *const *n = b;
	int order = strcmp(machine_name(*m), machine_name(*n));

	if (order != 0)
		return order;
	return strcmp((*m)->field[DEVICES_UUID], (*n)->field[DEVICES_UUID]);
}

static int
latest_first(const void *a, const void *b)
{
	const struct machine *const *m = a, *const *n = b;
	int order =
	    strcmp((*n)->field[DEVICES_SET_UP], (*m)->field[DEVICES_SET_UP]);

	return order != 0 ? order : by_name(a, b);
}

/*
 * The machines of one group and one reason, in order; FLEET_GROUPS and
 * REASON_COUNT are all of them.  The caller frees the list.
 */
static const struct machine **
select_machines(const struct fleet *fleet, enum fleet_group group,
    enum reason_id reason, int (*order)(const void *, const void *), size_t *n)
{
	const struct machine **list =
	    calloc(fleet->nmachines + 1, sizeof(struct machine *));

	if (list == NULL)
		err(EX_OSERR, "report");
	*n = 0;
	for (size_t i = 0; i < fleet->nmachines; i++) {
		const struct machine *m = &fleet->machines[i];

		if ((group == FLEET_GROUPS || m->group == group) &&
		    (reason == REASON_COUNT || m->reason == reason))
			list[(*n)++] = m;
	}
	qsort(list, *n, sizeof(*list), order);
	return list;
}

/* One machine, with what helps to find it. */
static void
text_machine(FILE *f, const struct machine *m)
{
	const char *not_before = m->field[DEVICES_NOT_BEFORE];

	(void)fputs("    ", f);
	put_padded(f, m->field[DEVICES_ADDRESS], 15);
	(void)fputs("  ", f);
	output_plain(f, machine_name(m));
	if (m->field[DEVICES_PID][0] != '\0') {
		(void)fputs("  PID ", f);
		output_plain(f, m->field[DEVICES_PID]);
	}
	(void)fputc('\n', f);
	if (m->field[DEVICES_DETAIL][0] != '\0')
		output_wrapped(f, "                     ",
		    m->field[DEVICES_DETAIL]);
	if (m->group != FLEET_RETRIES)
		return;
	(void)fprintf(f, "                     tried %llu time%s",
	    (unsigned long long)m->attempts, m->attempts == 1 ? "" : "s");
	if (not_before[0] != '\0') {
		(void)fputs(", again from ", f);
		put_time(f, not_before);
	}
	(void)fputc('\n', f);
}

static void
text_more(FILE *f, size_t n, size_t shown)
{
	if (n > shown)
		(void)fprintf(f, "    ... and %zu more: see report.csv\n",
		    n - shown);
}

/* Cause, remedy and machines of one reason. */
static void
text_reason(FILE *f, const struct fleet *fleet, enum fleet_group group,
    enum reason_id id)
{
	const struct reason *reason = reason_get(id);
	size_t n;
	const struct machine **list =
	    select_machines(fleet, group, id, by_name, &n);

	if (n != 0) {
		(void)fprintf(f, "\n%s (%zu)\n", reason->code, n);
		output_wrapped(f, "  ", reason->cause);
		output_wrapped(f, "  -> ", reason->remedy);
		for (size_t i = 0; i < n && i < SUMMARY_LIST; i++)
			text_machine(f, list[i]);
		text_more(f, n, SUMMARY_LIST);
	}
	free(list);
}

/* The reasons of a group, the most frequent first. */
static void
text_reasons(FILE *f, const struct fleet *fleet, enum fleet_group group,
    const char *title)
{
	size_t count[REASON_COUNT] = { 0 };

	if (fleet->in_group[group] == 0)
		return;
	(void)fprintf(f, "\n\n%s (%zu)\n", title, fleet->in_group[group]);
	for (size_t i = 0; i < fleet->nmachines; i++)
		if (fleet->machines[i].group == group)
			count[fleet->machines[i].reason]++;
	for (;;) {
		int most = 0;

		for (int id = 0; id < REASON_COUNT; id++)
			if (count[id] > count[most])
				most = id;
		if (count[most] == 0)
			return;
		text_reason(f, fleet, group, (enum reason_id)most);
		count[most] = 0;
	}
}

/* Those that only wait, counted by reason: there is nothing to do. */
static void
text_waiting(FILE *f, const struct fleet *fleet)
{
	size_t count[REASON_COUNT] = { 0 };

	if (fleet->in_group[FLEET_WAITS] == 0)
		return;
	(void)fprintf(f, "\n\nWAIT FOR THE NEXT SWEEP (%zu)\n\n",
	    fleet->in_group[FLEET_WAITS]);
	for (size_t i = 0; i < fleet->nmachines; i++)
		if (fleet->machines[i].group == FLEET_WAITS)
			count[fleet->machines[i].reason]++;
	for (int id = 0; id < REASON_COUNT; id++) {
		const struct reason *reason = reason_get((enum reason_id)id);
		char head[64];

		if (count[id] == 0)
			continue;
		(void)snprintf(head, sizeof(head), "%7zu  %-12s ", count[id],
		    id == REASON_NONE ? "-" : reason->code);
		output_wrapped(f, head,
		    id == REASON_NONE
		        ? "In the hands of a sweep, or taken by the next one."
		        : reason->cause);
	}
}

static void
text_unseen(FILE *f, const struct fleet *fleet)
{
	const struct reason *reason = reason_get(REASON_HELLO_NONE);
	size_t n;
	const struct machine **list =
	    select_machines(fleet, FLEET_UNSEEN, REASON_COUNT, by_name, &n);

	if (n != 0) {
		(void)fprintf(f, "\n\nEXPECTED, NOT SEEN (%zu)\n\n", n);
		output_wrapped(f, "  ", reason->cause);
		output_wrapped(f, "  -> ", reason->remedy);
		for (size_t i = 0; i < n && i < SUMMARY_LIST; i++) {
			const char *uuid = list[i]->field[DEVICES_UUID];

			(void)fputs("    ", f);
			put_padded(f, uuid, 36);
			if (machine_name(list[i]) != uuid) {
				(void)fputs("  ", f);
				output_plain(f, machine_name(list[i]));
			}
			(void)fputc('\n', f);
		}
		text_more(f, n, SUMMARY_LIST);
	}
	free(list);
}

/* Is the machine's window over, or about to be, at the time of the report? */
enum window { WINDOW_UNKNOWN, WINDOW_OPEN, WINDOW_SOON, WINDOW_OVER };

static enum window
window_of(const struct fleet *fleet, const struct machine *m)
{
	int64_t now, closes;

	if (text_untime(&now, fleet->made_at) == -1 ||
	    text_untime(&closes, m->field[DEVICES_CLOSES]) == -1)
		return WINDOW_UNKNOWN;
	if (closes <= now)
		return WINDOW_OVER;
	return closes <= now + SOON_SECONDS ? WINDOW_SOON : WINDOW_OPEN;
}

static int
closes_first(const void *a, const void *b)
{
	const struct machine *const *m = a, *const *n = b;
	int order =
	    strcmp((*m)->field[DEVICES_CLOSES], (*n)->field[DEVICES_CLOSES]);

	return order != 0 ? order : by_name(a, b);
}

/*
 * Those in this window that need more than the next sweep.  What they need
 * stands with their reason; here stands that it has to be soon, or that it is
 * not enough.
 */
static void
text_window(FILE *f, const struct fleet *fleet, enum window which,
    const char *title, const char *what)
{
	const char *remedy = reason_get(REASON_WINDOW_CLOSED)->remedy;
	size_t n = 0, all;
	const struct machine **list = select_machines(fleet, FLEET_GROUPS,
	    REASON_COUNT, closes_first, &all);

	for (size_t i = 0; i < all; i++)
		if (window_of(fleet, list[i]) == which &&
		    list[i]->reason != REASON_WINDOW_CLOSED)
			list[n++] = list[i];
	if (n != 0) {
		(void)fprintf(f, "\n\n%s (%zu)\n\n", title, n);
		output_wrapped(f, "  ", what);
		if (which == WINDOW_OVER)
			output_wrapped(f, "  -> ", remedy);
	}
	for (size_t i = 0; i < n && i < SUMMARY_LIST; i++) {
		(void)fputs("    ", f);
		put_time(f, list[i]->field[DEVICES_CLOSES]);
		(void)fputs("  ", f);
		put_padded(f, list[i]->field[DEVICES_ADDRESS], 15);
		(void)fputs("  ", f);
		output_plain(f, machine_name(list[i]));
		(void)fputc('\n', f);
	}
	text_more(f, n, SUMMARY_LIST);
	free(list);
}

/* How many were set up in the day before the report was made. */
static size_t
set_up_lately(const struct fleet *fleet)
{
	int64_t now, at;
	size_t n = 0;

	if (text_untime(&now, fleet->made_at) == -1)
		return 0;
	for (size_t i = 0; i < fleet->nmachines; i++) {
		const struct machine *m = &fleet->machines[i];

		n += m->group == FLEET_SET_UP &&
		    text_untime(&at, m->field[DEVICES_SET_UP]) == 0 &&
		    at >= now - DAY_SECONDS;
	}
	return n;
}

/* What is set up and has a reason all the same: its name has changed. */
static void
text_renamed(FILE *f, const struct fleet *fleet)
{
	size_t n;
	const struct machine **list = select_machines(fleet, FLEET_SET_UP,
	    REASON_MAP_CHANGED, by_name, &n);

	free(list);
	if (n == 0)
		return;
	(void)fprintf(f, "\n\nSET UP, SINCE RENAMED (%zu)\n", n);
	text_reason(f, fleet, FLEET_SET_UP, REASON_MAP_CHANGED);
}

/* What is set up under a UUID that another board proves too. */
static void
text_shared(FILE *f, const struct fleet *fleet)
{
	size_t n;
	const struct machine **list = select_machines(fleet, FLEET_SET_UP,
	    REASON_UUID_SHARED, by_name, &n);

	free(list);
	if (n == 0)
		return;
	(void)fprintf(f, "\n\nSET UP, UUID USED BY ANOTHER BOARD (%zu)\n", n);
	text_reason(f, fleet, FLEET_SET_UP, REASON_UUID_SHARED);
}

/* Where such hellos came from, when, and what was met there. */
static void
text_claimant(FILE *f, const struct claimant *c)
{
	const char *name = c->field[CALLERS_FQDN];
	char line[512];

	(void)fputs("    ", f);
	put_padded(f, c->field[CALLERS_ADDRESS], 15);
	(void)fputs("  ", f);
	output_plain(f, name[0] != '\0' ? name : c->field[CALLERS_UUID]);
	if (c->field[CALLERS_PID][0] != '\0') {
		(void)fputs("  PID ", f);
		output_plain(f, c->field[CALLERS_PID]);
	}
	(void)fprintf(f, "\n                     %s hello%s, last ",
	    c->field[CALLERS_HELLOS],
	    strcmp(c->field[CALLERS_HELLOS], "1") == 0 ? "" : "s");
	put_time(f, c->field[CALLERS_LAST_HEARD]);
	(void)fprintf(f, ", tried %s time%s\n", c->field[CALLERS_TRIES],
	    strcmp(c->field[CALLERS_TRIES], "1") == 0 ? "" : "s");
	(void)snprintf(line, sizeof(line), "%s", c->field[CALLERS_DETAIL]);
	if (line[0] != '\0')
		output_wrapped(f, "                     ", line);
}

/* Hellos that claim to come from a machine and were not proved. */
static void
text_unproven(FILE *f, const struct fleet *fleet)
{
	const struct reason *reason = reason_get(REASON_HELLO_UNPROVEN);
	size_t n = 0, shown = 0;

	for (size_t i = 0; i < fleet->nclaimants; i++)
		n += fleet->claimants[i].reason == REASON_HELLO_UNPROVEN;
	if (n != 0) {
		(void)fprintf(f, "\n\nHELLOS NOT PROVED (%zu)\n\n", n);
		output_wrapped(f, "  ", reason->cause);
		output_wrapped(f, "  -> ", reason->remedy);
	}
	for (size_t i = 0; i < fleet->nclaimants && shown < SUMMARY_LIST; i++)
		if (fleet->claimants[i].reason == REASON_HELLO_UNPROVEN) {
			text_claimant(f, &fleet->claimants[i]);
			shown++;
		}
	if (n > shown)
		(void)fprintf(f, "    ... and %zu more: see report.json\n",
		    n - shown);
	if (fleet->dropped != 0)
		(void)fprintf(f,
		    "\n%llu senders of hellos with unexpected UUIDs and PIDs "
		    "were dropped:\nthere were too many, or they were silent "
		    "for 30 days.\n",
		    (unsigned long long)fleet->dropped);
}

static void
text_latest(FILE *f, const struct fleet *fleet)
{
	size_t n;
	const struct machine **list = select_machines(fleet, FLEET_SET_UP,
	    REASON_COUNT, latest_first, &n);

	if (n != 0) {
		(void)fprintf(f,
		    "\n\nSET UP LAST (%zu in the 24 hours before "
		    "this report)\n\n",
		    set_up_lately(fleet));
		for (size_t i = 0; i < n && i < SUMMARY_LATEST; i++) {
			(void)fputs("    ", f);
			put_time(f, list[i]->field[DEVICES_SET_UP]);
			(void)fputs("  ", f);
			put_padded(f, list[i]->field[DEVICES_ADDRESS], 15);
			(void)fputs("  ", f);
			output_plain(f, machine_name(list[i]));
			(void)fputc('\n', f);
		}
		text_more(f, n, SUMMARY_LATEST);
	}
	free(list);
}

/*
 * What is left of the keys.  A key that was issued, or read back from a stick
 * as consumed, and has no hello is a machine that somebody should look for.
 */
static void
text_batches(FILE *f, const struct fleet *fleet)
{
	if (fleet->nbatches == 0)
		return;
	(void)fputs("\n\nKEYS\n\n    batch               ", f);
	for (int i = BATCHES_NEW; i < BATCHES_NCOLUMNS; i++)
		(void)fprintf(f, " %8s", kind_batches.columns[i].name);
	(void)fputc('\n', f);
	for (size_t n = 0; n < fleet->nbatches; n++) {
		const struct batch *b = &fleet->batches[n];
		uint64_t unseen =
		    b->keys[BATCHES_ISSUED] + b->keys[BATCHES_CONSUMED];

		(void)fputs("    ", f);
		put_padded(f, b->name, 20);
		for (int i = BATCHES_NEW; i < BATCHES_NCOLUMNS; i++)
			(void)fprintf(f, " %8llu",
			    (unsigned long long)b->keys[i]);
		(void)fputc('\n', f);
		if (unseen != 0)
			(void)fprintf(f,
			    "      %llu given out and never seen "
			    "in a hello\n",
			    (unsigned long long)unseen);
	}
}

void
summary_write(FILE *f, const struct fleet *fleet)
{
	text_head(f, fleet);
	text_listener(f, fleet);
	text_totals(f, fleet);
	text_reasons(f, fleet, FLEET_PERSON, "ACTION NEEDED");
	text_reasons(f, fleet, FLEET_RETRIES, "RETRYING");
	text_waiting(f, fleet);
	text_window(f, fleet, WINDOW_SOON, "STOP LISTENING WITHIN 2 HOURS",
	    "After this time these take no setup until they are started "
	    "again.");
	text_window(f, fleet, WINDOW_OVER, "WINDOW CLOSED",
	    "Besides what their reason asks for, these have to be started "
	    "again: they have stopped listening for a setup.");
	text_unseen(f, fleet);
	text_renamed(f, fleet);
	text_shared(f, fleet);
	text_unproven(f, fleet);
	text_latest(f, fleet);
	text_batches(f, fleet);
}
