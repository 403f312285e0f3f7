#ifndef SETUPVARS_H
#define SETUPVARS_H

/*
 * setupvars - the variables that a setup.bin record may carry, as a table.
 *
 * Sources: the table and value names of MeshCommander's setup.bin reader;
 * Intel AMT Implementation and Reference Guide, "Intel AMT and USB Versions",
 * for since; the power packages of Intel's lms.  Values are little-endian;
 * text has no terminator.  setupbin(5) has the whole table.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

enum setupvar_type {
	SETUPVAR_BYTES,   /* layout not published */
	SETUPVAR_TEXT,    /* printable ASCII */
	SETUPVAR_NUMBER,  /* little-endian, 1, 2 or 4 bytes */
	SETUPVAR_PACKAGE, /* 16 bytes that name a power package */
	SETUPVAR_HASH,    /* type, digest, name length, name */
	SETUPVAR_ADDRESS, /* IPv4, last byte first */
};

/* What a number stands for; the last one has a NULL name. */
struct setupvar_value {
	uint32_t value;
	const char *name;
};

struct setupvar {
	uint16_t module, id;
	const char *name;
	enum setupvar_type type;
	uint16_t len_min, len_max;        /* bytes of the value */
	uint32_t min, max;                /* of a number */
	uint8_t since_major, since_minor; /* file version; 0.0: not published */
	bool secret;                      /* never shown unless asked for */
	bool repeats;                     /* may stand more than once */
	const struct setupvar_value *values; /* or NULL */
};

/* NULL when the pair is in no public table. */
const struct setupvar *setupvar_find(uint16_t module, uint16_t id);

/* The table by index, for listing; NULL at its end. */
const struct setupvar *setupvar_at(size_t i);

/*
 * Does the value keep the variable's limits?  0, or -1 with *f filled: at is
 * the offset in the value, and no byte of a secret is shown.
 */
int setupvar_check(const struct setupvar *v, const uint8_t *value, size_t len,
    struct fault *f);

/*
 * The value as one line of text, cut with "..." when cap (at least 64) is too
 * small.  v is NULL for an unknown variable, which may be a secret.  A secret
 * is "********" unless reveal.
 */
#define SETUPVAR_TEXT_MAX 640
void setupvar_format(char *to, size_t cap, const struct setupvar *v,
    const uint8_t *value, size_t len, bool reveal);

#endif
