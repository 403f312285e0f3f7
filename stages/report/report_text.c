#include "report/report_text.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/heartbeat.h"
#include "lib/outputs.h"

/* 2026-11-22T14:20:00Z as 2026-11-22 14:20 UTC; other text as it is. */
void
report_put_time(FILE *f, const char *iso)
{
	int64_t seconds;

	if (text_untime(&seconds, iso) == 0)
		(void)fprintf(f, "%.10s %.5s UTC", iso, iso + 11);
	else
		output_plain(f, iso);
}

void
report_put_padded(FILE *f, const char *s, size_t width)
{
	size_t n = output_width(s);

	output_plain(f, s);
	(void)fprintf(f, "%*s", n < width ? (int)(width - n) : 0, "");
}

bool
report_cut(char *line, size_t cap, const struct fleet *fleet)
{
	if (fleet->cut != NULL)
		(void)snprintf(line, cap,
		    "The sweep was cut short: %s; this report is what was "
		    "known at %.10s %.5s UTC.",
		    fleet->cut, fleet->made_at, fleet->made_at + 11);
	return fleet->cut != NULL;
}

bool
report_missing(char *line, size_t cap, const struct fleet *fleet)
{
	if (fleet->refused_records != 0)
		(void)snprintf(line, cap,
		    "%llu of the store's records could not be read and are "
		    "missing here; the messages of this run name them.",
		    (unsigned long long)fleet->refused_records);
	return fleet->refused_records != 0;
}

bool
report_limits(char *line, size_t cap, const struct fleet *fleet)
{
	const struct fleet_only *only = &fleet->only;
	char since[TEXT_TIME] = "", batch[128] = "";

	if (!fleet_is_limited(fleet))
		return false;
	if (only->batch != NULL)
		text_show(batch, sizeof(batch), only->batch,
		    strlen(only->batch));
	text_time(since, only->since);
	(void)snprintf(line, cap,
	    "Only machines %s%s%s%s%.*s%s%.*s%s; report without these limits "
	    "for all.",
	    only->batch != NULL ? "with a key of batch " : "", batch,
	    only->batch != NULL && only->since != 0 ? ", and " : "",
	    only->since != 0 ? "heard or set up since " : "",
	    only->since != 0 ? 10 : 0, since, only->since != 0 ? " " : "",
	    only->since != 0 ? 5 : 0, since + 11,
	    only->since != 0 ? " UTC" : "");
	return true;
}

static void
text_head(FILE *f, const struct fleet *fleet)
{
	char line[REPORT_SENTENCE];

	(void)fputs("amtbatch report, ", f);
	report_put_time(f, fleet->made_at);
	(void)fputs("\n", f);
	if (report_limits(line, sizeof(line), fleet)) {
		(void)fputs("\n", f);
		output_wrapped(f, "", line);
	}
	if (report_cut(line, sizeof(line), fleet)) {
		(void)fputs("\n", f);
		output_wrapped(f, "", line);
	}
	if (report_missing(line, sizeof(line), fleet)) {
		(void)fputs("\n", f);
		output_wrapped(f, "", line);
	}
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
		{ MACHINE_UNPROVISIONED, "were set up, and taken back" },
	};
	int width;

	/* The longest of their names is rare. */
	width = fleet->in_state[MACHINE_UNPROVISIONED] != 0 ? 13 : 10;
	(void)fprintf(f, "\n%7zu  machine%s in all\n", fleet->nmachines,
	    fleet->nmachines == 1 ? "" : "s");
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (fleet->in_state[lines[i].state] != 0)
			(void)fprintf(f, "%7zu  %-*s  %s\n",
			    fleet->in_state[lines[i].state], width,
			    machine_state_name(lines[i].state), lines[i].means);
}

