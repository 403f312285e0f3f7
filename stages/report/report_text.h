#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

/*
 * report_text - what the files that write report.txt share, and what
 * report.html says in the same words: report_text.c has its head and end,
 * report_reasons.c the machines by what is to be done about them,
 * report_lists.c the other lists, report_totals.c how far batches, profiles and
 * releases are.
 */
#include <stdbool.h>

#include "report/report_formats.h"

#define DAY_SECONDS 86400

/* --- report_text.c ------------------------------------------------------- */

#define REPORT_SENTENCE 512

/* That it is about some of the machines only; false if it is not. */
bool report_limits(char *line, size_t cap, const struct fleet *fleet);

/* That the sweep was cut short, and why; false if it was not. */
bool report_cut(char *line, size_t cap, const struct fleet *fleet);

/* That records are missing; false if none is. */
bool report_missing(char *line, size_t cap, const struct fleet *fleet);

/* Whether hellos are received: without them nothing else moves.  False when the
 * report is not about it. */
bool report_listener(char *line, size_t cap, const struct listener *l);

/* That hellos wait for a disk with room; false if none does. */
bool report_unsafe(char *line, size_t cap, const struct listener *l);

/* 2026-11-22T14:20:00Z as 2026-11-22 14:20 UTC; other text as it is. */
void report_put_time(FILE *f, const char *iso);

void report_put_padded(FILE *f, const char *s, size_t width);

/* --- report_reasons.c ------------------------------------------------------
 */

int report_by_name(const void *a, const void *b);

/*
 * Puts the first REPORT_LIST of n machines first, in order; the others are no
 * list that anybody sees.  To sort 100,000 took a sixth of a report's time.
 */
void report_first(const struct machine **list, size_t n,
    int (*order)(const void *, const void *));

/*
 * The machines of one group and one reason, the first of them in order as
 * report_first has it, or not at all when order is NULL; FLEET_GROUPS and
 * REASON_COUNT are all of them.  The caller frees the list.
 */
const struct machine **report_select(const struct fleet *fleet,
    enum fleet_group group, enum reason_id reason,
    int (*order)(const void *, const void *), size_t *n);

void report_more(FILE *f, size_t n, size_t shown);

/* Cause, remedy and machines of one reason. */
void report_reason(FILE *f, const struct fleet *fleet, enum fleet_group group,
    enum reason_id id);

/* The reasons of a group, the most frequent first. */
void report_reasons(FILE *f, const struct fleet *fleet, enum fleet_group group,
    const char *title);

/* Those that only wait, counted by reason: there is nothing to do. */
void report_waiting(FILE *f, const struct fleet *fleet);

void report_unseen(FILE *f, const struct fleet *fleet);

/* --- report_lists.c --------------------------------------------------------
 */

/* Is the machine's window over, or about to be, at the time of the report? */
enum window { WINDOW_UNKNOWN, WINDOW_OPEN, WINDOW_SOON, WINDOW_OVER };

/*
 * Those in this window that need more than the next sweep, the first to close
 * first.  The caller frees the list.
 */
const struct machine **report_in_window(const struct fleet *fleet,
    enum window which, size_t *n);

/* The kinds of certificates that machines show, by their names in ondie.h. */
struct report_certificate {
	const char *kind, *means; /* NULL: the end of the table */
	bool listed;              /* no machine should show it */
};
extern const struct report_certificate report_certificates[];

/* The machines that showed one of this kind, by name as report_select has them.
 * The caller frees the list. */
const struct machine **report_of_kind(const struct fleet *fleet,
    const char *kind, size_t *n);

/*
 * Lists them.  What they need stands with their reason; here stands that it has
 * to be soon, or that it is not enough.
 */
void report_window(FILE *f, const struct fleet *fleet, enum window which,
    const char *title, const char *what);

/* What is set up and differs from its profile, or cannot be looked at. */
void report_unkept(FILE *f, const struct fleet *fleet);

/* What is set up and has a reason all the same: its name has changed. */
void report_renamed(FILE *f, const struct fleet *fleet);

/* What is set up under a UUID that another board proves too. */
void report_shared(FILE *f, const struct fleet *fleet);

/* What is set up, and a device under its UUID asks for a setup again. */
void report_again(FILE *f, const struct fleet *fleet);

/* Which certificates machines have shown, counted; those that no machine
 * should show, one by one. */
void report_shown(FILE *f, const struct fleet *fleet);

/* Hellos that claim to come from a machine and were not proved. */
void report_unproven(FILE *f, const struct fleet *fleet);

void report_latest(FILE *f, const struct fleet *fleet);

/* --- report_totals.c -------------------------------------------------------
 */

void report_totals_lists(FILE *f, const struct fleet *fleet);

#endif
