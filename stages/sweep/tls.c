#include "sweep/tls.h"

#include <openssl/err.h>

#include <stdio.h>

const char *
tls_lacks(const char *const *suites, size_t n)
{
	const char *missing = NULL;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (ctx == NULL ||
	    SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION) != 1 ||
	    SSL_CTX_set_max_proto_version(ctx, TLS1_VERSION) != 1)
		missing = "TLS 1.0";
	for (size_t i = 0; i < n && missing == NULL; i++)
		if (SSL_CTX_set_cipher_list(ctx, suites[i]) != 1)
			missing = suites[i];
	SSL_CTX_free(ctx);
	ERR_clear_error();
	return missing;
}

void
tls_reset(struct tls *t)
{
	t->begun = false;
	t->below = false;
	t->done = false;
	t->ours = false;
	t->alert = 0;
	t->error = 0;
}

/* Where a context keeps its struct tls. */
static int
place(void)
{
	static int index = -1;

	if (index == -1)
		index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
	return index;
}

static struct tls *
tls_of(const SSL *ssl)
{
	return SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place());
}

void *
tls_kind(const SSL *ssl)
{
	const struct tls *t = tls_of(ssl);

	return t == NULL ? NULL : t->kind;
}

/* Alerts and errors are gone from OpenSSL's queue when libcurl reports. */
static void
watch(const SSL *ssl, int where, int value)
{
	struct tls *t = tls_of(ssl);

	if (t != NULL && (where & SSL_CB_HANDSHAKE_START))
		flood_watch(ssl, &t->flood);
	if (t == NULL || t->done)
		return;
	if (where & SSL_CB_ALERT) {
		if (value >> 8 == SSL3_AL_FATAL && t->alert == 0) {
			t->alert = value & 0xff;
			t->ours = (where & SSL_CB_WRITE) != 0;
		}
	} else if (where & SSL_CB_HANDSHAKE_DONE) {
		t->done = true;
		t->version = SSL_version(ssl);
	} else if ((where & SSL_CB_EXIT) && value <= 0 && t->error == 0)
		t->error = ERR_peek_error();
}

int
tls_apply(SSL_CTX *ctx, struct tls *t, const struct tls_rung *rung, void *kind)
{
	int lowest = t->lowest == 0 ? TLS1_VERSION : t->lowest;

	tls_reset(t);
	t->begun = true;
	t->kind = kind;
	t->below = rung->highest < lowest;
	if (t->below || SSL_CTX_set_ex_data(ctx, place(), t) != 1 ||
	    SSL_CTX_set_min_proto_version(ctx, lowest) != 1 ||
	    SSL_CTX_set_max_proto_version(ctx, rung->highest) != 1 ||
	    SSL_CTX_set_cipher_list(ctx, rung->suites) != 1)
		return -1;
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	/* 34 kB of each of thousands that wait for a reply */
	(void)SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
	/* Firmware from before RFC 5746 has no secure renegotiation; so
	 * there is none at all. */
	(void)SSL_CTX_set_options(ctx,
	    SSL_OP_NO_TICKET | SSL_OP_LEGACY_SERVER_CONNECT |
	        SSL_OP_NO_RENEGOTIATION | rung->options);
	SSL_CTX_set_info_callback(ctx, watch);
	return 0;
}

enum setup_outcome
tls_outcome(const struct tls *t, char *note, size_t cap)
{
	const char *why = ERR_reason_error_string(t->error);

	if (t->flood.records.why != NULL) {
		(void)snprintf(note, cap, "%s", t->flood.records.why);
		return SETUP_TLS_FAILED;
	}
	if (t->below ||
	    (t->ours && t->alert == SSL_AD_PROTOCOL_VERSION &&
	        t->lowest != 0)) {
		(void)snprintf(note, cap,
		    "not below TLS %s, which it must have",
		    tls_version_name(t->lowest));
		return SETUP_TLS_FAILED;
	}
	if (t->alert != 0) {
		(void)snprintf(note, cap, "%s alert %d (%s)",
		    t->ours ? "sent" : "got", t->alert,
		    SSL_alert_desc_string_long(t->alert));
		return SETUP_TLS_FAILED;
	}
	if (t->error == 0 ||
	    ERR_GET_REASON(t->error) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		(void)snprintf(note, cap, "closed without an alert");
		return SETUP_TLS_CLOSED;
	}
	(void)snprintf(note, cap, "%s", why == NULL ? "TLS error" : why);
	return SETUP_TLS_FAILED;
}

int
tls_version(enum setup_tls rung)
{
	static const int versions[] = { TLS1_2_VERSION, TLS1_1_VERSION,
		TLS1_VERSION };

	return versions[rung];
}

enum setup_tls
tls_rung_of(int version)
{
	switch (version) {
	case TLS1_VERSION:
		return SETUP_TLS_1_0;
	case TLS1_1_VERSION:
		return SETUP_TLS_1_1;
	default:
		return SETUP_TLS_BEST;
	}
}

const char *
tls_version_name(int version)
{
	switch (version) {
	case TLS1_2_VERSION:
		return "1.2";
	case TLS1_1_VERSION:
		return "1.1";
	case TLS1_VERSION:
		return "1.0";
	default:
		return "";
	}
}
