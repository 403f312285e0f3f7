#include "sweep/psk.h"

#include <string.h>

#include "sweep/outcome.h"

/*
 * 0x008C last: one firmware takes the last suite of the list that it knows,
 * and that is the suite all are known to have.  On the lowest rung it stands
 * alone.
 */
#define SUITE_128 "PSK-AES128-CBC-SHA" /* 0x008C, RFC 4279 */
#define SUITE_256 "PSK-AES256-CBC-SHA" /* 0x008D */
#define BOTH SUITE_256 ":" SUITE_128 TLS_LEVEL

static const struct tls_rung rungs[] = {
	[SETUP_TLS_BEST] = { TLS1_2_VERSION, BOTH, 0 },
	[SETUP_TLS_1_1] = { TLS1_1_VERSION, BOTH, 0 },
	/* For the oldest: a hello without any extension. */
	[SETUP_TLS_1_0] = { TLS1_VERSION, SUITE_128 TLS_LEVEL,
	    SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_EXTENDED_MASTER_SECRET },
};

const char *
psk_lacks(void)
{
	static const char *const suites[] = { SUITE_256, SUITE_128 };

	return tls_lacks(suites, sizeof(suites) / sizeof(suites[0]));
}

/* Some machines give their PID as the hint, some nothing: the identity is
 * that of the job in either case. */
static unsigned int
give_key(SSL *ssl, const char *hint, char *identity, unsigned int identity_cap,
    unsigned char *key, unsigned int key_cap)
{
	const struct psk *p = tls_kind(ssl);

	(void)hint;
	if (p == NULL || identity_cap < sizeof(p->pid) || key_cap < PSK_PPS)
		return 0;
	memcpy(identity, p->pid, sizeof(p->pid));
	memcpy(key, p->pps, PSK_PPS);
	return PSK_PPS;
}

int
psk_apply(SSL_CTX *ctx, struct tls *t, struct psk *p)
{
	if (tls_apply(ctx, t, &rungs[t->highest], p) == -1)
		return -1;
	SSL_CTX_set_psk_client_callback(ctx, give_key);
	return 0;
}

enum setup_outcome
psk_outcome(const struct tls *t, char *note, size_t cap)
{
	enum setup_outcome outcome = tls_outcome(t, note, cap);

	return t->alert == 0 ? outcome : outcome_alert(t->alert);
}
