#include "plan/plan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "plan/backoff.h"

#define US "7ab70000-0000-4000-8000-000000000001"
#define THEM "7ab70000-0000-4000-8000-000000000002"

enum { NOW = 1795359600, HOUR = 3600 }; /* 2026-11-22T15:00:00Z */

/* A machine with nothing against it. */
static struct plan_facts
good(void)
{
	return (struct plan_facts){
		.now = NOW,
		.uuid = US,
		.version = 2,
		.last_heard = NOW - HOUR,
		.closes = NOW + 5 * HOUR,
		.pid = "LAB7001B",
		.place = "port 9971",
		.key_known = true,
		.key_state = KEY_SEEN,
		.used_by = "",
		.nnames = 1,
		.name = { "pc-0001.lab7.example.com",
		    "pc-1001.lab7.example.com" },
		.name_place = { "oob.csv:2", "location.csv:9" },
		.asked_detail = "",
		.name_seen = "",
		.name_owner = "",
		.owner_place = "",
		.npasswords = 1,
	};
}

static void
nothing_against(struct plan_facts *f)
{
	(void)f;
}

static void
zero_uuid(struct plan_facts *f)
{
	f->uuid_bad = "all zero";
}

static void
version_3(struct plan_facts *f)
{
	f->version = 3;
	f->closes = NOW + 23 * HOUR;
	f->pid = "";
	f->key_known = false;
	f->npasswords = 0; /* the certificate is the login */
	f->cert_detail = "";
}

static void
no_certificate(struct plan_facts *f)
{
	version_3(f);
	f->nnames = 0; /* it is named first: nothing can be done without */
	f->cert = REASON_CERT_NONE;
	f->cert_detail = "Go Daddy";
}

static void
damaged_certificate(struct plan_facts *f)
{
	version_3(f);
	f->cert = REASON_CERT_DAMAGED;
}

static void
unfit_certificate(struct plan_facts *f)
{
	version_3(f);
	f->cert = REASON_CERT_NAME;
	f->cert_detail = "prov.example.com";
}

/* What its domain is shows only in its name. */
static void
unfit_and_unnamed(struct plan_facts *f)
{
	unfit_certificate(f);
	f->nnames = 0;
}

static void
certified_too_late(struct plan_facts *f)
{
	version_3(f);
	f->closes = f->now;
}

static void
key_unknown(struct plan_facts *f)
{
	f->key_known = false;
}

static void
key_revoked(struct plan_facts *f)
{
	f->key_state = KEY_REVOKED;
}

static void
used_by_them(struct plan_facts *f)
{
	f->key_state = KEY_USED;
	f->used_by = THEM;
}

static void
used_by_us(struct plan_facts *f)
{
	f->key_state = KEY_USED;
	f->used_by = US;
}

static void
used_elsewhere(struct plan_facts *f)
{
	f->key_state = KEY_USED;
}

static void
damaged(struct plan_facts *f)
{
	f->key_damaged = true;
}

static void
no_name(struct plan_facts *f)
{
	f->nnames = 0;
}

static void
no_name_and_asked_in_vain(struct plan_facts *f)
{
	f->nnames = 0;
	f->asked = REASON_PROPS_TIMEOUT;
	f->asked_detail = "no answer in 180 s";
}

static void
asked_in_vain_and_named_since(struct plan_facts *f)
{
	f->asked = REASON_PROPS_TIMEOUT;
	f->asked_detail = "no answer in 180 s";
}

static void
old_name(struct plan_facts *f)
{
	f->name_seen = "2026-01-01";
}

static void
no_profile(struct plan_facts *f)
{
	f->profile = REASON_PROFILE_NONE;
	f->profile_detail = "pc-0001.lab7.example.com, address 127.7.0.1";
}

static void
release_refused(struct plan_facts *f)
{
	f->profile = REASON_PROFILE_UNSUPPORTED;
	f->profile_detail = "AMT 3.2, profile a: kvm needs AMT 6.0 or later";
}

static void
two_names(struct plan_facts *f)
{
	f->nnames = 2;
}

static void
their_name(struct plan_facts *f)
{
	f->name_owner = THEM;
	f->owner_place = "oob.csv:3";
}

static void
last_second_of_the_window(struct plan_facts *f)
{
	f->closes = NOW + 1;
}

static void
window_over(struct plan_facts *f)
{
	f->last_heard = NOW - 6 * HOUR;
	f->closes = NOW;
}

