/*
 * Users as the machine lists them: handles in parts, then each of them.  What
 * is done with them is in test_family_users.
 */
#include "setup/family_users.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "setup_family.h"

static struct family_machine machine;
static struct users seen;
static unsigned handles[70], nhandles, part; /* of the machine; a part's */
static unsigned gone;                        /* a handle that is good no more */
static unsigned claims;                      /* TotalCount; 0: as it is */
static const char *list_says, *user_says;    /* in place of it, if not NULL */
static char asked[512]; /* indices and handles, a blank after each */

static unsigned
number_of(const char *body, const char *name)
{
	char from[64], text[32];

	(void)snprintf(from, sizeof(from), "<r:%s>", name);
	(void)family_between(body, from, "</", text, sizeof(text));
	(void)snprintf(asked + strlen(asked), sizeof(asked) - strlen(asked),
	    "%s ", text);
	return (unsigned)atol(text);
}

static unsigned
list(struct family_machine *m, const char *body)
{
	unsigned at = number_of(body, "StartIndex");
	char *to = m->out;

	if (list_says != NULL) {
		strcpy(to, list_says);
		return 0;
	}
	if (at == 0 || at > nhandles)
		return 35;
	to += sprintf(to, "<g:TotalCount>%u</g:TotalCount>",
	    claims != 0 ? claims : nhandles);
	for (unsigned i = at - 1; i < nhandles && i < at - 1 + part; i++)
		to += sprintf(to, "<g:Handles>%u</g:Handles>", handles[i]);
	return 0;
}

static unsigned
call(struct family_machine *m, const char *method, const char *body)
{
	unsigned handle;

	if (strcmp(method, "EnumerateUserAclEntries") == 0)
		return list(m, body);
	assert_string_equal(method, "GetUserAclEntryEx");
	handle = number_of(body, "Handle");
	if (handle == gone)
		return 2053;
	(void)snprintf(m->out, sizeof(m->out),
	    "<g:DigestUsername>user%u</g:DigestUsername>%s", handle,
	    user_says != NULL ? user_says : "");
	return 0;
}

static enum setup_next
listed(struct setup *s)
{
	seen = *(struct users *)s->work;
	return setup_end(s, REASON_NONE, "done");
}

static enum setup_next
userlist(struct setup *s)
{
	s->row = family_row(s, "user-realms");
	assert_true(family_use_begin(s, sizeof(struct users)));
	return family_userlist(s, listed);
}

static int
begin(void **state)
{
	(void)family_begin(state);
	family_first = userlist;
	memset(&machine, 0, sizeof(machine));
	machine.call = call;
	nhandles = 5;
	for (unsigned i = 0; i < 70; i++)
		handles[i] = 100 + i;
	part = 2;
	gone = claims = 0;
	list_says = user_says = NULL;
	asked[0] = '\0';
	return 0;
}

static struct family_end
list_all(void)
{
	asked[0] = '\0';
	return family_run(&machine, &family_check, 0);
}

static void
handles_come_in_parts_from_index_one(void **state)
{
	struct family_end e = list_all();

	(void)state;
	family_ends(&e, REASON_NONE, "");
	assert_string_equal(asked, "1 3 5 100 101 102 103 104 ");
	assert_int_equal(seen.n, 5);
	assert_true(seen.fresh);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(seen.list[i].handle, 100 + i);
	assert_string_equal(seen.list[4].name, "user104");
}

static void
an_index_behind_the_last_is_the_end_of_the_list(void **state)
{
	struct family_end e;

	(void)state;
	claims = 9; /* it became shorter meanwhile */
	e = list_all();
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(seen.n, 5);
	nhandles = 0;
	e = list_all();
	family_ends(&e, REASON_NONE, "");
	assert_string_equal(asked, "1 ");
	assert_int_equal(seen.n, 0);
}

static void
an_empty_part_does_not_ask_for_ever(void **state)
{
	struct family_end e;

	(void)state;
	part = 0;
	e = list_all();
	family_ends(&e, REASON_NONE, "");
	assert_string_equal(asked, "1 ");
}

static void
one_who_was_removed_meanwhile_is_left_out(void **state)
{
	struct family_end e;

	(void)state;
	gone = 101;
	e = list_all();
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(seen.n, 4);
	for (size_t i = 0; i < seen.n; i++) {
		assert_int_not_equal(seen.list[i].handle, 101);
		assert_true(seen.list[i].name[0] != '\0');
	}
}

static void
numbers_must_be_numbers_and_not_more_than_we_take(void **state)
{
	static const char *const says[] = { "",
		"<g:TotalCount>many</g:TotalCount>",
		"<g:TotalCount>1</g:TotalCount><g:Handles>x</g:Handles>",
		"<g:TotalCount>1</g:TotalCount><g:Handles>-1</g:Handles>",
		("<g:TotalCount>1</g:TotalCount>"
		 "<g:Handles>4294967296</g:Handles>") };
	struct family_end e;

	(void)state;
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
		list_says = says[i];
		e = list_all();
		family_ends(&e, REASON_REPLY_BAD, "");
	}
	list_says = NULL;
	part = 8;
	nhandles = USERS_MAX;
	e = list_all();
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(seen.n, USERS_MAX);
	nhandles++;
	e = list_all();
	family_ends(&e, REASON_REPLY_BAD, "");
}

static void
realms_are_bits_and_what_is_no_realm_is_left_out(void **state)
{
	struct family_end e;

	(void)state;
	nhandles = 1;
	user_says = "<g:AccessPermission>2</g:AccessPermission>"
	            "<g:Realms>2</g:Realms><g:Realms>31</g:Realms>"
	            "<g:Realms>32</g:Realms><g:Realms>x</g:Realms>";
	e = list_all();
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(seen.list[0].access, 2);
	assert_int_equal(seen.list[0].realms, 1u << 2 | 1u << 31);
	assert_string_equal(seen.list[0].sid, "");
}

static void
an_entry_is_wanted_by_its_name_or_its_sid(void **state)
{
	struct setup *s;
	struct user u;

	(void)state;
	family_ask("user-realms", "ann", "redirection pt-administration");
	family_ask("user-realms", "bob", "redirection");
	family_ask("user-access", "bob", "both");
	family_ask("user-sid", "bob", "S-1-5-21-1-2-3-1104");
	s = family_new(&family_check, 0);
	family_user_wanted(s, "ann", &u);
	assert_string_equal(u.name, "ann");
	assert_string_equal(u.sid, "");
	assert_int_equal(u.access, 1);
	assert_int_equal(u.realms, 1u << 2 | 1u << 3);
	family_user_wanted(s, "bob", &u);
	assert_string_equal(u.name, "");
	assert_string_equal(u.sid, "AQUAAAAAAAUVAAAAAQAAAAIAAAADAAAAUAQAAA==");
	assert_int_equal(u.access, 2);
	assert_int_equal(u.realms, 1u << 2);
	setup_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(handles_come_in_parts_from_index_one),
		TEST(an_index_behind_the_last_is_the_end_of_the_list),
		TEST(an_empty_part_does_not_ask_for_ever),
		TEST(one_who_was_removed_meanwhile_is_left_out),
		TEST(numbers_must_be_numbers_and_not_more_than_we_take),
		TEST(realms_are_bits_and_what_is_no_realm_is_left_out),
		TEST(an_entry_is_wanted_by_its_name_or_its_sid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
