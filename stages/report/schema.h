#ifndef SCHEMA_H
#define SCHEMA_H

/*
 * schema - JSON Schema (draft 2020-12) of what the commands write as JSON, made
 * from the tables that the JSON is made from.  Nothing beyond what they have is
 * allowed, so a test that validates finds what is missing here.
 */
#include <stdio.h>

#include "base/kinds.h"
#include "base/lists.h"

/*
 * Which words a column of an object may have, from 0 on; NULL after the last,
 * and at once when it may have any.
 */
typedef const char *schema_words(const char *column, size_t i);

/* {"$schema": ..., up to where the rest of the schema follows.  Name is that of
 * the installed file, without .json. */
void schema_begin(FILE *f, const char *name, const char *what,
    const char *command);
void schema_end(FILE *f);

/* A value of a column. */
void schema_type(FILE *f, enum column_type type);
/* An object with all of these columns, and no other; words may be NULL. */
void schema_object(FILE *f, const struct column *columns, size_t n,
    schema_words *words);
/* Arrays of such objects; where it is part of a schema, in braces. */
void schema_rows(FILE *f, const struct column *columns, size_t n,
    schema_words *words);

/* The whole schema of a list. */
void schema_list(FILE *f, const struct list *list);

/* The whole schema of report.json; in report_json.c. */
void schema_report(FILE *f);

#endif
