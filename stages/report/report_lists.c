#include "report/report_text.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/outputs.h"

#define SOON_SECONDS 7200

/* Times are as text_time writes them, and their texts are in their order. */
static enum window
window_of(const char *now, const char *soon, const struct machine *m)
{
	const char *closes = m->field[DEVICES_CLOSES];

	if (closes[0] == '\0')
		return WINDOW_UNKNOWN;
	if (strcmp(closes, now) <= 0)
		return WINDOW_OVER;
	return strcmp(closes, soon) <= 0 ? WINDOW_SOON : WINDOW_OPEN;
}

static int
latest_first(const void *a, const void *b)
{
	const struct machine *const *m = a, *const *n = b;
	int order =
	    strcmp((*n)->field[DEVICES_SET_UP], (*m)->field[DEVICES_SET_UP]);

	return order != 0 ? order : report_by_name(a, b);
}

static int
closes_first(const void *a, const void *b)
{
	const struct machine *const *m = a, *const *n = b;
	int order =
	    strcmp((*m)->field[DEVICES_CLOSES], (*n)->field[DEVICES_CLOSES]);

	return order != 0 ? order : report_by_name(a, b);
}

const struct machine **
report_in_window(const struct fleet *fleet, enum window which, size_t *n)
{
	size_t all;
	const struct machine **list =
	    report_select(fleet, FLEET_GROUPS, REASON_COUNT, NULL, &all);
	char soon[TEXT_TIME] = "";
	int64_t now;

	*n = 0;
	if (text_untime(&now, fleet->made_at) == 0)
		text_time(soon, now + SOON_SECONDS);
	for (size_t i = 0; i < all; i++)
		if (window_of(fleet->made_at, soon, list[i]) == which &&
		    list[i]->reason != REASON_WINDOW_CLOSED)
			list[(*n)++] = list[i];
	report_first(list, *n, closes_first);
	return list;
}

/*
 * What they need stands with their reason; here stands that it has to be soon,
 * or that it is not enough.
 */