static void
window_over_but_committed(struct plan_facts *f)
{
	window_over(f);
	f->committed = true;
}

static void
window_over_but_it_took_a_password(struct plan_facts *f)
{
	window_over(f);
	f->took = true;
}

static void
no_password(struct plan_facts *f)
{
	f->npasswords = 0;
}

static const struct {
	void (*change)(struct plan_facts *f);
	enum reason_id reason;
	const char *detail; /* a part of it: the other party */
} cases[] = {
	{ nothing_against, REASON_NONE, "" },
	{ zero_uuid, REASON_UUID_BAD, "all zero (port 9971)" },
	{ version_3, REASON_NONE, "" },
	{ no_certificate, REASON_CERT_NONE,
	    "hello version 3 (port 9971) lists Go Daddy" },
	{ damaged_certificate, REASON_CERT_DAMAGED,
	    "hello version 3 (port 9971)" },
	{ unfit_certificate, REASON_CERT_NAME, "prov.example.com" },
	{ unfit_and_unnamed, REASON_MAP_NONE, "UUID " US },
	{ certified_too_late, REASON_WINDOW_CLOSED,
	    "last hello 2026-11-22T14:00:00Z, it listened until about "
	    "2026-11-22T15:00:00Z" },
	{ key_unknown, REASON_KEY_UNKNOWN, "PID LAB7001B (port 9971)" },
	{ key_revoked, REASON_KEY_REVOKED, "PID LAB7001B" },
	{ used_by_them, REASON_KEY_USED, "PID LAB7001B set up " THEM },
	{ used_by_us, REASON_NONE, "" },
	{ used_elsewhere, REASON_KEY_USED,
	    "PID LAB7001B was used before it was imported" },
	{ damaged, REASON_KEY_DAMAGED, "PID LAB7001B" },
	{ no_name, REASON_MAP_NONE, "UUID " US },
	{ no_name_and_asked_in_vain, REASON_PROPS_TIMEOUT,
	    "no answer in 180 s" },
	{ asked_in_vain_and_named_since, REASON_NONE, "" },
	{ old_name, REASON_MAP_STALE,
	    "pc-0001.lab7.example.com (oob.csv:2) is of 2026-01-01" },
	{ no_profile, REASON_PROFILE_NONE,
	    "pc-0001.lab7.example.com, address 127.7.0.1" },
	{ release_refused, REASON_PROFILE_UNSUPPORTED,
	    "AMT 3.2, profile a: kvm needs AMT 6.0 or later" },
	{ two_names, REASON_MAP_AMBIGUOUS,
	    "pc-0001.lab7.example.com (oob.csv:2) or "
	    "pc-1001.lab7.example.com (location.csv:9)" },
	{ their_name, REASON_MAP_SHARED,
	    "pc-0001.lab7.example.com (oob.csv:2) is the name of " THEM
	    " too (oob.csv:3)" },
	{ last_second_of_the_window, REASON_NONE, "" },
	{ window_over, REASON_WINDOW_CLOSED,
	    "last hello 2026-11-22T09:00:00Z, it listened until about "
	    "2026-11-22T15:00:00Z" },
	{ window_over_but_committed, REASON_NONE, "" },
	{ window_over_but_it_took_a_password, REASON_NONE, "" },
	{ no_password, REASON_AUTH_NO_PASSWORD,
	    "the hello says that a password was set; the key list has none "
	    "for PID LAB7001B" },
};

static void
every_cause_has_its_reason_and_names_the_other_party(void **state)
{
	char detail[PLAN_DETAIL];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct plan_facts f = good();

		cases[i].change(&f);
		assert_string_equal(reason_get(plan_decide(&f, detail))->code,
		    reason_get(cases[i].reason)->code);
		assert_string_equal(detail, cases[i].detail);
	}
}

static void
every_planning_refusal_waits_for_a_person(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (cases[i].reason != REASON_NONE)
			assert_int_equal(reason_get(cases[i].reason)->class,
			    REASON_PERSON);
}

/* Several at once: what the machine itself is comes before its key, that
 * before the inventory, and the window last: power off and on helps nobody
 * whose key is unknown. */
