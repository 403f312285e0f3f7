#ifndef SOURCE_H
#define SOURCE_H

/* source - reads a whole small input into memory. */
#include <stddef.h>
#include <stdint.h>

/*
 * All bytes of fd, at most max of them.  The caller frees *buf.  Ends the
 * program when it cannot be read (74) or is larger (65), with a message that
 * names it.
 */
void source_read(int fd, const char *name, size_t max, uint8_t **buf,
    size_t *len);

#endif
