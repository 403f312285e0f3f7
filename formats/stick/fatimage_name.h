#ifndef FATIMAGE_NAME_H
#define FATIMAGE_NAME_H

/*
 * fatimage_name - names of files in a FAT folder, for messages.
 *
 * Source: Microsoft, "FAT: General Overview of On-Disk Format", 1.03: a long
 * name is in pieces of 13 UTF-16 characters in entries before the file's own,
 * the last one first.
 */
#include <stdbool.h>
#include <stdint.h>

#define FATIMAGE_NAME_ENTRY 32
#define FATIMAGE_NAME_LONG 261 /* 20 pieces and a NUL */

/* Adds the piece that an entry of a long name has; what is not ASCII becomes a
 * question mark.  The name is complete when the piece with number 1 was added.
 */
void fatimage_name_piece(char name[FATIMAGE_NAME_LONG],
    const uint8_t entry[FATIMAGE_NAME_ENTRY]);

/* The short name of a file's entry, "SETUP.BIN". */
void fatimage_name_short(char name[FATIMAGE_NAME_LONG],
    const uint8_t entry[FATIMAGE_NAME_ENTRY]);

/* Was it meant to be setup.bin, and is not?  "setup (1).bin" of a browser,
 * "setup.bin.bin", "Copy of setup.bin". */
bool fatimage_name_resembles(const char *name);

#endif
