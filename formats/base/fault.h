#ifndef FAULT_H
#define FAULT_H

/*
 * fault - where an input breaks its rules, and which rule.
 *
 * Every codec answers -1 and fills one of these; it never prints.  The
 * program knows the file's name and speaks.  A fault carries what was got and
 * what was expected, so it has room for text; it never carries a secret: name
 * a key by its PID.
 */
#include <stddef.h>

struct fault {
	size_t at;     /* byte offset; for text, the line, from 1; 0 unknown */
	char why[208]; /* in the specification's words, NUL-terminated */
};

/* Fills *f, which may be NULL.  Always -1, so that callers can return it. */
int fault_set(struct fault *f, size_t at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
