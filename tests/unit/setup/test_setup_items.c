#include "setup/setup_items.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup_lamp.h"

/* --- a family of the tests: guests with a role and a secret --------------- */

struct party {
	char seen[512]; /* Name=Role, a blank after each */
	size_t n;
};

static bool party_full; /* takes one guest alone */

static bool
party_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct party *w = s->work;

	(void)class;
	if (party_full && w->n == 1)
		return false;
	w->n++;
	strcat(strcat(w->seen, message_value(p, "Name")), "=");
	strcat(strcat(w->seen, message_value(p, "Role")), " ");
	return true;
}

static char party_seen[512];
static bool party_class_lacks;

static enum setup_next
party_then(struct setup *s)
{
	const struct setting *row = s->row;
	const char *item;

	strcpy(party_seen, ((struct party *)s->work)->seen);
	for (size_t i = 0; (item = setup_item(s, "party", i)) != NULL; i++) {
		if (!setup_known(s, row, item))
			setup_sent(s, row, item);
		if (setup_writes(s))
			setup_changed(s, row + 1, item, "old");
		else
			setup_differs(s, row + 1, item, "old");
	}
	if (setup_removes_others(s, "party"))
		setup_lacks(s, row, "");
	return setup_applied(s);
}

static enum setup_next
party_lacks(struct setup *s)
{
	party_class_lacks = true;
	return setup_apply_from(s, s->row + 1);
}

static enum setup_next
party_apply(struct setup *s)
{
	if (setup_work(s, sizeof(struct party)) == NULL)
		return setup_end(s, REASON_REPLY_BAD, "out of memory");
	return setup_items(s, "AMT_Guests", party_each, party_then, NULL);
}

static enum setup_next
fan_then(struct setup *s)
{
	assert_string_equal(message_value(s->instance.items, "On"), "false");
	return setup_applied(s);
}

static enum setup_next
fan_apply(struct setup *s)
{
	s->selectors[0] =
	    (struct message_pair){ .name = "Name", .value = "left" };
	s->nselectors = 1;
	return setup_read(s, "AMT_Fan", fan_then, party_lacks);
}

static const struct setting table[] = {
	{ .name = "party-secret",
	    .list = "party",
	    .type = SETTING_PASSWORD,
	    .secret = true,
	    .apply = party_apply,
	    .group = "party" },
	{ .name = "party-role", .list = "party", .type = SETTING_TEXT },
	{ .name = "party-others",
	    .type = SETTING_CHOICE,
	    .choices = setting_others },
	{ .name = "fan",
	    .type = SETTING_TEXT,
	    .apply = fan_apply,
	    .group = "fan" },
};

static struct setup_rules
party_rules(void)
{
	struct setup_rules rules = lamp_rules;

	party_full = party_class_lacks = false;
	rules.table = table;
	rules.count = sizeof(table) / sizeof(table[0]);
	return rules;
}

static void
three_guests(struct plain_machine *m)
{
	*m = lamp_machine();
	for (size_t i = 0; i < 3; i++) {
		strcpy(m->guests[i].of,
		    i == 0       ? "ann"
		        : i == 1 ? "bob"
		                 : "cid");
		strcpy(m->guests[i].is, "reader");
	}
	m->nguests = 3;
}

/* --- tests ---------------------------------------------------------------- */

static void
a_family_sees_all_instances_and_all_entries(void **state)
{
	struct setup_rules rules = party_rules();
	struct plain_machine m;
	struct plain_end e;

	(void)state;
	three_guests(&m);
	lamp_ask("party-secret", "dot", "Secret-1");
	lamp_ask("party-role", "dot", "owner");
	lamp_ask("party-role", "eve", "reader");
	lamp_ask("party-others", "", "remove");
	e = lamp_run(&m, &rules);
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(party_seen, "ann=reader bob=reader cid=reader ");
	assert_string_equal(m.said,
	    "GET AMT_Lamp, LIST AMT_Guests, LIST AMT_Guests 2, ");
	assert_string_equal(e.findings,
	    "sent party-secret.dot >, changed party-role.dot owner>old, "
	    "sent party-secret.eve >, changed party-role.eve reader>old, "
	    "lacks party-secret. >, ");
}

static void
a_look_changes_nothing_and_tells_both_values(void **state)
{
	struct setup_rules rules = party_rules();
	struct plain_machine m;
	struct plain_end e;

	(void)state;
	three_guests(&m);
	rules.want = &lamp_check;
	lamp_ask("party-role", "dot", "owner");
	e = lamp_run(&m, &rules);
	assert_string_equal(e.findings,
	    "sent party-secret.dot >, differs party-role.dot owner>old, ");
	assert_string_equal(e.detail, "party-role of dot differs (got old)");
}

static void
a_list_that_the_profile_does_not_name_is_not_read(void **state)
{
	struct setup_rules rules = party_rules();
	struct plain_machine m;

	(void)state;
	three_guests(&m);
	lamp_ask("party-others", "", "keep");
	(void)lamp_run(&m, &rules);
	assert_string_equal(m.said, "GET AMT_Lamp, ");
}

