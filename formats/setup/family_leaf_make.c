/*
 * family_leaf_make - a key that the machine makes, and the certificate for it
 * into the machine.  A release that makes no keys gets one, over TLS alone
 * (profile.md, 4.2).
 */
#include "setup/family_leaf.h"

#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "amt/status.h"
#include "setup/family_net.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define STATUS_INVALID_KEY 0x80e
#define STATUS_UNSUPPORTED 0x812
/* Which releases make keys of 3072 bits is not known; they say so. */
#define BITS_FROM SETTING_RELEASE(16, 0)

static enum setup_next generate_took(struct setup *s, struct message *r);
static enum setup_next generate_lost(struct setup *s);
static bool generate_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);
static enum setup_next key_took(struct setup *s, struct message *r);
static enum setup_next key_lost(struct setup *s);
static enum setup_next add_took(struct setup *s, struct message *r);
static enum setup_next add_lost(struct setup *s);
static bool add_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

int
leaf_encode(struct leaf_work *work, const uint8_t *bytes, size_t len)
{
	if (len > MACHINECERT_DER)
		return -1;
	(void)EVP_EncodeBlock((unsigned char *)work->base64, bytes, (int)len);
	return 0;
}

/* --- a key ---------------------------------------------------------------- */

static void
ask_generate(struct setup *s, struct writer *w)
{
	const struct leaf_work *work = s->work;
	char bits[8];
	const struct message_pair params[] = {
		{ .name = "KeyAlgorithm", .value = "0" },
		{ .name = "KeyLength", .value = bits },
	};

	(void)snprintf(bits, sizeof(bits), "%u", work->bits);
	ask_call(s, w, params, 2);
}

static const struct setup_step step_generate = { .name = "generate-key",
	.class = LEAF_SERVICE,
	.method = "GenerateKeyPair",
	.expect = EXPECT_RETURN,
	.patient = true,
	.limit_ms = SETUP_SLOW_MS,
	.ask = ask_generate,
	.took = generate_took,
	.lost = generate_lost,
	.refused = generate_refused };

static enum setup_next
generate_took(struct setup *s, struct message *r)
{
	(void)r;
	return leaf_read(s, leaf_decide);
}

/* A key that was made is found by its having no certificate. */
static enum setup_next
generate_lost(struct setup *s)
{
	if (setup_counted(s, &step_generate)->lost++ != 0)
		return setup_give_up(s);
	return leaf_read_fresh(s, leaf_decide);
}

enum setup_next
leaf_without_key(struct setup *s)
{
	setup_note(s,
	    "the machine makes no keys, and none is sent without TLS");
	setup_lacks(s, s->row, "");
	return setup_apply_from(s, s->row + 1);
}

/* It is sent where nobody can listen. */
enum setup_next
leaf_push(struct setup *s)
{
	struct leaf_work *work = s->work;

	if (s->route == SETUP_PLAIN)
		return leaf_without_key(s);
	work->pushes = true;
	return leaf_make(s);
}

static bool
generate_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	struct leaf_work *work = s->work;

	if (no->fault == NULL && work->bits > 2048 &&
	    (no->code == STATUS_INVALID_KEY ||
	        no->code == STATUS_UNSUPPORTED)) {
		work->bits = 2048;
		*next = setup_enter(s, &step_generate);
		return true;
	}
	if (no->fault == NULL ||
	    (strcmp(no->fault->subcode, "DestinationUnreachable") != 0 &&
	        strcmp(no->fault->subcode, "ActionNotSupported") != 0))
		return false;
	*next = leaf_push(s);
	return true;
}

static enum setup_next
leaf_generate(struct setup *s)
{
	struct leaf_work *work = s->work;

	if (work->bits == 0)
		work->bits = s->release >= BITS_FROM ? 3072 : 2048;
	if (work->generates++ == 2)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "a key was made and is not there");
	return setup_enter(s, &step_generate);
}

/* A key without a certificate: made a moment ago, or left by a run that was
 * cut off. */
static const struct leaf_key *
key_free(const struct leaf_store *store)
{
	for (size_t i = 0; i < store->nkey; i++) {
		size_t c = 0;

		while (c < store->ncert &&
		    memcmp(store->cert[c].is.key, store->key[i].sha256, 32) !=
		        0)
			c++;
		if (c == store->ncert)
			return &store->key[i];
	}
	return NULL;
}

/* --- into the machine ----------------------------------------------------- */

static void
ask_key(struct setup *s, struct writer *w)
{
	const struct leaf_work *work = s->work;
	const struct message_pair blob = { .name = "KeyBlob",
		.value = work->base64 };

	ask_call(s, w, &blob, 1);
}

