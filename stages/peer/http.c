#include "peer/http.h"

#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sysexits.h>
#include <time.h>

#include "base/text.h"

void
bytes_add(struct bytes *b, const void *from, size_t n)
{
	if (n > b->cap - b->len) {
		b->cap = (b->len + n) * 2;
		b->at = realloc(b->at, b->cap);
		if (b->at == NULL)
			err(EX_OSERR, NULL);
	}
	if (n != 0)
		memcpy(b->at + b->len, from, n);
	b->len += n;
}

void
bytes_drop(struct bytes *b, size_t n)
{
	memmove(b->at, b->at + n, b->len - n);
	b->len -= n;
}

void
bytes_free(struct bytes *b)
{
	free(b->at);
	memset(b, 0, sizeof(*b));
}

/* --- requests ------------------------------------------------------------ */

struct head {
	size_t len;    /* of the head with its empty line */
	size_t length; /* Content-Length */
	bool has_length, chunked;
};

static void
copy(char *to, size_t cap, const char *from)
{
	snprintf(to, cap, "%s", from);
}

static const char *
header_line(struct http_request *rq, struct head *h, char *line)
{
	char *value = strchr(line, ':');
	uint64_t n;

	if (value == NULL || value == line)
		return "a header line without a name";
	*value++ = '\0';
	value += strspn(value, " \t");
	value[strcspn(value, "\r")] = '\0';
	if (strcasecmp(line, "Authorization") == 0) {
		if (strlen(value) >= sizeof(rq->authorization))
			return "Authorization is too long";
		copy(rq->authorization, sizeof(rq->authorization), value);
	} else if (strcasecmp(line, "Content-Type") == 0) {
		copy(rq->type, sizeof(rq->type), value);
	} else if (strcasecmp(line, "Content-Length") == 0) {
		if (text_number(&n, value, HTTP_BODY_MAX) == -1)
			return "Content-Length is not in 0..65536";
		h->length = (size_t)n;
		h->has_length = true;
	} else if (strcasecmp(line, "Transfer-Encoding") == 0) {
		if (strcasecmp(value, "chunked") != 0)
			return "a Transfer-Encoding other than chunked";
		h->chunked = true;
	} else if (strcasecmp(line, "Host") == 0) {
		rq->host = true;
	} else if (strcasecmp(line, "Connection") == 0) {
		rq->close = strcasecmp(value, "close") == 0;
	} else if (strcasecmp(line, "Expect") == 0) {
		rq->expect = true;
	}
	return NULL;
}

static const char *
request_line(struct http_request *rq, const char *line)
{
	char version[16];

	if (sscanf(line, "%15s %127s %15s", rq->method, rq->path, version) != 3)
		return "no request line";
	if (strcmp(version, "HTTP/1.1") != 0)
		return "not HTTP/1.1";
	return NULL;
}

static const char *
take_head(struct http_request *rq, struct head *h, const char *from)
{
	char text[HTTP_HEAD_MAX + 1], *rest = text, *line;
	const char *why;

	memcpy(text, from, h->len - 2);
	text[h->len - 2] = '\0';
	if (strlen(text) != h->len - 2)
		return "a NUL in the head";
	line = strsep(&rest, "\n");
	why = request_line(rq, line);
	while (why == NULL && (line = strsep(&rest, "\n")) != NULL)
		if (line[0] != '\0')
			why = header_line(rq, h, line);
	if (why == NULL && h->chunked && h->has_length)
		why = "both Content-Length and chunks";
	return why;
}

/* 1 whole, 0 more must come, -1.  *len is what it took. */
static int
take_chunks(struct bytes *body, size_t *len, const char *from, size_t have)
{
	size_t at = 0, n;
	char *end;
	const char *nl;

	for (;;) {
		nl = memchr(from + at, '\n', have - at);
		if (nl == NULL)
			return have - at > 64 ? -1 : 0;
		n = strtoul(from + at, &end, 16);
		if (end == from + at || n > HTTP_BODY_MAX ||
		    body->len + n > HTTP_BODY_MAX)
			return -1;
		at = (size_t)(nl - from) + 1;
		if (have - at < n + 2)
			return 0;
		bytes_add(body, from + at, n);
		at += n;
		if (memcmp(from + at, "\r\n", 2) != 0)
			return -1;
		at += 2;
		if (n == 0) {
			*len = at;
			return 1;
		}
	}
}

static int
take_body(struct http_request *rq, const struct head *h, struct bytes *b,
    size_t *len)
{
	struct bytes body = { 0 };
	int got = 1;

	*len = h->length;
	if (h->chunked) {
		/* strtoul must stop somewhere */
		bytes_add(b, "", 1);
		b->len--;
		got = take_chunks(&body, len, b->at + h->len, b->len - h->len);
	} else if (b->len - h->len < h->length) {
		return 0;
	} else {
		bytes_add(&body, b->at + h->len, h->length);
	}
	if (got != 1) {
		bytes_free(&body);
		return got;
	}
	rq->len = body.len;
	bytes_add(&body, "", 1);
	rq->body = body.at;
	return 1;
}

