#include "hello/tcpflow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { KEEP = 64, MEMORY = 4 * KEEP };

/* What was told, one line a flow: "40002 closed hello" and what is odd. */
static char told[4096];

static void
note(const struct tcpflow *f, void *arg)
{
	static const char *const how[] = { "closed", "reset", "refused",
		"open" };
	size_t n = strlen(told);

	(void)arg;
	(void)snprintf(told + n, sizeof(told) - n, "%u %s %.*s%s%s%s @%llu\n",
	    (unsigned)f->from.port, how[f->how], (int)f->len,
	    (const char *)f->bytes, f->began ? "" : " headless",
	    f->hole ? " hole" : "", f->contradicted ? " contradicted" : "",
	    (unsigned long long)f->number);
}

static struct tcpflows *
begin(size_t nflows)
{
	struct tcpflows *t =
	    tcpflows_new(nflows, KEEP, MEMORY, 0x5eed, note, NULL);

	assert_non_null(t);
	told[0] = '\0';
	return t;
}

static uint64_t number;

static struct packet
make(unsigned port, uint32_t seq, unsigned flags, const char *data)
{
	return (struct packet){ .from = { .address = { 10, 9, 0, 2 },
		                    .port = (uint16_t)port },
		.to = { .address = { 10, 9, 0, 1 }, .port = 9971 },
		.seq = seq,
		.flags = (uint8_t)flags,
		.data = (const uint8_t *)data,
		.len = strlen(data) };
}

static void
say(struct tcpflows *t, unsigned port, uint32_t seq, unsigned flags,
    const char *data)
{
	const struct packet p = make(port, seq, flags, data);

	number++;
	assert_int_equal(tcpflows_take(t, &p, (int64_t)number * 1000000,
	                     number),
	    0);
}

static void
reply(struct tcpflows *t, unsigned port, unsigned flags)
{
	struct packet p = make(port, 0, flags, "");
	struct packet_end from = p.from;

	p.from = p.to;
	p.to = from;
	tcpflows_reply(t, &p);
}

static void
end(struct tcpflows *t, const char *want)
{
	tcpflows_end(t);
	tcpflows_free(t);
	assert_string_equal(told, want);
	number = 0;
}

/* The five packets of one connection: what each says. */
static void
say_nth(struct tcpflows *t, int n)
{
	static const struct {
		uint32_t seq;
		unsigned flags;
		const char *data;
	} all[] = { { 0xfffffffe, PACKET_SYN, "" }, { 0xffffffff, 0, "he" },
		{ 1, 0, "l" }, { 2, 0, "lo" }, { 4, PACKET_FIN, "" } };

	say(t, 40002, all[n].seq, all[n].flags, all[n].data);
}

/* All 120 orders, over the end of the sequence numbers; nothing is told before
 * the last packet, and everything with it. */
static void
segments_in_any_order_give_the_same_bytes(void **state)
{
	int order[5];

	(void)state;
	for (int code = 0; code < 5 * 5 * 5 * 5 * 5; code++) {
		unsigned seen = 0;
		struct tcpflows *t;

		for (int i = 0, c = code; i < 5; i++, c /= 5) {
			order[i] = c % 5;
			seen |= 1u << order[i];
		}
		if (seen != 31)
			continue;
		t = begin(4);
		for (int i = 0; i < 4; i++)
			say_nth(t, order[i]);
		assert_string_equal(told, "");
		say_nth(t, order[4]);
		assert_memory_equal(told, "40002 closed hello @", 20);
		say_nth(t, order[0]); /* once more: nothing */
		tcpflows_end(t);
		assert_string_equal(strchr(told, '\n'), "\n");
		tcpflows_free(t);
		number = 0;
	}
}

static void
what_comes_twice_counts_once_and_the_first_time(void **state)
{
	struct tcpflows *t = begin(4);

	(void)state;
	say(t, 40002, 100, PACKET_SYN, "");
	say(t, 40002, 100, PACKET_SYN, "");
	say(t, 40002, 101, 0, "he");
	say(t, 40002, 100, 0, "?"); /* is it still there? */
	say(t, 40002, 101, 0, "hell");
	say(t, 40002, 103, 0, "llo");
	say(t, 40002, 106, PACKET_FIN, "");
	end(t, "40002 closed hello @6\n");

	t = begin(4);
	say(t, 40002, 100, PACKET_SYN, "");
	say(t, 40002, 101, 0, "he");
	say(t, 40002, 101, PACKET_FIN, "hEllo");
	end(t, "40002 closed hello contradicted @3\n");
}

static void
a_missing_segment_is_a_hole(void **state)
{
	struct tcpflows *t = begin(4);
	struct packet p;

	(void)state;
	say(t, 40002, 100, PACKET_SYN, "");
	say(t, 40002, 101, 0, "he");
	say(t, 40002, 104, PACKET_FIN, "lo");
	assert_string_equal(told, ""); /* it may still come */
	say(t, 40003, 100, PACKET_SYN, "");
	say(t, 40003, 103, PACKET_FIN, "");
	p = make(40004, 101, PACKET_FIN, "he");
	p.missing = 3; /* the capture has no more of it */
	assert_int_equal(tcpflows_take(t, &p, 0, 6), 0);
	end(t,
	    "40002 open he hole @2\n40003 open  hole @4\n"
	    "40004 open he headless hole @6\n");
}

