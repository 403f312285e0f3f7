#include "plan/profile_rows.h"

#include <string.h>

#include "base/likeness.h"

#define OTHERS "-others"

bool
profile_rows_is_field(const struct setting *row, const char *list)
{
	return row->own == NULL && row->list != NULL &&
	    strcmp(row->list, list) == 0;
}

bool
profile_rows_is_list(const char *element)
{
	for (size_t i = 0; i < setting_count; i++)
		if (profile_rows_is_field(&setting_table[i], element))
			return true;
	return false;
}

const char *
profile_rows_element(const struct setting *row)
{
	return row->list == NULL ? row->name
	                         : row->name + strlen(row->list) + 1;
}

const struct setting *
profile_rows_of(const char *name)
{
	const struct setting *row = setting_table;

	while (strcmp(row->name, name) != 0)
		row++;
	return row;
}

bool
profile_rows_leads_list(const struct setting *row)
{
	for (const struct setting *r = setting_table; r < row; r++)
		if (profile_rows_is_field(r, row->list))
			return false;
	return true;
}

const struct setting *
profile_rows_scalar(const char *element)
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];

		if (row->own == NULL && row->list == NULL &&
		    strcmp(row->name, element) == 0)
			return row;
	}
	return NULL;
}

const struct setting *
profile_rows_field(const char *list, const char *element)
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];

		if (profile_rows_is_field(row, list) &&
		    strcmp(profile_rows_element(row), element) == 0)
			return row;
	}
	return NULL;
}

const char *
profile_rows_others(const struct setting *row)
{
	size_t len = strlen(row->name), tail = strlen(OTHERS);

	if (row->own != NULL || row->list != NULL || len <= tail ||
	    strcmp(row->name + len - tail, OTHERS) != 0)
		return NULL;
	for (size_t i = 0; i < setting_count; i++) {
		const char *list = setting_table[i].list;

		if (list != NULL && strlen(list) == len - tail &&
		    strncmp(row->name, list, len - tail) == 0)
			return list;
	}
	return NULL;
}

bool
profile_rows_has_entries(const struct settings *s, const struct setting *row)
{
	const char *list = profile_rows_others(row);

	for (size_t i = 0; list != NULL && i < setting_count; i++)
		for (size_t k = 0; k < s->n; k++)
			if (s->list[k].setting == setting_table[i].name &&
			    profile_rows_is_field(&setting_table[i], list))
				return true;
	return false;
}

bool
profile_rows_may_keep(const struct setting *row)
{
	return !row->required &&
	    (row->type == SETTING_NUMBER || row->type == SETTING_WORDS ||
	        row->type == SETTING_CHOICE || row->type == SETTING_SWITCH);
}

bool
profile_rows_is_secret(const struct setting *row)
{
	return row->secret || row->type == SETTING_PASSWORD;
}

/* --- hints ---------------------------------------------------------------- */

static void
near_try(const char **best, size_t *least, const char *typed, const char *name)
{
	size_t distance = likeness_distance(typed, name);

	if (distance >= *least)
		return;
	*least = distance;
	*best = name;
}

const char *
profile_rows_near(const char *typed)
{
	static const char *const passwords[] = { "admin-password",
		"mebx-password" };
	const struct setting *row = setting_of_profile(typed);
	size_t least = likeness_limit(typed);
	const char *best = NULL;

	/* A field, by the name that messages and reports have for it. */
	if (row != NULL && row->list != NULL)
		return row->list;
	for (size_t i = 0; i < 2; i++)
		near_try(&best, &least, typed, passwords[i]);
	for (size_t i = 0; i < setting_count; i++)
		if (setting_table[i].own == NULL)
			near_try(&best, &least, typed,
			    setting_table[i].list != NULL
			        ? setting_table[i].list
			        : setting_table[i].name);
	return best;
}

const char *
profile_rows_near_field(const char *list, const char *typed)
{
	const struct setting *row = setting_of_profile(typed);
	size_t least = likeness_limit(typed);
	const char *best = NULL;

	if (row != NULL && profile_rows_is_field(row, list))
		return profile_rows_element(row);
	for (size_t i = 0; i < setting_count; i++)
		if (profile_rows_is_field(&setting_table[i], list))
			near_try(&best, &least, typed,
			    profile_rows_element(&setting_table[i]));
	return best;
}
