/*
 * keys-parse - PID/PPS lists as the OEM sends them, as a stream of keys.
 *
 * A plain file, or the members of a bundle as bundle-open has them.  What
 * each one is, its first bytes tell.  One key at a time, so that a list of any
 * length needs little memory and its secrets are not kept.
 */
#include <assert.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "digest.h"
#include "findings.h"
#include "keyscsv.h"
#include "keysps.h"
#include "keysxml.h"
#include "kinds.h"
#include "manifest.h"
#include "members.h"
#include "option.h"
#include "pidset.h"
#include "random.h"
#include "rowfile.h"
#include "setupbin.h"
#include "setuppsk.h"
#include "stage.h"
#include "stream.h"
#include "text.h"

/* So many PIDs are remembered, in 32 MB; the store finds the other doubles. */
#define REMEMBERED 1500000

/* clang-format off */
enum form { UNKNOWN, HEADER, TWO_COLUMNS, SIX_COLUMNS, XML, SETUP_BIN, NO_LIST,
	NFORMS };
/* clang-format on */

static const char *const form_names[NFORMS] = { "", "columns by header",
	"two columns", "six columns of SCS", "XML", "setup.bin",
	"no key list, passed over" };

/* What is counted and said at the end of a file, once and not per row. */
struct tally {
	uint64_t nkeys;
	uint64_t nrefused;
	uint64_t nused; /* or consumed */
	uint64_t nwarned;
	size_t warned_line; /* the first of nwarned */
	const char *warning;
};

struct parse {
	const char *batch;
	const char *origin; /* NULL: the file's name */
	struct stream_out out;
	struct pidset *met;
	uint64_t nmet;
	/* Places of all files so far, owned: for "came before". */
	struct place {
		char *name;
		enum form form;
	} * files;
	uint32_t nfiles, file; /* file: the present one */
	/* of the present bundle: what it says of itself */
	char container[MEMBERS_PLACE_CAP];
	struct manifest manifest;
	bool has_manifest, has_list;
	bool in_bundle;           /* the present file */
	uint64_t npassed, nlists; /* of the present input: passed over, read */
	uint64_t nlisted;         /* keys and refusals of its keys.csv */
	/* of the present file */
	const char *name, *base;
	char from[MEMBERS_PLACE_CAP + 16 + TEXT_DECIMAL]; /* name:line */
	size_t from_len;                                  /* without the line */
	enum form form;
	struct heading heading;
	struct tally tally;
};

/* Records of a setup.bin are counted, lines of the others. */
static const char *
line_word(const struct parse *p, uint32_t file)
{
	return p->files[file].form == SETUP_BIN ? "record " : "";
}

static void
set_form(struct parse *p, enum form form)
{
	int n;

	p->form = p->files[p->file].form = form;
	p->base = rowfile_base(p->name);
	n = snprintf(p->from, sizeof(p->from) - TEXT_DECIMAL, "%s:%s", p->name,
	    line_word(p, p->file));
	assert(n > 0 && (size_t)n < sizeof(p->from) - TEXT_DECIMAL);
	p->from_len = (size_t)n;
}

/*
 * What stands in a bundle beside its lists: a letter, a manual, what a Mac
 * leaves.  Told, for it may be a list in a spelling that nobody knew here.
 */
static void
pass_over(struct parse *p, size_t line, const char *why)
{
	set_form(p, NO_LIST);
	p->npassed++;
	stage_say(p->name, line, "notice: passed over: %s", why);
}

/* A row that stands before the header: "sep=;", of Excel. */
static bool
is_prelude(const struct row *row)
{
	return text_same(row->field[0], "sep=") &&
	    (row->nfields == 1 ||
	        (row->nfields == 2 && row->field[1][0] == '\0'));
}

static void
tell_lost(const struct parse *p, const struct row *row)
{
	const char *name = keyscsv_lost(row);
	char shown[48];

	if (name == NULL)
		return;
	text_show(shown, sizeof(shown), name, strlen(name));
	stage_say(p->name, row->line,
	    "notice: column \"%s\" has no meaning here and is not taken "
	    "(keyscsv(5) has the names)",
	    shown);
}

