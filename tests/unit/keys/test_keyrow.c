#include "keys/keyrow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define PID "0000037M"
#define PPS "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XJ"

static const struct keyrow_text good = { .pid = "0000-037m",
	.pps = PPS,
	.mebx_now = "admin",
	.mebx_next = "P@ssw0rd",
	.used = "0" };

static void
a_good_key_is_copied_in_our_spelling(void **state)
{
	struct keyrow k;
	struct fault f;

	(void)state;
	assert_int_equal(keyrow_read(&k, &good, &f), 0);
	assert_string_equal(k.pid, PID);
	assert_string_equal(k.pps, PPS);
	assert_string_equal(k.mebx_now, "admin");
	assert_string_equal(k.mebx_next, "P@ssw0rd");
	assert_false(k.used);
}

static void
passwords_and_used_may_be_missing_or_empty(void **state)
{
	struct keyrow_text t = { .pid = PID, .pps = PPS };
	struct keyrow k;
	struct fault f;

	(void)state;
	assert_int_equal(keyrow_read(&k, &t, &f), 0);
	assert_string_equal(k.mebx_now, "");
	assert_string_equal(k.mebx_next, "");
	t.mebx_now = t.mebx_next = t.used = "";
	assert_int_equal(keyrow_read(&k, &t, &f), 0);
	assert_false(k.used);
}

static void
used_is_0_or_1_in_words_too(void **state)
{
	static const char *const yes[] = { "1", "True", "TRUE" };
	static const char *const no[] = { "0", "False", "" };
	struct keyrow_text t = good;
	struct keyrow k;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		t.used = yes[i];
		assert_int_equal(keyrow_read(&k, &t, &f), 0);
		assert_true(k.used);
		t.used = no[i];
		assert_int_equal(keyrow_read(&k, &t, &f), 0);
		assert_false(k.used);
	}
	t.used = "2";
	assert_int_equal(keyrow_read(&k, &t, &f), -1);
	assert_string_equal(f.why,
	    "PID 0000037M: column used is neither 0 nor 1");
}

/* Refused for why, and nothing of the key is left behind but its PID. */
static void
refused(const struct keyrow_text *t, const char *why)
{
	struct keyrow k, none = { 0 };
	struct fault f;

	assert_int_equal(keyrow_read(&k, t, &f), -1);
	assert_string_equal(f.why, why);
	if (t->pid != NULL)
		pid_as_written(none.pid, t->pid, strlen(t->pid));
	assert_memory_equal(&k, &none, sizeof(k));
}

static void
a_fault_names_the_key_by_its_pid_and_shows_no_secret(void **state)
{
	struct keyrow_text t = good;

	(void)state;
	t.pps = "NKLDG5DCRRNQE9YZZIJL7LFLVJED69XK";
	refused(&t,
	    "PID 0000037M: PPS group 8 of 8: its check character is wrong");
	t.pps = "";
	refused(&t, "PID 0000037M: PPS is empty");
	t.pps = NULL;
	refused(&t, "PID 0000037M: PPS is empty");
	t = good;
	t.mebx_now = "Secret";
	refused(&t,
	    "PID 0000037M: current MEBx password is shorter than 8 "
	    "characters");
	t = good;
	t.mebx_next = "admin";
	refused(&t,
	    "PID 0000037M: new MEBx password is shorter than 8 "
	    "characters");
	t.mebx_next = "secretsecret";
	refused(&t,
	    "PID 0000037M: new MEBx password is too simple for the "
	    "MEBx (lacks an upper-case letter, a digit, a special "
	    "character other than _)");
}

static void
a_key_without_a_pid_is_refused(void **state)
{
	struct keyrow_text t = good;

	(void)state;
	t.pid = "";
	refused(&t, "PID is empty");
	t.pid = NULL;
	refused(&t, "PID is empty");
	t.pid = "0000037N";
	refused(&t,
	    "PID 0000037N: its check character is wrong (got N, "
	    "expected M)");
}

static void
the_longest_password_fits(void **state)
{
	struct keyrow_text t = good;
	struct keyrow k;
	struct fault f;

	(void)state;
	t.mebx_next = "Aa1!56789012345678901234567890xx";
	assert_int_equal(keyrow_read(&k, &t, &f), 0);
	assert_int_equal(strlen(k.mebx_next), 32);
	t.mebx_next = "Aa1!56789012345678901234567890xxx";
	refused(&t,
	    "PID 0000037M: new MEBx password is longer than 32 "
	    "characters");
}

static void
what_a_list_says_of_the_machine_becomes_one_line(void **state)
{
	char note[KEYROW_NOTE_MAX + 1] = "";

	(void)state;
	keyrow_note(note, "serial", "SN-0001");
	keyrow_note(note, "uuid", "");
	keyrow_note(note, "mac", NULL);
	keyrow_note(note, "order", "17\n18\x7f");
	keyrow_note(note, NULL, "second shelf");
	assert_string_equal(note, "serial=SN-0001; order=17 18 ; second shelf");
}

static void
a_long_note_is_cut_between_characters(void **state)
{
	char note[KEYROW_NOTE_MAX + 1] = "";
	char text[KEYROW_NOTE_MAX + 3];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[KEYROW_NOTE_MAX] = '\0';
	keyrow_note(note, NULL, text);
	assert_int_equal(strlen(note), KEYROW_NOTE_MAX);
	keyrow_note(note, "more", "of it");
	assert_int_equal(strlen(note), KEYROW_NOTE_MAX);
	/* Its last character has two bytes, of which one would fit. */
	memcpy(text + KEYROW_NOTE_MAX - 1, "\xc3\xa4", 3);
	note[0] = '\0';
	keyrow_note(note, NULL, text);
	assert_int_equal(strlen(note), KEYROW_NOTE_MAX - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_key_is_copied_in_our_spelling),
		cmocka_unit_test(passwords_and_used_may_be_missing_or_empty),
		cmocka_unit_test(used_is_0_or_1_in_words_too),
		cmocka_unit_test(
		    a_fault_names_the_key_by_its_pid_and_shows_no_secret),
		cmocka_unit_test(a_key_without_a_pid_is_refused),
		cmocka_unit_test(the_longest_password_fits),
		cmocka_unit_test(
		    what_a_list_says_of_the_machine_becomes_one_line),
		cmocka_unit_test(a_long_note_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
