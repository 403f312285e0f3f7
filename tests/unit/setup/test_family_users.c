/*
 * Users besides admin: family_users and family_userlist.
 */
#include "setup/family_users.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "amt/wsman.h"
#include "setup_family.h"

#define USER "user"
#define SID "S-1-5-21-1-2-3-1104"

static struct family_machine machine;
static unsigned handles, room, refuses_once, changes;
static bool forgets;
static char *out; /* the machine's out parameters */

static void
has(struct family_machine *m, const char *name, const char *who,
    const char *access, const char *realms)
{
	char xml[2000], id[32];

	(void)snprintf(id, sizeof(id), "<%u>", ++handles);
	(void)snprintf(xml, sizeof(xml),
	    "<g:%s>%s</g:%s><g:AccessPermission>%s</g:AccessPermission>%s",
	    name, who, name, access, realms);
	(void)family_add(m, USER, id, xml);
}

/* Its handles from StartIndex on, two at a time; or one user. */
static void
answer(struct family_machine *m, const char *method, const char *body)
{
	char text[32], id[40], *to = m->out;

	to[0] = '\0';
	if (strcmp(method, "EnumerateUserAclEntries") == 0) {
		size_t at = (size_t)atol(family_between(body, "<r:StartIndex>",
		    "</r:StartIndex>", text, sizeof(text)));

		to += sprintf(to, "<g:TotalCount>%zu</g:TotalCount>", m->n);
		for (size_t i = at - 1; i < m->n && i < at + 1; i++)
			to += sprintf(to, "<g:Handles>%.*s</g:Handles>",
			    (int)strcspn(m->at[i].id + 1, ">"),
			    m->at[i].id + 1);
	} else if (strcmp(method, "GetUserAclEntryEx") == 0) {
		(void)snprintf(id, sizeof(id), "<%s>",
		    family_between(body, "<r:Handle>", "</r:Handle>", text,
		        sizeof(text)));
		for (size_t i = 0; i < m->n; i++)
			if (strcmp(m->at[i].id, id) == 0)
				strcpy(to, m->at[i].xml);
	}
}

static struct family_instance *
user_of(struct family_machine *m, const char *body)
{
	char text[32], id[40];

	(void)snprintf(id, sizeof(id), "<%s>",
	    family_between(body, "<r:Handle>", "</r:Handle>", text,
	        sizeof(text)));
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].id, id) == 0)
			return &m->at[i];
	return NULL;
}

/* What the caller gives, but the password. */
static void
keep(struct family_instance *u, const char *body)
{
	char name[64], sid[120], access[16], *to = u->xml;
	const char *at = body;

	(void)family_between(body, "<r:DigestUsername>", "</r:Dig", name, 64);
	(void)family_between(body, "<r:KerberosUserSid>", "</r:K", sid, 120);
	(void)family_between(body, "<r:AccessPermission>", "</r:A", access, 16);
	to += name[0] != '\0'
	    ? sprintf(to, "<g:DigestUsername>%s</g:DigestUsername>", name)
	    : sprintf(to, "<g:KerberosUserSid>%s</g:KerberosUserSid>", sid);
	to +=
	    sprintf(to, "<g:AccessPermission>%s</g:AccessPermission>", access);
	while ((at = strstr(at, "<r:Realms>")) != NULL) {
		at += strlen("<r:Realms>");
		to += sprintf(to, "<g:Realms>%.*s</g:Realms>",
		    (int)strcspn(at, "<"), at);
	}
}

/* wsman.md, 5.2; profile.md, 3 */
static unsigned
call(struct family_machine *m, const char *method, const char *body)
{
	struct family_instance *u = user_of(m, body);
	char name[80];

	out = m->out;
	answer(m, method, body);
	if (strstr(method, "Enumerate") != NULL ||
	    strstr(method, "Get") == method)
		return 0;
	changes++;
	if (forgets)
		return 0;
	if (refuses_once != 0) {
		unsigned code = refuses_once;

		refuses_once = 0;
		return code;
	}
	if (strcmp(method, "AddUserAclEntryEx") == 0) {
		(void)family_between(body, "<r:DigestUsername>", "</r:Dig",
		    name, sizeof(name));
		for (size_t i = 0; i < m->n; i++)
			if (name[0] != '\0' &&
			    strstr(m->at[i].xml, name) != NULL)
				return 2058;
		if (m->n >= room)
			return 23;
		has(m, "DigestUsername", "", "", "");
		u = &m->at[m->n - 1];
		sprintf(out, "<g:Handle>%u</g:Handle>", handles);
	}
	if (u == NULL)
		return 2053;
	assert_null(strstr(u->xml, "$$")); /* theirs alone */
	if (strcmp(method, "RemoveUserAclEntry") == 0)
		family_remove(m, u);
	else
		keep(u, body);
	return 0;
}

