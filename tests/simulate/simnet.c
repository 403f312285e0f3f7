/*
 * simnet - a clock that nobody waits for, and a network on it: lib/clock.h and
 * sweep/device.h, and no file of theirs is linked in.
 */
#include "sim.h"

#include <arpa/inet.h>
#include <assert.h>
#include <err.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "lib/clock.h"
#include "sweep/device.h"

/* --- the clock ----------------------------------------------------------- */

static int64_t net_now_ms = 1000000;
static int64_t net_step; /* seconds by which the server's clock is off */

int64_t
clock_ms(void)
{
	return net_now_ms;
}

int64_t
clock_uptime_ms(void)
{
	return net_now_ms;
}

int64_t
clock_seconds(void)
{
	return SIM_EPOCH + net_now_ms / 1000 + net_step;
}

void
sim_clock_pass(int64_t ms)
{
	net_now_ms += ms;
}

void
sim_clock_step(int64_t seconds)
{
	net_step = seconds;
}

/* --- machines that are asked --------------------------------------------- */

struct device {
	struct device_loop *loop;
	struct device *next; /* of its loop */
	const struct job *job;
	device_done_fn *done;
	void *arg;
	struct sim_line *line;
	unsigned nanswers;
	struct device_seen seen;
	/* the request under way */
	bool busy;
	struct setup_ask ask;
	enum sim_fault fault;
	enum setup_outcome early; /* it ends so, and reaches nobody */
	int64_t since_ms, due_ms, end_ms;
	uint64_t order; /* among those that are due at the same time */
};

struct device_loop {
	struct device *first;
	uint64_t asked;
};

static jmp_buf *net_killed; /* of the sweep that is under way */
static unsigned net_deliveries;

struct device_loop *
device_loop_new(size_t in_flight, uint16_t tls_port, uint16_t plain_port)
{
	struct device_loop *l = calloc(1, sizeof(*l));

	(void)in_flight;
	(void)tls_port;
	(void)plain_port;
	if (l == NULL)
		err(1, "loop");
	net_deliveries = 0;
	return l;
}

void
device_loop_free(struct device_loop *l)
{
	assert(l->first == NULL);
	free(l);
}

void
device_loop_want_on_die(struct device_loop *l)
{
	(void)l;
}

/* Its jobs are a file, which is always ready. */
void
device_loop_wake(struct device_loop *l, int fd)
{
	(void)l;
	(void)fd;
}

void
device_loop_watch(struct device_loop *l, int fd, device_watch_fn *fn, void *arg)
{
	(void)l;
	(void)fd;
	(void)fn;
	(void)arg;
}

struct device *
device_new(struct device_loop *l, const struct job *job, device_done_fn *done,
    void *arg)
{
	struct device *d = calloc(1, sizeof(*d));

	if (d == NULL)
		err(1, "device");
	d->loop = l;
	d->next = l->first;
	l->first = d;
	d->job = job;
	d->done = done;
	d->arg = arg;
	d->line = sim_line_new();
	d->seen = (struct device_seen){ .tls = "", .chain = "" };
	return d;
}

void
device_free(struct device *d)
{
	struct device **at;

	if (d == NULL)
		return;
	for (at = &d->loop->first; *at != d;)
		at = &(*at)->next;
	*at = d->next;
	sim_line_free(d->line);
	free(d);
}

void
device_rest(struct device *d)
{
	sim_line_close(d->line);
}

unsigned
device_answers(const struct device *d)
{
	return d->nanswers;
}

const struct device_seen *
device_seen(const struct device *d)
{
	return &d->seen;
}

enum outcome_phase
device_phase(const struct device *d, int64_t *since_ms)
{
	*since_ms = d->since_ms;
	return d->early == SETUP_ANSWERED ? PHASE_HTTP : PHASE_CONNECT;
}

/* --- a request ----------------------------------------------------------- */

/* One of them at most; what is quiet is quiet. */
static enum sim_fault
net_fault(const struct sim_machine *m)
{
	unsigned place = (unsigned)(m - sim.machine);

	if (sim.quiet)
		return SIM_FINE;
	for (unsigned kind = SIM_CUT_BEFORE; kind <= SIM_REBOOT; kind++)
		if (sim_goes_wrong(&sim.faults, (enum sim_fault)kind, place,
		        m->requests, net_now_ms))
			return (enum sim_fault)kind;
	return SIM_FINE;
}

static int64_t
net_latency(const struct sim_machine *m)
{
	uint64_t n = sim_draw(&sim.faults, 3000, (unsigned)(m - sim.machine),
	    m->requests);

	return 5 + (int64_t)(n % 8 == 0 ? n % 3000 : n % 300);
}

