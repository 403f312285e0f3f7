#ifndef PACKZIP_H
#define PACKZIP_H

/*
 * packzip - keys as one zip: manifest.json, keys.csv, keys.xml, setup.bin.
 *
 *	{"format":"amtbatch-keys","version":1,"batch":"lab7","count":50,
 *	 "files":{"keys.csv":"SHA-256 in hex","keys.xml":...,"setup.bin":...}}
 *
 * Equal keys and equal now (seconds since 1970, the members' time) give equal
 * bytes.  Ends the program when something fails.
 */
#include <stdint.h>
#include <stdio.h>

#include "keys/packfiles.h"

void pack_zip(FILE *to, const struct pack *p, int64_t now);

#endif
