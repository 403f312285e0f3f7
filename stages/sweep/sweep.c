/*
 * sweep - sets up the machines of a jobs stream, many at once, in bounded
 * time.
 *
 * The conversation with a machine is formats/setup, carrying it there and
 * back is device; here is who is next, who waits, and when it all ends.
 */
#include <assert.h>
#include <err.h>
#include <fcntl.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/clock.h"
#include "sweep/device.h"
#include "sweep/job.h"
#include "lib/option.h"
#include "base/reason.h"
#include "setup/setup.h"
#include "lib/sitefile.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "base/text.h"
#include "sweep/timers.h"

/* Machines that wait hold no connection, only their conversation: some 25 kB
 * each.  With more than this no new machine is begun. */
#define WAITING_MAX 4096
/* Ten times the largest sites; some 900 bytes each. */
#define JOBS_MAX 200000
#define SECONDS_MAX 86400
/* Descriptors besides connections: standard ones, epoll, libcurl's own. */
#define FILES_SPARE 32
/* A machine that never said anything for so long hangs, also when the run
 * ends before a limit of its own. */
#define HANG_MS 3000
/* Signals are looked at so often at least. */
#define TICK_MS 250

enum state { NEW, ASKING, WAITING, READY, DONE };

struct machine {
	struct job job;
	struct sweep *sweep;
	struct setup *setup;
	struct device *device;
	struct timer wait;
	TAILQ_ENTRY(machine) entry; /* among those ready to go on */
	int64_t until_ms;           /* nothing is asked of it after this */
	enum state state;
	enum setup_outcome last; /* of its last request */
	bool done;               /* what its job wished for */
	const char *step;
};

struct sweep {
	struct machine *machines;
	size_t nmachines, cap;
	size_t next; /* the first that was not begun */
	size_t count[DONE + 1];
	TAILQ_HEAD(queue, machine) ready;
	struct timers waits;
	struct device_loop *loop;
	struct stream_out out;
	/* The same in a file, written first: what a machine was told survives
	 * whoever reads us.  Its to is NULL when there is none. */
	struct stream_out journal;
	size_t in_flight;
	uint64_t undone;
	uint64_t refused_before;
	int64_t soft_ms, hard_ms;
};

/* --- signals ------------------------------------------------------------- */

static volatile sig_atomic_t stop; /* the signal that ends the run */

/* Whatever hangs then - a reader of our results, say - one second is all
 * that is left: the next alarm has its default action. */
static void
on_stop(int sig)
{
	stop = sig;
	(void)signal(SIGALRM, SIG_DFL);
	(void)alarm(1);
}

static void
watch_signals(unsigned seconds)
{
	static const int ends[] = { SIGALRM, SIGTERM, SIGINT, SIGHUP };
	/* A write to a slow reader goes on; epoll_wait returns anyway. */
	struct sigaction sa = { .sa_handler = on_stop, .sa_flags = SA_RESTART };

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sigaction(ends[i], &sa, NULL) == -1)
			err(EX_OSERR, "sigaction");
	(void)signal(SIGPIPE, SIG_IGN);
	(void)alarm(seconds);
}

/* --- results ------------------------------------------------------------- */

static void
write_result(const struct machine *m, const char *milestone,
    enum reason_id reason, const char *detail, const char *realm)
{
	const char *fields[RESULTS_NCOLUMNS];
	char at[TEXT_TIME];

	text_time(at, clock_seconds());
	fields[RESULTS_JOB] = m->job.id;
	fields[RESULTS_UUID] = m->job.uuid;
	fields[RESULTS_AT] = at;
	fields[RESULTS_MILESTONE] = milestone;
	fields[RESULTS_REASON] = reason_get(reason)->code;
	fields[RESULTS_DETAIL] = detail;
	fields[RESULTS_FIRMWARE] =
	    m->setup == NULL ? "" : setup_firmware(m->setup);
	fields[RESULTS_REALM] = realm;
	if (m->sweep->journal.to != NULL)
		stream_write(&m->sweep->journal, fields);
	stream_write(&m->sweep->out, fields);
}

