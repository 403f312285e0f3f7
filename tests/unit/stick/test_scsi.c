#include "stick/scsi.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A copy of exactly its length: a sanitizer guards its end. */
static uint8_t *
tight(const uint8_t *from, size_t len)
{
	uint8_t *to = malloc(len + (len == 0));

	assert_non_null(to);
	memcpy(to, from, len);
	return to;
}

static void
assert_cdb(const struct bot_command *c, const uint8_t *want, uint8_t n)
{
	assert_int_equal(c->ncdb, n);
	assert_memory_equal(c->cdb, want, n);
}

static void
reads_and_writes_have_32_bits_or_64_as_they_need(void **state)
{
	static const uint8_t read10[] = { 0x28, 0, 0xff, 0xff, 0xff, 0xff, 0, 0,
		1, 0 };
	static const uint8_t read16[] = { 0x88, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff,
		0xff, 0, 0, 0, 2, 0, 0 };
	static const uint8_t write16[] = { 0x8a, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0,
		0, 0, 128, 0, 0 };
	static const uint8_t write10[] = { 0x2a, 0, 1, 2, 3, 4, 0, 0, 128, 0 };
	struct bot_command c;

	(void)state;
	scsi_read(&c, UINT32_MAX, 1, 512);
	assert_cdb(&c, read10, 10);
	assert_true(c.in);
	assert_int_equal(c.len, 512);
	scsi_read(&c, UINT32_MAX, 2, 4096);
	assert_cdb(&c, read16, 16);
	assert_int_equal(c.len, 8192);
	scsi_write(&c, UINT64_C(1) << 32, 128, 512);
	assert_cdb(&c, write16, 16);
	assert_false(c.in);
	scsi_write(&c, 0x01020304, 128, 512);
	assert_cdb(&c, write10, 10);
	assert_int_equal(c.len, 65536);
}

static void
the_other_commands_ask_for_what_their_replies_have(void **state)
{
	static const uint8_t inquiry[] = { 0x12, 0, 0, 0, 36, 0 };
	static const uint8_t serial[] = { 0x12, 1, 0x80, 0, 252, 0 };
	static const uint8_t sense[] = { 3, 0, 0, 0, 18, 0 };
	static const uint8_t mode[] = { 0x1a, 0, 0x3f, 0, 192, 0 };
	static const uint8_t capacity16[] = { 0x9e, 0x10, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 32, 0, 0 };
	struct bot_command c;

	(void)state;
	scsi_inquiry(&c);
	assert_cdb(&c, inquiry, 6);
	assert_int_equal(c.len, 36);
	scsi_inquiry_serial(&c);
	assert_cdb(&c, serial, 6);
	scsi_request_sense(&c);
	assert_cdb(&c, sense, 6);
	scsi_mode_sense(&c);
	assert_cdb(&c, mode, 6);
	scsi_read_capacity16(&c);
	assert_cdb(&c, capacity16, 16);
	assert_int_equal(c.len, 32);
	scsi_read_capacity10(&c);
	assert_int_equal(c.cdb[0], 0x25);
	assert_int_equal(c.len, 8);
	scsi_test_unit_ready(&c);
	assert_int_equal(c.len, 0);
	scsi_synchronize_cache(&c);
	assert_int_equal(c.cdb[0], 0x35);
	assert_int_equal(c.len, 0);
}

static void
an_identity_is_taken_without_its_padding(void **state)
{
	uint8_t reply[SCSI_INQUIRY_LEN] = { 0, 0x80, 4, 2, 31 };
	struct scsi_identity id;
	struct fault f;

	(void)state;
	memcpy(reply + 8, "Example ", 8);
	memcpy(reply + 16, " St\x1b\x63k", 6); /* and ten NULs */
	memcpy(reply + 32, "1.00", 4);
	assert_int_equal(scsi_identity_decode(&id, reply, sizeof(reply), &f),
	    0);
	assert_true(id.disk);
	assert_true(id.removable);
	assert_string_equal(id.vendor, "Example");
	assert_string_equal(id.product, "St?ck");
	reply[0] = 5; /* CD */
	reply[1] = 0;
	assert_int_equal(scsi_identity_decode(&id, reply, sizeof(reply), &f),
	    0);
	assert_false(id.disk);
	assert_false(id.removable);
	for (size_t n = 0; n < sizeof(reply); n++) {
		uint8_t *p = tight(reply, n);

		assert_int_equal(scsi_identity_decode(&id, p, n, &f), -1);
		free(p);
	}
}

