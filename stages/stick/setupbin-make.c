/*
 * setupbin-make - setup.bin from @keys, from a list of machines, or from both.
 *
 * The header comes first and counts the records, and a broken stream must not
 * leave a file that looks good: so keys (108 bytes each) and rows are kept,
 * never more than a stick may have, and nothing is written before the last one
 * was checked.  setupbin-dump reads what comes out.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/option.h"
#include "keys/pidset.h"
#include "lib/random.h"
#include "stick/setupbin.h"
#include "stick/setupcommon.h"
#include "stick/setuplint.h"
#include "stick/setuppsk.h"
#include "stick/setuprows.h"
#include "stick/setupshow.h"
#include "stick/setupvars.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "base/text.h"

#define ROOTS_MAX 3 /* the MEBx has places for three */

struct make {
	struct setupbin_header header;
	bool pki, plain, explain, reveal, list;
	const char *csv, *stick;
	FILE *records; /* where @records go, or NULL */
	const char *root[ROOTS_MAX];
	size_t nroots;
	struct setupbin_record common; /* what all records get */
	struct setuprows rows;
	uint32_t first; /* row of the first key; 0: there are just as many */
	struct setuppsk *psk; /* nkeys of them */
	uint32_t nkeys;
	struct pidset *pids; /* of psk */
	uint32_t row_at;     /* of the row that the next key is for */
	uint32_t nrecords;
};

/* --- keys ---------------------------------------------------------------- */

static bool
is_first(struct make *m, const struct stream_in *s, const struct setuppsk *psk)
{
	struct pidset_place place = { .line = (uint32_t)s->line };
	enum pidset_found found =
	    pidset_add(m->pids, psk->pid, psk->pps, &place);

	if (found == PIDSET_NO_MEMORY)
		errx(EX_OSERR, "no memory for the keys");
	return found == PIDSET_NEW;
}

/* Refuses it by its PID and the place it came from. */
static void
refuse(const struct stream_in *s, const struct record *r, const char *why)
{
	char pid[40], from[200];

	text_show(pid, sizeof(pid), r->field[KEYS_PID],
	    strlen(r->field[KEYS_PID]));
	text_show(from, sizeof(from), r->field[KEYS_FROM],
	    strlen(r->field[KEYS_FROM]));
	stage_refuse(s->name, s->line, "key %s%s%s: %s", pid,
	    from[0] != '\0' ? " from " : "", from, why);
}

/* The row that the next key is for, or NULL: with certificates only, those
 * rows take keys whose password is left to the store. */
static const struct setuprow *
next_row(struct make *m)
{
	while (
	    m->pki && m->row_at < m->rows.n && !m->rows.row[m->row_at].random)
		m->row_at++;
	if (m->rows.gaps || m->row_at == m->rows.n)
		return NULL;
	return &m->rows.row[m->row_at++];
}

/*
 * The new password of the key's machine: that of the store.  A list may give
 * one where the store has none, never another one.
 */
static const char *
next_password(const struct setuprow *row, const char *stored,
    char room[PASSWORD_MAX + 1], const char **why)
{
	const uint8_t *listed;
	size_t len;

	*why = NULL;
	if (row == NULL || row->random)
		return stored;
	listed = setuprows_find(row, 1, 2, &len);
	memcpy(room, listed, len); /* its limits were checked */
	room[len] = '\0';
	if (stored[0] != '\0' && strcmp(stored, room) != 0)
		*why = "the list has another new MEBx password for its "
		       "machine than the store (write random there)";
	return room;
}

static void
take_key(const struct stream_in *s, const struct record *r, void *arg)
{
	struct make *m = arg;
	struct setuppsk *psk = &m->psk[m->nkeys];
	char room[PASSWORD_MAX + 1];
	const char *why, *next;
	struct fault f;

	if (m->nkeys == SETUPBIN_RECORDS_MAX)
		stage_fail(EX_DATAERR, s->name, s->line,
		    "more keys than a stick may have (expected at most %d)",
		    SETUPBIN_RECORDS_MAX);
	next = next_password(next_row(m), r->field[KEYS_MEBX_NEXT], room, &why);
	if (why != NULL)
		refuse(s, r, why);
	else if (setuppsk_take(psk, r->field[KEYS_PID], r->field[KEYS_PPS],
	             r->field[KEYS_MEBX_NOW], next, r->field[KEYS_STATE],
	             &f) == -1)
		refuse(s, r, f.why);
	else if (!is_first(m, s, psk))
		refuse(s, r, "another key of this stick has its PID");
	else
		m->nkeys++;
	explicit_bzero(room, sizeof(room));
}

