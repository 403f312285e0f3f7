#include "store/loadresults.h"

#include "store/issued.h"
#include "store/machines.h"
#include "store/secrets.h"

/* A job of a machine that is set up. */
bool
result_is_visit(const struct result *t)
{
	return t->job.keeps || t->job.checks || t->job.unprovisions;
}

struct kept_job
result_kept(const struct result *t)
{
	return (struct kept_job){ .uuid = t->job.uuid,
		.job = t->field[RESULTS_JOB],
		.profile = t->job.profile,
		.digest = t->job.digest,
		.at = t->at };
}

void
visit_differs(struct result *t)
{
	const struct kept_job j = result_kept(t);

	if (t->job.this_life)
		kept_finding(t->store, &j, t->field[RESULTS_MILESTONE],
		    t->field);
}

void
visit_changed(struct result *t)
{
	const struct kept_job j = result_kept(t);

	if (t->job.this_life)
		kept_put_right(t->store, &j, t->field[RESULTS_SETTING],
		    t->field[RESULTS_ITEM]);
}

void
visit_sent(struct result *t)
{
	const struct kept_job j = result_kept(t);

	if (t->job.this_life)
		kept_sent(t->store, &j, t->field[RESULTS_SETTING],
		    t->field[RESULTS_ITEM]);
}

void
visit_in_order(struct result *t)
{
	const struct kept_job j = result_kept(t);

	if (!t->job.keeps && !t->job.checks)
		return; /* a setup is verified instead */
	result_ends_job(t, "");
	if (t->job.keeps) {
		secrets_set(t->store, t->job.admin, t->at);
		secrets_seen(t->store, t->job.admin);
	}
	if (!t->job.current || !t->job.this_life)
		return;
	kept_in_order(t->store, &j, t->job.keeps);
	if (t->job.keeps)
		kept_named(t->store, &j);
	kept_shows(t->store, t->job.uuid, t->field[RESULTS_TLS],
	    t->field[RESULTS_DEVICE_CERT]);
	machines_free(t->store, t->job.uuid);
}

/* Its hello can prove that it is in setup: then it is set up anew.  Until then
 * nobody opens it with the password of a machine that is set up. */
void
visit_unprovisioned(struct result *t)
{
	if (!t->job.unprovisions)
		return; /* no sweep of ours says so */
	result_ends_job(t, "");
	if (!t->job.current || !t->job.this_life)
		return;
	kept_unprovisioned(t->store, t->job.uuid, t->at);
	issued_revoke(t->store, t->job.uuid, t->at);
	machines_unprovisioned(t->store, t->job.uuid, t->job.planned);
}

/* It stays set up, and is looked at again.  That a check finds a difference is
 * no failure; what a machine did not let itself be set to is. */
void
visit_failed(struct result *t, const struct reason *why)
{
	const struct kept_job j = result_kept(t);
	bool drift = why == reason_get(REASON_DRIFT);

	result_ends_job(t, why->code);
	if (!t->job.current || !t->job.this_life)
		return;
	if (drift)
		kept_checked(t->store, &j);
	if (why->class != REASON_WAITS && !(drift && t->job.checks))
		kept_failed(t->store, &j, reason_find(why->code),
		    t->field[RESULTS_DETAIL]);
	machines_free(t->store, t->job.uuid);
}
