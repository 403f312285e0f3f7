#include "setup/job.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define UUID "01020304-0506-0708-090a-0b0c0d0e0f10"
#define PPS "A1B0C2D5E3FAG4HFJ5KML6MRN7PXQ8R3"
#define P32 "Aa1!Aa1!Aa1!Aa1!Aa1!Aa1!Aa1!Aa1!"

/* A good job, with one column as the test wants it. */
static int
read_with(struct job *job, int column, const char *value, struct fault *f)
{
	static const char *const good[] = { UUID ".1", UUID,
		"pc-0001.example.com", "127.0.0.1", "psk", "LAB7000A", PPS,
		"Adm1n!pw,admin", "Next!pw1", "", "default", "1",
		"2026-11-22T14:20:00Z", "set-up", "", "", "", "", "", "", "",
		"" };
	static char text[JOBS_NCOLUMNS][512];
	struct record r = { .kind = &kind_jobs };

	for (int i = 0; i < JOBS_NCOLUMNS; i++) {
		(void)snprintf(text[i], sizeof(text[i]), "%s",
		    i == column ? value : good[i]);
		r.field[i] = text[i];
	}
	return job_read(job, &r, f);
}

static void
every_column_finds_its_place(void **state)
{
	struct fault f;
	struct job job;

	(void)state;
	assert_int_equal(read_with(&job, -1, NULL, &f), 0);
	assert_string_equal(job.id, UUID ".1");
	assert_string_equal(job.uuid, UUID);
	assert_int_equal(job.setup.uuid[0], 4); /* SMBIOS order */
	assert_string_equal(job.setup.host, "pc-0001");
	assert_string_equal(job.setup.domain, "example.com");
	assert_string_equal(job.address, "127.0.0.1");
	assert_string_equal(job.pid, "LAB7000A");
	assert_string_equal(job.pps, PPS);
	assert_int_equal(job.setup.ntries, 2);
	assert_string_equal(job.setup.tries[0], "Adm1n!pw");
	assert_string_equal(job.setup.tries[1], "admin");
	assert_string_equal(job.setup.admin_next, "Next!pw1");
	assert_string_equal(job.setup.mebx_next, "");
	assert_string_equal(job.fqdn, "pc-0001.example.com");
	assert_string_equal(job.profile, "default");
	assert_int_equal(job.setup.attempt, 1);
	assert_int_equal(job.not_after, 1795357200);
	assert_int_equal(job.setup.wish, SETUP_SET_UP);
	assert_string_equal(job.setup.realm, "");
	assert_int_equal(read_with(&job, JOBS_WISH, "prove", &f), 0);
	assert_int_equal(job.setup.wish, SETUP_PROVE);
	assert_int_equal(read_with(&job, JOBS_REALM, "Digest:A382", &f), 0);
	assert_string_equal(job.setup.realm, "Digest:A382");
}

static void
an_address_is_ipv4_or_ipv6_and_no_name(void **state)
{
	static const char *const bad[] = { "", "localhost", "127.0.0.1:80",
		"127.0.0", "[::1]", "::1%eth0", "127.0.0.1 ", "fe80::1%",
		"fe80::1%0", "fe80::1%2%2", "fe80::1%-1", "fe80::1%4294967296",
		"127.0.0.1%2", "%2" };
	struct fault f;
	struct job job;

	(void)state;
	assert_int_equal(read_with(&job, JOBS_ADDRESS, "2001:db8::1", &f), 0);
	assert_string_equal(job.address, "2001:db8::1");
	/* a link-local one means nothing without its link */
	assert_int_equal(read_with(&job, JOBS_ADDRESS, "fe80::1%2", &f), 0);
	assert_string_equal(job.address, "fe80::1%2");
	assert_int_equal(read_with(&job, JOBS_ADDRESS,
	                     "fe80:1111:2222:3333:4444:5555:6666:7777%"
	                     "4294967295",
	                     &f),
	    0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(read_with(&job, JOBS_ADDRESS, bad[i], &f), -1);
		assert_memory_equal(f.why, "address: ", 9);
	}
}

