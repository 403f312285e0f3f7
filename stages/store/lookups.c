#include "store/lookups.h"

#include <stdio.h>
#include <string.h>

#include "lib/stage.h"
#include "store/load.h"
#include "base/text.h"
#include "base/uuid.h"

static int
check_lookup(struct record *r, char uuid[UUID_TEXT], int64_t *at,
    struct fault *f)
{
	char **field = r->field;
	enum reason_id id = reason_find(field[LOOKUPS_REASON]);
	uint8_t bytes[UUID_LEN];
	struct props told;
	struct fault why;

	if (uuid_parse(bytes, field[LOOKUPS_UUID], strlen(field[LOOKUPS_UUID]),
	        f) == -1)
		return -1;
	uuid_format(uuid, bytes);
	if (text_untime(at, field[LOOKUPS_AT]) == -1)
		return fault_set(f, 0,
		    "lookup without a time (expected such as "
		    "2026-11-22T14:20:00Z)");
	if (id == REASON_COUNT)
		return fault_set(f, 0, "lookup without a known reason");
	if (id == REASON_NONE &&
	    (field[LOOKUPS_DETAIL][0] == '\0' ||
	        props_decode(&told, field[LOOKUPS_DETAIL],
	            strlen(field[LOOKUPS_DETAIL]), &why) != REASON_NONE))
		return fault_set(f, 0,
		    "lookup without a reason, and without what was said");
	return 0;
}

static void
keep_lookup(struct store *s, const char *uuid, int64_t at,
    const struct record *r)
{
	struct query *q = store_query(s,
	    "INSERT INTO lookups VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
	    " SET at = excluded.at, reason = excluded.reason,"
	    " detail = excluded.detail WHERE excluded.at >= at");

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

	store_begin(s);
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
		store_rollback(s);
	else
		store_commit(s);
	load_tell(in, &c);
	return got;
}

enum reason_id
lookups_last(struct store *s, const char *uuid, int64_t since, char *detail,
    size_t cap)
{
	struct query *q = store_query(s,
	    "SELECT reason, detail FROM lookups WHERE uuid = ?1 AND at > ?2");
	enum reason_id id = REASON_NONE;

	detail[0] = '\0';
	query_text(q, 0, uuid);
	query_number(q, 1, since);
	if (query_row(q)) {
		id = reason_find(query_get_text(q, 0));
		if (id == REASON_COUNT)
			id = REASON_NONE;
		(void)snprintf(detail, cap, "%s", query_get_text(q, 1));
	}
	query_reset(q);
	return id;
}

void
lookups_told(struct store *s, const char *uuid, struct props *told)
{
	struct query *q = store_query(s,
	    "SELECT detail FROM lookups WHERE uuid = ?1 AND reason = ''");
	struct fault f;

	memset(told, 0, sizeof(*told));
	query_text(q, 0, uuid);
	if (query_row(q)) {
		const char *text = query_get_text(q, 0);

		if (props_decode(told, text, strlen(text), &f) != REASON_NONE)
			memset(told, 0, sizeof(*told));
	}
	query_reset(q);
}
