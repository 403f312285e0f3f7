#include "stick/setupbin.h"

#include <string.h>

int
setupbin_compare(uint16_t module_a, uint16_t id_a, uint16_t module_b,
    uint16_t id_b)
{
	if (module_a != module_b)
		return module_a < module_b ? -1 : 1;
	return id_a < id_b ? -1 : id_a > id_b;
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

	if (len + SETUPBIN_ENTRY_HEADER > SETUPBIN_BODY - r->len ||
	    r->nentries == SETUPBIN_ENTRIES_MAX)
		return fault_set(f, SETUPBIN_RECORD_AT(r->number),
		    "variable %u/%u does not fit into record %u", module, id,
		    r->number);
	for (; i > 0; i--) {
		const struct setupbin_entry *e = &r->entry[i - 1];

		if (setupbin_compare(e->module, e->id, module, id) <= 0)
			break;
		r->entry[i] = *e;
	}
	/* A place as on disk, so that the ceiling is the one on disk. */
	r->len += SETUPBIN_ENTRY_HEADER;
	r->entry[i] = (struct setupbin_entry){ module, id, (uint16_t)r->len,
		(uint16_t)len };
	if (len != 0)
		memcpy(r->body + r->len, value, len);
	r->len += (len + 3) & ~(size_t)3;
	r->nentries++;
	return 0;
}

bool
setupbin_entry_is(const struct setupbin_entry *e, uint16_t module, uint16_t id)
{
	return e->module == module && e->id == id;
}

const struct setupbin_entry *
setupbin_record_find(const struct setupbin_record *r, uint16_t module,
    uint16_t id)
{
	for (size_t i = 0; i < r->nentries; i++)
		if (setupbin_entry_is(&r->entry[i], module, id))
			return &r->entry[i];
	return NULL;
}

size_t
setupbin_entry_at(const struct setupbin_record *r,
    const struct setupbin_entry *e)
{
	return SETUPBIN_RECORD_AT(r->number) + SETUPBIN_RECORD_HEADER + e->at -
	    SETUPBIN_ENTRY_HEADER;
}
