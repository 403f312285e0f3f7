#ifndef SUBJECT_H
#define SUBJECT_H

/*
 * subject - one machine by its UUID or name, heard or only in the inventory,
 * with what the rules of profile.xml ask about it (assign.h).
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/domain.h"
#include "base/uuid.h"
#include "map/mapmodel.h"
#include "map/props.h"
#include "plan/claims.h"
#include "store/store.h"

struct subject {
	char uuid[UUID_TEXT];
	/* As it was set up, else by the inventory; "" without a name there, or
	 * with several. */
	char fqdn[DOMAIN_TEXT];
	bool heard;
	char address[48], firmware[64], batch[80]; /* "" where not known */
	char model[MAPMODEL_TEXT];
	struct props told; /* by the site's own program, besides a name */
};

/*
 * How many machines there are of that UUID or that name, which may be the first
 * label alone, and *first filled with the first of them.  cutoff as in
 * claims.h.
 */
size_t subject_find(struct store *s, const char *machine, const char *cutoff,
    struct subject *first);

#endif