static void
take_input(int fd, const char *name, void *arg)
{
	const struct kind *keys = &kind_keys;
	struct stream_in s;
	uint64_t before;

	stream_open(&s, fd, name);
	before = stream_each(&s, &keys, 1, take_key, arg);
	if (before != 0)
		stage_say(name, s.line,
		    "%llu keys were refused before they came here",
		    (unsigned long long)before);
	stream_close(&s);
}

static void
begin_keys(struct make *m)
{
	uint8_t seed[16];

	random_bytes(seed, sizeof(seed));
	m->pids = pidset_new(seed);
	/* Touched as keys come: a small stick costs a small part of it. */
	m->psk = calloc(SETUPBIN_RECORDS_MAX, sizeof(*m->psk));
	if (m->pids == NULL || m->psk == NULL)
		err(EX_OSERR, "keys");
}

/* --- records ------------------------------------------------------------- */

static bool
has(const struct setupbin_record *r, uint16_t module, uint16_t id)
{
	return setupbin_record_find(r, module, id) != NULL;
}

/* Adds text unless the record has the variable. */
static int
add_text(struct setupbin_record *r, uint16_t module, uint16_t id,
    const char *text, struct fault *f)
{
	if (has(r, module, id))
		return 0;
	return setupbin_record_add(r, module, id, text, strlen(text), f);
}

/* What all machines get, unless their row says otherwise. */
static int
add_common(struct setupbin_record *r, const struct setupbin_record *common,
    struct fault *f)
{
	for (size_t i = 0; i < common->nentries; i++) {
		const struct setupbin_entry *e = &common->entry[i];
		const struct setupvar *v = setupvar_find(e->module, e->id);

		if ((v->repeats || !has(r, e->module, e->id)) &&
		    setupbin_record_add(r, e->module, e->id,
		        common->body + e->at, e->len, f) == -1)
			return -1;
	}
	return 0;
}

static int
add_key(struct setupbin_record *r, const struct make *m,
    const struct setuppsk *psk, struct fault *f)
{
	static const uint8_t amt = 1;

	if (psk == NULL)
		return add_text(r, 1, 1, PASSWORD_FACTORY, f);
	if (add_text(r, 1, 1, psk->mebx_now, f) == -1 ||
	    add_text(r, 1, 2, psk->mebx_next, f) == -1)
		return -1;
	if (m->pki)
		return 0;
	if (m->header.major >= 2 && !has(r, 1, 3) &&
	    setupbin_record_add(r, 1, 3, &amt, 1, f) == -1)
		return -1;
	if (add_text(r, 2, 1, psk->pid, f) == -1)
		return -1;
	return add_text(r, 2, 2, psk->pps, f);
}

/* Walks over the records: which row and which key the next one is of. */
struct walk {
	uint32_t number; /* of the record, from 1 */
	uint32_t nkeys;  /* taken so far */
	const struct setuprow *row;
	const struct setuppsk *psk;
};

static bool
step(struct walk *w, const struct make *m)
{
	if (w->number == m->nrecords)
		return false;
	w->number++;
	w->row = m->csv != NULL ? &m->rows.row[w->number - 1] : NULL;
	w->psk = NULL;
	if (!m->pki || w->row->random)
		w->psk = &m->psk[w->nkeys++];
	return true;
}

static int
build(struct setupbin_record *r, const struct make *m, const struct walk *w,
    struct fault *f)
{
	if (w->row == NULL && m->common.nentries == 0) {
		if (setuppsk_put(r, &m->header, w->number, w->psk, f) == -1)
			return -1;
	} else {
		setupbin_record_begin(r, w->number);
		if ((w->row != NULL && setuprows_add(w->row, r, f) == -1) ||
		    add_common(r, &m->common, f) == -1 ||
		    add_key(r, m, w->psk, f) == -1)
			return -1;
	}
	r->scrambled = m->header.major >= 4 && !m->plain;
	return 0;
}

/* The first error that setupbin-lint would show of a record. */
static void
take_finding(void *arg, enum setuprule rule, size_t at, const char *why)
{
	struct fault *f = arg;

	if (f->why[0] == '\0' && setuprule_row(rule)->grade == GRADE_ERROR)
		(void)fault_set(f, at, "%s", why);
}

