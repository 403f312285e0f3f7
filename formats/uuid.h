#ifndef UUID_H
#define UUID_H

/*
 * uuid - a machine's system UUID.
 *
 * 16 bytes in SMBIOS order: the first three fields little-endian, the last
 * two as they stand (DMTF DSP0134 7.2.1).  That is how a hello, GetUuid and
 * PlatformGUID carry it.  The text is lower case, 8-4-4-4-12.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"

#define UUID_LEN 16
#define UUID_TEXT 37 /* with its NUL */

/*
 * Reads len characters: 8-4-4-4-12 or 32 digits, either case, braces allowed.
 * 0, or -1 with *f filled (at is the offset of the character) and uuid of no
 * use.
 */
int uuid_parse(uint8_t uuid[UUID_LEN], const char *text, size_t len,
    struct fault *f);

void uuid_format(char text[UUID_TEXT], const uint8_t uuid[UUID_LEN]);

/*
 * Why this value cannot name one machine (all zero, all ones, a value that
 * boards without one ship with), in static text; NULL when nothing is wrong.
 */
const char *uuid_bad(const uint8_t uuid[UUID_LEN]);

#endif
