#include "map/mapcols_parts.h"

#include "base/heading.h"

bool
mapcols_named(const struct mapcols *m)
{
	return m->at[MAPCOL_FQDN] != -1 || m->at[MAPCOL_HOST] != -1;
}

bool
mapcols_whole(const struct mapcols *m)
{
	return m->at[MAPCOL_UUID] != -1 && mapcols_named(m);
}

bool
mapcols_join(const struct mapcols *a, const struct mapcols *b)
{
	return a->at[MAPCOL_UUID] != -1 && a->at[MAPCOL_KEY] != -1 &&
	    b->at[MAPCOL_KEY] != -1 && mapcols_named(b);
}

bool
mapcols_base64(const struct mapcols *m)
{
	return m->header && m->how[MAPCOL_UUID] != BY_VALUES;
}

bool
mapcols_secret(const struct mapcols *m)
{
	return !m->header && m->passwords[0] != '\0';
}

/* --- names ---------------------------------------------------------------- */

/* A column is asked for by its name unless it was told, or the told one is
 * another meaning of it. */
static int
take_name(struct mapcols *m, const struct heading *h, size_t what,
    enum mapcol as, const struct row *first, struct fault *f)
{
	int field = h->at[what];

	if (m->at[as] != -1 || field == -1 || mapcols_is_used(m, field))
		return 0;
	if (heading_check(h, what, first, f) == -1)
		return -1;
	mapcols_choose(m, as, field, BY_NAME);
	return 0;
}

static bool
is_of_products(const struct heading *h)
{
	return h->at[MAPNAME_PRODUCT] != -1 || h->at[MAPNAME_NUMBER] != -1;
}

/*
 * Which column has the machine's name, where that depends on the others: the
 * machine that a tool asked (wmic, PowerShell) has the name, and "Name" beside
 * it is the model's, as in any list of products.
 */
static void
settle_name(struct heading *h)
{
	bool asked = h->at[MAPNAME_NODE] != -1;
	int name = h->at[MAPNAME_NAME], *host = &h->at[MAPCOL_HOST];

	if (h->at[MAPCOL_FQDN] == -1 && asked) {
		h->at[MAPCOL_FQDN] = h->at[MAPNAME_NODE];
		h->again[MAPCOL_FQDN] = h->again[MAPNAME_NODE];
	}
	if (name != -1 && !asked && !is_of_products(h)) {
		h->again[MAPCOL_HOST] = *host == -1 ? h->again[MAPNAME_NAME]
		    : name > *host                  ? name
		                                    : *host;
		*host = *host == -1 || name < *host ? name : *host;
	}
	if (*host == -1 && !asked) {
		*host = h->at[MAPNAME_NETBIOS];
		h->again[MAPCOL_HOST] = h->again[MAPNAME_NETBIOS];
	}
}

/* Of two columns for the host, one may have full names: PDQ Inventory's "Name"
 * and "Host Name". */
static void
settle_full_name(struct heading *h, const struct mapsample *s)
{
	int host = h->at[MAPCOL_HOST], other = h->again[MAPCOL_HOST];
	struct mapsample_column a, b;

	if (h->at[MAPCOL_FQDN] != -1 || other == -1)
		return;
	mapsample_look(&a, s, 1, (size_t)host);
	mapsample_look(&b, s, 1, (size_t)other);
	if (mapcols_mostly(a.nnames, a.nfilled) ==
	    mapcols_mostly(b.nnames, b.nfilled))
		return;
	h->again[MAPCOL_HOST] = -1;
	if (mapcols_mostly(a.nnames, a.nfilled)) {
		h->at[MAPCOL_FQDN] = host;
		h->at[MAPCOL_HOST] = other;
	} else
		h->at[MAPCOL_FQDN] = other;
}

