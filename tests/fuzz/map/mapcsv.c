/* Two exports from raw bytes, cut at the first 0x1e: names that come out keep
 * the rules, no pair comes twice, and every UUID that went in comes out. */
#include "map/mapcsv.h"
#include "map/mapjoin.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct file {
	struct mapjoin *join;
	uint32_t number;
	struct mapsample sample;
	struct mapcols cols;
	uint64_t nread, nuuids;
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
take_first(void *arg, const struct row *row, const struct fault *bad)
{
	struct file *file = arg;

	if (bad == NULL)
		(void)mapsample_take(&file->sample, row);
}

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct file *file = arg;
	struct maprow said;
	struct fault f;

	if ((file->nread++ == 0 && file->cols.header) || bad != NULL)
		return;
	if (mapcsv_read(&said, &file->cols, "example.com", row, &f) == -1) {
		promise(f.at == row->line && f.why[0] != '\0');
		promise(said.cause != MAPCSV_FINE);
		return;
	}
	promise((said.has_uuid || said.key_len != 0) &&
	    (said.key_len != 0 || said.fqdn[0] != '\0'));
	file->nuuids += said.has_uuid;
	promise(mapjoin_add(file->join, &said, file->number,
	            (uint32_t)row->line, &f) == 0);
}

static void
read_file(struct file *file, rows_fn *fn, const uint8_t *data, size_t size)
{
	struct rows *r = rows_new(fn, file);
	struct fault f;

	if (r == NULL)
		exit(1);
	if (rows_feed(r, data, size, &f) == 0)
		(void)rows_end(r, &f);
	rows_free(r);
}

/* Columns are fields that every row has, and none is two things, but for the
 * serial number, which may be the resource. */
static void
check_columns(struct file *file)
{
	struct mapcols *m = &file->cols;

	mapcols_take_details(m, &file->sample);
	for (size_t i = 0; i < MAPCOL_N; i++) {
		size_t nfields =
		    i < MAPCOL_NEEDED ? m->nfields : m->nfields_max;

		promise(m->at[i] >= -1 && m->at[i] < (int)nfields);
		for (size_t n = 0; n < i; n++)
			promise(m->at[i] == -1 || m->at[i] != m->at[n] ||
			    (i >= MAPCOL_NEEDED && n == MAPCOL_KEY));
	}
	mapcols_tell(m, &file->sample);
}

static void
look(void *arg, const struct mapjoin_pair *pair)
{
	struct given *g = arg;
	char again[DOMAIN_TEXT];

	promise(strlen(pair->model) < MAPMODEL_TEXT);
	promise(strlen(pair->serial) < MAPMODEL_TEXT);
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

/* Wishes and columns of one or two files; false: they make no map. */
static bool
find_columns(struct file *file, size_t nfiles, const struct mapwish *w)
{
	const struct mapsample *const samples[] = { &file[0].sample,
		&file[1].sample };
	struct mapcols cols[2];
	struct fault f;

	for (size_t i = 0; i < nfiles; i++)
		if (file[i].sample.nrows == 0 ||
		    mapcols_find(&cols[i], &file[i].sample, w, &f) == -1)
			return false;
	mapcols_settle(cols, samples, nfiles);
	for (size_t i = 0; i < nfiles; i++) {
		file[i].cols = cols[i];
		check_columns(&file[i]);
	}
	return true;
}

/* The first line may be wishes: it begins with = then. */
static const struct mapwish *
take_wish(struct mapwish *w, const uint8_t **data, size_t *size)
{
	const uint8_t *end = memchr(*data, '\n', *size);
	char text[256];
	size_t n = end != NULL ? (size_t)(end - *data) : 0;

	if (n == 0 || **data != '=' || n > sizeof(text))
		return NULL;
	memcpy(text, *data + 1, n - 1);
	text[n - 1] = '\0';
	*data += n + 1;
	*size -= n + 1;
	return mapwish_parse(w, text, NULL) == 0 ? w : NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t seed[16] = { 3 };
	static struct file file[2];
	struct mapwish wish;
	const struct mapwish *w =
	    size != 0 ? take_wish(&wish, &data, &size) : NULL;
	const uint8_t *cut = size != 0 ? memchr(data, 0x1e, size) : NULL;
	size_t first = cut != NULL ? (size_t)(cut - data) : size;
	size_t nfiles = cut != NULL ? 2 : 1;
	struct mapjoin *j = mapjoin_new(seed);
	struct mapjoin_count count;
	struct given given = { 0 };
	struct fault f;

	if (j == NULL)
		exit(1);
	memset(file, 0, sizeof(file));
	file[0].join = file[1].join = j;
	file[1].number = 1;
	read_file(&file[0], take_first, data, first);
	if (cut != NULL)
		read_file(&file[1], take_first, cut + 1, size - first - 1);
	if (find_columns(file, nfiles, w)) {
		read_file(&file[0], take_row, data, first);
		if (cut != NULL)
			read_file(&file[1], take_row, cut + 1,
			    size - first - 1);
	}
	promise(mapjoin_run(j, look, &given, &count, &f) == 0);
	promise(given.npairs == count.npairs);
	promise(given.nunnamed == count.nunnamed);
	promise(count.npairs + count.ndoubles + count.nunnamed >=
	    file[0].nuuids + file[1].nuuids);
	mapjoin_free(j);
	return 0;
}
