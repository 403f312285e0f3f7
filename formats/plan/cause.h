#ifndef CAUSE_H
#define CAUSE_H

/*
 * cause - what of the site may be the cause of a reason that a machine met:
 * once a person has changed that, the machine is tried again at once, as it
 * does not know.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"

/* A person is asked, and it is tried again once a day: what he did is seen. */
#define CAUSE_PERSON_SECONDS 86400

/* From a failure until a change of the signer program counts. */
#define CAUSE_SIGNER_SECONDS 600

/* Times are seconds since 1970; 0: not known. */
struct cause_facts {
	int64_t now, failed_at;
	/* Another profile than that of the job that failed, other values in it,
	 * or another name of the machine. */
	bool profile_changed;
	int64_t conf_at;   /* when site.conf was changed */
	int64_t signer_at; /* the signer program */
	int64_t certs_at;  /* the site's certificates, and its CA */
};

bool cause_changed(enum reason_id met, const struct cause_facts *f);

/* Is anything of the site among its causes? */
bool cause_is_ours(enum reason_id met);

/* May the profile be the cause?  Else profile_changed is of no matter. */
bool cause_is_profile(enum reason_id met);

/* It got no certificate: who issues them is asked again, after an hour,
 * whatever has changed. */
bool cause_is_signer(enum reason_id met);

/* How long a machine that is set up waits after its n-th failure in a row, if
 * nothing changes. */
int64_t cause_wait(enum reason_id met, int64_t failures);

#endif
