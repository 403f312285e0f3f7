#include "store/sticks.h"

#include <stdio.h>
#include <string.h>

/* The first column of the first row, after which q is reset; "" for none. */
static void
sticks_text(struct query *q, char *to, size_t cap)
{
	to[0] = '\0';
	if (query_row(q))
		(void)snprintf(to, cap, "%s", query_get_text(q, 0));
	query_reset(q);
}

static int64_t
sticks_number(struct query *q)
{
	int64_t n = query_row(q) ? query_get_number(q, 0) : 0;

	query_reset(q);
	return n;
}

uint32_t
sticks_last_number(struct store *s, const char *prefix)
{
	struct query *q =
	    store_query(s, "SELECT max(number) FROM sticks WHERE prefix = ?");

	query_text(q, 0, prefix);
	return (uint32_t)sticks_number(q);
}

bool
sticks_known(struct store *s, const char *name)
{
	struct query *q =
	    store_query(s, "SELECT count(*) FROM sticks WHERE name = ?");

	query_text(q, 0, name);
	return sticks_number(q) != 0;
}

void
sticks_add(struct store *s, const struct stick_row *k)
{
	struct query *q = store_query(s,
	    "INSERT INTO sticks (name, prefix, number, batch, image, nrecords)"
	    " VALUES (?, ?, ?, ?, ?, ?)");

	query_text(q, 0, k->name);
	query_text(q, 1, k->prefix);
	query_number(q, 2, k->number);
	query_text(q, 3, k->batch);
	query_text(q, 4, k->image);
	query_number(q, 5, (int64_t)k->nrecords);
	query_run(q);
}

void
sticks_add_record(struct store *s, const char *stick, size_t record,
    const char *pid, const char *machine)
{
	struct query *q = store_query(s,
	    "INSERT INTO stick_records (stick, record, pid, machine)"
	    " VALUES (?, ?, ?, ?)");

	query_text(q, 0, stick);
	query_number(q, 1, (int64_t)record);
	query_text(q, 2, pid);
	query_text(q, 3, machine);
	query_run(q);
}

void
sticks_find(struct store *s, const char *label, char name[STICKS_NAME])
{
	struct query *q =
	    store_query(s, "SELECT name FROM sticks WHERE name = upper(?1)");

	query_text(q, 0, label);
	sticks_text(q, name, STICKS_NAME);
}

void
sticks_find_record(struct store *s, const char *pid, uint32_t record,
    char name[STICKS_NAME])
{
	struct query *q = store_query(s,
	    "SELECT stick FROM stick_records"
	    " WHERE pid = ?1 AND record = ?2 LIMIT 1");

	query_text(q, 0, pid);
	query_number(q, 1, record);
	sticks_text(q, name, STICKS_NAME);
}

enum stick_image
sticks_made(struct store *s, const char *name, char *image, size_t cap)
{
	struct query *q = store_query(s,
	    "SELECT image, made IS NOT NULL FROM sticks WHERE name = ?");
	enum stick_image is = STICK_UNKNOWN;

	query_text(q, 0, name);
	image[0] = '\0';
	if (query_row(q)) {
		is = query_get_number(q, 1) != 0 ? STICK_MADE : STICK_PENDING;
		(void)snprintf(image, cap, "%s", query_get_text(q, 0));
	}
	query_reset(q);
	return is;
}

size_t
sticks_nrecords(struct store *s, const char *name)
{
	struct query *q =
	    store_query(s, "SELECT nrecords FROM sticks WHERE name = ?");

	query_text(q, 0, name);
	return (size_t)sticks_number(q);
}

void
sticks_pid(struct store *s, const char *name, uint32_t record,
    char pid[PID_LEN + 1])
{
	struct query *q = store_query(s,
	    "SELECT pid FROM stick_records WHERE stick = ?1 AND record = ?2");

	query_text(q, 0, name);
	query_number(q, 1, record);
	sticks_text(q, pid, PID_LEN + 1);
}

void
sticks_machine(struct store *s, const char *pid, uint32_t record, char *machine,
    size_t cap)
{
	struct query *q = store_query(s,
	    "SELECT CASE WHEN k.note = '' OR r.machine <> ''"
	    "  THEN ifnull(r.machine, '') ELSE k.note END"
	    " FROM keys k LEFT JOIN stick_records r"
	    "  ON r.pid = k.pid AND r.record = ?2"
	    " WHERE k.pid = ?1 ORDER BY r.machine DESC LIMIT 1");

	query_text(q, 0, pid);
	query_number(q, 1, record);
	sticks_text(q, machine, cap);
}

void
sticks_each_key(struct store *s, const char *name, stick_key_fn *fn, void *arg)
{
	struct query *q = store_query(s,
	    "SELECT k.batch, k.pid, k.sealed, k.origin, k.place, k.note"
	    " FROM stick_records r JOIN keys k USING (pid)"
	    " WHERE r.stick = ? ORDER BY r.record");
	struct issued k = { 0 };

	query_text(q, 0, name);
	while (query_row(q))
		if (issue_row(s, q, 1, &k))
			fn(arg, &k, query_get_text(q, 0));
	explicit_bzero(&k, sizeof(k));
}

void
sticks_each_machine(struct store *s, stick_machine_fn *fn, void *arg)
{
	struct query *q = store_query(s,
	    "SELECT r.machine, r.stick, r.record"
	    " FROM stick_records r JOIN keys k USING (pid)"
	    " WHERE r.machine <> ''"
	    "  AND k.state NOT IN (key_state('new'), key_state('revoked'))"
	    " ORDER BY r.stick, r.record");

	while (query_row(q))
		fn(arg, query_get_text(q, 0), query_get_text(q, 1),
		    query_get_number(q, 2));
}

void
sticks_collected(struct store *s, const char *name, int64_t at, bool news)
{
	struct query *q = store_query(s,
	    "UPDATE sticks SET collected = ?1"
	    " WHERE name = ?2 AND (?3 OR collected IS NULL)");

	query_number(q, 0, at);
	query_text(q, 1, name);
	query_number(q, 2, news);
	query_run(q);
}
