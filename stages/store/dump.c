#include "store/dump.h"

#include <string.h>

#include "lib/stage.h"
#include "store/dump_parts.h"
#include "store/events.h"
#include "store/machines.h"
#include "store/names.h"

/* What does not count, of machines where something else does. */
static const char sql_callers[] =
    "SELECT l.uuid, m.fqdn, l.address, l.version, l.pid, l.verdict,"
    "  CASE WHEN l.reason = '' THEN l.detail WHEN l.detail = '' THEN l.reason"
    "   ELSE l.reason || ': ' || l.detail END,"
    "  l.first_heard, l.last_heard, l.hellos, l.tries"
    " FROM callers l JOIN machines m USING (uuid) WHERE l.verdict <> ''"
    " ORDER BY l.uuid, l.arrived";

static const char sql_strangers[] =
    "SELECT (SELECT count(*) FROM callers),"
    "  (SELECT n FROM counters WHERE name = 'dropped')";

static const char sql_batches[] =
    "SELECT batch, sum(state = key_state('new')),"
    "  sum(state = key_state('issued')), sum(state = key_state('consumed')),"
    "  sum(state = key_state('seen')), sum(state = key_state('used')),"
    "  sum(state = key_state('revoked'))"
    " FROM keys GROUP BY batch ORDER BY batch";

static const char sql_map[] =
    "SELECT uuid, fqdn, source, seen, trust, place, model, serial FROM map"
    " ORDER BY uuid, fqdn, source";

static const char sql_hello[] =
    "SELECT received, address, uuid, version, creds_set, retries, pid,"
    "  hashes, place"
    " FROM hellos h LEFT JOIN hash_lists l ON l.id = h.hash_list"
    " ORDER BY received, uuid, retries";

static const char sql_results[] =
    "SELECT r.job, j.uuid, r.at, r.milestone, r.reason, r.detail, r.firmware,"
    "  r.realm, r.tls, r.chain, r.device_cert, r.device_kind, r.rom,"
    "  r.setting, r.item, r.wanted, r.found"
    " FROM results r JOIN jobs j USING (job)"
    " ORDER BY r.at, r.job, r.milestone";

static const char sql_keys[] =
    "SELECT pid, sealed, NULL, NULL, batch, origin, key_state_name(state),"
    "  note, place"
    " FROM keys ORDER BY pid";

/*
 * Only machines that were seen to take their admin password, and none whose
 * life with it ended when it was unprovisioned.  What a run planned and did not
 * report may or may not be what a machine has; the next run finds out, and
 * until then the password is not claimed.  That of the newest job goes first,
 * as others who said that they are the machine may have got others; then that
 * of jobs which ended well, or of any visit, as a visit is to the machine alone
 * and may fail after it; else it is the one planned last, whatever the clock
 * said when it was set.  The MEBx password is chosen likewise, else it is what
 * the machine's key came with.
 */
#define SET_ID(kind)                                                           \
	"coalesce((SELECT s.id FROM jobs j JOIN secrets s ON s.id = j." kind   \
	"  WHERE j.job = m.uuid || '.' || m.job AND s.set_at IS NOT NULL),"    \
	" (SELECT max(s.id) FROM jobs j JOIN secrets s ON s.id = j." kind      \
	"  WHERE j.uuid = m.uuid AND j.life = m.life"                          \
	"   AND (j.reason = '' OR j.wish IN ('keep', 'check'))"                \
	"   AND s.set_at IS NOT NULL),"                                        \
	" (SELECT s.id FROM secrets s WHERE s.uuid = m.uuid"                   \
	"  AND s.kind = '" kind "' AND s.set_at IS NOT NULL"                   \
	"  ORDER BY s.id DESC LIMIT 1))"
#define TAKEN_BACK(uuid, life)                                                 \
	"EXISTS (SELECT 1 FROM jobs u JOIN results r ON r.job = u.job"         \
	"  AND r.milestone = 'unprovisioned'"                                  \
	" WHERE u.uuid = " uuid " AND u.life = " life                          \
	"  AND u.wish LIKE 'unprovision%')"
