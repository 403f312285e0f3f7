/*
 * cert-crl - the lists of certificates that were revoked, those of machines
 * that were unprovisioned or are set up anew: one of the site's CA, and one of
 * each CA before it whose certificates have not ended.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/pem.h>

#include "amt/crlmake.h"
#include "cert/caname.h"
#include "lib/clock.h"
#include "lib/option.h"
#include "lib/outfile.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/localcas.h"
#include "store/store.h"

#define DAYS 30
#define DAYS_MAX 3650
#define DAY INT64_C(86400)

struct cert_crl {
	const char *dir, *path, *wanted;
	int64_t days, now;
	struct store store;
	struct localca present;
	struct localcas cas;
	X509_CRL **lists; /* of each CA; NULL: none yet, or none possible */
};

enum { OPT_CA = 1, OPT_DAYS };

static void
options_read(struct cert_crl *a, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "ca", required_argument, NULL, OPT_CA },
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
			a->path = outfile_option(optarg);
			break;
		case OPT_CA:
			a->wanted = option_text("--ca", optarg);
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

/* Made when it is asked for first. */
static X509_CRL *
list_of(struct cert_crl *a, size_t ca)
{
	/* The seconds of the clock are the number: no list is made twice in
	 * one. */
	const struct crlmake_life life = { .from = a->now,
		.until = a->now + a->days * DAY,
		.number = (uint64_t)a->now };
	struct fault f;

	if (a->lists[ca] == NULL)
		a->lists[ca] = crlmake_begin(a->cas.list[ca].cert, &life, &f);
	return a->lists[ca];
}

/* Those of the signer program are on its own lists. */
static void
revoked_add(void *arg, size_t ca, X509 *cert, const struct issued_row *r)
{
	struct cert_crl *a = arg;
	X509_CRL *list;
	struct fault f;

	if (r->revoked_at == 0)
		return;
	if (cert == NULL)
		errx(EX_DATAERR,
		    "%s: a certificate of machine %s is damaged: put the site "
		    "back from a backup",
		    a->store.path, r->uuid);
	list = ca == LOCALCAS_NONE ? NULL : list_of(a, ca);
	if (list != NULL && crlmake_add(list, cert, r->revoked_at, &f) == -1)
		errx(EX_SOFTWARE, "%s", f.why);
}

/* One that may not is no reason to write none, unless it is the present one or
 * was asked for. */
static void
list_impossible(const struct cert_crl *a, size_t ca)
{
	char name[CERT_NAME];

	if (ca == 0)
		errx(EX_DATAERR,
		    "%s: the site's CA: it may not sign lists of revoked "
		    "certificates (keyUsage)",
		    a->dir);
	caname_text(name, a->cas.list[ca].cert);
	if (a->wanted != NULL)
		errx(EX_DATAERR,
		    "%s: CA \"%s\": it may not sign lists of revoked "
		    "certificates (keyUsage)",
		    a->dir, name);
	warnx("%s: no list of CA \"%s\", which the site had before: it may "
	      "not sign lists of revoked certificates (keyUsage)",
	    a->dir, name);
}

static void
list_sign(struct cert_crl *a, size_t ca)
{
	X509_CRL *list = list_of(a, ca);
	EVP_PKEY *key = a->cas.list[ca].key;
	char name[CERT_NAME];
	struct fault f;

	if (list == NULL) {
		list_impossible(a, ca);
		return;
	}
	caname_text(name, a->cas.list[ca].cert);
	if (key == NULL)
		errx(EX_DATAERR,
		    "%s: the key of CA \"%s\", which the site had before, is "
		    "damaged: put the site back from a backup",
		    a->store.path, name);
	if (crlmake_sign(list, key, &f) == -1)
		errx(EX_SOFTWARE, "%s", f.why);
}

/* The list of the present CA is the first: programs that read one list only
 * take that. */
static void
lists_write(struct cert_crl *a, FILE *to)
{
	size_t only =
	    a->wanted == NULL ? 0 : caname_find(&a->cas, a->dir, a->wanted);

	for (size_t i = 0; i < a->cas.n; i++) {
		if (a->wanted != NULL ? i != only
		                      : !localcas_is_one(&a->cas, i))
			continue;
		list_sign(a, i);
		if (a->lists[i] != NULL)
			(void)PEM_write_X509_CRL(to, a->lists[i]);
	}
}

static void
lists_of_store(struct cert_crl *a, FILE *to)
{
	store_open(&a->store, a->dir);
	store_begin_read(&a->store);
	if (!localca_read(&a->store, &a->present))
		errx(EX_NOINPUT,
		    "%s: the site has no CA, and so no list; make one with: "
		    "amt-cert ca make -d %s --cn \"NAME\"",
		    a->dir, a->dir);
	localcas_find(&a->cas, &a->store, &a->present);
	a->lists = calloc(a->cas.n, sizeof(X509_CRL *));
	if (a->lists == NULL)
		errx(EX_OSERR, "out of memory");
	localcas_count(&a->cas, &a->store, a->now, revoked_add, a);
	lists_write(a, to);
	store_commit(&a->store);
	store_close(&a->store);
}

static void
lists_free(struct cert_crl *a)
{
	for (size_t i = 0; i < a->cas.n; i++)
		X509_CRL_free(a->lists[i]);
	free(a->lists);
	localcas_free(&a->cas);
	localca_free(&a->present);
}

int
main(int argc, char *argv[])
{
	static struct cert_crl a = { .days = DAYS };
	struct outfile out;

	stage_begin("-d site [--ca name] [--days n] [-o file]",
	    MAY_WRITE_FILES | MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	options_read(&a, argc, argv);
	stage_uses_folder(a.dir);
	stage_makes(a.path);
	stage_confine();
	if (a.path != NULL && outfile_open(&out, a.path, 0644) == -1)
		errx(EX_CANTCREAT, "%s: %s", a.path, outfile_why());
	a.now = clock_seconds();
	lists_of_store(&a, a.path == NULL ? stdout : out.f);
	lists_free(&a);
	if (a.path != NULL && outfile_commit(&out) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s", a.path, outfile_why());
	return stage_end();
}
