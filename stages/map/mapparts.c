#include "map/mapparts.h"

#include <assert.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sysexits.h>

#include "base/hash.h"
#include "lib/scratch.h"
#include "base/writer.h"

/* A part of ten million rows is then 2 MB, about what a processor has as cache
 * of its own: with 64 parts the same join took half as long again. */
#define NPARTS 1024
#define CHUNK 4096
/* Up to so many bytes of rows are joined in one part. */
#define FEW (2 << 20)

/* A packed row: line, what it has, lengths, and these. */
#define HAS_UUID 1u
#define SECOND_FILE 2u
#define HEAD 7
#define PACKED_MAX                                                             \
	(HEAD + UUID_LEN + MAPCSV_KEY_MAX + 1 + DOMAIN_TEXT +                  \
	    sizeof(struct mapmodel))
_Static_assert(PACKED_MAX <= CHUNK, "a row fits into a chunk");

struct chunk {
	uint8_t *bytes; /* NULL: in the file */
	size_t len;
	off_t at;
};

struct map_part {
	struct chunk *chunk;
	size_t nchunks, cap;
};

struct mapparts {
	struct mapjoin *join;
	int fd;
	const char *dir;
	bool joined;
	bool many; /* more than FEW: split into all parts */
	struct map_part part[NPARTS];
	size_t nheld; /* chunks in memory */
	size_t held_max;
	off_t file_len;
	uint8_t buf[CHUNK]; /* a chunk out of the file */
};

struct mapparts *
mapparts_new(const uint8_t seed[16], size_t memory, int fd, const char *dir)
{
	struct mapparts *p = calloc(1, sizeof(*p));

	if (p == NULL || (p->join = mapjoin_new(seed)) == NULL)
		err(EX_OSERR, "mapparts");
	p->held_max = memory / CHUNK;
	p->fd = fd;
	p->dir = dir;
	return p;
}

static void
free_part(struct map_part *part)
{
	for (size_t i = 0; i < part->nchunks; i++)
		free(part->chunk[i].bytes);
	free(part->chunk);
	*part = (struct map_part){ 0 };
}

void
mapparts_free(struct mapparts *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < NPARTS; i++)
		free_part(&p->part[i]);
	mapjoin_free(p->join);
	free(p);
}

void
mapparts_joined(struct mapparts *p, bool joined)
{
	p->joined = joined;
}

static void
mapparts_spill(struct mapparts *p)
{
	for (size_t n = 0; n < NPARTS; n++) {
		struct map_part *part = &p->part[n];

		for (size_t i = 0; i < part->nchunks; i++) {
			struct chunk *c = &part->chunk[i];

			if (c->bytes == NULL)
				continue;
			scratch_write(p->fd, p->dir, c->bytes, c->len);
			c->at = p->file_len;
			p->file_len += (off_t)c->len;
			free(c->bytes);
			c->bytes = NULL;
		}
	}
	p->nheld = 0;
}

static struct chunk *
new_chunk(struct mapparts *p, struct map_part *part)
{
	struct chunk *c;

	if (p->nheld == p->held_max)
		mapparts_spill(p);
	if (part->nchunks == part->cap) {
		part->cap = part->cap == 0 ? 64 : 2 * part->cap;
		part->chunk =
		    reallocarray(part->chunk, part->cap, sizeof(*part->chunk));
	}
	if (part->chunk == NULL)
		err(EX_OSERR, "mapparts");
	c = &part->chunk[part->nchunks++];
	*c = (struct chunk){ .bytes = malloc(CHUNK) };
	if (c->bytes == NULL)
		err(EX_OSERR, "mapparts");
	p->nheld++;
	return c;
}

static void
mapparts_put(struct mapparts *p, struct map_part *part, const uint8_t *packed,
    size_t len)
{
	struct chunk *c =
	    part->nchunks != 0 ? &part->chunk[part->nchunks - 1] : NULL;

	if (c == NULL || c->bytes == NULL || len > CHUNK - c->len)
		c = new_chunk(p, part);
	memcpy(c->bytes + c->len, packed, len);
	c->len += len;
}

/* The same for the same rows in every run, so that the order is. */
static struct map_part *
part_of(struct mapparts *p, const struct maprow *row)
{
	uint64_t h;

	if (!p->many)
		return &p->part[0];
	if (row->key_len != 0 && (p->joined || !row->has_uuid))
		h = hash_bytes(0, row->key, row->key_len);
	else
		h = hash_bytes(0, row->uuid, UUID_LEN);
	return &p->part[(h >> 32) % NPARTS];
}

