#include "stick/setupbin_rules.h"

#include "base/text.h"

/* Sources by short names; setupbin(5) has their titles. */
#define DEFINITIONS "MeshCommander's field definitions"
#define VARIABLES "MeshCommander's table of variables"
#define ENCODER "bytes of a reference encoder and of Intel's ACU Wizard"
#define ISSUE_110 "MeshCommander issue 110"
#define VERSIONS "Intel: Intel AMT and USB Versions"
#define ENTERING "Intel: Entering the PID-PPS Pair Using a USB Storage Device"
#define CHECKSUM "Intel: PID-PPS Checksum"
#define STRONG "Intel: Strong ME Passwords"
#define SYMANTEC "Symantec: USB Provisioning (2007)"

#define ROW(rule, id, grade, what, source)                                     \
	[rule] = { id, grade, 0, VENDOR_ANY, what, source }
#define ROW_AMT(rule, id, grade, from, what, source)                           \
	[rule] = { id, grade, from, VENDOR_ANY, what, source }
#define ROW_VENDOR(rule, id, grade, vendor, what, source)                      \
	[rule] = { id, grade, 0, vendor, what, source }

static const struct setupbin_rule_row rows[NRULES] = {
	ROW(RULE_FILE_TYPE, "file-type", GRADE_ERROR,
	    "the file begins with the GUID of a known version", DEFINITIONS),
	ROW(RULE_GUID_MAJOR, "guid-major", GRADE_ERROR,
	    "the GUID and the major version agree", DEFINITIONS),
	ROW(RULE_MINOR, "minor-version", GRADE_WARNING,
	    "the version is 1.0, 2.0, 2.1, 3.0 or 4.0", VERSIONS),
	ROW(RULE_HEADER_CHUNKS, "header-chunks", GRADE_ERROR,
	    "the chunk count of the header is 1; a Lenovo M700 ignores a "
	    "file with 0",
	    ISSUE_110),
	ROW(RULE_RECORD_CHUNKS, "record-chunks", GRADE_ERROR,
	    "the chunk counts of records are 1; a Lenovo M700 ignores a file "
	    "with 0",
	    ISSUE_110),
	ROW(RULE_HEADER_BYTES, "header-bytes", GRADE_WARNING,
	    "the header's byte count is 42 and 2 for each module", ENCODER),
	ROW(RULE_HEADER_FIELDS, "header-fields", GRADE_WARNING,
	    "the header's number, reserved field and padding are 0",
	    DEFINITIONS),
	ROW(RULE_FILE_FLAGS, "file-flags", GRADE_WARNING,
	    "only bit 0 of the file flags is used", DEFINITIONS),
	ROW(RULE_KEEP_VERSION_1, "keep-version", GRADE_ERROR,
	    "records that are not consumed came with version 2.0", VERSIONS),
	ROW(RULE_MODULE_ORDER, "module-order", GRADE_ADVICE,
	    "the modules are listed ascending", ENCODER),
	ROW(RULE_MODULE_LIST, "module-list", GRADE_WARNING,
	    "a module is listed exactly when a record uses it", DEFINITIONS),
	ROW(RULE_FILE_SIZE, "file-size", GRADE_ERROR,
	    "the file ends with the last record that the header counts",
	    ENCODER),
	ROW(RULE_COUNTERS, "counters", GRADE_WARNING,
	    "the header counts as many consumed records as have no valid flag",
	    DEFINITIONS),
	ROW(RULE_NO_RECORDS, "no-records", GRADE_WARNING,
	    "the file has records", DEFINITIONS),
	ROW(RULE_EXHAUSTED, "exhausted", GRADE_WARNING,
	    "a valid record is left", DEFINITIONS),
	ROW(RULE_EMPTY, "empty", GRADE_WARNING,
	    "a valid record has variables: else the machine that takes it "
	    "learns nothing",
	    DEFINITIONS),
	ROW(RULE_KEEP_MANY, "keep-many", GRADE_WARNING,
	    "a file whose records are not consumed has one: every machine "
	    "takes the first",
	    VERSIONS),
	ROW(RULE_SEARCH_TIME, "search-time", GRADE_ADVICE,
	    "not more than 1,000 records: a BIOS looks through them for 15 "
	    "seconds",
	    SYMANTEC),
	ROW(RULE_VERSION_AMT, "version-amt", GRADE_ERROR,
	    "the machines know the version: 2.0 from AMT 3.0 on, 2.1 from "
	    "4.0, 3.0 from 6.0",
	    VERSIONS),
	ROW_AMT(RULE_VERSION_1_OLD, "version-1-old", GRADE_WARNING, 3,
	    "version 1.0 is for AMT 2; some later BIOSes do not know it",
	    "Intel community, thread 802886"),
	ROW(RULE_RECORD_HEADER, "record-header", GRADE_ERROR,
	    "the record's type is 1, its header has 24 bytes", DEFINITIONS),
	ROW(RULE_RECORD_FIELDS, "record-fields", GRADE_WARNING,
	    "the record's number is its place; unused flags and the reserved "
	    "field are 0",
	    DEFINITIONS),
	ROW(RULE_RECORD_ZERO, "record-zero", GRADE_WARNING,
	    "a record is not zero altogether", DEFINITIONS),
	ROW(RULE_SCRAMBLED, "scrambled", GRADE_WARNING,
	    "only records of version 4 are scrambled, and none that is wiped",
	    "MeshCommander"),
	ROW(RULE_BODY_FULL, "body-full", GRADE_WARNING,
	    "the variables end with a zero word, within 484 bytes",
	    "MeshCommander's reader"),
	ROW(RULE_ENTRY_END, "entry-end", GRADE_ERROR,
	    "a variable ends within its record", DEFINITIONS),
	ROW(RULE_ENTRY_FIELDS, "entry-fields", GRADE_WARNING,
	    "reserved fields and padding of variables are 0", ENCODER),
	ROW(RULE_ORDER, "order", GRADE_WARNING,
	    "variables ascend by module and id, module 1 before module 2",
	    ENCODER),
	ROW(RULE_REPEATED, "repeated", GRADE_ERROR,
	    "a variable stands once; only 2/8 may repeat", VARIABLES),
	ROW(RULE_VALUE, "value", GRADE_ERROR,
	    "a value keeps its variable's length and range", VARIABLES),
	ROW(RULE_VALUE_NAME, "value-name", GRADE_ADVICE,
	    "the meaning of a number is published", VARIABLES),
	ROW(RULE_SINCE, "since", GRADE_ERROR,
	    "the file's version has the variable", VERSIONS),
	ROW(RULE_UNKNOWN, "unknown", GRADE_WARNING,
	    "the variable is in a public table", VARIABLES),
	ROW(RULE_ADMIN_ALONE, "admin-alone", GRADE_ERROR,
	    "1/1 admin is followed by a 1/2 with another password", VARIABLES),
	ROW(RULE_FIRST, "first", GRADE_ERROR,
	    "a record begins with 1/1, the current MEBx password", VARIABLES),
	ROW(RULE_AFTER, "after", GRADE_ERROR,
	    "a variable follows those that it depends on", VARIABLES),
	ROW(RULE_AFTER_ADVISED, "after-advised", GRADE_ADVICE,
	    "2/23 follows a 2/11; Intel's own tool does without", VARIABLES),
	ROW(RULE_AMT_VERSION_1, "amt-version", GRADE_ADVICE,
	    "1/3 came with version 2.0; Intel's tool takes it for 1.0 too",
	    VERSIONS),
	ROW(RULE_MANUAL, "manual", GRADE_WARNING,
	    "2/29 manual does nothing on recent firmware", "rgl/amt-setupbin"),
	ROW(RULE_PASSWORD, "password", GRADE_ERROR,
	    "the new MEBx password keeps the MEBx's rules", STRONG),
	ROW(RULE_PASSWORD_MARKS, "password-marks", GRADE_ADVICE,
	    "no password has one of ' < > & and space", "HP vPro papers"),
	ROW_VENDOR(RULE_HP_PASSWORD, "hp-password", GRADE_WARNING, VENDOR_HP,
	    "a machine may refuse ' < > & and space in a password",
	    "HP vPro papers"),
	ROW_VENDOR(RULE_DELL_PASSWORD, "dell-password", GRADE_WARNING,
	    VENDOR_DELL,
	    "the current MEBx password is admin: machines of 2007 to 2011 take "
	    "a stick only then",
	    "Dell AMT administrator's guides"),
	ROW(RULE_DOMAIN, "domain", GRADE_WARNING,
	    "DNS suffix and server FQDN are domain names", "RFC 1123, 2.1"),
	ROW(RULE_PSK_PAIR, "psk-pair", GRADE_ERROR,
	    "PID and PPS stand together", ENTERING),
	ROW(RULE_PID, "pid", GRADE_ERROR,
	    "the check character of a PID is right", CHECKSUM),
	ROW(RULE_PPS, "pps", GRADE_ERROR,
	    "the check characters of a PPS are right", CHECKSUM),
	ROW(RULE_PSK_DASHES, "psk-dashes", GRADE_WARNING,
	    "PID and PPS have 8 and 32 characters, without dashes", CHECKSUM),
	ROW(RULE_PID_AGAIN, "pid-again", GRADE_ERROR,
	    "a PID is in one record only", ENTERING),
	ROW(RULE_PSK_KEEP, "psk-keep", GRADE_ERROR,
	    "records with a PPS are consumed: else all machines share one key",
	    VERSIONS),
	ROW(RULE_PSK_VERSION, "psk-version", GRADE_ADVICE,
	    "PID and PPS belong in files of version 1 or 2; whether 3.0 and "
	    "4.0 may have them is not published",
	    "Intel community, thread 802886"),
	ROW_AMT(RULE_PSK_AMT, "psk-amt", GRADE_ERROR, 11,
	    "machines are set up with certificates only, not with a PPS",
	    "Intel: configuration security models"),
	ROW(RULE_HASHES, "hashes", GRADE_ERROR,
	    "a record has at most 3 certificate hashes", VARIABLES),
	ROW(RULE_HASH_VERSION, "hash-version", GRADE_ERROR,
	    "SHA-256 and SHA-384 hashes came with version 3.0", VARIABLES),
	ROW_AMT(RULE_HASH_SHA1, "hash-sha1", GRADE_WARNING, 11,
	    "SHA-1 hashes of the firmware's own are gone; give SHA-256",
	    "Intel: root certificate hashes"),
	ROW(RULE_STICK_FAT16, "stick-fat16", GRADE_ADVICE,
	    "machines that take version 1 and 2 read FAT16: setup.bin goes on "
	    "a fresh stick as its first and only file, not to be booted from",
	    SYMANTEC),
	ROW(RULE_STICK_SIZE, "stick-size", GRADE_ADVICE,
	    "the file fits on a stick of 512 MB, the size that works best",
	    "Symantec Out of Band Management guide"),
	ROW(RULE_STICK_LIMIT, "stick-limit", GRADE_ERROR,
	    "the file fits on a FAT16 stick: less than 2 GB",
	    "Intel community, DOC-1190"),
	ROW_VENDOR(RULE_STICK_HP, "hp-stick", GRADE_ADVICE, VENDOR_HP,
	    "the stick has more than 16 MB, was not formatted to boot, and "
	    "setup.bin is its first file",
	    "HP vPro papers"),
};

const struct setupbin_rule_row *
setupbin_rule_row(enum setupbin_rule rule)
{
	return &rows[rule];
}

const char *
setupbin_rule_grade_name(enum setupbin_rule_grade grade)
{
	static const char *const names[] = { "advice", "warning", "error" };

	return names[grade];
}

static const char *const vendors[] = { "any", "dell", "hp", "lenovo" };

enum setupbin_rule_vendor
setupbin_rule_vendor(const char *name)
{
	for (unsigned v = VENDOR_LENOVO; v > VENDOR_ANY; v--)
		if (text_same(vendors[v], name))
			return (enum setupbin_rule_vendor)v;
	return VENDOR_ANY;
}

const char *
setupbin_rule_vendor_name(enum setupbin_rule_vendor vendor)
{
	return vendors[vendor];
}
