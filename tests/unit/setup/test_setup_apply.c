#include "setup/setup_apply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_lamp.h"

static void
properties_of_a_group_are_written_at_once_and_read_back(void **state)
{
	struct plain_machine m = lamp_machine();
	struct plain_end e;

	(void)state;
	lamp_ask("lit", "", "on");
	lamp_ask("level", "", "70");
	e = lamp_run(&m, &lamp_rules);
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(e.steps, "hello read-lamp put-lamp verify-lamp ");
	assert_string_equal(m.said,
	    "GET AMT_Lamp, GET AMT_Lamp, PUT AMT_Lamp, GET AMT_Lamp, ");
	assert_string_equal(plain_has(&m, "AMT_Lamp.Lit"), "true");
	assert_string_equal(plain_has(&m, "AMT_Lamp.Level"), "70");
	assert_string_equal(plain_has(&m, "AMT_Lamp.Colour"), "red");
}

static void
each_group_is_read_back(void **state)
{
	struct plain_machine m = lamp_machine();
	struct plain_end e;

	(void)state;
	plain_set(&m, "AMT_Fan.On", "false");
	lamp_ask("lit", "", "on");
	lamp_ask("fan", "", "on");
	e = lamp_run(&m, &lamp_rules);
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(e.steps,
	    "hello read-lamp put-lamp read-fan put-fan verify-lamp "
	    "verify-fan ");
	assert_non_null(strstr(m.said, "PUT AMT_Fan left, "));
	assert_string_equal(plain_has(&m, "AMT_Fan.On"), "true");
}

static void
a_second_time_nothing_is_written(void **state)
{
	struct plain_machine m = lamp_machine();

	(void)state;
	lamp_ask("lit", "", "on");
	lamp_ask("level", "", "70");
	lamp_ask("shining", "", "yes");
	lamp_ask("guest", "ann", "reader");
	assert_int_equal(lamp_run(&m, &lamp_rules).reason, REASON_NONE);
	assert_non_null(strstr(m.said, "PUT "));
	assert_int_equal(lamp_run(&m, &lamp_rules).reason, REASON_NONE);
	assert_null(strstr(m.said, "PUT "));
	assert_null(strstr(m.said, "CALL "));
}

static void
what_is_the_same_by_its_meaning_is_not_written(void **state)
{
	struct plain_machine m = lamp_machine();

	(void)state;
	lamp_ask("lit", "", "on");
	lamp_ask("level", "", "70");
	plain_set(&m, "AMT_Lamp.Lit", "1");
	plain_set(&m, "AMT_Lamp.Level", "70");
	assert_int_equal(lamp_run(&m, &lamp_rules).reason, REASON_NONE);
	assert_null(strstr(m.said, "PUT "));
}

static void
what_was_not_taken_is_named_with_what_is_there(void **state)
{
	struct plain_machine m = lamp_machine();
	struct plain_end e;

	(void)state;
	m.deaf = "PUT"; /* it answers, and does not do it */
	lamp_ask("lit", "", "off");
	lamp_ask("level", "", "70");
	e = lamp_run(&m, &lamp_rules);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
	assert_string_equal(e.detail,
	    "verify-lamp: Lit is false, Level 5, Colour red");
}

static void
a_property_that_the_firmware_lacks_is_left_alone(void **state)
{
	struct plain_machine m = { .n = 0 };

	(void)state;
	plain_set(&m, "AMT_Lamp.Level", "5");
	lamp_ask("lit", "", "on");
	lamp_ask("level", "", "70");
	assert_int_equal(lamp_run(&m, &lamp_rules).reason, REASON_NONE);
	assert_null(plain_has(&m, "AMT_Lamp.Lit"));
	assert_string_equal(plain_has(&m, "AMT_Lamp.Level"), "70");
}

static void
what_the_release_lacks_is_left_out_and_what_needs_it(void **state)
{
	static const struct {
		unsigned release;
		bool has;
	} rows[] = {
		{ 0, true }, /* unknown: it is tried */
		{ SETTING_RELEASE(6, 1), false },
		{ SETTING_RELEASE(6, 2), true },
		{ SETTING_RELEASE(9, 0), true },
		{ SETTING_RELEASE(9, 1), false },
	};

	(void)state;
	lamp_ask("colour", "", "blue");
	lamp_ask("shade", "", "light");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct setup s;
		struct message_node shade = { .name = "Shade",
			.value = "dark" };
		struct message_node colour = { .name = "Colour",
			.value = "red",
			.next = &shade };
		struct message_pair to[MESSAGE_CHANGES_MAX];

		s = (struct setup){ .rules = lamp_rules,
			.release = rows[i].release,
			.job = { .settings = &lamp_asked },
			.instance = { .items = &colour } };
		assert_int_equal(setup_changes(&s, lamp_table, to),
		    rows[i].has ? 2 : 0);
	}
}

