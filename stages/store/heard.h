#ifndef HEARD_H
#define HEARD_H

/*
 * heard - hellos into the store: every one ever taken (hellos), what is known
 * of its machine (machines), and its key, which is seen now.
 */
#include "store/load.h"
#include "base/uuid.h"
#include "hello/hello.h"

/* A hello that was checked.  Texts are borrowed. */
struct heard {
	int64_t received; /* seconds since 1970 */
	const char *address;
	char uuid[UUID_TEXT];
	uint64_t version, creds_set, retries;
	const char *pid;    /* empty: version 3 */
	const char *hashes; /* empty: version 2 */
	const char *place;
};

/*
 * Keeps n of them, HEARD_MAX at most, in the order given and in a transaction
 * of its own.  Counts what was new and what was there already.
 */
#define HEARD_MAX 1000
void heard_keep(struct store *s, const struct heard *heard, size_t n,
    struct load_count *count);

/* The hashes of a list, as hello_hashes_parse takes them; "" where there is
 * none of that number. */
void heard_hashes(struct store *s, int64_t hash_list,
    char text[HELLO_HASHES_TEXT]);

#endif