/* "12 minutes", with the unit that says enough. */
static const char *
listener_span(char to[40], int64_t seconds)
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
	    "MAYBE NO HELLOS ARE RECEIVED: amt-hello's last sign is of %.10s "
	    "%.5s UTC, %s from now: the clock was set back. It gives one every "
	    "%d seconds: report again then, and start it if this line is "
	    "still there.",
	    l->at, l->at + 11, listener_span(from_now, l->ahead),
	    HEARTBEAT_MS / 1000);
}

bool
report_listener(char *line, size_t cap, const struct listener *l)
{
	const char *last = l->last_hello[0] != '\0' ? l->last_hello : NULL;
	char ago[40];

	switch (l->state) {
	case LISTENER_NEVER:
		(void)snprintf(line, cap,
		    "NO HELLOS ARE RECEIVED: amt-hello has not run in this "
		    "site. Start it, and leave it running.");
		break;
	case LISTENER_SILENT:
	case LISTENER_ENDED:
		if (l->state == LISTENER_SILENT && l->ahead != 0) {
			listener_ahead(line, cap, l);
			break;
		}
		(void)snprintf(line, cap,
		    "NO HELLOS ARE RECEIVED: amt-hello %s %s ago, at %.10s "
		    "%.5s UTC. %s",
		    l->state == LISTENER_ENDED ? "was ended"
		                               : "gave its last sign",
		    listener_span(ago, l->age), l->at, l->at + 11,
		    l->state == LISTENER_ENDED
		        ? "Start it again."
		        : "It was killed, or its disk is full: look at its "
		          "messages and start it again.");
		break;
	case LISTENER_LISTENING:
		(void)snprintf(line, cap,
		    "Hellos have been received since %.10s %.5s UTC: %llu so "
		    "far, the last one %s%.10s%s%.5s%s; %llu connections refused.",
		    l->since, l->since + 11, (unsigned long long)l->taken,
		    last != NULL ? "at " : "not yet", last != NULL ? last : "",
		    last != NULL ? " " : "", last != NULL ? last + 11 : "",
		    last != NULL ? " UTC" : "", (unsigned long long)l->refused);
		break;
	default:
		return false;
	}
	return true;
}

bool
report_unsafe(char *line, size_t cap, const struct listener *l)
{
	if (l->waiting == 0 && l->trouble[0] == '\0')
		return false;
	(void)snprintf(line, cap,
	    "%llu hellos are not safe yet: the listener cannot write its "
	    "spool (%s). Make room on its disk.",
	    (unsigned long long)l->waiting, l->trouble);
	return true;
}

static void
text_listener(FILE *f, const struct fleet *fleet)
{
	char line[REPORT_SENTENCE];

	if (!report_listener(line, sizeof(line), &fleet->listener))
		return;
	(void)fputc('\n', f);
	output_wrapped(f, "", line);
	if (report_unsafe(line, sizeof(line), &fleet->listener))
		output_wrapped(f, "", line);
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
		report_put_padded(f, b->name, 20);
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
report_text(FILE *f, const struct fleet *fleet)
{
	text_head(f, fleet);
	text_listener(f, fleet);
	text_totals(f, fleet);
	report_reasons(f, fleet, FLEET_PERSON, "ACTION NEEDED");
	report_reasons(f, fleet, FLEET_RETRIES, "RETRYING");
	report_waiting(f, fleet);
	report_window(f, fleet, WINDOW_SOON, "STOP LISTENING WITHIN 2 HOURS",
	    "After this time these take no setup until they are started "
	    "again.");
	report_window(f, fleet, WINDOW_OVER, "WINDOW CLOSED",
	    "Besides what their reason asks for, these have to be started "
	    "again: they have stopped listening for a setup.");
	report_unseen(f, fleet);
	report_reasons(f, fleet, FLEET_TAKEN_BACK, "UNPROVISIONED");
	report_unkept(f, fleet);
	report_renamed(f, fleet);
	report_shared(f, fleet);
	report_again(f, fleet);
	report_unproven(f, fleet);
	report_shown(f, fleet);
	report_latest(f, fleet);
	report_totals_lists(f, fleet);
	text_batches(f, fleet);
}
