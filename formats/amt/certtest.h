#ifndef CERTTEST_H
#define CERTTEST_H

/* certtest - what the tests of certcheck share; a part of it. */
#include "amt/certcheck.h"

/* Sets what came of a test.  advice may be NULL. */
void certtest_set(struct certcheck *c, enum certtest test, enum certgrade grade,
    const char *advice, const char *why, ...)
    __attribute__((format(printf, 5, 6)));

/* Does a release take it? */
typedef enum known certtest_fn(const struct release_pki *row,
    const struct certcheck *c);

/*
 * Asks fn about the release that is wished, or about those that are in use:
 * all of them take it: pass; none: fail; else warn.  what is what it is, and
 * which releases do not take it is added.
 */
void certtest_judge(struct certcheck *c, enum certtest test, certtest_fn *fn,
    const char *what, const char *advice);

/* A certificate's subject, short enough for a message of several. */
#define CERTTEST_NAME_MAX 72
const char *certtest_subject(char to[CERTTEST_NAME_MAX], const X509 *cert);

void certtest_key(struct certcheck *c, const struct credential *credential);
void certtest_chain(struct certcheck *c, const struct credential *credential);
void certtest_length(struct certcheck *c);
void certtest_root(struct certcheck *c);
void certtest_ca(struct certcheck *c);
void certtest_size(struct certcheck *c);
void certtest_signature(struct certcheck *c);
void certtest_purpose(struct certcheck *c);
void certtest_name(struct certcheck *c);
void certtest_dates(struct certcheck *c);

#endif
