#include "base/rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include <cmocka.h>

/* What came out, as text: "1:a|b\n" a row, "2!why\n" a refusal. */
struct seen {
	char text[65536];
	size_t len;
	size_t nbefore; /* fields that the last bad row still has */
};

static void
put(struct seen *s, const char *text)
{
	size_t n = strlen(text);

	assert_true(s->len + n < sizeof(s->text));
	memcpy(s->text + s->len, text, n + 1);
	s->len += n;
}

static void
note(void *arg, const struct row *row, const struct fault *bad)
{
	struct seen *s = arg;
	char place[32];

	(void)snprintf(place, sizeof(place), "%zu%s", row->line,
	    bad == NULL ? ":" : "!");
	put(s, place);
	if (bad != NULL) {
		assert_int_equal(bad->at, row->line);
		put(s, bad->why);
		s->nbefore = row->nfields;
	}
	for (size_t i = 0; bad == NULL && i < row->nfields; i++) {
		put(s, i == 0 ? "" : "|");
		put(s, row->field[i]);
	}
	put(s, "\n");
}

/* Feeds text in pieces of step bytes; 0 or -1 and *f. */
static int
read_all(struct seen *s, const char *text, size_t len, size_t step,
    struct fault *f)
{
	struct rows *r = rows_new(note, s);
	int ok = 0;

	assert_non_null(r);
	s->len = 0;
	s->text[0] = '\0';
	for (size_t at = 0; ok == 0 && at < len; at += step) {
		size_t n = len - at < step ? len - at : step;
		char *tight = memcpy(malloc(n), text + at, n);

		ok = rows_feed(r, tight, n, f);
		free(tight);
	}
	if (ok == 0)
		ok = rows_end(r, f);
	rows_free(r);
	return ok;
}

/* Whatever the pieces, the same comes out. */
static void
gives(const char *text, size_t len, const char *want)
{
	static struct seen s;
	struct fault f;

	for (size_t step = 1; step <= len + 1; step += step < 9 ? 1 : len) {
		assert_int_equal(read_all(&s, text, len, step, &f), 0);
		assert_string_equal(s.text, want);
	}
}

#define GIVES(text, want) gives(text, sizeof(text) - 1, want)

static void
rows_come_with_the_line_they_begin_in(void **state)
{
	(void)state;
	GIVES("", "");
	GIVES("a,b\nc,d\n", "1:a|b\n2:c|d\n");
	GIVES("a,b\n\n \t\nc,d", "1:a|b\n4:c|d\n");
	GIVES("a,b\n,,\nc,d\n", "1:a|b\n3:c|d\n");
	GIVES("a,\"b\nB\n\"\nc,d\n", "1:a|b\nB\n\n4:c|d\n");
	GIVES("a,,\n", "1:a||\n");
}

static void
a_line_that_names_the_separator_is_no_row(void **state)
{
	(void)state;
	GIVES("sep=;\na,b;c\nd;e\n", "2:a,b|c\n3:d|e\n");
	GIVES("\"sep=\t\"\r\na,b\tc\r\n", "2:a,b|c\n");
	GIVES("\xef\xbb\xbfsep=,\r\na;b;c,d\r\n", "2:a;b;c|d\n");
	GIVES("\nsep=;\na;b\n", "3:a|b\n");
	/* These are rows. */
	GIVES("sep=;x\na;b\n", "1:sep=|x\n2:a|b\n");
	GIVES("sep=|\na|b\n", "1:sep=|\n2:a|b\n");
	GIVES("a;b\nsep=;\n", "1:a|b\n2:sep=|\n");
	GIVES("sep=", "1:sep=\n");
}

static void
the_type_that_powershell_writes_is_no_row(void **state)
{
	(void)state;
	GIVES("#TYPE System.Management.Automation.PSCustomObject\r\n"
	      "\"a\";\"b\"\r\n",
	    "2:a|b\n");
	GIVES("a;b\n#TYPE x\n", "1:a|b\n2:#TYPE x\n");
	GIVES("#TYPES,b\n", "1:#TYPES|b\n");
}

static void
line_ends_of_all_three_kinds_are_read(void **state)
{
	(void)state;
	GIVES("a,b\r\nc,d\r\n", "1:a|b\n2:c|d\n");
	GIVES("a,b\rc,d\r", "1:a|b\n2:c|d\n");
	GIVES("a,b\r\n\r\nc,\"d\r\nD\"\r\ne", "1:a|b\n3:c|d\r\nD\n5:e\n");
	GIVES("a\r\rb", "1:a\n3:b\n");
}

