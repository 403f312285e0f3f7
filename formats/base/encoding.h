#ifndef ENCODING_H
#define ENCODING_H

/*
 * encoding - text of any usual encoding as UTF-8, as its bytes come in.
 *
 * UTF-8 and UTF-16 are recognised by their byte order mark (Unicode 23.8);
 * without one a text is UTF-8, or what the caller says.  Latin-1 is ISO 8859-1.
 * windows-1252 is Microsoft's: 0x80 to 0x9f differ, five of them undefined.
 * Half a surrogate pair, half a code unit at the end and an undefined byte
 * become U+FFFD, and are counted.  UTF-8 is not touched: who reads it checks.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum encoding {
	ENCODING_UTF8,
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_LATIN1,
	ENCODING_CP1252,
	ENCODING_N
};

struct encoding_state {
	enum encoding from;
	bool half; /* first has half a code unit */
	uint8_t first;
	uint16_t high; /* a surrogate that waits for its other half, or 0 */
	uint64_t nbad; /* U+FFFD written */
};

/* "UTF-16LE" and so on, for messages. */
const char *encoding_name(enum encoding e);
/* By its name, any case, with or without dashes; false: unknown. */
bool encoding_find(enum encoding *e, const char *name);

/* By the mark that text begins with: true with its length in *mark. */
bool encoding_marked(enum encoding *e, size_t *mark, const uint8_t *text,
    size_t len);

/*
 * The next len bytes as UTF-8 at to, which has ENCODING_ROOM(len).  Answers
 * how many were written.  encoding_end writes what is left over at the end.
 */
#define ENCODING_ROOM(len) (3 * (len) + 8)
size_t encoding_next(struct encoding_state *s, char *to, const uint8_t *from,
    size_t len);
size_t encoding_end(struct encoding_state *s, char *to);

#endif
