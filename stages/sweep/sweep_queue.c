/*
 * sweep_queue - the machines that are there, in the queues of their states, and
 * how many of each network are asked something.
 *
 * A machine is there from its job's line to its end: a fleet of any size takes
 * the memory of those that are worked on and of some that are next.
 */
#include "sweep/sweep_parts.h"

#include <arpa/inet.h>
#include <assert.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "lib/clock.h"

/* A site of 100,000 machines has some 400 networks of IPv4. */
#define NETWORKS_ROW 1024
#define NETWORK_KEY 32

/* An IPv4 network of 24 bits or an IPv6 one of 64; with its link, if any. */
struct sweep_network {
	struct sweep_network *next;
	char key[NETWORK_KEY];
	size_t asking;
};

static void
network_key(char key[NETWORK_KEY], const char *address)
{
	char host[JOB_ADDRESS];
	uint8_t bytes[16] = { 0 };
	size_t len = strcspn(address, "%");

	memset(key, 0, NETWORK_KEY);
	memcpy(host, address, len);
	host[len] = '\0';
	if (inet_pton(AF_INET, host, bytes) == 1) {
		key[0] = 4;
		memcpy(key + 1, bytes, 3);
	} else if (inet_pton(AF_INET6, host, bytes) == 1) {
		key[0] = 6;
		memcpy(key + 1, bytes, 8);
		(void)strncpy(key + 9, address + len, NETWORK_KEY - 10);
	}
}

static struct sweep_network *
network_find(struct sweep *s, const char *address)
{
	char key[NETWORK_KEY];
	struct sweep_network *n, **row;
	uint32_t hash = 0;

	network_key(key, address);
	for (size_t i = 0; i < NETWORK_KEY; i++)
		hash = hash * 31 + (uint8_t)key[i];
	row = &s->networks[hash % NETWORKS_ROW];
	for (n = *row; n != NULL; n = n->next)
		if (memcmp(n->key, key, NETWORK_KEY) == 0)
			return n;
	n = calloc(1, sizeof(*n));
	if (n == NULL)
		err(EX_OSERR, "networks");
	memcpy(n->key, key, NETWORK_KEY);
	n->next = *row;
	*row = n;
	return n;
}

void
queue_begin(struct sweep *s)
{
	LIST_INIT(&s->machines);
	TAILQ_INIT(&s->fresh);
	TAILQ_INIT(&s->ready);
	TAILQ_INIT(&s->signing);
	TAILQ_INIT(&s->done);
	if (s->per_network == 0)
		return;
	s->networks = calloc(NETWORKS_ROW, sizeof(struct sweep_network *));
	if (s->networks == NULL)
		err(EX_OSERR, "networks");
}

bool
queue_network_full(const struct sweep_machine *m)
{
	return m->network != NULL &&
	    m->network->asking >= m->sweep->per_network;
}

static struct sweep_queue *
queue_of(struct sweep *s, enum sweep_state state)
{
	switch (state) {
	case SWEEP_NEW:
		return &s->fresh;
	case SWEEP_READY:
		return &s->ready;
	case SWEEP_SIGNING:
		return &s->signing;
	case SWEEP_DONE:
		return &s->done;
	case SWEEP_ASKING:
	case SWEEP_WAITING:
		break;
	}
	return NULL;
}

static void
queue_join(struct sweep_machine *m, enum sweep_state state)
{
	struct sweep *s = m->sweep;
	struct sweep_queue *q = queue_of(s, state);

	m->state = state;
	s->count[state]++;
	if (q != NULL)
		TAILQ_INSERT_TAIL(q, m, entry);
	if (state == SWEEP_ASKING && m->network != NULL)
		m->network->asking++;
	/* Its network may be another than those that are full. */
	if (state == SWEEP_NEW || state == SWEEP_READY)
		s->stuck = false;
}

static void
queue_leave(struct sweep_machine *m)
{
	struct sweep *s = m->sweep;
	struct sweep_queue *q = queue_of(s, m->state);

	if (m->state == SWEEP_WAITING || m->state == SWEEP_SIGNING)
		timers_clear(&s->waits, &m->wait);
	if (q != NULL)
		TAILQ_REMOVE(q, m, entry);
	if (m->state == SWEEP_ASKING && m->network != NULL) {
		m->network->asking--;
		s->stuck = false;
	}
	s->count[m->state]--;
}

void
queue_enter(struct sweep_machine *m, enum sweep_state state)
{
	queue_leave(m);
	queue_join(m, state);
}

void
queue_add(struct sweep *s, struct job *job)
{
	struct sweep_machine *m = calloc(1, sizeof(*m));

	if (m == NULL)
		err(EX_OSERR, "jobs");
	m->job = *job;
	explicit_bzero(job, sizeof(*job));
	m->sweep = s;
	m->wait.of = m;
	if (s->networks != NULL)
		m->network = network_find(s, m->job.address);
	/* A duration from now on: the clock may be set while this runs. */
	m->until_ms = clock_ms() + (m->job.not_after - clock_seconds()) * 1000;
	LIST_INSERT_HEAD(&s->machines, m, all);
	queue_join(m, SWEEP_NEW);
	s->nmachines++;
}

static void
queue_free(struct sweep_machine *m)
{
	LIST_REMOVE(m, all);
	explicit_bzero(m, sizeof(*m));
	free(m);
}

void
queue_reap(struct sweep *s)
{
	struct sweep_machine *m;

	while ((m = TAILQ_FIRST(&s->done)) != NULL) {
		TAILQ_REMOVE(&s->done, m, entry);
		queue_free(m);
	}
}

void
queue_wipe(struct sweep *s)
{
	struct sweep_machine *m;

	while ((m = LIST_FIRST(&s->machines)) != NULL) {
		job_wipe(&m->job);
		queue_free(m);
	}
	for (size_t i = 0; s->networks != NULL && i < NETWORKS_ROW; i++) {
		struct sweep_network *n;

		while ((n = s->networks[i]) != NULL) {
			s->networks[i] = n->next;
			free(n);
		}
	}
	free(s->networks);
	s->networks = NULL;
}
