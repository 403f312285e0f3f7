#ifndef SWEEP_PARTS_H
#define SWEEP_PARTS_H

/*
 * sweep_parts - what the files of sweep share; nobody else includes it.
 *
 *	sweep.c          the program: options, limits, the end
 *	sweep_run.c      who is next, who waits, when it ends
 *	sweep_machine.c  one machine and its conversation
 *	sweep_sign.c     certificates for machines, from sign-run
 *	sweep_queue.c    the machines that are there, and the networks they are
 *in sweep_jobs.c     reads the jobs, as long as there is room for them
 *	sweep_results.c  writes the results, and the same into the journal
 *	sweep_progress.c says how far it is
 */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/reason.h"
#include "lib/stream.h"
#include "setup/job.h"
#include "setup/settings.h"
#include "setup/setup.h"
#include "setup/setup_sign.h"
#include "sweep/device.h"
#include "sweep/timers.h"

/* Machines that wait hold no connection, only their conversation: some 11 kB
 * each.  With more than this no new machine is begun. */
#define SWEEP_WAITING_MAX 4096
/* Jobs that are read ahead, 2.4 kB each: what is planned meanwhile comes after
 * no more than these.  Where networks may be full, enough to find machines of
 * others. */
#define SWEEP_AHEAD 256
#define SWEEP_AHEAD_NETWORKS 4096
/* New connections: so many at once, and then one each so often.  A wave of
 * thousands would fill the tables of switches and firewalls on the way. */
#define SWEEP_BURST 100
#define SWEEP_BEGIN_US 500
/* So long it reads jobs before it looks at the machines again. */
#define SWEEP_READ_MS 20
/* Signals are looked at so often at least. */
#define SWEEP_TICK_MS 250

enum sweep_state {
	SWEEP_NEW,
	SWEEP_ASKING,
	SWEEP_WAITING,
	SWEEP_SIGNING, /* waits for its certificate */
	SWEEP_READY,
	SWEEP_DONE
};

struct sweep_network;

struct sweep_machine {
	LIST_ENTRY(sweep_machine) all;
	struct job job;
	struct sweep *sweep;
	struct sweep_network *network; /* NULL: they have no limit */
	struct setup *setup;
	struct device *device;
	struct timer wait;
	/* Among those that are new, ready to go on, wait for a certificate, or
	 * are done. */
	TAILQ_ENTRY(sweep_machine) entry;
	uint64_t signing; /* its request's number; 0: not asked for yet */
	int64_t until_ms; /* nothing is asked of it after this */
	enum sweep_state state;
	enum setup_outcome last; /* of its last request */
	bool done;               /* what its job wished for */
	char step[40];           /* the last one that was asked */
};

struct sweep {
	struct settings_all settings;
	struct chains chains;
	LIST_HEAD(, sweep_machine) machines;
	size_t nmachines; /* that were read */
	size_t count[SWEEP_DONE + 1];
	TAILQ_HEAD(sweep_queue, sweep_machine) fresh, ready, signing, done;
	struct sweep_network **networks; /* a table, NULL without limit */
	size_t per_network;              /* at most, 0: any number */
	bool stuck;       /* nobody may begin until a network has room */
	int64_t begin_us; /* when the next connection's turn is (GCRA) */
	int64_t turned_ms;
	struct timers waits;
	struct device_loop *loop;
	struct stream_out out;
	/* The same in a file, written first: what a machine was told survives
	 * whoever reads us.  Its to is NULL when there is none. */
	struct stream_out journal;
	/* The socket of sign-run; -1: nobody signs.  Records of the kinds
	 * signing and signed, each a packet of its own. */
	int signer;
	uint64_t nsigning; /* requests made */
	size_t in_flight;
	uint64_t undone;
	uint64_t refused_before;
	int64_t soft_ms, hard_ms;
	/* For progress: those that failed, by reason; when the first machine
	 * was begun, and when a line was last said. */
	uint64_t failed[REASON_COUNT], nfailed;
	int64_t begun_ms, said_ms, every_ms; /* 0: no such lines */
};

/* The signal that ends the run, 0 while there is none. */
extern volatile sig_atomic_t sweep_stop;

/* sweep_run */
void sweep_watch_signals(unsigned seconds);
void sweep_start(struct sweep *s);
/* Goes on with what there is until there is a line of in to read, and room for
 * a job; false: the time is up. */
bool sweep_await(struct sweep *s, struct stream_in *in);
/* To the end, when all jobs were read. */
void sweep_run(struct sweep *s);

/* sweep_queue */
void queue_begin(struct sweep *s);
/* Takes over job, which is wiped. */
void queue_add(struct sweep *s, struct job *job);
void queue_enter(struct sweep_machine *m, enum sweep_state state);
bool queue_network_full(const struct sweep_machine *m);
/* Frees those that are done. */
void queue_reap(struct sweep *s);
void queue_wipe(struct sweep *s);

/* sweep_machine */
void machine_begin(struct sweep_machine *m);
/* Its conversation's next step, with the reply that came in or NULL. */
void machine_step(struct sweep_machine *m, const struct setup_reply *reply);
void machine_run_out(struct sweep_machine *m);
void machine_wake(struct sweep_machine *m);

/* Its signature has come, or why there is none. */
void machine_signed(struct sweep_machine *m,
    const struct setup_signature *signature);

/* sweep_sign */
void sweep_sign_begin(struct sweep *s, int fd);
/* The machine waits for its certificate from here on; false: nobody signs. */
bool sweep_sign_wait(struct sweep_machine *m);
/* Those who wait are asked for, as far as the socket takes it. */
void sweep_sign_send(struct sweep *s);

/* sweep_jobs: of one input, a struct sweep_reading */
struct sweep_reading {
	struct sweep *sweep;
	int status;
};
void sweep_read_jobs(int fd, const char *name, void *arg);
/* Once all are read: keys that no machine of this run needs are wiped. */
void sweep_drop_chains(struct sweep *s);

/* sweep_progress */
void sweep_show_progress(struct sweep *s);
void sweep_end_progress(struct sweep *s);

/* sweep_results */
FILE *sweep_make_journal(const char *path);
void sweep_begin_results(struct sweep *s, FILE *journal);
void sweep_guard_results(void);
void sweep_write_milestones(struct sweep_machine *m);
void sweep_write_issued(const struct sweep_machine *m, const char *by,
    const char *fqdn, const struct machinecert_der *leaf);
void sweep_write_failure(const struct sweep_machine *m, enum reason_id reason,
    const char *detail);

#endif
