/*
 * mapcols_pair - which column is what in a file that is only one of two: what
 * both share connects them.
 */
#include "map/mapcols_parts.h"

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
	mapcols_choose(m, MAPCOL_KEY, m->at[MAPCOL_UUID], BY_NAME);
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
	mapsample_look(&c, s, mapcols_first_row(m), (size_t)field);
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
		mapcols_choose(m, MAPCOL_KEY, field, BY_SHARING);
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
mapcols_pair_complete(struct mapcols *m, const struct mapsample *const *s,
    size_t nfiles)
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
		mapcols_take_values(m, s, nfiles, MAPCOL_UUID);
	/* A host's name beside the UUID is no reason not to look. */
	if (!named || !makes_map(m, nfiles))
		mapcols_take_values(m, s, nfiles, MAPCOL_FQDN);
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
		mapcols_pair_complete(m, s, nfiles);
	if (nfiles == 2) {
		drop_host(&m[0], &m[1]);
		drop_host(&m[1], &m[0]);
	}
}