static void
more_than_a_family_takes_is_a_bad_reply(void **state)
{
	struct setup_rules rules = party_rules();
	struct plain_machine m;
	struct plain_end e;

	(void)state;
	three_guests(&m);
	party_full = true;
	lamp_ask("party-role", "dot", "owner");
	e = lamp_run(&m, &rules);
	assert_int_equal(e.reason, REASON_REPLY_BAD);
	assert_non_null(strstr(e.detail, "longer than we take"));
}

static void
a_list_whose_part_got_lost_is_handed_over_once_and_complete(void **state)
{
	struct setup_rules rules = party_rules();
	struct plain_machine m;
	struct plain_end e;

	(void)state;
	lamp_ask("party-role", "dot", "owner");
	for (int goes_on = 0; goes_on < 2; goes_on++) {
		three_guests(&m);
		m.lost = "2";
		m.goes_on = goes_on != 0;
		e = lamp_run(&m, &rules);
		assert_int_equal(e.reason, REASON_NONE);
		assert_string_equal(party_seen,
		    "ann=reader bob=reader cid=reader ");
		assert_string_equal(e.findings,
		    "sent party-secret.dot >, "
		    "changed party-role.dot owner>old, ");
	}
}

static void
a_list_that_is_lost_each_time_is_given_up(void **state)
{
	struct setup_rules rules = party_rules();
	struct plain_machine m;
	struct plain_end e;

	(void)state;
	three_guests(&m);
	m.loses_all = "2";
	lamp_ask("party-role", "dot", "owner");
	e = lamp_run(&m, &rules);
	assert_int_equal(e.reason, REASON_HTTP_CLOSED);
	assert_non_null(strstr(e.detail, "pull-party: "));
}

static void
one_instance_is_read_by_its_selectors(void **state)
{
	struct setup_rules rules = party_rules();
	struct plain_machine m = lamp_machine();
	struct plain_end e;

	(void)state;
	lamp_ask("fan", "", "x");
	(void)lamp_run(&m, &rules);
	assert_true(party_class_lacks);
	plain_set(&m, "AMT_Fan.On", "false");
	party_class_lacks = false;
	e = lamp_run(&m, &rules);
	assert_int_equal(e.reason, REASON_NONE);
	assert_false(party_class_lacks);
	assert_non_null(strstr(m.said, "GET AMT_Fan left, "));
}

static void
a_secret_that_is_known_is_matched_whole(void **state)
{
	struct setup_rules rules = party_rules();
	const struct setup_job job = { .host = "pc",
		.tries = { "P@ssw0rd" },
		.ntries = 1,
		.admin_next = "Next-pw1",
		.attempt = 1,
		.known =
		    "party-secret=dot,party-role=e,party-secret=50%25 a%2Cb" };
	struct setup *s = setup_new_by(&job, &rules);

	(void)state;
	assert_true(setup_known(s, &table[0], "dot"));
	assert_true(setup_known(s, &table[1], "e"));
	assert_false(setup_known(s, &table[0], "do"));
	assert_false(setup_known(s, &table[0], "e"));
	assert_false(setup_known(s, &table[1], "ee"));
	assert_true(setup_known(s, &table[0], "50% a,b"));
	assert_false(setup_known(s, &table[0], "50%25 a%2Cb"));
	assert_false(setup_known(s, &table[0], "50% a"));
	setup_free(s);
}

/* A machine that is put right after all: nothing that was reported as differing
 * stays so unless it does. */
static void
what_differed_is_changed_unless_it_differs_still(void **state)
{
	const struct setup_job job = { .host = "pc",
		.tries = { "P@ssw0rd" },
		.ntries = 1,
		.admin_next = "Next-pw1",
		.attempt = 2 };
	const struct setup_rules rules = party_rules();
	struct setup *s = setup_new_by(&job, &rules);
	const struct setup_finding *f;
	char told[256] = "";

	(void)state;
	setup_differs(s, &table[0], "ann", NULL);
	setup_differs(s, &table[1], "ann", "old");
	setup_differs(s, &table[3], "", "off");
	setup_undiffer(s);
	setup_sent(s, &table[0], "ann"); /* and no more is said of a secret */
	setup_changed(s, &table[1], "ann", "old");
	setup_differs(s, &table[3], "", "off");
	setup_settle(s);
	while ((f = setup_finding(s)) != NULL)
		strcat(strcat(strcat(strcat(told, setup_finding_name(f->kind)),
		                  " "),
		           f->setting),
		    ", ");
	assert_string_equal(told,
	    "differs party-secret, differs party-role, differs fan, "
	    "sent party-secret, changed party-role, differs fan, "
	    "changed party-secret, ");
	setup_free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, lamp_begin)
		TEST(a_family_sees_all_instances_and_all_entries),
		TEST(a_look_changes_nothing_and_tells_both_values),
		TEST(a_list_that_the_profile_does_not_name_is_not_read),
		TEST(more_than_a_family_takes_is_a_bad_reply),
		TEST(
		    a_list_whose_part_got_lost_is_handed_over_once_and_complete),
		TEST(a_list_that_is_lost_each_time_is_given_up),
		TEST(one_instance_is_read_by_its_selectors),
		TEST(a_secret_that_is_known_is_matched_whole),
		TEST(what_differed_is_changed_unless_it_differs_still),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
