/*
 * What source_read() reads may be a private key: of the smaller buffers that it
 * grew out of nothing is left in the heap.
 */
#include "lib/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define MARKS 4000 /* of 8 bytes: the buffer grows three times */

/* Eight bytes that are nowhere else: not even in the program as they are. */
static void
mark_make(uint8_t mark[8])
{
	static const uint8_t base[8] = "\x91\xe3\x5d\x7c\x08\xb6\x2f\xd4";

	for (size_t i = 0; i < 8; i++)
		mark[i] = base[i] ^ 0x5a;
}

/* How often the mark is between two addresses. */
static size_t
marks_between(const uint8_t *from, const uint8_t *to)
{
	uint8_t mark[8];
	size_t n = 0;

	mark_make(mark);
	for (const uint8_t *p = from; p + sizeof(mark) <= to; p++)
		n += memcmp(p, mark, sizeof(mark)) == 0;
	return n;
}

static size_t
marks_in_heap(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	size_t n = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from, to;

		if (strstr(line, "[heap]") != NULL &&
		    sscanf(line, "%lx-%lx", &from, &to) == 2)
			n += marks_between((const uint8_t *)from,
			    (const uint8_t *)to);
	}
	assert_int_equal(fclose(maps), 0);
	return n;
}

/* A hole in the heap that fits the first buffer: it must move to grow. */
static void *
heap_with_hole(void)
{
	void *hole = malloc(4096), *behind = malloc(4096);

	assert_non_null(hole);
	assert_non_null(behind);
	free(hole);
	return behind;
}

static void
what_it_grew_out_of_is_cleared(void **state)
{
	void *behind;
	uint8_t mark[8], *buf;
	size_t len;
	int ends[2];

	(void)state;
#if defined(__SANITIZE_ADDRESS__)
	skip(); /* freed memory is not the heap's there */
#endif
	mark_make(mark);
	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < MARKS; i++)
		assert_int_equal(write(ends[1], mark, 8), 8);
	assert_int_equal(close(ends[1]), 0);
	behind = heap_with_hole();
	source_read(ends[0], "marks", 1 << 20, &buf, &len);
	assert_int_equal(len, MARKS * 8);
	assert_int_equal(marks_in_heap(), MARKS);
	explicit_bzero(buf, len);
	assert_int_equal(marks_in_heap(), 0);
	free(buf);
	free(behind);
	assert_int_equal(close(ends[0]), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_grew_out_of_is_cleared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
