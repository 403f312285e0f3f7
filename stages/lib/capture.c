#include "capture.h"

#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include <pcap.h>

#include "stage.h"

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

/* pcapng counts in 64 bits, in any unit: its times reach beyond ours. */
static int64_t
time_of(const struct pcap_pkthdr *head)
{
	int64_t seconds = head->ts.tv_sec;

	if (seconds < 0 || seconds > CAPTURE_TIME_MAX || head->ts.tv_usec < 0 ||
	    head->ts.tv_usec > 999999)
		return CAPTURE_NO_TIME;
	return seconds * 1000000 + head->ts.tv_usec;
}

static void
each_packet(pcap_t *p, const char *name, capture_fn *fn, void *arg)
{
	struct capture_packet packet = { 0 };
	struct pcap_pkthdr *head;
	int got;

	while ((got = pcap_next_ex(p, &head, &packet.bytes)) == 1) {
		packet.number++;
		packet.at_us = time_of(head);
		packet.len = head->caplen;
		fn(&packet, pcap_datalink(p), arg);
	}
	if (got != PCAP_ERROR_BREAK)
		stage_refuse(name, 0, "after packet %llu: %s",
		    (unsigned long long)packet.number, pcap_geterr(p));
}

void
capture_read(int fd, const char *name, const uint8_t *start, size_t len,
    capture_fn *fn, void *arg)
{
	struct rest rest = { .fd = fd, .start = start, .len = len };
	FILE *f = fopencookie(&rest, "r",
	    (cookie_io_functions_t){ .read = read_rest });
	char why[PCAP_ERRBUF_SIZE];
	pcap_t *p;

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
