#include "store/load.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "store/byteorder.h"
#include "lib/clock.h"
#include "base/domain.h"
#include "store/runs.h"
#include "lib/stage.h"
#include "base/text.h"
#include "base/uuid.h"
#include "base/writer.h"
#include "map/mapentry.h"

/*
 * Like keys, entries go into runs first and from there in the order of their
 * UUIDs into the store.
 */
#define SORT_MEMORY (32 << 20)
#define ITEM_MAX (RECORD_LINE_MAX + LOAD_PLACE + 256)
#define TOGETHER 1024 /* entries for one statement */
/* From so many on it pays to leave the log out (store_begin_bulk), and to make
 * the index of the names anew. */
#define BULK 20000

#define NTEXTS 6

/* An entry on its way: the UUID's digits as bytes, trust, and the texts, each
 * with its NUL.  Borrows from where it was read. */
struct map_item {
	char uuid[UUID_TEXT];
	uint8_t trust;
	const char *fqdn, *source, *seen, *place, *model, *serial;
};

struct loading {
	struct store *store;
	struct runs *runs;
	struct load_count count;
	uint64_t taken;
	int64_t now; /* of the load: what has no day is of this one */
	char seen[MAPENTRY_DAY]; /* the last good one */
	/* The first record's source; mixed: others have another. */
	char source[RECORD_LINE_MAX + 1];
	bool mixed;
};

/* SMBIOS order to that of the text, which is that of the table, and back. */
static void
uuid_turn(uint8_t to[UUID_LEN], const uint8_t from[UUID_LEN])
{
	static const uint8_t order[UUID_LEN] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9,
		10, 11, 12, 13, 14, 15 };

	for (size_t i = 0; i < UUID_LEN; i++)
		to[i] = from[order[i]];
}

static void
put_item(struct loading *l, const uint8_t uuid[UUID_LEN], uint64_t trust,
    const char *const texts[NTEXTS])
{
	static uint8_t record[ITEM_MAX];
	struct writer w = { .base = record, .cap = sizeof(record) };
	uint8_t key[UUID_LEN];

	uuid_turn(key, uuid);
	writer_bytes(&w, key, sizeof(key));
	writer_u8(&w, (uint8_t)trust);
	for (size_t i = 0; i < NTEXTS; i++)
		writer_bytes(&w, texts[i], strlen(texts[i]) + 1);
	assert(writer_done(&w) == 0);
	runs_add(l->runs, record, w.len);
}

/* The other way; what comes is our own. */
static void
get_item(struct map_item *t, const uint8_t *p)
{
	const char **const texts[] = { &t->fqdn, &t->source, &t->seen,
		&t->place, &t->model, &t->serial };
	uint8_t uuid[UUID_LEN];

	uuid_turn(uuid, p);
	uuid_format(t->uuid, uuid);
	p += UUID_LEN;
	t->trust = *p++;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = (const char *)p;
		p += strlen(*texts[i]) + 1;
	}
}

static void
take_record(struct loading *l, struct stream_in *in, struct record *r)
{
	const char *source = r->field[MAP_SOURCE];
	char fqdn[DOMAIN_TEXT], place[LOAD_PLACE];
	struct mapmodel about;
	const char *const texts[NTEXTS] = { fqdn, source, l->seen, place,
		about.model, about.serial };
	uint8_t uuid[UUID_LEN];
	struct fault f;
	uint64_t trust;

	load_place(in, r->field[MAP_FROM], place);
	if (mapentry_get(uuid, fqdn, &trust, r, &f) == -1 ||
	    mapentry_get_seen(l->seen, r, l->now, &f) == -1) {
		stage_refuse(place, 0, "%s", f.why);
		l->count.n[LOAD_REFUSED]++;
		return;
	}
	if (l->taken++ == 0)
		(void)snprintf(l->source, sizeof(l->source), "%s", source);
	l->mixed = l->mixed || strcmp(l->source, source) != 0;
	mapentry_get_about(&about, r);
	put_item(l, uuid, trust, texts);
}

/* --- out of the runs ------------------------------------------------------ */

static void
feed_item(void *arg, size_t row, struct fed value[DB_FED_COLUMNS])
{
	const struct map_item *t = (const struct map_item *)arg + row;

	value[0] = (struct fed){ .type = FED_TEXT,
		.p = t->uuid,
		.len = UUID_TEXT - 1 };
	fed_text(&value[1], t->fqdn);
	fed_text(&value[2], t->source);
	fed_text(&value[3], t->seen);
	fed_number(&value[4], t->trust);
	fed_text(&value[5], t->place);
	fed_text(&value[6], t->model);
	fed_text(&value[7], t->serial);
}

/* What is done with entries that stand together. */
typedef void some_fn(struct loading *l, struct map_item *items, size_t n);

