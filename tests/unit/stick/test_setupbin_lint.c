#include "stick/setupbin_lint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "stick/setupbin.h"
#include "base/writer.h"

/* A file built for a test, and the ids of what is found in it. */
struct file {
	struct setupbin_header h;
	uint8_t bytes[4 * SETUPBIN_CHUNK];
	size_t len;
	char found[1024];
	size_t first_at, last_at;
};

static void
note_finding(void *arg, enum setupbin_rule rule, size_t at, const char *why)
{
	struct file *file = arg;

	assert_true(why[0] != '\0');
	if (file->found[0] != '\0')
		strcat(file->found, " ");
	else
		file->first_at = at;
	strcat(file->found, setupbin_rule_row(rule)->id);
	file->last_at = at;
}

static const char *
lint_bytes(struct file *file, const struct setupbin_lint_target *target)
{
	static const uint8_t seed[16];
	struct setupbin_lint *l =
	    setupbin_lint_new(target, seed, note_finding, file);
	size_t at = SETUPBIN_CHUNK;
	bool more = true;
	uint32_t n;

	file->found[0] = '\0';
	assert_non_null(l);
	if (setupbin_lint_header(l, file->bytes, file->len, &n)) {
		for (uint32_t i = 1; more && i <= n; i++) {
			size_t left = at < file->len ? file->len - at : 0;

			if (left > SETUPBIN_CHUNK)
				left = SETUPBIN_CHUNK;
			more =
			    setupbin_lint_record(l, i, file->bytes + at, left);
			at += left;
		}
		if (more)
			setupbin_lint_end(l, file->len);
	}
	setupbin_lint_free(l);
	return file->found;
}

/* An entry without the writer's checks: what another tool may have written. */
static void
put_entry(struct writer *w, unsigned module, unsigned id, const void *value,
    size_t len)
{
	writer_u16le(w, (uint16_t)module);
	writer_u16le(w, (uint16_t)id);
	writer_u16le(w, (uint16_t)len);
	writer_u16le(w, 0);
	writer_bytes(w, value, len);
	writer_fill(w, 0, (4 - len % 4) % 4);
}

static void
begin(struct file *file, uint8_t major, uint8_t minor, uint16_t flags,
    uint32_t n)
{
	struct fault f;

	memset(file, 0, sizeof(*file));
	file->h = (struct setupbin_header){ .major = major,
		.minor = minor,
		.flags = flags,
		.nrecords = n,
		.nmodules = 2,
		.modules = { 1, 2 } };
	assert_int_equal(setupbin_header_encode(file->bytes, &file->h, &f), 0);
	file->len = SETUPBIN_CHUNK;
}

/* The header of the next record; its body follows through the writer. */
static struct writer
begin_record(struct file *file)
{
	struct writer w = { .base = file->bytes + file->len,
		.cap = SETUPBIN_CHUNK };

	writer_u32le(&w, 1);
	writer_u32le(&w, 1);
	writer_fill(&w, 0, 8);
	writer_u16le(&w, 1);
	writer_u16le(&w, 24);
	writer_u32le(&w, (uint32_t)(file->len / SETUPBIN_CHUNK));
	file->len += SETUPBIN_CHUNK;
	return w;
}

#define TEXT(w, m, i, s) put_entry(w, m, i, s, strlen(s))
#define BYTE(w, m, i, b) put_entry(w, m, i, (const uint8_t[]){ b }, 1)

static struct writer
passwords(struct file *file)
{
	struct writer w = begin_record(file);

	TEXT(&w, 1, 1, "admin");
	TEXT(&w, 1, 2, "Lab7!One");
	return w;
}

#define PID1 "LAB7001B"
#define PPS1 "T0Y5SU445W4CXZARICYDWBXPLH2IAC99"

static const struct setupbin_lint_target any,
    amt_11 = { 11, 0, VENDOR_ANY }, amt_2 = { 2, 6, VENDOR_ANY },
    amt_3 = { 3, 2, VENDOR_ANY }, hp = { 0, 0, VENDOR_HP },
    dell = { 0, 0, VENDOR_DELL };