static void
the_separator_is_found_in_the_first_line(void **state)
{
	(void)state;
	GIVES("a;b,c;d\n1;2,5;3\n", "1:a|b,c|d\n2:1|2,5|3\n");
	GIVES("\n\na\tb\n1\t2\n", "3:a|b\n4:1|2\n");
	GIVES("\"a,b,c\";d\n1;2\n", "1:a,b,c|d\n2:1|2\n");
	GIVES("a\tb\tc\n1\t\t3\n", "1:a|b|c\n2:1||3\n");
	GIVES("alone\nx;y\n", "1:alone\n2:x;y\n");
}

static void
quotes_and_blanks_follow_rfc_4180(void **state)
{
	(void)state;
	GIVES("\"a\"\"b\",\" c \", d ,\"\"\n", "1:a\"b| c |d|\n");
}

static void
a_byte_order_mark_is_passed_over(void **state)
{
	(void)state;
	GIVES("\xef\xbb\xbf"
	      "a,b\n",
	    "1:a|b\n");
	GIVES("\xef\xbb\xbf\"a\",b\n", "1:a|b\n");
	GIVES("\xef\xbb\xbf", "");
	GIVES("a\n\xef\xbb\xbf"
	      "b\n",
	    "1:a\n2:\xef\xbb\xbf"
	    "b\n");
}

static void
utf_16_ends_the_reading(void **state)
{
	static struct seen s;
	struct fault f;

	(void)state;
	assert_int_equal(read_all(&s,
	                     "\xff\xfe"
	                     "a\0\n\0",
	                     6, 1, &f),
	    -1);
	assert_int_equal(f.at, 1);
	assert_string_equal(f.why,
	    "file is UTF-16 (got its byte order mark, "
	    "expected UTF-8; save it as \"CSV UTF-8\")");
	assert_int_equal(read_all(&s, "\xfe\xff\0a", 4, 4, &f), -1);
	assert_int_equal(read_all(&s, "a\0b\0\n\0", 6, 6, &f), -1);
	assert_string_equal(f.why,
	    "file has a NUL byte in its first line (is "
	    "this UTF-16? expected UTF-8)");
	assert_string_equal(s.text, "");
}

static void
latin_1_and_nul_cost_their_row_only(void **state)
{
	(void)state;
	GIVES("a,b\nx,M\xfcller\ny,z\n",
	    "1:a|b\n2!field 2 is not UTF-8 (byte 2 of it; is this "
	    "Latin-1? save it as UTF-8)\n3:y|z\n");
	GIVES("a,b\nx,M\xc3\xbcller\n", "1:a|b\n2:x|M\xc3\xbcller\n");
	GIVES("a,b\nx\0,y\ny,z\n", "1:a|b\n2!field 1 has a NUL byte\n3:y|z\n");
}

#define BAD_QUOTE                                                              \
	"row has a quote inside a field that is not quoted, or text after a "  \
	"closing quote\n"

static void
a_misplaced_quote_costs_one_row(void **state)
{
	(void)state;
	GIVES("a,b\nx,y\"z\ny,z\n", "1:a|b\n2!" BAD_QUOTE "3:y|z\n");
	GIVES("a,b\n\"x\"x,y\ny,z\n", "1:a|b\n2!" BAD_QUOTE "3:y|z\n");
}

static void
a_quote_without_its_end_costs_one_row(void **state)
{
	(void)state;
	GIVES("a,b\n\"x,y\ny,z\nq,r",
	    "1:a|b\n2!row has a quote that is never closed\n3:y|z\n4:q|r\n");
	/* The next quote seems to close it, and then text follows. */
	GIVES("a,b\n\"x,y\ny,\"z\"\nq,r\n",
	    "1:a|b\n2!" BAD_QUOTE "3:y|z\n4:q|r\n");
	GIVES("a\n\"", "1:a\n2!row has a quote that is never closed\n");
	GIVES("a\n\"b\n\"c\n\"d",
	    "1:a\n2!" BAD_QUOTE "3!" BAD_QUOTE
	    "4!row has a quote that is never closed\n");
}

/* A row of one field of n bytes between two others. */
static void
long_row(size_t n, const char *want)
{
	char *text = malloc(n + 16);

	memcpy(text, "a,b\n", 4);
	memset(text + 4, 'x', n);
	memcpy(text + 4 + n, "\ny,z\n", 5);
	gives(text, n + 9, want);
	free(text);
}

static void
a_field_holds_4096_bytes(void **state)
{
	char want[4200] = "1:a|b\n2:";

	(void)state;
	memset(want + 8, 'x', 4096);
	strcpy(want + 8 + 4096, "\n3:y|z\n");
	long_row(4096, want);
	long_row(4097,
	    "1:a|b\n2!field 1 is too long (got 4097 bytes, "
	    "expected at most 4096)\n3:y|z\n");
}

