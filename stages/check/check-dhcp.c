/*
 * check-dhcp - the domain that machines get from DHCP, against the names of the
 * site's certificates: firmware compares the two, and looks for ProvisionServer
 * in that domain.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "amt/suffix.h"
#include "base/text.h"
#include "check/checkout.h"
#include "check/dhcp_ask.h"
#include "check/lease.h"
#include "lib/stage.h"
#include "lib/stream.h"

#define LEASES_MAX 64
#define FACTS_MAX 256

enum { OPT_LEASE = 1, OPT_DHCP };

struct lease_file {
	const char *path;
	int fd; /* or -1 */
	int error;
};

struct dhcp_check {
	struct lease_file lease[LEASES_MAX];
	size_t nleases;
	const char *interface; /* NULL: nobody is asked */
	bool open;
	struct dhcp_ask ask;
	struct {
		bool is_cert; /* its name; else one of the others */
		char fact[16], value[DOMAIN_TEXT];
	} fact[FACTS_MAX];
	size_t nfacts, ncerts;
};

/* --- what came before us -------------------------------------------------- */

static void
fact_add(struct dhcp_check *d, const char *fact, const char *value)
{
	bool is_cert = strcmp(fact, "name") == 0;

	for (size_t i = 0; i < d->nfacts; i++)
		if (strcmp(d->fact[i].fact, fact) == 0 &&
		    strcmp(d->fact[i].value, value) == 0)
			return;
	if (d->nfacts == FACTS_MAX)
		return;
	d->fact[d->nfacts].is_cert = is_cert;
	(void)snprintf(d->fact[d->nfacts].fact, sizeof(d->fact[0].fact), "%s",
	    fact);
	(void)snprintf(d->fact[d->nfacts++].value, DOMAIN_TEXT, "%s", value);
	d->ncerts += is_cert;
}

static void
dhcp_read(int fd, const char *name, void *arg)
{
	static const struct kind *const usual[] = { &kind_checks, &kind_facts };
	struct dhcp_check *d = arg;
	struct stream_in in;
	struct record r;
	int got;

	stream_open(&in, fd, name);
	while ((got = stream_header(&in)) == 1) {
		stream_require(&in, usual, 2);
		while ((got = stream_next(&in, &r)) == 1)
			if (in.kind == &kind_checks)
				checkout_again(&r);
			else
				fact_add(d, r.field[FACTS_FACT],
				    r.field[FACTS_VALUE]);
		if (got == -1)
			break;
	}
	if (got == -1) /* said by the reader */
		exit(stage_status(EX_DATAERR));
	stream_close(&in);
}

static void
facts_write(const struct dhcp_check *d)
{
	struct stream_out out;

	stream_begin(&out, &kind_facts, false);
	for (size_t i = 0; i < d->nfacts; i++) {
		const char *const fields[FACTS_NCOLUMNS] = {
			[FACTS_FACT] = d->fact[i].fact,
			[FACTS_VALUE] = d->fact[i].value,
		};

		stream_write(&out, fields);
	}
	stream_end(&out, 0);
}

/* --- option 15 against certificates --------------------------------------- */

/* The names of all certificates, for a message. */
static const char *
certs_text(const struct dhcp_check *d)
{
	static char text[400];
	size_t len = 0;

	for (size_t i = 0; i < d->nfacts && len < sizeof(text); i++)
		if (d->fact[i].is_cert)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%s%s", len == 0 ? "" : ", ", d->fact[i].value);
	return text;
}

static const char *
cert_for(const struct dhcp_check *d, const char *domain,
    enum suffix_match wanted)
{
	for (size_t i = 0; i < d->nfacts; i++)
		if (d->fact[i].is_cert &&
		    suffix_match(d->fact[i].value, domain, SUFFIX_TABLE) ==
		        wanted)
			return d->fact[i].value;
	return NULL;
}

static void
domain_check(struct dhcp_check *d, const char *who, const char *text)
{
	char domain[DOMAIN_TEXT], shown[4 * LEASE_DOMAIN];
	const char *name;
	struct fault f;

	text_show(shown, sizeof(shown), text, strlen(text));
	if (suffix_name(domain, text, strlen(text), &f) == -1) {
		checkout_found(CHECKCODE_DHCP_OTHER,
		    "%s gives \"%s\", which is no domain: %s", who, shown,
		    f.why);
		return;
	}
	fact_add(d, "zone", domain);
	if (d->ncerts == 0)
		checkout_passed(CHECK_DHCP, "%s gives %s", who, domain);
	else if ((name = cert_for(d, domain, SUFFIX_WHOLE)) != NULL)
		checkout_passed(CHECK_DHCP, "%s gives %s, which fits %s", who,
		    domain, name);
	else if ((name = cert_for(d, domain, SUFFIX_SHORTENED)) != NULL)
		checkout_passed(CHECK_DHCP,
		    "%s gives %s, which fits %s as it is shortened to %s", who,
		    domain, name, suffix_shorten(name, SUFFIX_TABLE));
	else
		checkout_found(CHECKCODE_DHCP_OTHER,
		    "%s gives %s (the site has certificates for %s)", who,
		    domain, certs_text(d));
}

