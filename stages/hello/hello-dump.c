/*
 * hello-dump - hellos from files, of bytes, of hexadecimal text or of captured
 * network traffic, to a stream of hello records or to text.  The way back is
 * hello-send(1).
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/address.h"
#include "hello/capture.h"
#include "lib/clock.h"
#include "base/filekind.h"
#include "hello/hello.h"
#include "hello/hellocap.h"
#include "hello/hellohex.h"
#include "hello/hellotext.h"
#include "hello/hellotime.h"
#include "lib/source.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "base/text.h"

/* Two digits a byte, and room for spaces and comments. */
#define HEX_MAX (16 * 1024 * 1024)

struct hellos_dump {
	struct stream_out out;
	const char *address; /* "" unknown */
	int64_t received;
	bool received_set; /* by -r */
	struct hellotime timing;
	bool hex;
	bool readable;
	uint16_t port; /* of captures; 0: any */
	/* of the capture that is read: */
	const char *name;
	uint64_t nhellos, nconnections, nothers;
};

static const char *
hellos_plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void
dump_hello(struct hellos_dump *d, const char *from, const struct hello *h)
{
	static struct hello_text text;
	const char *fields[HELLO_NCOLUMNS] = { 0 };
	char received[TEXT_TIME];

	if (d->readable) {
		const struct hellotext t = { .address = d->address,
			.received = d->received,
			.timing = &d->timing };

		hellotext_print(&t, from, h);
		return;
	}
	text_time(received, d->received);
	fields[HELLO_RECEIVED] = received;
	fields[HELLO_ADDRESS] = d->address;
	fields[HELLO_FROM] = from;
	hello_put(&text, fields, h);
	stream_write(&d->out, fields);
	if (h->trailing != 0 && stage_verbose())
		stage_say(from, 0, "%zu byte%s after the end", h->trailing,
		    hellos_plural(h->trailing));
}

/* line is 0 when the whole input is one hello. */
static void
dump_bytes(void *arg, const char *name, size_t line, const uint8_t *buf,
    size_t len)
{
	struct hellos_dump *d = arg;
	static struct hello h;
	struct fault f;
	char from[4096];

	if (line != 0)
		(void)snprintf(from, sizeof(from), "%s:%zu", name, line);
	else
		(void)snprintf(from, sizeof(from), "%s", name);
	if (hello_decode(&h, buf, len, &f) == 0)
		dump_hello(d, from, &h);
	else if (len == 0)
		stage_refuse(from, 0, "no hello: empty");
	else if (d->hex) /* where a number after the name is the line */
		stage_refuse(from, 0, "byte %zu: %s", f.at, f.why);
	else
		stage_refuse(from, f.at, "%s", f.why);
}

static void
dump_hex(int fd, const char *name, struct hellos_dump *d)
{
	uint8_t *text;
	size_t len;

	source_read(fd, name, HEX_MAX, &text, &len);
	hellohex_each(name, (const char *)text, len, dump_bytes, d);
	free(text);
}

/* --- captures ------------------------------------------------------------ */

static const char *
how_it_ended(const struct tcpflow *f)
{
	switch (f->how) {
	case TCPFLOW_CLOSED:
		return f->hole ? "bytes are missing in the capture" : "closed";
	case TCPFLOW_RESET:
		return "reset";
	case TCPFLOW_REFUSED:
		return "refused: nobody listened on this port";
	case TCPFLOW_OPEN:
		break;
	}
	return f->hole ? "bytes are missing in the capture"
	               : "its end is not in the capture";
}

static void
format_end(char to[64], bool ipv6, const struct packet_end *e)
{
	char host[INET6_ADDRSTRLEN] = "";

	(void)inet_ntop(ipv6 ? AF_INET6 : AF_INET, e->address, host,
	    sizeof(host));
	(void)snprintf(to, 64, ipv6 ? "[%s]:%u" : "%s:%u", host,
	    (unsigned)e->port);
}

