#include "setup.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "setup_device.h"

#define FACTORY_WORD "admin"
#define OLD "Old-Passw0rd"
#define NEXT "N3xt&<Admin>"
#define MEBX "Mebx-Passw0rd"

static const uint8_t uuid[UUID_LEN] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12,
	13, 14, 15, 16 };

/* One conversation, and what came of it. */
struct outcome {
	enum reason_id reason;
	char detail[SETUP_DETAIL_MAX];
	char firmware[32];
	char milestones[128]; /* in order, a blank after each */
	char steps[4096];     /* names of the steps asked */
	unsigned asks;
	int64_t waited_ms;
	enum setup_tls tls; /* of the last request */
};

static struct setup_job
job(void)
{
	struct setup_job j = { .host = "pc-0001",
		.domain = "example.com",
		.ntries = 1,
		.tries = { OLD },
		.admin_next = NEXT,
		.attempt = 1 };

	memcpy(j.uuid, uuid, sizeof(uuid));
	return j;
}

static struct device
device(void)
{
	struct device d;

	device_init(&d, uuid, OLD);
	return d;
}

static void
no_secret(const struct setup_job *j, const char *text)
{
	for (size_t i = 0; i < j->ntries; i++)
		if (strcmp(j->tries[i], FACTORY_WORD) != 0)
			assert_null(strstr(text, j->tries[i]));
	assert_null(strstr(text, j->admin_next));
	if (j->mebx_next[0] != '\0')
		assert_null(strstr(text, j->mebx_next));
}

static void
collect(struct setup *s, struct outcome *o)
{
	enum setup_milestone m;

	while ((m = setup_milestone(s)) != SETUP_NO_MILESTONE)
		(void)snprintf(o->milestones + strlen(o->milestones),
		    sizeof(o->milestones) - strlen(o->milestones), "%s ",
		    setup_milestone_name(m));
}

static struct outcome
run(const struct setup_job *j, struct device *d)
{
	struct setup *s = setup_new(j);
	struct setup_reply r, *in = NULL;
	struct setup_ask ask;
	struct talk t = { .open = false };
	struct outcome o = { .asks = 0 };
	enum setup_next next;
	int64_t now = 1800000000, wait_ms = 0;

	while ((next = setup_step(s, in, now, &ask, &wait_ms)) != SETUP_END) {
		collect(s, &o);
		in = NULL;
		if (next == SETUP_WAIT) {
			assert_in_range(wait_ms, 1, 10000);
			o.waited_ms += wait_ms;
			now += wait_ms / 1000;
			continue;
		}
		assert_true(++o.asks <= 120);
		assert_in_range(ask.limit_ms, 1000, 20000);
		assert_int_equal(strlen(ask.body), ask.len);
		(void)snprintf(o.steps + strlen(o.steps),
		    sizeof(o.steps) - strlen(o.steps), "%s ", ask.step);
		o.tls = ask.tls;
		r = device_talk(d, &t, &ask, now);
		if (r.outcome == SETUP_HTTP_TIMEOUT ||
		    r.outcome == SETUP_CONNECT_TIMEOUT)
			now += ask.limit_ms / 1000;
		in = &r;
	}
	collect(s, &o);
	o.reason = setup_reason(s);
	strcpy(o.detail, setup_detail(s));
	strcpy(o.firmware, setup_firmware(s));
	no_secret(j, o.detail);
	assert_int_equal(setup_step(s, NULL, now, &ask, &wait_ms), SETUP_END);
	setup_free(s);
	return o;
}

static void
opens_with(const struct device *d, const char *password)
{
	char ha1[33];

	device_hash(d, password, ha1);
	assert_string_equal(d->ha1, ha1);
}

static void
ends(const struct outcome *o, enum reason_id reason, const char *detail)
{
	assert_string_equal(reason_get(o->reason)->code,
	    reason_get(reason)->code);
	if (strstr(o->detail, detail) == NULL)
		fail_msg("detail is \"%s\", expected in it \"%s\"", o->detail,
		    detail);
}

/* Set up as the job wants it, whatever the way there was. */
static void
is_set_up(const struct outcome *o, const struct device *d)
{
	ends(o, REASON_NONE, "");
	assert_int_equal(d->state, 2);
	assert_int_equal(d->commits, 1);
	assert_string_equal(d->host, "pc-0001");
	assert_string_equal(d->domain, "example.com");
	assert_in_range(d->clock + 1, 0, 2);
	opens_with(d, NEXT);
	assert_non_null(strstr(o->milestones, "reached "));
	assert_non_null(strstr(o->milestones, "admin-set "));
	assert_non_null(strstr(o->milestones, "named committed verified "));
}

