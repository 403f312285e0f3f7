#include "keys/cms.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
/* after pem.h: only then it declares its PEM functions */
#include <openssl/cms.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "keys/certfile.h"
#include "keys/certuse.h"
#include "keys/cms_form.h"
#include "keys/cms_strict.h"
#include "base/text.h"

struct cms {
	X509_STORE *store;
	STACK_OF(X509) * signers;
	EVP_PKEY *key;
	X509 *cert;
	bool allow_expired;
	/* of the layer that is being verified */
	int bad;             /* X509_V_ERR_... or X509_V_OK */
	bool met_expired;    /* and let pass */
	bool of_ca;          /* what is bad is not the signer's own */
	char who[CERT_NAME]; /* whose certificate is bad */
	char from[CERT_DATE], until[CERT_DATE]; /* it is valid */
	X509 *signer; /* whom the chain that is bad was built for */
};

/* --- certificates and keys ------------------------------------------------*/

/* OpenSSL asks what it should do about a certificate's fault. */
static int
cms_judge(int ok, X509_STORE_CTX *ctx)
{
	struct cms *c =
	    X509_STORE_get_ex_data(X509_STORE_CTX_get0_store(ctx), 0);
	const X509 *cert = X509_STORE_CTX_get_current_cert(ctx);
	X509 *signer = X509_STORE_CTX_get0_cert(ctx);
	int why = X509_STORE_CTX_get_error(ctx);

	if (ok == 1)
		return 1;
	if (cert != NULL) {
		cert_subject(c->who, cert);
		cert_date(c->from, X509_get0_notBefore(cert));
		cert_date(c->until, X509_get0_notAfter(cert));
		c->of_ca = signer != NULL && X509_cmp(cert, signer) != 0;
	}
	if (why == X509_V_ERR_CERT_HAS_EXPIRED && c->allow_expired) {
		c->met_expired = true;
		return 1;
	}
	c->bad = why;
	if (c->signer == NULL && signer != NULL && X509_up_ref(signer) == 1)
		c->signer = signer;
	return 0;
}

struct cms *
cms_new(int64_t now, bool allow_expired)
{
	struct cms *c = calloc(1, sizeof(*c));
	X509_VERIFY_PARAM *param;

	if (c == NULL)
		return NULL;
	c->allow_expired = allow_expired;
	c->store = X509_STORE_new();
	c->signers = sk_X509_new_null();
	if (c->store == NULL || c->signers == NULL ||
	    X509_STORE_set_ex_data(c->store, 0, c) != 1) {
		cms_free(c);
		return NULL;
	}
	param = X509_STORE_get0_param(c->store);
	X509_VERIFY_PARAM_set_time(param, (time_t)now);
	/* A partner's own certificate is enough, its CA need not be known; and
	 * partners rarely have one made for mail. */
	(void)X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
	(void)X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);
	X509_STORE_set_verify_cb(c->store, cms_judge);
	return c;
}

void
cms_free(struct cms *c)
{
	if (c == NULL)
		return;
	X509_STORE_free(c->store);
	sk_X509_pop_free(c->signers, X509_free);
	EVP_PKEY_free(c->key);
	X509_free(c->cert);
	X509_free(c->signer);
	free(c);
}

int
cms_trust(struct cms *c, const void *file, size_t len, struct fault *f)
{
	STACK_OF(X509) *all = certfile_read(file, len, f);
	int n = sk_X509_num(all);

	for (int i = 0; i < n; i++) {
		X509 *cert = sk_X509_value(all, i);

		if (sk_X509_num(c->signers) < CMS_SIGNERS_MAX &&
		    X509_STORE_add_cert(c->store, cert) == 1 &&
		    X509_up_ref(cert) == 1 &&
		    sk_X509_push(c->signers, cert) != 0)
			continue;
		n = fault_set(f, 0,
		    "too many certificates (expected at most %d)",
		    CMS_SIGNERS_MAX);
	}
	sk_X509_pop_free(all, X509_free);
	ERR_clear_error();
	return all != NULL ? n : -1;
}

