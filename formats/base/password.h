#ifndef PASSWORD_H
#define PASSWORD_H

/*
 * password - what the MEBx and AMT's admin user take as a password.
 *
 * Sources: Intel, "Strong ME Passwords"; Intel MEBX User Guide (DB75EN): 8 to
 * 32 characters of ASCII 32 to 126, at least one upper and one lower case
 * letter, one digit and one special character, none of : , ".  Underscore and
 * space are legal but are no special characters.
 *
 * Passwords are given with their length and need no NUL.  No fault shows a
 * character of one, or its length.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define PASSWORD_MIN 8
#define PASSWORD_MAX 32
#define PASSWORD_FACTORY "admin" /* of a new machine; breaks every rule */

/* A password to set: 0, or -1 with *f filled (at is 0). */
int password_check(const char *pw, size_t len, struct fault *f);

/* One that a machine may have now: as above, or the factory's. */
int password_check_now(const char *pw, size_t len, struct fault *f);

/*
 * Why some machines may refuse a password that password_check takes, in
 * static text; NULL when nothing speaks against it.  HP's papers forbid
 * ' < > & and space too.
 */
const char *password_warning(const char *pw, size_t len);

/*
 * A random password from random bytes of a strong source: 16 of the letters,
 * digits and !$% that sit on the same key of an English and a German keyboard
 * (no y z Y Z, as the MEBx reads every keyboard as an English one) and are
 * not taken for one another (no O 0 l 1 I): 22 upper, 23 lower, 8 digits, 3
 * special.  Every such password with all four classes is equally likely:
 * 92.0 bits.
 *
 * Answers how many bytes it used, or 0 when len bytes were too few and nothing
 * was made: then call again with other bytes.  PASSWORD_RANDOM bytes are too
 * few once in 26,000 times.  The caller wipes random.
 */
#define PASSWORD_MADE 16
#define PASSWORD_RANDOM 256
size_t password_generate(char pw[PASSWORD_MADE + 1], const uint8_t *random,
    size_t len);

/*
 * Makes a password of 32 bytes of a hash, with the same characters.  They are
 * 16 numbers of two bytes, the high one first; each modulo the length of a
 * set is the place, from 0, of a character in it: the first one of the
 * upper-case letters, then a lower-case letter, a digit, a special character,
 * and 12 of all 56 in the order above.  83.3 bits.
 */
#define PASSWORD_HASH (2 * PASSWORD_MADE)
void password_from_hash(char pw[PASSWORD_MADE + 1],
    const uint8_t hash[PASSWORD_HASH]);

#endif
