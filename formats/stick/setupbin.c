#include "stick/setupbin.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/cursor.h"
#include "stick/setupvars.h"
#include "base/writer.h"

/* Offsets of setupbin(5) that notes name. */
enum {
	HEADER_MAJOR = 24,
	HEADER_LIST = 40,
	RECORD_HEADER = 24,
	ENTRY_HEADER = 8,
};

enum { TYPE_INVALID, TYPE_DATA };
enum { FLAG_VALID = 1, FLAG_SCRAMBLED = 2 };

#define SCRAMBLE 17 /* added to each byte of a scrambled body */

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

static void __attribute__((format(printf, 4, 5)))
note(struct setupbin_notes *notes, enum setuprule rule, size_t at,
    const char *fmt, ...)
{
	va_list ap;

	if (notes->n < SETUPBIN_NOTES_MAX) {
		struct setupbin_note *to = &notes->note[notes->n];

		to->rule = rule;
		to->at = at;
		va_start(ap, fmt);
		(void)vsnprintf(to->why, sizeof(to->why), fmt, ap);
		va_end(ap);
	}
	notes->n++;
}

static bool
all_zero(const uint8_t *p, size_t n)
{
	/* Each byte is its neighbour, and the first is zero. */
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

/* --- header -------------------------------------------------------------- */

unsigned
setupbin_major(const uint8_t guid[16])
{
	for (unsigned i = 0; i < NFILE_TYPES; i++)
		if (memcmp(file_types[i].guid, guid, 16) == 0)
			return i + 1;
	return 0;
}

/* A field that must be 1; one tool is known to leave it 0. */
static int
check_chunk_count(uint16_t n, enum setuprule rule, size_t at, const char *what,
    struct setupbin_notes *notes, struct fault *f)
{
	if (n > 1)
		return fault_set(f, at,
		    "%s chunk count is not supported (got %u, expected 1)",
		    what, n);
	if (n == 0)
		note(notes, rule, at,
		    "%s chunk count is 0 (expected 1): some machines ignore "
		    "such a file",
		    what);
	return 0;
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
		note(notes, RULE_MINOR, HEADER_MAJOR + 1,
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
			note(notes, RULE_MODULE_ORDER, c->at - 2,
			    "module list is not ascending (%u after %u)", id,
			    h->modules[h->nmodules - 1]);
		h->modules[h->nmodules++] = id;
	}
	if (declared != HEADER_LIST + 2 * (h->nmodules + 1))
		note(notes, RULE_HEADER_BYTES, 18,
		    "header byte count does not fit its module list (got %u, "
		    "expected %u)",
		    declared, HEADER_LIST + 2U * (h->nmodules + 1U));
	if (!all_zero(c->base + c->at, cursor_left(c)))
		note(notes, RULE_HEADER_FIELDS, c->at,
		    "padding of the header is not zero");
	return 0;
}

static void
note_header(const struct setupbin_header *h, struct setupbin_notes *notes)
{
	if ((h->flags & ~SETUPBIN_KEEP) != 0)
		note(notes, RULE_FILE_FLAGS, 26,
		    "file flags are unknown (0x%04x)", h->flags);
	if ((h->flags & SETUPBIN_KEEP) != 0 && h->major < 2)
		note(notes, RULE_KEEP_VERSION_1, 26,
		    "version 1 has no records that are not consumed");
	if (h->nconsumed > h->nrecords)
		note(notes, RULE_COUNTERS, 32,
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
		note(notes, RULE_HEADER_FIELDS, 20,
		    "record number of the header is not 0");
	h->major = cursor_u8(c);
	h->minor = cursor_u8(c);
	h->flags = cursor_u16le(c);
	h->nrecords = cursor_u32le(c);
	h->nconsumed = cursor_u32le(c);
	record_chunks = cursor_u16le(c);
	if (cursor_u16le(c) != 0)
		note(notes, RULE_HEADER_FIELDS, 38,
		    "reserved field of the header is not 0");
	if (check_version(h, setupbin_major(guid), notes, f) == -1 ||
	    check_chunk_count(chunks, RULE_HEADER_CHUNKS, 16, "header", notes,
	        f) == -1 ||
	    check_chunk_count(record_chunks, RULE_RECORD_CHUNKS, 36,
	        "data record", notes, f) == -1)
		return -1;
	note_header(h, notes);
	return take_modules(h, c, declared, notes, f);
}

bool
setupbin_is(const uint8_t *buf, size_t len)
{
	return len >= 16 && setupbin_major(buf) != 0;
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

/* What encode made must read back without a note: one set of rules. */
static int
first_note(const struct setupbin_notes *notes, struct fault *f)
{
	if (notes->n == 0)
		return 0;
	return fault_set(f, notes->note[0].at, "%s", notes->note[0].why);
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
	return first_note(&notes, f);
}

/* --- record -------------------------------------------------------------- */

static int
compare(uint16_t module_a, uint16_t id_a, uint16_t module_b, uint16_t id_b)
{
	if (module_a != module_b)
		return module_a < module_b ? -1 : 1;
	return id_a < id_b ? -1 : id_a > id_b;
}

static void
note_order(const struct setupbin_record *r, const struct setupvar *v, size_t at,
    struct setupbin_notes *notes)
{
	const struct setupbin_entry *e = &r->entry[r->nentries - 1];
	const struct setupbin_entry *before = e - 1;
	int order;

	if (r->nentries < 2)
		return;
	order = compare(before->module, before->id, e->module, e->id);
	if (order > 0)
		note(notes, RULE_ORDER, at,
		    "variables are not in ascending order (%u/%u after %u/%u)",
		    e->module, e->id, before->module, before->id);
	if (order == 0 && (v == NULL || !v->repeats))
		note(notes, RULE_REPEATED, at,
		    "variable %u/%u stands more than once", e->module, e->id);
}

/* The newest entry of r against the table and the one before it. */
static void
note_entry(const struct setupbin_record *r, const struct setupbin_header *h,
    size_t at, struct setupbin_notes *notes)
{
	const struct setupbin_entry *e = &r->entry[r->nentries - 1];
	const struct setupvar *v = setupvar_find(e->module, e->id);
	struct fault f;

	note_order(r, v, at, notes);
	if (v == NULL)
		return;
	if (setupvar_check(v, r->body + e->at, e->len, &f) == -1)
		note(notes, RULE_VALUE, at + ENTRY_HEADER + f.at, "%s", f.why);
	if (v->since_major > h->major ||
	    (v->since_major == h->major && v->since_minor > h->minor))
		note(notes, RULE_SINCE, at,
		    "%s is known from version %u.%u on (this file is %u.%u)",
		    v->name, v->since_major, v->since_minor, h->major,
		    h->minor);
}

/* Skips the zeroes that make a value's place a multiple of 4. */
static void
take_padding(struct cursor *c, const struct setupbin_entry *e,
    struct setupbin_notes *notes)
{
	size_t n = (4 - e->len % 4U) % 4U;
	const uint8_t *padding = cursor_take(c, n);

	/* There always is room: a body is a multiple of 4. */
	if (padding != NULL && !all_zero(padding, n))
		note(notes, RULE_ENTRY_FIELDS, c->origin + c->at - n,
		    "padding of variable %u/%u is not zero", e->module, e->id);
}

/* 1 when there was another entry, 0 at the end of the list, -1. */
static int
take_entry(struct setupbin_record *r, const struct setupbin_header *h,
    struct cursor *c, struct setupbin_notes *notes, struct fault *f)
{
	size_t at = c->at;
	struct setupbin_entry *e = &r->entry[r->nentries];
	uint16_t reserved;

	if (cursor_left(c) < ENTRY_HEADER)
		return 0;
	e->module = cursor_u16le(c);
	e->id = cursor_u16le(c);
	e->len = cursor_u16le(c);
	reserved = cursor_u16le(c);
	if (e->module == 0 || e->id == 0) {
		c->at = at;
		return 0;
	}
	if (e->len > cursor_left(c))
		return fault_set(f, c->origin + at + 4,
		    "variable %u/%u runs over the end of its record (got "
		    "length %u, %zu bytes are left)",
		    e->module, e->id, e->len, cursor_left(c));
	if (reserved != 0)
		note(notes, RULE_ENTRY_FIELDS, c->origin + at + 6,
		    "reserved field of variable %u/%u is not 0", e->module,
		    e->id);
	e->at = (uint16_t)c->at;
	(void)cursor_take(c, e->len);
	take_padding(c, e, notes);
	r->nentries++;
	note_entry(r, h, c->origin + at, notes);
	return 1;
}

static int
take_body(struct setupbin_record *r, const struct setupbin_header *h,
    size_t origin, struct setupbin_notes *notes, struct fault *f)
{
	struct cursor c = { .base = r->body,
		.len = SETUPBIN_BODY,
		.origin = origin };
	const struct setupbin_entry *now;
	int more;

	while ((more = take_entry(r, h, &c, notes, f)) == 1)
		continue;
	if (more == -1)
		return -1;
	r->len = c.at;
	if (!all_zero(r->body + r->len, SETUPBIN_BODY - r->len))
		note(notes, RULE_ENTRY_FIELDS, origin + r->len,
		    "bytes after the last variable are not zero");
	if (r->len > SETUPBIN_BODY_WRITE)
		note(notes, RULE_BODY_FULL, origin,
		    "variables fill %zu bytes; some readers stop at %d", r->len,
		    SETUPBIN_BODY_WRITE);
	now = setupbin_record_find(r, 1, 1);
	if (now != NULL && now->len == 5 &&
	    memcmp(r->body + now->at, "admin", 5) == 0 &&
	    setupbin_record_find(r, 1, 2) == NULL)
		note(notes, RULE_ADMIN_ALONE, origin + now->at,
		    "the factory password needs a new one after it");
	return cursor_check(&c, f);
}

static void
scramble(uint8_t *p, size_t n, uint8_t by)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(p[i] + by);
}

static void
note_record(const struct setupbin_record *r, uint32_t type, uint32_t flags,
    unsigned major, struct setupbin_notes *notes)
{
	size_t at = SETUPBIN_RECORD_AT(r->number);

	if (type == TYPE_INVALID)
		note(notes, RULE_RECORD_FIELDS, at,
		    "type of record %u is 0 (invalid)", r->number);
	if ((flags & ~(uint32_t)(FLAG_VALID | FLAG_SCRAMBLED)) != 0)
		note(notes, RULE_RECORD_FIELDS, at + 4,
		    "flags of record %u are unknown (0x%08x)", r->number,
		    flags);
	if (r->scrambled && major < 4)
		note(notes, RULE_SCRAMBLED, at + 4,
		    "record %u is scrambled in a file of version %u", r->number,
		    major);
}

/* The 24 bytes before the body. */
static int
take_record_header(struct setupbin_record *r, const struct setupbin_header *h,
    const uint8_t *buf, struct setupbin_notes *notes, struct fault *f)
{
	struct cursor c = { .base = buf, .len = RECORD_HEADER };
	size_t at = SETUPBIN_RECORD_AT(r->number);
	uint32_t type = cursor_u32le(&c);
	uint32_t flags = cursor_u32le(&c);
	uint64_t reserved = cursor_u32le(&c) | (uint64_t)cursor_u32le(&c);
	uint16_t chunks = cursor_u16le(&c);
	uint16_t len = cursor_u16le(&c);
	uint32_t number = cursor_u32le(&c);

	if (type != TYPE_INVALID && type != TYPE_DATA)
		return fault_set(f, at,
		    "type of record %u is unknown (got %u, expected 1)",
		    r->number, type);
	if (len != RECORD_HEADER)
		return fault_set(f, at + 18,
		    "header byte count of record %u is wrong (got %u, expected "
		    "%d)",
		    r->number, len, RECORD_HEADER);
	if (check_chunk_count(chunks, RULE_RECORD_CHUNKS, at + 16, "record",
	        notes, f) == -1)
		return -1;
	r->valid = type == TYPE_DATA && (flags & FLAG_VALID) != 0;
	r->scrambled = (flags & FLAG_SCRAMBLED) != 0;
	note_record(r, type, flags, h->major, notes);
	if (reserved != 0)
		note(notes, RULE_RECORD_FIELDS, at + 8,
		    "reserved field of record %u is not 0", r->number);
	if (number != r->number)
		note(notes, RULE_RECORD_FIELDS, at + 20,
		    "record number is wrong (got %u, expected %u)", number,
		    r->number);
	return cursor_check(&c, f);
}

/* Fills the body in the clear and says whether it was wiped. */
static void
take_clear(struct setupbin_record *r, const uint8_t *raw, size_t at,
    struct setupbin_notes *notes)
{
	memcpy(r->body, raw, SETUPBIN_BODY);
	if (!r->valid && all_zero(raw, SETUPBIN_BODY)) {
		r->wiped = true;
		if (r->scrambled)
			note(notes, RULE_SCRAMBLED, at,
			    "wiped record says it is scrambled");
		return;
	}
	if (r->scrambled)
		scramble(r->body, SETUPBIN_BODY, (uint8_t)(256 - SCRAMBLE));
	r->wiped = !r->valid && all_zero(r->body, SETUPBIN_BODY);
}

static int
take_record(struct setupbin_record *r, const struct setupbin_header *h,
    const uint8_t *buf, struct setupbin_notes *notes, struct fault *f)
{
	size_t body_at = SETUPBIN_RECORD_AT(r->number) + RECORD_HEADER;

	if (all_zero(buf, SETUPBIN_CHUNK)) {
		note(notes, RULE_RECORD_ZERO, SETUPBIN_RECORD_AT(r->number),
		    "record %u is all zero", r->number);
		r->wiped = true;
		return 0;
	}
	if (take_record_header(r, h, buf, notes, f) == -1)
		return -1;
	take_clear(r, buf + RECORD_HEADER, body_at, notes);
	return take_body(r, h, body_at, notes, f);
}

int
setupbin_record_decode(struct setupbin_record *r,
    const struct setupbin_header *h, uint32_t number, const uint8_t *buf,
    size_t len, struct setupbin_notes *notes, struct fault *f)
{
	size_t nnotes = notes->n;

	memset(r, 0, sizeof(*r));
	r->number = number;
	if (len < SETUPBIN_CHUNK)
		return fault_set(f, SETUPBIN_RECORD_AT(number) + len,
		    "input ends early (got %zu bytes of record %u, expected "
		    "%d)",
		    len, number, SETUPBIN_CHUNK);
	if (take_record(r, h, buf, notes, f) == 0)
		return 0;
	notes->n = nnotes;
	explicit_bzero(r, sizeof(*r));
	return -1;
}

static void
put_entries(struct writer *w, const struct setupbin_record *r)
{
	for (size_t i = 0; i < r->nentries; i++) {
		const struct setupbin_entry *e = &r->entry[i];

		writer_u16le(w, e->module);
		writer_u16le(w, e->id);
		writer_u16le(w, e->len);
		writer_u16le(w, 0);
		writer_bytes(w, r->body + e->at, e->len);
		writer_fill(w, 0, (4 - e->len % 4U) % 4U);
	}
}

int
setupbin_record_encode(uint8_t out[SETUPBIN_CHUNK],
    const struct setupbin_record *r, const struct setupbin_header *h,
    struct fault *f)
{
	struct writer w = { .base = out, .cap = SETUPBIN_CHUNK };
	struct setupbin_record again;
	struct setupbin_notes notes;
	int rc;

	writer_u32le(&w, TYPE_DATA);
	writer_u32le(&w,
	    (r->valid ? FLAG_VALID : 0U) |
	        (r->scrambled ? FLAG_SCRAMBLED : 0U));
	writer_fill(&w, 0, 8);
	writer_u16le(&w, 1);
	writer_u16le(&w, RECORD_HEADER);
	writer_u32le(&w, r->number);
	put_entries(&w, r);
	if (writer_done(&w) == -1)
		return fault_set(f, SETUPBIN_RECORD_AT(r->number),
		    "variables of record %u do not fit into it", r->number);
	writer_fill(&w, 0, SETUPBIN_CHUNK - w.len);
	if (r->scrambled)
		scramble(out + RECORD_HEADER, SETUPBIN_BODY, SCRAMBLE);
	notes.n = 0;
	rc = setupbin_record_decode(&again, h, r->number, out, SETUPBIN_CHUNK,
	    &notes, f);
	explicit_bzero(&again, sizeof(again));
	return rc == -1 ? -1 : first_note(&notes, f);
}

void
setupbin_record_begin(struct setupbin_record *r, uint32_t number)
{
	explicit_bzero(r, sizeof(*r));
	r->number = number;
	r->valid = true;
}

int
setupbin_record_add(struct setupbin_record *r, uint16_t module, uint16_t id,
    const void *value, size_t len, struct fault *f)
{
	size_t i = r->nentries;

	if (len + ENTRY_HEADER > SETUPBIN_BODY - r->len ||
	    r->nentries == SETUPBIN_ENTRIES_MAX)
		return fault_set(f, SETUPBIN_RECORD_AT(r->number),
		    "variable %u/%u does not fit into record %u", module, id,
		    r->number);
	for (; i > 0; i--) {
		const struct setupbin_entry *e = &r->entry[i - 1];

		if (compare(e->module, e->id, module, id) <= 0)
			break;
		r->entry[i] = *e;
	}
	/* A place as on disk, so that the ceiling is the one on disk. */
	r->len += ENTRY_HEADER;
	r->entry[i] = (struct setupbin_entry){ module, id, (uint16_t)r->len,
		(uint16_t)len };
	if (len != 0)
		memcpy(r->body + r->len, value, len);
	r->len += (len + 3) & ~(size_t)3;
	r->nentries++;
	return 0;
}

const struct setupbin_entry *
setupbin_record_find(const struct setupbin_record *r, uint16_t module,
    uint16_t id)
{
	for (size_t i = 0; i < r->nentries; i++)
		if (r->entry[i].module == module && r->entry[i].id == id)
			return &r->entry[i];
	return NULL;
}

size_t
setupbin_entry_at(const struct setupbin_record *r,
    const struct setupbin_entry *e)
{
	return SETUPBIN_RECORD_AT(r->number) + RECORD_HEADER + e->at -
	    ENTRY_HEADER;
}

/* Does e keep the rule?  One that it must follow may be missing or late. */
static void
note_after(const struct setupbin_record *r, const struct setupbin_entry *e,
    const struct setupvar_order *o, struct setupbin_notes *notes)
{
	const struct setupbin_entry *before =
	    setupbin_record_find(r, o->after_module, o->after_id);
	enum setuprule rule =
	    o->need == SETUPVAR_ADVISED ? RULE_AFTER_ADVISED : RULE_AFTER;
	size_t at = setupbin_entry_at(r, e);

	if (before == NULL && o->need != SETUPVAR_IF_THERE)
		note(notes, rule, at, "%u/%u stands without the %u/%u %s",
		    o->module, o->id, o->after_module, o->after_id,
		    o->need == SETUPVAR_NEEDED ? "that it needs"
		                               : "that it is for");
	else if (before != NULL && before > e)
		note(notes, rule, at, "%u/%u stands before %u/%u", o->module,
		    o->id, o->after_module, o->after_id);
	else if (before != NULL && o->value != 0 &&
	    (before->len != 1 || r->body[before->at] != o->value))
		note(notes, rule, at, "%u/%u needs a %u/%u of %u before it",
		    o->module, o->id, o->after_module, o->after_id, o->value);
}

void
setupbin_record_orders(const struct setupbin_record *r,
    const struct setupbin_header *h, struct setupbin_notes *notes)
{
	const struct setupvar_order *o;

	if (r->nentries > 0 &&
	    compare(r->entry[0].module, r->entry[0].id, 1, 1) != 0)
		note(notes, RULE_FIRST, setupbin_entry_at(r, &r->entry[0]),
		    "record begins with %u/%u (expected 1/1, the current MEBx "
		    "password)",
		    r->entry[0].module, r->entry[0].id);
	for (size_t i = 0; (o = setupvar_order_at(i)) != NULL; i++) {
		const struct setupbin_entry *e =
		    setupbin_record_find(r, o->module, o->id);

		if (e != NULL && (o->major == 0 || o->major == h->major))
			note_after(r, e, o, notes);
	}
}

/* --- the whole file ------------------------------------------------------ */

static bool
has_module(const uint16_t *list, size_t n, uint16_t id)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == id)
			return true;
	return false;
}

