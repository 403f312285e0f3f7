/* What is accepted is canonical after one reading and splits into two parts
 * that make it again. */
#include "base/domain.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char fqdn[DOMAIN_TEXT], again[DOMAIN_TEXT];
	char host[DOMAIN_HOST], domain[DOMAIN_TEXT];
	struct fault f;

	if (domain_parse(fqdn, (const char *)data, size, &f) == -1) {
		if (f.why[0] == '\0' || f.at > size)
			abort();
		return 0;
	}
	if (domain_parse(again, fqdn, strlen(fqdn), &f) == -1 ||
	    strcmp(fqdn, again) != 0)
		abort();
	domain_split(host, domain, fqdn);
	if (strlen(host) + 1 + strlen(domain) != strlen(fqdn) ||
	    strncmp(fqdn, host, strlen(host)) != 0 ||
	    strcmp(fqdn + strlen(host) + 1, domain) != 0)
		abort();
	return 0;
}
