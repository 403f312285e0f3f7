/*
 * receipt - what an import took and what it refused, as text and as JSON, for
 * whoever sent the keys: from the findings of the programs that took part.
 *
 * They are read twice, first for what stands at the head of a receipt, then
 * for the refused records: so it needs little memory however many those are.
 */
#include <err.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "keys/cmswrite.h"
#include "keys/digest.h"
#include "lib/findings.h"
#include "lib/option.h"
#include "lib/outfile.h"
#include "lib/outputs.h"
#include "lib/rowfile.h"
#include "keys/signer.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "lib/wipe.h"
#include "base/text.h"

enum { OPT_CHECK = 1 };

/* A file as it came. */
struct file {
	char *name;
	uint64_t size;
	char sha256[DIGEST_HEX];
	char *signer; /* NULL: nobody */
	char cert[DIGEST_HEX];
	bool encrypted, expired;
};

struct list {
	char *place;
	char *form;
	uint64_t nrecords;
};

enum outcome { UNKNOWN, REFUSED, TAKEN, TRIAL };

static const char *const outcomes[] = { "unknown", "refused", "taken",
	"trial" };

struct receipt {
	const char *site, *batch, *base;
	char made_at[TEXT_TIME];
	struct file *files;
	size_t nfiles;
	struct list *lists;
	size_t nlists;
	uint64_t nrecords, nrefused, count[NFINDINGS];
	enum outcome outcome;
	char *why; /* of REFUSED: the first reason met */
	/* while the refused records are written */
	FILE *text, *json;
	uint64_t nwritten;
};

static void *
more(void *array, size_t n, size_t size)
{
	void *p = reallocarray(array, n + 1, size);

	if (p == NULL)
		err(EX_OSERR, "receipt");
	memset((char *)p + n * size, 0, size);
	return p;
}

static char *
copy(const char *s)
{
	char *t = strdup(s);

	if (t == NULL)
		err(EX_OSERR, "receipt");
	return t;
}

/* --- what was found ------------------------------------------------------- */

/* A place without the folder that a file had here: the sender knows the name
 * alone. */
static const char *
shown(const struct receipt *r, const char *place)
{
	for (size_t i = 0; i < r->nfiles; i++) {
		const char *name = r->files[i].name;
		size_t len = strlen(name);

		if (strncmp(place, name, len) == 0 &&
		    (place[len] == ':' || place[len] == '\0'))
			return place + (rowfile_base(name) - name);
	}
	return place;
}

static void
take_file(struct receipt *r, const char *name, uint64_t size,
    const char *sha256)
{
	struct file *f;

	r->files = more(r->files, r->nfiles, sizeof(*r->files));
	f = &r->files[r->nfiles++];
	f->name = copy(name);
	f->size = size;
	(void)snprintf(f->sha256, sizeof(f->sha256), "%s", sha256);
}

static void
take_list(struct receipt *r, const char *place, uint64_t n, const char *form)
{
	struct list *l;

	r->lists = more(r->lists, r->nlists, sizeof(*r->lists));
	l = &r->lists[r->nlists++];
	l->place = copy(place);
	l->form = copy(form);
	l->nrecords = n;
	r->nrecords += n;
}

/* What is said of a file follows it. */
static void
take_seal(struct receipt *r, enum finding what, const char *text)
{
	struct file *f;

	if (r->nfiles == 0)
		return;
	f = &r->files[r->nfiles - 1];
	if (what == FINDING_SIGNED) {
		free(f->signer);
		f->signer = copy(text);
	} else if (what == FINDING_CERT)
		(void)snprintf(f->cert, sizeof(f->cert), "%s", text);
	else if (what == FINDING_ENCRYPTED)
		f->encrypted = true;
	else
		f->expired = true;
}

