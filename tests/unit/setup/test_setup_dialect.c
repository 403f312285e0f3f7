#include "setup/setup_dialect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup_plain.h"

#include "setup/setup_way.h"
#include "setup/setup_want.h"

#define SERVICE "AMT_SetupAndConfigurationService."
#define GENERAL "AMT_GeneralSettings."

/* The PSK setup of today, by the table of today, in another dialect: the
 * engine and its steps know no envelope. */
static void
a_whole_setup_runs_in_another_dialect(void **state)
{
	const struct setup_rules rules = { .dialect = &plain,
		.way = &setup_way_psk,
		.want = &setup_wants[SETUP_SET_UP],
		.table = setting_table,
		.count = setting_count };
	const struct setup_job job = { .uuid = { 1, 2, 3, 4 },
		.host = "pc-0001",
		.domain = "example.com",
		.tries = { "Old-Passw0rd" },
		.ntries = 1,
		.admin_next = "Next-Passw0rd",
		.mebx_next = "Mebx-Passw0rd",
		.attempt = 1 };
	struct plain_machine m = { .n = 0 };
	struct plain_end e;

	(void)state;
	plain_set(&m, SERVICE "ProvisioningState", "1");
	plain_set(&m, GENERAL "DigestRealm", "Digest:A");
	plain_set(&m, GENERAL "HostName", "");
	e = plain_run(&job, &rules, &m);
	assert_string_equal(e.detail, "");
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(e.steps,
	    "read-state read-uuid list-version read-settings "
	    "read-clock set-clock set-mebx set-admin check-admin put-names "
	    "commit verify-state verify-names ");
	assert_string_equal(e.milestones,
	    "reached clock-set mebx-set admin-set named committed verified ");
	assert_string_equal(plain_has(&m, GENERAL "HostName"), "pc-0001");
	assert_string_equal(plain_has(&m, GENERAL "DomainName"), "example.com");
	assert_non_null(strstr(m.said, "PUT AMT_GeneralSettings, "));
}

static void
an_answer_that_is_none_of_the_dialects_is_refused(void **state)
{
	struct message r;
	struct fault f;

	(void)state;
	assert_int_equal(plain.decode(&r, "<x/>", 4, &f), -1);
	assert_int_equal(setup_wsman.decode(&r, "Lamp\n", 5, &f), -1);
}

/* Each end of a call has the name that the other expects. */
static void
wsman_names_its_answers_as_its_specification(void **state)
{
	(void)state;
	assert_string_equal(setup_wsman.output, "_OUTPUT");
	assert_string_equal(setup_wsman.begun, "EnumerateResponse");
	assert_string_equal(setup_wsman.listed, "PullResponse");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_setup_runs_in_another_dialect),
		cmocka_unit_test(
		    an_answer_that_is_none_of_the_dialects_is_refused),
		cmocka_unit_test(wsman_names_its_answers_as_its_specification),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