/* Host and domain are asked for only where there is no full name. */
static int
take_names(struct mapcols *m, const struct mapsample *s, struct fault *f)
{
	const struct row *first = &s->row[0];
	struct heading h;

	mapnames_read(&h, first);
	settle_name(&h);
	settle_full_name(&h, s);
	if (take_name(m, &h, MAPCOL_UUID, MAPCOL_UUID, first, f) == -1 ||
	    take_name(m, &h, MAPCOL_KEY, MAPCOL_KEY, first, f) == -1 ||
	    take_name(m, &h, MAPCOL_FQDN, MAPCOL_FQDN, first, f) == -1)
		return -1;
	m->uuid_is_guid = m->at[MAPCOL_UUID] == -1 &&
	    h.at[MAPNAME_GUID] != -1 && !mapcols_is_used(m, h.at[MAPNAME_GUID]);
	if (take_name(m, &h, MAPNAME_GUID,
	        m->uuid_is_guid ? MAPCOL_UUID : MAPCOL_KEY, first, f) == -1)
		return -1;
	if (m->at[MAPCOL_FQDN] != -1)
		h.again[MAPCOL_HOST] = h.again[MAPCOL_DOMAIN] = -1;
	if (take_name(m, &h, MAPCOL_HOST, MAPCOL_HOST, first, f) == -1)
		return -1;
	return take_name(m, &h, MAPCOL_DOMAIN, MAPCOL_DOMAIN, first, f);
}

/* A serial number may be the resource, too; no other meaning is shared, and of
 * two such columns the first is taken: nothing depends on it. */
static void
take_detail(struct mapcols *m, enum mapcol as, int field)
{
	if (m->at[as] == -1 && field != -1 &&
	    (field == m->at[MAPCOL_KEY] || !mapcols_is_used(m, field)))
		mapcols_choose(m, as, field, BY_NAME);
}

void
mapcols_take_details(struct mapcols *m, const struct mapsample *s)
{
	struct heading h;

	if (!m->header)
		return;
	mapnames_read(&h, &s->row[0]);
	take_detail(m, MAPCOL_MODEL, h.at[MAPCOL_MODEL]);
	take_detail(m, MAPCOL_SERIAL, h.at[MAPCOL_SERIAL]);
	if (is_of_products(&h) || h.at[MAPNAME_NODE] != -1)
		take_detail(m, MAPCOL_MODEL, h.at[MAPNAME_NAME]);
	take_detail(m, MAPCOL_SERIAL, h.at[MAPNAME_NUMBER]);
}

/* --- values --------------------------------------------------------------- */

/* Is the column called like one of other things that look the same? */
static bool
names_other(const struct mapcols *m, const struct mapsample *s,
    enum mapcol what, size_t field)
{
	const char *column = s->row[0].field[field];

	if (!m->header)
		return false;
	return what == MAPCOL_UUID ? mapnames_other_guid(column)
	                           : mapnames_other_name(column);
}

/*
 * Do the values of a free column mean what?  Three quarters do: some rows may
 * be wrong.  And below a header they tell machines apart: a column of domains
 * reads as full names, too, and one of customers or sites may have GUIDs.
 */
static bool
has_values(const struct mapcols *m, const struct mapsample *s, enum mapcol what,
    size_t field)
{
	struct mapsample_column c;

	if (mapcols_is_used(m, (int)field) || names_other(m, s, what, field))
		return false;
	mapsample_look(&c, s, mapcols_first_row(m), field);
	if (m->header && c.nfilled > 1 &&
	    (mapcols_mostly(c.nagain, c.nfilled) || c.nagain == c.nfilled - 1))
		return false;
	return mapcols_mostly(what == MAPCOL_UUID ? c.nuuids : c.nnames,
	    c.nfilled);
}

/* The only field in all files whose values mean what; -1 if not found, or if
 * there are several. */
static int
find_values(const struct mapcols *m, const struct mapsample *const *s,
    size_t nfiles, enum mapcol what, size_t *file)
{
	int field = -1;

	for (size_t i = 0; i < nfiles; i++)
		for (size_t n = 0; n < m[i].nfields_max; n++) {
			if (!has_values(&m[i], s[i], what, n))
				continue;
			if (field != -1)
				return -1;
			field = (int)n;
			*file = i;
		}
	return field;
}