int
http_take(struct http_request *rq, struct bytes *b, const char **why)
{
	const char *end =
	    b->len == 0 ? NULL : memmem(b->at, b->len, "\r\n\r\n", 4);
	struct head h = { 0 };
	size_t len;
	int got;

	memset(rq, 0, sizeof(*rq));
	*why = "the head is longer than 8192";
	if (end == NULL)
		return b->len > HTTP_HEAD_MAX ? -1 : 0;
	h.len = (size_t)(end - b->at) + 4;
	if (h.len > HTTP_HEAD_MAX)
		return -1;
	*why = take_head(rq, &h, b->at);
	if (*why != NULL)
		return -1;
	*why = "the chunks of the body are broken";
	got = take_body(rq, &h, b, &len);
	if (got == 1)
		bytes_drop(b, h.len + len);
	return got;
}

void
http_request_free(struct http_request *rq)
{
	free(rq->body);
	rq->body = NULL;
}

/* --- replies ------------------------------------------------------------- */

static void addf(struct bytes *out, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

static void
addf(struct bytes *out, const char *fmt, ...)
{
	char text[1024];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof(text))
		errx(EX_SOFTWARE, "a line is too long");
	bytes_add(out, text, (size_t)n);
}

static const char *
status_text(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 404:
		return "Not Found";
	default:
		return "Internal Server Error";
	}
}

/* The full firmware version; a fleet file may leave out the build number. */
static void
add_server(struct bytes *out, const struct machine *m)
{
	size_t dots = 0;

	for (const char *p = m->firmware; *p != '\0'; p++)
		dots += *p == '.';
	addf(out, "Server: Intel(R) Active Management Technology %s%s\r\n",
	    m->firmware, dots < 3 ? ".1000" : "");
}

static void
add_date(struct bytes *out, const struct machine *m)
{
	time_t t = (time_t)machine_clock(m);
	char text[64];
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	addf(out, "Date: %s\r\n", text);
}

/*
 * Chunks as firmware cuts them: by the room in its buffers, wherever that
 * falls.  Captures show a first chunk of 0x4EC to 0x513 bytes and later ones
 * of up to 0x30B, or 0x220 and then 0x2FA each.
 */
static void
add_chunks(struct bytes *out, const struct machine *m, const char *body,
    size_t len)
{
	static const size_t first[] = { 0x4EC, 0x508, 0x513, 0x220 };
	size_t room = first[m->message % 4];

	while (len > 0) {
		size_t n = len < room ? len : room;

		addf(out, "%04zX\r\n", n);
		bytes_add(out, body, n);
		addf(out, "\r\n");
		body += n;
		len -= n;
		room = m->message % 4 == 3 ? 0x2FA : 0x30B;
	}
	addf(out, "0\r\n\r\n");
}

void
http_soap(struct bytes *out, const struct machine *m, int status,
    const char *body, size_t len)
{
	addf(out, "HTTP/1.1 %d %s\r\n", status, status_text(status));
	add_date(out, m);
	add_server(out, m);
	/* 11.8 was captured with octet-stream, 15.0 with soap+xml. */
	addf(out,
	    "X-Frame-Options: DENY\r\nContent-Type: %s\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n",
	    m->major < 12 ? "application/octet-stream"
	                  : "application/soap+xml; charset=UTF-8");
	add_chunks(out, m, body, len);
}

static void
add_page(struct bytes *out, const struct machine *m, const char *text,
    bool close)
{
	char html[1024];
	int n = snprintf(html, sizeof(html),
	    "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 4.01 "
	    "Transitional//EN\" ><html lang=\"en\"><head><title>Simulated "
	    "machine</title></head><body><h1>Simulated machine</h1>"
	    "<h2 class=warn>%s</h2></body></html>",
	    text);

	addf(out, "Content-Type: text/html\r\n");
	add_server(out, m);
	addf(out, "Content-Length: %d\r\n%s\r\n", n,
	    close ? "Connection: close\r\n" : "");
	bytes_add(out, html, (size_t)n);
}

void
http_page(struct bytes *out, const struct machine *m, int status,
    const char *text, bool close)
{
	addf(out, "HTTP/1.1 %d %s\r\n", status, status_text(status));
	add_page(out, m, text, close);
}

/* As captured: quoted stale, no blank after the comma before it. */
void
http_challenge(struct bytes *out, const struct machine *m, const char *nonce,
    bool stale, bool close)
{
	addf(out, "HTTP/1.1 401 Unauthorized\r\n");
	addf(out,
	    "WWW-Authenticate: Digest realm=\"%s\", nonce=\"%s\","
	    "stale=\"%s\",qop=\"auth\"\r\n",
	    m->realm, nonce, stale ? "true" : "false");
	add_page(out, m, "User name or password is wrong, or not given.",
	    close);
}