static void
a_good_file_has_advice_only_and_more_rules_for_known_machines(void **state)
{
	struct file file;
	struct writer w;

	(void)state;
	begin(&file, 2, 0, 0, 1);
	w = passwords(&file);
	TEXT(&w, 2, 1, PID1);
	TEXT(&w, 2, 2, PPS1);
	assert_string_equal(lint_bytes(&file, &any), "stick-fat16");
	assert_string_equal(lint_bytes(&file, &amt_3), "stick-fat16");
	assert_string_equal(lint_bytes(&file, &amt_2),
	    "version-amt stick-fat16");
	assert_string_equal(lint_bytes(&file, &amt_11), "stick-fat16 psk-amt");
	assert_string_equal(lint_bytes(&file, &hp), "stick-fat16 hp-stick");
	assert_string_equal(lint_bytes(&file, &dell), "stick-fat16");
	begin(&file, 1, 0, 0, 1);
	w = passwords(&file);
	TEXT(&w, 2, 1, PID1);
	TEXT(&w, 2, 2, PPS1);
	assert_string_equal(lint_bytes(&file, &amt_2), "stick-fat16");
	assert_string_equal(lint_bytes(&file, &amt_3),
	    "version-1-old stick-fat16");
}

static void
each_byte_of_the_header_has_its_rule(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *found;
		size_t found_at;
	} rows[] = {
		{ 0, 0, "file-type", 0 },
		{ 16, 0, "header-chunks", 16 },
		{ 16, 2, "header-chunks", 16 },
		{ 18, 44, "header-bytes", 18 },
		{ 20, 1, "header-fields", 20 },
		{ 24, 3, "guid-major", 24 },
		{ 25, 1, "minor-version", 25 },
		{ 26, 2, "file-flags", 26 },
		{ 32, 1, "counters", 32 },
		{ 36, 0, "record-chunks", 36 },
		{ 36, 2, "record-chunks", 36 },
		{ 38, 1, "header-fields", 38 },
		{ 511, 1, "header-fields", 46 },
		{ 512, 2, "record-header", 512 },
		{ 512 + 4, 5, "record-fields", 516 },
		{ 512 + 4, 3, "entry-end", 540 },
		{ 512 + 16, 2, "record-chunks", 528 },
		{ 512 + 18, 23, "record-header", 530 },
		{ 512 + 20, 2, "record-fields", 532 },
		{ 512 + 24 + 6, 1, "entry-fields", 542 },
		{ 512 + 24 + 5, 255, "entry-end", 540 },
		{ 512 + 511, 1, "entry-fields", 580 },
	};
	struct file good, file;
	struct writer w;

	(void)state;
	begin(&good, 4, 0, 0, 1);
	w = passwords(&good);
	BYTE(&w, 2, 13, 2);
	assert_string_equal(lint_bytes(&good, &any), "");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		file = good;
		file.bytes[rows[i].at] = rows[i].value;
		lint_bytes(&file, &any);
		if (strstr(file.found, rows[i].found) != file.found)
			fail_msg("byte %zu: %s", rows[i].at, file.found);
		assert_int_equal(file.first_at, rows[i].found_at);
	}
}

/* What is found in the only record of a file with this variable besides. */
#define WITH(file, major, minor, m, i, value, n)                               \
	(begin(file, major, minor, 0, 1), w = passwords(file),                 \
	    put_entry(&w, m, i, value, n), lint_bytes(file, &any))