static void
refuse_flow(struct hellos_dump *d, const char *from, const struct tcpflow *f,
    const struct fault *why)
{
	char client[64], server[64];

	d->nothers++;
	/* Of all traffic most is something else; that is no fault. */
	if (d->port == 0 && !stage_verbose())
		return;
	format_end(client, f->ipv6, &f->from);
	format_end(server, f->ipv6, &f->to);
	if (f->len == 0)
		stage_refuse(from, 0, "%s to %s: %s, without a byte", client,
		    server, how_it_ended(f));
	else
		stage_refuse(from, 0,
		    "%s to %s: %s after %zu byte%s: byte %zu: %s", client,
		    server, how_it_ended(f), f->len, hellos_plural(f->len),
		    why->at, why->why);
}

/* A connection to the port, as it was when it ended. */
static void
dump_flow(const struct tcpflow *f, void *arg)
{
	static struct hello h;
	struct hellos_dump *d = arg, of_flow = *d;
	char from[4096], host[INET6_ADDRSTRLEN] = "";
	struct fault why;

	/* The end of one that was over before the capture began. */
	if (f->len == 0 && !f->began && !f->hole)
		return;
	d->nconnections++;
	(void)snprintf(from, sizeof(from), "%s:%llu", d->name,
	    (unsigned long long)f->number);
	if (hello_decode(&h, f->bytes, f->len, &why) == -1) {
		refuse_flow(d, from, f, &why);
		return;
	}
	d->nhellos++;
	if (f->contradicted)
		stage_say(from, 0,
		    "bytes that came twice differ; the first ones count");
	(void)inet_ntop(f->ipv6 ? AF_INET6 : AF_INET, f->from.address, host,
	    sizeof(host));
	if (of_flow.address[0] == '\0')
		of_flow.address = host;
	if (f->at_us != CAPTURE_NO_TIME)
		of_flow.received = f->at_us / 1000000;
	else if (!d->received_set)
		of_flow.received = -1; /* it has none, and nobody said */
	dump_hello(&of_flow, from, &h);
	d->out = of_flow.out;
}

/* "2 MPLS, 1 IPsec"; how many in all. */
static uint64_t
format_unread(char *to, size_t cap, const struct hellocap_count *c)
{
	uint64_t all = 0;
	size_t used = 0;

	to[0] = '\0';
	for (size_t i = 0; i < PACKET_NSHELLS; i++) {
		if (c->unread[i] == 0)
			continue;
		all += c->unread[i];
		if (used < cap)
			used += (size_t)snprintf(to + used, cap - used,
			    "%s%llu %s", used != 0 ? ", " : "",
			    (unsigned long long)c->unread[i],
			    packet_shell_name((enum packet_shell)i));
	}
	return all;
}

/* A capture is taken for the hellos in it: without any it is refused, unless
 * the reason was said before. */
static void
say_unread(const struct hellos_dump *d, const struct hellocap_count *c,
    bool is_refused)
{
	char kinds[512], where[32] = "any TCP port";
	uint64_t n = format_unread(kinds, sizeof(kinds), c);

	if (n != 0)
		stage_say(d->name, 0, "%llu packet%s cannot be looked into: %s",
		    (unsigned long long)n, hellos_plural(n), kinds);
	if (d->nhellos != 0 || is_refused)
		return;
	if (d->port != 0)
		(void)snprintf(where, sizeof(where), "TCP port %u",
		    (unsigned)d->port);
	stage_refuse(d->name, 0,
	    "no hello in it (got %llu packet%s, %llu of them to %s)",
	    (unsigned long long)c->packets, hellos_plural(c->packets),
	    (unsigned long long)c->segments, where);
}

static void
say_capture(const struct hellos_dump *d, const struct hellocap_count *c)
{
	char text[256];

	if (c->unknown != 0)
		stage_refuse(d->name, 0,
		    "%llu packets of a link type that is not known here (%d)",
		    (unsigned long long)c->unknown, c->link);
	(void)snprintf(text, sizeof(text),
	    "%llu packet%s, %llu to the port; %llu connection%s, %llu "
	    "hello%s, %llu other%s",
	    (unsigned long long)c->packets, hellos_plural(c->packets),
	    (unsigned long long)c->segments,
	    (unsigned long long)d->nconnections, hellos_plural(d->nconnections),
	    (unsigned long long)d->nhellos, hellos_plural(d->nhellos),
	    (unsigned long long)d->nothers, hellos_plural(d->nothers));
	if (d->readable)
		(void)printf("capture  %s: %s\n", d->name, text);
	else if (stage_verbose())
		stage_say(d->name, 0, "%s", text);
	if (c->fragments != 0 || c->cut != 0)
		stage_say(d->name, 0,
		    "%llu fragment%s of packets and %llu cut packet%s were "
		    "left out",
		    (unsigned long long)c->fragments,
		    hellos_plural(c->fragments), (unsigned long long)c->cut,
		    hellos_plural(c->cut));
}

