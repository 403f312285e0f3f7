/*
 * Services that RequestStateChange switches; what the families of consoles do
 * with them is in test_family_redirection.
 */
#include "setup/family_use.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

#define SERVICE "AMT_WebUIService"

static struct family_machine machine;
static unsigned code; /* that the method returns */
static bool carries_out;

static void
is_in(const char *enabled)
{
	machine.n = 0;
	(void)snprintf(family_add(&machine, SERVICE, "x", "")->xml, 200,
	    "<g:EnabledState>%s</g:EnabledState>", enabled);
}

static unsigned
change(struct family_machine *m, const char *method, const char *body)
{
	char state[16];

	(void)m;
	assert_string_equal(method, "RequestStateChange");
	(void)family_between(body, "<r:RequestedState>", "</", state, 16);
	if (carries_out)
		is_in(state);
	return code;
}

static int
begin(void **state)
{
	(void)family_begin(state);
	memset(&machine, 0, sizeof(machine));
	machine.call = change;
	code = 0;
	carries_out = true;
	return 0;
}

static struct family_end
run_for(const char *wanted, const struct setup_want *want)
{
	settings_free(&family_asked);
	family_ask("web-ui", "", wanted);
	return family_run(&machine, want, 0);
}

static void
two_and_six_are_on_and_nothing_else_is(void **state)
{
	static const struct {
		const char *enabled;
		bool on;
	} rows[] = { { "2", true }, { "6", true }, { "3", false },
		{ "0", false }, { "5", false }, { "9", false },
		{ "32768", false } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct family_end e;

		is_in(rows[i].enabled);
		e = run_for("on", &family_check);
		family_ends(&e, REASON_NONE,
		    rows[i].on ? "" : "differs web-ui, ");
		e = run_for("off", &family_check);
		family_ends(&e, REASON_NONE,
		    rows[i].on ? "differs web-ui, " : "");
		assert_int_equal(machine.writes, 0);
	}
}

static void
it_is_switched_by_two_and_three_and_read_back(void **state)
{
	struct family_end e;

	(void)state;
	is_in("6");
	e = run_for("off", &family_set_up);
	family_ends(&e, REASON_NONE, "changed web-ui, ");
	assert_string_equal(machine.at[0].xml,
	    "<g:EnabledState>3</g:EnabledState>");
	e = run_for("on", &family_set_up);
	family_ends(&e, REASON_NONE, "changed web-ui, ");
	assert_string_equal(machine.at[0].xml,
	    "<g:EnabledState>2</g:EnabledState>");
	carries_out = false;
	e = run_for("off", &family_set_up);
	family_ends(&e, REASON_VERIFY_FAILED, "");
	assert_non_null(strstr(e.detail, "EnabledState is 2"));
	assert_int_equal(machine.writes, 2);
}

static void
what_is_not_a_number_is_a_bad_reply(void **state)
{
	struct family_end e;

	(void)state;
	is_in("enabled");
	e = run_for("on", &family_set_up);
	family_ends(&e, REASON_REPLY_BAD, "");
	assert_int_equal(machine.writes, 0);
}

/* 4096: it is being carried out; 1: there is nothing to switch on. */
static void
a_job_is_read_back_and_not_supported_is_lacking(void **state)
{
	struct family_end e;

	(void)state;
	is_in("3");
	code = 4096;
	e = run_for("on", &family_set_up);
	family_ends(&e, REASON_NONE, "changed web-ui, ");
	carries_out = false;
	code = 1;
	is_in("3");
	e = run_for("on", &family_set_up);
	family_ends(&e, REASON_NONE, "lacks web-ui, ");
	is_in("2");
	e = run_for("off", &family_set_up);
	family_ends(&e, REASON_NONE, "");
	code = 5;
	e = run_for("off", &family_set_up);
	family_ends(&e, REASON_RETURN_CODE, "");
}

static void
a_release_without_the_class_lacks_it_only_if_it_is_to_be_on(void **state)
{
	struct family_end e;

	(void)state;
	machine.absent = " " SERVICE " ";
	e = run_for("on", &family_set_up);
	family_ends(&e, REASON_NONE, "lacks web-ui, ");
	e = run_for("off", &family_set_up);
	family_ends(&e, REASON_NONE, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(two_and_six_are_on_and_nothing_else_is),
		TEST(it_is_switched_by_two_and_three_and_read_back),
		TEST(what_is_not_a_number_is_a_bad_reply),
		TEST(a_job_is_read_back_and_not_supported_is_lacking),
		TEST(
		    a_release_without_the_class_lacks_it_only_if_it_is_to_be_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
