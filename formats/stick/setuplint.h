#ifndef SETUPLINT_H
#define SETUPLINT_H

/*
 * setuplint - every rule of setuprules that a setup.bin breaks.
 *
 * Chunk by chunk, so that a file of any length needs the memory of one record
 * and 43 bytes a key (pidset).  Finds what setupbin notes while it reads, and
 * what only firmware, vendors and the MEBx mind.  No finding shows a secret.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stick/setuprules.h"

/* The machines that the stick is for. */
struct setuplint_target {
	unsigned amt_major, amt_minor; /* of the oldest; 0.0: not known */
	enum setuprule_vendor vendor;  /* VENDOR_ANY: not known */
};

/* Only rules that apply to the target come here.  at: offset in the file. */
typedef void setuplint_fn(void *arg, enum setuprule rule, size_t at,
    const char *why);

struct setuplint; /* opaque; no secrets */

/* target is copied; seed as for pidset_new.  NULL when out of memory. */
struct setuplint *setuplint_new(const struct setuplint_target *target,
    const uint8_t seed[16], setuplint_fn *fn, void *arg);
void setuplint_free(struct setuplint *l);

/*
 * The first bytes of the file, a whole chunk if there is one; then each record
 * that *nrecords counts, by its number from 1; then the length of the file.
 * False when the rest cannot be read after this.
 */
bool setuplint_header(struct setuplint *l, const uint8_t *buf, size_t len,
    uint32_t *nrecords);
bool setuplint_record(struct setuplint *l, uint32_t number, const uint8_t *buf,
    size_t len);
void setuplint_end(struct setuplint *l, uint64_t file_len);

#endif
