#ifndef KEYSCSV_H
#define KEYSCSV_H

/*
 * keyscsv - key lists as CSV with a header row: keyscsv(5).
 *
 * Columns stand in any order, named as heading.h and keynames.h say.
 */
#include "fault.h"
#include "heading.h"
#include "keyrow.h"
#include "rows.h"

/*
 * Is this row a header?  1 and *h filled; 0 when it has not both a pid and a
 * pps column; -1 with *f filled when two of its columns mean the same.
 */
int keyscsv_header(struct heading *h, const struct row *row, struct fault *f);

/* The key in a row below that header: as keyrow_read, with f->at the line. */
int keyscsv_read(struct keyrow *k, const struct heading *h,
    const struct row *row, struct fault *f);

#endif
