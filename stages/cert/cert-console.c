/*
 * cert-console - the certificate that the site shows to machines which ask for
 * one: makes it under the site's CA or takes one that there is, shows it, and
 * writes it with its key for the consoles that people work with.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "cert/console.h"
#include "cert/certwish.h"
#include "keys/certuse.h"
#include "lib/clock.h"
#include "lib/stage.h"
#include "lib/wipe.h"

enum { OPT_BITS = 1, OPT_CN, OPT_DAYS, OPT_NEW, OPT_WITHOUT_MAC };

static const char *const commands[] = { "make", "add", "show", "export",
	"back" };

/* --- the command line ----------------------------------------------------- */

static void
option_set(struct console *c, int ch)
{
	switch (ch) {
	case 'd':
		c->dir = optarg;
		break;
	case 'o':
		c->path = optarg;
		break;
	case 'p':
		c->fd = (int)stage_number("-p", optarg, 0, 1023);
		break;
	case OPT_BITS:
		c->bits = certwish_bits("--bits", optarg);
		break;
	case OPT_CN:
		certwish_name(c->cn, "--cn", optarg);
		break;
	case OPT_DAYS:
		c->days = (int64_t)stage_number("--days", optarg, 1,
		    CONSOLE_DAYS_MAX);
		break;
	case OPT_NEW:
		c->is_new = true;
		break;
	case OPT_WITHOUT_MAC:
		c->without_mac = true;
		break;
	default:
		stage_usage();
	}
}

/* The word after the options; the files of add are what is left. */
static void
command_find(struct console *c, int argc, char *argv[])
{
	const char *word = optind < argc ? argv[optind++] : "";

	while (c->command < CONSOLE_NCOMMANDS &&
	    strcmp(commands[c->command], word) != 0)
		c->command++;
	if (c->command == CONSOLE_NCOMMANDS || c->dir == NULL ||
	    (c->command == CONSOLE_MAKE) != (c->cn[0] != '\0') ||
	    (c->command == CONSOLE_ADD) != (optind < argc) ||
	    (c->command == CONSOLE_EXPORT) != (c->path != NULL))
		stage_usage();
}

static void
options_read(struct console *c, int argc, char *argv[])
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
		option_set(c, ch);
	command_find(c, argc, argv);
}

/* --- shown ---------------------------------------------------------------- */

void
console_show(const struct setup_chain *c, const char *what)
{
	char sum[CERT_SHA256], date[CERT_DATE], issuer[CERT_NAME],
	    root[CERT_NAME];

	cert_sha256(sum, c->certs[0]);
	cert_date(date, X509_get0_notAfter(c->certs[0]));
	cert_issuer(issuer, c->certs[0]);
	cert_subject(root, c->certs[c->n - 1]);
	(void)printf("console \"%s\": %s, valid until %s\n"
	             "     issued by %s, the machines' root is %s\n"
	             "     SHA-256 %s\n",
	    c->cn, what, date, issuer, root, sum);
}

/* --- all of it ------------------------------------------------------------ */

static void
add_file(int fd, const char *name, void *arg)
{
	struct console *c = arg;

	credfile_add(&c->files, &c->credential, fd, name);
}

static int
console_run(struct console *c)
{
	switch (c->command) {
	case CONSOLE_MAKE:
		return console_make(c);
	case CONSOLE_ADD:
		return console_add(c);
	case CONSOLE_BACK:
		return console_back(c);
	default:
		console_require(c);
		if (c->command == CONSOLE_SHOW)
			console_show(&c->before, "in the store");
		return 0;
	}
}

static int
console_in_store(struct console *c)
{
	int own;

	store_open(&c->store, c->dir);
	if (c->command == CONSOLE_SHOW || c->command == CONSOLE_EXPORT)
		store_begin_read(&c->store);
	else
		store_begin(&c->store);
	c->had = consolestore_read(&c->store, &c->before);
	own = console_run(c);
	if (own == 0)
		store_commit(&c->store);
	else
		store_rollback(&c->store);
	store_close(&c->store);
	return own;
}

int
main(int argc, char *argv[])
{
	static struct console c = { .bits = CERTWISH_BITS,
		.days = CONSOLE_DAYS,
		.fd = -1 };
	struct outfile out;
	int own, status;

	stage_begin("-d site make --cn name [--days n] [--bits 2048|3072] "
	            "[--new]\n"
	            "       -d site add [-p fd] [--without-mac] [--new] file "
	            "...\n"
	            "       -d site show | back\n"
	            "       -d site export [-p fd] -o file",
	    MAY_READ_FILES | MAY_WRITE_FILES | MAY_USE_STORE | USES_SECRETS);
	wipe_openssl();
	options_read(&c, argc, argv);
	credfile_begin(&c.files, c.fd, c.without_mac);
	if (credential_begin(&c.credential) == -1)
		errx(EX_OSERR, "out of memory");
	stage_uses_folder(c.dir);
	stage_makes(c.path);
	stage_confine();
	c.now = clock_seconds();
	if (c.command == CONSOLE_ADD)
		stage_each_input(argc, argv, add_file, &c);
	if (c.path != NULL && outfile_open(&out, c.path, 0600) == -1)
		errx(EX_CANTCREAT, "%s: %s", c.path, outfile_why());
	own = console_in_store(&c);
	if (own == 0 && c.command == CONSOLE_EXPORT)
		own = console_export(&c, &out);
	setup_chain_wipe(&c.before);
	credential_end(&c.credential);
	credfile_end(&c.files);
	status = stage_end();
	return status != 0 ? status : own;
}
