#ifndef JOB_H
#define JOB_H

/*
 * job - one record of the jobs stream (kinds(5)), read and checked.
 */
#include <stdint.h>

#include "lib/address.h"
#include "base/domain.h"
#include "keys/pidpps.h"
#include "base/record.h"
#include "setup/setup_job.h"

#define JOB_ID_MAX 64 /* a UUID, a dot and the attempt: 47 */

struct job {
	char id[JOB_ID_MAX + 1];
	char uuid[UUID_TEXT];
	char address[ADDRESS_HOST];
	char pid[PID_LEN + 1];
	char pps[PPS_LEN + 1];
	int64_t not_after; /* seconds since 1970: the lease's end */
	struct setup_job setup;
};

/* 0, or -1 with *f filled (at is 0) and the job wiped.  The caller wipes a
 * job that it no longer needs. */
int job_read(struct job *job, const struct record *r, struct fault *f);

#endif