/* --- the way through ----------------------------------------------------- */

static void
a_machine_in_setup_mode_ends_verified(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.milestones,
	    "reached clock-set admin-set named committed verified ");
	assert_string_equal(o.firmware, "9.1.20");
	assert_string_equal(o.detail, "");
	assert_string_equal(o.steps,
	    "read-state read-uuid list-version pull-version pull-version "
	    "read-settings read-clock set-clock set-admin check-admin "
	    "put-names commit verify-state verify-names ");
	assert_int_equal(o.waited_ms, 1000);
	assert_int_equal(d.puts, 1);
	assert_int_equal(d.admins, 1);
	assert_int_equal(d.refusals, 0);
	assert_int_equal(d.mebxs, 0);
}

static void
the_digest_is_base64_of_the_raw_md5(void **state)
{
	struct setup_job j = job();
	struct device d = device();

	(void)state;
	strcpy(j.admin_next, "P@ssw0rd");
	/* printf %s 'admin:Digest:A4...01:P@ssw0rd' | openssl md5 -binary |
	 * base64 */
	(void)run(&j, &d);
	assert_string_equal(d.last_digest, "0U47lqEbveOOxnHDtbsGAw==");
}

static void
a_realm_of_any_characters_is_taken_as_it_stands(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(d.realm, " Intel(R) AMT (ID:<1>) & \"x\": ");
	device_hash(&d, OLD, d.ha1);
	o = run(&j, &d);
	is_set_up(&o, &d);
	memset(d.realm, 'r', 255);
	d.realm[255] = '\0';
	d = device();
	d.realm[0] = '\0';
	device_hash(&d, OLD, d.ha1);
	o = run(&j, &d);
	ends(&o, REASON_REPLY_BAD, "read-settings: no DigestRealm");
}

static void
what_is_put_back_is_what_was_read(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	j.ping = SETUP_OFF;
	j.rmcp_ping = SETUP_ON;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(d.oem, "a & b <c> \"d\"");
	assert_string_equal(d.ping, "false");
	assert_string_equal(d.rmcp, "true");
	/* the repeated one, and in the order read */
	assert_non_null(strstr(d.put_body,
	    "<r:OemID>a &amp; b &lt;c&gt; &quot;d&quot;</r:OemID>"
	    "<r:OemID>2</r:OemID><r:PingResponseEnabled>false"
	    "</r:PingResponseEnabled><r:RmcpPingResponseEnabled>true"
	    "</r:RmcpPingResponseEnabled><r:SharedFQDN>true"));
}

static void
nothing_is_written_that_is_right_already(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(d.host, j.host);
	strcpy(d.domain, j.domain);
	j.ping = SETUP_ON;
	j.rmcp_ping = SETUP_KEEP;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.puts, 0);
	/* a switch the firmware does not know is not made up */
	d = device();
	d.no_ping_property = true;
	j.ping = SETUP_OFF;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_null(strstr(d.put_body, "Ping"));
}

static void
long_and_dotted_names_arrive(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	memset(j.host, 'h', 63);
	for (size_t i = 0; i < 255; i++)
		j.domain[i] = i % 50 == 49 ? '.' : 'd';
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_string_equal(d.host, j.host);
	assert_string_equal(d.domain, j.domain);
	/* names come back in another case, none has a domain */
	j = job();
	j.domain[0] = '\0';
	d = device();
	o = run(&j, &d);
	ends(&o, REASON_NONE, "");
	assert_string_equal(d.domain, "");
}

static void
the_mebx_password_is_set_when_the_job_says_so(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX "<&>");
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(d.mebx, MEBX "<&>");
	assert_string_equal(o.milestones,
	    "reached clock-set mebx-set admin-set named committed verified ");
}

static void
a_coupled_password_changes_with_the_mebx(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	d.password_model = 0;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.refusals, 1);
	assert_int_equal(d.admins, 1);
}

static void
a_machine_may_refuse_to_set_the_mebx_password(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	d.mebx_once = true;
	o = run(&j, &d);
	ends(&o, REASON_RETURN_CODE,
	    "set-mebx: SetMEBxPassword returned 16 (not permitted)");
	opens_with(&d, OLD);
	strcpy(j.mebx_next, "short");
	d = device();
	o = run(&j, &d);
	ends(&o, REASON_RETURN_CODE,
	    "set-mebx: SetMEBxPassword returned 2054 (invalid password)");
}

/* --- passwords ----------------------------------------------------------- */

