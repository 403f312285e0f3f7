#include "map/mapcols.h"

#include <stdio.h>
#include <string.h>

#include "base/heading.h"
#include "map/mapnames.h"
#include "base/text.h"

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

static bool
is_used(const struct mapcols *m, int field)
{
	for (size_t i = 0; i < MAPCOL_N; i++)
		if (m->at[i] == field)
			return true;
	return false;
}

static void
choose(struct mapcols *m, enum mapcol what, int field, enum mapcol_how how)
{
	m->at[what] = field;
	m->how[what] = how;
}

/* --- wishes --------------------------------------------------------------- */

static const struct heading_name wishes[] = {
	{ "uuid", MAPCOL_UUID },
	{ "key", MAPCOL_KEY },
	{ "resource", MAPCOL_KEY },
	{ "fqdn", MAPCOL_FQDN },
	{ "name", MAPCOL_FQDN },
	{ "host", MAPCOL_HOST },
	{ "domain", MAPCOL_DOMAIN },
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
		    "uuid, "
		    "fqdn, host, domain or key for what)",
		    shown);
	len -= n + 1;
	if (len == 0 || len >= sizeof(w->column[role]))
		return fault_set(f, 0,
		    "not a column's name or number (got \"%s\")", shown);
	if (w->column[role][0] != '\0')
		return fault_set(f, 0, "%s is said twice", what);
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

/* The field that a wish means, or -1: a name goes before a number. */
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

/* A name and a number may mean the same column. */
static int
take_wishes(struct mapcols *m, const struct row *first, const struct mapwish *w,
    struct fault *f)
{
	for (size_t i = 0; w != NULL && i < MAPCOL_N; i++) {
		int field = w->column[i][0] != '\0'
		    ? find_wish(m, first, w->column[i])
		    : -1;

		m->wished[i] = field != -1;
		if (field != -1 && is_used(m, field))
			return fault_set(f, first->line,
			    "column %d is told to be two things", field + 1);
		if (field != -1)
			choose(m, (enum mapcol)i, field, BY_WISH);
	}
	return 0;
}

/* Three quarters: some rows may be wrong. */
static bool
mostly(size_t n, size_t nfilled)
{
	return nfilled != 0 && n * 4 >= nfilled * 3;
}

/* --- names ---------------------------------------------------------------- */

/* A column is asked for by its name unless it was told, or the told one is
 * another meaning of it. */
static int
take_name(struct mapcols *m, const struct heading *h, size_t what,
    enum mapcol as, const struct row *first, struct fault *f)
{
	int field = h->at[what];

	if (m->at[as] != -1 || field == -1 || is_used(m, field))
		return 0;
	if (heading_check(h, what, first, f) == -1)
		return -1;
	choose(m, as, field, BY_NAME);
	return 0;
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
	if (name != -1 && !asked && h->at[MAPNAME_PRODUCT] == -1) {
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
	if (mostly(a.nnames, a.nfilled) == mostly(b.nnames, b.nfilled))
		return;
	h->again[MAPCOL_HOST] = -1;
	if (mostly(a.nnames, a.nfilled)) {
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
	    h.at[MAPNAME_GUID] != -1 && !is_used(m, h.at[MAPNAME_GUID]);
	if (take_name(m, &h, MAPNAME_GUID,
	        m->uuid_is_guid ? MAPCOL_UUID : MAPCOL_KEY, first, f) == -1)
		return -1;
	if (m->at[MAPCOL_FQDN] != -1)
		h.again[MAPCOL_HOST] = h.again[MAPCOL_DOMAIN] = -1;
	if (take_name(m, &h, MAPCOL_HOST, MAPCOL_HOST, first, f) == -1)
		return -1;
	return take_name(m, &h, MAPCOL_DOMAIN, MAPCOL_DOMAIN, first, f);
}

/* --- values --------------------------------------------------------------- */

/* Where the rows with values begin. */
static size_t
first_row(const struct mapcols *m)
{
	return m->header ? 1 : 0;
}

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

	if (is_used(m, (int)field) || names_other(m, s, what, field))
		return false;
	mapsample_look(&c, s, first_row(m), field);
	if (m->header && c.nfilled > 1 &&
	    (mostly(c.nagain, c.nfilled) || c.nagain == c.nfilled - 1))
		return false;
	return mostly(what == MAPCOL_UUID ? c.nuuids : c.nnames, c.nfilled);
}

/* The one field of all the files whose values mean what; -1 when there is none
 * or more than one. */
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
	for (size_t i = 0; i < MAPCOL_N; i++)
		if (m->at[i] != -1 && (size_t)m->at[i] >= m->nfields)
			m->nfields = (size_t)m->at[i] + 1;
}

