#include "setup/setup_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "amt/wsman.h"
#include "setup/settings.h"
#include "setup/setup_apply.h"
#include "wsman_text.h"

static const struct setup_step step = { .name = "put",
	.class = "AMT_Lamp",
	.method = "Set" };
/* What the names' Put would change. */
static const struct setting *names;

static int
begin(void **state)
{
	static struct setup s;

	s = (struct setup){ .step = &step,
		.rules = { .dialect = &setup_wsman,
		    .table = setting_table,
		    .count = setting_count },
		.job = { .host = "pc-0001",
		    .domain = "example.com",
		    .admin_next = "P@ssw0rd" } };
	for (names = setting_table; strcmp(names->name, "host") != 0;)
		names++;
	*state = &s;
	return 0;
}

static int
end(void **state)
{
	struct setup *s = *state;

	message_free(&s->instance);
	return 0;
}

static void
read_settings(struct setup *s, const char *host, const char *switches)
{
	char text[2048];
	struct fault f;

	(void)snprintf(text, sizeof(text),
	    HEAD "<g:AMT_Lamp><g:DomainName>example.com</g:DomainName>"
	         "<g:HostName>%s</g:HostName>%s</g:AMT_Lamp>" TAIL,
	    host, switches);
	message_free(&s->instance);
	if (wsman_decode(&s->instance, text, strlen(text), &f) == -1)
		fail_msg("%s", f.why);
}

static void
the_digest_is_md5_of_user_realm_and_password_in_base64(void **state)
{
	char digest[SETUP_DIGEST];

	/* printf %s admin:Digest:A4070000:P@ssw0rd | openssl md5 -binary |
	 * base64 */
	assert_int_equal(setup_digest(*state, "Digest:A4070000", digest), 0);
	assert_string_equal(digest, "1Nx/1QBkp0rCd130bynnfw==");
}

static void
a_realm_that_is_too_long_has_no_digest(void **state)
{
	char digest[SETUP_DIGEST], realm[600];
	/* "admin:", ":", the password and a NUL in 512 bytes */
	const size_t most = 512 - 6 - 1 - strlen("P@ssw0rd") - 1;

	memset(realm, 'r', sizeof(realm));
	realm[most] = '\0';
	assert_int_equal(setup_digest(*state, realm, digest), 0);
	realm[most] = 'r';
	realm[most + 1] = '\0';
	assert_int_equal(setup_digest(*state, realm, digest), -1);
}

static void
only_what_differs_is_changed(void **state)
{
	struct message_pair to[MESSAGE_CHANGES_MAX];
	struct setup *s = *state;

	read_settings(s, "pc-0001", "");
	assert_int_equal(setup_changes(s, names, to), 0);
	read_settings(s, "other", "");
	assert_int_equal(setup_changes(s, names, to), 1);
	assert_string_equal(to[0].name, "HostName");
	assert_string_equal(to[0].value, "pc-0001");
	strcpy(s->job.domain, "lab7.example.com");
	assert_int_equal(setup_changes(s, names, to), 2);
	assert_string_equal(to[1].name, "DomainName");
	assert_string_equal(to[1].value, "lab7.example.com");
}

static void
a_switch_is_set_where_there_is_one_and_it_stands_otherwise(void **state)
{
	static const struct {
		const char *has; /* NULL: the firmware has no such switch */
		const char *wanted;
		const char *becomes; /* NULL: left alone */
	} rows[] = {
		{ "true", "on", NULL },
		{ "1", "on", NULL },
		{ "false", "on", "true" },
		{ "0", "on", "true" },
		{ "true", "off", "false" },
		{ "1", "off", "false" },
		{ "false", "off", NULL },
		{ "true", "keep", NULL },
		{ "false", "keep", NULL },
		{ NULL, "on", NULL },
	};
	struct message_pair to[MESSAGE_CHANGES_MAX];
	struct settings asked = { .n = 0 };
	struct setup *s = *state;
	struct fault f;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[128] = "";

		if (rows[i].has != NULL)
			(void)snprintf(text, sizeof(text),
			    "<g:PingResponseEnabled>%s</g:PingResponseEnabled>",
			    rows[i].has);
		read_settings(s, "pc-0001", text);
		settings_free(&asked);
		s->job.settings = &asked;
		assert_int_equal(settings_add(&asked, "ping", "",
		                     rows[i].wanted, &f),
		    0);
		assert_int_equal(setup_changes(s, names, to),
		    rows[i].becomes != NULL);
		if (rows[i].becomes == NULL)
			continue;
		assert_string_equal(to[0].name, "PingResponseEnabled");
		assert_string_equal(to[0].value, rows[i].becomes);
	}
	settings_free(&asked);
}

static void
without_a_realm_no_password_is_sent(void **state)
{
	uint8_t out[8192];
	struct writer w = { .base = out, .cap = sizeof(out) };

	read_settings(*state, "pc-0001", "");
	ask_set_admin(*state, &w);
	assert_int_equal(writer_done(&w), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		    the_digest_is_md5_of_user_realm_and_password_in_base64,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    a_realm_that_is_too_long_has_no_digest, begin, end),
		cmocka_unit_test_setup_teardown(only_what_differs_is_changed,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    a_switch_is_set_where_there_is_one_and_it_stands_otherwise,
		    begin, end),
		cmocka_unit_test_setup_teardown(
		    without_a_realm_no_password_is_sent, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
