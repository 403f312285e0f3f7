#ifndef SETUPBIN_H
#define SETUPBIN_H

/*
 * setupbin - setup.bin, the file of a USB one-touch stick.
 *
 * Sources: field definitions and tables of MeshCommander's setup.bin reader;
 * a file made by Intel's ACU Wizard; Intel AMT Implementation and Reference
 * Guide, "Entering the PID-PPS Pair Using a USB Storage Device".  Described
 * in setupbin(5).
 *
 * The file is a header and then records, 512 bytes each, little-endian.  Each
 * is coded alone, so a file of any length needs the memory of one record.
 *
 * Reading takes what firmware and other tools are known to write; whatever
 * deviates from the rules without being unreadable becomes a note.  What was
 * read without a note, encode gives back byte for byte; what would give a
 * note, encode refuses.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "stick/setupbin_rules.h"

#define SETUPBIN_CHUNK 512
#define SETUPBIN_RECORD_HEADER 24
#define SETUPBIN_BODY 488 /* of a record, after its header */
#define SETUPBIN_ENTRY_HEADER 8
/* MeshCommander looks for a zero word after the last variable. */
#define SETUPBIN_BODY_WRITE 484
#define SETUPBIN_ENTRIES_MAX 61  /* bodies of 8-byte headers alone */
#define SETUPBIN_MODULES_MAX 235 /* what a header chunk has room for */

/* What we put on a stick: a BIOS searches 100,000 records for 3 minutes
 * (1,000 for 15 s), and the file is then 51 MB of a FAT16 stick. */
#define SETUPBIN_RECORDS_MAX 100000

/* Deviations, with offsets in the file.  n counts on beyond what fits. */
#define SETUPBIN_NOTES_MAX 8
struct setupbin_note {
	enum setupbin_rule rule; /* that it breaks */
	size_t at;
	char why[sizeof(((struct fault *)0)->why)];
};

struct setupbin_notes {
	size_t n;
	struct setupbin_note note[SETUPBIN_NOTES_MAX];
};

struct setupbin_header {
	uint8_t major, minor; /* 1.0 2.0 2.1 3.0 4.0 */
	uint16_t flags;       /* SETUPBIN_KEEP */
	uint32_t nrecords;
	uint32_t
	    nconsumed; /* as the header counts; see struct setupbin_tally */
	uint16_t nmodules;
	uint16_t modules[SETUPBIN_MODULES_MAX]; /* ascending */
};

/* File flag: records are not consumed, each serves every machine.  From
 * version 2 on. */
#define SETUPBIN_KEEP 1

struct setupbin_entry {
	uint16_t module, id;
	uint16_t at, len; /* of the value in the record's body */
};

struct setupbin_record {
	uint32_t number; /* from 1, in file order */
	bool valid;      /* false: consumed by a machine */
	bool wiped;      /* consumed, and nothing is left in it */
	bool scrambled;  /* on disk; body here is always clear */
	size_t nentries;
	struct setupbin_entry entry[SETUPBIN_ENTRIES_MAX];
	size_t len;                  /* of body in use */
	uint8_t body[SETUPBIN_BODY]; /* secret: wipe when done */
};

/* Offset of a record in the file, number from 1. */
#define SETUPBIN_RECORD_AT(number) ((size_t)(number)*SETUPBIN_CHUNK)

/* Does a file that begins so claim to be a setup.bin of any version? */
bool setupbin_is(const uint8_t *buf, size_t len);

/* The major version that a file type GUID of 16 bytes stands for; 0: none. */
unsigned setupbin_major(const uint8_t guid[16]);

/*
 * Reads the first len bytes of a file; needs SETUPBIN_CHUNK of them, looks at
 * no more.  0, or -1 with *f filled and *h of no use.  notes is added to.
 */
int setupbin_header_decode(struct setupbin_header *h, const uint8_t *buf,
    size_t len, struct setupbin_notes *notes, struct fault *f);

/* 0, or -1 with *f filled and out of no use. */
int setupbin_header_encode(uint8_t out[SETUPBIN_CHUNK],
    const struct setupbin_header *h, struct fault *f);

/*
 * Reads the record of that number from len bytes that begin at it.  0, or -1
 * with *f filled and *r wiped; the next record can be read all the same.
 * Unknown variables are kept.
 */
int setupbin_record_decode(struct setupbin_record *r,
    const struct setupbin_header *h, uint32_t number, const uint8_t *buf,
    size_t len, struct setupbin_notes *notes, struct fault *f);

int setupbin_record_encode(uint8_t out[SETUPBIN_CHUNK],
    const struct setupbin_record *r, const struct setupbin_header *h,
    struct fault *f);

/* Empties *r for setupbin_record_add: valid, plain, without variables. */
void setupbin_record_begin(struct setupbin_record *r, uint32_t number);

/*
 * Puts a copy of a value in its ascending place, after others of its id.  -1
 * when it does not fit; encode checks the rest.
 */
int setupbin_record_add(struct setupbin_record *r, uint16_t module, uint16_t id,
    const void *value, size_t len, struct fault *f);

/* The first of that name, or NULL. */
const struct setupbin_entry *
setupbin_record_find(const struct setupbin_record *r, uint16_t module,
    uint16_t id);

/* The order in a record: by module, then by id; as memcmp(3) answers. */
int setupbin_compare(uint16_t module_a, uint16_t id_a, uint16_t module_b,
    uint16_t id_b);

bool setupbin_entry_is(const struct setupbin_entry *e, uint16_t module,
    uint16_t id);

/* Offset in the file of an entry, its own 8 bytes of header. */
size_t setupbin_entry_at(const struct setupbin_record *r,
    const struct setupbin_entry *e);

/*
 * Notes where variables lack those that they must follow (setupbin_var_order).
 * Reading lets that pass.
 */
void setupbin_record_orders(const struct setupbin_record *r,
    const struct setupbin_header *h, struct setupbin_notes *notes);

/*
 * What the records together say about the header.  Zero it, add each record
 * (a refused one as NULL), then ask for the notes.
 */
struct setupbin_tally {
	uint32_t nrecords, nconsumed;
	bool unsure; /* refused or wiped records: modules are not known */
	uint16_t nmodules;
	uint16_t modules[SETUPBIN_MODULES_MAX];
};

void setupbin_tally_add(struct setupbin_tally *t,
    const struct setupbin_record *r);
void setupbin_tally_notes(const struct setupbin_tally *t,
    const struct setupbin_header *h, struct setupbin_notes *notes);

#endif
