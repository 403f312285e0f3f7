#include "store/conflicts.h"

#include <stdio.h>
#include <string.h>

#include "store/machines.h"

struct conflict_finder {
	struct store *store;
	const char *cutoff;
	conflict_fn *fn;
	void *arg;
	uint64_t found;
	struct conflict row;
	/* what all of one machine's entries say, for the next of its entries */
	char uuid[UUID_TEXT];
	struct claims all;
};

/* Ordered as people look for them: by the name, then who says so. */
static const char sql_of_uuid[] =
    "SELECT c.uuid, c.fqdn, c.source, c.seen, c.place, c.trust,"
    " ifnull((SELECT state FROM machines WHERE uuid = c.uuid), '')"
    " FROM claims c WHERE c.uuid = ?1 ORDER BY c.rank DESC, c.fqdn, c.source";

static const char sql_of_fqdn[] =
    "SELECT c.uuid, c.fqdn, c.source, c.seen, c.place, c.trust,"
    " ifnull((SELECT state FROM machines WHERE uuid = c.uuid), '')"
    " FROM claims c WHERE c.fqdn = ?1 ORDER BY c.uuid, c.rank DESC, c.source";

static const char sql_two_names[] =
    "SELECT uuid FROM map GROUP BY uuid HAVING min(fqdn) <> max(fqdn)";

/* A name may be set by hand for one machine and be in the map for another. */
static const char sql_two_uuids[] =
    "SELECT fqdn FROM map GROUP BY fqdn HAVING min(uuid) <> max(uuid) UNION"
    " SELECT s.fqdn FROM settlements s JOIN map m ON m.fqdn = s.fqdn"
    " AND m.uuid <> s.uuid WHERE s.undone_at IS NULL ORDER BY 1";

static const char sql_claimants[] =
    "SELECT uuid FROM claims WHERE fqdn = ?1 GROUP BY uuid ORDER BY uuid";

static const char sql_all_uuids[] =
    "SELECT uuid FROM map GROUP BY uuid UNION SELECT uuid FROM machines"
    " ORDER BY uuid";

/* Does this entry's name count for its machine? */
static bool
entry_counts(struct conflict_finder *f, const char *uuid, const char *fqdn)
{
	if (strcmp(f->uuid, uuid) != 0) {
		names_claims(f->store, uuid, f->cutoff, NULL, &f->all);
		(void)snprintf(f->uuid, sizeof(f->uuid), "%s", uuid);
	}
	return names_count(f->store, uuid, f->cutoff, fqdn, &f->all);
}

static void
conflict_begin(struct conflict_finder *f, enum reason_id reason)
{
	f->row = (struct conflict){ .number = ++f->found, .reason = reason };
}

/* All entries that q, one of the two above, answers. */
static void
tell_entries(struct conflict_finder *f, struct query *q)
{
	struct conflict *c = &f->row;

	while (query_row(q)) {
		c->uuid = query_get_text(q, 0);
		c->fqdn = query_get_text(q, 1);
		c->source = query_get_text(q, 2);
		c->seen = query_get_text(q, 3);
		c->place = query_get_text(q, 4);
		c->trust = query_get_number(q, 5);
		c->state = query_get_text(q, 6);
		c->counts = entry_counts(f, c->uuid, c->fqdn);
		f->fn(f->arg, c);
	}
}

static void
find_two_names(struct conflict_finder *f)
{
	struct query *q = query_new(f->store->db, sql_two_names);
	struct query *of = query_new(f->store->db, sql_of_uuid);

	while (query_row(q)) {
		const char *uuid = query_get_text(q, 0);
		struct names n;

		names_get(f->store, uuid, f->cutoff, &n);
		if (n.claims.nnames < 2)
			continue;
		conflict_begin(f, REASON_MAP_AMBIGUOUS);
		query_text(of, 0, uuid);
		tell_entries(f, of);
	}
	query_free(q);
	query_free(of);
}

/* Is a machine held back because of this name? */
static bool
name_contested(struct conflict_finder *f, const char *fqdn)
{
	struct query *q = store_query(f->store, sql_claimants);
	bool found = false;

	query_text(q, 0, fqdn);
	while (!found && query_row(q)) {
		struct names n;

		names_get(f->store, query_get_text(q, 0), f->cutoff, &n);
		found = n.owner[0] != '\0' &&
		    strcmp(n.claims.name[0].fqdn, fqdn) == 0;
	}
	query_reset(q);
	return found;
}

static void
find_two_uuids(struct conflict_finder *f)
{
	struct query *q = query_new(f->store->db, sql_two_uuids);
	struct query *of = query_new(f->store->db, sql_of_fqdn);

	while (query_row(q)) {
		const char *fqdn = query_get_text(q, 0);

		if (!name_contested(f, fqdn))
			continue;
		conflict_begin(f, REASON_MAP_SHARED);
		query_text(of, 0, fqdn);
		tell_entries(f, of);
	}
	query_free(q);
	query_free(of);
}

/* A UUID that many boards share: what was heard of it, and what the map has
 * from before it was known to be one. */
static void
find_bad_uuids(struct conflict_finder *f)
{
	struct query *q = query_new(f->store->db, sql_all_uuids);
	struct query *of = query_new(f->store->db, sql_of_uuid);
	struct query *heard = query_new(f->store->db,
	    "SELECT l.place, m.state FROM machines m"
	    " JOIN callers l ON l.id = m.caller WHERE m.uuid = ?1");

	while (query_row(q)) {
		const char *uuid = query_get_text(q, 0);
		struct conflict *c = &f->row;

		if (names_machine(uuid))
			continue;
		conflict_begin(f, REASON_UUID_BAD);
		query_text(heard, 0, uuid);
		if (query_row(heard)) {
			c->uuid = uuid;
			c->fqdn = c->seen = "";
			c->source = "hello";
			c->trust = -1;
			c->place = query_get_text(heard, 0);
			c->state = query_get_text(heard, 1);
			f->fn(f->arg, c);
		}
		query_reset(heard);
		query_text(of, 0, uuid);
		tell_entries(f, of);
	}
	query_free(q);
	query_free(of);
	query_free(heard);
}

/* One that is set up as m->fqdn. */
static void
tell_renamed(void *arg, const struct machine_row *m)
{
	struct conflict_finder *f = arg;
	struct query *of = store_query(f->store, sql_of_uuid);
	struct names n;

	names_get(f->store, m->uuid, f->cutoff, &n);
	if (n.claims.nnames != 1 || strcmp(n.claims.name[0].fqdn, m->fqdn) == 0)
		return;
	conflict_begin(f, REASON_MAP_CHANGED);
	f->row.uuid = m->uuid;
	f->row.fqdn = m->fqdn;
	f->row.source = "setup";
	f->row.seen = f->row.place = "";
	f->row.trust = -1;
	f->row.state = machine_state_name(m->state);
	f->fn(f->arg, &f->row);
	query_text(of, 0, m->uuid);
	tell_entries(f, of);
}

uint64_t
conflicts_each(struct store *s, const char *cutoff, conflict_fn *fn, void *arg)
{
	struct conflict_finder f = { .store = s,
		.cutoff = cutoff,
		.fn = fn,
		.arg = arg };

	find_two_names(&f);
	find_two_uuids(&f);
	find_bad_uuids(&f);
	machines_renamed(s, false, tell_renamed, &f);
	return f.found;
}
