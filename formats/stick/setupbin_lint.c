#include "stick/setupbin_lint.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/domain.h"
#include "base/password.h"
#include "keys/pidpps.h"
#include "keys/pidset.h"
#include "stick/setupbin.h"
#include "stick/setupbin_vars.h"

/* Source of both: Symantec, "USB Provisioning" (2007). */
#define RECORDS_QUICK 1000
#define STICK_BEST (UINT64_C(512) << 20)
#define STICK_MOST (UINT64_C(2) << 30)

#define HASHES_MAX 3

struct setupbin_lint {
	struct setupbin_lint_target target;
	setupbin_lint_fn *fn;
	void *arg;
	struct pidset *pids;
	struct setupbin_header header;
	struct setupbin_tally tally;
};

struct setupbin_lint *
setupbin_lint_new(const struct setupbin_lint_target *target,
    const uint8_t seed[16], setupbin_lint_fn *fn, void *arg)
{
	struct setupbin_lint *l = calloc(1, sizeof(*l));

	if (l == NULL)
		return NULL;
	*l = (struct setupbin_lint){ .target = *target, .fn = fn, .arg = arg };
	l->pids = pidset_new(seed);
	if (l->pids != NULL)
		return l;
	free(l);
	return NULL;
}

void
setupbin_lint_free(struct setupbin_lint *l)
{
	if (l == NULL)
		return;
	pidset_free(l->pids);
	free(l);
}

static bool
setupbin_lint_applies(const struct setupbin_lint_target *t,
    const struct setupbin_rule_row *row)
{
	if (row->amt_from != 0 && t->amt_major < row->amt_from)
		return false;
	return row->vendor == VENDOR_ANY || row->vendor == t->vendor;
}

static void __attribute__((format(printf, 4, 5))) find(struct setupbin_lint *l,
    enum setupbin_rule rule, size_t at, const char *fmt, ...)
{
	char why[256];
	va_list ap;

	if (!setupbin_lint_applies(&l->target, setupbin_rule_row(rule)))
		return;
	va_start(ap, fmt);
	(void)vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	l->fn(l->arg, rule, at, why);
}

static void
find_notes(struct setupbin_lint *l, const struct setupbin_notes *notes)
{
	size_t n =
	    notes->n < SETUPBIN_NOTES_MAX ? notes->n : SETUPBIN_NOTES_MAX;

	for (size_t i = 0; i < n; i++)
		find(l, notes->note[i].rule, notes->note[i].at, "%s",
		    notes->note[i].why);
	if (notes->n > n)
		find(l, notes->note[n - 1].rule, notes->note[n - 1].at,
		    "and %zu more of its kind", notes->n - n);
}

/* --- the header ---------------------------------------------------------- */

/* Which rule a header breaks that cannot be read. */
static enum setupbin_rule
header_rule(const uint8_t *buf, size_t len, size_t at)
{
	if (len >= 16 && setupbin_major(buf) == 0)
		return RULE_FILE_TYPE;
	if (len < SETUPBIN_CHUNK)
		return RULE_FILE_SIZE;
	switch (at) {
	case 16:
		return RULE_HEADER_CHUNKS;
	case 24:
		return RULE_GUID_MAJOR;
	case 36:
		return RULE_RECORD_CHUNKS;
	default:
		return RULE_MODULE_LIST;
	}
}

/* Release that a version came with: 100 times the major and the minor. */
static unsigned
release_of(const struct setupbin_header *h)
{
	switch (h->major) {
	case 2:
		return h->minor == 0 ? 300 : 400;
	case 3:
		return 600;
	default:
		return 0; /* version 4: not published */
	}
}

