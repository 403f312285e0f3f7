#include "setup/settings_fit.h"

#include <stdio.h>
#include <string.h>

static const struct setting *
row_of(const char *name)
{
	for (size_t i = 0; i < setting_count; i++)
		if (strcmp(setting_table[i].name, name) == 0)
			return &setting_table[i];
	return NULL;
}

/* The row that the release lacks, of this one and of what it needs; or NULL. */
static const struct setting *
row_lacking(const struct setting *row, unsigned release)
{
	/* The table has no circles; this ends in any case. */
	for (size_t i = 0; row != NULL && i < setting_count; i++) {
		if (!setting_in_release(row, release))
			return row;
		row = row->needs == NULL ? NULL : row_of(row->needs);
	}
	return NULL;
}

static bool
is_wanted(const struct setting *row, const char *value)
{
	return strcmp(value, "keep") != 0 &&
	    !(row->type == SETTING_SWITCH && strcmp(value, "off") == 0);
}

bool
settings_lacks(const struct settings *s, unsigned release, size_t *at,
    struct settings_lack *lack)
{
	while (s != NULL && *at < s->n) {
		const struct settings_value *v = &s->list[*at];

		lack->row = row_of(v->setting);
		lack->item = v->item;
		lack->number = *at;
		lack->cause = row_lacking(lack->row, release);
		++*at;
		if (lack->cause != NULL && is_wanted(lack->row, v->value))
			return true;
	}
	return false;
}

bool
settings_refuse(const struct settings *s)
{
	return settings_ask(s, "unsupported", "refuse");
}

void
settings_lack_describe(char *to, size_t cap, const struct settings_lack *lack)
{
	const struct setting *row = lack->cause;
	unsigned from = row->from, last = row->to;
	char needs[80] = "";

	if (row != lack->row)
		(void)snprintf(needs, sizeof(needs), "needs <%s>, which ",
		    row->name);
	if (last == 0)
		(void)snprintf(to, cap, "%sneeds AMT %u.%u or later", needs,
		    from / 256, from % 256);
	else if (from == 0)
		(void)snprintf(to, cap, "%sis not in AMT after %u.%u", needs,
		    last / 256, last % 256);
	else
		(void)snprintf(to, cap, "%sis only in AMT %u.%u to %u.%u",
		    needs, from / 256, from % 256, last / 256, last % 256);
}

bool
settings_refused(char *to, size_t cap, const struct settings *s,
    unsigned release)
{
	struct settings_lack first, lack;
	char what[120], more[40] = "";
	size_t at = 0, n = 0;

	if (!settings_refuse(s) || !settings_lacks(s, release, &at, &first))
		return false;
	while (settings_lacks(s, release, &at, &lack))
		n++;
	if (n != 0)
		(void)snprintf(more, sizeof(more), ", and %zu more", n);
	settings_lack_describe(what, sizeof(what), &first);
	(void)snprintf(to, cap, "%s %s%s", first.row->name, what, more);
	return true;
}
