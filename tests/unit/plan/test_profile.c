#include "plan/profiles.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "setup/setting.h"

#define SECRET "Winter#42"

/* A file of one profile. */
static int
profile_decode(struct profile *p, const char *xml, size_t len, struct fault *f)
{
	struct profiles all;

	memset(p, 0, sizeof(*p));
	if (profiles_decode(&all, xml, len, f) == -1)
		return -1;
	*p = all.list[0];
	memset(&all.list[0], 0, sizeof(all.list[0]));
	profiles_free(&all);
	return 0;
}

static int
decode(struct profile *p, const char *xml, struct fault *f)
{
	size_t len = strlen(xml);
	char *tight = malloc(len + (len == 0)); /* ASan guards its end */
	int rc;

	assert_non_null(tight);
	memcpy(tight, xml, len);
	rc = profile_decode(p, tight, len, f);
	free(tight);
	return rc;
}

/* The word of a switch as the profile has it. */
static const char *
asked(const struct profile *p, const char *setting)
{
	for (size_t i = 0; i < p->settings.n; i++)
		if (strcmp(p->settings.list[i].setting, setting) == 0)
			return p->settings.list[i].value;
	return "none";
}

static void
the_sample_of_a_new_site_is_random_passwords_and_ping(void **state)
{
	static char xml[PROFILE_MAX];
	FILE *file = fopen("site/profile.xml", "r");
	struct profile p;
	struct fault f;

	(void)state;
	assert_non_null(file);
	xml[fread(xml, 1, sizeof(xml) - 1, file)] = '\0';
	(void)fclose(file);
	assert_int_equal(decode(&p, xml, &f), 0);
	assert_string_equal(p.name, "standard");
	assert_int_equal(p.admin_mode, PROFILE_ADMIN_RANDOM);
	assert_int_equal(p.mebx_mode, PROFILE_MEBX_KEEP);
	assert_string_equal(asked(&p, "ping"), "on");
	assert_string_equal(asked(&p, "rmcp-ping"), "keep");
	profile_wipe(&p);
}

static void
what_is_left_out_is_random_or_kept(void **state)
{
	struct profile p;
	struct fault f;

	(void)state;
	assert_int_equal(decode(&p, "<profile name='a'/>", &f), 0);
	assert_int_equal(p.admin_mode, PROFILE_ADMIN_RANDOM);
	assert_int_equal(p.mebx_mode, PROFILE_MEBX_KEEP);
	assert_string_equal(asked(&p, "ping"), "keep");
	assert_string_equal(asked(&p, "rmcp-ping"), "keep");
	assert_string_equal(p.admin_fixed, "");
	assert_string_equal(p.mebx_fixed, "");
	profile_wipe(&p);
}

static void
fixed_passwords_come_out_exactly_and_in_any_order(void **state)
{
	struct profile p;
	struct fault f;

	(void)state;
	assert_int_equal(decode(&p,
	                     "<profile name='Lab-7.x_y'>"
	                     "<rmcp-ping> off </rmcp-ping>"
	                     "<mebx-password><fixed>a&amp;B&lt;3 de</fixed>"
	                     "</mebx-password>"
	                     "<admin-password><!-- ours --><fixed>"
	                     "<![CDATA[" SECRET "<&]]></fixed></admin-password>"
	                     "</profile>",
	                     &f),
	    0);
	assert_string_equal(p.name, "Lab-7.x_y");
	assert_int_equal(p.admin_mode, PROFILE_ADMIN_FIXED);
	assert_string_equal(p.admin_fixed, SECRET "<&");
	assert_int_equal(p.mebx_mode, PROFILE_MEBX_FIXED);
	assert_string_equal(p.mebx_fixed, "a&B<3 de");
	assert_string_equal(asked(&p, "rmcp-ping"), "off");
	profile_wipe(&p);
	assert_string_equal(p.admin_fixed, "");
}