static void
find_form(struct parse *p, const struct row *row)
{
	static const char why[] =
	    "not a key list (expected a header row with the columns pid and "
	    "pps, or the six columns "
	    "id,pid,pps,current_password,admin_password,used)";
	struct fault f;

	switch (keyscsv_header(&p->heading, row, &f)) {
	case 1:
		tell_lost(p, row);
		set_form(p, HEADER);
		return;
	case -1:
		stage_fail(EX_DATAERR, p->name, f.at, "%s", f.why);
	}
	if (keyscsv_pair(&p->heading, row))
		set_form(p, TWO_COLUMNS);
	else if (keysps_row(row))
		set_form(p, SIX_COLUMNS);
	else if (p->in_bundle)
		pass_over(p, row->line, why);
	else
		stage_fail(EX_DATAERR, p->name, row->line, "%s", why);
}

static void
refuse(struct parse *p, const char *pid, const struct fault *why)
{
	p->tally.nrefused++;
	if (pid[0] == '\0' || strstr(why->why, pid) != NULL)
		stage_refuse_key(pid, p->name, why->at, "%s", why->why);
	else
		stage_refuse_key(pid, p->name, why->at, "PID %s: %s", pid,
		    why->why);
}

/* Is this the first key with its PID?  If not, it is refused. */
static bool
is_first(struct parse *p, const struct keyrow *k, size_t line)
{
	struct pidset_place place = { p->file, (uint32_t)line };
	enum pidset_found found;
	struct fault f;

	if (line > UINT32_MAX)
		stage_fail(EX_DATAERR, p->name, line, "too many lines");
	if (p->nmet < REMEMBERED)
		found = pidset_add(p->met, k->pid, k->pps, &place);
	else
		found = pidset_find(p->met, k->pid, k->pps, &place);
	p->nmet += found == PIDSET_NEW;
	if (found == PIDSET_NEW)
		return true;
	if (found == PIDSET_NO_MEMORY)
		errx(EX_OSERR, "out of memory");
	(void)fault_set(&f, line,
	    "PID %s came before with %s PPS, in %s:%s%u; that one is kept",
	    k->pid, found == PIDSET_SAME ? "the same" : "another",
	    p->files[place.file].name, line_word(p, place.file), place.line);
	refuse(p, k->pid, &f);
	return false;
}

static void
warn_of_password(struct parse *p, const struct keyrow *k, size_t line)
{
	const char *warning =
	    password_warning(k->mebx_next, strlen(k->mebx_next));

	if (warning == NULL)
		return;
	if (p->tally.nwarned++ == 0) {
		p->tally.warning = warning;
		p->tally.warned_line = line;
	}
}

static void
write_key(struct parse *p, const struct keyrow *k, const char *state,
    size_t line)
{
	const char *const fields[KEYS_NCOLUMNS] = {
		[KEYS_PID] = k->pid,
		[KEYS_PPS] = k->pps,
		[KEYS_MEBX_NOW] = k->mebx_now,
		[KEYS_MEBX_NEXT] = k->mebx_next,
		[KEYS_BATCH] = p->batch,
		[KEYS_ORIGIN] = p->origin != NULL ? p->origin : p->base,
		[KEYS_STATE] = state,
		[KEYS_NOTE] = k->note,
		[KEYS_FROM] = p->from,
	};

	(void)text_decimal(p->from + p->from_len, line);
	stream_write(&p->out, fields);
	p->tally.nkeys++;
	p->tally.nused += strcmp(state, "new") != 0;
}

static void
take_key(struct parse *p, const struct keyrow *k, const char *state,
    size_t line)
{
	if (!is_first(p, k, line))
		return;
	warn_of_password(p, k, line);
	write_key(p, k, state, line);
}

/* --- CSV ------------------------------------------------------------------ */

