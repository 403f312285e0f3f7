#include "map/mapjoin.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

struct entry {
	uint8_t uuid[UUID_LEN];
	uint32_t key;   /* offset in the arena, 0 none */
	uint32_t name;  /* the same */
	uint32_t about; /* the same */
	uint32_t next;  /* entry + 1 with the same key and another name */
	/* line << 3 | USED, HAS_UUID, file */
	uint32_t place;
};
#define FILE_BIT 1u
#define HAS_UUID 2u
#define USED 4u
#define PLACE_SHIFT 3
_Static_assert(MAPJOIN_LINE_MAX == UINT32_MAX >> PLACE_SHIFT, "it fits");

/*
 * Open addressing; a free slot has first or uuid 0.  nslots is a power of two.
 * The tag is a part of the sum that the place does not use: what it tells
 * apart need not be looked up.
 */
struct name_slot {
	uint32_t tag;
	uint32_t first; /* entry + 1 that is the first of its key */
};
struct pair_slot {
	uint32_t tag;
	uint32_t uuid, name; /* entries + 1 */
};
struct names {
	struct name_slot *slot;
	size_t nslots;
	bool joins; /* the slots are those of these rows */
};
struct pairs {
	struct pair_slot *slot;
	size_t nslots, nused;
};

struct mapjoin {
	uint64_t seed[2];
	struct entry *entry;
	size_t nentries, cap;
	/* Keys as a length byte and bytes, names with a NUL, model and serial
	 * number with one each. */
	uint8_t *arena;
	size_t arena_len, arena_cap;
	struct names names;
	struct pairs pairs;
};

struct mapjoin *
mapjoin_new(const uint8_t seed[16])
{
	struct mapjoin *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	memcpy(j->seed, seed, sizeof(j->seed));
	j->arena_len = 1; /* 0 means none */
	return j;
}

void
mapjoin_free(struct mapjoin *j)
{
	if (j == NULL)
		return;
	free(j->entry);
	free(j->arena);
	free(j->names.slot);
	free(j->pairs.slot);
	free(j);
}

/* Room for n more of size bytes each: 0, or -1 with *f filled. */
static int
make_room(void **array, size_t *cap, size_t used, size_t n, size_t size,
    size_t max, struct fault *f)
{
	size_t want = *cap;
	void *more;

	if (n > max - used)
		return fault_set(f, 0, "files are too large to be joined");
	while (want < used + n)
		want = want < 4096 ? 4096 : want * 3 / 2;
	if (want == *cap)
		return 0;
	more = reallocarray(*array, want, size);
	if (more == NULL)
		return fault_set(f, 0, "out of memory");
	*array = more;
	*cap = want;
	return 0;
}

/* Keeps len bytes behind first; *at is where. */
static int
mapjoin_keep(struct mapjoin *j, uint32_t *at, const uint8_t *first,
    const void *bytes, size_t len, struct fault *f)
{
	void *arena = j->arena;

	if (make_room(&arena, &j->arena_cap, j->arena_len, len + 1, 1,
	        UINT32_MAX, f) == -1)
		return -1;
	j->arena = arena;
	*at = (uint32_t)j->arena_len;
	if (first != NULL)
		j->arena[j->arena_len++] = *first;
	memcpy(j->arena + j->arena_len, bytes, len);
	j->arena_len += len;
	return 0;
}

static int
keep_key(struct mapjoin *j, struct entry *e, const struct maprow *row,
    struct fault *f)
{
	uint8_t len = (uint8_t)row->key_len;

	if (len == 0)
		return 0;
	return mapjoin_keep(j, &e->key, &len, row->key, len, f);
}

static int
keep_about(struct mapjoin *j, struct entry *e, const struct mapmodel *a,
    struct fault *f)
{
	char both[sizeof(*a)];
	size_t n = strlen(a->model) + 1, all = n + strlen(a->serial) + 1;

	if (all == 2)
		return 0;
	memcpy(both, a->model, n);
	memcpy(both + n, a->serial, all - n);
	return mapjoin_keep(j, &e->about, NULL, both, all, f);
}

int
mapjoin_add(struct mapjoin *j, const struct maprow *row, uint32_t file,
    uint32_t line, struct fault *f)
{
	struct entry e = { .place = line << PLACE_SHIFT | file };
	void *entry = j->entry;

	if (line > MAPJOIN_LINE_MAX)
		return fault_set(f, line, "files are too large to be joined");
	if (make_room(&entry, &j->cap, j->nentries, 1, sizeof(e),
	        MAPJOIN_ROWS_MAX, f) == -1)
		return -1;
	j->entry = entry;
	if (row->has_uuid) {
		memcpy(e.uuid, row->uuid, UUID_LEN);
		e.place |= HAS_UUID;
	}
	if (keep_key(j, &e, row, f) == -1 ||
	    keep_about(j, &e, &row->about, f) == -1)
		return -1;
	if (row->fqdn[0] != '\0' &&
	    mapjoin_keep(j, &e.name, NULL, row->fqdn, strlen(row->fqdn) + 1,
	        f) == -1)
		return -1;
	j->entry[j->nentries++] = e;
	return 0;
}

