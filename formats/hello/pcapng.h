#ifndef PCAPNG_H
#define PCAPNG_H

/*
 * pcapng - packets from the blocks of a pcapng file, each with the link type
 * of its interface: libpcap reads files of one link type only.
 * Source: draft-ietf-opsawg-pcapng, sections 3 and 4.  Either byte order, any
 * number of sections; blocks of other kinds are stepped over.
 *
 * The caller reads the file; keeps no pointer but into the block, allocates
 * none.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

#define PCAPNG_HEAD 12 /* bytes that tell a block's length */
#define PCAPNG_BLOCK_MAX ((size_t)16 << 20) /* as libpcap has it */
#define PCAPNG_INTERFACES_MAX 1024
#define PCAPNG_NO_TIME INT64_MIN

struct pcapng_interface {
	uint16_t link;
	uint8_t resolution; /* as the file has it: 6 is microseconds */
	uint32_t snap;      /* 0: no limit */
	int64_t offset;     /* seconds, to each time */
};

/* Begins as zeros. */
struct pcapng {
	bool begun; /* a section, in this order: */
	bool big;
	size_t n; /* of its interfaces */
	struct pcapng_interface interfaces[PCAPNG_INTERFACES_MAX];
};

struct pcapng_packet {
	int link;
	int64_t at_us; /* microseconds since 1970, or PCAPNG_NO_TIME */
	const uint8_t *bytes;
	size_t len;
};

/* The length of the block that begins so, head and all; 0 with *f when there
 * can be none such. */
size_t pcapng_size(struct pcapng *p, const uint8_t head[PCAPNG_HEAD],
    struct fault *f);

/* One block of that length.  1 and *packet, 0 for another kind, or -1. */
int pcapng_take(struct pcapng *p, struct pcapng_packet *packet,
    const uint8_t *block, size_t len, struct fault *f);

#endif
