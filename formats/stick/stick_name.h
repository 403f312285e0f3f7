#ifndef STICK_NAME_H
#define STICK_NAME_H

/*
 * stick_name - the names of sticks: LAB7-3 is the third one of batch lab7.
 *
 * A name is the volume's label too, so it has at most 11 characters, capital
 * letters, digits, - and _.  Longer batches are cut, never the number.
 */
#include <stdint.h>

#define STICK_NAME_MAX 11
/* Of the batch: with a dash and three digits it fills a name. */
#define STICK_NAME_PREFIX 7
/* Leaves a letter of the prefix. */
#define STICK_NAME_NUMBER_MAX 999999999

/* What the names of a batch's sticks begin with; never empty. */
void stick_name_prefix(char prefix[STICK_NAME_PREFIX + 1], const char *batch);

/* number: 1 to STICK_NAME_NUMBER_MAX. */
void stick_name_make(char name[STICK_NAME_MAX + 1], const char *prefix,
    uint32_t number);

/* What the list of a stick has in place of a machine where its one record is
 * not consumed. */
#define STICK_NAME_ANY "any number of machines"

#endif