static const struct setup_step step_key = { .name = "add-key",
	.class = LEAF_SERVICE,
	.method = "AddKey",
	.expect = EXPECT_RETURN,
	.limit_ms = SETUP_SLOW_MS,
	.ask = ask_key,
	.took = key_took,
	.lost = key_lost };

static enum setup_next
key_took(struct setup *s, struct message *r)
{
	struct leaf_work *work = s->work;

	(void)r;
	work->sends_key = false;
	explicit_bzero(work->base64, sizeof(work->base64));
	return leaf_read(s, leaf_decide);
}

/* The key is kept: the machine may not have got it (chain_add). */
static enum setup_next
key_lost(struct setup *s)
{
	if (setup_counted(s, &step_key)->lost++ != 0)
		return setup_give_up(s);
	return leaf_read_fresh(s, leaf_decide);
}

static void
ask_add(struct setup *s, struct writer *w)
{
	const struct leaf_work *work = s->work;
	const struct message_pair blob = { .name = "CertificateBlob",
		.value = work->base64 };

	ask_call(s, w, &blob, 1);
}

static const struct setup_step step_add = { .name = "add-certificate",
	.class = LEAF_SERVICE,
	.method = "AddCertificate",
	.expect = EXPECT_RETURN,
	.limit_ms = SETUP_SLOW_MS,
	.ask = ask_add,
	.took = add_took,
	.lost = add_lost,
	.refused = add_refused };

static enum setup_next
add_took(struct setup *s, struct message *r)
{
	(void)r;
	return leaf_read(s, leaf_decide);
}

static enum setup_next
add_lost(struct setup *s)
{
	if (setup_counted(s, &step_add)->lost++ != 0)
		return setup_give_up(s);
	return leaf_read_fresh(s, leaf_decide);
}

/* That it is there is an answer once it was read. */
static bool
add_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (no->fault != NULL ? strcmp(no->fault->subcode, "AlreadyExists") != 0
	                      : no->code != STATUS_DUPLICATE)
		return false;
	*next = leaf_read(s, leaf_decide);
	return true;
}

enum setup_next
leaf_add_key(struct setup *s, const struct machinecert_der *key)
{
	struct leaf_work *work = s->work;

	if (leaf_encode(work, key->at, key->len) == -1)
		return setup_end(s, REASON_SIGNER_ANSWER,
		    "no key came with it");
	work->sends_key = true;
	return setup_enter(s, &step_key);
}

static const struct leaf_cert *
chain_find(const struct leaf_store *store, const struct machinecert_der *der)
{
	uint8_t sha256[32];

	if (EVP_Digest(der->at, der->len, sha256, NULL, EVP_sha256(), NULL) !=
	    1)
		return NULL;
	for (size_t i = 0; i < store->ncert; i++)
		if (memcmp(store->cert[i].is.sha256, sha256, 32) == 0)
			return &store->cert[i];
	return NULL;
}

/* The request was lost before the machine saw it.  Its certificate is issued
 * and signed for this key, so the same one goes again. */
static bool
key_is_due_again(const struct leaf_work *work)
{
	uint8_t sha256[32];

	return EVP_Digest(work->public.at, work->public.len, sha256, NULL,
	           EVP_sha256(), NULL) == 1 &&
	    !leaf_has_key(&work->store, sha256);
}

/* The leaf first, then what is above it; then the leaf is to serve. */
static enum setup_next
chain_add(struct setup *s)
{
	struct leaf_work *work = s->work;
	struct machinecert_chain *chain = &work->chain;

	if (work->sends_key && key_is_due_again(work))
		return setup_enter(s, &step_key);
	work->sends_key = false;
	for (size_t i = 0; i < chain->n; i++) {
		if (chain_find(&work->store, &chain->cert[i]) != NULL)
			continue;
		if (work->adds[i]++ == 2)
			return setup_end(s, REASON_VERIFY_FAILED,
			    "a certificate was added and is not there");
		(void)leaf_encode(work, chain->cert[i].at, chain->cert[i].len);
		return setup_enter(s, &step_add);
	}
	if (!leaf_is_good(s, &work->store,
	        chain_find(&work->store, &chain->cert[0])))
		return setup_end(s, REASON_VERIFY_FAILED,
		    "the machine has the certificate, and not its key");
	return leaf_choose(s, chain_find(&work->store, &chain->cert[0]));
}

enum setup_next
leaf_make(struct setup *s)
{
	struct leaf_work *work = s->work;
	const struct leaf_key *key = key_free(&work->store);

	if (work->chain.n != 0)
		return chain_add(s);
	if (work->pushes)
		return leaf_sign(s);
	return key != NULL ? leaf_request(s, key) : leaf_generate(s);
}