static void
lease_check(struct dhcp_check *d, const char *who, const struct lease *l)
{
	if (l->n == 0)
		checkout_found(CHECKCODE_DHCP_NONE, "%s gives none", who);
	for (size_t i = 0; i < l->n; i++)
		domain_check(d, who, l->domain[i]);
}

/* --- where it is from ----------------------------------------------------- */

static void
lease_file_check(struct dhcp_check *d, struct lease_file *file)
{
	static char text[LEASE_MAX];
	size_t len = 0;
	struct lease l;
	ssize_t n = 0;

	while (file->fd != -1 && len < sizeof(text) &&
	    (n = read(file->fd, text + len, sizeof(text) - len)) > 0)
		len += (size_t)n;
	if (n == -1)
		file->error = errno;
	if (file->error != 0) {
		checkout_found(CHECKCODE_DHCP_LEASE, "%s: %s", file->path,
		    strerror(file->error));
		return;
	}
	(void)close(file->fd);
	lease_read(&l, text, len);
	if (l.found)
		lease_check(d, file->path, &l);
	else
		checkout_found(CHECKCODE_DHCP_LEASE, "%s: no lease is in it",
		    file->path);
}

/* dhcp_answered_fn */
static void
server_answered(void *arg, const char *server, const struct lease *l)
{
	struct dhcp_check *d = arg;
	char who[64];

	(void)snprintf(who, sizeof(who), "DHCP server %s", server);
	lease_check(d, who, l);
}

static void
servers_check(struct dhcp_check *d, unsigned seconds)
{
	if (!d->open)
		checkout_found(CHECKCODE_DHCP_SILENT, "%s", d->ask.why);
	else if (dhcp_ask(&d->ask, seconds, server_answered, d) == 0)
		checkout_found(CHECKCODE_DHCP_SILENT,
		    "%s: no answer within %u s", d->interface, seconds);
}

static void
dhcp_check(struct dhcp_check *d, unsigned seconds)
{
	for (size_t i = 0; i < d->nleases; i++)
		lease_file_check(d, &d->lease[i]);
	if (d->interface != NULL)
		servers_check(d, seconds);
	/* Without certificates there is nothing to compare with. */
	if (d->nleases == 0 && d->interface == NULL && d->ncerts != 0)
		checkout_found(CHECKCODE_DHCP_UNASKED,
		    "the site has certificates for %s", certs_text(d));
}

/* A pipe that nobody writes to is empty, and not waited for. */
static int
lease_open(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	off_t end;

	if (fd == -1)
		return -1;
	(void)fcntl(fd, F_SETFL, O_RDONLY);
	/* dhclient adds to its file: the newest lease is at the end. */
	end = lseek(fd, 0, SEEK_END);
	if (end != -1)
		(void)lseek(fd, end > LEASE_MAX ? end - LEASE_MAX : 0,
		    SEEK_SET);
	return fd;
}

/* amt-check opens its standard input once more, as stdin_copy of site.sh has
 * it. */
static const char *
lease_name(const char *path)
{
	static const char own[] = "/dev/fd/";
	const char *fd = path + sizeof(own) - 1;

	if (strncmp(path, own, sizeof(own) - 1) == 0 && fd[0] >= '3' &&
	    fd[0] <= '6' && fd[1] == '\0')
		return "standard input";
	return path;
}

/* Before the program is confined: a lease is anywhere. */
static void
lease_option(struct dhcp_check *d, const char *path)
{
	struct lease_file *file = &d->lease[d->nleases];

	if (d->nleases == LEASES_MAX)
		errx(EX_USAGE, "--lease: more than %d files", LEASES_MAX);
	file->path = lease_name(path);
	file->fd = lease_open(path);
	if (file->fd == -1)
		file->error = errno;
	d->nleases++;
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "lease", required_argument, NULL, OPT_LEASE },
		{ "dhcp", required_argument, NULL, OPT_DHCP },
		{ NULL, 0, NULL, 0 },
	};
	static struct dhcp_check d;
	uint64_t seconds = 4;
	int ch;

	stage_begin("[--lease file ...] [--dhcp interface] [-t seconds] "
	            "[file ...]",
	    MAY_READ_FILES);
	while ((ch = stage_getopt(argc, argv, "t:", longopts)) != -1)
		switch (ch) {
		case 't':
			seconds = stage_number("-t", optarg, 1, 3600);
			break;
		case OPT_LEASE:
			lease_option(&d, optarg);
			break;
		case OPT_DHCP:
			d.interface = optarg;
			stage_may_also(MAY_CONNECT | MAY_USE_UDP);
			break;
		default:
			stage_usage();
		}
	if (d.interface != NULL)
		d.open = dhcp_ask_open(&d.ask, d.interface) == 0;
	stage_confine();
	checkout_begin();
	stage_each_input(argc, argv, dhcp_read, &d);
	dhcp_check(&d, (unsigned)seconds);
	checkout_end();
	facts_write(&d);
	return stage_end();
}
