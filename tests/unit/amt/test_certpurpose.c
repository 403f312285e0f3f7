#include "amt/certpurpose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cert_maker.h"

#define OID ",2.16.840.1.113741.1.2.3"

static EVP_PKEY *key;

static void
purposes_are_read_from_usages_and_units(void **state)
{
	static const struct {
		const char *ou, *usage;
		unsigned purpose;
		int is_setup;
	} rows[] = {
		{ NULL, "serverAuth" OID,
		    PURPOSE_LISTED | PURPOSE_SERVER | PURPOSE_SETUP, 1 },
		{ CERTPURPOSE_OU, "serverAuth",
		    PURPOSE_LISTED | PURPOSE_SERVER | PURPOSE_OU, 1 },
		{ CERTPURPOSE_OU, NULL, PURPOSE_OU, 1 },
		{ CERTPURPOSE_OU, "clientAuth", PURPOSE_LISTED | PURPOSE_OU,
		    0 },
		{ "intel(r) client setup certificate", "serverAuth",
		    PURPOSE_LISTED | PURPOSE_SERVER | PURPOSE_OU_ALMOST, 0 },
		{ " " CERTPURPOSE_OU " ", NULL, PURPOSE_OU_ALMOST, 0 },
		{ CERTPURPOSE_OU "s", NULL, 0, 0 },
		{ "Intel(R) Client Setup", NULL, 0, 0 },
		{ NULL, "serverAuth", PURPOSE_LISTED | PURPOSE_SERVER, 0 },
		{ NULL, "codeSigning" OID, PURPOSE_LISTED | PURPOSE_SETUP, 0 },
		{ NULL,
		    "clientAuth,2.16.840.1.113741.1.2.1,2.16.840.1.113741.1.2.2",
		    PURPOSE_LISTED | PURPOSE_CONSOLE | PURPOSE_AGENT, 0 },
		{ NULL, "serverAuth,2.16.840.1.113741.1.2.30",
		    PURPOSE_LISTED | PURPOSE_SERVER, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct cert_wish w = { .cn = "x.example.com",
			.ou = rows[i].ou,
			.usage = rows[i].usage };
		X509 *cert = cert_make(&w, key, NULL, NULL);

		assert_int_equal(certpurpose_of(cert), rows[i].purpose);
		assert_int_equal(certpurpose_is_setup(rows[i].purpose),
		    rows[i].is_setup);
		X509_free(cert);
	}
}

static void
the_name_is_the_last_cn_and_never_cut(void **state)
{
	const struct cert_wish w = { .cn = "one.example.com" };
	X509 *cert = cert_make(&w, key, NULL, NULL);
	X509_NAME *subject = X509_NAME_dup(X509_get_subject_name(cert));
	char name[DOMAIN_TEXT + 2];

	(void)state;
	assert_int_equal(certpurpose_name(name, cert), 1);
	assert_string_equal(name, "one.example.com");
	cert_name_add(subject, "CN", "two.example.com");
	X509_set_subject_name(cert, subject);
	assert_int_equal(certpurpose_name(name, cert), 2);
	assert_string_equal(name, "two.example.com");
	/* what is behind a NUL is not part of what others would compare */
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
	    (const unsigned char *)"a.example.com\0.evil.com", 23, -1, 0);
	X509_set_subject_name(cert, subject);
	assert_int_equal(certpurpose_name(name, cert), 3);
	assert_string_equal(name, "");
	X509_NAME_free(subject);
	X509_free(cert);
}

static int
make_key(void **state)
{
	(void)state;
	key = EVP_EC_gen("P-256");
	return key == NULL;
}

static int
free_key(void **state)
{
	(void)state;
	EVP_PKEY_free(key);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(purposes_are_read_from_usages_and_units),
		cmocka_unit_test(the_name_is_the_last_cn_and_never_cut),
	};

	return cmocka_run_group_tests(tests, make_key, free_key);
}
