/*
 * capmake - captures of hellos, for the tests of hello-dump: each file is what
 * one machine said on its connection.
 *
 *	capmake [-L link] [-v tags] [-6] [-n] [-b] [-c bytes] [-o order]
 *		[-t seconds] file ...
 *
 *	-L	ethernet, raw, sll, sll2, null, loop (ethernet)
 *	-v	so many VLAN tags; -6 IPv6; -n pcapng; -b the other byte order
 *	-c	bytes in a segment (all)
 *	-o	straight, reverse, twice, overlap, shuffled, lost (the second
 *		segment never comes), open (no FIN), reset, refused (straight)
 *	-t	time of the first packet (1795357200); each next one is a
 *		second later
 *
 * Machine i is 10.9.0.i or 2001:db8::i, port 40000 + i; the server is
 * 10.9.0.1 or 2001:db8::1, port 9971.  Checksums are right, so that other
 * programs can be asked what they see.
 */
#include <err.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

static const char *link_name = "ethernet", *order = "straight";
static int tags;
static bool ipv6, ng, swapped;
static size_t segment;
static uint32_t now = 1795357200;

static uint8_t packet[70000];
static size_t len;

static void
u8(unsigned v)
{
	packet[len++] = (uint8_t)v;
}

static void
u16(unsigned v)
{
	u8(v >> 8);
	u8(v);
}

static void
u32(uint32_t v)
{
	u16(v >> 16);
	u16(v & 0xffff);
}

static uint32_t
sum(const uint8_t *p, size_t n, uint32_t s)
{
	for (size_t i = 0; i < n; i++)
		s += i % 2 == 0 ? (uint32_t)p[i] << 8 : p[i];
	return s;
}

static unsigned
fold(uint32_t s)
{
	while (s >> 16)
		s = (s & 0xffff) + (s >> 16);
	return ~s & 0xffff;
}

static void
patch(size_t at, unsigned v)
{
	packet[at] = (uint8_t)(v >> 8);
	packet[at + 1] = (uint8_t)v;
}

static void
put_link(void)
{
	unsigned type = ipv6 ? 0x86dd : 0x0800;

	len = 0;
	if (strcmp(link_name, "ethernet") == 0) {
		for (int i = 0; i < 12; i++)
			u8(2);
		for (int i = 0; i < tags; i++) {
			u16(i + 1 < tags ? 0x88a8 : 0x8100);
			u16(7);
		}
		u16(type);
	} else if (strcmp(link_name, "sll") == 0) {
		u16(0);
		u16(1);
		u16(6);
		for (int i = 0; i < 8; i++)
			u8(0);
		u16(type);
	} else if (strcmp(link_name, "sll2") == 0) {
		u16(type);
		u16(0);
		u32(1);
		u16(1);
		u8(0);
		u8(6);
		for (int i = 0; i < 8; i++)
			u8(0);
	} else if (strcmp(link_name, "null") == 0) {
		u8(ipv6 ? 30 : 2); /* little-endian, as of FreeBSD */
		u8(0);
		u16(0);
	} else if (strcmp(link_name, "loop") == 0)
		u32(ipv6 ? 24 : 2);
}

static unsigned
link_number(void)
{
	static const struct {
		const char *name;
		unsigned number;
	} links[] = { { "ethernet", 1 }, { "raw", 101 }, { "sll", 113 },
		{ "sll2", 276 }, { "null", 0 }, { "loop", 108 } };

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		if (strcmp(links[i].name, link_name) == 0)
			return links[i].number;
	errx(64, "-L: unknown link %s", link_name);
}

static void
put_address(unsigned host)
{
	if (ipv6) {
		u32(0x20010db8);
		u32(0);
		u32(0);
		u32(host);
	} else
		u32(0x0a090000 + host);
}

/* The headers, then the bytes; from machine i, or to it. */
static void
put_packet(unsigned i, bool reply, uint32_t seq, unsigned flags,
    const uint8_t *data, size_t n)
{
	size_t ip, tcp, addresses;
	uint32_t s;

	put_link();
	ip = len;
	if (ipv6) {
		u32(0x60000000);
		u16((unsigned)(20 + n));
		u8(6);
		u8(64);
	} else {
		u16(0x4500);
		u16((unsigned)(40 + n));
		u32(0x00004000);
		u8(64);
		u8(6);
		u16(0);
	}
	addresses = len;
	put_address(reply ? 1 : i);
	put_address(reply ? i : 1);
	if (!ipv6)
		patch(ip + 10, fold(sum(packet + ip, 20, 0)));
	tcp = len;
	u16(reply ? 9971 : 40000 + i);
	u16(reply ? 40000 + i : 9971);
	u32(seq);
	u32(reply ? seq : 0);
	u8(5 << 4);
	u8(flags);
	u16(8192);
	u32(0);
	memcpy(packet + len, data, n);
	len += n;
	s = sum(packet + addresses, tcp - addresses, 0);
	s += (uint32_t)(len - tcp) + 6;
	patch(tcp + 16, fold(sum(packet + tcp, len - tcp, s)));
	/* An Ethernet frame has 60 bytes at least. */
	while (strcmp(link_name, "ethernet") == 0 && len < 60)
		u8(0);
}