static void
passwords_are_tried_in_order_and_once(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.tries[0], "Wrong-1-pass");
	strcpy(j.tries[1], "Wrong-2-pass");
	strcpy(j.tries[2], "Wrong-1-pass");
	strcpy(j.tries[3], OLD);
	strcpy(j.tries[4], FACTORY_WORD);
	j.ntries = 5;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.refusals, 2);
	d = device();
	strcpy(j.tries[3], "Wrong-3-pass");
	o = run(&j, &d);
	ends(&o, REASON_AUTH_REFUSED, "read-state: passwords refused: 4");
	assert_int_equal(d.refusals, 4);
	assert_int_equal(o.asks, 4);
	assert_string_equal(o.milestones, "");
}

static void
a_later_attempt_also_tries_what_was_planned(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	strcpy(j.tries[0], "Wrong-1-pass");
	device_hash(&d, MEBX, d.ha1);
	o = run(&j, &d);
	ends(&o, REASON_AUTH_REFUSED, "passwords refused: 1");
	j.attempt = 2;
	o = run(&j, &d);
	is_set_up(&o, &d);
}

static void
a_password_refused_in_mid_talk_gets_one_fresh_connection(void **state)
{
	static const char *const methods[] = { "GetUuid", "Enumerate", "Pull",
		"GetLowAccuracyTimeSynch", "SetHighAccuracyTimeSynch",
		"SetAdminAclEntryEx", "Put", "CommitChanges" };

	(void)state;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.method = methods[i];
		d.mishap = REFUSED_401;
		d.times = 1;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(d.refusals, 1);
		d = device();
		d.method = methods[i];
		d.mishap = REFUSED_401;
		o = run(&j, &d);
		ends(&o, REASON_AUTH_REFUSED,
		    "accepted before and is refused now");
		assert_int_equal(d.refusals, 2);
	}
}

static void
a_password_that_did_not_take_is_set_once_more(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	/* answered with success, and not carried out */
	d.method = "SetAdminAclEntryEx";
	d.mishap = RETURNS;
	d.mishap_code = 0;
	d.times = 1;
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	d.method = "SetAdminAclEntryEx";
	d.mishap = RETURNS;
	d.mishap_code = 0;
	o = run(&j, &d);
	ends(&o, REASON_AUTH_REFUSED,
	    "check-admin: SetAdminAclEntryEx was accepted twice");
	assert_int_equal(d.state, 1);
	assert_int_equal(d.commits, 0);
}

/* --- the connection ------------------------------------------------------ */

