#include "store/load.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "store/keys.h"
#include "lib/clock.h"
#include "lib/findings.h"
#include "keys/keyrow.h"
#include "base/password.h"
#include "keys/pidpps.h"
#include "store/runs.h"
#include "lib/stage.h"
#include "base/writer.h"

/*
 * A bundle goes into runs first, secrets sealed, and from there in the order
 * of its PIDs into the keys: PIDs are random, and a table of a million rows
 * takes rows in order five times as fast.  Memory does not grow with it.
 */
#define SORT_MEMORY (32 << 20)
#define ITEM_MAX (RECORD_LINE_MAX + LOAD_PLACE + STORE_KEY_SEALED + 64)

/* From so many on it pays to leave the log out. */
#define BULK 20000

/*
 * Keys leave in the order of their rows, which is to be that of their list.
 * They are added in the order of their PIDs, for the index's sake; up to so
 * many their rows fit into the cache, where it costs nothing to put each in its
 * place. Those of a longer list follow their PIDs.
 */
#define IN_LIST_ORDER 100000

/* A statement costs as much as the row that it adds: one for many. */
#define TOGETHER 1024

/*
 * A record on its way: PID_LEN bytes, state, its number in the input, length of
 * the sealed secrets, these, and the texts, each with its NUL.  Borrows from
 * where it was read.
 */
struct key_item {
	char pid[PID_LEN + 1];
	enum key_state state;
	bool whole;   /* it has a PPS */
	uint32_t nth; /* in the input, from 1 */
	const uint8_t *sealed;
	size_t nsealed;
	const char *batch, *origin, *note, *place;
};

static const char *const spoken[KEY_NSECRETS] = { "PPS",
	"present MEBx password", "next MEBx password" };

struct bundle {
	struct store *store;
	struct runs *runs;
	struct query *add;
	struct query *look;
	struct query *fill;
	struct load_count count;
	int64_t now;
	uint64_t taken, merged;
	unsigned rebatched; /* records that name another batch */
};

static int
check_key(const struct record *r, char pid[PID_LEN + 1],
    struct key_secrets *secret, enum key_state *state, struct fault *f)
{
	char *const *field = r->field;

	memset(secret, 0, sizeof(*secret));
	if (pid_parse(pid, field[KEYS_PID], strlen(field[KEYS_PID]), f) == -1)
		return -1;
	/* A stick that was read back may have lost its PPS. */
	if (field[KEYS_PPS][0] != '\0' &&
	    pps_parse(secret->text[KEY_PPS], field[KEYS_PPS],
	        strlen(field[KEYS_PPS]), f) == -1)
		return -1;
	if (strlen(field[KEYS_NOTE]) > KEYROW_NOTE_MAX)
		return fault_set(f, 0, "note is longer than %d bytes",
		    KEYROW_NOTE_MAX);
	*state = key_state_find(field[KEYS_STATE]);
	if (*state == KEY_NSTATES)
		return fault_set(f, 0, "unknown state of a key");
	for (int i = KEY_MEBX_NOW; i <= KEY_MEBX_NEXT; i++) {
		const char *password = field[KEYS_PPS + i];
		size_t len = strlen(password);

		if (len > PASSWORD_MAX)
			return fault_set(f, 0,
			    "%s is longer than %d characters",
			    r->kind->columns[KEYS_PPS + i].name, PASSWORD_MAX);
		memcpy(secret->text[i], password, len + 1);
	}
	return 0;
}

static void
put_item(struct bundle *b, const struct key_item *t)
{
	static uint8_t record[ITEM_MAX];
	const char *const texts[] = { t->batch, t->origin, t->note, t->place };
	struct writer w = { .base = record, .cap = sizeof(record) };

	writer_bytes(&w, t->pid, PID_LEN);
	writer_u8(&w, (uint8_t)t->state);
	writer_u8(&w, t->whole);
	writer_bytes(&w, &t->nth, sizeof(t->nth));
	writer_u8(&w, (uint8_t)t->nsealed);
	writer_bytes(&w, t->sealed, t->nsealed);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		writer_bytes(&w, texts[i], strlen(texts[i]) + 1);
	assert(writer_done(&w) == 0);
	runs_add(b->runs, record, w.len);
}

