#ifndef FAMILY_LEAF_H
#define FAMILY_LEAF_H

/*
 * family_leaf - the certificate that the machine serves TLS with: what the
 * files of this family share.
 *
 *	family_leaf.c       what there is, and what is due next
 *	family_leaf_make.c  a key, and a certificate into the machine
 *	family_leaf_sign.c  its request, and who signs it
 *	family_leaf_tidy.c  the certificate and the key of before are removed
 *	family_tls.c        TLS itself
 */
#include "amt/machinecert.h"
#include "setup/setting.h"
#include "setup/setup_sign.h"
#include "setup/setup_talk.h"

#define LEAF_CERTIFICATE "AMT_PublicKeyCertificate"
#define LEAF_KEY "AMT_PublicPrivateKeyPair"
#define LEAF_CONTEXT "AMT_TLSCredentialContext"
#define LEAF_SERVICE "AMT_PublicKeyManagementService"
#define LEAF_MAX 48
#define LEAF_ID 64
#define LEAF_BASE64 (MACHINECERT_DER / 3 * 4 + 8)
/* It is renewed so long before it ends: whoever plans sends us 30 days before,
 * and up to a quarter of that earlier (plan/due.h). */
#define LEAF_RENEW_DAYS 38
#define LEAF_RENEW (INT64_C(86400) * LEAF_RENEW_DAYS)

struct leaf_cert {
	char id[LEAF_ID];
	struct machinecert is;
	bool root, fixed; /* trusted; read only */
	bool used;        /* something refers to it, or it was not removed */
};

struct leaf_key {
	char id[LEAF_ID];
	uint8_t sha256[32];
	struct machinecert_der der;
};

/* The machine as it was read last. */
struct leaf_store {
	struct leaf_cert cert[LEAF_MAX];
	struct leaf_key key[LEAF_MAX];
	size_t ncert, nkey;
	bool context;          /* it has one */
	char current[LEAF_ID]; /* the certificate that is in it */
};

struct leaf_work {
	struct leaf_store store; /* the first member */
	char fqdn[64 + 256];     /* as in setup_job */
	char found[80];          /* as it was at first; "" not looked at yet */
	setup_then_fn *then;     /* once it is read */
	unsigned reads, bits, generates, creates;
	bool pushes;    /* it makes no keys, and gets one */
	bool sends_key; /* base64 has it, and nobody saw it in the machine */
	char key_id[LEAF_ID];
	struct machinecert_der public; /* RSAPublicKey of the key in use */
	struct machinecert_der request;
	struct setup_sign sign;
	struct machinecert_chain chain; /* what was issued; n 0: nothing yet */
	unsigned adds[MACHINECERT_CHAIN];
	size_t at;                /* of the chain, that is added */
	char chosen[LEAF_ID];     /* for the context */
	char base64[LEAF_BASE64]; /* of what is sent */
};

/* 0, or -1 when it is longer than we take, or no base64. */
int leaf_decode(struct machinecert_der *to, const char *base64);
/* The machine's full name. */
void leaf_name(const struct setup *s, struct leaf_work *work);
/* Reads all of it again, and goes on with then. */
enum setup_next leaf_read(struct setup *s, setup_then_fn *then);
/* The same on a new connection, after an answer was lost. */
enum setup_next leaf_read_fresh(struct setup *s, setup_then_fn *then);
const struct leaf_cert *leaf_cert_of(const struct leaf_store *store,
    const char *id);
/* The machine's own, for its name, and valid for long enough. */
bool leaf_is_good(const struct setup *s, const struct leaf_store *store,
    const struct leaf_cert *c);
bool leaf_has_key(const struct leaf_store *store, const uint8_t sha256[32]);

/* This one is to serve. */
enum setup_next leaf_choose(struct setup *s, const struct leaf_cert *c);

/* What is due now that the machine was read. */
enum setup_next leaf_decide(struct setup *s);
/* None in the machine will do: makes one, step by step. */
enum setup_next leaf_make(struct setup *s);
/* A request for this key of the machine's. */
enum setup_next leaf_request(struct setup *s, const struct leaf_key *key);
/* SETUP_SIGN */
enum setup_next leaf_sign(struct setup *s);
/* Who signs makes the key, too. */
enum setup_next leaf_push(struct setup *s);
/* It makes no keys, and none is sent where anybody may listen. */
enum setup_next leaf_without_key(struct setup *s);
enum setup_next leaf_add_key(struct setup *s,
    const struct machinecert_der *key);
/* Into work->base64; 0, or -1 when it is too long. */
int leaf_encode(struct leaf_work *work, const uint8_t *bytes, size_t len);
/* Once everything was read back. */
enum setup_next leaf_tidy(struct setup *s);

#endif
