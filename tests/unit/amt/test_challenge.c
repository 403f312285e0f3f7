#include "amt/challenge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REALM "Digest:A4070000000000000000000000000000"

static const uint8_t counted[CHALLENGE_CNONCE] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
	10, 11, 12, 13, 14, 15 };
#define CNONCE "000102030405060708090a0b0c0d0e0f"

static const struct challenge_request post = { .user = "admin",
	.password = "Adm1n!pw",
	.method = "POST",
	.uri = "/wsman",
	.body = "<body/>",
	.len = 7 };

static bool
takes(struct challenge *c, const char *value)
{
	return challenge_read(c, value, strlen(value));
}

static void
refused(const char *value)
{
	struct challenge c = { .nanswers = 7 };

	if (takes(&c, value))
		fail_msg("taken: %s", value);
	assert_int_equal(c.nanswers, 7);
}

static const char *
answer(struct challenge *c)
{
	static char to[CHALLENGE_ANSWER];

	assert_int_equal(challenge_answer(to, c, &post, counted), 0);
	return to;
}

static void
a_challenge_of_firmware_is_read(void **state)
{
	struct challenge c;

	(void)state;
	assert_true(takes(&c,
	    "Digest realm=\"" REALM "\", nonce=\"B9AX94iAAA/3uA==\","
	    "stale=\"false\",qop=\"auth\""));
	assert_string_equal(c.realm, REALM);
	assert_string_equal(c.nonce, "B9AX94iAAA/3uA==");
	assert_int_equal(c.qop, CHALLENGE_AUTH);
	assert_false(c.stale);
	assert_false(c.has_opaque);
	assert_false(c.names_md5);
	assert_int_equal(c.nanswers, 0);
}

static void
commas_may_be_doubled_and_stand_at_either_end(void **state)
{
	static const char *const values[] = {
		"Digest realm=\"r\",nonce=\"n\",,qop=\"auth\"",
		"Digest realm=\"r\",,nonce=\"n\", , qop=\"auth\",",
		",Digest ,realm=\"r\" ,\tnonce=\"n\",qop=\"auth\" , ,",
		"Digest realm=\"r\" , nonce=\"n\" , qop=\",auth,,\"",
		"Digest realm = \"r\",nonce= n,qop =auth",
		"DIGEST REALM=\"r\",Nonce=\"n\",QOP=\"AUTH\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct challenge c;

		if (!takes(&c, values[i]))
			fail_msg("refused: %s", values[i]);
		assert_string_equal(c.realm, "r");
		assert_string_equal(c.nonce, "n");
		assert_int_equal(c.qop, CHALLENGE_AUTH);
	}
}

static void
auth_goes_before_auth_int_in_any_order(void **state)
{
	struct challenge c;

	(void)state;
	assert_true(takes(&c, "Digest realm=r,nonce=n,qop=\"auth-int, auth\""));
	assert_int_equal(c.qop, CHALLENGE_AUTH);
	assert_true(takes(&c, "Digest realm=r,nonce=n,qop=\"auth,auth-int\""));
	assert_int_equal(c.qop, CHALLENGE_AUTH);
	assert_true(takes(&c, "Digest realm=r,nonce=n,qop=\"auth-int\""));
	assert_int_equal(c.qop, CHALLENGE_AUTH_INT);
	assert_true(takes(&c, "Digest realm=r,nonce=n"));
	assert_int_equal(c.qop, CHALLENGE_NO_QOP);
	refused("Digest realm=r,nonce=n,qop=\"auth-conf\"");
}

static void
of_several_challenges_the_first_digest_of_md5_is_taken(void **state)
{
	struct challenge c;

	(void)state;
	assert_true(takes(&c,
	    "Negotiate, Basic realm=\"b\", Digest algorithm=SHA-256,"
	    "realm=\"s\",nonce=\"s\", Digest algorithm=MD5, realm=\"r\","
	    "nonce=\"n\", Digest realm=\"late\",nonce=\"late\""));
	assert_string_equal(c.realm, "r");
	assert_string_equal(c.nonce, "n");
	assert_true(c.names_md5);
	assert_true(takes(&c, "Negotiate YII==, Digest nonce=n, realm=r"));
	refused("Negotiate");
	refused("Basic realm=\"r\", nonce=\"n\"");
	refused("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256");
	refused("Digest realm=\"r\"");
	refused("Digest nonce=\"n\"");
	refused("");
}

static void
a_realm_may_hold_colons_commas_and_quotes(void **state)
{
	struct challenge c;

	(void)state;
	assert_true(takes(&c,
	    "Digest realm=\"a\\\"b\\\\c\", nonce=\"B9AX\", stale=TRUE"));
	assert_string_equal(c.realm, "a\"b\\c");
	assert_true(c.stale);
	assert_string_equal(answer(&c),
	    "Digest username=\"admin\", realm=\"a\\\"b\\\\c\", nonce=\"B9AX\", "
	    "uri=\"/wsman\", response=\"fc7b4ec18af7495d44071aeb9e2e51a8\"");
	assert_true(takes(&c,
	    "Digest realm=\"x=1, qop=\\\"y\\\", nonce=z\",nonce=\"n\""));
	assert_string_equal(c.realm, "x=1, qop=\"y\", nonce=z");
	assert_string_equal(c.nonce, "n");
}

