#include "base/kinds.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct kind *const all[] = { &kind_keys, &kind_map, &kind_hello,
	&kind_chains, &kind_jobs, &kind_results, &kind_devices, &kind_batches,
	&kind_passwords, &kind_keystates, &kind_history, &kind_records,
	&kind_findings, &kind_conflicts, &kind_settlements, &kind_sticks,
	&kind_unnamed, &kind_lookups, &kind_callers, &kind_strangers,
	&kind_listener, &kind_drift, &kind_certificates, &kind_events,
	&kind_checks, &kind_facts, &kind_signing, &kind_signed, &kind_handover,
	&kind_dryrun, &kind_runs };
#define NALL (sizeof(all) / sizeof(all[0]))

static void
each_kind_is_found_by_its_name_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < NALL; i++)
		assert_ptr_equal(kind_find(all[i]->name), all[i]);
	assert_null(kind_find("key"));
	assert_null(kind_find("keys/1"));
	assert_null(kind_find(""));
	assert_null(kind_find("end")); /* would look like an @end line */
}

static void
columns_are_named_once_in_letters_and_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < NALL; i++) {
		const struct kind *k = all[i];

		assert_in_range(k->ncolumns, 1, KIND_COLUMNS_MAX);
		for (size_t n = 0; n < k->ncolumns; n++) {
			const char *name = k->columns[n].name;

			assert_non_null(name);
			assert_int_equal(strspn(name,
			                     "abcdefghijklmnopqrstuvwxyz_"),
			    strlen(name));
			assert_int_equal(kind_column(k, name), n);
		}
		assert_int_equal(kind_column(k, "no such"), -1);
	}
}

static void
enumerations_stand_in_the_order_of_the_columns(void **state)
{
	(void)state;
	assert_int_equal(kind_column(&kind_keys, "pps"), KEYS_PPS);
	assert_int_equal(kind_column(&kind_keys, "from"), KEYS_FROM);
	assert_int_equal(kind_column(&kind_map, "fqdn"), MAP_FQDN);
	assert_int_equal(kind_column(&kind_map, "from"), MAP_FROM);
	assert_int_equal(kind_column(&kind_hello, "pid"), HELLO_PID);
	assert_int_equal(kind_column(&kind_hello, "from"), HELLO_FROM);
	assert_int_equal(kind_column(&kind_jobs, "pps"), JOBS_PPS);
	assert_int_equal(kind_column(&kind_jobs, "admin_now"), JOBS_ADMIN_NOW);
	assert_int_equal(kind_column(&kind_jobs, "admin_next"),
	    JOBS_ADMIN_NEXT);
	assert_int_equal(kind_column(&kind_jobs, "mebx_next"), JOBS_MEBX_NEXT);
	assert_int_equal(kind_column(&kind_jobs, "not_after"), JOBS_NOT_AFTER);
	assert_int_equal(kind_column(&kind_results, "reason"), RESULTS_REASON);
	assert_int_equal(kind_column(&kind_results, "firmware"),
	    RESULTS_FIRMWARE);
	assert_int_equal(kind_column(&kind_devices, "state"), DEVICES_STATE);
	assert_int_equal(kind_column(&kind_devices, "not_before"),
	    DEVICES_NOT_BEFORE);
	assert_int_equal(kind_column(&kind_devices, "set_up"), DEVICES_SET_UP);
	assert_int_equal(kind_column(&kind_batches, "revoked"),
	    BATCHES_REVOKED);
	assert_int_equal(kind_column(&kind_findings, "text"), FINDINGS_TEXT);
	assert_int_equal(kind_column(&kind_passwords, "mebx"), PASSWORDS_MEBX);
	assert_int_equal(kind_column(&kind_records, "record"), RECORDS_RECORD);
	assert_int_equal(kind_column(&kind_records, "from"), RECORDS_FROM);
	assert_int_equal(kind_column(&kind_sticks, "taken"), STICKS_TAKEN);
	assert_int_equal(kind_column(&kind_sticks, "collected"),
	    STICKS_COLLECTED);
}

/* hellos is a number in @devices and in @callers.  seen is the day of an entry
 * of the map, and of a batch how many keys. */
