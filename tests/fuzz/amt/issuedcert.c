/*
 * Base64 of a certificate as a result has it: what is read says the same again
 * when its PEM is.
 */
#include "amt/issuedcert.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_pem(const struct issuedcert *c)
{
	BIO *bio = BIO_new_mem_buf(c->pem, -1);
	X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	char subject[CERT_NAME];

	if (cert == NULL)
		abort();
	cert_subject(subject, cert);
	if (strcmp(subject, c->subject) != 0)
		abort();
	X509_free(cert);
	(void)BIO_free(bio);
}

/* Its own sum, or nearly all would end there. */
static void
print_of(char print[ISSUEDCERT_PRINT], const char *base64, size_t len)
{
	uint8_t *der = malloc(len + 4), sum[32];
	int n = EVP_DecodeBlock(der, (const unsigned char *)base64, (int)len);

	if (n >= 2 && len >= 4)
		n -= (base64[len - 1] == '=') + (base64[len - 2] == '=');
	(void)EVP_Digest(der, n < 0 ? 0 : (size_t)n, sum, NULL, EVP_sha256(),
	    NULL);
	text_hex(print, sum, sizeof(sum));
	free(der);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char print[ISSUEDCERT_PRINT], *text = malloc(size + 1);
	static struct issuedcert c;
	struct fault f;

	if (text == NULL || size > 65536) {
		free(text);
		return 0;
	}
	memcpy(text, data, size);
	text[size] = '\0';
	print_of(print, text, strlen(text));
	if (issuedcert_read(&c, text, print, &f) == 0) {
		if (strcmp(c.print, print) != 0)
			abort();
		check_pem(&c);
	}
	free(text);
	return 0;
}
