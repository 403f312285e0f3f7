/*
 * cert-add - puts a setup server's private key and certificates into the
 * store, when machines will take them.
 *
 * The tests of cert-check go to standard output; after one that fails nothing
 * is stored.
 */
#include <err.h>
#include <stdio.h>
#include <sysexits.h>

#include "amt/certcheck.h"
#include "cert/certresults.h"
#include "store/certstore.h"
#include "cert/credfile.h"
#include "lib/clock.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "store/store.h"

struct add {
	struct credfile files;
	struct credential credential;
	struct store store;
	const char *dir;
	int fd;
	bool without_mac;
};

enum { OPT_WITHOUT_MAC = 1 };

static void
add_file(int fd, const char *name, void *arg)
{
	struct add *a = arg;

	credfile_add(&a->files, &a->credential, fd, name);
}

static void
options_read(struct add *a, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "without-mac", no_argument, NULL, OPT_WITHOUT_MAC },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "d:p:", longopts)) != -1)
		switch (ch) {
		case 'd':
			a->dir = optarg;
			break;
		case 'p':
			a->fd = (int)stage_number("-p", optarg, 0, 1023);
			break;
		case OPT_WITHOUT_MAC:
			a->without_mac = true;
			break;
		default:
			stage_usage();
		}
	if (a->dir == NULL)
		stage_usage();
}

/* What the store has beside the files: the key of a renewed certificate, and
 * certificates that issued it.  The leaf, or NULL. */
static X509 *
credential_complete(struct add *a)
{
	size_t damaged;
	STACK_OF(X509) * stored;
	X509 *leaf;

	(void)certstore_find_key(&a->store, &a->credential);
	leaf = credential_leaf(&a->credential);
	if (leaf == NULL)
		return NULL; /* certcheck says why */
	stored = certstore_read(&a->store, &damaged);
	if (damaged != 0)
		warnx(
		    "%s: certificates that are damaged and left out: %zu; add "
		    "them again from their files",
		    a->store.path, damaged);
	certstore_keep_above(&a->credential, leaf, stored);
	sk_X509_pop_free(stored, X509_free);
	return leaf;
}

/* 0, or EX_DATAERR with nothing stored. */
static int
add_tested(struct add *a)
{
	static struct certcheck result;
	int64_t now = clock_seconds();
	const struct certcheck_wish wish = { .now = now };
	X509 *leaf = credential_complete(a);
	size_t n;

	certcheck_run(&result, &a->credential, &wish);
	certresults_show(&result);
	if (leaf == NULL || certcheck_worst(&result) == CERTGRADE_FAIL) {
		warnx("nothing stored: a test failed");
		return EX_DATAERR;
	}
	n = certstore_write(&a->store, &a->credential, leaf, now);
	(void)printf(n != 0 ? "stored\n" : "was stored before\n");
	return 0;
}

int
main(int argc, char *argv[])
{
	static struct add a = { .fd = -1 };
	int own, status;

	stage_begin("-d site [-p fd] [--without-mac] [file ...]",
	    MAY_READ_FILES | MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	options_read(&a, argc, argv);
	credfile_begin(&a.files, a.fd, a.without_mac);
	if (credential_begin(&a.credential) == -1)
		errx(EX_OSERR, "out of memory");
	stage_uses_folder(a.dir);
	stage_confine();
	stage_each_input(argc, argv, add_file, &a);
	store_open(&a.store, a.dir);
	store_begin(&a.store);
	own = add_tested(&a);
	if (own == 0)
		store_commit(&a.store);
	else
		store_rollback(&a.store);
	credential_end(&a.credential);
	credfile_end(&a.files);
	store_close(&a.store);
	status = stage_end();
	return status != 0 ? status : own;
}
