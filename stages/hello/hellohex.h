#ifndef HELLOHEX_H
#define HELLOHEX_H

/*
 * hellohex - hellos as hexadecimal text, with comments from # to the end of the
 * line.
 *
 * A file of captures has a hello a line; a commented one has a field a line.
 * So: when any line alone is a whole hello, each line is one.
 */
#include <stddef.h>
#include <stdint.h>

/* Called with what should be a hello; line is 0 when it is the whole input. */
typedef void hellohex_fn(void *arg, const char *name, size_t line,
    const uint8_t *bytes, size_t len);

/* What is no hexadecimal text is refused. */
void hellohex_each(const char *name, const char *text, size_t size,
    hellohex_fn *fn, void *arg);

#endif
