#include "store/lives.h"

#include "plan/keystate.h"
#include "plan/machinestate.h"

/* A word that names no state is a mistake of ours: NULL, which no column has.
 */
static void
key_state(struct fed *answer, const struct fed *args, const void *with)
{
	enum key_state s = key_state_find(args[0].p != NULL ? args[0].p : "");

	(void)with;
	if (s != KEY_NSTATES)
		fed_number(answer, s);
}

static void
name_of_key_state(struct fed *answer, const struct fed *args, const void *with)
{
	(void)with;
	if (args[0].n >= 0 && args[0].n < KEY_NSTATES)
		fed_text(answer, key_state_name((enum key_state)args[0].n));
}

static void
key_may(struct fed *answer, const struct fed *args, const void *with)
{
	int64_t from = args[0].n, to = args[1].n;

	(void)with;
	fed_number(answer,
	    from >= 0 && from < KEY_NSTATES && to >= 0 && to < KEY_NSTATES &&
	        key_state_may((enum key_state)from, (enum key_state)to));
}

static enum machine_state
machine_state(const struct fed *name)
{
	return machine_state_find(name->type == FED_TEXT ? name->p : "");
}

static void
machine_may(struct fed *answer, const struct fed *args, const void *with)
{
	enum machine_state from = machine_state(&args[0]);
	enum machine_state to = machine_state(&args[1]);

	(void)with;
	fed_number(answer,
	    from != MACHINE_STATES && to != MACHINE_STATES &&
	        machine_state_may(from, to));
}

/* Temporary: they are this program's, and no step of the schema. */
static const char sql_guard[] =
    "CREATE TEMP TRIGGER keys_life BEFORE UPDATE OF state ON main.keys"
    " WHEN NOT key_may(OLD.state, NEW.state) BEGIN"
    "  SELECT RAISE(ABORT, 'a key may not change its state so, see states(5)');"
    " END;"
    "CREATE TEMP TRIGGER machines_life"
    " BEFORE UPDATE OF state ON main.machines"
    " WHEN NOT machine_may(OLD.state, NEW.state) BEGIN"
    "  SELECT RAISE(ABORT,"
    "   'a machine may not change its state so, see states(5)');"
    " END";

void
lives_guard(struct db *db)
{
	db_function(db, "key_state", 1, key_state, NULL);
	db_function(db, "key_state_name", 1, name_of_key_state, NULL);
	db_function(db, "key_may", 2, key_may, NULL);
	db_function(db, "machine_may", 2, machine_may, NULL);
	db_exec(db, sql_guard);
}
