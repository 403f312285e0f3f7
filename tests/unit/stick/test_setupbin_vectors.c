/*
 * setup.bin against the shared vectors: what a reference writer made, with a
 * manifest of every variable in it.
 */
#include "stick/setupbin.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "read_file.h"
#include "base/text.h"

/* One line an item: F file; H header; R flags; V module id type value. */
static const char walk[] =
    "jq -r '.cases[] | (\"F \" + .file), (.input | (\"H \\(.version_major) "
    "\\(.version_minor) \\(.file_flags) \\(.data_records_consumed) "
    "\\(.data_record_count)\"), (.records[] | \"R \\(.flags)\", "
    "(.variables_in_input_order[] | \"V \\(.module) \\(.variable) \\(.type) "
    "\\(.value_hex // .value)\"))), \"E\"' \"$AMT_VECTORS\""
    "/setupbin/manifest.json";

/* Read by all, never to be written: what the fact sheet calls tolerance. */
static const char *const tolerated[] = { "v1-dashed-psk.bin",
	"v2-modlist-reversed.bin", "v2-utf8-password.bin",
	"v4-no-module-list.bin", "v4-zero-chunk-counts.bin" };

struct vector {
	char file[128];
	uint8_t bytes[128 * SETUPBIN_CHUNK];
	size_t len;
	struct setupbin_header want;
	struct setupbin_record record; /* as the manifest builds it */
	struct setupbin_notes notes;
	struct setupbin_header got;
	bool begun; /* record has content that was not compared yet */
	unsigned nvariables, nbuilt;
};

/* Bytes of a manifest's value. */
static size_t
value_bytes(uint8_t *to, size_t cap, const char *type, const char *text)
{
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11,
		12, 13, 14, 15 };
	uint8_t straight[16];
	char digits[33];
	size_t n = 0, width = 0;

	if (strcmp(type, "guid") == 0) {
		for (; *text != '\0'; text++)
			if (*text != '-' && n < 32)
				digits[n++] = *text;
		digits[n] = '\0';
		assert_int_equal(text_unhex(straight, 16, &n, digits), 0);
		assert_int_equal(n, 16);
		for (size_t i = 0; i < 16; i++)
			to[i] = straight[order[i]];
		return 16;
	}
	if (sscanf(type, "u%zu", &width) == 1) {
		unsigned long v = strtoul(text, NULL, 10);

		for (size_t i = 0; i < width / 8; i++)
			to[i] = (uint8_t)(v >> 8 * i);
		return width / 8;
	}
	if (strcmp(text, "null") == 0)
		return 0;
	assert_int_equal(text_unhex(to, cap, &n, text), 0);
	return n;
}

static bool
is_tolerated(const char *file)
{
	for (size_t i = 0; i < sizeof(tolerated) / sizeof(tolerated[0]); i++)
		if (strcmp(file, tolerated[i]) == 0)
			return true;
	return false;
}

/* Written from the manifest's values alone, it has the file's bytes. */
static void
compare_built(struct vector *v, const uint8_t *want)
{
	uint8_t out[SETUPBIN_CHUNK];
	struct fault f;

	if (setupbin_record_encode(out, &v->record, &v->got, &f) == -1)
		fail_msg("%s:%zu: %s", v->file, f.at, f.why);
	assert_memory_equal(out, want, sizeof(out));
	v->nbuilt++;
}

/* The record just built against the one in the file. */
static void
compare_record(struct vector *v)
{
	struct setupbin_record got;
	struct fault f;
	const uint8_t *at;

	if (!v->begun)
		return;
	v->begun = false;
	at = v->bytes + SETUPBIN_RECORD_AT(v->record.number);
	assert_true(SETUPBIN_RECORD_AT(v->record.number + 1) <= v->len);
	if (setupbin_record_decode(&got, &v->got, v->record.number, at,
	        SETUPBIN_CHUNK, &v->notes, &f) == -1)
		fail_msg("%s:%zu: %s", v->file, f.at, f.why);
	assert_int_equal(got.valid, v->record.valid);
	assert_int_equal(got.scrambled, v->record.scrambled);
	assert_int_equal(got.nentries, v->record.nentries);
	for (size_t i = 0; i < got.nentries; i++) {
		const struct setupbin_entry *a = &got.entry[i];
		const struct setupbin_entry *b = &v->record.entry[i];

		assert_int_equal(a->module, b->module);
		assert_int_equal(a->id, b->id);
		assert_int_equal(a->len, b->len);
		assert_memory_equal(got.body + a->at, v->record.body + b->at,
		    a->len);
		v->nvariables++;
	}
	if (!is_tolerated(v->file))
		compare_built(v, at);
}

