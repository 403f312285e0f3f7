#include "hostile.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#define RECORD 16384
#define STEPS 14 /* requests of a set-up, less the last */

/* Where a machine of the kind strikes: they are spread over a set-up. */
static size_t
hostile_step(const struct hostile *h)
{
	return 1 + h->variant * STEPS / h->of;
}

bool
hostile_say(struct hostile *h, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		size_t n = len < RECORD ? len : RECORD;

		if (h->tls ? !floodtls_put(&h->t, 23, at, n)
		           : send(h->fd, at, n, MSG_NOSIGNAL) != (ssize_t)n)
			return false;
		at += n;
		len -= n;
	}
	return true;
}

void
hostile_reset(struct hostile *h)
{
	const struct linger now = { .l_onoff = 1, .l_linger = 0 };

	(void)setsockopt(h->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
}

static bool say(struct hostile *h, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static bool
say(struct hostile *h, const char *fmt, ...)
{
	char text[8192];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return n >= 0 && (size_t)n < sizeof(text) &&
	    hostile_say(h, text, (size_t)n);
}

static bool
pour(struct hostile *h, const void *piece, size_t len)
{
	while (hostile_say(h, piece, len))
		;
	return false;
}
#define POUR(h, text) pour(h, text, sizeof(text) - 1)

static bool
say_soap(struct hostile *h, const struct bytes *body)
{
	struct bytes out = { 0 };
	bool ok;

	http_soap(&out, h->m, 200, body->at, body->len);
	ok = hostile_say(h, out.at, out.len);
	bytes_free(&out);
	return ok;
}

static void
add(struct bytes *b, const char *text)
{
	bytes_add(b, text, strlen(text));
}

static bool
honestly(struct hostile *h, const struct bytes *honest)
{
	return hostile_say(h, honest->at, honest->len);
}

/* --- without end -----------------------------------------------------------
 */

static bool
headers(struct hostile *h, const struct bytes *honest)
{
	(void)honest;
	if (h->variant % 2 == 1)
		return POUR(h, "HTTP/1.1 100 Continue\r\n\r\n");
	return say(h, "HTTP/1.1 200 OK\r\n") &&
	    POUR(h, "X-Flood: so it goes on and on\r\n");
}

static bool
body(struct hostile *h, const struct bytes *honest)
{
	static char block[RECORD];

	(void)honest;
	return say(h, "HTTP/1.1 200 OK\r\n%s\r\n",
	           h->variant % 2 == 1 ? "Content-Length: 999999999999\r\n"
	                               : "") &&
	    pour(h, block, sizeof(block));
}

/* Too few to flood and never so few that they stop. */
static bool
drip(struct hostile *h, const struct bytes *honest)
{
	for (size_t i = 0; i < honest->len; i++) {
		if (!hostile_say(h, honest->at + i, 1))
			return false;
		(void)usleep(200000);
	}
	return true;
}

static bool
tls_bytes(struct hostile *h, const struct bytes *honest)
{
	(void)honest;
	if (!say(h, "HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n\r\n"))
		return false;
	return POUR(h, "x");
}

/* --- XML -------------------------------------------------------------------
 */

#define ENVELOPE                                                               \
	"<a:Envelope xmlns:a=\"http://www.w3.org/2003/05/soap-envelope\"><a:Body>"
#define ENVELOPE_END "</a:Body></a:Envelope>"

/* Ten to the power of nine, from 1 kB; or a file of the reader's. */
static bool
bomb(struct hostile *h, const struct bytes *honest)
{
	struct bytes b = { 0 };
	char line[120];
	bool ok;

	if (h->login)
		return honestly(h, honest);
	add(&b,
	    "<?xml version=\"1.0\"?><!DOCTYPE e [<!ENTITY a "
	    "\"aaaaaaaaaa\"><!ENTITY f SYSTEM \"file:///etc/passwd\">");
	for (char c = 'b'; c < 'j'; c++) {
		(void)snprintf(line, sizeof(line), "<!ENTITY %c \"", c);
		add(&b, line);
		(void)snprintf(line, sizeof(line), "&%c;&%c;&%c;&%c;&%c;",
		    c - 1, c - 1, c - 1, c - 1, c - 1);
		add(&b, line);
		add(&b, line);
		add(&b, "\">");
	}
	add(&b, "]>" ENVELOPE);
	add(&b, h->variant % 2 == 1 ? "&f;" : "&i;");
	add(&b, ENVELOPE_END);
	ok = say_soap(h, &b);
	bytes_free(&b);
	return ok;
}

/* times PIECE in an envelope */
static bool
many(struct hostile *h, const char *piece, size_t times)
{
	struct bytes b = { 0 };
	bool ok;

	add(&b, ENVELOPE);
	for (size_t i = 0; i < times; i++)
		add(&b, piece);
	add(&b, ENVELOPE_END);
	ok = say_soap(h, &b);
	bytes_free(&b);
	return ok;
}

/* A million, or as many as a reply may have. */
static bool
siblings(struct hostile *h, const struct bytes *honest)
{
	if (h->login)
		return honestly(h, honest);
	return many(h, "<a/>", h->variant % 2 == 1 ? 65000 : 1000000);
}

static bool
depth(struct hostile *h, const struct bytes *honest)
{
	if (h->login)
		return honestly(h, honest);
	return h->variant % 2 == 1
	    ? many(h, "<a>", 80000)
	    : many(h, "<a b=\"&lt;\" xmlns:c=\"d\">", 9000);
}

/* Of one tag, 37,000 that differ, in the 256 kB that a reply may have; or
 * declarations. */
static bool
attributes(struct hostile *h, const struct bytes *honest)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
	                              "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	bool declares = h->variant % 2 == 1;
	size_t base = sizeof(letters) - 1, n = declares ? 16000 : 37000;
	struct bytes b = { 0 };
	char one[24];
	bool ok;

	if (h->login)
		return honestly(h, honest);
	add(&b, ENVELOPE "<b");
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(one, sizeof(one), " %s%c%c%c=\"%s\"",
		    declares ? "xmlns:" : "", letters[i / base / base],
		    letters[i / base % base], letters[i % base],
		    declares ? "u" : "");
		add(&b, one);
	}
	add(&b, "/>" ENVELOPE_END);
	ok = say_soap(h, &b);
	bytes_free(&b);
	return ok;
}

