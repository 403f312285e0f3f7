#ifndef RECORD_H
#define RECORD_H

/*
 * record - one line of a record stream, both ways.
 *
 *	@keys/2 TAB pid TAB pps ...		header: kind, version, columns
 *	AAAA1111 TAB ...			a record
 *	@end TAB 4812 TAB 3			records passed, records refused
 *
 * UTF-8; TAB, newline and backslash in a field are \t \n \\.  A field has no
 * NUL.  Lines come without their newline.  A stream without @end was cut off.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/kinds.h"
#include "base/writer.h"

/* The longest: a v3 hello with 255 SHA-384 hashes is 25 kB of text. */
#define RECORD_LINE_MAX 65536

struct record {
	const struct kind *kind;       /* borrowed */
	char *field[KIND_COLUMNS_MAX]; /* NUL-terminated, inside the line */
};

/* Header line of kind k into w, with the newline. */
void record_put_header(struct writer *w, const struct kind *k);
/* A record's line with the newline; k->ncolumns fields, NULL is empty. */
void record_put(struct writer *w, const struct kind *k,
    const char *const *fields);
void record_put_end(struct writer *w, uint64_t passed, uint64_t refused);

/*
 * What a line is: decided by its first bytes.  A record whose first field
 * starts with @ is written with \@ and so never looks like the others.
 */
enum record_line { RECORD_HEADER, RECORD_ROW, RECORD_END };
enum record_line record_line(const char *line);

/*
 * Which kind a header line names, and how many of its columns the records have:
 * fewer than today in a stream of an older version.  NULL with *f filled when
 * it is unknown, of another version or lists other columns.
 */
const struct kind *record_get_header(size_t *ncolumns, const char *line,
    struct fault *f);

/* Splits and unescapes line (NUL-terminated, len without it) in place.  Columns
 * from ncolumns on, which it does not have, are empty. */
int record_get(struct record *r, const struct kind *k, size_t ncolumns,
    char *line, size_t len, struct fault *f);

int record_get_end(uint64_t *passed, uint64_t *refused, const char *line,
    struct fault *f);

#endif
