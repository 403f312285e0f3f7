#ifndef SCRATCH_H
#define SCRATCH_H

/*
 * scratch - a file without a name, for what does not fit into memory: nothing
 * of it is left when the program ends, whichever way.
 *
 * It ends the program with 74 when dir takes no file.
 */
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int scratch_open(const char *dir);

/* dir is for the message.  All of it at the file's end (nobody else moves the
 * descriptor), or all of it from there; else the program ends with 74. */
void scratch_write(int fd, const char *dir, const void *p, size_t len);
void scratch_read(int fd, const char *dir, void *p, size_t len, off_t at);

#endif
