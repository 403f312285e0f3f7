#include "setup/setting.h"

#include <string.h>

#include "base/text.h"

const struct setting setting_table[] = {
	{ .name = "clock", .type = SETTING_CLOCK, .of_job = true },
	{ .name = "mebx-password", .type = SETTING_PASSWORD, .of_job = true },
	{ .name = "admin-password", .type = SETTING_PASSWORD, .of_job = true },
	{ .name = "host", .type = SETTING_NAME, .of_job = true },
	{ .name = "domain", .type = SETTING_NAME, .of_job = true },
	{ .name = "ping", .type = SETTING_SWITCH },
	{ .name = "rmcp-ping", .type = SETTING_SWITCH },
};
const size_t setting_count = sizeof(setting_table) / sizeof(setting_table[0]);

const struct setting *
setting_of_profile(const char *name)
{
	for (size_t i = 0; i < setting_count; i++)
		if (!setting_table[i].of_job &&
		    strcmp(setting_table[i].name, name) == 0)
			return &setting_table[i];
	return NULL;
}

const char *
setting_expected(const struct setting *row)
{
	switch (row->type) {
	case SETTING_SWITCH:
		return "keep, off or on";
	case SETTING_NUMBER:
		return "a number";
	case SETTING_NAME:
		return "a DNS name";
	case SETTING_TEXT:
	case SETTING_PASSWORD:
	case SETTING_CLOCK:
		break;
	}
	return "1 to 255 printable ASCII characters";
}

static bool
setting_fits(const struct setting *row, const char *value)
{
	size_t len = strnlen(value, SETTING_VALUE_MAX + 1);
	uint64_t n;

	switch (row->type) {
	case SETTING_SWITCH:
		return strcmp(value, "keep") == 0 ||
		    strcmp(value, "off") == 0 || strcmp(value, "on") == 0;
	case SETTING_NUMBER:
		return text_number(&n, value, row->most) == 0;
	default:
		break;
	}
	for (size_t i = 0; i < len; i++)
		if (value[i] < 0x20 || value[i] > 0x7e)
			return false;
	return len > 0 && len <= SETTING_VALUE_MAX;
}

int
setting_check(const struct setting *row, const char *value, struct fault *f)
{
	char shown[40];

	if (setting_fits(row, value))
		return 0;
	if (row->type == SETTING_PASSWORD)
		return fault_set(f, 0, "%s: expected %s", row->name,
		    setting_expected(row));
	text_show(shown, sizeof(shown), value, strlen(value));
	return fault_set(f, 0, "%s: got \"%s\", expected %s", row->name, shown,
	    setting_expected(row));
}
