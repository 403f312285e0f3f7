/*
 * Replies of real machines about themselves drive the conversation, from the
 * first question to the commit, and the taking back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "request_shape.h"
#include "setup_captured.h"
#include "setup_run_managed.h"

#define G "go-wsman-messages/"

static const char *file, *as;
static char reply[CAPTURED_MAX], context[64], high[4096];
static unsigned given;

static const char *
give(const char *verb, const char *of, const char *body)
{
	struct shape q = shape_open(body);
	char what[96];

	shape_close(&q);
	if (strcmp(of, "SetHighAccuracyTimeSynch") == 0)
		(void)snprintf(high, sizeof(high), "%s", body);
	if (strcmp(verb, "Pull") == 0 && context[0] != '\0') {
		assert_non_null(strstr(body, context));
		context[0] = '\0';
	}
	(void)snprintf(what, sizeof(what), "%s %s", verb, of);
	if (strcmp(what, as) != 0)
		return NULL;
	given++;
	captured_read(file, reply);
	captured_as(reply, verb);
	if (strcmp(verb, "Enumerate") == 0) {
		const char *at = strstr(reply, "EnumerationContext>");

		assert_non_null(at);
		at += strlen("EnumerationContext>");
		(void)snprintf(context, sizeof(context), ">%.*s<",
		    (int)strcspn(at, "<"), at);
	}
	captured_relate(reply, body);
	return reply;
}

static struct outcome
answered(struct setup_job *j, struct device *d, const char *name,
    const char *what)
{
	struct outcome o;

	d->captured = give;
	file = name;
	as = what;
	given = 0;
	context[0] = high[0] = '\0';
	o = run(j, d);
	if (given == 0)
		fail_msg("%s: nobody asked for %s, but %s", name, what,
		    d->said);
	assert_string_equal(context, "");
	return o;
}

static int
begin(void **state)
{
	(void)state;
	settings_free(&profile);
	return 0;
}

/* --- a set-up ------------------------------------------------------------- */

static void
what_is_answered_with_success_goes_on(void **state)
{
	static const char *const uses[][2] = {
		{ G "amt/authorization/setadminaclentryex.xml",
		    "Call SetAdminAclEntryEx" },
		{ "rps/AMT_AuthorizationService.SetAdminAclEntryExResponse."
		  "rv0.xml",
		    "Call SetAdminAclEntryEx" },
		{ "wsman-messages/AMT_AuthorizationService."
		  "SetAdminAclEntryExResponse.rv0.xml",
		    "Call SetAdminAclEntryEx" },
		{ G "amt/setupandconfiguration/setmebxpassword.xml",
		    "Call SetMEBxPassword" },
		{ G "amt/setupandconfiguration/commitchanges.xml",
		    "Call CommitChanges" },
		{ "rpc-go/AMT_SetupAndConfigurationService."
		  "CommitChangesResponse.rv0.xml",
		    "Call CommitChanges" },
		{ G "cim/software/identity/enumerate.xml",
		    "Enumerate CIM_SoftwareIdentity" },
	};

	(void)state;
	if (captured_are_absent())
		skip();
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		strcpy(j.mebx_next, MEBX);
		o = answered(&j, &d, uses[i][0], uses[i][1]);
		is_set_up(&o, &d);
		assert_int_equal(d.mebxs, 1);
	}
}

/* The time that the machine named goes back to it. */
static void
its_time_is_what_the_clock_is_set_from(void **state)
{
	static const char *const uses[][2] = {
		{ G "amt/timesynchronization/getlowaccuracytimesynch.xml",
		    ":Ta0>1704586865<" },
		{ "rpc-go/AMT_TimeSynchronizationService."
		  "GetLowAccuracyTimeSynchResponse.rv0.xml",
		    ":Ta0>1704394160<" },
	};

	(void)state;
	if (captured_are_absent())
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct setup_job j = job();
		struct device d = device();

		(void)answered(&j, &d, uses[i][0],
		    "Call GetLowAccuracyTimeSynch");
		assert_non_null(strstr(high, uses[i][1]));
	}
}

/* A list with another part's version alone names no release of AMT; the web
 * server's name does, where it has one. */
static void
another_parts_version_is_not_amts(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	if (captured_are_absent())
		skip();
	o = answered(&j, &d, G "cim/software/identity/get.xml",
	    "Pull CIM_SoftwareIdentity");
	is_set_up(&o, &d);
	assert_string_equal(o.firmware, "9.1.20.1035");
	d = device();
	d.server = "";
	o = answered(&j, &d, G "cim/software/identity/get.xml",
	    "Pull CIM_SoftwareIdentity");
	assert_string_equal(o.firmware, "");
	ends(&o, REASON_REPLY_BAD, "version");
	assert_false(wrote(&d));
}

