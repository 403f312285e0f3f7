#include "sweep/psk.h"

#include <openssl/err.h>

#include <stdio.h>
#include <string.h>

#include "sweep/outcome.h"

/*
 * 0x008C last: one firmware takes the last suite of the list that it knows,
 * and that is the suite all are known to have.  On the lowest rung it stands
 * alone.
 */
#define SUITE_128 "PSK-AES128-CBC-SHA" /* 0x008C, RFC 4279 */
#define SUITE_256 "PSK-AES256-CBC-SHA" /* 0x008D */
#define LEVEL ":@SECLEVEL=0"

/* What is in the first hello's version field, at most. */
static const struct rung {
	int highest;
	const char *suites;
	uint64_t options;
} rungs[] = {
	[SETUP_TLS_BEST] = { TLS1_2_VERSION, SUITE_256 ":" SUITE_128 LEVEL, 0 },
	[SETUP_TLS_1_1] = { TLS1_1_VERSION, SUITE_256 ":" SUITE_128 LEVEL, 0 },
	/* For the oldest: a hello without any extension. */
	[SETUP_TLS_1_0] = { TLS1_VERSION, SUITE_128 LEVEL,
	    SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_EXTENDED_MASTER_SECRET },
};

const char *
psk_lacks(void)
{
	static const char *const suites[] = { SUITE_256, SUITE_128 };
	const char *missing = NULL;
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	for (size_t i = 0; i < sizeof(suites) / sizeof(suites[0]); i++)
		if (ctx == NULL || SSL_CTX_set_cipher_list(ctx, suites[i]) != 1)
			missing = suites[i];
	SSL_CTX_free(ctx);
	ERR_clear_error();
	return missing;
}

void
psk_reset(struct psk *p)
{
	p->begun = false;
	p->done = false;
	p->ours = false;
	p->alert = 0;
	p->error = 0;
}

/* Where a context keeps its struct psk. */
static int
place(void)
{
	static int index = -1;

	if (index == -1)
		index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
	return index;
}

static struct psk *
psk_of(const SSL *ssl)
{
	return SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), place());
}

/* Some machines give their PID as the hint, some nothing: the identity is
 * that of the job in either case. */
static unsigned int
give_key(SSL *ssl, const char *hint, char *identity, unsigned int identity_cap,
    unsigned char *key, unsigned int key_cap)
{
	const struct psk *p = psk_of(ssl);

	(void)hint;
	if (p == NULL || identity_cap < sizeof(p->pid) || key_cap < PSK_PPS)
		return 0;
	memcpy(identity, p->pid, sizeof(p->pid));
	memcpy(key, p->pps, PSK_PPS);
	return PSK_PPS;
}

/* Alerts and errors are gone from OpenSSL's queue when libcurl reports. */
static void
watch(const SSL *ssl, int where, int value)
{
	struct psk *p = psk_of(ssl);

	if (p != NULL && (where & SSL_CB_HANDSHAKE_START))
		flood_watch(ssl, &p->flood);
	if (p == NULL || p->done)
		return;
	if (where & SSL_CB_ALERT) {
		if (value >> 8 == SSL3_AL_FATAL && p->alert == 0) {
			p->alert = value & 0xff;
			p->ours = (where & SSL_CB_WRITE) != 0;
		}
	} else if (where & SSL_CB_HANDSHAKE_DONE)
		p->done = true;
	else if ((where & SSL_CB_EXIT) && value <= 0 && p->error == 0)
		p->error = ERR_peek_error();
}

int
psk_apply(SSL_CTX *ctx, struct psk *p)
{
	const struct rung *r = &rungs[p->highest];

	psk_reset(p);
	p->begun = true;
	if (SSL_CTX_set_ex_data(ctx, place(), p) != 1 ||
	    SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION) != 1 ||
	    SSL_CTX_set_max_proto_version(ctx, r->highest) != 1 ||
	    SSL_CTX_set_cipher_list(ctx, r->suites) != 1)
		return -1;
	(void)SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	/* Firmware from before RFC 5746 has no secure renegotiation; so
	 * there is none at all. */
	(void)SSL_CTX_set_options(ctx,
	    SSL_OP_NO_TICKET | SSL_OP_LEGACY_SERVER_CONNECT |
	        SSL_OP_NO_RENEGOTIATION | r->options);
	SSL_CTX_set_psk_client_callback(ctx, give_key);
	SSL_CTX_set_info_callback(ctx, watch);
	return 0;
}

enum setup_outcome
psk_outcome(const struct psk *p, char *note, size_t cap)
{
	const char *why = ERR_reason_error_string(p->error);

	if (p->alert != 0) {
		(void)snprintf(note, cap, "%s alert %d (%s)",
		    p->ours ? "sent" : "got", p->alert,
		    SSL_alert_desc_string_long(p->alert));
		return outcome_alert(p->alert);
	}
	if (p->error == 0 ||
	    ERR_GET_REASON(p->error) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		(void)snprintf(note, cap, "closed without an alert");
		return SETUP_TLS_CLOSED;
	}
	(void)snprintf(note, cap, "%s", why == NULL ? "TLS error" : why);
	return SETUP_TLS_FAILED;
}
