#include "map/sharednames.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void
names_with_several_uuids_are_counted_once(void **state)
{
	struct sharednames s = { .seed = 7 };
	uint8_t uuid[UUID_LEN] = { 0 };
	char name[32];

	(void)state;
	for (unsigned i = 0; i < 5000; i++) {
		(void)snprintf(name, sizeof(name), "pc%u.a.b", i);
		memcpy(uuid, &i, sizeof(i));
		sharednames_add(&s, name, uuid);
		sharednames_add(&s, name, uuid); /* the same pair again */
	}
	assert_int_equal(s.nshared, 0);
	for (unsigned i = 0; i < 3; i++) {
		sharednames_add(&s, "pc17.a.b", uuid);
		uuid[15]++;
	}
	sharednames_add(&s, "pc18.a.b", uuid);
	assert_int_equal(s.nshared, 2);
	assert_string_equal(s.example, "pc17.a.b");
	sharednames_free(&s);
	sharednames_free(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_with_several_uuids_are_counted_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
