#ifndef PASSWORD_FORMS_H
#define PASSWORD_FORMS_H

/*
 * password_forms - the readings of one password that programs which write
 * PKCS #12 are known to have used.
 *
 *	as typed     UTF-8, as RFC 8018 says; UTF-16 of it in PKCS #12
 *	bytes        each byte of the UTF-8 as a letter (OpenSSL before 1.1.0)
 *	Latin-1      as bytes in PBES2
 *	none         no password at all, and the empty one with its NUL, differ
 *	             in PKCS #12 (RFC 7292, B.1)
 */
#include <stddef.h>

#include "amt/credential.h"

#define PASSWORD_FORMS_MAX 3

struct password_forms {
	size_t n;
	/* NULL in [0] only: no password */
	const char *form[PASSWORD_FORMS_MAX];
	/* what form points to; a byte becomes two */
	char text[PASSWORD_FORMS_MAX][2 * CREDENTIAL_PASSWORD_MAX + 1];
};

/* password may be NULL; too long: it is taken for none. */
void password_forms_begin(struct password_forms *p, const char *password);
void password_forms_end(struct password_forms *p); /* wipes them */

#endif
