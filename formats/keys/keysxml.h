#ifndef KEYSXML_H
#define KEYSXML_H

/*
 * keysxml - key lists as XML, as their bytes come in: keysxml(5).
 *
 * Read with libxml2's push parser, without a tree, so a list of any length
 * needs little memory.  Nothing is ever fetched: a document type ends the
 * reading before anything in it is looked at, and with it go entities of our
 * own making, external or not.  Tags, text and depth are held to what a key
 * list has, before the parser sees them, so that its time is linear.
 *
 * No fault shows any content of the file but PIDs: it may be a secret.
 */
#include <stddef.h>

#include "base/fault.h"
#include "keys/keyrow.h"

/* Bytes without a '>': a tag with every column at its longest is 4 kB. */
#define KEYSXML_RUN_MAX 16384
#define KEYSXML_DEPTH_MAX 16
#define KEYSXML_ATTRIBUTES_MAX 64
/* Of one value, as in a CSV field. */
#define KEYSXML_VALUE_MAX 4096

/* A key; or with bad why one is refused, bad->at its line and of *k only pid,
 * as pid_as_written has it.  line is where the key's element ends its start
 * tag. */
typedef void keysxml_fn(void *arg, const struct keyrow *k, size_t line,
    const struct fault *bad);

struct keysxml; /* opaque; holds secrets, wiped by keysxml_free */

/* NULL when out of memory. */
struct keysxml *keysxml_new(keysxml_fn *fn, void *arg);
void keysxml_free(struct keysxml *x); /* accepts NULL */

/*
 * Takes the next len bytes of the file; keysxml_end tells that there are no
 * more.  0, or -1 with *f filled when the file cannot be read on; then only
 * keysxml_free may follow.
 */
int keysxml_feed(struct keysxml *x, const void *buf, size_t len,
    struct fault *f);
int keysxml_end(struct keysxml *x, struct fault *f);

#endif