struct cms_asking {
	cms_password_fn *fn;
	void *arg;
	bool asked;
	bool in_vain; /* there was nobody to ask */
};

static int
give_password(char *buf, int cap, int writing, void *arg)
{
	struct cms_asking *ask = arg;
	const char *password = ask->fn(ask->arg);
	size_t len;

	(void)writing;
	ask->asked = true;
	ask->in_vain = password == NULL;
	len = password != NULL ? strlen(password) : 0;
	if (password == NULL || len > (size_t)cap)
		return -1;
	memcpy(buf, password, len);
	return (int)len;
}

/* A reference of its own, or NULL. */
static X509 *
find_of_key(STACK_OF(X509) * certs, EVP_PKEY *key)
{
	for (int i = 0; key != NULL && i < sk_X509_num(certs); i++) {
		X509 *cert = sk_X509_value(certs, i);

		if (X509_check_private_key(cert, key) == 1 &&
		    X509_up_ref(cert) == 1)
			return cert;
	}
	return NULL;
}

int
cms_key(struct cms *c, const void *key, size_t key_len, const void *cert,
    size_t cert_len, cms_password_fn *password, void *arg, struct fault *f)
{
	struct cms_asking ask = { .fn = password, .arg = arg };
	BIO *key_bio = BIO_new_mem_buf(key, (int)key_len);
	STACK_OF(X509) *certs = certfile_read(cert, cert_len, f);
	int ok = 0;

	if (key_bio == NULL || certs == NULL) {
		ok = key_bio == NULL ? fault_set(f, 0, "out of memory") : -1;
		goto out;
	}
	c->key = PEM_read_bio_PrivateKey(key_bio, NULL, give_password, &ask);
	c->cert = find_of_key(certs, c->key);
	if (c->key == NULL)
		ok = fault_set(f, 0,
		    ask.in_vain ? "private key has a password, and there is no "
		                  "terminal to ask for it: give it by a file "
		                  "descriptor"
		        : ask.asked
		        ? "private key does not open (wrong password?)"
		        : "there is no private key in it (PEM)");
	else if (c->cert == NULL)
		ok = fault_set(f, 0,
		    "private key and certificate do not belong together");
out:
	BIO_free(key_bio);
	sk_X509_pop_free(certs, X509_free);
	ERR_clear_error();
	return ok;
}

/* --- one layer ------------------------------------------------------------*/

/* Why OpenSSL says no, as a word of its own. */
static int
cms_reason(void)
{
	unsigned long e = ERR_peek_last_error();

	while (e != 0) {
		unsigned long next = ERR_get_error();

		if (next == 0)
			break;
		if (ERR_GET_LIB(next) == ERR_LIB_CMS)
			e = next;
	}
	ERR_clear_error();
	return ERR_GET_LIB(e) == ERR_LIB_CMS ? ERR_GET_REASON(e) : 0;
}

static void
name_signer(struct cms_report *r, X509 *cert)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	cert_subject(r->signer, cert);
	r->issuer[0] = '\0';
	if (!cert_is_self_signed(cert))
		cert_issuer(r->issuer, cert);
	if (X509_digest(cert, EVP_sha256(), sum, &len) == 1 && len == 32)
		text_hex(r->signer_sha256, sum, len);
}

static int
signer_fault(const struct cms *c, struct cms_report *r, struct fault *f)
{
	const char *whose = c->of_ca ? "certificate of the signer's CA"
	                             : "signer's certificate";

	if (c->signer != NULL)
		name_signer(r, c->signer);
	switch (c->bad) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		r->refused = CMS_SIGNER_EXPIRED;
		return fault_set(f, 0, "%s expired on %s (%.120s)", whose,
		    c->until, c->who);
	case X509_V_ERR_CERT_NOT_YET_VALID:
		r->refused = CMS_SIGNER_NOT_YET;
		return fault_set(f, 0, "%s is not valid before %s (%.100s)",
		    whose, c->from, c->who);
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		r->refused = CMS_SIGNER_UNTRUSTED;
		return fault_set(f, 0, "signer is not trusted (%.120s)",
		    r->signer);
	default:
		return fault_set(f, 0, "%s: %s (%.100s)", whose,
		    X509_verify_cert_error_string(c->bad), c->who);
	}
}