void
mapjoin_reset(struct mapjoin *j)
{
	j->nentries = 0;
	j->arena_len = 1;
	if (j->pairs.slot != NULL)
		memset(j->pairs.slot, 0,
		    j->pairs.nslots * sizeof(*j->pairs.slot));
	j->pairs.nused = 0;
}

static const char *
name_of(const struct mapjoin *j, const struct entry *e)
{
	return (const char *)j->arena + e->name;
}

static bool
same_key(const struct mapjoin *j, const struct entry *a, const struct entry *b)
{
	const uint8_t *ka = j->arena + a->key, *kb = j->arena + b->key;

	return memcmp(ka, kb, 1 + (size_t)ka[0]) == 0;
}

/* The slot of e's key, or the free one where it belongs, tagged for it. */
static struct name_slot *
find_key(const struct mapjoin *j, const struct entry *e)
{
	const uint8_t *key = j->arena + e->key;
	uint64_t h = hash_bytes(j->seed[0], key + 1, key[0]);
	uint32_t tag = (uint32_t)(h >> 32);

	for (size_t at = (size_t)h;; at++) {
		struct name_slot *slot =
		    &j->names.slot[at & (j->names.nslots - 1)];

		if (slot->first == 0)
			slot->tag = tag;
		if (slot->first == 0 ||
		    (slot->tag == tag &&
		        same_key(j, &j->entry[slot->first - 1], e)))
			return slot;
	}
}

/* Adds a name to its key's; one that is there is not added again. */
static void
index_name(struct mapjoin *j, uint32_t i, struct mapjoin_count *count)
{
	struct entry *e = &j->entry[i];
	uint32_t *link = &find_key(j, e)->first;
	bool alone = !(e->place & HAS_UUID); /* else it counts as a pair */
	int n = 0;

	for (; *link != 0; link = &j->entry[*link - 1].next) {
		bool same = strcmp(name_of(j, &j->entry[*link - 1]),
		                name_of(j, e)) == 0;

		if (!same && ++n < MAPJOIN_NAMES_MAX)
			continue;
		count->ndoubles += alone && same;
		count->ncrowded += alone && !same;
		e->place |= USED;
		return;
	}
	*link = i + 1;
}

static size_t
slots_for(size_t n)
{
	size_t nslots = 1024;

	while (nslots / 4 * 3 < n)
		nslots *= 2;
	return nslots;
}

/* Those of rows with a UUID, or those of rows without. */
static void
index_some(struct mapjoin *j, uint32_t has_uuid, struct mapjoin_count *count)
{
	for (size_t i = 0; i < j->nentries; i++) {
		const struct entry *e = &j->entry[i];

		if (e->key != 0 && e->name != 0 &&
		    (e->place & HAS_UUID) == has_uuid)
			index_name(j, (uint32_t)i, count);
	}
}

/* A name that stands alone goes first: it is its resource's in any case. */
static int
index_names(struct mapjoin *j, struct mapjoin_count *count, struct fault *f)
{
	size_t n = 0;

	for (size_t i = 0; i < j->nentries; i++)
		n += j->entry[i].key != 0 && j->entry[i].name != 0;
	j->names.nslots = slots_for(n);
	free(j->names.slot);
	j->names.slot = calloc(j->names.nslots, sizeof(*j->names.slot));
	if (j->names.slot == NULL)
		return fault_set(f, 0, "out of memory");
	index_some(j, 0, count);
	index_some(j, HAS_UUID, count);
	return 0;
}

/* Has any machine its name, or another one, elsewhere? */
static bool
needs_join(const struct mapjoin *j)
{
	for (size_t i = 0; i < j->nentries; i++)
		if (!(j->entry[i].place & HAS_UUID) || j->entry[i].name == 0)
			return true;
	return false;
}

static bool
same_pair(const struct mapjoin *j, const struct pair_slot *s,
    const uint8_t uuid[UUID_LEN], const char *name)
{
	return memcmp(j->entry[s->uuid - 1].uuid, uuid, UUID_LEN) == 0 &&
	    strcmp(name_of(j, &j->entry[s->name - 1]), name) == 0;
}

/* The slot of this pair, or the free one where it belongs, tagged for it. */
static struct pair_slot *
find_pair(const struct mapjoin *j, uint32_t uuid, uint32_t name)
{
	const uint8_t *u = j->entry[uuid].uuid;
	const char *n = name_of(j, &j->entry[name]);
	uint64_t h =
	    hash_bytes(hash_bytes(j->seed[1], u, UUID_LEN), n, strlen(n));
	uint32_t tag = (uint32_t)(h >> 32);

	for (size_t at = (size_t)h;; at++) {
		struct pair_slot *slot =
		    &j->pairs.slot[at & (j->pairs.nslots - 1)];

		if (slot->uuid == 0)
			slot->tag = tag;
		if (slot->uuid == 0 ||
		    (slot->tag == tag && same_pair(j, slot, u, n)))
			return slot;
	}
}

