/*
 * What was read without a note comes out again byte for byte, in any other
 * version as well or not at all; what encode makes is read without a note; no
 * offset leaves its record, and no finding its file.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "stick/setupbin.h"
#include "stick/setupbin_lint.h"
#include "stick/setupbin_psk.h"
#include "stick/setupbin_vars.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int truth)
{
	if (!truth)
		abort();
}

static void
use_entries(const struct setupbin_record *r)
{
	char text[SETUPBIN_VAR_TEXT_MAX];
	struct setupbin_psk psk;
	struct fault f;

	must(r->nentries <= SETUPBIN_ENTRIES_MAX);
	for (size_t i = 0; i < r->nentries; i++) {
		const struct setupbin_entry *e = &r->entry[i];
		const struct setupbin_var *v =
		    setupbin_var_find(e->module, e->id);

		must(e->at + e->len <= SETUPBIN_BODY);
		setupbin_var_format(text, sizeof(text), v, r->body + e->at,
		    e->len, true);
		must(memchr(text, '\0', sizeof(text)) != NULL);
		setupbin_var_format(text, 64, v, r->body + e->at, e->len, true);
		must(strlen(text) < 64);
	}
	if (setupbin_psk_get(&psk, r, &f) == 1)
		must(strlen(psk.pid) == PID_LEN && strlen(psk.pps) == PPS_LEN);
}

/* The record in a file of another version: written to be read, or refused. */
static void
use_versions(const struct setupbin_record *r, const struct setupbin_header *h)
{
	static const uint8_t versions[][2] = { { 1, 0 }, { 2, 0 }, { 2, 1 },
		{ 3, 0 }, { 4, 0 } };
	struct setupbin_header other = *h;
	struct setupbin_record again;
	uint8_t out[SETUPBIN_CHUNK];
	struct fault f;

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		struct setupbin_notes none = { 0 };

		other.major = versions[i][0];
		other.minor = versions[i][1];
		if (setupbin_record_encode(out, r, &other, &f) == -1) {
			must(f.why[0] != '\0');
			continue;
		}
		must(setupbin_record_decode(&again, &other, r->number, out,
		         sizeof(out), &none, &f) == 0);
		must(none.n == 0 && again.nentries == r->nentries);
	}
}

static size_t file_len;

static void
take_finding(void *arg, enum setupbin_rule rule, size_t at, const char *why)
{
	(void)arg;
	must(rule < NRULES && why[0] != '\0');
	must(at <= file_len + SETUPBIN_CHUNK);
}

static void
lint(const uint8_t *data, size_t size)
{
	static const uint8_t seed[16];
	const struct setupbin_lint_target target = { (unsigned)size % 20, 0,
		size % 2 == 0 ? VENDOR_HP : VENDOR_DELL };
	struct setupbin_lint *l =
	    setupbin_lint_new(&target, seed, take_finding, NULL);
	uint32_t n = 0;

	file_len = size;
	must(l != NULL);
	if (setupbin_lint_header(l, data, size, &n)) {
		bool more = true;
		size_t at = SETUPBIN_CHUNK;

		for (uint32_t i = 1; more && i <= n; i++) {
			size_t len = at < size ? size - at : 0;

			if (len > SETUPBIN_CHUNK)
				len = SETUPBIN_CHUNK;
			more = setupbin_lint_record(l, i, data + at, len);
			at += len;
		}
		if (more)
			setupbin_lint_end(l, size);
	}
	setupbin_lint_free(l);
}

static void
use_record(const struct setupbin_header *h, uint32_t number,
    const uint8_t *data, size_t len, struct setupbin_tally *t)
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_record r;
	struct fault f;
	uint8_t again[SETUPBIN_CHUNK];

	if (setupbin_record_decode(&r, h, number, data, len, &notes, &f) ==
	    -1) {
		must(f.at >= SETUPBIN_RECORD_AT(number));
		must(f.at <= SETUPBIN_RECORD_AT(number + 1));
		setupbin_tally_add(t, NULL);
		return;
	}
	use_entries(&r);
	use_versions(&r, h);
	setupbin_record_orders(&r, h, &(struct setupbin_notes){ 0 });
	setupbin_tally_add(t, &r);
	if (setupbin_record_encode(again, &r, h, &f) == 0) {
		struct setupbin_notes none = { 0 };

		must(setupbin_record_decode(&r, h, number, again, sizeof(again),
		         &none, &f) == 0);
		must(none.n == 0);
	} else
		must(notes.n != 0);
	if (notes.n == 0)
		must(memcmp(again, data, sizeof(again)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct setupbin_notes notes = { 0 };
	struct setupbin_tally t = { 0 };
	struct setupbin_header h;
	struct fault f;
	uint8_t again[SETUPBIN_CHUNK];
	uint32_t number = 1;

	lint(data, size);
	if (setupbin_header_decode(&h, data, size, &notes, &f) == -1) {
		must(f.at <= SETUPBIN_CHUNK);
		return 0;
	}
	if (notes.n == 0) {
		must(setupbin_header_encode(again, &h, &f) == 0);
		must(memcmp(again, data, sizeof(again)) == 0);
	}
	for (size_t at = SETUPBIN_CHUNK; at <= size && number < 16;
	     at += SETUPBIN_CHUNK)
		use_record(&h, number++, data + at, size - at, &t);
	setupbin_tally_notes(&t, &h, &notes);
	return 0;
}
