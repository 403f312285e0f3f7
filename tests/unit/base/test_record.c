#include "base/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define MAP_HEADER                                                             \
	"@map/2\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\tmodel\tserial"

/* The line as record_get takes it, for the caller to free. */
static char *
written(const struct kind *k, const char *const *fields)
{
	static uint8_t buf[1024];
	struct writer w = { .base = buf, .cap = sizeof(buf) };
	char *line;

	record_put(&w, k, fields);
	assert_int_equal(writer_done(&w), 0);
	assert_int_equal(buf[w.len - 1], '\n');
	line = strndup((char *)buf, w.len - 1);
	assert_non_null(line);
	return line;
}

static int
get(struct record *r, const struct kind *k, const char *text, struct fault *f,
    char **line)
{
	*line = strdup(text);
	assert_non_null(*line);
	return record_get(r, k, k->ncolumns, *line, strlen(text), f);
}

static void
whatever_is_in_a_field_comes_back(void **state)
{
	static const char *const fields[MAP_NCOLUMNS] = { "a\tb\nc\\d", "",
		"\\t \\n \\@ @ \\\\", "b\xc3\xbcro", "@end\t1\t2", "\r\x01\x7f",
		"\t", "\\" };
	struct record r;
	struct fault f;
	char *line = written(&kind_map, fields);

	(void)state;
	assert_null(strchr(line, '\n'));
	assert_int_equal(record_line(line), RECORD_ROW);
	assert_int_equal(record_get(&r, &kind_map, MAP_NCOLUMNS, line,
	                     strlen(line), &f),
	    0);
	assert_ptr_equal(r.kind, &kind_map);
	for (size_t i = 0; i < MAP_NCOLUMNS; i++)
		assert_string_equal(r.field[i], fields[i]);
	free(line);
}

static void
a_line_has_exactly_the_bytes_that_the_page_promises(void **state)
{
	static const char *const fields[BATCHES_NCOLUMNS] = { "lab\t7", "1",
		"2", "3", "4", "5", NULL };
	char *line = written(&kind_batches, fields);

	(void)state;
	assert_string_equal(line, "lab\\t7\t1\t2\t3\t4\t5\t");
	free(line);
}

static void
a_first_field_with_an_at_sign_never_looks_like_a_header(void **state)
{
	static const char *const names[] = { "@end\t1\t0", "@map/1", "@", "\\@",
		"\\" };
	struct record r;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		const char *fields[BATCHES_NCOLUMNS] = { names[i] };
		char *line = written(&kind_batches, fields);

		assert_int_equal(record_line(line), RECORD_ROW);
		assert_int_equal(record_get(&r, &kind_batches, BATCHES_NCOLUMNS,
		                     line, strlen(line), &f),
		    0);
		assert_string_equal(r.field[0], names[i]);
		free(line);
	}
}

static void
lines_are_told_apart_by_their_first_bytes(void **state)
{
	(void)state;
	assert_int_equal(record_line(MAP_HEADER), RECORD_HEADER);
	assert_int_equal(record_line("@end\t1\t0"), RECORD_END);
	assert_int_equal(record_line("@end"), RECORD_HEADER);
	assert_int_equal(record_line("@ending/1\ta"), RECORD_HEADER);
	assert_int_equal(record_line(""), RECORD_ROW);
	assert_int_equal(record_line("end\t1\t0"), RECORD_ROW);
}

static void
headers_go_both_ways_for_every_kind(void **state)
{
	static const struct kind *const all[] = { &kind_keys, &kind_map,
		&kind_hello, &kind_jobs, &kind_results, &kind_devices,
		&kind_batches, &kind_passwords };
	struct fault f;
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(all); i++) {
		uint8_t buf[1024];
		struct writer w = { .base = buf, .cap = sizeof(buf) };

		record_put_header(&w, all[i]);
		assert_int_equal(writer_done(&w), 0);
		assert_int_equal(buf[w.len - 1], '\n');
		buf[w.len - 1] = '\0';
		assert_ptr_equal(record_get_header(&n, (char *)buf, &f),
		    all[i]);
	}
	assert_ptr_equal(record_get_header(&n, MAP_HEADER, &f), &kind_map);
	assert_int_equal(n, MAP_NCOLUMNS);
}

