#include "keys/members.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static FILE *
file_of(const char *bytes, size_t len)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fflush(f), 0);
	rewind(f);
	return f;
}

static void
a_plain_file_is_one_member_named_as_it_is(void **state)
{
	static const char text[] = "pid,pps\n";
	FILE *f = file_of(text, strlen(text));
	struct members *m = members_open(fileno(f), "keys/lab7.csv");
	char buf[64];

	(void)state;
	assert_true(members_next(m));
	assert_string_equal(members_place(m), "keys/lab7.csv");
	assert_int_equal(members_read(m, buf, sizeof(buf)), strlen(text));
	assert_memory_equal(buf, text, strlen(text));
	assert_int_equal(members_read(m, buf, sizeof(buf)), 0);
	assert_false(members_next(m));
	members_free(m);
	(void)fclose(f);
}

static void
an_empty_file_is_one_empty_member(void **state)
{
	FILE *f = file_of("", 0);
	struct members *m = members_open(fileno(f), "empty.csv");
	char buf[64];

	(void)state;
	assert_true(members_next(m));
	assert_string_equal(members_place(m), "empty.csv");
	assert_int_equal(members_read(m, buf, sizeof(buf)), 0);
	assert_false(members_next(m));
	members_free(m);
	(void)fclose(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_plain_file_is_one_member_named_as_it_is),
		cmocka_unit_test(an_empty_file_is_one_empty_member),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
