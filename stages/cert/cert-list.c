/*
 * cert-list - which certificates, requests and own roots a site has, and which
 * of the machines heard so far its certificates reach.
 */
#include <err.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "amt/certcheck.h"
#include "amt/certpurpose.h"
#include "amt/roots.h"
#include "base/text.h"
#include "cert/certreach.h"
#include "store/certstore.h"
#include "store/consolestore.h"
#include "store/localcas.h"
#include "keys/certuse.h"
#include "lib/clock.h"
#include "lib/outputs.h"
#include "lib/stage.h"
#include "lib/wipe.h"

#define DAY INT64_C(86400)

struct listing {
	struct store store;
	const char *dir;
	int64_t now, heard, reached;
	STACK_OF(X509) * all;
	STACK_OF(X509) * leaves;
	struct certreach *reach; /* of each leaf */
	size_t damaged, nasked;
	char ca[CERTS_PRINT]; /* of machines; "": none */
	struct localcas cas;  /* it, and those before it */
};

/* --- certificates --------------------------------------------------------- */

/* Its end, and what is wrong with it. */
static void
end_show(const struct listing *l, const X509 *cert)
{
	char date[CERT_DATE];
	time_t now = (time_t)l->now,
	       soon = (time_t)(l->now + CERTCHECK_SOON_DAYS * DAY);
	const ASN1_TIME *end = X509_get0_notAfter(cert);

	cert_date(date, end);
	if (X509_cmp_time(end, &now) < 0)
		(void)printf("expired on %s: renew it\n", date);
	else if (X509_cmp_time(end, &soon) < 0)
		(void)printf("valid until %s only: renew it\n", date);
	else
		(void)printf("valid until %s\n", date);
}

