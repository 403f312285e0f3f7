#include "hello/tcpflow.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

struct segment {
	STAILQ_ENTRY(segment) next;
	uint32_t seq;
	int64_t at_us;
	uint64_t number;
	size_t len;
	size_t first; /* of its bytes that counted, the first's place */
	uint8_t bytes[];
};

struct flow {
	TAILQ_ENTRY(flow) quiet; /* the quietest first */
	struct flow *next;       /* in its chain */
	bool ipv6;
	struct packet_end from, to;
	bool told; /* what comes still repeats what was */
	bool syn, fin;
	bool dropped; /* more came than is kept */
	uint32_t isn;
	uint32_t fin_seq; /* of its FIN */
	int64_t at_us;    /* of the first packet */
	uint64_t number;
	size_t kept, nsegments;
	STAILQ_HEAD(segments, segment) segments; /* as they came */
};

struct tcpflows {
	size_t max, keep, memory;
	size_t n, kept; /* flows, and bytes of all of them */
	uint64_t seed;
	tcpflow_fn *fn;
	void *arg;
	TAILQ_HEAD(flows, flow) quiet;
	size_t nchains; /* a power of two */
	struct flow **chains;
	uint8_t *bytes; /* keep of them, to put one together */
	uint8_t *have;
};

struct tcpflows *
tcpflows_new(size_t nflows, size_t keep, size_t memory, uint64_t seed,
    tcpflow_fn *fn, void *arg)
{
	struct tcpflows *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	*t = (struct tcpflows){ .max = nflows,
		.keep = keep,
		.memory = memory,
		.seed = seed,
		.fn = fn,
		.arg = arg,
		.nchains = 1 };
	TAILQ_INIT(&t->quiet);
	while (t->nchains < nflows)
		t->nchains *= 2;
	t->chains = calloc(t->nchains, sizeof(struct flow *));
	t->bytes = malloc(keep);
	t->have = malloc(keep);
	if (t->chains != NULL && t->bytes != NULL && t->have != NULL)
		return t;
	tcpflows_free(t);
	return NULL;
}

/* --- which flow ---------------------------------------------------------- */

static uint64_t
tcpflow_mix(uint64_t h, const void *from, size_t n)
{
	const uint8_t *p = from;

	for (size_t i = 0; i < n; i++) {
		h ^= p[i];
		h *= 0x100000001b3; /* FNV-1a */
		h ^= h >> 29;
	}
	return h;
}

static bool
same_end(const struct packet_end *a, const struct packet_end *b)
{
	return a->port == b->port &&
	    memcmp(a->address, b->address, sizeof(a->address)) == 0;
}

/* Where the flow is, or would be. */
static struct flow **
place_of(struct tcpflows *t, const struct packet_end *from,
    const struct packet_end *to)
{
	uint64_t h = t->seed;
	struct flow **at;

	h = tcpflow_mix(h, from->address, sizeof(from->address));
	h = tcpflow_mix(h, &from->port, sizeof(from->port));
	h = tcpflow_mix(h, to->address, sizeof(to->address));
	h = tcpflow_mix(h, &to->port, sizeof(to->port));
	at = &t->chains[(h ^ h >> 32) & (t->nchains - 1)];
	while (*at != NULL &&
	    !(same_end(&(*at)->from, from) && same_end(&(*at)->to, to)))
		at = &(*at)->next;
	return at;
}

/* --- putting together ------------------------------------------------------
 */

static void
tcpflow_forget(struct tcpflows *t, struct flow *f)
{
	struct segment *s;

	t->kept -= f->kept;
	while ((s = STAILQ_FIRST(&f->segments)) != NULL) {
		STAILQ_REMOVE_HEAD(&f->segments, next);
		free(s);
	}
	f->kept = f->nsegments = 0;
}

/* The number of its first byte: behind its SYN, else the lowest there is. */
static uint32_t
base_of(const struct flow *f)
{
	const struct segment *s = STAILQ_FIRST(&f->segments);
	uint32_t base;

	if (f->syn)
		return f->isn + 1;
	base = s != NULL ? s->seq : f->fin_seq;
	for (; s != NULL; s = STAILQ_NEXT(s, next))
		if ((int32_t)(s->seq - base) < 0)
			base = s->seq;
	return base;
}

