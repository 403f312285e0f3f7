#include "store/domains.h"

void
domains_each(struct store *s, domain_fn *fn, void *arg)
{
	struct query *q = store_query(s,
	    "WITH best AS ("
	    "  SELECT uuid, fqdn, max(rank) FROM claims GROUP BY uuid),"
	    " pki AS ("
	    "  SELECT m.uuid FROM machines m JOIN callers c ON c.id = m.caller"
	    "  WHERE c.version = 3),"
	    " named AS ("
	    "  SELECT uuid, substr(fqdn, instr(fqdn, '.') + 1) AS domain"
	    "  FROM best)"
	    "SELECT domain, count(*) AS mapped, count(p.uuid)"
	    " FROM named n LEFT JOIN pki p ON p.uuid = n.uuid"
	    " GROUP BY domain "
	    "UNION ALL SELECT '', 0, count(*) FROM pki"
	    " WHERE uuid NOT IN (SELECT uuid FROM best) HAVING count(*) > 0 "
	    "ORDER BY 2 DESC, 1");

	while (query_row(q)) {
		const struct domain_row r = {
			.domain = query_get_text(q, 0),
			.mapped = query_get_number(q, 1),
			.heard = query_get_number(q, 2),
		};

		fn(arg, &r);
	}
}

void
offers_each(struct store *s, offer_fn *fn, void *arg)
{
	struct query *q = store_query(s,
	    "WITH best AS ("
	    "  SELECT uuid, fqdn, max(rank) FROM claims GROUP BY uuid)"
	    "SELECT ifnull(substr(b.fqdn, instr(b.fqdn, '.') + 1), ''),"
	    "  ifnull(h.hashes, ''), m.firmware, count(*)"
	    " FROM machines m JOIN callers c ON c.id = m.caller"
	    " LEFT JOIN hash_lists h ON h.id = c.hash_list"
	    " LEFT JOIN best b ON b.uuid = m.uuid"
	    " WHERE c.version = 3 GROUP BY 1, 2, 3"
	    " ORDER BY 2, 4 DESC, 1, 3");

	while (query_row(q)) {
		const struct offer_row r = {
			.domain = query_get_text(q, 0),
			.hashes = query_get_text(q, 1),
			.firmware = query_get_text(q, 2),
			.machines = query_get_number(q, 3),
		};

		fn(arg, &r);
	}
}
