#include "setup/setting_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "cert_maker.h"

static unsigned char der[SETTING_LONG_MAX];
static char text[SETTING_LONG_MAX + 8];

/* A certificate's base64, with this many bytes more. */
static const char *
certificate(size_t more)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *cert = ca_make("Root <&\"'>", key, NULL, key);
	unsigned char *to = der;
	int len = i2d_X509(cert, &to);

	assert_in_range(len, 1, 4000);
	(void)EVP_EncodeBlock((unsigned char *)text, der, len + (int)more);
	X509_free(cert);
	EVP_PKEY_free(key);
	return text;
}

static void
a_trusted_root_is_one_whole_certificate(void **state)
{
	const struct setting *row =
	    setting_of_profile("trusted-root-certificate");
	struct fault f;

	(void)state;
	assert_int_equal(setting_check(row, certificate(0), &f), 0);
	for (size_t more = 1; more < 4; more++)
		assert_int_equal(setting_check(row, certificate(more), &f), -1);
	(void)certificate(0);
	text[strlen(text) - 4] = '\0';
	assert_int_equal(setting_check(row, text, &f), -1);
	assert_int_equal(setting_check(row, "AAAA", &f), -1);
	assert_int_equal(setting_check(row, "====", &f), -1);
	assert_int_equal(setting_check(row, "", &f), -1);
}

/* A number of the machine has one word, or reading back would depend on the
 * order. */
static void
each_word_has_a_value_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting_choice *all = setting_table[i].choices;

		for (size_t a = 0; all != NULL && all[a].word != NULL; a++)
			for (size_t b = 0; b < a; b++) {
				assert_string_not_equal(all[a].word,
				    all[b].word);
				if (*all[a].value != '\0')
					assert_string_not_equal(all[a].value,
					    all[b].value);
			}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_trusted_root_is_one_whole_certificate),
		cmocka_unit_test(each_word_has_a_value_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
