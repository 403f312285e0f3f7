/*
 * mapcols_wish - which column is what, as the caller was told.
 */
#include <string.h>

#include "base/heading.h"
#include "base/text.h"
#include "map/mapcols_parts.h"

static const struct heading_name wishes[] = {
	{ "uuid", MAPCOL_UUID },
	{ "key", MAPCOL_KEY },
	{ "resource", MAPCOL_KEY },
	{ "fqdn", MAPCOL_FQDN },
	{ "name", MAPCOL_FQDN },
	{ "host", MAPCOL_HOST },
	{ "domain", MAPCOL_DOMAIN },
	{ "model", MAPCOL_MODEL },
	{ "serial", MAPCOL_SERIAL },
};

/* One "what=column" of len bytes. */
static int
parse_wish(struct mapwish *w, const char *text, size_t len, struct fault *f)
{
	const char *mark = memchr(text, '=', len);
	size_t n = mark != NULL ? (size_t)(mark - text) : len;
	char what[16] = "", shown[48];
	int role = -1;

	if (n < sizeof(what)) {
		memcpy(what, text, n);
		role = heading_find(what, wishes,
		    sizeof(wishes) / sizeof(wishes[0]));
	}
	text_show(shown, sizeof(shown), text, len);
	if (mark == NULL || role == -1)
		return fault_set(f, 0,
		    "not a column (got \"%s\", expected what=column, with "
		    "uuid, fqdn, host, domain, key, model or serial for what)",
		    shown);
	len -= n + 1;
	if (len == 0 || len >= sizeof(w->column[role]))
		return fault_set(f, 0,
		    "not a column's name or number (got \"%s\")", shown);
	if (w->column[role][0] != '\0')
		return fault_set(f, 0, "%s is given twice", what);
	memcpy(w->column[role], mark + 1, len);
	w->column[role][len] = '\0';
	return 0;
}

int
mapwish_parse(struct mapwish *w, const char *text, struct fault *f)
{
	*w = (struct mapwish){ 0 };
	for (;;) {
		size_t n = strcspn(text, ",");

		if (parse_wish(w, text, n, f) == -1)
			return -1;
		if (text[n] == '\0')
			return 0;
		text += n + 1;
	}
}

/* The field that a wish means, or -1: a name takes precedence over a number. */
static int
find_wish(const struct mapcols *m, const struct row *first, const char *column)
{
	uint64_t n;

	for (size_t i = 0; m->header && i < first->nfields; i++)
		if (mapnames_same(first->field[i], column))
			return (int)i;
	if (text_number(&n, column, first->nfields) == 0 && n != 0)
		return (int)n - 1;
	return -1;
}

int
mapcols_take_wishes(struct mapcols *m, const struct row *first,
    const struct mapwish *w, struct fault *f)
{
	for (size_t i = 0; w != NULL && i < MAPCOL_N; i++) {
		int field = w->column[i][0] != '\0'
		    ? find_wish(m, first, w->column[i])
		    : -1;

		m->wished[i] = field != -1;
		if (field != -1 && mapcols_is_used(m, field))
			return fault_set(f, first->line,
			    "column %d is given two meanings", field + 1);
		if (field != -1)
			mapcols_choose(m, (enum mapcol)i, field, BY_WISH);
	}
	return 0;
}