static void
take_failure(struct receipt *r, const char *place, const char *why)
{
	if (r->outcome != UNKNOWN)
		return;
	r->outcome = REFUSED;
	if (asprintf(&r->why, "%s: %s", shown(r, place), why) == -1)
		err(EX_OSERR, "receipt");
}

static void
take_finding(struct receipt *r, char *const *field)
{
	enum finding what = finding_find(field[FINDINGS_WHAT]);
	const char *place = field[FINDINGS_PLACE], *text = field[FINDINGS_TEXT];
	uint64_t n = 0;

	(void)text_number(&n, field[FINDINGS_NUMBER], UINT64_MAX);
	switch (what) {
	case FINDING_FILE:
		take_file(r, place, n, text);
		break;
	case FINDING_LIST:
		take_list(r, place, n, text);
		break;
	case FINDING_FAILED:
		take_failure(r, place, text);
		break;
	case FINDING_STORED:
	case FINDING_TRIED:
		r->outcome = what == FINDING_STORED ? TAKEN : TRIAL;
		break;
	case FINDING_REFUSED:
		r->nrefused += n != 0 ? n : 1;
		break;
	case FINDING_NEW:
	case FINDING_SAME:
	case FINDING_CHANGED:
		r->count[what] += n;
		break;
	case NFINDINGS:
		break; /* of a later version */
	default:
		take_seal(r, what, text);
	}
}

typedef void take_fn(struct receipt *r, char *const *field);
struct reading {
	struct receipt *receipt;
	take_fn *take;
};

/* One that is cut off was said to be so, and what came of it counts. */
static void
read_findings(int fd, const char *name, void *arg)
{
	const struct kind *wanted = &kind_findings;
	const struct reading *reading = arg;
	struct stream_in in;
	struct record r;

	stream_open(&in, fd, name);
	/* The file of a program that was killed early may be. */
	in.may_be_empty = fd != STDIN_FILENO;
	while (stream_header(&in) == 1) {
		stream_require(&in, &wanted, 1);
		while (stream_next(&in, &r) == 1)
			reading->take(reading->receipt, r.field);
	}
	if (in.empty)
		exit(stage_status(EX_DATAERR)); /* said by the reader */
	stream_close(&in);
}

/* --- text ----------------------------------------------------------------- */

/* As openssl x509 -fingerprint shows it. */
static void
put_fingerprint(FILE *f, const char *hex)
{
	for (size_t i = 0; hex[i] != '\0'; i++)
		(void)fprintf(f, "%s%c", i != 0 && i % 2 == 0 ? ":" : "",
		    text_upper(hex[i]));
	(void)fputc('\n', f);
}

static void
text_file(FILE *f, const struct file *file)
{
	(void)fputs("\nFile     ", f);
	output_plain(f, rowfile_base(file->name));
	(void)fprintf(f, "\n         %" PRIu64 " bytes\n         SHA-256 %s\n",
	    file->size, file->sha256);
	if (file->encrypted)
		(void)fputs("         encrypted\n", f);
	if (file->signer == NULL) {
		(void)fputs("         not signed\n", f);
		return;
	}
	(void)fputs("         signed by ", f);
	output_plain(f, file->signer);
	(void)fprintf(f, "%s\n         certificate SHA-256\n         ",
	    file->expired ? " (certificate has expired)" : "");
	put_fingerprint(f, file->cert);
}

static void
text_outcome(FILE *f, const struct receipt *r)
{
	char *what = NULL;
	int ok = 0;

	switch (r->outcome) {
	case TAKEN:
		ok = r->nrefused == 0
		    ? asprintf(&what, "taken: all %" PRIu64 " keys",
		          r->nrecords)
		    : asprintf(&what,
		          "taken, but for %" PRIu64 " of %" PRIu64
		          " records, which are refused",
		          r->nrefused, r->nrecords);
		break;
	case TRIAL:
		ok = asprintf(&what,
		    "tried, nothing was stored: %" PRIu64 " of %" PRIu64
		    " records would be refused",
		    r->nrefused, r->nrecords);
		break;
	case REFUSED:
		ok = asprintf(&what,
		    "refused as a whole, nothing was stored: %s", r->why);
		break;
	case UNKNOWN:
		ok = asprintf(&what,
		    "not known: the import came to no end; send the same "
		    "again");
	}
	if (ok == -1)
		err(EX_OSERR, "receipt");
	output_wrapped(f, "Outcome  ", what);
	free(what);
}

