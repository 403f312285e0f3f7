#include "base/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int
check(const char *pw, struct fault *f)
{
	return password_check(pw, strlen(pw), f);
}

static void
the_published_examples_are_judged_as_published(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(check("P@ssw0rd", &f), 0);
	/* Intel, "Strong ME Passwords": an underscore is not special. */
	assert_int_equal(check("Location_1", &f), -1);
	assert_string_equal(f.why,
	    "password is too simple for the MEBx (lacks "
	    "a special character other than _)");
}

static void
length_is_8_to_32(void **state)
{
	static const char long_one[] = "Aa1!567890123456789012345678901234567";
	struct fault f;

	(void)state;
	for (size_t n = 0; n < sizeof(long_one) - 1; n++)
		assert_int_equal(password_check(long_one, n, &f),
		    n >= 8 && n <= 32 ? 0 : -1);
	assert_int_equal(password_check(long_one, 7, &f), -1);
	assert_string_equal(f.why, "password is shorter than 8 characters");
	assert_int_equal(password_check(long_one, 33, &f), -1);
	assert_string_equal(f.why, "password is longer than 32 characters");
}

static void
each_missing_class_is_named(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(check("p@ssw0rd", &f), -1);
	assert_non_null(strstr(f.why, "(lacks an upper-case letter)"));
	assert_int_equal(check("P@SSW0RD", &f), -1);
	assert_non_null(strstr(f.why, "(lacks a lower-case letter)"));
	assert_int_equal(check("P@ssword", &f), -1);
	assert_non_null(strstr(f.why, "(lacks a digit)"));
	assert_int_equal(check("Pass w0rd", &f), -1);
	assert_non_null(
	    strstr(f.why, "(lacks a special character other than _)"));
}

static void
every_byte_is_judged_by_the_table(void **state)
{
	struct fault f;

	(void)state;
	for (int c = 0; c < 256; c++) {
		char pw[] = "Aa1!xxxx";
		bool legal =
		    c >= 32 && c <= 126 && c != ':' && c != ',' && c != '"';

		pw[5] = (char)c;
		assert_int_equal(password_check(pw, 8, &f), legal ? 0 : -1);
	}
}

static void
admin_is_legal_only_as_the_password_of_now(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(check("admin", &f), -1);
	assert_int_equal(password_check_now("admin", 5, &f), 0);
	assert_int_equal(password_check_now("Admin", 5, &f), -1);
	assert_int_equal(password_check_now("admin1", 6, &f), -1);
	assert_int_equal(password_check_now("P@ssw0rd", 8, &f), 0);
}

static void
what_only_hp_forbids_is_a_warning(void **state)
{
	static const char five[] = "'<>& ";
	struct fault f;

	(void)state;
	assert_null(password_warning("P@ssw0rd", 8));
	for (const char *c = five; *c != '\0'; c++) {
		char pw[] = "P@ssw0rd";

		pw[4] = *c;
		assert_int_equal(check(pw, &f), 0);
		assert_non_null(password_warning(pw, 8));
	}
}

static void
no_fault_shows_the_password(void **state)
{
	static const char *const bad[] = { "zq", "zqzqzqzqzq", "zqZQ12:!",
		"zqZQ12!!zqZQ12!!zqZQ12!!zqZQ12!!zq", "zqZQ12\t!" };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(check(bad[i], &f), -1);
		assert_null(strstr(f.why, "zq"));
	}
}

/* 0 A, 22 a, 45 2, 53 ! in the order of made_of. */
static void
random_bytes_give_the_password_worked_out_by_hand(void **state)
{
	uint8_t random[20] = { 0, 22, 45, 53, 224, 255, 55, 56 };
	char pw[PASSWORD_MADE + 1];

	(void)state;
	assert_int_equal(password_generate(pw, random, sizeof(random)), 18);
	assert_string_equal(pw, "Aa2!%AAAAAAAAAAA");
}

static void
a_password_that_lacks_a_class_is_drawn_anew(void **state)
{
	uint8_t random[32] = { 0 };
	char pw[PASSWORD_MADE + 1];

	(void)state;
	assert_int_equal(password_generate(pw, random, sizeof(random)), 0);
	assert_string_equal(pw, "");
	memcpy(random + 16, (uint8_t[]){ 22, 45, 53 }, 3);
	assert_int_equal(password_generate(pw, random, sizeof(random)), 32);
	assert_string_equal(pw, "a2!AAAAAAAAAAAAA");
	assert_int_equal(password_generate(pw, random, 31), 0);
	assert_string_equal(pw, "");
}

static void
every_made_password_keeps_the_rules(void **state)
{
	uint32_t x = 7;
	size_t made = 0;
	struct fault f;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint8_t random[PASSWORD_RANDOM];
		char pw[PASSWORD_MADE + 1];

		for (size_t n = 0; n < sizeof(random); n++) {
			x = x * 1664525 + 1013904223;
			random[n] = (uint8_t)(x >> 24);
		}
		if (password_generate(pw, random, sizeof(random)) == 0)
			continue;
		made++;
		assert_int_equal(strlen(pw), PASSWORD_MADE);
		assert_int_equal(check(pw, &f), 0);
		assert_null(password_warning(pw, strlen(pw)));
		assert_null(strpbrk(pw, "yzYZO0l1I"));
	}
	assert_true(made > 990);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_published_examples_are_judged_as_published),
		cmocka_unit_test(length_is_8_to_32),
		cmocka_unit_test(each_missing_class_is_named),
		cmocka_unit_test(every_byte_is_judged_by_the_table),
		cmocka_unit_test(admin_is_legal_only_as_the_password_of_now),
		cmocka_unit_test(what_only_hp_forbids_is_a_warning),
		cmocka_unit_test(no_fault_shows_the_password),
		cmocka_unit_test(
		    random_bytes_give_the_password_worked_out_by_hand),
		cmocka_unit_test(a_password_that_lacks_a_class_is_drawn_anew),
		cmocka_unit_test(every_made_password_keeps_the_rules),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
