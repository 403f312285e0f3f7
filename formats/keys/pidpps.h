#ifndef PIDPPS_H
#define PIDPPS_H

/*
 * pidpps - the provisioning ID (PID) and its shared secret (PPS).
 *
 * Source: Intel AMT Implementation and Reference Guide, "PID-PPS Checksum".
 * Both are text over 0-9 A-Z in groups of four.  The last character of a PID
 * checks its other seven; the last of each PPS group checks the other three:
 * the sum of their ASCII codes modulo 36, as a digit or letter.  The order of
 * characters is not protected by that, nor 0/T 1/U 2/V 3/W 4/X 5/Y 6/Z.
 *
 * Everywhere in our programs they stand upper case and without dashes.  The
 * PID is public, the PPS is not: no fault shows a character of a PPS.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define PID_LEN 8
#define PPS_LEN 32
#define PID_DASHED 10 /* 0000-037M and its NUL */
#define PPS_DASHED 40 /* eight groups, seven dashes and the NUL */

/*
 * Reads len characters: either case (folded before the check), a dash allowed
 * between two groups of four and nowhere else.  0, or -1 with *f filled (at is
 * the offset of the character at fault) and the result wiped.
 */
int pid_parse(char pid[PID_LEN + 1], const char *text, size_t len,
    struct fault *f);
int pps_parse(char pps[PPS_LEN + 1], const char *text, size_t len,
    struct fault *f);

/*
 * What a refusal calls a key: text of len characters, upper case and without
 * dashes, when it has the shape of a PID, its check character right or not;
 * else "".  Any other content may be a secret in the wrong column.
 */
void pid_as_written(char pid[PID_LEN + 1], const char *text, size_t len);

/* With dashes, as people read them and type them into the MEBx. */
void pid_format(char text[PID_DASHED], const char *pid);
void pps_format(char text[PPS_DASHED], const char *pps);

/*
 * A new pair from random bytes of a strong source: 36.2 bits for the PID,
 * 124.1 bits for the PPS.  A byte of 252 or more is skipped, so that each
 * of the 36 characters is equally likely.
 *
 * Answers how many bytes it used, or 0 when len bytes were too few and
 * nothing was made: then call again with other bytes.  PIDPPS_RANDOM bytes are
 * too few less than once in 10^40 times.  The caller wipes random.
 */
#define PIDPPS_RANDOM 64
size_t pidpps_generate(char pid[PID_LEN + 1], char pps[PPS_LEN + 1],
    const uint8_t *random, size_t len);

#endif
