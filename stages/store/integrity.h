#ifndef INTEGRITY_H
#define INTEGRITY_H

/*
 * integrity - whether a store can be worked with: its file is sound, it is of
 * this program's version, and the key is its own.  Changes nothing.
 *
 * A file that cannot be read at all ends the program, as everywhere;
 * store_fail_listen (dbfail.h) is for who wants to hear of it.
 */
#include "store/store.h"
#include "store/upgrade.h"

#define INTEGRITY_TEXT 200

struct integrity {
	uint64_t nfaults;           /* of the file */
	char fault[INTEGRITY_TEXT]; /* the first, in SQLite's words */
	enum upgrade_fit fit;
	int version, wanted;
	bool key_fits; /* looked at when fit is UPGRADE_FITS or UPGRADE_OLDER */
};

/* key may be NULL: there is none to compare. */
void integrity_check(struct integrity *i, const char *dir,
    const uint8_t key[SEAL_KEY]);

#endif
