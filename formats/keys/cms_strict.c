#include "keys/cms_strict.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include <openssl/asn1.h>
#include <openssl/objects.h>

#include "base/text.h"

/* A chain has three or four; each is compared with each. */
#define CERTS_MAX 20

static int
cms_strict_refuse(struct fault *f, const char *what)
{
	return fault_set(f, 0, "seal breaks RFC 5652: %s", what);
}

int
cms_strict_der(CMS_ContentInfo *cms, const unsigned char *der, size_t len,
    struct fault *f)
{
	unsigned char *again = NULL;
	int n, same;

	if (len > 1 && der[1] == 0x80)
		return 0;
	n = i2d_CMS_ContentInfo(cms, &again);
	same = n >= 0 && (size_t)n == len && memcmp(again, der, len) == 0;
	OPENSSL_free(again);
	return same ? 0 : cms_strict_refuse(f, "not DER");
}

/* --- signed ---------------------------------------------------------------*/

/* A certificate that stands alone in a bundle may be anything, or a damaged
 * one: it must be trusted itself, or certified by or certify one at hand. */
static bool
is_connected(X509 *cert, STACK_OF(X509) * certs, bool as_issuer)
{
	for (int i = 0; i < sk_X509_num(certs); i++) {
		X509 *other = sk_X509_value(certs, i);

		if (X509_verify(cert, X509_get0_pubkey(other)) == 1)
			return true;
		if (as_issuer && other != cert &&
		    X509_verify(other, X509_get0_pubkey(cert)) == 1)
			return true;
	}
	return false;
}

static int
check_certs(CMS_ContentInfo *cms, STACK_OF(X509) * trusted, struct fault *f)
{
	STACK_OF(X509) *certs = CMS_get1_certs(cms);
	int ok = 0;

	if (sk_X509_num(certs) > CERTS_MAX)
		ok = cms_strict_refuse(f,
		    TEXT_WITH("more than ", CERTS_MAX, " certificates"));
	for (int i = 0; ok == 0 && i < sk_X509_num(certs); i++) {
		X509 *cert = sk_X509_value(certs, i);
		bool known = is_connected(cert, certs, true);

		for (int t = 0; !known && t < sk_X509_num(trusted); t++)
			known = X509_cmp(cert, sk_X509_value(trusted, t)) == 0;
		if (!known && !is_connected(cert, trusted, false))
			ok = cms_strict_refuse(f,
			    "a certificate of nobody's chain");
	}
	sk_X509_pop_free(certs, X509_free);
	return ok;
}

/* The signature's algorithm is named twice: with the key and here. */
static int
check_algorithm(CMS_SignerInfo *info, struct fault *f)
{
	X509_ALGOR *digest, *signature;
	EVP_PKEY *key = NULL;
	int md, pk, nid, params;

	CMS_SignerInfo_get0_algs(info, &key, NULL, &digest, &signature);
	nid = OBJ_obj2nid(signature->algorithm);
	X509_ALGOR_get0(NULL, &params, NULL, signature);
	if (key == NULL)
		return cms_strict_refuse(f, "signer without a key");
	if (nid != NID_rsassaPss && params != V_ASN1_NULL &&
	    params != V_ASN1_UNDEF)
		return cms_strict_refuse(f, "parameters of the signature");
	if (nid == EVP_PKEY_get_base_id(key) || nid == NID_rsassaPss)
		return 0;
	if (OBJ_find_sigid_algs(nid, &md, &pk) != 1 ||
	    pk != EVP_PKEY_get_base_id(key) ||
	    (md != NID_undef && md != OBJ_obj2nid(digest->algorithm)))
		return cms_strict_refuse(f, "algorithm of the signature");
	return 0;
}

/* --- what OpenSSL gives no access to: a walk over the DER ------------------*/

struct der {
	const unsigned char *p;
	const unsigned char *end;
	int tag; /* with its class, of the element last taken */
	const unsigned char *start;
	const unsigned char *body;
	const unsigned char *next;
};