static size_t
mapparts_pack(uint8_t packed[PACKED_MAX], const struct maprow *row,
    uint32_t file, uint32_t line)
{
	struct writer w = { .base = packed, .cap = PACKED_MAX };
	size_t name_len = strlen(row->fqdn);

	writer_u32le(&w, line);
	writer_u8(&w,
	    (uint8_t)((row->has_uuid ? HAS_UUID : 0) |
	        (file != 0 ? SECOND_FILE : 0)));
	writer_u8(&w, (uint8_t)row->key_len);
	writer_u8(&w, (uint8_t)name_len);
	if (row->has_uuid)
		writer_bytes(&w, row->uuid, UUID_LEN);
	writer_bytes(&w, row->key, row->key_len);
	writer_bytes(&w, row->fqdn, name_len + 1);
	writer_bytes(&w, row->about.model, strlen(row->about.model) + 1);
	writer_bytes(&w, row->about.serial, strlen(row->about.serial) + 1);
	assert(writer_done(&w) == 0);
	return w.len;
}

struct packed {
	struct maprow row;
	uint32_t file, line;
};

static size_t
unpack_text(char to[MAPMODEL_TEXT], const uint8_t *p)
{
	size_t n = strlen((const char *)p) + 1;

	memcpy(to, p, n);
	return n;
}

/* The other way; answers the length.  What comes is our own. */
static size_t
mapparts_unpack(struct packed *to, const uint8_t *p)
{
	const uint8_t *from = p;
	size_t name_len = p[6];

	to->line = (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[3] << 24;
	to->row.has_uuid = (p[4] & HAS_UUID) != 0;
	to->file = (p[4] & SECOND_FILE) != 0;
	to->row.key_len = p[5];
	p += HEAD;
	if (to->row.has_uuid) {
		memcpy(to->row.uuid, p, UUID_LEN);
		p += UUID_LEN;
	}
	memcpy(to->row.key, p, to->row.key_len);
	p += to->row.key_len;
	memcpy(to->row.fqdn, p, name_len + 1);
	p += name_len + 1;
	p += unpack_text(to->row.about.model, p);
	p += unpack_text(to->row.about.serial, p);
	return (size_t)(p - from);
}

/* A chunk's bytes, wherever it is. */
static const uint8_t *
chunk_bytes(struct mapparts *p, const struct chunk *c)
{
	if (c->bytes != NULL)
		return c->bytes;
	scratch_read(p->fd, p->dir, p->buf, c->len, c->at);
	return p->buf;
}

/* What was kept as few goes to the parts where it belongs. */
static void
mapparts_split(struct mapparts *p)
{
	struct map_part all = p->part[0];
	static struct packed to;

	p->part[0] = (struct map_part){ 0 };
	p->nheld = 0;
	p->many = true;
	for (size_t i = 0; i < all.nchunks; i++)
		for (size_t at = 0, n; at < all.chunk[i].len; at += n) {
			const uint8_t *packed = all.chunk[i].bytes + at;

			n = mapparts_unpack(&to, packed);
			mapparts_put(p, part_of(p, &to.row), packed, n);
		}
	free_part(&all);
}

int
mapparts_add(struct mapparts *p, const struct maprow *row, uint32_t file,
    uint32_t line, struct fault *f)
{
	uint8_t packed[PACKED_MAX];

	if (line > MAPJOIN_LINE_MAX)
		return fault_set(f, line, "files are too large to be joined");
	mapparts_put(p, part_of(p, row), packed,
	    mapparts_pack(packed, row, file, line));
	if (!p->many && p->nheld > FEW / CHUNK)
		mapparts_split(p);
	return 0;
}

static int
fill_join(struct mapparts *p, const struct map_part *part, struct fault *f)
{
	static struct packed to;

	for (size_t i = 0; i < part->nchunks; i++) {
		const struct chunk *c = &part->chunk[i];
		const uint8_t *bytes = chunk_bytes(p, c);

		for (size_t at = 0; at < c->len;) {
			at += mapparts_unpack(&to, bytes + at);
			if (mapjoin_add(p->join, &to.row, to.file, to.line,
			        f) == -1)
				return -1;
		}
	}
	return 0;
}

int
mapparts_run(struct mapparts *p, mapjoin_fn *fn, void *arg,
    struct mapjoin_count *count, struct fault *f)
{
	struct mapjoin_count one;

	*count = (struct mapjoin_count){ 0 };
	for (size_t i = 0; i < NPARTS; i++) {
		if (fill_join(p, &p->part[i], f) == -1)
			return -1;
		free_part(&p->part[i]);
		if (mapjoin_run(p->join, fn, arg, &one, f) == -1)
			return -1;
		mapjoin_reset(p->join);
		count->npairs += one.npairs;
		count->ndoubles += one.ndoubles;
		count->nunnamed += one.nunnamed;
		count->nunused += one.nunused;
		count->ncrowded += one.ncrowded;
	}
	return 0;
}
