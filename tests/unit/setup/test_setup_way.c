#include "setup/setup_way.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup_plain.h"

#include "setup/setup_apply.h"

#define SERVICE "AMT_SetupAndConfigurationService."

static enum setup_next
met(struct setup *s)
{
	setup_note(s, "met");
	return setup_learn(s);
}

static enum setup_next
applied(struct setup *s)
{
	return setup_end(s, REASON_NONE, "done");
}

/* Nothing is set: only the way in. */
static const struct setup_want only_in = { .arrived = met, .applied = applied };

static struct plain_end
way_in(struct plain_machine *m, uint8_t first)
{
	const struct setup_rules rules = { .dialect = &plain,
		.way = &setup_way_psk,
		.want = &only_in };
	const struct setup_job job = { .uuid = { first, 2, 3, 4 },
		.host = "pc",
		.tries = { "P@ssw0rd" },
		.ntries = 1,
		.admin_next = "Next-pw1",
		.attempt = 1 };

	plain_set(m, SERVICE "ProvisioningState", "1");
	plain_set(m, "AMT_GeneralSettings.DigestRealm", "Digest:A");
	return plain_run(&job, &rules, m);
}

static void
a_way_is_found_by_the_name_that_jobs_have(void **state)
{
	(void)state;
	assert_ptr_equal(setup_way_find("psk"), &setup_way_psk);
	assert_null(setup_way_find("PSK"));
	assert_null(setup_way_find(""));
}

static void
the_way_in_asks_who_it_is_before_anything_is_wanted(void **state)
{
	struct plain_machine m = { .n = 0 };
	struct plain_end e = way_in(&m, 1);

	(void)state;
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(e.detail, "met");
	assert_string_equal(e.steps,
	    "read-state read-uuid list-version read-settings ");
	assert_string_equal(e.milestones, "reached ");
}

static void
another_machine_never_arrives(void **state)
{
	struct plain_machine m = { .n = 0 };
	struct plain_end e = way_in(&m, 9);

	(void)state;
	assert_int_equal(e.reason, REASON_UUID_MISMATCH);
	assert_string_equal(e.steps, "read-state read-uuid ");
	assert_string_equal(e.milestones, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_way_is_found_by_the_name_that_jobs_have),
		cmocka_unit_test(
		    the_way_in_asks_who_it_is_before_anything_is_wanted),
		cmocka_unit_test(another_machine_never_arrives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
