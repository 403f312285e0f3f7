#ifndef STICKNAME_H
#define STICKNAME_H

/*
 * stickname - the names of sticks: LAB7-3 is the third one of batch lab7.
 *
 * A name is the volume's label too, so it has at most 11 characters, capital
 * letters, digits, - and _.  Longer batches are cut, never the number.
 */
#include <stdint.h>

#define STICKNAME_MAX 11
/* Of the batch: with a dash and three digits it fills a name. */
#define STICKNAME_PREFIX 7
/* Leaves a letter of the prefix. */
#define STICKNAME_NUMBER_MAX 999999999

/* What the names of a batch's sticks begin with; never empty. */
void stickname_prefix(char prefix[STICKNAME_PREFIX + 1], const char *batch);

/* number: 1 to STICKNAME_NUMBER_MAX. */
void stickname_make(char name[STICKNAME_MAX + 1], const char *prefix,
    uint32_t number);

#endif
