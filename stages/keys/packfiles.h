#ifndef PACKFILES_H
#define PACKFILES_H

/*
 * packfiles - keys as the files that a partner gets: CSV, XML, setup.bin and
 * a sheet to type from.
 *
 * Write errors stay in the FILE, for whoever closes it.  Everything written
 * is secret.
 */
#include <stdio.h>

#include "stick/setupbin_psk.h"

/* What setup.bin takes; keys of one pack go into every form. */
#define PACK_KEYS_MAX SETUPBIN_RECORDS_MAX

struct pack_key {
	struct setupbin_psk psk;
	char *note; /* what is known of the machine; NULL: nothing */
};

struct pack {
	char *batch;
	struct pack_key *keys;
	uint32_t n;
};

typedef void pack_fn(FILE *f, const struct pack *p);

pack_fn pack_csv;      /* keyscsv(5) */
pack_fn pack_xml;      /* keysxml(5) */
pack_fn pack_setupbin; /* setupbin(5), version 2 */
pack_fn pack_sheet;    /* HTML to print, one card a machine */

#endif
