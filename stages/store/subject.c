#include "store/subject.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "store/lookups.h"
#include "store/machines.h"
#include "store/names.h"

/* ?2 is "NAME." where the first label alone was given, else NULL. */
#define OF_NAME(column)                                                        \
	"(uuid = ?1 OR " column " = ?1 OR substr(" column                      \
	", 1, length(?2)) = ?2)"

static const char sql_find[] = "SELECT uuid FROM machines WHERE " OF_NAME(
    "fqdn") " UNION SELECT uuid FROM claims WHERE " OF_NAME("fqdn") " ORDER BY uuid";

static const char sql_machine[] = "SELECT m.fqdn, " SET_UP_ONCE(
    "m") ","
         "  m.firmware, c.address, ifnull(k.batch, '')"
         " FROM machines m JOIN callers c ON c.id = m.caller"
         " LEFT JOIN keys k ON k.pid = c.pid WHERE m.uuid = ?1";

static void
column_copy(char *to, size_t cap, struct query *q, int column)
{
	(void)snprintf(to, cap, "%s", query_get_text(q, column));
}

static void
subject_read(struct store *s, const char *cutoff, struct subject *m)
{
	struct query *q = store_query(s, sql_machine);
	struct names names;

	lookups_told(s, m->uuid, &m->told);
	names_model(s, m->uuid, m->model);
	query_text(q, 0, m->uuid);
	m->heard = query_row(q);
	if (m->heard) {
		if (query_get_number(q, 1) != 0)
			column_copy(m->fqdn, sizeof(m->fqdn), q, 0);
		column_copy(m->firmware, sizeof(m->firmware), q, 2);
		column_copy(m->address, sizeof(m->address), q, 3);
		column_copy(m->batch, sizeof(m->batch), q, 4);
	}
	query_reset(q);
	if (m->fqdn[0] != '\0')
		return;
	names_get(s, m->uuid, cutoff, &names);
	if (names.claims.nnames == 1)
		(void)snprintf(m->fqdn, sizeof(m->fqdn), "%s",
		    names.claims.name[0].fqdn);
}

size_t
subject_find(struct store *s, const char *machine, const char *cutoff,
    struct subject *first)
{
	struct query *q = store_query(s, sql_find);
	char lower[DOMAIN_TEXT], label[DOMAIN_TEXT + 1];
	size_t n = 0, len = strlen(machine);

	memset(first, 0, sizeof(*first));
	if (len >= sizeof(lower))
		return 0;
	for (size_t i = 0; i <= len; i++)
		lower[i] = text_lower(machine[i]);
	(void)snprintf(label, sizeof(label), "%s.", lower);
	query_text(q, 0, lower);
	query_text(q, 1, strchr(lower, '.') == NULL ? label : NULL);
	while (query_row(q))
		if (n++ == 0)
			column_copy(first->uuid, sizeof(first->uuid), q, 0);
	query_reset(q);
	if (n != 0)
		subject_read(s, cutoff, first);
	return n;
}