static int
grow_pairs(struct mapjoin *j, struct fault *f)
{
	struct pairs old = j->pairs;

	j->pairs.nslots = old.nslots == 0 ? 1024 : old.nslots * 2;
	j->pairs.slot = calloc(j->pairs.nslots, sizeof(*old.slot));
	if (j->pairs.slot == NULL) {
		j->pairs = old;
		return fault_set(f, 0, "out of memory");
	}
	for (size_t i = 0; i < old.nslots; i++)
		if (old.slot[i].uuid != 0)
			*find_pair(j, old.slot[i].uuid - 1,
			    old.slot[i].name - 1) = old.slot[i];
	free(old.slot);
	return 0;
}

struct mapjoin_run {
	mapjoin_fn *fn;
	void *arg;
	struct mapjoin_count *count;
	const char *model, *serial; /* of the machine */
};

/* What an entry says of the machine that nothing said before. */
static void
add_about(const struct mapjoin *j, struct mapjoin_run *run,
    const struct entry *e)
{
	const char *model, *serial;

	if (e->about == 0)
		return;
	model = (const char *)j->arena + e->about;
	serial = model + strlen(model) + 1;
	if (run->model[0] == '\0')
		run->model = model;
	if (run->serial[0] == '\0')
		run->serial = serial;
}

/* Of the row with its UUID, and of its resource where that says more. */
static void
gather_about(const struct mapjoin *j, struct mapjoin_run *run,
    const struct entry *e, uint32_t first)
{
	run->model = run->serial = "";
	add_about(j, run, e);
	for (uint32_t n = first; n != 0; n = j->entry[n - 1].next)
		if (!(j->entry[n - 1].place & HAS_UUID))
			add_about(j, run, &j->entry[n - 1]);
}

static void
mapjoin_call(const struct mapjoin_run *run, const struct entry *uuid,
    const char *fqdn, const struct entry *where)
{
	const struct mapjoin_pair pair = { .uuid = uuid->uuid,
		.fqdn = fqdn,
		.model = run->model,
		.serial = run->serial,
		.file = where->place & FILE_BIT,
		.line = where->place >> PLACE_SHIFT };

	run->fn(run->arg, &pair);
}

/* One pair, unless it was there before. */
static int
mapjoin_give(struct mapjoin *j, const struct mapjoin_run *run, uint32_t uuid,
    uint32_t name, struct fault *f)
{
	struct pair_slot *slot;

	if (j->pairs.nused >= j->pairs.nslots / 4 * 3 && grow_pairs(j, f) == -1)
		return -1;
	slot = find_pair(j, uuid, name);
	if (slot->uuid != 0) {
		run->count->ndoubles++;
		return 0;
	}
	slot->uuid = uuid + 1;
	slot->name = name + 1;
	j->pairs.nused++;
	run->count->npairs++;
	mapjoin_call(run, &j->entry[uuid], name_of(j, &j->entry[name]),
	    &j->entry[name]);
	return 0;
}

/*
 * All names of a machine that has its UUID in entry i: that of its own row, and
 * its resource's.  Beside its own, a name that stands with another UUID says
 * nothing of it.
 */
static int
give_names(struct mapjoin *j, struct mapjoin_run *run, uint32_t i,
    struct fault *f)
{
	struct entry *e = &j->entry[i];
	uint32_t first =
	    e->key != 0 && j->names.joins ? find_key(j, e)->first : 0;

	gather_about(j, run, e, first);
	if (e->name != 0) {
		if (mapjoin_give(j, run, i, i, f) == -1)
			return -1;
	} else if (first == 0) {
		run->count->nunnamed++;
		mapjoin_call(run, e, NULL, e);
	}
	for (uint32_t n = first; n != 0; n = j->entry[n - 1].next) {
		if (e->name != 0 && (j->entry[n - 1].place & HAS_UUID))
			continue;
		j->entry[n - 1].place |= USED;
		if (mapjoin_give(j, run, i, n - 1, f) == -1)
			return -1;
	}
	return 0;
}

int
mapjoin_run(struct mapjoin *j, mapjoin_fn *fn, void *arg,
    struct mapjoin_count *count, struct fault *f)
{
	struct mapjoin_run run = { fn, arg, count, "", "" };

	*count = (struct mapjoin_count){ 0 };
	j->names.joins = needs_join(j);
	if (j->names.joins && index_names(j, count, f) == -1)
		return -1;
	for (size_t i = 0; i < j->nentries; i++)
		if ((j->entry[i].place & HAS_UUID) &&
		    give_names(j, &run, (uint32_t)i, f) == -1)
			return -1;
	for (size_t i = 0; i < j->nentries; i++)
		count->nunused += !(j->entry[i].place & (HAS_UUID | USED));
	return 0;
}
