#include "base/kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Who takes a machine over needs its password, and no other secret of it. */
static void
a_hand_over_has_no_secret_but_the_password_of_admin(void **state)
{
	const struct kind *k = kind_find("handover");

	(void)state;
	assert_ptr_equal(k, &kind_handover);
	for (int i = 0; i < HANDOVER_NCOLUMNS; i++)
		assert_int_equal(k->columns[i].type == COLUMN_SECRET,
		    i == HANDOVER_ADMIN);
	assert_int_equal(kind_column(k, "mebx"), -1);
	assert_int_equal(k->columns[HANDOVER_TLS].type, COLUMN_FLAG);
}

static void
passwords_are_of_a_machine_and_of_its_mebx(void **state)
{
	(void)state;
	assert_ptr_equal(kind_find("passwords"), &kind_passwords);
	assert_int_equal(kind_column(&kind_passwords, "admin"),
	    PASSWORDS_ADMIN);
	assert_int_equal(kind_column(&kind_passwords, "mebx"), PASSWORDS_MEBX);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_hand_over_has_no_secret_but_the_password_of_admin),
		cmocka_unit_test(passwords_are_of_a_machine_and_of_its_mebx),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
