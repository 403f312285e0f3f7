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
#include "hello/hellotime.h"
#include "lib/source.h"
#include "lib/stage.h"
#include "lib/stream.h"
#include "base/text.h"

/* Two digits a byte, and room for spaces and comments. */
#define HEX_MAX (16 * 1024 * 1024)

struct dump {
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
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void
print_window(const struct dump *d, const struct hello *h)
{
	unsigned hours = hellotime_window(&d->timing, h->version);
	char until[TEXT_TIME];
	int64_t closes, left;

	if (d->received < 0) {
		(void)printf("window   unknown: the capture has no time\n");
		return;
	}
	closes =
	    hellotime_closes(&d->timing, h->version, d->received, h->retries);
	left = closes - clock_seconds();
	text_time(until, closes);
	if (left > 0)
		(void)printf("window   closes about %s (%u h), %lld h %02lld "
		             "min from now\n",
		    until, hours, (long long)(left / 3600),
		    (long long)(left / 60 % 60));
	else
		(void)printf("window   closed about %s (%u h)\n", until, hours);
}

static void
print_hashes(const struct hello *h)
{
	struct hello_hash hash;
	size_t at = 0;

	(void)printf("hashes   %zu\n", h->nhashes);
	while (hello_hash(h, &at, &hash)) {
		const char *name = hello_hash_name(&hash);
		char hex[2 * UINT8_MAX + 1];

		text_hex(hex, hash.bytes, hash.len);
		if (name != NULL)
			(void)printf("  %-7s %s\n", name, hex);
		else
			(void)printf("  type%-3u %s\n", (unsigned)hash.type,
			    hex);
	}
}

static void
print_hello(const struct dump *d, const char *from, const struct hello *h)
{
	const char *odd = uuid_bad(h->uuid);
	char uuid[UUID_TEXT], received[TEXT_TIME];

	uuid_format(uuid, h->uuid);
	text_time(received, d->received);
	(void)printf("from     %s\nreceived %s\n", from, received);
	if (d->address[0] != '\0')
		(void)printf("address  %s\n", d->address);
	(void)printf("uuid     %s%s%s%s\n", uuid, odd != NULL ? " (" : "",
	    odd != NULL ? odd : "", odd != NULL ? ")" : "");
	(void)printf("version  %u (%s)\n", (unsigned)h->version,
	    h->version == HELLO_PSK ? "PSK" : "PKI");
	(void)printf("password %s\n",
	    h->creds_set ? "was changed" : "factory default");
	(void)printf("retries  %lu%s\n", (unsigned long)h->retries,
	    h->retries > HELLO_RETRIES_USUAL ? " (more than the usual 14)"
	                                     : "");
	print_window(d, h);
	if (h->version == HELLO_PSK)
		(void)printf("pid      %s\n", h->pid);
	else
		print_hashes(h);
	if (h->trailing != 0)
		(void)printf("trailing %zu byte%s after the end\n", h->trailing,
		    plural(h->trailing));
	(void)printf("\n");
}

static void
emit(struct dump *d, const char *from, const struct hello *h)
{
	static struct hello_text text;
	const char *fields[HELLO_NCOLUMNS] = { 0 };
	char received[TEXT_TIME];

	if (d->readable) {
		print_hello(d, from, h);
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
		    plural(h->trailing));
}

/* line is 0 when the whole input is one hello. */
static void
take(struct dump *d, const char *name, size_t line, const uint8_t *buf,
    size_t len)
{
	static struct hello h;
	struct fault f;
	char from[4096];

	if (line != 0)
		(void)snprintf(from, sizeof(from), "%s:%zu", name, line);
	else
		(void)snprintf(from, sizeof(from), "%s", name);
	if (hello_decode(&h, buf, len, &f) == 0)
		emit(d, from, &h);
	else if (len == 0)
		stage_refuse(from, 0, "no hello: empty");
	else if (d->hex) /* where a number after the name is the line */
		stage_refuse(from, 0, "byte %zu: %s", f.at, f.why);
	else
		stage_refuse(from, f.at, "%s", f.why);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/*
 * The bytes of one line of hex, without its comment, appended to buf.  0, or
 * -1 and said.
 */
static int
unhex_line(const char *name, size_t line, const char *text, size_t n,
    uint8_t *buf, size_t *len)
{
	char digits[3] = "";
	size_t have = 0, one;

	for (size_t i = 0; i < n && text[i] != '#'; i++) {
		char shown[16];

		if (is_blank(text[i]))
			continue;
		digits[have++] = text[i];
		if (have < 2)
			continue;
		have = 0;
		if (text_unhex(buf + *len, 1, &one, digits) == 0) {
			(*len)++;
			continue;
		}
		text_show(shown, sizeof(shown), digits, 2);
		stage_refuse(name, line, "not hexadecimal digits (got \"%s\")",
		    shown);
		return -1;
	}
	if (have == 0)
		return 0;
	stage_refuse(name, line, "an odd number of hexadecimal digits");
	return -1;
}

struct hex_lines {
	const char *name;
	const char *text;
	size_t size;
	uint8_t *bytes; /* of all lines, one after the other */
};

/* Calls take for each line that has bytes when d is given.  Says whether any
 * line alone is a whole hello; *len is the bytes in all.  -1 was refused. */
static int
each_line(const struct hex_lines *x, struct dump *d, size_t *len)
{
	const char *p = x->text, *end = x->text + x->size;
	int any_whole = 0;

	*len = 0;
	for (size_t line = 1; p < end; line++) {
		const char *stop = memchr(p, '\n', (size_t)(end - p));
		size_t start = *len, n;
		struct fault f;

		if (stop == NULL)
			stop = end;
		if (unhex_line(x->name, line, p, (size_t)(stop - p), x->bytes,
		        len) == -1)
			return -1;
		if (hello_complete(x->bytes + start, *len - start, &n, &f) ==
		    HELLO_WHOLE)
			any_whole = 1;
		if (d != NULL && *len != start)
			take(d, x->name, line, x->bytes + start, *len - start);
		p = stop + 1;
	}
	return any_whole;
}

/*
 * A file of captures has a hello a line; a commented one has a field a line.
 * So: when any line alone is a whole hello, each line is one.
 */
static void
dump_hex(int fd, const char *name, struct dump *d)
{
	struct hex_lines x = { .name = name };
	uint8_t *all;
	size_t len;

	source_read(fd, name, HEX_MAX, &all, &x.size);
	x.text = (const char *)all;
	x.bytes = malloc(x.size / 2 + 1);
	if (x.bytes == NULL)
		err(EX_OSERR, "%s", name);
	switch (each_line(&x, NULL, &len)) {
	case 1:
		(void)each_line(&x, d, &len);
		break;
	case 0:
		take(d, name, 0, x.bytes, len);
		break;
	default:
		break; /* said */
	}
	free(x.bytes);
	free(all);
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
refuse_flow(struct dump *d, const char *from, const struct tcpflow *f,
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
		    "%s to %s: %s after %zu byte%s: byte "
		    "%zu: %s",
		    client, server, how_it_ended(f), f->len, plural(f->len),
		    why->at, why->why);
}

/* A connection to the port, as it was when it ended. */
static void
take_flow(const struct tcpflow *f, void *arg)
{
	static struct hello h;
	struct dump *d = arg, of_flow = *d;
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
	emit(&of_flow, from, &h);
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
tell_unread(const struct dump *d, const struct hellocap_count *c,
    bool is_refused)
{
	char kinds[512], where[32] = "any TCP port";
	uint64_t n = format_unread(kinds, sizeof(kinds), c);

	if (n != 0)
		stage_say(d->name, 0, "%llu packet%s cannot be looked into: %s",
		    (unsigned long long)n, plural(n), kinds);
	if (d->nhellos != 0 || is_refused)
		return;
	if (d->port != 0)
		(void)snprintf(where, sizeof(where), "TCP port %u",
		    (unsigned)d->port);
	stage_refuse(d->name, 0,
	    "no hello in it (got %llu packet%s, %llu of them to %s)",
	    (unsigned long long)c->packets, plural(c->packets),
	    (unsigned long long)c->segments, where);
}

static void
tell_capture(const struct dump *d, const struct hellocap_count *c)
{
	char text[256];

	if (c->unknown != 0)
		stage_refuse(d->name, 0,
		    "%llu packets of a link type that is not known here "
		    "(%d)",
		    (unsigned long long)c->unknown, c->link);
	(void)snprintf(text, sizeof(text),
	    "%llu packet%s, %llu to the port; %llu connection%s, %llu "
	    "hello%s, %llu other%s",
	    (unsigned long long)c->packets, plural(c->packets),
	    (unsigned long long)c->segments,
	    (unsigned long long)d->nconnections, plural(d->nconnections),
	    (unsigned long long)d->nhellos, plural(d->nhellos),
	    (unsigned long long)d->nothers, plural(d->nothers));
	if (d->readable)
		(void)printf("capture  %s: %s\n", d->name, text);
	else if (stage_verbose())
		stage_say(d->name, 0, "%s", text);
	if (c->fragments != 0 || c->cut != 0)
		stage_say(d->name, 0,
		    "%llu fragment%s of packets and %llu cut packet%s were "
		    "left out",
		    (unsigned long long)c->fragments, plural(c->fragments),
		    (unsigned long long)c->cut, plural(c->cut));
}

static void
dump_capture(int fd, const char *name, const uint8_t *start, size_t len,
    struct dump *d)
{
	struct hellocap_count count = { 0 };
	uint64_t refused = stage_refused();

	d->name = name;
	d->nhellos = d->nconnections = d->nothers = 0;
	hellocap_read(fd, name, start, len, d->port, &count, take_flow, d);
	tell_capture(d, &count);
	tell_unread(d, &count, stage_refused() != refused);
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
    struct dump *d)
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
	take(d, name, 0, all, n + len);
	free(rest);
	free(all);
}

static void
dump_one(int fd, const char *name, void *arg)
{
	struct dump *d = arg;
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
	struct dump d = { .address = "", .received = -1, .port = HELLO_PORT };
	int ch;

	hellotime_usual(&d.timing);
	stage_begin("[-tvx] [-a address] [-P port] [-r time] [-w hours] "
	            "[file ...]",
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