/* A machine that nobody records must not be touched: its password would be
 * changed and its milestones lost. */
static void
guard_results(void)
{
	struct pollfd p = { .fd = STDOUT_FILENO };

	if (poll(&p, 1, 0) == 1 &&
	    (p.revents & (POLLERR | POLLHUP | POLLNVAL)) != 0) {
		errno = EPIPE;
		stage_output_failed("standard output");
	}
}

static void
write_milestones(struct machine *m)
{
	enum setup_milestone one;

	while ((one = setup_milestone(m->setup)) != SETUP_NO_MILESTONE) {
		write_result(m, setup_milestone_name(one), REASON_NONE,
		    setup_detail(m->setup),
		    one == SETUP_REACHED || one == SETUP_PROVED
		        ? setup_realm(m->setup)
		        : "");
		m->done |= one == SETUP_VERIFIED || one == SETUP_PROVED;
	}
}

/* --- one machine --------------------------------------------------------- */

static void
enter(struct machine *m, enum state state)
{
	struct sweep *s = m->sweep;

	if (m->state == WAITING)
		timers_clear(&s->waits, &m->wait);
	if (m->state == READY)
		TAILQ_REMOVE(&s->ready, m, entry);
	s->count[m->state]--;
	m->state = state;
	s->count[state]++;
	if (state == READY)
		TAILQ_INSERT_TAIL(&s->ready, m, entry);
}

static void
end(struct machine *m, enum reason_id reason, const char *detail)
{
	assert(reason != REASON_NONE || m->done);
	if (reason != REASON_NONE)
		write_result(m, "failed", reason, detail, "");
	enter(m, DONE);
	device_free(m->device);
	m->device = NULL;
	setup_free(m->setup);
	m->setup = NULL;
	explicit_bzero(&m->job, sizeof(m->job));
}

/* The step and what it waits for, for the detail of an unfinished one. */
static void
say_where(const struct machine *m, int64_t waited_ms, char *to, size_t cap)
{
	const char *known = m->setup == NULL ? "" : setup_detail(m->setup);

	if (m->state == NEW)
		(void)snprintf(to, cap, "not begun");
	else if (m->state == ASKING)
		(void)snprintf(to, cap,
		    "%s: nothing for %.1f s when the run ended%s%s", m->step,
		    (double)waited_ms / 1000, *known == '\0' ? "" : "; ",
		    known);
	else
		(void)snprintf(to, cap, "to be continued after %s%s%s", m->step,
		    *known == '\0' ? "" : "; ", known);
}

/*
 * Time ran out for it.  One that never answered shows its own reason;
 * whoever was in the middle of it was just not finished.
 */
static void
run_out(struct machine *m)
{
	enum reason_id reason = REASON_NONE;
	int64_t waited_ms = 0;
	char detail[2 * SETUP_DETAIL_MAX];

	if (m->state == ASKING) {
		enum outcome_phase phase = device_phase(m->device, &waited_ms);

		waited_ms = clock_ms() - waited_ms;
		if (waited_ms >= HANG_MS)
			reason = outcome_reason(outcome_timeout(phase));
	}
	if (reason == REASON_NONE)
		reason = outcome_reason(m->last);
	if (reason == REASON_NONE || device_answers(m->device) != 0) {
		reason = stop != 0 && stop != SIGALRM ? REASON_RUN_CUT
		                                      : REASON_RUN_TIME_UP;
		m->sweep->undone++;
	}
	say_where(m, waited_ms, detail, sizeof(detail));
	end(m, reason, detail);
}

static void
wait_for(struct machine *m, int64_t wait_ms)
{
	int64_t now = clock_ms(), at = now + wait_ms;

	enter(m, WAITING);
	timers_set(&m->sweep->waits, &m->wait, at);
	if (now >= m->sweep->soft_ms || at >= m->until_ms) {
		run_out(m);
		return;
	}
	/* Firmware drops idle connections anyway, and descriptors are for
	 * those who are asked something. */
	device_rest(m->device);
}

