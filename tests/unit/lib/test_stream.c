#include "lib/stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "lib/stage.h"

#define HEADER "@batches/1\tbatch\tnew\tissued\tconsumed\tseen\tused\trevoked\n"
#define ROW "lab7\t1\t2\t3\t4\t5\t6\n"

/* A file with these bytes, at its start. */
static int
file_of(const char *bytes, size_t len)
{
	FILE *f = tmpfile();
	int fd;

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, len, f), len);
	assert_int_equal(fflush(f), 0);
	fd = dup(fileno(f));
	(void)fclose(f);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

/* What is said on stderr from here on goes to the file answered. */
static FILE *
listen_to_stderr(int *keep)
{
	FILE *said = tmpfile();

	assert_non_null(said);
	(void)fflush(stderr);
	*keep = dup(STDERR_FILENO);
	(void)dup2(fileno(said), STDERR_FILENO);
	return said;
}

static void
stop_listening(FILE *said, int keep, char *to, size_t cap)
{
	(void)fflush(stderr);
	(void)dup2(keep, STDERR_FILENO);
	close(keep);
	rewind(said);
	to[fread(to, 1, cap - 1, said)] = '\0';
	(void)fclose(said);
}

struct outcome {
	int end;        /* what the last stream_header or stream_next said */
	size_t streams; /* whole ones */
	size_t rows;    /* good ones */
	char said[512];
};

/* Reads all streams of the bytes to their end. */
static struct outcome
read_all(const char *bytes, size_t len)
{
	struct outcome o = { 0 };
	struct stream_in s;
	struct record r;
	int fd = file_of(bytes, len), keep;
	FILE *said = listen_to_stderr(&keep);

	stream_open(&s, fd, "in.tsv");
	while ((o.end = stream_header(&s)) == 1) {
		while ((o.end = stream_next(&s, &r)) == 1)
			o.rows++;
		if (o.end == -1)
			break;
		o.streams++;
	}
	stream_close(&s);
	close(fd);
	stop_listening(said, keep, o.said, sizeof(o.said));
	return o;
}

static struct outcome
read_text(const char *text)
{
	return read_all(text, strlen(text));
}

static void
streams_follow_one_another_in_one_input(void **state)
{
	struct outcome o = read_text(HEADER ROW ROW
	    "@end\t2\t0\n@map/1\tuuid\tfqdn\tsource\tseen\ttrust\tfrom\n"
	    "@end\t0\t0\n" HEADER ROW "@end\t1\t0\n");

	(void)state;
	assert_int_equal(o.end, 0);
	assert_int_equal(o.streams, 3);
	assert_int_equal(o.rows, 3);
	assert_string_equal(o.said, "");
}

static void
nothing_at_all_is_no_stream_and_said_so(void **state)
{
	struct outcome o = read_text("");

	(void)state;
	assert_int_equal(o.end, -1);
	assert_int_equal(o.streams, 0);
	assert_non_null(strstr(o.said,
	    "in.tsv: no stream in it (expected a line such as @keys/2)\n"));
}

static void
a_stream_cut_anywhere_is_broken(void **state)
{
	static const char whole[] = HEADER ROW ROW "@end\t2\t0\n";

	(void)state;
	for (size_t n = 1; n < sizeof(whole) - 1; n++) {
		struct outcome o = read_all(whole, n);

		assert_int_equal(o.end, -1);
		assert_int_equal(o.streams, 0);
		assert_non_null(strstr(o.said, "stream is cut"));
	}
	assert_int_equal(read_text(whole).streams, 1);
}

static void
a_count_that_disagrees_is_named_with_both_numbers(void **state)
{
	struct outcome o = read_text(HEADER ROW "@end\t2\t0\n");

	(void)state;
	assert_int_equal(o.end, -1);
	assert_non_null(strstr(o.said,
	    "in.tsv:3: records are missing (got 1, @end says 2)"));
}

