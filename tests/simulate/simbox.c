/*
 * simbox - the machines of a simulation: those of setup_device.h, with a key of
 * their own and what the network does to a request.
 */
#include <err.h>

#include "setup/job.h"
#include "setup_device.h"
#include "sim.h"

struct sim_box {
	struct device d;
	char pid[PID_LEN + 1], pps[PPS_LEN + 1];
};

struct sim_line {
	struct talk talk;
};

struct sim_box *
sim_box_new(const uint8_t uuid[UUID_LEN], const char *password, unsigned number)
{
	struct sim_box *b = calloc(1, sizeof(*b));

	if (b == NULL)
		err(1, "box");
	device_init(&b->d, uuid, password);
	(void)snprintf(b->d.realm, sizeof(b->d.realm),
	    "Digest:A40000000000000000000000%08X", number);
	device_hash(&b->d, password, b->d.ha1);
	b->d.tls_stays = number % 3 == 0;
	b->d.closes = number % 5 == 0;
	return b;
}

void
sim_box_free(struct sim_box *b)
{
	free(b);
}

void
sim_box_key(struct sim_box *b, const char *pid, const char *pps)
{
	(void)snprintf(b->pid, sizeof(b->pid), "%s", pid);
	(void)snprintf(b->pps, sizeof(b->pps), "%s", pps);
}

struct sim_line *
sim_line_new(void)
{
	struct sim_line *l = calloc(1, sizeof(*l));

	if (l == NULL)
		err(1, "line");
	return l;
}

void
sim_line_free(struct sim_line *l)
{
	free(l);
}

void
sim_line_close(struct sim_line *l)
{
	l->talk.open = false;
}

static enum mishap
box_mishap(enum sim_fault fault)
{
	switch (fault) {
	case SIM_CUT_BEFORE:
		return CUT_BEFORE;
	case SIM_CUT_AFTER:
		return CUT_AFTER;
	case SIM_LOST_REPLY:
		return HANG_AFTER;
	case SIM_ERROR_PAGE:
		return PAGE_500;
	case SIM_ERROR_AFTER:
		return PAGE_500_AFTER;
	case SIM_OLD_REPLY:
		return WRONG_RELATES;
	default:
		return FINE;
	}
}

struct setup_reply
sim_box_talk(struct sim_box *b, struct sim_line *l, const struct setup_ask *ask,
    const struct job *job, int64_t now, enum sim_fault fault)
{
	struct device *d = &b->d;
	struct setup_reply r;

	/* Whoever reads along is not whom the key is for. */
	if ((ask->fresh || !l->talk.open) && ask->route == SETUP_TLS_PSK &&
	    d->state != 2 &&
	    (strcmp(b->pid, job->pid) != 0 || strcmp(b->pps, job->pps) != 0))
		return (struct setup_reply){ .outcome = SETUP_TLS_KEY_REFUSED,
			.body = "",
			.server = "",
			.realm = "",
			.note = "" };
	d->said[0] = '\0';
	d->mishap = box_mishap(fault);
	d->at = d->requests + 1;
	r = device_talk(d, &l->talk, ask, now);
	/* A proxy's way, or a driver's. */
	if (fault == SIM_REPEATED && r.outcome == SETUP_ANSWERED &&
	    l->talk.open) {
		struct setup_ask again = *ask;

		again.fresh = false;
		r = device_talk(d, &l->talk, &again, now);
	}
	if (d->state == 2)
		d->pki.control_mode = 2; /* admin: its key was proof of that */
	r.note = r.note == NULL ? "" : r.note;
	r.body = r.body == NULL ? "" : r.body;
	return r;
}

bool
sim_box_set_up(const struct sim_box *b)
{
	return b->d.state == 2;
}

unsigned
sim_box_commits(const struct sim_box *b)
{
	return b->d.commits;
}

unsigned
sim_box_writes(const struct sim_box *b)
{
	return b->d.puts + b->d.admins + b->d.mebxs + b->d.commits +
	    b->d.unprovisions;
}

bool
sim_box_opens(const struct sim_box *b, const char *password)
{
	char ha1[33];

	device_hash(&b->d, password, ha1);
	return strcmp(ha1, b->d.ha1) == 0;
}

const char *
sim_box_hash(const struct sim_box *b)
{
	return b->d.ha1;
}

bool
sim_box_pings(const struct sim_box *b)
{
	return strcmp(b->d.ping, "true") == 0;
}

void
sim_box_name(const struct sim_box *b, char to[DOMAIN_TEXT])
{
	(void)snprintf(to, DOMAIN_TEXT, "%.63s%s%.180s", b->d.host,
	    b->d.domain[0] == '\0' ? "" : ".", b->d.domain);
}