static struct setuplint *
begin_lint(const struct make *m, struct fault *f)
{
	const struct setuplint_target any = { .vendor = VENDOR_ANY };
	struct setuplint *lint;
	uint8_t seed[16], chunk[SETUPBIN_CHUNK];
	uint32_t n;

	random_bytes(seed, sizeof(seed));
	lint = setuplint_new(&any, seed, take_finding, f);
	if (lint == NULL)
		err(EX_OSERR, "records");
	f->why[0] = '\0';
	if (setupbin_header_encode(chunk, &m->header, f) == -1 ||
	    !setuplint_header(lint, chunk, sizeof(chunk), &n))
		errx(EX_SOFTWARE, "%s", f->why);
	return lint;
}

/* What reading would let pass, but a rule does not. */
static int
check_rules(struct setuplint *lint, uint32_t number, const uint8_t *chunk,
    struct fault *f)
{
	f->why[0] = '\0';
	(void)setuplint_record(lint, number, chunk, SETUPBIN_CHUNK);
	return f->why[0] == '\0' ? 0 : -1;
}

static int
by_module(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* Records made of more than a key each are all tried before one is written. */
static void
try_records(struct make *m)
{
	struct setupbin_tally tally = { 0 };
	struct walk w = { 0 };
	uint8_t chunk[SETUPBIN_CHUNK];
	struct setupbin_record r;
	struct fault f;
	struct setuplint *lint = begin_lint(m, &f);

	while (step(&w, m)) {
		if (build(&r, m, &w, &f) == 0 &&
		    setupbin_record_encode(chunk, &r, &m->header, &f) == 0 &&
		    check_rules(lint, w.number, chunk, &f) == 0)
			setupbin_tally_add(&tally, &r);
		else if (w.row != NULL)
			stage_refuse(m->csv, w.row->line, "%s%s", f.why,
			    strstr(f.why, " is known from version ") != NULL
			        ? "; the version is -V here, and "
			          "STICK_VERSION in the site.conf of "
			          "amt-sticks"
			        : "");
		else
			stage_refuse(w.psk->pid, 0, "%s", f.why);
	}
	m->header.nmodules = tally.nmodules;
	memcpy(m->header.modules, tally.modules, sizeof(tally.modules));
	qsort(m->header.modules, m->header.nmodules,
	    sizeof(m->header.modules[0]), by_module);
	setuplint_free(lint);
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(chunk, sizeof(chunk));
}

/* Do keys and rows come out even?  Refuses what is left over. */
static void
match(struct make *m)
{
	uint32_t want = m->rows.n;

	if (m->csv == NULL) {
		m->nrecords = m->nkeys;
		return;
	}
	if (m->first != 0 && m->nkeys < m->rows.n) {
		setuprows_keep(&m->rows, 0, m->nkeys);
		want = m->nkeys;
	}
	m->nrecords = m->rows.n;
	for (uint32_t i = 0; m->pki && i < m->rows.n; i++) {
		want -= !m->rows.row[i].random;
		if (m->psk == NULL && m->rows.row[i].random)
			stage_refuse(m->csv, m->rows.row[i].line,
			    "no new MEBx password (random ones come with a "
			    "stream of keys, as the store has to know them "
			    "first)");
	}
	if (stage_refused() == 0 && m->nkeys != want)
		stage_refuse(m->csv, 0,
		    "%u keys for %u rows (expected one key for each row%s)",
		    m->nkeys, want, m->pki ? " without a password" : "");
	if (m->header.flags & SETUPBIN_KEEP && m->nrecords > 1)
		stage_refuse(m->csv, 0,
		    "%u records that are not consumed (expected 1): every "
		    "machine would take the first",
		    m->nrecords);
}

/* --- output -------------------------------------------------------------- */

static void
write_records(const struct make *m)
{
	struct stream_out out;
	struct walk w = { 0 };
	char number[16], from[1024];

	stream_begin_to(&out, &kind_records, m->records);
	while (step(&w, m)) {
		const char *fields[RECORDS_NCOLUMNS] = { 0 };

		(void)snprintf(number, sizeof(number), "%u", w.number);
		fields[RECORDS_STICK] = m->stick;
		fields[RECORDS_RECORD] = number;
		fields[RECORDS_PID] = w.psk != NULL ? w.psk->pid : "";
		fields[RECORDS_STATE] = "issued";
		if (w.row != NULL) {
			(void)snprintf(from, sizeof(from), "%s:%zu", m->csv,
			    w.row->line);
			fields[RECORDS_MACHINE] = w.row->machine;
			fields[RECORDS_FROM] = from;
		}
		stream_write(&out, fields);
	}
	stream_end(&out, 0);
}

static void
put(const uint8_t chunk[SETUPBIN_CHUNK])
{
	if (fwrite(chunk, SETUPBIN_CHUNK, 1, stdout) != 1)
		stage_output_failed("standard output");
}

/* As setupbin-dump would show the record. */
static void
explain(const struct make *m, const struct walk *w,
    const uint8_t chunk[SETUPBIN_CHUNK])
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;

	if (w->row != NULL && w->row->machine[0] != '\0')
		(void)printf("          for %s\n", w->row->machine);
	if (setupbin_record_decode(&r, &m->header, w->number, chunk,
	        SETUPBIN_CHUNK, &notes, &f) == -1)
		errx(EX_SOFTWARE, "record %u: %s", w->number, f.why);
	setupshow_record(stdout, &r, m->reveal);
	explicit_bzero(&r, sizeof(r));
}