static void
take_values(struct mapcols *m, const struct mapsample *const *s, size_t nfiles,
    enum mapcol what)
{
	size_t file;
	int field = find_values(m, s, nfiles, what, &file);

	if (field == -1)
		return;
	choose(&m[file], what, field, BY_VALUES);
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
	mapsample_look(&c, s, first_row(m), (size_t)called);
	if (c.nfilled == 0 || c.nuuids != 0 || c.nbase64 != 0)
		return;
	called = find_values(m, &s, 1, MAPCOL_UUID, &file);
	if (called != -1) {
		choose(m, MAPCOL_UUID, called, BY_VALUES);
		m->uuid_is_guid = false;
	}
}

/* The columns of a known layout, unless they were told. */
static void
take_layout(struct mapcols *m)
{
	for (size_t i = 0; i < MAPCOL_N; i++) {
		int field = m->layout->at[i];

		if (field != -1 && m->at[i] == -1 && !is_used(m, field))
			choose(m, (enum mapcol)i, field, BY_VALUES);
	}
	count_needed(m);
}

/* Without a header: the UUID's column, the full name's, and where the first of
 * all is free, the host's. */
static void
take_headless(struct mapcols *m, const struct mapsample *s)
{
	if (m->at[MAPCOL_UUID] == -1)
		take_values(m, &s, 1, MAPCOL_UUID);
	if (m->at[MAPCOL_FQDN] == -1)
		take_values(m, &s, 1, MAPCOL_FQDN);
	if (m->at[MAPCOL_HOST] == -1 && !is_used(m, 0) &&
	    !has_values(m, s, MAPCOL_UUID, 0) &&
	    !has_values(m, s, MAPCOL_FQDN, 0))
		choose(m, MAPCOL_HOST, 0, BY_VALUES);
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
	if (take_wishes(m, first, w, f) == -1)
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

/* --- two files ------------------------------------------------------------ */

/*
 * "guid" next to a name is the resource, when the other file has a column that
 * is surely the UUID, and resources without names.
 */
static void
settle_guid(struct mapcols *m, const struct mapcols *other)
{
	if (!m->uuid_is_guid || m->at[MAPCOL_KEY] != -1 || !mapcols_named(m) ||
	    other->at[MAPCOL_UUID] == -1 || other->uuid_is_guid ||
	    other->at[MAPCOL_KEY] == -1 || mapcols_named(other))
		return;
	choose(m, MAPCOL_KEY, m->at[MAPCOL_UUID], BY_NAME);
	m->at[MAPCOL_UUID] = -1;
}

/* How much of a full name a file has. */
static unsigned
name_rank(const struct mapcols *m)
{
	if (m->at[MAPCOL_FQDN] != -1)
		return 3;
	if (m->at[MAPCOL_HOST] == -1)
		return 0;
	return m->at[MAPCOL_DOMAIN] != -1 ? 2 : 1;
}

/* The host's name beside the UUID is not asked for where the other file has
 * the fuller name, unless it was told. */
static void
drop_host(struct mapcols *m, const struct mapcols *other)
{
	if (!mapcols_join(m, other) || other->at[MAPCOL_UUID] != -1 ||
	    name_rank(m) >= name_rank(other) ||
	    m->how[MAPCOL_HOST] == BY_WISH || m->how[MAPCOL_DOMAIN] == BY_WISH)
		return;
	m->at[MAPCOL_HOST] = m->at[MAPCOL_DOMAIN] = -1;
}

/* How good a field is as the resource that connects two files: 0 not at all. */
static unsigned
key_rank(const struct mapcols *m, const struct mapsample *s, int field)
{
	struct mapsample_column c;

	if (field == m->at[MAPCOL_UUID] || field == m->at[MAPCOL_FQDN] ||
	    field == m->at[MAPCOL_DOMAIN])
		return 0;
	mapsample_look(&c, s, first_row(m), (size_t)field);
	if (!c.distinct)
		return 0;
	if (field == m->at[MAPCOL_HOST])
		return 1;
	return c.nuuids == c.nfilled ? 3 : 2;
}

static void
take_key(struct mapcols *m, int field)
{
	if (field == m->at[MAPCOL_HOST])
		m->at[MAPCOL_HOST] = -1;
	if (field != m->at[MAPCOL_KEY])
		choose(m, MAPCOL_KEY, field, BY_SHARING);
}

/* The best column that both files have by the same name, if one is best. */
static void
share_key(struct mapcols *m, const struct mapsample *const *s)
{
	unsigned best = 0;
	bool tie = false;
	int a = -1, b = -1;

	for (size_t i = 0; i < m[0].nfields; i++)
		for (size_t n = 0; n < m[1].nfields; n++) {
			unsigned ra, rb;

			if (!mapnames_same(s[0]->row[0].field[i],
			        s[1]->row[0].field[n]))
				continue;
			ra = key_rank(&m[0], s[0], (int)i);
			rb = key_rank(&m[1], s[1], (int)n);
			if (rb < ra)
				ra = rb;
			tie = ra == best || (tie && ra < best);
			if (ra > best) {
				best = ra;
				a = (int)i;
				b = (int)n;
			}
		}
	if (best == 0 || tie)
		return;
	take_key(&m[0], a);
	take_key(&m[1], b);
}

static bool
makes_map(const struct mapcols *m, size_t nfiles)
{
	if (nfiles == 1)
		return mapcols_whole(&m[0]);
	return (mapcols_whole(&m[0]) && mapcols_whole(&m[1])) ||
	    mapcols_join(&m[0], &m[1]) || mapcols_join(&m[1], &m[0]);
}

/* What is missing: by sharing, and by the values. */
static void
complete(struct mapcols *m, const struct mapsample *const *s, size_t nfiles)
{
	bool uuid = false, named = false;

	if (nfiles == 2 && m[0].header && m[1].header &&
	    (m[0].at[MAPCOL_KEY] == -1 || m[1].at[MAPCOL_KEY] == -1))
		share_key(m, s);
	for (size_t i = 0; i < nfiles; i++) {
		uuid = uuid || m[i].at[MAPCOL_UUID] != -1;
		named = named || mapcols_named(&m[i]);
	}
	if (!uuid)
		take_values(m, s, nfiles, MAPCOL_UUID);
	/* A host's name beside the UUID is no reason not to look. */
	if (!named || !makes_map(m, nfiles))
		take_values(m, s, nfiles, MAPCOL_FQDN);
}

void
mapcols_settle(struct mapcols *m, const struct mapsample *const *s,
    size_t nfiles)
{
	if (nfiles == 2) {
		settle_guid(&m[0], &m[1]);
		settle_guid(&m[1], &m[0]);
	}
	if (!makes_map(m, nfiles))
		complete(m, s, nfiles);
	if (nfiles == 2) {
		drop_host(&m[0], &m[1]);
		drop_host(&m[1], &m[0]);
	}
}

/* --- messages ------------------------------------------------------------- */

/* Adds a column to a list, by its name or number. */
static void
add(char *list, size_t cap, const struct mapcols *m, const struct row *first,
    size_t field)
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
		"host", "domain" };
	static const char *const how[] = { "", " (as told)", " (in both files)",
		" (by its values)" };

	for (size_t i = 0; i < MAPCOL_N; i++) {
		size_t len = strlen(m->found);
		char column[64] = "";

		if (m->at[i] == -1)
			continue;
		add(column, sizeof(column), m, first, (size_t)m->at[i]);
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
	return c.nfilled != 0 && !mostly(c.nmacs, c.nfilled);
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
	return mostly(c.nuuids, c.nfilled);
}

void
mapcols_tell(struct mapcols *m, const struct mapsample *s)
{
	const struct row *first = &s->row[0];
	size_t n = m->header ? first->nfields : m->nfields_max;

	m->found[0] = m->ignored[0] = m->passwords[0] = m->others[0] = '\0';
	tell_found(m, first);
	for (size_t i = 0; i < n; i++) {
		if (is_used(m, (int)i))
			continue;
		if (i < first->nfields && holds_other_guid(m, s, i))
			add(m->others, sizeof(m->others), m, first, i);
		if (holds_password(m, s, i))
			add(m->passwords, sizeof(m->passwords), m, first, i);
		else if (m->header)
			add(m->ignored, sizeof(m->ignored), m, first, i);
	}
}
