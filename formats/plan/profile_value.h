#ifndef PROFILE_VALUE_H
#define PROFILE_VALUE_H

/*
 * profile_value - what is written in an element, as the settings stream has it:
 * words with one blank between, base64 in one piece.
 */
#include "setup/setting.h"

/* In place.  What is PEM, and no good PEM, is "" then. */
void profile_value_plain(char *text, const struct setting *row);

#endif
