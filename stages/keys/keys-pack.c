/*
 * keys-pack - @keys on stdin, one file for a partner on stdout or under -o.
 *
 * Nothing is written before the last key was checked: a broken stream leaves
 * no file, and a file is there whole or not at all.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "keys/certuse.h"
#include "lib/clock.h"
#include "keys/cmswrite.h"
#include "lib/outfile.h"
#include "keys/packfiles.h"
#include "keys/packzip.h"
#include "keys/pidset.h"
#include "lib/random.h"
#include "keys/signer.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "lib/wipe.h"
#include "base/text.h"

enum { OPT_TO = 1, OPT_FINGERPRINT, OPT_FORMAT, OPT_CBC };

struct job {
	struct pack pack;
	struct pidset *pids;
	struct cmswrite *cms;
	struct signer signer;
	const char *out, *format;
	const char *to; /* the last --to, until its --fingerprint came or not */
	char sha256[CERT_SHA256]; /* "" none came */
	int64_t now;
};

/* --- reading ----------------------------------------------------------- */

static void
pack_refuse(const struct stream_in *s, const struct record *r, const char *why)
{
	char pid[40];

	text_show(pid, sizeof(pid), r->field[KEYS_PID],
	    strlen(r->field[KEYS_PID]));
	stage_refuse(s->name, s->line, "key %s: %s", pid, why);
}

static bool
is_first(struct job *j, const struct stream_in *s, const struct setupbin_psk *k)
{
	struct pidset_place place = { .line = (uint32_t)s->line };
	enum pidset_found found = pidset_add(j->pids, k->pid, k->pps, &place);

	if (found == PIDSET_NO_MEMORY)
		errx(EX_OSERR, "no memory for the keys");
	return found == PIDSET_NEW;
}

static char *
pack_copy(const char *s)
{
	char *t = strdup(s);

	if (t == NULL)
		err(EX_OSERR, "keys");
	return t;
}

static void
take_key(const struct stream_in *s, const struct record *r, void *arg)
{
	struct job *j = arg;
	struct pack_key *k = &j->pack.keys[j->pack.n];
	struct fault f;

	if (j->pack.n == PACK_KEYS_MAX)
		stage_fail(EX_DATAERR, s->name, s->line,
		    "more keys than one file may have (expected at most %d)",
		    PACK_KEYS_MAX);
	if (j->pack.batch == NULL)
		j->pack.batch = pack_copy(r->field[KEYS_BATCH]);
	if (setupbin_psk_take(&k->psk, r->field[KEYS_PID], r->field[KEYS_PPS],
	        r->field[KEYS_MEBX_NOW], r->field[KEYS_MEBX_NEXT],
	        r->field[KEYS_STATE], &f) == -1)
		pack_refuse(s, r, f.why);
	else if (strcmp(r->field[KEYS_BATCH], j->pack.batch) != 0)
		pack_refuse(s, r, "it is of another batch than the first key");
	else if (!is_first(j, s, &k->psk))
		pack_refuse(s, r, "another key of this file has its PID");
	else {
		if (r->field[KEYS_NOTE][0] != '\0')
			k->note = pack_copy(r->field[KEYS_NOTE]);
		j->pack.n++;
	}
}

static void
take_input(int fd, const char *name, void *arg)
{
	const struct kind *keys = &kind_keys;
	struct stream_in s;

	stream_open(&s, fd, name);
	(void)stream_each(&s, &keys, 1, take_key, arg);
	stream_close(&s);
}

/* --- writing ----------------------------------------------------------- */

static const struct {
	const char *name;
	pack_fn *put; /* NULL: the zip */
} formats[] = { { "cms", NULL }, { "zip", NULL }, { "csv", pack_csv },
	{ "xml", pack_xml }, { "setup.bin", pack_setupbin },
	{ "sheet", pack_sheet } };

#define NFORMATS (sizeof(formats) / sizeof(formats[0]))

static size_t
find_format(const char *name)
{
	size_t i = 0;

	while (i < NFORMATS && strcmp(formats[i].name, name) != 0)
		i++;
	if (i == NFORMATS)
		errx(EX_USAGE,
		    "--format: no such format (got \"%s\", expected cms, zip, "
		    "csv, xml, setup.bin or sheet)",
		    name);
	return i;
}

static void
put_plain(struct job *j, FILE *f)
{
	pack_fn *put = formats[find_format(j->format)].put;

	if (put == NULL)
		pack_zip(f, &j->pack, j->now);
	else
		put(f, &j->pack);
}

static void
pack_put(struct job *j, FILE *f)
{
	char *bytes;
	size_t len;
	FILE *m;

	if (cmswrite_idle(j->cms)) {
		put_plain(j, f);
		return;
	}
	m = open_memstream(&bytes, &len);
	if (m == NULL)
		err(EX_OSERR, "CMS");
	put_plain(j, m);
	if (fclose(m) != 0)
		err(EX_OSERR, "CMS");
	cmswrite_put(j->cms, f, bytes, len, j->now);
	explicit_bzero(bytes, len);
	free(bytes);
}

