#include "keys/pidset.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

/* 36^7 < 2^37: the check character says nothing new. */
#define TAG_BITS 27
#define TAG_MASK (((uint64_t)1 << TAG_BITS) - 1)

struct slot {
	uint64_t key; /* (PID + 1) << TAG_BITS | tag; 0 when free */
	struct pidset_place place;
};

struct pidset {
	uint64_t seed[2];
	size_t nslots; /* a power of two */
	size_t nused;  /* at most three quarters of it */
	struct slot *slots;
};

struct pidset *
pidset_new(const uint8_t seed[16])
{
	struct pidset *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	memcpy(s->seed, seed, sizeof(s->seed));
	s->nslots = 1024;
	s->slots = calloc(s->nslots, sizeof(*s->slots));
	if (s->slots != NULL)
		return s;
	free(s);
	return NULL;
}

void
pidset_free(struct pidset *s)
{
	if (s == NULL)
		return;
	explicit_bzero(s->slots, s->nslots * sizeof(*s->slots));
	free(s->slots);
	explicit_bzero(s, sizeof(*s));
	free(s);
}

static uint64_t
pid_number(const char *pid)
{
	uint64_t n = 0;

	for (size_t i = 0; i < PID_LEN - 1; i++)
		n = n * 36 +
		    (uint64_t)(pid[i] <= '9' ? pid[i] - '0'
		                             : pid[i] - 'A' + 10);
	return n;
}

static uint64_t
pps_tag(const struct pidset *s, const char *pps)
{
	return hash_bytes(s->seed[1], pps, PPS_LEN) & TAG_MASK;
}

/* The slot that holds this PID, or the free one where it belongs. */
static struct slot *
find(const struct pidset *s, uint64_t key)
{
	uint64_t pid = key >> TAG_BITS;
	size_t at = (size_t)hash_bytes(s->seed[0], &pid, sizeof(pid));

	for (;; at++) {
		struct slot *slot = &s->slots[at & (s->nslots - 1)];

		if (slot->key == 0 || slot->key >> TAG_BITS == pid)
			return slot;
	}
}

static int
pidset_grow(struct pidset *s)
{
	struct pidset more = *s;

	more.nslots *= 2;
	more.slots = calloc(more.nslots, sizeof(*more.slots));
	if (more.slots == NULL)
		return -1;
	for (size_t i = 0; i < s->nslots; i++)
		if (s->slots[i].key != 0)
			*find(&more, s->slots[i].key) = s->slots[i];
	explicit_bzero(s->slots, s->nslots * sizeof(*s->slots));
	free(s->slots);
	*s = more;
	return 0;
}

static uint64_t
key_of(const struct pidset *s, const char *pid, const char *pps)
{
	return (pid_number(pid) + 1) << TAG_BITS | pps_tag(s, pps);
}

/* What a slot says of a key. */
static enum pidset_found
pidset_look(const struct slot *slot, uint64_t key, struct pidset_place *place)
{
	if (slot->key == 0)
		return PIDSET_NEW;
	*place = slot->place;
	return slot->key == key ? PIDSET_SAME : PIDSET_OTHER_PPS;
}

enum pidset_found
pidset_find(const struct pidset *s, const char *pid, const char *pps,
    struct pidset_place *place)
{
	uint64_t key = key_of(s, pid, pps);

	return pidset_look(find(s, key), key, place);
}

enum pidset_found
pidset_add(struct pidset *s, const char *pid, const char *pps,
    struct pidset_place *place)
{
	uint64_t key = key_of(s, pid, pps);
	struct slot *slot;

	if (s->nused >= s->nslots / 4 * 3 && pidset_grow(s) == -1)
		return PIDSET_NO_MEMORY;
	slot = find(s, key);
	if (slot->key != 0)
		return pidset_look(slot, key, place);
	*slot = (struct slot){ .key = key, .place = *place };
	s->nused++;
	return PIDSET_NEW;
}