/* The element at p; steps over it. */
static bool
cms_strict_take(struct der *d)
{
	const unsigned char *p = d->p;
	long len = 0;
	int tag, class, ok;

	if (d->p >= d->end)
		return false;
	ok = ASN1_get_object(&p, &len, &tag, &class, d->end - d->p);
	if ((ok & 0x80) || (ok & 1)) /* wrong, or of unknown length */
		return false;
	d->start = d->p;
	d->tag = class | tag;
	d->body = p;
	d->p = d->next = p + len;
	return true;
}

static struct der
cms_strict_inside(const struct der *d)
{
	return (struct der){ .p = d->body, .end = d->next };
}

static bool
take_tag(struct der *d, int tag)
{
	return cms_strict_take(d) && d->tag == tag;
}

/* A small INTEGER, or -1. */
static int
take_small(struct der *d)
{
	if (!take_tag(d, V_ASN1_INTEGER) || d->next - d->body != 1)
		return -1;
	return d->body[0];
}

static bool
is_oid(const struct der *d, int nid)
{
	const ASN1_OBJECT *o = OBJ_nid2obj(nid);
	size_t len = OBJ_length(o);

	return d->tag == V_ASN1_OBJECT && (size_t)(d->next - d->body) == len &&
	    memcmp(d->body, OBJ_get0_data(o), len) == 0;
}

enum { CONTEXT = V_ASN1_CONTEXT_SPECIFIC };

/* Is the certificate named in there, to the byte?  OpenSSL takes names that
 * differ in case for equal. */
static bool
is_named(const struct der *d, const X509 *cert)
{
	const ASN1_OCTET_STRING *id = X509_get0_subject_key_id((X509 *)cert);
	unsigned char *name = NULL, *serial = NULL;
	int n = i2d_X509_NAME(X509_get_issuer_name(cert), &name);
	int m = i2d_ASN1_INTEGER(X509_get0_serialNumber(cert), &serial);
	const unsigned char *p = NULL;

	if (n > 0 && m > 0)
		p = memmem(d->p, (size_t)(d->end - d->p), name, (size_t)n);
	if (p != NULL &&
	    (d->end - p < n + m || memcmp(p + n, serial, (size_t)m) != 0))
		p = NULL;
	if (p == NULL && id != NULL)
		p = memmem(d->p, (size_t)(d->end - d->p),
		    ASN1_STRING_get0_data(id), (size_t)ASN1_STRING_length(id));
	OPENSSL_free(name);
	OPENSSL_free(serial);
	return p != NULL;
}

/* RFC 5652, 6.2.1: version, rid, algorithm, key. */
static int
check_ktri(struct der r, struct fault *f)
{
	int version = take_small(&r);
	struct der alg;

	if (!cms_strict_take(&r) ||
	    version != (r.tag == V_ASN1_SEQUENCE ? 0 : 2))
		return cms_strict_refuse(f, "version of a recipient");
	if (!take_tag(&r, V_ASN1_SEQUENCE))
		return cms_strict_refuse(f, "recipient");
	alg = cms_strict_inside(&r);
	if (!cms_strict_take(&alg))
		return cms_strict_refuse(f, "recipient");
	if (is_oid(&alg, NID_rsaesOaep))
		return 0;
	if (!is_oid(&alg, NID_rsaEncryption) || !take_tag(&alg, V_ASN1_NULL))
		return cms_strict_refuse(f, "algorithm of a recipient");
	return 0;
}

/* OriginatorPublicKey: whole bytes, a point in one of the two forms of RFC
 * 5480, 2.2; OpenSSL takes a third.  Other keys (X25519) begin as they like. */
static bool
is_point(struct der o)
{
	struct der alg;

	if (!take_tag(&o, CONTEXT | 1))
		return false;
	o = cms_strict_inside(&o);
	if (!take_tag(&o, V_ASN1_SEQUENCE))
		return false;
	alg = cms_strict_inside(&o);
	if (!cms_strict_take(&alg) || !take_tag(&o, V_ASN1_BIT_STRING) ||
	    o.next - o.body < 2 || o.body[0] != 0)
		return false;
	return !is_oid(&alg, NID_X9_62_id_ecPublicKey) || o.body[1] == 4 ||
	    o.body[1] == 2 || o.body[1] == 3;
}

/* RFC 5753, 7.1.4.  With the curves in use the cofactor is 1, and then the two
 * ways give one key. */
