#include "amt/pbe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <openssl/x509v3.h>

static EVP_PKEY *key;

static int
make_all(void **state)
{
	(void)state;
	key = EVP_EC_gen("P-256");
	return key == NULL;
}

static int
free_all(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	return 0;
}

/* --- what is opened ------------------------------------------------------- */

enum way { PBKDF2, SCRYPT, PKCS12_DES };

static X509_ALGOR *
way_make(enum way way, int iterations)
{
	X509_ALGOR *how;

	if (way == PBKDF2)
		how = PKCS5_pbe2_set(EVP_aes_256_cbc(), iterations, NULL, 0);
	else if (way == SCRYPT)
		how = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL,
		    16, 1, (uint64_t)iterations);
	else
		how = PKCS5_pbe_set(NID_pbe_WithSHA1And3_Key_TripleDES_CBC,
		    iterations, NULL, 0);
	assert_non_null(how);
	return how;
}

/* The key, encrypted with a password; takes how. */
static X509_SIG *
sealed_with(const char *password, X509_ALGOR *how)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
	X509_SIG *sig =
	    PKCS8_set0_pbe(password, (int)strlen(password), info, how);

	assert_non_null(sig);
	PKCS8_PRIV_KEY_INFO_free(info);
	return sig;
}

struct opened {
	enum pbe_end end;
	uint64_t left;
	char why[208];
};

/* how NULL: as sig has it. */
static struct opened
opened_as(const X509_SIG *sig, const X509_ALGOR *how, const char *password,
    uint64_t limit, OSSL_LIB_CTX *legacy)
{
	struct password_forms forms;
	struct fault f = { 0 };
	struct pbe p = { &forms, legacy, limit, &f };
	const X509_ALGOR *own;
	const ASN1_OCTET_STRING *bytes;
	void *info = &p;
	struct opened o;

	password_forms_begin(&forms, password);
	X509_SIG_get0(sig, &own, &bytes);
	o.end = pbe_open(&p, how != NULL ? how : own, bytes,
	    ASN1_ITEM_rptr(PKCS8_PRIV_KEY_INFO), &info);
	o.left = p.left;
	memcpy(o.why, f.why, sizeof(o.why));
	password_forms_end(&forms);
	if (o.end == PBE_OK) {
		EVP_PKEY *got = EVP_PKCS82PKEY(info);

		assert_int_equal(EVP_PKEY_eq(got, key), 1);
		EVP_PKEY_free(got);
		PKCS8_PRIV_KEY_INFO_free(info);
	} else
		assert_null(info);
	assert_int_equal(o.end == PBE_REFUSED, o.why[0] != '\0');
	return o;
}

static struct opened
opened(const X509_SIG *sig, const char *password, uint64_t limit)
{
	return opened_as(sig, NULL, password, limit, NULL);
}

/* --- work ----------------------------------------------------------------- */

static void
iterations_are_spent_up_to_the_last_one(void **state)
{
	struct fault f = { 0 };
	struct pbe p = { .left = 1000, .f = &f };

	(void)state;
	assert_int_equal(pbe_spend(&p, 600), PBE_OK);
	assert_int_equal(p.left, 400);
	assert_int_equal(pbe_spend(&p, 401), PBE_REFUSED);
	assert_int_equal(p.left, 400);
	assert_string_equal(f.why,
	    "asks for too much work before it opens (401 iterations, expected "
	    "no more than 400 in all): write it again with fewer, such as "
	    "100000");
	assert_int_equal(pbe_spend(&p, 400), PBE_OK);
	assert_int_equal(p.left, 0);
	assert_int_equal(pbe_spend(&p, UINT64_MAX), PBE_REFUSED);
	assert_int_equal(pbe_spend(&p, 0), PBE_REFUSED);
	assert_string_equal(f.why, "is damaged: an iteration count is 0");
}

