#include "plan/planner.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/stage.h"
#include "setup/setup_way.h"
#include "store/jobs.h"
#include "store/machines.h"
#include "store/named.h"

/* Nothing is set: any profile will do, as long as the sweep has it. */
static const char *
back_profile(const struct planner *p, const struct kept_row *k)
{
	for (size_t i = 0; i < p->profiles.n; i++)
		if (strcmp(p->profiles.list[i].name, k->profile) == 0)
			return k->profile;
	return p->profiles.list[0].name;
}

/* An earlier run may have come to the call: then ports that talk no longer mean
 * that it was carried out. */
static void
back_job(struct planner *p, const struct kept_row *k,
    const struct secrets_now *secrets, struct job *j)
{
	struct setup_job *s = &j->setup;

	planner_visit(p, j, k, p->take_back);
	(void)snprintf(j->profile, sizeof(j->profile), "%s",
	    back_profile(p, k));
	s->attempt = kept_asked_back(&p->store, k->uuid, k->life) ? 2 : 1;
	for (size_t i = 0; i < secrets->n; i++)
		memcpy(s->tries[i], secrets->text[i], STORE_SECRET);
	s->ntries = secrets->n;
	/* It sets none; whoever reads the job wants one. */
	(void)snprintf(s->admin_next, sizeof(s->admin_next), "%.32s",
	    secrets->text[0]);
}

static void
back_plan(struct planner *p, const struct kept_row *k,
    const struct secrets_now *secrets)
{
	struct planned_job *planned = joblist_add(&p->jobs);
	struct job *j = &planned->job;
	const struct job_row row = { .job = j->id,
		.uuid = j->uuid,
		.fqdn = j->fqdn,
		.address = j->address,
		.pid = k->pid,
		.profile = j->profile,
		.wish = setup_wish_name(p->take_back),
		.digest = "",
		.life = k->life,
		.attempt = 1,
		.planned = p->number,
		.planned_at = p->now,
		.not_after = p->not_after };

	back_job(p, k, secrets, j);
	jobs_plan(&p->store, &row);
	machines_lease(&p->store, k->uuid, k->jobs + 1, k->jobs + 1,
	    p->not_after);
}

static void
back_machine(void *arg, const struct kept_row *k)
{
	struct planner *p = arg;
	struct secrets_now secrets;
	const struct secret_for who = { .uuid = k->uuid,
		.address = k->address,
		.pid = k->pid,
		.life = k->life };

	/* Anyone could answer there. */
	if (k->realm[0] == '\0') {
		stage_refuse(k->fqdn, 0,
		    "its digest realm was never recorded, so no password is "
		    "sent to its address; run amt-sweep --again %s once it is "
		    "in setup",
		    k->uuid);
		return;
	}
	secrets_current(&p->store, &who, &secrets);
	if (secrets.n == 0)
		stage_refuse(k->fqdn, 0,
		    "no password of it can be read from the store; restore "
		    "site.db and site.key from one backup");
	else
		back_plan(p, k, &secrets);
	explicit_bzero(&secrets, sizeof(secrets));
}

/* One that was taken back already needs nothing. */
static void
back_one(struct planner *p, const char *uuid)
{
	struct named m;

	if (kept_one(&p->store, p->now, uuid, back_machine, p))
		return;
	if (!named_read(&p->store, uuid, &m))
		stage_refuse(uuid, 0, "no machine of this site has this UUID");
	else if (m.state != MACHINE_UNPROVISIONED)
		stage_refuse(uuid, 0,
		    m.state == MACHINE_VERIFIED
		        ? "another run works on it; run it again after that"
		        : "it is not set up");
}

/* All of them or none: a person looks at the list once. */
void
planner_take_back(struct planner *p)
{
	for (size_t i = 0; p->taken_back[i] != NULL; i++)
		back_one(p, p->taken_back[i]);
	if (stage_refused() != 0)
		stage_fail(EX_DATAERR, p->dir, 0,
		    "nothing was planned, for any of them");
}
