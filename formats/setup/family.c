/*
 * family - what families of settings share.
 */
#include "setup/family.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* --- of the profile ------------------------------------------------------- */

const char *
family_text(const struct setup *s, const char *setting, const char *item)
{
	const char *value = setup_item_value(s, setting, item);

	return value == NULL ? "" : value;
}

const struct setting *
family_row(const struct setup *s, const char *name)
{
	for (size_t i = 0; i < s->rules.count; i++)
		if (strcmp(s->rules.table[i].name, name) == 0)
			return &s->rules.table[i];
	assert(0 && "the table has no row of this name");
	return s->row;
}

uint32_t
family_number(const struct setup *s, const char *setting, const char *item,
    uint32_t without)
{
	const struct setting *row = family_row(s, setting);
	const char *value = setup_item_value(s, setting, item);
	uint64_t n;

	if (value != NULL && row->type == SETTING_CHOICE)
		value = setting_choice(row, value);
	return value != NULL && text_number(&n, value, UINT32_MAX) == 0
	    ? (uint32_t)n
	    : without;
}

/* --- of the machine ------------------------------------------------------- */

bool
family_refers(const struct message_node *properties, const char *property,
    const char *class, const char *selector, char to[FAMILY_ID])
{
	const struct message_node *ref = message_find(properties, property);
	const struct message_node *in = ref == NULL
	    ? NULL
	    : message_find(ref->first, "ReferenceParameters");
	const char *uri =
	    in == NULL ? NULL : message_value(in->first, "ResourceURI");
	const struct message_node *set =
	    in == NULL ? NULL : message_find(in->first, "SelectorSet");
	const char *name = uri == NULL ? NULL : strrchr(uri, '/');

	if (name == NULL || strcmp(name + 1, class) != 0 || set == NULL)
		return false;
	for (const struct message_node *n = set->first; n != NULL; n = n->next)
		if (n->key != NULL && strcmp(n->key, selector) == 0 &&
		    strlen(n->value) < FAMILY_ID) {
			memcpy(to, n->value, strlen(n->value) + 1);
			return true;
		}
	return false;
}

/* --- what differs --------------------------------------------------------- */

bool
family_says(const struct setup *s, const char *property, const char *word)
{
	const char *value = message_value(s->instance.items, property);

	return value != NULL && strcmp(value, word) == 0;
}

void
family_diff(struct family_diffs *d, const struct setting *row,
    const char *found)
{
	if (d->n == FAMILY_DIFFS_MAX)
		return;
	d->row[d->n] = row;
	found = found == NULL ? "" : found;
	/* What does not fit is seen to be cut. */
	if (strlen(found) < sizeof(d->found[0]))
		(void)snprintf(d->found[d->n++], sizeof(d->found[0]), "%s",
		    found);
	else
		(void)snprintf(d->found[d->n++], sizeof(d->found[0]), "%.*s...",
		    (int)sizeof(d->found[0]) - 4, found);
}

void
family_tell(struct setup *s, const struct family_diffs *d, const char *item,
    bool changed)
{
	for (size_t i = 0; i < d->n; i++) {
		if (!changed)
			setup_differs(s, d->row[i], item, d->found[i]);
		else if (!d->row[i]->secret) /* that was told as sent */
			setup_changed(s, d->row[i], item, d->found[i]);
	}
}

/* --- going on ------------------------------------------------------------- */

enum setup_next
family_no_memory(struct setup *s)
{
	return setup_end(s, REASON_REPLY_BAD, "out of memory");
}
