#include "stick/bot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* READ(10) of one block, as 5.1 lays it out. */
static const struct bot_command read10 = { .tag = 0x04030201,
	.len = 512,
	.in = true,
	.lun = 1,
	.ncdb = 10,
	.cdb = { 0x28, 0, 0, 0, 0, 5, 0, 0, 1 } };

static const uint8_t good[BOT_CSW_LEN] = { 'U', 'S', 'B', 'S', 1, 2, 3, 4, 0, 1,
	0, 0, 0 };

/* A copy of exactly its length: a sanitizer guards its end. */
static int
decode(struct bot_status *s, const uint8_t *from, size_t len, struct fault *f)
{
	uint8_t *tight = malloc(len + (len == 0));
	int rc;

	assert_non_null(tight);
	memcpy(tight, from, len);
	rc = bot_csw_decode(s, &read10, tight, len, f);
	free(tight);
	return rc;
}

static void
a_command_has_its_31_bytes(void **state)
{
	static const uint8_t want[BOT_CBW_LEN] = { 'U', 'S', 'B', 'C', 1, 2, 3,
		4, 0, 2, 0, 0, 0x80, 1, 10, 0x28, 0, 0, 0, 0, 5, 0, 0, 1 };
	uint8_t out[BOT_CBW_LEN];
	struct bot_command c = read10;

	(void)state;
	memset(out, 0xff, sizeof(out));
	bot_cbw_encode(out, &c);
	assert_memory_equal(out, want, sizeof(want));
	c.in = false;
	bot_cbw_encode(out, &c);
	assert_int_equal(out[12], 0);
}

static void
a_status_is_taken_with_its_residue(void **state)
{
	uint8_t csw[BOT_CSW_LEN];
	struct bot_status s;
	struct fault f;

	(void)state;
	assert_int_equal(decode(&s, good, sizeof(good), &f), 0);
	assert_int_equal(s.result, BOT_PASSED);
	assert_int_equal(s.residue, 256);
	memcpy(csw, good, sizeof(csw));
	csw[12] = 1;
	csw[9] = 2; /* all of it */
	assert_int_equal(decode(&s, csw, sizeof(csw), &f), 0);
	assert_int_equal(s.result, BOT_FAILED);
	assert_int_equal(s.residue, 512);
}

static void
a_status_of_any_other_length_is_refused(void **state)
{
	uint8_t longer[BOT_CSW_LEN + 1] = { 0 };
	struct bot_status s;
	struct fault f;

	(void)state;
	for (size_t n = 0; n < sizeof(good); n++)
		assert_int_equal(decode(&s, good, n, &f), -1);
	memcpy(longer, good, sizeof(good));
	assert_int_equal(decode(&s, longer, sizeof(longer), &f), -1);
	assert_int_equal(f.at, BOT_CSW_LEN);
}

static void
a_status_that_is_not_valid_or_meaningful_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		size_t place;
	} rows[] = { { 0, 'X', 0 }, { 4, 9, 4 }, { 12, 3, 12 }, { 10, 1, 8 } };
	struct bot_status s;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t csw[BOT_CSW_LEN];

		memcpy(csw, good, sizeof(csw));
		csw[rows[i].at] = rows[i].value;
		assert_int_equal(decode(&s, csw, sizeof(csw), &f), -1);
		assert_int_equal(f.at, rows[i].place);
	}
}

static void
a_residue_means_nothing_after_a_phase_error(void **state)
{
	uint8_t csw[BOT_CSW_LEN];
	struct bot_status s;
	struct fault f;

	(void)state;
	memcpy(csw, good, sizeof(csw));
	csw[11] = 0xff;
	csw[12] = 2;
	assert_int_equal(decode(&s, csw, sizeof(csw), &f), 0);
	assert_int_equal(s.result, BOT_PHASE_ERROR);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_has_its_31_bytes),
		cmocka_unit_test(a_status_is_taken_with_its_residue),
		cmocka_unit_test(a_status_of_any_other_length_is_refused),
		cmocka_unit_test(
		    a_status_that_is_not_valid_or_meaningful_is_refused),
		cmocka_unit_test(a_residue_means_nothing_after_a_phase_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
