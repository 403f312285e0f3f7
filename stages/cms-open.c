/*
 * cms-open - takes the seal off what an OEM sent: signatures by signers we
 * trust, encryption for us.  Nothing comes out before all of it is checked.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "clock.h"
#include "cms.h"
#include "digest.h"
#include "findings.h"
#include "secret.h"
#include "source.h"
#include "stage.h"

enum { PEM_MAX = 1 << 20 };

struct opening {
	struct cms *cms;
	struct secret password;
	const char *key_path, *cert_path; /* NULL: none; read when needed */
	bool key_loaded, allow_unsigned;
	const char *name; /* what people call stdin */
	bool unwanted;    /* whoever read our output has ended */
	uint8_t start[CMS_SNIFF];
};

static void
read_file(const char *path, uint8_t **buf, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		stage_fail(EX_CONFIG, path, 0, "%s", strerror(errno));
	source_read(fd, path, PEM_MAX, buf, len);
	(void)close(fd);
}

static bool
is_pem(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return e->d_name[0] != '.' && len > 4 &&
	    strcmp(e->d_name + len - 4, ".pem") == 0;
}

/* Every DIR/NAME.pem. */
static void
trust_folder(struct cms *c, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	char path[4096];
	struct fault f;
	uint8_t *pem;
	size_t len;

	if (d == NULL)
		err(EX_CONFIG, "-s: %s", dir);
	while ((e = readdir(d)) != NULL) {
		if (!is_pem(e))
			continue;
		if (snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) >=
		    (int)sizeof(path))
			errx(EX_CONFIG, "-s: %s: path is too long", dir);
		read_file(path, &pem, &len);
		if (cms_trust(c, pem, len, &f) == -1)
			stage_fail(EX_CONFIG, path, 0, "%s", f.why);
		free(pem);
	}
	(void)closedir(d);
}

static const char *
password(void *arg)
{
	struct opening *o = arg;
	char prompt[256];

	(void)snprintf(prompt, sizeof(prompt), "Password of %.200s",
	    o->key_path);
	return secret_get(&o->password, prompt);
}

/* The first time that something is encrypted: nobody is asked for a password
 * without need.  Is it there now? */
static bool
load_key(struct opening *o)
{
	uint8_t *key, *cert;
	size_t key_len, cert_len;
	struct fault f;

	if (o->key_path == NULL || o->key_loaded)
		return false;
	o->key_loaded = true;
	read_file(o->key_path, &key, &key_len);
	read_file(o->cert_path, &cert, &cert_len);
	if (cms_key(o->cms, key, key_len, cert, cert_len, password, o, &f) ==
	    -1)
		stage_fail(EX_CONFIG, o->key_path, 0, "%s", f.why);
	explicit_bzero(key, key_len);
	free(key);
	free(cert);
	return true;
}

/* Who ends before the end says why, or has read enough: what stands behind
 * the end of a tar in gzip is nobody's. */
static void
put(struct opening *o, const void *buf, size_t len)
{
	if (o->unwanted || fwrite(buf, 1, len, stdout) == len)
		return;
	if (errno != EPIPE)
		err(EX_IOERR, "standard output");
	o->unwanted = true;
}

static size_t
read_some(int fd, const char *name, uint8_t *buf, size_t cap)
{
	size_t len = 0;
	ssize_t n = 1;

	while (len < cap && n != 0) {
		n = read(fd, buf + len, cap - len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_IOERR, "%s", name);
		len += (size_t)n;
	}
	return len;
}

static void
find_file(const char *name, uint64_t size, struct digest *d)
{
	char hex[DIGEST_HEX];

	digest_end(d, hex);
	findings_add(FINDING_FILE, name, size, hex);
}

/* Without a seal: as it is, of any length, where the site allows that.  For a
 * receipt the whole file is read, also when nobody wants it: its digest goes
 * there. */
static void
pass_through(struct opening *o, int fd, const char *name, size_t n)
{
	static uint8_t buf[65536];
	struct digest *d = findings_wanted() ? digest_new() : NULL;
	uint64_t size = 0;
	bool allowed = o->allow_unsigned;

	if (allowed)
		stage_say(name, 0,
		    "notice: is not signed: nobody vouches for what it says");
	memcpy(buf, o->start, n);
	while (n != 0 && ((allowed && !o->unwanted) || d != NULL)) {
		if (d != NULL)
			digest_add(d, buf, n);
		size += n;
		if (allowed)
			put(o, buf, n);
		n = read_some(fd, name, buf, sizeof(buf));
	}
	if (d != NULL)
		find_file(name, size, d);
	explicit_bzero(buf, sizeof(buf));
	if (!allowed)
		stage_fail(EX_DATAERR, name, 0,
		    "is not signed, and unsigned lists are not taken here");
}