/* What a killed sweep left in its journal is loaded by the amtbatch after. */
static void
streams_of_older_versions_are_read(void **state)
{
	static const char *const results[] = { "job", "uuid", "at", "milestone",
		"reason", "detail", "firmware" };
	char line[256] = "@results/1", row[] = "a\tb\tc\td\te\tf\t5.2.1",
	     more[] = "a\tb\tc\td\te\tf\t5.2.1\tg";
	struct record r;
	struct fault f;
	size_t n;

	(void)state;
	for (size_t i = 0; i < COUNT(results); i++) {
		strcat(line, "\t");
		strcat(line, results[i]);
	}
	assert_ptr_equal(record_get_header(&n, line, &f), &kind_results);
	assert_int_equal(n, COUNT(results));
	assert_int_equal(record_get(&r, &kind_results, n, row, strlen(row), &f),
	    0);
	assert_string_equal(r.field[RESULTS_FIRMWARE], "5.2.1");
	for (size_t i = n; i < RESULTS_NCOLUMNS; i++)
		assert_string_equal(r.field[i], "");
	assert_int_equal(record_get(&r, &kind_results, n, more, strlen(more),
	                     &f),
	    -1);
	assert_non_null(strstr(f.why,
	    "too many columns in a record "
	    "(expected 7)"));
	strcat(line, "\trealm");
	assert_null(record_get_header(&n, line, &f));
	line[strlen("@results/")] = '2';
	assert_ptr_equal(record_get_header(&n, line, &f), &kind_results);
	assert_int_equal(n, COUNT(results) + 1);
}

static void
a_foreign_header_is_refused_with_what_was_expected(void **state)
{
	static const struct {
		const char *line;
		const char *why;
	} bad[] = {
		{ "", "not a record stream (got \"\"" },
		{ "uuid,fqdn", "not a record stream (got \"uuid,fqdn\"" },
		{ "@map", "not a record stream" },
		{ "@", "not a record stream" },
		{ "@maps/1\tuuid", "unknown kind of stream (got \"@maps/1\")" },
		{ "@/1", "unknown kind" },
		{ "@map/3\tuuid\tfqdn\tsource\tseen\ttrust\tfrom",
		    "got \"@map/3\", expected @map/2 with 8 columns" },
		{ "@map/2\tfqdn\tuuid\tsource\tseen\ttrust\tfrom\tmodel\tserial",
		    "other columns" },
		{ "@map/2\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\tmodel",
		    "other columns" },
		{ MAP_HEADER "\tmore", "other columns" },
		{ MAP_HEADER "\r", "other columns" },
		{ "@map/2", "other columns" },
		{ "@abcdefghijklmnopqrstuvwxyzabcde/1", "unknown kind" },
		{ "@abcdefghijklmnopqrstuvwxyzabcdef/1", "not a record" },
		{ "\x1b[31m@map/1", "got \"\\x1b[31m@map/1\"" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct fault f;
		size_t n;

		assert_null(record_get_header(&n, bad[i].line, &f));
		if (strstr(f.why, bad[i].why) == NULL)
			fail_msg("\"%s\": got \"%s\", expected \"%s\"",
			    bad[i].line, f.why, bad[i].why);
	}
}

static void
too_few_and_too_many_columns_are_refused(void **state)
{
	struct record r;
	struct fault f;
	char *line;

	(void)state;
	assert_int_equal(get(&r, &kind_map, "1\t2\t3\t4\t5\t6\t7\t8", &f,
	                     &line),
	    0);
	assert_string_equal(r.field[MAP_SERIAL], "8");
	free(line);
	assert_int_equal(get(&r, &kind_map, "1\t2\t3\t4\t5\t6\t7", &f, &line),
	    -1);
	assert_string_equal(f.why, "too few columns in a record (expected 8)");
	free(line);
	assert_int_equal(get(&r, &kind_map, "1\t2\t3\t4\t5\t6\t7\t8\t", &f,
	                     &line),
	    -1);
	assert_string_equal(f.why, "too many columns in a record (expected 8)");
	free(line);
	assert_int_equal(get(&r, &kind_map, "", &f, &line), -1);
	free(line);
}

static void
escapes_that_are_never_written_are_refused(void **state)
{
	static const char *const bad[] = { "a\\\t2\t3\t4\t5\t6\t7\t8",
		"\\x\t2\t3\t4\t5\t6\t7\t8", "1\t2\t3\t4\t5\t6\t7\t8\\",
		"1\t\\@\t3\t4\t5\t6\t7\t8", "a\\@\t2\t3\t4\t5\t6\t7\t8",
		"1\t2\t\\r\t4\t5\t6\t7\t8" };
	struct record r;
	struct fault f;
	char *line;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(get(&r, &kind_map, bad[i], &f, &line), -1);
		assert_non_null(strstr(f.why, "unknown escape in column"));
		free(line);
	}
}

