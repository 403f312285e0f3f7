#include "hello/capture.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <pcap.h>

#include "hello/pcapng.h"
#include "lib/stage.h"

bool
capture_is(const uint8_t *start, size_t len)
{
	/* pcap with micro- and nanoseconds and as some old systems modified
	 * it, in either byte order; the section header of pcapng. */
	static const uint8_t magic[][CAPTURE_MAGIC] = { { 0xa1, 0xb2, 0xc3,
		                                            0xd4 },
		{ 0xd4, 0xc3, 0xb2, 0xa1 }, { 0xa1, 0xb2, 0x3c, 0x4d },
		{ 0x4d, 0x3c, 0xb2, 0xa1 }, { 0xa1, 0xb2, 0xcd, 0x34 },
		{ 0x34, 0xcd, 0xb2, 0xa1 }, { 0x0a, 0x0d, 0x0d, 0x0a } };

	for (size_t i = 0; i < sizeof(magic) / sizeof(magic[0]); i++)
		if (len >= CAPTURE_MAGIC &&
		    memcmp(start, magic[i], CAPTURE_MAGIC) == 0)
			return true;
	return false;
}

/* The file as stdio sees it: what was read already, then the rest. */
struct rest {
	int fd;
	const uint8_t *start;
	size_t len;
};

static ssize_t
read_rest(void *cookie, char *to, size_t n)
{
	struct rest *r = cookie;
	ssize_t got;

	if (r->len != 0) {
		n = n < r->len ? n : r->len;
		memcpy(to, r->start, n);
		r->start += n;
		r->len -= n;
		return (ssize_t)n;
	}
	do
		got = read(r->fd, to, n);
	while (got == -1 && errno == EINTR);
	return got;
}

static int64_t
time_of(int64_t seconds, int64_t us)
{
	if (seconds < CAPTURE_TIME_MIN || seconds > CAPTURE_TIME_MAX ||
	    us < 0 || us > 999999)
		return CAPTURE_NO_TIME;
	return seconds * 1000000 + us;
}

static void
each_packet(pcap_t *p, const char *name, capture_fn *fn, void *arg)
{
	struct capture_packet packet = { 0 };
	struct pcap_pkthdr *head;
	int got;

	while ((got = pcap_next_ex(p, &head, &packet.bytes)) == 1) {
		packet.number++;
		packet.at_us = time_of(head->ts.tv_sec, head->ts.tv_usec);
		packet.len = head->caplen;
		fn(&packet, pcap_datalink(p), arg);
	}
	if (got != PCAP_ERROR_BREAK)
		stage_refuse(name, 0, "after packet %llu: %s",
		    (unsigned long long)packet.number, pcap_geterr(p));
}

/* --- pcapng -------------------------------------------------------------- */

/* As many of n bytes as there are; fewer only at the end. */
static size_t
read_bytes(struct rest *r, const char *name, uint8_t *to, size_t n)
{
	size_t len = 0;
	ssize_t got = 1;

	while (len < n && got != 0) {
		got = read_rest(r, (char *)to + len, n - len);
		if (got == -1)
			err(EX_IOERR, "%s", name);
		len += (size_t)got;
	}
	return len;
}

struct blocks {
	struct pcapng ng;
	struct capture_packet packet;
	uint8_t *block;
	size_t cap;
};

/* The next one.  Its length; 0 after the last, or with *f. */
static size_t
next_block(struct blocks *b, struct rest *r, const char *name, struct fault *f)
{
	uint8_t head[PCAPNG_HEAD];
	size_t n = read_bytes(r, name, head, sizeof(head)), size;

	if (n == 0)
		return 0;
	size = n == sizeof(head) ? pcapng_size(&b->ng, head, f) : 0;
	if (n != sizeof(head))
		(void)fault_set(f, 0, "truncated: a block is cut off");
	if (size == 0)
		return 0;
	if (size > b->cap) {
		free(b->block);
		b->cap = size > 65536 ? size : 65536;
		b->block = malloc(b->cap);
		if (b->block == NULL)
			err(EX_OSERR, "%s", name);
	}
	memcpy(b->block, head, n);
	if (read_bytes(r, name, b->block + n, size - n) == size - n)
		return size;
	(void)fault_set(f, 0, "truncated: a block is cut off");
	return 0;
}

static void
read_pcapng(struct rest *r, const char *name, capture_fn *fn, void *arg)
{
	struct blocks *b = calloc(1, sizeof(*b));
	struct pcapng_packet p;
	struct fault f = { 0 };
	size_t len;
	int got = 0;

	if (b == NULL)
		err(EX_OSERR, "%s", name);
	while (got != -1 && (len = next_block(b, r, name, &f)) != 0) {
		got = pcapng_take(&b->ng, &p, b->block, len, &f);
		if (got != 1)
			continue;
		b->packet.number++;
		b->packet.at_us = p.at_us < 0
		    ? CAPTURE_NO_TIME
		    : time_of(p.at_us / 1000000, p.at_us % 1000000);
		b->packet.bytes = p.bytes;
		b->packet.len = p.len;
		fn(&b->packet, p.link, arg);
	}
	if (f.why[0] != '\0')
		stage_refuse(name, 0, "after packet %llu: %s",
		    (unsigned long long)b->packet.number, f.why);
	free(b->block);
	free(b);
}

void
capture_read(int fd, const char *name, const uint8_t *start, size_t len,
    capture_fn *fn, void *arg)
{
	struct rest rest = { .fd = fd, .start = start, .len = len };
	FILE *f;
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *p;

	if (len >= CAPTURE_MAGIC &&
	    memcmp(start, "\x0a\x0d\x0d\x0a", CAPTURE_MAGIC) == 0) {
		read_pcapng(&rest, name, fn, arg);
		return;
	}
	f = fopencookie(&rest, "r",
	    (cookie_io_functions_t){ .read = read_rest });
	if (f == NULL)
		err(EX_OSERR, "%s", name);
	p = pcap_fopen_offline(f, why);
	if (p == NULL) {
		stage_refuse(name, 0, "not a capture that can be read: %s",
		    why);
		(void)fclose(f);
		return;
	}
	each_packet(p, name, fn, arg);
	pcap_close(p); /* f too */
}
