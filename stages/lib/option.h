#ifndef OPTION_H
#define OPTION_H

/*
 * option - option arguments that become fields of records.  Each ends the
 * program with 64 and a message that names the option when arg is not legal.
 */

/* A batch's name: 1 to 64 letters, digits, dots, dashes and underscores, the
 * first a letter or digit, as it also becomes part of file names. */
const char *option_batch(const char *option, const char *arg);

/* Free text: UTF-8 of 1 to 255 bytes without control characters. */
const char *option_text(const char *option, const char *arg);

#endif