static void
take_row(void *arg, const struct row *row, const struct fault *bad)
{
	struct parse *p = arg;
	struct keyrow k;
	struct fault f;
	int ok;

	if (p->form == UNKNOWN) {
		if (bad != NULL)
			stage_fail(EX_DATAERR, p->name, bad->at, "%s",
			    bad->why);
		if (is_prelude(row))
			return;
		find_form(p, row);
		if (p->form == HEADER)
			return;
	}
	if (p->form == NO_LIST)
		return;
	ok = p->form == SIX_COLUMNS ? keysps_read(&k, row, &f)
	                            : keyscsv_read(&k, &p->heading, row, &f);
	if (bad != NULL || ok == -1)
		refuse(p, k.pid, bad != NULL ? bad : &f);
	else
		take_key(p, &k, k.used ? "used" : "new", row->line);
	explicit_bzero(&k, sizeof(k));
}

/* A member being read: its first bytes were looked at already. */
struct input {
	struct members *m;
	struct digest *digest; /* NULL: no manifest that names it */
	uint8_t buf[65536];
	size_t len;
};

/* The next bytes into buf; 0 at the end. */
static size_t
input_more(struct input *in)
{
	in->len = members_read(in->m, in->buf, sizeof(in->buf));
	if (in->digest != NULL)
		digest_add(in->digest, in->buf, in->len);
	return in->len;
}

static void
parse_rows(struct parse *p, struct input *in)
{
	struct rows *r = rows_new(take_row, p);
	uint8_t last = '\n';
	struct fault f;
	int ok = 0;

	if (r == NULL)
		err(EX_OSERR, "%s", p->name);
	for (; ok == 0 && in->len != 0; (void)input_more(in)) {
		ok = rows_feed(r, in->buf, in->len, &f);
		last = in->buf[in->len - 1];
	}
	if (ok == 0)
		ok = rows_end(r, &f);
	rows_free(r);
	if (ok == -1)
		stage_fail(EX_DATAERR, p->name, f.at, "%s", f.why);
	/* A password or a name that lost its end may still keep its rules. */
	if (last != '\n' && last != '\r' && p->form != NO_LIST)
		stage_say(p->name, 0,
		    "warning: the last line has no line end; was the file cut "
		    "off?");
	if (p->form == UNKNOWN)
		stage_fail(EX_DATAERR, p->name, 0, "file is empty");
}

/* --- XML ------------------------------------------------------------------ */

static void
took_xml(void *arg, const struct keyrow *k, size_t line,
    const struct fault *bad)
{
	struct parse *p = arg;

	if (bad != NULL)
		refuse(p, k->pid, bad);
	else
		take_key(p, k, k->used ? "used" : "new", line);
}

static void
parse_xml(struct parse *p, struct input *in)
{
	struct keysxml *x = keysxml_new(took_xml, p);
	struct fault f;
	int ok = 0;

	if (x == NULL)
		err(EX_OSERR, "%s", p->name);
	set_form(p, XML);
	for (; ok == 0 && in->len != 0; (void)input_more(in))
		ok = keysxml_feed(x, in->buf, in->len, &f);
	if (ok == 0)
		ok = keysxml_end(x, &f);
	keysxml_free(x);
	if (ok == -1)
		stage_fail(EX_DATAERR, p->name, f.at, "%s", f.why);
}

/* --- setup.bin ------------------------------------------------------------ */

/* The next chunk of 512 bytes, *len less than that only at the end. */
static void
next_chunk(struct input *in, size_t *at, uint8_t chunk[SETUPBIN_CHUNK],
    size_t *len)
{
	*len = 0;
	while (*len < SETUPBIN_CHUNK) {
		size_t n = in->len - *at;

		if (n == 0) {
			*at = 0;
			if (input_more(in) == 0)
				return;
			continue;
		}
		if (n > SETUPBIN_CHUNK - *len)
			n = SETUPBIN_CHUNK - *len;
		memcpy(chunk + *len, in->buf + *at, n);
		*len += n;
		*at += n;
	}
}

/* Of a record that is refused. */
static void
record_pid(char pid[PID_LEN + 1], const struct setupbin_record *r)
{
	const struct setupbin_entry *e = setupbin_record_find(r, 2, 1);

	if (e != NULL)
		pid_as_written(pid, (const char *)r->body + e->at, e->len);
}

