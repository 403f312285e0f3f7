#include "amt/machinecert.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"

#define NAME "pc-1.example.com"
#define DAY INT64_C(86400)

static EVP_PKEY *key, *other, *ca_key;
static X509 *ca;
static uint8_t *public;
static size_t npublic;

static int
make_keys(void **state)
{
	(void)state;
	key = EVP_RSA_gen(2048);
	other = EVP_RSA_gen(2048);
	ca_key = EVP_RSA_gen(2048);
	ca = ca_make("Site CA", ca_key, NULL, ca_key);
	npublic = (size_t)i2d_PublicKey(key, &public);
	return 0;
}

static X509_REQ *
request_of(EVP_PKEY *pair, const char *name)
{
	struct machinecert_der der;
	const uint8_t *at = der.at;
	X509_REQ *request;

	assert_int_equal(machinecert_request_of(&der, pair, name), 0);
	request = d2i_X509_REQ(NULL, &at, (long)der.len);
	assert_non_null(request);
	return request;
}

static X509 *
leaf_of(EVP_PKEY *pair, const char *name, int64_t from, int64_t until)
{
	const struct certmake_life life = { .from = from,
		.until = until,
		.serial = { 0xff, 2, 3 } };
	X509_REQ *request = request_of(pair, name);
	struct fault f;
	X509 *leaf = machinecert_make(request, name, ca, ca_key, &life, &f);

	X509_REQ_free(request);
	assert_non_null(leaf);
	return leaf;
}

static void
chain_push(struct machinecert_chain *c, X509 *cert)
{
	uint8_t *at = c->cert[c->n].at;

	c->cert[c->n].len = (size_t)i2d_X509(cert, &at);
	c->n++;
}

static enum machinecert_wrong
check(const struct machinecert_chain *c)
{
	return machinecert_check(c, public, npublic, NAME, made_at,
	    made_at + 30 * DAY);
}

static enum machinecert_wrong
check_leaf(X509 *leaf, X509 *above)
{
	struct machinecert_chain c = { 0 };

	chain_push(&c, leaf);
	if (above != NULL)
		chain_push(&c, above);
	X509_free(leaf);
	return check(&c);
}

static void
what_we_issue_is_what_we_take(void **state)
{
	X509 *leaf = leaf_of(key, NAME, made_at, made_at + 365 * DAY);
	const ASN1_INTEGER *serial = X509_get0_serialNumber(leaf);
	struct machinecert is;
	uint8_t *der = NULL;
	int len = i2d_X509(leaf, &der);

	(void)state;
	assert_int_equal(serial->length, CERTMAKE_SERIAL);
	assert_int_equal(serial->data[0], 0x7f); /* not negative */
	assert_int_equal(X509_check_host(leaf, "pc-1", 0,
	                     X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL),
	    1);
	assert_int_equal(X509_get_extended_key_usage(leaf), XKU_SSL_SERVER);
	assert_int_equal(machinecert_read(&is, der, (size_t)len, NAME), 0);
	assert_true(is.named && !is.self);
	assert_int_equal(is.until, made_at + 365 * DAY);
	assert_int_equal(machinecert_read(&is, der, (size_t)len, "pc-2"), 0);
	assert_false(is.named);
	for (int n = 0; n < len; n++) { /* ASan guards its end */
		uint8_t *cut = malloc((size_t)n + 1);

		memcpy(cut, der, (size_t)n);
		assert_int_equal(machinecert_read(&is, cut, (size_t)n, NAME),
		    -1);
		free(cut);
	}
	OPENSSL_free(der);
	assert_int_equal(check_leaf(leaf, NULL), MACHINECERT_GOOD);
	assert_int_equal(check_leaf(leaf_of(key, NAME, made_at,
	                                made_at + 365 * DAY),
	                     ca),
	    MACHINECERT_GOOD);
}

static void
what_does_not_fit_is_told_apart(void **state)
{
	static const struct cert_wish client = { .cn = NAME,
		.usage = "clientAuth" };
	struct machinecert_chain c = { 0 };
	X509 *stranger = ca_make("Site CA", other, NULL, other);
	int64_t year = made_at + 365 * DAY;

	(void)state;
	assert_int_equal(check(&c), MACHINECERT_UNREADABLE);
	c = (struct machinecert_chain){ .n = 1,
		.cert[0] = { .len = 5, .at = "hello" } };
	assert_int_equal(check(&c), MACHINECERT_UNREADABLE);
	assert_int_equal(check_leaf(leaf_of(other, NAME, made_at, year), NULL),
	    MACHINECERT_OTHER_KEY);
	assert_int_equal(check_leaf(leaf_of(key, "pc-2.example.com", made_at,
	                                year),
	                     NULL),
	    MACHINECERT_OTHER_NAME);
	/* that would do for every machine */
	assert_int_equal(check_leaf(leaf_of(key, "*.example.com", made_at,
	                                year),
	                     NULL),
	    MACHINECERT_OTHER_NAME);
	/* a common name is no name (RFC 6125) */
	assert_int_equal(check_leaf(cert_make(&client, key, ca, ca_key), NULL),
	    MACHINECERT_OTHER_NAME);
	assert_int_equal(check_leaf(leaf_of(key, NAME, made_at,
	                                made_at + 30 * DAY),
	                     NULL),
	    MACHINECERT_PAST);
	assert_int_equal(check_leaf(leaf_of(key, NAME, made_at + 2 * DAY, year),
	                     NULL),
	    MACHINECERT_PAST);
	/* the name of the CA, and not its key */
	assert_int_equal(check_leaf(leaf_of(key, NAME, made_at, year),
	                     stranger),
	    MACHINECERT_NO_CHAIN);
	X509_free(stranger);
}

