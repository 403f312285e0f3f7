#ifndef PROFILE_TABLE_H
#define PROFILE_TABLE_H

/*
 * profile_table - a table of settings of the tests' own, one row for each thing
 * that a row can be: whoever includes it has it in place of setting_table.c,
 * which is then not linked.
 */
#include <string.h>

#include "setup/setting.h"
#include "setup/settings.h"

static const struct setting_choice table_modes[] = { { "slow", "1" },
	{ "fast", "2" }, { NULL, NULL } };
static const struct setting_choice table_others[] = { { "remove", "" },
	{ NULL, NULL } };

static const char *
table_own(const struct setup_job *job)
{
	(void)job;
	return "own";
}

/* An even number of characters, as what else must be so of a value. */
static int
table_check(const struct setting *row, const char *value, struct fault *f)
{
	size_t n = 0;

	while (value[n] != '\0')
		n++;
	return n % 2 == 0
	    ? 0
	    : fault_set(f, 0, "%s: has an odd number of characters", row->name);
}

/* What depends on other settings: here on the entry's name. */
static int
table_fits(const struct settings *s, const char *item, struct fault *f)
{
	(void)s;
	return strcmp(item, "odd") != 0
	    ? 0
	    : fault_set(f, 0, "<ca name=\"%s\">: an even name only", item);
}

const struct setting setting_table[] = {
	{ .name = "host", .type = SETTING_TEXT, .own = table_own },
	{ .name = "unsupported",
	    .type = SETTING_CHOICE,
	    .choices = (const struct setting_choice[]){ { "warn", "" },
	        { "refuse", "" }, { NULL, NULL } } },
	{ .name = "lamp", .type = SETTING_SWITCH },
	{ .name = "screen",
	    .type = SETTING_SWITCH,
	    .from = SETTING_RELEASE(6, 0) },
	{ .name = "screen-password",
	    .type = SETTING_PASSWORD,
	    .least = 8,
	    .most = 8,
	    .needs = "screen",
	    .secret = true },
	{ .name = "port",
	    .type = SETTING_NUMBER,
	    .least = 1,
	    .most = 65535,
	    .to = SETTING_RELEASE(10, 0) },
	{ .name = "mode",
	    .type = SETTING_CHOICE,
	    .choices = table_modes,
	    .from = SETTING_RELEASE(7, 0),
	    .to = SETTING_RELEASE(15, 0) },
	{ .name = "suffixes", .type = SETTING_WORDS },
	{ .name = "even", .type = SETTING_TEXT, .check = table_check },
	{ .name = "person-others",
	    .type = SETTING_CHOICE,
	    .choices = table_others },
	{ .name = "person-password",
	    .type = SETTING_PASSWORD,
	    .list = "person",
	    .required = true,
	    .secret = true },
	{ .name = "person-rights",
	    .type = SETTING_WORDS,
	    .list = "person",
	    .choices = table_modes,
	    .from = SETTING_RELEASE(4, 0) },
	{ .name = "lock",
	    .type = SETTING_TEXT,
	    .refers = "person",
	    .group = "lock" },
	{ .name = "door-persons",
	    .type = SETTING_WORDS,
	    .list = "door",
	    .refers = "person" },
	{ .name = "door-mode",
	    .type = SETTING_CHOICE,
	    .list = "door",
	    .required = true,
	    .choices = table_modes },
	{ .name = "ca-certificate",
	    .type = SETTING_BASE64,
	    .list = "ca",
	    .fits = table_fits,
	    .most = SETTING_LONG_MAX },
};
const size_t setting_count = sizeof(setting_table) / sizeof(setting_table[0]);

#endif
