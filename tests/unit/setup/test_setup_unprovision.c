#include "setup/setup_unprovision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "setup_run_managed.h"

static const enum setup_wish wishes[] = { SETUP_UNPROVISION,
	SETUP_UNPROVISION_PARTIAL };

static void
a_machine_is_taken_back_and_that_is_seen(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++)
		for (int tls = 0; tls < 2; tls++) {
			struct setup_job j = kept_job(wishes[i]);
			struct device d = kept_device();
			struct outcome o;

			d.tls_stays = tls;
			d.on_tls_only = tls;
			o = run(&j, &d);
			ends(&o, REASON_NONE, "");
			assert_string_equal(o.milestones,
			    "reached unprovisioning unprovisioned ");
			assert_int_equal(d.state, i);
			assert_int_equal(d.unprovisions, 1);
		}
}

/* Of a machine with a certificate of its own, which is set up with
 * certificates. */
static void
in_setup_it_shows_another_certificate(void **state)
{
	static const char leaf[] = "0123456789012345678901234567890123456789"
	                           "012345678901234567890123";

	(void)state;
	for (int lost = 0; lost < 2; lost++) {
		struct setup_job j = kept_job(SETUP_UNPROVISION_PARTIAL);
		struct device d = kept_device();
		struct outcome o;

		(void)snprintf(j.leaf, sizeof(j.leaf), "%s", leaf);
		d.leaf = leaf;
		d.tls_stays = d.on_tls_only = d.setup_leaf = true;
		if (lost) {
			d.method = "PartialUnprovision";
			d.mishap = HANG_AFTER;
		}
		o = run(&j, &d);
		assert_int_equal(d.unprovisions, 1);
		/* who shows it may be anybody, unless the machine said yes */
		ends(&o, lost ? REASON_VERIFY_UNREACHED : REASON_NONE, "");
	}
}

static void
a_lost_answer_is_looked_at_before_it_is_sent_again(void **state)
{
	static const enum mishap mishaps[] = { CUT_BEFORE, CUT_AFTER,
		HANG_AFTER };
	static const char *const methods[] = { "Unprovision",
		"PartialUnprovision" };

	(void)state;
	for (unsigned i = 0; i < 2; i++)
		for (size_t m = 0; m < 3; m++) {
			struct setup_job j = kept_job(wishes[i]);
			struct device d = kept_device();
			struct outcome o;

			d.method = methods[i];
			d.mishap = mishaps[m];
			d.times = 1;
			o = run(&j, &d);
			ends(&o, REASON_NONE, "");
			assert_int_equal(d.state, i);
			assert_int_equal(d.unprovisions, 1);
		}
}

static void
what_forbids_it_is_named(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		struct setup_job j = kept_job(wishes[i]);
		struct device d = kept_device();
		struct outcome o;

		d.audited = true;
		o = run(&j, &d);
		ends(&o, REASON_UNPROVISION_BLOCKED, "its audit log");
		assert_int_equal(d.state, 2);
		d.method = "GetUnprovisionBlockingComponents";
		d.mishap = SOAP_FAULT;
		d.mishap_text = "b:ActionNotSupported";
		o = run(&j, &d);
		ends(&o, REASON_UNPROVISION_BLOCKED, "does not name");
	}
}

/* Ports that do not talk are no proof but where a run before may have asked. */
static void
silence_is_taken_for_it_only_on_a_later_attempt(void **state)
{
	struct setup_job j = kept_job(SETUP_UNPROVISION);
	struct device d = kept_device();
	struct outcome o;

	(void)state;
	d.state = 0;
	o = run(&j, &d);
	ends(&o, REASON_CONNECT_REFUSED, "");
	j.attempt = 2;
	o = run(&j, &d);
	ends(&o, REASON_NONE, "no port of a machine that is set up talks");
	assert_int_equal(d.unprovisions, 0);
	/* out of reach is not unprovisioned */
	d.plain_port = d.tls_port = SETUP_CONNECT_TIMEOUT;
	d.state = 2;
	o = run(&j, &d);
	ends(&o, REASON_VERIFY_UNREACHED, "is not known");
}

/* Refusing us, one with mutual TLS is still there; any other that asks for a
 * certificate is back in setup. */
static void
who_demands_certificates_is_not_taken_for_unprovisioned(void **state)
{
	static const enum setup_outcome outcomes[] = { SETUP_CONSOLE_WANTED,
		SETUP_CONSOLE_REFUSED };

	(void)state;
	for (size_t i = 0; i < 2; i++)
		for (int mutual = 0; mutual < 2; mutual++) {
			struct setup_job j =
			    kept_job(SETUP_UNPROVISION_PARTIAL);
			struct device d = kept_device();
			struct outcome o;

			j.attempt = 2;
			asks_for(&j, "tls", mutual ? "mutual" : "server");
			d.plain_port = SETUP_CONNECT_REFUSED;
			d.tls_port = outcomes[i];
			o = run(&j, &d);
			if (mutual)
				ends(&o, REASON_CONNECT_REFUSED,
				    i == 0 ? "port 16993: CONSOLE-NONE"
				           : "port 16993: CONSOLE-REFUSED");
			else
				ends(&o, REASON_NONE, "talks any more");
			assert_int_equal(d.unprovisions, 0);
		}
	settings_free(&profile);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_machine_is_taken_back_and_that_is_seen),
		cmocka_unit_test(in_setup_it_shows_another_certificate),
		cmocka_unit_test(
		    a_lost_answer_is_looked_at_before_it_is_sent_again),
		cmocka_unit_test(what_forbids_it_is_named),
		cmocka_unit_test(
		    silence_is_taken_for_it_only_on_a_later_attempt),
		cmocka_unit_test(
		    who_demands_certificates_is_not_taken_for_unprovisioned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
