#include "setup/setting_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static bool
takes(const char *setting, const char *value)
{
	struct fault f;

	return setting_check(setting_of_profile(setting), value, &f) == 0;
}

static void
values_are_what_the_firmware_takes(void **state)
{
	static const struct {
		const char *setting, *good[3], *bad[5];
	} rows[] = {
		{ "ddns-interval", { "0", "20", "65535" },
		    { "1", "19", "65536" } },
		{ "idle-wake", { "1", "65535" }, { "0", "65536" } },
		{ "rfb-password", { "P@ssw0rd" },
		    { "P@ssw0r", "P@ssw0rd1", "password", "P@ssword" } },
		{ "user-consent", { "none", "kvm", "all" }, { "yes", "" } },
		{ "user-realms", { "redirection", "redirection audit-log" },
		    { "", "admin", "redirection redirection" } },
		{ "user-sid", { "S-1-5-21-1-2-3-1104", "s-1-5-18" },
		    { "S-1-5", "S-1-5-", "S-1-5-x", "S-2-5-21",
		        "S-1-5-4294967296" } },
		{ "kerberos-rc4-key", { "AAECAwQFBgcICQoLDA0ODw==" },
		    { "AAECAwQFBgcICQoLDA0O", "x" } },
		{ "environment-domains",
		    { "example.com", "a.example b.example", "none" },
		    { "a b c d e", "-a", "a_b", "none ?" } },
		{ "power-package", { "on-s0", "wake-s5" }, { "s0" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t n = 0; n < 3 && rows[i].good[n] != NULL; n++)
			if (!takes(rows[i].setting, rows[i].good[n]))
				fail_msg("%s does not take %s", rows[i].setting,
				    rows[i].good[n]);
		for (size_t n = 0; n < 5 && rows[i].bad[n] != NULL; n++)
			if (takes(rows[i].setting, rows[i].bad[n]))
				fail_msg("%s takes %s", rows[i].setting,
				    rows[i].bad[n]);
	}
}

/* MS-DTYP, 2.4.2.2: BUILTIN\Administrators, and a user of a domain. */
static void
a_sid_becomes_its_bytes(void **state)
{
	static const uint8_t builtin[] = { 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0,
		0x20, 2, 0, 0 };
	static const uint8_t user[] = { 1, 5, 0, 0, 0, 0, 0, 5, 21, 0, 0, 0, 1,
		0, 0, 0, 2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x50, 4, 0, 0 };
	uint8_t sid[SETTING_SID_MAX];

	(void)state;
	assert_int_equal(setting_sid(sid, "S-1-5-32-544"), sizeof(builtin));
	assert_memory_equal(sid, builtin, sizeof(builtin));
	assert_int_equal(setting_sid(sid, "S-1-5-21-1-2-4294967295-1104"),
	    sizeof(user));
	assert_memory_equal(sid, user, sizeof(user));
	assert_int_equal(setting_sid(sid,
	                     "S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-"
	                     "14-15"),
	    68);
	assert_int_equal(setting_sid(sid,
	                     "S-1-1-1-2-3-4-5-6-7-8-9-10-11-12-13-"
	                     "14-15-16"),
	    -1);
}

static void
realms_come_and_go_with_releases(void **state)
{
	(void)state;
	assert_true(setting_realm_in_release("audit-log", 0));
	assert_true(
	    setting_realm_in_release("audit-log", SETTING_RELEASE(4, 0)));
	assert_false(
	    setting_realm_in_release("audit-log", SETTING_RELEASE(3, 2)));
	assert_true(setting_realm_in_release("endpoint-access",
	    SETTING_RELEASE(17, 1)));
	assert_false(setting_realm_in_release("endpoint-access",
	    SETTING_RELEASE(18, 0)));
	assert_true(
	    setting_realm_in_release("redirection", SETTING_RELEASE(21, 0)));
	assert_string_equal(setting_choice(setting_of_profile("user-realms"),
	                        "user-access-control"),
	    "21");
}

static void
a_domain_is_covered_by_itself_and_what_it_is_in(void **state)
{
	(void)state;
	assert_true(setting_domain_covered("example.com", "Example.COM"));
	assert_true(
	    setting_domain_covered("x.org example.com", "lab.example.com"));
	assert_false(setting_domain_covered("example.com", "badexample.com"));
	assert_false(setting_domain_covered("lab.example.com", "example.com"));
	assert_false(setting_domain_covered("", "example.com"));
}

/* --- what goes together --------------------------------------------------- */

struct wish {
	const char *setting, *item, *value;
};

static bool
fits(setting_fits_fn *fn, const struct wish *w, const char *item, char why[512])
{
	struct settings s = { .n = 0 };
	struct fault f;
	bool ok;

	for (; w->setting != NULL; w++)
		assert_int_equal(settings_add(&s, w->setting, w->item, w->value,
		                     &f),
		    0);
	ok = fn(&s, item, &f) == 0;
	if (!ok)
		strcpy(why, f.why);
	settings_free(&s);
	return ok;
}

static void
a_user_has_either_a_password_or_a_sid(void **state)
{
	const struct wish all[] = { { "user-password", "ann", "P@ssw0rd" },
		{ "user-sid", "bob", "S-1-5-18" },
		{ "user-realms", "cid", "redirection" },
		{ "user-password", "dot", "P@ssw0rd" },
		{ "user-sid", "dot", "S-1-5-19" },
		{ "user-sid", "eve", "s-1-5-18" },
		{ "user-password", "$$uns", "P@ssw0rd" },
		{ "user-password", "Admin", "P@ssw0rd" },
		{ "user-password", "a:b", "P@ssw0rd" },
		{ "user-password", "seventeen-letters", "P@ssw0rd" },
		{ NULL, NULL, NULL } };
	static const char *const bad[] = { "bob", "cid", "dot", "eve", "$$uns",
		"Admin", "a:b", "seventeen-letters" };
	char why[512];

	(void)state;
	assert_true(fits(setting_fits_user, all, "ann", why));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(fits(setting_fits_user, all, bad[i], why));
		assert_non_null(strstr(why, bad[i]));
		assert_null(strstr(why, "P@ssw0rd"));
	}
}