static void
a_class_that_is_missing_is_noted_and_fails_nothing_else(void **state)
{
	struct plain_machine m = lamp_machine();
	struct plain_end e;

	(void)state;
	lamp_ask("fan", "", "on");
	lamp_ask("shining", "", "yes");
	e = lamp_run(&m, &lamp_rules);
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(e.detail, "fan: the firmware has none");
	assert_string_equal(plain_has(&m, "AMT_Lamp.Shining"), "yes");
	/* where there is one its key goes along */
	assert_non_null(strstr(m.said, "GET AMT_Fan left, "));
}

static void
a_check_tells_what_differs_and_writes_nothing(void **state)
{
	struct setup_rules rules = lamp_rules;
	struct plain_machine m = lamp_machine(), before = m;
	struct plain_end e;

	(void)state;
	rules.want = &lamp_check;
	lamp_ask("lit", "", "off"); /* is so */
	lamp_ask("level", "", "70");
	lamp_ask("shining", "", "yes");
	lamp_ask("guest", "ann", "reader");
	e = lamp_run(&m, &rules);
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(e.detail,
	    "level differs (got 5); shining differs (got no); guest of ann "
	    "differs (got nothing)");
	assert_null(strstr(m.said, "PUT "));
	assert_null(strstr(m.said, "CALL "));
	assert_memory_equal(m.properties, before.properties,
	    sizeof(m.properties));
	assert_int_equal(m.nguests, 0);
}

static void
a_commit_is_due_where_a_setting_needs_one(void **state)
{
	static const struct {
		const char *setting, *value;
		bool due;
	} rows[] = {
		{ "lit", "on", true },
		{ "lit", "off", false }, /* is so already */
		{ "level", "70", false },
		{ "shining", "yes", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct plain_machine m = lamp_machine();

		(void)lamp_begin(NULL);
		lamp_ask(rows[i].setting, "", rows[i].value);
		assert_int_equal(lamp_run(&m, &lamp_rules).reason, REASON_NONE);
		assert_int_equal(lamp_commit_due, rows[i].due);
	}
}

/* Each need comes before, each group has one class and key, and what is read
 * by its property has one.  What is for the planner alone, or goes with another
 * row, is applied by nothing. */
static void
the_table_holds_what_its_rows_promise(void **state)
{
	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		bool found = row->needs == NULL;

		assert_true(row->apply == NULL || row->group != NULL);
		assert_true(row->to == 0 || row->from <= row->to);
		if (row->apply == setup_property)
			assert_true(
			    row->class != NULL && row->property != NULL);
		for (size_t j = 0; j < i; j++) {
			const struct setting *b = &setting_table[j];

			found |= row->needs != NULL &&
			    strcmp(b->name, row->needs) == 0;
			if (row->apply != NULL && b->apply != NULL &&
			    strcmp(b->group, row->group) == 0) {
				assert_string_equal(b->class, row->class);
				assert_ptr_equal(b->key.value, row->key.value);
			}
		}
		assert_true(found);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    properties_of_a_group_are_written_at_once_and_read_back,
		    lamp_begin),
		cmocka_unit_test_setup(each_group_is_read_back, lamp_begin),
		cmocka_unit_test_setup(a_second_time_nothing_is_written,
		    lamp_begin),
		cmocka_unit_test_setup(
		    what_is_the_same_by_its_meaning_is_not_written, lamp_begin),
		cmocka_unit_test_setup(
		    what_was_not_taken_is_named_with_what_is_there, lamp_begin),
		cmocka_unit_test_setup(
		    a_property_that_the_firmware_lacks_is_left_alone,
		    lamp_begin),
		cmocka_unit_test_setup(
		    what_the_release_lacks_is_left_out_and_what_needs_it,
		    lamp_begin),
		cmocka_unit_test_setup(
		    a_class_that_is_missing_is_noted_and_fails_nothing_else,
		    lamp_begin),
		cmocka_unit_test_setup(
		    a_check_tells_what_differs_and_writes_nothing, lamp_begin),
		cmocka_unit_test_setup(
		    a_commit_is_due_where_a_setting_needs_one, lamp_begin),
		cmocka_unit_test_setup(the_table_holds_what_its_rows_promise,
		    lamp_begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
