#ifndef ISSUEDCERT_H
#define ISSUEDCERT_H

/*
 * issuedcert - what is kept of a certificate that a machine was given: who
 * issued it, until when it is good, and itself as PEM.
 *
 * Sources: RFC 5280 (X.509), RFC 4648, 4 (base64), RFC 7468 (PEM).
 */
#include <stdint.h>

#include "amt/machinecert.h"
#include "base/fault.h"
#include "keys/certuse.h"

#define ISSUEDCERT_PRINT 65 /* a SHA-256 in hexadecimal, with its NUL */
/* A serial number has 20 bytes at most (RFC 5280, 4.1.2.2); those of CAs that
 * do not keep to that are refused. */
#define ISSUEDCERT_SERIAL 42
#define ISSUEDCERT_PEM (MACHINECERT_DER / 3 * 4 + 256)

struct issuedcert {
	char print[ISSUEDCERT_PRINT];
	char serial[ISSUEDCERT_SERIAL]; /* as "openssl x509 -serial" has it */
	char subject[CERT_NAME], issuer[CERT_NAME];
	int64_t until; /* seconds since 1970 */
	char pem[ISSUEDCERT_PEM];
};

/* 0, or -1 with *f: base64 is not a certificate's DER in one piece, or not that
 * of print. */
int issuedcert_read(struct issuedcert *c, const char *base64, const char *print,
    struct fault *f);

#endif
