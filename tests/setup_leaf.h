#ifndef SETUP_LEAF_H
#define SETUP_LEAF_H

/*
 * setup_leaf - a machine that makes keys, signs requests and takes certificates
 * as profile.md 4.1 says, and who issues them; for tests of its certificate.
 * Include it after cmocka.h.
 */
#include "amt/wsman.h"
#include "base/text.h"
#include "cert_maker.h"
#include "setup/family_leaf.h"
#include "setup/setup_pass.h"
#include "setup_family.h"

#define NAME "pc.example.com"
#define NETWORK "Intel(r) AMT 802.3 TLS Settings"
#define LOCAL "Intel(r) AMT LMS TLS Settings"

static EVP_PKEY *ca_key, *lower_key, *others_key, *pool[2];
static X509 *ca, *lower;
static EVP_PKEY *pushed[64]; /* of all machines: theirs until the end */
static size_t npushed;
static struct {
	EVP_PKEY *key[8];
	size_t nkey;
	size_t most_bits;
	unsigned waits; /* before a key is ready */
	bool other_request;
} device;
static struct {
	enum setup_signed_how how;
	unsigned asked;
	const char *name; /* that the CA puts in; NULL: the request's */
	EVP_PKEY *key;    /* the same */
	int days;
	bool lower, no_lower;
} signer;

static inline int
make_keys(void **state)
{
	(void)state;
	ca_key = EVP_RSA_gen(2048);
	lower_key = EVP_RSA_gen(2048);
	others_key = EVP_RSA_gen(2048);
	pool[0] = EVP_RSA_gen(2048);
	pool[1] = EVP_RSA_gen(2048);
	ca = ca_make("Site CA", ca_key, NULL, ca_key);
	lower = ca_make("Issuing CA", lower_key, ca, ca_key);
	return 0;
}

/* --- the machine ---------------------------------------------------------- */

static inline void
base64_of(char *to, unsigned char *der, int len)
{
	assert_true(len > 0);
	(void)EVP_EncodeBlock((unsigned char *)to, der, len);
	OPENSSL_free(der);
}

static inline void
has_key(struct family_machine *m, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	char text[2048], xml[4096], id[64];
	int len = i2d_PublicKey(key, &der);

	base64_of(text, der, len);
	(void)snprintf(id, sizeof(id), "Intel(r) AMT Key: Handle: %zu",
	    device.nkey);
	(void)snprintf(xml, sizeof(xml),
	    "<g:DERKey>%s</g:DERKey><g:ElementName>Intel(r) AMT Key"
	    "</g:ElementName><g:InstanceID>%s</g:InstanceID>",
	    text, id);
	(void)family_add(m, LEAF_KEY, id, xml);
	device.key[device.nkey++] = key;
}

static inline const char *
has_cert(struct family_machine *m, const char *base64)
{
	static char id[64];
	static unsigned n;
	char xml[8192];

	(void)snprintf(id, sizeof(id), "Intel(r) AMT Certificate: Handle: %u.",
	    n++);
	(void)snprintf(xml, sizeof(xml),
	    "<g:InstanceID>%s</g:InstanceID><g:TrustedRootCertficate>false"
	    "</g:TrustedRootCertficate><g:X509Certificate>%s"
	    "</g:X509Certificate>",
	    id, base64);
	(void)family_add(m, LEAF_CERTIFICATE, id, xml);
	return id;
}

static inline void
has_context(struct family_machine *m, const char *id)
{
	char xml[2048];

	(void)snprintf(xml, sizeof(xml),
	    "<g:ElementInContext><b:Address>x</b:Address>"
	    "<b:ReferenceParameters><c:ResourceURI>http://intel.com/wbem/wscim/"
	    "1/amt-schema/1/AMT_PublicKeyCertificate</c:ResourceURI>"
	    "<c:SelectorSet><c:Selector Name=\"InstanceID\">%s</c:Selector>"
	    "</c:SelectorSet></b:ReferenceParameters></g:ElementInContext>",
	    id);
	(void)family_add(m, LEAF_CONTEXT, "", xml);
}

static inline unsigned
generate(struct family_machine *m, const char *body)
{
	char bits[16];

	(void)family_between(body,
	    "<r:KeyAlgorithm>0</r:KeyAlgorithm>"
	    "<r:KeyLength>",
	    "</r:KeyLength>", bits, sizeof(bits));
	assert_true(bits[0] != '\0');
	if (strtoul(bits, NULL, 10) > device.most_bits)
		return 0x80e;
	if (device.waits > 0) {
		device.waits--;
		return 0x822;
	}
	has_key(m, pool[device.nkey % 2]);
	return 0;
}

