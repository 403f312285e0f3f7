#ifndef REASON_H
#define REASON_H

/*
 * reason - why a machine is not set up, or is and cannot be kept in order: one
 * code a cause, with what to do.
 *
 * Codes appear in the results and devices streams and in every report;
 * "amt-explain CODE" prints cause and remedy; reason(5) lists them all.  A new
 * cause gets a new code: never one code for several causes.
 */
#include <stddef.h>

enum reason_id {
	REASON_NONE, /* "" : nothing is wrong */
	/* nothing has gone wrong yet */
	REASON_HELLO_NONE,
	REASON_QUEUED,
	REASON_RUN_TIME_UP,
	REASON_RUN_CUT,
	/* decided by planning, before a machine is touched */
	REASON_UUID_BAD,
	REASON_WINDOW_CLOSED,
	REASON_CERT_NONE,
	REASON_CERT_DAMAGED,
	REASON_CERT_NO_ROOT,
	REASON_CERT_PURPOSE,
	REASON_CERT_NAME,
	REASON_CERT_SHA1,
	REASON_CERT_KEY_SIZE,
	REASON_CERT_LONG,
	REASON_CERT_EXPIRED,
	REASON_KEY_UNKNOWN,
	REASON_KEY_USED,
	REASON_KEY_REVOKED,
	REASON_KEY_SHARED,
	REASON_KEY_DAMAGED,
	REASON_MAP_NONE,
	REASON_MAP_AMBIGUOUS,
	REASON_MAP_SHARED,
	REASON_MAP_STALE,
	REASON_PROFILE_NONE,
	REASON_PROFILE_UNSUPPORTED,
	/* decided by planning, from what keys have proved */
	REASON_HELLO_UNPROVEN,
	REASON_UUID_SHARED,
	REASON_SETUP_AGAIN,
	/* why the site's own program gave no name */
	REASON_PROPS_MISSING,
	REASON_PROPS_EXIT,
	REASON_PROPS_TIMEOUT,
	REASON_PROPS_LONG,
	REASON_PROPS_ANSWER,
	REASON_PROPS_KEY,
	REASON_PROPS_OU,
	REASON_PROPS_PROFILE,
	REASON_PROPS_NO_NAME,
	REASON_AUTH_NO_PASSWORD,
	/* met on the way to the machine */
	REASON_CONNECT_REFUSED,
	REASON_CONNECT_TIMEOUT,
	REASON_CONNECT_NO_ROUTE,
	REASON_TLS_KEY_REFUSED,
	REASON_TLS_FAILED,
	REASON_TLS_CLOSED,
	REASON_TLS_TIMEOUT,
	REASON_CERT_REFUSED,
	REASON_CERT_NOT_ASKED,
	REASON_DEVICE_NOT_GENUINE,
	REASON_TLS_DOWNGRADED,
	REASON_HTTP_CLOSED,
	REASON_HTTP_TIMEOUT,
	REASON_HTTP_STATUS,
	REASON_PEER_FLOODS,
	REASON_REALM_CHANGED,
	REASON_REALM_UNKNOWN,
	REASON_LEAF_CHANGED,
	REASON_CONSOLE_NONE,
	REASON_CONSOLE_REFUSED,
	/* said by the machine */
	REASON_REPLY_BAD,
	REASON_NONCE_STALE,
	REASON_LOGIN_REFUSED,
	REASON_AUTH_REFUSED,
	REASON_UUID_MISMATCH,
	REASON_STATE_UNEXPECTED,
	REASON_ALREADY_SET_UP,
	REASON_VERSION_UNSUPPORTED,
	REASON_SOAP_FAULT,
	REASON_RETURN_CODE,
	REASON_NOT_READY,
	REASON_FLASH_LIMIT,
	REASON_OTP_WRONG,
	REASON_DOMAIN_OUTSIDE,
	REASON_MEBX_REFUSED,
	REASON_COMMIT_REFUSED,
	REASON_VERIFY_UNREACHED,
	REASON_VERIFY_FAILED,
	/* of a machine's own certificate */
	REASON_SIGNER_MISSING,
	REASON_SIGNER_REFUSED,
	REASON_SIGNER_TIMEOUT,
	REASON_SIGNER_ANSWER,
	REASON_SIGNER_OTHER_KEY,
	REASON_SIGNER_OTHER_NAME,
	REASON_SIGNER_PERIOD,
	REASON_REQUEST_BAD,
	/* of a machine that is set up */
	REASON_DRIFT,
	REASON_UNPROVISION_BLOCKED,
	REASON_MAP_CHANGED,
	/* of one that somebody had taken back */
	REASON_UNPROVISIONED,
	REASON_UNPROVISIONED_PARTLY,
	REASON_COUNT
};

enum reason_class {
	REASON_WAITS,   /* nothing to do; the next sweep takes it */
	REASON_RETRIES, /* the delayed queue tries again automatically */
	REASON_PERSON,  /* stays until a person does what the remedy says */
};

struct reason {
	const char *code; /* upper case and dashes */
	enum reason_class class;
	const char *cause;  /* one sentence */
	const char *remedy; /* one or two sentences, an order */
};

const struct reason *reason_get(enum reason_id id);

/* By its code, in either case; REASON_COUNT when there is no such code. */
enum reason_id reason_find(const char *code);

/*
 * The one whose code needs the fewest letters changed, added or left out, or
 * whose code begins with what was given; REASON_COUNT when none is near.  For
 * hints.
 */
enum reason_id reason_nearest(const char *code);

#endif