#define JOIN_ADMIN " JOIN secrets a ON a.id = " SET_ID("admin")
#define JOIN_MEBX " LEFT JOIN secrets b ON b.id = " SET_ID("mebx")
static const char sql_passwords[] =
    "SELECT m.uuid, m.fqdn, a.sealed, b.sealed, k.sealed, k.pid"
    " FROM machines m" JOIN_ADMIN JOIN_MEBX
    " LEFT JOIN callers l ON l.id = ifnull(m.holder, m.caller)"
    " LEFT JOIN keys k ON k.pid = l.pid"
    " WHERE NOT " TAKEN_BACK("m.uuid", "a.life") " ORDER BY m.uuid";

static const char sql_handover[] =
    "SELECT m.uuid, m.fqdn, m.firmware,"
    "  CASE WHEN k.unprovisioned_at IS NULL THEN m.state"
    "   ELSE 'unprovisioned' END,"
    "  CASE WHEN m.reason <> '' THEN m.reason"
    "   WHEN m.state = 'heard' THEN 'QUEUED'"
    "   WHEN m.lease <= ?1 THEN 'RUN-CUT' ELSE '' END,"
    "  ifnull(k.tls, '') <> '', ifnull(k.leaf, ''), a.sealed"
    " FROM machines m"
    " LEFT JOIN kept k ON k.uuid = m.uuid LEFT" JOIN_ADMIN " UNION ALL "
    "SELECT uuid, '', '', 'expected', 'HELLO-NONE', NULL, '', NULL"
    " FROM map WHERE uuid NOT IN (SELECT uuid FROM machines) GROUP BY uuid"
    " ORDER BY 1";

static const char sql_keystates[] =
    "SELECT k.pid, k.batch, k.origin, k.note, key_state_name(k.state),"
    "  ifnull(h.at, k.added), ifnull(h.cause, k.place), k.used_by"
    " FROM keys k LEFT JOIN key_history h"
    "  ON h.id = (SELECT max(id) FROM key_history WHERE pid = k.pid)"
    " WHERE ?1 IS NULL OR k.batch = ?1 ORDER BY k.pid";

/* A key is added as new, and what else its list said is its first change. */
static const char sql_history[] =
    "SELECT pid, added AS at, key_state_name(key_state('new')), place, 0 AS id"
    " FROM keys WHERE ?1 IS NULL OR pid = ?1"
    " UNION ALL "
    "SELECT pid, at, key_state_name(state), cause, id"
    " FROM key_history WHERE ?1 IS NULL OR pid = ?1"
    " ORDER BY pid, id";

static const char sql_settlements[] =
    "SELECT id, at, who, why, uuid, fqdn, source, undone_at, undone_by"
    " FROM settlements ORDER BY id";

/* A machine has it.  A key that was revoked may have been taken or not; it is
 * not waited for. */
#define KEY_TAKEN                                                              \
	"k.state IN (key_state('consumed'), key_state('seen'),"                \
	" key_state('used'))"

static const char sql_sticks[] =
    "SELECT s.name, s.batch, s.nrecords,"
    "  (SELECT count(*) FROM stick_records r JOIN keys k USING (pid)"
    "   WHERE r.stick = s.name AND " KEY_TAKEN "),"
    "  s.image, s.made, s.collected"
    " FROM sticks s ORDER BY s.prefix, s.number";

static const char sql_records[] =
    "SELECT r.stick, r.record, r.pid, r.machine,"
    "  CASE WHEN " KEY_TAKEN " THEN 'consumed' ELSE 'issued' END, s.image"
    " FROM sticks s JOIN stick_records r ON r.stick = s.name"
    " JOIN keys k USING (pid)"
    " ORDER BY s.prefix, s.number, r.record";

/* What has no entry in the map; of what was set by hand, neither. */
static const char sql_unnamed[] =
    "SELECT m.uuid, c.address, c.version,"
    "  (SELECT max(stirred_at) FROM callers WHERE uuid = m.uuid), l.at"
    " FROM machines m JOIN callers c ON c.id = m.caller"
    " LEFT JOIN lookups l ON l.uuid = m.uuid"
    " WHERE m.state NOT IN ('committed', " ENDS_A_LIFE ")"
    "  AND NOT " NAMES_KNOWN("m.uuid") " ORDER BY m.uuid";

static const char sql_lookups[] =
    "SELECT uuid, at, reason, detail FROM lookups ORDER BY uuid";

/* What was put right is not found any more: it is with the results, and of
 * interest until the machine is visited again. */
