#include "keys/pidpps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"

/* Intel AMT Implementation and Reference Guide, "PID-PPS Checksum". */
static const char pid[] = "0000037M";
static const char pid_dashed[] = "0000-037M";
static const char pps[] = "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ";
static const char pps_dashed[] = "NKLD-G5DC-RRNQ-E9YZ-ZIJL-7LFL-VJED-69XJ";

static int
read_pid(const char *text, struct fault *f)
{
	char got[PID_LEN + 1];

	return pid_parse(got, text, strlen(text), f);
}

static int
read_pps(const char *text, struct fault *f)
{
	char got[PPS_LEN + 1];

	return pps_parse(got, text, strlen(text), f);
}

static void
the_published_pair_is_read_with_and_without_dashes(void **state)
{
	char p[PID_LEN + 1], s[PPS_LEN + 1];
	struct fault f;

	(void)state;
	assert_int_equal(pid_parse(p, pid, strlen(pid), &f), 0);
	assert_string_equal(p, pid);
	assert_int_equal(pid_parse(p, pid_dashed, strlen(pid_dashed), &f), 0);
	assert_string_equal(p, pid);
	assert_int_equal(pps_parse(s, pps, strlen(pps), &f), 0);
	assert_string_equal(s, pps);
	assert_int_equal(pps_parse(s, pps_dashed, strlen(pps_dashed), &f), 0);
	assert_string_equal(s, pps);
}

static void
a_refused_pid_is_told_as_written_if_it_has_the_shape(void **state)
{
	static const struct {
		const char *text, *told;
	} rows[] = { { "0000-037m", "0000037M" }, { "0000037N", "0000037N" },
		{ "0000037", "" }, { "0000037M0", "" }, { "0000-037", "" },
		{ "", "" }, { "Secr3t!!", "" },
		{ "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ", "" } };
	char p[PID_LEN + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pid_as_written(p, rows[i].text, strlen(rows[i].text));
		assert_string_equal(p, rows[i].told);
	}
}

static void
lower_case_is_folded_before_the_check(void **state)
{
	char p[PID_LEN + 1], s[PPS_LEN + 1], low[sizeof(pps)];
	struct fault f;

	(void)state;
	assert_int_equal(pid_parse(p, "0000-037m", 9, &f), 0);
	assert_string_equal(p, pid);
	for (size_t i = 0; i < sizeof(pps); i++)
		low[i] = text_lower(pps[i]);
	assert_int_equal(pps_parse(s, low, PPS_LEN, &f), 0);
	assert_string_equal(s, pps);
}

static void
dashes_come_back(void **state)
{
	char p[PID_DASHED], s[PPS_DASHED];

	(void)state;
	pid_format(p, pid);
	assert_string_equal(p, pid_dashed);
	pps_format(s, pps);
	assert_string_equal(s, pps_dashed);
}

static void
every_shorter_text_is_refused(void **state)
{
	char p[PID_LEN + 1], s[PPS_LEN + 1];
	struct fault f;

	(void)state;
	for (size_t n = 0; n < strlen(pid_dashed); n++) {
		char *tight = memcpy(malloc(n + 1), pid_dashed, n);

		assert_int_equal(pid_parse(p, tight, n, &f), -1);
		assert_string_equal(p, "");
		free(tight);
	}
	for (size_t n = 0; n < strlen(pps_dashed); n++) {
		char *tight = memcpy(malloc(n + 1), pps_dashed, n);

		assert_int_equal(pps_parse(s, tight, n, &f), -1);
		assert_string_equal(s, "");
		free(tight);
	}
}

static void
longer_text_is_refused(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(read_pid("0000037M0", &f), -1);
	assert_string_equal(f.why,
	    "PID has the wrong length (got 9 "
	    "characters without dashes, expected 8)");
	assert_int_equal(read_pps("NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ0", &f), -1);
	assert_string_equal(f.why,
	    "PPS has the wrong length (got 33 "
	    "characters without dashes, expected 32)");
}

static void
dashes_are_refused_anywhere_but_between_groups(void **state)
{
	static const char *const wrong[] = { "-0000037M", "000-0037M",
		"0000--037M", "0000037M-", "0000-037M-", "0000-037-M" };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(read_pid(wrong[i], &f), -1);
	assert_int_equal(read_pid("000-0037M", &f), -1);
	assert_int_equal(f.at, 3);
	assert_string_equal(f.why,
	    "PID has a dash at the wrong place (character 4, expected only "
	    "between groups of four)");
}

static void
a_wrong_pid_is_shown_with_the_check_character_it_should_have(void **state)
{
	struct fault f;

	(void)state;
	assert_int_equal(read_pid("0000-037n", &f), -1);
	assert_string_equal(f.why,
	    "PID 0000037N: its check character is wrong (got N, expected M)");
	assert_int_equal(read_pid("000003_M", &f), -1);
	assert_string_equal(f.why,
	    "PID has a character outside 0-9 A-Z (character 7, got _)");
	assert_int_equal(f.at, 6);
}

/* A fault may say "PPS" and "A-Z", but nothing that is in the secret. */
static void
a_wrong_pps_names_its_group_and_shows_none_of_it(void **state)
{
	struct fault f;

	(void)state;
	for (size_t group = 0; group < 8; group++) {
		char bad[sizeof(pps)], want[64];

		memcpy(bad, pps, sizeof(bad));
		bad[4 * group + 3] = bad[4 * group + 3] == 'Q' ? 'K' : 'Q';
		assert_int_equal(read_pps(bad, &f), -1);
		assert_int_equal(f.at, 4 * group + 3);
		(void)snprintf(want, sizeof(want),
		    "PPS group %zu of 8: its check character is wrong",
		    group + 1);
		assert_string_equal(f.why, want);
	}
	assert_int_equal(read_pps("NK*DG5DCRRNQE9YZZIJL7LFLVJED69XJ", &f), -1);
	assert_string_equal(f.why,
	    "PPS has a character outside 0-9 A-Z (character 3)");
}

