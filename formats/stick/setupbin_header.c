#include "stick/setupbin.h"

#include <string.h>

#include "base/cursor.h"
#include "stick/setupbin_note.h"
#include "base/writer.h"

/* Offsets of setupbin(5) that notes name. */
enum {
	HEADER_MAJOR = 24,
	HEADER_LIST = 40,
};

static const struct file_type {
	uint8_t guid[16];
	uint8_t minor_max;
} file_types[] = {
	/* by major version, from 1; one for all of its minor versions */
	{ { 0xb5, 0x16, 0xfb, 0x71, 0x87, 0xcb, 0xf9, 0x4a, 0xb4, 0x41, 0xca,
	      0x7b, 0x38, 0x35, 0x78, 0xf9 },
	    0 },
	{ { 0x96, 0xb2, 0x81, 0x58, 0xcf, 0x6b, 0x72, 0x4c, 0x8b, 0x91, 0xa1,
	      0x5e, 0x51, 0x2e, 0x99, 0xc4 },
	    1 },
	{ { 0xa7, 0xf7, 0xf6, 0xc6, 0x89, 0xc4, 0xf6, 0x47, 0x93, 0xed, 0xe2,
	      0xe5, 0x02, 0x0d, 0xa5, 0x1d },
	    0 },
	{ { 0xaa, 0xa9, 0x34, 0x52, 0xe1, 0x29, 0xa9, 0x44, 0x8d, 0x4d, 0x08,
	      0x1c, 0x07, 0xb9, 0x63, 0x53 },
	    0 },
};

#define NFILE_TYPES (sizeof(file_types) / sizeof(file_types[0]))

unsigned
setupbin_major(const uint8_t guid[16])
{
	for (unsigned i = 0; i < NFILE_TYPES; i++)
		if (memcmp(file_types[i].guid, guid, 16) == 0)
			return i + 1;
	return 0;
}

bool
setupbin_is(const uint8_t *buf, size_t len)
{
	return len >= 16 && setupbin_major(buf) != 0;
}

static int
check_version(const struct setupbin_header *h, unsigned major,
    struct setupbin_notes *notes, struct fault *f)
{
	if (major == 0)
		return fault_set(f, 0,
		    "not a setup.bin: file type GUID is unknown");
	if (major != h->major)
		return fault_set(f, HEADER_MAJOR,
		    "major version and file type GUID disagree (got %u, the "
		    "GUID says %u)",
		    h->major, major);
	if (h->minor > file_types[major - 1].minor_max)
		setupbin_note(notes, RULE_MINOR, HEADER_MAJOR + 1,
		    "minor version is unknown (%u.%u)", h->major, h->minor);
	return 0;
}

static int
take_modules(struct setupbin_header *h, struct cursor *c, uint16_t declared,
    struct setupbin_notes *notes, struct fault *f)
{
	uint16_t id;

	while ((id = cursor_u16le(c)) != 0) {
		if (h->nmodules == SETUPBIN_MODULES_MAX)
			return fault_set(f, HEADER_LIST,
			    "module list has no end (got more than %d)",
			    SETUPBIN_MODULES_MAX);
		if (h->nmodules > 0 && id <= h->modules[h->nmodules - 1])
			setupbin_note(notes, RULE_MODULE_ORDER, c->at - 2,
			    "module list is not ascending (%u after %u)", id,
			    h->modules[h->nmodules - 1]);
		h->modules[h->nmodules++] = id;
	}
	if (declared != HEADER_LIST + 2 * (h->nmodules + 1))
		setupbin_note(notes, RULE_HEADER_BYTES, 18,
		    "header byte count does not fit its module list (got %u, "
		    "expected %u)",
		    declared, HEADER_LIST + 2U * (h->nmodules + 1U));
	if (!setupbin_all_zero(c->base + c->at, cursor_left(c)))
		setupbin_note(notes, RULE_HEADER_FIELDS, c->at,
		    "padding of the header is not zero");
	return 0;
}

