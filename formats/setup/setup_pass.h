#ifndef SETUP_PASS_H
#define SETUP_PASS_H

/*
 * setup_pass - the table gone through again without writing: before the first
 * write, for what the release lacks where the profile wants machines refused
 * then; and after the last one, to read everything back.
 */
#include "setup/setup_talk.h"

/* All rows: looks for what is lacking first if the profile says so, applies
 * them, and goes on with rules.want->applied. */
enum setup_next setup_begin(struct setup *s);

/* Everything is read back; then rules.want->verified.  What differs ends the
 * conversation (VERIFY-FAILED). */
enum setup_next setup_look_again(struct setup *s);

/* What is left to be tidied up, then rules.want->verified. */
enum setup_next setup_tidied(struct setup *s);

/* The end of the table, in whichever pass. */
enum setup_next setup_passed(struct setup *s);

#endif