static void
each_way_not_to_connect_has_its_reason(void **state)
{
	static const struct {
		enum setup_outcome outcome;
		enum reason_id reason;
		unsigned asks;
	} ways[] = {
		{ SETUP_CONNECT_REFUSED, REASON_CONNECT_REFUSED, 1 },
		{ SETUP_CONNECT_TIMEOUT, REASON_CONNECT_TIMEOUT, 1 },
		{ SETUP_CONNECT_NO_ROUTE, REASON_CONNECT_NO_ROUTE, 1 },
		{ SETUP_TLS_KEY_REFUSED, REASON_TLS_KEY_REFUSED, 3 },
		{ SETUP_TLS_FAILED, REASON_TLS_FAILED, 3 },
		{ SETUP_TLS_CLOSED, REASON_TLS_CLOSED, 3 },
		{ SETUP_TLS_TIMEOUT, REASON_TLS_TIMEOUT, 1 },
		{ SETUP_HTTP_CLOSED, REASON_HTTP_CLOSED, 2 },
		{ SETUP_HTTP_TIMEOUT, REASON_HTTP_TIMEOUT, 1 },
		{ SETUP_HTTP_BROKEN, REASON_REPLY_BAD, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.tls_port = ways[i].outcome;
		o = run(&j, &d);
		ends(&o, ways[i].reason, "read-state: ");
		assert_int_equal(o.asks, ways[i].asks);
	}
}

static void
the_ladder_goes_down_once_and_keeps_the_rung_that_works(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.lowest = SETUP_TLS_1_0;
	d.rung[0] = SETUP_TLS_KEY_REFUSED;
	d.rung[1] = SETUP_TLS_CLOSED;
	o = run(&j, &d);
	is_set_up(&o, &d);
	/* three rungs, a fresh one for the new password, the look after it */
	assert_int_equal(d.connections, 5);
	assert_int_equal(o.tls, SETUP_TLS_1_0);
}

static void
of_the_ladders_failures_the_one_that_says_most_is_told(void **state)
{
	static const enum setup_outcome K = SETUP_TLS_KEY_REFUSED,
	                                F = SETUP_TLS_FAILED,
	                                C = SETUP_TLS_CLOSED,
	                                T = SETUP_CONNECT_TIMEOUT;
	const struct {
		enum setup_outcome rung[3];
		enum reason_id reason;
	} ladders[] = {
		{ { K, F, C }, REASON_TLS_KEY_REFUSED },
		{ { C, F, K }, REASON_TLS_KEY_REFUSED },
		{ { C, F, C }, REASON_TLS_FAILED },
		{ { C, C, C }, REASON_TLS_CLOSED },
		{ { F, T, C }, REASON_TLS_FAILED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ladders) / sizeof(ladders[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.lowest = SETUP_TLS_1_0 + 1;
		memcpy(d.rung, ladders[i].rung, sizeof(d.rung));
		o = run(&j, &d);
		ends(&o, ladders[i].reason, "read-state: ");
	}
}

/* --- the wrong machine or state ------------------------------------------ */

static void
another_machine_is_left_alone_and_both_are_named(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.uuid[0] = 0xff;
	o = run(&j, &d);
	ends(&o, REASON_UUID_MISMATCH,
	    "the hello came from 04030201-0605-0807-090a-0b0c0d0e0f10, here "
	    "answers 040302ff-0605-0807-090a-0b0c0d0e0f10");
	assert_string_equal(d.said, "Get GetUuid ");
	assert_string_equal(o.milestones, "");
	d.uuid_faults = true;
	o = run(&j, &d);
	ends(&o, REASON_UUID_MISMATCH, "040302ff-");
}

static void
a_uuid_comes_from_the_package_where_there_is_no_getuuid(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.uuid_faults = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	d = device();
	d.method = "GetUuid";
	d.mishap = NO_RETURN;
	o = run(&j, &d);
	is_set_up(&o, &d);
}

static void
old_firmware_is_known_by_header_or_identity(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.server = "Intel(R) Active Management Technology 3.1.9";
	d.mishap = PAGE_500;
	d.at = 1;
	o = run(&j, &d);
	ends(&o, REASON_VERSION_UNSUPPORTED, "firmware 3.1.9");
	assert_string_equal(o.firmware, "3.1.9");
	d = device();
	d.server = "AMT";
	d.version = "2.6.0";
	o = run(&j, &d);
	ends(&o, REASON_VERSION_UNSUPPORTED, "pull-version: firmware 2.6.0");
	d = device();
	d.server = "Intel(R) Active Management Technology 3.2.0";
	d.version = "3.2.0";
	o = run(&j, &d);
	is_set_up(&o, &d);
}

static void
the_header_will_do_where_the_identity_faults(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.version = NULL;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(o.firmware, "9.1.20.1035");
	d = device();
	d.version = NULL;
	d.server = "";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "list-version: ActionNotSupported");
	d = device();
	d.version = "next";
	d.server = "";
	o = run(&j, &d);
	ends(&o, REASON_REPLY_BAD, "VersionString of AMT is no version");
}

static void
other_states_are_left_to_a_person(void **state)
{
	static const struct {
		unsigned state, mode;
		const char *detail;
	} odd[] = {
		{ 0, 1, "ProvisioningState 0" },
		{ 3, 1, "ProvisioningState 3" },
		{ 1, 4, "ProvisioningMode 4" },
		{ 2, 4, "ProvisioningMode 4" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		j.attempt = 2;
		d.state = odd[i].state;
		d.mode = odd[i].mode;
		if (d.state == 2)
			device_hash(&d, NEXT, d.ha1);
		o = run(&j, &d);
		ends(&o, REASON_STATE_UNEXPECTED, odd[i].detail);
		assert_int_equal(d.puts + d.admins + d.commits, 0);
	}
}

/* --- found half-done ----------------------------------------------------- */

static void
a_machine_found_half_done_is_finished(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	j.attempt = 2;
	strcpy(j.tries[0], NEXT);
	strcpy(j.tries[1], OLD);
	j.ntries = 2;
	device_hash(&d, NEXT, d.ha1);
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.admins, 0);
	assert_string_equal(o.milestones,
	    "reached admin-set clock-set named committed verified ");
	assert_string_equal(o.detail, "the admin password was set already");
	/* names too */
	d.state = 1;
	d.commits = 0;
	d.puts = 0;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.puts, 0);
	/* all of it: only the news was lost */
	d.commits = 1;
	d.said[0] = '\0';
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(d.said, "Get GetUuid Get ");
	assert_string_equal(o.milestones,
	    "reached admin-set named committed verified ");
	assert_non_null(strstr(o.detail, "found committed"));
}

static void
a_machine_set_up_by_others_is_not_touched(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	j.attempt = 2;
	d.state = 2;
	strcpy(d.host, "theirs");
	o = run(&j, &d);
	ends(&o, REASON_ALREADY_SET_UP, "refuses the planned password");
	assert_int_equal(d.refusals, 1);
	device_hash(&d, NEXT, d.ha1);
	o = run(&j, &d);
	ends(&o, REASON_ALREADY_SET_UP, "HostName is theirs");
	assert_int_equal(d.puts + d.admins + d.commits, 0);
}

static void
a_first_attempt_does_not_look_at_the_other_port(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.state = 2;
	o = run(&j, &d);
	ends(&o, REASON_CONNECT_REFUSED, "read-state: connection refused");
	assert_int_equal(o.asks, 1);
}

static void
with_nobody_on_the_other_port_the_first_reason_stands(void **state)
{
	static const enum setup_outcome outcomes[] = { SETUP_CONNECT_REFUSED,
		SETUP_CONNECT_TIMEOUT, SETUP_TLS_TIMEOUT, SETUP_TLS_CLOSED,
		SETUP_TLS_FAILED };
	static const enum reason_id reasons[] = { REASON_CONNECT_REFUSED,
		REASON_CONNECT_TIMEOUT, REASON_TLS_TIMEOUT, REASON_TLS_CLOSED,
		REASON_TLS_FAILED };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		j.attempt = 3;
		d.tls_port = outcomes[i];
		d.plain_port = SETUP_CONNECT_NO_ROUTE;
		o = run(&j, &d);
		ends(&o, reasons[i], "read-state: ");
	}
}

