#include "report/fleet.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static int
add(struct fleet *fleet, const char *state, const char *reason,
    const char *attempts, struct fault *f)
{
	char text[DEVICES_NCOLUMNS][48] = { "uuid", "fqdn" };
	struct record r = { .kind = &kind_devices };

	(void)snprintf(text[DEVICES_STATE], sizeof(text[0]), "%s", state);
	(void)snprintf(text[DEVICES_REASON], sizeof(text[0]), "%s", reason);
	(void)snprintf(text[DEVICES_ATTEMPTS], sizeof(text[0]), "%s", attempts);
	for (size_t i = 0; i < DEVICES_NCOLUMNS; i++)
		r.field[i] = text[i];
	return fleet_add(fleet, &r, f);
}

static void
who_has_to_act_follows_from_state_and_reason(void **state)
{
	static const struct {
		const char *state;
		const char *reason;
		enum fleet_group group;
	} cases[] = {
		{ "verified", "", FLEET_SET_UP },
		{ "verified", "QUEUED", FLEET_SET_UP },
		{ "expected", "HELLO-NONE", FLEET_UNSEEN },
		{ "expected", "", FLEET_UNSEEN },
		{ "heard", "", FLEET_WAITS },
		{ "heard", "QUEUED", FLEET_WAITS },
		{ "planned", "RUN-TIME-UP", FLEET_WAITS },
		{ "committed", "RUN-CUT", FLEET_WAITS },
		{ "delayed", "CONNECT-TIMEOUT", FLEET_RETRIES },
		{ "configured", "HTTP-CLOSED", FLEET_RETRIES },
		{ "refused", "KEY-UNKNOWN", FLEET_PERSON },
		{ "heard", "MAP-NONE", FLEET_PERSON },
		{ "expected", "MAP-AMBIGUOUS", FLEET_PERSON },
		{ "unprovisioned", "UNPROVISIONED", FLEET_TAKEN_BACK },
		{ "unprovisioned", "SETUP-AGAIN", FLEET_TAKEN_BACK },
	};
	struct fleet fleet = { 0 };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(add(&fleet, cases[i].state, cases[i].reason,
		                     "", &f),
		    0);
		assert_int_equal(fleet.machines[i].group, cases[i].group);
		assert_non_null(fleet_group_name(fleet.machines[i].group));
	}
	assert_int_equal(fleet.in_group[FLEET_PERSON], 3);
	assert_int_equal(fleet.in_state[MACHINE_HEARD], 3);
	fleet_free(&fleet);
	assert_int_equal(fleet.nmachines, 0);
}

static void
every_state_is_found_by_its_name(void **state)
{
	struct fleet fleet = { 0 };
	struct fault f;

	(void)state;
	for (int s = 0; s < MACHINE_STATES; s++) {
		const char *name = machine_state_name((enum machine_state)s);

		assert_int_equal(add(&fleet, name, "QUEUED", "0", &f), 0);
		assert_int_equal(fleet.machines[s].state, s);
	}
	fleet_free(&fleet);
}

static void
what_breaks_the_contract_is_refused_and_changes_nothing(void **state)
{
	struct fleet fleet = { 0 };
	struct fault f;

	(void)state;
	assert_int_equal(add(&fleet, "herd", "", "", &f), -1);
	assert_string_equal(f.why, "unknown state of a machine (got \"herd\")");
	assert_int_equal(add(&fleet, "", "", "", &f), -1);
	assert_int_equal(add(&fleet, "heard", "QUEUE", "", &f), -1);
	assert_int_equal(add(&fleet, "refused", "", "", &f), -1);
	assert_string_equal(f.why, "machine is refused without a reason");
	assert_int_equal(add(&fleet, "delayed", "", "", &f), -1);
	assert_int_equal(add(&fleet, "heard", "", "-1", &f), -1);
	assert_int_equal(add(&fleet, "heard", "", "4294967296", &f), -1);
	assert_int_equal(fleet.nmachines, 0);
	assert_int_equal(add(&fleet, "heard", "", "4294967295", &f), 0);
	assert_true(fleet.machines[0].attempts == UINT32_MAX);
	fleet_free(&fleet);
}

