#include "store/dump_parts.h"

#include <stdio.h>
#include <string.h>

#include "plan/certchoice.h"
#include "store/heard.h"
#include "store/machines.h"
#include "store/names.h"

/* Of a machine that is set up and has no reason of its own: why it cannot be
 * kept in order; in what it was found to differ. */
#define UNKEPT "ifnull(e.reason, '') <> ''"
#define DIFFERS "d.settings IS NOT NULL"
/* Applied last in this life, or else planned. */
#define PROFILE                                                                  \
	"coalesce(iif(t.unprovisioned_at IS NULL, nullif(t.profile, ''), NULL)," \
	"  iif(u.wish = 'set-up', u.profile, NULL), '')"

/* Is its name asked of the map?  What a machine was planned under stays its
 * name as long as that plan holds. */
#define ASKED                                                                  \
	"(m.fqdn = '' OR m.state NOT IN"                                       \
	" ('planned', 'reached', 'configured', 'committed', " ENDS_A_LIFE "))"
/* The one name that the map has, where nobody has settled anything: what
 * names_claims finds for most machines, at a third of its cost. */
#define ONLY_NAME                                                               \
	"(SELECT iif(count(*) = 1, min(fqdn), NULL) FROM map"                   \
	"  WHERE map.uuid = m.uuid AND NOT EXISTS (SELECT 1 FROM settlements h" \
	"   WHERE h.uuid = m.uuid AND h.undone_at IS NULL))"

/*
 * Every machine that was heard, and every mapped one that was not.  The last
 * column is its name by the map; empty: to be asked (names.h); NULL: as it is.
 */
const char dump_sql_devices[] =
    "SELECT m.uuid, m.fqdn, l.address, ifnull(k.batch, ''), l.pid, m.state,"
    "  CASE WHEN m.reason <> '' THEN m.reason"
    "   WHEN " UNKEPT " THEN e.reason"
    "   WHEN m.state = 'heard' THEN 'QUEUED'"
    "   WHEN m.state = 'unprovisioned'"
    "    THEN 'UNPROVISIONED' || iif(u.wish = 'unprovision', '', '-PARTLY')"
    "   WHEN " DIFFERS " THEN 'DRIFT'"
    "   WHEN m.lease <= ?1 THEN 'RUN-CUT' ELSE '' END,"
    "  CASE WHEN m.reason <> '' THEN m.detail WHEN " UNKEPT " THEN e.detail"
    "   WHEN " DIFFERS " THEN d.settings"
    "   WHEN m.detail = '' AND m.state = 'unprovisioned'"
    "   THEN strftime('unprovisioned %Y-%m-%d %H:%M UTC', t.unprovisioned_at,"
    "    'unixepoch') ELSE m.detail END, m.attempts,"
    "  CASE WHEN m.state = 'delayed' THEN l.not_before"
    "   WHEN m.reason = '' THEN e.not_before END, m.firmware,"
    "  (SELECT min(first_heard) FROM callers c WHERE c.uuid = m.uuid),"
    "  l.last_heard, m.set_up,"
    "  (SELECT sum(hellos) FROM callers c WHERE c.uuid = m.uuid),"
    "  CASE WHEN m.state NOT IN ('committed', " ENDS_A_LIFE ")"
    "   THEN closes(l.version, l.last_heard, l.retries) END,"
    "  l.tls, l.chain, l.device_cert, l.device_kind,"
    "  CASE WHEN l.version = 3 AND m.state NOT IN ('committed', " ENDS_A_LIFE
    ")"
    "   THEN l.hash_list END, " PROFILE ","
    "  CASE WHEN " ASKED " THEN ifnull(" ONLY_NAME ", '') END"
    " FROM machines m JOIN callers l ON l.id = m.caller"
    " LEFT JOIN keys k ON k.pid = l.pid"
    " LEFT JOIN kept e ON e.uuid = m.uuid AND m.state = 'verified'"
    "  AND e.unprovisioned_at IS NULL"
    " LEFT JOIN (SELECT uuid, substr(group_concat("
    "   setting || iif(item = '', '', ' of ' || item), ', '), 1, 400)"
    "   AS settings FROM findings WHERE kind = 'differs' GROUP BY uuid) d"
    "  ON d.uuid = e.uuid"
    " LEFT JOIN jobs u ON u.job = m.uuid || '.' || m.job"
    " LEFT JOIN kept t ON t.uuid = m.uuid"
    " UNION ALL "
    /* Both in one: to merge three costs every row of the first a copy. */
    "SELECT * FROM ("
    "SELECT e.uuid, '', '', '', '', 'expected', 'HELLO-NONE',"
    "  'in ' || min(e.place), 0, NULL, '', NULL, NULL, NULL, 0, NULL,"
    "  '', '', '', '', NULL, '', ''"
    " FROM map e WHERE e.uuid NOT IN (SELECT uuid FROM machines)"
    " GROUP BY e.uuid"
    " UNION ALL "
    "SELECT h.uuid, h.fqdn, '', '', '', 'expected', 'HELLO-NONE',"
    "  'set by ' || h.who, 0, NULL, '', NULL, NULL, NULL, 0, NULL,"
    "  '', '', '', '', NULL, '', NULL"
    " FROM settlements h WHERE h.undone_at IS NULL AND h.uuid IS NOT NULL"
    "  AND h.uuid NOT IN (SELECT uuid FROM machines)"
    "  AND h.uuid NOT IN (SELECT uuid FROM map))"
    " ORDER BY 1";