/* Puts one segment's bytes where they belong and none is yet. */
static void
tcpflow_lay(struct tcpflows *t, struct segment *s, uint32_t base,
    bool *contradicted, bool *beyond)
{
	int64_t at = (int32_t)(s->seq - base);

	s->first = t->keep;
	for (size_t i = 0; i < s->len; i++) {
		int64_t place = at + (int64_t)i;

		if (place < 0) /* asks whether we are still here */
			continue;
		if (place >= (int64_t)t->keep) {
			*beyond = true;
			break;
		}
		if (t->have[place]) {
			*contradicted |= t->bytes[place] != s->bytes[i];
			continue;
		}
		t->have[place] = 1;
		t->bytes[place] = s->bytes[i];
		if ((size_t)place < s->first)
			s->first = (size_t)place;
	}
}

/* Fills *out from what came. */
static void
put_together(struct tcpflows *t, struct flow *f, struct tcpflow *out)
{
	uint32_t base = base_of(f);
	size_t placed = 0;
	bool beyond = false;
	struct segment *s;

	*out = (struct tcpflow){ .ipv6 = f->ipv6,
		.from = f->from,
		.to = f->to,
		.began = f->syn,
		.bytes = t->bytes,
		.at_us = f->at_us,
		.number = f->number };
	memset(t->have, 0, t->keep);
	for (s = STAILQ_FIRST(&f->segments); s != NULL;
	     s = STAILQ_NEXT(s, next))
		tcpflow_lay(t, s, base, &out->contradicted, &beyond);
	while (out->len < t->keep && t->have[out->len])
		out->len++;
	for (size_t i = out->len; i < t->keep; i++)
		placed += t->have[i];
	out->hole = beyond || placed != 0 || f->dropped ||
	    (f->fin && f->fin_seq - base != out->len);
	for (s = STAILQ_FIRST(&f->segments); s != NULL;
	     s = STAILQ_NEXT(s, next))
		if (s->first < out->len && s->number > out->number) {
			out->at_us = s->at_us;
			out->number = s->number;
		}
}

static void
tcpflow_tell(struct tcpflows *t, struct flow *f, enum tcpflow_how how)
{
	struct tcpflow out;

	if (!f->told) {
		put_together(t, f, &out);
		out.how = how == TCPFLOW_OPEN && f->fin && !out.hole
		    ? TCPFLOW_CLOSED
		    : how;
		t->fn(&out, t->arg);
	}
	f->told = true;
	tcpflow_forget(t, f);
}

/* Is all there, from its SYN to its FIN?  Without the SYN what is there may
 * not be the first yet. */
static bool
is_whole(struct tcpflows *t, struct flow *f)
{
	struct tcpflow out;

	if (!f->syn || !f->fin || f->told || f->dropped)
		return false;
	/* Not enough bytes: no need to look at their places. */
	if (f->fin_seq - base_of(f) > f->kept)
		return false;
	put_together(t, f, &out);
	return !out.hole;
}

/* --- coming and going ------------------------------------------------------
 */

static void
tcpflow_drop(struct tcpflows *t, struct flow *f)
{
	struct flow **at = place_of(t, &f->from, &f->to);

	*at = f->next;
	TAILQ_REMOVE(&t->quiet, f, quiet);
	t->n--;
	tcpflow_forget(t, f);
	free(f);
}

void
tcpflows_free(struct tcpflows *t)
{
	if (t == NULL)
		return;
	while (!TAILQ_EMPTY(&t->quiet))
		tcpflow_drop(t, TAILQ_FIRST(&t->quiet));
	free(t->chains);
	free(t->bytes);
	free(t->have);
	free(t);
}

static void
drop_quietest(struct tcpflows *t)
{
	tcpflow_tell(t, TAILQ_FIRST(&t->quiet), TCPFLOW_OPEN);
	tcpflow_drop(t, TAILQ_FIRST(&t->quiet));
}

