#include "peer/pki.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/x509v3.h>

#include "base/text.h"

#define SETUP_OID "2.16.840.1.113741.1.2.3"
#define SETUP_UNIT "Intel(R) Client Setup Certificate"

struct judgement {
	const struct machine *m;
	STACK_OF(X509) * chain;
	int n;
	X509 *leaf, *root;
	int alert;
};

/* A refusal of identity is certificate_unknown; older stacks are seen with
 * bad_certificate and unknown_ca in its place.  Which release changed it is
 * not public; here it is 6.0. */
static const char *
refuse_identity(struct judgement *j, int old, const char *why)
{
	j->alert = j->m->major < 6 ? old : SSL_AD_CERTIFICATE_UNKNOWN;
	return why;
}

static const char *
refuse_strength(struct judgement *j, const char *why)
{
	j->alert = SSL_AD_HANDSHAKE_FAILURE;
	return why;
}

/* --- the chain ----------------------------------------------------------- */

static bool
self_signed(X509 *cert)
{
	return X509_NAME_cmp(X509_get_subject_name(cert),
	           X509_get_issuer_name(cert)) == 0 &&
	    X509_verify(cert, X509_get0_pubkey(cert)) == 1;
}

static size_t
chain_size(const struct judgement *j)
{
	size_t size = 0;

	for (int i = 0; i < j->n; i++)
		size += 3 + (size_t)i2d_X509(sk_X509_value(j->chain, i), NULL);
	return size;
}

/* Each is signed by the one after it, and the last one is its own issuer: the
 * device has a hash of the root, not the root. */
static const char *
chain_order(struct judgement *j)
{
	if (!self_signed(j->root))
		return refuse_identity(j, SSL_AD_UNKNOWN_CA,
		    "the last certificate is no root");
	if (j->n == 1)
		return refuse_identity(j, SSL_AD_UNKNOWN_CA, "a root alone");
	for (int i = 0; i + 1 < j->n; i++) {
		X509 *cert = sk_X509_value(j->chain, i);
		X509 *above = sk_X509_value(j->chain, i + 1);

		if (self_signed(cert))
			return refuse_identity(j, SSL_AD_UNKNOWN_CA,
			    "a root before the last certificate");
		if (X509_NAME_cmp(X509_get_issuer_name(cert),
		        X509_get_subject_name(above)) != 0 ||
		    X509_verify(cert, X509_get0_pubkey(above)) != 1)
			return refuse_identity(j, SSL_AD_UNKNOWN_CA,
			    "not in order from leaf to root");
		if (X509_check_ca(above) == 0)
			return refuse_identity(j, SSL_AD_BAD_CERTIFICATE,
			    "an issuer is no CA");
	}
	return NULL;
}

static const char *
chain_root(struct judgement *j, struct pki_seen *seen)
{
	static const EVP_MD *(*const kinds[])(
	    void) = { EVP_sha1, EVP_sha256, EVP_sha384 };
	struct root_hash list[ROOTS_MAX];
	size_t n = roots_list(list, j->m);

	for (size_t i = 0; i < n; i++) {
		uint8_t hash[EVP_MAX_MD_SIZE];
		unsigned len = 0;

		if (X509_digest(j->root, kinds[list[i].type - 1](), hash,
		        &len) != 1 ||
		    len != list[i].len || memcmp(hash, list[i].hash, len) != 0)
			continue;
		seen->hash_type = list[i].type;
		text_hex(seen->hash, hash, len);
		return NULL;
	}
	return refuse_identity(j, SSL_AD_UNKNOWN_CA,
	    "the root's hash is not listed");
}

/* --- strength by release ------------------------------------------------- */

/* 1024 to 2048 bits before 6.0, up to 4096 after, 2048 at least from 15. */
static const char *
key_strength(struct judgement *j, X509 *cert, bool leaf)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	int bits = EVP_PKEY_get_bits(key);

	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
		/* roots on P-384 are listed from 14 on */
		if (!leaf && j->m->major >= 14)
			return NULL;
		return refuse_strength(j, "a key that is not RSA");
	}
	if (bits < (j->m->major >= 15 ? 2048 : 1024))
		return refuse_strength(j, "a key too small");
	if (bits > (j->m->major < 6 ? 2048 : 4096))
		return refuse_strength(j, "a key too large");
	return NULL;
}

static const char *
strength(struct judgement *j)
{
	for (int i = 0; i < j->n; i++) {
		X509 *cert = sk_X509_value(j->chain, i);
		const char *why = key_strength(j, cert, i == 0);
		int digest = NID_undef, key = NID_undef;

		if (why != NULL)
			return why;
		OBJ_find_sigid_algs(X509_get_signature_nid(cert), &digest,
		    &key);
		if (j->m->major >= 15 &&
		    (digest == NID_sha1 || digest == NID_md5))
			return refuse_identity(j, SSL_AD_BAD_CERTIFICATE,
			    "a signature with SHA-1");
	}
	return NULL;
}

