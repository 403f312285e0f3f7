/*
 * sweep-summary - what a person at a terminal wants to know after a sweep, from
 * the devices stream of store-dump: totals, the reasons that most machines
 * have, where the report is, what to do next.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "base/text.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "report/fleet.h"

#define REASONS_SHOWN 3
#define NAMES_SHOWN 20

struct summary {
	struct fleet fleet;
	int64_t began; /* the sweep, in seconds since 1970 */
	const char *reports, *cut;
	/* of a rehearsal: how long it took, and with what */
	int64_t took_ms, latency_ms;
	uint64_t in_flight;
	bool rehearsal;
	size_t now;                  /* set up since then */
	size_t failed[REASON_COUNT]; /* not set up, or not in order */
	bool complete;
};

/* --- reading -------------------------------------------------------------- */

static void
read_devices(int fd, const char *name, void *arg)
{
	static const struct kind *const kinds[] = { &kind_devices };
	struct summary *s = arg;
	struct stream_in in;
	struct record r;
	struct fault f;
	int got = -1;

	stream_open(&in, fd, name);
	if (stream_header(&in) == 1 && stream_is(&in, kinds, 1))
		while ((got = stream_next(&in, &r)) == 1)
			if (fleet_add(&s->fleet, &r, &f) == -1)
				stage_refuse(name, in.line, "%s", f.why);
	s->complete = got == 0;
	stream_close(&in);
}

static void
count_machines(struct summary *s)
{
	for (size_t i = 0; i < s->fleet.nmachines; i++) {
		const struct machine *m = &s->fleet.machines[i];
		int64_t at;

		if (m->group == FLEET_SET_UP &&
		    text_untime(&at, m->field[DEVICES_SET_UP]) == 0 &&
		    at >= s->began)
			s->now++;
		if (m->group != FLEET_UNSEEN && m->group != FLEET_TAKEN_BACK)
			s->failed[m->reason]++;
	}
	s->failed[REASON_NONE] = 0;
}

/* --- what is said --------------------------------------------------------- */

/* The one that most have, of those of this class or, with REASON_COUNT, of
 * any; REASON_NONE if there is none. */
static enum reason_id
reason_first(const struct summary *s, const bool *said, bool person)
{
	enum reason_id first = REASON_NONE;

	for (unsigned id = REASON_NONE + 1; id < REASON_COUNT; id++)
		if (!said[id] && s->failed[id] > s->failed[first] &&
		    (!person || reason_get(id)->class == REASON_PERSON))
			first = (enum reason_id)id;
	return first;
}

static void
say_totals(const struct summary *s)
{
	const size_t *n = s->fleet.in_group;
	size_t again = n[FLEET_RETRIES] + n[FLEET_WAITS];

	(void)printf("Set up now: %zu.  Of %zu machine%s %zu %s set up", s->now,
	    s->fleet.nmachines, s->fleet.nmachines == 1 ? "" : "s",
	    n[FLEET_SET_UP], n[FLEET_SET_UP] == 1 ? "is" : "are");
	if (n[FLEET_PERSON] != 0)
		(void)printf(", %zu need%s action", n[FLEET_PERSON],
		    n[FLEET_PERSON] == 1 ? "s" : "");
	if (again != 0)
		(void)printf(", %zu %s tried again", again,
		    again == 1 ? "is" : "are");
	if (n[FLEET_UNSEEN] != 0)
		(void)printf(", %zu %s not said hello yet", n[FLEET_UNSEEN],
		    n[FLEET_UNSEEN] == 1 ? "has" : "have");
	(void)printf(".\n");
}

static void
say_reasons(const struct summary *s)
{
	bool said[REASON_COUNT] = { false };

	for (int i = 0; i < REASONS_SHOWN; i++) {
		enum reason_id id = reason_first(s, said, false);
		char head[64];

		if (id == REASON_NONE)
			return;
		said[id] = true;
		(void)snprintf(head, sizeof(head), "%6zu  %s: ", s->failed[id],
		    reason_get(id)->code);
		output_wrapped(stdout, head, reason_get(id)->cause);
	}
}

static void
say_next(const struct summary *s)
{
	const bool said[REASON_COUNT] = { false };
	enum reason_id id = reason_first(s, said, true);
	const size_t *n = s->fleet.in_group;

	if (id != REASON_NONE) {
		char head[64];

		(void)snprintf(head, sizeof(head),
		    "Next: %s: ", reason_get(id)->code);
		output_wrapped(stdout, head, reason_get(id)->remedy);
	} else if (s->cut != NULL)
		(void)printf("Next: run amt-sweep again\n");
	else if (n[FLEET_RETRIES] + n[FLEET_WAITS] != 0)
		(void)printf("Next: nothing; the next amt-sweep tries them "
		             "again\n");
	else
		(void)printf("Next: nothing\n");
}

