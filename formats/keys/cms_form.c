#include "keys/cms_form.h"

#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
/* after pem.h: only then it declares its PEM functions */
#include <openssl/cms.h>

#include "keys/certuse.h"
#include "keys/cms.h"
#include "base/mail.h"
#include "base/text.h"

bool
cms_form_der(const uint8_t *p, size_t len)
{
	/* 1.2.840.113549.1.7 and ...1.9.16.1 (RFC 5652, RFC 5083) */
	static const uint8_t pkcs7[] = { 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86,
		0xf7, 0x0d, 0x01, 0x07 };
	static const uint8_t smime[] = { 0x06, 0x0b, 0x2a, 0x86, 0x48, 0x86,
		0xf7, 0x0d, 0x01, 0x09, 0x10, 0x01 };
	size_t at = 2;

	if (len < 2 || p[0] != 0x30)
		return false;
	if (p[1] > 0x80)
		at += p[1] & 0x7f;
	return (at < len && len - at >= sizeof(pkcs7) &&
	           memcmp(p + at, pkcs7, sizeof(pkcs7)) == 0) ||
	    (at < len && len - at >= sizeof(smime) &&
	        memcmp(p + at, smime, sizeof(smime)) == 0);
}

static bool
form_has(const uint8_t *p, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= len; i++) {
		size_t same = 0;

		while (same < n &&
		    text_lower((char)p[i + same]) == text_lower(word[same]))
			same++;
		if (same == n)
			return true;
	}
	return false;
}

/* The names that OpenSSL, RFC 7468 and gpgsm --armor have for it. */
static const char *const pem_names[] = { "CMS", "PKCS7", "SIGNED MESSAGE",
	"ENCRYPTED MESSAGE" };

static bool
form_pem_name(const char *name)
{
	for (size_t i = 0; i < sizeof(pem_names) / sizeof(pem_names[0]); i++)
		if (strcmp(name, pem_names[i]) == 0)
			return true;
	return false;
}

static bool
form_pem(const uint8_t *p, size_t len)
{
	char line[48];

	for (size_t i = 0; i < sizeof(pem_names) / sizeof(pem_names[0]); i++) {
		(void)snprintf(line, sizeof(line), "-----BEGIN %s-----",
		    pem_names[i]);
		if (form_has(p, len, line))
			return true;
	}
	return false;
}

bool
cms_form_multipart(const uint8_t *p, size_t len)
{
	return mail_has_type(p, len, "multipart/signed");
}

/* Header lines of mail, one of which says S/MIME. */
static bool
form_smime(const uint8_t *p, size_t len)
{
	return mail_has_type(p, len, "pkcs7-mime") ||
	    mail_has_type(p, len, "pkcs7-signature") ||
	    cms_form_multipart(p, len);
}

bool
cms_is_sealed(const uint8_t *buf, size_t len)
{
	if (len > CMS_SNIFF)
		len = CMS_SNIFF;
	return cms_form_der(buf, len) || form_pem(buf, len) ||
	    form_smime(buf, len);
}

/* Exactly one structure: bytes behind it were signed by nobody. */
static CMS_ContentInfo *
form_read_der(const uint8_t *buf, size_t len)
{
	const unsigned char *p = buf;
	CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)len);

	if (cms == NULL || p == buf + len)
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

/* The first block that is one; text around it is skipped. */
static CMS_ContentInfo *
form_read_pem(BIO *in)
{
	CMS_ContentInfo *cms = NULL;
	unsigned char *der = NULL;
	char *name = NULL, *header = NULL;
	bool met = false;
	long len;

	while (!met && PEM_read_bio(in, &name, &header, &der, &len) == 1) {
		met = form_pem_name(name);
		if (met)
			cms = form_read_der(der, (size_t)len);
		OPENSSL_free(name);
		OPENSSL_free(header);
		OPENSSL_clear_free(der, (size_t)len);
	}
	return cms;
}

CMS_ContentInfo *
cms_form_read(const uint8_t *buf, size_t len, int flags, BIO **detached)
{
	size_t sniff = len < CMS_SNIFF ? len : CMS_SNIFF;
	CMS_ContentInfo *cms;
	BIO *in;

	if (cms_form_der(buf, sniff))
		return form_read_der(buf, len);
	in = BIO_new_mem_buf(buf, (int)len);
	if (in == NULL)
		return NULL;
	if (form_pem(buf, sniff))
		cms = form_read_pem(in);
	else
		cms = SMIME_read_CMS_ex(in, flags, detached, NULL);
	BIO_free(in);
	return cms;
}

int
cms_form_unknown_signer(CMS_ContentInfo *cms, struct fault *f)
{
	static const char why[] = "is neither in the bundle nor among the "
	                          "trusted ones";
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	char name[CERT_NAME], serial[2 * 20 + 1];
	X509_NAME *issuer = NULL;
	ASN1_INTEGER *number = NULL;
	ASN1_OCTET_STRING *id = NULL;
	int len;

	if (sk_CMS_SignerInfo_num(infos) < 1 ||
	    CMS_SignerInfo_get0_signer_id(sk_CMS_SignerInfo_value(infos, 0),
	        &id, &issuer, &number) != 1 ||
	    issuer == NULL || number == NULL ||
	    (len = ASN1_STRING_length(number)) > 20)
		return fault_set(f, 0,
		    "signer is not known: its certificate %s", why);
	cert_name(name, issuer);
	text_hex(serial, ASN1_STRING_get0_data(number), (size_t)len);
	return fault_set(f, 0,
	    "signer is not known: its certificate (%s, issued by %.60s) %s",
	    serial, name, why);
}
