#include "store/rehearsal.h"

#include <stdio.h>

void
rehearsal_address(char to[REHEARSAL_ADDRESS], int64_t caller)
{
	(void)snprintf(to, REHEARSAL_ADDRESS, "127.%u.%u.%u",
	    16 + (unsigned)(caller >> 16 & 0x7f), (unsigned)(caller >> 8 & 255),
	    (unsigned)(caller & 255));
}

/* The key of it is known, and no other machine has named it before. */
#define OWN_KEY                                                                \
	" pid IN (SELECT pid FROM keys) AND NOT EXISTS (SELECT 1 FROM callers" \
	" o WHERE o.pid = callers.pid AND o.uuid <> callers.uuid"              \
	" AND o.id < callers.id)"

/* It lists what the machine listed at first. */
#define FIRST_ROOTS                                                            \
	"hash_list IS (SELECT hash_list FROM callers f WHERE f.uuid ="         \
	" callers.uuid AND f.pid = '' ORDER BY f.id LIMIT 1)"

void
rehearsal_each(struct store *s, rehearsal_fn *fn, void *arg)
{
	struct query *q = store_query(s,
	    "WITH best AS ("
	    "  SELECT uuid, fqdn, max(rank) FROM claims GROUP BY uuid)"
	    "SELECT m.uuid, c.pid, ifnull(h.hashes, ''), m.firmware,"
	    "  ifnull(b.fqdn, ''), c.id, c.version, c.creds_set"
	    " FROM machines m JOIN callers c ON c.id = (SELECT id FROM callers"
	    "  WHERE uuid = m.uuid ORDER BY" OWN_KEY " DESC, " FIRST_ROOTS
	    "   DESC, heard DESC LIMIT 1)"
	    " LEFT JOIN hash_lists h ON h.id = c.hash_list"
	    " LEFT JOIN best b ON b.uuid = m.uuid"
	    " ORDER BY c.id");

	while (query_row(q)) {
		const struct rehearsal_row r = {
			.uuid = query_get_text(q, 0),
			.pid = query_get_text(q, 1),
			.hashes = query_get_text(q, 2),
			.firmware = query_get_text(q, 3),
			.fqdn = query_get_text(q, 4),
			.caller = query_get_number(q, 5),
			.version = query_get_number(q, 6),
			.creds_set = query_get_number(q, 7) != 0,
		};

		fn(arg, &r);
	}
}
