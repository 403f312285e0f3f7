#ifndef TOTALS_H
#define TOTALS_H

/*
 * totals - how far the machines of each batch, profile and release are.
 */
#include <stddef.h>

#include "report/fleet.h"

enum totals_by {
	TOTALS_BATCH,   /* of their key */
	TOTALS_PROFILE, /* applied last, or planned */
	TOTALS_RELEASE, /* of their firmware: 11.8 */
	TOTALS_BY
};

struct total {
	const char *name; /* "": machines without one; the fleet's memory, but
	                     for releases */
	char release[16]; /* name, of a release */
	size_t machines;
	size_t in_group[FLEET_GROUPS];
	const struct batch *batch; /* of that name, or NULL */
};

struct totals {
	struct total **rows; /* by name, numbers as numbers; "" is the last */
	size_t n;
};

/* As report.json and totals.csv call it: "batch". */
const char *totals_by_name(enum totals_by by);

/* Machines that were heard, whatever came of it. */
size_t total_heard(const struct total *t);

/*
 * Counts the fleet's machines; of batches, those without a machine are there
 * too.  Ends the program when out of memory.
 */
void totals_count(struct totals *t, const struct fleet *fleet,
    enum totals_by by);

/* Has any machine what is counted by? */
bool totals_named(const struct totals *t);

void totals_free(struct totals *t);

#endif
