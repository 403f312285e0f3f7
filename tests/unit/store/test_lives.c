#include "store/lives.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/keys.h"
#include "store/machines.h"

#define PID "LAB70001"
#define UUID "7ab70000-0000-4000-8000-000000000001"

static char dir[] = "/tmp/test_lives.XXXXXX";
static struct store store;

static void
remove_file(const char *name)
{
	char path[sizeof(dir) + 16];

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	(void)unlink(path);
}

/* A site with one key and one machine. */
static int
make_site(void **state)
{
	const uint8_t key[SEAL_KEY] = { 7 };
	char path[sizeof(dir) + 16];

	(void)state;
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/site.key", dir);
	if (seal_key_write(path, key) == -1 ||
	    store_make(&store, dir, key) == -1)
		return -1;
	store_close(&store);
	store_open(&store, dir);
	db_exec(store.db,
	    "INSERT INTO keys (pid, sealed, batch, origin, state, place, added,"
	    "  changed) VALUES ('" PID "', x'', '', '', 0, '', 0, 0);"
	    "INSERT INTO machines VALUES ('" UUID "', 1, 'heard', '', '', '',"
	    "  '', 1, 0, 0, 0, NULL, NULL, NULL, NULL, 0, '')");
	return 0;
}

static int
remove_site(void **state)
{
	(void)state;
	store_close(&store);
	remove_file("site.db");
	remove_file("site.key");
	return rmdir(dir);
}

static void
set_key(enum key_state s)
{
	char sql[256];

	/* The guard has no way back either: another row. */
	(void)snprintf(sql, sizeof(sql),
	    "DELETE FROM keys; INSERT INTO keys (pid, sealed, batch, origin,"
	    " state, place, added, changed) VALUES ('" PID
	    "', x'', '', '', %d, '', 0, 0)",
	    s);
	db_exec(store.db, sql);
}

static void
set_machine(enum machine_state s)
{
	char sql[256];

	(void)snprintf(sql, sizeof(sql),
	    "DELETE FROM machines; INSERT INTO machines VALUES ('" UUID
	    "', 1, '%s', '', '', '', '', 1, 0, 0, 0, NULL, NULL, NULL, NULL,"
	    " 0, '')",
	    machine_state_name(s));
	db_exec(store.db, sql);
}

static enum machine_state
machine_is(void)
{
	struct query *q = query_new(store.db, "SELECT state FROM machines");
	enum machine_state s = MACHINE_STATES;

	if (query_row(q))
		s = machine_state_find(query_get_text(q, 0));
	query_free(q);
	return s;
}

static void
keys_move_as_the_table_says_and_leave_a_line_of_history(void **state)
{
	(void)state;
	for (int from = 0; from < KEY_NSTATES; from++)
		for (int to = 0; to < KEY_NSTATES; to++) {
			bool moves = to > from;

			set_key((enum key_state)from);
			db_exec(store.db, "DELETE FROM key_history");
			assert_int_equal(keys_move(&store, PID,
			                     (enum key_state)to, 1, "test"),
			    moves);
			assert_int_equal(keys_state(&store, PID),
			    moves ? to : from);
			assert_int_equal(
			    db_number(store.db,
			        "SELECT count(*) FROM key_history"),
			    moves);
		}
	assert_false(keys_move(&store, "NOSUCHPI", KEY_USED, 1, "test"));
}

static void
machines_move_as_the_table_says(void **state)
{
	(void)state;
	for (int from = 0; from < MACHINE_STATES; from++)
		for (int to = 0; to < MACHINE_STATES; to++) {
			bool may = machine_state_may((enum machine_state)from,
			    (enum machine_state)to);

			set_machine((enum machine_state)from);
			assert_int_equal(machines_move(&store, UUID,
			                     (enum machine_state)to),
			    may && to != from);
			assert_int_equal(machine_is(), may ? to : from);
		}
}

/* What a statement ends a program with. */
static int
status_of(const char *sql)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (freopen("/dev/null", "w", stderr) == NULL)
			_exit(1);
		store_open(&store, dir);
		db_exec(store.db, sql);
		exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void
a_statement_that_leads_where_there_is_no_way_ends_the_program(void **state)
{
	(void)state;
	set_machine(MACHINE_VERIFIED);
	set_key(KEY_USED);
	store_close(&store);
	assert_int_equal(status_of("UPDATE machines SET state = 'planned'"),
	    EX_SOFTWARE);
	assert_int_equal(status_of("UPDATE machines SET state = 'lost'"),
	    EX_SOFTWARE);
	assert_int_equal(status_of("UPDATE keys SET state = 0"), EX_SOFTWARE);
	assert_int_equal(status_of("UPDATE machines SET state = 'heard'"), 0);
	assert_int_equal(status_of("UPDATE keys SET state = 5"), 0);
	store_open(&store, dir);
	assert_int_equal(machine_is(), MACHINE_HEARD);
	assert_int_equal(keys_state(&store, PID), KEY_REVOKED);
}

static void
sql_knows_the_states_of_keys_by_name(void **state)
{
	(void)state;
	for (int s = 0; s < KEY_NSTATES; s++) {
		char sql[96];

		(void)snprintf(sql, sizeof(sql),
		    "SELECT key_state('%s') = %d AND key_state_name(%d) = '%s'",
		    key_state_name((enum key_state)s), s, s,
		    key_state_name((enum key_state)s));
		assert_int_equal(db_number(store.db, sql), 1);
	}
	assert_int_equal(db_number(store.db,
	                     "SELECT key_state('lost') IS NULL"),
	    1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    keys_move_as_the_table_says_and_leave_a_line_of_history),
		cmocka_unit_test(machines_move_as_the_table_says),
		cmocka_unit_test(
		    a_statement_that_leads_where_there_is_no_way_ends_the_program),
		cmocka_unit_test(sql_knows_the_states_of_keys_by_name),
	};

	return cmocka_run_group_tests(tests, make_site, remove_site);
}
