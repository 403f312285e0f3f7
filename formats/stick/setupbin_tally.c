#include "stick/setupbin.h"

#include "stick/setupbin_note.h"

#define HEADER_LIST 40 /* offset of the list of modules */

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
		setupbin_note(notes, RULE_FILE_SIZE, 28,
		    "header counts %u records (the file has %u)", h->nrecords,
		    t->nrecords);
	if (t->nconsumed != h->nconsumed)
		setupbin_note(notes, RULE_COUNTERS, 32,
		    "header counts %u records as consumed (%u have no valid "
		    "flag)",
		    h->nconsumed, t->nconsumed);
	for (size_t i = 0; i < t->nmodules; i++)
		if (!has_module(h->modules, h->nmodules, t->modules[i]))
			setupbin_note(notes, RULE_MODULE_LIST, HEADER_LIST,
			    "module %u is used but not listed", t->modules[i]);
	for (size_t i = 0; i < h->nmodules && !t->unsure; i++)
		if (!has_module(t->modules, t->nmodules, h->modules[i]))
			setupbin_note(notes, RULE_MODULE_LIST,
			    HEADER_LIST + 2 * i,
			    "module %u is listed but not used", h->modules[i]);
}
