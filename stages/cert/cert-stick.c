/*
 * cert-stick - what sticks put into machines so that they take a certificate
 * of the site: the hash of its root, and the DNS suffix, as words for a shell
 * that gives them to setupbin-make.
 *
 * Only roots that are not public: the others are in the firmware.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "amt/certname.h"
#include "amt/certpurpose.h"
#include "amt/chain.h"
#include "amt/roots.h"
#include "base/text.h"
#include "store/certstore.h"
#include "lib/clock.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "stick/setupbin_vars.h"

#define ROOTS_MAX 3 /* the MEBx has places for three */

struct stick {
	struct store store;
	const char *dir;
	char suffix[DOMAIN_TEXT]; /* by an option, or found; "": none yet */
	bool given;               /* by an option */
	bool sha1;                /* for AMT 3 to 5 */
	time_t now;
	X509 *root[ROOTS_MAX];
	size_t nroots;
};

/* --- which roots ---------------------------------------------------------- */

static int
rank_own(const X509 *root, void *arg)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	(void)arg;
	return X509_digest(root, EVP_sha256(), sum, &len) == 1 &&
	    roots_find(sum, len) == NULL;
}

static void
root_add(struct stick *s, X509 *root)
{
	for (size_t i = 0; i < s->nroots; i++)
		if (X509_cmp(s->root[i], root) == 0)
			return;
	if (s->nroots == ROOTS_MAX)
		errx(EX_DATAERR,
		    "%s: more own roots than a machine has places for "
		    "(expected at most %d): name a domain that fewer of them are for (--suffix)",
		    s->dir, ROOTS_MAX);
	s->root[s->nroots++] = root;
}

/* One suffix is for all machines of a stick. */
static void
suffix_add(struct stick *s, const char *suffix)
{
	if (s->suffix[0] != '\0' && strcmp(s->suffix, suffix) != 0)
		errx(EX_DATAERR,
		    "%s: its certificates are for several domains (%s and "
		    "%s): say which one the machines are to have (--suffix)",
		    s->dir, s->suffix, suffix);
	(void)snprintf(s->suffix, sizeof(s->suffix), "%s", suffix);
}

/* Its root and suffix, when machines would need them. */
static void
leaf_add(struct stick *s, X509 *leaf, STACK_OF(X509) * all)
{
	char cn[DOMAIN_TEXT + 2], name[DOMAIN_TEXT], suffix[DOMAIN_TEXT];
	struct chain chain;
	struct fault f;

	(void)certpurpose_name(cn, leaf);
	if (X509_cmp_time(X509_get0_notAfter(leaf), &s->now) < 0 ||
	    suffix_name(name, cn, strlen(cn), &f) == -1)
		return;
	chain_build(&chain, leaf, all, rank_own, NULL);
	if (chain.end != CHAIN_WHOLE || chain.rank == 0 || chain.n < 2)
		return;
	certname_suffix(suffix, name, s->sha1);
	if (!s->given)
		suffix_add(s, suffix);
	else if (suffix_match(name, s->suffix, SUFFIX_TABLE) == SUFFIX_NONE)
		return;
	root_add(s, chain.certs[chain.n - 1]);
}

/* --- words ---------------------------------------------------------------- */

/* What a machine can show, and what needs no care in quotes. */
static void
short_name(char to[SETUPBIN_VAR_HASH_NAME + 1], const X509 *root)
{
	char cn[DOMAIN_TEXT + 2];
	size_t n = 0;

	(void)certpurpose_name(cn, root);
	for (const char *p = cn; *p != '\0' && n < SETUPBIN_VAR_HASH_NAME; p++)
		if (*p >= ' ' && *p < 0x7f && *p != '\'')
			to[n++] = *p;
	to[n] = '\0';
}

static void
root_write(const struct stick *s, const X509 *root)
{
	char name[SETUPBIN_VAR_HASH_NAME + 1];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (X509_digest(root, s->sha1 ? EVP_sha1() : EVP_sha256(), sum, &len) !=
	    1)
		errx(EX_SOFTWARE, "OpenSSL: no hash");
	text_hex(hex, sum, len);
	short_name(name, root);
	(void)printf(" --set '2/8=%s:%s %s'", s->sha1 ? "sha1" : "sha256", hex,
	    name[0] != '\0' ? name : "root");
}

static void
words_write(const struct stick *s)
{
	/* Turned on, as on sticks with keys; version 2 wants own hashes to be
	 * allowed first (setupbin_vars.c). */
	(void)printf("--set '1/3=1'%s", s->sha1 ? " --set '2/7=1'" : "");
	(void)printf(" --set '2/3=%s'", s->suffix);
	for (size_t i = 0; i < s->nroots; i++)
		root_write(s, s->root[i]);
	(void)putchar('\n');
}

static void
stick_write(struct stick *s)
{
	struct certstore_damage damage;
	STACK_OF(X509) * leaves, *all;

	all = certstore_read_leaves(&s->store, &leaves, &damage);
	if (damage.all != 0)
		errx(EX_DATAERR,
		    "%s: certificates that are damaged: %zu; put the site back "
		    "from a backup, or add them again from their files",
		    s->store.path, damage.all);
	for (int i = 0; i < sk_X509_num(leaves); i++)
		leaf_add(s, sk_X509_value(leaves, i), all);
	if (s->nroots == 0 && s->given)
		errx(EX_DATAERR,
		    "%s: no certificate under an own root is for %s: make one "
		    "with amt-cert root --name",
		    s->dir, s->suffix);
	if (s->nroots == 0)
		errx(EX_DATAERR,
		    "%s: no certificate under an own root: make one with "
		    "amt-cert root, or add yours with amt-cert add",
		    s->dir);
	words_write(s);
	sk_X509_pop_free(leaves, X509_free);
	sk_X509_pop_free(all, X509_free);
}

/* --- options -------------------------------------------------------------- */

enum { OPT_SHA1 = 1, OPT_SUFFIX };

static void
suffix_option(struct stick *s, const char *arg)
{
	struct fault f;
	char shown[80];

	text_show(shown, sizeof(shown), arg, strlen(arg));
	if (domain_parse(s->suffix, arg, strlen(arg), &f) == -1)
		errx(EX_USAGE,
		    "--suffix: no DNS domain (got \"%s\", expected one like "
		    "lab7.example.com): %s",
		    shown, f.why);
	s->given = true;
}

static void
options_read(struct stick *s, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "sha1", no_argument, NULL, OPT_SHA1 },
		{ "suffix", required_argument, NULL, OPT_SUFFIX },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "a:d:", longopts)) != -1)
		switch (ch) {
		case 'a':
			stage_speak_as(optarg);
			break;
		case 'd':
			s->dir = optarg;
			break;
		case OPT_SHA1:
			s->sha1 = true;
			break;
		case OPT_SUFFIX:
			suffix_option(s, optarg);
			break;
		default:
			stage_usage();
		}
	if (s->dir == NULL || optind != argc)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	static struct stick s;

	stage_begin("-d site [-a name] [--sha1] [--suffix domain]",
	    MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	options_read(&s, argc, argv);
	s.now = (time_t)clock_seconds();
	stage_uses_folder(s.dir);
	stage_confine();
	store_open(&s.store, s.dir);
	store_begin_read(&s.store);
	stick_write(&s);
	store_commit(&s.store);
	store_close(&s.store);
	return stage_end();
}