static void
kerberos_has_a_realm_and_one_key(void **state)
{
	static const struct {
		bool good;
		struct wish w[5];
	} rows[] = {
		{ true, { { "kerberos", "", "off" } } },
		{ false, { { "kerberos", "", "on" } } },
		{ false,
		    { { "kerberos", "", "on" },
		        { "kerberos-realm", "", "A.EXAMPLE" } } },
		{ false,
		    { { "kerberos", "", "on" },
		        { "kerberos-realm", "", "A.EXAMPLE" },
		        { "kerberos-passphrase", "", "x" } } },
		{ true,
		    { { "kerberos", "", "on" },
		        { "kerberos-realm", "", "A.EXAMPLE" },
		        { "kerberos-passphrase", "", "x" },
		        { "kerberos-salt", "", "y" } } },
		{ true,
		    { { "kerberos", "", "on" },
		        { "kerberos-realm", "", "A.EXAMPLE" },
		        { "kerberos-rc4-key", "", "z" } } },
		{ false,
		    { { "kerberos-passphrase", "", "x" },
		        { "kerberos-salt", "", "y" },
		        { "kerberos-rc4-key", "", "z" } } },
	};
	char why[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (fits(setting_fits_kerberos, rows[i].w, "", why) !=
		    rows[i].good)
			fail_msg("row %zu: expected %d", i, rows[i].good);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_what_the_firmware_takes),
		cmocka_unit_test(a_sid_becomes_its_bytes),
		cmocka_unit_test(realms_come_and_go_with_releases),
		cmocka_unit_test(
		    a_domain_is_covered_by_itself_and_what_it_is_in),
		cmocka_unit_test(a_user_has_either_a_password_or_a_sid),
		cmocka_unit_test(kerberos_has_a_realm_and_one_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
