#ifndef NAMES_H
#define NAMES_H

/*
 * names - which name the store's map has for a machine (claims.h), and which
 * other machine has as much right to it.  Planning and the list of conflicts
 * both ask here, so they never differ.
 */
#include "map/mapmodel.h"
#include "plan/claims.h"
#include "store/store.h"
#include "base/uuid.h"

/* In SQL, without the ranks: does the inventory know the machine, by a source
 * or by hand?  And does it call it anything but that?  uuid and fqdn are
 * columns of a table with an alias. */
#define NAMES_KNOWN(uuid_)                                                     \
	"(EXISTS (SELECT 1 FROM map WHERE uuid = " uuid_ ")"                   \
	" OR EXISTS (SELECT 1 FROM settlements"                                \
	" WHERE uuid = " uuid_ " AND undone_at IS NULL))"
#define NAMES_OTHER(uuid_, fqdn_)                                              \
	"(EXISTS (SELECT 1 FROM map"                                           \
	" WHERE uuid = " uuid_ " AND fqdn <> " fqdn_ ")"                       \
	" OR EXISTS (SELECT 1 FROM settlements"                                \
	" WHERE uuid = " uuid_ " AND fqdn <> " fqdn_                           \
	" AND undone_at IS NULL))"

struct names {
	struct claims claims;
	/* Another UUID that contests the one name; "" if it is not contested.
	 */
	char owner[UUID_TEXT];
	char owner_place[CLAIMS_PLACE];
};

/* cutoff as in claims.h. */
void names_get(struct store *s, const char *uuid, const char *cutoff,
    struct names *n);

/* The claims alone, without a look at other machines; ask as in claims.h. */
void names_claims(struct store *s, const char *uuid, const char *cutoff,
    const char *ask, struct claims *c);

/* Its model, of the entry of the highest rank that has one; "" not known. */
void names_model(struct store *s, const char *uuid, char model[MAPMODEL_TEXT]);

/* Does this name count for the machine whose claims are all?  For listing all
 * names of a machine, without a look at all of them for each. */
bool names_count(struct store *s, const char *uuid, const char *cutoff,
    const char *fqdn, const struct claims *all);

/* Can this UUID be one machine's?  A value that many boards share names none
 * and owns nothing. */
bool names_machine(const char *uuid);

/* The day before which entries are stale after so many days; 0: never. */
void names_cutoff(char cutoff[CLAIMS_SEEN], int64_t now, int64_t days);

#endif