static bool
has_counts(const struct receipt *r)
{
	return r->outcome == TAKEN || r->outcome == TRIAL;
}

static void
text_counts(FILE *f, const struct receipt *r)
{
	(void)fprintf(f, "\nRecords  %" PRIu64 " in all\n", r->nrecords);
	if (has_counts(r))
		(void)fprintf(f,
		    "         %" PRIu64 " new\n"
		    "         %" PRIu64 " there before\n"
		    "         %" PRIu64
		    " there before, and more is known now\n",
		    r->count[FINDING_NEW], r->count[FINDING_SAME],
		    r->count[FINDING_CHANGED]);
	(void)fprintf(f, "         %" PRIu64 " refused\n", r->nrefused);
}

static void
text_head(FILE *f, const struct receipt *r)
{
	(void)fprintf(f, "Receipt of PID/PPS keys\n\nTime     %s\nSite     ",
	    r->made_at);
	output_plain(f, r->site);
	(void)fprintf(f, "\nBatch    %s\n", r->batch);
	text_outcome(f, r);
	for (size_t i = 0; i < r->nfiles; i++)
		text_file(f, &r->files[i]);
	if (r->nlists != 0)
		(void)fputc('\n', f);
	for (size_t i = 0; i < r->nlists; i++) {
		(void)fputs("List     ", f);
		output_plain(f, shown(r, r->lists[i].place));
		(void)fprintf(f, ": %s, %" PRIu64 " records\n",
		    r->lists[i].form, r->lists[i].nrecords);
	}
	text_counts(f, r);
	if (r->nrefused != 0)
		(void)fputs("\nRefused records\n", f);
}

/* How many more there were like a refused record; 0: it is one. */
static uint64_t
more_of(char *const *field)
{
	uint64_t n = 0;

	(void)text_number(&n, field[FINDINGS_NUMBER], UINT64_MAX);
	return n;
}

static void
text_refused(FILE *f, const struct receipt *r, char *const *field)
{
	const char *pid = field[FINDINGS_PID];
	uint64_t more = more_of(field);

	(void)fprintf(f, "  %-8s  ", pid[0] != '\0' ? pid : "no PID");
	output_plain(f, shown(r, field[FINDINGS_PLACE]));
	(void)fputs(": ", f);
	if (more != 0)
		(void)fprintf(f, "and %" PRIu64 " more like it: ", more);
	output_plain(f, field[FINDINGS_TEXT]);
	(void)fputc('\n', f);
}

/* --- JSON ----------------------------------------------------------------- */

static void
json_text(FILE *f, const char *name, const char *value)
{
	(void)fprintf(f, "\"%s\":", name);
	output_json(f, value);
}

static void
json_file(FILE *f, const struct file *file)
{
	(void)fputc('{', f);
	json_text(f, "name", rowfile_base(file->name));
	(void)fprintf(f, ",\"size\":%" PRIu64 ",", file->size);
	json_text(f, "sha256", file->sha256);
	(void)fprintf(f, ",\"encrypted\":%s,\"signed\":%s",
	    file->encrypted ? "true" : "false",
	    file->signer != NULL ? "true" : "false");
	if (file->signer != NULL) {
		(void)fputc(',', f);
		json_text(f, "signer", file->signer);
		(void)fputc(',', f);
		json_text(f, "certificate_sha256", file->cert);
		(void)fprintf(f, ",\"certificate_expired\":%s",
		    file->expired ? "true" : "false");
	}
	(void)fputc('}', f);
}

