#include "cert/console.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include <openssl/crypto.h>

#include "amt/certmake.h"
#include "amt/chain.h"
#include "amt/consolecert.h"
#include "cert/certwish.h"
#include "keys/certuse.h"
#include "lib/random.h"
#include "store/certstore.h"
#include "store/localca.h"

#define DAY INT64_C(86400)

/* --- in place of another one ---------------------------------------------- */

void
console_require(const struct console *c)
{
	if (c->had == CONSOLESTORE_DAMAGED)
		errx(EX_DATAERR,
		    "%s: the console's certificate or its key is damaged: put "
		    "the site back from a backup, or replace it (amt-cert "
		    "console make or add, with --new)",
		    c->dir);
	if (c->had == CONSOLESTORE_NONE)
		errx(EX_NOINPUT,
		    "%s: the site has no certificate for its console; make one "
		    "with: amt-cert console make -d %s --cn NAME",
		    c->dir, c->dir);
}

/* Machines let nobody else in. */
static void
console_keep_it(const struct console *c)
{
	if (c->had == CONSOLESTORE_NONE || c->is_new)
		return;
	errx(EX_USAGE,
	    "%s: the site has a certificate for its console, \"%s\"; with "
	    "--new another one takes its place",
	    c->dir, c->had == CONSOLESTORE_OK ? c->before.cn : "damaged");
}

/* What may shut us out of the machines that ask for the one before. */
static void
console_compare(const struct console *c, const struct setup_chain *now)
{
	bool name = strcmp(c->before.cn, now->cn) != 0,
	     root = strcmp(c->before.root, now->root) != 0;

	if (c->had != CONSOLESTORE_OK || (!name && !root))
		return;
	if (root)
		(void)printf("note: another root than before: machines with "
		             "mutual TLS let it in only if they trust that "
		             "root by now (trusted-root)\n");
	if (name)
		(void)printf("note: another name than before: machines with "
		             "mutual TLS let it in only if their trusted "
		             "names (TrustedCN) have room for it by now\n");
	(void)printf("     if they do not: amt-cert console back -d %s\n",
	    c->dir);
}

static void
advice_show(const struct console *c)
{
	if (c->had == CONSOLESTORE_NONE)
		(void)printf(
		    "what to do: in the profile, make the machines trust its "
		    "root (trusted-root); then export it for the console\n");
}

/* It is the site's all the same: a machine may trust one that is not the last
 * of them, and then what is above that counts for nothing. */
static void
path_show(const struct console *c, const struct setup_chain *chain)
{
	bool trusted[CHAIN_MAX] = { false };
	const char *wrong;

	trusted[chain->n - 1] = true;
	wrong = consolecert_path_wrong(chain->certs, chain->n, trusted, c->now);
	if (wrong != NULL)
		warnx("warning: machines that trust the last of its "
		      "certificates would not take it: %s",
		    wrong);
}

/* c->credential is complete: one key, its certificate, those above. */
static int
console_store(struct console *c, X509 *cert)
{
	bool changed =
	    consolestore_write(&c->store, &c->credential, cert, c->now);
	struct setup_chain chain;
	char issuer[CERT_NAME];

	if (consolestore_read(&c->store, &chain) != CONSOLESTORE_OK)
		errx(EX_SOFTWARE, "what was stored cannot be read back");
	if (!chain_is_root(chain.certs[chain.n - 1])) {
		cert_issuer(issuer, chain.certs[chain.n - 1]);
		warnx("nothing stored: the certificate of %s is missing, up to "
		      "the root: give its file, too%s",
		    issuer,
		    c->command == CONSOLE_MAKE ? " (amt-cert ca add)" : "");
		setup_chain_wipe(&chain);
		return EX_DATAERR;
	}
	console_show(&chain,
	    !changed                         ? "was stored before"
	        : c->command == CONSOLE_MAKE ? "new"
	                                     : "stored");
	console_compare(c, &chain);
	advice_show(c);
	path_show(c, &chain);
	setup_chain_wipe(&chain);
	return 0;
}

/* --- made ----------------------------------------------------------------- */

/* Not longer than its CA, which is worth nothing after its end. */
static struct certmake_life
console_life(const struct console *c, const struct localca *ca)
{
	struct certmake_life life = { .from = c->now,
		.until = c->now + c->days * DAY };
	struct tm tm;

	if (ASN1_TIME_to_tm(X509_get0_notAfter(ca->cert), &tm) == 1 &&
	    timegm(&tm) < life.until)
		life.until = timegm(&tm);
	if (life.until <= c->now)
		errx(EX_DATAERR,
		    "%s: the site's CA is no longer valid: make another one "
		    "with amt-cert ca make --new",
		    c->dir);
	random_bytes(life.serial, sizeof(life.serial));
	return life;
}

