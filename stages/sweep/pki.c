#include "sweep/pki.h"

#include <openssl/err.h>

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "sweep/outcome.h"

/*
 * Ephemeral keys first, as machines with an on-die certificate (ECDSA) have no
 * other; RSA key exchange last, as the oldest have no other (0x002F is known
 * of all).  No finite field: a peer chooses its size, and 10,000 bits would
 * keep the one thread of all machines for seconds.
 */
#define GCM(kx) kx "AES256-GCM-SHA384:" kx "AES128-GCM-SHA256:"
#define CBC(kx) kx "AES256-SHA:" kx "AES128-SHA"
#define EPHEMERAL CBC("ECDHE-ECDSA-") ":" CBC("ECDHE-RSA-")
#define RSA_OLD CBC("")

static const struct tls_rung rungs[] = {
	[SETUP_TLS_BEST] = { TLS1_2_VERSION,
	    GCM("ECDHE-ECDSA-") GCM("ECDHE-RSA-") EPHEMERAL ":" GCM("")
	        RSA_OLD TLS_LEVEL,
	    0 },
	[SETUP_TLS_1_1] = { TLS1_1_VERSION, EPHEMERAL ":" RSA_OLD TLS_LEVEL,
	    0 },
	/* For the oldest: a hello without any extension. */
	[SETUP_TLS_1_0] = { TLS1_VERSION, RSA_OLD TLS_LEVEL,
	    SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_EXTENDED_MASTER_SECRET },
};

/* A chain of six is 5 kB; what is longer costs time to look through. */
#define DEVICE_CERTS_MAX 32768

const char *
pki_lacks(void)
{
	static const char *const suites[] = { "ECDHE-ECDSA-AES256-GCM-SHA384",
		"ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-SHA",
		"AES128-SHA" };

	return tls_lacks(suites, sizeof(suites) / sizeof(suites[0]));
}

/* --- the machine's certificate -------------------------------------------- */

static void
device_sum(char hex[PKI_SUM], const X509 *cert)
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	hex[0] = '\0';
	if (X509_digest(cert, EVP_sha256(), sum, &len) == 1)
		text_hex(hex, sum, len);
}

static void
device_judge(struct pki *p, STACK_OF(X509) * chain)
{
	struct pki_device *d = &p->device;

	if (sk_X509_num(chain) > 0)
		device_sum(d->cert, sk_X509_value(chain, 0));
	if (p->roots == NULL)
		ondie_check(chain, &d->is);
	else
		ondie_check_roots(chain, p->roots, p->nroots, &d->is);
}

/* Sums of one length, with commas between. */
static bool
leaf_is_among(const char *sum, const char *leaves)
{
	const char *at = sum[0] == '\0' ? NULL : strstr(leaves, sum);

	return at != NULL && (at == leaves || at[-1] == ',');
}

/* In place of OpenSSL's verification, which knows names and purposes only of
 * web servers.  AMT 15, the first with an on-die CA, has TLS 1.2: with less,
 * somebody between could break what the certificate is to protect. */
static int
judge(X509_STORE_CTX *ctx, void *arg)
{
	struct pki *p = arg;
	const SSL *ssl = X509_STORE_CTX_get_ex_data(ctx,
	    SSL_get_ex_data_X509_STORE_CTX_idx());

	device_judge(p, X509_STORE_CTX_get0_untrusted(ctx));
	ERR_clear_error();
	p->too_old = p->device.is.kind == ONDIE_GENUINE &&
	    SSL_version(ssl) < TLS1_2_VERSION;
	p->changed = p->leaf != NULL && !leaf_is_among(p->device.cert, p->leaf);
	p->refused = p->changed ||
	    (p->on_die && (p->too_old || p->device.is.kind != ONDIE_GENUINE));
	X509_STORE_CTX_set_error(ctx,
	    p->refused ? X509_V_ERR_CERT_UNTRUSTED : X509_V_OK);
	return !p->refused;
}

/* --- ours ----------------------------------------------------------------- */

/* What really came and went: OpenSSL answers a request that it cannot meet
 * with no certificate at all. */