/* The conversation's next step, with the reply that came in. */
static void
step(struct machine *m, const struct setup_reply *reply)
{
	struct setup_ask ask;
	int64_t wait_ms = 0;
	enum setup_next next;

	next = setup_step(m->setup, reply, clock_seconds(), clock_ms(), &ask,
	    &wait_ms);
	write_milestones(m);
	switch (next) {
	case SETUP_ASK:
		m->step = ask.step;
		if (m->state != ASKING)
			enter(m, ASKING);
		if (clock_ms() >= m->until_ms || stop != 0) {
			run_out(m);
			return;
		}
		guard_results();
		device_ask(m->device, &ask, m->until_ms);
		return;
	case SETUP_WAIT:
		wait_for(m, wait_ms);
		return;
	case SETUP_END:
		end(m, setup_reason(m->setup), setup_detail(m->setup));
		return;
	}
}

static void
on_reply(void *arg, const struct setup_reply *reply)
{
	struct machine *m = arg;
	char note[SETUP_DETAIL_MAX];
	int64_t since;

	(void)device_phase(m->device, &since);
	if (stage_verbose() && reply->outcome == SETUP_ANSWERED)
		stage_say(m->job.uuid, 0, "%s: HTTP %d, %zu bytes, %.3f s",
		    m->step, reply->status, reply->len,
		    (double)(clock_ms() - since) / 1000);
	else if (stage_verbose())
		stage_say(m->job.uuid, 0, "%s: %s: %s", m->step,
		    reason_get(outcome_reason(reply->outcome))->code,
		    setup_quote(m->setup, note, sizeof(note), reply->note));
	/* Ended by the run's time, not by a limit of its own? */
	if (reply->outcome != SETUP_ANSWERED && clock_ms() >= m->until_ms) {
		run_out(m);
		return;
	}
	m->last = reply->outcome;
	step(m, reply);
}

static void
begin(struct machine *m)
{
	struct sweep *s = m->sweep;
	const struct job *job = &m->job;

	if (m->until_ms <= clock_ms()) {
		s->undone++;
		end(m, REASON_RUN_TIME_UP, "not begun: its lease is over");
		return;
	}
	if (m->until_ms > s->hard_ms)
		m->until_ms = s->hard_ms;
	m->wait.of = m;
	m->setup = setup_new(&job->setup);
	if (m->setup == NULL)
		err(EX_OSERR, "machine");
	m->device =
	    device_new(s->loop, job->address, job->pid, job->pps, on_reply, m);
	enter(m, ASKING);
	step(m, NULL);
}

/* --- all of them --------------------------------------------------------- */

/* Whose wait is over goes on before a new machine is begun. */
static void
fill_slots(struct sweep *s)
{
	struct machine *m;
	struct timer *t;
	int64_t now = clock_ms();

	while ((t = timers_first(&s->waits)) != NULL && t->at_ms <= now)
		enter(t->of, READY);
	while (s->count[ASKING] < s->in_flight && stop == 0) {
		m = TAILQ_FIRST(&s->ready);
		if (m != NULL) {
			enter(m, ASKING);
			step(m, NULL);
		} else if (s->next < s->nmachines && now < s->soft_ms &&
		    s->count[WAITING] < WAITING_MAX)
			begin(&s->machines[s->next++]);
		else
			return;
	}
}

static bool
goes_on(const struct sweep *s)
{
	if (stop != 0 || clock_ms() >= s->hard_ms)
		return false;
	return s->count[ASKING] + s->count[WAITING] + s->count[READY] != 0 ||
	    (s->next < s->nmachines && clock_ms() < s->soft_ms);
}

