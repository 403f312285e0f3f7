#ifndef OUTPUTS_H
#define OUTPUTS_H

/*
 * outputs - strings as CSV, JSON, HTML and plain text want them.
 *
 * Strings are UTF-8 (the record level saw to it) and NUL-terminated.  Write
 * errors stay in the FILE, for whoever closes it.
 */
#include <stdio.h>

#include "base/kinds.h"

/*
 * One CSV field (RFC 4180), quoted only where it must be.  Exactly the bytes
 * of s: for what is read by programs.
 */
void output_csv(FILE *f, const char *s);

/*
 * As output_csv, for what people open in a spreadsheet: a field that starts
 * with = + - @ TAB or CR would be run as a formula there, and names and
 * versions come from strangers; such a field gets an apostrophe in front.
 */
void output_csv_guarded(FILE *f, const char *s);

/* A JSON string with its quotes (RFC 8259). */
void output_json(FILE *f, const char *s);

/*
 * A field of a column of this type as JSON: a number, true or false, null for
 * an empty number or flag, else a string.  What is not of its type (a damaged
 * store may have it) is a string too: it is to be seen, and the JSON is valid.
 */
void output_json_field(FILE *f, enum column_type type, const char *s);

/* Text between HTML tags or in a quoted attribute; control characters, those of
 * direction too, become question marks. */
void output_html(FILE *f, const char *s);

/* For a terminal or a mail: control characters, those of direction too, become
 * question marks. */
void output_plain(FILE *f, const char *s);

/* Columns that s takes: its code points. */
size_t output_width(const char *s);

/*
 * Words of s in lines of at most 78 columns; the first begins with head, the
 * others with as many blanks.  A word longer than a line stays whole.
 */
void output_wrapped(FILE *f, const char *head, const char *s);

#endif