static const struct root *
root_public(const X509 *cert)
{
	uint8_t sum[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	return X509_digest(cert, EVP_sha256(), sum, &len) == 1
	    ? roots_find(sum, len)
	    : NULL;
}

/* Above the leaf, as it is sent where firmware knows most of it. */
static void
chain_show(const struct listing *l, X509 *leaf)
{
	struct chain chain;
	char name[CERT_NAME];
	const struct root *root;

	chain_build(&chain, leaf, l->all, certcheck_rank, NULL);
	(void)printf("     issued by ");
	for (size_t i = 1; i < chain.n; i++) {
		cert_subject(name, chain.certs[i]);
		(void)printf("%s%s", i > 1 ? ", " : "", name);
	}
	if (chain.end != CHAIN_WHOLE) {
		cert_issuer(name, chain.certs[chain.n - 1]);
		(void)printf("%s%s, which is missing: amt-cert add its file\n",
		    chain.n > 1 ? ", " : "", name);
		return;
	}
	root = root_public(chain.certs[chain.n - 1]);
	(void)printf(root != NULL
	        ? "\n"
	        : " (no public root: its hash has to be in the machines)\n");
}

static enum certs_end
key_look(struct listing *l, const X509 *cert)
{
	char der[CERTS_DER_MAX + 1], print[CERTS_PRINT];
	enum certs_end end;
	size_t len;

	certstore_key_print(print, X509_get0_pubkey(cert));
	end = certs_key(&l->store, print, der, &len);
	explicit_bzero(der, sizeof(der));
	return end;
}

/* A key that does not open cannot be used. */
static void
key_show(struct listing *l, enum certs_end end)
{
	if (end == CERTS_OK)
		return;
	l->damaged++;
	(void)printf("     its private key is damaged: put the site back from "
	             "a backup, or add the key again from its file\n");
}

/* Those that it does not reach, by the reasons that planning would give. */
static void
others_show(const struct certreach *r)
{
	for (unsigned id = 0; id < REASON_COUNT; id++) {
		if (r->not_for[id] == 0)
			continue;
		(void)printf("     not %" PRId64 ": %s, such as: ",
		    r->not_for[id], reason_get(id)->code);
		output_plain(stdout, r->detail[id]);
		(void)putchar('\n');
	}
	if (r->unnamed != 0)
		(void)printf("     not %" PRId64 ": no name in the map yet\n",
		    r->unnamed);
}

static void
reach_show(const struct listing *l, const struct certreach *r)
{
	if (l->heard == 0) {
		(void)printf("     no machine has said hello with version 3 "
		             "yet\n");
		return;
	}
	(void)printf("     reaches %" PRId64 " of %" PRId64 " machines heard "
	             "so far\n",
	    r->reached, l->heard);
	others_show(r);
}

static void
leaf_show(struct listing *l, const struct certreach *r)
{
	char subject[CERT_NAME];

	cert_subject(subject, r->leaf);
	(void)printf("certificate %s\n     ",
	    r->name[0] != '\0' ? r->name : subject);
	end_show(l, r->leaf);
	if (r->name[0] != '\0')
		(void)printf("     for machines whose DNS suffix is %s or "
		             "below it\n",
		    suffix_shorten(r->name, SUFFIX_TABLE));
	chain_show(l, r->leaf);
	key_show(l, key_look(l, r->leaf));
	reach_show(l, r);
}

/* By name; of one name the one that is valid longest first. */
static int
by_name(const void *a, const void *b)
{
	const struct certreach *x = a, *y = b;
	int order = strcmp(x->name, y->name), days = 0, seconds = 0;

	if (order != 0 ||
	    ASN1_TIME_diff(&days, &seconds, X509_get0_notAfter(x->leaf),
	        X509_get0_notAfter(y->leaf)) != 1)
		return order;
	return days != 0 ? days : seconds;
}

static void
leaves_show(struct listing *l)
{
	size_t n = (size_t)sk_X509_num(l->leaves);

	qsort(l->reach, n, sizeof(*l->reach), by_name);
	for (size_t i = 0; i < n; i++)
		leaf_show(l, &l->reach[i]);
	if (n > 1 && l->heard != 0)
		(void)printf("all together reach %" PRId64 " of %" PRId64
		             " machines heard so far\n",
		    l->reached, l->heard);
}

/* --- roots and requests --------------------------------------------------- */

/* The CA of machines, and those before it while certificates of theirs are
 * valid; own roots are for sticks. */
static const char *
root_kind(const struct listing *l, X509 *cert)
{
	for (size_t i = 0; i < l->cas.n; i++)
		if (X509_cmp(l->cas.list[i].cert, cert) == 0 &&
		    localcas_is_one(&l->cas, i))
			return i == 0 ? "CA of machines"
			              : "CA of machines before";
	return "own root";
}

/* Its key is not looked at: the list says so where that is damaged. */
static void
cas_read(struct listing *l)
{
	struct localca present = { 0 };
	char print[CERTS_PRINT];

	if (!localca_print(&l->store, l->ca))
		return;
	for (int i = 0; i < sk_X509_num(l->all); i++) {
		certstore_print(print, sk_X509_value(l->all, i));
		if (strcmp(print, l->ca) == 0)
			present.cert = sk_X509_value(l->all, i);
	}
	if (present.cert == NULL)
		return;
	localcas_find(&l->cas, &l->store, &present);
	localcas_count(&l->cas, &l->store, l->now, NULL, NULL);
}

static void
root_show(struct listing *l, X509 *cert)
{
	char name[CERT_NAME], sum[CERT_SHA256];
	enum certs_end end;

	if (!chain_is_root(cert))
		return;
	end = key_look(l, cert);
	if (end == CERTS_NONE)
		return;
	cert_subject(name, cert);
	cert_sha256(sum, cert);
	(void)printf("%s %s\n     ", root_kind(l, cert), name);
	end_show(l, cert);
	(void)printf("     SHA-256 %s\n", sum);
	key_show(l, end);
}

static void
console_show(struct listing *l)
{
	struct setup_chain c;
	enum consolestore_end end = consolestore_read(&l->store, &c);

	if (end == CONSOLESTORE_DAMAGED) {
		l->damaged++;
		(void)printf("console: its certificate or key is damaged: put "
		             "the site back from a backup, or replace it\n");
	} else if (end == CONSOLESTORE_OK) {
		(void)printf("console %s\n     ", c.cn);
		end_show(l, c.certs[0]);
	}
	setup_chain_wipe(&c);
}

static void
request_show(void *arg, const struct server_key_row *r)
{
	struct listing *l = arg;
	char at[TEXT_TIME];

	if (r->has_cert || r->asked_name[0] == '\0')
		return;
	l->nasked++;
	text_time(at, r->added_at);
	(void)printf("request for ");
	output_plain(stdout, r->asked_name);
	(void)printf(" of %.10s, without an answer yet\n     when the CA "
	             "answers: amt-cert add -d %s ANSWER.pem\n",
	    at, l->dir);
}

static void
listing_show(struct listing *l)
{
	struct certstore_damage damage;

	l->all = certstore_read_leaves(&l->store, &l->leaves, &damage);
	l->damaged = damage.all;
	if (l->damaged != 0)
		warnx(
		    "%s: certificates that are damaged and left out: %zu; add "
		    "them again from their files",
		    l->store.path, l->damaged);
	cas_read(l);
	l->reach = certreach_count(&l->store, l->leaves, l->all, l->now,
	    &l->heard, &l->reached);
	leaves_show(l);
	for (int i = 0; i < sk_X509_num(l->all); i++)
		root_show(l, sk_X509_value(l->all, i));
	console_show(l);
	certs_each_key(&l->store, request_show, l);
	if (sk_X509_num(l->leaves) == 0 && l->nasked == 0 && l->damaged == 0)
		(void)printf("no certificate and no request yet; amt-cert plan "
		             "-d %s shows what to buy\n",
		    l->dir);
	free(l->reach);
	localcas_free(&l->cas);
	sk_X509_pop_free(l->leaves, X509_free);
	sk_X509_pop_free(l->all, X509_free);
}

int
main(int argc, char *argv[])
{
	static struct listing l;
	int ch, status;

	stage_begin("-d site", MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	while ((ch = stage_getopt(argc, argv, "d:", NULL)) != -1)
		if (ch == 'd')
			l.dir = optarg;
		else
			stage_usage();
	if (l.dir == NULL || optind != argc)
		stage_usage();
	l.now = clock_seconds();
	stage_uses_folder(l.dir);
	stage_confine();
	store_open(&l.store, l.dir);
	store_begin_read(&l.store);
	listing_show(&l);
	store_commit(&l.store);
	store_close(&l.store);
	status = stage_end();
	return status == 0 && l.damaged != 0 ? EX_DATAERR : status;
}
