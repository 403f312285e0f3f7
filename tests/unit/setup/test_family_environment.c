/*
 * The domains in which a machine is inside: family_environment.
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

#define CLASS "AMT_EnvironmentDetectionSettingData"
#define HEAD "<g:DetectionAlgorithm>0</g:DetectionAlgorithm>"
#define ONE(name) "<g:DetectionStrings>" name "</g:DetectionStrings>"
#define TAIL                                                                   \
	"<g:ElementName>E</g:ElementName><g:InstanceID>Intel(r) AMT "          \
	"Environment Detection Settings</g:InstanceID>"

static struct family_machine machine;

static struct family_machine *
new_machine(const char *xml)
{
	machine = (struct family_machine){ .n = 0 };
	(void)family_add(&machine, CLASS, "Intel(r) AMT Environment", xml);
	return &machine;
}

static void
domains_are_compared_as_sets_without_case(void **state)
{
	struct family_machine *m =
	    new_machine(HEAD ONE("B.example") ONE("a.example") TAIL);
	struct family_end e;

	(void)state;
	family_ask("environment-domains", "", "A.example b.example");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
the_list_is_replaced_at_its_place(void **state)
{
	struct family_machine *m = new_machine(HEAD ONE("old.example") TAIL);
	struct family_end e;

	(void)state;
	family_ask("environment-domains", "", "a.example b.example");
	e = family_run(m, &family_check, 0);
	family_ends(&e, REASON_NONE, "differs environment-domains, ");
	assert_int_equal(m->writes, 0);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed environment-domains, ");
	assert_string_equal(m->at[0].xml,
	    HEAD ONE("a.example") ONE("b.example") TAIL);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
	assert_int_equal(m->writes, 0);
}

static void
none_is_a_put_without_strings(void **state)
{
	struct family_machine *m = new_machine(HEAD ONE("old.example") TAIL);
	struct family_end e;

	(void)state;
	family_ask("environment-domains", "", "none");
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "changed environment-domains, ");
	assert_string_equal(m->at[0].xml, HEAD TAIL);
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "");
}

static void
a_lost_answer_is_found_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct family_machine *m = new_machine(HEAD TAIL);
		struct family_end e;

		family_begin(NULL);
		m->lost = "Put " CLASS;
		m->lost_before = i == 1;
		family_ask("environment-domains", "", "a.example");
		e = family_run(m, &family_set_up, 0);
		family_ends(&e, REASON_NONE, "changed environment-domains, ");
		assert_int_equal(m->writes, i + 1);
	}
}

static void
what_is_answered_and_not_kept_is_no_success(void **state)
{
	struct family_machine *m = new_machine(HEAD TAIL);
	struct family_end e;

	(void)state;
	m->deaf = true;
	family_ask("environment-domains", "", "a.example");
	e = family_run(m, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_VERIFY_FAILED);
	m->absent = " " CLASS " ";
	e = family_run(m, &family_set_up, 0);
	family_ends(&e, REASON_NONE, "lacks environment-domains, ");
}

/* --- refused before anything is written ----------------------------------- */

static enum reason_id
checked(const char *domain, const struct setup_want *want)
{
	static const struct setting rows[] = {
		{ .name = "environment-check",
		    .type = SETTING_TEXT,
		    .apply = family_environment_check,
		    .own = family_environment_own,
		    .group = "environment" },
		{ .name = "environment-domains", .type = SETTING_WORDS },
		{ .name = "mps-host", .list = "mps", .type = SETTING_TEXT },
	};
	const struct setup_rules rules = { .dialect = &setup_wsman,
		.way = &family_way,
		.want = want,
		.table = rows,
		.count = 3 };
	struct setup_job job = { .host = "pc",
		.ntries = 1,
		.tries = { "P@ssw0rd" },
		.admin_next = "Next-pw1",
		.attempt = 1,
		.settings = &family_asked };
	struct setup_reply r = { .outcome = SETUP_ANSWERED,
		.status = 200,
		.server = "",
		.realm = "Digest:A" };
	char reply[4096];
	struct setup_ask ask;
	enum reason_id reason;
	struct setup *s;
	int64_t wait_ms;

	(void)snprintf(job.domain, sizeof(job.domain), "%s", domain);
	s = setup_new_by(&job, &rules);
	assert_int_equal(setup_step(s, NULL, 0, 0, &ask, &wait_ms), SETUP_ASK);
	family_envelope(reply, sizeof(reply), "AMT_None",
	    "<n:EnumerateResponse/>");
	r.body = reply;
	r.len = strlen(reply);
	assert_int_equal(setup_step(s, &r, 0, 0, &ask, &wait_ms), SETUP_END);
	reason = setup_reason(s);
	setup_free(s);
	return reason;
}

static void
a_machine_that_would_be_cut_off_is_refused(void **state)
{
	(void)state;
	family_ask("environment-domains", "", "a.example b.example");
	assert_int_equal(checked("lab.B.example", &family_set_up), 0);
	assert_int_equal(checked("c.example", &family_set_up),
	    REASON_DOMAIN_OUTSIDE);
	assert_int_equal(checked("c.example", &family_check), 0);
	family_ask("mps-host", "one", "mps.example.com");
	assert_int_equal(checked("c.example", &family_set_up), 0);
	family_begin(NULL);
	family_ask("environment-domains", "", "none");
	assert_int_equal(checked("c.example", &family_set_up), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(domains_are_compared_as_sets_without_case),
		TEST(the_list_is_replaced_at_its_place),
		TEST(none_is_a_put_without_strings),
		TEST(a_lost_answer_is_found_out),
		TEST(what_is_answered_and_not_kept_is_no_success),
		TEST(a_machine_that_would_be_cut_off_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
