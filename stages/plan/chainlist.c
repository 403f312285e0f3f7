#include "plan/chainlist.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/x509v3.h>

#include "amt/suffix.h"
#include "base/domain.h"
#include "lib/stream.h"
#include "store/certstore.h"
#include "store/heard.h"

_Static_assert(CERTCHOICE_MAX == SETUP_CHAINS_MAX,
    "a job takes all chains that a machine may take");

struct chainlist_choice {
	int64_t hash_list;
	char domain[DOMAIN_TEXT];
	bool release_known;
	struct release release;
	struct certchoice choice;
};

/* --- what the store has --------------------------------------------------- */

/* A root of one's own has its key here too, and is no server's. */
static bool
is_server(X509 *cert)
{
	return (X509_get_extension_flags(cert) & EXFLAG_CA) == 0;
}

/* Those that machines can be set up with: the key is here and opens. */
static void
chainlist_read(struct chainlist *l, struct store *s)
{
	STACK_OF(X509) * leaves;
	struct certstore_damage damage;

	l->read = true;
	l->changed = certs_changed(s);
	l->all = certstore_read_leaves(s, &leaves, &damage);
	l->damaged = damage.leaves;
	l->leaves = calloc((size_t)sk_X509_num(leaves) + 1, sizeof(*l->leaves));
	if (l->leaves == NULL)
		err(EX_OSERR, "certificates");
	for (int i = 0; i < sk_X509_num(leaves); i++) {
		X509 *cert = sk_X509_value(leaves, i);
		EVP_PKEY *key =
		    is_server(cert) ? certstore_key_of(s, cert) : NULL;

		if (key != NULL)
			l->leaves[l->nleaves++] =
			    (struct chainlist_leaf){ cert, key };
		else
			l->damaged += is_server(cert);
	}
	sk_X509_pop_free(leaves, X509_free);
}

/* --- which of them -------------------------------------------------------- */

static struct certchoice
choice_judge(struct chainlist *l, struct store *s,
    const struct chainlist_choice *c, int64_t now)
{
	static char text[HELLO_HASHES_TEXT];
	static struct hello hello;
	struct certchoice_machine m = { .hello = &hello,
		.domain = c->domain,
		.release_known = c->release_known,
		.release = c->release,
		.now = now };
	X509 **leaves = calloc(l->nleaves + 1, sizeof(X509 *));
	struct certchoice choice;

	if (leaves == NULL)
		err(EX_OSERR, "certificates");
	for (size_t i = 0; i < l->nleaves; i++)
		leaves[i] = l->leaves[i].cert;
	memset(&hello, 0, sizeof(hello));
	hello.version = HELLO_PKI;
	heard_hashes(s, c->hash_list, text);
	if (hello_hashes_parse(&hello, text, NULL) == -1)
		hello.nhashes = hello.list_len = 0;
	certchoice_run(&choice, &m, leaves, l->nleaves, l->all);
	free(leaves);
	if (choice.why == REASON_CERT_NONE && l->damaged != 0)
		choice.why = REASON_CERT_DAMAGED;
	else if (choice.why == REASON_CERT_NONE)
		certchoice_offered(choice.detail, sizeof(choice.detail),
		    &hello);
	return choice;
}

static bool
is_alike(const struct chainlist_choice *a, const struct chainlist_choice *b)
{
	return a->hash_list == b->hash_list &&
	    a->release_known == b->release_known &&
	    a->release.major == b->release.major &&
	    a->release.minor == b->release.minor &&
	    strcmp(a->domain, b->domain) == 0;
}

static struct chainlist_choice *
choice_add(struct chainlist *l, const struct chainlist_choice *c)
{
	struct chainlist_choice *own = malloc(sizeof(*own));

	if (l->nchoices == l->cap) {
		l->cap = l->cap == 0 ? 16 : 2 * l->cap;
		l->choices = reallocarray(l->choices, l->cap,
		    sizeof(struct chainlist_choice *));
	}
	if (own == NULL || l->choices == NULL)
		err(EX_OSERR, "certificates");
	*own = *c;
	l->choices[l->nchoices++] = own;
	return own;
}

