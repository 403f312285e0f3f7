#ifndef SETUP_SIGN_H
#define SETUP_SIGN_H

/*
 * setup_sign - the conversation asks its caller for a certificate: SETUP_SIGN.
 *
 * The caller looks at setup_signing, gets one from whoever signs, calls
 * setup_signed with what came of it, however long that takes, and goes on with
 * setup_step and no reply.  Nothing is asked of the machine meanwhile.
 */
#include <stddef.h>
#include <stdint.h>

#include "amt/machinecert.h"

struct setup;

struct setup_sign {
	const char *by;   /* the profile's word: local, signer */
	const char *fqdn; /* the machine's name */
	/* PKCS#10 in DER, signed by the machine with its key; len 0: it makes
	 * no keys, so that the caller makes one with the certificate. */
	const uint8_t *request;
	size_t len;
};

enum setup_signed_how {
	SETUP_SIGNED,
	SETUP_SIGNER_MISSING, /* not configured, or it cannot be started */
	SETUP_SIGNER_REFUSED,
	SETUP_SIGNER_TIMEOUT,
	SETUP_SIGNER_BROKEN, /* no certificate is in its answer */
};

struct setup_signature {
	enum setup_signed_how how;
	const char *note; /* for the detail; may be "" */
	/* When it came, seconds since 1970: one that was issued a moment ago is
	 * not valid before.  0: at the last step. */
	int64_t at;
	struct machinecert_chain chain;
	struct machinecert_der key; /* PKCS#1, where it was asked for */
};

/* After SETUP_SIGN; borrowed until setup_signed. */
const struct setup_sign *setup_signing(const struct setup *s);
/* Copies what it needs of *signature. */
void setup_signed(struct setup *s, const struct setup_signature *signature);

#endif
