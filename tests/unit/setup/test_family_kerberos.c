/*
 * AMT_KerberosSettingData: family_kerberos.
 */
#include "setup/family_use.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "amt/wsman.h"
#include "setup_family.h"

#define CLASS "AMT_KerberosSettingData"
#define HEAD                                                                   \
	"<g:ElementName>Intel(r) AMT: Kerberos Settings</g:ElementName>"       \
	"<g:InstanceID>Intel (r) AMT: Kerberos Settings</g:InstanceID>"
#define SECRET "Pass&<phrase>"
#define KEY "AAECAwQFBgcICQoLDA0ODw=="

static struct family_machine machine;

/* As captured of a machine that nobody has set (profile.md, 14a). */
static struct family_machine *
new_machine(void)
{
	machine = (struct family_machine){ .n = 0 };
	(void)family_add(&machine, CLASS, "Intel (r) AMT: Kerberos Settings",
	    HEAD "<g:KrbEnabled>false</g:KrbEnabled>"
	         "<g:SupportedEncryptionAlgorithms>0"
	         "</g:SupportedEncryptionAlgorithms>"
	         "<g:SupportedEncryptionAlgorithms>1"
	         "</g:SupportedEncryptionAlgorithms>");
	return &machine;
}

/* What no read gives back is forgotten by the text, not by the machine. */
static void
secrets_are_not_read(struct family_machine *m)
{
	static const char *const names[] = { "Passphrase", "MasterKey", "Salt",
		"IterationCount" };

	for (size_t i = 0; i < 4; i++) {
		char from[40], to[40], *a, *b;

		(void)snprintf(from, sizeof(from), "<g:%s>", names[i]);
		(void)snprintf(to, sizeof(to), "</g:%s>", names[i]);
		a = strstr(m->at[0].xml, from);
		b = a == NULL ? NULL : strstr(a, to);
		if (b != NULL)
			memmove(a, b + strlen(to), strlen(b + strlen(to)) + 1);
	}
}

static void
with_a_passphrase(void)
{
	family_ask("kerberos", "", "on");
	family_ask("kerberos-realm", "", "EXAMPLE.COM");
	family_ask("kerberos-passphrase", "", SECRET);
	family_ask("kerberos-salt", "", "EXAMPLE.COMhostpc");
	family_ask("kerberos-iterations", "", "4096");
}

static void
aes_is_a_passphrase_and_a_salt_and_no_rc4_key(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	with_a_passphrase();
	e = family_run(m, &family_check, 0);
	assert_int_equal(m->writes, 0);
	assert_non_null(strstr(e.findings, "differs kerberos, "));
	assert_non_null(strstr(e.findings, "differs kerberos-passphrase, "));
	assert_null(strstr(e.detail, "Pass&"));
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_non_null(strstr(e.findings, "sent kerberos-passphrase, "));
	assert_non_null(strstr(e.findings, "changed kerberos-realm, "));
	assert_int_equal(m->writes, 1);
	assert_non_null(strstr(m->wrote, "<r:KeyVersion>1</r:KeyVersion>"));
	assert_non_null(strstr(m->wrote,
	    "<r:Passphrase>Pass&amp;&lt;phrase&gt;</r:Passphrase>"));
	assert_non_null(strstr(m->wrote, "<r:Salt>EXAMPLE.COMhostpc</r:Salt>"));
	assert_null(strstr(m->wrote, "MasterKey"));
	assert_null(strstr(m->wrote, "EncryptionAlgorithm>0</r:Enc"));
}

/* The hash of what was accepted last stands for all that is not read back; the
 * firmware's list of algorithms is its own. */
static void
a_second_run_writes_nothing_and_a_new_key_is_one_version_later(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	with_a_passphrase();
	(void)family_run(m, &family_set_up, 0);
	secrets_are_not_read(m);
	strcat(m->at[0].xml,
	    "<g:ConfiguredEncryptionAlgorithms>0"
	    "</g:ConfiguredEncryptionAlgorithms>");
	family_known = "kerberos-passphrase=,kerberos-salt=,"
	               "kerberos-iterations=";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	family_known = "kerberos-salt=,kerberos-iterations=";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "sent kerberos-passphrase, ");
	assert_int_equal(m->writes, 1);
	assert_non_null(strstr(m->wrote, "<r:KeyVersion>2</r:KeyVersion>"));
	family_ask("kerberos-key-version", "", "7");
	e = family_run(m, &family_set_up, 0);
	assert_non_null(strstr(m->wrote, "<r:KeyVersion>7</r:KeyVersion>"));
	assert_non_null(strstr(e.findings, "changed kerberos-key-version, "));
}

static void
rc4_is_used_on_request_alone(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("kerberos", "", "on");
	family_ask("kerberos-realm", "", "EXAMPLE.COM");
	family_ask("kerberos-rc4-key", "", KEY);
	e = family_run(m, &family_set_up, SETTING_RELEASE(7, 0));
	assert_int_equal(e.reason, REASON_NONE);
	assert_non_null(strstr(e.findings, "sent kerberos-rc4-key, "));
	assert_non_null(strstr(m->wrote,
	    "<r:EncryptionAlgorithm>0</r:EncryptionAlgorithm>"));
	assert_non_null(strstr(m->wrote, "<r:MasterKey>" KEY "</r:MasterKey>"));
	assert_null(strstr(m->wrote, "Passphrase"));
}

/* Before 8.0 there is no passphrase: it is not switched on without a key. */
static void
a_release_without_the_key_is_lacking(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	with_a_passphrase();
	e = family_run(m, &family_set_up, SETTING_RELEASE(7, 0));
	assert_non_null(strstr(e.findings, "lacks kerberos, "));
	assert_int_equal(m->writes, 0);
}

static void
off_is_off_whatever_else_there_is(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("kerberos", "", "off");
	family_ask("kerberos-realm", "", "EXAMPLE.COM");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
	strcpy(m->at[0].xml, HEAD "<g:KrbEnabled>true</g:KrbEnabled>");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed kerberos, ");
	assert_string_equal(m->at[0].xml,
	    HEAD "<g:KrbEnabled>false</g:KrbEnabled>");
}

static void
a_lost_answer_is_found_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct family_machine *m = new_machine();
		struct family_end e;

		family_begin(NULL);
		m->lost = "Put " CLASS;
		m->lost_before = i == 1;
		with_a_passphrase();
		e = family_run(m, &family_set_up, 0);
		assert_int_equal(e.reason, REASON_NONE);
		assert_non_null(
		    strstr(e.findings, "sent kerberos-passphrase, "));
		assert_int_equal(m->writes, 2);
	}
}

static void
what_is_answered_and_not_kept_is_no_success(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	m->deaf = true;
	with_a_passphrase();
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
	assert_int_equal(m->writes, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(aes_is_a_passphrase_and_a_salt_and_no_rc4_key),
		TEST(
		    a_second_run_writes_nothing_and_a_new_key_is_one_version_later),
		TEST(rc4_is_used_on_request_alone),
		TEST(a_release_without_the_key_is_lacking),
		TEST(off_is_off_whatever_else_there_is),
		TEST(a_lost_answer_is_found_out),
		TEST(what_is_answered_and_not_kept_is_no_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