/* Who is there, and how it will end, when it can be known. */
static void
net_route(struct device *d)
{
	struct sim_machine *m = sim_world_at(d->job->address);
	int64_t limit = d->since_ms + d->ask.limit_ms;

	if (limit > d->end_ms)
		limit = d->end_ms;
	d->early = SETUP_ANSWERED;
	d->fault = SIM_FINE;
	d->due_ms = limit;
	if (m == NULL || m->flaw == SIM_DEAD) {
		d->early = SETUP_CONNECT_TIMEOUT;
		return;
	}
	m->requests++;
	d->fault = net_fault(m);
	if (d->fault == SIM_REBOOT)
		m->down_ms = net_now_ms + 30000 +
		    (int64_t)(sim_draw(&sim.faults, 3001, m->requests, 0) %
		        90000);
	if (d->fault == SIM_REPEATED && strcmp(d->ask.step, "commit") == 0)
		d->fault = SIM_FINE; /* that rule is for us, not for a proxy */
	if (d->fault == SIM_LOST_REQUEST || d->fault == SIM_REBOOT)
		d->early = SETUP_HTTP_TIMEOUT;
	else if (m->down_ms > net_now_ms)
		d->early = SETUP_CONNECT_TIMEOUT;
	else if (d->fault != SIM_LOST_REPLY)
		d->due_ms = d->since_ms + net_latency(m);
	if (d->due_ms > limit)
		d->due_ms = limit;
}

void
device_ask(struct device *d, const struct setup_ask *ask, int64_t until_ms)
{
	assert(!d->busy);
	d->busy = true;
	d->ask = *ask;
	if (ask->fresh)
		sim_line_close(d->line);
	d->since_ms = net_now_ms;
	d->end_ms = until_ms;
	d->order = d->loop->asked++;
	net_route(d);
}

/* What comes of it. */
static struct setup_reply
net_carry_out(struct device *d)
{
	struct setup_reply r = { .outcome = d->early,
		.body = "",
		.server = "",
		.realm = "",
		.note = "" };
	struct sim_machine *m = sim_world_at(d->job->address);
	struct sim_asked asked = { .job = d->job, .fault = d->fault };

	if (d->early != SETUP_ANSWERED || m == NULL) {
		if (m == NULL)
			r.outcome = SETUP_CONNECT_TIMEOUT;
		sim_line_close(d->line);
		return r;
	}
	sim_rule_asks(&asked, m);
	r = sim_box_talk(m->box, d->line, &d->ask, d->job, clock_seconds(),
	    d->fault);
	d->nanswers += r.outcome == SETUP_ANSWERED;
	sim_say("%s %s: %d %d%s%s", m->fqdn, d->ask.step, r.outcome, r.status,
	    d->fault == SIM_FINE ? "" : " ",
	    d->fault == SIM_FINE ? "" : sim_fault_name(d->fault));
	/* As a client does that sends again what was cut. */
	if (sim.planted == PLANT_COMMIT_TWICE &&
	    r.outcome == SETUP_HTTP_CLOSED &&
	    strcmp(d->ask.step, "commit") == 0)
		r = sim_box_talk(m->box, d->line, &d->ask, d->job,
		    clock_seconds(), SIM_FINE);
	if (sim.planted == PLANT_WRONG_REASON &&
	    r.outcome == SETUP_TLS_KEY_REFUSED)
		r.outcome = SETUP_TLS_FAILED;
	sim_rule_answered(&asked, m);
	return r;
}

static struct device *
net_first(const struct device_loop *l)
{
	struct device *first = NULL;

	for (struct device *d = l->first; d != NULL; d = d->next)
		if (d->busy &&
		    (first == NULL || d->due_ms < first->due_ms ||
		        (d->due_ms == first->due_ms &&
		            d->order < first->order)))
			first = d;
	return first;
}

/* Of what is under way when a sweep is killed, some has reached its machine. */
static void
net_kill(struct device_loop *l)
{
	struct device *d;

	while ((d = net_first(l)) != NULL) {
		d->busy = false;
		if (sim_draw(&sim.faults, 3002, sim.round, (unsigned)d->order) %
		        2 ==
		    0)
			(void)net_carry_out(d);
	}
	longjmp(*net_killed, 1);
}

void
device_loop_turn(struct device_loop *l, int64_t until_ms)
{
	struct device *d = net_first(l);
	struct setup_reply r;
	unsigned n;

	if (d == NULL || d->due_ms > until_ms) {
		if (until_ms > net_now_ms)
			net_now_ms = until_ms;
		return;
	}
	if (d->due_ms > net_now_ms)
		net_now_ms = d->due_ms;
	n = ++net_deliveries;
	if (!sim.quiet && net_killed != NULL &&
	    sim_goes_wrong(&sim.faults, SIM_KILL, sim.round, n, net_now_ms))
		net_kill(l);
	if (!sim.quiet && !sim.paused &&
	    sim_goes_wrong(&sim.faults, SIM_PAUSE, sim.round, n, net_now_ms))
		sim_second_sweep();
	d->busy = false;
	r = net_carry_out(d);
	d->done(d->arg, &r);
}

bool
sim_net_survives(void (*fn)(void *arg), void *arg)
{
	jmp_buf here, *before = net_killed;

	if (setjmp(here) != 0) {
		net_killed = before;
		return false;
	}
	net_killed = &here;
	fn(arg);
	net_killed = before;
	return true;
}
