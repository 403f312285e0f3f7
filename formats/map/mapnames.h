#ifndef MAPNAMES_H
#define MAPNAMES_H

/*
 * mapnames - what the columns of inventories are called, and the layouts of
 * rows that have no header: mapcsv(5).
 *
 * Sources: Microsoft's documentation of Win32_ComputerSystemProduct and wmic,
 * of the class SMS_R_System and ConfigMgr's views, of "Import Computer for Out
 * of Band Management" and "Import Computer Information", and of Intune's
 * managedDevice; Lansweeper's tables; Active Directory's computer class.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/heading.h"
#include "map/mapsample.h"

enum mapcol {
	MAPCOL_UUID,
	MAPCOL_KEY,
	MAPCOL_FQDN,
	MAPCOL_HOST,
	MAPCOL_DOMAIN,
	/* What may be missing, and need not be told apart from others. */
	MAPCOL_MODEL,
	MAPCOL_SERIAL
};
#define MAPCOL_NEEDED MAPCOL_MODEL /* those before it make a map */
#define MAPCOL_N 7

/* Columns whose meaning depends on the others. */
enum mapname {
	MAPNAME_GUID = MAPCOL_N, /* "guid" alone */
	MAPNAME_NAME,            /* "name" alone: a host's or a product's */
	MAPNAME_NODE,            /* the machine that a tool asked */
	MAPNAME_NETBIOS,
	MAPNAME_PRODUCT, /* only lists of products have these two */
	MAPNAME_NUMBER,
};

/* Finds the columns of a header row, by enum mapcol and enum mapname. */
void mapnames_read(struct heading *h, const struct row *row);

/* Is a column of GUIDs called like something else than the system's UUID, and
 * one of full names like something else than a machine? */
bool mapnames_other_guid(const char *column);
bool mapnames_other_name(const char *column);
/* Is a column called like one of passwords? */
bool mapnames_password(const char *column);

/* Are two columns called the same? */
bool mapnames_same(const char *a, const char *b);

/* A layout without a header: fields by number, from 0. */
struct maplayout {
	int at[MAPCOL_N]; /* -1 none */
	size_t nfields, nfields_max;
	int mac;       /* -1 none */
	int passwords; /* the first of them; they reach to the end */
};

/* The one that most of the sample's rows have, or NULL. */
const struct maplayout *mapnames_layout(const struct mapsample *s);

/* Is the first row no header: alone, or as one of a layout's rows?  Else a
 * password in it would be taken for a column's name. */
bool mapnames_headless(const struct mapsample *s);

#endif
