#include "amt/certpurpose.h"

#include <string.h>

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "base/text.h"

#define OID_TEXT 80

static unsigned
usage_bit(const ASN1_OBJECT *oid)
{
	static const struct {
		const char *oid;
		unsigned bit;
	} usages[] = {
		{ "1.3.6.1.5.5.7.3.1", PURPOSE_SERVER },
		{ CERTPURPOSE_OID, PURPOSE_SETUP },
		{ CERTPURPOSE_CONSOLE_OID, PURPOSE_CONSOLE },
		{ "2.16.840.1.113741.1.2.2", PURPOSE_AGENT },
	};
	char text[OID_TEXT] = "";

	(void)OBJ_obj2txt(text, sizeof(text), oid, 1);
	for (size_t i = 0; i < sizeof(usages) / sizeof(usages[0]); i++)
		if (strcmp(usages[i].oid, text) == 0)
			return usages[i].bit;
	return 0;
}

static unsigned
usages_of(const X509 *cert)
{
	EXTENDED_KEY_USAGE *all =
	    X509_get_ext_d2i(cert, NID_ext_key_usage, NULL, NULL);
	unsigned found = all != NULL ? PURPOSE_LISTED : 0;

	for (int i = 0; i < sk_ASN1_OBJECT_num(all); i++)
		found |= usage_bit(sk_ASN1_OBJECT_value(all, i));
	sk_ASN1_OBJECT_pop_free(all, ASN1_OBJECT_free);
	return found;
}

/* As UTF-8, whatever kind of string it is; the caller frees it. */
static char *
utf8_of(const X509_NAME_ENTRY *entry, size_t *len)
{
	unsigned char *utf8 = NULL;
	int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry));

	*len = n > 0 ? (size_t)n : 0;
	return (char *)utf8;
}

static unsigned
unit_bit(const X509_NAME_ENTRY *entry)
{
	size_t len, want = sizeof(CERTPURPOSE_OU) - 1;
	char *text = utf8_of(entry, &len), *p = text;
	unsigned bit = 0;

	if (text != NULL && len == want && memcmp(p, CERTPURPOSE_OU, len) == 0)
		bit = PURPOSE_OU;
	while (bit == 0 && len != 0 && *p == ' ') {
		p++;
		len--;
	}
	while (bit == 0 && len != 0 && p[len - 1] == ' ')
		len--;
	if (bit == 0 && len == want && strncasecmp(p, CERTPURPOSE_OU, len) == 0)
		bit = PURPOSE_OU_ALMOST;
	OPENSSL_free(text);
	return bit;
}

unsigned
certpurpose_of(const X509 *cert)
{
	const X509_NAME *subject = X509_get_subject_name(cert);
	unsigned found = usages_of(cert);

	for (int at = -1;;) {
		at = X509_NAME_get_index_by_NID(subject,
		    NID_organizationalUnitName, at);
		if (at < 0)
			break;
		found |= unit_bit(X509_NAME_get_entry(subject, at));
	}
	return found;
}

int
certpurpose_name(char name[DOMAIN_TEXT + 2], const X509 *cert)
{
	const X509_NAME *subject = X509_get_subject_name(cert);
	int n = 0;

	name[0] = '\0';
	for (int at = -1;;) {
		char *text;
		size_t len;

		at = X509_NAME_get_index_by_NID(subject, NID_commonName, at);
		if (at < 0)
			return n;
		n++;
		text = utf8_of(X509_NAME_get_entry(subject, at), &len);
		name[0] = '\0';
		if (text != NULL && len < DOMAIN_TEXT + 2 &&
		    memchr(text, '\0', len) == NULL) {
			memcpy(name, text, len);
			name[len] = '\0';
		}
		OPENSSL_free(text);
	}
}
