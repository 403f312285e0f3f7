/*
 * simsweep - a round of amt-sweep, in the order of bin/sweep-round.sh: what a
 * sweep before left in its journal, a plan, the sweep, what came of it.
 */
#include "sim.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/clock.h"
#include "lib/random.h"
#include "lib/stage.h"
#include "store/load.h"
#include "sweep/sweep_parts.h"

#define SECONDS 1800
#define SECONDS_SHORT 15
#define ROUNDS 4

static size_t last_planned;

/* One sweep: what it reads, what it writes, and its own memory. */
struct sim_sweep {
	FILE *jobs, *results, *journal;
	int64_t seconds;
	int standard; /* what stdout was */
	struct sweep sweep;
};

FILE *
sim_file(void)
{
	int fd = memfd_create("sim", MFD_CLOEXEC);
	FILE *f = fd == -1 ? NULL : fdopen(fd, "w+");

	if (f == NULL)
		err(1, "memfd");
	return f;
}

size_t
sim_planned(void)
{
	return last_planned;
}

/* Programs write to stdout.  Answers what that was. */
static int
sweep_stdout(int to)
{
	int before = dup(STDOUT_FILENO);

	if (fflush(stdout) != 0 || before == -1 ||
	    dup2(to, STDOUT_FILENO) == -1)
		err(1, "stdout");
	return before;
}

static void
sweep_stdout_back(int before)
{
	close(sweep_stdout(before));
	close(before);
}

/* --- the plan ------------------------------------------------------------ */

static void
plan_spoil(struct joblist *l)
{
	size_t kept = 0;

	for (size_t i = 0; i < l->n; i++) {
		struct job *j = &l->jobs[i].job;

		if (sim.planted == PLANT_SEND_FIRST &&
		    j->setup.wish == SETUP_SET_UP)
			random_password(j->setup.admin_next);
		if (sim.planted == PLANT_NAME_TWICE && i != 0)
			(void)snprintf(j->fqdn, sizeof(j->fqdn), "%s",
			    l->jobs[0].job.fqdn);
		if (sim.planted == PLANT_RENEW_FIRST &&
		    j->setup.wish == SETUP_KEEP &&
		    strcmp(j->setup.admin_next, j->setup.tries[0]) != 0)
			random_password(j->setup.admin_next);
		if (sim.planted == PLANT_COMMIT_IDLE)
			j->setup.commit |= j->setup.wish == SETUP_KEEP;
		if (sim.planted == PLANT_NO_VISIT &&
		    j->setup.wish == SETUP_KEEP)
			continue;
		if (sim.planted != PLANT_GIVE_UP || j->setup.attempt < 2)
			l->jobs[kept++] = l->jobs[i];
	}
	l->n = kept;
}

static void
sweep_plan(struct sim_sweep *w, bool take_over)
{
	struct planner *p = &sim.planner;
	int before;

	w->jobs = sim_file();
	p->not_after = w->seconds;
	p->take_over = take_over;
	p->nrefused = 0;
	p->ca = (struct planner_ca){ .read = false };
	p->chains = (struct chainlist){ 0 };
	p->callers.n = 0;
	planner_plan(p);
	planner_ca_free(p);
	last_planned = p->jobs.n;
	for (size_t i = 0; i < p->jobs.n; i++)
		sim_say("%s planned: %s at %s, attempt %u",
		    p->jobs.jobs[i].job.fqdn,
		    setup_wish_name(p->jobs.jobs[i].job.setup.wish),
		    p->jobs.jobs[i].job.address,
		    p->jobs.jobs[i].job.setup.attempt);
	if (sim.planted != PLANT_NOTHING)
		plan_spoil(&p->jobs);
	before = sweep_stdout(fileno(w->jobs));
	chainlist_write(&p->chains, true);
	joblist_write(&p->jobs, &p->profiles, p->not_after, true);
	sweep_stdout_back(before);
	chainlist_wipe(&p->chains);
	joblist_wipe(&p->jobs);
}

/* --- the sweep ----------------------------------------------------------- */

/* As in sweep.c. */
static void
sweep_begin(struct sim_sweep *w)
{
	struct sweep *s = &w->sweep;

	s->in_flight =
	    1 + sim_draw(&sim.faults, 5000, sim.round, 0) % SIM_MACHINES;
	s->hard_ms = clock_ms() + w->seconds * 1000;
	s->soft_ms = clock_ms() + w->seconds * 900;
	queue_begin(s);
	s->loop = device_loop_new(s->in_flight, 16993, 16992);
	sweep_sign_begin(s, -1);
	if (timers_init(&s->waits, SWEEP_WAITING_MAX + s->in_flight) == -1)
		err(1, "waits");
	w->results = sim_file();
	w->journal = sim_file();
	w->standard = sweep_stdout(fileno(w->results));
	sweep_begin_results(s, w->journal);
}