static struct family_machine *
new_machine(void)
{
	machine = (struct family_machine){ .call = call };
	room = 20;
	refuses_once = 0;
	forgets = false;
	changes = 0;
	has(&machine, "DigestUsername", "$$OsAdmin", "0",
	    "<g:Realms>24</g:Realms>");
	has(&machine, "DigestUsername", "$$uns", "0",
	    "<g:Realms>16</g:Realms>");
	return &machine;
}

static void
helpdesk(void)
{
	family_ask("user-password", "helpdesk", "P@ss<&>w0rd");
	family_ask("user-access", "helpdesk", "both");
	family_ask("user-realms", "helpdesk", "remote-control redirection");
}

static size_t
named(const struct family_machine *m, const char *text)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += strstr(m->at[i].xml, text) != NULL;
	return n;
}

static void
realms_that_differ_are_reported_by_name(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	helpdesk();
	(void)family_run(m, &family_set_up, 0);
	family_known = "user-password=helpdesk";
	settings_free(&family_asked);
	family_ask("user-password", "helpdesk", "P@ss<&>w0rd");
	family_ask("user-access", "helpdesk", "both");
	family_ask("user-realms", "helpdesk", "redirection");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs user-realms.helpdesk, ");
	assert_non_null(strstr(e.found, "redirection"));
	assert_non_null(strstr(e.found, "remote-control"));
	assert_null(strstr(e.found, "event"));
	assert_string_equal(e.wanted,
	    "differs user-realms.helpdesk=redirection, ");
}

/* Every writing call has its parameters in the order of the definition; the
 * digest is MD5(name:realm:password) in base64. */
static void
users_are_added_and_a_second_run_writes_nothing(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;
	unsigned char md[16];
	char digest[32], expected[600];

	(void)state;
	helpdesk();
	family_ask("user-sid", "group", SID);
	family_ask("user-realms", "group", "pt-administration");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE,
	    "differs user-realms.helpdesk, differs user-realms.group, ");
	assert_int_equal(changes, 0);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent user-password.helpdesk, changed user-realms.helpdesk, "
	    "changed user-realms.group, ");
	(void)EVP_Digest("helpdesk:Digest:A:P@ss<&>w0rd",
	    strlen("helpdesk:Digest:A:P@ss<&>w0rd"), md, NULL, EVP_md5(), NULL);
	(void)EVP_EncodeBlock((unsigned char *)digest, md, 16);
	(void)snprintf(expected, sizeof(expected),
	    "<r:AddUserAclEntryEx_INPUT xmlns:r=\"http://intel.com/wbem/wscim/"
	    "1/amt-schema/1/AMT_AuthorizationService\"><r:DigestUsername>"
	    "helpdesk</r:DigestUsername><r:DigestPassword>%s"
	    "</r:DigestPassword><r:AccessPermission>2</r:AccessPermission>"
	    "<r:Realms>2</r:Realms><r:Realms>5</r:Realms>"
	    "</r:AddUserAclEntryEx_INPUT>",
	    digest);
	assert_non_null(strstr(m->wrote, expected));
	assert_non_null(strstr(m->wrote,
	    "\"><r:KerberosUserSid>AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUAQAAA=="
	    "</r:KerberosUserSid><r:AccessPermission>1</r:AccessPermission>"
	    "<r:Realms>3</r:Realms></r:AddUserAclEntryEx_INPUT>"));
	assert_null(strstr(m->wrote, "P@ss"));
	assert_int_equal(m->n, 4);
	family_known = "user-password=helpdesk";
	changes = 0;
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(changes, 0);
}

static void
others_are_removed_but_for_the_firmwares_own(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	has(m, "DigestUsername", "old", "1", "<g:Realms>3</g:Realms>");
	has(m, "DigestUsername", "older", "1", "<g:Realms>3</g:Realms>");
	family_ask("user-others", "", "keep");
	helpdesk();
	(void)family_run(m, &family_set_up, 0);
	assert_int_equal(named(m, ">old"), 2);
	family_begin(NULL);
	family_known = "user-password=helpdesk";
	family_ask("user-others", "", "remove");
	helpdesk();
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE,
	    "differs user-others.old, differs user-others.older, ");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "changed user-others.old, changed user-others.older, ");
	assert_int_equal(named(m, ">old"), 0);
	assert_int_equal(named(m, "$$"), 2);
	assert_int_equal(m->n, 3);
}

