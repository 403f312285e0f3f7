/* A mail from raw bytes: its names are printable and fit. */
#include "base/mail.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char names[256];
	size_t n = mail_attachments(names, sizeof(names), data, size);

	(void)mail_is(data, size);
	(void)mail_has_type(data, size, "pkcs7-mime");
	if (n == 0 && names[0] != '\0')
		abort();
	for (size_t i = 0; names[i] != '\0'; i++)
		if (names[i] < ' ' || names[i] > '~')
			abort();
	return 0;
}
