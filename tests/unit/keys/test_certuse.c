#include "keys/certuse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

static const int64_t now = 1800000000; /* 2027-01-15 */

static EVP_PKEY *rsa, *ec, *ca_key;
static X509 *root, *issuing;

/* What it says beside name and key; NULL: no such extension. */
struct extensions {
	const char *basic, *usage, *extended;
};

static void
extension_add(X509 *x, int nid, const char *value)
{
	X509_EXTENSION *e;

	if (value == NULL)
		return;
	e = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
	assert_non_null(e);
	assert_int_equal(X509_add_ext(x, e, -1), 1);
	X509_EXTENSION_free(e);
}

/* Self-signed when issuer is NULL, else with the CA's key. */
static X509 *
cert_make(const char *name, EVP_PKEY *key, X509 *issuer, struct extensions ext)
{
	X509 *x = X509_new();
	X509_NAME *subject = X509_get_subject_name(x);
	static long serial = 1;

	ASN1_INTEGER_set(X509_get_serialNumber(x), serial++);
	X509_set_version(x, 2);
	ASN1_TIME_set(X509_getm_notBefore(x), now - 86400);
	ASN1_TIME_set(X509_getm_notAfter(x), now + 86400);
	X509_set_pubkey(x, key);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
	    (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x,
	    issuer != NULL ? X509_get_subject_name(issuer) : subject);
	extension_add(x, NID_basic_constraints, ext.basic);
	extension_add(x, NID_key_usage, ext.usage);
	extension_add(x, NID_ext_key_usage, ext.extended);
	assert_true(
	    X509_sign(x, issuer != NULL ? ca_key : key, EVP_sha256()) > 0);
	return x;
}

static int
make_parties(void **state)
{
	(void)state;
	rsa = EVP_RSA_gen(2048);
	ec = EVP_EC_gen("P-256");
	ca_key = EVP_EC_gen("P-256");
	root = cert_make("root", ca_key, NULL,
	    (struct extensions){ .basic = "critical,CA:TRUE" });
	issuing = cert_make("issuing", ca_key, root,
	    (struct extensions){ "critical,CA:TRUE,pathlen:0",
	        "keyCertSign,cRLSign", NULL });
	return 0;
}

static int
free_parties(void **state)
{
	(void)state;
	EVP_PKEY_free(rsa);
	EVP_PKEY_free(ec);
	EVP_PKEY_free(ca_key);
	X509_free(root);
	X509_free(issuing);
	return 0;
}

/* Takes x; it stands alone in its file.  NULL: it may. */
static const char *
check_alone(X509 *x, enum cert_use use)
{
	static struct fault f;
	STACK_OF(X509) *all = sk_X509_new_null();
	int ok;

	sk_X509_push(all, x);
	ok = cert_check(x, all, use, now, &f);
	sk_X509_free(all);
	X509_free(x);
	return ok == 0 ? NULL : f.why;
}

#define CA_ANSWER                                                              \
	"/CN=p: is a CA's certificate, not the partner's own (CA:TRUE): ask "  \
	"for the one that the CA issued to the partner"

static void
only_certificates_of_their_holders_receive_keys(void **state)
{
	const struct {
		struct extensions ext;
		bool ec, issued;
		const char *why;
	} rows[] = {
		/* openssl req -x509, with and without its CA:TRUE */
		{ { "critical,CA:TRUE", NULL, NULL }, false, false, NULL },
		{ { NULL, NULL, NULL }, false, false, NULL },
		{ { "CA:FALSE", NULL, NULL }, true, true, NULL },
		{ { "CA:FALSE", "keyEncipherment", NULL }, false, true, NULL },
		{ { "CA:FALSE", "keyAgreement", NULL }, true, true, NULL },
		{ { "CA:TRUE", "keyCertSign,keyEncipherment", NULL }, false,
		    false, NULL },
		{ { NULL, NULL, "emailProtection,codeSigning" }, false, true,
		    NULL },
		{ { NULL, NULL, "serverAuth" }, false, true, NULL },
		{ { NULL, NULL, "1.2.3.4" }, false, true, NULL },
		/* a CA's */
		{ { "CA:TRUE", NULL, NULL }, false, true, CA_ANSWER },
		{ { "CA:TRUE,pathlen:1", NULL, NULL }, false, false,
		    CA_ANSWER },
		{ { "CA:TRUE", "keyCertSign,cRLSign", NULL }, false, false,
		    "/CN=p: its key usage forbids this (got Certificate Sign, "
		    "CRL Sign, expected Key Encipherment)" },
		/* for other uses */
		{ { NULL, "digitalSignature", NULL }, false, true,
		    "/CN=p: its key usage forbids this (got Digital Signature, "
		    "expected Key Encipherment)" },
		{ { NULL, "keyAgreement", NULL }, false, true,
		    "/CN=p: its key usage forbids this (got Key Agreement, "
		    "expected Key Encipherment)" },
		{ { NULL, "keyEncipherment", NULL }, true, true,
		    "/CN=p: its key usage forbids this (got Key Encipherment, "
		    "expected Key Agreement)" },
		{ { NULL, NULL, "codeSigning,timeStamping" }, false, true,
		    "/CN=p: its extended key usage forbids this (it is for "
		    "code signing, time stamps or OCSP only)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		X509 *x = cert_make("p", rows[i].ec ? ec : rsa,
		    rows[i].issued ? issuing : NULL, rows[i].ext);
		const char *why = check_alone(x, CERT_RECEIVES);

		if (rows[i].why == NULL && why != NULL)
			fail_msg("row %zu: %s", i, why);
		if (rows[i].why != NULL) {
			assert_non_null(why);
			assert_string_equal(why, rows[i].why);
		}
	}
}

