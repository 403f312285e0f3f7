#include "sign/localsign.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "lib/clock.h"
#include "lib/random.h"

#define DAY INT64_C(86400)
/* One that ends sooner would be replaced by the next sweep (machinecert.h). */
#define LEAST_DAYS 31

static int64_t
cert_until(const X509 *cert)
{
	struct tm tm;

	return ASN1_TIME_to_tm(X509_get0_notAfter(cert), &tm) == 1
	    ? (int64_t)timegm(&tm)
	    : 0;
}

static int
cert_encode(struct machinecert_der *to, const X509 *cert)
{
	uint8_t *at = to->at;
	int len = i2d_X509(cert, NULL);

	if (len <= 0 || (size_t)len > sizeof(to->at))
		return -1;
	to->len = (size_t)i2d_X509(cert, &at);
	return 0;
}

/* Its certificate goes with the leaf unless it is a root, which who trusts it
 * has anyway. */
static int
chain_fill(struct machinecert_chain *to, const X509 *leaf,
    const struct localca *ca)
{
	to->n = 0;
	if (cert_encode(&to->cert[to->n++], leaf) == -1)
		return -1;
	if (X509_check_issued(ca->cert, ca->cert) == X509_V_OK)
		return 0;
	if (cert_encode(&to->cert[to->n++], ca->cert) == -1)
		return -1;
	for (size_t i = 0; i < ca->nabove && to->n < MACHINECERT_CHAIN; i++)
		if (cert_encode(&to->cert[to->n++], ca->above[i]) == -1)
			return -1;
	return 0;
}

static struct certmake_life
life_make(const struct localca *ca, int64_t days)
{
	struct certmake_life life = { .from = clock_seconds() };
	int64_t end = cert_until(ca->cert);

	life.until = life.from + days * DAY;
	if (life.until > end)
		life.until = end;
	random_bytes(life.serial, sizeof(life.serial));
	return life;
}

static void
local_sign(struct setup_signature *a, char note[SIGNING_NOTE],
    const struct localca *ca, const struct signing *q, X509_REQ *request,
    const struct certmake_life *life)
{
	struct fault f;
	X509 *leaf =
	    machinecert_make(request, q->fqdn, ca->cert, ca->key, life, &f);

	if (leaf == NULL) {
		(void)snprintf(note, SIGNING_NOTE, "%s", f.why);
	} else if (chain_fill(&a->chain, leaf, ca) == -1) {
		a->chain.n = 0;
		(void)snprintf(note, SIGNING_NOTE,
		    "a certificate is longer than machines take");
	} else {
		a->how = SETUP_SIGNED;
	}
	X509_free(leaf);
}

void
localsign_make(struct setup_signature *a, char note[SIGNING_NOTE],
    const struct localca *ca, const struct signing *q, int64_t days)
{
	const struct certmake_life life = life_make(ca, days);
	const uint8_t *at = q->request.at;
	X509_REQ *request = d2i_X509_REQ(NULL, &at, (long)q->request.len);

	a->how = SETUP_SIGNER_REFUSED;
	a->note = note;
	note[0] = '\0';
	if (request == NULL)
		(void)snprintf(note, SIGNING_NOTE,
		    "the request cannot be read");
	else if (life.until < life.from + LEAST_DAYS * DAY)
		(void)snprintf(note, SIGNING_NOTE,
		    "the site's CA ends in %lld days: make another one with "
		    "amt-cert ca",
		    (long long)((life.until - life.from + DAY - 1) / DAY));
	else
		local_sign(a, note, ca, q, request, &life);
	X509_REQ_free(request);
	ERR_clear_error();
}
