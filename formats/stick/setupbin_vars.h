#ifndef SETUPBIN_VARS_H
#define SETUPBIN_VARS_H

/*
 * setupbin_vars - the variables that a setup.bin record may carry, as a table.
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

enum setupbin_var_type {
	SETUPBIN_VAR_BYTES,   /* layout not published */
	SETUPBIN_VAR_TEXT,    /* printable ASCII */
	SETUPBIN_VAR_NUMBER,  /* little-endian, 1, 2 or 4 bytes */
	SETUPBIN_VAR_PACKAGE, /* 16 bytes that name a power package */
	SETUPBIN_VAR_HASH,    /* type, digest, name length, name */
	SETUPBIN_VAR_ADDRESS, /* IPv4, last byte first */
};

/*
 * The variables of the key that a record gives a machine, each as module and
 * id: two arguments.
 */
#define SETUPBIN_MEBX_NOW 1, 1
#define SETUPBIN_MEBX_NEXT 1, 2
#define SETUPBIN_MANAGEABILITY 1, 3
#define SETUPBIN_PID 2, 1
#define SETUPBIN_PPS 2, 2
#define SETUPBIN_PKI_SUFFIX 2, 3
#define SETUPBIN_PKI_SERVER 2, 4

/* What a number stands for; the last one has a NULL name. */
struct setupbin_var_value {
	uint32_t value;
	const char *name;
};

struct setupbin_var {
	uint16_t module, id;
	const char *name;
	enum setupbin_var_type type;
	uint16_t len_min, len_max;        /* bytes of the value */
	uint32_t min, max;                /* of a number */
	uint8_t since_major, since_minor; /* file version; 0.0: not published */
	bool secret;                      /* never shown unless asked for */
	bool repeats;                     /* may stand more than once */
	const struct setupbin_var_value *values; /* or NULL */
};

/* Another variable that a record's one has to follow. */
enum setupbin_var_need {
	SETUPBIN_VAR_IF_THERE, /* it may be missing */
	SETUPBIN_VAR_NEEDED,
	SETUPBIN_VAR_ADVISED, /* a rule that Intel's own tool breaks */
};

struct setupbin_var_order {
	uint16_t module, id;
	uint16_t after_module, after_id;
	enum setupbin_var_need need;
	uint8_t value; /* what that one must be; 0: anything */
	uint8_t major; /* a rule of that major version; 0: of all */
};

/* The digests of certificates, by the type byte of an "add certificate
 * hash". */
#define SETUPBIN_VAR_DIGEST_MAX 48
#define SETUPBIN_VAR_HASH_NAME 31 /* bytes of a hash's name */
struct setupbin_var_digest {
	uint8_t len;
	const char *name;
	uint8_t since_major; /* file version */
};

/* NULL when the pair is in no public table. */
const struct setupbin_var *setupbin_var_find(uint16_t module, uint16_t id);

/* Is it that one? */
bool setupbin_var_is(const struct setupbin_var *v, uint16_t module,
    uint16_t id);

/* The table by index, for listing; NULL at its end. */
const struct setupbin_var *setupbin_var_at(size_t i);

/* The rules of order by index; NULL at their end. */
const struct setupbin_var_order *setupbin_var_order_at(size_t i);

/* NULL when the type is unknown. */
const struct setupbin_var_digest *setupbin_var_digest(unsigned type);

/* Length of the digest in a hash's value; 0 when it does not fill its len. */
size_t setupbin_var_hash_len(const uint8_t *value, size_t len);

/* Little-endian; len at most 4. */
uint32_t setupbin_var_number(const uint8_t *value, size_t len);

/*
 * Does the value keep the variable's limits?  0, or -1 with *f filled: at is
 * the offset in the value, and no byte of a secret is shown.
 */
int setupbin_var_check(const struct setupbin_var *v, const uint8_t *value,
    size_t len, struct fault *f);

/*
 * The value as one line of text, cut with "..." when cap (at least 64) is too
 * small.  v is NULL for an unknown variable, which may be a secret.  A secret
 * is "********" unless reveal.
 */
/* Room for every byte of a record in hexadecimal. */
#define SETUPBIN_VAR_TEXT_MAX 1024
void setupbin_var_format(char *to, size_t cap, const struct setupbin_var *v,
    const uint8_t *value, size_t len, bool reveal);

/* The name as columns and options have it: "host-name". */
#define SETUPBIN_VAR_WORD 48
void setupbin_var_word(char to[SETUPBIN_VAR_WORD],
    const struct setupbin_var *v);

/* By its name, of which only letters and digits count, in either case; or by
 * module and id as "2/11".  NULL if not found. */
const struct setupbin_var *setupbin_var_named(const char *name);

/* What setupbin_var_parse takes and which variables it must follow, for people.
 */
void setupbin_var_range(char *to, size_t cap, const struct setupbin_var *v);
void setupbin_var_rules(char *to, size_t cap, const struct setupbin_var *v);

/*
 * The value that a text stands for: numbers decimal or by the name of their
 * value, text as it is, hexadecimal where no layout is published.  0 with the
 * limits kept, or -1 with *f filled and no byte of a secret shown.
 */
#define SETUPBIN_VAR_MAX 480
int setupbin_var_parse(uint8_t to[SETUPBIN_VAR_MAX], size_t *len,
    const struct setupbin_var *v, const char *text, struct fault *f);

/* Makes a hash's value of to, whose digest stands already at to + 1. */
int setupbin_var_hash(uint8_t *to, size_t *len, unsigned type, const char *name,
    struct fault *f);

#endif