static void
a_fault_names_the_column(void **state)
{
	static const struct {
		int column;
		const char *value;
	} bad[] = {
		{ JOBS_JOB, "" },
		{ JOBS_UUID, "pc-0001" },
		{ JOBS_FQDN, "pc-0001" },
		{ JOBS_AUTH, "kerberos" },
		{ JOBS_PID, "LAB7000B" },
		{ JOBS_PPS, "" },
		{ JOBS_ADMIN_NOW, "" },
		{ JOBS_ADMIN_NOW, "a,,b" },
		{ JOBS_ADMIN_NOW, "a," },
		{ JOBS_ADMIN_NOW, P32 "x" },
		{ JOBS_ADMIN_NEXT, "" },
		{ JOBS_ADMIN_NEXT, P32 "x" },
		{ JOBS_MEBX_NEXT, P32 "x" },
		{ JOBS_PROFILE, "" },
		{ JOBS_ATTEMPT, "0" },
		{ JOBS_ATTEMPT, "first" },
		{ JOBS_NOT_AFTER, "tomorrow" },
		{ JOBS_WISH, "" },
		{ JOBS_WISH, "Prove" },
	};
	struct fault f;
	struct job job, none = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *name = kind_jobs.columns[bad[i].column].name;

		assert_int_equal(read_with(&job, bad[i].column, bad[i].value,
		                     &f),
		    -1);
		assert_memory_equal(f.why, name, strlen(name));
		assert_memory_equal(&job, &none, sizeof(job));
	}
}

static void
passwords_end_at_their_ceilings(void **state)
{
	char id[JOB_ID_MAX + 2], realm[SETUP_REALM_MAX + 2];
	struct fault f;
	struct job job;

	(void)state;
	assert_int_equal(read_with(&job, JOBS_ADMIN_NOW, P32, &f), 0);
	assert_string_equal(job.setup.tries[0], P32);
	assert_int_equal(read_with(&job, JOBS_ADMIN_NEXT, P32, &f), 0);
	assert_int_equal(read_with(&job, JOBS_ADMIN_NOW, "1,2,3,4,5,6", &f), 0);
	assert_int_equal(job.setup.ntries, SETUP_TRIES_MAX);
	assert_int_equal(read_with(&job, JOBS_ADMIN_NOW, "1,2,3,4,5,6,7", &f),
	    -1);
	memset(id, 'x', sizeof(id));
	id[JOB_ID_MAX + 1] = '\0';
	assert_int_equal(read_with(&job, JOBS_JOB, id, &f), -1);
	id[JOB_ID_MAX] = '\0';
	assert_int_equal(read_with(&job, JOBS_JOB, id, &f), 0);
	memset(realm, 'x', sizeof(realm));
	realm[SETUP_REALM_MAX + 1] = '\0';
	assert_int_equal(read_with(&job, JOBS_REALM, realm, &f), -1);
	realm[SETUP_REALM_MAX] = '\0';
	assert_int_equal(read_with(&job, JOBS_REALM, realm, &f), 0);
	assert_string_equal(job.setup.realm, realm);
}

static void
a_password_with_other_than_printable_ascii_is_refused(void **state)
{
	struct fault f;
	struct job job;

	(void)state;
	assert_int_equal(read_with(&job, JOBS_ADMIN_NOW, "Adm1n\xc3\xa4", &f),
	    -1);
	assert_int_equal(read_with(&job, JOBS_ADMIN_NEXT, "Adm1n\tpw", &f), -1);
}

static void
the_rung_that_worked_is_where_it_begins(void **state)
{
	static const char *const rungs[] = { "1.2", "1.1", "1.0" };
	const char *fields[JOBS_NCOLUMNS];
	struct job_texts texts;
	struct fault f;
	struct job job;

	(void)state;
	assert_int_equal(read_with(&job, JOBS_TLS, "", &f), 0);
	assert_int_equal(job.setup.tls, SETUP_TLS_BEST);
	assert_false(job.setup.tls_known);
	job_fields(&job, &texts, fields);
	assert_string_equal(fields[JOBS_TLS], "");
	for (int i = 0; i < 3; i++) {
		assert_int_equal(read_with(&job, JOBS_TLS, rungs[i], &f), 0);
		assert_int_equal(job.setup.tls, i);
		job_fields(&job, &texts, fields);
		assert_true(job.setup.tls_known);
		assert_string_equal(fields[JOBS_TLS], rungs[i]);
	}
	assert_int_equal(read_with(&job, JOBS_TLS, "1.3", &f), -1);
	assert_string_equal(f.why,
	    "tls: not a version (1.2, 1.1, 1.0 or empty)");
	assert_int_equal(read_with(&job, JOBS_CHAINS, "a-b", &f), -1);
	assert_string_equal(f.why,
	    "chains: not empty, and the machine is reached with a PID");
}

