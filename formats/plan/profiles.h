#ifndef PROFILES_H
#define PROFILES_H

/*
 * profiles - profile.xml of a site: one profile for all its machines, or
 * several and the rules by which machines get them (assign.h).
 *
 * UTF-8 XML, at most 1 MB, without a DTD.  The root is a <profile>, or
 * <profiles> with <rule> elements in their order and <profile> elements.
 * profile_schema.h has the schema, profile(5) the description.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "plan/assign.h"
#include "plan/profile.h"

/* Certificates are in it, as PEM, and perhaps in each of many profiles. */
#define PROFILE_MAX 1048576

struct profiles {
	struct profile *list; /* the first one of the file first */
	size_t n;
	bool ruled; /* else the one profile is for every machine */
	struct assign_rules rules;
};

/*
 * 0, or -1 with *f filled (at is the line) and *all empty.  No message quotes
 * what may be a password.  Prints nothing, opens nothing.
 */
int profiles_decode(struct profiles *all, const char *xml, size_t len,
    struct fault *f);
void profiles_free(struct profiles *all); /* wipes */

/* By name; NULL if not found. */
const struct profile *profiles_find(const struct profiles *all,
    const char *name);

/*
 * The one that a machine gets and, where a rule decides, by which of them. What
 * the site's own program chose takes precedence over rules.  NULL when no rule
 * fits, or when what was chosen is not there.
 */
const struct profile *profiles_choose(const struct profiles *all,
    const struct assign_facts *facts, const struct assign_rule **rule);

/*
 * The one by which keys get their MEBx passwords, on a stick or in a file for a
 * partner: before a machine has them, no rule can choose.  name: as a person
 * says, or NULL: then all profiles have to have the same MEBx password.  NULL
 * with *f filled if they differ, or no profile has that name.
 */
const struct profile *profiles_for_keys(const struct profiles *all,
    const char *name, struct fault *f);

#endif
