/*
 * cert-ca - the site's own CA, which issues certificates to its machines: makes
 * it or takes one that there is, shows it, and writes its certificate for those
 * who are to trust it.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "amt/certcheck.h"
#include "amt/certmake.h"
#include "base/text.h"
#include "cert/caname.h"
#include "cert/certwish.h"
#include "cert/credfile.h"
#include "lib/clock.h"
#include "lib/option.h"
#include "lib/outfile.h"
#include "lib/random.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/localcas.h"
#include "store/store.h"

#define DAYS 3650
#define DAYS_MAX 7300
#define DAY INT64_C(86400)
#define BITS_LEAST 2048

enum command { CA_MAKE, CA_ADD, CA_SHOW, CA_EXPORT, CA_NCOMMANDS };

static const char *const commands[] = { "make", "add", "show", "export" };

struct cert_ca {
	enum command command;
	const char *dir, *path, *cn;
	unsigned bits;
	int64_t days;
	int fd;
	bool is_new, without_mac;
	struct store store;
	struct credfile files;
	struct credential credential;
	struct localca before; /* as the store has it */
};

enum { OPT_BITS = 1, OPT_CN, OPT_DAYS, OPT_NEW, OPT_WITHOUT_MAC };

/* --- the command line ----------------------------------------------------- */

static void
option_set(struct cert_ca *a, int ch)
{
	switch (ch) {
	case 'd':
		a->dir = optarg;
		break;
	case 'o':
		a->path = optarg;
		break;
	case 'p':
		a->fd = (int)stage_number("-p", optarg, 0, 1023);
		break;
	case OPT_BITS:
		a->bits = certwish_bits("--bits", optarg);
		break;
	case OPT_CN:
		a->cn = option_text("--cn", optarg);
		break;
	case OPT_DAYS:
		a->days = (int64_t)stage_number("--days", optarg, 1, DAYS_MAX);
		break;
	case OPT_NEW:
		a->is_new = true;
		break;
	case OPT_WITHOUT_MAC:
		a->without_mac = true;
		break;
	default:
		stage_usage();
	}
}

/* The word after the options; the files of add are what is left. */
static void
command_find(struct cert_ca *a, int argc, char *argv[])
{
	const char *word = optind < argc ? argv[optind++] : "";

	while (a->command < CA_NCOMMANDS &&
	    strcmp(commands[a->command], word) != 0)
		a->command++;
	if (a->command == CA_NCOMMANDS || a->dir == NULL ||
	    (a->command == CA_MAKE) != (a->cn != NULL) ||
	    (a->command == CA_ADD) != (optind < argc) ||
	    (a->path != NULL && a->command != CA_MAKE &&
	        a->command != CA_EXPORT))
		stage_usage();
}

static void
options_read(struct cert_ca *a, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "bits", required_argument, NULL, OPT_BITS },
		{ "cn", required_argument, NULL, OPT_CN },
		{ "days", required_argument, NULL, OPT_DAYS },
		{ "new", no_argument, NULL, OPT_NEW },
		{ "without-mac", no_argument, NULL, OPT_WITHOUT_MAC },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:o:p:", longopts)) != -1)
		option_set(a, ch);
	command_find(a, argc, argv);
}

/* --- shown ---------------------------------------------------------------- */

static void
ca_show(X509 *cert, const char *what)
{
	char sum[CERT_SHA256], date[CERT_DATE], name[CERT_NAME];

	caname_text(name, cert);
	cert_sha256(sum, cert);
	cert_date(date, X509_get0_notAfter(cert));
	(void)printf("CA \"%s\": %s, valid until %s\n     SHA-256 %s\n", name,
	    what, date, sum);
}

/* --- made, or taken ------------------------------------------------------- */

/* Machines trust nothing else, and what they have would be worth nothing. */
static void
ca_keep_it(const struct cert_ca *a)
{
	char name[CERT_NAME];

	if (a->before.cert == NULL || a->is_new)
		return;
	caname_text(name, a->before.cert);
	errx(EX_USAGE,
	    "%s: the site has a CA, \"%s\"; with --new another one issues "
	    "from now on",
	    a->dir, name);
}

static int
ca_make(struct cert_ca *a)
{
	struct certmake_life life = { .from = clock_seconds() };
	EVP_PKEY *key;
	struct fault f;
	X509 *root;

	ca_keep_it(a);
	life.until = life.from + a->days * DAY;
	random_bytes(life.serial, sizeof(life.serial));
	key = certwish_key(a->bits);
	root = certmake_root(key, a->cn, &life, &f);
	if (root == NULL)
		errx(EX_USAGE, "--cn: %s", f.why);
	a->credential.keys[a->credential.nkeys++] = key;
	if (sk_X509_push(a->credential.certs, root) <= 0)
		errx(EX_OSERR, "out of memory");
	(void)localca_write(&a->store, root, key, a->credential.certs,
	    life.from);
	ca_show(root, "new");
	(void)printf("what to do: have %s trusted by whoever connects to "
	             "machines\n",
	    a->path == NULL || outfile_option(a->path) == NULL ? "it"
	                                                       : a->path);
	if (a->path == NULL)
		(void)printf("     amt-cert ca export -d %s -o ca.pem\n",
		    a->dir);
	return 0;
}

