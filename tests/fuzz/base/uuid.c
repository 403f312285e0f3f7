/* A UUID from raw bytes: what is read formats and reads again as itself, also
 * after two swaps. */
#include "base/uuid.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t uuid[UUID_LEN], again[UUID_LEN];
	char text[UUID_TEXT];
	struct fault f;

	if (uuid_spell(uuid, (const char *)data, size, &f) == -1) {
		if (f.why[0] == '\0' || f.at > size)
			abort();
		return 0;
	}
	uuid_format(text, uuid);
	if (uuid_parse(again, text, strlen(text), &f) == -1 ||
	    memcmp(again, uuid, UUID_LEN) != 0)
		abort();
	uuid_swap(again, uuid);
	if (uuid_order(uuid) == UUID_PLAIN && uuid_order(again) != UUID_SWAPPED)
		abort();
	uuid_swap(again, again);
	if (memcmp(again, uuid, UUID_LEN) != 0)
		abort();
	(void)uuid_bad(uuid);
	return 0;
}
