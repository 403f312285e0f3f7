#ifndef CERTPURPOSE_H
#define CERTPURPOSE_H

/*
 * certpurpose - by what firmware recognises the certificate of a setup server:
 * an OID among its extended key usages, or an OU of its subject.
 *
 * Source: Intel AMT Implementation and Reference Guide, "Acquiring a
 * Certificate": server authentication and 2.16.840.1.113741.1.2.3, or an OU
 * that is exactly "Intel(R) Client Setup Certificate".
 */
#include <stddef.h>

#include <openssl/x509.h>

#include "base/domain.h"

#define CERTPURPOSE_OID "2.16.840.1.113741.1.2.3"
#define CERTPURPOSE_CONSOLE_OID "2.16.840.1.113741.1.2.1"
#define CERTPURPOSE_OU "Intel(R) Client Setup Certificate"

/* What it says, as a set. */
enum {
	PURPOSE_LISTED = 1,  /* it has extended key usages at all */
	PURPOSE_SERVER = 2,  /* server authentication is one of them */
	PURPOSE_SETUP = 4,   /* CERTPURPOSE_OID */
	PURPOSE_CONSOLE = 8, /* ...1.2.1: a console's, after setup */
	PURPOSE_AGENT = 16,  /* ...1.2.2: a local agent's */
	PURPOSE_OU = 32,
	PURPOSE_OU_ALMOST = 64, /* but for case or blanks around it */
};

unsigned certpurpose_of(const X509 *cert);

/* Does that make it a setup server's? */
static inline int
certpurpose_is_setup(unsigned purpose)
{
	if ((purpose & PURPOSE_LISTED) != 0 && (purpose & PURPOSE_SERVER) == 0)
		return 0;
	return (purpose & PURPOSE_OU) != 0 || (purpose & PURPOSE_SETUP) != 0;
}

/*
 * The common name that a machine compares: the last one, as most are one.
 * Answers how many there are; name is as it is in the certificate, and ""
 * when it does not fit or has a NUL.
 */
int certpurpose_name(char name[DOMAIN_TEXT + 2], const X509 *cert);

#endif
