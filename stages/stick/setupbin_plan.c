#include "stick/setupbin_plan.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/random.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "base/text.h"
#include "stick/setupbin_lint.h"
#include "stick/setupbin_vars.h"

/* --- keys ---------------------------------------------------------------- */

static bool
key_is_first(struct setupbin_plan *p, const struct stream_in *s,
    const struct setupbin_psk *psk)
{
	struct pidset_place place = { .line = (uint32_t)s->line };
	enum pidset_found found =
	    pidset_add(p->pids, psk->pid, psk->pps, &place);

	if (found == PIDSET_NO_MEMORY)
		errx(EX_OSERR, "no memory for the keys");
	return found == PIDSET_NEW;
}

/* Refuses it by its PID and the place it came from. */
static void
key_refuse(const struct stream_in *s, const struct record *r, const char *why)
{
	char pid[40], from[200];

	text_show(pid, sizeof(pid), r->field[KEYS_PID],
	    strlen(r->field[KEYS_PID]));
	text_show(from, sizeof(from), r->field[KEYS_FROM],
	    strlen(r->field[KEYS_FROM]));
	stage_refuse(s->name, s->line, "key %s%s%s: %s", pid,
	    from[0] != '\0' ? " from " : "", from, why);
}

/* The row that the next key is for, or NULL: unless each takes one, those rows
 * take keys whose password is left to the store. */
static const struct setupbin_row *
key_row(struct setupbin_plan *p)
{
	while (
	    !p->each && p->row_at < p->rows.n && !p->rows.row[p->row_at].random)
		p->row_at++;
	if (p->rows.gaps || p->row_at == p->rows.n)
		return NULL;
	return &p->rows.row[p->row_at++];
}

/*
 * The new password of the key's machine: that of the store.  A list may give
 * one where the store has none, never another one.
 */
static const char *
key_password(const struct setupbin_row *row, const char *stored,
    char room[PASSWORD_MAX + 1], const char **why)
{
	const uint8_t *listed;
	size_t len;

	*why = NULL;
	if (row == NULL || row->random)
		return stored;
	listed = setupbin_row_password(row, &len);
	memcpy(room, listed, len); /* its limits were checked */
	room[len] = '\0';
	if (stored[0] != '\0' && strcmp(stored, room) != 0)
		*why = "the list has another new MEBx password for its "
		       "machine than the store (write random there)";
	return room;
}

static void
key_add(const struct stream_in *s, const struct record *r, void *arg)
{
	struct setupbin_plan *p = arg;
	struct setupbin_psk *psk = &p->psk[p->nkeys];
	char room[PASSWORD_MAX + 1];
	const char *why, *next;
	struct fault f;

	if (p->nkeys == SETUPBIN_RECORDS_MAX)
		stage_fail(EX_DATAERR, s->name, s->line,
		    "more keys than a stick may have (expected at most %d)",
		    SETUPBIN_RECORDS_MAX);
	next = key_password(key_row(p), r->field[KEYS_MEBX_NEXT], room, &why);
	if (why != NULL)
		key_refuse(s, r, why);
	else if (setupbin_psk_take(psk, r->field[KEYS_PID], r->field[KEYS_PPS],
	             r->field[KEYS_MEBX_NOW], next, r->field[KEYS_STATE],
	             &f) == -1)
		key_refuse(s, r, f.why);
	else if (!key_is_first(p, s, psk))
		key_refuse(s, r, "another key of this stick has its PID");
	else
		p->nkeys++;
	explicit_bzero(room, sizeof(room));
}

static void
keys_input(int fd, const char *name, void *arg)
{
	const struct kind *keys = &kind_keys;
	struct stream_in s;
	uint64_t before;

	stream_open(&s, fd, name);
	before = stream_each(&s, &keys, 1, key_add, arg);
	if (before != 0)
		stage_say(name, s.line,
		    "%llu keys were refused before they came here",
		    (unsigned long long)before);
	stream_close(&s);
}

static void
keys_begin(struct setupbin_plan *p)
{
	uint8_t seed[16];

	random_bytes(seed, sizeof(seed));
	p->pids = pidset_new(seed);
	/* Touched as keys come: a small stick costs a small part of it. */
	p->psk = calloc(SETUPBIN_RECORDS_MAX, sizeof(*p->psk));
	if (p->pids == NULL || p->psk == NULL)
		err(EX_OSERR, "keys");
}

void
setupbin_plan_keys(struct setupbin_plan *p, int argc, char *argv[])
{
	keys_begin(p);
	stage_each_input(argc, argv, keys_input, p);
}

/* --- records ------------------------------------------------------------- */

static void
match_rows(struct setupbin_plan *p)
{
	uint32_t want = p->rows.n;

	if (p->first != 0 && p->nkeys < p->rows.n) {
		setupbin_rows_keep(&p->rows, 0, p->nkeys);
		want = p->nkeys;
	}
	p->nrecords = p->rows.n;
	for (uint32_t i = 0; !p->each && i < p->rows.n; i++) {
		want -= !p->rows.row[i].random;
		if (p->psk == NULL && p->rows.row[i].random)
			stage_refuse(p->csv, p->rows.row[i].line,
			    "no new MEBx password (random ones come with a "
			    "stream of keys, as the store has to know them "
			    "first)");
	}
	if (stage_refused() == 0 && p->nkeys != want)
		stage_refuse(p->csv, 0,
		    "%u keys for %u rows (expected one key for each row%s)",
		    p->nkeys, want, p->each ? "" : " without a password");
}

