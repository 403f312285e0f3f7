/*
 * The rows themselves: each is sound, finds what it names, and is documented.
 */
#include "setup/setting.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/profile_rows.h"
#include "setup/family_net.h"
#include "setup/family_use.h"
#include "setup/setting_fits.h"
#include "setup/setup_apply.h"
#include "setup/setup_own.h"
#include "read_file.h"

#define MAN "formats/plan/profile.5"
#define MAN_MAX (1 << 17)

static const struct setting *
row_named(const char *name)
{
	for (size_t i = 0; i < setting_count; i++)
		if (strcmp(setting_table[i].name, name) == 0)
			return &setting_table[i];
	return NULL;
}

static size_t
place_of(const char *name)
{
	const struct setting *row = row_named(name);

	if (row == NULL)
		fail_msg("no row %s", name);
	return (size_t)(row - setting_table);
}

static void
names_are_of_letters_digits_and_dashes_and_found_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const char *name = setting_table[i].name;

		assert_true(name[0] >= 'a' && name[0] <= 'z');
		assert_int_equal(name[strspn(name,
		                     "abcdefghijklmnopqrstuvwxyz0123456789-.")],
		    '\0');
		assert_ptr_equal(row_named(name), &setting_table[i]);
	}
}

static void
bounds_and_releases_are_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];

		if (row->most != 0 && row->least > row->most)
			fail_msg("%s: least is above most", row->name);
		if (row->to != 0 && row->from > row->to)
			fail_msg("%s: from is above to", row->name);
		if (row->type == SETTING_NUMBER && row->most == 0)
			fail_msg("%s: a number without .most", row->name);
		if (row->most > SETTING_LONG_MAX && row->type != SETTING_NUMBER)
			fail_msg("%s: .most is beyond any text", row->name);
	}
}

static void
a_choice_has_words_that_its_own_check_takes(void **state)
{
	struct fault f;

	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];

		if (row->type == SETTING_CHOICE && row->choices == NULL)
			fail_msg("%s: a choice without words", row->name);
		for (const struct setting_choice *c = row->choices;
		     c != NULL && c->word != NULL; c++) {
			assert_non_null(c->value);
			if (setting_check(row, c->word, &f) != 0)
				fail_msg("%s: %s", row->name, f.why);
		}
	}
}

/* A field is LIST-FIELD, and behind the row that applies the list. */
static void
each_list_has_one_leader_before_its_fields(void **state)
{
	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		size_t len, leaders = 0, required = 0, first = setting_count;

		if (row->list == NULL)
			continue;
		len = strlen(row->list);
		assert_memory_equal(row->name, row->list, len);
		assert_int_equal(row->name[len], '-');
		assert_true(row->name[len + 1] != '\0');
		assert_true(setting_is_list(row->list));
		for (size_t k = 0; k < setting_count; k++) {
			const struct setting *of = &setting_table[k];

			if (of->list == NULL ||
			    strcmp(of->list, row->list) != 0)
				continue;
			leaders += of->apply != NULL;
			required += of->required;
			if (first == setting_count)
				first = k;
		}
		assert_int_equal(leaders, 1);
		assert_true(required > 0);
		assert_non_null(setting_table[first].apply);
		assert_true(setting_table[first].required);
	}
}

static void
what_becomes_of_others_is_said_of_a_list(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		char list[64];
		size_t len = strlen(row->name);

		if (row->choices != setting_others)
			continue;
		assert_true(len > 7 && len < sizeof(list));
		assert_string_equal(row->name + len - 7, "-others");
		(void)snprintf(list, sizeof(list), "%.*s", (int)len - 7,
		    row->name);
		assert_true(setting_is_list(list));
		assert_string_equal(profile_rows_others(row), list);
		seen++;
	}
	assert_true(seen >= 5);
}

/* And the list that it names is given to the machine before it. */
static void
what_a_row_refers_to_is_there_and_before_it(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		size_t first = 0;

		if (row->needs != NULL)
			assert_true(place_of(row->needs) < i);
		if (row->refers == NULL)
			continue;
		assert_true(setting_is_list(row->refers));
		while (setting_table[first].list == NULL ||
		    strcmp(setting_table[first].list, row->refers) != 0)
			first++;
		if (first >= i)
			fail_msg("%s is before the list %s", row->name,
			    row->refers);
		assert_true(
		    row->type == SETTING_TEXT || row->type == SETTING_WORDS);
		seen++;
	}
	assert_true(seen >= 4);
}

