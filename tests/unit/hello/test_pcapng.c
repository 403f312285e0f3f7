#include "hello/pcapng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Sections and what is in them, either order; link 1 in microseconds, link 113
 * with a resolution and an offset of its own. */
static const uint8_t section[] = { 0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d,
	0x3c, 0x2b, 0x1a, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255,
	28, 0, 0, 0 };
static const uint8_t section_big[] = { 0x0a, 0x0d, 0x0d, 0x0a, 0, 0, 0, 28,
	0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0, 255, 255, 255, 255, 255, 255, 255,
	255, 0, 0, 0, 28 };
static const uint8_t ethernet[] = { 1, 0, 0, 0, 20, 0, 0, 0, 1, 0, 0, 0, 0, 0,
	0, 0, 20, 0, 0, 0 };
static const uint8_t ethernet_big[] = { 0, 0, 0, 1, 0, 0, 0, 20, 0, 1, 0, 0, 0,
	0, 0, 2, 0, 0, 0, 20 };
/* 2 s and 5 units of 10^-9 on top of 100 s */
static const uint8_t cooked[] = { 1, 0, 0, 0, 40, 0, 0, 0, 113, 0, 0, 0, 0, 0,
	0, 0, 9, 0, 1, 0, 9, 0, 0, 0, 14, 0, 8, 0, 100, 0, 0, 0, 0, 0, 0, 0, 40,
	0, 0, 0 };
static const uint8_t packet[] = { 6, 0, 0, 0, 36, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0x40, 0x42, 0x0f, 0, 3, 0, 0, 0, 9, 0, 0, 0, 'h', 'e', 'y', 0, 36, 0,
	0, 0 };
static const uint8_t simple[] = { 3, 0, 0, 0, 20, 0, 0, 0, 3, 0, 0, 0, 'y', 'e',
	's', 0, 20, 0, 0, 0 };
static const uint8_t simple_big[] = { 0, 0, 0, 3, 0, 0, 0, 20, 0, 0, 0, 3, 'y',
	'e', 's', 0, 0, 0, 0, 20 };

static struct pcapng ng;
static struct pcapng_packet got;
static struct fault f;

static int
take(const uint8_t *block, size_t len)
{
	uint8_t *tight = malloc(len);
	static uint8_t kept[64];
	int ok = -1;

	memcpy(tight, block, len);
	if (pcapng_size(&ng, tight, &f) == len)
		ok = pcapng_take(&ng, &got, tight, len, &f);
	if (ok == 1) {
		memcpy(kept, got.bytes, got.len);
		got.bytes = kept;
	}
	free(tight);
	return ok;
}
#define TAKE(block) take(block, sizeof(block))

static void
packets_come_with_the_link_and_time_of_their_interface(void **state)
{
	uint8_t other[sizeof(packet)];

	(void)state;
	memset(&ng, 0, sizeof(ng));
	assert_int_equal(TAKE(section), 0);
	assert_int_equal(TAKE(ethernet), 0);
	assert_int_equal(TAKE(cooked), 0);
	assert_int_equal(TAKE(packet), 1);
	assert_int_equal(got.link, 1);
	assert_true(got.at_us == 1000000);
	assert_int_equal(got.len, 3);
	assert_memory_equal(got.bytes, "hey", 3);
	memcpy(other, packet, sizeof(other));
	other[8] = 1; /* interface; 10^6 of 10^-9 s */
	assert_int_equal(TAKE(other), 1);
	assert_int_equal(got.link, 113);
	assert_true(got.at_us == 100001000);
	assert_int_equal(TAKE(simple), 1);
	assert_int_equal(got.link, 1);
	assert_true(got.at_us == PCAPNG_NO_TIME);
	assert_memory_equal(got.bytes, "yes", 3);
	/* a new section has its own interfaces, order and limit */
	assert_int_equal(TAKE(section_big), 0);
	assert_int_equal(TAKE(simple_big), -1);
	assert_string_equal(f.why, "packet of no interface");
	assert_int_equal(TAKE(ethernet_big), 0);
	assert_int_equal(TAKE(simple_big), 1);
	assert_int_equal(got.len, 2);
}

