/*
 * cert-root - an own root, and a setup server's certificate under it, in the
 * store.
 *
 * The root's key is kept, sealed: machines get the root's hash from sticks, and
 * a certificate for another domain, or a new one in place of one that expires,
 * has to be signed by the same key, or all sticks were made in vain.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/pem.h>

#include "amt/certcheck.h"
#include "amt/certmake.h"
#include "amt/certname.h"
#include "amt/certpurpose.h"
#include "cert/certresults.h"
#include "store/certstore.h"
#include "cert/certwish.h"
#include "keys/certuse.h"
#include "lib/clock.h"
#include "lib/option.h"
#include "lib/outfile.h"
#include "lib/random.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/domains.h"
#include "store/store.h"

/* The dates of certificates have two digits of the year until 2049 (RFC 5280,
 * 4.1.2.5); what old firmware makes of others is not known. */
#define DAYS 3650
#define DAYS_MAX 7300
#define DAY INT64_C(86400)

struct own {
	const char *cn, *dir, *path;
	char name[DOMAIN_TEXT]; /* of the server's certificate */
	unsigned bits;
	int64_t days, now;
	struct store store;
	EVP_PKEY *key; /* the root's */
	X509 *root;
	struct credential credential; /* what is new under it */
	bool is_new;                  /* the root is */
};

enum { OPT_BITS = 1, OPT_CN, OPT_DAYS, OPT_NAME };

static void
set_option(struct own *o, int ch)
{
	switch (ch) {
	case 'd':
		o->dir = optarg;
		break;
	case 'o':
		o->path = optarg;
		break;
	case OPT_BITS:
		o->bits = certwish_bits("--bits", optarg);
		break;
	case OPT_CN:
		o->cn = option_text("--cn", optarg);
		break;
	case OPT_DAYS:
		o->days = (int64_t)stage_number("--days", optarg, 1, DAYS_MAX);
		break;
	case OPT_NAME:
		certwish_name(o->name, "--name", optarg);
		break;
	default:
		stage_usage();
	}
}

static void
options_read(struct own *o, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "bits", required_argument, NULL, OPT_BITS },
		{ "cn", required_argument, NULL, OPT_CN },
		{ "days", required_argument, NULL, OPT_DAYS },
		{ "name", required_argument, NULL, OPT_NAME },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:o:", longopts)) != -1)
		set_option(o, ch);
	if (o->dir == NULL || o->cn == NULL || optind != argc)
		stage_usage();
}

/* --- the name ------------------------------------------------------------- */

struct domains {
	char first[DOMAIN_TEXT], second[DOMAIN_TEXT];
	const char *name; /* with a name, second is one that it is not for */
};

static void
domain_note(void *arg, const struct domain_row *r)
{
	struct domains *d = arg;

	if (r->domain[0] == '\0')
		return;
	if (d->first[0] == '\0')
		(void)snprintf(d->first, sizeof(d->first), "%s", r->domain);
	if (d->name != NULL && d->second[0] == '\0' &&
	    suffix_match(d->name, r->domain, SUFFIX_TABLE) == SUFFIX_NONE)
		(void)snprintf(d->second, sizeof(d->second), "%s", r->domain);
}

/* For the domain of most machines, unless an option has it. */
static void
name_choose(struct own *o)
{
	struct domains d = { 0 };

	if (o->name[0] != '\0')
		return;
	domains_each(&o->store, domain_note, &d);
	if (d.first[0] == '\0')
		errx(EX_USAGE,
		    "the map has no machine whose domain could be taken: say "
		    "--name prov.YOUR.DOMAIN, or load the map first (amt-map)");
	certname_for(o->name, d.first);
	if (strchr(o->name, '.') == NULL || strlen(o->name) > CERTMAKE_CN_MAX)
		errx(EX_USAGE,
		    "no certificate can be for %s, the domain of most machines "
		    "in the map: say --name prov.YOUR.DOMAIN",
		    d.first);
}

/* --- the root ------------------------------------------------------------- */

static bool
is_valid_until(const X509 *cert, int64_t until)
{
	time_t t = (time_t)until;

	return X509_cmp_time(X509_get0_notAfter(cert), &t) > 0;
}

/* Is it a root of ours with that name?  Then its key is the root's. */
static EVP_PKEY *
root_key(struct own *o, X509 *cert)
{
	char cn[DOMAIN_TEXT + 2], print[CERTS_PRINT];

	if (!chain_is_root(cert) || certpurpose_name(cn, cert) != 1 ||
	    strcmp(cn, o->cn) != 0 || !is_valid_until(cert, o->now))
		return NULL;
	certstore_key_print(print, X509_get0_pubkey(cert));
	return certstore_key(&o->store, print);
}

static void
root_find(struct own *o, STACK_OF(X509) * stored)
{
	for (int i = 0; o->root == NULL && i < sk_X509_num(stored); i++) {
		X509 *cert = sk_X509_value(stored, i);

		o->key = root_key(o, cert);
		if (o->key != NULL && X509_up_ref(cert) == 1)
			o->root = cert;
	}
}

static struct certmake_life
life_make(const struct own *o)
{
	struct certmake_life life = { .from = o->now,
		.until = o->now + o->days * DAY };

	random_bytes(life.serial, sizeof(life.serial));
	return life;
}

static void
root_make(struct own *o)
{
	const struct certmake_life life = life_make(o);
	struct fault f;

	o->is_new = true;
	o->key = certwish_key(o->bits);
	o->root = certmake_root(o->key, o->cn, &life, &f);
	if (o->root == NULL)
		errx(EX_USAGE, "--cn: %s", f.why);
}

/* --- the server's certificate --------------------------------------------- */

