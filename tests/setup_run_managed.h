#ifndef SETUP_RUN_MANAGED_H
#define SETUP_RUN_MANAGED_H

/*
 * setup_run_managed - jobs and machines that are set up already; see
 * setup_run.h.
 */
#include "setup_run.h"

#define LEAF_A                                                                 \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define LEAF_B                                                                 \
	"fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"

static inline struct setup_job
kept_job(enum setup_wish wish)
{
	struct setup_job j = job();

	j.way = &setup_way_managed;
	j.wish = wish;
	strcpy(j.realm, REALM);
	strcpy(j.tries[0], NEXT);
	return j;
}

/* As a set-up leaves it: in order, but for what the profile asks for. */
static inline struct device
kept_device(void)
{
	struct device d = device();

	d.state = 2;
	d.pki.control_mode = 2;
	d.clock = 0;
	d.clock_set = true;
	strcpy(d.host, "pc-0001");
	strcpy(d.domain, "example.com");
	device_hash(&d, NEXT, d.ha1);
	d.default_admin = false;
	return d;
}

/* Requests that write. */
static inline bool
wrote(const struct device *d)
{
	return d->puts + d->admins + d->mebxs + d->commits + d->unprovisions !=
	    0;
}

#endif