static void
a_capture_that_begins_late_or_ends_early_gives_what_it_has(void **state)
{
	struct tcpflows *t = begin(4);

	(void)state;
	say(t, 40002, 104, PACKET_FIN, "lo");
	say(t, 40002, 101, 0, "hel");
	say(t, 40003, 100, PACKET_SYN, "");
	say(t, 40003, 101, 0, "hello");
	say(t, 40004, 100, PACKET_SYN, "hello"); /* RFC 7413 */
	end(t,
	    "40002 closed hello headless @2\n40003 open hello @4\n"
	    "40004 open hello @5\n");
}

static void
resets_are_told_from_refusals(void **state)
{
	struct tcpflows *t = begin(4);

	(void)state;
	say(t, 40002, 100, PACKET_SYN, "");
	reply(t, 40002, PACKET_RST);
	say(t, 40003, 100, PACKET_SYN, "");
	reply(t, 40003, PACKET_SYN);
	say(t, 40003, 101, 0, "hello");
	say(t, 40003, 106, PACKET_RST, "");
	say(t, 40004, 100, PACKET_SYN, "");
	say(t, 40004, 101, 0, "he");
	reply(t, 40004, PACKET_RST);
	reply(t, 40009, PACKET_RST); /* whose? */
	end(t, "40002 refused  @1\n40003 reset hello @3\n40004 reset he @6\n");
}

static void
the_same_ports_again_are_another_connection(void **state)
{
	struct tcpflows *t = begin(4);

	(void)state;
	say(t, 40002, 100, PACKET_SYN, "");
	say(t, 40002, 101, PACKET_FIN, "one");
	say(t, 40002, 100, PACKET_SYN, ""); /* late */
	say(t, 40002, 9000, PACKET_SYN, "");
	say(t, 40002, 9001, 0, "two");
	say(t, 40002, 700, PACKET_SYN, ""); /* without an end of the second */
	say(t, 40002, 701, PACKET_FIN, "three");
	end(t,
	    "40002 closed one @2\n40002 open two @5\n40002 closed three "
	    "@7\n");
}

static void
the_quietest_goes_when_there_is_no_more_room(void **state)
{
	struct tcpflows *t = begin(2);

	(void)state;
	say(t, 40002, 101, 0, "a");
	say(t, 40003, 101, 0, "b");
	say(t, 40002, 102, 0, "c");
	say(t, 40004, 101, 0, "d");
	assert_string_equal(told, "40003 open b headless @2\n");
	end(t,
	    "40003 open b headless @2\n40002 open ac headless @3\n"
	    "40004 open d headless @4\n");
}

static void
a_flow_and_all_of_them_have_their_ceilings(void **state)
{
	static const char bytes[] =
	    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	struct tcpflows *t;

	(void)state;
	/* exactly what is kept, and one byte more */
	t = begin(8);
	say(t, 40002, 100, PACKET_SYN, "");
	say(t, 40002, 101, PACKET_FIN, bytes);
	say(t, 40003, 100, PACKET_SYN, "");
	say(t, 40003, 101, 0, bytes);
	say(t, 40003, 101 + KEEP, PACKET_FIN, "!");
	tcpflows_end(t);
	tcpflows_free(t);
	assert_non_null(strstr(told, "40002 closed 0123"));
	assert_null(strstr(told, "hole @2"));
	assert_non_null(strstr(told, "cdef hole @4\n"));
	/* everything once more is taken, and not once again */
	number = 0;
	t = begin(8);
	for (int i = 0; i < 3; i++)
		say(t, 40002, 101, 0, bytes);
	assert_string_equal(told, "");
	/* the memory of all: the quietest goes */
	say(t, 40003, 101, 0, bytes);
	say(t, 40004, 101, 0, bytes);
	assert_string_equal(told, "");
	say(t, 40005, 101, 0, "e");
	assert_memory_equal(told, "40002 open 0123", 15);
	tcpflows_end(t);
	tcpflows_free(t);
	/* so many segments, however small */
	number = 0;
	t = begin(8);
	say(t, 40002, 100, PACKET_SYN, "");
	for (int i = 0; i < TCPFLOW_SEGMENTS; i++)
		say(t, 40002, 101, 0, "");
	for (int i = 0; i < 2 * KEEP; i++)
		say(t, 40002, 101, 0, "x");
	say(t, 40002, 102, PACKET_FIN, "");
	end(t, "40002 closed x @1026\n");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(segments_in_any_order_give_the_same_bytes),
		cmocka_unit_test(
		    what_comes_twice_counts_once_and_the_first_time),
		cmocka_unit_test(a_missing_segment_is_a_hole),
		cmocka_unit_test(
		    a_capture_that_begins_late_or_ends_early_gives_what_it_has),
		cmocka_unit_test(resets_are_told_from_refusals),
		cmocka_unit_test(the_same_ports_again_are_another_connection),
		cmocka_unit_test(the_quietest_goes_when_there_is_no_more_room),
		cmocka_unit_test(a_flow_and_all_of_them_have_their_ceilings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
