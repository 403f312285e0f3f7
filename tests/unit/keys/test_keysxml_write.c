#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "keys/keysxml_write.h"

static const struct keyrow_text key = {
	.pid = "0000037M",
	.pps = "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ",
	.mebx_now = "admin",
	.mebx_next = "P@ss\t<w>&0rd",
	.note = "serial=SN-1",
};

static const char text[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<keys version=\"1\" batch=\"lab&quot;7\">\n"
    " <key pid=\"0000037M\" pps=\"NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ\" "
    "current-password=\"admin\" new-password=\"P@ss&#9;&lt;w&gt;&amp;0rd\" "
    "note=\"serial=SN-1\"/>\n"
    "</keys>\n";

static void
put_all(struct writer *w)
{
	keysxml_put_head(w, "lab\"7");
	keysxml_put_key(w, &key);
	keysxml_put_tail(w);
}

static void
a_list_is_written_with_every_markup_character_escaped(void **state)
{
	uint8_t buf[512];
	struct writer w = { .base = buf, .cap = sizeof(buf) };

	(void)state;
	put_all(&w);
	assert_int_equal(writer_done(&w), 0);
	assert_int_equal(w.len, sizeof(text) - 1);
	assert_memory_equal(buf, text, w.len);
}

static void
a_buffer_one_byte_short_is_told(void **state)
{
	uint8_t buf[sizeof(text) - 2];
	struct writer w = { .base = buf, .cap = sizeof(buf) };

	(void)state;
	put_all(&w);
	assert_int_equal(writer_done(&w), -1);
}

static void
unknown_passwords_have_no_attribute(void **state)
{
	static const char want[] = " <key pid=\"0000037M\" pps=\"X\"/>\n";
	const struct keyrow_text k = { .pid = "0000037M",
		.pps = "X",
		.mebx_now = "" };
	uint8_t buf[512];
	struct writer w = { .base = buf, .cap = sizeof(buf) };

	(void)state;
	keysxml_put_key(&w, &k);
	assert_int_equal(w.len, sizeof(want) - 1);
	assert_memory_equal(buf, want, w.len);
}

static void
what_xml_cannot_say_becomes_the_replacement_character(void **state)
{
	static const char want[] = " batch=\"a\xef\xbf\xbd"
	                           "b\">\n";
	uint8_t buf[512];
	struct writer w = { .base = buf, .cap = sizeof(buf) };

	(void)state;
	keysxml_put_head(&w,
	    "a\x01"
	    "b");
	assert_memory_equal(buf + w.len - (sizeof(want) - 1), want,
	    sizeof(want) - 1);
}

/* With what takes most room once it is escaped. */
static void
fill(char *s, size_t cap)
{
	memset(s, '"', cap - 1);
	s[cap - 1] = '\0';
}

static void
no_line_of_a_legal_key_is_longer_than_its_ceiling(void **state)
{
	char pps[PPS_LEN + 1], password[PASSWORD_MAX + 1];
	char note[KEYROW_NOTE_MAX + 1];
	const struct keyrow_text k = { .pid = "\"\"\"\"\"\"\"\"",
		.pps = pps,
		.mebx_now = password,
		.mebx_next = password,
		.note = note };
	uint8_t buf[KEYSXML_LINE_MAX];
	struct writer w = { .base = buf, .cap = sizeof(buf) };

	(void)state;
	fill(pps, sizeof(pps));
	fill(password, sizeof(password));
	fill(note, sizeof(note));
	keysxml_put_key(&w, &k);
	assert_int_equal(writer_done(&w), 0);
	assert_true(w.len > 6 * 359);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    a_list_is_written_with_every_markup_character_escaped),
		cmocka_unit_test(a_buffer_one_byte_short_is_told),
		cmocka_unit_test(unknown_passwords_have_no_attribute),
		cmocka_unit_test(
		    what_xml_cannot_say_becomes_the_replacement_character),
		cmocka_unit_test(
		    no_line_of_a_legal_key_is_longer_than_its_ceiling),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
