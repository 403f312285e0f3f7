/*
 * cert-check - whether machines will take a setup server's certificate.
 *
 * A line for each test on standard output: pass, warn or fail, the test, why,
 * and below it what to do.
 */
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "amt/certcheck.h"
#include "cert/certresults.h"
#include "cert/credfile.h"
#include "lib/clock.h"
#include "lib/stage.h"
#include "lib/wipe.h"

#define EX_WARNED 1

struct check {
	struct credfile files;
	struct credential credential;
	struct certcheck_wish wish;
	char domain[DOMAIN_TEXT];
	int fd;
	bool without_mac;
};

enum { OPT_DOMAIN = 1, OPT_FIRMWARE, OPT_WITHOUT_MAC };

static void
add_file(int fd, const char *name, void *arg)
{
	struct check *c = arg;

	credfile_add(&c->files, &c->credential, fd, name);
}

static void
domain_option(struct check *c, const char *arg)
{
	struct fault f;

	if (suffix_name(c->domain, arg, strlen(arg), &f) == -1)
		errx(EX_USAGE,
		    "--domain: no DNS domain (got \"%s\", expected one like "
		    "lab7.example.com): %s",
		    arg, f.why);
	c->wish.domain = c->domain;
}

static void
firmware_option(struct check *c, const char *arg)
{
	struct fault f;

	if (release_parse(&c->wish.release, arg, &f) == -1)
		errx(EX_USAGE, "--firmware: %s", f.why);
	c->wish.release_set = true;
}

static void
options_read(struct check *c, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "domain", required_argument, NULL, OPT_DOMAIN },
		{ "firmware", required_argument, NULL, OPT_FIRMWARE },
		{ "without-mac", no_argument, NULL, OPT_WITHOUT_MAC },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "p:", longopts)) != -1)
		switch (ch) {
		case 'p':
			c->fd = (int)stage_number("-p", optarg, 0, 1023);
			break;
		case OPT_DOMAIN:
			domain_option(c, optarg);
			break;
		case OPT_FIRMWARE:
			firmware_option(c, optarg);
			break;
		case OPT_WITHOUT_MAC:
			c->without_mac = true;
			break;
		default:
			stage_usage();
		}
}

int
main(int argc, char *argv[])
{
	static struct certcheck result;
	static struct check c = { .fd = -1 };
	enum certgrade worst;
	int status;

	stage_begin("[-p fd] [--domain domain] [--firmware release] "
	            "[--without-mac] [file ...]",
	    MAY_READ_FILES | USES_SECRETS);
	wipe_openssl();
	options_read(&c, argc, argv);
	credfile_begin(&c.files, c.fd, c.without_mac);
	if (credential_begin(&c.credential) == -1)
		errx(EX_OSERR, "out of memory");
	c.wish.now = clock_seconds();
	stage_confine();
	stage_each_input(argc, argv, add_file, &c);
	certcheck_run(&result, &c.credential, &c.wish);
	certresults_show(&result);
	worst = certcheck_worst(&result);
	credential_end(&c.credential);
	credfile_end(&c.files);
	status = stage_end();
	if (status != 0 || worst == CERTGRADE_PASS)
		return status;
	return worst == CERTGRADE_FAIL ? EX_DATAERR : EX_WARNED;
}
