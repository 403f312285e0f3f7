#ifndef KEYLIST_H
#define KEYLIST_H

/*
 * keylist - one list of keys, whatever its form: what it is, its first bytes
 * tell.  One key at a time, so that a list of any length needs little memory
 * and its secrets are not kept.
 *
 * What is wrong with all of a file ends the program with 65 and a message, as
 * does (71) lack of memory.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "keys/digest.h"
#include "base/fault.h"
#include "base/heading.h"
#include "keys/keyrow.h"
#include "keys/members.h"
#include "base/rows.h"

/* What a list can be: a row of the tables in keylist.c. */
struct keylist_form {
	const char *name;
	const char *count;   /* what the line of a key counts; "": lines */
	const char *refused; /* what is counted as refused */
	const char *none;    /* what is wrong with one that has no keys */
	bool skipped;        /* no key list */
	/* Of lists whose first row is a key: is it the form's, and the key in a
	 * row, as keysps has them; NULL: keyscsv by l->heading. */
	bool (*is)(const struct row *row);
	int (*read)(struct keyrow *k, const struct row *row, struct fault *f);
};
extern const struct keylist_form keylist_columns, keylist_xml;

/* A member being read.  The caller reads its first bytes before it asks what
 * it is, and wipes buf in the end. */
struct keylist_input {
	struct members *m;
	struct digest *digest; /* gets all that is read, or NULL */
	uint8_t buf[65536];
	size_t len; /* 0: the end */
};

/* The next bytes into buf; answers len. */
size_t keylist_more(struct keylist_input *in);

/* The first byte in buf that is not a blank or a byte order mark; 0: none. */
uint8_t keylist_first(const struct keylist_input *in);

/* A key; state is new, used or consumed, line its record in a setup.bin. */
typedef void keylist_took_fn(void *arg, const struct keyrow *k,
    const char *state, size_t line);
/* A record that is no key; pid as far as it can be read, else "". */
typedef void keylist_refused_fn(void *arg, const char *pid,
    const struct fault *why);

struct keylist {
	/* the caller's: */
	const char *name; /* borrowed; for messages */
	bool in_bundle;   /* what is no list is skipped there */
	keylist_took_fn *took;
	keylist_refused_fn *refused;
	void *arg; /* of both */
	/* what it is, from the first key or refusal on: */
	const struct keylist_form *form; /* NULL: not known yet */
	struct heading heading;          /* of keylist_columns */
};

/* Reads all of it. */
void keylist_read(struct keylist *l, struct keylist_input *in);

/*
 * What a bundle has beside its lists: a letter, a manual, what a Mac
 * leaves.  Told, for it may be a list in a spelling that nobody knew here.
 */
void keylist_pass_over(struct keylist *l, size_t line, const char *why);

#endif