static void
values_orders_and_versions_have_their_rules(void **state)
{
	uint8_t sha256[40] = { 2 };
	struct file f;
	struct writer w;

	(void)state;
	sha256[33] = 6;
	assert_string_equal(WITH(&f, 4, 0, 2, 13, "\3", 1), "value value-name");
	assert_string_equal(WITH(&f, 4, 0, 2, 26, "\7", 1), "value-name");
	assert_string_equal(WITH(&f, 4, 0, 2, 9, "x", 1), "unknown");
	assert_string_equal(WITH(&f, 4, 0, 3, 1, "x", 1),
	    "unknown module-list module-list");
	assert_string_equal(WITH(&f, 4, 0, 2, 29, "\1", 1), "manual");
	assert_string_equal(WITH(&f, 4, 0, 2, 23, "\1", 1), "after-advised");
	assert_string_equal(WITH(&f, 4, 0, 2, 3, "example.com", 11), "");
	assert_string_equal(WITH(&f, 4, 0, 2, 3, "exa mple", 8), "domain");
	assert_string_equal(WITH(&f, 2, 0, 2, 13, "\2", 1),
	    "stick-fat16 since");
	assert_string_equal(WITH(&f, 2, 1, 2, 8, sha256, 40),
	    "stick-fat16 after hash-version");
	assert_string_equal(WITH(&f, 3, 0, 2, 8, sha256, 40), "");
	assert_string_equal(WITH(&f, 1, 0, 1, 3, "\1", 1),
	    "stick-fat16 amt-version module-list");
	assert_string_equal(WITH(&f, 4, 0, 1, 2, "Lab7!Two", 8),
	    "repeated module-list");
	assert_string_equal(WITH(&f, 4, 0, 1, 1, "admin", 5),
	    "order module-list");
}

static void
passwords_have_their_rules_and_no_finding_shows_one(void **state)
{
	struct file f;
	struct writer w;

	(void)state;
	begin(&f, 4, 0, 0, 1);
	w = begin_record(&f);
	TEXT(&w, 1, 1, "admin");
	BYTE(&w, 2, 13, 2);
	assert_string_equal(lint_bytes(&f, &any), "admin-alone");
	begin(&f, 4, 0, 0, 1);
	w = begin_record(&f);
	TEXT(&w, 1, 1, "Lab7!Old");
	TEXT(&w, 1, 2, "Location_1");
	BYTE(&w, 2, 13, 2);
	assert_string_equal(lint_bytes(&f, &any), "password");
	assert_int_equal(f.last_at, 536 + 16);
	assert_string_equal(lint_bytes(&f, &dell), "dell-password password");
	begin(&f, 4, 0, 0, 1);
	w = begin_record(&f);
	TEXT(&w, 1, 1, "admin");
	TEXT(&w, 1, 2, "Lab7! One");
	BYTE(&w, 2, 13, 2);
	assert_string_equal(lint_bytes(&f, &any), "password-marks");
	assert_string_equal(lint_bytes(&f, &hp),
	    "hp-stick password-marks hp-password");
}

static void
keys_have_their_rules(void **state)
{
	struct file f;
	struct writer w;

	(void)state;
	begin(&f, 2, 0, 1, 2);
	for (int i = 0; i < 2; i++) {
		w = passwords(&f);
		TEXT(&w, 2, 1, PID1);
		TEXT(&w, 2, 2, PPS1);
	}
	assert_string_equal(lint_bytes(&f, &any),
	    "stick-fat16 psk-keep psk-keep pid-again keep-many");
	begin(&f, 3, 0, 0, 1);
	w = passwords(&f);
	TEXT(&w, 2, 1, "LAB7-001B");
	assert_string_equal(lint_bytes(&f, &any), "value psk-version psk-pair");
	begin(&f, 2, 0, 0, 1);
	w = passwords(&f);
	TEXT(&w, 2, 1, "LAB7001C");
	TEXT(&w, 2, 2, "T0Y6SU445W4CXZARICYDWBXPLH2IAC99");
	assert_string_equal(lint_bytes(&f, &any), "stick-fat16 pid pps");
	begin(&f, 2, 0, 0, 1);
	w = passwords(&f);
	TEXT(&w, 2, 1, "LAB7-001B");
	TEXT(&w, 2, 2, PPS1);
	assert_string_equal(lint_bytes(&f, &any),
	    "stick-fat16 value psk-dashes");
	begin(&f, 2, 0, 0, 1);
	w = begin_record(&f);
	TEXT(&w, 2, 1, PID1);
	TEXT(&w, 2, 2, PPS1);
	assert_string_equal(lint_bytes(&f, &any),
	    "stick-fat16 first module-list");
}

