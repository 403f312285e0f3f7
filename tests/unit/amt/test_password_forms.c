#include "amt/password_forms.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
no_password_is_also_the_empty_one(void **state)
{
	static const char *const none[] = { NULL, "" };
	struct password_forms p;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		password_forms_begin(&p, none[i]);
		assert_int_equal(p.n, 2);
		assert_null(p.form[0]);
		assert_string_equal(p.form[1], "");
		password_forms_end(&p);
	}
}

static void
ascii_has_one_form_and_other_letters_have_more(void **state)
{
	struct password_forms p;

	(void)state;
	password_forms_begin(&p, "secret");
	assert_int_equal(p.n, 1);
	assert_string_equal(p.form[0], "secret");
	password_forms_begin(&p,
	    "Pr\xc3\xbc"
	    "f");
	assert_int_equal(p.n, 3);
	assert_string_equal(p.form[0],
	    "Pr\xc3\xbc"
	    "f");
	assert_string_equal(p.form[1],
	    "Pr\xc3\x83\xc2\xbc"
	    "f");
	assert_string_equal(p.form[2],
	    "Pr\xfc"
	    "f");
	/* no Latin-1, and no UTF-8 */
	password_forms_begin(&p, "\xd0\xba");
	assert_int_equal(p.n, 2);
	password_forms_begin(&p,
	    "Pr\xfc"
	    "f");
	assert_int_equal(p.n, 2);
	password_forms_begin(&p, "x\xc3");
	assert_int_equal(p.n, 2);
	password_forms_end(&p);
	for (size_t i = 0; i < sizeof(p); i++)
		assert_int_equal(((const char *)&p)[i], 0);
}

static void
the_longest_fits_in_every_form(void **state)
{
	char longest[CREDENTIAL_PASSWORD_MAX + 2];
	struct password_forms p;

	(void)state;
	memset(longest, 0xfc, sizeof(longest));
	longest[CREDENTIAL_PASSWORD_MAX] = '\0';
	password_forms_begin(&p, longest);
	assert_int_equal(strlen(p.form[1]), 2 * CREDENTIAL_PASSWORD_MAX);
	longest[CREDENTIAL_PASSWORD_MAX] = 'x';
	longest[CREDENTIAL_PASSWORD_MAX + 1] = '\0';
	password_forms_begin(&p, longest);
	assert_null(p.form[0]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_password_is_also_the_empty_one),
		cmocka_unit_test(
		    ascii_has_one_form_and_other_letters_have_more),
		cmocka_unit_test(the_longest_fits_in_every_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
