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

/* Whose wait is over goes on before a new machine is begun. */
static void
sweep_fill_slots(struct sweep *s)
{
	struct sweep_machine *m;
	struct timer *t;
	int64_t now = clock_ms();

	while ((t = timers_first(&s->waits)) != NULL && t->at_ms <= now)
		machine_wake(t->of);
	sweep_sign_send(s);
	while (s->count[SWEEP_ASKING] < s->in_flight && sweep_stop == 0) {
		m = TAILQ_FIRST(&s->ready);
		if (m != NULL) {
			machine_enter(m, SWEEP_ASKING);
			machine_step(m, NULL);
		} else if (s->next < s->nmachines && now < s->soft_ms &&
		    s->count[SWEEP_WAITING] + s->count[SWEEP_SIGNING] <
		        SWEEP_WAITING_MAX)
			machine_begin(&s->machines[s->next++]);
		else
			return;
	}
}

static bool
sweep_goes_on(const struct sweep *s)
{
	if (sweep_stop != 0 || clock_ms() >= s->hard_ms)
		return false;
	return s->count[SWEEP_ASKING] + s->count[SWEEP_WAITING] +
	        s->count[SWEEP_SIGNING] + s->count[SWEEP_READY] !=
	    0 ||
	    (s->next < s->nmachines && clock_ms() < s->soft_ms);
}

void
sweep_run(struct sweep *s)
{
	s->begun_ms = s->said_ms = clock_ms();
	while (sweep_goes_on(s)) {
		const struct timer *t;
		int64_t until = clock_ms() + SWEEP_TICK_MS;

		sweep_fill_slots(s);
		sweep_show_progress(s);
		t = timers_first(&s->waits);
		if (t != NULL && t->at_ms < until &&
		    s->count[SWEEP_ASKING] < s->in_flight)
			until = t->at_ms;
		device_loop_turn(s->loop,
		    until < s->hard_ms ? until : s->hard_ms);
	}
	for (size_t i = 0; i < s->nmachines; i++)
		if (s->machines[i].state != SWEEP_DONE)
			machine_run_out(&s->machines[i]);
	sweep_end_progress(s);
}
