#ifndef SUMMARY_H
#define SUMMARY_H

/*
 * summary - the report for people: what needs somebody first, then what goes
 * by itself, what is missing, what was done, and the keys that are left.
 *
 * Plain text of at most 80 columns but for long names.  Lists are cut at
 * SUMMARY_LIST machines: it goes out by mail, and report.csv has them all.
 */
#include <stdio.h>

#include "report/fleet.h"

#define SUMMARY_LIST 40
#define SUMMARY_LATEST 10

void summary_write(FILE *f, const struct fleet *fleet);

#endif