static void
out32(uint32_t v)
{
	if (swapped)
		v = __builtin_bswap32(v);
	if (fwrite(&v, 4, 1, stdout) != 1)
		err(1, "stdout");
}

static void
put_head(void)
{
	if (ng) {
		out32(0x0a0d0d0a);
		out32(28);
		out32(0x1a2b3c4d);
		out32(swapped ? 0x00010000 : 1); /* two shorts: 1, 0 */
		out32(0xffffffff);
		out32(0xffffffff);
		out32(28);
		out32(1); /* interface */
		out32(20);
		out32(swapped ? link_number() << 16 : link_number());
		out32(0);
		out32(20);
		return;
	}
	out32(0xa1b2c3d4);
	out32(swapped ? 0x00020004 : 0x00040002);
	out32(0);
	out32(0);
	out32(262144);
	out32(link_number());
}

static void
write_packet(void)
{
	uint64_t us = (uint64_t)now++ * 1000000;
	size_t padded = (len + 3) / 4 * 4;
	static const uint8_t zeros[4];

	if (ng) {
		out32(6);
		out32((uint32_t)(32 + padded));
		out32(0);
		out32((uint32_t)(us >> 32));
		out32((uint32_t)us);
	} else {
		out32((uint32_t)(us / 1000000));
		out32(0);
	}
	out32((uint32_t)len);
	out32((uint32_t)len);
	if (fwrite(packet, 1, len, stdout) != len)
		err(1, "stdout");
	if (!ng)
		return;
	(void)fwrite(zeros, 1, padded - len, stdout);
	out32((uint32_t)(32 + padded));
}

static bool
is(const char *what)
{
	return strcmp(order, what) == 0;
}

/* The k-th of count segments, in the order that was asked for. */
static size_t
nth(size_t k, size_t count)
{
	if (is("reverse"))
		return count - 1 - k;
	if (is("shuffled")) /* the odd ones, then the even ones backwards */
		return k < count / 2 ? 2 * k + 1 : 2 * (count - 1 - k);
	return k;
}

static void
put_data(unsigned i, uint32_t isn, const uint8_t *bytes, size_t n)
{
	size_t size = segment != 0 ? segment : n;
	size_t count = n == 0 ? 0 : (n + size - 1) / size;

	for (size_t k = 0; k < count; k++) {
		size_t which = nth(k, count), at = which * size;
		size_t have = n - at < size ? n - at : size;

		if (is("lost") && which == 1)
			continue;
		/* Each has the bytes of the one before once more. */
		if (is("overlap") && at >= size) {
			at -= size;
			have += size;
		}
		for (int again = is("twice") ? 2 : 1; again > 0; again--) {
			put_packet(i, false, isn + 1 + (uint32_t)at, PSH | ACK,
			    bytes + at, have);
			write_packet();
		}
	}
}

static void
put_flow(unsigned i, const uint8_t *bytes, size_t n)
{
	/* One passes the end of the sequence numbers. */
	uint32_t isn = 0xfffffff0u + i * 7919;
	uint32_t fin = isn + 1 + (uint32_t)n;

	if (is("reverse")) {
		put_packet(i, false, fin, FIN | ACK, bytes, 0);
		write_packet();
		put_data(i, isn, bytes, n);
		put_packet(i, false, isn, SYN, bytes, 0);
		write_packet();
		return;
	}
	put_packet(i, false, isn, SYN, bytes, 0);
	write_packet();
	put_packet(i, true, 1, is("refused") ? RST | ACK : SYN | ACK, bytes, 0);
	write_packet();
	if (is("refused"))
		return;
	put_data(i, isn, bytes, n);
	if (is("open"))
		return;
	put_packet(i, false, fin, is("reset") ? RST : FIN | ACK, bytes, 0);
	write_packet();
}

int
main(int argc, char *argv[])
{
	static uint8_t bytes[60000];
	int ch;

	while ((ch = getopt(argc, argv, "L:v:6nbc:o:t:")) != -1)
		switch (ch) {
		case 'L':
			link_name = optarg;
			break;
		case 'v':
			tags = atoi(optarg);
			break;
		case '6':
			ipv6 = true;
			break;
		case 'n':
			ng = true;
			break;
		case 'b':
			swapped = true;
			break;
		case 'c':
			segment = (size_t)atoi(optarg);
			break;
		case 'o':
			order = optarg;
			break;
		case 't':
			now = (uint32_t)strtoul(optarg, NULL, 10);
			break;
		default:
			errx(64, "usage: see the source");
		}
	put_head();
	for (unsigned i = 2; optind < argc; optind++, i++) {
		FILE *f = fopen(argv[optind], "rb");
		size_t n = 0;

		if (f != NULL) {
			n = fread(bytes, 1, sizeof(bytes), f);
			(void)fclose(f);
		} else
			err(1, "%s", argv[optind]);
		put_flow(i, bytes, n);
	}
	return fflush(stdout) == 0 ? 0 : 1;
}
