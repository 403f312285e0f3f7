#include "peer/pki.h"

#include <err.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "peer/journal.h"
#include "peer/tlsset.h"

static SSL_CTX *shared;

/* OpenSSL makes the alert of an error of its own. */
static int
error_of(int alert)
{
	switch (alert) {
	case SSL_AD_BAD_CERTIFICATE:
		return X509_V_ERR_CERT_REJECTED;
	case SSL_AD_UNKNOWN_CA:
		return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT;
	case SSL_AD_HANDSHAKE_FAILURE:
		return X509_V_ERR_APPLICATION_VERIFICATION;
	default:
		return X509_V_ERR_KEYUSAGE_NO_CERTSIGN; /* 46 */
	}
}

/* Of a device that was set up and asks for a certificate. */
static int
judge_console(X509_STORE_CTX *store, struct machine *m, STACK_OF(X509) * chain)
{
	const char *why = mutual_judge(m, tlsset_names(m), chain);

	journal(m, why == NULL ? "console-ok" : "console-refused", "%s",
	    why == NULL ? "" : why);
	X509_STORE_CTX_set_error(store,
	    why == NULL ? X509_V_OK
	                : X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
	return why == NULL;
}

/* In place of OpenSSL's own judgement, which knows nothing of setup servers. */
static int
judge(X509_STORE_CTX *store, void *arg)
{
	SSL *ssl = X509_STORE_CTX_get_ex_data(store,
	    SSL_get_ex_data_X509_STORE_CTX_idx());
	struct machine *m = SSL_get_app_data(ssl);
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(store);
	struct pki_seen seen;
	int alert = 0;
	const char *why;

	(void)arg;
	if (m->state == STATE_POST)
		return judge_console(store, m, chain);
	why = chain_judge(m, chain, &seen, &alert);
	if (why != NULL) {
		journal(m, "cert-refused", "%d %s", alert, why);
		X509_STORE_CTX_set_error(store, error_of(alert));
		return 0;
	}
	m->seen = seen;
	journal(m, "cert-ok", "%s %s", seen.cn, seen.hash);
	X509_STORE_CTX_set_error(store, X509_V_OK);
	return 1;
}

static SSL_CTX *
context(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (ctx == NULL)
		errx(EX_SOFTWARE, "%s",
		    ERR_error_string(ERR_get_error(), NULL));
	SSL_CTX_set_security_level(ctx, 0);
	SSL_CTX_set_options(ctx,
	    SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
	        SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_num_tickets(ctx, 0);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(ctx,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
	        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_cert_verify_callback(ctx, judge, NULL);
	return ctx;
}

static int
version_of(const char *tls)
{
	return strcmp(tls, "1.0") == 0 ? TLS1_VERSION
	    : strcmp(tls, "1.1") == 0  ? TLS1_1_VERSION
	    : strcmp(tls, "1.2") == 0  ? TLS1_2_VERSION
	                               : TLS1_3_VERSION;
}

/* 1.0 up to 8, 1.1 to 11, 1.2 from 12; no release with 1.3 is known. */
int
pki_tls_highest(const struct machine *m)
{
	if (m->faults.downgrade)
		return TLS1_VERSION;
	if (m->faults.tls[0] != '\0')
		return version_of(m->faults.tls);
	return m->major < 9 ? TLS1_VERSION
	    : m->major < 12 ? TLS1_1_VERSION
	                    : TLS1_2_VERSION;
}

/* 1.0 is gone from 12, 1.1 from 16. */
static int
lowest(const struct machine *m)
{
	int version = m->major < 12 ? TLS1_VERSION
	    : m->major < 16         ? TLS1_1_VERSION
	                            : TLS1_2_VERSION;

	return version < pki_tls_highest(m) ? version : pki_tls_highest(m);
}

static const char *
suites(const struct machine *m)
{
	if (m->faults.suite[0] != '\0')
		return m->faults.suite;
	if (m->major < 6)
		return "AES128-SHA";
	if (m->major < 11)
		return "AES128-SHA:AES256-SHA";
	return "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:"
	       "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256:"
	       "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES256-SHA:"
	       "ECDHE-RSA-AES128-SHA:AES256-SHA:AES128-SHA";
}

/* A CertificateRequest for RSA keys. */
static void
ask(SSL *ssl)
{
	static const unsigned char rsa_sign[] = { 1 };

	SSL_set_verify(ssl, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
	    NULL);
	SSL_set1_client_certificate_types(ssl, rsa_sign, sizeof(rsa_sign));
	if (SSL_set1_client_sigalgs_list(ssl,
	        "RSA+SHA256:RSA+SHA384:RSA+SHA512:RSA-PSS+SHA256:"
	        "RSA-PSS+SHA384:RSA+SHA1") != 1)
		errx(EX_SOFTWARE, "cannot ask for RSA signatures");
}

SSL *
pki_tls_new(struct machine *m, int fd)
{
	SSL *ssl;

	if (shared == NULL)
		shared = context();
	ssl = SSL_new(shared);
	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1)
		errx(EX_OSERR, "cannot make a TLS connection");
	SSL_set_app_data(ssl, m);
	SSL_set_min_proto_version(ssl, lowest(m));
	SSL_set_max_proto_version(ssl, pki_tls_highest(m));
	if (SSL_set_cipher_list(ssl, suites(m)) != 1)
		errx(EX_DATAERR, "suite %s is unknown", suites(m));
	if (m->state != STATE_POST || !tlsset_use(ssl, m))
		devcert_use(ssl, m);
	if (m->state != STATE_POST ? !m->faults.no_request : tlsset_mutual(m))
		ask(ssl);
	SSL_set_accept_state(ssl);
	return ssl;
}

void
pki_tls_free(void)
{
	SSL_CTX_free(shared);
	shared = NULL;
}

/*
 * A client certificate that was taken is the login, as is documented of 16 to
 * 21.  Before 6.0 a challenge is not excluded, and one module of the time sends
 * admin and admin: there the peer asks.  login= decides else.
 */
static bool
certificate_counts(const struct machine *m)
{
	if (m->faults.admin_live && m->admin_sets > 0)
		return false;
	if (m->faults.login[0] != '\0')
		return strcmp(m->faults.login, "certificate") == 0;
	return m->major >= 6;
}

bool
pki_login(const struct machine *m, SSL *ssl)
{
	if (!m->faults.pki || ssl == NULL || m->state == STATE_POST)
		return false;
	/* it takes what a client is careless enough to send */
	if (m->faults.no_request)
		return true;
	return certificate_counts(m) && SSL_get0_peer_certificate(ssl) != NULL;
}
