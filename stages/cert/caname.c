#include "cert/caname.h"

#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "store/certstore.h"

#define PRINT_LEAST 8

/* A terminal would obey control characters, U+0080 to U+009F among them. */
void
caname_text(char to[CERT_NAME], X509 *cert)
{
	if (X509_NAME_get_text_by_NID(X509_get_subject_name(cert),
	        NID_commonName, to, CERT_NAME) <= 0)
		(void)snprintf(to, CERT_NAME, "without a common name");
	for (unsigned char *c = (unsigned char *)to; *c != '\0'; c++)
		if (*c < ' ' || *c == 0x7f)
			*c = '?';
		else if (*c == 0xc2 && c[1] >= 0x80 && c[1] < 0xa0)
			c[0] = c[1] = '?';
}

/* The digits of a SHA-256, or of its beginning, without colons; false: it is
 * none. */
static bool
print_read(char to[CERTS_PRINT], const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		if (*text == ':')
			continue;
		if (!isxdigit((unsigned char)*text) || n == CERTS_PRINT - 1)
			return false;
		to[n++] = (char)tolower((unsigned char)*text);
	}
	to[n] = '\0';
	return n >= PRINT_LEAST;
}

static bool
ca_is(X509 *cert, const char *wanted)
{
	char name[CERT_NAME], print[CERTS_PRINT], begins[CERTS_PRINT];

	caname_text(name, cert);
	if (strcmp(name, wanted) == 0)
		return true;
	certstore_print(print, cert);
	return print_read(begins, wanted) &&
	    strncmp(print, begins, strlen(begins)) == 0;
}

size_t
caname_find(const struct localcas *all, const char *site, const char *wanted)
{
	size_t found = LOCALCAS_NONE;

	for (size_t i = 0; i < all->n; i++) {
		if (!localcas_is_one(all, i) ||
		    !ca_is(all->list[i].cert, wanted))
			continue;
		if (found != LOCALCAS_NONE)
			errx(EX_USAGE,
			    "--ca: the site has several CAs called \"%s\": "
			    "give the beginning of the SHA-256 instead "
			    "(amt-cert ca show -d %s)",
			    wanted, site);
		found = i;
	}
	if (found == LOCALCAS_NONE)
		errx(EX_NOINPUT,
		    "--ca: the site has no CA \"%s\" whose certificates are "
		    "valid (amt-cert ca show -d %s lists them)",
		    wanted, site);
	return found;
}