static void
a_password_that_fits_by_chance_is_set_when_the_commit_asks(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.tries[0], NEXT);
	device_hash(&d, NEXT, d.ha1);
	d.needs_admin_call = true;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.admins, 1);
}

/* --- answers ------------------------------------------------------------- */

static void
codes_that_pass_are_waited_for(void **state)
{
	static const unsigned codes[] = { 2, 0x2f, 0x30, 0x31, 0x80d, 2082 };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.method = "CommitChanges";
		d.mishap = RETURNS;
		d.mishap_code = codes[i];
		d.times = 5;
		o = run(&j, &d);
		is_set_up(&o, &d);
		assert_int_equal(o.waited_ms, 2000 + 5000 + 3 * 10000 + 1000);
		d = device();
		d.method = "CommitChanges";
		d.mishap = RETURNS;
		d.mishap_code = codes[i];
		o = run(&j, &d);
		ends(&o, REASON_NOT_READY, "commit: CommitChanges returned ");
		assert_int_equal(o.waited_ms, 37000);
	}
}

static void
each_code_that_stays_has_its_reason(void **state)
{
	static const struct {
		const char *method;
		unsigned code;
		enum reason_id reason;
		const char *detail;
	} cases[] = {
		{ "SetAdminAclEntryEx", 38, REASON_FLASH_LIMIT,
		    "set-admin: SetAdminAclEntryEx returned 38" },
		{ "CommitChanges", 38, REASON_FLASH_LIMIT, "commit: " },
		{ "CommitChanges", 2057, REASON_COMMIT_REFUSED,
		    "commit: CommitChanges returned 2057 (data missing)" },
		{ "CommitChanges", 1, REASON_RETURN_CODE,
		    "commit: CommitChanges returned 1 (internal error)" },
		{ "SetHighAccuracyTimeSynch", 36, REASON_RETURN_CODE,
		    "set-clock: SetHighAccuracyTimeSynch returned 36 (invalid "
		    "parameter)" },
		{ "SetAdminAclEntryEx", 2057, REASON_RETURN_CODE,
		    "set-admin: " },
		{ "SetAdminAclEntryEx", 77777, REASON_RETURN_CODE,
		    "returned 77777 (unknown code)" },
		{ "GetLowAccuracyTimeSynch", 1, REASON_RETURN_CODE,
		    "read-clock: " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct setup_job j = job();
		struct device d = device();
		struct outcome o;

		d.method = cases[i].method;
		d.mishap = RETURNS;
		d.mishap_code = cases[i].code;
		o = run(&j, &d);
		ends(&o, cases[i].reason, cases[i].detail);
	}
}

static void
a_fault_is_told_with_its_subcode(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.method = "Put";
	d.mishap = SOAP_FAULT;
	d.mishap_text = "c:AccessDenied";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "put-names: AccessDenied: ");
	d = device();
	d.method = "Put";
	d.mishap = SOAP_FAULT;
	d.mishap_text = "b:EndpointUnavailable";
	o = run(&j, &d);
	ends(&o, REASON_NOT_READY, "put-names: EndpointUnavailable: ");
	/* the same name of another namespace means something else */
	d = device();
	d.method = "Put";
	d.mishap = SOAP_FAULT;
	d.mishap_text = "c:EndpointUnavailable";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "put-names: EndpointUnavailable: ");
}