static void
each_way_is_opened_and_costs_what_it_says(void **state)
{
	static const struct {
		enum way way;
		int iterations;
		uint64_t cost;
	} rows[] = {
		{ PBKDF2, 7, 7 },
		{ PBKDF2, 2000, 2000 },
		{ PKCS12_DES, 9, 9 },
		/* of scrypt, each unit of p */
		{ SCRYPT, 1, 1000000 },
		{ SCRYPT, 2, 2000000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		X509_SIG *sig = sealed_with("secret",
		    way_make(rows[i].way, rows[i].iterations));
		struct opened o = opened(sig, "secret", rows[i].cost + 5);

		assert_int_equal(o.end, PBE_OK);
		assert_int_equal(o.left, 5);
		o = opened(sig, "secret", rows[i].cost - 1);
		assert_int_equal(o.end, PBE_REFUSED);
		assert_non_null(strstr(o.why, "too much work"));
		o = opened(sig, "Secret", rows[i].cost);
		assert_int_equal(o.end, PBE_WRONG);
		assert_int_equal(o.left, 0);
		X509_SIG_free(sig);
	}
}

/* Of a password with other letters each reading is tried, and paid for. */
static void
each_reading_of_a_password_costs_as_much_again(void **state)
{
	X509_SIG *latin = sealed_with("gr\xfc\xdf", way_make(PBKDF2, 10));
	static const char utf8[] = "gr\xc3\xbc\xc3\x9f";
	struct opened o = opened(latin, utf8, 100);

	(void)state;
	assert_int_equal(o.end, PBE_OK);
	assert_int_equal(o.left, 100 - 3 * 10);
	o = opened(latin, utf8, 29);
	assert_int_equal(o.end, PBE_REFUSED);
	assert_int_equal(o.left, 9);
	o = opened(latin, "gr\xc3\xbc", 100);
	assert_int_equal(o.end, PBE_WRONG);
	assert_int_equal(o.left, 100 - 3 * 10);
	X509_SIG_free(latin);
}

/* --- what a file may claim ------------------------------------------------ */

/* An algorithm whose parameters are this item. */
static X509_ALGOR *
algor_of(int nid, const ASN1_ITEM *kind, void *item)
{
	X509_ALGOR *how = X509_ALGOR_new();

	assert_non_null(how);
	assert_int_equal(X509_ALGOR_set0(how, OBJ_nid2obj(nid), V_ASN1_SEQUENCE,
	                     ASN1_item_pack(item, kind, NULL)),
	    1);
	return how;
}

/* The way, but with another iteration count; n NULL: none is given. */
static X509_ALGOR *
way_counting(enum way way, const ASN1_INTEGER *n)
{
	X509_ALGOR *how = way_make(way, 7);

	if (way == PKCS12_DES) {
		PBEPARAM *p = ASN1_item_unpack(how->parameter->value.sequence,
		    ASN1_ITEM_rptr(PBEPARAM));
		int nid = OBJ_obj2nid(how->algorithm);

		ASN1_INTEGER_free(p->iter);
		p->iter = ASN1_INTEGER_dup(n);
		X509_ALGOR_free(how);
		how = algor_of(nid, ASN1_ITEM_rptr(PBEPARAM), p);
		PBEPARAM_free(p);
	} else {
		PBE2PARAM *p = ASN1_item_unpack(how->parameter->value.sequence,
		    ASN1_ITEM_rptr(PBE2PARAM));
		PBKDF2PARAM *pb =
		    ASN1_item_unpack(p->keyfunc->parameter->value.sequence,
		        ASN1_ITEM_rptr(PBKDF2PARAM));

		ASN1_INTEGER_free(pb->iter);
		pb->iter = ASN1_INTEGER_dup(n);
		X509_ALGOR_free(p->keyfunc);
		p->keyfunc =
		    algor_of(NID_id_pbkdf2, ASN1_ITEM_rptr(PBKDF2PARAM), pb);
		PBKDF2PARAM_free(pb);
		X509_ALGOR_free(how);
		how = algor_of(NID_pbes2, ASN1_ITEM_rptr(PBE2PARAM), p);
		PBE2PARAM_free(p);
	}
	return how;
}

static void
counts_of_zero_below_it_and_beyond_64_bits_are_refused(void **state)
{
	static const enum way ways[] = { PBKDF2, PKCS12_DES };
	static const char *const counts[] = { "0", "-1", "-100000",
		"99999999999999999999999", "18446744073709551615" };
	X509_SIG *sig = sealed_with("secret", way_make(PBKDF2, 7));

	(void)state;
	for (size_t w = 0; w < 2; w++)
		for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]);
		     i++) {
			ASN1_INTEGER *n = s2i_ASN1_INTEGER(NULL, counts[i]);
			X509_ALGOR *how = way_counting(ways[w], n);
			struct opened o = opened_as(sig, how, "secret",
			    CREDENTIAL_ITERATIONS_MAX, NULL);

			assert_int_equal(o.end, PBE_REFUSED);
			assert_int_equal(o.left, CREDENTIAL_ITERATIONS_MAX);
			assert_non_null(strstr(o.why,
			    i < 3 ? "damaged: an iteration count is 0"
			          : "too much work"));
			X509_ALGOR_free(how);
			ASN1_INTEGER_free(n);
		}
	X509_SIG_free(sig);
}