#define LONG_ROW                                                               \
	"1:a|b\n2!row is longer than 65536 bytes (does a quote in it lack "    \
	"its end?)\n3:y|z\n"

static void
a_row_holds_65536_bytes(void **state)
{
	static struct seen s;
	static char text[4 * ROWS_ROW_MAX];
	static const size_t steps[] = { 4096, 65536, 65537, sizeof(text) };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		/* With its line end: 65536 and 65537. */
		memcpy(text, "a,b\n", 4);
		memset(text + 4, 'x', 65535);
		memcpy(text + 4 + 65535, "\ny,z\n", 5);
		assert_int_equal(read_all(&s, text, 4 + 65535 + 5, steps[i],
		                     &f),
		    0);
		assert_string_equal(s.text,
		    "1:a|b\n2!field 1 is too long (got 65535 bytes, expected "
		    "at most 4096)\n3:y|z\n");
		memset(text + 4, 'x', 65536);
		memcpy(text + 4 + 65536, "\r\ny,z\n", 6);
		assert_int_equal(read_all(&s, text, 4 + 65536 + 6, steps[i],
		                     &f),
		    0);
		assert_string_equal(s.text, LONG_ROW);
		memset(text + 4, 'x', 200000);
		memcpy(text + 4 + 200000, "\r\ny,z\n", 6);
		assert_int_equal(read_all(&s, text, 4 + 200000 + 6, steps[i],
		                     &f),
		    0);
		assert_string_equal(s.text, LONG_ROW);
	}
}

static void
a_long_line_without_an_end_is_refused_once(void **state)
{
	static struct seen s;
	static char text[200000];
	struct fault f;

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(read_all(&s, text, sizeof(text), 5000, &f), 0);
	assert_string_equal(s.text,
	    "1!row is longer than 65536 bytes (does a quote in it lack its "
	    "end?)\n");
}

static void
a_line_beyond_16_mb_ends_the_file(void **state)
{
	static struct seen s;
	const size_t len = ROWS_LINE_MAX;
	char *text = malloc(len + 1);
	struct fault f;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	text[len - 1] = '\n';
	assert_int_equal(read_all(&s, text, len, 65536, &f), 0);
	text[len - 1] = 'x';
	text[len] = '\n';
	assert_int_equal(read_all(&s, text, len + 1, 65536, &f), -1);
	assert_int_equal(f.at, 1);
	assert_string_equal(f.why,
	    "line is longer than 16777216 bytes: not a list");
	free(text);
}

static void
a_bad_row_still_has_the_fields_before_what_is_wrong(void **state)
{
	static const struct {
		const char *text;
		size_t nbefore;
	} rows[] = { { "a,b\nc,\"d", 1 }, { "a,b\nc,d\"e,f\n", 1 },
		{ "a,b\n\"c", 0 }, { "a,b\nc,d,\xff,e\n", 2 } };
	struct seen s;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(read_all(&s, rows[i].text,
		                     strlen(rows[i].text), 1, &f),
		    0);
		assert_int_equal(s.nbefore, rows[i].nbefore);
	}
}

/* 4,000 lines after an open quote: each of them is still read. */
static void
an_open_quote_does_not_swallow_what_follows(void **state)
{
	static char text[4000 * 7 + 16];
	static const char first[] =
	    "1:a|b\n2!row has a quote that is never closed\n3:e|0000\n";
	struct fault f;
	static struct seen s;
	size_t len = 0;

	(void)state;
	len += (size_t)sprintf(text, "a,b\n\"c,d\n");
	for (int i = 0; i < 4000; i++)
		len += (size_t)sprintf(text + len, "e,%04d\n", i);
	assert_int_equal(read_all(&s, text, len, 1000, &f), 0);
	assert_ptr_equal(strstr(s.text, first), s.text);
	assert_non_null(strstr(s.text, "4002:e|3999\n"));
}

static void
a_row_has_at_most_64_fields(void **state)
{
	static struct seen s;
	char text[70];
	struct fault f;

	(void)state;
	memset(text, ',', sizeof(text));
	text[0] = 'a';
	text[64] = '\n'; /* 63 separators */
	assert_int_equal(read_all(&s, text, 65, 65, &f), 0);
	assert_int_equal(s.len, 2 + 1 + 63 + 1);
	text[64] = ',';
	text[65] = '\n';
	assert_int_equal(read_all(&s, text, 66, 66, &f), 0);
	assert_string_equal(s.text, "1!row has more than 64 fields\n");
}

