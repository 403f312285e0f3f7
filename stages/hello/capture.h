#ifndef CAPTURE_H
#define CAPTURE_H

/*
 * capture - packets from a file of captured network traffic: pcap by libpcap,
 * pcapng with interfaces of any link types by pcapng.h; nothing is ever
 * captured here.  The one file that knows pcap.h is capture.c.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CAPTURE_MAGIC 4

/* Are these the first bytes of a capture? */
bool capture_is(const uint8_t *start, size_t len);

/* What a packet is dated that has no time, or one that cannot be: before 2000,
 * which is a clock that nobody set, or after the year 9999, or in a second of
 * more than a million microseconds.  It is a second before 1970. */
#define CAPTURE_NO_TIME INT64_C(-1000000)
#define CAPTURE_TIME_MIN INT64_C(946684800)    /* seconds */
#define CAPTURE_TIME_MAX INT64_C(253402300799) /* seconds */

struct capture_packet {
	uint64_t number; /* from 1, as other programs number them */
	int64_t at_us;   /* microseconds since 1970, or CAPTURE_NO_TIME */
	const uint8_t *bytes;
	size_t len;
};

typedef void capture_fn(const struct capture_packet *p, int link, void *arg);

/*
 * Calls fn for each packet of fd, of which the first len bytes were read
 * already.  A file that breaks off, or that cannot be read, is refused
 * (stage_refuse) after the packets before that.
 */
void capture_read(int fd, const char *name, const uint8_t *start, size_t len,
    capture_fn *fn, void *arg);

#endif
