#include "amt/pfx.h"

#include <stdbool.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs12.h>

#include "amt/credential_key.h"
#include "keys/certfile.h"

#define DEPTH_MAX 4 /* of bags in bags; nobody writes any */

#define NO_MAC                                                                 \
	"has no MAC, so a change in it would not be noticed: write it again "  \
	"with one (openssl pkcs12 -export), or allow it with --without-mac"

struct pfx {
	struct credential *c; /* NULL: nothing is added */
	struct pbe *pbe;
	unsigned nopened, nwrong; /* parts that a password opens */
	enum credential_end end;
};

static void
pfx_fail(struct pfx *p, enum credential_end end, const char *why)
{
	(void)fault_set(p->pbe->f, 0, "%s", why);
	p->end = end;
}

/* --- the MAC (RFC 7292, 5.1, step 3) ------------------------------------- */

static enum pbe_end
mac_check(struct pbe *p, PKCS12 *pfx)
{
	const ASN1_INTEGER *iterations;
	uint64_t n = 1;

	PKCS12_get0_mac(NULL, NULL, NULL, &iterations, pfx);
	if (iterations != NULL && ASN1_INTEGER_get_uint64(&n, iterations) != 1)
		n = UINT64_MAX;
	for (size_t i = 0; i < p->forms->n; i++) {
		const char *form = p->forms->form[i];
		enum pbe_end end = pbe_spend(p, n);

		if (end != PBE_OK)
			return end;
		if (PKCS12_verify_mac(pfx, form,
		        form != NULL ? (int)strlen(form) : 0) == 1)
			return PBE_OK;
		ERR_clear_error();
	}
	return PBE_WRONG;
}

/* --- bags ---------------------------------------------------------------- */

static void
cert_add(struct pfx *p, const PKCS12_SAFEBAG *bag)
{
	X509 *cert;

	if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate)
		return; /* SDSI, which nobody has */
	cert = PKCS12_SAFEBAG_get1_cert(bag);
	if (cert == NULL) {
		pfx_fail(p, CREDENTIAL_DAMAGED,
		    "a certificate in it is damaged");
		return;
	}
	if (p->c == NULL || sk_X509_num(p->c->certs) >= CREDENTIAL_CERTS_MAX ||
	    sk_X509_push(p->c->certs, cert) <= 0) {
		X509_free(cert);
		if (p->c != NULL)
			pfx_fail(p, CREDENTIAL_REFUSED,
			    "too many certificates");
	}
}

static void
key_add(struct pfx *p, const PKCS8_PRIV_KEY_INFO *info)
{
	if (p->c == NULL || p->end != CREDENTIAL_OK)
		return;
	p->end = credential_key_add(p->c, EVP_PKCS82PKEY(info), p->pbe->f);
}

static void
sealed_key_add(struct pfx *p, const PKCS12_SAFEBAG *bag)
{
	const X509_ALGOR *how;
	const ASN1_OCTET_STRING *sealed;
	void *info;

	X509_SIG_get0(PKCS12_SAFEBAG_get0_pkcs8(bag), &how, &sealed);
	switch (pbe_open(p->pbe, how, sealed,
	    ASN1_ITEM_rptr(PKCS8_PRIV_KEY_INFO), &info)) {
	case PBE_OK:
		p->nopened++;
		key_add(p, info);
		PKCS8_PRIV_KEY_INFO_free(info);
		return;
	case PBE_WRONG:
		p->nwrong++;
		return;
	default:
		p->end = CREDENTIAL_REFUSED;
	}
}