/* --- who it is ------------------------------------------------------------ */

static void
a_damaged_uuid_ends_it_before_anything_is_written(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	if (captured_are_absent())
		skip();
	o = answered(&j, &d, G "amt/setupandconfiguration/getuuid-bad.xml",
	    "Call GetUuid");
	ends(&o, REASON_REPLY_BAD, "UUID");
	assert_false(wrote(&d));
}

/* Without GetUuid it is the package's number. */
static void
the_packages_number_says_who_it_is(void **state)
{
	static const char *const files[] = { G
		"cim/computer/systempackage/get.xml",
		"mps/CIM_ComputerSystemPackage.PullResponse.xml" };

	(void)state;
	if (captured_are_absent())
		skip();
	for (size_t i = 0; i < 2; i++)
		for (size_t own = 0; own < 2; own++) {
			struct setup_job j = job();
			struct device d = device();
			char text[CAPTURED_MAX], *at;
			struct outcome o;

			captured_read(files[i], text);
			at = strstr(text, "PlatformGUID>");
			assert_non_null(at);
			at += strlen("PlatformGUID>");
			for (size_t n = 0; own == 1 && n < 16; n++) {
				unsigned byte;

				assert_int_equal(sscanf(at + 2 * n, "%2x",
				                     &byte),
				    1);
				j.uuid[n] = (uint8_t)byte;
			}
			d.uuid_faults = true;
			o = answered(&j, &d, files[i],
			    "Get CIM_ComputerSystemPackage");
			if (own == 1)
				is_set_up(&o, &d);
			else
				assert_false(wrote(&d));
		}
}

/* Both are of machines that are set up: nobody sets those up anew. */
static void
a_machine_in_post_is_found_so(void **state)
{
	static const char *const files[] = { G
		"amt/setupandconfiguration/pull.xml",
		"mps/AMT_SetupAndConfigurationService.PullResponse.xml" };

	(void)state;
	if (captured_are_absent())
		skip();
	for (size_t i = 0; i < 2; i++) {
		struct setup_job j = kept_job(SETUP_CHECK);
		struct device d = kept_device();
		struct outcome o;

		o = answered(&j, &d, files[i],
		    "Get AMT_SetupAndConfigurationService");
		ends(&o, REASON_NONE, "");
		assert_false(wrote(&d));
		j = job();
		d = device();
		o = answered(&j, &d, files[i],
		    "Get AMT_SetupAndConfigurationService");
		assert_int_equal(d.commits, 0);
	}
}

static void
its_control_mode_is_read(void **state)
{
	struct setup_job j = kept_job(SETUP_CHECK);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	if (captured_are_absent())
		skip();
	d.pki.control_mode = 1; /* its own word; the reply's is 2, admin */
	o = answered(&j, &d, G "ips/hostbasedsetup/get.xml",
	    "Get IPS_HostBasedSetupService");
	ends(&o, REASON_NONE, "");
}

/* --- taken back ----------------------------------------------------------- */

static void
it_is_taken_back(void **state)
{
	static const struct {
		const char *file, *as;
		enum setup_wish wish;
	} uses[] = {
		{ G "amt/setupandconfiguration/unprovision.xml",
		    "Call Unprovision", SETUP_UNPROVISION },
		{ "rps/AMT_SetupAndConfigurationService.UnprovisionResponse."
		  "rv0.http",
		    "Call Unprovision", SETUP_UNPROVISION },
		{ "rps/AMT_SetupAndConfigurationService.UnprovisionResponse."
		  "rv0-2.http",
		    "Call Unprovision", SETUP_UNPROVISION },
		{ G "amt/setupandconfiguration/partialunprovision.xml",
		    "Call PartialUnprovision", SETUP_UNPROVISION_PARTIAL },
	};

	(void)state;
	if (captured_are_absent())
		skip();
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		struct setup_job j = kept_job(uses[i].wish);
		struct device d = kept_device();
		struct outcome o = answered(&j, &d, uses[i].file, uses[i].as);

		ends(&o, REASON_NONE, "");
		assert_string_equal(o.milestones,
		    "reached unprovisioning unprovisioned ");
		assert_int_equal(d.unprovisions, 1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, begin)
		TEST(what_is_answered_with_success_goes_on),
		TEST(its_time_is_what_the_clock_is_set_from),
		TEST(another_parts_version_is_not_amts),
		TEST(a_damaged_uuid_ends_it_before_anything_is_written),
		TEST(the_packages_number_says_who_it_is),
		TEST(a_machine_in_post_is_found_so),
		TEST(its_control_mode_is_read),
		TEST(it_is_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