/* The other way; what comes is our own. */
static void
get_item(struct key_item *t, const uint8_t *p)
{
	const char **const texts[] = { &t->batch, &t->origin, &t->note,
		&t->place };

	memcpy(t->pid, p, PID_LEN);
	t->pid[PID_LEN] = '\0';
	p += PID_LEN;
	t->state = *p++;
	t->whole = *p++ != 0;
	memcpy(&t->nth, p, sizeof(t->nth));
	p += sizeof(t->nth);
	t->nsealed = *p++;
	t->sealed = p;
	p += t->nsealed;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = (const char *)p;
		p += strlen(*texts[i]) + 1;
	}
}

static void
take_record(struct bundle *b, struct stream_in *in, struct record *r)
{
	uint8_t sealed[STORE_KEY_SEALED];
	struct key_secrets secret;
	char place[LOAD_PLACE];
	struct key_item t = { .batch = r->field[KEYS_BATCH],
		.origin = r->field[KEYS_ORIGIN],
		.note = r->field[KEYS_NOTE],
		.place = place,
		.sealed = sealed };
	struct fault f;

	load_place(in, r->field[KEYS_FROM], place);
	if (check_key(r, t.pid, &secret, &t.state, &f) == -1) {
		stage_refuse_key(t.pid, place, 0, "%s", f.why);
		b->count.n[LOAD_REFUSED]++;
	} else {
		t.whole = secret.text[KEY_PPS][0] != '\0';
		store_shut_key(b->store, sealed, &t.nsealed, t.pid, &secret);
		t.nth = (uint32_t)++b->taken;
		put_item(b, &t);
	}
	explicit_bzero(&secret, sizeof(secret));
}

/* Which secret both know and do not agree on, or -1. */
static int
secrets_differ(const struct key_secrets *here, const struct key_secrets *there)
{
	for (int i = 0; i < KEY_NSECRETS; i++) {
		const char *a = here->text[i];
		const char *b = there->text[i];

		if (a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0)
			return i;
	}
	return -1;
}

/* Writes the secrets that are known here and were not there (or do not open
 * there).  Was there any?  A key without its PPS is none: one that does not
 * open stays so until a list has its PPS. */
static bool
fill_secrets(struct bundle *b, const char *pid, const struct key_secrets *here,
    const struct key_secrets *there)
{
	struct key_secrets all = *there;
	uint8_t sealed[STORE_KEY_SEALED];
	bool any = false;

	for (int i = 0; i < KEY_NSECRETS; i++)
		if (here->text[i][0] != '\0' && all.text[i][0] == '\0') {
			memcpy(all.text[i], here->text[i], STORE_SECRET);
			any = true;
		}
	any = any && all.text[KEY_PPS][0] != '\0';
	if (any) {
		store_bind_key(b->store, b->fill, 0, pid, &all, sealed);
		query_number(b->fill, 1, b->now);
		query_text(b->fill, 2, pid);
		query_run(b->fill);
	}
	explicit_bzero(&all, sizeof(all));
	return any;
}

/* A note where the store has none. */
static bool
fill_note(struct bundle *b, const char *pid, const char *note)
{
	struct query *q = store_query(b->store,
	    "UPDATE keys SET note = ?1 WHERE pid = ?2 AND note = ''");

	if (note[0] == '\0')
		return false;
	query_text(q, 0, note);
	query_text(q, 1, pid);
	query_run(q);
	return db_changes(b->store->db) != 0;
}

static enum load_verdict
key_compare(struct bundle *b, const struct key_item *t,
    struct key_secrets *here, struct key_secrets *there)
{
	struct query *look = b->look;
	bool damaged, filled;
	int differs;