static void
the_first_cause_to_mend_is_told_first(void **state)
{
	struct plan_facts f = good();
	char detail[PLAN_DETAIL];

	(void)state;
	window_over(&f);
	no_profile(&f);
	assert_int_equal(plan_decide(&f, detail), REASON_PROFILE_NONE);
	no_name(&f);
	assert_int_equal(plan_decide(&f, detail), REASON_MAP_NONE);
	key_unknown(&f);
	assert_int_equal(plan_decide(&f, detail), REASON_KEY_UNKNOWN);
	zero_uuid(&f);
	assert_int_equal(plan_decide(&f, detail), REASON_UUID_BAD);
}

static void
a_long_detail_is_cut_not_overrun(void **state)
{
	static char name[256], place[512];
	struct plan_facts f = good();
	char detail[PLAN_DETAIL];

	(void)state;
	memset(name, 'n', sizeof(name) - 1);
	memset(place, 'p', sizeof(place) - 1);
	f.nnames = 2;
	f.name[0] = f.name[1] = name;
	f.name_place[0] = f.name_place[1] = place;
	assert_int_equal(plan_decide(&f, detail), REASON_MAP_AMBIGUOUS);
	assert_int_equal(strlen(detail), PLAN_DETAIL - 1);
}

/* --- passwords --------------------------------------------------------- */

static void
known_add(struct plan_known *k, const char *password)
{
	(void)snprintf(k->earlier[k->nearlier++], PLAN_SECRET, "%s", password);
}

static void
assert_tries(const struct plan_known *k, const char *joined)
{
	char to[PLAN_TRIES][PLAN_SECRET];
	char all[PLAN_TRIES * PLAN_SECRET] = "";
	size_t n = plan_passwords(to, k);

	assert_in_range(n, 0, PLAN_TRIES);
	for (size_t i = 0; i < n; i++) {
		if (i != 0)
			strcat(all, ",");
		strcat(all, to[i]);
	}
	assert_string_equal(all, joined);
}

static void
a_factory_machine_is_tried_with_its_keys_passwords_then_admin(void **state)
{
	struct plan_known k = { .mebx_next = "Next!123",
		.mebx_now = "Now!1234" };

	(void)state;
	assert_tries(&k, "Next!123,Now!1234,admin");
	strcpy(k.mebx_now, "admin");
	assert_tries(&k, "Next!123,admin");
}

static void
admin_is_not_tried_once_the_hello_says_that_one_was_set(void **state)
{
	struct plan_known k = { .mebx_now = "admin", .creds_set = true };

	(void)state;
	assert_tries(&k, "");
	strcpy(k.mebx_next, "Next!123");
	assert_tries(&k, "Next!123");
}

static void
what_a_run_before_planned_comes_first(void **state)
{
	struct plan_known k = { .mebx_next = "Next!123" };

	(void)state;
	known_add(&k, "Planned!1");
	known_add(&k, "Set!1234");
	assert_tries(&k, "Planned!1,Set!1234,Next!123,admin");
}

static void
a_planned_mebx_password_may_be_the_admins(void **state)
{
	struct plan_known k = { .mebx_next = "Next!123", .creds_set = true };

	(void)state;
	known_add(&k, "Planned!1");
	strcpy(k.mebx_planned[0], "Mebx!1234");
	k.nmebx_planned = 1;
	assert_tries(&k, "Planned!1,Next!123,Mebx!1234");
}

static void
none_is_tried_twice(void **state)
{
	struct plan_known k = { .mebx_next = "Same!123",
		.mebx_now = "Same!123",
		.nmebx_planned = 1 };

	(void)state;
	known_add(&k, "Same!123");
	strcpy(k.mebx_planned[0], "Same!123");
	assert_tries(&k, "Same!123,admin");
}

static void
six_are_tried_and_the_keys_own_keep_their_places(void **state)
{
	struct plan_known k = { .mebx_next = "Next!123",
		.mebx_now = "Now!1234",
		.nmebx_planned = 1 };
	char each[PLAN_SECRET];

	(void)state;
	for (int i = 0; i < PLAN_TRIES; i++) {
		(void)snprintf(each, sizeof(each), "Old!000%d", i);
		known_add(&k, each);
	}
	strcpy(k.mebx_planned[0], "Mebx!1234");
	assert_tries(&k, "Old!0000,Old!0001,Old!0002,Next!123,Now!1234,admin");
}

static void
one_with_a_comma_is_not_tried(void **state)
{
	struct plan_known k = { .mebx_next = "Comma,12" };

	(void)state;
	assert_tries(&k, "admin");
}

/* --- when again -------------------------------------------------------- */