static void
write_file(struct job *j)
{
	struct outfile o;

	if (j->out == NULL) {
		pack_put(j, stdout);
		return; /* stage_end looks for errors */
	}
	if (outfile_open(&o, j->out, 0600) == -1)
		errx(EX_CANTCREAT, "%s: %s", j->out, outfile_why());
	pack_put(j, o.f);
	if (outfile_commit_new(&o) == 0)
		return;
	if (errno == EEXIST)
		errx(EX_CANTCREAT,
		    "%s: is there already; it may hold keys, so it is not "
		    "replaced",
		    j->out);
	errx(EX_CANTCREAT, "%s: %s", j->out, outfile_why());
}

/* --- options ----------------------------------------------------------- */

/* The one before is complete when another follows, or none. */
static void
add_recipient(struct job *j, const char *next)
{
	if (j->to != NULL)
		cmswrite_to(j->cms, j->to,
		    j->sha256[0] != '\0' ? j->sha256 : NULL, j->now);
	j->to = next;
	j->sha256[0] = '\0';
}

static void
take_fingerprint(struct job *j, const char *text)
{
	if (j->to == NULL)
		errx(EX_USAGE, "--fingerprint without --to before it");
	if (cert_sha256_parse(j->sha256, text) == -1)
		errx(EX_USAGE,
		    "--fingerprint: not the SHA-256 of a certificate (got "
		    "\"%s\", expected 64 hexadecimal digits)",
		    text);
}

static void
parse_args(struct job *j, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "to", required_argument, NULL, OPT_TO },
		{ "fingerprint", required_argument, NULL, OPT_FINGERPRINT },
		{ "sign", required_argument, NULL, SIGNER_SIGN },
		{ "key", required_argument, NULL, SIGNER_KEY },
		{ "passphrase-fd", required_argument, NULL, SIGNER_PASS },
		{ "format", required_argument, NULL, OPT_FORMAT },
		{ "cbc", no_argument, NULL, OPT_CBC },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "o:", longopts)) != -1)
		switch (ch) {
		case 'o':
			j->out = outfile_option(optarg);
			break;
		case OPT_TO:
			add_recipient(j, optarg);
			break;
		case OPT_FINGERPRINT:
			take_fingerprint(j, optarg);
			break;
		case OPT_FORMAT:
			j->format = optarg;
			(void)find_format(optarg);
			break;
		case OPT_CBC:
			cmswrite_cbc(j->cms);
			break;
		default:
			if (!signer_option(&j->signer, ch))
				stage_usage();
		}
	add_recipient(j, NULL);
	signer_use(&j->signer, j->cms, true);
	if (j->format == NULL)
		j->format = cmswrite_idle(j->cms) ? "zip" : "cms";
	if (strcmp(j->format, "cms") == 0 && cmswrite_idle(j->cms))
		errx(EX_USAGE, "--format cms needs --to or --sign");
}

static void
pack_begin(struct job *j)
{
	uint8_t seed[16];

	random_bytes(seed, sizeof(seed));
	j->pids = pidset_new(seed);
	/* Touched as keys come. */
	j->pack.keys = calloc(PACK_KEYS_MAX, sizeof(*j->pack.keys));
	if (j->pids == NULL || j->pack.keys == NULL)
		err(EX_OSERR, "keys");
}

static void
pack_end(struct job *j)
{
	for (uint32_t i = 0; i < j->pack.n; i++)
		free(j->pack.keys[i].note);
	explicit_bzero(j->pack.keys, j->pack.n * sizeof(*j->pack.keys));
	free(j->pack.keys);
	free(j->pack.batch);
	pidset_free(j->pids);
	cmswrite_free(j->cms);
}

int
main(int argc, char *argv[])
{
	struct job j = { .signer = { .pass_fd = -1 }, .now = clock_seconds() };

	stage_begin("[--to certificate [--fingerprint sha256] ...]\n"
	            "       [--sign certificate [--key key] [--passphrase-fd "
	            "n]] [--cbc]\n"
	            "       [--format cms|zip|csv|xml|setup.bin|sheet] [-o "
	            "file] [file ...]",
	    MAY_READ_FILES | MAY_WRITE_FILES | EMITS_SECRETS);
	wipe_openssl();
	j.cms = cmswrite_new();
	parse_args(&j, argc, argv);
	if (j.out == NULL && isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "the keys are secret and do not go to a terminal; name "
		    "a file with -o");
	pack_begin(&j);
	stage_makes(j.out);
	stage_confine();
	stage_each_input(argc, argv, take_input, &j);
	if (stage_refused() != 0)
		warnx("nothing written: %llu of %llu keys were refused",
		    (unsigned long long)stage_refused(),
		    (unsigned long long)(stage_refused() + j.pack.n));
	else if (j.pack.n == 0)
		errx(EX_DATAERR, "no keys");
	else
		write_file(&j);
	pack_end(&j);
	return stage_end();
}