static void
random_bytes_give_the_pair_worked_out_by_hand(void **state)
{
	uint8_t random[40];
	char p[PID_LEN + 1], s[PPS_LEN + 1];

	(void)state;
	/* 0 to 6 for the PID: "0123456", sum 357, 357 mod 36 = 33 = X.  252
	 * to 255 are skipped. */
	memset(random, 36, sizeof(random));
	memcpy(random, "\0\1\374\2\3\377\4\5\6", 9);
	assert_int_equal(pidpps_generate(p, s, random, sizeof(random)), 33);
	assert_string_equal(p, "0123456X");
	assert_string_equal(s, "00000000000000000000000000000000");
}

static void
the_largest_accepted_byte_is_251(void **state)
{
	uint8_t random[31];
	char p[PID_LEN + 1], s[PPS_LEN + 1];

	(void)state;
	memset(random, 251, sizeof(random));
	assert_int_equal(pidpps_generate(p, s, random, sizeof(random)), 31);
	assert_string_equal(p, "ZZZZZZZI");
	assert_string_equal(s, "ZZZIZZZIZZZIZZZIZZZIZZZIZZZIZZZI");
}

static void
too_few_random_bytes_make_nothing(void **state)
{
	uint8_t random[31] = { 0 };
	char p[PID_LEN + 1], s[PPS_LEN + 1];

	(void)state;
	for (size_t n = 0; n < sizeof(random); n++) {
		assert_int_equal(pidpps_generate(p, s, random, n), 0);
		assert_string_equal(p, "");
		assert_string_equal(s, "");
	}
	random[30] = 252;
	assert_int_equal(pidpps_generate(p, s, random, sizeof(random)), 0);
}

static void
what_is_made_can_be_read(void **state)
{
	uint32_t x = 1;
	struct fault f;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		uint8_t random[PIDPPS_RANDOM];
		char p[PID_LEN + 1], s[PPS_LEN + 1];

		for (size_t n = 0; n < sizeof(random); n++) {
			x = x * 1664525 + 1013904223;
			random[n] = (uint8_t)(x >> 24);
		}
		assert_int_not_equal(pidpps_generate(p, s, random,
		                         sizeof(random)),
		    0);
		assert_int_equal(read_pid(p, &f), 0);
		assert_int_equal(read_pps(s, &f), 0);
	}
}

/* The value after "name": on a line of the vector file, or false. */
static bool
json_value(char *to, size_t cap, const char *line, const char *name)
{
	char key[32];
	const char *p;

	(void)snprintf(key, sizeof(key), "\"%s\": \"", name);
	p = strstr(line, key);
	if (p == NULL)
		return false;
	(void)snprintf(to, cap, "%s", p + strlen(key));
	to[strcspn(to, "\"")] = '\0';
	return true;
}

static void
check_vector(const char *name, const char *value, bool valid, bool is_pid)
{
	struct fault f;
	int got = is_pid ? read_pid(value, &f) : read_pps(value, &f);

	if ((got == 0) != valid)
		fail_msg("%s %s: got %d", name, value, got);
}

/*
 * The file is one value a line.  Of its invalid ones we read those that are
 * wrong only by being in lower case.
 */
static void
the_shared_vectors_agree(void **state)
{
	char path[4096], line[512], value[512];
	const char *vectors = getenv("AMT_VECTORS");
	bool invalid = false;
	int n = 0;
	FILE *f;

	(void)state;
	if (vectors == NULL || vectors[0] == '\0')
		skip(); /* no shared vectors here */
	(void)snprintf(path, sizeof(path), "%s/setupbin/pid-pps.json", vectors);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		bool is_pid = json_value(value, sizeof(value), line, "pid") ||
		    json_value(value, sizeof(value), line, "pid_display");

		if (strstr(line, "\"invalid\"") != NULL)
			invalid = true;
		if (!is_pid && !json_value(value, sizeof(value), line, "pps") &&
		    !json_value(value, sizeof(value), line, "pps_display"))
			continue;
		check_vector(path, value,
		    !invalid || strpbrk(value, "abcdefghijklmnopqrstuvwxyz"),
		    is_pid);
		n++;
	}
	(void)fclose(f);
	assert_true(n > 50);
	(void)printf("# vectors: 1\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_published_pair_is_read_with_and_without_dashes),
		cmocka_unit_test(
		    a_refused_pid_is_told_as_written_if_it_has_the_shape),
		cmocka_unit_test(lower_case_is_folded_before_the_check),
		cmocka_unit_test(dashes_come_back),
		cmocka_unit_test(every_shorter_text_is_refused),
		cmocka_unit_test(longer_text_is_refused),
		cmocka_unit_test(
		    dashes_are_refused_anywhere_but_between_groups),
		cmocka_unit_test(
		    a_wrong_pid_is_shown_with_the_check_character_it_should_have),
		cmocka_unit_test(
		    a_wrong_pps_names_its_group_and_shows_none_of_it),
		cmocka_unit_test(random_bytes_give_the_pair_worked_out_by_hand),
		cmocka_unit_test(the_largest_accepted_byte_is_251),
		cmocka_unit_test(too_few_random_bytes_make_nothing),
		cmocka_unit_test(what_is_made_can_be_read),
		cmocka_unit_test(the_shared_vectors_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