static struct plan_try
after(enum reason_id met)
{
	return (struct plan_try){ .now = NOW,
		.failed = true,
		.failed_at = NOW - 30,
		.met = met,
		.not_before = NOW + 30,
		.key_changed = NOW - HOUR };
}

static void
a_failure_that_passes_waits_for_its_time(void **state)
{
	struct plan_try t = after(REASON_CONNECT_TIMEOUT);

	(void)state;
	assert_false(plan_due(&t));
	t.not_before = NOW;
	assert_true(plan_due(&t));
	t.not_before = NOW + 30;
	t.stirred = true;
	assert_true(plan_due(&t));
	t = (struct plan_try){ .now = NOW };
	assert_true(plan_due(&t));
}

static void
a_failure_of_a_time_to_come_is_not_waited_for(void **state)
{
	struct plan_try t = after(REASON_CONNECT_TIMEOUT);

	(void)state;
	/* Two clocks may be a minute apart. */
	t.failed_at = NOW + 60;
	assert_false(plan_due(&t));
	t.failed_at = NOW + 61;
	assert_true(plan_due(&t));
}

static void
what_needs_a_person_waits_until_something_has_changed(void **state)
{
	struct plan_try t = after(REASON_AUTH_REFUSED);

	(void)state;
	t.not_before = 0;
	assert_false(plan_due(&t));
	t.renamed = true;
	assert_true(plan_due(&t));
	t.renamed = false;
	t.key_changed = NOW - 10;
	assert_true(plan_due(&t));
	t.key_changed = 0;
	t.stirred = true;
	assert_true(plan_due(&t));
}

/* A person makes a CA or mends the signer program; the machine says nothing. */
static void
a_machine_that_got_no_certificate_is_tried_again_after_an_hour(void **state)
{
	static const enum reason_id ids[] = { REASON_SIGNER_MISSING,
		REASON_SIGNER_REFUSED, REASON_SIGNER_ANSWER,
		REASON_SIGNER_OTHER_KEY, REASON_SIGNER_OTHER_NAME,
		REASON_SIGNER_PERIOD };

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		struct plan_try t = after(ids[i]);

		t.not_before = 0;
		t.failed_at = NOW - HOUR + 1;
		t.key_changed = 0;
		assert_false(plan_due(&t));
		t.failed_at = NOW - HOUR;
		assert_true(plan_due(&t));
	}
}

/* Planning looks at the profile anew each time. */
static void
a_refused_release_waits_for_its_profile_alone(void **state)
{
	struct plan_try t = after(REASON_PROFILE_UNSUPPORTED);

	(void)state;
	t.not_before = 0;
	assert_true(plan_due(&t));
}

/* --- back-off ---------------------------------------------------------- */

static void
the_back_off_doubles_from_a_minute_to_an_hour(void **state)
{
	static const int64_t want[] = { 60, 120, 240, 480, 960, 1920, 3600,
		3600, 3600 };

	(void)state;
	for (int64_t n = 1; n <= 9; n++)
		assert_int_equal(backoff_seconds(n), want[n - 1]);
	assert_int_equal(backoff_seconds(INT64_MAX), 3600);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_cause_has_its_reason_and_names_the_other_party),
		cmocka_unit_test(every_planning_refusal_waits_for_a_person),
		cmocka_unit_test(the_first_cause_to_mend_is_told_first),
		cmocka_unit_test(a_long_detail_is_cut_not_overrun),
		cmocka_unit_test(
		    a_factory_machine_is_tried_with_its_keys_passwords_then_admin),
		cmocka_unit_test(
		    admin_is_not_tried_once_the_hello_says_that_one_was_set),
		cmocka_unit_test(what_a_run_before_planned_comes_first),
		cmocka_unit_test(a_planned_mebx_password_may_be_the_admins),
		cmocka_unit_test(none_is_tried_twice),
		cmocka_unit_test(
		    six_are_tried_and_the_keys_own_keep_their_places),
		cmocka_unit_test(one_with_a_comma_is_not_tried),
		cmocka_unit_test(
		    a_machine_that_got_no_certificate_is_tried_again_after_an_hour),
		cmocka_unit_test(a_refused_release_waits_for_its_profile_alone),
		cmocka_unit_test(a_failure_that_passes_waits_for_its_time),
		cmocka_unit_test(a_failure_of_a_time_to_come_is_not_waited_for),
		cmocka_unit_test(
		    what_needs_a_person_waits_until_something_has_changed),
		cmocka_unit_test(the_back_off_doubles_from_a_minute_to_an_hour),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
