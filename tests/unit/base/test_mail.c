#include "base/mail.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char smime[] =
    "Received: from mail.example.com\r\n\tby mx.example.net\r\n"
    "From: OEM <keys@example.com>\r\n"
    "Content-Type: application/pkcs7-mime;\r\n smime-type=signed-data\r\n\r\n"
    "Subject: in the body\r\n";
static const char mixed[] =
    "From keys@example.com Sun Nov 22 14:20:00 2026\n"
    "To: site@example.net\nSubject: keys\nMIME-Version: 1.0\n"
    "Content-Type: multipart/mixed;\n boundary=\"b\"\n\n"
    "--b\nContent-Type: text/plain\n\nname=none.csv\n"
    "--b\nContent-Type: application/pkcs7-mime; name=\"lab 7.p7m\"\n"
    "Content-Disposition: attachment;\n\tfilename=\"lab 7.p7m\"\n\nMII\n"
    "--b\ncontent-disposition: attachment; filename=a\x1b.csv; size=3\n\nx\n"
    "--b--\n";

static void
mails_are_told_from_lists(void **state)
{
	static const char *const others[] = { "", "pid,pps\nx,y\n",
		"Subject: one field is no mail\n\nx\n", "Note: x\nPID: y\n",
		"uuid fqdn\nFrom: a\nTo: b\n", "From: a\n\nTo: b\n", "From ",
		"From: a" };

	(void)state;
	assert_true(mail_is(smime, strlen(smime)));
	assert_true(mail_is(mixed, strlen(mixed)));
	assert_true(mail_is("\xef\xbb\xbf"
	                    "FROM: a\nto: b\n",
	    17));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(mail_is(others[i], strlen(others[i])));
}

static void
only_its_own_type_counts(void **state)
{
	(void)state;
	assert_true(mail_has_type(smime, strlen(smime), "pkcs7-mime"));
	assert_true(mail_has_type(smime, strlen(smime), "SIGNED-data"));
	assert_false(mail_has_type(smime, strlen(smime), "keys@"));
	assert_true(mail_has_type(mixed, strlen(mixed), "multipart/mixed"));
	assert_false(mail_has_type(mixed, strlen(mixed), "pkcs7-mime"));
	assert_false(mail_has_type("pid,pps\nContent-Type: pkcs7-mime\n", 33,
	    "pkcs7-mime"));
}

static void
attached_files_are_named_once_each_and_printable(void **state)
{
	char names[512], few[20];

	(void)state;
	assert_int_equal(mail_attachments(names, sizeof(names), mixed,
	                     strlen(mixed)),
	    2);
	assert_string_equal(names, "lab 7.p7m, a\\x1b.csv");
	assert_int_equal(mail_attachments(few, sizeof(few), mixed,
	                     strlen(mixed)),
	    2);
	assert_string_equal(few, "lab 7.p7m");
	assert_int_equal(mail_attachments(names, sizeof(names), smime,
	                     strlen(smime)),
	    0);
	assert_string_equal(names, "");
}

static void
every_beginning_can_be_looked_at(void **state)
{
	char names[64];

	(void)state;
	for (size_t n = 0; n < sizeof(mixed); n++) {
		char *tight = malloc(n + (n == 0));

		memcpy(tight, mixed, n);
		(void)mail_is(tight, n);
		(void)mail_has_type(tight, n, "multipart/signed");
		(void)mail_attachments(names, sizeof(names), tight, n);
		free(tight);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mails_are_told_from_lists),
		cmocka_unit_test(only_its_own_type_counts),
		cmocka_unit_test(
		    attached_files_are_named_once_each_and_printable),
		cmocka_unit_test(every_beginning_can_be_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