static void
lint_version(struct setupbin_lint *l)
{
	const struct setupbin_header *h = &l->header;
	const struct setupbin_lint_target *t = &l->target;
	unsigned want = release_of(h);

	if (t->amt_major != 0 && t->amt_major * 100 + t->amt_minor < want)
		find(l, RULE_VERSION_AMT, 24,
		    "version %u.%u came with AMT %u.%u (the machines have "
		    "%u.%u)",
		    h->major, h->minor, want / 100, want % 100, t->amt_major,
		    t->amt_minor);
	if (h->major == 1)
		find(l, RULE_VERSION_1_OLD, 24,
		    "version 1.0 may be unknown to AMT %u.%u (version 2.0 is "
		    "for all from 3.0 on)",
		    t->amt_major, t->amt_minor);
	if (h->major <= 2)
		find(l, RULE_STICK_FAT16, 0,
		    "version %u.%u is read by machines that know FAT16 only: "
		    "first and only file of a freshly formatted stick",
		    h->major, h->minor);
	find(l, RULE_STICK_HP, 0,
	    "the stick has to have more than 16 MB and must not be formatted "
	    "to boot");
}

bool
setupbin_lint_header(struct setupbin_lint *l, const uint8_t *buf, size_t len,
    uint32_t *nrecords)
{
	struct setupbin_notes notes = { 0 };
	struct fault f;

	*nrecords = 0;
	if (setupbin_header_decode(&l->header, buf, len, &notes, &f) == -1) {
		find(l, header_rule(buf, len, f.at), f.at, "%s", f.why);
		return false;
	}
	*nrecords = l->header.nrecords;
	find_notes(l, &notes);
	lint_version(l);
	return true;
}

/* --- a variable ---------------------------------------------------------- */

static void
lint_number(struct setupbin_lint *l, const struct setupbin_entry *e,
    const struct setupbin_var *v, const uint8_t *value, size_t at)
{
	uint32_t n;

	if (e->len != v->len_max)
		return; /* said as its value's fault */
	n = setupbin_var_number(value, e->len);
	for (const struct setupbin_var_value *x = v->values; x != NULL; x++) {
		if (x->name == NULL) {
			find(l, RULE_VALUE_NAME, at,
			    "what %u means for %s is not published", n,
			    v->name);
			break;
		}
		if (x->value == n)
			break;
	}
	if (setupbin_entry_is(e, SETUPBIN_MANAGEABILITY) &&
	    l->header.major == 1)
		find(l, RULE_AMT_VERSION_1, at,
		    "%s came with version 2.0 (this file is 1.0)", v->name);
	if (setupbin_entry_is(e, 2, 29) && n == 1)
		find(l, RULE_MANUAL, at,
		    "manual setup does nothing on recent firmware");
}

static void
lint_domain(struct setupbin_lint *l, const struct setupbin_entry *e,
    const struct setupbin_var *v, const uint8_t *value, size_t at)
{
	char fqdn[DOMAIN_TEXT];
	struct fault f;

	if (domain_parse(fqdn, (const char *)value, e->len, &f) == -1)
		find(l, RULE_DOMAIN, at, "%s is no domain name: %s", v->name,
		    f.why);
}

static void
lint_password(struct setupbin_lint *l, const struct setupbin_entry *e,
    const uint8_t *value, size_t at)
{
	const char *pw = (const char *)value;
	const char *warning = password_warning(pw, e->len);
	bool next = setupbin_entry_is(e, SETUPBIN_MEBX_NEXT);
	const char *which = next ? "new" : "current";
	struct fault f;

	if (next && password_check(pw, e->len, &f) == -1)
		find(l, RULE_PASSWORD, at, "new MEBx %s", f.why);
	if (warning != NULL) {
		find(l, RULE_PASSWORD_MARKS, at, "%s MEBx %s", which, warning);
		find(l, RULE_HP_PASSWORD, at, "%s MEBx %s", which, warning);
	}
	if (!next &&
	    (e->len != strlen(PASSWORD_FACTORY) ||
	        memcmp(pw, PASSWORD_FACTORY, e->len) != 0))
		find(l, RULE_DELL_PASSWORD, at,
		    "current MEBx password is not the factory's");
}

static void
lint_hash(struct setupbin_lint *l, const uint8_t *value, size_t len, size_t at)
{
	const struct setupbin_var_digest *d =
	    len > 0 ? setupbin_var_digest(value[0]) : NULL;

	if (d == NULL)
		return; /* said as its value's fault */
	if (d->since_major > l->header.major)
		find(l, RULE_HASH_VERSION, at,
		    "%s hashes came with version %u.0 (this file is %u.%u)",
		    d->name, d->since_major, l->header.major, l->header.minor);
	if (value[0] == 1)
		find(l, RULE_HASH_SHA1, at, "certificate hash is SHA-1");
}