/* Those that were not set up now, by name. */
static void
say_failing(const struct summary *s)
{
	size_t said = 0, more = 0;

	for (size_t i = 0; i < s->fleet.nmachines; i++) {
		const struct machine *m = &s->fleet.machines[i];

		if (m->group == FLEET_SET_UP || m->group == FLEET_UNSEEN ||
		    m->group == FLEET_TAKEN_BACK || m->reason == REASON_NONE)
			continue;
		if (said == NAMES_SHOWN) {
			more++;
			continue;
		}
		(void)fputs("  ", stdout);
		output_plain(stdout,
		    m->field[DEVICES_FQDN][0] != '\0' ? m->field[DEVICES_FQDN]
		                                      : m->field[DEVICES_UUID]);
		(void)printf(": %s\n", reason_get(m->reason)->code);
		said++;
	}
	if (more != 0)
		(void)printf("  and %zu more\n", more);
}

/* Of machines for which there was no time, or not enough, no more is known than
 * that they take as long as those that were set up.  Who failed is not counted:
 * whether that was now, or in a sweep before, is not told here. */
static void
say_forecast(const struct summary *s)
{
	size_t left = s->failed[REASON_RUN_CUT] +
	    s->failed[REASON_RUN_TIME_UP] + s->failed[REASON_QUEUED];
	int64_t whole = s->took_ms;

	if (s->now == 0) {
		(void)printf("No machine was set up, so it is not known how "
		             "long the whole queue takes%s.\n",
		    left == 0 ? "" : "; give more time with -t");
		return;
	}
	if (left != 0)
		whole = s->took_ms * (int64_t)(s->now + left) / (int64_t)s->now;
	whole = (whole + 999) / 1000;
	(void)printf("The whole queue takes about %" PRId64
	             " second%s, as measured with simulated machines on this "
	             "computer: %zu set up, %" PRId64 " ms a reply, %" PRIu64
	             " at once.\n",
	    whole, whole == 1 ? "" : "s", s->now, s->latency_ms, s->in_flight);
}

static void
say_rehearsal(const struct summary *s)
{
	const bool said[REASON_COUNT] = { false };
	size_t out = s->fleet.in_group[FLEET_PERSON] +
	    s->fleet.in_group[FLEET_RETRIES] + s->fleet.in_group[FLEET_WAITS];

	if (s->cut != NULL) {
		(void)fputs("The rehearsal was cut short: ", stdout);
		output_plain(stdout, s->cut);
		(void)fputs(".\n", stdout);
	}
	(void)printf("A sweep would set up %zu machine%s now.", s->now,
	    s->now == 1 ? "" : "s");
	if (out != 0)
		(void)printf("  %zu it would not:", out);
	(void)printf("\n");
	say_reasons(s);
	say_failing(s);
	say_forecast(s);
	(void)printf("Nothing of the rehearsal is kept.\n");
	if (reason_first(s, said, true) != REASON_NONE)
		say_next(s);
	else
		(void)printf("Next: amt-sweep\n");
}

static void
say_all(const struct summary *s)
{
	if (s->rehearsal) {
		say_rehearsal(s);
		return;
	}
	if (s->cut != NULL) {
		(void)fputs("The sweep was cut short: ", stdout);
		output_plain(stdout, s->cut);
		(void)fputs(".\n", stdout);
	}
	say_totals(s);
	say_reasons(s);
	if (s->reports != NULL) {
		(void)fputs("Report: ", stdout);
		output_plain(stdout, s->reports);
		(void)fputs("/report.html, report.txt\n", stdout);
	}
	say_next(s);
}

int
main(int argc, char *argv[])
{
	static struct summary s;
	int ch;

	stage_begin(
	    "[-b seconds] [-c why] [-o folder]\n       [-r ms -j machines -l ms] [file ...]",
	    MAY_READ_FILES);
	while ((ch = stage_getopt(argc, argv, "b:c:j:l:o:r:", NULL)) != -1)
		switch (ch) {
		case 'b':
			s.began =
			    (int64_t)stage_number("-b", optarg, 0, INT64_MAX);
			break;
		case 'c':
			s.cut = optarg;
			break;
		case 'j':
			s.in_flight = stage_number("-j", optarg, 1, 60000);
			break;
		case 'l':
			s.latency_ms =
			    (int64_t)stage_number("-l", optarg, 0, 3600000);
			break;
		case 'r':
			s.rehearsal = true;
			s.took_ms =
			    (int64_t)stage_number("-r", optarg, 0, INT64_MAX);
			break;
		case 'o':
			s.reports = optarg;
			break;
		default:
			stage_usage();
		}
	stage_confine();
	stage_each_input(argc, argv, read_devices, &s);
	if (!s.complete)
		return stage_status(EX_DATAERR);
	count_machines(&s);
	say_all(&s);
	fleet_free(&s.fleet);
	return stage_end();
}