void
setupbin_tally_add(struct setupbin_tally *t, const struct setupbin_record *r)
{
	t->nrecords++;
	if (r == NULL || r->wiped)
		t->unsure = true;
	if (r == NULL)
		return;
	t->nconsumed += !r->valid;
	for (size_t i = 0; i < r->nentries; i++)
		if (t->nmodules < SETUPBIN_MODULES_MAX &&
		    !has_module(t->modules, t->nmodules, r->entry[i].module))
			t->modules[t->nmodules++] = r->entry[i].module;
}

void
setupbin_tally_notes(const struct setupbin_tally *t,
    const struct setupbin_header *h, struct setupbin_notes *notes)
{
	if (t->nrecords != h->nrecords)
		note(notes, RULE_FILE_SIZE, 28,
		    "header counts %u records (the file has %u)", h->nrecords,
		    t->nrecords);
	if (t->nconsumed != h->nconsumed)
		note(notes, RULE_COUNTERS, 32,
		    "header counts %u records as consumed (%u have no valid "
		    "flag)",
		    h->nconsumed, t->nconsumed);
	for (size_t i = 0; i < t->nmodules; i++)
		if (!has_module(h->modules, h->nmodules, t->modules[i]))
			note(notes, RULE_MODULE_LIST, HEADER_LIST,
			    "module %u is used but not listed", t->modules[i]);
	for (size_t i = 0; i < h->nmodules && !t->unsure; i++)
		if (!has_module(t->modules, t->nmodules, h->modules[i]))
			note(notes, RULE_MODULE_LIST, HEADER_LIST + 2 * i,
			    "module %u is listed but not used", h->modules[i]);
}
