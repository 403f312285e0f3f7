/*
 * Whole files of captured traffic, through libpcap's reader as hello-dump(1)
 * drives it: what is told of packets and flows keeps the promises of hellocap.h
 * and tcpflow.h, and the flows to one port are among those to any.
 */
#include "hello/hellocap.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "hello/capture.h"
#include "hello/hello.h"

struct seen {
	struct hellocap_count count;
	uint16_t port;
	uint64_t flows, hellos;
};

static void
check_flow(const struct tcpflow *f, void *arg)
{
	static struct hello h;
	static uint8_t copy[HELLO_MAX + 1];
	struct seen *s = arg;
	struct fault why = { 0 };

	s->flows++;
	if (f->len > sizeof(copy) || f->number == 0 ||
	    f->number > s->count.packets ||
	    (s->port != 0 && f->to.port != s->port) ||
	    (f->at_us < 0 && f->at_us != CAPTURE_NO_TIME) ||
	    s->flows > s->count.segments)
		abort();
	/* All of them are there. */
	if (f->len != 0)
		memcpy(copy, f->bytes, f->len);
	if (hello_decode(&h, copy, f->len, &why) == 0)
		s->hellos++;
	else if (why.why[0] == '\0')
		abort();
}

/* As hello-dump does: the first bytes are read to tell what it is. */
static struct seen
read_capture(const uint8_t *data, size_t size, uint16_t port)
{
	struct seen s = { .port = port };
	int fd = memfd_create("capture", MFD_CLOEXEC);
	uint64_t all;

	if (fd == -1 || write(fd, data, size) != (ssize_t)size ||
	    lseek(fd, CAPTURE_MAGIC, SEEK_SET) != CAPTURE_MAGIC)
		abort();
	hellocap_read(fd, "capture", data, CAPTURE_MAGIC, port, &s.count,
	    check_flow, &s);
	(void)close(fd);
	all = s.count.segments + s.count.fragments + s.count.cut +
	    s.count.unknown;
	for (size_t i = 0; i < PACKET_NSHELLS; i++)
		all += s.count.unread[i];
	if (all > s.count.packets)
		abort();
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen any, one;

	if (!capture_is(data, size))
		return 0;
	any = read_capture(data, size, 0);
	one = read_capture(data, size, HELLO_PORT);
	if (one.count.packets != any.count.packets ||
	    one.count.segments > any.count.segments || one.flows > any.flows)
		abort();
	return 0;
}
