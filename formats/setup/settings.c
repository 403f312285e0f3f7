#include "setup/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "setup/setting.h"

static char *
value_copy(const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = malloc(len);

	if (copy != NULL)
		memcpy(copy, text, len);
	return copy;
}

static void
value_free(struct settings_value *v)
{
	if (v->value != NULL)
		explicit_bzero(v->value, strlen(v->value));
	free(v->value);
	free(v->item);
	*v = (struct settings_value){ NULL, NULL, NULL };
}

static int
settings_grow(struct settings *s)
{
	size_t cap = s->cap == 0 ? 16 : 2 * s->cap;
	struct settings_value *more;

	if (s->n < s->cap)
		return 0;
	more = reallocarray(s->list, cap, sizeof(*more)); /* pointers only */
	if (more == NULL)
		return -1;
	s->list = more;
	s->cap = cap;
	return 0;
}

int
settings_add(struct settings *s, const char *setting, const char *item,
    const char *value, struct fault *f)
{
	struct settings_value v = { .setting = setting };

	if (s->n == SETTINGS_MAX)
		return fault_set(f, 0, "a profile has more than %d settings",
		    SETTINGS_MAX);
	v.item = value_copy(item);
	v.value = value_copy(value);
	if (v.item == NULL || v.value == NULL || settings_grow(s) == -1) {
		value_free(&v);
		return fault_set(f, 0, "out of memory");
	}
	s->list[s->n++] = v;
	return 0;
}

void
settings_free(struct settings *s)
{
	for (size_t i = 0; i < s->n; i++)
		value_free(&s->list[i]);
	free(s->list);
	*s = (struct settings){ .list = NULL };
}

const char *
settings_value(const struct settings *s, const char *setting)
{
	for (size_t i = 0; s != NULL && i < s->n; i++)
		if (strcmp(s->list[i].setting, setting) == 0)
			return strcmp(s->list[i].value, "keep") == 0
			    ? NULL
			    : s->list[i].value;
	return NULL;
}

bool
settings_ask(const struct settings *s, const char *setting, const char *value)
{
	const char *asked = settings_value(s, setting);

	return asked != NULL && strcmp(asked, value) == 0;
}

const char *
settings_item_value(const struct settings *s, const char *setting,
    const char *item)
{
	for (size_t i = 0; s != NULL && i < s->n; i++)
		if (strcmp(s->list[i].setting, setting) == 0 &&
		    strcmp(s->list[i].item, item) == 0)
			return strcmp(s->list[i].value, "keep") == 0
			    ? NULL
			    : s->list[i].value;
	return NULL;
}

/* --- the stream ----------------------------------------------------------- */

void
settings_fields(const struct settings *s, size_t i,
    const char *fields[SETTINGS_NCOLUMNS])
{
	fields[SETTINGS_PROFILE_NAME] = s->profile;
	fields[SETTINGS_SETTING] = s->list[i].setting;
	fields[SETTINGS_ITEM] = s->list[i].item;
	fields[SETTINGS_VALUE] = s->list[i].value;
}

const struct settings *
settings_of(const struct settings_all *all, const char *profile)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->profile[i].profile, profile) == 0)
			return &all->profile[i];
	return NULL;
}

/* The profile's own place, made when it is new; NULL with *f filled. */
static struct settings *
settings_place(struct settings_all *all, const char *profile, struct fault *f)
{
	struct settings *s;

	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->profile[i].profile, profile) == 0)
			return &all->profile[i];
	if (profile[0] == '\0' || strlen(profile) >= SETTINGS_PROFILE) {
		(void)fault_set(f, 0, "profile: not 1 to %d characters",
		    SETTINGS_PROFILE - 1);
		return NULL;
	}
	if (all->n == SETTINGS_PROFILES_MAX) {
		(void)fault_set(f, 0, "profile: more than %d profiles",
		    SETTINGS_PROFILES_MAX);
		return NULL;
	}
	s = &all->profile[all->n++];
	memcpy(s->profile, profile, strlen(profile) + 1);
	return s;
}

int
settings_read(struct settings_all *all, const struct record *r, struct fault *f)
{
	const struct setting *row =
	    setting_of_profile(r->field[SETTINGS_SETTING]);
	const char *item = r->field[SETTINGS_ITEM];
	struct settings *s;
	char shown[40];

	if (row == NULL) {
		text_show(shown, sizeof(shown), r->field[SETTINGS_SETTING],
		    strlen(r->field[SETTINGS_SETTING]));
		return fault_set(f, 0, "setting: unknown (got \"%s\")", shown);
	}
	if (setting_check(row, r->field[SETTINGS_VALUE], f) == -1)
		return -1;
	s = settings_place(all, r->field[SETTINGS_PROFILE_NAME], f);
	if (s == NULL)
		return -1;
	for (size_t i = 0; i < s->n; i++)
		if (s->list[i].setting == row->name &&
		    strcmp(s->list[i].item, item) == 0)
			return fault_set(f, 0, "setting: %s is given twice",
			    row->name);
	return settings_add(s, row->name, item, r->field[SETTINGS_VALUE], f);
}

void
settings_gap(struct settings_all *all)
{
	for (size_t i = 0; i < all->n; i++)
		all->profile[i].has_gap = true;
}

void
settings_all_free(struct settings_all *all)
{
	for (size_t i = 0; i < all->n; i++)
		settings_free(&all->profile[i]);
	all->n = 0;
}
