#ifndef FINDINGS_H
#define FINDINGS_H

/*
 * findings - what the programs of an import met, one stream each, for the
 * receipt: kinds(5), @findings.  No secret gets there.
 *
 *	findings_begin(path);	before stage_confine; NULL: nobody asks
 *	findings_add(FINDING_LIST, place, 60, "XML");
 *	findings_end();
 *
 * Refusals, and what ends the program in stage_fail, are added automatically.
 *Who finds nothing leaves the file empty; a stream without its @end is of a
 * program that did not come to its own.
 */
#include <stdbool.h>
#include <stdint.h>

enum finding {
	FINDING_FILE,      /* a file as it came: its size, SHA-256 */
	FINDING_SIGNED,    /* by whom */
	FINDING_CERT,      /* SHA-256 of the signer's certificate */
	FINDING_EXPIRED,   /* that certificate had, and was taken */
	FINDING_ENCRYPTED, /* for us */
	FINDING_LIST,      /* a key list: records in it, its form */
	FINDING_REFUSED,   /* a record: its PID, why */
	FINDING_FAILED,    /* the whole: why */
	FINDING_NEW,       /* how many keys are new in the store */
	FINDING_SAME,      /* were there */
	FINDING_CHANGED,   /* were there and now say more */
	FINDING_STORED,    /* all of that is in the store */
	FINDING_TRIED,     /* a dry run: nothing is */
	NFINDINGS
};

/* By the word in the column what; NFINDINGS if not found. */
enum finding finding_find(const char *word);

/* Ends the program with 73 when the file cannot be made. */
void findings_begin(const char *path);
bool findings_wanted(void);
void findings_add(enum finding what, const char *place, uint64_t number,
    const char *text);
void findings_end(void);

#endif
