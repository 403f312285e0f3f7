#ifndef SETUPBIN_NOTE_H
#define SETUPBIN_NOTE_H

/*
 * setupbin_note - what the coding of headers and records shares: notes on what
 * deviates from the rules without being unreadable.
 */
#include "stick/setupbin.h"

/* Adds one, or counts it when there is no more room. */
void setupbin_note(struct setupbin_notes *notes, enum setupbin_rule rule,
    size_t at, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* What encode made must read back without a note: one set of rules. */
int setupbin_unnoted(const struct setupbin_notes *notes, struct fault *f);

bool setupbin_all_zero(const uint8_t *p, size_t n);

/* A field that must be 1; one tool is known to leave it 0. */
int setupbin_chunk_count(uint16_t n, enum setupbin_rule rule, size_t at,
    const char *what, struct setupbin_notes *notes, struct fault *f);

#endif
