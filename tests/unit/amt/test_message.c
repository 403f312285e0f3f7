#include "amt/message.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct message_node third = { .name = "Lamp", .value = "dark" };
static const struct message_node second = { .name = "Level",
	.value = " 4294967295\n",
	.next = &third };
static const struct message_node first = { .name = "Lamp",
	.value = "lit",
	.next = &second };

static void
the_first_item_of_a_name_is_found(void **state)
{
	(void)state;
	assert_ptr_equal(message_find(&first, "Lamp"), &first);
	assert_ptr_equal(message_find(&second, "Lamp"), &third);
	assert_string_equal(message_value(&first, "Lamp"), "lit");
	assert_null(message_value(&first, "lamp"));
	assert_null(message_find(NULL, "Lamp"));
}

static void
a_number_has_32_bits_and_blanks_around_it(void **state)
{
	static const char *const bad[] = { "", " ", "4294967296", "-1", "1 2",
		"0x10", "12345678901234567890" };
	struct message_node n = { .name = "N" };
	uint32_t got = 7;

	(void)state;
	assert_int_equal(message_number(&got, &first, "Level"), 0);
	assert_int_equal(got, UINT32_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		n.value = bad[i];
		assert_int_equal(message_number(&got, &n, "N"), -1);
	}
	assert_int_equal(message_number(&got, &first, "None"), -1);
	assert_int_equal(got, UINT32_MAX);
}

static void
an_empty_message_has_texts_and_may_be_freed(void **state)
{
	struct message r;

	(void)state;
	message_clear(&r);
	message_free(&r);
	assert_string_equal(r.class, "");
	assert_string_equal(r.relates_to, "");
	assert_string_equal(r.fault.subcode, "");
	assert_false(r.fault.set || r.returned || r.end);
	assert_null(r.items);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_item_of_a_name_is_found),
		cmocka_unit_test(a_number_has_32_bits_and_blanks_around_it),
		cmocka_unit_test(an_empty_message_has_texts_and_may_be_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
