/*
 * keys-parse - PID/PPS lists as the OEM sends them, as a stream of keys.
 *
 * A plain file, or the members of a bundle as bundle-open has them, with what
 * its manifest says of them.  keylist has the forms that a list may have.
 */
#include <assert.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "keys/cms.h"
#include "keys/digest.h"
#include "base/filekind.h"
#include "lib/findings.h"
#include "keys/keylist.h"
#include "base/kinds.h"
#include "keys/manifest.h"
#include "keys/members.h"
#include "lib/option.h"
#include "keys/pidset.h"
#include "lib/random.h"
#include "lib/rowfile.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "lib/wipe.h"
#include "base/text.h"
#include "plan/keystate.h"

/* So many PIDs are remembered, in 32 MB; the store finds the other doubles. */
#define REMEMBERED 1500000

/* What is counted and said at the end of a file, once and not per row. */
struct tally {
	uint64_t nkeys;
	uint64_t nrefused;
	uint64_t nused; /* or consumed */
	uint64_t nwarned;
	size_t warned_line; /* the first of nwarned */
	const char *warning;
};

/*
 * What is parsed, by how long it lasts: the run, then an input, a bundle in it
 * and a file of that.
 */
struct keys_parse {
	const char *batch;
	const char *origin; /* NULL: the file's name */
	struct stream_out out;
	struct keylist list;
	struct pidset *met;
	uint64_t nmet;
	/* Places of all files so far, owned: for "came before". */
	struct place {
		char *name;
		const struct keylist_form *form; /* NULL: not known */
	} * files;
	uint32_t nfiles;
	struct parse_input {
		uint64_t npassed, nlists; /* files skipped and read */
	} input;
	/* Where the present file is: the container, and its place up to the
	 * last / or :, so that a container within is a folder, too. */
	struct parse_folder {
		char container[MEMBERS_PLACE_CAP];
		char path[MEMBERS_PLACE_CAP];
		bool has_list;
	} folder;
	/* What a bundle says of the folder that it is in. */
	struct parse_bundle {
		struct manifest manifest;
		char folder[MEMBERS_PLACE_CAP];
		bool has_manifest;
		bool has_listed;  /* its keys.csv was there */
		uint64_t nlisted; /* keys and refusals of that */
	} bundle;
	struct parse_file {
		uint32_t number; /* in files */
		const char *name, *base;
		/* name:line, and how long it is without the line; 0: it is not
		 * made yet. */
		char from[MEMBERS_PLACE_CAP + 16 + TEXT_DECIMAL];
		size_t from_len;
		struct tally tally;
	} file;
};

/* What a key's number in it counts, of a file that had one. */
static const char *
line_word(const struct keys_parse *p, uint32_t file)
{
	return p->files[file].form->count;
}

/* Before the first key: what its form is, is known by then. */
static void
begin_places(struct keys_parse *p)
{
	int n;

	p->files[p->file.number].form = p->list.form;
	p->file.base = rowfile_base(p->file.name);
	n = snprintf(p->file.from, sizeof(p->file.from) - TEXT_DECIMAL, "%s:%s",
	    p->file.name, line_word(p, p->file.number));
	assert(n > 0 && (size_t)n < sizeof(p->file.from) - TEXT_DECIMAL);
	p->file.from_len = (size_t)n;
}

static void
parser_refuse(void *arg, const char *pid, const struct fault *why)
{
	struct keys_parse *p = arg;

	p->file.tally.nrefused++;
	if (pid[0] == '\0' || strstr(why->why, pid) != NULL)
		stage_refuse_key(pid, p->file.name, why->at, "%s", why->why);
	else
		stage_refuse_key(pid, p->file.name, why->at, "PID %s: %s", pid,
		    why->why);
}

/* Is this the first key with its PID?  If not, it is refused. */
static bool
is_first(struct keys_parse *p, const struct keyrow *k, size_t line)
{
	struct pidset_place place = { p->file.number, (uint32_t)line };
	enum pidset_found found;
	struct fault f;

	if (line > UINT32_MAX)
		stage_fail(EX_DATAERR, p->file.name, line, "too many lines");
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
	parser_refuse(p, k->pid, &f);
	return false;
}

static void
warn_of_password(struct keys_parse *p, const struct keyrow *k, size_t line)
{
	const char *warning =
	    password_warning(k->mebx_next, strlen(k->mebx_next));

	if (warning == NULL)
		return;
	if (p->file.tally.nwarned++ == 0) {
		p->file.tally.warning = warning;
		p->file.tally.warned_line = line;
	}
}