static void
each_some(struct loading *l, some_fn *fn)
{
	static uint8_t kept[4 * ITEM_MAX];
	static struct map_item items[TOGETHER];
	const uint8_t *record;
	size_t n = 0, len, used = 0;
	uint64_t done = 0;

	while ((record = runs_next(l->runs, &len)) != NULL) {
		if (n == TOGETHER || len > sizeof(kept) - used) {
			fn(l, items, n);
			stage_progress(l->store->path, done += n,
			    "entries stored");
			n = used = 0;
		}
		memcpy(kept + used, record, len);
		get_item(&items[n++], kept + used);
		used += len;
	}
	fn(l, items, n);
}

/* Of an entry that is there already; an export without the column of a model
 * or serial number does not take it away. */
#define NEWEST_COUNTS                                                          \
	"ON CONFLICT DO UPDATE"                                                \
	" SET seen = excluded.seen, trust = excluded.trust,"                   \
	"  place = excluded.place,"                                            \
	"  model = iif(excluded.model = '', model, excluded.model),"           \
	"  serial = iif(excluded.serial = '', serial, excluded.serial)"        \
	" WHERE excluded.seen >= seen"

/* Into the table as it is, where it stands alone. */
static void
add_some(struct loading *l, struct map_item *items, size_t n)
{
	struct db *db = l->store->db;
	uint64_t added;

	db_feed(db,
	    store_query(l->store,
	        "INSERT OR IGNORE INTO map"
	        " (uuid, fqdn, source, seen, trust, place, model, serial)"
	        " SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM fed"),
	    n, feed_item, items);
	added = (uint64_t)db_changes(db);
	l->count.n[LOAD_NEW] += added;
	l->count.n[LOAD_SAME] += n - added;
	/* Given twice: the newest counts. */
	if (added != n)
		db_feed(db,
		    store_query(l->store,
		        "INSERT INTO map"
		        " (uuid, fqdn, source, seen, trust, place, model,"
		        "  serial)"
		        " SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM fed"
		        " WHERE true " NEWEST_COUNTS),
		    n, feed_item, items);
}

/* Beside the table, to be compared with what its source said before. */
static void
stage_some(struct loading *l, struct map_item *items, size_t n)
{
	db_feed(l->store->db,
	    store_query(l->store,
	        "INSERT INTO stage_map"
	        " SELECT c0, c1, c2, c3, c4, c5, c6, c7 FROM fed"),
	    n, feed_item, items);
}

/*
 * A new export of a source corrects its older ones: where it calls a machine
 * by another name, or gives a name to another machine, the old entry goes.
 * Machines that it does not mention stay: exports are often partial.
 */
static uint64_t
drop_corrected(struct store *s)
{
	struct query *old, *drop;
	uint64_t n = 0;

	db_exec(s->db,
	    "CREATE INDEX temp.stage_map_uuid ON stage_map (uuid, source);"
	    "CREATE INDEX temp.stage_map_fqdn ON stage_map (fqdn, source)");
	old = query_new(s->db,
	    "SELECT m.uuid, m.fqdn, m.source, m.place, n.uuid, n.fqdn, n.place"
	    " FROM map m JOIN stage_map n ON n.rowid = ifnull("
	    "  (SELECT min(rowid) FROM stage_map"
	    "   WHERE uuid = m.uuid AND source = m.source),"
	    "  (SELECT min(rowid) FROM stage_map"
	    "   WHERE fqdn = m.fqdn AND source = m.source))"
	    " WHERE NOT EXISTS (SELECT 1 FROM stage_map"
	    "  WHERE uuid = m.uuid AND source = m.source AND fqdn = m.fqdn)");
	drop = query_new(s->db,
	    "DELETE FROM map WHERE uuid = ? AND fqdn = ? AND source = ?");
	while (query_row(old)) {
		stage_say(query_get_text(old, 6), 0,
		    "%s is %s; the older entry %s = %s (%s) goes",
		    query_get_text(old, 4), query_get_text(old, 5),
		    query_get_text(old, 0), query_get_text(old, 1),
		    query_get_text(old, 3));
		for (int i = 0; i < 3; i++)
			query_text(drop, i, query_get_text(old, i));
		query_run(drop);
		n++;
	}
	query_free(old);
	query_free(drop);
	return n;
}

/*
 * An export older than what its source said since does not bring back what
 * was corrected.  Looked for only where there is something newer at all.
 */
