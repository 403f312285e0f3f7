#include "keys/keysxml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PPS "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ"

static const char good[] =
    "<keys version='1'>\n"
    "<key pid='0000037M' pps='" PPS "' new-password='P@ss&lt;w0rd'/>\n"
    "<AMT_Key><PID> 0000000C </PID><pps>" PPS "</pps>"
    "<Serial>SN-1</Serial></AMT_Key>\n"
    "</keys>";

struct seen {
	size_t nkeys, nrefused;
	struct keyrow last;
	char refused[PID_LEN + 1]; /* PID of the last one */
	size_t line;
};

static void
take(void *arg, const struct keyrow *k, size_t line, const struct fault *bad)
{
	struct seen *s = arg;

	s->line = line;
	if (bad != NULL) {
		assert_int_equal(bad->at, line);
		(void)strcpy(s->refused, k->pid);
		assert_string_equal(k->pps, "");
		s->nrefused++;
		return;
	}
	s->last = *k;
	s->nkeys++;
}

/* In pieces of so many bytes. */
static int
read_all(struct seen *s, const char *xml, size_t len, size_t piece,
    struct fault *f)
{
	struct keysxml *x;
	int ok = 0;

	memset(s, 0, sizeof(*s));
	x = keysxml_new(take, s);
	assert_non_null(x);
	for (size_t at = 0; ok == 0 && at < len; at += piece)
		ok = keysxml_feed(x, xml + at,
		    piece < len - at ? piece : len - at, f);
	if (ok == 0)
		ok = keysxml_end(x, f);
	keysxml_free(x);
	return ok;
}

static void
a_list_is_read_whatever_its_pieces(void **state)
{
	(void)state;
	for (size_t piece = 1; piece <= sizeof(good); piece += 7) {
		struct seen s;
		struct fault f;

		assert_int_equal(read_all(&s, good, strlen(good), piece, &f),
		    0);
		assert_int_equal(s.nkeys, 2);
		assert_int_equal(s.nrefused, 0);
		assert_string_equal(s.last.pid, "0000000C");
		assert_string_equal(s.last.note, "serial=SN-1");
		assert_int_equal(s.line, 3);
	}
}

static void
no_part_of_a_list_is_taken_for_a_whole(void **state)
{
	struct seen s;
	struct fault f;

	(void)state;
	for (size_t len = 0; len < strlen(good); len++)
		assert_int_equal(read_all(&s, good, len, len + 1, &f), -1);
}

/* n of something between a head and a tail. */
static int
repeated(const char *head, const char *each, size_t n, const char *tail)
{
	bool number = strcmp(each, " a") == 0; /* an attribute */
	static char xml[65536];
	size_t len = (size_t)snprintf(xml, sizeof(xml), "%s", head);
	struct seen s;
	struct fault f;
	int ok;

	for (size_t i = 0; i < n; i++)
		len += number ? (size_t)snprintf(xml + len, sizeof(xml) - len,
		                    "%s%zu=''", each, i)
		              : (size_t)snprintf(xml + len, sizeof(xml) - len,
		                    "%s", each);
	len += (size_t)snprintf(xml + len, sizeof(xml) - len, "%s", tail);
	assert_true(len < sizeof(xml));
	ok = read_all(&s, xml, len, len, &f);
	return ok == -1 ? -1 : (int)s.nrefused;
}

static void
every_ceiling_holds_to_the_unit(void **state)
{
	(void)state;
	/* Attributes; the key itself lacks its PID. */
	assert_int_equal(repeated("<k><key", " a", 64, "/></k>"), 1);
	assert_int_equal(repeated("<k><key", " a", 65, "/></k>"), -1);
	/* Depth: the root and 15, unclosed but for those that count. */
	assert_int_equal(repeated("", "<a>", 16,
	                     "</a></a></a></a></a></a></a></a></a></a>"
	                     "</a></a></a></a></a></a>"),
	    0);
	assert_int_equal(repeated("", "<a>", 17,
	                     "</a></a></a></a></a></a></a></a></a></a>"
	                     "</a></a></a></a></a></a></a>"),
	    -1);
	/* Bytes without a '>', of which the tag's own begin takes some. */
	assert_int_equal(repeated("<k>", "x", KEYSXML_RUN_MAX - 3, "</k>"), 0);
	assert_int_equal(repeated("<k>", "x", KEYSXML_RUN_MAX - 2, "</k>"), -1);
	/* A value: the key is refused, the list goes on. */
	assert_int_equal(repeated("<k><key pid='0000037M' pps='" PPS "' "
	                          "note='",
	                     "x", KEYSXML_VALUE_MAX, "'/></k>"),
	    0);
	assert_int_equal(repeated("<k><key pid='0000037M' pps='" PPS "' "
	                          "note='",
	                     "x", KEYSXML_VALUE_MAX + 1, "'/></k>"),
	    1);
}

static void
a_refused_key_has_its_pid_if_that_can_be_read(void **state)
{
	static const struct {
		const char *xml, *pid;
	} rows[] = { { "<k><key pid='0000-037n' pps='" PPS "'/></k>",
		         "0000037N" },
		{ "<k><key pps='" PPS "' pps='x' pid='0000037M'/></k>", "" },
		{ "<k><key pid='0000037M'><pps>a<b/></pps></key></k>",
		    "0000037M" },
		{ "<k><key pid='" PPS "' pps='0000037M'/></k>", "" } };
	struct seen s;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)read_all(&s, rows[i].xml, strlen(rows[i].xml), 9, &f);
		assert_string_equal(s.refused, rows[i].pid);
		assert_int_equal(s.nkeys, 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_read_whatever_its_pieces),
		cmocka_unit_test(no_part_of_a_list_is_taken_for_a_whole),
		cmocka_unit_test(every_ceiling_holds_to_the_unit),
		cmocka_unit_test(a_refused_key_has_its_pid_if_that_can_be_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