static const char sql_drift[] =
    "SELECT f.uuid, m.fqdn, f.setting, f.item, f.kind, f.wanted, f.found,"
    "  f.since, f.seen_at"
    " FROM findings f JOIN machines m USING (uuid)"
    " UNION ALL "
    "SELECT m.uuid, m.fqdn, r.setting, r.item, r.milestone, r.wanted, r.found,"
    "  r.at, r.at"
    " FROM machines m JOIN jobs j ON j.job = m.uuid || '.' || m.job"
    " JOIN results r ON r.job = j.job"
    " WHERE j.wish = 'keep' AND r.milestone = 'changed'"
    " ORDER BY 2, 1, 3, 4, 5";

static const char sql_runs[] =
    "SELECT run, began_at, ended_at, planned, set_up, failed, put_off, visits,"
    "  drift, status, why"
    " FROM runs ORDER BY run";

static const char sql_certificates[] =
    "SELECT i.uuid, m.fqdn, i.serial, i.subject, i.issuer, i.issued_at,"
    "  i.until, i.print,"
    "  CASE WHEN i.revoked_at IS NOT NULL THEN 'revoked'"
    "   WHEN k.leaf = i.print THEN 'in-use'"
    "   WHEN k.leaf <> '' AND k.verified_at >= i.issued_at THEN 'replaced'"
    "   ELSE 'issued' END,"
    "  i.revoked_at"
    " FROM issued i LEFT JOIN machines m USING (uuid)"
    " LEFT JOIN kept k USING (uuid)"
    " ORDER BY m.fqdn, i.uuid, i.issued_at, i.print";

void
dump_row(struct dumping *d, const char *fields[KIND_COLUMNS_MAX],
    char times[KIND_COLUMNS_MAX][TEXT_TIME])
{
	const struct kind *k = d->kind;

	for (int i = 0; i < (int)k->ncolumns; i++) {
		fields[i] = query_get_text(d->q, i);
		if (k->columns[i].type != COLUMN_TIME || query_is_null(d->q, i))
			continue;
		text_time(times[i], query_get_number(d->q, i));
		fields[i] = times[i];
	}
}

static void
plain_rows(struct dumping *d)
{
	const char *fields[KIND_COLUMNS_MAX];
	char times[KIND_COLUMNS_MAX][TEXT_TIME];

	while (query_row(d->q)) {
		dump_row(d, fields, times);
		sink_row(d->to, fields);
	}
}

static void
keys_rows(struct dumping *d)
{
	struct key_secrets secrets;
	const char *fields[KEYS_NCOLUMNS];

	while (query_row(d->q)) {
		const char *pid = query_get_text(d->q, KEYS_PID);
		bool damaged = store_get_key(d->store, d->q, KEYS_PPS, pid,
		                   &secrets) == -1;

		for (int i = 0; i < KEYS_NCOLUMNS; i++)
			fields[i] = query_get_text(d->q, i);
		for (int i = 0; i < KEY_NSECRETS; i++)
			fields[KEYS_PPS + i] = secrets.text[i];
		if (damaged)
			stage_refuse(d->store->path, 0,
			    "KEY-DAMAGED: a secret of PID %s does not open",
			    pid);
		else
			sink_row(d->to, fields);
	}
	explicit_bzero(&secrets, sizeof(secrets));
}

/* The MEBx password of a row of sql_passwords. */
static int
mebx_of(struct dumping *d, const char *uuid, char text[STORE_SECRET])
{
	const char *pid = query_get_text(d->q, 5);
	struct key_secrets k;

	if (!query_is_null(d->q, 3))
		return store_get_sealed(d->store, d->q, 3, "secrets", uuid,
		    "mebx", text);
	if (store_get_key(d->store, d->q, 4, pid, &k) == -1)
		return -1;
	memcpy(text,
	    k.text[k.text[KEY_MEBX_NEXT][0] != '\0' ? KEY_MEBX_NEXT
	                                            : KEY_MEBX_NOW],
	    STORE_SECRET);
	explicit_bzero(&k, sizeof(k));
	return 0;
}