static void
a_certificate_for_something_else_is_refused(void **state)
{
	X509 *leaf = leaf_of(key, NAME, made_at, made_at + 365 * DAY);
	int at = X509_get_ext_by_NID(leaf, NID_ext_key_usage, -1);

	(void)state;
	X509_EXTENSION_free(X509_delete_ext(leaf, at));
	cert_extend(leaf, NID_ext_key_usage, "clientAuth");
	assert_true(X509_sign(leaf, ca_key, EVP_sha256()) > 0);
	assert_int_equal(check_leaf(leaf, NULL), MACHINECERT_NOT_SERVER);
}

/* As the device is given one: for its key, and not signed. */
static void
a_request_has_a_placeholder_and_comes_back_signed(void **state)
{
	struct machinecert_der asked, got;
	const uint8_t *at;
	uint8_t *out;
	X509_REQ *request;
	X509 *leaf;
	struct fault f;
	const struct certmake_life life = { .from = made_at,
		.until = made_at + DAY };

	(void)state;
	assert_int_equal(machinecert_request(&asked, public, npublic - 1, NAME),
	    -1);
	assert_int_equal(machinecert_request(&asked, public, npublic, NAME), 0);
	at = asked.at;
	request = d2i_X509_REQ(NULL, &at, (long)asked.len);
	assert_non_null(request);
	assert_int_equal(X509_REQ_get_signature_nid(request),
	    NID_sha256WithRSAEncryption);
	assert_int_not_equal(X509_REQ_verify(request, key), 1);
	leaf = machinecert_make(request, NAME, ca, ca_key, &life, &f);
	assert_null(leaf);
	assert_int_equal(machinecert_request_check(asked.at, asked.len, &asked),
	    MACHINECERT_SIGNATURE);
	assert_true(X509_REQ_sign(request, key, EVP_sha256()) > 0);
	out = got.at;
	got.len = (size_t)i2d_X509_REQ(request, &out);
	assert_int_equal(machinecert_request_check(got.at, got.len, &asked),
	    MACHINECERT_GOOD);
	assert_int_equal(machinecert_request_check(got.at, got.len - 1, &asked),
	    MACHINECERT_UNREADABLE);
	X509_REQ_free(request);
	assert_int_equal(machinecert_request_of(&got, other, NAME), 0);
	assert_int_equal(machinecert_request_check(got.at, got.len, &asked),
	    MACHINECERT_OTHER_KEY);
	assert_int_equal(machinecert_request_of(&got, key, "pc-2.example.com"),
	    0);
	assert_int_equal(machinecert_request_check(got.at, got.len, &asked),
	    MACHINECERT_OTHER_NAME);
}

/* RFC 5280, A.1: 64 characters; the names that count are elsewhere. */
static void
a_long_name_has_its_first_label_as_common_name(void **state)
{
	static const char name[] =
	    "pc-1.a-department-with-a-long-name.a-site-with-a-long-name."
	    "example.com";
	X509 *leaf = leaf_of(key, name, made_at, made_at + DAY);
	char cn[80];

	(void)state;
	assert_true(X509_NAME_get_text_by_NID(X509_get_subject_name(leaf),
	                NID_commonName, cn, sizeof(cn)) > 0);
	assert_string_equal(cn, "pc-1");
	assert_int_equal(X509_check_host(leaf, name, 0,
	                     X509_CHECK_FLAG_NEVER_CHECK_SUBJECT, NULL),
	    1);
	X509_free(leaf);
}

/* What comes from a machine is not decoded, however it is signed. */
static void
a_curve_of_its_own_is_unreadable(void **state)
{
	const struct cert_wish wish = { .cn = NAME };
	EVP_PKEY *pair = own_curve_make();
	X509 *cert = cert_make(&wish, pair, NULL, NULL);
	struct machinecert_der request;
	struct machinecert c;
	uint8_t *der = NULL;
	int len = i2d_X509(cert, &der);

	(void)state;
	assert_true(len > 0);
	assert_int_equal(machinecert_read(&c, der, (size_t)len, NAME), -1);
	assert_int_equal(machinecert_request_of(&request, pair, NAME), 0);
	assert_int_equal(machinecert_request_check(request.at, request.len,
	                     &request),
	    MACHINECERT_UNREADABLE);
	OPENSSL_free(der);
	X509_free(cert);
	EVP_PKEY_free(pair);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_we_issue_is_what_we_take),
		cmocka_unit_test(what_does_not_fit_is_told_apart),
		cmocka_unit_test(a_certificate_for_something_else_is_refused),
		cmocka_unit_test(
		    a_request_has_a_placeholder_and_comes_back_signed),
		cmocka_unit_test(
		    a_long_name_has_its_first_label_as_common_name),
		cmocka_unit_test(a_curve_of_its_own_is_unreadable),
	};

	return cmocka_run_group_tests(tests, make_keys, NULL);
}