static void
write_key(struct keys_parse *p, const struct keyrow *k, const char *state,
    size_t line)
{
	const char *const fields[KEYS_NCOLUMNS] = {
		[KEYS_PID] = k->pid,
		[KEYS_PPS] = k->pps,
		[KEYS_MEBX_NOW] = k->mebx_now,
		[KEYS_MEBX_NEXT] = k->mebx_next,
		[KEYS_BATCH] = p->batch,
		[KEYS_ORIGIN] = p->origin != NULL ? p->origin : p->file.base,
		[KEYS_STATE] = state,
		[KEYS_NOTE] = k->note,
		[KEYS_FROM] = p->file.from,
	};

	(void)text_decimal(p->file.from + p->file.from_len, line);
	stream_write(&p->out, fields);
	p->file.tally.nkeys++;
	p->file.tally.nused += key_state_find(state) != KEY_NEW;
}

static void
take_key(void *arg, const struct keyrow *k, const char *state, size_t line)
{
	struct keys_parse *p = arg;

	if (p->file.from_len == 0)
		begin_places(p);
	if (!is_first(p, k, line))
		return;
	warn_of_password(p, k, line);
	write_key(p, k, state, line);
}

/* --- files and bundles ---------------------------------------------------- */

static void
parser_tell(const struct keys_parse *p)
{
	const struct tally *t = &p->file.tally;

	findings_add(FINDING_LIST, p->file.name, t->nkeys + t->nrefused,
	    p->list.form->name);
	if (t->nwarned != 0)
		stage_say(p->file.name, t->warned_line,
		    "warning: new MEBx %s (keys: %llu of %llu)", t->warning,
		    (unsigned long long)t->nwarned,
		    (unsigned long long)t->nkeys);
	if (!stage_verbose() || p->list.form->skipped)
		return;
	if (p->list.form == &keylist_columns &&
	    p->list.heading.ignored[0] != '\0')
		stage_say(p->file.name, 0, "columns ignored: %s",
		    p->list.heading.ignored);
	stage_say(p->file.name, 0,
	    "%s; keys: %llu; of them used: %llu; %s refused: %llu",
	    p->list.form->name, (unsigned long long)t->nkeys,
	    (unsigned long long)t->nused, p->list.form->refused,
	    (unsigned long long)t->nrefused);
}

/* Other lists of such a bundle have the same keys again. */
static void
take_manifest(struct keys_parse *p, struct keylist_input *in)
{
	static char json[MANIFEST_MAX];
	size_t len = 0;
	struct fault f;

	if (p->folder.has_list)
		stage_fail(EX_DATAERR, p->file.name, 0,
		    "a manifest that is not the first file of its bundle: the "
		    "keys would count twice");
	for (; in->len != 0; (void)keylist_more(in)) {
		if (in->len > sizeof(json) - len)
			stage_fail(EX_DATAERR, p->file.name, 0,
			    "manifest is larger than %d bytes", MANIFEST_MAX);
		memcpy(json + len, in->buf, in->len);
		len += in->len;
	}
	if (p->bundle.has_manifest)
		stage_fail(EX_DATAERR, p->file.name, 0, "a second manifest");
	if (manifest_decode(&p->bundle.manifest, json, len, &f) == -1)
		stage_fail(EX_DATAERR, p->file.name, f.at, "%s", f.why);
	p->bundle.has_manifest = true;
	memcpy(p->bundle.folder, p->folder.path, sizeof(p->folder.path));
}

static void
parse_list(struct keys_parse *p, struct keylist_input *in)
{
	struct keylist *l = &p->list;
	uint64_t n;

	if (cms_is_sealed(in->buf, in->len))
		stage_fail(EX_DATAERR, p->file.name, 0,
		    "is signed or encrypted within a container that is not: "
		    "unpack that, and import this file alone");
	l->name = p->file.name;
	keylist_read(l, in);
	n = p->file.tally.nkeys + p->file.tally.nrefused;
	if (l->form == &keylist_xml && l->in_bundle && n == 0)
		keylist_pass_over(l, 0, "XML without keys");
	if (l->form->skipped) {
		p->input.npassed++;
		parser_tell(p);
		return;
	}
	p->input.nlists++;
	if (n == 0)
		stage_fail(EX_DATAERR, p->file.name, 0, "%s", l->form->none);
	parser_tell(p);
	p->folder.has_list = true;
}

/* A file of a bundle with a manifest: is it what the manifest says? */
static void
parse_listed(struct keys_parse *p, struct keylist_input *in)
{
	const char *base = p->file.name + strlen(p->folder.path), *want;
	char got[DIGEST_HEX];

	want = manifest_digest(&p->bundle.manifest, base);
	if (want == NULL)
		stage_fail(EX_DATAERR, p->file.name, 0,
		    "the bundle's manifest does not name this file");
	if (strcmp(base, "keys.csv") == 0) {
		parse_list(p, in);
		p->bundle.nlisted =
		    p->file.tally.nkeys + p->file.tally.nrefused;
		p->bundle.has_listed = true;
	}
	while (in->len != 0)
		(void)keylist_more(in);
	digest_end(in->digest, got);
	in->digest = NULL;
	if (strcmp(got, want) != 0)
		stage_fail(EX_DATAERR, p->file.name, 0,
		    "is not the file that the bundle's manifest names: its "
		    "SHA-256 differs");
}

