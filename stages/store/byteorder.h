#ifndef BYTEORDER_H
#define BYTEORDER_H

/*
 * byteorder - inventory entries whose UUID is spelled the other way around
 * (uuid.h), settled by the hellos.
 *
 * The text of a UUID does not say which order it is in, but a machine's hello
 * does.  An entry that is no machine's as it stands, and the very bytes of one
 * that was heard when they are swapped, becomes that machine's.  Where both
 * were heard nothing is changed: the entry is that of the machine it names.
 */
#include "store/store.h"

enum byteorder_table {
	BYTEORDER_MAP,
	BYTEORDER_STAGE, /* stage_map: what is on its way into the map */
};

/* Within a transaction.  Says what it changed. */
void byteorder_settle(struct store *s, enum byteorder_table table);

#endif
