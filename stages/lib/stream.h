#ifndef STREAM_H
#define STREAM_H

/*
 * stream - record streams on file descriptors; record.h says how a line looks.
 *
 * Out: stream_begin, stream_write..., stream_end, through stdio.
 * In: several streams may follow one another in one input.  A malformed
 * record is refused (stage_refuse) and skipped; a broken stream - cut off,
 * of an unknown kind, counted wrong - is reported by the reader and answers
 * -1.  Nothing whole may be committed from a broken stream.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/record.h"

struct stream_in {
	int fd;
	const char *name;        /* borrowed; for messages */
	size_t line;             /* of the last line read, from 1 */
	const struct kind *kind; /* of the stream being read */
	size_t ncolumns;         /* that its records have */
	uint64_t rows;           /* records met in it, malformed ones too */
	uint64_t refused;        /* as @end said: by the programs before us */
	bool may_be_empty;       /* a file that was begun and left: no stream */
	bool empty;              /* not a byte came, and that is refused */
	bool may_be_cut;         /* a journal whose writer may have been killed:
	                          * its end is an end */
	/* its own: */
	char *buf;
	size_t len, at;
	bool eof;
};

void stream_open(struct stream_in *s, int fd, const char *name);
void stream_close(struct stream_in *s); /* wipes what it held */

/*
 * 1 and s->kind set at a stream's header, 0 at the end of the input, -1.  An
 * input without a byte is broken too: a program that passed no record says so
 * in its stream, and one that said nothing failed before its first line.
 */
int stream_header(struct stream_in *s);

/*
 * 1 and *r filled (valid until the next call), 0 at @end, -1 broken (said).
 * Call stream_header first.
 */
int stream_next(struct stream_in *s, struct record *r);

/*
 * After a header: ends the program with 65 unless the stream is of one of these
 * kinds, and says which they are.  stream_wrong_kind is for who sees it
 * otherwise, stream_is for who must not end here: it says so and is false.
 */
void stream_require(const struct stream_in *s, const struct kind *const *kinds,
    size_t nkinds);
_Noreturn void stream_wrong_kind(const struct stream_in *s,
    const struct kind *const *kinds, size_t nkinds);
bool stream_is(const struct stream_in *s, const struct kind *const *kinds,
    size_t nkinds);

/*
 * Hands every record of every stream up to the end of the input to take; all
 * are of the nkinds kinds given.  Ends the program with 65 when one is of
 * another kind or broken: for those who do nothing before they saw all of it.
 * Answers how many records the programs before us refused.
 */
typedef void stream_take_fn(const struct stream_in *s, const struct record *r,
    void *arg);
uint64_t stream_each(struct stream_in *s, const struct kind *const *kinds,
    size_t nkinds, stream_take_fn *take, void *arg);

/*
 * Is there a line to read within timeout_ms after its last part came?  True
 * also at the end of the input.  For readers that have something else to do
 * while nothing comes: then stream_header and stream_next do not wait.
 */
bool stream_ready(struct stream_in *s, int timeout_ms);

/* "file:line" of the last record, for a from column or a message. */
void stream_place(const struct stream_in *s, char *to, size_t cap);

struct stream_out {
	const struct kind *kind;
	uint64_t passed;
	bool flush; /* after each record: for journals */
	FILE *to;
};

/* Refuses (64) to write a kind with secrets to a terminal unless reveal. */
void stream_begin(struct stream_out *s, const struct kind *k, bool reveal);
/* The same on a file of one's own. */
void stream_begin_to(struct stream_out *s, const struct kind *k, FILE *to);
void stream_write(struct stream_out *s, const char *const *fields);
/* refused_before: what earlier programs refused; stage_refused() is added. */
void stream_end(struct stream_out *s, uint64_t refused_before);

#endif
