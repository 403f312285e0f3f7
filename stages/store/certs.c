#include "store/certs.h"

#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#define IDENTITY (CERTS_PRINT + 32)

static const char table_keys[] = "server_keys";
static const char table_certs[] = "certificates";

static void
identity_of(char to[IDENTITY], const char *table, const char *print)
{
	(void)snprintf(to, IDENTITY, "%s/%s/%s", table, print,
	    table == table_keys ? "key" : "der");
}

/* Seals and binds; sealed stays until the query has run. */
static void
der_bind(struct store *s, struct query *q, int at, const char *table,
    const char *print, const void *der, size_t len,
    uint8_t sealed[CERTS_DER_MAX + SEAL_MORE])
{
	char identity[IDENTITY];

	if (len > CERTS_DER_MAX)
		errx(EX_DATAERR,
		    "%.16s: too large to be stored (got %zu bytes of DER, "
		    "expected at most %zu)",
		    print, len, CERTS_DER_MAX);
	identity_of(identity, table, print);
	seal_shut(s->seal, sealed, der, len, identity);
	query_bytes(q, at, sealed, len + SEAL_MORE);
}

static int
der_get(struct store *s, struct query *q, int at, const char *table,
    const char *print, char *der, size_t *len)
{
	char identity[IDENTITY];
	size_t n;
	const void *sealed = query_get_bytes(q, at, &n);

	*len = 0;
	identity_of(identity, table, print);
	if (seal_open(s->seal, der, CERTS_DER_MAX + 1, sealed, n, identity) ==
	    -1)
		return -1;
	*len = n - SEAL_MORE;
	return 0;
}

/* One that is there and does not open is put right: the DER is what its print
 * is of.  False where nothing was damaged. */
static bool
der_heal(struct store *s, const char *table, const char *print, const void *der,
    size_t len, int64_t now)
{
	bool keys = table == table_keys;
	struct query *q = store_query(s,
	    keys ? "SELECT sealed FROM server_keys WHERE print = ?"
	         : "SELECT sealed FROM certificates WHERE print = ?");
	uint8_t sealed[CERTS_DER_MAX + SEAL_MORE];
	char before[CERTS_DER_MAX + 1];
	bool damaged;
	size_t n;

	query_text(q, 0, print);
	damaged =
	    query_row(q) && der_get(s, q, 0, table, print, before, &n) == -1;
	query_reset(q);
	explicit_bzero(before, sizeof(before));
	if (!damaged)
		return false;
	q = store_query(s,
	    keys ? "UPDATE server_keys SET sealed = ?2, added_at = ?3"
	           " WHERE print = ?1"
	         : "UPDATE certificates SET sealed = ?2, added_at = ?3"
	           " WHERE print = ?1");
	query_text(q, 0, print);
	der_bind(s, q, 1, table, print, der, len, sealed);
	query_number(q, 2, now);
	query_run(q);
	return true;
}

bool
certs_add_key(struct store *s, const char *print, const void *der, size_t len,
    int64_t now)
{
	return certs_add_asked_key(s, print, der, len, "", now);
}

bool
certs_add_asked_key(struct store *s, const char *print, const void *der,
    size_t len, const char *asked_name, int64_t now)
{
	struct query *q = store_query(s,
	    "INSERT INTO server_keys (print, sealed, asked_name, added_at)"
	    " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
	uint8_t sealed[CERTS_DER_MAX + SEAL_MORE];

	if (der_heal(s, table_keys, print, der, len, now))
		return true;
	query_text(q, 0, print);
	der_bind(s, q, 1, table_keys, print, der, len, sealed);
	query_text(q, 2, asked_name);
	query_number(q, 3, now);
	query_run(q);
	return db_changes(s->db) != 0;
}

bool
certs_add(struct store *s, const char *print, const char *server_key,
    const void *der, size_t len, int64_t now)
{
	struct query *q = store_query(s,
	    "INSERT INTO certificates (print, sealed, server_key, added_at)"
	    " VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT (print) DO UPDATE SET server_key = ?3"
	    "  WHERE server_key IS NOT ?3 AND ?3 IS NOT NULL");
	uint8_t sealed[CERTS_DER_MAX + SEAL_MORE];
	bool healed = der_heal(s, table_certs, print, der, len, now);

	query_text(q, 0, print);
	der_bind(s, q, 1, table_certs, print, der, len, sealed);
	query_text(q, 2, server_key);
	query_number(q, 3, now);
	query_run(q);
	return db_changes(s->db) != 0 || healed;
}

enum certs_end
certs_key(struct store *s, const char *print, char *der, size_t *len)
{
	struct query *q =
	    store_query(s, "SELECT sealed FROM server_keys WHERE print = ?");
	enum certs_end end = CERTS_NONE;

	*len = 0;
	query_text(q, 0, print);
	if (query_row(q))
		end = der_get(s, q, 0, table_keys, print, der, len) == 0
		    ? CERTS_OK
		    : CERTS_DAMAGED;
	query_reset(q);
	return end;
}

void
certs_each_key(struct store *s, server_key_fn *fn, void *arg)
{
	struct query *q = store_query(s,
	    "SELECT print, asked_name, added_at, EXISTS"
	    " (SELECT 1 FROM certificates c WHERE c.server_key = k.print)"
	    " FROM server_keys k ORDER BY added_at DESC, print");

	while (query_row(q)) {
		const struct server_key_row r = {
			.print = query_get_text(q, 0),
			.asked_name = query_get_text(q, 1),
			.added_at = query_get_number(q, 2),
			.has_cert = query_get_number(q, 3) != 0,
		};

		fn(arg, &r);
	}
}

int64_t
certs_changed(struct store *s)
{
	return db_number(s->db, "SELECT max(added_at) FROM certificates");
}

void
certs_each(struct store *s, certs_fn *fn, void *arg)
{
	struct query *q = store_query(s,
	    "SELECT print, server_key, sealed FROM certificates"
	    " ORDER BY print");
	char der[CERTS_DER_MAX + 1];

	while (query_row(q)) {
		struct cert_row r = {
			.print = query_get_text(q, 0),
			.server_key = query_get_text(q, 1),
			.der = der,
		};

		r.opens =
		    der_get(s, q, 2, table_certs, r.print, der, &r.len) == 0;
		fn(arg, &r);
	}
}