static void
bags_add(struct pfx *p, const STACK_OF(PKCS12_SAFEBAG) * bags, unsigned depth)
{ /* NOLINT(misc-no-recursion) */
	for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags); i++) {
		const PKCS12_SAFEBAG *bag = sk_PKCS12_SAFEBAG_value(bags, i);

		if (p->end != CREDENTIAL_OK)
			return;
		switch (PKCS12_SAFEBAG_get_nid(bag)) {
		case NID_keyBag:
			key_add(p, PKCS12_SAFEBAG_get0_p8inf(bag));
			break;
		case NID_pkcs8ShroudedKeyBag:
			sealed_key_add(p, bag);
			break;
		case NID_certBag:
			cert_add(p, bag);
			break;
		case NID_safeContentsBag:
			if (depth == DEPTH_MAX)
				pfx_fail(p, CREDENTIAL_REFUSED,
				    "has bags in bags, too deep");
			else
				bags_add(p, PKCS12_SAFEBAG_get0_safes(bag),
				    depth + 1);
			break;
		default: /* lists of revoked certificates, other secrets */
			break;
		}
	}
}

/* --- safes --------------------------------------------------------------- */

static STACK_OF(PKCS12_SAFEBAG) * safe_decrypt(struct pfx *p, const PKCS7 *safe)
{
	const PKCS7_ENC_CONTENT *sealed;
	void *bags = NULL;

	if (safe->d.encrypted == NULL || safe->d.encrypted->enc_data == NULL ||
	    safe->d.encrypted->enc_data->enc_data == NULL) {
		pfx_fail(p, CREDENTIAL_DAMAGED, "is damaged: a safe is empty");
		return NULL;
	}
	sealed = safe->d.encrypted->enc_data;
	switch (pbe_open(p->pbe, sealed->algorithm, sealed->enc_data,
	    ASN1_ITEM_rptr(PKCS12_SAFEBAGS), &bags)) {
	case PBE_OK:
		p->nopened++;
		break;
	case PBE_WRONG:
		p->nwrong++;
		break;
	default:
		p->end = CREDENTIAL_REFUSED;
	}
	return bags;
}

static void
safe_add(struct pfx *p, PKCS7 *safe)
{
	STACK_OF(PKCS12_SAFEBAG) *bags = NULL;

	if (PKCS7_type_is_data(safe)) {
		bags = safe->d.data != NULL ? PKCS12_unpack_p7data(safe) : NULL;
		if (bags == NULL)
			pfx_fail(p, CREDENTIAL_DAMAGED,
			    "is damaged: a safe cannot be read");
	} else if (PKCS7_type_is_encrypted(safe))
		bags = safe_decrypt(p, safe);
	else
		pfx_fail(p, CREDENTIAL_REFUSED,
		    "is encrypted for a certificate, not with a password: "
		    "export it with a password");
	bags_add(p, bags, 0);
	sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}

/* All of them, also after a wrong MAC: what opens tells whether the password
 * was right. */
static void
safes_add(struct pfx *p, PKCS12 *pfx)
{
	STACK_OF(PKCS7) *safes = PKCS12_unpack_authsafes(pfx);

	if (safes == NULL)
		pfx_fail(p, CREDENTIAL_DAMAGED,
		    "is damaged, or signed by a certificate and not protected "
		    "by a password");
	for (int i = 0; i < sk_PKCS7_num(safes); i++)
		if (p->end == CREDENTIAL_OK)
			safe_add(p, sk_PKCS7_value(safes, i));
	sk_PKCS7_pop_free(safes, PKCS7_free);
	ERR_clear_error();
}

/* What it means that some of it opened, and some did not. */
static void
pfx_judge(struct pfx *p, enum pbe_end mac, bool has_mac)
{
	if (mac == PBE_WRONG && p->nopened != 0)
		pfx_fail(p, CREDENTIAL_DAMAGED,
		    "is damaged: the password opens it, and its MAC is wrong");
	else if (mac == PBE_WRONG)
		pfx_fail(p, CREDENTIAL_PASSWORD,
		    p->nwrong != 0 ? "the password is wrong"
		                   : "the password is wrong, or it is damaged");
	else if (p->end != CREDENTIAL_OK || p->nwrong == 0)
		return;
	else if (has_mac)
		pfx_fail(p, CREDENTIAL_REFUSED,
		    "a part of it has another password than the rest: export "
		    "it again with one");
	else if (p->nopened != 0)
		pfx_fail(p, CREDENTIAL_DAMAGED,
		    "is damaged: the password opens only a part of it");
	else
		pfx_fail(p, CREDENTIAL_PASSWORD, "the password is wrong");
}