/* Signs it again, with the key that is meant. */
static inline unsigned
sign_request(struct family_machine *m, const char *body)
{
	char text[4096], id[64];
	unsigned char der[4096], *out = NULL;
	const unsigned char *at = der;
	X509_REQ *request;
	EVP_PKEY *key;
	int len;

	assert_non_null(strstr(body, "</r:KeyPair><r:SigningAlgorithm>1<"));
	(void)family_between(body, "Name=\"InstanceID\">", "<", id, 64);
	(void)family_between(body, "<r:NullSignedCertificateRequest>", "<",
	    text, sizeof(text));
	len = EVP_DecodeBlock(der, (unsigned char *)text, (int)strlen(text));
	request = d2i_X509_REQ(NULL, &at, len);
	assert_non_null(request);
	key = device.key[strtoul(strrchr(id, ' '), NULL, 10)];
	assert_int_equal(EVP_PKEY_eq(X509_REQ_get0_pubkey(request), key), 1);
	assert_int_not_equal(X509_REQ_verify(request, key), 1);
	if (device.other_request) {
		key = others_key;
		X509_REQ_set_pubkey(request, key);
	}
	assert_true(X509_REQ_sign(request, key, EVP_sha256()) > 0);
	len = i2d_X509_REQ(request, &out);
	base64_of(text, out, len);
	X509_REQ_free(request);
	(void)snprintf(m->out, sizeof(m->out),
	    "<g:SignedCertificateRequest>%s</g:SignedCertificateRequest>",
	    text);
	return 0;
}

static inline unsigned
call(struct family_machine *m, const char *method, const char *body)
{
	char blob[8192];
	unsigned char der[6144];
	const unsigned char *at = der;

	if (strcmp(method, "GenerateKeyPair") == 0)
		return generate(m, body);
	if (strcmp(method, "GeneratePKCS10RequestEx") == 0)
		return sign_request(m, body);
	if (strcmp(method, "AddKey") == 0) {
		(void)family_between(body, "<r:KeyBlob>", "<", blob, 8192);
		int len = EVP_DecodeBlock(der, (unsigned char *)blob,
		    (int)strlen(blob));
		assert_true(npushed < sizeof(pushed) / sizeof(pushed[0]));
		pushed[npushed] = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &at, len);
		has_key(m, pushed[npushed++]);
		return 0;
	}
	assert_string_equal(method, "AddCertificate");
	(void)family_between(body, "<r:CertificateBlob>", "<", blob, 8192);
	for (size_t i = 0; i < m->n; i++)
		if (strstr(m->at[i].xml, blob) != NULL)
			return 0x80a;
	(void)has_cert(m, blob);
	return 0;
}

/* --- who signs ------------------------------------------------------------ */

static inline X509 *
issue(EVP_PKEY *key, const char *name, X509 *issuer, EVP_PKEY *issuer_key)
{
	struct machinecert_der der;
	struct certmake_life life = { .from = 1800000000,
		.until = 1800000000 +
		    (signer.days != 0 ? signer.days : 365) * INT64_C(86400),
		.serial = { 1, 2, 3 } };
	const unsigned char *at = der.at;
	X509_REQ *request;
	struct fault f;
	X509 *leaf;

	life.serial[3] = (uint8_t)signer.asked;
	assert_int_equal(machinecert_request_of(&der, key, name), 0);
	request = d2i_X509_REQ(NULL, &at, (long)der.len);
	leaf = machinecert_make(request, name, issuer, issuer_key, &life, &f);
	assert_non_null(leaf);
	X509_REQ_free(request);
	return leaf;
}

static inline void
add_der(struct setup_signature *to, X509 *cert)
{
	struct machinecert_der *d = &to->chain.cert[to->chain.n++];
	unsigned char *at = d->at;

	d->len = (size_t)i2d_X509(cert, &at);
}

/* The request's own key, though we cannot sign with it: the request is made
 * over to a certificate as a CA does. */
