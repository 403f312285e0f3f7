/*
 * Each member is made twice: once for its digest and length, which must stand
 * before it, and once for the archive.  So none is ever held whole, and the
 * 51 MB setup.bin of 100,000 keys costs no memory.
 */
#include "keys/packzip.h"

#include <archive.h>
#include <archive_entry.h>
#include <err.h>
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <time.h>

#include "lib/outputs.h"
#include "base/text.h"

#define SHA256_LEN 32

struct member {
	const char *name;
	pack_fn *put;
	int64_t len;
	char digest[2 * SHA256_LEN + 1];
};

/* --- first pass: digest and length ------------------------------------- */

struct digester {
	EVP_MD_CTX *ctx;
	int64_t len;
};

static ssize_t
digest_bytes(void *arg, const char *buf, size_t n)
{
	struct digester *d = arg;

	if (EVP_DigestUpdate(d->ctx, buf, n) != 1)
		errx(EX_SOFTWARE, "SHA-256 failed");
	d->len += (int64_t)n;
	return (ssize_t)n;
}

static void
digest_member(struct member *m, const struct pack *p)
{
	static const cookie_io_functions_t io = { .write = digest_bytes };
	struct digester d = { .ctx = EVP_MD_CTX_new() };
	uint8_t digest[SHA256_LEN];
	FILE *f;

	if (d.ctx == NULL ||
	    EVP_DigestInit_ex(d.ctx, EVP_sha256(), NULL) != 1 ||
	    (f = fopencookie(&d, "w", io)) == NULL)
		errx(EX_OSERR, "no memory for a digest");
	(void)setvbuf(f, NULL, _IOFBF, 1 << 16);
	m->put(f, p);
	if (fclose(f) != 0 || EVP_DigestFinal_ex(d.ctx, digest, NULL) != 1)
		errx(EX_SOFTWARE, "SHA-256 failed");
	EVP_MD_CTX_free(d.ctx);
	m->len = d.len;
	text_hex(m->digest, digest, sizeof(digest));
}

/* --- second pass: the archive ------------------------------------------ */

static _Noreturn void
archive_fail(struct archive *a)
{
	const char *why = archive_error_string(a);

	errx(EX_IOERR, "zip: %s", why != NULL ? why : "failed");
}

static ssize_t
archive_bytes(void *arg, const char *buf, size_t n)
{
	if (archive_write_data(arg, buf, n) != (la_ssize_t)n)
		archive_fail(arg);
	return (ssize_t)n;
}

static la_ssize_t
to_file(struct archive *a, void *arg, const void *buf, size_t n)
{
	(void)a;
	if (fwrite(buf, 1, n, arg) != n)
		err(EX_IOERR, "zip");
	return (la_ssize_t)n;
}

static void
begin_member(struct archive *a, const char *name, int64_t len, int64_t now)
{
	struct archive_entry *e = archive_entry_new();

	if (e == NULL)
		errx(EX_OSERR, "no memory for a zip member");
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_size(e, len);
	archive_entry_set_mtime(e, now, 0);
	if (archive_write_header(a, e) != ARCHIVE_OK)
		archive_fail(a);
	archive_entry_free(e);
}

static void
put_member(struct archive *a, const struct member *m, const struct pack *p,
    int64_t now)
{
	static const cookie_io_functions_t io = { .write = archive_bytes };
	FILE *f;

	begin_member(a, m->name, m->len, now);
	f = fopencookie(a, "w", io);
	if (f == NULL)
		err(EX_OSERR, "zip");
	(void)setvbuf(f, NULL, _IOFBF, 1 << 16);
	m->put(f, p);
	if (fclose(f) != 0)
		err(EX_IOERR, "zip");
}

static void
put_manifest(struct archive *a, const struct member *members, size_t n,
    const struct pack *p, int64_t now)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (f == NULL)
		err(EX_OSERR, "manifest");
	(void)fputs("{\"format\":\"amtbatch-keys\",\"version\":1,\"batch\":",
	    f);
	output_json(f, p->batch);
	(void)fprintf(f, ",\"count\":%u,\n \"files\":{", p->n);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(f, "%s\"%s\":\"%s\"", i == 0 ? "" : ",\n  ",
		    members[i].name, members[i].digest);
	(void)fputs("}}\n", f);
	if (fclose(f) != 0)
		err(EX_OSERR, "manifest");
	begin_member(a, "manifest.json", (int64_t)len, now);
	(void)archive_bytes(a, text, len);
	free(text);
}

static struct archive *
archive_begin(FILE *to)
{
	struct archive *a = archive_write_new();

	/* Keys do not compress, what surrounds them does at any level. */
	if (a == NULL || archive_write_set_format_zip(a) != ARCHIVE_OK ||
	    archive_write_set_options(a, "zip:compression-level=1") !=
	        ARCHIVE_OK ||
	    archive_write_set_bytes_per_block(a, 0) != ARCHIVE_OK ||
	    archive_write_open(a, to, NULL, to_file, NULL) != ARCHIVE_OK)
		archive_fail(a);
	return a;
}

void
pack_zip(FILE *to, const struct pack *p, int64_t now)
{
	struct member members[] = { { .name = "keys.csv", .put = pack_csv },
		{ .name = "keys.xml", .put = pack_xml },
		{ .name = "setup.bin", .put = pack_setupbin } };
	const size_t n = sizeof(members) / sizeof(members[0]);
	struct archive *a;

	/* Zip keeps local time: the same bytes in every place. */
	if (setenv("TZ", "UTC0", 1) == -1)
		err(EX_OSERR, "TZ");
	tzset();
	for (size_t i = 0; i < n; i++)
		digest_member(&members[i], p);
	a = archive_begin(to);
	put_manifest(a, members, n, p, now);
	for (size_t i = 0; i < n; i++)
		put_member(a, &members[i], p, now);
	if (archive_write_close(a) != ARCHIVE_OK)
		archive_fail(a);
	archive_write_free(a);
}
