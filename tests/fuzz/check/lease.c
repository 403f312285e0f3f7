/* What a DHCP client printed, from raw bytes: its domains fit, and each is
 * there once. */
#include "check/lease.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lease l;

	lease_read(&l, (const char *)data, size);
	if (l.n > LEASE_DOMAINS || (l.n != 0 && !l.found))
		abort();
	for (size_t i = 0; i < l.n; i++) {
		if (l.domain[i][0] == '\0' ||
		    memchr(l.domain[i], '\0', LEASE_DOMAIN) == NULL)
			abort();
		for (size_t j = 0; j < i; j++)
			if (strcmp(l.domain[i], l.domain[j]) == 0)
				abort();
	}
	return 0;
}
