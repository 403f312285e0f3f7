#include "plan/planner.h"

#include <string.h>

#include "lib/clock.h"
#include "store/byteorder.h"
#include "store/jobs.h"
#include "store/strangers.h"

static void
plan_machine(void *arg, const struct machine_row *row)
{
	static struct planning m;
	struct planner *p = arg;

	/* It is for the next plan, where there is one. */
	if (p->streams && p->jobs.n >= p->max)
		return;
	m.row = row;
	planner_facts(p, &m);
	if (p->callers.n != 0) {
		contest_judge(&m.contest);
		planner_keep(p, &m);
	}
	explicit_bzero(&m.secrets, sizeof(m.secrets));
}

/* It is reported, and the machine is left alone. */
static void
note_renamed(void *arg, const struct machine_row *row)
{
	struct planner *p = arg;
	char detail[PLAN_DETAIL];
	enum reason_id id = planner_renamed(p, row, detail);

	machines_note(&p->store, row->uuid, false, id, detail);
}

/* Somebody may have added a certificate since the plan before, and one may have
 * ended. */
static void
forget_certificates(struct planner *p)
{
	chainlist_forget(&p->chains);
	planner_ca_free(p);
	p->console.read = false;
}

void
planner_plan(struct planner *p)
{
	struct store *s = &p->store;
	bool first = !p->streams || p->number == 0;

	store_begin(s);
	p->data = store_changes(s);
	p->now = clock_seconds(); /* after the wait for other writers */
	if (first)
		p->not_after += p->now;
	p->number = store_count(s, "arrivals", 1);
	p->nrefused = 0; /* a plan before has counted them, too */
	forget_certificates(p);
	planner_changes(p);
	names_cutoff(p->cutoff, p->now, p->map_days);
	byteorder_settle(s, BYTEORDER_MAP);
	strangers_age(s, p->now);
	if (first) /* what is under way later is of plans of ours */
		jobs_cut(s, p->now, p->take_over);
	machines_release(s);
	if (!p->checks && p->taken_back == NULL) {
		machines_due(s, p->now, plan_machine, p);
		machines_renamed(s, true, note_renamed, p);
	}
	if (p->taken_back != NULL)
		planner_take_back(p);
	else if (!p->rehearses)
		planner_upkeep(p);
	store_commit(s);
}
