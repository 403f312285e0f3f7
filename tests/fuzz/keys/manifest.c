/* A bundle's manifest from raw bytes: what is taken keeps its bounds. */
#include "keys/manifest.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest m;
	struct fault f = { 0 };

	if (manifest_decode(&m, (const char *)data, size, &f) == -1) {
		if (f.why[0] == '\0' || f.at > size)
			abort();
		return 0;
	}
	if (m.nfiles > MANIFEST_FILES_MAX)
		abort();
	for (size_t i = 0; i < m.nfiles; i++)
		if (strlen(m.file[i].sha256) != MANIFEST_DIGEST ||
		    manifest_digest(&m, m.file[i].name) == NULL)
			abort();
	return 0;
}
