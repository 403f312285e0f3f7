#ifndef ROWDECOR_H
#define ROWDECOR_H

/*
 * rowdecor - what programs write around the rows of a CSV file and the values
 * in it, and that is neither.
 *
 * Excel: a first line "sep=;", and ="0000-037M", which keeps a value from being
 * read as a number or a date.  Windows PowerShell: a first line "#TYPE ...".
 * Microsoft's sqlcmd: a line of dashes below the header, "(3 rows affected)" at
 * the end.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/rows.h"

/* Is the first line of len bytes none of the table?  *separator is the one that
 * it names, else NUL. */
bool rowdecor_preamble(const char *line, size_t len, char *separator);

/* The separator that a line has most of, outside quotes. */
char rowdecor_separator(const char *line, size_t len);

/*
 * What to say behind a complaint about a first row that is not understood: "; "
 * and that its fields are separated by something which is not read here, or "".
 */
const char *rowdecor_foreign(const struct row *row);

/* Are all fields dashes? */
bool rowdecor_dashes(const struct row *row);
/* Is it one field with a count in brackets? */
bool rowdecor_count(const struct row *row);

/* Makes ="x" at the start of a field "x", in place.  quoted: the line begins
 * within quotes. */
void rowdecor_unprotect(char *line, size_t len, char separator, bool quoted);

/* The same for a value that was quoted once more: what is left of s. */
const char *rowdecor_bare(const char *s, size_t *len);

#endif
