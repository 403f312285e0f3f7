#include "store/secrets.h"

#include <stdio.h>
#include <string.h>

/* As the table has them, and as part of what seals them. */
static const char
    *const kinds[] = { [SECRET_ADMIN] = "admin", [SECRET_MEBX] = "mebx" };

static const char *const origins[] = { [SECRET_UNKNOWN] = "",
	[SECRET_RANDOM] = "random",
	[SECRET_PROFILE] = "profile" };

static const char sql_each[] =
    "SELECT id, kind, life, sealed FROM secrets WHERE uuid = ?1"
    " ORDER BY life = ?2 DESC, set_at IS NOT NULL DESC, id DESC";

void
secrets_each(struct store *s, const char *uuid, int64_t life, secret_fn *fn,
    void *arg)
{
	struct query *q = store_query(s, sql_each);
	char text[STORE_SECRET];

	query_text(q, 0, uuid);
	query_number(q, 1, life);
	while (query_row(q)) {
		const char *kind = query_get_text(q, 1);
		struct secret_row r = {
			.id = query_get_number(q, 0),
			.this_life = query_get_number(q, 2) == life,
			.text = text,
		};

		r.kind = strcmp(kind, kinds[SECRET_ADMIN]) == 0 ? SECRET_ADMIN
		                                                : SECRET_MEBX;
		r.opens =
		    store_get_sealed(s, q, 3, "secrets", uuid, kind, text) == 0;
		fn(arg, &r);
	}
	explicit_bzero(text, sizeof(text));
}

/* A job that gave it to this caller: of a key, at whatever address. */
#define OWN                                                                    \
	"EXISTS (SELECT 1 FROM jobs j WHERE j.uuid = s.uuid"                   \
	" AND j.life = s.life AND s.id IN (j.admin, j.mebx) AND j.pid = ?5"    \
	" AND (j.pid <> '' OR j.address = ?4))"

/* What a job without a key may have sent to another.  A MEBx password that a
 * commit wanted is in no job. */
#define EXPOSED                                                                \
	"EXISTS (SELECT 1 FROM jobs j WHERE j.uuid = s.uuid"                   \
	" AND j.life = s.life AND j.pid = ''"                                  \
	" AND (?5 <> '' OR j.address <> ?4)"                                   \
	" AND (s.id IN (j.admin, j.mebx) OR (s.kind = 'mebx'"                  \
	"  AND EXISTS (SELECT 1 FROM results r WHERE r.job = j.job"            \
	"   AND r.milestone = 'mebx-wanted')))"                                \
	" AND (ifnull(j.reason, 'RUN-CUT') = 'RUN-CUT'"                        \
	"  OR EXISTS (SELECT 1 FROM results r WHERE r.job = j.job"             \
	"   AND r.milestone = 'reached')))"

int64_t
secrets_choose(struct store *s, const struct secret_for *who,
    enum secret_kind kind, char text[STORE_SECRET])
{
	struct query *q = store_query(s,
	    "SELECT s.id, s.sealed FROM secrets s"
	    " WHERE s.uuid = ?1 AND s.kind = ?2 AND s.life = ?3"
	    "  AND s.origin <> 'profile'"
	    "  AND (" OWN " OR NOT " EXPOSED ")"
	    " ORDER BY " OWN " DESC, s.id DESC LIMIT 1");
	int64_t id = 0;

	text[0] = '\0';
	query_text(q, 0, who->uuid);
	query_text(q, 1, kinds[kind]);
	query_number(q, 2, who->life);
	query_text(q, 3, who->address);
	query_text(q, 4, who->pid);
	if (query_row(q) &&
	    store_get_sealed(s, q, 1, "secrets", who->uuid, kinds[kind],
	        text) == 0)
		id = query_get_number(q, 0);
	query_reset(q);
	return id;
}

void
secrets_given(struct store *s, const struct secret_for *who,
    struct secret_given *g)
{
	struct query *q = store_query(s,
	    "SELECT s.id, s.sealed, s.origin = 'profile', j.digest"
	    " FROM secrets s JOIN jobs j ON j.admin = s.id"
	    " WHERE j.uuid = ?1 AND j.life = ?2 AND j.pid = ?4"
	    "  AND (j.pid <> '' OR j.address = ?3)"
	    " ORDER BY s.id DESC, j.planned LIMIT 1");

	memset(g, 0, sizeof(*g));
	query_text(q, 0, who->uuid);
	query_number(q, 1, who->life);
	query_text(q, 2, who->address);
	query_text(q, 3, who->pid);
	if (query_row(q) &&
	    store_get_sealed(s, q, 1, "secrets", who->uuid, kinds[SECRET_ADMIN],
	        g->text) == 0) {
		g->id = query_get_number(q, 0);
		g->of_profile = query_get_number(q, 2) != 0;
		(void)snprintf(g->digest, sizeof(g->digest), "%s",
		    query_get_text(q, 3));
	}
	query_reset(q);
}