void
setupbin_plan_match(struct setupbin_plan *p)
{
	if (p->csv == NULL)
		p->nrecords = p->nkeys;
	else
		match_rows(p);
	if (p->header.flags & SETUPBIN_KEEP && p->nrecords > 1)
		stage_refuse(p->csv != NULL ? p->csv : "keys", 0,
		    "%u records that are not consumed (expected 1): every "
		    "machine would take the first",
		    p->nrecords);
}

/* What all machines get, unless their row says otherwise. */
static int
add_common(struct setupbin_record *r, const struct setupbin_record *common,
    struct fault *f)
{
	for (size_t i = 0; i < common->nentries; i++) {
		const struct setupbin_entry *e = &common->entry[i];
		const struct setupbin_var *v =
		    setupbin_var_find(e->module, e->id);

		if ((v->repeats ||
		        setupbin_record_find(r, e->module, e->id) == NULL) &&
		    setupbin_record_add(r, e->module, e->id,
		        common->body + e->at, e->len, f) == -1)
			return -1;
	}
	return 0;
}

bool
setupbin_plan_step(struct setupbin_step *w, const struct setupbin_plan *p)
{
	if (w->number == p->nrecords)
		return false;
	w->number++;
	w->row = p->csv != NULL ? &p->rows.row[w->number - 1] : NULL;
	w->psk = NULL;
	if (p->each || w->row->random)
		w->psk = &p->psk[w->nkeys++];
	return true;
}

int
setupbin_plan_build(struct setupbin_record *r, const struct setupbin_plan *p,
    const struct setupbin_step *w, struct fault *f)
{
	setupbin_record_begin(r, w->number);
	if (w->row != NULL && setupbin_rows_add(w->row, r, f) == -1)
		return -1;
	if (add_common(r, &p->common, f) == -1)
		return -1;
	if (p->pki ? setupbin_psk_add_passwords(r, w->psk, f) == -1
	           : setupbin_psk_add(r, &p->header, w->psk, f) == -1)
		return -1;
	r->scrambled = p->header.major >= 4 && !p->plain;
	return 0;
}

/* --- rules --------------------------------------------------------------- */

/* The first error that setupbin-lint would show of a record. */
static void
lint_finding(void *arg, enum setupbin_rule rule, size_t at, const char *why)
{
	struct fault *f = arg;

	if (f->why[0] == '\0' && setupbin_rule_row(rule)->grade == GRADE_ERROR)
		(void)fault_set(f, at, "%s", why);
}

static struct setupbin_lint *
lint_begin(const struct setupbin_plan *p, struct fault *f)
{
	const struct setupbin_lint_target any = { .vendor = VENDOR_ANY };
	struct setupbin_lint *lint;
	uint8_t seed[16], chunk[SETUPBIN_CHUNK];
	uint32_t n;

	random_bytes(seed, sizeof(seed));
	lint = setupbin_lint_new(&any, seed, lint_finding, f);
	if (lint == NULL)
		err(EX_OSERR, "records");
	f->why[0] = '\0';
	if (setupbin_header_encode(chunk, &p->header, f) == -1 ||
	    !setupbin_lint_header(lint, chunk, sizeof(chunk), &n))
		errx(EX_SOFTWARE, "%s", f->why);
	return lint;
}

/* What reading would let pass, but a rule does not. */
static int
lint_record(struct setupbin_lint *lint, uint32_t number, const uint8_t *chunk,
    struct fault *f)
{
	f->why[0] = '\0';
	(void)setupbin_lint_record(lint, number, chunk, SETUPBIN_CHUNK);
	return f->why[0] == '\0' ? 0 : -1;
}

static int
by_module(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* Records made of more than a key each are all tried before one is written. */
void
setupbin_plan_try(struct setupbin_plan *p)
{
	struct setupbin_tally tally = { 0 };
	struct setupbin_step w = { 0 };
	uint8_t chunk[SETUPBIN_CHUNK];
	struct setupbin_record r;
	struct fault f;
	struct setupbin_lint *lint = lint_begin(p, &f);

	while (setupbin_plan_step(&w, p)) {
		if (setupbin_plan_build(&r, p, &w, &f) == 0 &&
		    setupbin_record_encode(chunk, &r, &p->header, &f) == 0 &&
		    lint_record(lint, w.number, chunk, &f) == 0)
			setupbin_tally_add(&tally, &r);
		else if (w.row != NULL)
			stage_refuse(p->csv, w.row->line, "%s%s", f.why,
			    strstr(f.why, " is known from version ") != NULL
			        ? "; the version is -V here, and "
			          "STICK_VERSION in the site.conf of "
			          "amt-sticks"
			        : "");
		else
			stage_refuse(w.psk->pid, 0, "%s", f.why);
	}
	p->header.nmodules = tally.nmodules;
	memcpy(p->header.modules, tally.modules, sizeof(tally.modules));
	qsort(p->header.modules, p->header.nmodules,
	    sizeof(p->header.modules[0]), by_module);
	setupbin_lint_free(lint);
	explicit_bzero(&r, sizeof(r));
	explicit_bzero(chunk, sizeof(chunk));
}

void
setupbin_plan_free(struct setupbin_plan *p)
{
	if (p->psk != NULL)
		explicit_bzero(p->psk, p->nkeys * sizeof(*p->psk));
	free(p->psk);
	pidset_free(p->pids);
	setupbin_rows_free(&p->rows);
}