static void
sweep_go(void *arg)
{
	struct sim_sweep *w = arg;
	struct sweep *s = &w->sweep;
	struct sweep_reading reading = { .sweep = s };

	if (lseek(fileno(w->jobs), 0, SEEK_SET) == -1)
		err(1, "jobs");
	sweep_start(s);
	sweep_read_jobs(fileno(w->jobs), "jobs", &reading);
	if (reading.status != 0)
		sim_broken("the sweep does not take its jobs");
	sweep_drop_chains(s);
	sweep_run(s);
	stream_end(&s->journal, s->refused_before);
	stream_end(&s->out, s->refused_before);
}

/* What a killed one held, too. */
static void
sweep_wipe(struct sim_sweep *w)
{
	struct sweep *s = &w->sweep;
	struct sweep_machine *m;

	sweep_stdout_back(w->standard);
	LIST_FOREACH(m, &s->machines, all)
	{
		device_free(m->device);
		setup_free(m->setup);
	}
	queue_wipe(s);
	settings_all_free(&s->settings);
	chains_wipe(&s->chains);
	timers_free(&s->waits);
	device_loop_free(s->loop);
	(void)fclose(w->jobs);
}

/* --- the loader ---------------------------------------------------------- */

/* False when it was cut. */
static bool
sweep_load(FILE *f, bool may_be_cut)
{
	uint64_t refused = stage_refused();
	struct stream_in in;
	int got = 0;

	if (fflush(f) != 0 || lseek(fileno(f), 0, SEEK_SET) == -1)
		err(1, "results");
	stream_open(&in, fileno(f), "results");
	in.may_be_empty = may_be_cut;
	while ((got = stream_header(&in)) == 1) {
		in.may_be_cut = may_be_cut;
		if ((got = load_results(&sim.planner.store, &in)) == -1)
			break;
	}
	stream_close(&in);
	if (stage_refused() != refused)
		sim_broken("a result of ours is refused");
	sim_rule_round();
	return got == 0;
}

static void
sweep_load_journal(void)
{
	if (sim.journal == NULL)
		return;
	sim_say("the journal is loaded");
	if (sim.planted != PLANT_NO_JOURNAL && !sweep_load(sim.journal, true))
		sim_broken("the journal cannot be loaded");
	(void)fclose(sim.journal);
	sim.journal = NULL;
}

/* The loader is killed somewhere in them. */
static bool
sweep_stop_loader(FILE *results)
{
	off_t len = lseek(fileno(results), 0, SEEK_END);
	uint64_t to =
	    sim_draw(&sim.faults, 5001, sim.round, 0) % ((uint64_t)len + 1);

	if (sim.quiet ||
	    !sim_goes_wrong(&sim.faults, SIM_STOP, sim.round, 0, clock_ms()))
		return false;
	sim_say("the loader ends at byte %llu of %lld", (unsigned long long)to,
	    (long long)len);
	if (ftruncate(fileno(results), (off_t)to) == -1)
		err(1, "results");
	return true;
}

/* --- a round ------------------------------------------------------------- */

static bool
sweep_wrong(enum sim_fault kind)
{
	return !sim.quiet &&
	    sim_goes_wrong(&sim.faults, kind, sim.round, 0, clock_ms());
}

/* False when something was cut: the journal stays for the next one. */
static bool
sweep_once(bool take_over)
{
	struct sim_sweep w = { .seconds = SECONDS };
	bool lived, stopped;

	if (sweep_wrong(SIM_SHORT))
		w.seconds = SECONDS_SHORT;
	sweep_plan(&w, take_over);
	if (sweep_wrong(SIM_UNSWEPT)) {
		(void)fclose(w.jobs);
		return false;
	}
	sweep_begin(&w);
	lived = sim_net_survives(sweep_go, &w);
	sweep_wipe(&w);
	if (!lived)
		sim_say("the sweep is killed");
	stopped = sweep_stop_loader(w.results);
	if (sim.planted == PLANT_NO_JOURNAL && !lived &&
	    ftruncate(fileno(w.results), 0) == -1)
		err(1, "results");
	(void)sweep_load(w.results, !lived);
	(void)fclose(w.results);
	if (lived && !stopped)
		(void)fclose(w.journal);
	else
		sim.journal = w.journal;
	return lived && !stopped;
}

void
sim_round(void)
{
	sim_rule_round();
	for (int i = 0; i < ROUNDS; i++) {
		sweep_load_journal();
		if (!sweep_once(true) || last_planned == 0)
			break;
	}
}

/* It does not get the lock.  By hand, without one, it gets what no lease has.
 */
void
sim_second_sweep(void)
{
	FILE *journal = sim.journal;
	size_t planned = last_planned;

	sim_say("the sweep hangs, and another one begins");
	sim.paused = true;
	sim.journal = NULL;
	(void)sweep_once(sim.planted == PLANT_NO_LOCK);
	if (sim.journal != NULL)
		sweep_load_journal();
	sim.journal = journal;
	sim.paused = false;
	last_planned = planned;
	sim_say("the sweep goes on");
}
