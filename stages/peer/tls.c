#include "peer/server.h"

#include <err.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/err.h>
#include <openssl/rand.h>

#include "peer/journal.h"
#include "peer/pki.h"

#define SUITE "PSK-AES128-CBC-SHA"

/*
 * Identity: the 8 characters of the PID; key: the 32 characters of the PPS.
 * An unknown identity gets a random key, as RFC 4279 section 2 allows, so
 * that it looks like a wrong key: alert 20 at Finished.
 */
static unsigned
give_key(SSL *ssl, const char *identity, unsigned char *psk, unsigned max)
{
	struct machine *m = SSL_get_app_data(ssl);

	if (max < 32 || RAND_bytes(psk, 32) != 1)
		return 0;
	if (strcmp(identity, m->pid) != 0)
		journal(m, "tls-identity", "unknown: %s", identity);
	else if (!m->faults.wrong_pps)
		memcpy(psk, m->pps, 32);
	return 32;
}

SSL_CTX *
tls_context(void)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (ctx == NULL ||
	    SSL_CTX_set_cipher_list(ctx, SUITE ":@SECLEVEL=0") != 1)
		errx(EX_SOFTWARE, "%s",
		    ERR_error_string(ERR_get_error(), NULL));
	/* no extension that is younger than the firmware */
	SSL_CTX_set_options(ctx,
	    SSL_OP_NO_TICKET | SSL_OP_NO_RENEGOTIATION |
	        SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_EXTENDED_MASTER_SECRET);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(ctx,
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
	        SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_psk_server_callback(ctx, give_key);
	return ctx;
}

/* 2.x to 5.x know TLS 1.0, 6 to 11 also 1.1, later ones 1.2. */
int
tls_highest(const struct machine *m)
{
	const char *tls = m->faults.tls;

	if (m->faults.pki || m->state == STATE_POST)
		return pki_tls_highest(m);
	if (tls[0] == '\0')
		tls = m->major < 6 ? "1.0" : m->major < 12 ? "1.1" : "1.2";
	return strcmp(tls, "1.0") == 0 ? TLS1_VERSION
	    : strcmp(tls, "1.1") == 0  ? TLS1_1_VERSION
	                               : TLS1_2_VERSION;
}

SSL *
tls_new(SSL_CTX *ctx, struct machine *m, int fd)
{
	SSL *ssl;
	char suite[100];

	/* TLS-PSK belongs to the setup state */
	if (m->faults.pki || m->state == STATE_POST)
		return pki_tls_new(m, fd);
	ssl = SSL_new(ctx);
	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1)
		errx(EX_OSERR, "cannot make a TLS connection");
	SSL_set_app_data(ssl, m);
	SSL_use_psk_identity_hint(ssl, m->pid);
	SSL_set_min_proto_version(ssl, TLS1_VERSION);
	SSL_set_max_proto_version(ssl, tls_highest(m));
	if (m->faults.suite[0] != '\0') {
		snprintf(suite, sizeof(suite), "%s:@SECLEVEL=0",
		    m->faults.suite);
		if (SSL_set_cipher_list(ssl, suite) != 1)
			errx(EX_DATAERR, "suite %s is unknown",
			    m->faults.suite);
	}
	SSL_set_accept_state(ssl);
	return ssl;
}
