#include "amt/echo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "base/text.h"

#define SECRET "N3xt&<Qx9v>!7"

static void
a_secret_is_found_in_whatever_dress(void **state)
{
	static const char *const dressed[] = {
		SECRET, "bad value " SECRET " given",
		"N3xt&<Qx 9v>!7",    /* a blank inside */
		"N3xt &<\nQx9v >!7", /* split */
		"N 3 x t & < Q x 9 v > ! 7", "n3XT&<qX9V>!7", /* other case */
		"N3xt&amp;&lt;Qx9v&gt;!7",                    /* entities */
		"N3xt&amp;amp;&amp;lt;Qx9v&amp;gt;!7",
		"&#78;&#51;&#120;&#116;&#38;&#60;&#81;&#120;&#57;&#118;",
		"&#x4e;&#x33;&#x78;&#x74;&#X26;&#x3c;&#x51;&#x78;&#x39;&#x76;",
		"&amp;#78;&amp;#51;&amp;#120;&amp;#116;&amp;#81;&amp;#120;",
		"N3xt%26%3CQx9v%3E%217", /* as in a URL */
		"%4E%33%78%74%26%3C%51%78%39%76%3E%21%37",
		"\\x4e\\x33\\x78\\x74\\x51\\x78\\x39\\x76",
		"\\u004e\\u0033\\u0078\\u0074\\u0051\\u0078\\u0039",
		"TjN4dCY8UXg5dj4hNw==", /* base64 */
		"Basic YWRtaW46TjN4dCY8UXg5dj4hNw==", "xTjN4dCY8UXg5dj4hNw",
		"xxTjN4dCY8UXg5dj4hNw",
		"TgAzAHgAdAAmADwAUQB4ADkAdgA+ACEANwA=", /* of UTF-16 */
		"4e3378742 63c51783976", "4E:33:78:74:26:3C:51:78:39:76",
		"x4e337874263c5178", "N3xt&<Qx9v", /* cut off */
		"...xt&<Qx9v>!7",                  /* at the other end */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(dressed) / sizeof(dressed[0]); i++)
		if (!echo_repeats(dressed[i], SECRET))
			fail_msg("not found: %s", dressed[i]);
}

static void
other_texts_are_shown(void **state)
{
	static const char *const plain[] = { "", "x", "N3xt", "Qx9v",
		"SchemaValidationError: invalid value", "pc-0001.example.com",
		"Intel(R) Active Management Technology 9.1.20",
		"AMT_SetupAndConfigurationService", "uuid:00000000-8086-8086",
		"SetAdminAclEntryEx_OUTPUT", "the password is too short",
		"&#;&#x;&;%%%4\\x\\u12&#99999999999;", "====", "%00&#0;" };

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (echo_repeats(plain[i], SECRET))
			fail_msg("found in: %s", plain[i]);
		assert_false(echo_repeats(plain[i], ""));
	}
	/* words that passwords are made of, and firmware's texts too */
	assert_false(echo_repeats("invalid password", "MyPassword-17"));
	assert_false(echo_repeats("SetAdminAclEntryEx", "Lab7-Admin-1"));
	assert_true(echo_repeats("mypassword", "MyPassword-17"));
}

static void
a_short_secret_is_found_as_it_is(void **state)
{
	(void)state;
	assert_true(echo_repeats("got !?-!, bad", "!?-!"));
	assert_false(echo_repeats("got ! ? - !", "!?-!"));
	assert_true(echo_repeats("got a1b", "a1b"));
	assert_true(echo_repeats("A 1 b 2", "a1b2"));
	assert_false(echo_repeats("a1b", "a1b2"));
}

static void
the_whole_of_it_between_words_of_ours(void **state)
{
	(void)state;
	assert_true(echo_whole("HostName is N3xt, DomainName Qx9v7",
	    "isN3xtDomainNameQx9v7"));
	assert_true(echo_whole("returned 12345678 (unknown)", "12345678"));
	assert_false(echo_whole("connection refused", "Refused-123"));
	assert_false(echo_whole("anything", ""));
}

/* Every base64 of it, wherever in a longer text. */
static void
base64_is_found_at_every_place(void **state)
{
	(void)state;
	for (size_t before = 0; before < 40; before++) {
		unsigned char all[128];
		char coded[256];

		memset(all, '.', sizeof(all));
		memcpy(all + before, SECRET, strlen(SECRET));
		(void)EVP_EncodeBlock((unsigned char *)coded, all,
		    (int)(before + strlen(SECRET) + before % 7));
		assert_true(echo_repeats(coded, SECRET));
	}
}

static void
a_long_text_is_looked_at_as_far_as_it_is_shown(void **state)
{
	char text[4 * ECHO_TEXT];

	(void)state;
	memset(text, '&', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	memcpy(text + ECHO_TEXT - strlen(SECRET), SECRET, strlen(SECRET));
	assert_true(echo_repeats(text, SECRET));
	memset(text, 'A', sizeof(text) - 1);
	assert_false(echo_repeats(text, SECRET));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_secret_is_found_in_whatever_dress),
		cmocka_unit_test(other_texts_are_shown),
		cmocka_unit_test(a_short_secret_is_found_as_it_is),
		cmocka_unit_test(the_whole_of_it_between_words_of_ours),
		cmocka_unit_test(base64_is_found_at_every_place),
		cmocka_unit_test(
		    a_long_text_is_looked_at_as_far_as_it_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
