/*
 * sweep_run - who is next, who waits, and when it all ends.
 */
#include "sweep/sweep_parts.h"

#include <err.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"

volatile sig_atomic_t sweep_stop;

/* Whatever hangs then - a reader of our results, say - one second is all
 * that is left: the next alarm has its default action. */
static void
signal_on_stop(int sig)
{
	sweep_stop = sig;
	(void)signal(SIGALRM, SIG_DFL);
	(void)alarm(1);
}

void
sweep_watch_signals(unsigned seconds)
{
	static const int ends[] = { SIGALRM, SIGTERM, SIGINT, SIGHUP };
	/* A write to a slow reader goes on; epoll_wait returns anyway. */
	struct sigaction sa = { .sa_handler = signal_on_stop,
		.sa_flags = SA_RESTART };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigaction(ends[i], &sa, NULL) == -1)
			err(EX_OSERR, "sigaction");
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(seconds);
}

/* Is it the next connection's turn?  Then it is taken. */
static bool
sweep_take_turn(struct sweep *s)
{
	int64_t now_us = clock_ms() * 1000;

	if (s->begin_us > now_us)
		return false;
	if (s->begin_us < now_us - SWEEP_BURST * SWEEP_BEGIN_US)
		s->begin_us = now_us - SWEEP_BURST * SWEEP_BEGIN_US;
	s->begin_us += SWEEP_BEGIN_US;
	return true;
}

static bool
sweep_may_ask(const struct sweep *s)
{
	return s->count[SWEEP_ASKING] < s->in_flight && sweep_stop == 0;
}

static bool
sweep_may_begin(const struct sweep *s)
{
	return sweep_may_ask(s) && clock_ms() < s->soft_ms &&
	    s->count[SWEEP_WAITING] + s->count[SWEEP_SIGNING] <
	    SWEEP_WAITING_MAX;
}

/* The first of the queue whose network has room, and so on; false when it is
 * not their turn. */
static bool
sweep_fill_from(struct sweep *s, struct sweep_queue *q, bool fresh)
{
	struct sweep_machine *m, *next;

	for (m = TAILQ_FIRST(q); m != NULL; m = next) {
		next = TAILQ_NEXT(m, entry);
		if (queue_network_full(m))
			continue;
		if (!(fresh ? sweep_may_begin(s) : sweep_may_ask(s)) ||
		    !sweep_take_turn(s))
			return false;
		if (fresh)
			machine_begin(m);
		else {
			queue_enter(m, SWEEP_ASKING);
			machine_step(m, NULL);
		}
	}
	return true;
}

/* Whose wait is over goes on before a new machine is begun. */
static void
sweep_fill_slots(struct sweep *s)
{
	struct timer *t;
	int64_t now = clock_ms();

	while ((t = timers_first(&s->waits)) != NULL && t->at_ms <= now)
		machine_wake(t->of);
	sweep_sign_send(s);
	if (s->stuck || !sweep_may_ask(s))
		return;
	/* Whoever joins a queue or leaves a network meanwhile clears it. */
	s->stuck = true;
	if (!sweep_fill_from(s, &s->ready, false) ||
	    !sweep_fill_from(s, &s->fresh, true))
		s->stuck = false;
}

/* Those that were not begun by then are not begun any more. */
static void
sweep_drop_new(struct sweep *s)
{
	struct sweep_machine *m;

	if (clock_ms() < s->soft_ms)
		return;
	while ((m = TAILQ_FIRST(&s->fresh)) != NULL)
		machine_run_out(m);
}

static bool
sweep_goes_on(const struct sweep *s)
{
	if (sweep_stop != 0 || clock_ms() >= s->hard_ms)
		return false;
	return s->count[SWEEP_ASKING] + s->count[SWEEP_WAITING] +
	    s->count[SWEEP_SIGNING] + s->count[SWEEP_READY] +
	    s->count[SWEEP_NEW];
}

static int64_t
sweep_sooner(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* One turn, which sleeps until something happens, or not at all. */
static void
sweep_turn(struct sweep *s, bool sleeps)
{
	const struct timer *t;
	int64_t until = clock_ms() + (sleeps ? SWEEP_TICK_MS : 0);

	sweep_drop_new(s);
	sweep_fill_slots(s);
	sweep_show_progress(s);
	t = timers_first(&s->waits);
	if (t != NULL && s->count[SWEEP_ASKING] < s->in_flight)
		until = sweep_sooner(until, t->at_ms);
	if (!s->stuck && s->count[SWEEP_READY] + s->count[SWEEP_NEW] != 0 &&
	    sweep_may_ask(s))
		until = sweep_sooner(until, s->begin_us / 1000 + 1);
	device_loop_turn(s->loop, sweep_sooner(until, s->hard_ms));
	queue_reap(s);
	s->turned_ms = clock_ms();
}

void
sweep_start(struct sweep *s)
{
	s->begun_ms = s->said_ms = s->turned_ms = clock_ms();
}

bool
sweep_await(struct sweep *s, struct stream_in *in)
{
	size_t ahead =
	    s->per_network == 0 ? SWEEP_AHEAD : SWEEP_AHEAD_NETWORKS;

	while (sweep_stop == 0 && clock_ms() < s->hard_ms) {
		bool room = s->count[SWEEP_NEW] < ahead ||
		    clock_ms() >= s->soft_ms;
		bool ready = room && stream_ready(in, 0);

		/* Who is in flight is not kept waiting for the reading. */
		if (ready && clock_ms() - s->turned_ms < SWEEP_READ_MS)
			return true;
		device_loop_wake(s->loop, room && !ready ? in->fd : -1);
		sweep_turn(s, !ready);
	}
	return false;
}

void
sweep_run(struct sweep *s)
{
	struct sweep_machine *m;

	device_loop_wake(s->loop, -1);
	while (sweep_goes_on(s))
		sweep_turn(s, true);
	LIST_FOREACH(m, &s->machines, all)
	if (m->state != SWEEP_DONE)
		machine_run_out(m);
	sweep_end_progress(s);
}