/* Is there one of that name under the root, which is not to be renewed yet? */
static X509 *
leaf_find(const struct own *o, STACK_OF(X509) * stored)
{
	for (int i = 0; i < sk_X509_num(stored); i++) {
		X509 *cert = sk_X509_value(stored, i);
		char cn[DOMAIN_TEXT + 2];

		if (!chain_is_root(cert) && certpurpose_name(cn, cert) == 1 &&
		    strcmp(cn, o->name) == 0 &&
		    X509_verify(cert, o->key) == 1 &&
		    is_valid_until(cert, o->now + CERTCHECK_SOON_DAYS * DAY))
			return cert;
	}
	return NULL;
}

/* Not longer than its root, which is worth nothing after its end. */
static struct certmake_life
leaf_life(const struct own *o)
{
	struct certmake_life life = life_make(o);
	struct tm tm;

	if (!is_valid_until(o->root, life.until) &&
	    ASN1_TIME_to_tm(X509_get0_notAfter(o->root), &tm) == 1)
		life.until = timegm(&tm);
	return life;
}

/* The credential has the leaf's key, the leaf and the root then. */
static X509 *
leaf_make(struct own *o)
{
	const struct certmake_life life = leaf_life(o);
	struct credential *c = &o->credential;
	struct fault f;
	X509 *leaf;

	c->keys[c->nkeys++] = certwish_key(o->bits);
	leaf = certmake_leaf(c->keys[0], o->name, o->root, o->key, &life, &f);
	if (leaf == NULL)
		errx(EX_OSERR, "%s", f.why);
	if (sk_X509_push(c->certs, leaf) <= 0 || X509_up_ref(o->root) != 1 ||
	    sk_X509_push(c->certs, o->root) <= 0)
		errx(EX_OSERR, "out of memory");
	return leaf;
}

/* --- all of it ------------------------------------------------------------ */

static void
root_show(const struct own *o)
{
	char sum[CERT_SHA256], date[CERT_DATE];

	cert_sha256(sum, o->root);
	cert_date(date, X509_get0_notAfter(o->root));
	(void)printf("root \"%s\": %s, valid until %s\n     SHA-256 %s\n",
	    o->cn, o->is_new ? "new" : "as it was", date, sum);
}

/* 0, or EX_DATAERR with nothing stored. */
static int
leaf_store(struct own *o)
{
	static struct certcheck result;
	const struct certcheck_wish wish = { .now = o->now };
	X509 *leaf = leaf_make(o);

	certcheck_run(&result, &o->credential, &wish);
	certresults_show(&result);
	if (certcheck_worst(&result) == CERTGRADE_FAIL) {
		warnx("nothing stored: a test failed");
		return EX_DATAERR;
	}
	(void)certstore_write(&o->store, &o->credential, leaf, o->now);
	(void)certstore_add_key(&o->store, o->key, "", o->now);
	return 0;
}

static void
advice_show(struct own *o)
{
	struct domains d = { .name = o->name };
	char suffix[DOMAIN_TEXT];

	certname_suffix(suffix, o->name, false);
	(void)printf("what to do: put the root's hash and the suffix %s into "
	             "the machines:\n"
	             "     amt-sticks -d %s --root -o IMAGE\n",
	    suffix, o->dir);
	domains_each(&o->store, domain_note, &d);
	if (d.second[0] != '\0')
		(void)printf("     the map has machines in %s, too, for which "
		             "%s is not:\n"
		             "     amt-cert root with --name prov.%s makes "
		             "another one under the same root\n",
		    d.second, o->name, d.second);
}

static int
own_make(struct own *o)
{
	size_t damaged;
	STACK_OF(X509) *stored = certstore_read(&o->store, &damaged);
	int status = 0;

	if (damaged != 0) /* one of them may be the root */
		errx(EX_DATAERR,
		    "%s: certificates that are damaged: %zu; put the site back "
		    "from a backup, or add them again from their files",
		    o->store.path, damaged);
	root_find(o, stored);
	name_choose(o);
	if (o->root == NULL)
		root_make(o);
	root_show(o);
	if (leaf_find(o, stored) != NULL)
		(void)printf("%s: was stored before\n", o->name);
	else if ((status = leaf_store(o)) == 0)
		(void)printf("stored, with both private keys sealed\n");
	if (status == 0)
		advice_show(o);
	sk_X509_pop_free(stored, X509_free);
	return status;
}

/* A file of before stays unless all went well. */
static void
root_write(const struct own *o, struct outfile *out)
{
	(void)PEM_write_X509(out->f, o->root);
	if (outfile_commit(out) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s; the root is in the store: run it again", o->path,
		    outfile_why());
}

int
main(int argc, char *argv[])
{
	static struct own o = { .bits = CERTWISH_BITS, .days = DAYS };
	struct outfile out;
	int own, status;

	stage_begin("-d site --cn name [--name name] [--days n] "
	            "[--bits 2048|3072] [-o file]",
	    MAY_WRITE_FILES | MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	options_read(&o, argc, argv);
	stage_uses_folder(o.dir);
	stage_makes(o.path);
	if (credential_begin(&o.credential) == -1)
		errx(EX_OSERR, "out of memory");
	stage_confine();
	o.now = clock_seconds();
	if (o.path != NULL && outfile_open(&out, o.path, 0644) == -1)
		errx(EX_CANTCREAT, "%s: %s", o.path, outfile_why());
	store_open(&o.store, o.dir);
	store_begin(&o.store);
	own = own_make(&o);
	if (own == 0)
		store_commit(&o.store);
	else
		store_rollback(&o.store);
	store_close(&o.store);
	if (own == 0 && o.path != NULL)
		root_write(&o, &out);
	X509_free(o.root);
	EVP_PKEY_free(o.key);
	credential_end(&o.credential);
	status = stage_end();
	return status != 0 ? status : own;
}