static int
check_kari(struct der r, struct fault *f)
{
	static const int schemes[] = { NID_dhSinglePass_stdDH_sha1kdf_scheme,
		NID_dhSinglePass_stdDH_sha224kdf_scheme,
		NID_dhSinglePass_stdDH_sha256kdf_scheme,
		NID_dhSinglePass_stdDH_sha384kdf_scheme,
		NID_dhSinglePass_stdDH_sha512kdf_scheme };
	struct der alg;

	if (take_small(&r) != 3 || !take_tag(&r, CONTEXT | 0))
		return cms_strict_refuse(f, "recipient");
	if (!is_point(cms_strict_inside(&r)))
		return cms_strict_refuse(f, "public key of the sender");
	if (!cms_strict_take(&r))
		return cms_strict_refuse(f, "recipient");
	if (r.tag == (CONTEXT | 1) && !cms_strict_take(&r)) /* ukm */
		return cms_strict_refuse(f, "recipient");
	alg = cms_strict_inside(&r);
	if (!cms_strict_take(&alg))
		return cms_strict_refuse(f, "recipient");
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
		if (is_oid(&alg, schemes[i]))
			return 0;
	return cms_strict_refuse(f, "key agreement (expected standard ECDH)");
}

/* *plain: all have version 0, of which the version of the whole depends. */
static int
check_recipients(struct der set, bool *plain, struct fault *f)
{
	*plain = true;
	while (cms_strict_take(&set)) {
		struct der r = cms_strict_inside(&set), look = r;

		if (set.tag == V_ASN1_SEQUENCE) {
			*plain = *plain && take_small(&look) == 0;
			if (check_ktri(r, f) == -1)
				return -1;
			continue;
		}
		*plain = false;
		if (set.tag != (CONTEXT | 1))
			return cms_strict_refuse(f,
			    "recipient (expected by RSA or key agreement)");
		if (check_kari(r, f) == -1)
			return -1;
	}
	return 0;
}

/* RFC 5652, 6.1 and RFC 5084, 3.2: *icv is the length of the tag, 0 in CBC. */
static int
check_content(struct der c, int *icv, struct fault *f)
{
	struct der alg, params;

	if (!cms_strict_take(&c) || !is_oid(&c, NID_pkcs7_data) ||
	    !take_tag(&c, V_ASN1_SEQUENCE))
		return cms_strict_refuse(f,
		    "type of the content (expected data)");
	alg = cms_strict_inside(&c);
	*icv = 0;
	if (!take_tag(&alg, V_ASN1_OBJECT) || !cms_strict_take(&alg))
		return cms_strict_refuse(f, "algorithm of the content");
	if (alg.tag != V_ASN1_SEQUENCE)
		return 0;
	params = cms_strict_inside(&alg);
	*icv = 12;
	if (take_tag(&params, V_ASN1_OCTET_STRING) && params.p < params.end)
		*icv = take_small(&params);
	return 0;
}

static int
check_enveloped(struct der e, bool with_tag, const X509 *us, struct fault *f)
{
	int version = take_small(&e), icv;
	struct der set;
	bool plain;

	if (!take_tag(&e, V_ASN1_SET))
		return cms_strict_refuse(f, "originator (expected none)");
	set = cms_strict_inside(&e);
	if (!is_named(&set, us))
		return cms_strict_refuse(f, "name of the recipient");
	if (check_recipients(cms_strict_inside(&e), &plain, f) == -1)
		return -1;
	if (version != (with_tag || plain ? 0 : 2))
		return cms_strict_refuse(f, "version");
	if (!take_tag(&e, V_ASN1_SEQUENCE))
		return cms_strict_refuse(f, "content");
	if (check_content(cms_strict_inside(&e), &icv, f) == -1)
		return -1;
	if (with_tag &&
	    (!take_tag(&e, V_ASN1_OCTET_STRING) || e.next - e.body != icv))
		return cms_strict_refuse(f, "length of the tag");
	return 0;
}

