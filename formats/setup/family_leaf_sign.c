/*
 * family_leaf_sign - a request for the machine's certificate, signed by the
 * machine with its key, and what whoever issues certificates makes of it.
 * Nothing of an answer that does not fit is sent.
 */
#include "setup/family_leaf.h"

#include <string.h>

#include "base/text.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

static enum setup_next request_took(struct setup *s, struct message *r);
static bool request_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next orphan_took(struct setup *s, struct message *r);
static bool orphan_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

/* --- its request ---------------------------------------------------------- */

static void
ask_request(struct setup *s, struct writer *w)
{
	const struct leaf_work *work = s->work;
	const struct message_pair id = { .name = "InstanceID",
		.value = work->key_id };
	const struct message_ref key = { .class = LEAF_KEY,
		.selectors = &id,
		.nselectors = 1 };
	const struct message_pair params[] = {
		{ .name = "KeyPair", .ref = &key },
		{ .name = "SigningAlgorithm", .value = "1" }, /* SHA-256 */
		{ .name = "NullSignedCertificateRequest",
		    .value = work->base64 },
	};

	ask_call(s, w, params, 3);
}

static const struct setup_step step_request = { .name = "request-certificate",
	.class = LEAF_SERVICE,
	.method = "GeneratePKCS10RequestEx",
	.expect = EXPECT_RETURN,
	.limit_ms = SETUP_SLOW_MS,
	.ask = ask_request,
	.took = request_took,
	.lost = setup_again_once,
	.refused = request_refused };

/* A key that an earlier run had put there when it was cut off: it had the
 * private half that a request takes, and nobody has it now. */
static const struct setup_step step_orphan = { .name = "remove-key",
	.class = LEAF_KEY,
	.chooses = true,
	.ask = ask_delete,
	.took = orphan_took,
	.lost = leaf_push,
	.refused = orphan_refused };

static enum setup_next
orphan_took(struct setup *s, struct message *r)
{
	(void)r;
	return leaf_push(s);
}

static bool
orphan_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	(void)no;
	*next = leaf_push(s);
	return true;
}

/* A release that makes no keys makes no requests either. */
static bool
request_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct leaf_work *work = s->work;

	if (no->fault == NULL ||
	    (strcmp(no->fault->subcode, "DestinationUnreachable") != 0 &&
	        strcmp(no->fault->subcode, "ActionNotSupported") != 0))
		return false;
	s->selectors[0] = (struct message_pair){ .name = "InstanceID",
		.value = work->key_id };
	s->nselectors = 1;
	*next = setup_enter(s, &step_orphan);
	return true;
}

enum setup_next
leaf_request(struct setup *s, const struct leaf_key *key)
{
	struct leaf_work *work = s->work;

	work->public = key->der;
	memcpy(work->key_id, key->id, sizeof(work->key_id));
	if (machinecert_request(&work->request, key->der.at, key->der.len,
	        work->fqdn) == -1 ||
	    leaf_encode(work, work->request.at, work->request.len) == -1)
		return setup_end(s, REASON_REPLY_BAD,
		    "DERKey of %s is no RSA key", work->key_id);
	return setup_enter(s, &step_request);
}

enum setup_next
leaf_sign(struct setup *s)
{
	struct leaf_work *work = s->work;

	work->sign = (struct setup_sign){ .by = setup_wanted(s, s->row),
		.fqdn = work->fqdn,
		.request = work->request.at,
		.len = work->pushes ? 0 : work->request.len };
	s->signing = &work->sign;
	return SETUP_SIGN;
}

static enum setup_next
request_took(struct setup *s, struct message *r)
{
	static const char *const wrong[] = {
		[MACHINECERT_UNREADABLE] = "no PKCS#10",
		[MACHINECERT_OTHER_KEY] = "another key",
		[MACHINECERT_OTHER_NAME] = "another subject",
		[MACHINECERT_SIGNATURE] = "a wrong signature",
	};
	struct leaf_work *work = s->work;
	const char *text = message_value(r->items, "SignedCertificateRequest");
	struct machinecert_der asked = work->request;
	enum machinecert_wrong w = MACHINECERT_UNREADABLE;

	if (text != NULL && leaf_decode(&work->request, text) == 0)
		w = machinecert_request_check(work->request.at,
		    work->request.len, &asked);
	if (w != MACHINECERT_GOOD)
		return setup_end(s, REASON_REQUEST_BAD,
		    "SignedCertificateRequest has %s", wrong[w]);
	return leaf_sign(s);
}

