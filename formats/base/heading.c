#include "base/heading.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const struct heading_name *
find_name(const char *name, const struct heading_name *names, size_t nnames)
{
	for (size_t i = 0; i < nnames; i++)
		if (strcmp(name, names[i].name) == 0)
			return &names[i];
	return NULL;
}

/* The views of Microsoft's ConfigMgr have a 0 behind every name. */
static const struct heading_name *
look_up(const char *field, const struct heading_name *names, size_t nnames)
{
	char name[64];
	const struct heading_name *found;
	size_t len;

	text_fold(name, sizeof(name), field); /* cut: in no table */
	found = find_name(name, names, nnames);
	len = strlen(name);
	if (found != NULL || len < 2 || name[len - 1] != '0')
		return found;
	name[len - 1] = '\0';
	return find_name(name, names, nnames);
}

int
heading_find(const char *name, const struct heading_name *names, size_t nnames)
{
	const struct heading_name *n = look_up(name, names, nnames);

	return n != NULL ? (int)n->column : -1;
}

static void
heading_ignore(struct heading *h, const char *field)
{
	char shown[48];
	size_t len = strlen(h->ignored);

	text_show(shown, sizeof(shown), field, strlen(field));
	(void)snprintf(h->ignored + len, sizeof(h->ignored) - len, "%s\"%s\"",
	    len == 0 ? "" : ", ", shown);
}

void
heading_read(struct heading *h, const struct row *row,
    const struct heading_name *names, size_t nnames)
{
	*h = (struct heading){ .nfields = row->nfields };
	for (size_t i = 0; i < HEADING_COLUMNS_MAX; i++)
		h->at[i] = h->again[i] = -1;
	for (size_t i = 0; i < row->nfields; i++) {
		const struct heading_name *n =
		    look_up(row->field[i], names, nnames);

		if (n == NULL)
			heading_ignore(h, row->field[i]);
		else if (h->at[n->column] == -1)
			h->at[n->column] = (int)i;
		else
			h->again[n->column] = (int)i;
	}
}

int
heading_check(const struct heading *h, size_t column, const struct row *row,
    struct fault *f)
{
	char first[48], second[48];
	const char *a, *b;

	if (h->again[column] == -1)
		return 0;
	a = row->field[h->at[column]];
	b = row->field[h->again[column]];
	text_show(first, sizeof(first), a, strlen(a));
	text_show(second, sizeof(second), b, strlen(b));
	return fault_set(f, row->line,
	    "two columns mean the same (\"%s\" and \"%s\"); remove or rename "
	    "one",
	    first, second);
}

const char *
heading_field(const struct heading *h, size_t column, const struct row *row)
{
	int at = h->at[column];

	return at >= 0 && (size_t)at < row->nfields ? row->field[at] : NULL;
}
