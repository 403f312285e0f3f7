#include "report/report_text.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/outputs.h"

int
report_by_name(const void *a, const void *b)
{
	const struct machine *const *m = a, *const *n = b;
	int order = strcmp(machine_name(*m), machine_name(*n));

	if (order != 0)
		return order;
	return strcmp((*m)->field[DEVICES_UUID], (*n)->field[DEVICES_UUID]);
}

void
report_first(const struct machine **list, size_t n,
    int (*order)(const void *, const void *))
{
	for (size_t i = 0; i < n; i++) {
		const struct machine *m = list[i];
		size_t at = i;

		if (i >= REPORT_LIST) {
			at = REPORT_LIST - 1;
			if (order(&m, &list[at]) >= 0)
				continue;
			list[i] = list[at];
		}
		for (; at > 0 && order(&m, &list[at - 1]) < 0; at--)
			list[at] = list[at - 1];
		list[at] = m;
	}
}

const struct machine **
report_select(const struct fleet *fleet, enum fleet_group group,
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
	if (order != NULL)
		report_first(list, *n, order);
	return list;
}

/* Where no root is common: those that the machine knows, unless the detail has
 * had room for all of them. */
static void
text_roots(FILE *f, const struct machine *m)
{
	char line[1200];

	if ((m->reason != REASON_CERT_NO_ROOT &&
	        m->reason != REASON_CERT_NONE &&
	        m->reason != REASON_CERT_REFUSED) ||
	    m->field[DEVICES_ROOTS][0] == '\0' ||
	    strstr(m->field[DEVICES_DETAIL], m->field[DEVICES_ROOTS]) != NULL)
		return;
	(void)snprintf(line, sizeof(line), "It knows the roots of: %.1100s.",
	    m->field[DEVICES_ROOTS]);
	output_wrapped(f, "                     ", line);
}

/* One machine, with what helps to find it. */
static void
text_machine(FILE *f, const struct machine *m)
{
	const char *not_before = m->field[DEVICES_NOT_BEFORE];

	(void)fputs("    ", f);
	report_put_padded(f, m->field[DEVICES_ADDRESS], 15);
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
	text_roots(f, m);
	if (m->group == FLEET_SET_UP && not_before[0] != '\0') {
		(void)fputs("                     looked at again from ", f);
		report_put_time(f, not_before);
		(void)fputc('\n', f);
	}
	if (m->group != FLEET_RETRIES)
		return;
	(void)fprintf(f, "                     tried %llu time%s",
	    (unsigned long long)m->attempts, m->attempts == 1 ? "" : "s");
	if (not_before[0] != '\0') {
		(void)fputs(", again from ", f);
		report_put_time(f, not_before);
	}
	(void)fputc('\n', f);
}

void
report_more(FILE *f, size_t n, size_t shown)
{
	if (n > shown)
		(void)fprintf(f, "    ... and %zu more: see report.csv\n",
		    n - shown);
}

/* Cause, remedy and machines of one reason. */
void
report_reason(FILE *f, const struct fleet *fleet, enum fleet_group group,
    enum reason_id id)
{
	const struct reason *reason = reason_get(id);
	size_t n;
	const struct machine **list =
	    report_select(fleet, group, id, report_by_name, &n);

	if (n != 0) {
		(void)fprintf(f, "\n%s (%zu)\n", reason->code, n);
		output_wrapped(f, "  ", reason->cause);
		output_wrapped(f, "  -> ", reason->remedy);
		for (size_t i = 0; i < n && i < REPORT_LIST; i++)
			text_machine(f, list[i]);
		report_more(f, n, REPORT_LIST);
	}
	free(list);
}

/* The reasons of a group, the most frequent first. */
void
report_reasons(FILE *f, const struct fleet *fleet, enum fleet_group group,
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
		report_reason(f, fleet, group, (enum reason_id)most);
		count[most] = 0;
	}
}

/* Those that only wait, counted by reason: there is nothing to do. */
void
report_waiting(FILE *f, const struct fleet *fleet)
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

void
report_unseen(FILE *f, const struct fleet *fleet)
{
	const struct reason *reason = reason_get(REASON_HELLO_NONE);
	size_t n;
	const struct machine **list = report_select(fleet, FLEET_UNSEEN,
	    REASON_COUNT, report_by_name, &n);

	if (n != 0) {
		(void)fprintf(f, "\n\nEXPECTED, NOT SEEN (%zu)\n\n", n);
		output_wrapped(f, "  ", reason->cause);
		output_wrapped(f, "  -> ", reason->remedy);
		for (size_t i = 0; i < n && i < REPORT_LIST; i++) {
			const char *uuid = list[i]->field[DEVICES_UUID];

			(void)fputs("    ", f);
			report_put_padded(f, uuid, 36);
			if (machine_name(list[i]) != uuid) {
				(void)fputs("  ", f);
				output_plain(f, machine_name(list[i]));
			}
			(void)fputc('\n', f);
		}
		report_more(f, n, REPORT_LIST);
	}
	free(list);
}
