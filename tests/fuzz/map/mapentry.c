/* What is accepted of a record of @map is written to a record that is accepted
 * and means the same. */
#include "map/mapentry.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(int truth)
{
	if (!truth)
		abort();
}

static void
write_again(const uint8_t uuid[UUID_LEN], const char *fqdn, uint64_t trust,
    const char *seen, const struct record *r)
{
	char text[UUID_TEXT], same[MAPENTRY_DAY] = "", name[DOMAIN_TEXT];
	const struct mapentry e = { .uuid = text,
		.fqdn = fqdn,
		.source = r->field[MAP_SOURCE],
		.seen = seen,
		.trust = (unsigned)trust,
		.from = r->field[MAP_FROM] };
	struct record back = { .kind = &kind_map };
	struct mapentry_text t;
	uint8_t bytes[UUID_LEN];
	uint64_t n;
	struct fault f;

	uuid_format(text, uuid);
	mapentry_put(&t, &e);
	for (size_t i = 0; i < MAP_NCOLUMNS; i++)
		back.field[i] = (char *)(uintptr_t)t.field[i];
	must(mapentry_get(bytes, name, &n, &back, &f) == 0);
	must(memcmp(bytes, uuid, UUID_LEN) == 0);
	must(strcmp(name, fqdn) == 0 && n == trust);
	must(mapentry_get_seen(same, &back, 0, &f) == 0);
	must(strcmp(same, seen) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *line = malloc(size + 1), fqdn[DOMAIN_TEXT];
	char seen[MAPENTRY_DAY] = "";
	uint8_t uuid[UUID_LEN];
	uint64_t trust;
	struct record r;
	struct fault f;

	if (line == NULL)
		return 0;
	memcpy(line, data, size);
	line[size] = '\0';
	if (record_get(&r, &kind_map, MAP_NCOLUMNS, line, size, &f) == 0 &&
	    mapentry_get(uuid, fqdn, &trust, &r, &f) == 0 &&
	    mapentry_get_seen(seen, &r, 1795353600, &f) == 0)
		write_again(uuid, fqdn, trust, seen, &r);
	free(line);
	return 0;
}