static void
a_serial_is_taken_and_never_beyond_its_reply(void **state)
{
	static const uint8_t reply[] = { 0, 0x80, 0, 6, ' ', 'A', 'B', '1',
		0x80, ' ' };
	char serial[SCSI_SERIAL_LEN + 1];
	uint8_t full[SCSI_SERIAL_LEN];
	struct fault f;

	(void)state;
	assert_int_equal(scsi_serial_decode(serial, reply, sizeof(reply), &f),
	    0);
	assert_string_equal(serial, "AB1?");
	for (size_t n = 0; n < sizeof(reply); n++) {
		uint8_t *p = tight(reply, n);

		assert_int_equal(scsi_serial_decode(serial, p, n, &f), -1);
		free(p);
	}
	memset(full, 'x', sizeof(full));
	memcpy(full, "\0\x80\xff\xff", 4);
	assert_int_equal(scsi_serial_decode(serial, full, sizeof(full), &f), 0);
	assert_int_equal(strlen(serial), SCSI_SERIAL_LEN - 4);
	full[1] = 0x83;
	assert_int_equal(scsi_serial_decode(serial, full, sizeof(full), &f),
	    -1);
}

static void
a_capacity_is_one_more_than_the_last_block(void **state)
{
	static const uint8_t small[] = { 0, 0, 0xff, 0xff, 0, 0, 2, 0 };
	static const uint8_t large[] = { 0xff, 0xff, 0xff, 0xff, 0, 0, 2, 0 };
	uint8_t wide[32] = { 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0x10, 0 };
	struct scsi_capacity cap;
	struct fault f;
	bool larger;

	(void)state;
	assert_int_equal(scsi_capacity10_decode(&cap, &larger, small, 8, &f),
	    0);
	assert_false(larger);
	assert_int_equal(cap.nblocks, 65536);
	assert_int_equal(cap.block, 512);
	assert_int_equal(scsi_capacity10_decode(&cap, &larger, large, 8, &f),
	    0);
	assert_true(larger);
	assert_int_equal(scsi_capacity16_decode(&cap, wide, 32, &f), 0);
	assert_int_equal(cap.nblocks, (UINT64_C(2) << 32) + 1);
	assert_int_equal(cap.block, 4096);
	for (size_t n = 0; n < 12; n++) {
		uint8_t *p = tight(wide, n);

		assert_int_equal(scsi_capacity16_decode(&cap, p, n, &f), -1);
		if (n < 8)
			assert_int_equal(scsi_capacity10_decode(&cap, &larger,
			                     p, n, &f),
			    -1);
		free(p);
	}
}

static void
sizes_that_no_stick_has_are_refused(void **state)
{
	static const uint32_t bad[] = { 0, 256, 511, 513, 520, 8192 };
	struct scsi_capacity cap;
	struct fault f;
	uint8_t reply[12] = { 0 };
	bool larger;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		reply[6] = (uint8_t)(bad[i] >> 8);
		reply[7] = (uint8_t)bad[i];
		assert_int_equal(scsi_capacity10_decode(&cap, &larger, reply, 8,
		                     &f),
		    -1);
		assert_int_equal(f.at, 4);
	}
	/* Offsets have 63 bits: 2^54 blocks of 512 bytes are one too many. */
	memcpy(reply, "\x00\x3f\xff\xff\xff\xff\xff\xff\0\0\2\0", 12);
	assert_int_equal(scsi_capacity16_decode(&cap, reply, 12, &f), -1);
	memcpy(reply, "\x00\x3f\xff\xff\xff\xff\xff\xfe\0\0\2\0", 12);
	assert_int_equal(scsi_capacity16_decode(&cap, reply, 12, &f), 0);
	memset(reply, 0xff, 8);
	assert_int_equal(scsi_capacity16_decode(&cap, reply, 12, &f), -1);
}

static void
write_protection_is_a_bit_of_the_mode_header(void **state)
{
	static const uint8_t reply[] = { 3, 0, 0x80, 0 };
	struct fault f;
	bool on;

	(void)state;
	assert_int_equal(scsi_protected_decode(&on, reply, 4, &f), 0);
	assert_true(on);
	assert_int_equal(scsi_protected_decode(&on,
	                     (const uint8_t *)"\3\0\x10\0", 4, &f),
	    0);
	assert_false(on);
	for (size_t n = 0; n < 3; n++) {
		uint8_t *p = tight(reply, n);

		assert_int_equal(scsi_protected_decode(&on, p, n, &f), -1);
		free(p);
	}
}

