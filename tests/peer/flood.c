/*
 * flood - machines that send what no machine does, without end: one kind at
 * each of 127.41.0.1, .2, ..., before, within and after the TLS handshake.
 *
 *	flood [-l] port		-l: lists the kinds, one a line
 *
 * Written from RFC 5246 (TLS 1.2), 4279 (PSK) and 9112 (HTTP).  What comes
 * before the end of a handshake is bytes by hand; for what comes after it,
 * OpenSSL makes the handshake and the records are sealed here, as no library
 * sends such ones.
 */
#include <arpa/inet.h>
#include <err.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/floodtls.h"

#define BLOCK 65536

/* That of samples/jobs. */
#define PID "LAB7000A"
#define PPS "A1B0C2D5E3FAG4HFJ5KML6MRN7PXQ8R3"

/* --- in clear ------------------------------------------------------------ */

/* Writes until the other end is gone. */
static void
pour(int fd, const void *piece, size_t len)
{
	uint8_t block[BLOCK];
	size_t n = 0;

	while (n + len <= sizeof(block)) {
		memcpy(block + n, piece, len);
		n += len;
	}
	while (send(fd, block, n, MSG_NOSIGNAL) > 0)
		;
}

static bool
put(int fd, const void *bytes, size_t len)
{
	return send(fd, bytes, len, MSG_NOSIGNAL) == (ssize_t)len;
}
#define PUT(fd, bytes) put(fd, bytes, sizeof(bytes) - 1)
#define POUR(fd, bytes) pour(fd, bytes, sizeof(bytes) - 1)

/* ServerHello of TLS 1.0 with 0x008C, no session and no extension. */
static const char server_hello[] =
    "\x16\x03\x01\x00\x2a\x02\x00\x00\x26\x03\x01"
    "0123456789abcdef0123456789abcdef"
    "\x00\x00\x8c\x00";

static void
hello_requests(int fd)
{
	POUR(fd, "\x16\x03\x01\x00\x04\x00\x00\x00\x00");
}

static void
hello_requests_packed(int fd)
{
	uint8_t record[5 + 16384] = { 22, 3, 1, 0x40, 0 }; /* 4096 of them */

	pour(fd, record, sizeof(record));
}

static void
hello_requests_within(int fd)
{
	if (PUT(fd, server_hello))
		hello_requests(fd);
}

static void
empty_handshakes(int fd)
{
	POUR(fd, "\x16\x03\x01\x00\x00");
}

static void
empty_data(int fd)
{
	POUR(fd, "\x17\x03\x01\x00\x00");
}

static void
warnings(int fd)
{
	POUR(fd, "\x15\x03\x01\x00\x02\x01\x5a"); /* user_canceled */
}

static void
warnings_within(int fd)
{
	if (PUT(fd, server_hello))
		warnings(fd);
}

static void
cipher_changes(int fd)
{
	POUR(fd, "\x14\x03\x01\x00\x01\x01");
}

static void
cipher_changes_within(int fd)
{
	if (PUT(fd, server_hello))
		cipher_changes(fd);
}

static void
huge_records(int fd)
{
	POUR(fd, "\x16\x03\x01\xff\xff 65535 bytes, they say");
}

static void
noise(int fd)
{
	POUR(fd, "\x9d\x01\x77\xfe\x00\x42\xb7");
}

/* A ServerHello of 16 MB, a byte a record. */
static void
byte_by_byte(int fd)
{
	if (PUT(fd, "\x16\x03\x01\x00\x04\x02\xff\xff\xff"))
		POUR(fd, "\x16\x03\x01\x00\x01\x03");
}

/* The identity hint of a ServerKeyExchange, which may have 64 kB, likewise. */
static void
hint_byte_by_byte(int fd)
{
	if (PUT(fd, server_hello) &&
	    PUT(fd, "\x16\x03\x01\x00\x06\x0c\x00\xff\xff\xff\xfd"))
		POUR(fd, "\x16\x03\x01\x00\x01h");
}

static void
certificates(int fd)
{
	uint8_t record[5 + 4 + 3 + 16000] = { 22, 3, 1, 0x3e, 0x87, 11, 0, 0x3e,
		0x83, 0, 0x3e, 0x80 };

	if (PUT(fd, server_hello))
		pour(fd, record, sizeof(record));
}

static void
server_hellos(int fd)
{
	POUR(fd, server_hello);
}

static void
http_in_clear(int fd)
{
	if (PUT(fd, "HTTP/1.1 200 OK\r\n"))
		POUR(fd, "X-Flood: yes\r\n");
}

/* Ten bytes a second: no flood, and no handshake. */
static void
drips(int fd)
{
	static const char piece[] = "\x16\x03\x01\x00\x04\x00\x00\x00\x00";

	for (size_t i = 0; put(fd, piece + i % 9, 1); i++)
		(void)usleep(100000);
}

/* --- under TLS ----------------------------------------------------------- */

static void
sealed(struct floodtls *t, uint8_t type, const char *bytes, size_t len)
{
	while (floodtls_put(t, type, bytes, len))
		;
}

static void
hello_requests_after(struct floodtls *t)
{
	sealed(t, 22, "\0\0\0\0", 4);
}

static void
empty_data_after(struct floodtls *t)
{
	sealed(t, 23, "", 0);
}

static void
warnings_after(struct floodtls *t)
{
	sealed(t, 21, "\x01\x5a", 2);
}

static void
cipher_changes_after(struct floodtls *t)
{
	sealed(t, 20, "\x01", 1);
}

static void
say(struct floodtls *t, const char *text)
{
	(void)floodtls_put(t, 23, text, strlen(text));
}

