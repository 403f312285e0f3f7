#include "store/names.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define DAY_SECONDS 86400

void
names_cutoff(char cutoff[CLAIMS_SEEN], int64_t now, int64_t days)
{
	char day[TEXT_TIME];

	cutoff[0] = '\0';
	if (days == 0)
		return;
	text_time(day, now - days * DAY_SECONDS);
	(void)snprintf(cutoff, CLAIMS_SEEN, "%.10s", day);
}

static void
claims_row(struct query *q, struct claims *c)
{
	struct claim e = { .fqdn = query_get_text(q, 0),
		.seen = query_get_text(q, 1),
		.place = query_get_text(q, 2),
		.rank = query_get_number(q, 3) };

	claims_add(c, &e);
}

/* Runs a query of entries, which is bound, through claims. */
static void
claims_gather(struct query *q, struct claims *c)
{
	while (query_row(q))
		claims_row(q, c);
	claims_end(c);
}

static const char sql_claims[] =
    "SELECT fqdn, seen, place, rank FROM claims WHERE uuid = ?1"
    " ORDER BY fqdn, rank DESC, seen DESC, place";

/* Without the cost of sorting, for most machines have one. */
static const char sql_claims_two[] =
    "SELECT fqdn, seen, place, rank FROM claims WHERE uuid = ?1 LIMIT 2";

static const char sql_claims_of_name[] =
    "SELECT fqdn, seen, place, rank FROM claims WHERE uuid = ?1 AND fqdn = ?2"
    " ORDER BY rank DESC, seen DESC, place";

/* As the index has them, without sorting: the first one mostly settles it, and
 * thousands of machines may be called localhost. */
static const char sql_others[] =
    "SELECT uuid FROM claims WHERE fqdn = ?1 AND uuid <> ?2";

static const char sql_model[] =
    "SELECT model FROM claims WHERE uuid = ?1 AND model <> ''"
    " ORDER BY rank DESC, seen DESC, source LIMIT 1";

void
names_model(struct store *s, const char *uuid, char model[MAPMODEL_TEXT])
{
	struct query *q = store_query(s, sql_model);

	query_text(q, 0, uuid);
	(void)snprintf(model, MAPMODEL_TEXT, "%s",
	    query_row(q) ? query_get_text(q, 0) : "");
	query_reset(q);
}

void
names_claims(struct store *s, const char *uuid, const char *cutoff,
    const char *ask, struct claims *c)
{
	struct query *q = store_query(s, sql_claims_two);
	size_t n = 0;

	query_text(q, 0, uuid);
	claims_begin(c, cutoff, ask);
	for (; n < 2 && query_row(q); n++)
		claims_row(q, c);
	query_reset(q);
	if (n == 2) {
		q = store_query(s, sql_claims);
		query_text(q, 0, uuid);
		claims_begin(c, cutoff, ask);
		claims_gather(q, c);
	} else
		claims_end(c);
}

bool
names_count(struct store *s, const char *uuid, const char *cutoff,
    const char *fqdn, const struct claims *all)
{
	struct query *q = store_query(s, sql_claims_of_name);
	struct claims one;

	query_text(q, 0, uuid);
	query_text(q, 1, fqdn);
	claims_begin(&one, cutoff, fqdn);
	claims_gather(q, &one);
	return claims_counts(&one, all);
}

bool
names_machine(const char *uuid)
{
	uint8_t bytes[UUID_LEN];

	return uuid_parse(bytes, uuid, strlen(uuid), NULL) == 0 &&
	    uuid_bad(bytes) == NULL;
}

static void
get_owner(struct store *s, const char *uuid, const char *cutoff,
    struct names *n)
{
	const char *fqdn = n->claims.name[0].fqdn;
	struct query *q = store_query(s, sql_others);
	struct claims theirs;

	query_text(q, 0, fqdn);
	query_text(q, 1, uuid);
	while (n->owner[0] == '\0' && query_row(q)) {
		const char *other = query_get_text(q, 0);

		if (!names_machine(other))
			continue;
		names_claims(s, other, cutoff, fqdn, &theirs);
		if (!claims_contest(&n->claims, &theirs))
			continue;
		(void)snprintf(n->owner, sizeof(n->owner), "%s", other);
		(void)snprintf(n->owner_place, sizeof(n->owner_place), "%s",
		    theirs.asked.place);
	}
	query_reset(q);
}

void
names_get(struct store *s, const char *uuid, const char *cutoff,
    struct names *n)
{
	n->owner[0] = n->owner_place[0] = '\0';
	names_claims(s, uuid, cutoff, NULL, &n->claims);
	if (n->claims.nnames == 1)
		get_owner(s, uuid, cutoff, n);
}
