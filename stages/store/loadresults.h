#ifndef LOADRESULTS_H
#define LOADRESULTS_H

/*
 * loadresults - what the files that load results share.  loadresults.c has the
 * stream and the milestones of setups and proofs; loadvisits.c has visits, the
 * jobs of machines that are set up; loadissued.c the certificates that machines
 * were given.
 */
#include "base/kinds.h"
#include "base/reason.h"
#include "store/jobs.h"
#include "store/kept.h"
#include "store/store.h"

struct result {
	struct store *store;
	int64_t at;
	char **field;
	struct job_found job;
};

void result_ends_job(struct result *t, const char *reason);
/* Borrows from *t. */
struct kept_job result_kept(const struct result *t);

bool result_is_visit(const struct result *t);

/* The milestones of visits, and their failures. */
void visit_differs(struct result *t);
void visit_changed(struct result *t);
void visit_sent(struct result *t);
void visit_in_order(struct result *t);
void visit_unprovisioned(struct result *t);
void visit_failed(struct result *t, const struct reason *why);

/* Is it a certificate, and the one that it says to be?  0, or -1. */
int issued_check(struct result *t, struct fault *f);
/* After that. */
void issued_to_machine(struct result *t);
/* Did the machine show one that was issued to it?  Then it is its own. */
bool issued_is_shown(const struct result *t);
void issued_shown(struct result *t);

#endif
