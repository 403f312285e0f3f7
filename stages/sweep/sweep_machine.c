/*
 * sweep_machine - one machine: its conversation, its waits, its end.
 */
#include "sweep/sweep_parts.h"

#include <assert.h>
#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/stage.h"

/* A machine that never said anything for so long hangs, also when the run
 * ends before a limit of its own. */
#define HANG_MS 3000

static void
machine_end(struct sweep_machine *m, enum reason_id reason, const char *detail)
{
	assert(reason != REASON_NONE || m->done);
	if (reason != REASON_NONE) {
		sweep_write_failure(m, reason, detail);
		m->sweep->failed[reason]++;
		m->sweep->nfailed++;
	}
	queue_enter(m, SWEEP_DONE);
	device_free(m->device);
	m->device = NULL;
	setup_free(m->setup);
	m->setup = NULL;
	job_wipe(&m->job);
}

/* The step and what it waits for, for the detail of an unfinished one. */
static void
machine_say_where(const struct sweep_machine *m, int64_t waited_ms, char *to,
    size_t cap)
{
	const char *known = m->setup == NULL ? "" : setup_detail(m->setup);

	if (m->state == SWEEP_NEW)
		(void)snprintf(to, cap, "not begun");
	else if (m->state == SWEEP_ASKING)
		(void)snprintf(to, cap,
		    "%s: nothing for %.1f s when the run ended%s%s", m->step,
		    (double)waited_ms / 1000, *known == '\0' ? "" : "; ",
		    known);
	else if (m->state == SWEEP_SIGNING)
		(void)snprintf(to, cap,
		    "its certificate had not come when the run ended%s%s",
		    *known == '\0' ? "" : "; ", known);
	else
		(void)snprintf(to, cap, "to be continued after %s%s%s", m->step,
		    *known == '\0' ? "" : "; ", known);
}

/*
 * Time ran out for it.  One that never answered shows its own reason;
 * whoever was in the middle of it was just not finished.
 */
void
machine_run_out(struct sweep_machine *m)
{
	enum reason_id reason = REASON_NONE;
	int64_t waited_ms = 0;
	char detail[2 * SETUP_DETAIL_MAX];

	if (m->state == SWEEP_ASKING) {
		enum outcome_phase phase = device_phase(m->device, &waited_ms);

		waited_ms = clock_ms() - waited_ms;
		if (waited_ms >= HANG_MS)
			reason = setup_outcome_reason(outcome_timeout(phase));
	}
	if (reason == REASON_NONE)
		reason = setup_outcome_reason(m->last);
	if (reason == REASON_NONE || device_answers(m->device) != 0) {
		reason = sweep_stop != 0 && sweep_stop != SIGALRM
		    ? REASON_RUN_CUT
		    : REASON_RUN_TIME_UP;
		m->sweep->undone++;
	}
	machine_say_where(m, waited_ms, detail, sizeof(detail));
	machine_end(m, reason, detail);
}

/* What fell out together, such as the machines behind one switch, does not come
 * back together: up to an eighth longer, by its UUID. */
static int64_t
machine_jitter(const struct sweep_machine *m, int64_t wait_ms)
{
	unsigned sum = 0;

	for (const char *at = m->job.id; *at != '\0'; at++)
		sum = sum * 31 + (unsigned char)*at;
	return wait_ms * (int64_t)(sum % 256) / (8 * 256);
}

static void
machine_wait(struct sweep_machine *m, int64_t wait_ms)
{
	int64_t now = clock_ms(),
	        at = now + wait_ms + machine_jitter(m, wait_ms);

	queue_enter(m, SWEEP_WAITING);
	timers_set(&m->sweep->waits, &m->wait, at);
	if (now >= m->sweep->soft_ms || at >= m->until_ms) {
		machine_run_out(m);
		return;
	}
	/* Firmware drops idle connections anyway, and descriptors are for
	 * those who are asked something. */
	device_rest(m->device);
}

