#include "store/load.h"

#include <string.h>

#include "base/reason.h"
#include "lib/stage.h"
#include "base/text.h"
#include "base/uuid.h"

static int
check_lookup(struct record *r, char uuid[UUID_TEXT], int64_t *at,
    struct fault *f)
{
	char **field = r->field;
	enum reason_id id = reason_find(field[LOOKUPS_REASON]);
	uint8_t bytes[UUID_LEN];

	if (uuid_parse(bytes, field[LOOKUPS_UUID], strlen(field[LOOKUPS_UUID]),
	        f) == -1)
		return -1;
	uuid_format(uuid, bytes);
	if (text_untime(at, field[LOOKUPS_AT]) == -1)
		return fault_set(f, 0,
		    "lookup without a time (expected such as "
		    "2026-11-22T14:20:00Z)");
	if (id == REASON_NONE || id == REASON_COUNT)
		return fault_set(f, 0, "lookup without a known reason");
	return 0;
}

static void
keep_lookup(struct store *s, const char *uuid, int64_t at,
    const struct record *r)
{
	struct query *q = store_query(s,
	    "INSERT INTO lookups VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE "
	    "SET at = excluded.at, reason = excluded.reason, "
	    "detail = excluded.detail WHERE excluded.at >= at");

	query_text(q, 0, uuid);
	query_number(q, 1, at);
	query_text(q, 2, r->field[LOOKUPS_REASON]);
	query_text(q, 3, r->field[LOOKUPS_DETAIL]);
	query_run(q);
}

int
load_lookups(struct store *s, struct stream_in *in)
{
	struct load_count c = { 0 };
	struct record r;
	int got;

	db_begin(s->db);
	while ((got = stream_next(in, &r)) == 1) {
		char uuid[UUID_TEXT], place[LOAD_PLACE];
		struct fault f;
		int64_t at;

		if (check_lookup(&r, uuid, &at, &f) == 0) {
			keep_lookup(s, uuid, at, &r);
			c.n[LOAD_NEW]++;
			continue;
		}
		load_place(in, "", place);
		stage_refuse(place, 0, "%s", f.why);
		c.n[LOAD_REFUSED]++;
	}
	if (got == -1)
		db_rollback(s->db);
	else
		db_commit(s->db);
	load_tell(in, &c);
	return got;
}