/* Digests of SHA-2 or SHA-3 only, and how each signer is called. */
static int
check_signers(CMS_ContentInfo *cms, struct cms_report *r, struct fault *f)
{
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	struct fault usage;

	for (int i = 0; i < sk_CMS_SignerInfo_num(infos); i++) {
		X509 *cert = NULL;
		X509_ALGOR *digest = NULL;
		int nid;

		CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(infos, i),
		    NULL, &cert, &digest, NULL);
		nid =
		    digest != NULL ? OBJ_obj2nid(digest->algorithm) : NID_undef;
		if (nid != NID_sha256 && nid != NID_sha384 &&
		    nid != NID_sha512 && nid != NID_sha224 &&
		    nid != NID_sha3_256 && nid != NID_sha3_384 &&
		    nid != NID_sha3_512)
			return fault_set(f, 0,
			    "signature is made with %s (expected SHA-256 or "
			    "better)",
			    nid == NID_undef ? "an unknown digest"
			                     : OBJ_nid2sn(nid));
		if (cert == NULL)
			continue;
		name_signer(r, cert);
		if (cert_check_usage(cert, CERT_SIGNS, &usage) == 0)
			continue;
		r->refused = CMS_SIGNER_USAGE;
		return fault_set(f, 0, "signer %.190s", usage.why);
	}
	return 0;
}

static int
open_signed(struct cms *c, CMS_ContentInfo *cms, BIO *detached, BIO *out,
    struct cms_report *r, struct fault *f)
{
	c->bad = X509_V_OK;
	c->met_expired = false;
	X509_free(c->signer);
	c->signer = NULL;
	if (CMS_verify(cms, c->signers, c->store, detached, out, CMS_BINARY) !=
	    1) {
		int why = cms_reason();

		if (c->bad != X509_V_OK)
			return signer_fault(c, r, f);
		switch (why) {
		case CMS_R_SIGNER_CERTIFICATE_NOT_FOUND:
			return cms_form_unknown_signer(cms, f);
		case CMS_R_NO_CONTENT:
			return fault_set(f, 0,
			    "signature without what it signs (detached)");
		case CMS_R_NO_SIGNERS:
			return fault_set(f, 0, "sealed, but by nobody");
		default:
			return fault_set(f, 0,
			    "signature is wrong: it was changed on the way, "
			    "or cut off");
		}
	}
	if (check_signers(cms, r, f) == -1 ||
	    cms_strict_signed(cms, c->signers, f) == -1)
		return -1;
	r->nsigned++;
	r->is_expired |= c->met_expired;
	return 0;
}

/* Do all recipients name other certificates?  OpenSSL says so only when none
 * has a key of our kind.  A kind that we do not know may be ours. */
static bool
is_for_others(CMS_ContentInfo *cms, X509 *cert)
{
	STACK_OF(CMS_RecipientInfo) *all = CMS_get0_RecipientInfos(cms);

	for (int i = 0; i < sk_CMS_RecipientInfo_num(all); i++) {
		CMS_RecipientInfo *ri = sk_CMS_RecipientInfo_value(all, i);

		if (CMS_RecipientInfo_type(ri) != CMS_RECIPINFO_TRANS ||
		    CMS_RecipientInfo_ktri_cert_cmp(ri, cert) == 0)
			return false;
	}
	return true;
}

static int
open_encrypted(struct cms *c, CMS_ContentInfo *cms, BIO *out,
    struct cms_report *r, struct fault *f)
{
	r->needs_key = c->key == NULL;
	if (r->needs_key)
		return fault_set(f, 0,
		    "encrypted, and there is no key to open it");
	if (CMS_decrypt(cms, c->key, c->cert, NULL, out, CMS_BINARY) != 1) {
		if (cms_reason() == CMS_R_NO_MATCHING_RECIPIENT ||
		    is_for_others(cms, c->cert))
			return fault_set(f, 0,
			    "encrypted for others, not for our certificate");
		/* One reason for all: more would help who tries keys. */
		return fault_set(f, 0,
		    "does not decrypt: it was changed on the way, or cut off");
	}
	if (cms_strict_encrypted(cms, c->cert, f) == -1)
		return -1;
	r->nencrypted++;
	return 0;
}

