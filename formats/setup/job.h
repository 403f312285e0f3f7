#ifndef JOB_H
#define JOB_H

/*
 * job - one record of the jobs stream (kinds(5)), both ways: store-plan writes
 * with job_fields, sweep reads with job_read.
 *
 * What a profile asks for is not in a job: the job names the profile, and the
 * settings stream before it (settings.h) has the rest.  So it is with the
 * certificates to send: chains.h.
 */
#include <stdint.h>

#include "base/domain.h"
#include "base/record.h"
#include "base/text.h"
#include "keys/pidpps.h"
#include "setup/chains.h"
#include "setup/settings.h"
#include "setup/setup_job.h"

#define JOB_ID_MAX 64  /* a UUID, a dot and the attempt: 47 */
#define JOB_ADDRESS 80 /* an IPv6 address with its link, and the NUL */

struct job {
	char id[JOB_ID_MAX + 1];
	char uuid[UUID_TEXT];
	char fqdn[DOMAIN_TEXT];
	char address[JOB_ADDRESS];
	char pid[PID_LEN + 1]; /* "", as pps, where a certificate is the key */
	char pps[PPS_LEN + 1];
	/* Names of chains, the best first, comma-joined; "" with a PID. */
	char chains[SETUP_CHAINS_MAX * SETUP_CHAIN_NAME];
	/* The same of its consoles, the present one first. */
	char console[SETUP_CONSOLES_MAX * SETUP_CHAIN_NAME];
	char profile[SETTINGS_PROFILE];
	int64_t not_after; /* seconds since 1970: the lease's end */
	char *known;       /* see setup_job.h; of malloc, or NULL */
	/* Its uuid, host and domain follow from those above when it is read,
	 * and need not be filled to be written. */
	struct setup_job setup;
};

/*
 * 0, or -1 with *f filled (at is 0) and the job wiped.  Its setup.settings,
 * setup.chains and setup.consoles are for the caller to find.  The caller wipes
 * a job that it no longer needs, with job_wipe.
 */
int job_read(struct job *job, const struct record *r, struct fault *f);
void job_wipe(struct job *job);

/* Its chains and its consoles' among those that were read.  0, or -1 with *f
 * filled: one is not there. */
int job_find_chains(struct job *job, const struct chains *all, struct fault *f);

/* What fields points to besides the job; wiped by the caller. */
struct job_texts {
	char tries[SETUP_TRIES_MAX * (SETUP_PASSWORD_MAX + 1)];
	char attempt[16];
	char not_after[TEXT_TIME];
};

void job_fields(const struct job *job, struct job_texts *texts,
    const char *fields[JOBS_NCOLUMNS]);

#endif
