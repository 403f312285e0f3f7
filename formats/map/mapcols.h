#ifndef MAPCOLS_H
#define MAPCOLS_H

/*
 * mapcols - which column of an inventory file is what: mapcsv(5).
 *
 * In this order: as the caller was told, by the columns' names, by what two
 * files share, by the values below.  "guid" alone is ambiguous: some
 * inventories call the machine's UUID so, others (Altiris' vComputer) the
 * resource.  It is the UUID unless the file has another column for that, or
 * has names and is joined with one that has UUID and resource.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "map/mapnames.h"
#include "map/mapsample.h"

enum mapcol_how { BY_NAME, BY_WISH, BY_SHARING, BY_VALUES };

/* What the caller was told. */
struct mapwish {
	/* The column's name, or its number from 1 as text; "" nothing. */
	char column[MAPCOL_N][64];
};

struct mapcols {
	bool header; /* the first row is one */
	/* Fields that a row has: exactly nfields below a header. */
	size_t nfields, nfields_max;
	int at[MAPCOL_N]; /* the field, or -1 */
	enum mapcol_how how[MAPCOL_N];
	bool uuid_is_guid;              /* its name was only "guid" */
	bool wished[MAPCOL_N];          /* such a column is there */
	const struct maplayout *layout; /* of rows without a header, or NULL */
	/* For messages.  They show names of columns, never a value: a value
	 * may be a password. */
	char found[640];     /* which column is what */
	char ignored[160];   /* names of the others */
	char passwords[160]; /* those that hold passwords */
	char others[160];    /* those with GUIDs that are not the system's */
};

/*
 * Reads "uuid=GUID,fqdn=3": what is one of uuid, key or resource, fqdn or
 * name, host, domain, model, serial.  0, or -1 with *f filled.
 */
int mapwish_parse(struct mapwish *w, const char *text, struct fault *f);

/*
 * By wish and name.  0, or -1 with *f filled when two columns that are needed
 * mean the same.  w may be NULL.
 */
int mapcols_find(struct mapcols *m, const struct mapsample *s,
    const struct mapwish *w, struct fault *f);

/* What names do not tell, of one file or of two that belong together. */
void mapcols_settle(struct mapcols *m, const struct mapsample *const *s,
    size_t nfiles);

/* Model and serial number, by their names, when the columns that are needed
 * are known. */
void mapcols_take_details(struct mapcols *m, const struct mapsample *s);

/* Fills the texts for messages. */
void mapcols_tell(struct mapcols *m, const struct mapsample *s);

/* May the UUIDs be in base64?  Only where the file or the caller says that the
 * column is one of UUIDs: a password may be sixteen bytes in base64, too. */
bool mapcols_base64(const struct mapcols *m);
/* Does the file have passwords that only their place tells?  Then what a field
 * holds is never shown. */
bool mapcols_secret(const struct mapcols *m);

bool mapcols_named(const struct mapcols *m); /* names are there */
bool mapcols_whole(const struct mapcols *m); /* a map without a second file */
/* Can a with its UUIDs, and b with its names, be joined? */
bool mapcols_join(const struct mapcols *a, const struct mapcols *b);

#endif
