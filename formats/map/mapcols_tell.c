/*
 * mapcols_tell - the columns in words, for messages: names, never a value.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "map/mapcols_parts.h"

/* Adds a column to a list, by its name or number. */
static void
list_add(char *list, size_t cap, const struct mapcols *m,
    const struct row *first, size_t field)
{
	size_t len = strlen(list);
	const char *comma = len == 0 ? "" : ", ";
	char shown[48];

	if (!m->header) {
		(void)snprintf(list + len, cap - len, "%scolumn %zu", comma,
		    field + 1);
		return;
	}
	text_show(shown, sizeof(shown), first->field[field],
	    strlen(first->field[field]));
	(void)snprintf(list + len, cap - len, "%s\"%s\"", comma, shown);
}

static void
tell_found(struct mapcols *m, const struct row *first)
{
	static const char *const what[MAPCOL_N] = { "UUID", "resource", "name",
		"host", "domain", "model", "serial" };
	static const char *const how[] = { "", " (as told)", " (in both files)",
		" (by its values)" };

	for (size_t i = 0; i < MAPCOL_N; i++) {
		size_t len = strlen(m->found);
		char column[64] = "";

		if (m->at[i] == -1)
			continue;
		list_add(column, sizeof(column), m, first, (size_t)m->at[i]);
		(void)snprintf(m->found + len, sizeof(m->found) - len,
		    "%s%s from %s%s", len == 0 ? "" : ", ", what[i], column,
		    how[m->how[i]]);
	}
}

/* Without a header: where the layout has them, else what stands behind the
 * UUID and is no MAC address. */
static bool
holds_password(const struct mapcols *m, const struct mapsample *s, size_t field)
{
	struct mapsample_column c;

	if (m->header)
		return mapnames_password(s->row[0].field[field]);
	mapsample_look(&c, s, 0, field);
	if (m->layout != NULL)
		return (int)field >= m->layout->passwords && c.nfilled != 0;
	if ((int)field <= m->at[MAPCOL_UUID])
		return false;
	return c.nfilled != 0 && !mapcols_mostly(c.nmacs, c.nfilled);
}

/* GUIDs below a name that says that they are not the system's. */
static bool
holds_other_guid(const struct mapcols *m, const struct mapsample *s,
    size_t field)
{
	struct mapsample_column c;

	if (!m->header || m->at[MAPCOL_UUID] != -1 ||
	    !mapnames_other_guid(s->row[0].field[field]))
		return false;
	mapsample_look(&c, s, 1, field);
	return mapcols_mostly(c.nuuids, c.nfilled);
}

void
mapcols_tell(struct mapcols *m, const struct mapsample *s)
{
	const struct row *first = &s->row[0];
	size_t n = m->header ? first->nfields : m->nfields_max;

	m->found[0] = m->ignored[0] = m->passwords[0] = m->others[0] = '\0';
	tell_found(m, first);
	for (size_t i = 0; i < n; i++) {
		if (mapcols_is_used(m, (int)i))
			continue;
		if (i < first->nfields && holds_other_guid(m, s, i))
			list_add(m->others, sizeof(m->others), m, first, i);
		if (holds_password(m, s, i))
			list_add(m->passwords, sizeof(m->passwords), m, first,
			    i);
		else if (m->header)
			list_add(m->ignored, sizeof(m->ignored), m, first, i);
	}
}