static void
passwords_rows(struct dumping *d)
{
	char admin[STORE_SECRET], mebx[STORE_SECRET];

	while (query_row(d->q)) {
		const char *uuid = query_get_text(d->q, 0);
		const char *fields[PASSWORDS_NCOLUMNS] = {
			[PASSWORDS_UUID] = uuid,
			[PASSWORDS_FQDN] = query_get_text(d->q, 1),
			[PASSWORDS_ADMIN] = admin,
			[PASSWORDS_MEBX] = mebx,
		};

		if (store_get_sealed(d->store, d->q, 2, "secrets", uuid,
		        "admin", admin) == -1 ||
		    mebx_of(d, uuid, mebx) == -1)
			stage_refuse(d->store->path, 0,
			    "KEY-DAMAGED: a password of %s does not open",
			    uuid);
		else
			sink_row(d->to, fields);
	}
	explicit_bzero(admin, sizeof(admin));
	explicit_bzero(mebx, sizeof(mebx));
}

static void
handover_rows(struct dumping *d)
{
	char admin[STORE_SECRET];

	while (query_row(d->q)) {
		const char *fields[HANDOVER_NCOLUMNS];

		for (int i = 0; i < HANDOVER_ADMIN; i++)
			fields[i] = query_get_text(d->q, i);
		if (fields[HANDOVER_FQDN][0] == '\0')
			fields[HANDOVER_FQDN] =
			    dump_name(d, fields[HANDOVER_UUID], "");
		fields[HANDOVER_ADMIN] = admin;
		if (store_get_sealed(d->store, d->q, HANDOVER_ADMIN, "secrets",
		        fields[HANDOVER_UUID], "admin", admin) == -1)
			stage_refuse(d->store->path, 0,
			    "KEY-DAMAGED: a password of %s does not open",
			    fields[HANDOVER_UUID]);
		else
			sink_row(d->to, fields);
	}
	explicit_bzero(admin, sizeof(admin));
}

static const struct {
	const struct kind *kind;
	const char *sql;
	void (*rows)(struct dumping *d);
} dumps[] = {
	{ &kind_devices, dump_sql_devices, dump_devices },
	{ &kind_callers, sql_callers, plain_rows },
	{ &kind_strangers, sql_strangers, plain_rows },
	{ &kind_batches, sql_batches, plain_rows },
	{ &kind_map, sql_map, plain_rows },
	{ &kind_hello, sql_hello, plain_rows },
	{ &kind_results, sql_results, plain_rows },
	{ &kind_keys, sql_keys, keys_rows },
	{ &kind_passwords, sql_passwords, passwords_rows },
	{ &kind_handover, sql_handover, handover_rows },
	{ &kind_keystates, sql_keystates, plain_rows },
	{ &kind_history, sql_history, plain_rows },
	{ &kind_settlements, sql_settlements, plain_rows },
	{ &kind_sticks, sql_sticks, plain_rows },
	{ &kind_records, sql_records, plain_rows },
	{ &kind_unnamed, sql_unnamed, plain_rows },
	{ &kind_lookups, sql_lookups, plain_rows },
	{ &kind_drift, sql_drift, plain_rows },
	{ &kind_certificates, sql_certificates, plain_rows },
	{ &kind_events, events_sql, plain_rows },
	{ &kind_runs, sql_runs, plain_rows },
};

bool
dump_kind(struct store *s, const struct kind *k, struct sink *to, int64_t now,
    const struct dump_only *only)
{
	struct dumping d = { .store = s, .to = to, .kind = k, .only = only };

	for (size_t i = 0; i < sizeof(dumps) / sizeof(dumps[0]); i++) {
		if (dumps[i].kind != k)
			continue;
		d.q = query_new(s->db, dumps[i].sql);
		if (k == &kind_devices || k == &kind_handover)
			query_number(d.q, 0, now);
		else if (k == &kind_keystates || k == &kind_history)
			query_text(d.q, 0, only->key);
		else if (k == &kind_events)
			query_text(d.q, 0,
			    only->nmachines == 1 ? only->uuid : NULL);
		sink_begin(to, k);
		dumps[i].rows(&d);
		sink_end(to);
		query_free(d.q);
		return true;
	}
	return false;
}

bool
dump_has(struct store *s, const struct kind *k, const char *only)
{
	struct query *q = query_new(s->db,
	    k == &kind_history ? "SELECT 1 FROM keys WHERE pid = ?"
	                       : "SELECT 1 FROM keys WHERE batch = ? LIMIT 1");
	bool has;

	query_text(q, 0, only);
	has = query_row(q);
	query_free(q);
	return has;
}
