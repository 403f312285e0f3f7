#ifndef FILEKIND_H
#define FILEKIND_H

/*
 * filekind - kinds of file that people have in place of what is read here, by
 * how they begin, and what to do with each.
 *
 * Sources: the formats' own documents, as file(1) knows them: ECMA-376 and
 * ODF 1.2 part 3 (members of the zip), MS-CFB 2.2, RFC 1952, 1950, 8878, 4880
 * (packets), 1761 (snoop); mail.h; PKWARE's APPNOTE, RARLAB's
 * technote, MS-CAB; Microsoft's exFAT and NTFS boot sectors.
 *
 * A guess, for messages: nobody else decides by it what a file holds.  Kinds
 * that one reader reads and another does not are in the table, too: each asks
 * with those that it reads.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FILEKIND_LOOK 4096 /* bytes that filekind_of wants to see */

enum filekind {
	FILEKIND_OTHER, /* text, or unknown */
	/* documents */
	FILEKIND_XLSX,
	FILEKIND_ODS,
	FILEKIND_OLE,
	FILEKIND_PDF,
	FILEKIND_RTF,
	FILEKIND_IMAGE,
	FILEKIND_JSON,
	FILEKIND_HTML,
	FILEKIND_XML,
	FILEKIND_MAIL,
	FILEKIND_SQLITE,
	/* packed */
	FILEKIND_ZIP,
	FILEKIND_SEVENZIP,
	FILEKIND_TAR,
	FILEKIND_GZIP,
	FILEKIND_BZIP2,
	FILEKIND_XZ,
	FILEKIND_ZSTD,
	FILEKIND_LZ4,
	FILEKIND_LZIP,
	FILEKIND_COMPRESS,
	FILEKIND_RAR,
	FILEKIND_CAB,
	FILEKIND_EXE,
	/* sealed */
	FILEKIND_PGP,
	FILEKIND_BASE64, /* of a seal, without its PEM lines */
	/* captures */
	FILEKIND_PCAP,
	FILEKIND_SNOOP,
	FILEKIND_NETMON,
	/* disks */
	FILEKIND_EXFAT,
	FILEKIND_NTFS,
	FILEKIND_VM_DISK,
	/* files of a desktop, which come along */
	FILEKIND_DESKTOP,
	FILEKIND_N
};

/* What the first len bytes of a file look like. */
enum filekind filekind_of(const uint8_t *start, size_t len);

/* Are these the last bytes of a zip, whatever its file begins with?  By the end
 * of its directory (APPNOTE 4.3.16), which must reach to the last byte. */
bool filekind_ends_as_zip(const uint8_t *end, size_t len);

/* A set of kinds. */
#define FILEKIND_BIT(kind) (UINT64_C(1) << (kind))
_Static_assert(FILEKIND_N <= 64, "kinds fit into a set");

/*
 * Why the file is not read and what to do, to stand behind its name: "is an
 * Excel workbook (.xlsx): ...".  Static text of less than 160 bytes; NULL for
 * FILEKIND_OTHER and those of the set, which the caller reads.
 */
const char *filekind_refusal(enum filekind kind, uint64_t reads);

#endif
