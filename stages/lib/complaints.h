#ifndef COMPLAINTS_H
#define COMPLAINTS_H

/*
 * complaints - counts what a program says of its inputs, by input and kind of
 * cause, so that a small file of many bad rows does not fill disks: a hundred
 * sentences of a kind are enough, and one with the number of the rest.
 *
 * Two sentences are of one kind when they differ in their values only: numbers,
 * capitals, what is in quotes or brackets.
 */
#include <stdint.h>

#define COMPLAINTS_SAID 100   /* of a kind and input, on stderr */
#define COMPLAINTS_HEARD 1000 /* the same, in findings for a receipt */
#define COMPLAINTS_KINDS 64   /* told apart; further ones count as one */
#define COMPLAINTS_TEXT 400   /* bytes of a sentence; the rest is cut */

/*
 * Counts one.  name may end in its line ("oem.csv:14"), which does not matter.
 * Answers how many of that kind there were, with this one.
 */
uint64_t complaints_add(const char *name, const char *why);

/*
 * Calls fn for each kind of which there were more than COMPLAINTS_SAID, with
 * all that were counted, and begins anew.
 */
typedef void complaints_fn(const char *input, const char *why, uint64_t n);
void complaints_end(complaints_fn *fn);

#endif