static void
every_prefix_is_read_without_a_fault(void **state)
{
	static const char text[] =
	    "\xef\xbb\xbfpid;pps\r\n\"a\"\"\r\nb\";c\r\n;;x\r\"\n1;\"2\"";
	static struct seen s;
	struct fault f;

	(void)state;
	for (size_t n = 0; n < sizeof(text); n++) {
		assert_int_equal(read_all(&s, text, n, n + 1, &f), 0);
		assert_int_equal(read_all(&s, text, n, 1, &f), 0);
	}
}

static void
a_ragged_row_is_told_by_its_count(void **state)
{
	struct row row = { .line = 7, .nfields = 3 };
	struct fault f;

	(void)state;
	assert_int_equal(row_expect(&row, 3, &f), 0);
	assert_int_equal(row_expect(&row, 4, &f), -1);
	assert_int_equal(f.at, 7);
	assert_string_equal(f.why,
	    "row has the wrong number of fields (got "
	    "3, expected 4)");
}

/* What libcsv itself makes of a line. */
struct peer {
	struct seen *seen;
	size_t line;
	char text[256];
	bool any;
};

static void
peer_field(void *data, size_t len, void *arg)
{
	struct peer *p = arg;
	size_t at = strlen(p->text);

	(void)snprintf(p->text + at, sizeof(p->text) - at, "%s%.*s",
	    at == 0 ? "" : "|", (int)len, (const char *)data);
	if (at == 0)
		(void)snprintf(p->text, sizeof(p->text), "%zu:%.*s", p->line,
		    (int)len, (const char *)data);
	p->any = p->any || len != 0;
}

static void
peer_row(int end, void *arg)
{
	struct peer *p = arg;

	(void)end;
	if (p->any) {
		put(p->seen, p->text);
		put(p->seen, "\n");
	}
	p->text[0] = '\0';
	p->any = false;
}

static void
lines_without_quotes_are_what_libcsv_makes_of_them(void **state)
{
	static const char marks[] = ",;\t", bytes[] = "ab \t,; \t,;";
	static struct seen ours, theirs;

	(void)state;
	for (unsigned seed = 0; seed < 300; seed++) {
		char text[2048], mark = marks[seed % 3];
		struct peer p = { .seen = &theirs };
		struct csv_parser csv;
		struct fault f;
		size_t len;

		srand(seed);
		len = (size_t)snprintf(text, sizeof(text), "x%cy\n", mark);
		while (len < 1000) {
			for (int n = rand() % 12; n > 0; n--)
				text[len++] = bytes[rand() % 10];
			text[len++] = '\n';
		}
		assert_int_equal(read_all(&ours, text, len, 77, &f), 0);
		theirs.len = 0;
		assert_int_equal(csv_init(&csv, CSV_STRICT), 0);
		csv_set_delim(&csv, (unsigned char)mark);
		for (size_t at = 0, n; at < len; at += n) {
			n = strcspn(text + at, "\n") + 1;
			p.line++;
			assert_int_equal(csv_parse(&csv, text + at, n,
			                     peer_field, peer_row, &p),
			    n);
		}
		csv_free(&csv);
		assert_string_equal(ours.text, theirs.text);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_with_the_line_they_begin_in),
		cmocka_unit_test(a_line_that_names_the_separator_is_no_row),
		cmocka_unit_test(the_type_that_powershell_writes_is_no_row),
		cmocka_unit_test(line_ends_of_all_three_kinds_are_read),
		cmocka_unit_test(the_separator_is_found_in_the_first_line),
		cmocka_unit_test(quotes_and_blanks_follow_rfc_4180),
		cmocka_unit_test(
		    lines_without_quotes_are_what_libcsv_makes_of_them),
		cmocka_unit_test(a_byte_order_mark_is_passed_over),
		cmocka_unit_test(utf_16_ends_the_reading),
		cmocka_unit_test(latin_1_and_nul_cost_their_row_only),
		cmocka_unit_test(a_misplaced_quote_costs_one_row),
		cmocka_unit_test(a_quote_without_its_end_costs_one_row),
		cmocka_unit_test(a_field_holds_4096_bytes),
		cmocka_unit_test(a_row_holds_65536_bytes),
		cmocka_unit_test(a_line_beyond_16_mb_ends_the_file),
		cmocka_unit_test(a_long_line_without_an_end_is_refused_once),
		cmocka_unit_test(
		    a_bad_row_still_has_the_fields_before_what_is_wrong),
		cmocka_unit_test(an_open_quote_does_not_swallow_what_follows),
		cmocka_unit_test(a_row_has_at_most_64_fields),
		cmocka_unit_test(every_prefix_is_read_without_a_fault),
		cmocka_unit_test(a_ragged_row_is_told_by_its_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