static void
columns_of_one_name_are_of_one_type(void **state)
{
	(void)state;
	for (size_t i = 0; i < NALL; i++)
		for (size_t n = 0; n < all[i]->ncolumns; n++)
			for (size_t j = 0; j < NALL; j++) {
				const struct column *c = &all[i]->columns[n];
				int at = kind_column(all[j], c->name);

				if (at != -1 && strcmp(c->name, "seen") != 0)
					assert_int_equal(all[j]
					                     ->columns[at]
					                     .type,
					    c->type);
			}
}

/* Whoever adds a column has to decide; this list is the decision. */
static void
exactly_keys_and_passwords_are_secret(void **state)
{
	static const char *const secret[] = { "pps", "mebx_now", "mebx_next",
		"admin_now", "admin_next", "admin", "mebx", "key" };

	(void)state;
	for (size_t i = 0; i < NALL; i++) {
		bool any = false;

		for (size_t n = 0; n < all[i]->ncolumns; n++) {
			const struct column *c = &all[i]->columns[n];
			bool want = false;

			for (size_t s = 0; s < 8; s++)
				want |= strcmp(c->name, secret[s]) == 0;
			assert_int_equal(c->type == COLUMN_SECRET, want);
			any |= want;
		}
		assert_int_equal(kind_secret(all[i]), any);
	}
	assert_false(kind_secret(&kind_devices));
	assert_true(kind_secret(&kind_jobs));
}

static void
what_comes_as_it_happens_is_a_journal_the_rest_is_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < NALL; i++)
		assert_int_equal(all[i]->whole,
		    all[i] != &kind_hello && all[i] != &kind_results &&
		        all[i] != &kind_findings && all[i] != &kind_signing &&
		        all[i] != &kind_signed);
}

/* The page is where people look columns up. */
static void
the_page_has_every_column_and_says_of_which_type_it_is(void **state)
{
	static const char *const words[] = {
		[COLUMN_NUMBER] = "A number.",
		[COLUMN_TIME] = "A time.",
		[COLUMN_FLAG] = "A flag.",
		[COLUMN_SECRET] = "Secret.",
	};
	static char page[32768];
	char path[4096];
	FILE *f;

	(void)state;
	assert_non_null(getenv("AMT_TEST_ROOT"));
	(void)snprintf(path, sizeof(path), "%s/formats/base/kinds.5",
	    getenv("AMT_TEST_ROOT"));
	f = fopen(path, "r");
	assert_non_null(f);
	page[fread(page, 1, sizeof(page) - 1, f)] = '\0';
	(void)fclose(f);
	for (size_t i = 0; i < NALL; i++) {
		char want[64];
		char *at, *end;

		(void)snprintf(want, sizeof(want), ".Ss @%s\n", all[i]->name);
		at = strstr(page, want);
		assert_non_null(at);
		assert_int_equal(strncmp(strstr(at, "\nA "),
		                     all[i]->whole ? "\nA whole kind.\n"
		                                   : "\nA journal.\n",
		                     10),
		    0);
		for (size_t n = 0; n < all[i]->ncolumns; n++) {
			const struct column *c = &all[i]->columns[n];

			(void)snprintf(want, sizeof(want), ".It Li %s\n",
			    c->name);
			at = strstr(at, ".It Li ");
			assert_non_null(at);
			assert_int_equal(strncmp(at, want, strlen(want)), 0);
			at += strlen(want);
			end = strstr(at, "\n.It");
			if (end == NULL || n + 1 == all[i]->ncolumns)
				end = strstr(at, "\n.El");
			assert_non_null(end);
			assert_in_range(c->type, COLUMN_TEXT, COLUMN_SECRET);
			for (int w = COLUMN_NUMBER; w <= COLUMN_SECRET; w++)
				assert_int_equal(strncmp(end - strlen(words[w]),
				                     words[w],
				                     strlen(words[w])) == 0,
				    (int)c->type == w);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_found_by_its_name_alone),
		cmocka_unit_test(columns_are_named_once_in_letters_and_found),
		cmocka_unit_test(columns_of_one_name_are_of_one_type),
		cmocka_unit_test(
		    enumerations_stand_in_the_order_of_the_columns),
		cmocka_unit_test(exactly_keys_and_passwords_are_secret),
		cmocka_unit_test(
		    what_comes_as_it_happens_is_a_journal_the_rest_is_whole),
		cmocka_unit_test(
		    the_page_has_every_column_and_says_of_which_type_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
