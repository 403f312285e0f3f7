#ifndef PROFILE_ROWS_H
#define PROFILE_ROWS_H

/*
 * profile_rows - the rows of setting.h as elements of a profile.  A row without
 * a list is an element of its name: <ping>.  A row of a list, "user-access", is
 * the element <access> in each <user name="...">.  What the machine's own
 * facts give is in no profile.
 */
#include <stdbool.h>

#include "setup/setting.h"
#include "setup/settings.h"

/* NULL if not found. */
const struct setting *profile_rows_scalar(const char *element);
const struct setting *profile_rows_field(const char *list, const char *element);

bool profile_rows_is_list(const char *element);
bool profile_rows_is_field(const struct setting *row, const char *list);

/* The row of a setting's name, as settings.h has it: never NULL. */
const struct setting *profile_rows_of(const char *name);

/* Is it the first row of its list? */
bool profile_rows_leads_list(const struct setting *row);

/* The name of the row's element: "ping", "access". */
const char *profile_rows_element(const struct setting *row);

/* The list that a row such as "user-others" is about; NULL for other rows. */
const char *profile_rows_others(const struct setting *row);
/* Is it about a list that has entries here? */
bool profile_rows_has_entries(const struct settings *s,
    const struct setting *row);

/* Is "keep" the same as leaving it out?  So it is but for texts, where it is a
 * text, and for what an entry of a list must have. */
bool profile_rows_may_keep(const struct setting *row);

/* Is it never to be quoted? */
bool profile_rows_is_secret(const struct setting *row);

/* For hints: the name that is nearest, of all elements of a profile, or of a
 * list's fields; NULL if all are far. */
const char *profile_rows_near(const char *typed);
const char *profile_rows_near_field(const char *list, const char *typed);

#endif
