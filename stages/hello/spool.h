#ifndef SPOOL_H
#define SPOOL_H

/*
 * spool - records on their way from a network program to the store, as files
 * of one folder.  Neither program waits for the other, and whichever is killed
 * loses nothing: the writer counts a record as taken when it is on the disk,
 * the loader (loadspool.c) removes a file when its records are in the store.
 *
 * A file is one journal stream, named so that names of one writer sort by age,
 * whatever its clock does, ending in .KIND.  Its writer holds a lock on it
 * (flock), so a file that can be locked is finished or its writer is dead.  A
 * name with a dot in front is a file whose first line is not written yet.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/record.h"

#define SPOOL_BUFFER (1024 * 1024)
#define SPOOL_NAME 80

struct spool {
	int dir;
	const struct kind *kind; /* a journal */
	uint64_t waiting;        /* records put and not yet safe */
	uint64_t safe;           /* on the disk, of all files */
	/* its own: */
	int fd; /* of the file that is written, or -1 */
	char name[SPOOL_NAME];
	unsigned made;
	int64_t named;     /* by the clock, though it may be set back since */
	uint64_t passed;   /* records in it */
	off_t good;        /* its length up to the last record that is safe */
	int64_t since_ms;  /* begun */
	int64_t synced_ms; /* when it last grew */
	size_t len;
	uint8_t buf[SPOOL_BUFFER];
};

/* Opens the folder, which must be there; while the program may still.  0, or
 * -1 with errno and sitefile_why. */
int spool_open(struct spool *s, const char *dir, const struct kind *k);

/* Is there room for one more record?  Not when the disk has taken none for a
 * while. */
bool spool_room(const struct spool *s);

/* Puts one; call spool_room before it.  Nothing is written yet. */
void spool_put(struct spool *s, const char *const *fields);

/*
 * Writes what is waiting and makes it safe against a cut of power too.  0, or
 * -1 with errno: all of it still waits, and the file ends where it was good.
 */
int spool_sync(struct spool *s, int64_t now_ms);

/*
 * Hands the file over to the loader when it is old or large enough, when no
 * more records come, or when told to.  After spool_sync; what waits comes into
 * the next file.
 */
void spool_turn(struct spool *s, int64_t now_ms, bool now);

/* When spool_turn will have to do something; INT64_MAX for never. */
int64_t spool_deadline(const struct spool *s);

#endif