static void
credential_push(struct credential *c, X509 *cert)
{
	if (X509_up_ref(cert) != 1 || sk_X509_push(c->certs, cert) <= 0)
		errx(EX_OSERR, "out of memory");
}

int
console_make(struct console *c)
{
	struct credential *to = &c->credential;
	struct certmake_life life;
	struct localca ca;
	struct fault f;
	X509 *cert;
	int own;

	console_keep_it(c);
	if (!localca_read(&c->store, &ca))
		errx(EX_NOINPUT,
		    "%s: the site has no CA to issue it; make one with: "
		    "amt-cert ca make -d %s --cn \"NAME\", or add a "
		    "certificate of your company's CA: amt-cert console add",
		    c->dir, c->dir);
	life = console_life(c, &ca);
	to->keys[to->nkeys++] = certwish_key(c->bits);
	cert = certmake_console(to->keys[0], c->cn, ca.cert, ca.key, &life, &f);
	if (cert == NULL)
		errx(EX_USAGE, "--cn: %s", f.why);
	credential_push(to, cert);
	credential_push(to, ca.cert);
	own = console_store(c, cert);
	X509_free(cert);
	localca_free(&ca);
	return own;
}

/* --- taken ---------------------------------------------------------------- */

/* What the store has beside the files: the key of a renewed certificate, and
 * certificates that issued it.  The certificate, or NULL. */
static X509 *
credential_complete(struct console *c)
{
	size_t damaged;
	STACK_OF(X509) * stored;
	X509 *cert;

	(void)certstore_find_key(&c->store, &c->credential);
	cert = credential_leaf(&c->credential);
	if (cert == NULL)
		return NULL;
	stored = certstore_read(&c->store, &damaged);
	certstore_keep_above(&c->credential, cert, stored);
	sk_X509_pop_free(stored, X509_free);
	return cert;
}

int
console_add(struct console *c)
{
	X509 *cert = credential_complete(c);
	const char *wrong;

	if (cert == NULL) {
		warnx("nothing stored: the files have no certificate whose "
		      "private key is in them, too, or in the store");
		return EX_DATAERR;
	}
	wrong = consolecert_wrong(cert, c->now);
	if (wrong != NULL) {
		warnx("nothing stored: machines would not take the certificate "
		      "from a console: %s",
		    wrong);
		return EX_DATAERR;
	}
	if (c->had != CONSOLESTORE_OK ||
	    X509_cmp(c->before.certs[0], cert) != 0)
		console_keep_it(c);
	return console_store(c, cert);
}

/* --- the one before ------------------------------------------------------- */

int
console_back(struct console *c)
{
	struct setup_chain chain;
	enum consolestore_end end;

	if (!consolestore_swap(&c->store))
		errx(EX_NOINPUT,
		    "%s: there was no other certificate before for the site's "
		    "console",
		    c->dir);
	end = consolestore_read(&c->store, &chain);
	if (end != CONSOLESTORE_OK) {
		warnx("nothing changed: the certificate before is damaged");
		setup_chain_wipe(&chain);
		return EX_DATAERR;
	}
	console_show(&chain, "the site's again");
	setup_chain_wipe(&chain);
	return 0;
}

/* --- written out ---------------------------------------------------------- */

/* One that guards the key on its way. */
static const char *
export_password(struct console *c)
{
	char prompt[128];
	const char *password;

	(void)snprintf(prompt, sizeof(prompt), "Password for %.100s", c->path);
	password = secret_get(&c->files.password, prompt);
	if (password == NULL)
		errx(EX_NOINPUT,
		    "%s: it gets a password, and there is no terminal to ask "
		    "for it (expected -p with a descriptor)",
		    c->path);
	if (password[0] == '\0')
		errx(EX_DATAERR,
		    "%s: an empty password would leave the key open to "
		    "everybody",
		    c->path);
	return password;
}

int
console_export(struct console *c, struct outfile *out)
{
	const struct setup_chain *chain = &c->before;
	size_t len;
	uint8_t *pfx = consolecert_pfx(&len, chain->certs, chain->n, chain->key,
	    export_password(c));

	if (pfx == NULL)
		errx(EX_OSERR, "OpenSSL cannot make the file: out of memory");
	(void)fwrite(pfx, 1, len, out->f);
	OPENSSL_clear_free(pfx, len);
	if (outfile_commit(out) == -1)
		errx(errno == ENOSPC || errno == EIO ? EX_IOERR : EX_CANTCREAT,
		    "%s: %s", c->path, outfile_why());
	return 0;
}
