#ifndef KEYCOPY_H
#define KEYCOPY_H

/*
 * keycopy - the note in a site that its key file was copied to another place:
 * key-copied, with the fingerprint of the key (seal_print).  Another key has
 * not been copied.
 */
#include <stdbool.h>

#include "store/seal.h"

#define KEYCOPY_FILE "key-copied"

/* 0, or -1 with outfile_why. */
int keycopy_note(const char *site, const uint8_t key[SEAL_KEY]);

bool keycopy_noted(const char *site, const uint8_t key[SEAL_KEY]);

#endif