static void
fixed_sense_gives_key_codes_and_block(void **state)
{
	uint8_t reply[SCSI_SENSE_LEN] = { 0xf0, 0, 3, 0, 0, 4, 0, 10, 0, 0, 0,
		0, 0x11, 1 };
	struct scsi_sense s;
	struct fault f;

	(void)state;
	assert_int_equal(scsi_sense_decode(&s, reply, sizeof(reply), &f), 0);
	assert_int_equal(s.key, SCSI_MEDIUM_ERROR);
	assert_int_equal(s.asc, 0x11);
	assert_int_equal(s.ascq, 1);
	assert_true(s.lba_known);
	assert_int_equal(s.lba, 1024);
	assert_string_equal(scsi_sense_text(&s), "unrecovered read error");
	reply[0] = 0x70;
	assert_int_equal(scsi_sense_decode(&s, reply, sizeof(reply), &f), 0);
	assert_false(s.lba_known);
	/* What is cut off after the key says less, not nothing. */
	for (size_t n = 0; n < sizeof(reply); n++) {
		uint8_t *p = tight(reply, n);

		assert_int_equal(scsi_sense_decode(&s, p, n, &f),
		    n < 3 ? -1 : 0);
		if (n >= 3 && n < 13)
			assert_string_equal(scsi_sense_text(&s),
			    "medium error");
		free(p);
	}
}

static void
descriptor_sense_gives_the_same(void **state)
{
	static const uint8_t reply[] = { 0x72, 3, 0x0c, 2, 0, 0, 0, 16, 4, 2, 9,
		9, 0, 10, 0x80, 0, 0, 0, 0, 1, 0, 0, 0, 7 };
	struct scsi_sense s;
	struct fault f;

	(void)state;
	assert_int_equal(scsi_sense_decode(&s, reply, sizeof(reply), &f), 0);
	assert_int_equal(s.key, SCSI_MEDIUM_ERROR);
	assert_int_equal(s.asc, 0x0c);
	assert_true(s.lba_known);
	assert_int_equal(s.lba, (UINT64_C(1) << 32) + 7);
	for (size_t n = 0; n < sizeof(reply); n++) {
		uint8_t *p = tight(reply, n);

		assert_int_equal(scsi_sense_decode(&s, p, n, &f),
		    n < 8 ? -1 : 0);
		assert_false(s.lba_known);
		free(p);
	}
	assert_int_equal(scsi_sense_decode(&s, (const uint8_t *)"\x7f\0\3", 3,
	                     &f),
	    -1);
}

static void
every_sense_has_words_and_some_pass_by_themselves(void **state)
{
	struct scsi_sense s = { 0 };

	(void)state;
	for (unsigned key = 0; key < 16; key++)
		for (unsigned asc = 0; asc < 256; asc++) {
			s = (struct scsi_sense){ .key = (uint8_t)key,
				.asc = (uint8_t)asc };
			assert_true(strlen(scsi_sense_text(&s)) > 3);
			assert_int_equal(scsi_becoming_ready(&s),
			    key == 2 && asc == 4);
		}
	s = (struct scsi_sense){ .key = 2, .asc = 4, .ascq = 1 };
	assert_true(scsi_becoming_ready(&s));
	assert_string_equal(scsi_sense_text(&s), "becoming ready");
	s.ascq = 3; /* a person must help */
	assert_false(scsi_becoming_ready(&s));
	s = (struct scsi_sense){ .key = 7, .asc = 0x27 };
	assert_string_equal(scsi_sense_text(&s), "write protected");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    reads_and_writes_have_32_bits_or_64_as_they_need),
		cmocka_unit_test(
		    the_other_commands_ask_for_what_their_replies_have),
		cmocka_unit_test(an_identity_is_taken_without_its_padding),
		cmocka_unit_test(a_serial_is_taken_and_never_beyond_its_reply),
		cmocka_unit_test(a_capacity_is_one_more_than_the_last_block),
		cmocka_unit_test(sizes_that_no_stick_has_are_refused),
		cmocka_unit_test(write_protection_is_a_bit_of_the_mode_header),
		cmocka_unit_test(fixed_sense_gives_key_codes_and_block),
		cmocka_unit_test(descriptor_sense_gives_the_same),
		cmocka_unit_test(
		    every_sense_has_words_and_some_pass_by_themselves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