static void
drop_outdated(struct store *s, struct load_count *c)
{
	struct query *old, *drop;

	if (db_number(s->db,
	        "SELECT EXISTS (SELECT 1 FROM map m,"
	        "  (SELECT source, min(seen) AS first"
	        "   FROM stage_map GROUP BY source) n"
	        " WHERE m.source = n.source AND m.seen > n.first)") == 0)
		return;
	old = query_new(s->db,
	    "SELECT n.rowid, n.uuid, n.fqdn, n.place, n.seen, m.uuid, m.fqdn,"
	    "  m.seen"
	    " FROM stage_map n JOIN map m"
	    " ON m.source = n.source AND m.seen > n.seen"
	    "  AND m.uuid = n.uuid AND m.fqdn <> n.fqdn"
	    " UNION "
	    "SELECT n.rowid, n.uuid, n.fqdn, n.place, n.seen, m.uuid, m.fqdn,"
	    "  m.seen"
	    " FROM stage_map n JOIN map m"
	    " ON m.source = n.source AND m.seen > n.seen"
	    "  AND m.fqdn = n.fqdn AND m.uuid <> n.uuid");
	drop = query_new(s->db, "DELETE FROM stage_map WHERE rowid = ?");
	while (query_row(old)) {
		stage_say(query_get_text(old, 3), 0,
		    "%s = %s is of %s; the newer entry %s = %s of %s stays",
		    query_get_text(old, 1), query_get_text(old, 2),
		    query_get_text(old, 4), query_get_text(old, 5),
		    query_get_text(old, 6), query_get_text(old, 7));
		query_number(drop, 0, query_get_number(old, 0));
		query_run(drop);
		c->n[LOAD_SAME] += (uint64_t)db_changes(s->db);
	}
	query_free(old);
	query_free(drop);
}

/* Compared with what the same sources said before. */
static void
load_again(struct loading *l)
{
	static const char count[] = "SELECT count(*) FROM map";
	struct load_count *c = &l->count;
	struct db *db = l->store->db;
	uint64_t before, records;

	db_exec(db,
	    "CREATE TEMP TABLE IF NOT EXISTS stage_map"
	    " (uuid TEXT, fqdn TEXT, source TEXT, seen TEXT, trust INTEGER,"
	    "  place TEXT, model TEXT, serial TEXT);"
	    "DROP INDEX IF EXISTS temp.stage_map_uuid;"
	    "DROP INDEX IF EXISTS temp.stage_map_fqdn;"
	    "DELETE FROM stage_map");
	each_some(l, stage_some);
	byteorder_settle(l->store, BYTEORDER_STAGE);
	drop_outdated(l->store, c);
	records = (uint64_t)db_number(db, "SELECT count(*) FROM stage_map");
	c->n[LOAD_CHANGED] = drop_corrected(l->store);
	before = (uint64_t)db_number(db, count);
	db_exec(db,
	    "INSERT INTO map"
	    " (uuid, fqdn, source, seen, trust, place, model, serial)"
	    " SELECT uuid, fqdn, source, seen, trust, place, model, serial"
	    " FROM stage_map WHERE true"
	    " ORDER BY uuid, fqdn, source, rowid " NEWEST_COUNTS);
	c->n[LOAD_NEW] = (uint64_t)db_number(db, count) - before;
	c->n[LOAD_SAME] += records - c->n[LOAD_NEW];
}

/*
 * From a source of which nothing is known there is nothing to compare, and
 * without machines no spelling of a UUID to settle (byteorder.h).  Names
 * do not come in their order: with many of them the index is made anew.
 */
static void
load_first(struct loading *l, uint64_t nknown)
{
	struct db *db = l->store->db;
	struct query *q;
	char index[512] = "";

	if (l->taken >= BULK && l->taken >= nknown / 4) {
		q = query_new(db,
		    "SELECT sql FROM sqlite_schema WHERE name = 'map_fqdn'");
		if (query_row(q) &&
		    strlen(query_get_text(q, 0)) < sizeof(index))
			(void)snprintf(index, sizeof(index), "%s",
			    query_get_text(q, 0));
		query_free(q);
	}
	if (index[0] != '\0')
		db_exec(db, "DROP INDEX map_fqdn");
	each_some(l, add_some);
	if (index[0] != '\0')
		db_exec(db, index);
}

/* Into the store, inside a transaction. */
static void
load_sorted(struct loading *l)
{
	struct query *q = query_new(l->store->db,
	    "SELECT count(*), total(source = ?),"
	    "  EXISTS (SELECT 1 FROM machines)"
	    " FROM map");
	uint64_t nknown, nsame;
	bool heard;

	query_text(q, 0, l->source);
	(void)query_row(q);
	nknown = (uint64_t)query_get_number(q, 0);
	nsame = (uint64_t)query_get_number(q, 1);
	heard = query_get_number(q, 2) != 0;
	query_free(q);
	if (!heard && (nknown == 0 || (nsame == 0 && !l->mixed)))
		load_first(l, nknown);
	else
		load_again(l);
}

int
load_map(struct store *s, struct stream_in *in)
{
	static struct loading l;
	struct record r;
	int got;

	memset(&l, 0, sizeof(l));
	l.store = s;
	l.now = clock_seconds();
	l.runs = runs_new(s->dir, SORT_MEMORY, ITEM_MAX, UUID_LEN);
	while ((got = stream_next(in, &r)) == 1)
		take_record(&l, in, &r);
	if (got == -1)
		goto out;
	runs_sort(l.runs);
	if (l.taken >= BULK)
		store_begin_bulk(s);
	else
		store_begin(s);
	load_sorted(&l);
	store_commit(s);
	load_tell(in, &l.count);
out:
	runs_free(l.runs);
	return got;
}
