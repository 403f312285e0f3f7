#ifndef RUNS_H
#define RUNS_H

/*
 * runs - puts any number of records into order with a fixed amount of memory:
 * what fits is sorted there, and goes to an unnamed file when more comes; at
 * the end all sorted runs are merged.
 *
 * The order is that of the first key_len bytes, and where these are equal the
 * order in which records were added.  What is not meant for the disk in clear
 * is sealed before.  When the file cannot be written or read the program ends
 * with 74, without memory with 71.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RUNS_KEY_MIN 8

struct runs;

/* dir is where the file goes, of which nothing is left at the end of the
 * program; borrowed.  memory: bytes, at least twice record_max; nothing of
 * it is used before records come.  key_len: RUNS_KEY_MIN or more. */
struct runs *runs_new(const char *dir, size_t memory, size_t record_max,
    size_t key_len);
void runs_free(struct runs *r); /* accepts NULL */

/* len: key_len to record_max. */
void runs_add(struct runs *r, const void *record, size_t len);
/* After the last one was added. */
void runs_sort(struct runs *r);
/* The next in order, valid until the next call; NULL after the last. */
const uint8_t *runs_next(struct runs *r, size_t *len);

#endif