static void
each_mistake_is_named_with_its_line(void **state)
{
	static const struct {
		const char *xml;
		size_t line;
		const char *why;
	} wrong[] = {
		{ "", 1, "empty" },
		{ "\n\nnot xml", 3, "not XML" },
		{ "<profile name='a'>\n<ping>on</ping>\n", 3, "not XML" },
		{ "<profile>\n</profile>", 1, "has no name" },
		{ "<profile name='a b'/>", 1, "name is not" },
		{ "<profile name=''/>", 1, "name is not" },
		{ "<profile name='a' more='b'/>", 1, "no attribute" },
		{ "<site/>", 1, "not a profile" },
		{ "<profile xmlns='urn:x' name='a'/>", 1, "schema" },
		{ "<profile name='a'>\n<pong/></profile>", 2,
		    "unknown element <pong>" },
		{ "<profile name='a'>\n<ping>yes</ping></profile>", 2,
		    "<ping>: got \"yes\", expected keep, off or on" },
		{ "<profile name='a'><ping>on\xc2\xa0</ping></profile>", 1,
		    "<ping>: got \"on\\xc2\\xa0\", expected" },
		{ "<profile name='a'><ping/></profile>", 1, "got \"\"" },
		{ "<profile name='a'><ping><on/></ping></profile>", 1,
		    "holds an element" },
		{ "<profile name='a'><ping x='1'>on</ping></profile>", 1,
		    "no attributes" },
		{ "<profile name='a'>\n<ping>on</ping>\n<ping>on</ping>"
		  "</profile>",
		    3, "second time (first in line 2)" },
		{ "<profile name='a'>\nhello</profile>", 2, "text between" },
		{ "<profile name='a'>\n<admin-password/></profile>", 2,
		    "is empty (expected <random/>, <fixed>...</fixed> or" },
		{ "<profile name='a'><admin-password><keep/></admin-password>"
		  "</profile>",
		    1, "not in a known way" },
		{ "<profile name='a'><mebx-password><keep/><random/>"
		  "</mebx-password></profile>",
		    1, "two elements" },
		{ "<profile name='a'><mebx-password><keep>x</keep>"
		  "</mebx-password></profile>",
		    1, "<keep/> in <mebx-password> is not empty" },
		{ "<profile name='a'><mebx-password><keep a='b'/>"
		  "</mebx-password></profile>",
		    1, "neither attributes" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct profile p;
		struct fault f;

		assert_int_equal(decode(&p, wrong[i].xml, &f), -1);
		if (strstr(f.why, wrong[i].why) == NULL)
			fail_msg("\"%s\": got \"%s\", expected \"%s\"",
			    wrong[i].xml, f.why, wrong[i].why);
		if (f.at != wrong[i].line)
			fail_msg("\"%s\": line %zu (%s)", wrong[i].xml, f.at,
			    f.why);
	}
}

static void
no_message_shows_a_password(void **state)
{
	static const char *const wrong[] = {
		"<profile name='a'><admin-password>" SECRET
		"</admin-password></profile>",
		"<profile name='a'><admin-password><fixed>" SECRET "&" SECRET
		";</fixed></admin-password></profile>",
		"<profile name='a'><admin-password><fixed>" SECRET "<" SECRET
		"</fixed></admin-password></profile>",
		"<profile name='a'><admin-password><fixed>" SECRET "\xe9" SECRET
		"</fixed></admin-password></profile>",
		"<profile name='a'><admin-password><fixed>" SECRET SECRET SECRET
		    SECRET "</fixed></admin-password></profile>",
		"<profile name='a'><admin-password><fixed>" SECRET
		"<x/></fixed></admin-password></profile>",
		"<profile name='a'><mebx-password><keep>" SECRET
		"</keep></mebx-password></profile>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct profile p;
		struct fault f;

		assert_int_equal(decode(&p, wrong[i], &f), -1);
		assert_int_equal(f.at, 1);
		assert_null(strstr(f.why, "inter"));
		assert_null(strstr(f.why, "#42"));
		assert_string_equal(p.admin_fixed, "");
	}
}

static void
every_shorter_profile_is_refused(void **state)
{
	static const char xml[] =
	    "<profile name='a'><admin-password><fixed>" SECRET
	    "</fixed></admin-password><ping>on</ping></profile>";
	struct profile p;
	struct fault f;

	(void)state;
	for (size_t n = 0; n < sizeof(xml) - 1; n++) {
		char *tight = malloc(n + (n == 0));

		assert_non_null(tight);
		memcpy(tight, xml, n);
		assert_int_equal(profile_decode(&p, tight, n, &f), -1);
		assert_non_null(strstr(f.why, "not XML"));
		free(tight);
	}
	assert_int_equal(decode(&p, xml, &f), 0);
	profile_wipe(&p);
}

static void
a_document_type_is_refused_before_it_is_read(void **state)
{
	struct profile p;
	struct fault f;

	(void)state;
	assert_int_equal(
	    decode(&p,
	        "<!DOCTYPE profile [\n<!ENTITY a \"Abcdef#1\">\n]>\n"
	        "<profile name='a'><admin-password><fixed>&a;</fixed>"
	        "</admin-password></profile>",
	        &f),
	    -1);
	assert_non_null(strstr(f.why, "DOCTYPE"));
	assert_int_equal(decode(&p,
	                     "<!DOCTYPE profile SYSTEM "
	                     "\"http://127.0.0.1/x.dtd\">"
	                     "<profile name='a'/>",
	                     &f),
	    -1);
	assert_non_null(strstr(f.why, "DOCTYPE"));
}

static void
a_profile_may_be_a_megabyte_and_not_a_byte_more(void **state)
{
	static char xml[PROFILE_MAX + 1];
	static const char text[] = "<profile name='a'/>";
	struct profile p;
	struct fault f;

	(void)state;
	memset(xml, '\n', sizeof(xml));
	memcpy(xml, text, sizeof(text) - 1);
	assert_int_equal(profile_decode(&p, xml, PROFILE_MAX, &f), 0);
	profile_wipe(&p);
	assert_int_equal(profile_decode(&p, xml, PROFILE_MAX + 1, &f), -1);
	assert_non_null(strstr(f.why, "too large"));
}

static void
names_and_passwords_end_at_their_ceilings(void **state)
{
	char xml[300], name[65];
	struct profile p;
	struct fault f;

	(void)state;
	memset(name, 'n', sizeof(name));
	(void)snprintf(xml, sizeof(xml), "<profile name='%.63s'/>", name);
	assert_int_equal(decode(&p, xml, &f), 0);
	profile_wipe(&p);
	(void)snprintf(xml, sizeof(xml), "<profile name='%.64s'/>", name);
	assert_int_equal(decode(&p, xml, &f), -1);
	for (int len = 7; len <= 33; len++) {
		(void)snprintf(xml, sizeof(xml),
		    "<profile name='a'>\n<mebx-password><fixed>Aa1!%.*s"
		    "</fixed></mebx-password></profile>",
		    len - 4, name);
		assert_int_equal(decode(&p, xml, &f),
		    len >= 8 && len <= 32 ? 0 : -1);
		profile_wipe(&p);
	}
	assert_int_equal(f.at, 2);
	assert_non_null(strstr(f.why, "mebx-password"));
	assert_int_equal(decode(&p,
	                     "<profile name='a'><admin-password><fixed>"
	                     "alllower#1</fixed></admin-password></profile>",
	                     &f),
	    -1);
	assert_non_null(strstr(f.why, "<admin-password>: "));
}

static void
encodings_other_than_utf8_are_named(void **state)
{
	static const char utf16[] = "<\0p\0/\0>\0";
	struct profile p;
	struct fault f;

	(void)state;
	assert_int_equal(profile_decode(&p, utf16, sizeof(utf16) - 1, &f), -1);
	assert_non_null(strstr(f.why, "UTF-16"));
	assert_int_equal(decode(&p, "<!-- \n\xe9 --><profile name='a'/>", &f),
	    -1);
	assert_non_null(strstr(f.why, "Latin-1"));
	assert_int_equal(f.at, 2);
	/* A wrong declaration does not matter: the bytes are UTF-8. */
	assert_int_equal(decode(&p,
	                     "\xef\xbb\xbf<?xml version='1.0' "
	                     "encoding='ISO-8859-1'?>"
	                     "<!-- \xc3\xa9 --><profile name='a'/>",
	                     &f),
	    0);
	profile_wipe(&p);
}

/* How many switches the table leaves to profiles. */
static size_t
switches(void)
{
	size_t n = 0;

	for (size_t i = 0; i < setting_count; i++)
		n += setting_table[i].own == NULL &&
		    setting_table[i].type == SETTING_SWITCH;
	return n;
}

/* Every switch is named once, so that no profile's stream is empty. */
static void
settings_are_the_tables_switches_and_what_is_named(void **state)
{
	struct profile p;
	struct fault f;

	(void)state;
	assert_int_equal(decode(&p, "<profile name='a'/>", &f), 0);
	assert_int_equal(p.settings.n, switches());
	assert_string_equal(p.settings.profile, "a");
	profile_wipe(&p);
	assert_int_equal(decode(&p,
	                     "<profile name='a'><rmcp-ping>off</rmcp-ping>"
	                     "<ping>on</ping></profile>",
	                     &f),
	    0);
	assert_int_equal(p.settings.n, switches());
	assert_string_equal(asked(&p, "ping"), "on");
	assert_string_equal(asked(&p, "rmcp-ping"), "off");
	profile_wipe(&p);
	assert_int_equal(p.settings.n, 0);
}

/* The two ends of the settings stream. */
static void
settings_mean_the_same_to_the_sweep(void **state)
{
	static const char *const words[] = { "keep", "off", "on" };
	struct settings_all all = { .n = 0 };
	const char *fields[SETTINGS_NCOLUMNS];
	char texts[SETTINGS_NCOLUMNS][64], xml[160];
	struct record r = { .kind = &kind_settings };
	struct profile p;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 9; i++) {
		(void)snprintf(xml, sizeof(xml),
		    "<profile name='p%zu'><ping>%s</ping><rmcp-ping>%s"
		    "</rmcp-ping></profile>",
		    i, words[i / 3], words[i % 3]);
		assert_int_equal(decode(&p, xml, &f), 0);
		for (size_t n = 0; n < p.settings.n; n++) {
			settings_fields(&p.settings, n, fields);
			for (size_t c = 0; c < SETTINGS_NCOLUMNS; c++) {
				(void)snprintf(texts[c], sizeof(texts[c]), "%s",
				    fields[c]);
				r.field[c] = texts[c];
			}
			assert_int_equal(settings_read(&all, &r, &f), 0);
		}
		for (size_t n = 0; n < 2; n++) {
			const char *got =
			    settings_value(settings_of(&all, p.name),
			        n == 0 ? "ping" : "rmcp-ping");
			const char *word = words[n == 0 ? i / 3 : i % 3];

			assert_string_equal(got == NULL ? "keep" : got, word);
		}
		profile_wipe(&p);
	}
	settings_all_free(&all);
}

