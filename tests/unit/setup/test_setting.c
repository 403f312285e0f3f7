#include "setup/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void
a_profile_finds_its_own_settings_and_no_others(void **state)
{
	(void)state;
	assert_string_equal(setting_of_profile("ping")->name, "ping");
	assert_null(setting_of_profile("host")); /* each machine's own */
	assert_null(setting_of_profile("PING"));
	assert_null(setting_of_profile(""));
}

static void
every_row_has_a_name_and_a_type_of_its_own(void **state)
{
	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		assert_true(setting_table[i].type != 0);
		for (size_t j = i + 1; j < setting_count; j++)
			assert_string_not_equal(setting_table[i].name,
			    setting_table[j].name);
	}
}

static void
a_value_is_what_the_type_allows(void **state)
{
	static const struct {
		enum setting_type type;
		const char *good[4], *bad[5];
	} rows[] = {
		{ SETTING_SWITCH, { "keep", "off", "on" },
		    { "", "yes", "ON", "on ", "1" } },
		{ SETTING_NUMBER, { "0", "65535" },
		    { "", "65536", "-1", "1.5", "x" } },
		{ SETTING_TEXT, { "a b", "\"<&>" },
		    { "", "a\tb", "\xc3\xbc" } },
		{ SETTING_PASSWORD, { "P@ss w0rd" }, { "", "a\nb" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct setting row = { .name = "lamp",
			.type = rows[i].type,
			.most = 65535 };
		struct fault f;

		for (size_t n = 0; n < 4 && rows[i].good[n] != NULL; n++)
			assert_int_equal(setting_check(&row, rows[i].good[n],
			                     &f),
			    0);
		for (size_t n = 0; n < 5 && rows[i].bad[n] != NULL; n++) {
			assert_int_equal(setting_check(&row, rows[i].bad[n],
			                     &f),
			    -1);
			assert_memory_equal(f.why, "lamp: ", 6);
		}
	}
}

static void
a_secret_that_cannot_be_is_not_quoted(void **state)
{
	const struct setting row = { .name = "lamp", .type = SETTING_PASSWORD };
	struct fault f;

	(void)state;
	assert_int_equal(setting_check(&row, "SECRET\n", &f), -1);
	assert_null(strstr(f.why, "SECRET"));
}

static void
a_text_ends_at_its_ceiling(void **state)
{
	const struct setting row = { .name = "lamp", .type = SETTING_TEXT };
	char text[SETTING_VALUE_MAX + 2];
	struct fault f;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[SETTING_VALUE_MAX + 1] = '\0';
	assert_int_equal(setting_check(&row, text, &f), -1);
	text[SETTING_VALUE_MAX] = '\0';
	assert_int_equal(setting_check(&row, text, &f), 0);
}

/* Which word, as a value may have twenty. */
static void
a_wrong_word_is_named_alone(void **state)
{
	static const struct setting_choice words[] = { { "redirection", "2" },
		{ "audit-log", "20" }, { "storage", "6" }, { NULL, NULL } };
	const struct setting row = { .name = "realms",
		.type = SETTING_WORDS,
		.choices = words,
		.most = 512 };
	static const char *const bad[][2] = {
		{ "storage redirect audit-log",
		    "realms: got \"storage redirect audit-log\": unknown word \"redirect\" (did you mean "
		    "redirection?)" },
		{ "storage everything",
		    "realms: got \"storage everything\": unknown word \"everything\" (expected words such "
		    "as redirection and audit-log, see profile(5))" },
		{ "storage audit-log storage",
		    "realms: got \"storage audit-log storage\": \"storage\" is given twice" },
		{ "",
		    "realms: got \"\", expected words such as redirection and "
		    "audit-log, see profile(5)" },
	};
	struct fault f;

	(void)state;
	assert_int_equal(setting_check(&row, "storage audit-log", &f), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(setting_check(&row, bad[i][0], &f), -1);
		assert_string_equal(f.why, bad[i][1]);
	}
}

static void
what_is_required_is_not_expected_to_be_kept(void **state)
{
	static const struct setting_choice words[] = { { "slow", "1" },
		{ "fast", "2" }, { NULL, NULL } };
	struct setting row = { .name = "mode",
		.type = SETTING_CHOICE,
		.choices = words };

	(void)state;
	assert_string_equal(setting_expected(&row), "keep, slow or fast");
	row.required = true;
	assert_string_equal(setting_expected(&row), "slow or fast");
}

/* The traps of profile.md: what a later one needs comes before it, and what can
 * cut the way to the machine late, of that the environment last. */
static void
the_order_of_the_rows_is_that_of_what_needs_what(void **state)
{
	static const char *const order[] = { "environment-check", "clock",
		"admin-password", "host", "user-realms", "kerberos",
		"trusted-root-certificate", "certificate", "audit-events",
		"audit-storage", "audit-log", "mps-host", "mps-policy-trigger",
		"mps-user-interface", "wired-802.1x", "wifi-link", "wifi-ssid",
		"wifi-sync", "trusted-root-others", "tls",
		"environment-domains" };
	size_t at = 0;

	(void)state;
	for (size_t i = 0;
	     i < setting_count && at < sizeof(order) / sizeof(order[0]); i++)
		if (strcmp(setting_table[i].name, order[at]) == 0)
			at++;
	if (at < sizeof(order) / sizeof(order[0]))
		fail_msg("%s comes too early", order[at]);
	assert_string_equal(setting_table[setting_count - 1].name,
	    "environment-domains");
}

static void
what_a_machine_has_is_said_in_the_profiles_words(void **state)
{
	static const struct {
		const char *setting, *have, *word;
	} rows[] = {
		{ "ping", "true", "on" },
		{ "ping", "0", "off" },
		{ "ping", "on", "on" },
		{ "ping", "2", "2" },
		{ "wired-802.1x", "2", "on" },
		{ "wifi-security", "7", "wpa2-802.1x" },
		{ "wifi-security", "32768", "32768" },
		{ "mps-policy-from", "0", "outside" },
		{ "wifi-priority", "1", "1" },
		{ "wifi-ssid", "0", "0" },
		/* words whose values are not the machine's */
		{ "certificate", "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct setting *row = setting_of_profile(rows[i].setting);

		assert_non_null(row);
		assert_string_equal(setting_word(row, rows[i].have),
		    rows[i].word);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_profile_finds_its_own_settings_and_no_others),
		cmocka_unit_test(every_row_has_a_name_and_a_type_of_its_own),
		cmocka_unit_test(a_value_is_what_the_type_allows),
		cmocka_unit_test(a_secret_that_cannot_be_is_not_quoted),
		cmocka_unit_test(a_text_ends_at_its_ceiling),
		cmocka_unit_test(a_wrong_word_is_named_alone),
		cmocka_unit_test(
		    the_order_of_the_rows_is_that_of_what_needs_what),
		cmocka_unit_test(what_is_required_is_not_expected_to_be_kept),
		cmocka_unit_test(
		    what_a_machine_has_is_said_in_the_profiles_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
