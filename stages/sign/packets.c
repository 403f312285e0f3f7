#include "sign/packets.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/stage.h"

struct packet {
	STAILQ_ENTRY(packet) entry;
	size_t len;
	uint8_t line[];
};

void
packets_begin(struct packets *p, int fd)
{
	p->fd = fd;
	STAILQ_INIT(&p->queue);
}

static void
packet_drop(struct packets *p)
{
	struct packet *one = STAILQ_FIRST(&p->queue);

	STAILQ_REMOVE_HEAD(&p->queue, entry);
	explicit_bzero(one->line, one->len);
	free(one);
}

void
packets_end(struct packets *p)
{
	while (!STAILQ_EMPTY(&p->queue))
		packet_drop(p);
	if (p->fd != -1)
		(void)close(p->fd);
	p->fd = -1;
}

struct pollfd
packets_watch(const struct packets *p)
{
	return (struct pollfd){ .fd = p->fd,
		.events = (short)(STAILQ_EMPTY(&p->queue) ? POLLIN
		                                          : POLLIN | POLLOUT) };
}

static int
packet_read(struct signing *to, char *line, size_t len, struct fault *f)
{
	struct record r;

	if (line[len - 1] != '\n')
		return fault_set(f, 0, "no record");
	line[--len] = '\0';
	return record_get(&r, &kind_signing, SIGNING_NCOLUMNS, line, len, f) ==
	            0 &&
	        signing_read(to, &r, f) == 0
	    ? 0
	    : -1;
}

int
packets_next(struct packets *p, struct signing *to)
{
	static char line[RECORD_LINE_MAX + 1];

	for (;;) {
		ssize_t n = p->fd == -1
		    ? 0
		    : recv(p->fd, line, sizeof(line), MSG_DONTWAIT);
		struct fault f;

		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (n <= 0)
			return -1;
		if (packet_read(to, line, (size_t)n, &f) == 0)
			return 1;
		stage_refuse("request", 0, "%s", f.why);
	}
}

void
packets_add(struct packets *p, const char *id, const struct setup_signature *a)
{
	static struct signing_texts texts;
	static uint8_t line[RECORD_LINE_MAX + 1];
	struct writer w = { .base = line, .cap = sizeof(line) };
	const char *fields[SIGNED_NCOLUMNS];
	struct packet *one;

	signed_fields(fields, id, a, &texts);
	record_put(&w, &kind_signed, fields);
	if (writer_done(&w) == -1)
		errx(EX_SOFTWARE, "an answer is longer than a record may be");
	one = malloc(sizeof(*one) + w.len);
	if (one == NULL)
		err(EX_OSERR, "memory");
	one->len = w.len;
	memcpy(one->line, line, w.len);
	STAILQ_INSERT_TAIL(&p->queue, one, entry);
	explicit_bzero(line, w.len);
	signing_texts_wipe(&texts);
}

void
packets_send(struct packets *p)
{
	struct packet *one;

	while (p->fd != -1 && (one = STAILQ_FIRST(&p->queue)) != NULL) {
		if (send(p->fd, one->line, one->len,
		        MSG_DONTWAIT | MSG_NOSIGNAL) == -1 &&
		    (errno == EAGAIN || errno == EINTR))
			return;
		packet_drop(p); /* sent, or nobody is there to read it */
	}
}
