#include "report/fleet.h"

#include <err.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"
#include "lib/heartbeat.h"
#include "base/text.h"

const char *
machine_name(const struct machine *m)
{
	if (m->field[DEVICES_FQDN][0] != '\0')
		return m->field[DEVICES_FQDN];
	return m->field[DEVICES_UUID];
}

const char *
fleet_group_name(enum fleet_group g)
{
	static const char *const names[FLEET_GROUPS] = {
		[FLEET_SET_UP] = "set up",
		[FLEET_PERSON] = "action needed",
		[FLEET_RETRIES] = "retrying",
		[FLEET_WAITS] = "waiting",
		[FLEET_UNSEEN] = "not seen",
		[FLEET_TAKEN_BACK] = "unprovisioned",
	};

	return names[g];
}

const char *
fleet_group_key(enum fleet_group g)
{
	static const char *const keys[FLEET_GROUPS] = {
		[FLEET_SET_UP] = "set_up",
		[FLEET_PERSON] = "action_needed",
		[FLEET_RETRIES] = "retrying",
		[FLEET_WAITS] = "waiting",
		[FLEET_UNSEEN] = "not_seen",
		[FLEET_TAKEN_BACK] = "unprovisioned",
	};

	return keys[g];
}

static enum fleet_group
group_of(const struct machine *m)
{
	if (m->state == MACHINE_VERIFIED)
		return FLEET_SET_UP;
	if (m->state == MACHINE_UNPROVISIONED)
		return FLEET_TAKEN_BACK;
	if (m->reason == REASON_HELLO_NONE ||
	    (m->reason == REASON_NONE && m->state == MACHINE_EXPECTED))
		return FLEET_UNSEEN;
	switch (reason_get(m->reason)->class) {
	case REASON_PERSON:
		return FLEET_PERSON;
	case REASON_RETRIES:
		return FLEET_RETRIES;
	case REASON_WAITS:
		break;
	}
	return FLEET_WAITS;
}

bool
fleet_is_limited(const struct fleet *fleet)
{
	return fleet->only.batch != NULL || fleet->only.since != 0;
}

/* Times are as text_time writes them, and their texts are in their order. */
static bool
is_since(const struct fleet *fleet, const char *time)
{
	char since[TEXT_TIME];

	text_time(since, fleet->only.since);
	return strcmp(time, since) >= 0;
}

/* Does the report have this machine? */
static bool
fleet_wants(const struct fleet *fleet, const struct record *r)
{
	const char *batch = fleet->only.batch;

	if (batch != NULL && strcmp(r->field[DEVICES_BATCH], batch) != 0)
		return false;
	return fleet->only.since == 0 ||
	    is_since(fleet, r->field[DEVICES_LAST_HEARD]) ||
	    is_since(fleet, r->field[DEVICES_SET_UP]);
}