static void
json_list(FILE *f, const struct receipt *r, const struct list *l)
{
	(void)fputc('{', f);
	json_text(f, "place", shown(r, l->place));
	(void)fputc(',', f);
	json_text(f, "form", l->form);
	(void)fprintf(f, ",\"records\":%" PRIu64 "}", l->nrecords);
}

static void
json_head(FILE *f, const struct receipt *r)
{
	(void)fputs("{\"format\":\"amtbatch-receipt\",\n\"version\":1,\n", f);
	json_text(f, "time", r->made_at);
	(void)fputs(",\n", f);
	json_text(f, "site", r->site);
	(void)fputs(",\n", f);
	json_text(f, "batch", r->batch);
	(void)fputs(",\n", f);
	json_text(f, "outcome", outcomes[r->outcome]);
	(void)fputs(",\n", f);
	json_text(f, "reason", r->why != NULL ? r->why : "");
	(void)fputs(",\n\"files\":[", f);
	for (size_t i = 0; i < r->nfiles; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_file(f, &r->files[i]);
	}
	(void)fputs("],\n\"lists\":[", f);
	for (size_t i = 0; i < r->nlists; i++) {
		(void)fputs(i != 0 ? ",\n" : "\n", f);
		json_list(f, r, &r->lists[i]);
	}
	(void)fprintf(f,
	    "],\n\"counts\":{\"records\":%" PRIu64 ",\"new\":%" PRIu64
	    ",\"there_before\":%" PRIu64 ",\"changed\":%" PRIu64
	    ",\"refused\":%" PRIu64 "},\n\"refused\":[",
	    r->nrecords, r->count[FINDING_NEW], r->count[FINDING_SAME],
	    r->count[FINDING_CHANGED], r->nrefused);
}

static void
json_refused(FILE *f, const struct receipt *r, char *const *field)
{
	(void)fputs(r->nwritten != 0 ? ",\n{" : "\n{", f);
	json_text(f, "pid", field[FINDINGS_PID]);
	(void)fputc(',', f);
	json_text(f, "place", shown(r, field[FINDINGS_PLACE]));
	(void)fputc(',', f);
	json_text(f, "reason", field[FINDINGS_TEXT]);
	if (more_of(field) != 0)
		(void)fprintf(f, ",\"more\":%" PRIu64, more_of(field));
	(void)fputc('}', f);
}

/* --- files ---------------------------------------------------------------- */

static void
write_refused(struct receipt *r, char *const *field)
{
	if (finding_find(field[FINDINGS_WHAT]) != FINDING_REFUSED)
		return;
	text_refused(r->text, r, field);
	json_refused(r->json, r, field);
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
	struct reading reading = { r, write_refused };

	r->text = o->file[TEXT].f;
	r->json = o->file[JSON].f;
	text_head(r->text, r);
	json_head(r->json, r);
	stage_each_input(argc, argv, read_findings, &reading);
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

struct options {
	struct signer signer;
	bool check;
};

static void
parse_args(struct receipt *r, struct options *o, int argc, char *argv[])
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
			r->base = optarg;
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

static void
end(struct receipt *r)
{
	for (size_t i = 0; i < r->nfiles; i++) {
		free(r->files[i].name);
		free(r->files[i].signer);
	}
	free(r->files);
	for (size_t i = 0; i < r->nlists; i++) {
		free(r->lists[i].place);
		free(r->lists[i].form);
	}
	free(r->lists);
	free(r->why);
}

int
main(int argc, char *argv[])
{
	struct options options = { .signer = { .pass_fd = -1 } };
	struct receipt r = { 0 };
	struct reading reading = { &r, take_finding };
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
		stage_each_input(argc, argv, read_findings, &reading);
		write_receipt(&r, &outs, cms, argc, argv);
	}
	outs_close(&outs);
	cmswrite_free(cms);
	end(&r);
	return stage_end();
}
