#ifndef SETUPBIN_COMMON_H
#define SETUPBIN_COMMON_H

/*
 * setupbin_common - what all records of a stick get, from setupbin-make's
 * options. common is a record without a machine; each function ends the program
 * with 64 and a message that names the option when an argument is not legal.
 */
#include "stick/setupbin.h"

/* --set NAME=VALUE; cuts arg in two. */
void setupbin_common_set(struct setupbin_record *common, char *arg);

/*
 * --root [sha1:|sha256:|sha384:]FILE, without a word the best digest that the
 * header's version has.  Ends with 66 when the file cannot be read, with 65
 * when it is no certificate.
 */
void setupbin_common_root(struct setupbin_record *common,
    const struct setupbin_header *h, const char *arg);

/* The file in the argument of --root. */
const char *setupbin_common_root_file(const char *arg);

/* A setting that the version does not have is told once, not per record. */
void setupbin_common_try(const struct setupbin_record *common,
    const struct setupbin_header *h);

#endif
