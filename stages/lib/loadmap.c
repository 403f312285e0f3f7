#include "load.h"

#include <stdio.h>
#include <string.h>

#include "byteorder.h"
#include "clock.h"
#include "domain.h"
#include "stage.h"
#include "text.h"
#include "uuid.h"

#define TRUST_MAX 100
#define DAY 11 /* 2026-11-22 and its NUL */

/* The day of an entry; one without is of the day on which it is loaded. */
static int
check_seen(char seen[DAY], const char *field, struct fault *f)
{
	char time[TEXT_TIME];
	int64_t seconds;

	if (field[0] == '\0')
		text_time(time, clock_seconds());
	else if (snprintf(time, sizeof(time), "%sT00:00:00Z", field) !=
	        TEXT_TIME - 1 ||
	    text_untime(&seconds, time) == -1)
		return fault_set(f, 0,
		    "seen is not a day (expected such as 2026-11-22)");
	(void)snprintf(seen, DAY, "%.10s", time);
	return 0;
}

static int
check_map(struct record *r, char uuid[UUID_TEXT], char fqdn[DOMAIN_TEXT],
    uint64_t *trust, struct fault *f)
{
	uint8_t bytes[UUID_LEN];
	char **field = r->field;
	const char *bad;

	if (uuid_parse(bytes, field[MAP_UUID], strlen(field[MAP_UUID]), f) ==
	    -1)
		return -1;
	uuid_format(uuid, bytes);
	bad = uuid_bad(bytes);
	if (bad != NULL)
		return fault_set(f, 0, "UUID %s names no machine: %s", uuid,
		    bad);
	if (domain_parse(fqdn, field[MAP_FQDN], strlen(field[MAP_FQDN]), f) ==
	    -1)
		return -1;
	if (text_number(trust, field[MAP_TRUST], TRUST_MAX) == -1)
		return fault_set(f, 0, "trust is not a number up to %d",
		    TRUST_MAX);
	return 0;
}

static bool
stage_put(struct query *put, struct stream_in *in, struct record *r)
{
	char uuid[UUID_TEXT], fqdn[DOMAIN_TEXT], place[LOAD_PLACE], seen[DAY];
	struct fault f;
	uint64_t trust;

	load_place(in, r->field[MAP_FROM], place);
	if (check_map(r, uuid, fqdn, &trust, &f) == -1 ||
	    check_seen(seen, r->field[MAP_SEEN], &f) == -1) {
		stage_refuse(place, 0, "%s", f.why);
		return false;
	}
	query_text(put, 0, uuid);
	query_text(put, 1, fqdn);
	query_text(put, 2, r->field[MAP_SOURCE]);
	query_text(put, 3, seen);
	query_number(put, 4, (int64_t)trust);
	query_text(put, 5, place);
	query_run(put);
	return true;
}

static int
stage_fill(struct store *s, struct stream_in *in, struct load_count *c)
{
	struct query *put;
	struct record r;
	int got;

	db_exec(s->db,
	    "CREATE TEMP TABLE IF NOT EXISTS stage_map (uuid TEXT, fqdn TEXT, "
	    "source TEXT, seen TEXT, trust INTEGER, place TEXT);"
	    "DROP INDEX IF EXISTS temp.stage_map_uuid;"
	    "DROP INDEX IF EXISTS temp.stage_map_fqdn;"
	    "DELETE FROM stage_map");
	put =
	    query_new(s->db, "INSERT INTO stage_map VALUES (?, ?, ?, ?, ?, ?)");
	db_begin_read(s->db);
	while ((got = stream_next(in, &r)) == 1)
		if (!stage_put(put, in, &r))
			c->n[LOAD_REFUSED]++;
	db_commit(s->db);
	query_free(put);
	return got;
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
	    "SELECT m.uuid, m.fqdn, m.source, m.place, n.uuid, n.fqdn, n.place "
	    "FROM map m JOIN stage_map n ON n.rowid = ifnull("
	    "  (SELECT min(rowid) FROM stage_map "
	    "   WHERE uuid = m.uuid AND source = m.source),"
	    "  (SELECT min(rowid) FROM stage_map "
	    "   WHERE fqdn = m.fqdn AND source = m.source)) "
	    "WHERE NOT EXISTS (SELECT 1 FROM stage_map "
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
	        "SELECT EXISTS (SELECT 1 FROM map m, (SELECT source, "
	        "min(seen) AS first FROM stage_map GROUP BY source) n "
	        "WHERE m.source = n.source AND m.seen > n.first)") == 0)
		return;
	old = query_new(s->db,
	    "SELECT n.rowid, n.uuid, n.fqdn, n.place, n.seen, m.uuid, m.fqdn, "
	    "m.seen FROM stage_map n JOIN map m ON m.source = n.source AND "
	    "m.seen > n.seen AND m.uuid = n.uuid AND m.fqdn <> n.fqdn UNION "
	    "SELECT n.rowid, n.uuid, n.fqdn, n.place, n.seen, m.uuid, m.fqdn, "
	    "m.seen FROM stage_map n JOIN map m ON m.source = n.source AND "
	    "m.seen > n.seen AND m.fqdn = n.fqdn AND m.uuid <> n.uuid");
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

int
load_map(struct store *s, struct stream_in *in)
{
	static const char count[] = "SELECT count(*) FROM map";
	struct load_count c = { 0 };
	uint64_t before, records;

	if (stage_fill(s, in, &c) == -1)
		return -1;
	db_begin(s->db);
	byteorder_settle(s, "stage_map");
	drop_outdated(s, &c);
	records = (uint64_t)db_number(s->db, "SELECT count(*) FROM stage_map");
	c.n[LOAD_CHANGED] = drop_corrected(s);
	before = (uint64_t)db_number(s->db, count);
	db_exec(s->db,
	    "INSERT INTO map SELECT * FROM stage_map WHERE true "
	    "ORDER BY uuid, fqdn, source, rowid "
	    "ON CONFLICT DO UPDATE SET seen = excluded.seen, "
	    "trust = excluded.trust, place = excluded.place "
	    "WHERE excluded.seen >= seen");
	c.n[LOAD_NEW] = (uint64_t)db_number(s->db, count) - before;
	c.n[LOAD_SAME] += records - c.n[LOAD_NEW];
	db_commit(s->db);
	load_tell(in, &c);
	return 0;
}
