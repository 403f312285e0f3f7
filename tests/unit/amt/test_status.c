#include "amt/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define UNKNOWN "unknown code"

static void
what_the_conversation_acts_upon_has_its_name(void **state)
{
	(void)state;
	assert_string_equal(status_name(STATUS_NOT_READY), "not ready");
	assert_string_equal(status_name(STATUS_NOT_PERMITTED), "not permitted");
	assert_string_equal(status_name(STATUS_FLASH_LIMIT),
	    "flash write limit");
	assert_string_equal(status_name(STATUS_RNG_IN_PROGRESS),
	    "random numbers being gathered");
	assert_string_equal(status_name(STATUS_RNG_NOT_READY),
	    "random numbers not ready");
	assert_string_equal(status_name(STATUS_CERTIFICATE_NOT_READY),
	    "certificate not ready");
	assert_string_equal(status_name(STATUS_DATA_MISSING), "data missing");
	assert_string_equal(status_name(STATUS_GENERATING_KEYS),
	    "generating keys");
	assert_string_equal(status_name(STATUS_IN_PROGRESS),
	    "operation in progress");
}

/* PT_STATUS as the Intel AMT SDK lists it. */
static void
every_code_of_the_list_has_a_name(void **state)
{
	static const uint32_t codes[] = { 0x808, 0x809, 0x80a, 0x80c, 0x80d,
		0x80e, 0x80f, 0x810, 0x811, 0x812, 0x813, 0x814, 0x815, 0x816,
		0x818, 0x81b, 0x81c, 0x821 };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_string_not_equal(status_name(codes[i]), UNKNOWN);
}

static void
no_two_codes_share_a_name(void **state)
{
	const char *names[64];
	size_t n = 0;

	(void)state;
	for (uint32_t code = 0; code < 0x10000; code++) {
		const char *name = status_name(code);

		if (strcmp(name, UNKNOWN) == 0)
			continue;
		for (size_t i = 0; i < n; i++)
			assert_string_not_equal(names[i], name);
		assert_true(n < sizeof(names) / sizeof(names[0]));
		names[n++] = name;
	}
	assert_true(n > 30);
}

static void
other_codes_are_unknown(void **state)
{
	(void)state;
	assert_string_equal(status_name(0), UNKNOWN);
	assert_string_equal(status_name(0x823), UNKNOWN);
	assert_string_equal(status_name(UINT32_MAX), UNKNOWN);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_conversation_acts_upon_has_its_name),
		cmocka_unit_test(every_code_of_the_list_has_a_name),
		cmocka_unit_test(no_two_codes_share_a_name),
		cmocka_unit_test(other_codes_are_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
