#include "amt/ondie.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/evp.h>

#include "amt/chain.h"
#include "base/text.h"
#include "keys/certuse.h"

/* Where the ROM's certificate is, and the two lengths that a chain has. */
enum { ROM_AT = 3, LENGTH_PART = 4, LENGTH_WHOLE = 6 };

/* 128 bits of security, as P-256 and SHA-256 have: the chains that were seen
 * are of P-384 and SHA-384. */
enum { AUTH_LEVEL = 3 };

enum { KEY_MAX = 256, NAME_MAX_LEN = 96 };

static const struct ondie_root table[] = {
#define ONDIE(name, sha256, key) { name, sha256, key },
#include "amt/ondie.def"
#undef ONDIE
};
#define NTABLE (sizeof(table) / sizeof(table[0]))

static const char *const leaf_names[] = { "AMT RCFG", "iAMT CSME IDevID RCFG" };
static const char *const rom_names[] = { "ROM CA", "ROM DE" };
static const char *const issuer_units[] = { "ODCA 2 CSME", "On Die CSME" };
#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

const char *
ondie_kind_name(enum ondie_kind kind)
{
	static const char *const names[] = { "self-signed", "on-die",
		"on-die-broken", "other" };

	return names[kind];
}

const struct ondie_root *
ondie_root_row(size_t i)
{
	return i < NTABLE ? &table[i] : NULL;
}

static void __attribute__((format(printf, 3, 4)))
ondie_set(struct ondie *o, enum ondie_kind kind, const char *why, ...)
{
	va_list ap;

	o->kind = kind;
	va_start(ap, why);
	(void)vsnprintf(o->why, sizeof(o->why), why, ap);
	va_end(ap);
}

/* --- names ---------------------------------------------------------------- */

typedef bool name_fn(const char *name, const char *wish);

static bool
name_is(const char *name, const char *wish)
{
	return strcmp(name, wish) == 0;
}

static bool
name_has(const char *name, const char *wish)
{
	return strstr(name, wish) != NULL;
}

static bool
name_begins(const char *name, const char *wish)
{
	return strncmp(name, wish, strlen(wish)) == 0;
}

/* Is one of the fields nid of name so?  A field with a NUL in it or too long
 * for any of them is not. */
static bool
name_matches(const X509_NAME *name, int nid, name_fn *fn,
    const char *const *wishes, size_t nwishes)
{
	char text[NAME_MAX_LEN];

	for (int i = -1; (i = X509_NAME_get_index_by_NID(name, nid, i)) >= 0;) {
		const ASN1_STRING *s =
		    X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, i));
		int len = ASN1_STRING_length(s);
		const unsigned char *bytes = ASN1_STRING_get0_data(s);

		if (len <= 0 || (size_t)len >= sizeof(text) ||
		    memchr(bytes, '\0', (size_t)len) != NULL)
			continue;
		memcpy(text, bytes, (size_t)len);
		text[len] = '\0';
		for (size_t n = 0; n < nwishes; n++)
			if (fn(text, wishes[n]))
				return true;
	}
	return false;
}

static bool
is_leaf_name(const X509 *leaf)
{
	return name_matches(X509_get_subject_name(leaf), NID_commonName,
	    name_is, leaf_names, LENGTH(leaf_names));
}

static bool
is_rom_name(const X509 *rom)
{
	return name_matches(X509_get_subject_name(rom), NID_commonName,
	    name_has, rom_names, LENGTH(rom_names));
}

static bool
is_issuer_unit(const X509 *rom)
{
	return name_matches(X509_get_issuer_name(rom),
	    NID_organizationalUnitName, name_begins, issuer_units,
	    LENGTH(issuer_units));
}

/* A part from before production, under one of Intel's DEBUG CAs. */
static bool
is_debug(const X509 *rom)
{
	static const char *const debug[] = { "ROM DE", "DEBUG" };

	return name_matches(X509_get_subject_name(rom), NID_commonName,
	           name_has, debug, 1) ||
	    name_matches(X509_get_issuer_name(rom), NID_organizationalUnitName,
	        name_has, debug, LENGTH(debug));
}

/* Is anything in it called as in an on-die chain? */
static bool
claims_on_die(STACK_OF(X509) * chain)
{
	const X509 *rom = sk_X509_value(chain, ROM_AT);

	return is_leaf_name(sk_X509_value(chain, 0)) ||
	    (rom != NULL && (is_rom_name(rom) || is_issuer_unit(rom)));
}

/* --- signatures ----------------------------------------------------------- */

/* That the first n, in this order, are the path from the leaf to the last. */
static bool
is_path(STACK_OF(X509) * path, STACK_OF(X509) * chain, int n)
{
	if (sk_X509_num(path) != n)
		return false;
	for (int i = 0; i < n; i++)
		if (X509_cmp(sk_X509_value(path, i), sk_X509_value(chain, i)) !=
		    0)
			return false;
	return true;
}

/* Was each of the first n issued by the next?  The last one is taken for
 * right.  NULL, or why not. */