/* So that each setting has an example, and this file shows whether it can be
 * read. */
static void
the_largest_sample_has_every_setting(void **state)
{
	static char xml[PROFILE_MAX];
	FILE *file = fopen("site/profile-all.xml", "r");
	struct profiles all;
	struct fault f;

	(void)state;
	assert_non_null(file);
	xml[fread(xml, 1, sizeof(xml) - 1, file)] = '\0';
	(void)fclose(file);
	if (profiles_decode(&all, xml, strlen(xml), &f) == -1)
		fail_msg("profile-all.xml:%zu: %s", f.at, f.why);
	for (size_t i = 0; i < setting_count; i++) {
		bool has = setting_table[i].own != NULL;

		for (size_t n = 0; n < all.n && !has; n++)
			for (size_t k = 0; k < all.list[n].settings.n; k++)
				has |= all.list[n].lines[k] != 0 &&
				    all.list[n].settings.list[k].setting ==
				        setting_table[i].name;
		if (!has)
			fail_msg("samples/site/profile-all.xml lacks: %s",
			    setting_table[i].name);
	}
	profiles_free(&all);
}

/* The page is where people look settings up. */
static void
the_page_has_every_setting(void **state)
{
	static char page[32768];
	char path[4096];
	FILE *f;

	(void)state;
	assert_non_null(getenv("AMT_TEST_ROOT"));
	(void)snprintf(path, sizeof(path), "%s/formats/plan/profile.5",
	    getenv("AMT_TEST_ROOT"));
	f = fopen(path, "r");
	assert_non_null(f);
	page[fread(page, 1, sizeof(page) - 1, f)] = '\0';
	(void)fclose(f);
	for (size_t i = 0; i < setting_count; i++) {
		char item[64];

		if (setting_table[i].own != NULL)
			continue;
		(void)snprintf(item, sizeof(item), "\n.It Ic %s\n",
		    setting_table[i].name);
		if (strstr(page, item) == NULL)
			fail_msg("profile.5 lacks: .It Ic %s",
			    setting_table[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_sample_of_a_new_site_is_random_passwords_and_ping),
		cmocka_unit_test(what_is_left_out_is_random_or_kept),
		cmocka_unit_test(
		    fixed_passwords_come_out_exactly_and_in_any_order),
		cmocka_unit_test(each_mistake_is_named_with_its_line),
		cmocka_unit_test(no_message_shows_a_password),
		cmocka_unit_test(every_shorter_profile_is_refused),
		cmocka_unit_test(a_document_type_is_refused_before_it_is_read),
		cmocka_unit_test(
		    a_profile_may_be_a_megabyte_and_not_a_byte_more),
		cmocka_unit_test(names_and_passwords_end_at_their_ceilings),
		cmocka_unit_test(encodings_other_than_utf8_are_named),
		cmocka_unit_test(
		    settings_are_the_tables_switches_and_what_is_named),
		cmocka_unit_test(settings_mean_the_same_to_the_sweep),
		cmocka_unit_test(the_largest_sample_has_every_setting),
		cmocka_unit_test(the_page_has_every_setting),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
