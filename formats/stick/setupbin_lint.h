#ifndef SETUPBIN_LINT_H
#define SETUPBIN_LINT_H

/*
 * setupbin_lint - every rule of setupbin_rules that a setup.bin breaks.
 *
 * Chunk by chunk, so that a file of any length needs the memory of one record
 * and 43 bytes a key (pidset).  Finds what setupbin notes while it reads, and
 * what only firmware, vendors and the MEBx mind.  No finding shows a secret.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stick/setupbin_rules.h"

/* The machines that the stick is for. */
struct setupbin_lint_target {
	unsigned amt_major, amt_minor;    /* of the oldest; 0.0: not known */
	enum setupbin_rule_vendor vendor; /* VENDOR_ANY: not known */
};

/* Only rules that apply to the target come here.  at: offset in the file. */
typedef void setupbin_lint_fn(void *arg, enum setupbin_rule rule, size_t at,
    const char *why);

struct setupbin_lint; /* opaque; no secrets */

/* target is copied; seed as for pidset_new.  NULL when out of memory. */
struct setupbin_lint *
setupbin_lint_new(const struct setupbin_lint_target *target,
    const uint8_t seed[16], setupbin_lint_fn *fn, void *arg);
void setupbin_lint_free(struct setupbin_lint *l);

/*
 * The first bytes of the file, a whole chunk if there is one; then each record
 * that *nrecords counts, by its number from 1; then the length of the file.
 * False when the rest cannot be read after this.
 */
bool setupbin_lint_header(struct setupbin_lint *l, const uint8_t *buf,
    size_t len, uint32_t *nrecords);
bool setupbin_lint_record(struct setupbin_lint *l, uint32_t number,
    const uint8_t *buf, size_t len);
void setupbin_lint_end(struct setupbin_lint *l, uint64_t file_len);

#endif