static void
a_secret_that_the_machine_repeats_is_left_out(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	strcpy(j.mebx_next, MEBX);
	d.method = "SetMEBxPassword";
	d.mishap = SOAP_FAULT;
	d.mishap_text = "c:SchemaValidationError is not " MEBX " at all";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "it repeats a secret");
	d.mishap_text = "c:X \xc3\xbc\n" NEXT;
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "it repeats a secret");
	d.mishap_text = "c:X two\nlines\x7f";
	o = run(&j, &d);
	ends(&o, REASON_SOAP_FAULT, "two\\x0alines\\x7f");
}

static void
what_is_no_answer_is_told_apart(void **state)
{
	static const struct {
		enum mishap mishap;
		enum reason_id reason;
		const char *detail;
	} cases[] = {
		{ PAGE_500, REASON_HTTP_STATUS, "HTTP status 500" },
		{ GARBAGE, REASON_REPLY_BAD, "line 1: not well-formed XML" },
		{ WRONG_RELATES, REASON_REPLY_BAD, "got RelatesTo 4711" },
		{ WRONG_CLASS, REASON_REPLY_BAD, "got Other, expected " },
		{ HANG_AFTER, REASON_HTTP_TIMEOUT, "no answer in time" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (unsigned at = 1; at <= 8; at++) {
			struct setup_job j = job();
			struct device d = device();
			struct outcome o;

			d.at = at;
			d.mishap = cases[i].mishap;
			o = run(&j, &d);
			ends(&o, cases[i].reason, cases[i].detail);
		}
}

static void
a_set_method_without_returnvalue_has_not_answered(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.method = "SetHighAccuracyTimeSynch";
	d.mishap = NO_RETURN;
	o = run(&j, &d);
	ends(&o, REASON_REPLY_BAD,
	    "set-clock: SetHighAccuracyTimeSynch answered without a "
	    "ReturnValue");
	/* where it cannot be sent again blindly, the state is read back */
	d = device();
	d.method = "SetAdminAclEntryEx";
	d.mishap = NO_RETURN;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.admins, 1);
	d = device();
	d.method = "CommitChanges";
	d.mishap = NO_RETURN;
	o = run(&j, &d);
	is_set_up(&o, &d);
}

/* --- lost replies -------------------------------------------------------- */

/* Requests of a conversation that goes well. */
static unsigned
happy_requests(const struct setup_job *j, unsigned model)
{
	struct device d = device();

	d.password_model = model;
	(void)run(j, &d);
	return d.requests;
}

static void
one_cut_anywhere_is_survived(void **state)
{
	static const enum mishap cuts[] = { CUT_BEFORE, CUT_AFTER };
	struct setup_job j = job();

	(void)state;
	for (int mebx = 0; mebx < 3; mebx++) {
		unsigned model = mebx == 2 ? 0 : 1, n;

		strcpy(j.mebx_next, mebx == 0 ? "" : MEBX);
		n = happy_requests(&j, model);
		assert_true(n >= 14);
		for (unsigned k = 1; k <= n; k++)
			for (int c = 0; c < 2; c++) {
				struct device d = device();
				struct outcome o;

				d.password_model = model;
				d.at = k;
				d.mishap = cuts[c];
				o = run(&j, &d);
				is_set_up(&o, &d);
				assert_int_equal(d.admins, 1);
				if (mebx != 0)
					assert_string_equal(d.mebx, MEBX);
			}
	}
}

/* As when the sweep is killed, or the cable pulled, after request k. */
static void
a_second_run_finishes_what_the_first_left_anywhere(void **state)
{
	struct setup_job j = job();

	(void)state;
	for (int mebx = 0; mebx < 3; mebx++) {
		unsigned model = mebx == 2 ? 0 : 1, n;

		strcpy(j.mebx_next, mebx == 0 ? "" : MEBX);
		n = happy_requests(&j, model);
		for (unsigned k = 1; k <= n; k++)
			for (int after = 0; after < 2; after++) {
				struct device d = device();
				struct setup *s;
				struct setup_ask ask;
				struct setup_reply r, *in = NULL;
				struct talk t = { .open = false };
				int64_t wait;
				struct outcome o;

				d.password_model = model;
				d.at = k;
				d.mishap = after ? CUT_AFTER : CUT_BEFORE;
				j.attempt = 1;
				s = setup_new(&j);
				while (d.requests < k)
					switch (setup_step(s, in, 1800000000,
					    &ask, &wait)) {
					case SETUP_ASK:
						r = device_talk(&d, &t, &ask,
						    1800000000);
						in = &r;
						break;
					case SETUP_WAIT:
						in = NULL;
						break;
					default:
						fail();
					}
				setup_free(s);
				d.mishap = FINE;
				j.attempt = 2;
				o = run(&j, &d);
				if (o.reason != REASON_NONE)
					print_error("%d %u %d: %s %s %s\n",
					    mebx, k, after, d.said, o.detail,
					    o.steps);
				is_set_up(&o, &d);
				if (mebx != 0)
					assert_string_equal(d.mebx, MEBX);
			}
	}
}

static void
a_lost_commit_is_looked_for_before_it_is_sent_again(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.cuts_at_commit = true;
	d.restart = 3;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(strstr(d.said, "CommitChanges"),
	    "CommitChanges Get Get ");
	/* a page in its place, and it was carried out all the same */
	d = device();
	d.method = "CommitChanges";
	d.mishap = PAGE_500_AFTER;
	o = run(&j, &d);
	is_set_up(&o, &d);
	/* never carried out: seen on the setup port, and sent once more */
	d = device();
	d.method = "CommitChanges";
	d.mishap = CUT_BEFORE;
	d.times = 1;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_string_equal(strstr(d.said, "CommitChanges"),
	    "CommitChanges Get CommitChanges Get Get ");
	d = device();
	d.method = "CommitChanges";
	d.mishap = CUT_BEFORE;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_FAILED, "ProvisioningState stays 1");
}

