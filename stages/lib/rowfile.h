#ifndef ROWFILE_H
#define ROWFILE_H

/*
 * rowfile - the rows of a CSV file.
 *
 * Calls fn as rows.h says.  Ends the program with 65 when the file cannot be
 * read as rows; the message names it.  Warns when the last line has no line
 * end.
 */
#include "base/rows.h"
#include "lib/textfile.h"

void rowfile_read(int fd, const char *name, rows_fn *fn, void *arg);

/* Those of a file that was opened to look at it first. */
void rowfile_rows(struct textfile *t, rows_fn *fn, void *arg);

/* The rows of its first part, which stay to be read; answers the separator. */
char rowfile_peek(const struct textfile *t, rows_fn *fn, void *arg);

/* A file's name without its folders, borrowed from name; with a member of a
 * bundle ("in/oem.zip:a/keys.csv") those of the bundle. */
const char *rowfile_base(const char *name);

#endif
