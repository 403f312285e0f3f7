#ifndef FAMILY_H
#define FAMILY_H

/* family - what all families of settings share; see setup_items.h. */
#include "setup/setting.h"
#include "setup/setup_talk.h"

#define FAMILY_ID 64 /* an InstanceID, with its NUL */

/* A text of the profile's entry, "" when it has none. */
const char *family_text(const struct setup *s, const char *setting,
    const char *item);
/* The table's row of this name. */
const struct setting *family_row(const struct setup *s, const char *name);
/* The number of such a text, or of the choice that it names; without: where
 * the profile says nothing. */
uint32_t family_number(const struct setup *s, const char *setting,
    const char *item, uint32_t without);

/* The selector of an instance of class that this property refers to.  False:
 * it does not. */
bool family_refers(const struct message_node *properties, const char *property,
    const char *class, const char *selector, char to[FAMILY_ID]);

/* Is this what a property of the instance that was read says? */
bool family_says(const struct setup *s, const char *property, const char *word);

/* What an entry is and should be, with what was found; of those that a second
 * reading shows to be right, the changes are told. */
#define FAMILY_DIFFS_MAX 16
struct family_diffs {
	const struct setting *row[FAMILY_DIFFS_MAX];
	char found[FAMILY_DIFFS_MAX][128]; /* as setup_finding has it */
	size_t n;
};
void family_diff(struct family_diffs *d, const struct setting *row,
    const char *found);
/* As setup_changed or setup_differs, each of them. */
void family_tell(struct setup *s, const struct family_diffs *d,
    const char *item, bool changed);

/* The end, as memory ran out. */
enum setup_next family_no_memory(struct setup *s);

#endif