static void
the_look_after_the_commit_is_bounded(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.deaf_after_commit = true;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_UNREACHED,
	    "not seen again; last: verify-state: connection refused");
	assert_int_equal(o.waited_ms, 60000);
	assert_non_null(strstr(o.milestones, "committed "));
	assert_null(strstr(o.milestones, "verified"));
	/* looks that hang count as well */
	d = device();
	d.method = "CommitChanges";
	d.mishap = DEAD;
	d.at = 12;
	d.method = NULL;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_UNREACHED, "no answer to the connection");
	assert_in_range(o.waited_ms, 1000, 20000);
}

static void
after_the_commit_the_password_is_offered_twice_at_most(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.at = 13; /* the first look after the commit */
	d.mishap = REFUSED_401;
	o = run(&j, &d);
	is_set_up(&o, &d);
	assert_int_equal(d.refusals, 1);
	assert_int_equal(o.waited_ms, 3000);
}

static void
a_machine_that_shows_another_name_is_not_verified(void **state)
{
	struct setup_job j = job();
	struct device d = device();
	struct outcome o;

	(void)state;
	d.method = "Put";
	d.mishap = RETURNS; /* answered, and not carried out */
	strcpy(d.host, "other");
	strcpy(d.domain, "example.com");
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_FAILED,
	    "HostName is other, DomainName "
	    "example.com");
}

static void
a_reply_too_large_to_put_back_is_refused(void **state)
{
	struct setup_job j = job();
	struct setup *s = setup_new(&j);

	(void)state;
	assert_non_null(s);
	setup_free(s);
	setup_free(NULL);
}

/* --- the job ------------------------------------------------------------- */

static void
settings_are_read_or_refused_whole(void **state)
{
	static const char *const bad[] = { "ping", "ping=", "ping=yes",
		"ping=on,", ",", "ping=on,,rmcp-ping=on", "pong=on",
		"ping=on rmcp-ping=on", "PING=on" };
	struct setup_job j = job();
	struct fault f;

	(void)state;
	assert_int_equal(setup_settings_parse(&j, "", &f), 0);
	assert_int_equal(j.ping, SETUP_KEEP);
	assert_int_equal(setup_settings_parse(&j, "ping=on,rmcp-ping=off", &f),
	    0);
	assert_int_equal(j.ping, SETUP_ON);
	assert_int_equal(j.rmcp_ping, SETUP_OFF);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(setup_settings_parse(&j, bad[i], &f), -1);
		assert_int_equal(j.ping, SETUP_ON);
	}
	assert_int_equal(setup_settings_parse(&j, "rmcp-ping=keep", &f), 0);
	assert_int_equal(j.ping, SETUP_KEEP);
	assert_int_equal(j.rmcp_ping, SETUP_KEEP);
}

