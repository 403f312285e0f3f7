/*
 * families: a conversation about every setting of the table.
 */
#include "families.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return fuzz_families(data, size, NULL);
}