static void
nul_bytes_and_latin1_are_refused(void **state)
{
	char nul[] = "1\t2\t3\t4\0\t5\t6\t7\t8";
	struct record r;
	struct fault f;
	char *line;

	(void)state;
	assert_int_equal(record_get(&r, &kind_map, MAP_NCOLUMNS, nul,
	                     sizeof(nul) - 1, &f),
	    -1);
	assert_non_null(strstr(f.why, "NUL"));
	assert_int_equal(get(&r, &kind_map, "1\tb\xfcro\t3\t4\t5\t6\t7\t8", &f,
	                     &line),
	    -1);
	assert_non_null(strstr(f.why, "Latin-1"));
	free(line);
}

/* What may be a secret does not get into a message. */
static void
no_fault_quotes_a_field(void **state)
{
	static const char *const bad[] = { "SECRET\t2",
		"SECRET\\x\t2\t3\t4\t5\t6\t7\t8",
		"SECRET\xff\t2\t3\t4\t5\t6\t7\t8" };
	struct record r;
	struct fault f;
	char *line;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(get(&r, &kind_map, bad[i], &f, &line), -1);
		assert_null(strstr(f.why, "SECRET"));
		free(line);
	}
}

static void
the_end_line_carries_two_numbers(void **state)
{
	static const char *const bad[] = { "@end\t", "@end\t1", "@end\t1\t",
		"@end\t\t1", "@end\t1\t2\t3", "@end\t-1\t0", "@end\t1\tx",
		"@end\t99999999999999999999\t0", "@end\t1\t2 ",
		"@end\t000000000000000000000001\t0" };
	uint8_t buf[64];
	struct writer w = { .base = buf, .cap = sizeof(buf) };
	uint64_t passed, refused;
	struct fault f;

	(void)state;
	record_put_end(&w, UINT64_MAX, 3);
	assert_int_equal(writer_done(&w), 0);
	buf[w.len - 1] = '\0';
	assert_string_equal((char *)buf, "@end\t18446744073709551615\t3");
	assert_int_equal(record_get_end(&passed, &refused, (char *)buf, &f), 0);
	assert_true(passed == UINT64_MAX);
	assert_int_equal(refused, 3);
	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_int_equal(record_get_end(&passed, &refused, bad[i], &f),
		    -1);
		assert_string_equal(f.why, "@end without its two numbers");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_is_in_a_field_comes_back),
		cmocka_unit_test(
		    a_line_has_exactly_the_bytes_that_the_page_promises),
		cmocka_unit_test(
		    a_first_field_with_an_at_sign_never_looks_like_a_header),
		cmocka_unit_test(lines_are_told_apart_by_their_first_bytes),
		cmocka_unit_test(headers_go_both_ways_for_every_kind),
		cmocka_unit_test(streams_of_older_versions_are_read),
		cmocka_unit_test(
		    a_foreign_header_is_refused_with_what_was_expected),
		cmocka_unit_test(too_few_and_too_many_columns_are_refused),
		cmocka_unit_test(escapes_that_are_never_written_are_refused),
		cmocka_unit_test(nul_bytes_and_latin1_are_refused),
		cmocka_unit_test(no_fault_quotes_a_field),
		cmocka_unit_test(the_end_line_carries_two_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
