#ifndef PRIVACY_H
#define PRIVACY_H

/*
 * privacy - what a program with secrets takes from those around it: a core,
 * its memory, and the environment that libraries obey.
 */
#include <stdbool.h>

/* The environment is reduced to the names that our programs read: the others
 * are for libraries, and some of them write keys to a file or load code. */
void privacy_environment(void);

/* No core file.  secret: nor may others of the same user look into the
 * process.  Called again once a user was changed, which resets it. */
void privacy_core(bool secret);

/* Keeps memory out of the swap.  NULL, or why not all of it could be. */
const char *privacy_memory(void);

#endif
