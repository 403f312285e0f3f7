/*
 * cms-open - takes the seal off what an OEM sent: signatures by signers we
 * trust, encryption for us.  Nothing comes out before all of it is checked.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/evp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <unistd.h>

#include "keys/certfile.h"
#include "keys/certuse.h"
#include "lib/clock.h"
#include "keys/cms.h"
#include "keys/digest.h"
#include "base/filekind.h"
#include "lib/findings.h"
#include "base/mail.h"
#include "lib/secret.h"
#include "lib/sitefile.h"
#include "lib/source.h"
#include "lib/stage.h"
#include "lib/wipe.h"

enum { PEM_MAX = 1 << 20 };

struct opening {
	struct cms *cms;
	struct secret password;
	const char *signers; /* folder of those we trust, or NULL */
	const char *key_path, *cert_path; /* NULL: none; read when needed */
	bool key_loaded, allow_unsigned;
	const char *name; /* what people call stdin */
	bool unwanted;    /* whoever read our output has ended */
	uint8_t start[CMS_SNIFF];
};

static void
read_file(const char *path, uint8_t **buf, size_t *len)
{
	/* Late, when a list turns out to be signed or encrypted. */
	int fd = sitefile_open(path, O_RDONLY, SITEFILE_TRUSTED);

	if (fd == -1)
		stage_fail(EX_CONFIG, path, 0, "%s", sitefile_why());
	source_read(fd, path, PEM_MAX, buf, len);
	(void)close(fd);
}

/* What certificates are called.  Nothing else in the folder is trusted: who
 * renames oem.pem to oem.pem.old means it. */
static bool
is_certificate(const char *name)
{
	static const char *const endings[] = { ".pem", ".cer", ".crt", ".cert",
		".der", ".p7b", ".p7c", ".pfx", ".p12" };
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (dot != NULL && dot != name &&
		    strcasecmp(dot, endings[i]) == 0)
			return true;
	return false;
}

static void
trust_file(struct cms *c, const char *path)
{
	struct fault f;
	uint8_t *file;
	size_t len;
	bool has_key;

	read_file(path, &file, &len);
	has_key = certfile_has_key(file, len);
	if (cms_trust(c, file, len, &f) == -1)
		stage_fail(EX_CONFIG, path, 0, "%s", f.why);
	if (has_key)
		stage_say(path, 0,
		    "notice: has a private key beside the certificate: remove "
		    "the key, only the partner may have it");
	explicit_bzero(file, len);
	free(file);
}

/* Every certificate of the folder. */
static void
trust_folder(struct cms *c, const char *dir)
{
	int fd = sitefile_folder(dir);
	DIR *d = fd != -1 ? fdopendir(fd) : NULL;
	struct dirent *e;
	char path[4096];

	if (d == NULL)
		errx(EX_CONFIG, "-s: %s: %s", dir,
		    fd == -1 ? sitefile_why() : strerror(errno));
	while ((e = readdir(d)) != NULL) {
		if (snprintf(path, sizeof(path), "%s/%s", dir, e->d_name) >=
		    (int)sizeof(path))
			errx(EX_CONFIG, "-s: %s: path is too long", dir);
		if (e->d_name[0] == '.')
			continue;
		if (is_certificate(e->d_name))
			trust_file(c, path);
		else if (stage_verbose())
			stage_say(path, 0,
			    "skipped: not named as certificates are "
			    "(expected .pem, .cer, .crt, .der or .p7b)");
	}
	(void)closedir(d);
}

static const char *
seal_password(void *arg)
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
	if (cms_key(o->cms, key, key_len, cert, cert_len, seal_password, o,
	        &f) == -1)
		stage_fail(EX_CONFIG, o->key_path, 0, "%s", f.why);
	explicit_bzero(key, key_len);
	free(key);
	free(cert);
	return true;
}

/* Who ends before the end says why, or has read enough: what stands behind
 * the end of a tar in gzip is nobody's. */
static void
seal_put(struct opening *o, const void *buf, size_t len)
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

