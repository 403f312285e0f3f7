/*
 * wifi: the same about WiFi and wired 802.1X, with the roots they refer to.
 */
#include "families.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
wants(const struct setting *row)
{
	return strncmp(row->name, "wifi", 4) == 0 ||
	    strncmp(row->name, "wired", 5) == 0 ||
	    strncmp(row->name, "trusted-root", 12) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_families(data, size, wants);
}