static void
note_header(const struct setupbin_header *h, struct setupbin_notes *notes)
{
	if ((h->flags & ~SETUPBIN_KEEP) != 0)
		setupbin_note(notes, RULE_FILE_FLAGS, 26,
		    "file flags are unknown (0x%04x)", h->flags);
	if ((h->flags & SETUPBIN_KEEP) != 0 && h->major < 2)
		setupbin_note(notes, RULE_KEEP_VERSION_1, 26,
		    "version 1 has no records that are not consumed");
	if (h->nconsumed > h->nrecords)
		setupbin_note(notes, RULE_COUNTERS, 32,
		    "more records are consumed (%u) than there are (%u)",
		    h->nconsumed, h->nrecords);
}

static int
take_header(struct setupbin_header *h, struct cursor *c,
    struct setupbin_notes *notes, struct fault *f)
{
	uint8_t guid[16];
	uint16_t chunks, record_chunks, declared;

	cursor_copy(c, guid, sizeof(guid));
	chunks = cursor_u16le(c);
	declared = cursor_u16le(c);
	if (cursor_u32le(c) != 0)
		setupbin_note(notes, RULE_HEADER_FIELDS, 20,
		    "record number of the header is not 0");
	h->major = cursor_u8(c);
	h->minor = cursor_u8(c);
	h->flags = cursor_u16le(c);
	h->nrecords = cursor_u32le(c);
	h->nconsumed = cursor_u32le(c);
	record_chunks = cursor_u16le(c);
	if (cursor_u16le(c) != 0)
		setupbin_note(notes, RULE_HEADER_FIELDS, 38,
		    "reserved field of the header is not 0");
	if (check_version(h, setupbin_major(guid), notes, f) == -1 ||
	    setupbin_chunk_count(chunks, RULE_HEADER_CHUNKS, 16, "header",
	        notes, f) == -1 ||
	    setupbin_chunk_count(record_chunks, RULE_RECORD_CHUNKS, 36,
	        "data record", notes, f) == -1)
		return -1;
	note_header(h, notes);
	return take_modules(h, c, declared, notes, f);
}

int
setupbin_header_decode(struct setupbin_header *h, const uint8_t *buf,
    size_t len, struct setupbin_notes *notes, struct fault *f)
{
	struct cursor c = { .base = buf, .len = SETUPBIN_CHUNK };
	size_t nnotes = notes->n;

	memset(h, 0, sizeof(*h));
	if (len < SETUPBIN_CHUNK)
		return fault_set(f, len,
		    "input ends early (got %zu bytes of the header, expected "
		    "%d)",
		    len, SETUPBIN_CHUNK);
	if (take_header(h, &c, notes, f) == 0)
		return cursor_check(&c, f);
	notes->n = nnotes; /* the fault says it all */
	return -1;
}

int
setupbin_header_encode(uint8_t out[SETUPBIN_CHUNK],
    const struct setupbin_header *h, struct fault *f)
{
	struct writer w = { .base = out, .cap = SETUPBIN_CHUNK };
	struct setupbin_header again;
	struct setupbin_notes notes;

	if (h->major < 1 || h->major > NFILE_TYPES)
		return fault_set(f, HEADER_MAJOR, "unknown version (got %u.%u)",
		    h->major, h->minor);
	if (h->nmodules > SETUPBIN_MODULES_MAX)
		return fault_set(f, HEADER_LIST, "too many modules");
	writer_bytes(&w, file_types[h->major - 1].guid, 16);
	writer_u16le(&w, 1);
	writer_u16le(&w, (uint16_t)(HEADER_LIST + 2 * (h->nmodules + 1)));
	writer_u32le(&w, 0);
	writer_u8(&w, h->major);
	writer_u8(&w, h->minor);
	writer_u16le(&w, h->flags);
	writer_u32le(&w, h->nrecords);
	writer_u32le(&w, h->nconsumed);
	writer_u16le(&w, 1);
	writer_u16le(&w, 0);
	for (size_t i = 0; i < h->nmodules; i++)
		writer_u16le(&w, h->modules[i]);
	writer_fill(&w, 0, SETUPBIN_CHUNK - w.len);
	notes.n = 0;
	if (setupbin_header_decode(&again, out, SETUPBIN_CHUNK, &notes, f) ==
	    -1)
		return -1;
	return setupbin_unnoted(&notes, f);
}
