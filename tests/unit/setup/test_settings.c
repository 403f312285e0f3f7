#include "setup/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct settings_all all;

static int
row(const char *profile, const char *setting, const char *item,
    const char *value, struct fault *f)
{
	static char text[SETTINGS_NCOLUMNS][128];
	const char *from[] = { profile, setting, item, value };
	struct record r = { .kind = &kind_settings };

	for (size_t i = 0; i < SETTINGS_NCOLUMNS; i++) {
		(void)snprintf(text[i], sizeof(text[i]), "%s", from[i]);
		r.field[i] = text[i];
	}
	return settings_read(&all, &r, f);
}

static void
each_profile_has_its_own_settings(void **state)
{
	const char *fields[SETTINGS_NCOLUMNS];
	struct fault f;

	(void)state;
	assert_int_equal(row("a", "ping", "", "on", &f), 0);
	assert_int_equal(row("b", "ping", "", "keep", &f), 0);
	assert_int_equal(row("a", "rmcp-ping", "", "off", &f), 0);
	assert_string_equal(settings_value(settings_of(&all, "a"), "ping"),
	    "on");
	assert_string_equal(settings_value(settings_of(&all, "a"), "rmcp-ping"),
	    "off");
	/* keep: the machine's own; none: nobody asks */
	assert_null(settings_value(settings_of(&all, "b"), "ping"));
	assert_null(settings_value(settings_of(&all, "b"), "rmcp-ping"));
	assert_null(settings_of(&all, "c"));
	assert_null(settings_value(NULL, "ping"));
	assert_true(settings_ask(settings_of(&all, "a"), "ping",
	    settings_value(settings_of(&all, "a"), "ping")));
	assert_false(settings_ask(settings_of(&all, "a"), "ping", "keep"));
	assert_false(settings_ask(settings_of(&all, "b"), "ping", "keep"));
	assert_false(settings_ask(NULL, "ping", "on"));
	settings_fields(settings_of(&all, "a"), 1, fields);
	assert_string_equal(fields[SETTINGS_PROFILE_NAME], "a");
	assert_string_equal(fields[SETTINGS_SETTING], "rmcp-ping");
	assert_string_equal(fields[SETTINGS_ITEM], "");
	assert_string_equal(fields[SETTINGS_VALUE], "off");
	settings_all_free(&all);
}

static void
a_record_that_is_no_setting_is_refused_and_leaves_none(void **state)
{
	static const char *const bad[][4] = {
		{ "a", "pong", "", "on" },
		{ "a", "ping", "", "perhaps" },
		{ "a", "ping", "", "" },
		{ "a", "host", "", "pc-0001" }, /* in the jobs */
		{ "", "ping", "", "on" },
	};
	char name[SETTINGS_PROFILE + 1];
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(row(bad[i][0], bad[i][1], bad[i][2], bad[i][3],
		                     &f),
		    -1);
	assert_int_equal(all.n, 0);
	assert_int_equal(row("a", "ping", "", "on", &f), 0);
	assert_int_equal(row("a", "ping", "", "off", &f), -1);
	assert_string_equal(f.why, "setting: ping is given twice");
	assert_int_equal(all.profile[0].n, 1);
	/* 64 characters are one too many for a name */
	memset(name, 'x', sizeof(name));
	name[SETTINGS_PROFILE] = '\0';
	assert_int_equal(row(name, "ping", "", "on", &f), -1);
	name[SETTINGS_PROFILE - 1] = '\0';
	assert_int_equal(row(name, "ping", "", "on", &f), 0);
	settings_all_free(&all);
}

static void
profiles_end_at_their_ceiling(void **state)
{
	struct fault f;
	char name[16];

	(void)state;
	for (size_t i = 0; i <= SETTINGS_PROFILES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "p%zu", i);
		assert_int_equal(row(name, "ping", "", "on", &f),
		    i < SETTINGS_PROFILES_MAX ? 0 : -1);
	}
	settings_all_free(&all);
}

static void
settings_end_at_their_ceiling(void **state)
{
	struct settings s = { .n = 0 };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < SETTINGS_MAX; i++)
		assert_int_equal(settings_add(&s, "lamp", "x", "y", &f), 0);
	assert_int_equal(settings_add(&s, "lamp", "x", "y", &f), -1);
	settings_free(&s);
	assert_int_equal(s.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_profile_has_its_own_settings),
		cmocka_unit_test(
		    a_record_that_is_no_setting_is_refused_and_leaves_none),
		cmocka_unit_test(profiles_end_at_their_ceiling),
		cmocka_unit_test(settings_end_at_their_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