/* --- the certificate ------------------------------------------------------ */

const struct setup_sign *
setup_signing(const struct setup *s)
{
	return s->signing;
}

static void
sign_failed(struct setup *s, const struct setup_signature *a)
{
	static const enum reason_id reasons[] = {
		[SETUP_SIGNER_MISSING] = REASON_SIGNER_MISSING,
		[SETUP_SIGNER_REFUSED] = REASON_SIGNER_REFUSED,
		[SETUP_SIGNER_TIMEOUT] = REASON_SIGNER_TIMEOUT,
		[SETUP_SIGNER_BROKEN] = REASON_SIGNER_ANSWER,
	};
	char shown[120];

	(void)setup_end(s, reasons[a->how], "%s",
	    setup_quote(s, shown, sizeof(shown), a->note));
}

/* Before any of it is sent. */
static bool
sign_fits(struct setup *s, const struct setup_signature *a)
{
	static const struct {
		enum reason_id reason;
		const char *what;
	} wrong[] = {
		[MACHINECERT_UNREADABLE] = { REASON_SIGNER_ANSWER,
		    "it cannot be read" },
		[MACHINECERT_OTHER_KEY] = { REASON_SIGNER_OTHER_KEY,
		    "another key than the request's" },
		[MACHINECERT_OTHER_NAME] = { REASON_SIGNER_OTHER_NAME,
		    "not for %s" },
		[MACHINECERT_NOT_SERVER] = { REASON_SIGNER_ANSWER,
		    "not for server authentication" },
		[MACHINECERT_PAST] = { REASON_SIGNER_PERIOD,
		    TEXT_WITH("not valid now and for ", LEAF_RENEW_DAYS,
		        " days") },
		[MACHINECERT_NO_CHAIN] = { REASON_SIGNER_ANSWER,
		    "not signed by the certificate after it" },
	};
	struct leaf_work *work = s->work;
	int64_t now = a->at > s->unix_now ? a->at : s->unix_now;
	enum machinecert_wrong w = machinecert_check(&a->chain, work->public.at,
	    work->public.len, work->fqdn, now, now + LEAF_RENEW);

	if (w == MACHINECERT_GOOD)
		return true;
	if (w == MACHINECERT_OTHER_NAME)
		(void)setup_end(s, wrong[w].reason, "not for %s", work->fqdn);
	else
		(void)setup_end(s, wrong[w].reason, "%s", wrong[w].what);
	return false;
}

/* RSAPublicKey of the key that came with the certificate. */
static int
pushed_public(struct machinecert_der *to, const struct machinecert_der *key)
{
	const uint8_t *in = key->at;
	EVP_PKEY *pair = key->len == 0
	    ? NULL
	    : d2i_AutoPrivateKey(NULL, &in, (long)key->len);
	uint8_t *out = to->at;
	int len = pair == NULL ? -1 : i2d_PublicKey(pair, NULL);

	to->len = 0;
	if (len > 0 && (size_t)len <= sizeof(to->at))
		to->len = (size_t)i2d_PublicKey(pair, &out);
	EVP_PKEY_free(pair);
	return to->len == 0 ? -1 : 0;
}

void
setup_signed(struct setup *s, const struct setup_signature *a)
{
	struct leaf_work *work = s->work;

	s->signing = NULL;
	if (a->how != SETUP_SIGNED) {
		sign_failed(s, a);
		return;
	}
	if (work->pushes && pushed_public(&work->public, &a->key) == -1) {
		(void)setup_end(s, REASON_SIGNER_ANSWER, "no key came with it");
		return;
	}
	if (!sign_fits(s, a))
		return;
	work->chain = a->chain;
	(void)(work->pushes ? leaf_add_key(s, &a->key) : leaf_decide(s));
}