static void
assert_way_is_unknown(const X509_SIG *sig, PBE2PARAM *p)
{
	X509_ALGOR *how = algor_of(NID_pbes2, ASN1_ITEM_rptr(PBE2PARAM), p);
	struct opened o = opened_as(sig, how, "secret", 1000, NULL);

	assert_int_equal(o.end, PBE_REFUSED);
	assert_int_equal(o.left, 1000);
	assert_string_equal(o.why,
	    "is encrypted in a way that is not known here (PBES2): write it "
	    "again with AES");
	X509_ALGOR_free(how);
}

static void
an_unknown_way_is_named(void **state)
{
	X509_SIG *sig = sealed_with("secret", way_make(PBKDF2, 7));
	X509_ALGOR *how = X509_ALGOR_new(), *pbes2 = way_make(PBKDF2, 7);
	PBE2PARAM *p = ASN1_item_unpack(pbes2->parameter->value.sequence,
	    ASN1_ITEM_rptr(PBE2PARAM));
	struct opened o;

	(void)state;
	X509_ALGOR_set0(how, OBJ_nid2obj(NID_rsaEncryption), V_ASN1_NULL, NULL);
	o = opened_as(sig, how, "secret", 1000, NULL);
	assert_int_equal(o.end, PBE_REFUSED);
	assert_string_equal(o.why,
	    "is encrypted in a way that is not known here (rsaEncryption): "
	    "write it again with AES");
	/* without parameters */
	for (size_t i = 0; i < 2; i++) {
		static const int ways[] = { NID_pbes2,
			NID_pbe_WithSHA1And3_Key_TripleDES_CBC };

		X509_ALGOR_set0(how, OBJ_nid2obj(ways[i]), V_ASN1_NULL, NULL);
		assert_int_equal(opened_as(sig, how, "secret", 1000, NULL).end,
		    PBE_REFUSED);
	}
	X509_ALGOR_set0(p->encryption, OBJ_txt2obj("1.2.3.4", 1), V_ASN1_NULL,
	    NULL);
	assert_way_is_unknown(sig, p);
	X509_ALGOR_set0(p->encryption, OBJ_nid2obj(NID_aes_256_cbc),
	    V_ASN1_NULL, NULL);
	/* a key derivation that is not known, or has no parameters */
	ASN1_OBJECT_free(p->keyfunc->algorithm);
	p->keyfunc->algorithm = OBJ_nid2obj(NID_hmacWithSHA256);
	assert_way_is_unknown(sig, p);
	X509_ALGOR_set0(p->keyfunc, OBJ_nid2obj(NID_id_pbkdf2), V_ASN1_NULL,
	    NULL);
	assert_way_is_unknown(sig, p);
	PBE2PARAM_free(p);
	X509_ALGOR_free(pbes2);
	X509_ALGOR_free(how);
	X509_SIG_free(sig);
}