static void
watch(int sent, int version, int type, const void *data, size_t len, SSL *ssl,
    void *arg)
{
	static const size_t empty = 4 + 3; /* header, and a list of none */
	const unsigned char *message = data;
	struct pki *p = arg;

	(void)version;
	(void)ssl;
	if (type != SSL3_RT_HANDSHAKE || len == 0)
		return;
	if (!sent && message[0] == SSL3_MT_CERTIFICATE_REQUEST)
		p->asked = true;
	if (sent && message[0] == SSL3_MT_CERTIFICATE) {
		p->shown = len > empty;
		p->lacking = len <= empty;
	}
}

/* The chain is sent as it is, and nothing looked up to complete it. */
static int
chain_apply(SSL_CTX *ctx, const struct setup_chain *c)
{
	if (SSL_CTX_use_certificate(ctx, c->certs[0]) != 1 ||
	    SSL_CTX_use_PrivateKey(ctx, c->key) != 1)
		return -1;
	for (size_t i = 1; i < c->n; i++)
		if (SSL_CTX_add1_chain_cert(ctx, c->certs[i]) != 1)
			return -1;
	return 0;
}

int
pki_apply(SSL_CTX *ctx, struct tls *t, struct pki *p)
{
	p->asked = false;
	p->shown = false;
	p->lacking = false;
	p->refused = false;
	p->changed = false;
	p->device = (struct pki_device){ .cert = "" };
	if (tls_apply(ctx, t, &rungs[t->highest], p) == -1)
		return -1;
	/* A server that knows a newer version than we offer says so, unless
	 * somebody between cut the first tries (RFC 7507). */
	(void)SSL_CTX_set_mode(ctx,
	    SSL_MODE_NO_AUTO_CHAIN |
	        (t->highest == SETUP_TLS_BEST ? 0
	                                      : SSL_MODE_SEND_FALLBACK_SCSV));
	(void)SSL_CTX_set_max_cert_list(ctx, DEVICE_CERTS_MAX);
	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, judge, p);
	SSL_CTX_set_msg_callback(ctx, watch);
	(void)SSL_CTX_set_msg_callback_arg(ctx, p);
	if (p->chain == NULL && p->console == NULL)
		return 0;
	return chain_apply(ctx, p->chain != NULL ? p->chain : p->console);
}

bool
pki_stands(const struct pki *p)
{
	return p->chain == NULL || p->shown;
}

/* Of TLS up to 1.2, an end of the handshake after our Certificate speaks of
 * it; one that is empty gets what the firmware pleases (RFC 5246, 7.4.6). */
static enum setup_outcome
console_outcome(const struct pki *p, const struct tls *t,
    enum setup_outcome outcome)
{
	if (!p->asked || t->done || t->ours ||
	    (t->alert == 0 && outcome != SETUP_TLS_CLOSED))
		return outcome;
	if (p->lacking)
		return p->console == NULL ? SETUP_CONSOLE_WANTED
		                          : SETUP_CONSOLE_REFUSED;
	if (p->shown && t->alert != 0 &&
	    (t->alert == SSL_AD_HANDSHAKE_FAILURE ||
	        outcome_cert_alert(t->alert) == SETUP_TLS_CERT_REFUSED))
		return SETUP_CONSOLE_REFUSED;
	return outcome;
}

enum setup_outcome
pki_outcome(const struct pki *p, const struct tls *t, char *note, size_t cap)
{
	enum setup_outcome outcome;

	if (p->changed) {
		(void)snprintf(note, cap, "got %.16s..., expected %.16s...",
		    p->device.cert, p->leaf);
		return SETUP_LEAF_REFUSED;
	}
	if (p->refused) {
		(void)snprintf(note, cap, "%s",
		    p->too_old ? "an on-die certificate with less than TLS 1.2"
		               : p->device.is.why);
		return SETUP_DEVICE_REFUSED;
	}
	if (p->chain != NULL && p->lacking) {
		(void)snprintf(note, cap,
		    "it asks for a certificate of another kind than ours");
		return SETUP_TLS_CERT_REFUSED;
	}
	if (p->chain != NULL && t->done && !p->asked)
		return SETUP_TLS_NOT_ASKED;
	outcome = tls_outcome(t, note, cap);
	if (p->managed)
		return console_outcome(p, t, outcome);
	return p->shown && t->alert != 0 && !t->ours
	    ? outcome_cert_alert(t->alert)
	    : outcome;
}
