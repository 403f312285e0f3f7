#ifndef MANIFEST_H
#define MANIFEST_H

/*
 * manifest - manifest.json, the first file of a bundle that amt-export makes.
 *
 *	{"format": "amtbatch-keys", "version": 1, "batch": "lab7", "count": 64,
 *	 "files": {"keys.csv": "SHA-256 in hexadecimal", ...}}
 *
 * JSON of RFC 8259, members in any order, unknown ones skipped.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define MANIFEST_MAX 65536 /* bytes of the file */
#define MANIFEST_FILES_MAX 16
#define MANIFEST_NAME_MAX 64
#define MANIFEST_DIGEST 64 /* hex digits, lower case */

struct manifest {
	char batch[MANIFEST_NAME_MAX + 1];
	uint64_t count; /* keys */
	size_t nfiles;
	struct {
		char name[MANIFEST_NAME_MAX + 1];
		char sha256[MANIFEST_DIGEST + 1];
	} file[MANIFEST_FILES_MAX];
};

/* All of the file.  0, or -1 with *f filled (a byte offset) and *m of no use.
 */
int manifest_decode(struct manifest *m, const char *json, size_t len,
    struct fault *f);

/* The digest of the file of that name, or NULL. */
const char *manifest_digest(const struct manifest *m, const char *name);

#endif