static void
write_file(const struct make *m)
{
	struct setupbin_record r;
	struct walk w = { 0 };
	struct fault f;
	uint8_t chunk[SETUPBIN_CHUNK];

	(void)setvbuf(stdout, NULL, _IOFBF, 128 * SETUPBIN_CHUNK);
	if (setupbin_header_encode(chunk, &m->header, &f) == -1)
		errx(EX_SOFTWARE, "%s", f.why);
	if (m->explain)
		setupshow_header(stdout,
		    m->stick[0] != '\0' ? m->stick : "setup.bin", &m->header);
	else
		put(chunk);
	while (step(&w, m)) {
		if (build(&r, m, &w, &f) == -1 ||
		    setupbin_record_encode(chunk, &r, &m->header, &f) == -1)
			errx(EX_SOFTWARE, "record %u: %s", w.number, f.why);
		if (m->explain)
			explain(m, &w, chunk);
		else
			put(chunk);
	}
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(chunk, sizeof(chunk));
}

/* --- options ------------------------------------------------------------- */

static void
take_version(struct make *m, const char *arg)
{
	static const char *const names[] = { "1.0", "2.0", "2.1", "3.0",
		"4.0" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(arg, names[i]) == 0 ||
		    (names[i][2] == '0' && arg[0] == names[i][0] &&
		        arg[1] == '\0')) {
			m->header.major = (uint8_t)(names[i][0] - '0');
			m->header.minor = (uint8_t)(names[i][2] - '0');
			return;
		}
	errx(EX_USAGE,
	    "-V: unknown version (got \"%s\", expected 1, 2, 2.1, "
	    "3 or 4)",
	    arg);
}

static void
take_root(struct make *m, const char *arg)
{
	if (m->nroots == ROOTS_MAX)
		errx(EX_USAGE, "--root: a machine takes at most %d", ROOTS_MAX);
	m->root[m->nroots++] = arg;
}

enum {
	OPT_CSV = 1,
	OPT_EXPLAIN,
	OPT_FIRST,
	OPT_KEEP,
	OPT_LIST,
	OPT_PKI,
	OPT_PLAIN,
	OPT_RECORDS_FD,
	OPT_REVEAL,
	OPT_ROOT,
	OPT_SET,
};

static void
take_option(struct make *m, int ch)
{
	switch (ch) {
	case 's':
		m->stick = option_text("-s", optarg);
		break;
	case 'V':
		take_version(m, optarg);
		break;
	case OPT_CSV:
		m->csv = optarg;
		break;
	case OPT_EXPLAIN:
		m->explain = true;
		break;
	case OPT_FIRST:
		m->first = (uint32_t)stage_number("--first", optarg, 1,
		    SETUPBIN_RECORDS_MAX);
		break;
	case OPT_KEEP:
		m->header.flags = SETUPBIN_KEEP;
		break;
	case OPT_LIST:
		m->list = true;
		break;
	case OPT_PKI:
		m->pki = true;
		break;
	case OPT_PLAIN:
		m->plain = true;
		break;
	case OPT_RECORDS_FD:
		m->records =
		    fdopen((int)stage_number("--records-fd", optarg, 3, 1023),
		        "w");
		if (m->records == NULL)
			err(EX_USAGE, "--records-fd %s", optarg);
		break;
	case OPT_REVEAL:
		m->reveal = true;
		break;
	case OPT_ROOT:
		take_root(m, optarg);
		break;
	case OPT_SET:
		setupcommon_set(&m->common, optarg);
		break;
	default:
		stage_usage();
	}
}

