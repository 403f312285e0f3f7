#ifndef CERTUSE_H
#define CERTUSE_H

/*
 * certuse - whose certificate it is, and what it may be used for here: to
 * encrypt keys for its holder, or to sign.
 * Source: RFC 5280, 4.1.2.5 (dates), 4.2.1.3 (key usage), 4.2.1.9 (CAs) and
 * 4.2.1.12 (extended key usage); NIST SP 800-131A (112 bits of security).
 *
 * A self-signed certificate is its holder's own, also when it says CA:TRUE, as
 * "openssl req -x509" has it: unless its key usage says otherwise, it limits
 * the length of paths, or it issued another certificate of the same file.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "base/fault.h"

#define CERT_NAME 128
#define CERT_SHA256 96
#define CERT_DATE 32

enum cert_use {
	CERT_RECEIVES, /* keys are encrypted for it */
	CERT_SIGNS,
};

/*
 * Its subject, or issuer, as /C=DE/CN=name: printable ASCII, cut if long. Every
 * byte that is not has become \xC3, so it is shown as it is.
 */
void cert_name(char to[CERT_NAME], const X509_NAME *name);
void cert_subject(char to[CERT_NAME], const X509 *cert);
void cert_issuer(char to[CERT_NAME], const X509 *cert);
/* Such a name in less room, at least 4. */
void cert_name_cut(char *to, size_t cap, const char *name);

/* As "openssl x509 -fingerprint -sha256" shows it: AB:CD:... */
void cert_sha256(char to[CERT_SHA256], const X509 *cert);

/* As 2026-11-22, UTC; "?" when it is no time. */
void cert_date(char to[CERT_DATE], const ASN1_TIME *t);

/* 64 hexadecimal digits in any case, with colons or blanks or without, as
 * cert_sha256 writes them.  0, or -1. */
int cert_sha256_parse(char to[CERT_SHA256], const char *text);

bool cert_is_self_signed(X509 *cert);

/* Did it issue one of these, other than itself? */
bool cert_is_issuer(X509 *cert, STACK_OF(X509) * all);

/*
 * May it be used so now, seconds since 1970?  all: what its file has beside
 * it.  0, or -1 with *f: its subject and why not.
 */
int cert_check(X509 *cert, STACK_OF(X509) * all, enum cert_use use, int64_t now,
    struct fault *f);

/* Only what its key usage forbids; a signer's that came with a list. */
int cert_check_usage(X509 *cert, enum cert_use use, struct fault *f);

#endif