/* RC2 is in OpenSSL's legacy provider, which a library context has or not. */
static void
a_cipher_that_openssl_does_not_have_is_named(void **state)
{
	OSSL_LIB_CTX *bare = OSSL_LIB_CTX_new(), *all = OSSL_LIB_CTX_new();
	OSSL_PROVIDER *only = OSSL_PROVIDER_load(bare, "default"),
	              *one = OSSL_PROVIDER_load(all, "default"),
	              *two = OSSL_PROVIDER_load(all, "legacy");
	X509_SIG *sig = sealed_with("secret", way_make(PBKDF2, 7));
	X509_ALGOR *rc2 =
	    PKCS5_pbe_set(NID_pbe_WithSHA1And40BitRC2_CBC, 5, NULL, 0);
	struct opened o = opened_as(sig, rc2, "secret", 1000, bare);

	(void)state;
	assert_int_equal(o.end, PBE_REFUSED);
	assert_int_equal(o.left, 1000);
	assert_string_equal(o.why,
	    "is encrypted with RC2-40-CBC, which OpenSSL does not have here: "
	    "its legacy provider is missing, or write the file again with "
	    "AES");
	assert_non_null(two);
	/* it was not sealed so: as with a wrong password */
	assert_int_equal(opened_as(sig, rc2, "secret", 1000, all).end,
	    PBE_WRONG);
	X509_ALGOR_free(rc2);
	X509_SIG_free(sig);
	OSSL_PROVIDER_unload(only);
	OSSL_PROVIDER_unload(one);
	OSSL_PROVIDER_unload(two);
	OSSL_LIB_CTX_free(bare);
	OSSL_LIB_CTX_free(all);
}

/* Right password or not: what comes out must be of the kind that is wanted. */
static void
changed_bytes_do_not_come_out_as_another_key(void **state)
{
	X509_SIG *sig = sealed_with("secret", way_make(PKCS12_DES, 3));
	const X509_ALGOR *how;
	const ASN1_OCTET_STRING *sealed;
	ASN1_OCTET_STRING *copy;
	struct password_forms forms;

	(void)state;
	X509_SIG_get0(sig, &how, &sealed);
	password_forms_begin(&forms, "secret");
	for (int n = 0; n < ASN1_STRING_length(sealed); n++) {
		struct fault f = { 0 };
		struct pbe p = { &forms, NULL, 1000, &f };
		void *info = &p;

		copy = ASN1_OCTET_STRING_new();
		assert_int_equal(ASN1_OCTET_STRING_set(copy,
		                     ASN1_STRING_get0_data(sealed), n),
		    1);
		assert_int_equal(pbe_open(&p, how, copy,
		                     ASN1_ITEM_rptr(PKCS8_PRIV_KEY_INFO),
		                     &info),
		    PBE_WRONG);
		assert_null(info);
		ASN1_OCTET_STRING_free(copy);
	}
	password_forms_end(&forms);
	X509_SIG_free(sig);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(iterations_are_spent_up_to_the_last_one),
		cmocka_unit_test(each_way_is_opened_and_costs_what_it_says),
		cmocka_unit_test(
		    each_reading_of_a_password_costs_as_much_again),
		cmocka_unit_test(
		    counts_of_zero_below_it_and_beyond_64_bits_are_refused),
		cmocka_unit_test(an_unknown_way_is_named),
		cmocka_unit_test(a_cipher_that_openssl_does_not_have_is_named),
		cmocka_unit_test(changed_bytes_do_not_come_out_as_another_key),
	};

	return cmocka_run_group_tests(tests, make_all, free_all);
}
