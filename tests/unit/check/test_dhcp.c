#include "check/dhcp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct dhcp_inform question = { .xid = 0x01020304,
	.address = { 192, 0, 2, 31 },
	.mac = { 2, 0, 0, 0, 0, 7 } };

/* A server's answer: the fixed part, RFC 2131, figure 1, and these options. */
static size_t
reply_make(uint8_t data[DHCP_MAX], const void *options, size_t len)
{
	memset(data, 0, DHCP_MAX);
	memcpy(data, "\2\1\6\0\1\2\3\4", 8);
	memcpy(data + 236, "\x63\x82\x53\x63", 4);
	memcpy(data + 240, options, len);
	return 240 + len;
}

static int
reply_read(struct lease *l, const void *options, size_t len)
{
	static uint8_t data[DHCP_MAX];
	struct fault f;
	size_t n = reply_make(data, options, len);

	return dhcp_reply_decode(l, data, n, &question, &f);
}
#define READ(l, options) reply_read(l, options, sizeof(options) - 1)

static void
the_question_is_an_inform_with_the_own_address(void **state)
{
	uint8_t data[DHCP_MAX];
	struct writer w = { .base = data, .cap = sizeof(data) };

	(void)state;
	assert_int_equal(dhcp_inform_encode(&w, &question), 0);
	assert_int_equal(w.len, 300); /* RFC 1542, 2.1 */
	assert_memory_equal(data, "\1\1\6\0\1\2\3\4\0\0\0\0\300\0\2\37", 16);
	assert_memory_equal(data + 28, "\2\0\0\0\0\7\0", 7);
	assert_memory_equal(data + 236,
	    "\x63\x82\x53\x63\65\1\10\67\3\17\6\1"
	    "\377",
	    13);
	w = (struct writer){ .base = data, .cap = 299 };
	assert_int_equal(dhcp_inform_encode(&w, &question), -1);
}

static void
the_domain_is_option_15(void **state)
{
	struct lease l;

	(void)state;
	assert_int_equal(READ(&l, "\65\1\5\17\20lab7.example.com\377rubbish"),
	    1);
	assert_int_equal(l.n, 1);
	assert_string_equal(l.domain[0], "lab7.example.com");
	/* A server that counts a NUL, as some do. */
	assert_int_equal(READ(&l, "\65\1\5\17\3ab\0\377"), 1);
	assert_string_equal(l.domain[0], "ab");
	/* None, and an empty one. */
	assert_int_equal(READ(&l, "\65\1\5\377"), 1);
	assert_true(l.found);
	assert_int_equal(l.n, 0);
	assert_int_equal(READ(&l, "\65\1\5\17\0\377"), 1);
	assert_int_equal(l.n, 0);
}

static void
a_domain_of_several_parts_is_put_together(void **state)
{
	struct lease l;

	(void)state;
	assert_int_equal(READ(&l, "\17\5lab7.\65\1\5\17\2de\377"), 1);
	assert_string_equal(l.domain[0], "lab7.de");
}

/* RFC 2132, 9.3 */
static void
options_go_on_in_the_fields_for_file_and_server(void **state)
{
	static uint8_t data[DHCP_MAX];
	struct lease l;
	struct fault f;
	size_t n = reply_make(data, "\65\1\5\64\1\3\377", 7);

	(void)state;
	memcpy(data + 108, "\17\5file.\377", 8);
	memcpy(data + 44, "\17\4name\377", 7);
	assert_int_equal(dhcp_reply_decode(&l, data, n, &question, &f), 1);
	assert_string_equal(l.domain[0], "file.name");
	data[242 + 3] = 1; /* the file alone */
	assert_int_equal(dhcp_reply_decode(&l, data, n, &question, &f), 1);
	assert_string_equal(l.domain[0], "file.");
	data[108 + 1] = 200; /* longer than the field */
	assert_int_equal(dhcp_reply_decode(&l, data, n, &question, &f), -1);
}

static void
what_answers_something_else_is_left(void **state)
{
	static uint8_t data[DHCP_MAX];
	struct lease l;
	struct fault f;
	size_t n = reply_make(data, "\65\1\5\17\2de\377", 8);

	(void)state;
	assert_int_equal(dhcp_reply_decode(&l, data, n, &question, &f), 1);
	data[7]++; /* another question's */
	assert_int_equal(dhcp_reply_decode(&l, data, n, &question, &f), 0);
	assert_int_equal(l.n, 0);
	data[7]--;
	data[0] = 1; /* a question */
	assert_int_equal(dhcp_reply_decode(&l, data, n, &question, &f), 0);
	data[0] = 2;
	data[242] = 6; /* DHCPNAK */
	assert_int_equal(dhcp_reply_decode(&l, data, n, &question, &f), 0);
	data[236]++;
	assert_int_equal(dhcp_reply_decode(&l, data, n, &question, &f), -1);
	assert_string_equal(f.why, "no message of DHCP (magic cookie)");
}

static void
every_shorter_answer_is_refused_or_ends_between_options(void **state)
{
	static uint8_t data[DHCP_MAX];
	struct lease l;
	struct fault f;
	size_t n = reply_make(data, "\65\1\5\17\2de\377", 8);

	(void)state;
	for (size_t len = 0; len < n; len++) {
		uint8_t *tight = malloc(len + 1);
		int got;

		assert_non_null(tight);
		memcpy(tight, data, len);
		got = dhcp_reply_decode(&l, tight, len, &question, &f);
		free(tight);
		assert_int_equal(got,
		    len == 240         ? 0
		        : len == 243   ? 1
		        : len == n - 1 ? 1
		                       : -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_question_is_an_inform_with_the_own_address),
		cmocka_unit_test(the_domain_is_option_15),
		cmocka_unit_test(a_domain_of_several_parts_is_put_together),
		cmocka_unit_test(
		    options_go_on_in_the_fields_for_file_and_server),
		cmocka_unit_test(what_answers_something_else_is_left),
		cmocka_unit_test(
		    every_shorter_answer_is_refused_or_ends_between_options),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
