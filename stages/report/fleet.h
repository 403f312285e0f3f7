#ifndef FLEET_H
#define FLEET_H

/*
 * fleet - the machines and key batches of a site in memory, as the devices
 * and batches streams tell of them at one moment: what the reports are made
 * from.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/reason.h"
#include "base/record.h"
#include "base/text.h"
#include "plan/machinestate.h"

/* Far beyond the largest site, 20,000; some 500 MB. */
#define FLEET_MAX 1000000

/* What has to be done about a machine, and by whom. */
enum fleet_group {
	FLEET_SET_UP,
	FLEET_PERSON,     /* somebody has to go there or correct a list */
	FLEET_RETRIES,    /* the delayed queue takes it again */
	FLEET_WAITS,      /* the next sweep takes it */
	FLEET_UNSEEN,     /* expected, and no hello has come */
	FLEET_TAKEN_BACK, /* unprovisioned, as somebody wished */
	FLEET_GROUPS
};

/* As report.json and report.html call it: "action needed". */
const char *fleet_group_name(enum fleet_group g);
/* As a name of a column: "action_needed". */
const char *fleet_group_key(enum fleet_group g);

struct machine {
	char *field[DEVICES_NCOLUMNS]; /* in the fleet's memory */
	enum machine_state state;
	enum reason_id reason;
	uint64_t attempts;
	enum fleet_group group;
};

struct batch {
	char *name;
	uint64_t keys[BATCHES_NCOLUMNS]; /* by BATCHES_NEW and so on */
};

/* One whose hellos claim to be a machine's and do not count. */
struct claimant {
	char *field[CALLERS_NCOLUMNS]; /* in the fleet's memory */
	enum reason_id reason;
};

/* One that the site's CA or signer gave to a machine. */
struct certificate {
	char *field[CERTIFICATES_NCOLUMNS]; /* in the fleet's memory */
	int64_t until;
};

/* One run of amt-sweep. */
struct run {
	char *field[RUNS_NCOLUMNS]; /* in the fleet's memory */
	int64_t began;
	uint64_t n[RUNS_NCOLUMNS]; /* by RUNS_PLANNED to RUNS_DRIFT */
};

/* The hello listener, as its heartbeat tells. */
enum listener_state {
	LISTENER_UNASKED,   /* the report is not about it */
	LISTENER_NEVER,     /* it has never run in this site */
	LISTENER_LISTENING, /* its heartbeat is fresh */
	LISTENER_SILENT,    /* its heartbeat is old: killed, or no disk; or
	                       dated in the future, and says nothing */
	LISTENER_ENDED,
	LISTENER_STATES
};

struct listener {
	enum listener_state state;
	char since[TEXT_TIME], at[TEXT_TIME], last_hello[TEXT_TIME];
	int64_t age;   /* seconds from its last sign to the report */
	int64_t ahead; /* the other way round, when the clock was set back */
	uint64_t taken, refused, waiting;
	char trouble[128];
};

/* What a report is limited to. */
struct fleet_only {
	const char *batch; /* of their keys; NULL: any, borrowed */
	int64_t since;     /* heard or set up then or later; 0: whenever */
	void *uuids;       /* tsearch(3) of the machines that it has */
};

struct fleet {
	struct fleet_only only; /* set before the first record */
	struct machine *machines;
	size_t nmachines;
	struct batch *batches;
	size_t nbatches;
	struct claimant *claimants;
	size_t nclaimants;
	struct certificate *certificates; /* those that are in force */
	size_t ncertificates;
	struct run *runs; /* that have ended, the oldest first */
	size_t nruns;
	uint64_t dropped; /* callers that nobody expected, too many */
	size_t in_state[MACHINE_STATES];
	size_t in_group[FLEET_GROUPS];
	struct listener listener;
	/* What the reader knows besides: */
	const struct totals *totals; /* TOTALS_BY of them; borrowed */
	char made_at[TEXT_TIME];
	const char *cut;  /* why the sweep ended early, or NULL; borrowed */
	char broken[256]; /* why nothing can be published, or "" */
	uint64_t refused_records; /* that are missing here */
	/* its own: */
	struct fleet_piece *pieces; /* memory of texts */
	char *piece_at;
	size_t piece_left;
	size_t machines_cap, batches_cap, claimants_cap, certificates_cap,
	    runs_cap;
};

/*
 * Takes in one record of a devices, batches, callers, strangers, runs or
 * certificates stream.  0, or -1 with *f filled and the fleet as it was.  Ends
 * the program when out of memory.
 */
int fleet_add(struct fleet *fleet, const struct record *r, struct fault *f);

/*
 * Takes in the record of a listener stream; made_at is set.  0, or -1 with *f
 * filled.
 */
int fleet_set_listener(struct fleet *fleet, const struct record *r,
    struct fault *f);
const char *listener_state_name(enum listener_state s);

/* Is the report about some of the machines only? */
bool fleet_is_limited(const struct fleet *fleet);

/* The FQDN or, without one, the UUID. */
const char *machine_name(const struct machine *m);

void fleet_free(struct fleet *fleet);

#endif
