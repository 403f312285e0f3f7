/*
 * hello-dump - hellos from files to a stream of hello records, or to text.
 * The way back is hello-send(1).
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "address.h"
#include "clock.h"
#include "hello.h"
#include "hellotime.h"
#include "source.h"
#include "stage.h"
#include "stream.h"
#include "text.h"

/* Two digits a byte, and room for spaces and comments. */
#define HEX_MAX (16 * 1024 * 1024)

struct dump {
	struct stream_out out;
	const char *address; /* "" unknown */
	int64_t received;
	struct hellotime timing;
	bool hex;
	bool readable;
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

static void
dump_one(int fd, const char *name, void *arg)
{
	struct dump *d = arg;
	uint8_t *buf;
	size_t len;

	if (d->hex) {
		dump_hex(fd, name, d);
		return;
	}
	source_read(fd, name, HEX_MAX, &buf, &len);
	take(d, name, 0, buf, len);
	free(buf);
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
	struct dump d = { .address = "", .received = -1 };
	int ch;

	hellotime_usual(&d.timing);
	stage_begin("[-tvx] [-a address] [-r time] [-w hours] [file ...]",
	    MAY_READ_FILES);
	while ((ch = stage_getopt(argc, argv, "a:r:tw:x", NULL)) != -1)
		switch (ch) {
		case 'a':
			d.address = host_option(optarg);
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
	if (d.received == -1)
		d.received = clock_seconds();
	if (!d.readable)
		stream_begin(&d.out, &kind_hello, false);
	stage_each_input(argc, argv, dump_one, &d);
	if (!d.readable)
		stream_end(&d.out, 0);
	return stage_end();
}