static void
a_fourth_hash_and_sha1_for_new_machines_are_found(void **state)
{
	uint8_t sha1[22] = { 1 };
	struct file f;
	struct writer w;

	(void)state;
	begin(&f, 4, 0, 0, 1);
	w = passwords(&f);
	for (int i = 0; i < 3; i++)
		put_entry(&w, 2, 8, sha1, sizeof(sha1));
	assert_string_equal(lint_bytes(&f, &any), "");
	assert_string_equal(lint_bytes(&f, &amt_11),
	    "hash-sha1 hash-sha1 hash-sha1");
	put_entry(&w, 2, 8, sha1, sizeof(sha1));
	assert_string_equal(lint_bytes(&f, &any), "hashes");
}

static void
counts_lengths_and_consumed_records_are_looked_at(void **state)
{
	struct file f;
	struct writer w;

	(void)state;
	begin(&f, 4, 0, 0, 0);
	assert_string_equal(lint_bytes(&f, &any),
	    "module-list module-list no-records");
	for (size_t n = 0; n < SETUPBIN_CHUNK; n++) {
		f.len = n;
		lint_bytes(&f, &any);
		assert_string_equal(f.found, "file-size");
	}
	begin(&f, 4, 0, 0, 1);
	(void)begin_record(&f);
	assert_string_equal(lint_bytes(&f, &any),
	    "empty module-list module-list");
	assert_int_equal(f.first_at, 512);
	begin(&f, 4, 0, 0, 1);
	w = passwords(&f);
	BYTE(&w, 2, 29, 1);
	f.bytes[516] = 0;
	f.bytes[32] = 1;
	assert_string_equal(lint_bytes(&f, &any), "exhausted");
	f.len += 3;
	assert_string_equal(lint_bytes(&f, &any), "file-size exhausted");
	assert_int_equal(f.last_at, 32);
	f.len -= 4;
	assert_string_equal(lint_bytes(&f, &any), "file-size");
	assert_int_equal(f.last_at, 1023);
	f.len += 1;
	memset(f.bytes + 512, 0, 512);
	assert_string_equal(lint_bytes(&f, &any), "record-zero exhausted");
}

static void
lengths_of_sticks_have_their_ceilings(void **state)
{
	static const uint8_t seed[16];
	static const struct {
		uint64_t len;
		const char *found;
	} rows[] = { { UINT64_C(512) << 20, "" },
		{ (UINT64_C(512) << 20) + 1, "stick-size" },
		{ (UINT64_C(2) << 30) - 1, "stick-size" },
		{ UINT64_C(2) << 30, "stick-limit" } };
	struct file f;
	uint32_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct setupbin_lint *l =
		    setupbin_lint_new(&any, seed, note_finding, &f);

		begin(&f, 4, 0, 0, 1000);
		assert_true(setupbin_lint_header(l, f.bytes, f.len, &n));
		f.found[0] = '\0';
		setupbin_lint_end(l, rows[i].len);
		assert_non_null(strstr(f.found, rows[i].found));
		assert_null(strstr(f.found, "search-time"));
		setupbin_lint_free(l);
	}
	begin(&f, 4, 0, 0, 1001);
	lint_bytes(&f, &any);
	f.found[0] = '\0';
	{
		struct setupbin_lint *l =
		    setupbin_lint_new(&any, seed, note_finding, &f);

		assert_true(setupbin_lint_header(l, f.bytes, f.len, &n));
		setupbin_lint_end(l, 512 * UINT64_C(1002));
		assert_non_null(strstr(f.found, "search-time"));
		setupbin_lint_free(l);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_good_file_has_advice_only_and_more_rules_for_known_machines),
		cmocka_unit_test(each_byte_of_the_header_has_its_rule),
		cmocka_unit_test(values_orders_and_versions_have_their_rules),
		cmocka_unit_test(
		    passwords_have_their_rules_and_no_finding_shows_one),
		cmocka_unit_test(keys_have_their_rules),
		cmocka_unit_test(
		    a_fourth_hash_and_sha1_for_new_machines_are_found),
		cmocka_unit_test(
		    counts_lengths_and_consumed_records_are_looked_at),
		cmocka_unit_test(lengths_of_sticks_have_their_ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
