#include "plan/profile_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

static void
each_value_is_in_its_plain_form(void **state)
{
	static const struct {
		enum setting_type type;
		const char *text, *plain;
	} rows[] = {
		{ SETTING_WORDS, "a", "a" },
		{ SETTING_WORDS, "a\n\t b  c", "a b c" },
		{ SETTING_WORDS, "", "" },
		{ SETTING_TEXT, "a\n  b", "a\n  b" },
		{ SETTING_BASE64, "AAAA", "AAAA" },
		{ SETTING_BASE64, "AA\n AA\r\n==", "AAAA==" },
		{ SETTING_BASE64, BEGIN "\nAAAA\nBBB=\n" END, "AAAABBB=" },
		{ SETTING_BASE64, BEGIN "AAAA" END, "AAAA" },
		{ SETTING_BASE64, BEGIN "\n" END, "" },
		{ SETTING_BASE64, BEGIN "\nAAAA", "" },
		{ SETTING_BASE64, "-----BEGIN \nAAAA\n" END, "" },
		{ SETTING_BASE64, END "\nAAAA\n" BEGIN, "" },
		{ SETTING_BASE64, "x" BEGIN "\nAAAA\n" END, "" },
		{ SETTING_BASE64,
		    BEGIN "\nAAAA\n" END "\n" BEGIN "\nAAAA\n" END, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct setting row = { .type = rows[i].type };
		char text[300];

		(void)snprintf(text, sizeof(text), "%s", rows[i].text);
		profile_value_plain(text, &row);
		if (strcmp(text, rows[i].plain) != 0)
			fail_msg("%s: got %s, expected %s", rows[i].text, text,
			    rows[i].plain);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_is_in_its_plain_form),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
