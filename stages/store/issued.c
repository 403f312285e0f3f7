#include "store/issued.h"

#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/pem.h>

#include "amt/crlmake.h"

/* Loaded late, its machine may have been unprovisioned since. */
void
issued_add(struct store *s, const char *uuid, const struct issuedcert *c,
    int64_t at, bool life)
{
	struct query *q = store_query(s,
	    "INSERT INTO issued (print, uuid, serial, subject, issuer,"
	    "  issued_at, until, pem, revoked_at)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, iif(?9,"
	    "  (SELECT unprovisioned_at FROM kept WHERE uuid = ?2"
	    "    AND unprovisioned_at >= ?6), ?6))"
	    " ON CONFLICT DO NOTHING");

	query_text(q, 0, c->print);
	query_text(q, 1, uuid);
	query_text(q, 2, c->serial);
	query_text(q, 3, c->subject);
	query_text(q, 4, c->issuer);
	query_number(q, 5, at);
	query_number(q, 6, c->until);
	query_text(q, 7, c->pem);
	query_number(q, 8, life);
	query_run(q);
}

void
issued_leaves(struct store *s, const char *uuid, const char *leaf,
    char to[SETUP_LEAVES])
{
	struct query *q = store_query(s,
	    "SELECT print FROM issued"
	    " WHERE uuid = ? AND print <> ? AND revoked_at IS NULL"
	    " ORDER BY issued_at DESC, print LIMIT ?");
	size_t len = (size_t)snprintf(to, SETUP_LEAVES, "%s", leaf);

	if (len == 0)
		return;
	query_text(q, 0, uuid);
	query_text(q, 1, leaf);
	query_number(q, 2, SETUP_LEAVES_MAX - 1);
	while (query_row(q) && len < SETUP_LEAVES)
		len += (size_t)snprintf(to + len, SETUP_LEAVES - len, ",%s",
		    query_get_text(q, 0));
	query_reset(q);
}

static bool
is_of_ca(const struct issued_ca *ca, const char *issuer, const char *pem)
{
	BIO *bio;
	X509 *cert;
	bool is;

	if (strcmp(issuer, ca->name) != 0)
		return false;
	if (!ca->twins)
		return true;
	bio = BIO_new_mem_buf(pem, -1);
	cert = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	/* What cannot be read is left alone. */
	is = cert == NULL || crlmake_is_of(ca->cert, cert);
	X509_free(cert);
	(void)BIO_free(bio);
	ERR_clear_error();
	return is;
}

bool
issued_of_others(struct store *s, const char *uuid, const char *leaf,
    int64_t now, const struct issued_ca *ca, char to[SETUP_LEAVES])
{
	struct query *q = store_query(s,
	    "SELECT print, issuer, pem FROM issued"
	    " WHERE uuid = ? AND until > ? AND revoked_at IS NULL"
	    " ORDER BY issued_at DESC, print");
	bool serves = false, first = true;
	size_t len = 0;

	to[0] = '\0';
	query_text(q, 0, uuid);
	query_number(q, 1, now);
	for (; query_row(q); first = false) {
		const char *print = query_get_text(q, 0);

		if (is_of_ca(ca, query_get_text(q, 1), query_get_text(q, 2)))
			continue;
		serves |= leaf[0] == '\0' ? first : strcmp(leaf, print) == 0;
		if (len + SETUP_LEAF < SETUP_LEAVES || len == 0)
			len += (size_t)snprintf(to + len, SETUP_LEAVES - len,
			    "%s%s", len == 0 ? "" : ",", print);
	}
	query_reset(q);
	return serves;
}

bool
issued_has(struct store *s, const char *uuid, const char *print)
{
	struct query *q = store_query(s,
	    "SELECT 1 FROM issued WHERE print = ? AND uuid = ?"
	    "  AND revoked_at IS NULL");
	bool has;

	query_text(q, 0, print);
	query_text(q, 1, uuid);
	has = query_row(q);
	query_reset(q);
	return has;
}

void
issued_revoke(struct store *s, const char *uuid, int64_t at)
{
	struct query *q = store_query(s,
	    "UPDATE issued SET revoked_at = ?2"
	    " WHERE uuid = ?1 AND revoked_at IS NULL");

	query_text(q, 0, uuid);
	query_number(q, 1, at);
	query_run(q);
}

void
issued_each_valid(struct store *s, int64_t now, issued_fn *fn, void *arg)
{
	struct query *q = store_query(s,
	    "SELECT uuid, pem, until, ifnull(revoked_at, 0) FROM issued"
	    " WHERE until > ? ORDER BY print");

	query_number(q, 0, now);
	while (query_row(q)) {
		const struct issued_row r = {
			.uuid = query_get_text(q, 0),
			.pem = query_get_text(q, 1),
			.until = query_get_number(q, 2),
			.revoked_at = query_get_number(q, 3),
		};

		fn(arg, &r);
	}
}
