#ifndef SETUPBIN_RULES_H
#define SETUPBIN_RULES_H

/*
 * setupbin_rules - what a setup.bin can have wrong, as one table: how bad it
 * is, for which machines, and who says so.  setupbin notes some of them while
 * it reads, setupbin_lint finds the others.
 */
#include <stdbool.h>
#include <stddef.h>

/* clang-format off */
enum setupbin_rule {
	/* the header */
	RULE_FILE_TYPE, RULE_GUID_MAJOR, RULE_MINOR, RULE_HEADER_CHUNKS,
	RULE_RECORD_CHUNKS, RULE_HEADER_BYTES, RULE_HEADER_FIELDS,
	RULE_FILE_FLAGS, RULE_KEEP_VERSION_1, RULE_MODULE_ORDER,
	RULE_MODULE_LIST, RULE_FILE_SIZE, RULE_COUNTERS, RULE_NO_RECORDS,
	RULE_EXHAUSTED, RULE_EMPTY, RULE_KEEP_MANY, RULE_SEARCH_TIME, RULE_VERSION_AMT,
	RULE_VERSION_1_OLD,
	/* a record */
	RULE_RECORD_HEADER, RULE_RECORD_FIELDS, RULE_RECORD_ZERO,
	RULE_SCRAMBLED, RULE_BODY_FULL, RULE_ENTRY_END, RULE_ENTRY_FIELDS,
	/* its variables */
	RULE_ORDER, RULE_REPEATED, RULE_VALUE, RULE_VALUE_NAME, RULE_SINCE,
	RULE_UNKNOWN, RULE_ADMIN_ALONE, RULE_FIRST, RULE_AFTER,
	RULE_AFTER_ADVISED, RULE_AMT_VERSION_1, RULE_MANUAL,
	RULE_PASSWORD, RULE_PASSWORD_MARKS, RULE_HP_PASSWORD,
	RULE_DELL_PASSWORD, RULE_DOMAIN,
	RULE_PSK_PAIR, RULE_PID, RULE_PPS, RULE_PSK_DASHES, RULE_PID_AGAIN,
	RULE_PSK_KEEP, RULE_PSK_VERSION, RULE_PSK_AMT,
	RULE_HASHES, RULE_HASH_VERSION, RULE_HASH_SHA1,
	/* the stick, as far as a setup.bin can tell */
	RULE_STICK_FAT16, RULE_STICK_SIZE, RULE_STICK_LIMIT, RULE_STICK_HP,
	NRULES
};
/* clang-format on */

enum setupbin_rule_grade {
	GRADE_ADVICE,  /* may be just right */
	GRADE_WARNING, /* some machine or tool may mind */
	GRADE_ERROR,   /* a machine is not set up by it, or wrongly */
};

enum setupbin_rule_vendor { VENDOR_ANY, VENDOR_DELL, VENDOR_HP, VENDOR_LENOVO };

struct setupbin_rule_row {
	const char *id; /* "header-chunks" */
	enum setupbin_rule_grade grade;
	/* Only when the machines are known to be of this release or later,
	 * or of this vendor. */
	unsigned char amt_from; /* major; 0: any */
	enum setupbin_rule_vendor vendor;
	const char *what;
	const char *source;
};

const struct setupbin_rule_row *setupbin_rule_row(enum setupbin_rule rule);

const char *setupbin_rule_grade_name(enum setupbin_rule_grade grade);

/* The vendor of that name, VENDOR_ANY if not found. */
enum setupbin_rule_vendor setupbin_rule_vendor(const char *name);
const char *setupbin_rule_vendor_name(enum setupbin_rule_vendor vendor);

#endif
