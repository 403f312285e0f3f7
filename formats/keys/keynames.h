#ifndef KEYNAMES_H
#define KEYNAMES_H

/*
 * keynames - what key lists call their columns, and a key from the values:
 * common to CSV (keyscsv) and XML (keysxml).
 *
 * No vendor's list is documented (Dell's factory list has to be rearranged by
 * hand, HP publishes none), so the names are those that such lists and the SCS
 * database use.  Of a name only ASCII letters and digits count, in any case.
 */
#include "base/fault.h"
#include "base/heading.h"
#include "keys/keyrow.h"

/* clang-format off */
enum keyname { KEYNAME_PID, KEYNAME_PPS, KEYNAME_NOW, KEYNAME_NEXT,
	KEYNAME_USED, KEYNAME_SERIAL, KEYNAME_UUID, KEYNAME_MAC, KEYNAME_ORDER,
	KEYNAME_ASSET, KEYNAME_NOTE, KEYNAME_COUNT };
/* clang-format on */

extern const struct heading_name keynames[];
extern const size_t keynames_count;

/* Which column a name means, or -1. */
int keyname_find(const char *name);

/*
 * The key of these values, NULL where the list has none; as keyrow_read, the
 * machine's columns in its note.
 */
int keynames_read(struct keyrow *k, const char *const value[KEYNAME_COUNT],
    struct fault *f);

#endif
