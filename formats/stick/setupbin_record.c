#include "stick/setupbin.h"

#include <string.h>

#include "base/cursor.h"
#include "stick/setupbin_note.h"
#include "stick/setupbin_vars.h"
#include "base/writer.h"

enum { TYPE_INVALID, TYPE_DATA };
enum { FLAG_VALID = 1, FLAG_SCRAMBLED = 2 };

#define SCRAMBLE 17 /* added to each byte of a scrambled body */

static void
note_order(const struct setupbin_record *r, const struct setupbin_var *v,
    size_t at, struct setupbin_notes *notes)
{
	const struct setupbin_entry *e = &r->entry[r->nentries - 1];
	const struct setupbin_entry *before = e - 1;
	int order;

	if (r->nentries < 2)
		return;
	order = setupbin_compare(before->module, before->id, e->module, e->id);
	if (order > 0)
		setupbin_note(notes, RULE_ORDER, at,
		    "variables are not in ascending order (%u/%u after %u/%u)",
		    e->module, e->id, before->module, before->id);
	if (order == 0 && (v == NULL || !v->repeats))
		setupbin_note(notes, RULE_REPEATED, at,
		    "variable %u/%u stands more than once", e->module, e->id);
}

/* The newest entry of r against the table and the one before it. */
static void
note_entry(const struct setupbin_record *r, const struct setupbin_header *h,
    size_t at, struct setupbin_notes *notes)
{
	const struct setupbin_entry *e = &r->entry[r->nentries - 1];
	const struct setupbin_var *v = setupbin_var_find(e->module, e->id);
	struct fault f;

	note_order(r, v, at, notes);
	if (v == NULL)
		return;
	if (setupbin_var_check(v, r->body + e->at, e->len, &f) == -1)
		setupbin_note(notes, RULE_VALUE,
		    at + SETUPBIN_ENTRY_HEADER + f.at, "%s", f.why);
	if (v->since_major > h->major ||
	    (v->since_major == h->major && v->since_minor > h->minor))
		setupbin_note(notes, RULE_SINCE, at,
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
	if (padding != NULL && !setupbin_all_zero(padding, n))
		setupbin_note(notes, RULE_ENTRY_FIELDS, c->origin + c->at - n,
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

	if (cursor_left(c) < SETUPBIN_ENTRY_HEADER)
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
		setupbin_note(notes, RULE_ENTRY_FIELDS, c->origin + at + 6,
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
	if (!setupbin_all_zero(r->body + r->len, SETUPBIN_BODY - r->len))
		setupbin_note(notes, RULE_ENTRY_FIELDS, origin + r->len,
		    "bytes after the last variable are not zero");
	if (r->len > SETUPBIN_BODY_WRITE)
		setupbin_note(notes, RULE_BODY_FULL, origin,
		    "variables fill %zu bytes; some readers stop at %d", r->len,
		    SETUPBIN_BODY_WRITE);
	now = setupbin_record_find(r, SETUPBIN_MEBX_NOW);
	if (now != NULL && now->len == 5 &&
	    memcmp(r->body + now->at, "admin", 5) == 0 &&
	    setupbin_record_find(r, SETUPBIN_MEBX_NEXT) == NULL)
		setupbin_note(notes, RULE_ADMIN_ALONE, origin + now->at,
		    "the factory password needs a new one after it");
	return cursor_check(&c, f);
}

static void
setupbin_record_scramble(uint8_t *p, size_t n, uint8_t by)
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
		setupbin_note(notes, RULE_RECORD_FIELDS, at,
		    "type of record %u is 0 (invalid)", r->number);
	if ((flags & ~(uint32_t)(FLAG_VALID | FLAG_SCRAMBLED)) != 0)
		setupbin_note(notes, RULE_RECORD_FIELDS, at + 4,
		    "flags of record %u are unknown (0x%08x)", r->number,
		    flags);
	if (r->scrambled && major < 4)
		setupbin_note(notes, RULE_SCRAMBLED, at + 4,
		    "record %u is scrambled in a file of version %u", r->number,
		    major);
}

/* The 24 bytes before the body. */
static int
take_record_header(struct setupbin_record *r, const struct setupbin_header *h,
    const uint8_t *buf, struct setupbin_notes *notes, struct fault *f)
{
	struct cursor c = { .base = buf, .len = SETUPBIN_RECORD_HEADER };
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
	if (len != SETUPBIN_RECORD_HEADER)
		return fault_set(f, at + 18,
		    "header byte count of record %u is wrong (got %u, expected "
		    "%d)",
		    r->number, len, SETUPBIN_RECORD_HEADER);
	if (setupbin_chunk_count(chunks, RULE_RECORD_CHUNKS, at + 16, "record",
	        notes, f) == -1)
		return -1;
	r->valid = type == TYPE_DATA && (flags & FLAG_VALID) != 0;
	r->scrambled = (flags & FLAG_SCRAMBLED) != 0;
	note_record(r, type, flags, h->major, notes);
	if (reserved != 0)
		setupbin_note(notes, RULE_RECORD_FIELDS, at + 8,
		    "reserved field of record %u is not 0", r->number);
	if (number != r->number)
		setupbin_note(notes, RULE_RECORD_FIELDS, at + 20,
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
	if (!r->valid && setupbin_all_zero(raw, SETUPBIN_BODY)) {
		r->wiped = true;
		if (r->scrambled)
			setupbin_note(notes, RULE_SCRAMBLED, at,
			    "wiped record says it is scrambled");
		return;
	}
	if (r->scrambled)
		setupbin_record_scramble(r->body, SETUPBIN_BODY,
		    (uint8_t)(256 - SCRAMBLE));
	r->wiped = !r->valid && setupbin_all_zero(r->body, SETUPBIN_BODY);
}

static int
take_record(struct setupbin_record *r, const struct setupbin_header *h,
    const uint8_t *buf, struct setupbin_notes *notes, struct fault *f)
{
	size_t body_at = SETUPBIN_RECORD_AT(r->number) + SETUPBIN_RECORD_HEADER;

	if (setupbin_all_zero(buf, SETUPBIN_CHUNK)) {
		setupbin_note(notes, RULE_RECORD_ZERO,
		    SETUPBIN_RECORD_AT(r->number), "record %u is all zero",
		    r->number);
		r->wiped = true;
		return 0;
	}
	if (take_record_header(r, h, buf, notes, f) == -1)
		return -1;
	take_clear(r, buf + SETUPBIN_RECORD_HEADER, body_at, notes);
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
	writer_u16le(&w, SETUPBIN_RECORD_HEADER);
	writer_u32le(&w, r->number);
	put_entries(&w, r);
	if (writer_done(&w) == -1)
		return fault_set(f, SETUPBIN_RECORD_AT(r->number),
		    "variables of record %u do not fit into it", r->number);
	writer_fill(&w, 0, SETUPBIN_CHUNK - w.len);
	if (r->scrambled)
		setupbin_record_scramble(out + SETUPBIN_RECORD_HEADER,
		    SETUPBIN_BODY, SCRAMBLE);
	notes.n = 0;
	rc = setupbin_record_decode(&again, h, r->number, out, SETUPBIN_CHUNK,
	    &notes, f);
	explicit_bzero(&again, sizeof(again));
	return rc == -1 ? -1 : setupbin_unnoted(&notes, f);
}

/* Does e keep the rule?  One that it must follow may be missing or late. */
static void
note_after(const struct setupbin_record *r, const struct setupbin_entry *e,
    const struct setupbin_var_order *o, struct setupbin_notes *notes)
{
	const struct setupbin_entry *before =
	    setupbin_record_find(r, o->after_module, o->after_id);
	enum setupbin_rule rule =
	    o->need == SETUPBIN_VAR_ADVISED ? RULE_AFTER_ADVISED : RULE_AFTER;
	size_t at = setupbin_entry_at(r, e);

	if (before == NULL && o->need != SETUPBIN_VAR_IF_THERE)
		setupbin_note(notes, rule, at,
		    "%u/%u stands without the %u/%u %s", o->module, o->id,
		    o->after_module, o->after_id,
		    o->need == SETUPBIN_VAR_NEEDED ? "that it needs"
		                                   : "that it is for");
	else if (before != NULL && before > e)
		setupbin_note(notes, rule, at, "%u/%u stands before %u/%u",
		    o->module, o->id, o->after_module, o->after_id);
	else if (before != NULL && o->value != 0 &&
	    (before->len != 1 || r->body[before->at] != o->value))
		setupbin_note(notes, rule, at,
		    "%u/%u needs a %u/%u of %u before it", o->module, o->id,
		    o->after_module, o->after_id, o->value);
}

void
setupbin_record_orders(const struct setupbin_record *r,
    const struct setupbin_header *h, struct setupbin_notes *notes)
{
	const struct setupbin_var_order *o;

	if (r->nentries > 0 &&
	    setupbin_compare(r->entry[0].module, r->entry[0].id,
	        SETUPBIN_MEBX_NOW) != 0)
		setupbin_note(notes, RULE_FIRST,
		    setupbin_entry_at(r, &r->entry[0]),
		    "record begins with %u/%u (expected 1/1, the current MEBx "
		    "password)",
		    r->entry[0].module, r->entry[0].id);
	for (size_t i = 0; (o = setupbin_var_order_at(i)) != NULL; i++) {
		const struct setupbin_entry *e =
		    setupbin_record_find(r, o->module, o->id);

		if (e != NULL && (o->major == 0 || o->major == h->major))
			note_after(r, e, o, notes);
	}
}
