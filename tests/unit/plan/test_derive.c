#include "plan/derive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MASTER "correct horse battery staple"

static const char id[] = "7ab70000-0000-4000-8000-000000000001";

static void
derive(char pw[PASSWORD_MADE + 1], const char *master, const char *what,
    const char *uuid)
{
	uint8_t bytes[UUID_LEN];

	assert_int_equal(uuid_parse(bytes, uuid, strlen(uuid), NULL), 0);
	assert_int_equal(derive_password(pw, master, what, bytes), 0);
}

/*
 * By openssl 3.0.17, of the text with key:MASTER, and a few lines of Python:
 *	printf %s 'admin-password 7ab70000-0000-4000-8000-000000000001' |
 *	    openssl mac -digest SHA256 -macopt key:... HMAC
 *	B501DFAC0FACFC0BF1146CA52DC63EEB7F01AA725AF1F52ACA442D958CEA7842
 */
static void
the_page_has_this_password(void **state)
{
	char pw[PASSWORD_MADE + 1];

	(void)state;
	derive(pw, MASTER, DERIVE_ADMIN, id);
	assert_string_equal(pw, "Fo6%EqQomLuvpXLv");
	derive(pw, MASTER, DERIVE_MEBX, id);
	assert_string_equal(pw, "Cc7!WHfeJnQnGD2N");
}

static void
the_hash_of_openssl_is_that_password(void **state)
{
	static const uint8_t hash[PASSWORD_HASH] = { 0xb5, 0x01, 0xdf, 0xac,
		0x0f, 0xac, 0xfc, 0x0b, 0xf1, 0x14, 0x6c, 0xa5, 0x2d, 0xc6,
		0x3e, 0xeb, 0x7f, 0x01, 0xaa, 0x72, 0x5a, 0xf1, 0xf5, 0x2a,
		0xca, 0x44, 0x2d, 0x95, 0x8c, 0xea, 0x78, 0x42 };
	char pw[PASSWORD_MADE + 1];

	(void)state;
	password_from_hash(pw, hash);
	assert_string_equal(pw, "Fo6%EqQomLuvpXLv");
}

/* 2,000 machines: each gets a legal one, and each another. */
static void
every_machine_has_a_legal_password_of_its_own(void **state)
{
	static char all[2000][PASSWORD_MADE + 1];

	(void)state;
	for (size_t i = 0; i < 2000; i++) {
		char uuid[UUID_TEXT];

		(void)snprintf(uuid, sizeof(uuid),
		    "7ab70000-0000-4000-8000-%012zx", i);
		derive(all[i], MASTER, DERIVE_ADMIN, uuid);
		assert_int_equal(password_check(all[i], strlen(all[i]), NULL),
		    0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(all[i], all[k]);
	}
}

static void
master_and_purpose_matter(void **state)
{
	char a[PASSWORD_MADE + 1], b[PASSWORD_MADE + 1];

	(void)state;
	derive(a, MASTER, DERIVE_ADMIN, id);
	derive(b, MASTER "!", DERIVE_ADMIN, id);
	assert_string_not_equal(a, b);
	derive(b, MASTER, DERIVE_MEBX, id);
	assert_string_not_equal(a, b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_page_has_this_password),
		cmocka_unit_test(the_hash_of_openssl_is_that_password),
		cmocka_unit_test(every_machine_has_a_legal_password_of_its_own),
		cmocka_unit_test(master_and_purpose_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
