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

#include "base/fault.h"

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

/* Another variable that a record's one has to follow. */
enum setupvar_need {
	SETUPVAR_IF_THERE, /* it may be missing */
	SETUPVAR_NEEDED,
	SETUPVAR_ADVISED, /* a rule that Intel's own tool breaks */
};

struct setupvar_order {
	uint16_t module, id;
	uint16_t after_module, after_id;
	enum setupvar_need need;
	uint8_t value; /* what that one must be; 0: anything */
	uint8_t major; /* a rule of that major version; 0: of all */
};

/* The digests of certificates, by the type byte of an "add certificate
 * hash". */
#define SETUPVAR_DIGEST_MAX 48
#define SETUPVAR_HASH_NAME 31 /* bytes of a hash's name */
struct setupvar_digest {
	uint8_t len;
	const char *name;
	uint8_t since_major; /* file version */
};

/* NULL when the pair is in no public table. */
const struct setupvar *setupvar_find(uint16_t module, uint16_t id);

/* The table by index, for listing; NULL at its end. */
const struct setupvar *setupvar_at(size_t i);

/* The rules of order by index; NULL at their end. */
const struct setupvar_order *setupvar_order_at(size_t i);

/* NULL when the type is unknown. */
const struct setupvar_digest *setupvar_digest(unsigned type);

/* Length of the digest in a hash's value; 0 when it does not fill its len. */
size_t setupvar_hash_len(const uint8_t *value, size_t len);

/* Little-endian; len at most 4. */
uint32_t setupvar_number(const uint8_t *value, size_t len);

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
/* Room for every byte of a record in hexadecimal. */
#define SETUPVAR_TEXT_MAX 1024
void setupvar_format(char *to, size_t cap, const struct setupvar *v,
    const uint8_t *value, size_t len, bool reveal);

/* The name as columns and options have it: "host-name". */
#define SETUPVAR_WORD 48
void setupvar_word(char to[SETUPVAR_WORD], const struct setupvar *v);

/* By its name, of which only letters and digits count, in either case; or by
 * module and id as "2/11".  NULL when there is none. */
const struct setupvar *setupvar_named(const char *name);

/* What setupvar_parse takes and which variables it must follow, for people. */
void setupvar_range(char *to, size_t cap, const struct setupvar *v);
void setupvar_rules(char *to, size_t cap, const struct setupvar *v);

/*
 * The value that a text stands for: numbers decimal or by the name of their
 * value, text as it is, hexadecimal where no layout is published.  0 with the
 * limits kept, or -1 with *f filled and no byte of a secret shown.
 */
#define SETUPVAR_MAX 480
int setupvar_parse(uint8_t to[SETUPVAR_MAX], size_t *len,
    const struct setupvar *v, const char *text, struct fault *f);

/* Makes a hash's value of to, whose digest stands already at to + 1. */
int setupvar_hash(uint8_t *to, size_t *len, unsigned type, const char *name,
    struct fault *f);

#endif