static void
dump_capture(int fd, const char *name, const uint8_t *start, size_t len,
    struct hellos_dump *d)
{
	struct hellocap_count count = { 0 };
	uint64_t refused = stage_refused();

	d->name = name;
	d->nhellos = d->nconnections = d->nothers = 0;
	hellocap_read(fd, name, start, len, d->port, &count, dump_flow, d);
	say_capture(d, &count);
	say_unread(d, &count, stage_refused() != refused);
}

/* --- raw bytes ----------------------------------------------------------- */

/* The first bytes, which tell what the file is. */
static size_t
read_start(int fd, const char *name, uint8_t start[FILEKIND_LOOK])
{
	size_t n = 0;

	while (n < FILEKIND_LOOK) {
		ssize_t got = read(fd, start + n, FILEKIND_LOOK - n);

		if (got == -1 && errno == EINTR)
			continue;
		if (got == -1)
			err(EX_IOERR, "%s", name);
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return n;
}

static void
dump_raw(int fd, const char *name, const uint8_t *start, size_t n,
    struct hellos_dump *d)
{
	uint8_t *rest, *all;
	size_t len;

	source_read(fd, name, HEX_MAX, &rest, &len);
	all = malloc(n + len + 1);
	if (all == NULL)
		err(EX_OSERR, "%s", name);
	memcpy(all, start, n);
	if (len != 0)
		memcpy(all + n, rest, len);
	dump_bytes(d, name, 0, all, n + len);
	free(rest);
	free(all);
}

static void
dump_one(int fd, const char *name, void *arg)
{
	struct hellos_dump *d = arg;
	uint8_t start[FILEKIND_LOOK];
	const char *why;
	size_t n;

	if (d->hex) {
		dump_hex(fd, name, d);
		return;
	}
	n = read_start(fd, name, start);
	why = filekind_refusal(filekind_of(start, n),
	    FILEKIND_BIT(FILEKIND_PCAP));
	if (capture_is(start, n))
		dump_capture(fd, name, start, n, d);
	else if (why != NULL)
		stage_refuse(name, 0, "%s", why);
	else
		dump_raw(fd, name, start, n, d);
}

static const char *
host_option(const char *arg)
{
	static char host[ADDRESS_HOST];
	struct address a;
	struct fault f;

	if (address_parse_host(&a, arg, &f) == -1)
		errx(EX_USAGE, "-a: %s", f.why);
	address_host(host, &a);
	return host;
}

int
main(int argc, char *argv[])
{
	struct hellos_dump d = { .address = "",
		.received = -1,
		.port = HELLO_PORT };
	int ch;

	hellotime_usual(&d.timing);
	stage_begin(
	    "[-tvx] [-a address] [-P port] [-r time] [-w hours] [file ...]",
	    MAY_READ_FILES);
	while ((ch = stage_getopt(argc, argv, "a:P:r:tw:x", NULL)) != -1)
		switch (ch) {
		case 'a':
			d.address = host_option(optarg);
			break;
		case 'P':
			d.port =
			    (uint16_t)stage_number("-P", optarg, 0, UINT16_MAX);
			break;
		case 'r':
			if (text_untime(&d.received, optarg) == -1)
				errx(EX_USAGE,
				    "-r: not a time (got \"%s\", expected such "
				    "as 2026-11-22T14:20:00Z)",
				    optarg);
			break;
		case 't':
			d.readable = true;
			break;
		case 'w':
			d.timing.psk_hours = d.timing.pki_hours =
			    (unsigned)stage_number("-w", optarg, 1,
			        HELLOTIME_HOURS_MAX);
			break;
		case 'x':
			d.hex = true;
			break;
		default:
			stage_usage();
		}
	stage_confine();
	d.received_set = d.received != -1;
	if (!d.received_set)
		d.received = clock_seconds();
	if (!d.readable)
		stream_begin(&d.out, &kind_hello, false);
	stage_each_input(argc, argv, dump_one, &d);
	if (!d.readable)
		stream_end(&d.out, 0);
	return stage_end();
}