static void
headers(struct floodtls *t)
{
	say(t, "HTTP/1.1 200 OK\r\n");
	sealed(t, 23, "X-Flood: yes\r\n", 14);
}

static void
continues(struct floodtls *t)
{
	sealed(t, 23, "HTTP/1.1 100 Continue\r\n\r\n", 25);
}

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

static void
chunks_of_a_byte(struct floodtls *t)
{
	say(t, CHUNKED);
	sealed(t, 23, "1\r\nx\r\n", 6);
}

static void
chunk_extension(struct floodtls *t)
{
	static char piece[8192];

	memset(piece, 'x', sizeof(piece));
	say(t, CHUNKED "1;");
	sealed(t, 23, piece, sizeof(piece));
}

static void
trailers(struct floodtls *t)
{
	say(t, CHUNKED "0\r\n");
	sealed(t, 23, "X-Flood: yes\r\n", 14);
}

/* A body of the length that it says, a byte a record. */
static void
body_of_bytes(struct floodtls *t)
{
	say(t, "HTTP/1.1 200 OK\r\nContent-Length: 262144\r\n\r\n");
	sealed(t, 23, "x", 1);
}

/* Whatever is asked, in as many requests as there are. */
static void
challenges(struct floodtls *t)
{
	while (floodtls_request(t))
		say(t,
		    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest "
		    "realm=\"Digest:F\", nonce=\"n\", stale=\"true\", "
		    "qop=\"auth\"\r\nContent-Length: 0\r\n\r\n");
}

/* No flood: a handshake in records of a byte is odd and right. */
static void
patience(struct floodtls *t)
{
	say(t, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
	(void)floodtls_request(t);
}

/* --- who is where -------------------------------------------------------- */

static const struct kind {
	const char *name;
	void (*clear)(int fd);           /* after the ClientHello */
	void (*tls)(struct floodtls *t); /* after the first request */
} kinds[] = {
	{ "hello-requests", hello_requests, NULL },
	{ "hello-requests-packed", hello_requests_packed, NULL },
	{ "hello-requests-within", hello_requests_within, NULL },
	{ "empty-handshakes", empty_handshakes, NULL },
	{ "empty-data", empty_data, NULL },
	{ "warnings", warnings, NULL },
	{ "warnings-within", warnings_within, NULL },
	{ "cipher-changes", cipher_changes, NULL },
	{ "cipher-changes-within", cipher_changes_within, NULL },
	{ "huge-records", huge_records, NULL },
	{ "noise", noise, NULL },
	{ "byte-by-byte", byte_by_byte, NULL },
	{ "hint-byte-by-byte", hint_byte_by_byte, NULL },
	{ "certificates", certificates, NULL },
	{ "server-hellos", server_hellos, NULL },
	{ "http-in-clear", http_in_clear, NULL },
	{ "drips", drips, NULL },
	{ "hello-requests-after", NULL, hello_requests_after },
	{ "empty-data-after", NULL, empty_data_after },
	{ "warnings-after", NULL, warnings_after },
	{ "cipher-changes-after", NULL, cipher_changes_after },
	{ "headers", NULL, headers },
	{ "continues", NULL, continues },
	{ "chunks-of-a-byte", NULL, chunks_of_a_byte },
	{ "chunk-extension", NULL, chunk_extension },
	{ "trailers", NULL, trailers },
	{ "body-of-bytes", NULL, body_of_bytes },
	{ "challenges", NULL, challenges },
	{ "handshake-in-bytes", NULL, patience },
};
#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

struct caller {
	int fd;
	const struct kind *kind;
};

/* Whatever came is lost with the connection, so nothing is read from it. */
static void *
serve(void *arg)
{
	struct caller *c = arg;
	struct floodtls t;
	uint8_t hello[1024];

	if (c->kind->clear != NULL) {
		if (recv(c->fd, hello, sizeof(hello), 0) > 0)
			c->kind->clear(c->fd);
	} else if (floodtls_open(&t, c->fd, PID, PPS,
	               c->kind->tls == patience)) {
		if (c->kind->tls == challenges || floodtls_request(&t))
			c->kind->tls(&t);
		floodtls_close(&t);
	}
	close(c->fd);
	free(c);
	return NULL;
}

static int
listen_at(size_t n, uint16_t port)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(0x7f290001 + (uint32_t)n) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
	if (bind(fd, (struct sockaddr *)(void *)&a, sizeof(a)) == -1 ||
	    listen(fd, 16) == -1)
		err(EX_OSERR, "port %u", port);
	return fd;
}

static void
welcome(int listener, const struct kind *kind)
{
	struct caller *c = malloc(sizeof(*c));
	pthread_t thread;

	if (c == NULL)
		err(EX_OSERR, "caller");
	*c = (struct caller){ accept(listener, NULL, NULL), kind };
	if (c->fd == -1 || pthread_create(&thread, NULL, serve, c) != 0) {
		free(c);
		return;
	}
	(void)pthread_detach(thread);
}

int
main(int argc, char *argv[])
{
	struct pollfd p[NKINDS];

	if (argc != 2)
		errx(EX_USAGE, "usage: flood -l | port");
	if (strcmp(argv[1], "-l") == 0) {
		for (size_t i = 0; i < NKINDS; i++)
			puts(kinds[i].name);
		return 0;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < NKINDS; i++)
		p[i] = (struct pollfd){ .events = POLLIN,
			.fd = listen_at(i,
			    (uint16_t)strtoul(argv[1], NULL, 10)) };
	while (poll(p, NKINDS, -1) > 0)
		for (size_t i = 0; i < NKINDS; i++)
			if (p[i].revents != 0)
				welcome(p[i].fd, &kinds[i]);
	return 0;
}