void
report_window(FILE *f, const struct fleet *fleet, enum window which,
    const char *title, const char *what)
{
	const char *remedy = reason_get(REASON_WINDOW_CLOSED)->remedy;
	size_t n;
	const struct machine **list = report_in_window(fleet, which, &n);

	if (n != 0) {
		(void)fprintf(f, "\n\n%s (%zu)\n\n", title, n);
		output_wrapped(f, "  ", what);
		if (which == WINDOW_OVER)
			output_wrapped(f, "  -> ", remedy);
	}
	for (size_t i = 0; i < n && i < REPORT_LIST; i++) {
		(void)fputs("    ", f);
		report_put_time(f, list[i]->field[DEVICES_CLOSES]);
		(void)fputs("  ", f);
		report_put_padded(f, list[i]->field[DEVICES_ADDRESS], 15);
		(void)fputs("  ", f);
		output_plain(f, machine_name(list[i]));
		(void)fputc('\n', f);
	}
	report_more(f, n, REPORT_LIST);
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
void
report_renamed(FILE *f, const struct fleet *fleet)
{
	size_t n;
	const struct machine **list = report_select(fleet, FLEET_SET_UP,
	    REASON_MAP_CHANGED, report_by_name, &n);

	free(list);
	if (n == 0)
		return;
	(void)fprintf(f, "\n\nSET UP, SINCE RENAMED (%zu)\n", n);
	report_reason(f, fleet, FLEET_SET_UP, REASON_MAP_CHANGED);
}

/* What is set up under a UUID that another board proves too. */
void
report_shared(FILE *f, const struct fleet *fleet)
{
	size_t n;
	const struct machine **list = report_select(fleet, FLEET_SET_UP,
	    REASON_UUID_SHARED, report_by_name, &n);

	free(list);
	if (n == 0)
		return;
	(void)fprintf(f, "\n\nSET UP, UUID USED BY ANOTHER BOARD (%zu)\n", n);
	report_reason(f, fleet, FLEET_SET_UP, REASON_UUID_SHARED);
}

/* Of those that are set up: nothing is to be done, or a section of its own
 * has them. */
static bool
is_kept(enum reason_id id)
{
	return reason_get(id)->class == REASON_WAITS ||
	    id == REASON_MAP_CHANGED || id == REASON_UUID_SHARED ||
	    id == REASON_SETUP_AGAIN;
}

void
report_unkept(FILE *f, const struct fleet *fleet)
{
	size_t n = 0;

	for (size_t i = 0; i < fleet->nmachines; i++)
		n += fleet->machines[i].group == FLEET_SET_UP &&
		    !is_kept(fleet->machines[i].reason);
	if (n == 0)
		return;
	(void)fprintf(f, "\n\nSET UP, NOT IN ORDER (%zu)\n", n);
	for (int id = 0; id < REASON_COUNT; id++)
		if (!is_kept((enum reason_id)id))
			report_reason(f, fleet, FLEET_SET_UP,
			    (enum reason_id)id);
}

void
report_again(FILE *f, const struct fleet *fleet)
{
	size_t n;
	const struct machine **list = report_select(fleet, FLEET_SET_UP,
	    REASON_SETUP_AGAIN, report_by_name, &n);

	free(list);
	if (n == 0)
		return;
	(void)fprintf(f, "\n\nSET UP, ASKS FOR SETUP AGAIN (%zu)\n", n);
	report_reason(f, fleet, FLEET_SET_UP, REASON_SETUP_AGAIN);
}

const struct report_certificate report_certificates[] = {
	{ "on-die", "from the CA in the machine, up to a root of Intel's",
	    false },
	{ "self-signed", "signed with its own key, as before AMT 15", false },
	{ "on-die-broken", "named as from a CA in the machine, but it is not",
	    true },
	{ "other", "of another CA", true },
	{ NULL, NULL, false },
};

const struct machine **
report_of_kind(const struct fleet *fleet, const char *kind, size_t *n)
{
	size_t all;
	const struct machine **list =
	    report_select(fleet, FLEET_GROUPS, REASON_COUNT, NULL, &all);

	*n = 0;
	for (size_t i = 0; i < all; i++)
		if (strcmp(list[i]->field[DEVICES_DEVICE_KIND], kind) == 0)
			list[(*n)++] = list[i];
	report_first(list, *n, report_by_name);
	return list;
}

static void
shown_list(FILE *f, const struct machine **list, size_t n)
{
	for (size_t i = 0; i < n && i < REPORT_LIST; i++) {
		(void)fputs("    ", f);
		report_put_padded(f, list[i]->field[DEVICES_ADDRESS], 15);
		(void)fputs("  ", f);
		output_plain(f, machine_name(list[i]));
		(void)fputs("\n                     SHA-256 ", f);
		output_plain(f, list[i]->field[DEVICES_DEVICE_CERT]);
		(void)fputc('\n', f);
	}
	if (n > REPORT_LIST)
		(void)fprintf(f, "    ... and %zu more: see report.json\n",
		    n - REPORT_LIST);
}

void
report_shown(FILE *f, const struct fleet *fleet)
{
	const struct machine **list;
	size_t n, all = 0;
	char head[64];

	for (size_t i = 0; i < fleet->nmachines; i++)
		all += fleet->machines[i].field[DEVICES_DEVICE_KIND][0] != '\0';
	if (all != 0)
		(void)fprintf(f, "\n\nCERTIFICATES OF MACHINES (%zu)\n\n", all);
	for (const struct report_certificate *c = report_certificates;
	     c->kind != NULL; c++) {
		list = report_of_kind(fleet, c->kind, &n);
		if (n != 0) {
			(void)snprintf(head, sizeof(head), "%7zu  %-13s  ", n,
			    c->kind);
			output_wrapped(f, head, c->means);
			if (c->listed)
				shown_list(f, list, n);
		}
		free(list);
	}
}

/* Where such hellos came from, when, and what was met there. */
static void
text_claimant(FILE *f, const struct claimant *c)
{
	const char *name = c->field[CALLERS_FQDN];
	char line[512];

	(void)fputs("    ", f);
	report_put_padded(f, c->field[CALLERS_ADDRESS], 15);
	(void)fputs("  ", f);
	output_plain(f, name[0] != '\0' ? name : c->field[CALLERS_UUID]);
	if (c->field[CALLERS_PID][0] != '\0') {
		(void)fputs("  PID ", f);
		output_plain(f, c->field[CALLERS_PID]);
	}
	(void)fprintf(f, "\n                     %s hello%s, last ",
	    c->field[CALLERS_HELLOS],
	    strcmp(c->field[CALLERS_HELLOS], "1") == 0 ? "" : "s");
	report_put_time(f, c->field[CALLERS_LAST_HEARD]);
	(void)fprintf(f, ", tried %s time%s\n", c->field[CALLERS_TRIES],
	    strcmp(c->field[CALLERS_TRIES], "1") == 0 ? "" : "s");
	(void)snprintf(line, sizeof(line), "%s", c->field[CALLERS_DETAIL]);
	if (line[0] != '\0')
		output_wrapped(f, "                     ", line);
}

/* Hellos that claim to come from a machine and were not proved. */
void
report_unproven(FILE *f, const struct fleet *fleet)
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
	for (size_t i = 0; i < fleet->nclaimants && shown < REPORT_LIST; i++)
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

void
report_latest(FILE *f, const struct fleet *fleet)
{
	size_t n;
	const struct machine **list =
	    report_select(fleet, FLEET_SET_UP, REASON_COUNT, latest_first, &n);

	if (n != 0) {
		(void)fprintf(f,
		    "\n\nSET UP LAST (%zu in the 24 hours before "
		    "this report)\n\n",
		    set_up_lately(fleet));
		for (size_t i = 0; i < n && i < REPORT_LATEST; i++) {
			(void)fputs("    ", f);
			report_put_time(f, list[i]->field[DEVICES_SET_UP]);
			(void)fputs("  ", f);
			report_put_padded(f, list[i]->field[DEVICES_ADDRESS],
			    15);
			(void)fputs("  ", f);
			output_plain(f, machine_name(list[i]));
			(void)fputc('\n', f);
		}
		report_more(f, n, REPORT_LATEST);
	}
	free(list);
}
