#ifndef FAMILY_ROOTS_H
#define FAMILY_ROOTS_H

/* family_roots - the removal of roots that the profile lacks, for the families
 * of roots alone. */
#include "setup/family_net.h"

/* The first member of the memory of both. */
struct family_prune {
	struct family_certs certs;
	setup_then_fn *then;
	size_t at;      /* of the classes that refer to certificates */
	bool needs_all; /* nothing may be removed */
	bool done;      /* once is enough */
	/* Those that are used, or were not let go: SHA-256 of each. */
	uint8_t stays[FAMILY_CERTS_MAX][32];
	size_t nstays;
	struct family_cert removed; /* that is on its way out */
	bool accepted;              /* the machine says that it is gone */
};

/* Finds out what is used, removes the rest, reads back, and goes on. */
enum setup_next family_prune(struct setup *s, setup_then_fn *then);

#endif