/* Its wait is over; of a certificate nobody waits for longer than that. */
void
machine_wake(struct sweep_machine *m)
{
	if (m->state == SWEEP_SIGNING)
		machine_run_out(m);
	else
		queue_enter(m, SWEEP_READY);
}

void
machine_signed(struct sweep_machine *m, const struct setup_signature *signature)
{
	/* What was asked for: it ends with the answer. */
	const struct setup_sign sign = *setup_signing(m->setup);

	setup_signed(m->setup, signature);
	if (signature->how == SETUP_SIGNED &&
	    setup_reason(m->setup) == REASON_NONE)
		sweep_write_issued(m, sign.by, sign.fqdn,
		    &signature->chain.cert[0]);
	queue_enter(m, SWEEP_READY);
}

static void
machine_sign(struct sweep_machine *m)
{
	static const struct setup_signature missing = {
		.how = SETUP_SIGNER_MISSING,
		.note = "no signer runs beside this sweep",
	};

	device_rest(m->device);
	if (!sweep_sign_wait(m))
		machine_signed(m, &missing);
	else if (m->until_ms <= clock_ms())
		machine_run_out(m);
}

/* The conversation's next step, with the reply that came in. */
void
machine_step(struct sweep_machine *m, const struct setup_reply *reply)
{
	struct setup_ask ask;
	int64_t wait_ms = 0;
	enum setup_next next;

	next = setup_step(m->setup, reply, clock_seconds(), clock_ms(), &ask,
	    &wait_ms);
	sweep_write_milestones(m);
	switch (next) {
	case SETUP_ASK:
		(void)snprintf(m->step, sizeof(m->step), "%s", ask.step);
		if (m->state != SWEEP_ASKING)
			queue_enter(m, SWEEP_ASKING);
		if (clock_ms() >= m->until_ms || sweep_stop != 0) {
			machine_run_out(m);
			return;
		}
		sweep_guard_results();
		device_ask(m->device, &ask, m->until_ms);
		return;
	case SETUP_WAIT:
		machine_wait(m, wait_ms);
		return;
	case SETUP_SIGN:
		machine_sign(m);
		return;
	case SETUP_END:
		machine_end(m, setup_reason(m->setup), setup_detail(m->setup));
		return;
	}
}

static void
machine_on_reply(void *arg, const struct setup_reply *reply)
{
	struct sweep_machine *m = arg;
	char note[SETUP_DETAIL_MAX];
	int64_t since;

	(void)device_phase(m->device, &since);
	if (stage_verbose() && reply->outcome == SETUP_ANSWERED)
		stage_say(m->job.uuid, 0, "%s: HTTP %d, %zu bytes, %.3f s",
		    m->step, reply->status, reply->len,
		    (double)(clock_ms() - since) / 1000);
	else if (stage_verbose())
		stage_say(m->job.uuid, 0, "%s: %s: %s", m->step,
		    reason_get(setup_outcome_reason(reply->outcome))->code,
		    setup_quote(m->setup, note, sizeof(note), reply->note));
	/* Ended by the run's time, not by a limit of its own? */
	if (reply->outcome != SETUP_ANSWERED && clock_ms() >= m->until_ms) {
		machine_run_out(m);
		return;
	}
	m->last = reply->outcome;
	machine_step(m, reply);
}

void
machine_begin(struct sweep_machine *m)
{
	struct sweep *s = m->sweep;
	const struct job *job = &m->job;

	if (m->until_ms <= clock_ms()) {
		s->undone++;
		machine_end(m, REASON_RUN_TIME_UP,
		    "not begun: its lease is over");
		return;
	}
	if (m->until_ms > s->hard_ms)
		m->until_ms = s->hard_ms;
	m->setup = setup_new(&job->setup);
	if (m->setup == NULL)
		err(EX_OSERR, "machine");
	m->device = device_new(s->loop, job, machine_on_reply, m);
	queue_enter(m, SWEEP_ASKING);
	machine_step(m, NULL);
}