static void
a_machine_may_show_one_of_a_few_certificates(void **state)
{
	char list[SETUP_LEAVES + SETUP_LEAF] = "";
	struct fault f;
	struct job job;
	size_t len;

	(void)state;
	for (int n = 1; n <= SETUP_LEAVES_MAX + 1; n++) {
		len = strlen(list);
		(void)snprintf(list + len, sizeof(list) - len, "%s%064d",
		    n == 1 ? "" : ",", n);
		assert_int_equal(read_with(&job, JOBS_LEAF, list, &f),
		    n <= SETUP_LEAVES_MAX ? 0 : -1);
		if (n <= SETUP_LEAVES_MAX)
			assert_string_equal(job.setup.leaf, list);
	}
	/* Two of them, cut anywhere, and joined with something else. */
	for (len = 2 * SETUP_LEAF - 1; --len > 0;) {
		list[len] = '\0';
		assert_int_equal(read_with(&job, JOBS_LEAF, list, &f),
		    len == SETUP_LEAF - 1 ? 0 : -1);
	}
	(void)snprintf(list, sizeof(list), "%064d %064d", 1, 2);
	assert_int_equal(read_with(&job, JOBS_LEAF, list, &f), -1);
	(void)snprintf(list, sizeof(list), "%064d,%063dA", 1, 2);
	assert_int_equal(read_with(&job, JOBS_LEAF, list, &f), -1);
	(void)snprintf(list, sizeof(list), "%064d0%064d", 1, 2);
	assert_int_equal(read_with(&job, JOBS_LEAF, list, &f), -1);
}

static void
what_is_known_and_the_certificate_are_taken(void **state)
{
	static const char leaf[] = "0123456789abcdef0123456789abcdef"
	                           "0123456789abcdef0123456789abcdef";
	static const char *const bad[] = { "0123", "x", "ABCDEF" };
	static const char *const wrong[] = { "user", "=x", "a=b,c", "," };
	const char *fields[JOBS_NCOLUMNS];
	struct job_texts texts;
	struct fault f;
	struct job job;

	(void)state;
	assert_int_equal(read_with(&job, JOBS_LEAF, leaf, &f), 0);
	assert_string_equal(job.setup.leaf, leaf);
	job_fields(&job, &texts, fields);
	assert_string_equal(fields[JOBS_LEAF], leaf);
	assert_string_equal(fields[JOBS_KNOWN], "");
	assert_int_equal(read_with(&job, JOBS_REPLACE, leaf, &f), 0);
	assert_string_equal(job.setup.replace, leaf);
	assert_string_equal(job.setup.leaf, "");
	job_fields(&job, &texts, fields);
	assert_string_equal(fields[JOBS_REPLACE], leaf);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(read_with(&job, JOBS_LEAF, bad[i], &f), -1);
		assert_int_equal(read_with(&job, JOBS_REPLACE, bad[i], &f), -1);
	}
	assert_int_equal(read_with(&job, JOBS_KNOWN,
	                     "user-password=ann,wifi-psk=a b", &f),
	    0);
	assert_string_equal(job.setup.known, "user-password=ann,wifi-psk=a b");
	job_fields(&job, &texts, fields);
	assert_string_equal(fields[JOBS_KNOWN],
	    "user-password=ann,wifi-psk=a b");
	job_wipe(&job);
	assert_null(job.known);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(read_with(&job, JOBS_KNOWN, wrong[i], &f), -1);
}

static void
the_certificate_of_a_console_is_one_of_the_chains(void **state)
{
	static struct chains all = { .n = 2,
		.list = { { .name = "aa-1" }, { .name = "bb-2" } } };
	const char *fields[JOBS_NCOLUMNS];
	struct job_texts texts;
	struct fault f;
	struct job job;

	(void)state;
	assert_int_equal(read_with(&job, -1, NULL, &f), 0);
	assert_int_equal(job_find_chains(&job, &all, &f), 0);
	assert_int_equal(job.setup.nconsoles, 0);
	assert_int_equal(read_with(&job, JOBS_CONSOLE, "bb-2", &f), 0);
	assert_int_equal(job.setup.nconsoles, 0); /* not before it was found */
	assert_int_equal(job_find_chains(&job, &all, &f), 0);
	assert_int_equal(job.setup.nconsoles, 1);
	assert_ptr_equal(job.setup.consoles[0], &all.list[1]);
	assert_int_equal(job.setup.nchains, 0);
	job_fields(&job, &texts, fields);
	assert_string_equal(fields[JOBS_CONSOLE], "bb-2");
	assert_int_equal(read_with(&job, JOBS_CONSOLE, "bb-2,aa-1", &f), 0);
	assert_int_equal(job_find_chains(&job, &all, &f), 0);
	assert_int_equal(job.setup.nconsoles, 2);
	assert_ptr_equal(job.setup.consoles[0], &all.list[1]);
	assert_ptr_equal(job.setup.consoles[1], &all.list[0]);
	assert_int_equal(read_with(&job, JOBS_CONSOLE, "aa-1,bb-2,aa-1", &f),
	    0);
	assert_int_equal(job_find_chains(&job, &all, &f), -1);
	assert_string_equal(f.why, "console: more than 2 chains");
	assert_int_equal(read_with(&job, JOBS_CONSOLE, "bb", &f), 0);
	assert_int_equal(job_find_chains(&job, &all, &f), -1);
	assert_string_equal(f.why,
	    "console: no chain \"bb\" came before this job (expected it in a "
	    "chains stream)");
	assert_int_equal(read_with(&job, JOBS_CONSOLE,
	                     "0123456789abcdef-0123456789abcdef,"
	                     "0123456789abcdef-0123456789abcdef,"
	                     "0",
	                     &f),
	    -1);
	assert_string_equal(f.why, "console: is too long");
}