static void
take_psk(struct parse *p, const struct setupbin_record *r)
{
	size_t at = SETUPBIN_RECORD_AT(r->number);
	struct setuppsk psk;
	/* Reading a file tells what stands there; whether a password is one
	 * that the MEBx takes, is asked as of any other list. */
	const struct keyrow_text text = { .pid = psk.pid,
		.pps = psk.pps,
		.mebx_now = psk.mebx_now,
		.mebx_next = psk.mebx_next };
	struct keyrow k = { 0 };
	struct fault f, why;
	int got;

	if (r->wiped) {
		(void)fault_set(&f, at,
		    "record %u is consumed and wiped: which key it was is gone",
		    r->number);
		refuse(p, "", &f);
		return;
	}
	got = setuppsk_get(&psk, r, &f);
	if (got == 1 && keyrow_read(&k, &text, &why) == -1) {
		(void)fault_set(&f, at, "record %u: %s", r->number, why.why);
		refuse(p, k.pid, &f);
		goto out;
	}
	if (got != 1) {
		(void)fault_set(&why, got == 0 ? at : f.at, "record %u: %s",
		    r->number, got == 0 ? "has no PID and PPS" : f.why);
		record_pid(k.pid, r);
		refuse(p, k.pid, &why);
		goto out;
	}
	take_key(p, &k, r->valid ? "new" : "consumed", r->number);
out:
	explicit_bzero(&psk, sizeof(psk));
	explicit_bzero(&k, sizeof(k));
}

static void
parse_setupbin(struct parse *p, struct input *in)
{
	uint8_t chunk[SETUPBIN_CHUNK];
	struct setupbin_notes notes = { 0 }; /* setupbin-dump tells them */
	struct setupbin_header h;
	struct setupbin_record r;
	struct fault f;
	size_t at = 0, len;

	set_form(p, SETUP_BIN);
	next_chunk(in, &at, chunk, &len);
	if (setupbin_header_decode(&h, chunk, len, &notes, &f) == -1)
		stage_fail(EX_DATAERR, p->name, f.at, "%s", f.why);
	for (uint32_t n = 1; n <= h.nrecords; n++) {
		next_chunk(in, &at, chunk, &len);
		if (len < SETUPBIN_CHUNK)
			stage_fail(EX_DATAERR, p->name,
			    SETUPBIN_RECORD_AT(n) + len,
			    "setup.bin ends early (record %u of %u)", n,
			    h.nrecords);
		if (setupbin_record_decode(&r, &h, n, chunk, len, &notes, &f) ==
		    -1)
			refuse(p, "", &f);
		else
			take_psk(p, &r);
	}
	next_chunk(in, &at, chunk, &len);
	if (len != 0)
		stage_fail(EX_DATAERR, p->name,
		    SETUPBIN_RECORD_AT((size_t)h.nrecords + 1),
		    "bytes left over after the last record (header counts %u)",
		    h.nrecords);
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(chunk, sizeof(chunk));
}

/* --- files and bundles ---------------------------------------------------- */

static void
tell(const struct parse *p)
{
	const struct tally *t = &p->tally;

	findings_add(FINDING_LIST, p->name, t->nkeys + t->nrefused,
	    form_names[p->form]);
	if (t->nwarned != 0)
		stage_say(p->name, t->warned_line,
		    "warning: new MEBx %s (keys: %llu of %llu)", t->warning,
		    (unsigned long long)t->nwarned,
		    (unsigned long long)t->nkeys);
	if (!stage_verbose() || p->form == NO_LIST)
		return;
	if (p->form == HEADER && p->heading.ignored[0] != '\0')
		stage_say(p->name, 0, "columns ignored: %s",
		    p->heading.ignored);
	stage_say(p->name, 0,
	    "%s; keys: %llu; of them used: %llu; %s refused: %llu",
	    form_names[p->form], (unsigned long long)t->nkeys,
	    (unsigned long long)t->nused,
	    p->form == HEADER || p->form == SIX_COLUMNS ? "rows" : "keys",
	    (unsigned long long)t->nrefused);
}

