#include "plan/profile_fit.h"

#include <stdio.h>
#include <string.h>

#include "plan/profile_rows.h"

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
profile_lacks(const struct profile *p, unsigned release, size_t *at,
    struct profile_lack *lack)
{
	while (*at < p->settings.n) {
		const struct settings_value *v = &p->settings.list[*at];

		lack->row = row_of(v->setting);
		lack->item = v->item;
		lack->line = p->lines[*at];
		lack->cause = row_lacking(lack->row, release);
		++*at;
		if (lack->cause != NULL && is_wanted(lack->row, v->value))
			return true;
	}
	return false;
}

bool
profile_refuses(const struct profile *p)
{
	const char *word = settings_value(&p->settings, "unsupported");

	return word != NULL && strcmp(word, "refuse") == 0;
}

void
profile_lack_describe(char *to, size_t cap, const struct profile_lack *lack)
{
	const struct setting *row = lack->cause;
	unsigned from = row->from, last = row->to;
	char needs[80] = "";

	if (row != lack->row)
		(void)snprintf(needs, sizeof(needs), "needs <%s>, which ",
		    profile_rows_element(row));
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
