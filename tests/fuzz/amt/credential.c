/*
 * Files with keys: the first line is the password, the rest is the file.
 * What is taken has something in it, what is not says why, and work is bounded.
 */
#include "amt/credential.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/provider.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As programs have it; made once, for it takes longer than a file does. */
static OSSL_LIB_CTX *
legacy(void)
{
	static OSSL_LIB_CTX *ctx;

	if (ctx == NULL) {
		ctx = OSSL_LIB_CTX_new();
		if (ctx == NULL || OSSL_PROVIDER_load(ctx, "default") == NULL)
			abort();
		(void)OSSL_PROVIDER_load(ctx, "legacy");
	}
	return ctx;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct credential_use use = { .legacy = legacy(),
		.iterations_max = 20000,
		.without_mac = true };
	const uint8_t *line = size != 0 ? memchr(data, '\n', size) : NULL;
	char password[64] = "";
	struct credential c;
	struct fault f = { 0 };

	if (line == NULL || (size_t)(line - data) >= sizeof(password) ||
	    credential_begin(&c) == -1)
		return 0;
	memcpy(password, data, (size_t)(line - data));
	size -= (size_t)(line + 1 - data);
	(void)credential_wants_password(line + 1, size);
	if (credential_add(&c, line + 1, size, password, &use, &f) ==
	    CREDENTIAL_OK) {
		(void)credential_leaf(&c);
		if (c.nkeys > CREDENTIAL_KEYS_MAX)
			abort();
	} else if (f.why[0] == '\0')
		abort();
	credential_end(&c);
	return 0;
}
