#ifndef SETUPBIN_SHOW_H
#define SETUPBIN_SHOW_H

/*
 * setupbin_show - a setup.bin for people, as text, and for programs, as JSON.
 *
 * Secrets are "********" unless reveal.  The text of equal files is equal but
 * for their name in its first line, so that diff compares files.  Write errors
 * stay in the FILE.
 */
#include <stdbool.h>
#include <stdio.h>

#include "stick/setupbin.h"

void setupbin_show_header(FILE *f, const char *name,
    const struct setupbin_header *h);
void setupbin_show_record(FILE *f, const struct setupbin_record *r,
    bool reveal);

/*
 * One object: begin, the records (or why one was refused) in order, end.
 * more: another one came before it.
 */
void setupbin_show_json_begin(FILE *f, const char *name,
    const struct setupbin_header *h);
void setupbin_show_json_record(FILE *f, const struct setupbin_record *r,
    bool reveal, bool more);
void setupbin_show_json_refused(FILE *f, uint32_t number, const char *why,
    bool more);
void setupbin_show_json_end(FILE *f);

/* The variables that there are, with their limits and rules. */
void setupbin_show_variables(FILE *f);

/* Says each note as a warning with its place. */
void setupbin_show_notes(const char *name, const struct setupbin_notes *notes);

#endif