const struct certchoice *
chainlist_choose(struct chainlist *l, struct store *s,
    const struct chainlist_machine *m)
{
	struct chainlist_choice c = { .hash_list = m->hash_list }, *own;
	char host[DOMAIN_HOST], domain[DOMAIN_TEXT];

	if (!l->read)
		chainlist_read(l, s);
	if (m->fqdn[0] != '\0') {
		domain_split(host, domain, m->fqdn);
		(void)suffix_name(c.domain, domain, strlen(domain), NULL);
	}
	c.release_known = m->firmware[0] != '\0' &&
	    release_parse(&c.release, m->firmware, NULL) == 0;
	if (!c.release_known)
		c.release = (struct release){ 0, 0 };
	for (size_t i = 0; i < l->nchoices; i++)
		if (is_alike(l->choices[i], &c))
			return &l->choices[i]->choice;
	own = choice_add(l, &c);
	own->choice = choice_judge(l, s, own, m->now);
	return &own->choice;
}

int64_t
chainlist_changed(struct chainlist *l, struct store *s)
{
	if (!l->read)
		chainlist_read(l, s);
	return l->changed;
}

/* --- those that are used -------------------------------------------------- */

static EVP_PKEY *
key_of(const struct chainlist *l, const X509 *leaf)
{
	for (size_t i = 0; i < l->nleaves; i++)
		if (l->leaves[i].cert == leaf)
			return l->leaves[i].key;
	return NULL;
}

static bool
is_same(const struct setup_chain *a, const struct chain *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->certs[i] != b->certs[i])
			return false;
	return true;
}

const char *
chainlist_use_own(struct chainlist *l, struct setup_chain *c)
{
	const struct setup_chain *same = chains_find(&l->used, c->name);

	if (same != NULL || l->used.n == CHAINS_MAX) {
		setup_chain_wipe(c);
		return same == NULL ? NULL : same->name;
	}
	l->used.list[l->used.n] = *c;
	*c = (struct setup_chain){ .n = 0 };
	return l->used.list[l->used.n++].name;
}

/* The name of one; NULL when there is no room for another.  The console's may
 * be the same one, read from the store once more. */
static const char *
chain_use(struct chainlist *l, const struct chain *chain)
{
	struct setup_chain own;
	struct fault f;

	for (size_t i = 0; i < l->used.n; i++)
		if (is_same(&l->used.list[i], chain))
			return l->used.list[i].name;
	if (setup_chain_make(&own, chain->certs, chain->n,
	        key_of(l, chain->certs[0]), &f) == -1)
		errx(EX_SOFTWARE, "a certificate of the store: %s", f.why);
	return chainlist_use_own(l, &own);
}

void
chainlist_use(struct chainlist *l, const struct certchoice *c,
    char names[SETUP_CHAINS_MAX * SETUP_CHAIN_NAME])
{
	size_t n = 0;

	names[0] = '\0';
	for (size_t i = 0; i < c->n; i++) {
		const char *name = chain_use(l, &c->chain[i]);

		if (name == NULL)
			return;
		n += (size_t)snprintf(names + n,
		    SETUP_CHAINS_MAX * SETUP_CHAIN_NAME - n, "%s%s",
		    n == 0 ? "" : ",", name);
	}
}

void
chainlist_write(struct chainlist *l, bool reveal)
{
	const char *fields[CHAINS_NCOLUMNS];
	struct chain_texts texts;
	struct stream_out out;

	if (l->used.n == l->nwritten)
		return;
	stream_begin(&out, &kind_chains, reveal);
	for (; l->nwritten < l->used.n; l->nwritten++) {
		if (chain_fields(&l->used.list[l->nwritten], &texts, fields) ==
		    -1)
			err(EX_OSERR, "certificates");
		stream_write(&out, fields);
		chain_texts_wipe(&texts);
	}
	stream_end(&out, 0);
}

void
chainlist_forget(struct chainlist *l)
{
	for (size_t i = 0; i < l->nleaves; i++)
		EVP_PKEY_free(l->leaves[i].key);
	free(l->leaves);
	l->leaves = NULL;
	l->nleaves = 0;
	sk_X509_pop_free(l->all, X509_free);
	l->all = NULL;
	l->damaged = 0;
	for (size_t i = 0; i < l->nchoices; i++)
		free(l->choices[i]);
	l->nchoices = 0;
	l->read = false;
}

void
chainlist_wipe(struct chainlist *l)
{
	chainlist_forget(l);
	chains_wipe(&l->used);
	free(l->choices);
	*l = (struct chainlist){ .read = false };
}
