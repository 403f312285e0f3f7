#ifndef DBFAIL_H
#define DBFAIL_H

/*
 * dbfail - how a program ends when its database cannot be read or written: the
 * message and the status (db.h).
 */
enum db_trouble {
	DB_FULL,
	DB_IO,
	DB_BUSY,    /* another program has it */
	DB_NO_OPEN, /* cannot be opened */
	DB_DAMAGED,
	DB_NO_MEMORY,
	DB_MISTAKE /* of ours: a statement that is wrong, or forbidden */
};

/*
 * Who has to say it in another way, as a check does: fn is called before the
 * message, and may end the program.  why is borrowed.
 */
typedef void store_fail_fn(void *arg, enum db_trouble what, const char *why);
void store_fail_listen(store_fail_fn *fn, void *arg);

/* why: in SQLite's words; os: errno, or 0; code: SQLite's own. */
_Noreturn void db_fail(const char *path, enum db_trouble what, const char *why,
    int os, int code);

#endif
