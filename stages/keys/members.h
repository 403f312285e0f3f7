#ifndef MEMBERS_H
#define MEMBERS_H

/*
 * members - the files of a bundle as bundle-open(1) writes them, one after
 * the other, each read like a file of its own.
 *
 *	m = members_open(fd, name);
 *	while (members_next(m))
 *		while ((n = members_read(m, buf, sizeof(buf))) != 0) ...
 *	members_free(m);
 *
 * The stream is a tar (POSIX.1-2001 pax).  Each member has its place for
 * messages in the extended attribute MEMBERS_PLACE: "oem.zip:keys.csv", or
 * "keys.csv" when no container was around it.  A long one comes in parts, each
 * but the last with the attribute MEMBERS_MORE; they are read as one.  The
 *empty member MEMBERS_END is the last; a stream without it was cut off.  What
 *is no tar is one member whose place is name, so a plain file needs no
 *bundle-open.
 *
 * Ends the program with 65 when the stream is cut off or damaged and with 74
 * when it cannot be read, with a message that names it.
 */
#include <stdbool.h>
#include <stddef.h>

#define MEMBERS_PLACE "user.amtbatch.place"
#define MEMBERS_MORE "user.amtbatch.more" /* the next one goes on with it */
#define MEMBERS_END "@end"

/* Bytes of a place, with its NUL: two names of PATH_MAX. */
#define MEMBERS_PLACE_CAP 8448

struct members;

struct members *members_open(int fd, const char *name);

/* Steps to the next member, over what is left of this one; false: no more. */
bool members_next(struct members *m);

/* Valid until the next step. */
const char *members_place(const struct members *m);

/* Up to cap bytes of this member; 0 at its end. */
size_t members_read(struct members *m, void *buf, size_t cap);

void members_free(struct members *m);

#endif
