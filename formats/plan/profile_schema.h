#ifndef PROFILE_SCHEMA_H
#define PROFILE_SCHEMA_H

/*
 * profile_schema - the RELAX NG schema of profile.xml, made of the table of
 * setting.h and the conditions of assign.h; and whether a document is of it.
 *
 * What a schema cannot say is the reader's alone: that names of entries differ,
 * that rules name profiles that there are, what is special to one setting.  Of
 * a secret the schema says nothing, for validators quote what is wrong.
 */
#include <stdbool.h>
#include <stddef.h>

#include <libxml/tree.h>

/* Its text, NUL-terminated and the caller's to free; NULL: no memory. */
char *profile_schema_make(size_t *len);

/* Tells nothing of what is wrong. */
bool profile_schema_accepts(xmlDoc *doc);

#endif
