#include "setup/setup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "setup_run_pki.h"

/* --- a machine as it should be -------------------------------------------- */

#define FIRST                                                                  \
	"read-state read-uuid list-version pull-version pull-version "         \
	"read-settings extend-window read-clock set-clock set-admin "          \
	"check-admin "
#define LAST                                                                   \
	"put-names commit verify-state verify-names verify-control "           \
	"verify-records verify-record "

static void
a_factory_new_machine_is_set_up_without_a_login(void **state)
{
	struct setup_job j = pki_job();
	struct device d = pki_device("9.1.20");
	struct outcome o = run(&j, &d);

	(void)state;
	is_set_up(&o, &d);
	assert_string_equal(o.steps, FIRST LAST);
	assert_string_equal(o.milestones,
	    "reached clock-set admin-set named committed verified ");
	assert_string_equal(o.detail, "");
	assert_string_equal(d.pki.tried, ""); /* at the setup port */
	assert_string_equal(d.pki.offered, "0 ");
	assert_int_equal(d.connections, 2);
	assert_int_equal(d.pki.window, 24);
	assert_string_equal(o.realm, REALM);
}

/* The one that locks out comes first (pki-setup.md, 6). */
static void
the_admin_password_comes_before_that_of_the_mebx(void **state)
{
	struct setup_job j = pki_job();
	struct device d = pki_device("9.1.20");
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.steps, FIRST "set-mebx " LAST);
	assert_string_equal(d.mebx, MEBX);
	assert_string_equal(o.milestones,
	    "reached clock-set admin-set "
	    "mebx-set named committed verified ");
}

static void
from_16_1_on_it_is_looked_for_behind_tls(void **state)
{
	static const struct {
		const char *version;
		bool on_tls;
	} rows[] = { { "16.0.15", false }, { "16.1.25", true },
		{ "19.0.5", true } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct setup_job j = pki_job();
		struct device d = pki_device(rows[i].version);
		struct outcome o;

		d.pki.on_tls = rows[i].on_tls;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_string_equal(o.steps, FIRST LAST);
		assert_int_equal(o.route,
		    rows[i].on_tls ? SETUP_TLS_OWN : SETUP_PLAIN);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_factory_new_machine_is_set_up_without_a_login),
		cmocka_unit_test(
		    the_admin_password_comes_before_that_of_the_mebx),
		cmocka_unit_test(from_16_1_on_it_is_looked_for_behind_tls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