/* Whatever is no tolerance vector comes out again byte for byte. */
static void
compare_written(struct vector *v)
{
	uint8_t out[SETUPBIN_CHUNK];
	struct setupbin_record r;
	struct setupbin_notes none = { 0 };
	struct fault f;

	if (is_tolerated(v->file)) {
		assert_true(v->notes.n > 0);
		return;
	}
	if (v->notes.n != 0)
		fail_msg("%s:%zu: noted: %s", v->file, v->notes.note[0].at,
		    v->notes.note[0].why);
	if (setupbin_header_encode(out, &v->got, &f) == -1)
		fail_msg("%s: %s", v->file, f.why);
	assert_memory_equal(out, v->bytes, sizeof(out));
	for (uint32_t n = 1; n <= v->got.nrecords; n++) {
		const uint8_t *at = v->bytes + SETUPBIN_RECORD_AT(n);

		assert_int_equal(setupbin_record_decode(&r, &v->got, n, at,
		                     SETUPBIN_CHUNK, &none, &f),
		    0);
		if (setupbin_record_encode(out, &r, &v->got, &f) == -1)
			fail_msg("%s: %s", v->file, f.why);
		assert_memory_equal(out, at, sizeof(out));
	}
}

static void
take_header_line(struct vector *v, const char *line)
{
	unsigned major, minor, flags, consumed, count;
	struct fault f;

	assert_int_equal(sscanf(line, "H %u %u %u %u %u", &major, &minor,
	                     &flags, &consumed, &count),
	    5);
	v->notes.n = 0;
	if (setupbin_header_decode(&v->got, v->bytes, v->len, &v->notes, &f) ==
	    -1)
		fail_msg("%s:%zu: %s", v->file, f.at, f.why);
	assert_int_equal(v->got.major, major);
	assert_int_equal(v->got.minor, minor);
	assert_int_equal(v->got.flags, flags);
	assert_int_equal(v->got.nconsumed, consumed);
	assert_int_equal(v->got.nrecords, count);
	assert_int_equal(v->len, SETUPBIN_RECORD_AT(count + 1));
	v->record.number = 0;
}

static void
take_variable_line(struct vector *v, const char *line)
{
	unsigned module, id;
	char type[16], value[1200];
	uint8_t bytes[SETUPBIN_BODY];
	struct fault f;
	size_t n;

	assert_int_equal(sscanf(line, "V %u %u %15s %1199s", &module, &id, type,
	                     value),
	    4);
	n = value_bytes(bytes, sizeof(bytes), type, value);
	assert_int_equal(setupbin_record_add(&v->record, (uint16_t)module,
	                     (uint16_t)id, bytes, n, &f),
	    0);
}

static void
every_vector_is_read_as_its_manifest_says_and_written_back(void **state)
{
	static struct vector v;
	const char *vectors = getenv("AMT_VECTORS");
	char dir[4096], line[2048];
	unsigned nfiles = 0;
	FILE *manifest;

	(void)state;
	if (vectors == NULL || vectors[0] == '\0') {
		print_message("no AMT_VECTORS\n");
		skip();
	}
	(void)snprintf(dir, sizeof(dir), "%s/setupbin", vectors);
	manifest = popen(walk, "r");
	assert_non_null(manifest);
	while (fgets(line, sizeof(line), manifest) != NULL) {
		unsigned flags;

		if (sscanf(line, "F %127s", v.file) == 1)
			v.len =
			    read_file(dir, v.file, v.bytes, sizeof(v.bytes));
		else if (line[0] == 'H')
			take_header_line(&v, line);
		else if (sscanf(line, "R %u", &flags) == 1) {
			compare_record(&v);
			setupbin_record_begin(&v.record, v.record.number + 1);
			v.record.valid = (flags & 1) != 0;
			v.record.scrambled = (flags & 2) != 0;
			v.begun = true;
		} else if (line[0] == 'V')
			take_variable_line(&v, line);
		else if (line[0] == 'E') {
			compare_record(&v);
			compare_written(&v);
			nfiles++;
		}
	}
	assert_int_equal(pclose(manifest), 0);
	assert_int_equal(nfiles, 27);
	assert_int_equal(v.nvariables, 635);
	assert_true(v.nbuilt > 120);
	(void)printf("# vectors: %u\n", nfiles);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_vector_is_read_as_its_manifest_says_and_written_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
