#include "setup/signing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define UUID "7ab70000-0000-4000-8000-000000000001"

static char line[RECORD_LINE_MAX + 1];

/* The fields as they arrive at the other end. */
static void
carry(struct record *r, const struct kind *k, const char *const *fields)
{
	struct writer w = { .base = (uint8_t *)line, .cap = sizeof(line) };
	struct fault f;

	record_put(&w, k, fields);
	assert_int_equal(writer_done(&w), 0);
	line[--w.len] = '\0';
	assert_int_equal(record_get(r, k, k->ncolumns, line, w.len, &f), 0);
}

static void
a_request_arrives_as_it_was(void **state)
{
	uint8_t bytes[MACHINECERT_DER];
	struct setup_sign sign = { .by = "signer",
		.fqdn = "pc-1.example.com",
		.request = bytes };
	static const size_t lens[] = { 0, 1, 2, 3, 700, sizeof(bytes) };
	static struct signing_texts texts;
	static struct signing got;
	const char *fields[SIGNING_NCOLUMNS];
	struct record r;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		sign.len = lens[i];
		assert_int_equal(signing_fields(fields, "12", UUID, &sign,
		                     &texts),
		    0);
		carry(&r, &kind_signing, fields);
		assert_int_equal(signing_read(&got, &r, &f), 0);
		assert_string_equal(got.id, "12");
		assert_string_equal(got.uuid, UUID);
		assert_string_equal(got.fqdn, "pc-1.example.com");
		assert_false(got.local);
		assert_int_equal(got.request.len, lens[i]);
		assert_memory_equal(got.request.at, bytes, lens[i]);
	}
	sign.len = sizeof(bytes) + 1;
	assert_int_equal(signing_fields(fields, "12", UUID, &sign, &texts), -1);
}

static void
an_answer_arrives_as_it_was(void **state)
{
	static struct setup_signature a = { .how = SETUP_SIGNED,
		.note = "with a\ttab",
		.chain = { .n = MACHINECERT_CHAIN },
		.key = { .len = 1200 } };
	static struct signing_texts texts;
	static struct signing_answer got;
	const char *fields[SIGNED_NCOLUMNS];
	struct record r;
	struct fault f;

	(void)state;
	/* The largest there can be fit a line. */
	for (size_t i = 0; i < MACHINECERT_CHAIN; i++) {
		a.chain.cert[i].len = MACHINECERT_DER - i;
		memset(a.chain.cert[i].at, 'a' + (int)i, MACHINECERT_DER - i);
	}
	memset(a.key.at, 'k', a.key.len);
	signed_fields(fields, "7", &a, &texts);
	carry(&r, &kind_signed, fields);
	assert_int_equal(signed_read(&got, &r, &f), 0);
	assert_string_equal(got.id, "7");
	assert_int_equal(got.is.how, SETUP_SIGNED);
	assert_string_equal(got.is.note, "with a\ttab");
	assert_int_equal(got.is.chain.n, MACHINECERT_CHAIN);
	for (size_t i = 0; i < MACHINECERT_CHAIN; i++) {
		assert_int_equal(got.is.chain.cert[i].len, MACHINECERT_DER - i);
		assert_memory_equal(got.is.chain.cert[i].at, a.chain.cert[i].at,
		    MACHINECERT_DER - i);
	}
	assert_int_equal(got.is.key.len, 1200);
	assert_memory_equal(got.is.key.at, a.key.at, 1200);
	signing_texts_wipe(&texts);
	assert_int_equal(texts.key[0], 0);
}

static void
each_end_has_its_word(void **state)
{
	static struct signing_texts texts;
	static struct signing_answer got;
	const char *fields[SIGNED_NCOLUMNS];
	struct record r;
	struct fault f;

	(void)state;
	for (int how = SETUP_SIGNER_MISSING; how <= SETUP_SIGNER_BROKEN;
	     how++) {
		struct setup_signature a = {
			.how = (enum setup_signed_how)how,
			.note = "status 3",
		};

		signed_fields(fields, "1", &a, &texts);
		carry(&r, &kind_signed, fields);
		assert_int_equal(signed_read(&got, &r, &f), 0);
		assert_int_equal(got.is.how, how);
		assert_string_equal(got.is.note, "status 3");
	}
}

static void
what_is_wrong_is_named(void **state)
{
	static const struct {
		const char *fields[SIGNED_NCOLUMNS], *why;
	} answers[] = {
		{ { "", "missing", "", "", "" }, "id: " },
		{ { "1234567890123456789012345", "missing", "", "", "" },
		    "id: " },
		{ { "1", "done", "", "", "" }, "how: " },
		{ { "1", "signed", "", "", "" }, "chain: " },
		{ { "1", "refused", "", "AAAA", "" }, "chain: " },
		{ { "1", "signed", "", "AAA", "" }, "chain: number 1 " },
		{ { "1", "signed", "", "AAAA,,AAAA", "" }, "chain: number 2 " },
		{ { "1", "signed", "", "AAAA,A.AA", "" }, "chain: number 2 " },
		{ { "1", "signed", "", "AAAA,AAAA,AAAA,AAAA,AAAA", "" },
		    "chain: more than 4 " },
		{ { "1", "signed", "", "AAAA", "AAAAA" }, "key: " },
	};
	static const struct {
		const char *fields[SIGNING_NCOLUMNS], *why;
	} requests[] = {
		{ { "", "local", UUID, "pc.example.com", "" }, "id: " },
		{ { "1", "device", UUID, "pc.example.com", "" }, "by: " },
		{ { "1", "local", UUID, "pc.example.com", "AAAAA" },
		    "request: " },
		{ { "1", "local", UUID, "-", "" }, "" },
		{ { "1", "local", "1", "pc", "" }, "" },
	};
	static struct signing_answer answer;
	static struct signing request;
	struct record r;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		carry(&r, &kind_signed, answers[i].fields);
		assert_int_equal(signed_read(&answer, &r, &f), -1);
		assert_ptr_equal(strstr(f.why, answers[i].why), f.why);
	}
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		carry(&r, &kind_signing, requests[i].fields);
		assert_int_equal(signing_read(&request, &r, &f), -1);
		assert_ptr_equal(strstr(f.why, requests[i].why), f.why);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_arrives_as_it_was),
		cmocka_unit_test(an_answer_arrives_as_it_was),
		cmocka_unit_test(each_end_has_its_word),
		cmocka_unit_test(what_is_wrong_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