static void
add_file(struct keys_parse *p, const char *name)
{
	p->files = reallocarray(p->files, p->nfiles + 1, sizeof(*p->files));
	if (p->files == NULL ||
	    (p->files[p->nfiles].name = strdup(name)) == NULL)
		err(EX_OSERR, "%s", name);
	/* It goes into every record, and those are UTF-8. */
	if (text_utf8(name, strlen(name), NULL) == -1)
		stage_fail(EX_USAGE, name, 0, "the file's name is not UTF-8");
	p->files[p->nfiles].form = NULL;
	p->file = (struct parse_file){ .number = p->nfiles,
		.name = p->files[p->nfiles].name };
	p->nfiles++;
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
end_bundle(struct keys_parse *p)
{
	const char *bundle =
	    p->folder.container[0] != '\0' ? p->folder.container : p->file.name;

	if (p->bundle.has_manifest && !p->bundle.has_listed)
		stage_fail(EX_DATAERR, bundle, 0,
		    "the bundle's manifest names keys.csv, which is missing");
	if (p->bundle.has_manifest &&
	    p->bundle.nlisted != p->bundle.manifest.count)
		stage_fail(EX_DATAERR, bundle, 0,
		    "keys.csv has %llu keys, the bundle's manifest says %llu",
		    (unsigned long long)p->bundle.nlisted,
		    (unsigned long long)p->bundle.manifest.count);
	p->bundle.has_manifest = p->bundle.has_listed = p->folder.has_list =
	    false;
	p->bundle.nlisted = 0;
}

static void
enter_folder(struct keys_parse *p, const char *place)
{
	size_t len = strlen(place);

	while (len != 0 && strchr("/\\:", place[len - 1]) == NULL)
		len--;
	if (len == strlen(p->folder.path) &&
	    strncmp(place, p->folder.path, len) == 0)
		return;
	memcpy(p->folder.path, place, len);
	p->folder.path[len] = '\0';
	p->folder.has_list = false;
}

static void
parse_member(struct keys_parse *p, struct keylist_input *in)
{
	const char *place = members_place(in->m);
	size_t len = container_len(place);
	bool json, listed;

	if (len != strlen(p->folder.container) ||
	    strncmp(place, p->folder.container, len) != 0) {
		end_bundle(p);
		memcpy(p->folder.container, place, len);
		p->folder.container[len] = '\0';
	}
	enter_folder(p, place);
	add_file(p, place);
	listed = p->bundle.has_manifest &&
	    strcmp(p->folder.path, p->bundle.folder) == 0;
	p->list.in_bundle = len != 0 && !listed;
	in->digest = listed ? digest_new() : NULL;
	(void)keylist_more(in);
	/* A manifest comes in a bundle; other JSON is named as such. */
	json = keylist_first(in) == '{' &&
	    (len != 0 || filekind_of(in->buf, in->len) != FILEKIND_JSON);
	if (!json && listed) {
		parse_listed(p, in);
		return;
	}
	/* The next of several bundles in one container. */
	if (json && !listed && p->bundle.has_manifest)
		end_bundle(p);
	if (json)
		take_manifest(p, in);
	else
		parse_list(p, in);
}

/* A list, or the lists of bundles that bundle-open opened. */
static void
parse_one(int fd, const char *name, void *arg)
{
	static struct keylist_input in;
	struct keys_parse *p = arg;

	p->input = (struct parse_input){ 0 };
	in.m = members_open(fd, name);
	while (members_next(in.m))
		parse_member(p, &in);
	members_free(in.m);
	end_bundle(p);
	if (p->input.npassed != 0 && p->input.nlists == 0)
		stage_fail(EX_DATAERR, p->folder.container, 0,
		    "there is no key list in it");
	explicit_bzero(in.buf, sizeof(in.buf));
}

static void
free_files(struct keys_parse *p)
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
	struct keys_parse p = { .list = { .took = take_key,
		                    .refused = parser_refuse } };
	const char *findings = NULL;
	uint8_t seed[16];
	bool reveal = false;
	int ch;

	stage_begin("[-rv] -b batch [-o origin] [-F file] [file ...]",
	    MAY_READ_FILES | EMITS_SECRETS);
	wipe_openssl();
	wipe_libxml();
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
	p.list.arg = &p;
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