/* --- lies ------------------------------------------------------------------
 */

/* What came of ours goes back, at every place that somebody may print. */
static bool
echo(struct hostile *h, const struct bytes *honest)
{
	static const char fault[] = ENVELOPE
	    "<a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode>"
	    "<a:Value>%s</a:Value></a:Subcode></a:Code><a:Reason>"
	    "<a:Text xml:lang=\"en\">%s</a:Text></a:Reason></a:Fault>" ENVELOPE_END;
	char text[1024];
	int n;

	/* The later ones have a password in them, as they set it. */
	if (h->request < hostile_step(h))
		return honestly(h, honest);
	switch (h->variant % 5) {
	case 0:
		return say(h,
		    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest "
		    "realm=\"%s\", nonce=\"n\", qop=\"auth\"\r\n"
		    "Content-Length: 0\r\n\r\n",
		    h->secret);
	case 1:
		return say(h,
		    "HTTP/1.1 404 %s\r\nServer: %s\r\n"
		    "Content-Length: 0\r\n\r\n",
		    h->secret, h->secret);
	case 2:
		return say(h, "%s\r\n\r\n", h->secret);
	default:
		n = snprintf(text, sizeof(text), fault, h->secret, h->secret);
		return say(h,
		    "HTTP/1.1 %s\r\nContent-Type: application/soap+xml\r\n"
		    "Content-Length: %d\r\n\r\n%s",
		    h->variant % 5 == 3 ? "500 No" : "400 No", n, text);
	}
}

static bool
redirect(struct hostile *h, const struct bytes *honest)
{
	static const int statuses[] = { 301, 302, 303, 307, 308 };

	if (h->login && h->variant % 2 == 1)
		return honestly(h, honest);
	return say(h,
	    "HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nRefresh: 0; url=%s\r\n"
	    "Alt-Svc: h2=\"%s\"\r\nContent-Length: 0\r\n\r\n",
	    statuses[h->variant % 5], h->trap, h->trap,
	    h->trap + strlen("https://"));
}

/* 20 MB of nothing in 20 kB. */
static bool
zipped(struct hostile *h, const struct bytes *honest)
{
	static const char zeros[RECORD];
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	char *out = malloc(65536);
	size_t used = 0;
	bool ok;

	if (h->login || a == NULL || e == NULL || out == NULL ||
	    archive_write_set_format_raw(a) != ARCHIVE_OK ||
	    archive_write_add_filter_gzip(a) != ARCHIVE_OK ||
	    archive_write_open_memory(a, out, 65536, &used) != ARCHIVE_OK)
		abort();
	archive_entry_set_filetype(e, AE_IFREG);
	(void)archive_write_header(a, e);
	for (int i = 0; i < 1280; i++)
		(void)archive_write_data(a, zeros, sizeof(zeros));
	(void)archive_write_close(a);
	ok = say(h,
	         "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n"
	         "Content-Type: application/soap+xml\r\n"
	         "Content-Length: %zu\r\n\r\n",
	         h->variant % 2 == 1 ? "x-gzip" : "gzip", used) &&
	    hostile_say(h, out, used);
	(void)archive_write_free(a);
	archive_entry_free(e);
	free(out);
	(void)honest;
	return ok;
}

static bool
gzip(struct hostile *h, const struct bytes *honest)
{
	return h->login ? honestly(h, honest) : zipped(h, honest);
}

