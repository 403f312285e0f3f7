/*
 * A partner's certificate from raw bytes: what is read can be looked at in
 * every way that programs do, and says why it is refused.
 */
#include "keys/certfile.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "keys/certuse.h"

static void
look_at(X509 *cert, STACK_OF(X509) * all)
{
	char name[CERT_NAME], sha256[CERT_SHA256], again[CERT_SHA256];
	struct fault f = { 0 };

	cert_subject(name, cert);
	cert_issuer(name, cert);
	cert_sha256(sha256, cert);
	if (cert_sha256_parse(again, sha256) == -1 ||
	    strcmp(sha256, again) != 0)
		abort();
	for (int use = CERT_RECEIVES; use <= CERT_SIGNS; use++)
		if (cert_check(cert, all, (enum cert_use)use, 1800000000, &f) ==
		        -1 &&
		    f.why[0] == '\0')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fault f = { 0 };
	STACK_OF(X509) *all = certfile_read(data, size, &f);

	if (all == NULL) {
		if (f.why[0] == '\0')
			abort();
		return 0;
	}
	if (sk_X509_num(all) == 0)
		abort();
	for (int i = 0; i < sk_X509_num(all) && i < 4; i++)
		look_at(sk_X509_value(all, i), all);
	sk_X509_pop_free(all, X509_free);
	return 0;
}
