#ifndef RECEIPT_PARTS_H
#define RECEIPT_PARTS_H

/*
 * What the parts of receipt share: what the programs of an import found
 * (receipt_found), and how a receipt is written (receipt_text, receipt_json).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/text.h"
#include "keys/digest.h"
#include "lib/findings.h"

/* A file as it came. */
struct receipt_file {
	char *name;
	uint64_t size;
	char sha256[DIGEST_HEX];
	char *signer; /* NULL: nobody */
	char cert[DIGEST_HEX];
	bool encrypted, expired;
};

struct receipt_list {
	char *place;
	char *form;
	uint64_t nrecords;
};

enum receipt_outcome {
	RECEIPT_UNKNOWN,
	RECEIPT_REFUSED,
	RECEIPT_TAKEN,
	RECEIPT_TRIAL
};

struct receipt {
	const char *site, *batch, *base;
	char made_at[TEXT_TIME];
	struct receipt_file *files;
	size_t nfiles;
	struct receipt_list *lists;
	size_t nlists;
	uint64_t nrecords, nrefused, count[NFINDINGS];
	enum receipt_outcome outcome;
	char *why; /* of RECEIPT_REFUSED: the first reason met */
	/* while the refused records are written */
	FILE *text, *json;
	uint64_t nwritten;
};

/* What is done with each finding; field as findings.h numbers them. */
typedef void receipt_fn(struct receipt *r, char *const *field);

struct receipt_reading {
	struct receipt *receipt;
	receipt_fn *each;
};

/* Reads one stream of findings; arg is a struct receipt_reading.  Made for
 * stage_each_input(). */
void receipt_read(int fd, const char *name, void *arg);

/* A receipt_fn: adds one finding to what is at the head of the receipt. */
void receipt_add(struct receipt *r, char *const *field);

/* A place without the folder that a file had here: the sender knows the name
 * alone.  Points into place. */
const char *receipt_place(const struct receipt *r, const char *place);

/* How many more there were like a refused record; 0: it is one. */
uint64_t receipt_more(char *const *field);

/* Frees what the findings brought. */
void receipt_free(struct receipt *r);

/* The head, up to the heading of the refused records, and one of those. */
void receipt_text_head(FILE *f, const struct receipt *r);
void receipt_text_refused(FILE *f, const struct receipt *r, char *const *field);
void receipt_json_head(FILE *f, const struct receipt *r);
void receipt_json_refused(FILE *f, const struct receipt *r, char *const *field);

#endif