/* The first byte that is not a blank or a byte order mark; 0: none. */
static uint8_t
first_byte(const struct input *in)
{
	size_t at = 0;

	if (in->len >= 3 && memcmp(in->buf, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (at < in->len && strchr(" \t\r\n", in->buf[at]) != NULL)
		at++;
	return at < in->len ? in->buf[at] : 0;
}

/* Other lists of such a bundle have the same keys again. */
static void
take_manifest(struct parse *p, struct input *in)
{
	static char json[MANIFEST_MAX];
	size_t len = 0;
	struct fault f;

	if (p->has_list)
		stage_fail(EX_DATAERR, p->name, 0,
		    "a manifest that is not the first file of its bundle: the "
		    "keys would count twice");
	for (; in->len != 0; (void)input_more(in)) {
		if (in->len > sizeof(json) - len)
			stage_fail(EX_DATAERR, p->name, 0,
			    "manifest is larger than %d bytes", MANIFEST_MAX);
		memcpy(json + len, in->buf, in->len);
		len += in->len;
	}
	if (p->has_manifest)
		stage_fail(EX_DATAERR, p->name, 0, "a second manifest");
	if (manifest_decode(&p->manifest, json, len, &f) == -1)
		stage_fail(EX_DATAERR, p->name, f.at, "%s", f.why);
	p->has_manifest = true;
}

/* Files that are no text and yet often come along, by how they begin. */
static bool
is_companion(const struct input *in)
{
	static const struct {
		size_t len;
		const char *start;
	} kinds[] = {
		{ 5, "%PDF-" }, { 4, "\0\5\26\7" }, /* AppleDouble: ._NAME */
		{ 8, "\0\0\0\1Bud1" },              /* .DS_Store */
		{ 4, "\xd0\xcf\x11\xe0" }, /* OLE: Thumbs.db, .doc, .xls */
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (in->len >= kinds[i].len &&
		    memcmp(in->buf, kinds[i].start, kinds[i].len) == 0)
			return true;
	return false;
}

static void
parse_list(struct parse *p, struct input *in)
{
	uint8_t first = first_byte(in);

	p->form = UNKNOWN;
	p->tally = (struct tally){ 0 };
	if (setupbin_is(in->buf, in->len))
		parse_setupbin(p, in);
	else if (p->in_bundle && is_companion(in))
		pass_over(p, 0, "a document, not a key list");
	else if (first == '<')
		parse_xml(p, in);
	else
		parse_rows(p, in);
	if (p->form == XML && p->in_bundle &&
	    p->tally.nkeys + p->tally.nrefused == 0)
		pass_over(p, 0, "XML without keys");
	if (p->form == NO_LIST) {
		tell(p);
		return;
	}
	p->nlists++;
	if (p->tally.nkeys + p->tally.nrefused == 0)
		stage_fail(EX_DATAERR, p->name, 0, "%s",
		    p->form == XML
		        ? "no keys in it (expected elements <key> with pid and "
		          "pps)"
		        : p->form == SETUP_BIN
		        ? "no records in it"
		        : "no keys below the header row");
	tell(p);
	p->has_list = true;
}

/* A file of a bundle with a manifest: is it what the manifest says? */
static void
parse_listed(struct parse *p, struct input *in)
{
	const char *base = rowfile_base(p->name), *colon = strrchr(base, ':');
	const char *want;
	char got[DIGEST_HEX];

	if (colon != NULL)
		base = colon + 1;
	want = manifest_digest(&p->manifest, base);
	if (want == NULL)
		stage_fail(EX_DATAERR, p->name, 0,
		    "the bundle's manifest does not name this file");
	if (strcmp(base, "keys.csv") == 0) {
		parse_list(p, in);
		p->nlisted = p->tally.nkeys + p->tally.nrefused;
	}
	while (in->len != 0)
		(void)input_more(in);
	digest_end(in->digest, got);
	in->digest = NULL;
	if (strcmp(got, want) != 0)
		stage_fail(EX_DATAERR, p->name, 0,
		    "is not the file that the bundle's manifest names: its "
		    "SHA-256 differs");
}

static void
add_file(struct parse *p, const char *name)
{
	p->files = reallocarray(p->files, p->nfiles + 1, sizeof(*p->files));
	if (p->files == NULL ||
	    (p->files[p->nfiles].name = strdup(name)) == NULL)
		err(EX_OSERR, "%s", name);
	/* It goes into every record, and those are UTF-8. */
	if (text_utf8(name, strlen(name), NULL) == -1)
		stage_fail(EX_USAGE, name, 0, "the file's name is not UTF-8");
	p->files[p->nfiles].form = UNKNOWN;
	p->file = p->nfiles++;
	p->name = p->files[p->file].name;
}

/* The bundle that a member came out of: its place up to the last colon. */
static size_t
container_len(const char *place)
{
	const char *colon = strrchr(place, ':');

	return colon != NULL ? (size_t)(colon - place) : 0;
}

/* Was all of the bundle there that its manifest told? */
static void
end_bundle(struct parse *p)
{
	const char *bundle = p->container[0] != '\0' ? p->container : p->name;

	if (p->has_manifest && !p->has_list)
		stage_fail(EX_DATAERR, bundle, 0,
		    "the bundle's manifest names keys.csv, which is missing");
	if (p->has_manifest && p->nlisted != p->manifest.count)
		stage_fail(EX_DATAERR, bundle, 0,
		    "keys.csv has %llu keys, the bundle's manifest says %llu",
		    (unsigned long long)p->nlisted,
		    (unsigned long long)p->manifest.count);
	p->has_manifest = p->has_list = false;
	p->nlisted = 0;
}

static void
parse_member(struct parse *p, struct input *in)
{
	const char *place = members_place(in->m);
	size_t len = container_len(place);
	bool json;

	if (len != strlen(p->container) ||
	    strncmp(place, p->container, len) != 0) {
		end_bundle(p);
		memcpy(p->container, place, len);
		p->container[len] = '\0';
	}
	add_file(p, place);
	p->in_bundle = len != 0 && !p->has_manifest;
	in->digest = p->has_manifest ? digest_new() : NULL;
	(void)input_more(in);
	json = first_byte(in) == '{';
	if (!json && p->has_manifest) {
		parse_listed(p, in);
		return;
	}
	if (json)
		take_manifest(p, in);
	else
		parse_list(p, in);
}

/* A list, or the lists of bundles that bundle-open opened. */
static void
parse_one(int fd, const char *name, void *arg)
{
	static struct input in;
	struct parse *p = arg;

	p->npassed = p->nlists = 0;
	in.m = members_open(fd, name);
	while (members_next(in.m))
		parse_member(p, &in);
	members_free(in.m);
	end_bundle(p);
	if (p->npassed != 0 && p->nlists == 0)
		stage_fail(EX_DATAERR, p->container, 0,
		    "there is no key list in it");
	explicit_bzero(in.buf, sizeof(in.buf));
}

static void
free_files(struct parse *p)
{
	for (uint32_t i = 0; i < p->nfiles; i++)
		free(p->files[i].name);
	free(p->files);
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "reveal", no_argument, NULL, 'r' },
		{ 0 },
	};
	static char buffer[65536]; /* what a pipe holds */
	struct parse p = { 0 };
	const char *findings = NULL;
	uint8_t seed[16];
	bool reveal = false;
	int ch;

	stage_begin("[-rv] -b batch [-o origin] [-F file] [file ...]",
	    MAY_READ_FILES | EMITS_SECRETS);
	while ((ch = stage_getopt(argc, argv, "b:F:o:r", longopts)) != -1)
		switch (ch) {
		case 'b':
			p.batch = option_batch("-b", optarg);
			break;
		case 'F':
			findings = optarg;
			break;
		case 'o':
			p.origin = option_text("-o", optarg);
			break;
		case 'r':
			reveal = true;
			break;
		default:
			stage_usage();
		}
	if (p.batch == NULL)
		stage_usage();
	findings_begin(findings);
	stage_confine();
	random_bytes(seed, sizeof(seed));
	p.met = pidset_new(seed);
	if (p.met == NULL)
		err(EX_OSERR, "memory");
	(void)setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
	stream_begin(&p.out, &kind_keys, reveal);
	stage_each_input(argc, argv, parse_one, &p);
	stream_end(&p.out, 0);
	pidset_free(p.met);
	free_files(&p);
	findings_end();
	return stage_end();
}
