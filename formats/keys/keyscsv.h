#ifndef KEYSCSV_H
#define KEYSCSV_H

/*
 * keyscsv - key lists as CSV with a header row: keyscsv(5).
 *
 * Columns come in any order, named as heading.h and keynames.h say.
 */
#include <stdbool.h>

#include "base/fault.h"
#include "base/heading.h"
#include "keys/keyrow.h"
#include "base/rows.h"

/*
 * Is this row a header?  1 and *h filled; 0 when it has not both a pid and a
 * pps column; -1 with *f filled when two of its columns mean the same.
 */
int keyscsv_header(struct heading *h, const struct row *row, struct fault *f);

/*
 * Is this the first row of a list without a header, of PIDs and PPSs alone?
 * Then *h is what its header would give.  By the shape of the two: whether
 * their check characters are right is asked of each row.
 */
bool keyscsv_pair(struct heading *h, const struct row *row);

/*
 * The first name of a header that is no column of ours and yet sounds like one
 * of secrets, or NULL: borrowed from row.  Its column would be lost silently.
 */
const char *keyscsv_lost(const struct row *row);

/* The key in a row below that header: as keyrow_read, with f->at the line. */
int keyscsv_read(struct keyrow *k, const struct heading *h,
    const struct row *row, struct fault *f);

#endif
