/*
 * acl: the same about users, their realms and Kerberos alone, so that an input
 * gets to their replies.
 */
#include "families.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
wants(const struct setting *row)
{
	return strncmp(row->name, "user-", 5) == 0 ||
	    strncmp(row->name, "kerberos", 8) == 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_families(data, size, wants);
}
