#ifndef TEXTFILE_H
#define TEXTFILE_H

/*
 * textfile - a text file of any usual encoding from a file descriptor, as
 * UTF-8 and in parts; its first part can be looked at before it is read.
 *
 * Ends the program with 74 when the file cannot be read and with 64 when its
 * name is not UTF-8: it goes into every record.  Memory does not depend on the
 * file's size, and is wiped by textfile_close: exports may have passwords.
 */
#include <stdbool.h>
#include <stddef.h>

#include "base/encoding.h"

struct textfile;

/* Takes a copy of fd.  name is borrowed.  unmarked is its encoding when it has
 * no byte order mark. */
struct textfile *textfile_open(int fd, const char *name,
    enum encoding unmarked);
void textfile_close(struct textfile *t);

/* Ends the program with 65 when it is of a kind that is known and no text with
 * lines (filekind.h): the message says what to do. */
void textfile_check(const struct textfile *t);

/* The first 65536 bytes or all, without the byte order mark; *all when there
 * are no more.  Borrowed until textfile_next. */
const char *textfile_peek(const struct textfile *t, size_t *len, bool *all);

/* The next part, the first one first; NULL at the end. */
const char *textfile_next(struct textfile *t, size_t *len);

/* After the end: is the last line without its end?  Says so as a warning; and
 * how many characters could not be read. */
void textfile_warn(const struct textfile *t);

const char *textfile_name(const struct textfile *t);
enum encoding textfile_encoding(const struct textfile *t);

#endif
