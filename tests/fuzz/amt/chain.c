/*
 * Certificates from raw bytes, put into a chain and judged: each is issued by
 * the next, none is in it twice, and no more than the last is a root.
 */
#include "amt/certcheck.h"

#include <stdint.h>
#include <stdlib.h>

#include "amt/certpurpose.h"
#include "keys/certfile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_chain(const struct chain *c)
{
	if (c->n == 0 || c->n > CHAIN_MAX)
		abort();
	for (size_t i = 0; i + 1 < c->n; i++) {
		if (X509_NAME_cmp(X509_get_issuer_name(c->certs[i]),
		        X509_get_subject_name(c->certs[i + 1])) != 0 ||
		    chain_is_root(c->certs[i]))
			abort();
		for (size_t j = i + 1; j < c->n; j++)
			if (X509_cmp(c->certs[i], c->certs[j]) == 0)
				abort();
	}
	if ((c->end == CHAIN_WHOLE) != (chain_is_root(c->certs[c->n - 1]) != 0))
		abort();
}

static void
check_all(const struct certcheck *c)
{
	for (unsigned i = 0; i < NCERTTESTS; i++)
		if (c->results[i].grade != CERTGRADE_NONE &&
		    c->results[i].why[0] == '\0')
			abort();
	/* without a key nothing is good */
	if (certcheck_worst(c) != CERTGRADE_FAIL)
		abort();
	if (c->leaf != NULL)
		check_chain(&c->chain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct certcheck_wish wish = { .now = 1800000000,
		.domain = "lab7.example.com" };
	struct credential credential = { .certs = sk_X509_new_null() };
	static struct certcheck c;
	struct fault f;

	if (credential.certs == NULL)
		return 0;
	(void)certfile_append(credential.certs, data, size, &f);
	certcheck_run(&c, &credential, &wish);
	check_all(&c);
	wish.release_set = true;
	wish.release.major = (unsigned)(size % 24);
	certcheck_run(&c, &credential, &wish);
	check_all(&c);
	credential_end(&credential);
	return 0;
}