void
tcpflows_end(struct tcpflows *t)
{
	while (!TAILQ_EMPTY(&t->quiet))
		drop_quietest(t);
}

static struct flow *
tcpflow_begin(struct tcpflows *t, const struct packet *p, int64_t at_us,
    uint64_t number)
{
	struct flow *f, **at;

	if (t->n == t->max)
		drop_quietest(t);
	f = calloc(1, sizeof(*f));
	if (f == NULL)
		return NULL;
	f->ipv6 = p->ipv6;
	f->from = p->from;
	f->to = p->to;
	f->at_us = at_us;
	f->number = number;
	STAILQ_INIT(&f->segments);
	at = place_of(t, &p->from, &p->to);
	*at = f;
	TAILQ_INSERT_TAIL(&t->quiet, f, quiet);
	t->n++;
	return f;
}

/* Twice what is kept may come: everything repeated once. */
static int
tcpflow_keep(struct tcpflows *t, struct flow *f, const struct packet *p,
    uint32_t seq, int64_t at_us, uint64_t number)
{
	struct segment *s;

	f->dropped |= p->missing != 0;
	if (p->len == 0)
		return 0;
	if (p->len > 2 * t->keep - f->kept ||
	    f->nsegments == TCPFLOW_SEGMENTS) {
		f->dropped = true;
		return 0;
	}
	while (t->kept + p->len > t->memory && TAILQ_FIRST(&t->quiet) != f)
		drop_quietest(t);
	s = malloc(sizeof(*s) + p->len);
	if (s == NULL)
		return -1;
	s->seq = seq;
	s->at_us = at_us;
	s->number = number;
	s->len = p->len;
	memcpy(s->bytes, p->data, p->len);
	STAILQ_INSERT_TAIL(&f->segments, s, next);
	t->kept += s->len;
	f->kept += s->len;
	f->nsegments++;
	return 0;
}

/* The flow of the segment, a new one for its first; NULL if out of memory. */
static struct flow *
tcpflow_find(struct tcpflows *t, const struct packet *p, int64_t at_us,
    uint64_t number)
{
	struct flow *f = *place_of(t, &p->from, &p->to);

	/* The same two ports again. */
	if (f != NULL && (p->flags & PACKET_SYN) &&
	    (f->told || (f->syn && f->isn != p->seq))) {
		if (f->told && f->syn && f->isn == p->seq)
			return f; /* the old SYN, late */
		tcpflow_tell(t, f, TCPFLOW_OPEN);
		tcpflow_drop(t, f);
		f = NULL;
	}
	if (f == NULL)
		return tcpflow_begin(t, p, at_us, number);
	TAILQ_REMOVE(&t->quiet, f, quiet);
	TAILQ_INSERT_TAIL(&t->quiet, f, quiet);
	return f;
}

int
tcpflows_take(struct tcpflows *t, const struct packet *p, int64_t at_us,
    uint64_t number)
{
	struct flow *f = tcpflow_find(t, p, at_us, number);
	uint32_t seq = p->seq;

	if (f == NULL)
		return -1;
	if (f->told)
		return 0;
	if (p->flags & PACKET_SYN) {
		f->syn = true;
		f->isn = seq++;
	}
	if (tcpflow_keep(t, f, p, seq, at_us, number) == -1)
		return -1;
	if (p->flags & PACKET_FIN) {
		f->fin = true;
		f->fin_seq = seq + (uint32_t)(p->len + p->missing);
	}
	if (p->flags & PACKET_RST)
		tcpflow_tell(t, f, TCPFLOW_RESET);
	else if (is_whole(t, f))
		tcpflow_tell(t, f, TCPFLOW_CLOSED);
	return 0;
}

void
tcpflows_reply(struct tcpflows *t, const struct packet *p)
{
	struct flow *f = *place_of(t, &p->to, &p->from);

	if (f == NULL || (p->flags & PACKET_RST) == 0)
		return;
	tcpflow_tell(t, f,
	    f->syn && f->nsegments == 0 && !f->fin ? TCPFLOW_REFUSED
	                                           : TCPFLOW_RESET);
}
