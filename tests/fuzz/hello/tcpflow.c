/*
 * Packets as bytes of a link, then their segments as flows: a byte of link
 * type, and for each packet a byte of length and so many bytes.  What is told
 * keeps the promises of packet.h and tcpflow.h.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "hello/tcpflow.h"

enum { NFLOWS = 4, KEEP = 100, MEMORY = 300 };

struct seen {
	uint64_t packets, flows;
};

static void
check_flow(const struct tcpflow *f, void *arg)
{
	struct seen *s = arg;
	uint8_t copy[KEEP];

	s->flows++;
	if (f->len > KEEP || f->number == 0 || f->number > s->packets ||
	    f->at_us != (int64_t)f->number || s->flows > s->packets)
		abort();
	if (f->how == TCPFLOW_REFUSED && f->len != 0)
		abort();
	memcpy(copy, f->bytes, f->len); /* all of them are there */
	if (f->len != 0 && copy[f->len - 1] != f->bytes[f->len - 1])
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const int links[] = { PACKET_NULL, PACKET_ETHERNET, PACKET_RAW,
		PACKET_SLL, PACKET_SLL2, PACKET_IPV6, PACKET_LOOP, 9999 };
	struct seen seen = { 0 };
	struct tcpflows *t;
	struct packet p;
	int link;

	if (size == 0)
		return 0;
	link = links[data[0] % 8];
	t = tcpflows_new(NFLOWS, KEEP, MEMORY, size, check_flow, &seen);
	if (t == NULL)
		return 0;
	for (size_t at = 1; at < size;) {
		size_t len = data[at++];
		const uint8_t *from = data + at;

		len = len < size - at ? len : size - at;
		at += len;
		seen.packets++;
		if (packet_get(&p, link, from, len) != PACKET_TCP)
			continue;
		if (p.data < from || p.len > len || p.data + p.len > from + len)
			abort();
		(void)tcpflows_take(t, &p, (int64_t)seen.packets, seen.packets);
		tcpflows_reply(t, &p);
	}
	tcpflows_end(t);
	tcpflows_free(t);
	return 0;
}
