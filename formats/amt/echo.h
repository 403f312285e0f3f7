#ifndef ECHO_H
#define ECHO_H

/*
 * echo - does a machine's text repeat a secret of ours?
 *
 * Firmware quotes what it was sent when it complains, and not always as it was
 * sent: with blanks in it, cut off, in other case, as entities, in base64.
 * What may repeat a secret is not shown.  This finds such dress, not what
 * somebody hid on purpose: whoever can do that has the secret already.
 */
#include <stdbool.h>

/* Letters and digits in a row that give a secret away, also in part. */
#define ECHO_PIECE 6
/* Of a text so much is looked at; no detail is longer. */
#define ECHO_TEXT 512

/*
 * The whole secret; or, letters and digits alone and whatever their case,
 * ECHO_PIECE of it (all of a shorter one from 4 on), unless they are part of
 * a word that firmware uses itself, such as password.  Also under entities,
 * %XX, \xXX and \uXXXX, twice over, and in base64, hexadecimal and UTF-16.
 */
bool echo_repeats(const char *text, const char *secret);

/* All of it, as it is or by its letters and digits alone: for texts that have
 * words of ours too. */
bool echo_whole(const char *text, const char *secret);

#endif
