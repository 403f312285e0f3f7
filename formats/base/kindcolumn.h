#ifndef KINDCOLUMN_H
#define KINDCOLUMN_H

/*
 * kindcolumn - a column of a kind, for the files that define kinds.
 */
#include "base/kinds.h"

/* clang-format would break each of these into three lines. */
/* clang-format off */
#define TEXT(its_name) { .name = its_name, .type = COLUMN_TEXT }
#define NUMBER(its_name) { .name = its_name, .type = COLUMN_NUMBER }
#define TIME(its_name) { .name = its_name, .type = COLUMN_TIME }
#define FLAG(its_name) { .name = its_name, .type = COLUMN_FLAG }
#define SECRET(its_name) { .name = its_name, .type = COLUMN_SECRET }
/* clang-format on */

#endif