static void
a_job_that_cannot_be_carried_is_refused_without_its_secret(void **state)
{
	struct setup_job j = job();
	struct fault f;

	(void)state;
	assert_int_equal(setup_job_check(&j, &f), 0);
	strcpy(j.admin_next, "bad\tpass");
	assert_int_equal(setup_job_check(&j, &f), -1);
	assert_null(strstr(f.why, "pass\t"));
	j = job();
	j.admin_next[0] = '\0';
	assert_int_equal(setup_job_check(&j, &f), -1);
	j = job();
	strcpy(j.mebx_next, "\xc3\xbc");
	assert_int_equal(setup_job_check(&j, &f), -1);
	j = job();
	memset(j.tries[0], 'x', sizeof(j.tries[0]));
	assert_int_equal(setup_job_check(&j, &f), -1);
	assert_string_equal(f.why,
	    "password 1 to try is not 0 to 32 "
	    "printable ASCII characters");
	j = job();
	j.ntries = 0;
	assert_int_equal(setup_job_check(&j, &f), -1);
	j.ntries = SETUP_TRIES_MAX + 1;
	assert_int_equal(setup_job_check(&j, &f), -1);
	j = job();
	strcpy(j.host, "a.b");
	assert_int_equal(setup_job_check(&j, &f), -1);
	j.host[0] = '\0';
	assert_int_equal(setup_job_check(&j, &f), -1);
	j = job();
	strcpy(j.domain, "ex ample");
	assert_int_equal(setup_job_check(&j, &f), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_in_setup_mode_ends_verified),
		cmocka_unit_test(the_digest_is_base64_of_the_raw_md5),
		cmocka_unit_test(
		    a_realm_of_any_characters_is_taken_as_it_stands),
		cmocka_unit_test(what_is_put_back_is_what_was_read),
		cmocka_unit_test(nothing_is_written_that_is_right_already),
		cmocka_unit_test(long_and_dotted_names_arrive),
		cmocka_unit_test(the_mebx_password_is_set_when_the_job_says_so),
		cmocka_unit_test(a_coupled_password_changes_with_the_mebx),
		cmocka_unit_test(a_machine_may_refuse_to_set_the_mebx_password),
		cmocka_unit_test(passwords_are_tried_in_order_and_once),
		cmocka_unit_test(a_later_attempt_also_tries_what_was_planned),
		cmocka_unit_test(
		    a_password_refused_in_mid_talk_gets_one_fresh_connection),
		cmocka_unit_test(a_password_that_did_not_take_is_set_once_more),
		cmocka_unit_test(each_way_not_to_connect_has_its_reason),
		cmocka_unit_test(
		    the_ladder_goes_down_once_and_keeps_the_rung_that_works),
		cmocka_unit_test(
		    of_the_ladders_failures_the_one_that_says_most_is_told),
		cmocka_unit_test(
		    another_machine_is_left_alone_and_both_are_named),
		cmocka_unit_test(
		    a_uuid_comes_from_the_package_where_there_is_no_getuuid),
		cmocka_unit_test(old_firmware_is_known_by_header_or_identity),
		cmocka_unit_test(the_header_will_do_where_the_identity_faults),
		cmocka_unit_test(other_states_are_left_to_a_person),
		cmocka_unit_test(a_machine_found_half_done_is_finished),
		cmocka_unit_test(a_machine_set_up_by_others_is_not_touched),
		cmocka_unit_test(
		    a_first_attempt_does_not_look_at_the_other_port),
		cmocka_unit_test(
		    with_nobody_on_the_other_port_the_first_reason_stands),
		cmocka_unit_test(
		    a_password_that_fits_by_chance_is_set_when_the_commit_asks),
		cmocka_unit_test(codes_that_pass_are_waited_for),
		cmocka_unit_test(each_code_that_stays_has_its_reason),
		cmocka_unit_test(a_fault_is_told_with_its_subcode),
		cmocka_unit_test(a_secret_that_the_machine_repeats_is_left_out),
		cmocka_unit_test(what_is_no_answer_is_told_apart),
		cmocka_unit_test(
		    a_set_method_without_returnvalue_has_not_answered),
		cmocka_unit_test(one_cut_anywhere_is_survived),
		cmocka_unit_test(
		    a_second_run_finishes_what_the_first_left_anywhere),
		cmocka_unit_test(
		    a_lost_commit_is_looked_for_before_it_is_sent_again),
		cmocka_unit_test(the_look_after_the_commit_is_bounded),
		cmocka_unit_test(
		    after_the_commit_the_password_is_offered_twice_at_most),
		cmocka_unit_test(
		    a_machine_that_shows_another_name_is_not_verified),
		cmocka_unit_test(a_reply_too_large_to_put_back_is_refused),
		cmocka_unit_test(settings_are_read_or_refused_whole),
		cmocka_unit_test(
		    a_job_that_cannot_be_carried_is_refused_without_its_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
