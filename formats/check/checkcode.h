#ifndef CHECKCODE_H
#define CHECKCODE_H

/*
 * checkcode - what amt-check finds wrong with a site: one code a cause, with
 * its grade and what to do.  What is in order has no code, and is named by what
 * was looked at.
 *
 * "amt-explain CODE" prints cause and remedy; check(5) lists them all.  A
 * code of reason.h is never one of these.
 */

/* What is looked at, in the order of the report. */
enum checkpart {
	CHECK_SITE, /* its folder and whose its files are */
	CHECK_CONF,
	CHECK_PROFILE,
	CHECK_DISK,
	CHECK_CLOCK,
	CHECK_KEY_FILE,
	CHECK_STORE,
	CHECK_LISTENER,
	CHECK_SPOOL,
	CHECK_PORT,
	CHECK_KEYS,
	CHECK_CERT,
	CHECK_MAP,
	CHECK_SWEEP,
	CHECK_DNS,
	CHECK_DHCP,
	CHECK_COUNT
};

enum checkgrade { CHECKGRADE_PASS, CHECKGRADE_WARN, CHECKGRADE_FAIL };
#define CHECKGRADE_COUNT 3

enum checkcode_id {
	CHECKCODE_SITE_NONE,
	CHECKCODE_SITE_DENIED,
	CHECKCODE_SITE_OPEN,
	CHECKCODE_SITE_OWNER,
	CHECKCODE_SITE_MODE,
	CHECKCODE_REHEARSAL_LEFT,
	CHECKCODE_CONF_MISSING,
	CHECKCODE_CONF_REFUSED,
	CHECKCODE_CONF_INVALID,
	CHECKCODE_PROFILE_MISSING,
	CHECKCODE_PROFILE_REFUSED,
	CHECKCODE_PROFILE_INVALID,
	CHECKCODE_CA_NONE,
	CHECKCODE_SIGNER_NONE,
	CHECKCODE_SIGNER_UNUSABLE,
	CHECKCODE_DISK_FULL,
	CHECKCODE_DISK_LOW,
	CHECKCODE_CLOCK_UNSYNCED,
	CHECKCODE_KEY_FILE_MISSING,
	CHECKCODE_KEY_FILE_REFUSED,
	CHECKCODE_KEY_FILE_OPEN,
	CHECKCODE_KEY_FILE_OTHER,
	CHECKCODE_KEY_COPY_NONE,
	CHECKCODE_STORE_MISSING,
	CHECKCODE_STORE_REFUSED,
	CHECKCODE_STORE_LOCKED,
	CHECKCODE_STORE_DAMAGED,
	CHECKCODE_STORE_FOREIGN,
	CHECKCODE_STORE_NEWER,
	CHECKCODE_STORE_OLDER,
	CHECKCODE_LISTENER_NONE,
	CHECKCODE_LISTENER_ENDED,
	CHECKCODE_LISTENER_SILENT,
	CHECKCODE_LISTENER_TROUBLE,
	CHECKCODE_SPOOL_WAITING,
	CHECKCODE_PORT_CLOSED,
	CHECKCODE_KEYS_NONE,
	CHECKCODE_KEYS_SHORT,
	CHECKCODE_SITE_CERT_NONE,
	CHECKCODE_SITE_CERT_DAMAGED,
	CHECKCODE_SITE_CERT_ENDED,
	CHECKCODE_SITE_CERT_ENDING,
	CHECKCODE_SITE_CERT_REFUSED,
	CHECKCODE_SITE_CERT_DOMAIN,
	CHECKCODE_CONSOLE_CERT_NONE,
	CHECKCODE_CONSOLE_CERT_ENDED,
	CHECKCODE_CONSOLE_CERT_ENDING,
	CHECKCODE_CONSOLE_CERT_NAME,
	CHECKCODE_CONSOLE_CERT_ROOT,
	CHECKCODE_MAP_EMPTY,
	CHECKCODE_MAP_CONFLICTS,
	CHECKCODE_SWEEP_LATE,
	CHECKCODE_DNS_UNASKED,
	CHECKCODE_DNS_SILENT,
	CHECKCODE_DNS_NONE,
	CHECKCODE_DNS_OTHER,
	CHECKCODE_DHCP_UNASKED,
	CHECKCODE_DHCP_LEASE,
	CHECKCODE_DHCP_SILENT,
	CHECKCODE_DHCP_NONE,
	CHECKCODE_DHCP_OTHER,
	CHECKCODE_COUNT
};

struct checkcode {
	const char *code; /* upper case and dashes */
	enum checkpart check;
	enum checkgrade grade; /* not CHECKGRADE_PASS */
	const char *cause;     /* one sentence */
	const char *remedy;    /* one or two sentences, an order */
};

const struct checkcode *checkcode_get(enum checkcode_id id);

/* By its code, in either case; CHECKCODE_COUNT when there is no such code. */
enum checkcode_id checkcode_find(const char *code);

/* The one that is nearest (likeness.h), or CHECKCODE_COUNT: for hints. */
enum checkcode_id checkcode_nearest(const char *code);

const char *check_name(enum checkpart check);       /* "key-file" */
enum checkpart check_find(const char *name);        /* or CHECK_COUNT */
const char *checkgrade_name(enum checkgrade grade); /* "pass" */
enum checkgrade checkgrade_find(const char *name);  /* or CHECKGRADE_COUNT */

#endif