/* The time of 3 * 2^32 units at this resolution, with an offset in seconds. */
static int64_t
at(uint8_t resolution, uint8_t offset_high)
{
	uint8_t interface[sizeof(cooked)], late[sizeof(packet)];

	memset(&ng, 0, sizeof(ng));
	memcpy(interface, cooked, sizeof(interface));
	memset(interface + 28, 0, 8);
	interface[20] = resolution;
	interface[35] = offset_high;
	memcpy(late, packet, sizeof(late));
	memset(late + 16, 0, 4);
	late[12] = 3;
	assert_int_equal(TAKE(section), 0);
	assert_int_equal(TAKE(interface), 0);
	assert_int_equal(TAKE(late), 1);
	return got.at_us;
}

static void
times_of_any_resolution_are_microseconds_or_none(void **state)
{
	const int64_t units = INT64_C(3) << 32;

	(void)state;
	assert_true(at(0, 0) == units * 1000000);
	assert_true(at(3, 0) == units * 1000);
	assert_true(at(6, 0) == units);
	assert_true(at(9, 0) == units / 1000);
	assert_true(at(19, 0) == 0);
	assert_true(at(20, 0) == PCAPNG_NO_TIME);
	assert_true(at(0x80 | 32, 0) == 3000000);
	assert_true(at(0x80 | 33, 0) == 1500000);
	assert_true(at(0x80 | 63, 0) == 0);
	assert_true(at(0x80 | 127, 0) == 0);
	assert_true(at(6, 0x40) == PCAPNG_NO_TIME);
	assert_true(at(6, 0x80) == PCAPNG_NO_TIME);
}

static void
blocks_that_contradict_are_refused(void **state)
{
	uint8_t copy[64];

	(void)state;
	memset(&ng, 0, sizeof(ng));
	assert_int_equal(TAKE(ethernet), -1);
	assert_string_equal(f.why, "does not begin with a section");
	memcpy(copy, section, sizeof(section));
	copy[8] = 0;
	assert_int_equal(take(copy, sizeof(section)), -1);
	assert_string_equal(f.why, "section without a byte order");
	assert_int_equal(TAKE(section), 0);
	assert_int_equal(TAKE(ethernet), 0);
	memcpy(copy, packet, sizeof(packet));
	copy[sizeof(packet) - 4] = 40;
	assert_int_equal(take(copy, sizeof(packet)), -1);
	assert_string_equal(f.why,
	    "block whose two lengths differ: the file is damaged");
	memcpy(copy, packet, sizeof(packet));
	copy[8] = 1;
	assert_int_equal(take(copy, sizeof(packet)), -1);
	assert_string_equal(f.why, "packet of no interface");
	copy[8] = 0;
	copy[20] = 5;
	assert_int_equal(take(copy, sizeof(packet)), -1);
	assert_string_equal(f.why, "packet is longer than its block");
	memcpy(copy, cooked, sizeof(cooked));
	copy[18] = 200; /* an option beyond the end */
	assert_int_equal(take(copy, sizeof(cooked)), -1);
	assert_string_equal(f.why, "interface is cut off");
	for (uint8_t size = 0; size < 12; size++) {
		memcpy(copy, packet, sizeof(packet));
		copy[4] = size;
		assert_int_equal(pcapng_size(&ng, copy, &f), 0);
	}
	copy[4] = 13;
	assert_int_equal(pcapng_size(&ng, copy, &f), 0);
	memcpy(copy + 4, "\0\0\0\1", 4);
	assert_int_equal(pcapng_size(&ng, copy, &f), PCAPNG_BLOCK_MAX);
	copy[4] = 4;
	assert_int_equal(pcapng_size(&ng, copy, &f), 0);
}

static void
there_is_a_ceiling_of_interfaces(void **state)
{
	(void)state;
	memset(&ng, 0, sizeof(ng));
	assert_int_equal(TAKE(section), 0);
	for (int i = 0; i < PCAPNG_INTERFACES_MAX; i++)
		assert_int_equal(TAKE(ethernet), 0);
	assert_int_equal(TAKE(ethernet), -1);
	assert_string_equal(f.why,
	    "too many interfaces (expected at most 1024)");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    packets_come_with_the_link_and_time_of_their_interface),
		cmocka_unit_test(
		    times_of_any_resolution_are_microseconds_or_none),
		cmocka_unit_test(blocks_that_contradict_are_refused),
		cmocka_unit_test(there_is_a_ceiling_of_interfaces),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
