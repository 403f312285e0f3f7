#ifndef CERTCHOICE_H
#define CERTCHOICE_H

/*
 * certchoice - which chains of a site's certificates a machine may take, the
 * best first; and when it takes none, why.  Facts in, a verdict out: no store.
 *
 * A machine that says hello version 3 lists the hashes of the roots that it
 * knows.  What else it compares it does not say: its DNS suffix is taken to be
 * the domain of its name in the inventory, and without its release the hashes
 * have to tell how old it is.
 *
 * Sources: Intel AMT Implementation and Reference Guide, "Root Certificate
 * Hashes"; release.def, suffix.def.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

#include "amt/chain.h"
#include "amt/release.h"
#include "base/reason.h"
#include "hello/hello.h"
#include "plan/plan.h"

/* So many are tried at one machine, each once. */
#define CERTCHOICE_MAX 4

/* What is known of a machine, or of all that are alike. */
struct certchoice_machine {
	const struct hello *hello; /* of version 3: its hashes */
	const char *domain;        /* lower case; "" not known */
	bool release_known;
	struct release release;
	int64_t now; /* seconds since 1970 */
};

struct certchoice {
	struct chain chain[CERTCHOICE_MAX]; /* borrowed certificates */
	size_t n;
	/* When n is 0: CERT-... and the detail. */
	enum reason_id why;
	char detail[PLAN_DETAIL];
};

/*
 * leaves: those of all whose key the site has.  With none of them the reason is
 * CERT-NONE.
 */
void certchoice_run(struct certchoice *c, const struct certchoice_machine *m,
    X509 *const *leaves, size_t nleaves, STACK_OF(X509) * all);

/* "Go Daddy Root CA G2, 2 of no known CA": whose the hashes are; "31 roots"
 * where that has no room. */
void certchoice_offered(char *to, size_t cap, const struct hello *hello);

#endif
