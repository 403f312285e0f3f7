/* Any start of a file has a kind, and every kind but one says what to do; any
 * bytes may be the end of a file. */
#include "base/filekind.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum filekind kind = filekind_of(data, size);

	if (kind >= FILEKIND_N ||
	    (filekind_refusal(kind, 0) == NULL) != (kind == FILEKIND_OTHER))
		abort();
	(void)filekind_ends_as_zip(data, size);
	return 0;
}