static void
lint_entry(struct setupbin_lint *l, const struct setupbin_record *r,
    const struct setupbin_entry *e)
{
	const struct setupbin_var *v = setupbin_var_find(e->module, e->id);
	const uint8_t *value = r->body + e->at;
	size_t at = setupbin_entry_at(r, e);

	if (v == NULL) {
		find(l, RULE_UNKNOWN, at,
		    "variable %u/%u is in no public table", e->module, e->id);
		return;
	}
	if (v->type == SETUPBIN_VAR_NUMBER)
		lint_number(l, e, v, value, at);
	else if (v->type == SETUPBIN_VAR_HASH)
		lint_hash(l, value, e->len, at);
	else if (setupbin_entry_is(e, SETUPBIN_MEBX_NOW) ||
	    setupbin_entry_is(e, SETUPBIN_MEBX_NEXT))
		lint_password(l, e, value, at);
	else if (setupbin_entry_is(e, SETUPBIN_PKI_SUFFIX) ||
	    setupbin_entry_is(e, SETUPBIN_PKI_SERVER))
		lint_domain(l, e, v, value, at);
}

/* --- a record ------------------------------------------------------------ */

static void
lint_psk_file(struct setupbin_lint *l, size_t at)
{
	if (l->header.flags & SETUPBIN_KEEP)
		find(l, RULE_PSK_KEEP, at,
		    "every machine would get this PID and PPS");
	if (l->header.major >= 3)
		find(l, RULE_PSK_VERSION, at,
		    "PID and PPS are in a file of version %u.%u",
		    l->header.major, l->header.minor);
	find(l, RULE_PSK_AMT, at,
	    "AMT %u.%u is not set up with PID and PPS; give it the hash of a "
	    "root certificate or a DNS suffix",
	    l->target.amt_major, l->target.amt_minor);
}

static void
lint_pid_again(struct setupbin_lint *l, const struct setupbin_record *r,
    const char *pid, const char *pps, size_t at)
{
	struct pidset_place place = { 0, r->number };
	enum pidset_found found = pidset_add(l->pids, pid, pps, &place);

	/* Out of memory: the other rules still hold. */
	if (found == PIDSET_SAME || found == PIDSET_OTHER_PPS)
		find(l, RULE_PID_AGAIN, at, "PID %s is in record %u too", pid,
		    place.line);
}

static void
lint_psk(struct setupbin_lint *l, const struct setupbin_record *r)
{
	const struct setupbin_entry *pid =
	    setupbin_record_find(r, SETUPBIN_PID);
	const struct setupbin_entry *pps =
	    setupbin_record_find(r, SETUPBIN_PPS);
	char pid_text[PID_LEN + 1], pps_text[PPS_LEN + 1];
	struct fault f;
	bool good = true;

	if (pid == NULL && pps == NULL)
		return;
	lint_psk_file(l, setupbin_entry_at(r, pid != NULL ? pid : pps));
	if (pid == NULL || pps == NULL) {
		find(l, RULE_PSK_PAIR,
		    setupbin_entry_at(r, pid != NULL ? pid : pps),
		    "record has a %s but no %s", pid != NULL ? "PID" : "PPS",
		    pid != NULL ? "PPS" : "PID");
		return;
	}
	if (pid->len != PID_LEN || pps->len != PPS_LEN)
		find(l, RULE_PSK_DASHES,
		    setupbin_entry_at(r, pid->len != PID_LEN ? pid : pps),
		    "PID or PPS has dashes or another length (got %u and %u "
		    "characters)",
		    pid->len, pps->len);
	if (pid_parse(pid_text, (const char *)r->body + pid->at, pid->len,
	        &f) == -1) {
		find(l, RULE_PID, setupbin_entry_at(r, pid), "%s", f.why);
		good = false;
	}
	if (pps_parse(pps_text, (const char *)r->body + pps->at, pps->len,
	        &f) == -1) {
		find(l, RULE_PPS, setupbin_entry_at(r, pps), "%s", f.why);
		good = false;
	}
	if (good)
		lint_pid_again(l, r, pid_text, pps_text,
		    setupbin_entry_at(r, pid));
	explicit_bzero(pps_text, sizeof(pps_text));
}