/* The bytes of out, which goes on to own none. */
static int
content_of(BIO *out, uint8_t **content, size_t *len, struct fault *f)
{
	char *p;
	long n = BIO_get_mem_data(out, &p);

	*content = malloc((size_t)n + 1);
	if (*content == NULL)
		return fault_set(f, 0, "out of memory");
	memcpy(*content, p, (size_t)n);
	(*content)[n] = '\0';
	*len = (size_t)n;
	return 0;
}

static int
open_layer_as(struct cms *c, int flags, uint8_t **content, size_t *content_len,
    const uint8_t *buf, size_t len, struct cms_report *r, struct fault *f)
{
	BIO *detached = NULL, *out = BIO_new(BIO_s_mem());
	CMS_ContentInfo *cms = cms_form_read(buf, len, flags, &detached);
	int ok = -1;

	if (out == NULL) {
		(void)fault_set(f, 0, "out of memory");
		goto out;
	}
	if (cms == NULL) {
		(void)fault_set(f, 0, "seal is damaged or cut off");
		goto out;
	}
	if (cms_form_der(buf, len < CMS_SNIFF ? len : CMS_SNIFF) &&
	    cms_strict_der(cms, buf, len, f) == -1)
		goto out;
	switch (OBJ_obj2nid(CMS_get0_type(cms))) {
	case NID_pkcs7_signed:
		ok = open_signed(c, cms, detached, out, r, f);
		break;
	case NID_pkcs7_enveloped:
	case NID_id_smime_ct_authEnvelopedData:
		ok = open_encrypted(c, cms, out, r, f);
		break;
	default:
		(void)fault_set(f, 0,
		    "seal is neither signed nor encrypted data");
	}
	if (ok == 0)
		ok = content_of(out, content, content_len, f);
out:
	CMS_ContentInfo_free(cms);
	BIO_free(detached);
	BIO_free(out);
	ERR_clear_error();
	return ok;
}

/* What mail carries is signed with its lines ended by CRLF (RFC 8551, 3.1.1),
 * but for some, such as openssl cms -binary, as it stands. */
static int
open_layer(struct cms *c, uint8_t **content, size_t *content_len,
    const uint8_t *buf, size_t len, struct cms_report *r, struct fault *f)
{
	size_t sniff = len < CMS_SNIFF ? len : CMS_SNIFF;
	struct fault again;

	if (open_layer_as(c, 0, content, content_len, buf, len, r, f) == 0)
		return 0;
	if (!cms_form_multipart(buf, sniff))
		return -1;
	return open_layer_as(c, CMS_BINARY, content, content_len, buf, len, r,
	    &again);
}

int
cms_open(struct cms *c, uint8_t **content, size_t *content_len,
    const uint8_t *buf, size_t len, struct cms_report *r, struct fault *f)
{
	uint8_t *now = NULL, *next = NULL;
	size_t now_len = len;

	memset(r, 0, sizeof(*r));
	if (len > CMS_MAX)
		return fault_set(f, 0,
		    "sealed bundle is too large (expected at most %zu bytes)",
		    CMS_MAX);
	for (unsigned i = 0; i == 0 || cms_is_sealed(now, now_len); i++) {
		int ok;

		if (i == CMS_LAYERS_MAX)
			ok = fault_set(f, 0,
			    "more than %d seals one in the other",
			    CMS_LAYERS_MAX);
		else
			ok = open_layer(c, &next, content_len,
			    now != NULL ? now : buf, now_len, r, f);
		if (now != NULL)
			explicit_bzero(now, now_len);
		free(now);
		if (ok == -1)
			return -1;
		now = next;
		now_len = *content_len;
	}
	*content = now;
	return 0;
}