static void
a_new_header_before_the_end_is_a_cut(void **state)
{
	struct outcome o = read_text(HEADER ROW HEADER "@end\t1\t0\n");

	(void)state;
	assert_int_equal(o.end, -1);
	assert_non_null(strstr(o.said, "in.tsv:3: stream is cut"));
}

static void
bad_records_are_counted_named_and_passed_over(void **state)
{
	uint64_t before = stage_refused();
	struct outcome o =
	    read_text(HEADER ROW "short\n" ROW "b\xfc\t\t\t\t\t\t\n"
	                         "@end\t4\t0\n");

	(void)state;
	assert_int_equal(o.end, 0);
	assert_int_equal(o.rows, 2);
	assert_int_equal(stage_refused() - before, 2);
	assert_non_null(strstr(o.said, "in.tsv:3: too few columns"));
	assert_non_null(strstr(o.said, "in.tsv:5: not UTF-8"));
}

/* A line of len bytes without its newline. */
static struct outcome
read_line_of(size_t len)
{
	char *text = malloc(sizeof(HEADER) + len + 100);
	struct outcome o;
	size_t n;

	assert_non_null(text);
	n = (size_t)sprintf(text, "%s", HEADER);
	memset(text + n, 'x', len - 6);
	n += len - 6;
	n += (size_t)sprintf(text + n, "\t\t\t\t\t\t\n@end\t1\t0\n");
	o = read_all(text, n);
	free(text);
	return o;
}

static void
a_line_may_be_as_long_as_the_ceiling_and_not_a_byte_more(void **state)
{
	struct outcome o = read_line_of(RECORD_LINE_MAX);

	(void)state;
	assert_int_equal(o.rows, 1);
	assert_int_equal(o.end, 0);
	o = read_line_of(RECORD_LINE_MAX + 1);
	assert_int_equal(o.end, -1);
	assert_non_null(
	    strstr(o.said, "in.tsv:2: line is longer than 65536 bytes"));
	/* The same when the newline is in the buffer by then, and far off. */
	assert_int_equal(read_line_of(RECORD_LINE_MAX + 2).end, -1);
	assert_int_equal(read_line_of(3 * RECORD_LINE_MAX).end, -1);
}

static void
many_records_pass_through_the_buffer(void **state)
{
	const size_t n = 20000;
	char *text = malloc(sizeof(HEADER) + n * sizeof(ROW) + 100), *p = text;
	struct outcome o;

	(void)state;
	assert_non_null(text);
	p += sprintf(p, "%s", HEADER);
	for (size_t i = 0; i < n; i++)
		p += sprintf(p, "%s", ROW);
	p += sprintf(p, "@end\t%zu\t0\n", n);
	o = read_all(text, (size_t)(p - text));
	assert_int_equal(o.rows, n);
	assert_int_equal(o.end, 0);
	free(text);
}

static void
count(const struct stream_in *s, const struct record *r, void *arg)
{
	size_t *n = arg;

	assert_ptr_equal(s->kind, &kind_batches);
	assert_string_equal(r->field[BATCHES_BATCH], "lab7");
	++*n;
}

static void
all_records_are_handed_over_and_earlier_refusals_counted(void **state)
{
	static const char text[] = HEADER ROW ROW
	    "@end\t2\t3\n" HEADER "@end\t0\t1\n" HEADER ROW "@end\t1\t0\n";
	const struct kind *kinds[] = { &kind_map, &kind_batches };
	int fd = file_of(text, sizeof(text) - 1);
	struct stream_in s;
	size_t n = 0;

	(void)state;
	stream_open(&s, fd, "in.tsv");
	assert_int_equal(stream_each(&s, kinds, 2, count, &n), 4);
	assert_int_equal(n, 3);
	stream_close(&s);
	close(fd);
}