/* Why it cannot issue certificates, or NULL. */
static const char *
ca_wrong(X509 *cert, int64_t now)
{
	EVP_PKEY *key = X509_get0_pubkey(cert);
	time_t t = (time_t)now;

	if ((X509_get_key_usage(cert) & KU_KEY_CERT_SIGN) == 0)
		return "it may not sign certificates (keyUsage)";
	if (X509_check_ca(cert) != 1)
		return "it is no CA's (basicConstraints say so)";
	if (X509_cmp_time(X509_get0_notBefore(cert), &t) > 0)
		return "it is not valid yet";
	if (X509_cmp_time(X509_get0_notAfter(cert), &t) < 0)
		return "it is no longer valid";
	if (key == NULL || EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA ||
	    EVP_PKEY_get_bits(key) < BITS_LEAST)
		return "its key is no RSA key of 2048 bits or more";
	return NULL;
}

static void
add_file(int fd, const char *name, void *arg)
{
	struct cert_ca *a = arg;

	credfile_add(&a->files, &a->credential, fd, name);
}

static int
ca_add(struct cert_ca *a)
{
	X509 *cert = credential_leaf(&a->credential);
	int64_t now = clock_seconds();
	const char *wrong;

	if (cert == NULL) {
		warnx("nothing stored: the files have no certificate whose "
		      "private key is in them, too");
		return EX_DATAERR;
	}
	wrong = ca_wrong(cert, now);
	if (wrong != NULL) {
		warnx("nothing stored: the certificate cannot be the site's "
		      "CA: %s",
		    wrong);
		return EX_DATAERR;
	}
	if (a->before.cert == NULL || X509_cmp(a->before.cert, cert) != 0)
		ca_keep_it(a);
	ca_show(cert,
	    localca_write(&a->store, cert, a->credential.keys[0],
	        a->credential.certs, now)
	        ? "stored"
	        : "was stored before");
	return 0;
}

/* --- all of it ------------------------------------------------------------ */

static void
ca_require(const struct cert_ca *a)
{
	if (a->before.cert == NULL)
		errx(EX_NOINPUT,
		    "%s: the site has no CA; make one with: amt-cert ca make "
		    "-d %s --cn \"NAME\"",
		    a->dir, a->dir);
}

/* Those before it stay until their certificates have ended. */
static void
ca_show_all(struct cert_ca *a)
{
	struct localcas all;
	char date[TEXT_TIME];

	localcas_find(&all, &a->store, &a->before);
	localcas_count(&all, &a->store, clock_seconds(), NULL, NULL);
	for (size_t i = 0; i < all.n; i++) {
		if (!localcas_is_one(&all, i))
			continue;
		ca_show(all.list[i].cert,
		    i == 0 ? "in the store" : "issues nothing more");
		(void)printf("     certificates of machines that have not "
		             "ended: %zu",
		    all.list[i].nissued);
		text_time(date, all.list[i].until);
		if (all.list[i].nissued != 0)
			(void)printf(", the last one on %.10s", date);
		(void)putchar('\n');
	}
	localcas_free(&all);
}

static int
ca_run(struct cert_ca *a)
{
	switch (a->command) {
	case CA_MAKE:
		return ca_make(a);
	case CA_ADD:
		return ca_add(a);
	case CA_SHOW:
		ca_require(a);
		ca_show_all(a);
		return 0;
	default:
		ca_require(a);
		return 0;
	}
}

static void
pem_write(FILE *to, const struct localca *ca)
{
	(void)PEM_write_X509(to, ca->cert);
	for (size_t i = 0; i < ca->nabove; i++)
		(void)PEM_write_X509(to, ca->above[i]);
}

/* A file of before stays unless all went well. */
static void
ca_export(struct cert_ca *a, struct outfile *out)
{
	struct localca ca;

	(void)localca_read(&a->store, &ca);
	pem_write(a->path == NULL ? stdout : out->f, &ca);
	localca_free(&ca);
	if (a->path != NULL && outfile_commit(out) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s; the CA is in the store: amt-cert ca export writes "
		    "it",
		    a->path, outfile_why());
}

static int
ca_in_store(struct cert_ca *a, struct outfile *out)
{
	bool writes = a->command == CA_MAKE || a->command == CA_ADD;
	int own;

	store_open(&a->store, a->dir);
	if (writes)
		store_begin(&a->store);
	else
		store_begin_read(&a->store);
	(void)localca_read(&a->store, &a->before);
	own = ca_run(a);
	if (own == 0)
		store_commit(&a->store);
	else
		store_rollback(&a->store);
	if (own == 0 && (a->command == CA_EXPORT || a->path != NULL))
		ca_export(a, out);
	store_close(&a->store);
	return own;
}

int
main(int argc, char *argv[])
{
	static struct cert_ca a = { .bits = CERTWISH_BITS,
		.days = DAYS,
		.fd = -1 };
	struct outfile out;
	int own, status;

	stage_begin("-d site make --cn name [--days n] [--bits 2048|3072] "
	            "[--new] [-o file]\n"
	            "       -d site add [-p fd] [--without-mac] [--new] file "
	            "...\n"
	            "       -d site show\n"
	            "       -d site export [-o file]",
	    MAY_READ_FILES | MAY_WRITE_FILES | MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	options_read(&a, argc, argv);
	credfile_begin(&a.files, a.fd, a.without_mac);
	if (credential_begin(&a.credential) == -1)
		errx(EX_OSERR, "out of memory");
	stage_uses_folder(a.dir);
	stage_makes(a.path);
	stage_confine();
	if (a.command == CA_ADD)
		stage_each_input(argc, argv, add_file, &a);
	if (a.path != NULL && outfile_open(&out, a.path, 0644) == -1)
		errx(EX_CANTCREAT, "%s: %s", a.path, outfile_why());
	own = ca_in_store(&a, &out);
	localca_free(&a.before);
	credential_end(&a.credential);
	credfile_end(&a.files);
	status = stage_end();
	return status != 0 ? status : own;
}
