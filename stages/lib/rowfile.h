#ifndef ROWFILE_H
#define ROWFILE_H

/*
 * rowfile - the rows of a CSV file from a file descriptor.
 *
 * Calls fn as rows.h says.  Ends the program with 65 when the file cannot be
 * read as rows and with 74 when it cannot be read at all; the message names
 * it.  Warns when the last line has no line end.  Buffers are wiped: key lists
 * have secrets.
 */
#include "rows.h"

void rowfile_read(int fd, const char *name, rows_fn *fn, void *arg);

/* A file's name without its folders, borrowed from name; with a member of a
 * bundle ("in/oem.zip:a/keys.csv") those of the bundle. */
const char *rowfile_base(const char *name);

#endif