bool
secrets_taken(struct store *s, const struct secret_for *who)
{
	struct query *q = store_query(s,
	    "SELECT EXISTS (SELECT 1 FROM secrets s"
	    " WHERE s.uuid = ?1 AND s.kind = ?2 AND s.life = ?3"
	    "  AND s.set_at IS NOT NULL AND " OWN ")");
	bool taken;

	query_text(q, 0, who->uuid);
	query_text(q, 1, kinds[SECRET_ADMIN]);
	query_number(q, 2, who->life);
	query_text(q, 3, who->address);
	query_text(q, 4, who->pid);
	taken = query_row(q) && query_get_number(q, 0) != 0;
	query_reset(q);
	return taken;
}

int64_t
secrets_plan(struct store *s, const char *uuid, int64_t life,
    enum secret_kind kind, const char *text, enum secret_origin origin,
    int64_t now)
{
	struct query *q = store_query(s,
	    "INSERT INTO secrets (uuid, kind, life, sealed, planned_at, origin)"
	    " VALUES (?, ?, ?, ?, ?, ?) RETURNING id");
	uint8_t sealed[STORE_SEALED];
	int64_t id = 0;

	query_text(q, 0, uuid);
	query_text(q, 1, kinds[kind]);
	query_number(q, 2, life);
	store_bind_sealed(s, q, 3, text, "secrets", uuid, kinds[kind], sealed);
	query_number(q, 4, now);
	query_text(q, 5, origins[origin]);
	if (query_row(q))
		id = query_get_number(q, 0);
	query_run(q);
	return id;
}

void
secrets_set(struct store *s, int64_t id, int64_t at)
{
	struct query *q = store_query(s,
	    "UPDATE secrets SET set_at = max(ifnull(set_at, 0), ?2)"
	    " WHERE id = ?1");

	query_number(q, 0, id);
	query_number(q, 1, at);
	query_run(q);
}

/* For secrets_each: a MEBx password of this life with that text. */
struct secret_alike {
	const char *text;
	int64_t id;
};

static void
secret_compare(void *arg, const struct secret_row *r)
{
	struct secret_alike *alike = arg;

	if (r->kind == SECRET_MEBX && r->this_life && r->opens &&
	    strcmp(r->text, alike->text) == 0)
		alike->id = r->id;
}

int64_t
secrets_plan_mebx_too(struct store *s, const char *uuid, int64_t life,
    int64_t admin, int64_t now)
{
	struct query *q =
	    store_query(s, "SELECT sealed FROM secrets WHERE id = ?");
	char text[STORE_SECRET];
	struct secret_alike alike = { .text = text };
	bool opens;

	query_number(q, 0, admin);
	opens = query_row(q) &&
	    store_get_sealed(s, q, 0, "secrets", uuid, kinds[SECRET_ADMIN],
	        text) == 0;
	query_reset(q);
	if (opens)
		secrets_each(s, uuid, life, secret_compare, &alike);
	if (opens && alike.id == 0)
		alike.id = secrets_plan(s, uuid, life, SECRET_MEBX, text,
		    SECRET_UNKNOWN, now);
	explicit_bzero(text, sizeof(text));
	return alike.id;
}

void
secrets_seen(struct store *s, int64_t id)
{
	struct query *q =
	    store_query(s, "UPDATE secrets SET seen = seen + 1 WHERE id = ?");

	query_number(q, 0, id);
	query_run(q);
}

/* Those of jobs at this caller: what was planned for others who said to be the
 * machine is theirs. */
static const char sql_current[] =
    "SELECT id, sealed, set_at IS NULL, origin = 'profile' FROM secrets s"
    " WHERE s.uuid = ?1 AND s.kind = ?2 AND s.life = ?3 AND " OWN
    "  AND s.id >= ifnull((SELECT max(id) FROM secrets WHERE uuid = ?1"
    "   AND kind = ?2 AND life = ?3 AND seen >= 2), 0)"
    " ORDER BY id DESC";

static bool
has_text(const struct secrets_now *now, const char *text)
{
	for (size_t i = 0; i < now->n; i++)
		if (strcmp(now->text[i], text) == 0)
			return true;
	return false;
}

void
secrets_current(struct store *s, const struct secret_for *who,
    struct secrets_now *now)
{
	struct query *q = store_query(s, sql_current);

	memset(now, 0, sizeof(*now));
	query_text(q, 0, who->uuid);
	query_text(q, 1, kinds[SECRET_ADMIN]);
	query_number(q, 2, who->life);
	query_text(q, 3, who->address);
	query_text(q, 4, who->pid);
	while (now->n < SECRETS_NOW && query_row(q)) {
		if (store_get_sealed(s, q, 1, "secrets", who->uuid,
		        kinds[SECRET_ADMIN], now->text[now->n]) == -1 ||
		    has_text(now, now->text[now->n]))
			continue;
		if (now->n++ == 0) {
			now->newest = query_get_number(q, 0);
			now->pending = query_get_number(q, 2) != 0;
			now->of_profile = query_get_number(q, 3) != 0;
		}
	}
	query_reset(q);
}
