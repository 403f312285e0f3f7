#ifndef LAYOUT_H
#define LAYOUT_H

/*
 * layout - what a disk holds, in a few words, for whoever is about to
 * overwrite it: "FAT16", "MBR: FAT32, Linux", "GPT", "empty".
 *
 * Sources: Microsoft's FAT, NTFS and exFAT documents (boot sectors), UEFI 2.10
 * section 5 (MBR, GPT), ECMA-119 (ISO 9660), the ext4 wiki (superblock at
 * 1,024, magic 0xef53).  A guess from signatures; nothing is decided by it.
 */
#include <stddef.h>
#include <stdint.h>

#include "stick/fatimage.h"

#define LAYOUT_TEXT 96

/* block is what an MBR counts in. */
void layout_text(char to[LAYOUT_TEXT], uint32_t block, fatimage_read_fn *read,
    void *arg);

/* Why a disk without a FAT volume is not read, and what to do, by that text:
 * static, or NULL where it is not known. */
const char *layout_refusal(const char *layout);

#endif
