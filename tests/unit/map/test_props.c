#include "map/props.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define N63 "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz01234567890"

static const struct {
	const char *text;
	enum reason_id reason;
	const char *fqdn,
	    *profile; /* or, of a reason, the fault and its line */
	size_t line;
} cases[] = {
	{ "", REASON_NONE, "", "", 0 },
	{ "\n\r\n\n", REASON_NONE, "", "", 0 },
	{ "fqdn=pc-1.example.com\n", REASON_NONE, "pc-1.example.com", "", 0 },
	{ "fqdn=pc-1.example.com", REASON_NONE, "pc-1.example.com", "", 0 },
	{ "FQDN=PC-1.Example.com.\r\nprofile=standard\r\n", REASON_NONE,
	    "pc-1.example.com", "standard", 0 },
	{ "profile=" N63 "\n", REASON_NONE, "", N63, 0 },
	{ "profile=" N63 "x\n", REASON_PROPS_PROFILE,
	    "name of a profile is too long", NULL, 1 },
	{ "\nfqdn\n", REASON_PROPS_ANSWER, "line has no equals sign", NULL, 2 },
	{ "fqdn=\n", REASON_PROPS_ANSWER, "key has no value", NULL, 1 },
	{ "fqdn=pc-1\n", REASON_PROPS_ANSWER, "", NULL, 1 },
	{ "fqdn=pc-1.example.com\nfqdn=pc-1.example.com\n", REASON_PROPS_ANSWER,
	    "fqdn is there twice", NULL, 2 },
	{ "profile=a\n\nprofile=a\n", REASON_PROPS_ANSWER,
	    "profile is there twice", NULL, 3 },
	{ "fqdn=pc-1.example.com\nname=x\n", REASON_PROPS_KEY,
	    "unknown key, expected fqdn, profile or ou (got \"name\")", NULL,
	    2 },
	{ "=x\n", REASON_PROPS_KEY, "unknown key", NULL, 1 },
	{ "fqdnfqdnfqdnfqdn=x\n", REASON_PROPS_KEY, "unknown key", NULL, 1 },
	{ "ou=OU=PCs,DC=example\n", REASON_NONE, "", "", 0 },
	{ "ou=a\nou=a\n", REASON_PROPS_ANSWER, "ou is there twice", NULL, 2 },
	{ "ou=" N63 N63 N63 N63 "123\n", REASON_NONE, "", "", 0 },
	{ "ou=" N63 N63 N63 N63 "1234\n", REASON_PROPS_OU,
	    "ou is longer than 255 bytes", NULL, 1 },
	{ "fqdn=pc\t1.example.com\n", REASON_PROPS_ANSWER,
	    "not printable UTF-8", NULL, 1 },
	{ "fqdn=pc\x80.example.com\n", REASON_PROPS_ANSWER,
	    "not printable UTF-8", NULL, 1 },
	{ "Content-Type: text/html\n", REASON_PROPS_ANSWER,
	    "line has no equals sign", NULL, 1 },
};

static void
each_answer_is_taken_or_refused_with_its_own_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct props p;
		struct fault f = { 0 };

		assert_int_equal(props_decode(&p, cases[i].text,
		                     strlen(cases[i].text), &f),
		    cases[i].reason);
		if (cases[i].reason == REASON_NONE) {
			assert_string_equal(p.fqdn, cases[i].fqdn);
			assert_string_equal(p.profile, cases[i].profile);
		} else {
			assert_ptr_equal(strstr(f.why, cases[i].fqdn), f.why);
			assert_int_equal(f.at, cases[i].line);
		}
	}
}

static void
what_is_told_besides_the_name_is_kept_as_lines(void **state)
{
	static const char text[] =
	    "ou=OU=PCs,DC=example\nfqdn=pc-1.example.com\nprofile=lab\n";
	char told[PROPS_TOLD_MAX];
	struct props p;
	struct fault f;

	(void)state;
	assert_int_equal(props_decode(&p, text, strlen(text), &f), REASON_NONE);
	assert_string_equal(p.ou, "OU=PCs,DC=example");
	assert_int_equal(props_told(told, &p), 33);
	assert_string_equal(told, "profile=lab\nou=OU=PCs,DC=example\n");
	assert_int_equal(props_decode(&p, told, strlen(told), &f), REASON_NONE);
	assert_string_equal(p.profile, "lab");
	assert_string_equal(p.ou, "OU=PCs,DC=example");
	memset(&p, 0, sizeof(p));
	assert_int_equal(props_told(told, &p), 0);
	assert_string_equal(told, "");
	/* The longest of both fit. */
	memset(p.ou, 'o', sizeof(p.ou) - 1);
	memset(p.profile, 'p', sizeof(p.profile) - 1);
	assert_int_equal(props_told(told, &p), 255 + 63 + 4 + 9);
}

static void
every_prefix_of_an_answer_is_read_within_its_bounds(void **state)
{
	static const char all[] = "fqdn=pc-1.example.com\r\n\nprofile=a\n";

	(void)state;
	for (size_t n = 0; n < sizeof(all) - 1; n++) {
		char *tight = malloc(n + (n == 0)); /* ASan guards its end */
		struct props p;
		struct fault f;

		assert_non_null(tight);
		memcpy(tight, all, n);
		(void)props_decode(&p, tight, n, &f);
		free(tight);
	}
}

static void
an_answer_has_at_most_4096_bytes(void **state)
{
	static char all[PROPS_ANSWER_MAX + 1];
	struct props p;
	struct fault f;

	(void)state;
	memset(all, '\n', sizeof(all));
	assert_int_equal(props_decode(&p, all, PROPS_ANSWER_MAX, &f),
	    REASON_NONE);
	assert_int_equal(props_decode(&p, all, PROPS_ANSWER_MAX + 1, &f),
	    REASON_PROPS_LONG);
}

static void
a_nul_is_no_end_of_an_answer(void **state)
{
	static const char text[] = "fqdn=pc-1.example.com\n\0name=x\n";
	struct props p;
	struct fault f;

	(void)state;
	assert_int_equal(props_decode(&p, text, sizeof(text) - 1, &f),
	    REASON_PROPS_ANSWER);
	assert_int_equal(f.at, 2);
}

static void
the_question_has_three_lines(void **state)
{
	char text[PROPS_QUESTION_MAX], host[PROPS_QUESTION_MAX];
	size_t n = props_encode(text, "7ab70000-0000-4000-8000-000000000001",
	    "2001:db8::7", "3");
	static const char want[] = "uuid=7ab70000-0000-4000-8000-000000000001\n"
	                           "address=2001:db8::7\nversion=3\n";

	(void)state;
	assert_int_equal(n, sizeof(want) - 1);
	assert_memory_equal(text, want, n);
	memset(host, 'x', sizeof(host) - 1);
	host[sizeof(host) - 1] = '\0';
	assert_int_equal(props_encode(text, "", host, ""), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    what_is_told_besides_the_name_is_kept_as_lines),
		cmocka_unit_test(
		    each_answer_is_taken_or_refused_with_its_own_reason),
		cmocka_unit_test(
		    every_prefix_of_an_answer_is_read_within_its_bounds),
		cmocka_unit_test(an_answer_has_at_most_4096_bytes),
		cmocka_unit_test(a_nul_is_no_end_of_an_answer),
		cmocka_unit_test(the_question_has_three_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