static void
run(struct sweep *s)
{
	while (goes_on(s)) {
		const struct timer *t;
		int64_t until = clock_ms() + TICK_MS;

		fill_slots(s);
		t = timers_first(&s->waits);
		if (t != NULL && t->at_ms < until &&
		    s->count[ASKING] < s->in_flight)
			until = t->at_ms;
		device_loop_turn(s->loop,
		    until < s->hard_ms ? until : s->hard_ms);
	}
	for (size_t i = 0; i < s->nmachines; i++)
		if (s->machines[i].state != DONE)
			run_out(&s->machines[i]);
}

/* --- jobs ---------------------------------------------------------------- */

static struct machine *
room_for_one(struct sweep *s)
{
	struct machine *more;

	if (s->nmachines == s->cap) {
		size_t cap = s->cap == 0 ? 64 : 2 * s->cap;

		if (s->nmachines >= JOBS_MAX)
			errx(EX_DATAERR, "more than %d jobs", JOBS_MAX);
		/* The old place held secrets. */
		more = calloc(cap, sizeof(*more));
		if (more == NULL)
			err(EX_OSERR, "jobs");
		if (s->machines != NULL) {
			memcpy(more, s->machines, s->cap * sizeof(*more));
			explicit_bzero(s->machines, s->cap * sizeof(*more));
		}
		free(s->machines);
		s->machines = more;
		s->cap = cap;
	}
	return &s->machines[s->nmachines];
}

static void
take_job(struct sweep *s, const struct stream_in *in, const struct record *r)
{
	struct machine *m = room_for_one(s);
	struct fault f;

	if (job_read(&m->job, r, &f) == -1) {
		stage_refuse(in->name, in->line, "%s", f.why);
		return;
	}
	m->sweep = s;
	/* A duration from now on: the clock may be set while this runs. */
	m->until_ms = clock_ms() + (m->job.not_after - clock_seconds()) * 1000;
	m->state = NEW;
	s->count[NEW]++;
	s->nmachines++;
}

/* 1 when there is something to read, 0 when time is up. */
static int
await_input(struct stream_in *in)
{
	while (stop == 0)
		if (stream_ready(in, TICK_MS) && stop == 0)
			return 1;
	return 0;
}

/* Status: 0 when all streams of the input were whole. */
static int
read_streams(struct sweep *s, struct stream_in *in)
{
	struct record r;
	int got, nstreams = 0;

	for (;; nstreams++) {
		if (!await_input(in))
			return EX_TEMPFAIL;
		got = stream_header(in);
		if (got == 0 && nstreams == 0 && !stage_input_cut(in->fd))
			stage_say(in->name, 0,
			    "no jobs stream, not even an "
			    "empty one");
		if (got != 1)
			return got == 0 && nstreams != 0 ? 0 : EX_DATAERR;
		if (in->kind != &kind_jobs) {
			stage_say(in->name, in->line,
			    "stream of another kind (got %s, expected jobs)",
			    in->kind->name);
			return EX_DATAERR;
		}
		do {
			if (!await_input(in))
				return EX_TEMPFAIL;
			got = stream_next(in, &r);
			if (got == 1)
				take_job(s, in, &r);
		} while (got == 1);
		if (got == -1)
			return EX_DATAERR;
		s->refused_before += in->refused;
	}
}

struct reading {
	struct sweep *sweep;
	int status;
};

static void
read_jobs(int fd, const char *name, void *arg)
{
	struct reading *reading = arg;
	struct stream_in in;
	int status;

	stream_open(&in, fd, name);
	in.may_be_empty = true; /* read_streams says what it means here */
	status = read_streams(reading->sweep, &in);
	stream_close(&in);
	if (status == EX_TEMPFAIL)
		stage_say(name, 0, "time is up before the last job was read");
	if (reading->status == 0)
		reading->status = status;
}

/* --- the program --------------------------------------------------------- */

