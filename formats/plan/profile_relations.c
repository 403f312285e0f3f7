#include "plan/profile_relations.h"

#include <string.h>

#include "base/text.h"
#include "plan/profile_rows.h"

/* A word of a setting that names an entry which the profile does not have, as
 * if it were a value of the list. */
static int
reference_check(const struct profile *p, size_t number, const char *list,
    const char *word, size_t len, struct fault *f)
{
	const struct settings *all = &p->settings;
	char shown[40];

	for (size_t i = 0; i < all->n; i++)
		if (profile_rows_is_field(profile_rows_of(all->list[i].setting),
		        list) &&
		    strncmp(all->list[i].item, word, len) == 0 &&
		    all->list[i].item[len] == '\0')
			return 0;
	text_show(shown, sizeof(shown), word, len);
	return fault_set(f, p->lines[number],
	    "<%s>: the profile has no <%s name=\"%s\">",
	    profile_rows_element(profile_rows_of(all->list[number].setting)),
	    list, shown);
}

/* Entries are known once all of them were read. */
static int
references_check(const struct profile *p, struct fault *f)
{
	for (size_t i = 0; i < p->settings.n; i++) {
		const struct settings_value *v = &p->settings.list[i];
		const struct setting *row = profile_rows_of(v->setting);
		const char *at = v->value;

		while (row->refers != NULL && *at != '\0') {
			size_t len = row->type == SETTING_WORDS
			    ? strcspn(at, " ")
			    : strlen(at);

			if (reference_check(p, i, row->refers, at, len, f) ==
			    -1)
				return -1;
			at += len;
			at += *at == ' ';
		}
	}
	return 0;
}

/* What depends on other settings of the profile. */
static int
fits_check(const struct profile *p, struct fault *f)
{
	for (size_t i = 0; i < p->settings.n; i++) {
		const struct settings_value *v = &p->settings.list[i];
		const struct setting *row = profile_rows_of(v->setting);

		if (row->fits == NULL || strcmp(v->value, "keep") == 0 ||
		    row->fits(&p->settings, v->item, f) == 0)
			continue;
		f->at = p->lines[i];
		return -1;
	}
	return 0;
}

int
profile_relations(const struct profile *p, struct fault *f)
{
	return references_check(p, f) == -1 ? -1 : fits_check(p, f);
}
