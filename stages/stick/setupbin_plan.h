#ifndef SETUPBIN_PLAN_H
#define SETUPBIN_PLAN_H

/*
 * setupbin_plan - what a stick is made of: keys, rows of a list of machines,
 * and what all records get.  All of it is known and checked before the first
 * byte of the file is written.
 *
 *	setupbin_rows_read(&p.rows, ...); setupbin_plan_keys(&p, ...);
 *	setupbin_plan_match(&p); setupbin_plan_try(&p);
 *	while (setupbin_plan_step(&s, &p)) setupbin_plan_build(&r, &p, &s, &f);
 */
#include "keys/pidset.h"
#include "stick/setupbin.h"
#include "stick/setupbin_psk.h"
#include "stick/setupbin_rows.h"

struct setupbin_plan {
	struct setupbin_header header;
	bool pki, plain;
	bool each; /* a key for each record, not for random passwords alone */
	const char *csv;               /* the list of machines, or NULL */
	struct setupbin_record common; /* what all records get */
	struct setupbin_rows rows;
	uint32_t first; /* row of the first key; 0: there are just as many */
	struct setupbin_psk *psk; /* nkeys of them */
	uint32_t nkeys;
	struct pidset *pids; /* of psk */
	uint32_t row_at;     /* of the row that the next key is for */
	uint32_t nrecords;
};

/* Reads streams of keys; what cannot go on a stick is refused. */
void setupbin_plan_keys(struct setupbin_plan *p, int argc, char *argv[]);

/* Do keys and rows come out even?  Refuses what is left over. */
void setupbin_plan_match(struct setupbin_plan *p);

/* Records made of more than a key each are all tried before one is written;
 * what no rule allows is refused, and the header gets its modules. */
void setupbin_plan_try(struct setupbin_plan *p);

/* Over the records; zero it first.  Which row and which key is the next one
 * of? */
struct setupbin_step {
	uint32_t number; /* of the record, from 1 */
	uint32_t nkeys;  /* taken so far */
	const struct setupbin_row *row;
	const struct setupbin_psk *psk;
};

bool setupbin_plan_step(struct setupbin_step *w, const struct setupbin_plan *p);

int setupbin_plan_build(struct setupbin_record *r,
    const struct setupbin_plan *p, const struct setupbin_step *w,
    struct fault *f);

void setupbin_plan_free(struct setupbin_plan *p); /* wipes it */

#endif
