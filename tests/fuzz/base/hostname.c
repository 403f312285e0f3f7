/* A name from raw bytes, completed and not: what comes out keeps the rules of
 * domain.h, and reads again as itself. */
#include "base/hostname.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const char *text, size_t size, const char *domain)
{
	char fqdn[DOMAIN_TEXT], again[DOMAIN_TEXT];
	struct fault f;
	unsigned how;

	if (hostname_read(fqdn, text, size, domain, &how, &f) == -1) {
		if (f.why[0] == '\0' || f.at > size)
			abort();
		return;
	}
	if (domain == NULL && (how & HOSTNAME_COMPLETED))
		abort();
	if (domain_parse(again, fqdn, strlen(fqdn), &f) == -1 ||
	    strcmp(again, fqdn) != 0)
		abort();
	if (hostname_read(again, fqdn, strlen(fqdn), NULL, &how, &f) == -1 ||
	    strcmp(again, fqdn) != 0 || how != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check((const char *)data, size, NULL);
	check((const char *)data, size, "example.com");
	return 0;
}