/* The values were worked out with Python's hashlib. */
static void
answers_prove_the_password_and_are_counted(void **state)
{
	struct challenge c;

	(void)state;
	assert_true(takes(&c,
	    "Digest realm=\"" REALM "\",nonce=\"B9AX\",qop=\"auth\","
	    "opaque=\"\",algorithm=\"md5\""));
	assert_string_equal(answer(&c),
	    "Digest username=\"admin\", realm=\"" REALM "\", nonce=\"B9AX\", "
	    "uri=\"/wsman\", response=\"8e1949322d0aee64b65d9f30ef1d3c27\", "
	    "algorithm=MD5, opaque=\"\", qop=auth, nc=00000001, "
	    "cnonce=\"" CNONCE "\"");
	assert_non_null(strstr(answer(&c),
	    "response=\"beeca51f0ca67dd95193590a5bae5a38\""));
	assert_non_null(strstr(answer(&c), "nc=00000003"));
}

static void
auth_int_hashes_the_body_too(void **state)
{
	struct challenge c;

	(void)state;
	assert_true(takes(&c,
	    "Digest realm=\"" REALM "\",nonce=\"B9AX\",qop=\"auth-int\""));
	assert_non_null(strstr(answer(&c),
	    "response=\"4621159e97247634a12e7a5126d0d845\", qop=auth-int"));
}

/* RFC 2069 2.4 as its erratum has it. */
static void
the_published_answer_without_qop_comes_out(void **state)
{
	const struct challenge_request rq = { .user = "Mufasa",
		.password = "CircleOfLife",
		.method = "GET",
		.uri = "/dir/index.html",
		.body = "" };
	char to[CHALLENGE_ANSWER];
	struct challenge c;

	(void)state;
	assert_true(takes(&c,
	    "Digest realm=\"testrealm@host.com\", "
	    "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\""));
	assert_int_equal(challenge_answer(to, &c, &rq, counted), 0);
	assert_non_null(
	    strstr(to, "response=\"1949323746fe6a43ef61f9606e7febea\""));
}

static void
texts_that_are_too_long_or_not_printable_are_refused(void **state)
{
	char text[CHALLENGE_TEXT + 1], value[2 * CHALLENGE_TEXT];
	struct challenge c;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[CHALLENGE_TEXT - 1] = '\0';
	(void)snprintf(value, sizeof(value), "Digest nonce=n,realm=\"%s\"",
	    text);
	assert_true(takes(&c, value));
	assert_string_equal(c.realm, text);
	text[CHALLENGE_TEXT - 1] = 'x';
	text[CHALLENGE_TEXT] = '\0';
	(void)snprintf(value, sizeof(value), "Digest nonce=n,realm=\"%s\"",
	    text);
	refused(value);
	refused("Digest realm=\"r\rSet: x\", nonce=n");
	refused("Digest realm=\"r\", nonce=\"n\177\"");
}

static void
the_longest_texts_fit_into_an_answer(void **state)
{
	char value[7 * CHALLENGE_TEXT] = "Digest qop=auth-int,algorithm=MD5";
	static const char *const names[] = { "realm", "nonce", "opaque" };
	struct challenge c;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		char *at = value + strlen(value);

		at += sprintf(at, ",%s=\"", names[i]);
		for (int n = 0; n < CHALLENGE_TEXT - 1; n++)
			at += sprintf(at, "\\\"");
		(void)sprintf(at, "\"");
	}
	assert_true(takes(&c, value));
	assert_non_null(strstr(answer(&c), "cnonce=\"" CNONCE "\""));
}

static void
a_challenge_that_is_cut_off_is_read_within_its_bytes(void **state)
{
	static const char whole[] =
	    "Negotiate, Digest realm=\"a\\\"b\" ,,nonce=\"B9AX\",qop=\"auth\"";
	size_t ntaken = 0;

	(void)state;
	for (size_t len = 0; len < sizeof(whole); len++) {
		char *tight = malloc(len == 0 ? 1 : len);
		struct challenge c;

		assert_non_null(tight);
		memcpy(tight, whole, len); /* ASan guards its end */
		ntaken += challenge_read(&c, tight, len);
		free(tight);
	}
	assert_true(ntaken != 0 && ntaken < sizeof(whole) / 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_challenge_of_firmware_is_read),
		cmocka_unit_test(commas_may_be_doubled_and_stand_at_either_end),
		cmocka_unit_test(auth_goes_before_auth_int_in_any_order),
		cmocka_unit_test(
		    of_several_challenges_the_first_digest_of_md5_is_taken),
		cmocka_unit_test(a_realm_may_hold_colons_commas_and_quotes),
		cmocka_unit_test(answers_prove_the_password_and_are_counted),
		cmocka_unit_test(auth_int_hashes_the_body_too),
		cmocka_unit_test(the_published_answer_without_qop_comes_out),
		cmocka_unit_test(
		    texts_that_are_too_long_or_not_printable_are_refused),
		cmocka_unit_test(the_longest_texts_fit_into_an_answer),
		cmocka_unit_test(
		    a_challenge_that_is_cut_off_is_read_within_its_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
