/*
 * receipt - what an import took and what it refused, as text and as JSON, for
 * whoever sent the keys: from the findings of the programs that took part.
 *
 * They are read twice, first for what stands at the head of a receipt, then
 * for the refused records: so it needs little memory however many those are.
 */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "keys/cmswrite.h"
#include "keys/receipt_parts.h"
#include "lib/option.h"
#include "lib/outfile.h"
#include "lib/outputs.h"
#include "keys/signer.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "base/text.h"

enum { OPT_CHECK = 1 };

/* --- files ---------------------------------------------------------------- */

static void
write_refused(struct receipt *r, char *const *field)
{
	if (finding_find(field[FINDINGS_WHAT]) != FINDING_REFUSED)
		return;
	receipt_text_refused(r->text, r, field);
	receipt_json_refused(r->json, r, field);
	r->nwritten++;
}

/* In the order in which they get their names: when the text is there, the
 * others are. */
enum { JSON_SEAL, TEXT_SEAL, JSON, TEXT, NOUTS };
static const char *const endings[NOUTS] = { ".json.p7s", ".txt.p7s", ".json",
	".txt" };

struct outs {
	char *path[NOUTS];
	struct outfile file[NOUTS];
	int first; /* JSON when there are no seals */
};

static _Noreturn void
cannot_make(const char *path)
{
	if (errno == EEXIST)
		errx(EX_CANTCREAT,
		    "%s: is there already, and a receipt is not replaced",
		    path);
	errx(EX_CANTCREAT, "%s: %s", path, outfile_why());
}

static void
outs_open(struct outs *o, const char *base, bool sealed)
{
	o->first = sealed ? 0 : JSON;
	for (int i = o->first; i < NOUTS; i++) {
		if (asprintf(&o->path[i], "%s%s", base, endings[i]) == -1)
			err(EX_OSERR, "receipt");
		errno = EEXIST;
		if (access(o->path[i], F_OK) == 0 ||
		    outfile_open_both(&o->file[i], o->path[i], 0644) == -1)
			cannot_make(o->path[i]);
	}
}

static void
outs_commit(struct outs *o)
{
	for (int i = o->first; i < NOUTS; i++) {
		if (outfile_commit_new(&o->file[i]) == 0)
			continue;
		for (int made = o->first; made < i; made++)
			(void)unlink(o->path[made]);
		cannot_make(o->path[i]);
	}
}

static void
outs_close(struct outs *o)
{
	for (int i = o->first; i < NOUTS; i++) {
		outfile_abandon(&o->file[i]);
		free(o->path[i]);
	}
}

static void
write_receipt(struct receipt *r, struct outs *o, const struct cmswrite *cms,
    int argc, char *argv[])
{
	struct receipt_reading reading = { r, write_refused };

	r->text = o->file[TEXT].f;
	r->json = o->file[JSON].f;
	receipt_text_head(r->text, r);
	receipt_json_head(r->json, r);
	stage_each_input(argc, argv, receipt_read, &reading);
	(void)fputs("]}\n", r->json);
	if (o->first != JSON) {
		cmswrite_detached(cms, o->file[TEXT_SEAL].f, r->text,
		    clock_seconds());
		cmswrite_detached(cms, o->file[JSON_SEAL].f, r->json,
		    clock_seconds());
	}
	outs_commit(o);
}

/* --- options -------------------------------------------------------------- */

struct receipt_options {
	struct signer signer;
	bool check;
};

static void
parse_args(struct receipt *r, struct receipt_options *o, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "sign", required_argument, NULL, SIGNER_SIGN },
		{ "key", required_argument, NULL, SIGNER_KEY },
		{ "passphrase-fd", required_argument, NULL, SIGNER_PASS },
		{ "check", no_argument, NULL, OPT_CHECK },
		{ NULL, 0, NULL, 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "b:o:s:", longopts)) != -1)
		switch (ch) {
		case 'b':
			r->batch = option_batch("-b", optarg);
			break;
		case 'o':
			r->base = outfile_no_stdout(optarg,
			    "a receipt is several files");
			break;
		case 's':
			r->site = option_text("-s", optarg);
			break;
		case OPT_CHECK:
			o->check = true;
			break;
		default:
			if (!signer_option(&o->signer, ch))
				stage_usage();
		}
	if (r->base == NULL ||
	    (!o->check && (r->batch == NULL || r->site == NULL)) ||
	    o->check != (optind == argc))
		stage_usage();
}

int
main(int argc, char *argv[])
{
	struct receipt_options options = { .signer = { .pass_fd = -1 } };
	struct receipt r = { 0 };
	struct receipt_reading reading = { &r, receipt_add };
	struct cmswrite *cms;
	struct outs outs = { 0 };

	stage_begin("-b batch -s site -o file [--sign certificate [--key key]\n"
	            "       [--passphrase-fd n]] findings ...\n"
	            "       receipt --check -o file [--sign certificate "
	            "[--key key]]",
	    MAY_READ_FILES | MAY_WRITE_FILES | USES_SECRETS);
	wipe_openssl();
	parse_args(&r, &options, argc, argv);
	cms = cmswrite_new();
	/* Checking needs no passphrase: nobody is asked for it twice. */
	signer_use(&options.signer, cms, !options.check);
	outs_open(&outs, r.base, options.signer.cert != NULL);
	stage_makes(r.base);
	stage_confine();
	if (!options.check) {
		text_time(r.made_at, clock_seconds());
		stage_each_input(argc, argv, receipt_read, &reading);
		write_receipt(&r, &outs, cms, argc, argv);
	}
	outs_close(&outs);
	cmswrite_free(cms);
	receipt_free(&r);
	return stage_end();
}
