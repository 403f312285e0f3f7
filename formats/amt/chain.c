#include "amt/chain.h"

#include <stdbool.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

#include "keys/certuse.h"

/* Signatures that are checked for one chain: as many as 16 ways of 16 need. */
#define STEPS_MAX 256

struct search {
	STACK_OF(X509) * all;
	chain_rank_fn *rank;
	void *arg;
	struct chain path;  /* the way that is being gone */
	struct chain *best; /* of those that were gone */
	bool found;         /* best holds one */
	unsigned steps;
};

static bool
is_digest_known(const X509 *cert)
{
	int md = NID_undef, key;

	return OBJ_find_sigid_algs(X509_get_signature_nid(cert), &md, &key) !=
	    1 ||
	    md == NID_undef || EVP_get_digestbynid(md) != NULL;
}

int
chain_is_root(X509 *cert)
{
	if ((X509_get_extension_flags(cert) & EXFLAG_SS) == 0)
		return 0;
	return cert_is_self_signed(cert) || !is_digest_known(cert);
}

/* Whole ones first, then by rank, length and the root's last day; of others
 * the one that gets furthest. */
static bool
is_better(const struct chain *a, const struct chain *b)
{
	int days = 0, seconds = 0;

	if ((a->end == CHAIN_WHOLE) != (b->end == CHAIN_WHOLE))
		return a->end == CHAIN_WHOLE;
	if (a->end != CHAIN_WHOLE)
		return a->n > b->n;
	if (a->rank != b->rank)
		return a->rank > b->rank;
	if (a->n != b->n)
		return a->n < b->n;
	for (size_t i = 0; i < a->n; i++)
		if (ASN1_TIME_diff(&days, &seconds,
		        X509_get0_notAfter(b->certs[i]),
		        X509_get0_notAfter(a->certs[i])) == 1 &&
		    (days != 0 || seconds != 0))
			return days > 0 || seconds > 0;
	return false;
}

static void
path_end(struct search *s, enum chain_end end)
{
	X509 *last = s->path.certs[s->path.n - 1];

	s->path.end = end;
	s->path.rank = 0;
	if (end == CHAIN_WHOLE) {
		s->path.rank = s->rank != NULL ? s->rank(last, s->arg) : 0;
		s->path.nroots++;
	}
	if (s->found && !is_better(&s->path, s->best))
		return;
	*s->best = s->path;
	s->found = true;
}

/* The same certificate, or another of its name and key: going on from there
 * leads to where the path has been. */
static bool
path_has(const struct chain *path, const X509 *cert)
{
	for (size_t i = 0; i < path->n; i++)
		if (X509_cmp(path->certs[i], cert) == 0 ||
		    (X509_NAME_cmp(X509_get_subject_name(path->certs[i]),
		         X509_get_subject_name(cert)) == 0 &&
		        EVP_PKEY_eq(X509_get0_pubkey(path->certs[i]),
		            X509_get0_pubkey(cert)) == 1))
			return true;
	return false;
}

static bool
is_given_before(const struct search *s, int i)
{
	const X509 *cert = sk_X509_value(s->all, i);

	for (int j = 0; j < i; j++)
		if (X509_cmp(sk_X509_value(s->all, j), cert) == 0)
			return true;
	return false;
}

/* Bounded by CHAIN_MAX deep and STEPS_MAX in all. */
static void
path_follow(struct search *s) /* NOLINT(misc-no-recursion) */
{
	X509 *last = s->path.certs[s->path.n - 1];
	enum chain_end end = CHAIN_MISSING;
	bool went_on = false;

	if (chain_is_root(last)) {
		path_end(s, CHAIN_WHOLE);
		return;
	}
	for (int i = 0; i < sk_X509_num(s->all); i++) {
		X509 *next = sk_X509_value(s->all, i);

		if (X509_NAME_cmp(X509_get_issuer_name(last),
		        X509_get_subject_name(next)) != 0 ||
		    path_has(&s->path, next) || is_given_before(s, i))
			continue;
		if (s->path.n == CHAIN_MAX || s->steps++ == STEPS_MAX) {
			end = CHAIN_LONG;
			break;
		}
		if (X509_verify(last, X509_get0_pubkey(next)) != 1 &&
		    is_digest_known(last)) {
			end = CHAIN_FORGED;
			continue;
		}
		went_on = true;
		s->path.certs[s->path.n++] = next;
		path_follow(s);
		s->path.n--;
	}
	if (!went_on || end == CHAIN_LONG)
		path_end(s, end);
}

void
chain_build(struct chain *c, X509 *leaf, STACK_OF(X509) * all,
    chain_rank_fn *rank, void *arg)
{
	struct search s = { .all = all, .rank = rank, .arg = arg, .best = c };

	*c = (struct chain){ .end = CHAIN_LONG, .n = 1, .certs = { leaf } };
	if (sk_X509_num(all) > CHAIN_GIVEN_MAX)
		return;
	s.path = (struct chain){ .n = 1, .certs = { leaf } };
	path_follow(&s);
	c->nroots = s.path.nroots > 0 ? s.path.nroots - 1 : 0;
}

/* Handshake header, length of the list, and before each its own length. */
size_t
chain_message_len(const struct chain *c)
{
	size_t len = 4 + 3;

	for (size_t i = 0; i < c->n; i++) {
		int n = i2d_X509(c->certs[i], NULL);

		len += 3 + (n > 0 ? (size_t)n : 0);
	}
	return len;
}

const X509 *
chain_invalid(const struct chain *c, int64_t now)
{
	time_t t = (time_t)now;

	for (size_t i = 0; i < c->n; i++)
		if (X509_cmp_time(X509_get0_notAfter(c->certs[i]), &t) <= 0 ||
		    X509_cmp_time(X509_get0_notBefore(c->certs[i]), &t) > 0)
			return c->certs[i];
	return NULL;
}
