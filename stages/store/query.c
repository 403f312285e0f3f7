/* What needs no sqlite3.h: made of the others of db.h. */
#include "store/db.h"

#include <string.h>

void
fed_text(struct fed *value, const char *text)
{
	*value = (struct fed){ .type = text != NULL ? FED_TEXT : FED_NULL,
		.p = text,
		.len = text != NULL ? strlen(text) : 0 };
}

void
fed_number(struct fed *value, int64_t n)
{
	*value = (struct fed){ .type = FED_NUMBER, .n = n };
}

void
db_feed(struct db *db, struct query *q, size_t nrows, fed_fn *fn, void *arg)
{
	db_feed_begin(db, nrows, fn, arg);
	query_run(q);
	db_feed_end(db);
}

int64_t
db_number(struct db *db, const char *sql)
{
	struct query *q = query_new(db, sql);
	int64_t n = query_row(q) ? query_get_number(q, 0) : 0;

	query_free(q);
	return n;
}

void
query_run(struct query *q)
{
	while (query_row(q))
		;
}
