#ifndef KEYSPS_H
#define KEYSPS_H

/*
 * keysps - key lists as the SCS database (table csti_pid_map) has its keys: six
 * columns and no header row.
 *
 *	id,pid,pps,current_password,admin_password,used
 *
 * Source: Intel community threads on bulk-loading that table.  Whether its
 * PIDs have dashes is not documented: both are read.  used is 0 or 1.
 */
#include <stdbool.h>

#include "base/fault.h"
#include "keys/keyrow.h"
#include "base/rows.h"

#define KEYSPS_NFIELDS 6

/* Is a file whose first row this is such a list?  Six fields, of which the
 * first is a number: no header row has that. */
bool keysps_row(const struct row *row);

/* The key in a row: as keyrow_read, with f->at the line. */
int keysps_read(struct keyrow *k, const struct row *row, struct fault *f);

#endif