static void
a_machine_is_called_by_its_name_or_else_its_uuid(void **state)
{
	char none[] = "", uuid[] = "uuid", fqdn[] = "fqdn";
	struct machine m = { 0 };

	(void)state;
	m.field[DEVICES_UUID] = uuid;
	m.field[DEVICES_FQDN] = fqdn;
	assert_string_equal(machine_name(&m), "fqdn");
	m.field[DEVICES_FQDN] = none;
	assert_string_equal(machine_name(&m), "uuid");
}

static void
batches_are_counts_and_other_kinds_are_refused(void **state)
{
	char *batch[] = { (char[]){ "lab7" }, (char[]){ "1" }, (char[]){ "2" },
		(char[]){ "3" }, (char[]){ "4" }, (char[]){ "5" },
		(char[]){ "6" } };
	struct record r = { .kind = &kind_batches };
	struct fleet fleet = { 0 };
	struct fault f;

	(void)state;
	memcpy(r.field, batch, sizeof(batch));
	assert_int_equal(fleet_add(&fleet, &r, &f), 0);
	assert_string_equal(fleet.batches[0].name, "lab7");
	assert_int_equal(fleet.batches[0].keys[BATCHES_REVOKED], 6);
	r.field[BATCHES_SEEN] = (char[]){ "four" };
	assert_int_equal(fleet_add(&fleet, &r, &f), -1);
	assert_string_equal(f.why, "count of seen keys is not a number");
	r.kind = &kind_map;
	assert_int_equal(fleet_add(&fleet, &r, &f), -1);
	assert_int_equal(fleet.nbatches, 1);
	fleet_free(&fleet);
}

static void
a_heartbeat_tells_by_its_age_whether_anybody_listens(void **state)
{
	static const struct {
		const char *said, *at;
		enum listener_state state;
		int64_t age, ahead;
	} rows[] = {
		{ "listening", "2026-11-22T12:00:00Z", LISTENER_LISTENING, 0,
		    0 },
		{ "listening", "2026-11-22T11:59:00Z", LISTENER_LISTENING, 60,
		    0 },
		{ "listening", "2026-11-22T11:58:59Z", LISTENER_SILENT, 61, 0 },
		{ "listening", "2026-11-22T12:01:00Z", LISTENER_LISTENING, 0,
		    0 },
		{ "listening", "2026-11-22T12:01:01Z", LISTENER_SILENT, 0, 61 },
		{ "ended", "2026-11-23T12:00:00Z", LISTENER_ENDED, 0, 86400 },
	};
	char zero[] = "0", many[] = "many", noon[] = "2026-11-22T12:00:00Z";
	struct record r = { .kind = &kind_listener };
	struct fleet fleet = { .made_at = "2026-11-22T12:00:00Z" };
	struct fault f;

	(void)state;
	for (size_t i = 0; i < LISTENER_NCOLUMNS; i++)
		r.field[i] = zero;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char said[16], at[TEXT_TIME];

		(void)snprintf(said, sizeof(said), "%s", rows[i].said);
		(void)snprintf(at, sizeof(at), "%s", rows[i].at);
		r.field[LISTENER_STATE] = said;
		r.field[LISTENER_AT] = at;
		assert_int_equal(fleet_set_listener(&fleet, &r, &f), 0);
		assert_int_equal(fleet.listener.state, rows[i].state);
		assert_int_equal(fleet.listener.age, rows[i].age);
		assert_int_equal(fleet.listener.ahead, rows[i].ahead);
	}
	r.field[LISTENER_STATE] = zero;
	r.field[LISTENER_AT] = noon;
	for (int i = LISTENER_TAKEN; i <= LISTENER_OPEN; i++) {
		r.field[i] = many;
		assert_int_equal(fleet_set_listener(&fleet, &r, &f), -1);
		assert_string_equal(f.why, "heartbeat without its counts");
		r.field[i] = zero;
	}
	r.field[LISTENER_AT] = zero;
	assert_int_equal(fleet_set_listener(&fleet, &r, &f), -1);
	assert_string_equal(f.why, "heartbeat without a time");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_to_act_follows_from_state_and_reason),
		cmocka_unit_test(every_state_is_found_by_its_name),
		cmocka_unit_test(
		    what_breaks_the_contract_is_refused_and_changes_nothing),
		cmocka_unit_test(
		    a_machine_is_called_by_its_name_or_else_its_uuid),
		cmocka_unit_test(
		    batches_are_counts_and_other_kinds_are_refused),
		cmocka_unit_test(
		    a_heartbeat_tells_by_its_age_whether_anybody_listens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
