#include "peer/pki.h"

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/*
 * Before 15 a device shows a self-signed certificate.  From 15 it shows a
 * chain of six that ends below Intel's on-die root: here the names are Intel's
 * and the keys our own, so that a client must be given our root to trust.
 */
enum { DIE_LEVELS = 6 };

struct die {
	X509 *cert[DIE_LEVELS]; /* leaf first */
	EVP_PKEY *key[DIE_LEVELS];
};

static struct {
	EVP_PKEY *rsa; /* of every self-signed certificate */
	X509 *root;
	EVP_PKEY *root_key;
	struct die dies[2]; /* 15 to 18; 19 and later */
} made;

static const struct {
	const char *unit, *name; /* may be NULL */
} die_names[2][DIE_LEVELS] = {
	{ { NULL, "AMT RCFG" }, { NULL, "CSME TGL AMT  01S" },
	    { NULL, "CSME TGL SVN01 Kernel" }, { NULL, "CSME TGL ROM CA" },
	    { "On Die CSME P_TGL 00001 Issuing CA", "www.intel.com" },
	    { "OnDie CA CSME Intermediate CA", "www.intel.com" } },
	{ { NULL, "iAMT CSME IDevID RCFG" },
	    { NULL, "ODCA 2 CSME PTL SOC SVN 01 AMT   CA" },
	    { NULL, "ODCA 2 CSME PTL SOC SVN 01 Kernel CA" },
	    { NULL, "ODCA 2 CSME PTL SOC ROM CA" },
	    { "ODCA 2 CSME P_PTL 00001 Issuing CA", "www.intel.com" },
	    { "ODCA CA2 CSME Intermediate CA", "www.intel.com" } },
};

static void
must(bool good)
{
	if (!good)
		errx(EX_SOFTWARE, "cannot make a device's certificate");
}

static void
extend(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	must(e != NULL && X509_add_ext(cert, e, -1) == 1);
	X509_EXTENSION_free(e);
}

static void
name_add(X509_NAME *to, const char *field, const char *value)
{
	must(value == NULL ||
	    X509_NAME_add_entry_by_txt(to, field, MBSTRING_ASC,
	        (const unsigned char *)value, -1, -1, 0) == 1);
}

/* A certificate without extensions and signature.  2025-08-12 to 2049-12-31,
 * as one was seen with. */
static X509 *
cert_new(const char *unit, const char *name, EVP_PKEY *key, long serial)
{
	X509 *cert = X509_new();

	must(cert != NULL && X509_set_version(cert, 2) == 1);
	must(ASN1_INTEGER_set(X509_get_serialNumber(cert), serial) == 1);
	must(ASN1_TIME_set_string(X509_getm_notBefore(cert), "250812000000Z") ==
	        1 &&
	    ASN1_TIME_set_string(X509_getm_notAfter(cert), "491231235959Z") ==
	        1);
	name_add(X509_get_subject_name(cert), "OU", unit);
	name_add(X509_get_subject_name(cert), "CN", name);
	must(X509_set_pubkey(cert, key) == 1);
	return cert;
}

static void
cert_sign(X509 *cert, X509 *issuer, EVP_PKEY *key, const EVP_MD *md)
{
	must(X509_set_issuer_name(cert, X509_get_subject_name(issuer)) == 1);
	must(X509_sign(cert, key, md) > 0);
}

/* --- the on-die chains --------------------------------------------------- */

static void
die_root(void)
{
	if (made.root != NULL)
		return;
	made.root_key = EVP_EC_gen("P-384");
	must(made.root_key != NULL);
	made.root = cert_new("OnDie CA Root Cert Signing", "www.intel.com",
	    made.root_key, 1);
	extend(made.root, NID_basic_constraints, "critical,CA:TRUE");
	extend(made.root, NID_key_usage, "critical,keyCertSign,cRLSign");
	cert_sign(made.root, made.root, made.root_key, EVP_sha384());
}

static void
die_make(struct die *d, unsigned family)
{
	die_root();
	for (int i = DIE_LEVELS - 1; i >= 0; i--) {
		bool top = i == DIE_LEVELS - 1;

		d->key[i] = EVP_EC_gen("P-384");
		must(d->key[i] != NULL);
		d->cert[i] = cert_new(die_names[family][i].unit,
		    die_names[family][i].name, d->key[i], 100 + i);
		if (i > 0) {
			extend(d->cert[i], NID_basic_constraints,
			    "critical,CA:TRUE");
			extend(d->cert[i], NID_key_usage,
			    "critical,keyCertSign,cRLSign");
		} else {
			extend(d->cert[i], NID_key_usage,
			    "critical,digitalSignature,keyEncipherment");
			extend(d->cert[i], NID_ext_key_usage,
			    "critical,serverAuth");
		}
		cert_sign(d->cert[i], top ? made.root : d->cert[i + 1],
		    top ? made.root_key : d->key[i + 1], EVP_sha384());
	}
}

static void
die_use(SSL *ssl, const struct machine *m)
{
	unsigned family = m->major >= 19;
	struct die *d = &made.dies[family];

	if (d->cert[0] == NULL)
		die_make(d, family);
	must(SSL_use_certificate(ssl, d->cert[0]) == 1 &&
	    SSL_use_PrivateKey(ssl, d->key[0]) == 1);
	for (int i = 1; i < DIE_LEVELS; i++)
		must(SSL_add1_chain_cert(ssl, d->cert[i]) == 1);
}

/* --- self-signed --------------------------------------------------------- */

/* Another one for each device and each of its states; one key for all of
 * them, because making keys would hold up a large fleet. */
X509 *
devcert_self(const struct machine *m, int state, EVP_PKEY **key)
{
	X509 *cert;
	long serial = (long)m->uuid[0] << 16 | m->uuid[1] << 8 | m->uuid[15];

	if (made.rsa == NULL)
		made.rsa = EVP_RSA_gen(2048);
	must(made.rsa != NULL);
	cert = cert_new(NULL, m->uuid_text, made.rsa, serial * 4 + state);
	cert_sign(cert, cert, made.rsa, EVP_sha256());
	*key = made.rsa;
	return cert;
}

static void
self_use(SSL *ssl, const struct machine *m)
{
	EVP_PKEY *key;
	X509 *cert = devcert_self(m, m->state, &key);

	must(SSL_use_certificate(ssl, cert) == 1 &&
	    SSL_use_PrivateKey(ssl, key) == 1);
	X509_free(cert);
}

void
devcert_use(SSL *ssl, const struct machine *m)
{
	if (m->major >= 15 && m->state != STATE_POST)
		die_use(ssl, m);
	else
		self_use(ssl, m);
}

void
devcert_root_write(const char *path)
{
	FILE *out = fopen(path, "w");

	if (out == NULL)
		err(EX_CANTCREAT, "%s", path);
	die_root();
	if (PEM_write_X509(out, made.root) != 1 || fclose(out) != 0)
		err(EX_IOERR, "%s", path);
}

void
devcert_free(void)
{
	for (size_t f = 0; f < 2; f++)
		for (size_t i = 0; i < DIE_LEVELS; i++) {
			X509_free(made.dies[f].cert[i]);
			EVP_PKEY_free(made.dies[f].key[i]);
		}
	X509_free(made.root);
	EVP_PKEY_free(made.root_key);
	EVP_PKEY_free(made.rsa);
	memset(&made, 0, sizeof(made));
}
