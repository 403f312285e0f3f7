/*
 * cert-request - a request for a setup server's certificate, with a key that is
 * made here and sealed in the store.
 *
 * The key is in the store before the request is anywhere: a request whose key
 * is lost would be paid for in vain.  Asked again for the same name while there
 * is no answer, it takes the same key.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/pem.h>

#include "amt/certmake.h"
#include "amt/certname.h"
#include "base/text.h"
#include "store/certstore.h"
#include "cert/certwish.h"
#include "lib/clock.h"
#include "lib/option.h"
#include "lib/outfile.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/store.h"

struct request {
	struct certmake_subject subject;
	char name[DOMAIN_TEXT];
	unsigned bits;
	bool fresh; /* never the key of an earlier request */
	const char *dir, *path;
	struct store store;
};

enum { OPT_BITS = 1, OPT_CN, OPT_COUNTRY, OPT_NEW, OPT_ORGANIZATION, OPT_OU };

static const char *
country_option(const char *arg)
{
	if (strlen(arg) != 2 || arg[0] < 'A' || arg[0] > 'Z' || arg[1] < 'A' ||
	    arg[1] > 'Z')
		errx(EX_USAGE,
		    "--country: not a country (expected two capital letters, "
		    "such as DE)");
	return arg;
}

static const char *
organization_option(const char *arg)
{
	(void)option_text("--organization", arg);
	if (strlen(arg) > 64)
		errx(EX_USAGE, "--organization: longer than 64 bytes");
	return arg;
}

static void
set_option(struct request *r, int ch)
{
	switch (ch) {
	case 'd':
		r->dir = optarg;
		break;
	case 'o':
		r->path = outfile_option(optarg);
		break;
	case OPT_BITS:
		r->bits = certwish_bits("--bits", optarg);
		break;
	case OPT_CN:
		certwish_name(r->name, "--cn", optarg);
		r->subject.name = r->name;
		break;
	case OPT_COUNTRY:
		r->subject.country = country_option(optarg);
		break;
	case OPT_NEW:
		r->fresh = true;
		break;
	case OPT_ORGANIZATION:
		r->subject.organization = organization_option(optarg);
		break;
	case OPT_OU:
		r->subject.unit = true;
		break;
	default:
		stage_usage();
	}
}

static void
options_read(struct request *r, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "bits", required_argument, NULL, OPT_BITS },
		{ "cn", required_argument, NULL, OPT_CN },
		{ "country", required_argument, NULL, OPT_COUNTRY },
		{ "new", no_argument, NULL, OPT_NEW },
		{ "organization", required_argument, NULL, OPT_ORGANIZATION },
		{ "ou", no_argument, NULL, OPT_OU },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:o:", longopts)) != -1)
		set_option(r, ch);
	if (r->dir == NULL || r->subject.name == NULL || optind != argc)
		stage_usage();
}

/* --- the key -------------------------------------------------------------- */

struct earlier {
	struct request *request;
	EVP_PKEY *key;
	int64_t asked_at;
};

static void
earlier_look(void *arg, const struct server_key_row *row)
{
	struct earlier *e = arg;

	if (e->key != NULL || row->has_cert ||
	    strcmp(row->asked_name, e->request->name) != 0)
		return;
	e->key = certstore_key(&e->request->store, row->print);
	e->asked_at = row->added_at;
	if (certwish_key_bits(e->key) == e->request->bits)
		return;
	EVP_PKEY_free(e->key);
	e->key = NULL;
}

/* That of an earlier request which has no answer, or NULL. */
static EVP_PKEY *
key_asked(struct request *r)
{
	struct earlier e = { .request = r };
	char at[TEXT_TIME];

	if (r->fresh)
		return NULL;
	certs_each_key(&r->store, earlier_look, &e);
	if (e.key == NULL)
		return NULL;
	text_time(at, e.asked_at);
	warnx("%s was asked for on %.10s, and no answer is in the store: this "
	      "request has the same key (--new makes another one)",
	    r->name, at);
	return e.key;
}

/* --- the request ---------------------------------------------------------- */

static void
advice_show(const struct request *r)
{
	(void)printf("%s: request for %s, RSA of %u bits\n", r->path, r->name,
	    r->bits);
	(void)printf(
	    "its private key is in the site's store, sealed, and nowhere "
	    "else\n");
	(void)printf("for machines whose DNS suffix is %s or below it\n",
	    suffix_shorten(r->name, SUFFIX_TABLE));
	if (certname_is_private(r->name))
		(void)printf(
		    "warning: no public CA issues certificates for this name; "
		    "a CA of your own can, or amt-cert root\n");
	(void)printf("what to do: send it to the CA, ask that %s stays in the "
	             "certificate,\n"
	             "     then: amt-cert add -d %s ANSWER.pem\n",
	    r->subject.unit ? "the OU"
	                    : "the extended key usage 2.16.840.1.113741.1.2.3",
	    r->dir);
}

static void
request_commit(struct outfile *o)
{
	if (outfile_commit(o) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s; the key is in the store: run it again", o->path,
		    outfile_why());
}

/* The store is committed before the file is. */
static void
request_make(struct request *r)
{
	struct outfile o;
	struct fault f;
	EVP_PKEY *key;
	X509_REQ *request;

	if (r->path != NULL && outfile_open(&o, r->path, 0644) == -1)
		errx(EX_CANTCREAT, "%s: %s", r->path, outfile_why());
	store_open(&r->store, r->dir);
	store_begin(&r->store);
	key = key_asked(r);
	if (key == NULL)
		key = certwish_key(r->bits);
	request = certmake_request(key, &r->subject, &f);
	if (request == NULL)
		errx(EX_OSERR, "%s", f.why);
	(void)certstore_add_key(&r->store, key, r->name, clock_seconds());
	store_commit(&r->store);
	store_close(&r->store);
	/* What does not take it is seen when it is closed. */
	(void)PEM_write_X509_REQ(r->path != NULL ? o.f : stdout, request);
	if (r->path != NULL) {
		request_commit(&o);
		advice_show(r);
	}
	X509_REQ_free(request);
	EVP_PKEY_free(key);
}

int
main(int argc, char *argv[])
{
	static struct request r = { .bits = CERTWISH_BITS };

	stage_begin("-d site --cn name [--bits 2048|3072] [--ou] "
	            "[--organization text] [--country code] [--new] [-o file]",
	    MAY_WRITE_FILES | MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	options_read(&r, argc, argv);
	stage_uses_folder(r.dir);
	stage_makes(r.path);
	stage_confine();
	request_make(&r);
	return stage_end();
}
