#include "setup/setup_want.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup/setup_way.h"

static struct setup s;

static int
begin(void **state)
{
	(void)state;
	s = (struct setup){ .rules = { .dialect = &setup_wsman,
		                .table = setting_table,
		                .count = setting_count },
		.machine_state = STATE_IN,
		.machine_mode = 1,
		.job = { .host = "pc" } };
	trial_add(&s, pool_add(&s, "Old-pass1"));
	s.admin = pool_add(&s, "Next-pw1");
	return 0;
}

/* Whoever comes as what: the state, the mode, whose password opened. */
static void
what_the_machine_has_been_through_decides(void **state)
{
	static const struct {
		enum setup_wish wish;
		uint32_t state, mode;
		bool ours;
		enum reason_id reason;
		const char *step; /* that is next, when it goes on */
	} rows[] = {
		{ SETUP_SET_UP, 1, 1, false, REASON_NONE, "list-version" },
		{ SETUP_SET_UP, 1, 1, true, REASON_NONE, "list-version" },
		{ SETUP_SET_UP, 2, 1, true, REASON_NONE, "verify-names" },
		{ SETUP_SET_UP, 2, 1, false, REASON_ALREADY_SET_UP, NULL },
		{ SETUP_SET_UP, 0, 1, false, REASON_STATE_UNEXPECTED, NULL },
		{ SETUP_SET_UP, 1, 4, false, REASON_STATE_UNEXPECTED, NULL },
		{ SETUP_PROVE, 1, 1, false, REASON_NONE, NULL },
		{ SETUP_PROVE, 2, 1, true, REASON_STATE_UNEXPECTED, NULL },
		{ SETUP_PROVE, 1, 4, false, REASON_STATE_UNEXPECTED, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum setup_next next;

		(void)begin(state);
		s.machine_state = rows[i].state;
		s.machine_mode = rows[i].mode;
		if (rows[i].ours)
			s.trial.order[0] = s.admin;
		s.rules.want = &setup_wants[rows[i].wish];
		next = s.rules.want->arrived(&s);
		assert_int_equal(next,
		    rows[i].step == NULL ? SETUP_END : SETUP_ASK);
		assert_int_equal(s.end.reason, rows[i].reason);
		if (rows[i].step != NULL)
			assert_string_equal(s.step_name, rows[i].step);
	}
}

static void
a_set_up_machine_has_every_milestone_of_its_end(void **state)
{
	(void)state;
	assert_int_equal(setup_wants[SETUP_SET_UP].verified(&s), SETUP_END);
	assert_int_equal(s.end.reason, REASON_NONE);
	assert_int_equal(s.nqueue, 3);
	assert_int_equal(s.queue[2], SETUP_VERIFIED);
}

static void
settings_are_committed_once_they_are_applied(void **state)
{
	(void)state;
	assert_int_equal(setup_wants[SETUP_SET_UP].applied(&s), SETUP_ASK);
	assert_string_equal(s.step_name, "commit");
	assert_true(setup_wants[SETUP_SET_UP].writes);
	assert_false(setup_wants[SETUP_PROVE].writes);
}

/* The route after it is TLS, and who answers there shows the new certificate;
 * while it is not known whether it was carried out, a machine that was set up
 * before is still at its old port. */
static void
a_commit_puts_the_new_certificate_into_service(void **state)
{
	static const struct {
		enum setup_wish wish;
		bool lost;
		size_t places;
		const char *leaf;
	} rows[] = {
		{ SETUP_SET_UP, false, 1, "new" },
		{ SETUP_SET_UP, true, 1, "new" },
		{ SETUP_KEEP, false, 1, "new" },
		{ SETUP_KEEP, true, 2, NULL },
	};
	enum setup_route to[SETUP_AFTER_MAX];
	struct message r;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		(void)begin(state);
		message_clear(&r);
		s.rules.want = &setup_wants[rows[i].wish];
		s.rules.way = &setup_way_managed;
		s.home = SETUP_PLAIN;
		s.serves = SETUP_SERVES_TLS;
		strcpy(s.leaf_next, "new");
		assert_int_equal(setup_commit(&s), SETUP_ASK);
		(void)(rows[i].lost ? s.step->lost(&s) : s.step->took(&s, &r));
		assert_int_equal(setup_places(&s, to), rows[i].places);
		assert_int_equal(to[0], SETUP_TLS_OWN);
		assert_int_equal(s.route, SETUP_TLS_OWN);
		if (rows[i].leaf == NULL)
			assert_null(setup_leaf(&s));
		else
			assert_string_equal(setup_leaf(&s), rows[i].leaf);
	}
	/* one that was pinned before, or the new one; and no other port */
	(void)begin(state);
	s.rules.want = &setup_wants[SETUP_KEEP];
	s.rules.way = &setup_way_managed;
	s.home = SETUP_TLS_OWN;
	s.serves = SETUP_SERVES_TLS;
	strcpy(s.job.leaf, "old");
	strcpy(s.leaf_next, "new");
	(void)setup_commit(&s);
	(void)s.step->lost(&s);
	assert_int_equal(setup_places(&s, to), 1);
	assert_string_equal(setup_leaf(&s), "old,new");
	s.serves = SETUP_SERVES_PLAIN;
	s.commit_sure = true;
	assert_int_equal(setup_places(&s, to), 1);
	assert_int_equal(to[0], SETUP_PLAIN);
}

/* As after mutual TLS was turned off for the roots. */
static void
a_lost_commit_is_sent_again_however_many_were_before(void **state)
{
	struct message_node set_up = { .name = "ProvisioningState",
		.value = "2" };
	struct message r = { .items = &set_up };

	(void)state;
	s.rules.way = &setup_way_managed;
	s.rules.want = &setup_wants[SETUP_KEEP];
	s.commits = 1;
	s.commit_sure = true;
	(void)setup_commit(&s);
	assert_int_equal(s.step->lost(&s), SETUP_WAIT);
	assert_int_equal(s.step->took(&s, &r), SETUP_ASK);
	assert_string_equal(s.step_name, "commit");
	/* and once */
	assert_int_equal(s.step->lost(&s), SETUP_WAIT);
	assert_int_equal(s.step->took(&s, &r), SETUP_ASK);
	assert_string_not_equal(s.step_name, "commit");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    what_the_machine_has_been_through_decides, begin),
		cmocka_unit_test_setup(
		    a_set_up_machine_has_every_milestone_of_its_end, begin),
		cmocka_unit_test_setup(
		    settings_are_committed_once_they_are_applied, begin),
		cmocka_unit_test_setup(
		    a_commit_puts_the_new_certificate_into_service, begin),
		cmocka_unit_test_setup(
		    a_lost_commit_is_sent_again_however_many_were_before,
		    begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