/* Replies that end elsewhere than they say. */
static bool
length(struct hostile *h, const struct bytes *honest)
{
	if (h->login)
		return honestly(h, honest);
	switch (h->variant % 6) {
	case 0: /* and nothing follows */
		return say(h,
		    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<");
	case 1: /* the reply to what was not asked yet */
		return honestly(h, honest) && honestly(h, honest);
	case 2:
		return say(h, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n");
	case 3:
		return say(h,
		    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
		    "Content-Length: 7\r\n\r\n<a/>   ");
	case 4:
		return say(h,
		    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "ffffffffffffffff\r\nx\r\n0\r\n\r\n");
	default:
		return say(h,
		    "HTTP/1.1 200 OK\r\n"
		    "Transfer-Encoding: gzip, chunked\r\n\r\n"
		    "5\r\n<a/>x\r\n0\r\n\r\n");
	}
}

/* Logins by which a client would show its password, or never come to an end. */
static bool
login(struct hostile *h, const struct bytes *honest)
{
	static const char *const wanted[] = { "Basic realm=\"AMT\"",
		"Negotiate", "NTLM", "Bearer realm=\"AMT\"",
		"Digest realm=\"F\", nonce=\"n\", qop=\"auth-int\"",
		"Digest realm=\"F\", nonce=\"n\", algorithm=MD5-sess, "
		"qop=\"auth\"",
		"Digest realm=\"F\", nonce=\"n\", stale=true, qop=\"auth\"",
		"Digest realm=\"F\", nonce=\"\r\n X-Sent: yes\", qop=\"auth\"",
		"Digest", "Digest realm=\"" };

	(void)honest;
	return say(h,
	    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: %s\r\n"
	    "Set-Cookie: a=b\r\nContent-Length: 0\r\n\r\n",
	    wanted[h->variant % 10]);
}

/* --- TLS -------------------------------------------------------------------
 */

/* HelloRequests: one, after which it waits for the handshake, or as many as
 * there is room for. */
static bool
renegotiate(struct hostile *h, const struct bytes *honest)
{
	char byte;

	if (h->login)
		return honestly(h, honest);
	if (!h->tls || !floodtls_put(&h->t, 22, "\0\0\0\0", 4))
		return false;
	while (h->variant % 2 == 1 && floodtls_put(&h->t, 22, "\0\0\0\0", 4))
		;
	while (recv(h->fd, &byte, 1, 0) == 1)
		;
	return false;
}

static void
clear_put(struct hostile *h, const void *bytes, size_t len)
{
	(void)!send(h->fd, bytes, len, MSG_NOSIGNAL);
}

/* ServerHello of TLS 1.0 with 0x002F, and a Certificate of 16 MB that goes on
 * for as long as somebody reads; or one certificate of 30,000 bytes, all
 * of them zero. */
static void
certificates(struct hostile *h)
{
	static const char server_hello[] =
	    "\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01"
	    "0123456789abcdef0123456789abcdef"
	    "\x00\x00\x2f\x00";
	/* of 16384 bytes: message, list, first certificate */
	static const uint8_t endless[] = { 22, 3, 1, 0x40, 0, 11, 0xff, 0xff,
		0xff, 0xff, 0xff, 0xfc, 0xff, 0xff, 0xf9, 0x30, 0x82 };
	static const uint8_t one[] = { 22, 3, 1, 0x40, 0, 11, 0, 0x75, 0x36, 0,
		0x75, 0x33, 0, 0x75, 0x30, 0x30, 0x82, 0x75, 0x2c };
	uint8_t block[5 + RECORD] = { 0 };
	bool huge = h->variant % 2 == 1;
	size_t n = huge ? 1024 : 2;

	clear_put(h, server_hello, sizeof(server_hello) - 1);
	if (huge)
		memcpy(block, endless, sizeof(endless));
	else
		memcpy(block, one, sizeof(one));
	while (n-- > 0 &&
	    send(h->fd, block, sizeof(block), MSG_NOSIGNAL) ==
	        (ssize_t)sizeof(block))
		memset(block + 5, 0, sizeof(block) - 5);
}

/* --- resets ----------------------------------------------------------------
 */

/* At each step of a setup: half of them before they do what they are asked,
 * half after it. */
static bool
strikes(const struct hostile *h)
{
	return h->request >= hostile_step(h);
}

static bool
reset_before(struct hostile *h)
{
	if (h->variant % 2 == 1 || !strikes(h))
		return true;
	hostile_reset(h);
	return false;
}

static bool
reset_after(struct hostile *h, const struct bytes *honest)
{
	if (h->login || h->variant % 2 == 0 || !strikes(h))
		return honestly(h, honest);
	hostile_reset(h);
	return false;
}

const struct hostile_kind hostile_kinds[HOSTILE_KINDS] = {
	{ "certificates", certificates, NULL, NULL }, /* first: tests/hostile */
	{ "headers", NULL, NULL, headers },
	{ "body", NULL, NULL, body },
	{ "drip", NULL, NULL, drip },
	{ "tls-bytes", NULL, NULL, tls_bytes },
	{ "bomb", NULL, NULL, bomb },
	{ "siblings", NULL, NULL, siblings },
	{ "depth", NULL, NULL, depth },
	{ "attributes", NULL, NULL, attributes },
	{ "uuid", NULL, NULL, honestly },
	{ "echo", NULL, NULL, echo },
	{ "redirect", NULL, NULL, redirect },
	{ "gzip", NULL, NULL, gzip },
	{ "length", NULL, NULL, length },
	{ "login", NULL, NULL, login },
	{ "renegotiate", NULL, NULL, renegotiate },
	{ "resets", NULL, reset_before, reset_after },
};
