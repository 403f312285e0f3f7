#include "store/named.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/kept.h"

/* ?2 is "NAME." where the first label alone was given, else NULL; ?4 is 1 when
 * the state does not matter. */
static const char sql_find[] =
    "SELECT uuid, CASE WHEN ?4 OR state = 'verified' THEN 0"
    "  WHEN state = 'unprovisioned' THEN 1 ELSE 2 END AS rank FROM machines"
    " WHERE uuid = ?3 OR fqdn = ?1 OR substr(fqdn, 1, length(?2)) = ?2"
    "  OR uuid IN (SELECT uuid FROM map WHERE lower(serial) = ?1)"
    " ORDER BY rank, uuid";

static const char sql_read[] =
    "SELECT m.uuid, m.fqdn, l.address, m.firmware, l.pid, m.state,"
    "  ifnull(j.planned_at, 0), j.wish = 'unprovision-partial',"
    "  " ASKED_BACK("m.uuid",
        "m.life") ","
                  "  j.ended_at IS NOT NULL, ifnull(j.reason, ''),"
                  "  ifnull((SELECT detail FROM results r WHERE r.job = j.job"
                  "   AND r.milestone = 'failed' ORDER BY at DESC LIMIT 1), ''),"
                  "  ifnull(k.unprovisioned_at, 0)"
                  " FROM machines m JOIN callers l ON l.id = ifnull(m.holder, m.caller)"
                  " LEFT JOIN jobs j ON j.job = m.uuid || '.' || m.job"
                  "  AND j.wish LIKE 'unprovision%'"
                  " LEFT JOIN kept k ON k.uuid = m.uuid"
                  " WHERE m.uuid = ?1";

static void
column_copy(char *to, size_t cap, struct query *q, int column)
{
	(void)snprintf(to, cap, "%s", query_get_text(q, column));
}

bool
named_read(struct store *s, const char *uuid, struct named *m)
{
	struct query *q = store_query(s, sql_read);
	bool found;

	memset(m, 0, sizeof(*m));
	query_text(q, 0, uuid);
	found = query_row(q);
	if (found) {
		column_copy(m->uuid, sizeof(m->uuid), q, 0);
		column_copy(m->fqdn, sizeof(m->fqdn), q, 1);
		column_copy(m->address, sizeof(m->address), q, 2);
		column_copy(m->firmware, sizeof(m->firmware), q, 3);
		column_copy(m->pid, sizeof(m->pid), q, 4);
		m->state = machine_state_find(query_get_text(q, 5));
		m->planned_at = query_get_number(q, 6);
		m->partly = query_get_number(q, 7) != 0;
		m->asked = query_get_number(q, 8) != 0;
		m->ended = query_get_number(q, 9) != 0;
		m->reason = reason_find(query_get_text(q, 10));
		column_copy(m->detail, sizeof(m->detail), q, 11);
		m->unprovisioned_at = query_get_number(q, 12);
	}
	query_reset(q);
	return found;
}

size_t
named_find(struct store *s, const char *name, enum named_among among,
    char (*uuids)[UUID_TEXT], size_t max)
{
	struct query *q = store_query(s, sql_find);
	char lower[DOMAIN_TEXT], label[DOMAIN_TEXT + 1], uuid[UUID_TEXT] = "";
	size_t n = 0, len = strlen(name);
	uint8_t bytes[UUID_LEN];
	int64_t rank = 0;

	if (len == 0 || len >= sizeof(lower))
		return 0;
	if (uuid_parse(bytes, name, len, NULL) == 0)
		uuid_format(uuid, bytes);
	for (size_t i = 0; i <= len; i++)
		lower[i] = text_lower(name[i]);
	(void)snprintf(label, sizeof(label), "%s.", lower);
	query_text(q, 0, lower);
	query_text(q, 1, strchr(lower, '.') == NULL ? label : NULL);
	query_text(q, 2, uuid);
	query_number(q, 3, among == NAMED_ALL);
	while (query_row(q)) {
		if (n == 0)
			rank = query_get_number(q, 1);
		if (query_get_number(q, 1) != rank)
			continue;
		if (n < max)
			column_copy(uuids[n], UUID_TEXT, q, 0);
		n++;
	}
	query_reset(q);
	return n;
}

void
named_list(char list[NAMED_LIST], char (*uuids)[UUID_TEXT], size_t n)
{
	size_t len = 0;

	list[0] = '\0';
	for (size_t i = 0; i < n && i < NAMED_SHOWN; i++)
		len += (size_t)snprintf(list + len, NAMED_LIST - len, "%s%s",
		    i == 0 ? "" : ", ", uuids[i]);
	if (n > NAMED_SHOWN)
		(void)snprintf(list + len, NAMED_LIST - len, ", ...");
}
