#ifndef LIKENESS_H
#define LIKENESS_H

/*
 * likeness - how near what somebody typed is to a code of a table, for hints
 * ("did you mean ...?").
 */
#include <stddef.h>

/* Longer than any code. */
#define LIKENESS_MAX 48

/* Nothing that is as far as this from every code is near to one: by how many
 * letters were typed. 0: too few or too many of them for a hint. */
size_t likeness_limit(const char *typed);

/* How many letters have to be changed, added or left out, in either case; 1
 * at most where the code begins with what was typed, which likeness_limit
 * takes. */
size_t likeness_distance(const char *typed, const char *code);

#endif