static void
parse_args(struct make *m, int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "csv", required_argument, NULL, OPT_CSV },
		{ "explain", no_argument, NULL, OPT_EXPLAIN },
		{ "first", required_argument, NULL, OPT_FIRST },
		{ "keep", no_argument, NULL, OPT_KEEP },
		{ "list", no_argument, NULL, OPT_LIST },
		{ "pki", no_argument, NULL, OPT_PKI },
		{ "plain", no_argument, NULL, OPT_PLAIN },
		{ "records-fd", required_argument, NULL, OPT_RECORDS_FD },
		{ "reveal", no_argument, NULL, OPT_REVEAL },
		{ "root", required_argument, NULL, OPT_ROOT },
		{ "set", required_argument, NULL, OPT_SET },
		{ 0 },
	};
	int ch;

	while ((ch = stage_getopt(argc, argv, "s:V:", longopts)) != -1)
		take_option(m, ch);
	if (m->header.major == 0)
		m->header.major = m->pki ? 3 : 2;
	if (m->list)
		return;
	if (m->reveal && !m->explain)
		errx(EX_USAGE, "--reveal is for --explain");
	if (m->first != 0 && (m->pki || m->csv == NULL))
		errx(EX_USAGE,
		    "--first is for a list of machines (--csv) with keys");
	if (m->pki && m->csv == NULL)
		errx(EX_USAGE, "--pki needs a list of machines (--csv)");
	if (m->header.flags & SETUPBIN_KEEP && !m->pki)
		errx(EX_USAGE,
		    "--keep is for --pki: a key that is not consumed would be "
		    "shared by all machines");
	if (m->header.flags & SETUPBIN_KEEP && m->header.major < 2)
		errx(EX_USAGE, "--keep came with version 2");
	if (!m->explain && isatty(STDOUT_FILENO))
		errx(EX_USAGE,
		    "setup.bin is binary and holds secrets; it "
		    "does not go to a terminal");
}

static void
make_file(struct make *m, int argc, char *argv[])
{
	for (size_t i = 0; i < m->nroots; i++)
		setupcommon_root(&m->common, &m->header, m->root[i]);
	setupcommon_try(&m->common, &m->header);
	if (m->csv != NULL)
		setuprows_read(&m->rows, m->csv, SETUPBIN_RECORDS_MAX);
	if (m->first != 0)
		setuprows_keep(&m->rows, m->first - 1, UINT32_MAX);
	if (!m->pki || optind < argc) {
		begin_keys(m);
		stage_each_input(argc, argv, take_input, m);
	}
	match(m);
	if (stage_refused() == 0 && (m->csv != NULL || m->common.nentries != 0))
		try_records(m);
	m->header.nrecords = m->nrecords;
	if (stage_refused() != 0)
		warnx("nothing written: %llu of %llu %s were refused",
		    (unsigned long long)stage_refused(),
		    (unsigned long long)(stage_refused() + m->nkeys),
		    m->csv != NULL ? "keys and rows" : "keys");
	else if (m->nrecords == 0)
		errx(EX_DATAERR, m->csv != NULL ? "no machines" : "no keys");
	else {
		if (m->records != NULL)
			write_records(m);
		write_file(m);
	}
}

int
main(int argc, char *argv[])
{
	struct make m = { .stick = "",
		.header = { .nmodules = 2, .modules = { 1, 2 } } };

	stage_begin("[-V version] [--csv file [--first row]] [--set "
	            "name=value] [--root "
	            "file]\n       [--plain] [--explain [--reveal]] [-s stick] "
	            "[--records-fd fd] [file ...]\n"
	            "       setupbin-make --pki [--keep] --csv file [option "
	            "...] [file ...]\n"
	            "       setupbin-make --list",
	    MAY_READ_FILES | EMITS_SECRETS);
	setupbin_record_begin(&m.common, 1);
	parse_args(&m, argc, argv);
	stage_reads(m.csv);
	for (size_t i = 0; i < m.nroots; i++)
		stage_reads(setupcommon_root_file(m.root[i]));
	stage_confine();
	if (m.list)
		setupshow_variables(stdout);
	else
		make_file(&m, argc, argv);
	if (m.psk != NULL)
		explicit_bzero(m.psk, m.nkeys * sizeof(*m.psk));
	free(m.psk);
	pidset_free(m.pids);
	setuprows_free(&m.rows);
	return stage_end();
}