/* Rows without a header have at least the fields that are asked for. */
static void
count_needed(struct mapcols *m)
{
	if (m->header)
		return;
	m->nfields = 0;
	for (size_t i = 0; i < MAPCOL_NEEDED; i++)
		if (m->at[i] != -1 && (size_t)m->at[i] >= m->nfields)
			m->nfields = (size_t)m->at[i] + 1;
}

void
mapcols_take_values(struct mapcols *m, const struct mapsample *const *s,
    size_t nfiles, enum mapcol what)
{
	size_t file;
	int field = find_values(m, s, nfiles, what, &file);

	if (field == -1)
		return;
	mapcols_choose(&m[file], what, field, BY_VALUES);
	count_needed(&m[file]);
}

/* A column that is called so but has no UUID in it, beside one that is full of
 * them: the name was wrong. */
static void
doubt_name(struct mapcols *m, const struct mapsample *s)
{
	int called = m->at[MAPCOL_UUID];
	struct mapsample_column c;
	size_t file;

	if (called == -1 || m->how[MAPCOL_UUID] != BY_NAME)
		return;
	mapsample_look(&c, s, mapcols_first_row(m), (size_t)called);
	if (c.nfilled == 0 || c.nuuids != 0 || c.nbase64 != 0)
		return;
	called = find_values(m, &s, 1, MAPCOL_UUID, &file);
	if (called != -1) {
		mapcols_choose(m, MAPCOL_UUID, called, BY_VALUES);
		m->uuid_is_guid = false;
	}
}

/* The columns of a known layout, unless they were told. */
static void
take_layout(struct mapcols *m)
{
	for (size_t i = 0; i < MAPCOL_N; i++) {
		int field = m->layout->at[i];

		if (field != -1 && m->at[i] == -1 && !mapcols_is_used(m, field))
			mapcols_choose(m, (enum mapcol)i, field, BY_VALUES);
	}
	count_needed(m);
}

/* Without a header: the UUID's column, the full name's, and where the first of
 * all is free, the host's. */
static void
take_headless(struct mapcols *m, const struct mapsample *s)
{
	if (m->at[MAPCOL_UUID] == -1)
		mapcols_take_values(m, &s, 1, MAPCOL_UUID);
	if (m->at[MAPCOL_FQDN] == -1)
		mapcols_take_values(m, &s, 1, MAPCOL_FQDN);
	if (m->at[MAPCOL_HOST] == -1 && !mapcols_is_used(m, 0) &&
	    !has_values(m, s, MAPCOL_UUID, 0) &&
	    !has_values(m, s, MAPCOL_FQDN, 0))
		mapcols_choose(m, MAPCOL_HOST, 0, BY_VALUES);
	count_needed(m);
}

int
mapcols_find(struct mapcols *m, const struct mapsample *s,
    const struct mapwish *w, struct fault *f)
{
	const struct row *first = &s->row[0];

	*m = (struct mapcols){ .header = !mapnames_headless(s),
		.nfields = first->nfields,
		.nfields_max = first->nfields };
	for (size_t i = 0; i < MAPCOL_N; i++)
		m->at[i] = -1;
	if (mapcols_take_wishes(m, first, w, f) == -1)
		return -1;
	if (m->header) {
		if (take_names(m, s, f) == -1)
			return -1;
		doubt_name(m, s);
		return 0;
	}
	for (size_t i = 0; i < s->nrows; i++)
		if (s->row[i].nfields > m->nfields_max)
			m->nfields_max = s->row[i].nfields;
	m->layout = mapnames_layout(s);
	if (m->layout == NULL)
		take_headless(m, s);
	else
		take_layout(m);
	if (m->layout != NULL && m->nfields_max < m->layout->nfields_max)
		m->nfields_max = m->layout->nfields_max;
	return 0;
}
