#include "store/consolestore.h"

#include <string.h>

#include "amt/chain.h"
#include "store/certstore.h"

static bool
print_get(struct store *s, const char *name, char print[CERTS_PRINT])
{
	struct query *q =
	    store_query(s, "SELECT value FROM meta WHERE name = ?");
	bool found;

	query_text(q, 0, name);
	found = query_row(q);
	if (found)
		(void)snprintf(print, CERTS_PRINT, "%s", query_get_text(q, 0));
	query_reset(q);
	return found;
}

static void
print_set(struct store *s, const char *name, const char *print)
{
	struct query *q =
	    store_query(s, "INSERT OR REPLACE INTO meta VALUES (?, ?)");

	query_text(q, 0, name);
	query_text(q, 1, print);
	query_run(q);
}

static X509 *
cert_find(STACK_OF(X509) * all, const char *print)
{
	for (int i = 0; i < sk_X509_num(all); i++) {
		char its[CERTS_PRINT];

		certstore_print(its, sk_X509_value(all, i));
		if (strcmp(its, print) == 0)
			return sk_X509_value(all, i);
	}
	return NULL;
}

static enum consolestore_end
console_read(struct store *s, const char *name, struct setup_chain *c)
{
	char print[CERTS_PRINT];
	STACK_OF(X509) * all;
	struct chain chain;
	struct fault f;
	EVP_PKEY *key = NULL;
	X509 *cert;
	size_t damaged;
	int rc = -1;

	*c = (struct setup_chain){ .n = 0 };
	if (!print_get(s, name, print))
		return CONSOLESTORE_NONE;
	all = certstore_read(s, &damaged);
	cert = cert_find(all, print);
	if (cert != NULL)
		key = certstore_key_of(s, cert);
	if (key != NULL) {
		chain_build(&chain, cert, all, NULL, NULL);
		rc = setup_chain_make(c, chain.certs, chain.n, key, &f);
	}
	EVP_PKEY_free(key);
	sk_X509_pop_free(all, X509_free);
	return rc == 0 ? CONSOLESTORE_OK : CONSOLESTORE_DAMAGED;
}

enum consolestore_end
consolestore_read(struct store *s, struct setup_chain *c)
{
	return console_read(s, "console", c);
}

enum consolestore_end
consolestore_read_before(struct store *s, struct setup_chain *c)
{
	return console_read(s, "console_before", c);
}

bool
consolestore_write(struct store *s, const struct credential *c, X509 *cert,
    int64_t now)
{
	char before[CERTS_PRINT], print[CERTS_PRINT];
	bool had = print_get(s, "console", before);

	certstore_print(print, cert);
	(void)certstore_add_key(s, c->keys[0], "", now);
	certstore_add_certs(s, c->certs, now);
	if (had && strcmp(before, print) == 0)
		return false;
	if (had)
		print_set(s, "console_before", before);
	print_set(s, "console", print);
	return true;
}

bool
consolestore_swap(struct store *s)
{
	char before[CERTS_PRINT], print[CERTS_PRINT];

	if (!print_get(s, "console", print) ||
	    !print_get(s, "console_before", before))
		return false;
	print_set(s, "console", before);
	print_set(s, "console_before", print);
	return true;
}