	(void)store_open_key(b->store, t->sealed, t->nsealed, t->pid, here);
	damaged = store_get_key(b->store, look, 0, t->pid, there) == -1;
	differs = secrets_differ(here, there);
	if (differs != -1) {
		stage_refuse_key(t->pid, t->place, 0,
		    "PID %s has another %s than in %s; the store keeps that "
		    "one",
		    t->pid, spoken[differs], query_get_text(look, 1));
		return LOAD_REFUSED;
	}
	if (strcmp(t->batch, query_get_text(look, 2)) != 0 &&
	    t->batch[0] != '\0')
		b->rebatched++;
	filled = fill_secrets(b, t->pid, here, there);
	if (filled && damaged)
		stage_say(t->place, 0,
		    "PID %s did not open in the store and is repaired", t->pid);
	filled = fill_note(b, t->pid, t->note) || filled;
	if (keys_move(b->store, t->pid, t->state, b->now, t->place) || filled)
		return LOAD_CHANGED;
	return LOAD_SAME;
}

/* Is this the very row that was just added?  No two sealings are alike. */
static bool
is_added(const struct key_item *t, struct query *look)
{
	size_t n;
	const void *there = query_get_bytes(look, 0, &n);

	return t->whole && n == t->nsealed && memcmp(t->sealed, there, n) == 0;
}

static enum load_verdict
merge_one(struct bundle *b, const struct key_item *t)
{
	struct key_secrets here, there;
	enum load_verdict verdict;

	query_text(b->look, 0, t->pid);
	if (!query_row(b->look)) {
		/* Not added for want of a PPS, and not known either. */
		stage_refuse_key(t->pid, t->place, 0,
		    "PID %s is not in the store%s", t->pid,
		    t->state == KEY_REVOKED ? "" : " and comes without a PPS");
		return LOAD_REFUSED;
	}
	verdict =
	    is_added(t, b->look) ? LOAD_NEW : key_compare(b, t, &here, &there);
	query_reset(b->look);
	explicit_bzero(&here, sizeof(here));
	explicit_bzero(&there, sizeof(there));
	return verdict;
}

/* The values of a key for the columns of b->add. */
static void
feed_item(void *arg, size_t row, struct fed value[DB_FED_COLUMNS])
{
	const struct key_item *t = (const struct key_item *)arg + row;

	value[0] =
	    (struct fed){ .type = FED_TEXT, .p = t->pid, .len = PID_LEN };
	value[1] = (struct fed){ .type = FED_BYTES,
		.p = t->sealed,
		.len = t->nsealed };
	fed_text(&value[2], t->batch);
	fed_text(&value[3], t->origin);
	fed_number(&value[4], t->state);
	fed_text(&value[5], t->note);
	fed_text(&value[6], t->place);
	fed_number(&value[7], t->nth);
}

/* Adds n keys, those that are there already excepted; how many came to be. */
static size_t
add_some(struct bundle *b, struct key_item *items, size_t n)
{
	db_feed(b->store->db, b->add, n, feed_item, items);
	return (size_t)db_changes(b->store->db);
}

/* A list may say that a key is used already: that is its first change. */
static void
note_first(struct bundle *b, const struct key_item *t)
{
	if (t->state != KEY_NEW)
		keys_log(b->store, t->pid, t->state, b->now, t->place);
}

static void
merge_some(struct bundle *b, struct key_item *items, size_t n, bool whole)
{
	b->merged += n;
	stage_progress(b->store->path, b->merged, "keys stored");
	if (whole && add_some(b, items, n) == n) {
		b->count.n[LOAD_NEW] += n;
		for (size_t i = 0; i < n; i++)
			note_first(b, &items[i]);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		enum load_verdict verdict;

		if (!whole && items[i].whole)
			(void)add_some(b, &items[i], 1);
		verdict = merge_one(b, &items[i]);
		if (verdict == LOAD_NEW)
			note_first(b, &items[i]);
		b->count.n[verdict]++;
	}
}

