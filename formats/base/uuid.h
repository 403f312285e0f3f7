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

#include "base/fault.h"

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
 * Reads what inventories write besides: blanks around it, the prefixes
 * urn:uuid:, uuid: and 0x, round brackets; sixteen pairs of digits with a
 * blank, colon or dash between them or a backslash (or \\x) before each, and
 * base64 of the sixteen bytes, with its padding or without.  Pairs and base64
 * are bytes in the order of SMBIOS; the rest is text.  Results as uuid_parse.
 */
int uuid_spell(uint8_t uuid[UUID_LEN], const char *text, size_t len,
    struct fault *f);

/* The same but for base64, which a password may be in, too. */
int uuid_spell_digits(uint8_t uuid[UUID_LEN], const char *text, size_t len,
    struct fault *f);

/*
 * Why a text that is no UUID stands where one belongs: dmidecode's words for a
 * board without one ("Not Settable", "Not Present"), PowerShell's for bytes
 * ("System.Byte[]").  Static text, or NULL.
 */
const char *uuid_absent(const char *text, size_t len);

/* The same with the first three fields' bytes the other way around: what a
 * tool means that prints the bytes as they stand.  to may be from. */
void uuid_swap(uint8_t to[UUID_LEN], const uint8_t from[UUID_LEN]);

/*
 * Which of the two readings of a UUID is likely, without others: a version of
 * RFC 4122 (1 to 5) in the one and none in the other, or the letters DELL, with
 * which that maker's begin.  EITHER says nothing.
 */
enum uuid_order {
	UUID_EITHER,
	UUID_PLAIN,  /* as it stands */
	UUID_SWAPPED /* as uuid_swap makes it */
};
enum uuid_order uuid_order(const uint8_t uuid[UUID_LEN]);

/*
 * Why this value cannot name one machine (all zero, all ones, a value of
 * uuidbad.def in either byte order), in static text; NULL when nothing is
 * wrong.
 */
const char *uuid_bad(const uint8_t uuid[UUID_LEN]);

#endif
