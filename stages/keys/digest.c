#include "keys/digest.h"

#include <err.h>
#include <stdint.h>
#include <sysexits.h>

#include <openssl/evp.h>

#include "base/text.h"

static EVP_MD_CTX *
digest_context(struct digest *d)
{
	return (EVP_MD_CTX *)d;
}

struct digest *
digest_new(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL || EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) != 1)
		errx(EX_OSERR, "no memory for a digest");
	return (struct digest *)ctx;
}

void
digest_add(struct digest *d, const void *buf, size_t len)
{
	if (EVP_DigestUpdate(digest_context(d), buf, len) != 1)
		errx(EX_SOFTWARE, "digest failed");
}

void
digest_end(struct digest *d, char hex[DIGEST_HEX])
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len;

	if (EVP_DigestFinal_ex(digest_context(d), sum, &len) != 1 || len != 32)
		errx(EX_SOFTWARE, "digest failed");
	text_hex(hex, sum, len);
	EVP_MD_CTX_free(digest_context(d));
}
