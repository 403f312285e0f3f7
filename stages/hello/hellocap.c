#include "hello/hellocap.h"

#include <err.h>
#include <sysexits.h>

#include "hello/capture.h"
#include "hello/hello.h"
#include "lib/random.h"

/* A rollout's day; and the memory that a hostile capture can cost. */
#define FLOWS_MAX 65536
#define MEMORY_MAX (256 * 1024 * 1024)
/* One byte more than a hello has, so that too long ones are told as such. */
#define KEEP (HELLO_MAX + 1)

struct cap_reader {
	struct tcpflows *flows;
	uint16_t port;
	struct hellocap_count *count;
};

static void
take_segment(struct cap_reader *r, const struct packet *p,
    const struct capture_packet *c)
{
	if (r->port == 0 || p->to.port == r->port) {
		r->count->segments++;
		if (tcpflows_take(r->flows, p, c->at_us, c->number) == -1)
			errx(EX_OSERR, "out of memory");
	}
	if (r->port == 0 || p->from.port == r->port)
		tcpflows_reply(r->flows, p);
}

static void
take_packet(const struct capture_packet *c, int link, void *arg)
{
	struct cap_reader *r = arg;
	struct packet p;

	r->count->packets++;
	if (!packet_link_known(link)) {
		r->count->unknown++;
		r->count->link = link;
		return;
	}
	switch (packet_get(&p, link, c->bytes, c->len)) {
	case PACKET_TCP:
		take_segment(r, &p, c);
		break;
	case PACKET_FRAGMENT:
		r->count->fragments++;
		break;
	case PACKET_CUT:
		r->count->cut++;
		break;
	case PACKET_UNREAD:
		r->count->unread[p.shell]++;
		break;
	case PACKET_OTHER:
		break;
	}
}

void
hellocap_read(int fd, const char *name, const uint8_t *start, size_t len,
    uint16_t port, struct hellocap_count *count, tcpflow_fn *fn, void *arg)
{
	struct cap_reader r = { .port = port, .count = count };
	uint64_t seed;

	random_bytes(&seed, sizeof(seed));
	r.flows = tcpflows_new(FLOWS_MAX, KEEP, MEMORY_MAX, seed, fn, arg);
	if (r.flows == NULL)
		err(EX_OSERR, "%s", name);
	capture_read(fd, name, start, len, take_packet, &r);
	tcpflows_end(r.flows);
	tcpflows_free(r.flows);
}
