#ifndef ONDIE_MAKER_H
#define ONDIE_MAKER_H

/*
 * ondie_maker - chains like those of machines with an on-die CA, under a root
 * of our own, for cmocka tests; include it after cmocka.h, stdlib.h and
 * string.h.  ondie_make and ondie_end are a group's setup and end.
 */
#include "amt/ondie.h"
#include "base/text.h"
#include "cert_maker.h"
#include "keys/certuse.h"

enum { LEAF, AMT, KERNEL, ROM, ISSUING, MIDDLE, NCHAIN };

/* The names of a chain that was seen (rpc-go, pull request 1329), with a root
 * of this test above. */
struct link_wish {
	struct cert_wish w;
	const char *key_usage;
};
#define CA "critical,CA:TRUE"
#define SIGNS "critical,keyCertSign"
static const struct link_wish plain[NCHAIN] = {
	[LEAF] = { { .cn = "AMT RCFG", .usage = "serverAuth" },
	    "critical,digitalSignature,keyEncipherment" },
	[AMT] = { { .cn = "ODCA 2 CSME LNL SOC SVN 01 AMT   CA", .basic = CA },
	    SIGNS },
	[KERNEL] = { { .cn = "ODCA 2 CSME LNL SOC SVN 01 Kernel CA",
	                 .basic = CA },
	    SIGNS },
	[ROM] = { { .cn = "ODCA 2 CSME LNL SOC ROM CA", .basic = CA }, SIGNS },
	[ISSUING] = { { .cn = "www.example.com",
	                  .ou = "ODCA 2 CSME P_LNL SOC 00003648 ZE Issuing CA",
	                  .basic = CA },
	    SIGNS },
	[MIDDLE] = { { .cn = "www.example.com",
	                 .ou = "ODCA CA2 CSME Intermediate CA",
	                 .basic = CA },
	    SIGNS },
};

static EVP_PKEY *keys[NCHAIN + 1], *other_key; /* keys[NCHAIN]: the root's */
static X509 *root_cert;
static char root_key[512], root_name[CERT_NAME];
static struct ondie_root root;

static inline void
key_text(char *to, size_t cap, EVP_PKEY *key)
{
	uint8_t *der = NULL;
	int len = i2d_PUBKEY(key, &der);

	assert_true(len > 0 && 2 * (size_t)len < cap);
	text_hex(to, der, (size_t)len);
	OPENSSL_free(der);
}

static inline int
ondie_make(void **state)
{
	const struct cert_wish w = { .cn = "www.example.com",
		.ou = "Test Root Cert Signing",
		.basic = CA,
		.md = EVP_sha384() };

	(void)state;
	for (size_t i = 0; i <= NCHAIN; i++)
		keys[i] = EVP_EC_gen("P-384");
	other_key = EVP_EC_gen("P-384");
	root_cert = cert_make(&w, keys[NCHAIN], NULL, NULL);
	cert_subject(root_name, root_cert);
	key_text(root_key, sizeof(root_key), keys[NCHAIN]);
	root = (struct ondie_root){ root_name, "", root_key };
	return 0;
}

static inline int
ondie_end(void **state)
{
	(void)state;
	for (size_t i = 0; i <= NCHAIN; i++)
		EVP_PKEY_free(keys[i]);
	EVP_PKEY_free(other_key);
	X509_free(root_cert);
	return 0;
}

static inline X509 *
link_make(const struct link_wish *l, EVP_PKEY *key, X509 *issuer,
    EVP_PKEY *issuer_key)
{
	struct cert_wish w = l->w;
	X509 *cert;

	if (w.md == NULL)
		w.md = EVP_sha384();
	cert = cert_make(&w, key, issuer, issuer_key);
	if (l->key_usage != NULL) {
		cert_extend(cert, NID_key_usage, l->key_usage);
		assert_true(X509_sign(cert, issuer_key, w.md) > 0);
	}
	return cert;
}

/* All six, leaf first.  Certificate forged is not signed by the key of the one
 * above it; -1: none is so. */
static inline STACK_OF(X509) *
    chain_make(const struct link_wish *links, int forged)
{
	STACK_OF(X509) *chain = sk_X509_new_null();
	X509 *issuer = root_cert;

	for (int i = NCHAIN - 1; i >= 0; i--) {
		issuer = link_make(&links[i], keys[i], issuer,
		    i == forged ? other_key : keys[i + 1]);
		assert_true(sk_X509_unshift(chain, issuer) > 0);
	}
	return chain;
}

/* The first n of it; the others are freed. */
static inline STACK_OF(X509) * cut_to(STACK_OF(X509) * chain, int n)
{
	while (sk_X509_num(chain) > n)
		X509_free(sk_X509_pop(chain));
	return chain;
}

static inline void
chain_free(STACK_OF(X509) * chain)
{
	sk_X509_pop_free(chain, X509_free);
}

static inline void
rom_text(char to[ONDIE_ROM], STACK_OF(X509) * chain)
{
	uint8_t sum[32];
	unsigned len;

	assert_int_equal(X509_digest(sk_X509_value(chain, ROM), EVP_sha256(),
	                     sum, &len),
	    1);
	text_hex(to, sum, sizeof(sum));
}

#endif