static void
lint_hashes(struct setupbin_lint *l, const struct setupbin_record *r)
{
	unsigned n = 0;

	for (size_t i = 0; i < r->nentries; i++)
		if (setupbin_entry_is(&r->entry[i], 2, 8) &&
		    ++n == HASHES_MAX + 1)
			find(l, RULE_HASHES, setupbin_entry_at(r, &r->entry[i]),
			    "more than %d certificate hashes", HASHES_MAX);
}

/* Which rule a record breaks that cannot be read; at from its begin. */
static enum setupbin_rule
record_rule(size_t len, size_t at)
{
	if (len < SETUPBIN_CHUNK)
		return RULE_FILE_SIZE;
	if (at == 16)
		return RULE_RECORD_CHUNKS;
	return at < 24 ? RULE_RECORD_HEADER : RULE_ENTRY_END;
}

bool
setupbin_lint_record(struct setupbin_lint *l, uint32_t number,
    const uint8_t *buf, size_t len)
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;

	if (setupbin_record_decode(&r, &l->header, number, buf, len, &notes,
	        &f) == -1) {
		setupbin_tally_add(&l->tally, NULL);
		find(l, record_rule(len, f.at - SETUPBIN_RECORD_AT(number)),
		    f.at, "%s", f.why);
		return len >= SETUPBIN_CHUNK;
	}
	setupbin_tally_add(&l->tally, &r);
	find_notes(l, &notes);
	if (r.valid) { /* what is consumed sets nothing any more */
		if (r.nentries == 0)
			find(l, RULE_EMPTY, SETUPBIN_RECORD_AT(number),
			    "record %u has no variables", number);
		notes.n = 0;
		setupbin_record_orders(&r, &l->header, &notes);
		find_notes(l, &notes);
		for (size_t i = 0; i < r.nentries; i++)
			lint_entry(l, &r, &r.entry[i]);
		lint_psk(l, &r);
		lint_hashes(l, &r);
	}
	explicit_bzero(&r, sizeof(r));
	return true;
}

/* --- the whole file ------------------------------------------------------ */

static void
lint_count(struct setupbin_lint *l)
{
	const struct setupbin_header *h = &l->header;
	bool keep = (h->flags & SETUPBIN_KEEP) != 0;

	if (h->nrecords == 0)
		find(l, RULE_NO_RECORDS, 28, "the file has no records");
	else if (l->tally.nconsumed == l->tally.nrecords)
		find(l, RULE_EXHAUSTED, 32, "no record of %u is valid any more",
		    h->nrecords);
	if (keep && h->nrecords > 1)
		find(l, RULE_KEEP_MANY, 28,
		    "%u records that are not consumed (every machine takes the "
		    "first)",
		    h->nrecords);
	if (h->nrecords > RECORDS_QUICK)
		find(l, RULE_SEARCH_TIME, 28,
		    "%u records: a BIOS looks through 1,000 in about 15 "
		    "seconds and 100,000 in 3 minutes",
		    h->nrecords);
}

void
setupbin_lint_end(struct setupbin_lint *l, uint64_t file_len)
{
	struct setupbin_notes notes = { 0 };
	uint64_t want = ((uint64_t)l->header.nrecords + 1) * SETUPBIN_CHUNK;

	if (file_len > want)
		find(l, RULE_FILE_SIZE, (size_t)want,
		    "bytes left over after the last record (header counts %u "
		    "records)",
		    l->header.nrecords);
	setupbin_tally_notes(&l->tally, &l->header, &notes);
	find_notes(l, &notes);
	lint_count(l);
	if (file_len >= STICK_MOST)
		find(l, RULE_STICK_LIMIT, 0,
		    "the file has 2 GB or more, and no FAT16 stick room for "
		    "it");
	else if (file_len > STICK_BEST)
		find(l, RULE_STICK_SIZE, 0,
		    "the file needs a stick of more than 512 MB");
}