/* One descriptor a machine in flight. */
static void
guard_files(size_t in_flight)
{
	struct rlimit limit;
	rlim_t need = in_flight + FILES_SPARE;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		err(EX_OSERR, "getrlimit");
	if (limit.rlim_cur >= need)
		return;
	limit.rlim_cur = need;
	if (need > limit.rlim_max || setrlimit(RLIMIT_NOFILE, &limit) == -1)
		errx(EX_USAGE,
		    "-j: too many for the limit of open files (got %zu, "
		    "expected at most %lld)",
		    in_flight, (long long)limit.rlim_max - FILES_SPARE);
}

static void
wipe(struct sweep *s)
{
	if (s->machines != NULL)
		explicit_bzero(s->machines, s->cap * sizeof(*s->machines));
	free(s->machines);
	timers_free(&s->waits);
	device_loop_free(s->loop);
}

static int
finish(struct sweep *s, int status)
{
	uint64_t undone = s->undone;

	if (s->journal.to != NULL)
		stream_end(&s->journal, s->refused_before);
	stream_end(&s->out, s->refused_before);
	wipe(s);
	if (status != 0)
		return stage_status(status);
	status = stage_end();
	return status == 0 && undone != 0 ? EX_TEMPFAIL : status;
}

/* A new file, and no other: whatever is there is not ours to overwrite. */
static FILE *
journal_make(const char *path)
{
	int fd = sitefile_create(path, 0600);
	FILE *to = fd == -1 ? NULL : fdopen(fd, "w");

	if (fd == -1)
		errx(EX_CANTCREAT, "%s: %s", path, sitefile_why());
	if (to == NULL)
		err(EX_CANTCREAT, "%s", path);
	return to;
}

static void
results_begin(struct sweep *s, FILE *journal)
{
	if (journal != NULL) {
		stream_begin_to(&s->journal, &kind_results, journal);
		s->journal.flush = true;
		if (fflush(journal) != 0)
			err(EX_IOERR, "the journal of results");
	}
	stream_begin(&s->out, &kind_results, true);
	s->out.flush = true;
	if (fflush(stdout) != 0)
		stage_output_failed("standard output");
}

int
main(int argc, char *argv[])
{
	struct sweep s = { .in_flight = 64 };
	const char *path = NULL;
	FILE *journal = NULL;
	struct reading reading = { .sweep = &s };
	uint16_t tls = 16993, plain = 16992;
	unsigned seconds = 0;
	int64_t start_ms = clock_ms();
	int ch;

	stage_begin("-t seconds [-j machines] [-o file] [-P tls-port] "
	            "[-p port] [file ...]",
	    MAY_READ_FILES | MAY_CONNECT | USES_SECRETS);
	while ((ch = stage_getopt(argc, argv, "t:j:o:P:p:", NULL)) != -1)
		switch (ch) {
		case 'o':
			path = optarg;
			break;
		case 't':
			seconds = (unsigned)stage_number("-t", optarg, 1,
			    SECONDS_MAX);
			break;
		case 'j':
			s.in_flight =
			    option_setting(SITECONF_IN_FLIGHT, "-j", optarg);
			break;
		case 'P':
			tls =
			    (uint16_t)stage_number("-P", optarg, 1, UINT16_MAX);
			break;
		case 'p':
			plain =
			    (uint16_t)stage_number("-p", optarg, 1, UINT16_MAX);
			break;
		default:
			stage_usage();
		}
	if (seconds == 0)
		stage_usage();
	watch_signals(seconds);
	s.hard_ms = start_ms + (int64_t)seconds * 1000;
	s.soft_ms = start_ms + (int64_t)seconds * 900;
	guard_files(s.in_flight);
	TAILQ_INIT(&s.ready);
	s.loop = device_loop_new(s.in_flight, tls, plain);
	if (timers_init(&s.waits, WAITING_MAX + s.in_flight) == -1)
		err(EX_OSERR, "waits");
	if (path != NULL)
		journal = journal_make(path);
	stage_connects(tls);
	stage_connects(plain);
	stage_confine();
	results_begin(&s, journal);
	stage_each_input(argc, argv, read_jobs, &reading);
	if (reading.status == 0)
		run(&s);
	return finish(&s, reading.status);
}