static PKCS12 *
pfx_decode(const unsigned char *der, size_t len)
{
	const unsigned char *p = der;
	PKCS12 *pfx = d2i_PKCS12(NULL, &p, (long)len);

	ERR_clear_error();
	if (pfx == NULL || p == der + len)
		return pfx;
	PKCS12_free(pfx);
	return NULL;
}

enum credential_end
pfx_add(struct credential *c, const void *buf, size_t len, struct pbe *pbe,
    bool without_mac)
{
	PKCS12 *pfx = pfx_decode(buf, len);
	struct pfx p = { .c = c, .pbe = pbe, .end = CREDENTIAL_OK };
	bool has_mac = pfx != NULL && PKCS12_mac_present(pfx);
	enum pbe_end mac = PBE_OK;

	if (pfx == NULL)
		pfx_fail(&p, CREDENTIAL_DAMAGED,
		    "is damaged or cut off (PKCS #12)");
	else if (has_mac)
		mac = mac_check(pbe, pfx);
	else if (!without_mac)
		pfx_fail(&p, CREDENTIAL_REFUSED, NO_MAC);
	if (mac == PBE_REFUSED)
		p.end = CREDENTIAL_REFUSED;
	if (mac == PBE_WRONG)
		p.c = NULL;
	if (p.end == CREDENTIAL_OK) {
		safes_add(&p, pfx);
		pfx_judge(&p, mac, has_mac);
	}
	PKCS12_free(pfx);
	return p.end;
}

/* --- in base64 ----------------------------------------------------------- */

struct pfx_span {
	unsigned char *at;
	size_t len;
};

/* What may be base64: all of it, or what lies between certtool's lines. */
static struct pfx_span
span_find(unsigned char *buf, size_t len)
{
	static const char head[] = "-----BEGIN PKCS12-----",
	                  tail[] = "-----END PKCS12-----";
	struct pfx_span s = { buf, len };
	unsigned char *at = memmem(buf, len, head, sizeof(head) - 1), *end;

	if (at == NULL)
		return s;
	s.at = at + sizeof(head) - 1;
	s.len = (size_t)(buf + len - s.at);
	end = memmem(s.at, s.len, tail, sizeof(tail) - 1);
	s.len = end != NULL ? (size_t)(end - s.at) : 0;
	return s;
}

/* Base64 without any other character, which begins as a PFX does. */
static bool
span_is_pfx(const struct pfx_span *s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	                              "abcdefghijklmnopqrstuvwxyz"
	                              "0123456789+/=";
	unsigned char first[24], bytes[18];
	size_t n = 0;

	for (size_t i = 0; i < s->len; i++) {
		if (s->at[i] == '\r' || s->at[i] == '\n')
			continue;
		if (memchr(letters, s->at[i], sizeof(letters) - 1) == NULL)
			return false;
		if (n < sizeof(first))
			first[n++] = s->at[i];
	}
	return n == sizeof(first) &&
	    EVP_DecodeBlock(bytes, first, sizeof(first)) == sizeof(bytes) &&
	    certfile_is_pfx(bytes, sizeof(bytes));
}

size_t
pfx_unwrap(void *buf, size_t len)
{
	struct pfx_span s = span_find(buf, len);
	EVP_ENCODE_CTX *c = span_is_pfx(&s) ? EVP_ENCODE_CTX_new() : NULL;
	int n = 0, more = 0;

	if (c == NULL)
		return len;
	memmove(buf, s.at, s.len);
	EVP_DecodeInit(c);
	if (EVP_DecodeUpdate(c, buf, &n, buf, (int)s.len) == -1 ||
	    EVP_DecodeFinal(c, (unsigned char *)buf + n, &more) == -1)
		more = 0; /* pfx_add says that it is damaged */
	EVP_ENCODE_CTX_free(c);
	ERR_clear_error();
	return (size_t)(n + more);
}
