/*
 * leaf: the same about the machine's own certificate and TLS: its keys, its
 * requests, who signs them, and the roots it trusts.
 */
#include "families.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
wants(const struct setting *row)
{
	return strcmp(row->name, "certificate") == 0 ||
	    strcmp(row->name, "tls") == 0 ||
	    strncmp(row->name, "trusted-root", 12) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_families(data, size, wants);
}
