/* What a device asks of the client's certificate in mutual TLS: a chain to one
 * of its trusted roots at its own time, the use of a console, and a name that
 * ends as it was told. */
#include <string.h>
#include <strings.h>

#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include "peer/pki.h"
#include "peer/tlsset.h"

#define CONSOLE "2.16.840.1.113741.1.2.1"

static X509_STORE *
trusted_roots(struct machine *m)
{
	X509_STORE *store = X509_STORE_new();
	struct instance *i = instance_first(m, cert_class);

	for (; i != NULL && store != NULL; i = i->next) {
		X509 *x509;

		if (!instance_true(i, "TrustedRootCertficate"))
			continue;
		x509 = cert_x509(i);
		X509_STORE_add_cert(store, x509);
		X509_free(x509);
	}
	return store;
}

static bool
chain_good(struct machine *m, STACK_OF(X509) * chain)
{
	X509_STORE *store = trusted_roots(m);
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	bool good = store != NULL && ctx != NULL &&
	    X509_STORE_CTX_init(ctx, store, sk_X509_value(chain, 0), chain) ==
	        1;

	if (good) {
		X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);

		X509_VERIFY_PARAM_set_time(param, (time_t)machine_clock(m));
		X509_VERIFY_PARAM_set_auth_level(param, 0);
		/* an intermediate is anchor enough from 11.8 on */
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
		good = X509_verify_cert(ctx) == 1;
	}
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	return good;
}

static bool
has_use(EXTENDED_KEY_USAGE *uses, const char *oid)
{
	for (int i = 0; i < sk_ASN1_OBJECT_num(uses); i++) {
		char text[80];

		OBJ_obj2txt(text, sizeof(text), sk_ASN1_OBJECT_value(uses, i),
		    1);
		if (strcmp(text, oid) == 0)
			return true;
	}
	return false;
}

static bool
for_console(X509 *leaf)
{
	EXTENDED_KEY_USAGE *uses =
	    X509_get_ext_d2i(leaf, NID_ext_key_usage, NULL, NULL);
	bool good = uses != NULL && has_use(uses, CONSOLE) &&
	    has_use(uses, "1.3.6.1.5.5.7.3.2");

	sk_ASN1_OBJECT_pop_free(uses, ASN1_OBJECT_free);
	return good;
}

/* The common name is one of the suffixes or below it; without any, each is. */
static bool
name_good(const struct values *names, X509 *leaf)
{
	char cn[256] = "";
	size_t len;

	if (names->n == 0)
		return true;
	X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName,
	    cn, sizeof(cn));
	len = strlen(cn);
	for (size_t i = 0; i < names->n; i++) {
		const char *suffix = names->at[i];
		size_t n = strlen(suffix);

		if (n == len && strcasecmp(cn, suffix) == 0)
			return true;
		if (n < len && strcasecmp(cn + len - n, suffix) == 0 &&
		    (suffix[0] == '.' || cn[len - n - 1] == '.'))
			return true;
	}
	return false;
}

const char *
mutual_judge(struct machine *m, const struct values *names,
    STACK_OF(X509) * chain)
{
	X509 *leaf = chain != NULL ? sk_X509_value(chain, 0) : NULL;

	if (leaf == NULL)
		return "no certificate";
	if (m->faults.console_refuse)
		return "it takes none";
	if (!chain_good(m, chain))
		return "no chain to a trusted root";
	if (!for_console(leaf))
		return "not for clientAuth and " CONSOLE;
	if (!name_good(names, leaf))
		return "its name ends with none of TrustedCN";
	return NULL;
}