static void
tell(const char *name, const struct cms_report *r)
{
	if (r->nencrypted != 0)
		findings_add(FINDING_ENCRYPTED, name, 0, "");
	if (r->nsigned != 0) {
		findings_add(FINDING_SIGNED, name, 0, r->signer);
		findings_add(FINDING_CERT, name, 0, r->signer_sha256);
	}
	if (r->is_expired)
		findings_add(FINDING_EXPIRED, name, 0, "");
	if (r->nsigned == 0)
		stage_say(name, 0,
		    "notice: is encrypted but not signed: nobody vouches for "
		    "what it says");
	if (r->is_expired)
		stage_say(name, 0,
		    "notice: signer's certificate has expired (%s)", r->signer);
	if (stage_verbose() && r->nsigned != 0)
		stage_say(name, 0, "signed by %s%s", r->signer,
		    r->nencrypted != 0 ? "; was encrypted" : "");
}

static void
open_one(int fd, const char *name, void *arg)
{
	struct opening *o = arg;
	size_t n, len, rest_len = 0, content_len;
	uint8_t *all, *rest = NULL, *content;
	struct digest *digest;
	struct cms_report r;
	struct fault f;

	if (o->name != NULL && strcmp(name, "<stdin>") == 0)
		name = o->name;
	n = read_some(fd, name, o->start, sizeof(o->start));
	if (!cms_is_sealed(o->start, n)) {
		pass_through(o, fd, name, n);
		return;
	}
	source_read(fd, name, CMS_MAX, &rest, &rest_len);
	len = n + rest_len;
	all = malloc(len);
	if (all == NULL)
		err(EX_OSERR, "%s", name);
	memcpy(all, o->start, n);
	memcpy(all + n, rest, rest_len);
	explicit_bzero(rest, rest_len);
	free(rest);
	digest = digest_new();
	digest_add(digest, all, len);
	find_file(name, len, digest);
	while (cms_open(o->cms, &content, &content_len, all, len, &r, &f) == -1)
		if (!r.needs_key || !load_key(o))
			stage_fail(EX_DATAERR, name, 0, "%s", f.why);
	explicit_bzero(all, len); /* what is signed alone can be read */
	free(all);
	if (r.nsigned == 0 && !o->allow_unsigned)
		stage_fail(EX_DATAERR, name, 0,
		    "is encrypted but not signed, and unsigned lists are not "
		    "taken here");
	tell(name, &r);
	put(o, content, content_len);
	explicit_bzero(content, content_len);
	free(content);
}

int
main(int argc, char *argv[])
{
	const char *signers = NULL, *findings = NULL;
	struct opening o = { 0 };
	bool allow_expired = false;
	int ch, fd = -1;

	stage_begin("[-euv] [-s folder] [-k key -c cert] [-p fd] [-n name] "
	            "[-F file] [file]",
	    MAY_READ_FILES | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "c:eF:k:n:p:s:u", NULL)) != -1)
		switch (ch) {
		case 'c':
			o.cert_path = optarg;
			break;
		case 'e':
			allow_expired = true;
			break;
		case 'F':
			findings = optarg;
			break;
		case 'k':
			o.key_path = optarg;
			break;
		case 'n':
			o.name = optarg;
			break;
		case 'p':
			fd = (int)stage_number("-p", optarg, 0, 1023);
			break;
		case 's':
			signers = optarg;
			break;
		case 'u':
			o.allow_unsigned = true;
			break;
		default:
			stage_usage();
		}
	if ((o.key_path == NULL) != (o.cert_path == NULL) || argc - optind > 1)
		stage_usage();
	stage_guard_secrets(false);
	secret_begin(&o.password, fd);
	findings_begin(findings);
	(void)signal(SIGPIPE, SIG_IGN);
	stage_confine();
	o.cms = cms_new(clock_seconds(), allow_expired);
	if (o.cms == NULL)
		err(EX_OSERR, "memory");
	if (signers != NULL)
		trust_folder(o.cms, signers);
	stage_each_input(argc, argv, open_one, &o);
	cms_free(o.cms);
	secret_end(&o.password);
	findings_end();
	if (fflush(stdout) != 0 && errno == EPIPE)
		o.unwanted = true;
	return o.unwanted ? 0 : stage_end();
}