static void
one_that_differs_is_changed_and_a_new_password_sent(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	helpdesk();
	has(m, "DigestUsername", "helpdesk", "2",
	    "<g:Realms>5</g:Realms><g:Realms>2</g:Realms>");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs user-password.helpdesk, ");
	assert_null(strstr(e.detail, "P@ss"));
	family_known = "user-password=helpdesk";
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, ""); /* in another order */
	strcpy(m->at[2].xml,
	    "<g:DigestUsername>helpdesk</g:DigestUsername>"
	    "<g:AccessPermission>0</g:AccessPermission>");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE,
	    "sent user-password.helpdesk, changed user-realms.helpdesk, ");
	assert_non_null(strstr(m->wrote, "UpdateUserAclEntryEx_INPUT"));
	assert_int_equal(m->n, 3);
	assert_int_equal(named(m, "<g:Realms>5<"), 1);
}

/* Realms 20, 21 from 4.0; 17, 18 until 17 (versions.md, 3). */
static void
realms_that_the_release_lacks_are_dropped_and_told(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	family_ask("user-password", "auditor", "P@ssw0rd");
	family_ask("user-realms", "auditor", "endpoint-access audit-log");
	e = family_run(m, &family_set_up, SETTING_RELEASE(18, 0));
	assert_non_null(strstr(e.findings, "lacks user-realms.auditor, "));
	assert_int_equal(e.reason, REASON_NONE);
	assert_int_equal(named(m, "<g:Realms>20<"), 1);
	assert_int_equal(named(m, "<g:Realms>17<"), 0);
}

static void
a_full_machine_gets_no_more_and_says_so(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	room = 3;
	helpdesk();
	family_ask("user-password", "second", "P@ssw0rd");
	family_ask("user-realms", "second", "redirection");
	family_ask("user-password", "third", "P@ssw0rd");
	family_ask("user-realms", "third", "redirection");
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_non_null(strstr(e.findings, "differs user-realms.second, "));
	assert_non_null(strstr(e.detail, "no room"));
	assert_int_equal(m->n, 3);
	assert_int_equal(changes, 2);
}

/* 2058: he is looked up and changed; 2053: looked for again. */
static void
duplicates_and_handles_that_are_gone_are_looked_up(void **state)
{
	static const unsigned codes[] = { 2058, 2053 };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct family_machine *m = new_machine();
		struct family_end e;

		family_begin(NULL);
		refuses_once = codes[i];
		helpdesk();
		e = family_run(m, &family_set_up, 0);
		assert_int_equal(e.reason, REASON_NONE);
		assert_int_equal(named(m, "helpdesk"), 1);
	}
}

static void
nothing_is_doubled_by_a_lost_answer(void **state)
{
	static const char *const lost[] = { "Call AddUserAclEntryEx",
		"Call UpdateUserAclEntryEx", "Call RemoveUserAclEntry" };

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct family_machine *m = new_machine();
		struct family_end e;

		family_begin(NULL);
		m->lost = lost[i / 2];
		m->lost_before = i % 2;
		if (i / 2 == 1)
			has(m, "DigestUsername", "helpdesk", "0", "");
		if (i / 2 == 2)
			has(m, "DigestUsername", "old", "0", "");
		family_ask("user-others", "", "remove");
		helpdesk();
		e = family_run(m, &family_set_up, 0);
		assert_int_equal(e.reason, REASON_NONE);
		assert_null(m->lost);
		assert_int_equal(m->n, 3);
		assert_int_equal(named(m, "helpdesk"), 1);
		assert_non_null(
		    strstr(e.findings, "sent user-password.helpdesk, "));
		assert_int_equal(strstr(e.findings,
		                     "changed user-others.old, ") != NULL,
		    i / 2 == 2);
	}
}

static void
what_is_answered_and_not_done_is_no_success(void **state)
{
	struct family_machine *m = new_machine();
	struct family_end e;

	(void)state;
	refuses_once = 0;
	helpdesk();
	forgets = true;
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
	assert_true(changes <= 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(realms_that_differ_are_reported_by_name),
		TEST(users_are_added_and_a_second_run_writes_nothing),
		TEST(others_are_removed_but_for_the_firmwares_own),
		TEST(one_that_differs_is_changed_and_a_new_password_sent),
		TEST(realms_that_the_release_lacks_are_dropped_and_told),
		TEST(a_full_machine_gets_no_more_and_says_so),
		TEST(duplicates_and_handles_that_are_gone_are_looked_up),
		TEST(nothing_is_doubled_by_a_lost_answer),
		TEST(what_is_answered_and_not_done_is_no_success),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
