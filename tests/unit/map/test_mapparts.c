#include "map/mapparts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "lib/scratch.h"

#define MANY 100000

/* What came out of a join of many rows. */
struct seen {
	uint64_t order; /* a sum that depends on the order */
	uint8_t times[MANY];
	uint32_t nunnamed;
};

static void
note(void *arg, const struct mapjoin_pair *pair)
{
	struct seen *s = arg;
	char want[64];
	uint32_t i;

	memcpy(&i, pair->uuid, sizeof(i));
	assert_true(i < MANY);
	s->order = hash_bytes(s->order, &i, sizeof(i));
	s->times[i]++;
	if (pair->fqdn == NULL) {
		assert_int_equal(pair->file, 1);
		s->nunnamed++;
		return;
	}
	(void)snprintf(want, sizeof(want), "pc%u.example.com", i);
	assert_string_equal(pair->fqdn, want);
	assert_int_equal(pair->file, 0);
	assert_int_equal(pair->line, i + 5);
	(void)snprintf(want, sizeof(want), "model %u", i);
	assert_string_equal(pair->model, want);
	assert_string_equal(pair->serial, i % 2 == 0 ? "" : "SN");
}

/* The name of every machine but each hundredth, then every machine, the other
 * way round. */
static void
add_many(struct mapparts *p)
{
	static struct maprow row;
	struct fault f;

	for (uint32_t i = 0; i < MANY; i++) {
		if (i % 100 == 0)
			continue;
		row.has_uuid = false;
		row.about.serial[0] = '\0';
		row.key_len = (size_t)snprintf((char *)row.key, sizeof(row.key),
		    "resource %u of this inventory", i);
		(void)snprintf(row.fqdn, sizeof(row.fqdn), "pc%u.example.com",
		    i);
		(void)snprintf(row.about.model, sizeof(row.about.model),
		    "model %u", i);
		assert_int_equal(mapparts_add(p, &row, 0, i + 5, &f), 0);
	}
	for (uint32_t i = MANY; i-- > 0;) {
		row.about.model[0] = '\0';
		(void)snprintf(row.about.serial, sizeof(row.about.serial), "%s",
		    i % 2 == 0 ? "" : "SN");
		row.has_uuid = true;
		memcpy(row.uuid, &i, sizeof(i));
		row.key_len = (size_t)snprintf((char *)row.key, sizeof(row.key),
		    "resource %u of this inventory", i);
		row.fqdn[0] = '\0';
		assert_int_equal(mapparts_add(p, &row, 1, i + 5, &f), 0);
	}
}

static off_t
join_many(struct seen *s, size_t memory, uint8_t seed)
{
	const uint8_t bytes[16] = { seed };
	int fd = scratch_open("/tmp");
	struct mapparts *p = mapparts_new(bytes, memory, fd, "/tmp");
	struct mapjoin_count c;
	struct fault f;
	off_t len;

	memset(s, 0, sizeof(*s));
	mapparts_joined(p, true);
	add_many(p);
	assert_int_equal(mapparts_run(p, note, s, &c, &f), 0);
	assert_int_equal(c.npairs, MANY - MANY / 100);
	assert_int_equal(c.nunnamed, MANY / 100);
	assert_int_equal(s->nunnamed, MANY / 100);
	assert_int_equal(c.ndoubles + c.nunused + c.ncrowded, 0);
	for (uint32_t i = 0; i < MANY; i++)
		assert_int_equal(s->times[i], 1);
	mapparts_free(p);
	len = lseek(fd, 0, SEEK_END);
	close(fd);
	return len;
}

static void
many_rows_are_joined_right_in_memory_and_in_a_file(void **state)
{
	static struct seen held, filed;

	(void)state;
	assert_int_equal(join_many(&held, 64 << 20, 1), 0);
	/* The file, and another seed, make no difference. */
	assert_true(join_many(&filed, 8 << 20, 2) > 1 << 20);
	assert_int_equal(held.order, filed.order);
}

static uint32_t last_line;

static void
in_order(void *arg, const struct mapjoin_pair *pair)
{
	(void)arg;
	assert_int_equal(pair->line, last_line + 1);
	last_line++;
}

static void
few_rows_come_as_they_stand(void **state)
{
	static const uint8_t seed[16] = { 3 };
	struct mapparts *p = mapparts_new(seed, 8 << 20, -1, "nowhere");
	static struct maprow row = { .has_uuid = true, .fqdn = "a.b" };
	struct mapjoin_count c;
	struct fault f;

	(void)state;
	for (uint32_t i = 1; i <= 1000; i++) {
		memcpy(row.uuid, &i, sizeof(i));
		assert_int_equal(mapparts_add(p, &row, 0, i, &f), 0);
	}
	assert_int_equal(mapparts_run(p, in_order, NULL, &c, &f), 0);
	assert_int_equal(c.npairs, 1000);
	assert_int_equal(last_line, 1000);
	mapparts_free(p);
	mapparts_free(NULL);
}

static void
the_longest_row_and_the_last_line_are_kept(void **state)
{
	static const uint8_t seed[16] = { 4 };
	struct mapparts *p = mapparts_new(seed, 8 << 20, -1, "nowhere");
	static struct maprow row = { .has_uuid = true };
	struct mapjoin_count c;
	struct fault f;

	(void)state;
	row.key_len = 255;
	memset(row.key, 'k', row.key_len);
	memset(row.fqdn, 'a', DOMAIN_TEXT - 1);
	last_line = MAPJOIN_LINE_MAX - 1;
	assert_int_equal(mapparts_add(p, &row, 1, MAPJOIN_LINE_MAX, &f), 0);
	assert_int_equal(mapparts_add(p, &row, 1, MAPJOIN_LINE_MAX + 1, &f),
	    -1);
	assert_int_equal(mapparts_run(p, in_order, NULL, &c, &f), 0);
	assert_int_equal(last_line, MAPJOIN_LINE_MAX);
	mapparts_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    many_rows_are_joined_right_in_memory_and_in_a_file),
		cmocka_unit_test(few_rows_come_as_they_stand),
		cmocka_unit_test(the_longest_row_and_the_last_line_are_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