/* --- the leaf ------------------------------------------------------------ */

static bool
usage_has(X509 *cert, const char *want, bool *present)
{
	EXTENDED_KEY_USAGE *all =
	    X509_get_ext_d2i(cert, NID_ext_key_usage, NULL, NULL);
	bool found = false;
	char text[128];

	*present = all != NULL;
	for (int i = 0; i < sk_ASN1_OBJECT_num(all); i++) {
		OBJ_obj2txt(text, sizeof(text), sk_ASN1_OBJECT_value(all, i),
		    1);
		found = found || strcmp(text, want) == 0;
	}
	sk_ASN1_OBJECT_pop_free(all, ASN1_OBJECT_free);
	return found;
}

/* Case counts. */
static bool
unit_is_setup(X509 *cert)
{
	X509_NAME *name = X509_get_subject_name(cert);
	int at = -1;

	while ((at = X509_NAME_get_index_by_NID(name,
	            NID_organizationalUnitName, at)) != -1) {
		const ASN1_STRING *s =
		    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at));

		if ((size_t)ASN1_STRING_length(s) == strlen(SETUP_UNIT) &&
		    memcmp(ASN1_STRING_get0_data(s), SETUP_UNIT,
		        strlen(SETUP_UNIT)) == 0)
			return true;
	}
	return false;
}

static const char *
leaf_purpose(struct judgement *j)
{
	bool present;

	if (X509_check_ca(j->leaf) == 1)
		return refuse_identity(j, SSL_AD_BAD_CERTIFICATE,
		    "the leaf is a CA");
	if (!usage_has(j->leaf, SETUP_OID, &present) && !unit_is_setup(j->leaf))
		return refuse_identity(j, SSL_AD_BAD_CERTIFICATE,
		    "neither setup OID nor setup OU");
	if (!usage_has(j->leaf, "1.3.6.1.5.5.7.3.1", &present) && present)
		return refuse_identity(j, SSL_AD_BAD_CERTIFICATE,
		    "no server authentication");
	return NULL;
}

/* What was typed into the MEBx is before what DHCP says. */
static const char *
leaf_name(struct judgement *j, struct pki_seen *seen)
{
	const struct faults *f = &j->m->faults;
	const char *suffix = f->suffix[0] != '\0' ? f->suffix : f->dhcp;

	seen->secure_dns = f->suffix[0] != '\0';
	if (X509_NAME_get_text_by_NID(X509_get_subject_name(j->leaf),
	        NID_commonName, seen->cn, sizeof(seen->cn)) <= 0)
		return refuse_identity(j, SSL_AD_BAD_CERTIFICATE,
		    "no common name");
	if (!domain_matches(j->m, seen->cn, suffix))
		return refuse_identity(j, SSL_AD_BAD_CERTIFICATE,
		    "the common name is not in the DNS suffix");
	return NULL;
}

/* Only recorded: a device without a clock cannot judge by dates. */
static bool
dates_valid(X509 *cert)
{
	time_t now = time(NULL);

	return X509_cmp_time(X509_get0_notBefore(cert), &now) < 0 &&
	    X509_cmp_time(X509_get0_notAfter(cert), &now) > 0;
}

static const char *
judge(struct judgement *j, struct pki_seen *seen)
{
	const char *why = NULL;

	j->n = sk_X509_num(j->chain);
	if (j->n < 1)
		return refuse_identity(j, SSL_AD_BAD_CERTIFICATE,
		    "no certificate");
	j->leaf = sk_X509_value(j->chain, 0);
	j->root = sk_X509_value(j->chain, j->n - 1);
	if (j->n > CHAIN_MAX ||
	    chain_size(j) > (j->m->major < 4 ? 4100u : 8192u))
		return refuse_identity(j, SSL_AD_BAD_CERTIFICATE,
		    "the chain is too long");
	if (why == NULL)
		why = strength(j);
	if (why == NULL)
		why = chain_order(j);
	if (why == NULL)
		why = chain_root(j, seen);
	if (why == NULL)
		why = leaf_purpose(j);
	if (why == NULL)
		why = leaf_name(j, seen);
	return why;
}

const char *
chain_judge(const struct machine *m, STACK_OF(X509) * chain,
    struct pki_seen *seen, int *alert)
{
	struct judgement j = { .m = m, .chain = chain };
	const char *why;

	memset(seen, 0, sizeof(*seen));
	why = judge(&j, seen);
	*alert = j.alert;
	if (why == NULL)
		seen->time_valid = dates_valid(j.leaf);
	return why;
}
