#ifndef MAPENTRY_H
#define MAPENTRY_H

/*
 * mapentry - one record of @map (kinds(5)), both ways: which machine has which
 * name, who says so, and how far that is trusted.
 */
#include <stdint.h>

#include "base/domain.h"
#include "base/fault.h"
#include "base/record.h"
#include "base/text.h"
#include "base/uuid.h"
#include "map/mapmodel.h"

#define MAPENTRY_DAY 11 /* 2026-11-22 and its NUL */

#define MAPENTRY_TRUST_MAX 100
#define MAPENTRY_TRUST 50     /* of what a site says of its machines */
#define MAPENTRY_TRUST_DNS 10 /* anybody's records may be stale there */

/* What a writer says; all borrowed. */
struct mapentry {
	const char *uuid, *fqdn, *source;
	const char *seen; /* see mapentry_day */
	unsigned trust;
	const char *from;
	const char *model, *serial; /* NULL: not known */
};

struct mapentry_text {
	const char *field[MAP_NCOLUMNS];
	char trust[TEXT_DECIMAL];
};

/* The day of a moment. */
void mapentry_day(char day[MAPENTRY_DAY], int64_t seconds);

/* Fills t->field, which points into *t and to what *e has. */
void mapentry_put(struct mapentry_text *t, const struct mapentry *e);

/*
 * What a reader gets: 0, or -1 with *f filled; at is 0: a record is named by
 * its line.  A UUID that names no machine is a fault.
 */
int mapentry_get(uint8_t uuid[UUID_LEN], char fqdn[DOMAIN_TEXT],
    uint64_t *trust, const struct record *r, struct fault *f);

/* What it says of the machine besides; "" where that is no value. */
void mapentry_get_about(struct mapmodel *about, const struct record *r);

/* The day of the record, or of now when it has none.  Whole exports are of one
 * day: what seen has is compared first. */
int mapentry_get_seen(char seen[MAPENTRY_DAY], const struct record *r,
    int64_t now, struct fault *f);

#endif