static const char *
path_verify(STACK_OF(X509) * chain, int n)
{
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	const char *why = NULL;

	if (store == NULL || ctx == NULL ||
	    X509_STORE_add_cert(store, sk_X509_value(chain, n - 1)) != 1 ||
	    X509_STORE_CTX_init(ctx, store, sk_X509_value(chain, 0), chain) !=
	        1) {
		why = "out of memory";
		goto out;
	}
	param = X509_STORE_CTX_get0_param(ctx);
	(void)X509_VERIFY_PARAM_set_flags(param,
	    X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_NO_CHECK_TIME);
	X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
	if (X509_verify_cert(ctx) != 1)
		why = X509_verify_cert_error_string(
		    X509_STORE_CTX_get_error(ctx));
	else if (!is_path(X509_STORE_CTX_get0_chain(ctx), chain, n))
		why = "its certificates are not in the order in which they "
		      "issued each other";
out:
	X509_STORE_CTX_free(ctx);
	X509_STORE_free(store);
	ERR_clear_error();
	return why;
}

int
ondie_root_issued(const struct ondie_root *root, X509 *cert)
{
	uint8_t der[KEY_MAX];
	const uint8_t *at = der;
	char name[CERT_NAME];
	EVP_PKEY *key;
	size_t len;
	int ok;

	cert_issuer(name, cert);
	if (strcmp(name, root->name) != 0 ||
	    text_unhex(der, sizeof(der), &len, root->key) == -1)
		return 0;
	key = d2i_PUBKEY(NULL, &at, (long)len);
	ok = key != NULL && X509_verify(cert, key) == 1;
	EVP_PKEY_free(key);
	ERR_clear_error();
	return ok;
}

static bool
has_root(X509 *top, const struct ondie_root *roots, size_t nroots)
{
	for (size_t i = 0; i < nroots; i++)
		if (ondie_root_issued(&roots[i], top))
			return true;
	return false;
}

/* --- the chain ------------------------------------------------------------ */

static void
rom_set(struct ondie *o, X509 *rom)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (X509_digest(rom, EVP_sha256(), sum, &len) == 1 && len == 32)
		text_hex(o->rom, sum, len);
}

/* Of one that is called like an on-die chain and has one of its lengths. */
static void
on_die_check(STACK_OF(X509) * chain, const struct ondie_root *roots,
    size_t nroots, struct ondie *o)
{
	int n = sk_X509_num(chain);
	X509 *rom = sk_X509_value(chain, ROM_AT);
	X509 *top = sk_X509_value(chain, n - 1);
	char name[CERT_NAME];
	const char *why = path_verify(chain, n);

	/* Of a path that is right its lower part is, too. */
	if (why == NULL || path_verify(chain, ROM_AT + 1) == NULL)
		rom_set(o, rom);
	if (why != NULL)
		ondie_set(o, ONDIE_BROKEN, "the on-die chain is not right: %s",
		    why);
	else if (!is_leaf_name(sk_X509_value(chain, 0))) {
		cert_subject(name, sk_X509_value(chain, 0));
		ondie_set(o, ONDIE_BROKEN,
		    "the certificate is not the one for setup (got %.80s, "
		    "expected CN=%s or CN=%s)",
		    name, leaf_names[0], leaf_names[1]);
	} else if (!is_rom_name(rom) || !is_issuer_unit(rom)) {
		cert_subject(name, rom);
		ondie_set(o, ONDIE_BROKEN,
		    "the fourth certificate of the on-die chain is not a ROM's "
		    "(got %.80s)",
		    name);
	} else if (is_debug(rom))
		ondie_set(o, ONDIE_BROKEN,
		    "the machine is a sample from before production, and what "
		    "such ones sign proves nothing");
	else if (has_root(top, roots, nroots))
		ondie_set(o, ONDIE_GENUINE,
		    "the on-die chain is complete, up to a published root");
	else {
		cert_issuer(name, top);
		ondie_set(o, ONDIE_BROKEN,
		    "%s (its last certificate was issued by %.100s)",
		    n == LENGTH_PART
		        ? "the machine sent its on-die chain without the CAs "
		          "above its ROM, so it leads to no published root"
		        : "the on-die chain leads to no published root",
		    name);
	}
}

static void
single_check(X509 *leaf, struct ondie *o)
{
	char name[CERT_NAME];

	cert_issuer(name, leaf);
	if (chain_is_root(leaf))
		ondie_set(o, ONDIE_SELF_SIGNED,
		    "the machine signed its certificate itself");
	else if (is_leaf_name(leaf))
		ondie_set(o, ONDIE_BROKEN,
		    "the machine sent its certificate alone, without its "
		    "on-die chain");
	else
		ondie_set(o, ONDIE_OTHER,
		    "the machine sent one certificate, which is not "
		    "self-signed (its issuer is %.100s)",
		    name);
}

void
ondie_check_roots(STACK_OF(X509) * chain, const struct ondie_root *roots,
    size_t nroots, struct ondie *result)
{
	int n = chain != NULL ? sk_X509_num(chain) : 0;

	*result = (struct ondie){ 0 };
	if (n <= 0)
		ondie_set(result, ONDIE_OTHER,
		    "the machine sent no certificate");
	else if (n == 1)
		single_check(sk_X509_value(chain, 0), result);
	else if (!claims_on_die(chain))
		ondie_set(result, ONDIE_OTHER,
		    "the machine sent a chain of %d certificates that is not "
		    "an on-die chain",
		    n);
	else if (n != LENGTH_PART && n != LENGTH_WHOLE)
		ondie_set(result, ONDIE_BROKEN,
		    "the on-die chain has a wrong length (got %d certificates, "
		    "expected %d or %d)",
		    n, LENGTH_WHOLE, LENGTH_PART);
	else
		on_die_check(chain, roots, nroots, result);
	ERR_clear_error();
}

void
ondie_check(STACK_OF(X509) * chain, struct ondie *result)
{
	ondie_check_roots(chain, table, NTABLE, result);
}
