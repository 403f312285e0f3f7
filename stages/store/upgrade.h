#ifndef UPGRADE_H
#define UPGRADE_H

/*
 * upgrade - makes the tables of a store, and takes an older store to the
 * schema of today.  schema.sql has the steps; only upgrade.c reads it.
 *
 * Before the missing steps run, every table, index and view is compared with
 * what the steps up to the store's version make today.  It should be the same:
 * a step that landed never changes (tests/pipelines/upgrade.bats holds a
 * checksum of each).  But steps 1 to 4 were changed in place once, so stores of
 * the same version differ: keys WITHOUT ROWID, three sealed columns instead of
 * one, other indexes.  What differs is made anew with its rows, in the same
 * transaction.  So a step may rely on what the steps before it say.
 *
 * meta has a row "schema" then: the version that the store was compared at.
 * It is compared again only when steps are missing.
 */
#include "store/store.h"

/* All steps on an empty database; inside a transaction. */
void upgrade_make(struct db *db);

enum upgrade_fit {
	UPGRADE_FITS,    /* as this program makes it */
	UPGRADE_FOREIGN, /* no store */
	UPGRADE_OLDER,   /* upgrade_run has something to do */
	UPGRADE_NEWER,
};

/* Changes nothing.  The store's version, and that of this program. */
enum upgrade_fit upgrade_fit(struct db *db, int *version, int *wanted);

/* Ends the program (66, 78) when this is no store, or a newer one. */
void upgrade_check(struct store *s);

/* Repairs and upgrades; s->seal is there by then. */
void upgrade_run(struct store *s);

#endif