static void
bundle_merge(struct bundle *b)
{
	static uint8_t kept[4 * ITEM_MAX];
	struct key_item items[TOGETHER];
	const uint8_t *record;
	size_t n = 0, len, used = 0;
	bool whole = true;

	while ((record = runs_next(b->runs, &len)) != NULL) {
		if (n == TOGETHER || len > sizeof(kept) - used) {
			merge_some(b, items, n, whole);
			n = used = 0;
			whole = true;
		}
		memcpy(kept + used, record, len);
		get_item(&items[n], kept + used);
		whole = whole && items[n].whole;
		used += len;
		n++;
	}
	merge_some(b, items, n, whole);
}

static void
bundle_prepare(struct bundle *b)
{
	struct db *db = b->store->db;

	b->add = query_new(db,
	    "INSERT OR IGNORE INTO keys (rowid, added, changed, pid, sealed,"
	    " batch, origin, state, note, place)"
	    " SELECT ?2 + c7, ?1, ?1, c0, c1, c2, c3, c4, c5, c6 FROM fed");
	query_number(b->add, 0, b->now);
	/* Rows without a number get the next one. */
	if (b->taken <= IN_LIST_ORDER)
		query_number(b->add, 1,
		    db_number(db, "SELECT max(rowid) FROM keys"));
	b->look = query_new(db,
	    "SELECT sealed, place, batch FROM keys WHERE pid = ?");
	b->fill = query_new(db,
	    "UPDATE keys SET sealed = ?, changed = ? WHERE pid = ?");
}

static void
bundle_unprepare(struct bundle *b)
{
	query_free(b->add);
	query_free(b->look);
	query_free(b->fill);
}

/* Machines may have been heard before their keys came. */
static void
note_seen(struct bundle *b)
{
	struct query *q = query_new(b->store->db,
	    "SELECT m.pid, m.uuid, m.address, max(m.last_heard) FROM callers m"
	    " JOIN keys k USING (pid) WHERE k.state < ? GROUP BY m.pid");
	char cause[128];

	query_number(q, 0, KEY_SEEN);
	while (query_row(q)) {
		(void)snprintf(cause, sizeof(cause), "hello of %s from %s",
		    query_get_text(q, 1), query_get_text(q, 2));
		(void)keys_move(b->store, query_get_text(q, 0), KEY_SEEN,
		    query_get_number(q, 3), cause);
	}
	query_free(q);
}

static void
tell_findings(const struct bundle *b, const char *name)
{
	const uint64_t *n = b->count.n;

	findings_add(FINDING_NEW, name, n[LOAD_NEW], "");
	findings_add(FINDING_SAME, name, n[LOAD_SAME], "");
	findings_add(FINDING_CHANGED, name, n[LOAD_CHANGED], "");
	findings_add(b->store->dry ? FINDING_TRIED : FINDING_STORED, name, 0,
	    "");
}

int
load_keys(struct store *s, struct stream_in *in)
{
	struct bundle b = { .store = s, .now = clock_seconds() };
	struct record r;
	int got;

	b.runs = runs_new(s->dir, SORT_MEMORY, ITEM_MAX, PID_LEN);
	while ((got = stream_next(in, &r)) == 1)
		take_record(&b, in, &r);
	if (got == -1)
		goto out;
	runs_sort(b.runs);
	if (b.taken >= BULK && !s->dry)
		store_begin_bulk(s);
	else
		store_begin(s);
	bundle_prepare(&b);
	bundle_merge(&b);
	bundle_unprepare(&b);
	note_seen(&b);
	if (s->dry)
		store_rollback(s);
	else
		store_commit(s);
	if (b.rebatched != 0)
		stage_say(in->name, 0,
		    "%u keys are in the store under another batch and stay "
		    "there",
		    b.rebatched);
	load_tell(in, &b.count);
	if (s->dry && stage_verbose())
		stage_say(in->name, 0, "only tried: nothing was stored");
	tell_findings(&b, in->name);
out:
	runs_free(b.runs);
	return got;
}
