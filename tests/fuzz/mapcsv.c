/* Two exports from raw bytes, cut at the first 0x1e: names that come out keep
 * the rules, no pair comes twice, and every UUID that went in comes out. */
#include "mapcsv.h"
#include "mapjoin.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct file {
	struct mapjoin *join;
	uint32_t number;
	bool started, dead;
	struct mapcsv map;
	uint64_t nuuids;
};

struct given {
	uint64_t npairs, nunnamed;
};

static void
promise(bool kept)
{
	if (!kept)
		abort();
}

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct file *file = arg;
	struct maprow said;
	struct fault f;

	if (bad != NULL || file->dead)
		return;
	if (!file->started) {
		file->started = true;
		file->dead = mapcsv_header(&file->map, row, &f) == -1;
		return;
	}
	if (mapcsv_read(&said, &file->map, row, &f) == -1) {
		promise(f.at == row->line && f.why[0] != '\0');
		return;
	}
	promise((said.has_uuid || said.key_len != 0) &&
	    (said.key_len != 0 || said.fqdn[0] != '\0'));
	file->nuuids += said.has_uuid;
	promise(mapjoin_add(file->join, &said, file->number,
	            (uint32_t)row->line, &f) == 0);
}

static void
read_file(struct file *file, const uint8_t *data, size_t size)
{
	struct rows *r = rows_new(take_row, file);
	struct fault f;

	if (r == NULL)
		exit(1);
	if (rows_feed(r, data, size, &f) == 0)
		(void)rows_end(r, &f);
	rows_free(r);
}

static void
look(void *arg, const struct mapjoin_pair *pair)
{
	struct given *g = arg;
	char again[DOMAIN_TEXT];

	promise(pair->line != 0 && pair->file < MAPJOIN_FILES);
	promise(uuid_bad(pair->uuid) == NULL);
	if (pair->fqdn == NULL) {
		g->nunnamed++;
		return;
	}
	g->npairs++;
	promise(domain_parse(again, pair->fqdn, strlen(pair->fqdn), NULL) == 0);
	promise(strcmp(again, pair->fqdn) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[16] = { 3 };
	const uint8_t *cut = size != 0 ? memchr(data, 0x1e, size) : NULL;
	size_t first = cut != NULL ? (size_t)(cut - data) : size;
	struct mapjoin *j = mapjoin_new(seed);
	struct file a = { .join = j }, b = { .join = j, .number = 1 };
	struct mapjoin_count count;
	struct given given = { 0 };
	struct fault f;

	if (j == NULL)
		exit(1);
	read_file(&a, data, first);
	if (cut != NULL)
		read_file(&b, cut + 1, size - first - 1);
	promise(mapjoin_run(j, look, &given, &count, &f) == 0);
	promise(given.npairs == count.npairs);
	promise(given.nunnamed == count.nunnamed);
	promise(count.npairs + count.ndoubles + count.nunnamed >=
	    a.nuuids + b.nuuids);
	mapjoin_free(j);
	return 0;
}
