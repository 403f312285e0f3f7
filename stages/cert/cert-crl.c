/*
 * cert-crl - the list of certificates of the site's CA that were revoked: those
 * of machines that were unprovisioned, or are set up anew.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/pem.h>

#include "amt/crlmake.h"
#include "lib/clock.h"
#include "lib/option.h"
#include "lib/outfile.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/issued.h"
#include "store/localca.h"
#include "store/store.h"

#define DAYS 30
#define DAYS_MAX 3650
#define DAY INT64_C(86400)

struct cert_crl {
	const char *dir, *path;
	int64_t days, now;
	struct store store;
	struct localca ca;
	X509_CRL *crl;
};

enum { OPT_DAYS = 1 };

static void
options_read(struct cert_crl *a, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "days", required_argument, NULL, OPT_DAYS },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:o:", longopts)) != -1)
		switch (ch) {
		case 'd':
			a->dir = optarg;
			break;
		case 'o':
			a->path = optarg;
			break;
		case OPT_DAYS:
			a->days = (int64_t)stage_number("--days", optarg, 1,
			    DAYS_MAX);
			break;
		default:
			stage_usage();
		}
	if (a->dir == NULL || optind != argc)
		stage_usage();
}

/* Those of a CA of before, and of the signer program, are on their lists. */
static void
crl_add(void *arg, const struct issued_row *r)
{
	struct cert_crl *a = arg;
	BIO *bio = BIO_new_mem_buf(r->pem, -1);
	X509 *cert =
	    bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
	struct fault f;

	if (cert == NULL)
		errx(EX_DATAERR,
		    "%s: a certificate of machine %s is damaged: put the site "
		    "back from a backup",
		    a->store.path, r->uuid);
	if (crlmake_is_of(a->ca.cert, cert) &&
	    crlmake_add(a->crl, cert, r->revoked_at, &f) == -1)
		errx(EX_SOFTWARE, "%s", f.why);
	X509_free(cert);
	(void)BIO_free(bio);
}

/* The seconds of the clock are the number: no list is made twice in one. */
static void
crl_make(struct cert_crl *a)
{
	const struct crlmake_life life = { .from = a->now,
		.until = a->now + a->days * DAY,
		.number = (uint64_t)a->now };
	struct fault f;

	a->crl = crlmake_begin(a->ca.cert, &life, &f);
	if (a->crl == NULL)
		errx(EX_DATAERR, "%s: the site's CA: %s", a->dir, f.why);
	issued_each_revoked(&a->store, a->now, crl_add, a);
	if (crlmake_sign(a->crl, a->ca.key, &f) == -1)
		errx(EX_SOFTWARE, "%s", f.why);
}

static void
crl_of_store(struct cert_crl *a)
{
	store_open(&a->store, a->dir);
	store_begin_read(&a->store);
	if (!localca_read(&a->store, &a->ca))
		errx(EX_NOINPUT,
		    "%s: the site has no CA, and so no list; make one with: "
		    "amt-cert ca make -d %s --cn \"NAME\"",
		    a->dir, a->dir);
	crl_make(a);
	store_commit(&a->store);
	store_close(&a->store);
	localca_free(&a->ca);
}

int
main(int argc, char *argv[])
{
	static struct cert_crl a = { .days = DAYS };
	struct outfile out;

	stage_begin("-d site [--days n] [-o file]",
	    MAY_WRITE_FILES | MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	options_read(&a, argc, argv);
	stage_uses_folder(a.dir);
	stage_makes(a.path);
	stage_confine();
	if (a.path != NULL && outfile_open(&out, a.path, 0644) == -1)
		errx(EX_CANTCREAT, "%s: %s", a.path, outfile_why());
	a.now = clock_seconds();
	crl_of_store(&a);
	(void)PEM_write_X509_CRL(a.path == NULL ? stdout : out.f, a.crl);
	X509_CRL_free(a.crl);
	if (a.path != NULL && outfile_commit(&out) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s", a.path, outfile_why());
	return stage_end();
}