static void
what_asks_for_a_relation_is_in_the_profile(void **state)
{
	(void)state;
	for (size_t i = 0; i < setting_count; i++)
		if (setting_table[i].fits != NULL &&
		    setting_of_profile(setting_table[i].name) !=
		        &setting_table[i])
			fail_msg("%s: .fits of what no profile has",
			    setting_table[i].name);
}

/* Rows that share a request are of one class, and lie together, but for the
 * two that set the admin password. */
static void
a_group_lies_together_and_has_one_class(void **state)
{
	(void)state;
	for (size_t i = 1; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		const struct setting *before = row - 1;

		if (row->group == NULL || strcmp(row->group, "admin") == 0)
			continue;
		for (size_t k = 0; k < i; k++) {
			const struct setting *of = &setting_table[k];

			if (of->group == NULL ||
			    strcmp(of->group, row->group) != 0)
				continue;
			if (before->group == NULL ||
			    strcmp(before->group, row->group) != 0)
				fail_msg("%s: apart from its group", row->name);
			if ((of->class == NULL) != (row->class == NULL) ||
			    (of->class != NULL &&
			        strcmp(of->class, row->class) != 0))
				fail_msg("%s: of another class", row->name);
		}
	}
}

static void
each_machines_own_are_these_and_not_of_a_profile(void **state)
{
	const struct setup_job job = { .host = "pc",
		.domain = "example.com",
		.admin_next = "Admin",
		.mebx_next = "Mebx" };
	static const char *const own[][2] = {
		{ "window", "open" },
		{ "clock", "now" },
		{ "admin-first", "Admin" },
		{ "mebx-password", "Mebx" },
		{ "admin-password", "Admin" },
		{ "host", "pc" },
		{ "domain", "example.com" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		const struct setting *row = row_named(own[i][0]);

		assert_non_null(row);
		assert_non_null(row->own);
		assert_string_equal(row->own(&job), own[i][1]);
		assert_null(setting_of_profile(own[i][0]));
	}
	assert_true(place_of("admin-first") < place_of("mebx-password"));
	assert_true(place_of("mebx-password") < place_of("admin-password"));
}

/* --- documented ----------------------------------------------------------- */

static char *
man_read(void)
{
	char *text = calloc(1, MAN_MAX);

	assert_non_null(text);
	(void)read_file(getenv("AMT_TEST_ROOT"), MAN, (uint8_t *)text, MAN_MAX);
	return text;
}

/* Is there an .It that names it?  Several may share one line. */
static bool
man_describes(const char *man, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = man; (at = strstr(at, "\n.It ")) != NULL; at++) {
		const char *end = at + 1 + strcspn(at + 1, "\n");

		for (const char *c = at;
		     (c = strstr(c, name)) != NULL && c < end; c++)
			if (c[-1] == ' ' && (c[len] == ' ' || c[len] == '\n'))
				return true;
	}
	return false;
}

static void
every_row_of_a_profile_is_in_its_man_page(void **state)
{
	char *man = man_read();

	(void)state;
	assert_false(man_describes(man, "ping-pong"));
	for (size_t i = 0; i < setting_count; i++) {
		const char *name = setting_table[i].name;

		if (setting_of_profile(name) == &setting_table[i] &&
		    !man_describes(man, name))
			print_error("%s is not in " MAN "\n", name);
		else
			continue;
		fail();
	}
	free(man);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    names_are_of_letters_digits_and_dashes_and_found_once),
		cmocka_unit_test(bounds_and_releases_are_in_order),
		cmocka_unit_test(a_choice_has_words_that_its_own_check_takes),
		cmocka_unit_test(each_list_has_one_leader_before_its_fields),
		cmocka_unit_test(what_becomes_of_others_is_said_of_a_list),
		cmocka_unit_test(what_a_row_refers_to_is_there_and_before_it),
		cmocka_unit_test(what_asks_for_a_relation_is_in_the_profile),
		cmocka_unit_test(a_group_lies_together_and_has_one_class),
		cmocka_unit_test(
		    each_machines_own_are_these_and_not_of_a_profile),
		cmocka_unit_test(every_row_of_a_profile_is_in_its_man_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