static int
uuid_order(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* What else is known of a machine comes after it. */
static bool
fleet_has(const struct fleet *fleet, const char *uuid)
{
	return !fleet_is_limited(fleet) ||
	    tfind(uuid, &fleet->only.uuids, uuid_order) != NULL;
}

/* Room for one more; grows by half. */
static void *
fleet_grow(void *all, size_t *cap, size_t n, size_t size)
{
	if (n < *cap)
		return all;
	*cap = *cap + *cap / 2 + 64;
	all = reallocarray(all, *cap, size);
	if (all == NULL)
		err(EX_OSERR, "fleet");
	return all;
}

#define PIECE (1 << 18)

struct fleet_piece {
	struct fleet_piece *next;
	char text[];
};

/* Texts stay as long as the fleet: many share a piece of memory. */
static char *
fleet_room(struct fleet *fleet, size_t len)
{
	size_t size = len > PIECE ? len : PIECE;
	struct fleet_piece *piece = fleet->pieces;

	if (piece == NULL || fleet->piece_left < len) {
		piece = malloc(sizeof(*piece) + size);
		if (piece == NULL)
			err(EX_OSERR, "fleet");
		piece->next = fleet->pieces;
		fleet->pieces = piece;
		fleet->piece_left = size;
		fleet->piece_at = piece->text;
	}
	fleet->piece_left -= len;
	fleet->piece_at += len;
	return fleet->piece_at - len;
}

/* Copies n fields; field[0] begins them. */
static void
keep_fields(struct fleet *fleet, char **field, size_t n, const struct record *r)
{
	size_t len = 0;
	char *to;

	for (size_t i = 0; i < n; i++)
		len += strlen(r->field[i]) + 1;
	to = fleet_room(fleet, len);
	for (size_t i = 0; i < n; i++) {
		size_t size = strlen(r->field[i]) + 1;

		field[i] = memcpy(to, r->field[i], size);
		to += size;
	}
}

static int
fault_got(struct fault *f, const char *what, const char *got)
{
	char shown[40];

	text_show(shown, sizeof(shown), got, strlen(got));
	return fault_set(f, 0, "%s (got \"%s\")", what, shown);
}

/* State and reason.  Many machines that follow each other have one reason, and
 * there are a hundred to compare with. */
static int
machine_life(struct machine *m, const struct record *r,
    const struct machine *before, struct fault *f)
{
	const char *reason = r->field[DEVICES_REASON];

	m->state = machine_state_find(r->field[DEVICES_STATE]);
	if (m->state == MACHINE_STATES)
		return fault_got(f, "unknown state of a machine",
		    r->field[DEVICES_STATE]);
	if (before != NULL &&
	    strcmp(before->field[DEVICES_REASON], reason) == 0)
		m->reason = before->reason;
	else
		m->reason = reason_find(reason);
	if (m->reason == REASON_COUNT)
		return fault_got(f, "unknown reason", reason);
	if (m->reason == REASON_NONE &&
	    (m->state == MACHINE_DELAYED || m->state == MACHINE_REFUSED))
		return fault_set(f, 0, "machine is %s without a reason",
		    machine_state_name(m->state));
	return 0;
}

static int
add_machine(struct fleet *fleet, const struct record *r, struct fault *f)
{
	struct machine m = { 0 };

	if (machine_life(&m, r,
	        fleet->nmachines == 0 ? NULL
	                              : &fleet->machines[fleet->nmachines - 1],
	        f) == -1)
		return -1;
	if (r->field[DEVICES_ATTEMPTS][0] != '\0' &&
	    text_number(&m.attempts, r->field[DEVICES_ATTEMPTS], UINT32_MAX) ==
	        -1)
		return fault_set(f, 0, "attempts is not a number");
	if (fleet->nmachines == FLEET_MAX)
		return fault_set(f, 0,
		    "more machines than a report takes "
		    "(%d)",
		    FLEET_MAX);
	if (!fleet_wants(fleet, r))
		return 0;
	m.group = group_of(&m);
	keep_fields(fleet, m.field, DEVICES_NCOLUMNS, r);
	fleet->machines = fleet_grow(fleet->machines, &fleet->machines_cap,
	    fleet->nmachines, sizeof(m));
	fleet->machines[fleet->nmachines++] = m;
	if (fleet_is_limited(fleet) &&
	    tsearch(m.field[DEVICES_UUID], &fleet->only.uuids, uuid_order) ==
	        NULL)
		err(EX_OSERR, "fleet");
	fleet->in_state[m.state]++;
	fleet->in_group[m.group]++;
	return 0;
}

static int
add_batch(struct fleet *fleet, const struct record *r, struct fault *f)
{
	struct batch b = { 0 };

	for (size_t i = BATCHES_NEW; i < BATCHES_NCOLUMNS; i++)
		if (text_number(&b.keys[i], r->field[i], UINT32_MAX) == -1)
			return fault_set(f, 0,
			    "count of %s keys is not a number",
			    r->kind->columns[i].name);
	if (fleet->only.batch != NULL &&
	    strcmp(r->field[BATCHES_BATCH], fleet->only.batch) != 0)
		return 0;
	if (fleet->nbatches == FLEET_MAX)
		return fault_set(f, 0, "more batches than a report takes (%d)",
		    FLEET_MAX);
	b.name = strdup(r->field[BATCHES_BATCH]);
	if (b.name == NULL)
		err(EX_OSERR, "fleet");
	fleet->batches = fleet_grow(fleet->batches, &fleet->batches_cap,
	    fleet->nbatches, sizeof(b));
	fleet->batches[fleet->nbatches++] = b;
	return 0;
}

static int
add_claimant(struct fleet *fleet, const struct record *r, struct fault *f)
{
	struct claimant c = { .reason = reason_find(r->field[CALLERS_REASON]) };

	if (c.reason == REASON_NONE || c.reason == REASON_COUNT)
		return fault_set(f, 0, "caller without a known reason");
	if (!fleet_has(fleet, r->field[CALLERS_UUID]))
		return 0;
	if (fleet->nclaimants == FLEET_MAX)
		return fault_set(f, 0, "more callers than a report takes (%d)",
		    FLEET_MAX);
	keep_fields(fleet, c.field, CALLERS_NCOLUMNS, r);
	fleet->claimants = fleet_grow(fleet->claimants, &fleet->claimants_cap,
	    fleet->nclaimants, sizeof(c));
	fleet->claimants[fleet->nclaimants++] = c;
	return 0;
}

/* Those that were replaced or revoked may end: no machine has them. */
static int
add_certificate(struct fleet *fleet, const struct record *r, struct fault *f)
{
	const char *state = r->field[CERTIFICATES_STATE];
	struct certificate c;

	if (text_untime(&c.until, r->field[CERTIFICATES_UNTIL]) == -1)
		return fault_set(f, 0, "certificate without an end");
	if (strcmp(state, "in-use") != 0 && strcmp(state, "issued") != 0)
		return 0;
	if (!fleet_has(fleet, r->field[CERTIFICATES_UUID]))
		return 0;
	if (fleet->ncertificates == FLEET_MAX)
		return fault_set(f, 0,
		    "more certificates than a report takes (%d)", FLEET_MAX);
	keep_fields(fleet, c.field, CERTIFICATES_NCOLUMNS, r);
	fleet->certificates = fleet_grow(fleet->certificates,
	    &fleet->certificates_cap, fleet->ncertificates, sizeof(c));
	fleet->certificates[fleet->ncertificates++] = c;
	return 0;
}

/* One that is under way has no figures yet, and none is of one batch. */
static int
add_run(struct fleet *fleet, const struct record *r, struct fault *f)
{
	struct run run = { 0 };

	if (text_untime(&run.began, r->field[RUNS_BEGAN]) == -1)
		return fault_set(f, 0, "run without a beginning");
	if (r->field[RUNS_ENDED][0] == '\0' || fleet->only.batch != NULL ||
	    run.began < fleet->only.since)
		return 0;
	for (size_t i = RUNS_PLANNED; i <= RUNS_DRIFT; i++)
		if (text_number(&run.n[i], r->field[i], UINT32_MAX) == -1)
			return fault_set(f, 0, "%s of a run is not a number",
			    r->kind->columns[i].name);
	if (fleet->nruns == FLEET_MAX)
		return fault_set(f, 0, "more runs than a report takes (%d)",
		    FLEET_MAX);
	keep_fields(fleet, run.field, RUNS_NCOLUMNS, r);
	fleet->runs = fleet_grow(fleet->runs, &fleet->runs_cap, fleet->nruns,
	    sizeof(run));
	fleet->runs[fleet->nruns++] = run;
	return 0;
}

static int
set_dropped(struct fleet *fleet, const struct record *r, struct fault *f)
{
	if (text_number(&fleet->dropped, r->field[STRANGERS_DROPPED],
	        INT64_MAX) == -1)
		return fault_set(f, 0,
		    "count of dropped callers is not a "
		    "number");
	if (fleet_is_limited(fleet))
		fleet->dropped = 0; /* of no machine */
	return 0;
}

int
fleet_add(struct fleet *fleet, const struct record *r, struct fault *f)
{
	if (r->kind == &kind_devices)
		return add_machine(fleet, r, f);
	if (r->kind == &kind_batches)
		return add_batch(fleet, r, f);
	if (r->kind == &kind_callers)
		return add_claimant(fleet, r, f);
	if (r->kind == &kind_strangers)
		return set_dropped(fleet, r, f);
	if (r->kind == &kind_certificates)
		return add_certificate(fleet, r, f);
	if (r->kind == &kind_runs)
		return add_run(fleet, r, f);
	return fault_set(f, 0, "record of kind %s is not for a report",
	    r->kind->name);
}

const char *
listener_state_name(enum listener_state s)
{
	static const char *const names[LISTENER_STATES] = { "", "never",
		"listening", "silent", "ended" };

	return names[s];
}

int
fleet_set_listener(struct fleet *fleet, const struct record *r, struct fault *f)
{
	struct listener *l = &fleet->listener;
	struct heartbeat h;
	int64_t now, at;

	if (text_untime(&now, fleet->made_at) == -1)
		return fault_set(f, 0, "report without a time");
	if (heartbeat_get(&h, &at, r, f) == -1)
		return -1;
	l->taken = h.taken;
	l->refused = h.refused;
	l->waiting = h.waiting;
	memcpy(l->since, h.since, sizeof(l->since));
	memcpy(l->at, h.at, sizeof(l->at));
	memcpy(l->last_hello, h.last_hello, sizeof(l->last_hello));
	text_show(l->trouble, sizeof(l->trouble), h.trouble, strlen(h.trouble));
	l->age = now > at ? now - at : 0;
	l->ahead = at > now + CLOCKS_APART ? at - now : 0;
	if (strcmp(h.state, "ended") == 0)
		l->state = LISTENER_ENDED;
	else
		l->state = l->age > HEARTBEAT_STALE || l->ahead != 0
		    ? LISTENER_SILENT
		    : LISTENER_LISTENING;
	return 0;
}

void
fleet_free(struct fleet *fleet)
{
	while (fleet->only.uuids != NULL)
		(void)tdelete(*(char **)fleet->only.uuids, &fleet->only.uuids,
		    uuid_order);
	for (size_t i = 0; i < fleet->nbatches; i++)
		free(fleet->batches[i].name);
	for (struct fleet_piece *next; fleet->pieces != NULL;
	     fleet->pieces = next) {
		next = fleet->pieces->next;
		free(fleet->pieces);
	}
	free(fleet->runs);
	free(fleet->certificates);
	free(fleet->claimants);
	free(fleet->machines);
	free(fleet->batches);
	*fleet = (struct fleet){ 0 };
}