/* RFC 5652, 5.1 and 5.3: versions and digests. */
static int
check_signed(struct der s, struct fault *f)
{
	int version = take_small(&s), highest = 1;
	struct der digests, info, last = { 0 };

	if (!take_tag(&s, V_ASN1_SET))
		return cms_strict_refuse(f, "digests");
	digests = cms_strict_inside(&s);
	while (cms_strict_take(&s))
		last = s;
	if (last.tag != V_ASN1_SET)
		return cms_strict_refuse(f, "signers");
	last = cms_strict_inside(&last);
	while (cms_strict_take(&last)) {
		int v;

		info = cms_strict_inside(&last);
		v = take_small(&info);
		if (!cms_strict_take(&info) ||
		    v != (info.tag == V_ASN1_SEQUENCE ? 1 : 3))
			return cms_strict_refuse(f, "version of a signer");
		highest = v > highest ? v : highest;
		/* Each digest listed is one signer's; most have just one. */
		if (!take_tag(&info, V_ASN1_SEQUENCE))
			return cms_strict_refuse(f, "signer");
		if (cms_strict_take(&digests)) {
			struct der a = cms_strict_inside(&digests),
			           b = cms_strict_inside(&info);

			if (!cms_strict_take(&a) || !cms_strict_take(&b) ||
			    a.tag != b.tag ||
			    a.next - a.body != b.next - b.body ||
			    memcmp(a.body, b.body, (size_t)(a.next - a.body)) !=
			        0)
				return cms_strict_refuse(f, "digest");
		}
	}
	return version == highest ? 0 : cms_strict_refuse(f, "version");
}

static bool
signer_is_named(struct der s, const X509 *cert)
{
	while (cms_strict_take(&s))
		;
	if (s.tag != V_ASN1_SET)
		return true; /* of unknown length within */
	s = (struct der){ .p = s.body, .end = s.next };
	return is_named(&s, cert);
}

/* The innermost SEQUENCE of ContentInfo, as DER; the caller frees *der.  What
 * came as BER of unknown length cannot be walked: false. */
static bool
cms_strict_unwrap(CMS_ContentInfo *cms, unsigned char **der, struct der *d)
{
	int len;

	*der = NULL;
	len = i2d_CMS_ContentInfo(cms, der);
	if (len <= 0)
		return false;
	*d = (struct der){ .p = *der, .end = *der + len };
	if (!take_tag(d, V_ASN1_SEQUENCE))
		return false;
	*d = cms_strict_inside(d);
	if (!cms_strict_take(d) || !take_tag(d, CONTEXT | 0))
		return false;
	*d = cms_strict_inside(d);
	if (!take_tag(d, V_ASN1_SEQUENCE))
		return false;
	*d = cms_strict_inside(d);
	return true;
}

int
cms_strict_signed(CMS_ContentInfo *cms, STACK_OF(X509) * trusted,
    struct fault *f)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	unsigned char *der;
	struct der d;
	int ok = 0;

	if (OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
		return cms_strict_refuse(f,
		    "type of the content (expected data)");
	for (int i = 0; ok == 0 && i < sk_CMS_SignerInfo_num(infos); i++)
		ok = check_algorithm(sk_CMS_SignerInfo_value(infos, i), f);
	if (ok == 0)
		ok = check_certs(cms, trusted, f);
	if (ok == -1)
		return -1;
	if (cms_strict_unwrap(cms, &der, &d))
		ok = check_signed(d, f);
	for (int i = 0; ok == 0 && i < sk_CMS_SignerInfo_num(infos); i++) {
		X509 *cert = NULL;

		CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(infos, i),
		    NULL, &cert, NULL, NULL);
		/* The last element of SignedData has the signers. */
		if (der != NULL && cert != NULL && !signer_is_named(d, cert))
			ok = cms_strict_refuse(f, "name of a signer");
	}
	OPENSSL_free(der);
	return ok;
}

int
cms_strict_encrypted(CMS_ContentInfo *cms, const X509 *us, struct fault *f)
{
	bool with_tag = OBJ_obj2nid(CMS_get0_type(cms)) ==
	    NID_id_smime_ct_authEnvelopedData;
	unsigned char *der;
	struct der d;
	int ok = 0;

	if (cms_strict_unwrap(cms, &der, &d))
		ok = check_enveloped(d, with_tag, us, f);
	OPENSSL_free(der);
	return ok;
}