static void
a_pipe_is_ready_when_there_is_a_line_or_the_end(void **state)
{
	struct stream_in s;
	struct record r;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	stream_open(&s, ends[0], "pipe");
	assert_false(stream_ready(&s, 0));
	assert_int_equal(write(ends[1], HEADER ROW ROW, strlen(HEADER ROW ROW)),
	    (ssize_t)strlen(HEADER ROW ROW));
	assert_true(stream_ready(&s, 0));
	assert_int_equal(stream_header(&s), 1);
	assert_int_equal(stream_next(&s, &r), 1);
	assert_true(stream_ready(&s, 0)); /* in the buffer */
	assert_int_equal(stream_next(&s, &r), 1);
	assert_false(stream_ready(&s, 0));
	close(ends[1]);
	assert_true(stream_ready(&s, 0));
	stream_close(&s);
	close(ends[0]);
}

static void
the_place_of_a_record_is_file_and_line(void **state)
{
	struct stream_in s;
	struct record r;
	char place[64];
	int fd = file_of(HEADER ROW ROW, strlen(HEADER ROW ROW));

	(void)state;
	stream_open(&s, fd, "in.tsv");
	assert_int_equal(stream_header(&s), 1);
	assert_ptr_equal(s.kind, &kind_batches);
	assert_int_equal(stream_next(&s, &r), 1);
	assert_string_equal(r.field[BATCHES_BATCH], "lab7");
	stream_place(&s, place, sizeof(place));
	assert_string_equal(place, "in.tsv:2");
	stream_close(&s);
	close(fd);
}

/* Writes a stream in a process of its own, as stdout is not ours to take. */
static void
write_stream(void)
{
	static const char *const row[] = { "lab\t7", "1", "2", "3", "4", "5",
		"6" };
	static char huge[RECORD_LINE_MAX + 1];
	const char *too_long[BATCHES_NCOLUMNS] = { huge };
	struct stream_out s;

	memset(huge, 'x', sizeof(huge) - 1);
	stream_begin(&s, &kind_batches, false);
	stream_write(&s, row);
	stream_write(&s, too_long);
	stream_write(&s, row);
	stream_end(&s, 3);
}

static void
what_is_written_says_at_its_end_what_was_refused(void **state)
{
	char got[1024];
	FILE *out = tmpfile();
	int status;
	pid_t pid;

	(void)state;
	assert_non_null(out);
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		uint64_t before = stage_refused();

		(void)dup2(fileno(out), STDOUT_FILENO);
		(void)dup2(fileno(out), STDERR_FILENO);
		(void)setvbuf(stdout, NULL, _IOLBF, 0);
		write_stream();
		_exit(stage_refused() == before + 1 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	rewind(out);
	got[fread(got, 1, sizeof(got) - 1, out)] = '\0';
	(void)fclose(out);
	assert_non_null(strstr(got, HEADER "lab\\t7\t1\t2\t3\t4\t5\t6\n"));
	assert_non_null(strstr(got, "record is longer than"));
	/* 3 refused before us, 2 in the tests above, 1 too long. */
	assert_non_null(strstr(got, "\n@end\t2\t6\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(streams_follow_one_another_in_one_input),
		cmocka_unit_test(nothing_at_all_is_no_stream_and_said_so),
		cmocka_unit_test(a_stream_cut_anywhere_is_broken),
		cmocka_unit_test(
		    a_count_that_disagrees_is_named_with_both_numbers),
		cmocka_unit_test(a_new_header_before_the_end_is_a_cut),
		cmocka_unit_test(bad_records_are_counted_named_and_passed_over),
		cmocka_unit_test(
		    a_line_may_be_as_long_as_the_ceiling_and_not_a_byte_more),
		cmocka_unit_test(
		    all_records_are_handed_over_and_earlier_refusals_counted),
		cmocka_unit_test(many_records_pass_through_the_buffer),
		cmocka_unit_test(
		    a_pipe_is_ready_when_there_is_a_line_or_the_end),
		cmocka_unit_test(the_place_of_a_record_is_file_and_line),
		cmocka_unit_test(
		    what_is_written_says_at_its_end_what_was_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