static inline void
sign(const struct setup_sign *sign, struct setup_signature *to)
{
	const unsigned char *at = sign->request;
	unsigned char *out = to->key.at;
	EVP_PKEY *key = others_key;
	X509 *leaf;

	signer.asked++;
	assert_string_equal(sign->fqdn, NAME);
	to->how = signer.how;
	to->note = "no such template";
	if (signer.how != SETUP_SIGNED)
		return;
	if (sign->len == 0)
		to->key.len = (size_t)i2d_PrivateKey(key, &out);
	else {
		X509_REQ *r = d2i_X509_REQ(NULL, &at, (long)sign->len);

		assert_non_null(r);
		assert_int_equal(X509_REQ_verify(r, X509_REQ_get0_pubkey(r)),
		    1);
		for (size_t i = 0; i < device.nkey; i++)
			if (EVP_PKEY_eq(X509_REQ_get0_pubkey(r),
			        device.key[i]) == 1)
				key = device.key[i];
		X509_REQ_free(r);
	}
	leaf = issue(signer.key != NULL ? signer.key : key,
	    signer.name != NULL ? signer.name : NAME, signer.lower ? lower : ca,
	    signer.lower ? lower_key : ca_key);
	add_der(to, leaf);
	if (signer.lower)
		add_der(to, signer.no_lower ? ca : lower);
	X509_free(leaf);
}

/* --- a test --------------------------------------------------------------- */

static struct family_machine machine;

static inline void
has_tls(struct family_machine *m, bool on, const char *without)
{
	static const char *const ids[] = { NETWORK, LOCAL };
	char xml[1024];

	for (size_t i = 2; i-- > 0;) {
		(void)snprintf(xml, sizeof(xml),
		    "<g:AcceptNonSecureConnections>%s"
		    "</g:AcceptNonSecureConnections><g:ElementName>%s"
		    "</g:ElementName><g:Enabled>%s</g:Enabled><g:InstanceID>%s"
		    "</g:InstanceID><g:MutualAuthentication>false"
		    "</g:MutualAuthentication>%s",
		    i == 0 ? "false" : "true", ids[i],
		    i == 0 && on ? "true" : "false", ids[i],
		    i == 0 ? without : "");
		(void)family_add(m, "AMT_TLSSettingData", ids[i], xml);
	}
}

static inline struct family_machine *
new_machine(void)
{
	memset(&machine, 0, sizeof(machine));
	memset(&device, 0, sizeof(device));
	memset(&signer, 0, sizeof(signer));
	device.most_bits = 3072;
	machine.call = call;
	machine.sign = sign;
	(void)family_begin(NULL);
	family_ask("certificate", "", "local");
	return &machine;
}

static char leaf_sum[SETUP_LEAF];

/* One that was issued before, with its key: it serves.  Its SHA-256 is in
 * leaf_sum. */
static inline void
has_leaf(struct family_machine *m, EVP_PKEY *key, const char *name, int days)
{
	unsigned char *der = NULL;
	uint8_t sum[32];
	char text[4096];
	X509 *leaf;
	int len;

	signer.days = days;
	leaf = issue(key, name, ca, ca_key);
	signer.days = 0;
	len = i2d_X509(leaf, &der);
	assert_true(len > 0 &&
	    EVP_Digest(der, (size_t)len, sum, NULL, EVP_sha256(), NULL) == 1);
	text_hex(leaf_sum, sum, sizeof(sum));
	base64_of(text, der, len);
	X509_free(leaf);
	has_key(m, key);
	has_context(m, has_cert(m, text));
}

/* Of the certificate that the context has. */
static inline void
serves(const struct family_machine *m, EVP_PKEY *key)
{
	struct machinecert is;
	struct machinecert_der der;
	uint8_t sum[32];
	unsigned char *pub = NULL;
	char id[64] = "", text[8192];
	int len = i2d_PublicKey(key, &pub);

	(void)EVP_Digest(pub, (size_t)len, sum, NULL, EVP_sha256(), NULL);
	OPENSSL_free(pub);
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].class, LEAF_CONTEXT) == 0)
			(void)family_between(m->at[i].xml,
			    "Name=\"InstanceID\">", "<", id, sizeof(id));
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].id, id) == 0 && id[0] != '\0') {
			(void)family_between(m->at[i].xml,
			    "<g:X509Certificate>", "<", text, sizeof(text));
			assert_int_equal(leaf_decode(&der, text), 0);
			assert_int_equal(machinecert_read(&is, der.at, der.len,
			                     NAME),
			    0);
			assert_true(is.named && !is.self);
			assert_memory_equal(is.key, sum, 32);
			return;
		}
	fail_msg("no certificate serves");
}

#endif