static void
signers_need_the_usage_of_signing(void **state)
{
	const struct {
		struct extensions ext;
		bool may;
	} rows[] = {
		{ { NULL, NULL, NULL }, true },
		{ { "CA:TRUE", NULL, NULL }, true },
		{ { NULL, "digitalSignature", NULL }, true },
		{ { NULL, "nonRepudiation", "codeSigning" }, true },
		{ { NULL, "keyEncipherment", NULL }, false },
		{ { "CA:TRUE", "keyCertSign,cRLSign", NULL }, false },
		{ { NULL, NULL, "timeStamping" }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *why =
		    check_alone(cert_make("s", rsa, NULL, rows[i].ext),
		        CERT_SIGNS);

		if ((why == NULL) != rows[i].may)
			fail_msg("row %zu: %s", i, why != NULL ? why : "may");
	}
	assert_string_equal(check_alone(cert_make("s", rsa, issuing,
	                                    (struct extensions){ "CA:TRUE",
	                                        NULL, NULL }),
	                        CERT_SIGNS),
	    "/CN=s: is a CA's certificate (CA:TRUE): sign with one that the CA "
	    "issued to you");
}

static void
what_issued_another_of_the_file_is_a_ca_and_its_namesake_is_none(void **state)
{
	STACK_OF(X509) *all = sk_X509_new_null();
	X509 *leaf = cert_make("leaf", rsa, issuing, (struct extensions){ 0 });
	X509 *old = cert_make("same", rsa, NULL, (struct extensions){ 0 });
	X509 *renewed = cert_make("same", ec, NULL, (struct extensions){ 0 });
	struct fault f;

	(void)state;
	sk_X509_push(all, root);
	sk_X509_push(all, issuing);
	sk_X509_push(all, leaf);
	sk_X509_push(all, leaf); /* twice is once */
	sk_X509_push(all, old);
	sk_X509_push(all, renewed);
	assert_int_equal(cert_check(root, all, CERT_RECEIVES, now, &f), -1);
	assert_string_equal(f.why,
	    "/CN=root: is a CA: it issued another certificate of this file");
	assert_int_equal(cert_check(issuing, all, CERT_RECEIVES, now, &f), -1);
	assert_int_equal(cert_check(leaf, all, CERT_RECEIVES, now, &f), 0);
	assert_int_equal(cert_check(old, all, CERT_RECEIVES, now, &f), 0);
	assert_int_equal(cert_check(renewed, all, CERT_RECEIVES, now, &f), 0);
	assert_true(cert_is_self_signed(old));
	assert_false(cert_is_self_signed(leaf));
	sk_X509_free(all);
	X509_free(leaf);
	X509_free(old);
	X509_free(renewed);
}

static void
dates_and_keys_are_told(void **state)
{
	struct fault f;
	X509 *x = cert_make("p", rsa, NULL, (struct extensions){ 0 });
	EVP_PKEY *small = EVP_RSA_gen(1024),
	         *odd = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	(void)state;
	assert_int_equal(cert_check(x, NULL, CERT_RECEIVES, now + 86401, &f),
	    -1);
	assert_string_equal(f.why,
	    "/CN=p: the certificate has expired (on 2027-01-16): ask its "
	    "holder for a new one");
	assert_int_equal(cert_check(x, NULL, CERT_RECEIVES, now - 86401, &f),
	    -1);
	assert_string_equal(f.why,
	    "/CN=p: the certificate is not valid yet (before 2027-01-14): is "
	    "the clock right?");
	X509_free(x);
	assert_string_equal(check_alone(cert_make("p", small, NULL,
	                                    (struct extensions){ 0 }),
	                        CERT_RECEIVES),
	    "/CN=p: the certificate's key is too small (got RSA of 1024 bits, "
	    "expected RSA of 2048 or EC of 224 at least)");
	EVP_PKEY_free(small);
	x = X509_new(); /* ED25519 signs with no digest */
	X509_set_pubkey(x, odd);
	ASN1_TIME_set(X509_getm_notBefore(x), now - 1);
	ASN1_TIME_set(X509_getm_notAfter(x), now + 1);
	assert_int_equal(cert_check(x, NULL, CERT_SIGNS, now, &f), -1);
	assert_non_null(strstr(f.why, "(got ED25519, expected RSA or EC)"));
	X509_free(x);
	EVP_PKEY_free(odd);
}

static void
fingerprints_are_read_as_people_write_them(void **state)
{
	X509 *x = cert_make("p", rsa, NULL, (struct extensions){ 0 });
	char want[CERT_SHA256], got[CERT_SHA256], text[2 * CERT_SHA256];
	size_t n = 0;

	(void)state;
	cert_sha256(want, x);
	assert_int_equal(strlen(want), 95);
	assert_int_equal(cert_sha256_parse(got, want), 0);
	assert_string_equal(got, want);
	for (size_t i = 0; want[i] != '\0'; i++)
		if (want[i] != ':')
			text[n++] =
			    want[i] >= 'A' ? (char)(want[i] | 0x20) : want[i];
	text[n] = '\0';
	assert_int_equal(n, 64);
	assert_int_equal(cert_sha256_parse(got, text), 0);
	assert_string_equal(got, want);
	text[63] = '\0';
	assert_int_equal(cert_sha256_parse(got, text), -1);
	memcpy(text + 63, "00", 3);
	assert_int_equal(cert_sha256_parse(got, text), -1);
	text[0] = 'g';
	text[64] = '\0';
	assert_int_equal(cert_sha256_parse(got, text), -1);
	assert_int_equal(cert_sha256_parse(got, ""), -1);
	X509_free(x);
}

/* An own root is called what its site likes to call it: "Prüf/CA". */
static void
names_are_escaped_once_and_cut_where_they_are_long(void **state)
{
	X509_NAME *name = X509_NAME_new();
	char shown[CERT_NAME], cut[20], text[65];

	(void)state;
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
	                     (const unsigned char *)"Pr\xc3\xbc"
	                                            "f/CA",
	                     -1, -1, 0),
	    1);
	cert_name(shown, name);
	assert_string_equal(shown, "/CN=Pr\\xC3\\xBCf\\/CA");
	cert_name_cut(cut, sizeof(cut) - 1, shown);
	assert_string_equal(cut, "/CN=Pr\\xC3\\xBCf...");
	cert_name_cut(cut, sizeof(cut), "/CN=exactly-here-19");
	assert_string_equal(cut, "/CN=exactly-here-19");

	memset(text, 'o', 64);
	text[64] = '\0';
	for (int i = 0; i < 3; i++)
		assert_int_equal(X509_NAME_add_entry_by_txt(name, "OU",
		                     MBSTRING_UTF8, (unsigned char *)text, -1,
		                     -1, 0),
		    1);
	cert_name(shown, name);
	assert_int_equal(strlen(shown), CERT_NAME - 1);
	assert_string_equal(shown + CERT_NAME - 4, "...");
	X509_NAME_free(name);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    only_certificates_of_their_holders_receive_keys),
		cmocka_unit_test(signers_need_the_usage_of_signing),
		cmocka_unit_test(
		    what_issued_another_of_the_file_is_a_ca_and_its_namesake_is_none),
		cmocka_unit_test(dates_and_keys_are_told),
		cmocka_unit_test(fingerprints_are_read_as_people_write_them),
		cmocka_unit_test(
		    names_are_escaped_once_and_cut_where_they_are_long),
	};

	return cmocka_run_group_tests(tests, make_parties, free_parties);
}
