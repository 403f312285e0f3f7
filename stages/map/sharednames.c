#include "map/sharednames.h"

#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "base/hash.h"

struct sharednames_slot {
	uint64_t name; /* its sum; 0: free */
	uint64_t uuid; /* that of the first */
	bool shared;
};

static struct sharednames_slot *
find_slot(const struct sharednames *s, uint64_t name)
{
	for (size_t at = (size_t)name;; at++) {
		struct sharednames_slot *slot = &s->slot[at & (s->nslots - 1)];

		if (slot->name == 0 || slot->name == name)
			return slot;
	}
}

static void
sharednames_grow(struct sharednames *s)
{
	struct sharednames_slot *old = s->slot;
	size_t nold = s->nslots;

	s->nslots = nold == 0 ? 1024 : nold * 2;
	s->slot = calloc(s->nslots, sizeof(*s->slot));
	if (s->slot == NULL)
		err(EX_OSERR, "names");
	for (size_t i = 0; i < nold; i++)
		if (old[i].name != 0)
			*find_slot(s, old[i].name) = old[i];
	free(old);
}

void
sharednames_add(struct sharednames *s, const char *name,
    const uint8_t uuid[UUID_LEN])
{
	uint64_t sum = hash_bytes(s->seed, name, strlen(name)) | 1;
	uint64_t other = hash_bytes(s->seed, uuid, UUID_LEN);
	struct sharednames_slot *slot;

	if (s->nused >= s->nslots / 4 * 3 && s->nused < SHAREDNAMES_MAX)
		sharednames_grow(s);
	slot = find_slot(s, sum);
	if (slot->name == 0) {
		if (s->nused < SHAREDNAMES_MAX) {
			*slot = (struct sharednames_slot){ .name = sum,
				.uuid = other };
			s->nused++;
		}
		return;
	}
	if (slot->shared || slot->uuid == other)
		return;
	slot->shared = true;
	if (s->nshared++ == 0)
		(void)snprintf(s->example, sizeof(s->example), "%s", name);
}

void
sharednames_free(struct sharednames *s)
{
	free(s->slot);
	s->slot = NULL;
	s->nslots = s->nused = 0;
}
