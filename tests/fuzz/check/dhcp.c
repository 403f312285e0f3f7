/* An answer of a DHCP server from raw bytes: one domain at most, and only of an
 * answer to our question. */
#include "check/dhcp.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct dhcp_inform q = { .xid = 0x01020304 };
	struct lease l;
	struct fault f = { .at = 0 };
	int got = dhcp_reply_decode(&l, data, size, &q, &f);

	if (got == -1 && f.why[0] == '\0')
		abort();
	if (got != 1 && (l.found || l.n != 0))
		abort();
	if (got == 1 &&
	    (!l.found || l.n > 1 || memcmp(data + 4, "\1\2\3\4", 4) != 0))
		abort();
	return 0;
}
