#include "heading.h"

#include <stdio.h>
#include <string.h>

#include "text.h"

/* What counts of a name; one that does not fit is in no table. */
static void
fold(char *to, size_t cap, const char *from)
{
	size_t n = 0;

	for (; *from != '\0' && n + 1 < cap; from++) {
		char c = text_lower(*from);

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			to[n++] = c;
	}
	to[n] = '\0';
}

static const struct heading_name *
look_up(const char *field, const struct heading_name *names, size_t nnames)
{
	char name[64];

	fold(name, sizeof(name), field);
	for (size_t i = 0; i < nnames; i++)
		if (strcmp(name, names[i].name) == 0)
			return &names[i];
	return NULL;
}

static void
ignore(struct heading *h, const char *field)
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
	*h = (struct heading){ .nfields = row->nfields, .again = { -1, -1 } };
	for (size_t i = 0; i < HEADING_COLUMNS_MAX; i++)
		h->at[i] = -1;
	for (size_t i = 0; i < row->nfields; i++) {
		const struct heading_name *n =
		    look_up(row->field[i], names, nnames);

		if (n == NULL) {
			ignore(h, row->field[i]);
		} else if (h->at[n->column] == -1) {
			h->at[n->column] = (int)i;
		} else if (h->again[0] == -1) {
			h->again[0] = h->at[n->column];
			h->again[1] = (int)i;
		}
	}
}

int
heading_check(const struct heading *h, const struct row *row, struct fault *f)
{
	char first[48], second[48];

	if (h->again[0] == -1)
		return 0;
	text_show(first, sizeof(first), row->field[h->again[0]],
	    strlen(row->field[h->again[0]]));
	text_show(second, sizeof(second), row->field[h->again[1]],
	    strlen(row->field[h->again[1]]));
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