static void
a_commit_that_may_be_due_is_yes_or_empty(void **state)
{
	const char *fields[JOBS_NCOLUMNS];
	struct job_texts texts;
	struct fault f;
	struct job job;

	(void)state;
	assert_int_equal(read_with(&job, -1, NULL, &f), 0);
	assert_false(job.setup.commit);
	job_fields(&job, &texts, fields);
	assert_string_equal(fields[JOBS_COMMIT], "");
	assert_int_equal(read_with(&job, JOBS_COMMIT, "yes", &f), 0);
	assert_true(job.setup.commit);
	job_fields(&job, &texts, fields);
	assert_string_equal(fields[JOBS_COMMIT], "yes");
	assert_int_equal(read_with(&job, JOBS_COMMIT, "no", &f), -1);
	assert_string_equal(f.why, "commit: neither yes nor empty");
}

static void
no_fault_shows_a_secret(void **state)
{
	static const int secret[] = { JOBS_PPS, JOBS_ADMIN_NOW, JOBS_ADMIN_NEXT,
		JOBS_MEBX_NEXT };
	struct fault f;
	struct job job;

	(void)state;
	for (size_t i = 0; i < sizeof(secret) / sizeof(secret[0]); i++) {
		assert_int_equal(read_with(&job, secret[i],
		                     "SECRETSECRETSECRETSECRETSECRETSECRET",
		                     &f),
		    -1);
		assert_null(strstr(f.why, "SECRET"));
	}
}

/* The two ends of the stream: what is written is what is read. */
static void
a_job_that_was_read_is_written_as_it_was(void **state)
{
	const char *fields[JOBS_NCOLUMNS];
	char texts_kept[JOBS_NCOLUMNS][512];
	struct record r = { .kind = &kind_jobs };
	struct job_texts texts;
	struct job job, again;
	struct fault f;

	(void)state;
	for (int wish = 0; wish < 2; wish++) {
		assert_int_equal(read_with(&job, JOBS_WISH,
		                     wish == 0 ? "set-up" : "prove", &f),
		    0);
		job_fields(&job, &texts, fields);
		assert_string_equal(fields[JOBS_ADMIN_NOW], "Adm1n!pw,admin");
		assert_string_equal(fields[JOBS_NOT_AFTER],
		    "2026-11-22T14:20:00Z");
		for (size_t i = 0; i < JOBS_NCOLUMNS; i++) {
			(void)snprintf(texts_kept[i], sizeof(texts_kept[i]),
			    "%s", fields[i]);
			r.field[i] = texts_kept[i];
		}
		assert_int_equal(job_read(&again, &r, &f), 0);
		assert_memory_equal(&job, &again, sizeof(job));
	}
	/* as many passwords as there can be */
	assert_int_equal(read_with(&job, JOBS_ADMIN_NOW,
	                     P32 "," P32 "1," P32 "2," P32 "3," P32 "4," P32
	                         "5",
	                     &f),
	    -1);
	assert_int_equal(read_with(&job, JOBS_ADMIN_NOW,
	                     P32 "," P32 "," P32 "," P32 "," P32 "," P32, &f),
	    0);
	job_fields(&job, &texts, fields);
	assert_int_equal(strlen(fields[JOBS_ADMIN_NOW]), 6 * 33 - 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_finds_its_place),
		cmocka_unit_test(the_rung_that_worked_is_where_it_begins),
		cmocka_unit_test(a_machine_may_show_one_of_a_few_certificates),
		cmocka_unit_test(what_is_known_and_the_certificate_are_taken),
		cmocka_unit_test(
		    the_certificate_of_a_console_is_one_of_the_chains),
		cmocka_unit_test(a_commit_that_may_be_due_is_yes_or_empty),
		cmocka_unit_test(an_address_is_ipv4_or_ipv6_and_no_name),
		cmocka_unit_test(a_fault_names_the_column),
		cmocka_unit_test(passwords_end_at_their_ceilings),
		cmocka_unit_test(
		    a_password_with_other_than_printable_ascii_is_refused),
		cmocka_unit_test(no_fault_shows_a_secret),
		cmocka_unit_test(a_job_that_was_read_is_written_as_it_was),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
