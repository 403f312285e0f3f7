#include "setup/setting_fits.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct wish {
	const char *setting, *item, *value;
};

/* NULL: they fit. */
static const char *
why_not(setting_fits_fn *fn, const struct wish *w, const char *item)
{
	static struct fault f;
	struct settings s = { .n = 0 };
	int rc;

	for (; w->setting != NULL; w++)
		assert_int_equal(settings_add(&s, w->setting, w->item, w->value,
		                     &f),
		    0);
	rc = fn(&s, item, &f);
	settings_free(&s);
	return rc == 0 ? NULL : f.why;
}

struct row {
	const char *item, *why; /* NULL: it fits */
	struct wish w[8];
};

static void
rows_check(setting_fits_fn *fn, const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *why = why_not(fn, rows[i].w, rows[i].item);

		if ((why == NULL) != (rows[i].why == NULL) ||
		    (why != NULL && strcmp(why, rows[i].why) != 0))
			fail_msg("row %zu: %s", i, why == NULL ? "fits" : why);
	}
}
#define ROWS(fn, rows) rows_check(fn, rows, sizeof(rows) / sizeof((rows)[0]))

static void
the_wired_port_has_what_its_method_logs_in_with(void **state)
{
#define PEAP                                                                   \
	{                                                                      \
		"wired-802.1x-eap", "", "peapv0-mschapv2"                      \
	}
	static const struct row rows[] = {
		{ "", NULL, { { "wired-802.1x", "", "on" } } },
		{ "", NULL, { { "wired-802.1x", "", "off" }, PEAP } },
		{ "", NULL,
		    { { "wired-802.1x", "", "on" },
		        { "wired-802.1x-eap", "", "eap-fast-tls" } } },
		{ "",
		    "<wired-802.1x> is on without a <wired-802.1x-user>, which "
		    "peapv0-mschapv2 needs",
		    { { "wired-802.1x", "", "on" }, PEAP,
		        { "wired-802.1x-password", "", "s3cret" } } },
		{ "",
		    "<wired-802.1x> is on without a <wired-802.1x-password>, "
		    "which peapv0-mschapv2 needs",
		    { { "wired-802.1x", "", "on" }, PEAP,
		        { "wired-802.1x-user", "", "u" } } },
		{ "", NULL,
		    { { "wired-802.1x", "", "on" }, PEAP,
		        { "wired-802.1x-user", "", "u" },
		        { "wired-802.1x-password", "", "s3cret" } } },
	};

	(void)state;
	ROWS(setting_fits_wired, rows);
}

#define PSK                                                                    \
	{                                                                      \
		"wifi-psk", "a", "s3cret-s3cret"                               \
	}
#define SECURITY(word)                                                         \
	{                                                                      \
		"wifi-security", "a", word                                     \
	}

static void
a_wifi_has_what_its_security_needs(void **state)
{
	static const struct row rows[] = {
		{ "a", NULL, { SECURITY("wpa2-psk"), PSK } },
		{ "a", "wifi \"a\" has no <psk>, which wpa2-psk needs",
		    { SECURITY("wpa2-psk"),
		        { "wifi-psk", "b", "s3cret-s3cret" } } },
		{ "a", "wifi \"a\" has no <psk>, which wpa-psk needs",
		    { SECURITY("wpa-psk") } },
		{ "a", "wifi \"a\" has a <psk>, which wpa2-802.1x does not use",
		    { SECURITY("wpa2-802.1x"), PSK } },
		{ "a", NULL, { SECURITY("wpa2-802.1x") } },
		{ "a", "wifi \"a\" has no <user>, which peapv1-gtc needs",
		    { SECURITY("wpa-802.1x"),
		        { "wifi-eap", "a", "peapv1-gtc" } } },
		{ "a", "wifi \"a\" has no <password>, which peapv1-gtc needs",
		    { SECURITY("wpa-802.1x"), { "wifi-eap", "a", "peapv1-gtc" },
		        { "wifi-user", "a", "u" } } },
	};

	(void)state;
	ROWS(setting_fits_wifi, rows);
}

static void
each_wifi_has_a_priority_of_its_own(void **state)
{
	static const struct row rows[] = {
		{ "a",
		    "wifi \"a\" has the <priority> of wifi \"b\" (got 1, "
		    "expected another number for each)",
		    { { "wifi-priority", "a", "1" }, SECURITY("wpa2-psk"), PSK,
		        { "wifi-priority", "b", "1" } } },
		{ "a", NULL,
		    { { "wifi-priority", "a", "1" }, SECURITY("wpa2-psk"), PSK,
		        { "wifi-priority", "b", "2" } } },
	};

	(void)state;
	ROWS(setting_fits_wifi, rows);
}

static void
a_server_s_user_has_a_password(void **state)
{
	static const struct row rows[] = {
		{ "a", NULL, { { "mps-host", "a", "h" } } },
		{ "a", "mps \"a\" has a <user> and no <password>",
		    { { "mps-user", "a", "u" },
		        { "mps-password", "b", "s3cret" } } },
		{ "a", "mps \"a\" has a <password> and no <user>",
		    { { "mps-password", "a", "s3cret" } } },
		{ "a", NULL,
		    { { "mps-user", "a", "u" },
		        { "mps-password", "a", "s3cret" } } },
	};

	(void)state;
	ROWS(setting_fits_mps, rows);
}

static void
a_machine_has_one_policy_for_each_trigger(void **state)
{
#define MPS                                                                    \
	{                                                                      \
		"mps-host", "m", "mps.example.com"                             \
	}
	static const struct row rows[] = {
		{ "a",
		    "mps-policy \"a\" is without an <mps>, to which it opens a "
		    "tunnel",
		    { { "mps-policy-trigger", "a", "user" } } },
		{ "a", NULL,
		    { MPS, { "mps-policy-trigger", "a", "user" },
		        { "mps-policy-trigger", "b", "alert" } } },
		{ "a",
		    "mps-policy \"a\" has the <trigger> of mps-policy \"b\" "
		    "(got user twice, expected one policy for each)",
		    { MPS, { "mps-policy-trigger", "a", "user" },
		        { "mps-policy-trigger", "b", "user" } } },
		{ "a",
		    "mps-policy \"a\" has no <seconds>, which periodic needs",
		    { MPS, { "mps-policy-trigger", "a", "periodic" } } },
		{ "a", NULL,
		    { MPS, { "mps-policy-trigger", "a", "periodic" },
		        { "mps-policy-seconds", "a", "60" } } },
		{ "a",
		    "mps-policy \"a\" has <seconds>, which alert does not use",
		    { MPS, { "mps-policy-trigger", "a", "alert" },
		        { "mps-policy-seconds", "a", "60" } } },
	};

	(void)state;
	ROWS(setting_fits_mps_policy, rows);
#undef MPS
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    the_wired_port_has_what_its_method_logs_in_with),
		cmocka_unit_test(a_wifi_has_what_its_security_needs),
		cmocka_unit_test(each_wifi_has_a_priority_of_its_own),
		cmocka_unit_test(a_server_s_user_has_a_password),
		cmocka_unit_test(a_machine_has_one_policy_for_each_trigger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