#define ROOTS_MAX 1024
#define ROOTS_KEPT 64 /* lists: a fleet has a few models */

/* Of whom the hashes of a list are. */
struct roots_kept {
	int64_t hash_list; /* 0: of none */
	char text[ROOTS_MAX];
};

static const char *
roots_names(struct dumping *d, int64_t hash_list)
{
	static struct roots_kept kept[ROOTS_KEPT];
	static char text[HELLO_HASHES_TEXT];
	static struct hello hello;
	struct roots_kept *k = &kept[hash_list % ROOTS_KEPT];

	if (k->hash_list == hash_list)
		return k->text;
	memset(&hello, 0, sizeof(hello));
	hello.version = HELLO_PKI;
	heard_hashes(d->store, hash_list, text);
	if (hello_hashes_parse(&hello, text, NULL) == -1)
		hello.nhashes = hello.list_len = 0;
	certchoice_offered(k->text, sizeof(k->text), &hello);
	k->hash_list = hash_list;
	return k->text;
}

const char *
dump_name(struct dumping *d, const char *uuid, const char *fqdn)
{
	static struct claims c;

	names_claims(d->store, uuid, "", NULL, &c);
	return c.nnames == 1 ? c.name[0].fqdn : fqdn;
}

/* The next row of dump_sql_devices.  False after the last. */
static bool
devices_next(struct dumping *d, const char *fields[KIND_COLUMNS_MAX],
    char times[KIND_COLUMNS_MAX][TEXT_TIME])
{
	const char *only;

	if (!query_row(d->q))
		return false;
	dump_row(d, fields, times);
	if (!query_is_null(d->q, DEVICES_ROOTS))
		fields[DEVICES_ROOTS] =
		    roots_names(d, query_get_number(d->q, DEVICES_ROOTS));
	if (query_is_null(d->q, DEVICES_NCOLUMNS))
		return true;
	only = query_get_text(d->q, DEVICES_NCOLUMNS);
	fields[DEVICES_FQDN] = only[0] != '\0'
	    ? only
	    : dump_name(d, fields[DEVICES_UUID], fields[DEVICES_FQDN]);
	return true;
}

/* Inventories may differ in its serial number: any of theirs will do. */
static enum machine_match
devices_fit(struct store *s, const char *machine, const char *const *fields)
{
	struct query *q = store_query(s,
	    "SELECT serial FROM map WHERE uuid = ?1 AND serial <> ''");
	const char *serial = "";
	enum machine_match fit, best = MACHINE_OTHER;

	query_text(q, 0, fields[DEVICES_UUID]);
	do {
		fit = machine_find(machine, fields[DEVICES_UUID],
		    fields[DEVICES_FQDN], fields[DEVICES_ADDRESS],
		    fields[DEVICES_PID], serial);
		if (fit > best)
			best = fit;
		if (!query_row(q))
			break;
		serial = query_get_text(q, 0);
	} while (best != MACHINE_EXACT);
	query_reset(q);
	return best;
}

void
dump_devices(struct dumping *d)
{
	const char *fields[KIND_COLUMNS_MAX];
	char times[KIND_COLUMNS_MAX][TEXT_TIME];
	const char *machine = d->only->machine;

	while (devices_next(d, fields, times))
		if (machine == NULL ||
		    (d->only->nmachines != 0 &&
		        devices_fit(d->store, machine, fields) == d->only->fit))
			sink_row(d->to, fields);
}

void
dump_find(struct store *s, struct dump_only *only, int64_t now)
{
	struct dumping d = { .store = s, .kind = &kind_devices, .only = only };
	const char *fields[KIND_COLUMNS_MAX];
	char times[KIND_COLUMNS_MAX][TEXT_TIME];

	only->fit = MACHINE_OTHER;
	d.q = query_new(s->db, dump_sql_devices);
	query_number(d.q, 0, now);
	while (devices_next(&d, fields, times)) {
		enum machine_match fit = devices_fit(s, only->machine, fields);

		if (fit == MACHINE_OTHER || fit < only->fit)
			continue;
		if (fit > only->fit)
			only->nmachines = 0;
		only->fit = fit;
		if (only->nmachines++ == 0)
			(void)snprintf(only->uuid, sizeof(only->uuid), "%s",
			    fields[DEVICES_UUID]);
	}
	query_free(d.q);
}