/* No list at all: who reads it says so, and a second sentence about it would
 * only hide that. */
static bool
is_document(const uint8_t *start, size_t n)
{
	static const uint64_t documents = FILEKIND_BIT(FILEKIND_XLSX) |
	    FILEKIND_BIT(FILEKIND_ODS) | FILEKIND_BIT(FILEKIND_OLE) |
	    FILEKIND_BIT(FILEKIND_PDF) | FILEKIND_BIT(FILEKIND_RTF) |
	    FILEKIND_BIT(FILEKIND_IMAGE) | FILEKIND_BIT(FILEKIND_JSON) |
	    FILEKIND_BIT(FILEKIND_HTML) | FILEKIND_BIT(FILEKIND_SQLITE);

	return (FILEKIND_BIT(filekind_of(start, n)) & documents) != 0;
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

	if (allowed && !is_document(o->start, n))
		stage_say(name, 0,
		    "notice: is not signed: nobody vouches for what it says");
	memcpy(buf, o->start, n);
	while (n != 0 && ((allowed && !o->unwanted) || d != NULL)) {
		if (d != NULL)
			digest_add(d, buf, n);
		size += n;
		if (allowed)
			seal_put(o, buf, n);
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
seal_tell(const char *name, const struct cms_report *r)
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

/* A mail that is no S/MIME itself: what it carries is for a person to save. */
static _Noreturn void
refuse_mail(const struct opening *o, const char *name, size_t n)
{
	char names[512];

	if (mail_attachments(names, sizeof(names), o->start, n) != 0)
		stage_fail(EX_DATAERR, name, 0,
		    "is a mail: save what is attached to it (%s) and import "
		    "that",
		    names);
	stage_fail(EX_DATAERR, name, 0,
	    "is a mail: save the list that it has as a file of its own and "
	    "import that");
}

/* What a person does about a signer, after whose it is. */
static void
format_advice(char *to, size_t cap, const struct opening *o,
    const struct cms_report *r)
{
	const char *folder =
	    o->signers != NULL ? o->signers : "a folder for -s";

	switch (r->refused) {
	case CMS_SIGNER_UNTRUSTED:
		(void)snprintf(to, cap,
		    "if the sender confirms this fingerprint on the telephone, "
		    "put %s into %s as NAME.pem",
		    r->issuer[0] == '\0' ? "the certificate"
		                         : "the certificate, or its CA's,",
		    folder);
		return;
	case CMS_SIGNER_EXPIRED:
		(void)snprintf(to, cap,
		    "ask the sender to sign with a new one, or import it with "
		    "-e");
		return;
	case CMS_SIGNER_NOT_YET:
		(void)snprintf(to, cap,
		    "is the clock right?  Else ask the sender for one that is "
		    "valid");
		return;
	case CMS_SIGNER_USAGE:
	case CMS_SIGNER_OTHER:
		break;
	}
	(void)snprintf(to, cap, "ask the sender to sign with another one");
}

static _Noreturn void
refuse_seal(const struct opening *o, const char *name,
    const struct cms_report *r, const struct fault *f)
{
	char advice[4096 + 128], sha256[CERT_SHA256], all[8192];
	bool own = r->issuer[0] == '\0';

	if (r->signer_sha256[0] == '\0' ||
	    cert_sha256_parse(sha256, r->signer_sha256) == -1)
		stage_fail(EX_DATAERR, name, 0, "%s", f->why);
	format_advice(advice, sizeof(advice), o, r);
	(void)snprintf(all, sizeof(all), ", %s%s, SHA-256 %s; %s",
	    own ? "self-signed" : "issued by ", r->issuer, sha256, advice);
	stage_advise(all);
	stage_fail(EX_DATAERR, name, 0, "%s", f->why);
}

/* Base64 without the lines that PEM puts around it becomes its bytes, in
 * place. */
static void
decode_base64(const char *name, uint8_t *all, size_t *len)
{
	EVP_ENCODE_CTX *c = EVP_ENCODE_CTX_new();
	int n = 0, more = 0, ok;

	if (c == NULL || *len > INT_MAX)
		err(EX_OSERR, "%s", name);
	EVP_DecodeInit(c);
	ok = EVP_DecodeUpdate(c, all, &n, all, (int)*len);
	if (ok != -1)
		ok = EVP_DecodeFinal(c, all + n, &more);
	EVP_ENCODE_CTX_free(c);
	if (ok == -1)
		stage_fail(EX_DATAERR, name, 0,
		    "is Base64, but cut off or damaged");
	*len = (size_t)n + (size_t)more;
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
	bool base64;

	if (o->name != NULL && strcmp(name, "<stdin>") == 0)
		name = o->name;
	n = read_some(fd, name, o->start, sizeof(o->start));
	if (n == 0)
		stage_fail(EX_DATAERR, name, 0, "file is empty");
	base64 = filekind_of(o->start, n) == FILEKIND_BASE64;
	if (!base64 && !cms_is_sealed(o->start, n)) {
		if (mail_is(o->start, n))
			refuse_mail(o, name, n);
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
	if (base64)
		decode_base64(name, all, &len);
	while (cms_open(o->cms, &content, &content_len, all, len, &r, &f) == -1)
		if (!r.needs_key || !load_key(o))
			refuse_seal(o, name, &r, &f);
	explicit_bzero(all, len); /* what is signed alone can be read */
	free(all);
	if (r.nsigned == 0 && !o->allow_unsigned)
		stage_fail(EX_DATAERR, name, 0,
		    "is encrypted but not signed, and unsigned lists are not "
		    "taken here");
	seal_tell(name, &r);
	seal_put(o, content, content_len);
	explicit_bzero(content, content_len);
	free(content);
}

struct seal_options {
	const char *findings;
	bool allow_expired;
	int fd; /* of the password, or -1 */
};

static void
parse_args(struct opening *o, struct seal_options *opt, int argc, char *argv[])
{
	int ch;

	while ((ch = stage_getopt(argc, argv, "c:eF:k:n:p:s:u", NULL)) != -1)
		switch (ch) {
		case 'c':
			o->cert_path = optarg;
			break;
		case 'e':
			opt->allow_expired = true;
			break;
		case 'F':
			opt->findings = optarg;
			break;
		case 'k':
			o->key_path = optarg;
			break;
		case 'n':
			o->name = optarg;
			break;
		case 'p':
			opt->fd = (int)stage_number("-p", optarg, 0, 1023);
			break;
		case 's':
			o->signers = optarg;
			break;
		case 'u':
			o->allow_unsigned = true;
			break;
		default:
			stage_usage();
		}
	if ((o->key_path == NULL) != (o->cert_path == NULL) ||
	    argc - optind > 1)
		stage_usage();
}

int
main(int argc, char *argv[])
{
	struct seal_options opt = { .fd = -1 };
	struct opening o = { 0 };

	stage_begin("[-euv] [-s folder] [-k key -c cert] [-p fd] [-n name] "
	            "[-F file] [file]",
	    MAY_READ_FILES | EMITS_SECRETS);
	wipe_openssl();
	parse_args(&o, &opt, argc, argv);
	stage_guard_secrets(false);
	secret_begin(&o.password, opt.fd);
	if (o.password.tty != -1)
		stage_may_also(MAY_ASK);
	findings_begin(opt.findings);
	(void)signal(SIGPIPE, SIG_IGN);
	stage_reads(o.key_path);
	stage_reads(o.cert_path);
	stage_reads_folder(o.signers);
	stage_confine();
	o.cms = cms_new(clock_seconds(), opt.allow_expired);
	if (o.cms == NULL)
		err(EX_OSERR, "memory");
	if (o.signers != NULL)
		trust_folder(o.cms, o.signers);
	stage_each_input(argc, argv, open_one, &o);
	cms_free(o.cms);
	secret_end(&o.password);
	findings_end();
	if (fflush(stdout) != 0 && errno == EPIPE)
		o.unwanted = true;
	return o.unwanted ? 0 : stage_end();
}
