#include "stick/setupbin_chunks.h"

#include <err.h>
#include <errno.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

void
setupbin_chunks_begin(struct setupbin_chunks *c, int fd, const char *name)
{
	c->fd = fd;
	c->name = name;
	c->at = c->len = 0;
}

const uint8_t *
setupbin_chunks_next(struct setupbin_chunks *c, size_t *len)
{
	const uint8_t *chunk;

	if (c->len - c->at < SETUPBIN_CHUNK) {
		memmove(c->buf, c->buf + c->at, c->len - c->at);
		c->len -= c->at;
		c->at = 0;
	}
	while (c->len - c->at < SETUPBIN_CHUNK) {
		ssize_t n =
		    read(c->fd, c->buf + c->len, sizeof(c->buf) - c->len);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_IOERR, "%s", c->name);
		if (n == 0)
			break;
		c->len += (size_t)n;
	}
	chunk = c->buf + c->at;
	*len = c->len - c->at;
	if (*len > SETUPBIN_CHUNK)
		*len = SETUPBIN_CHUNK;
	c->at += *len;
	return chunk;
}

void
setupbin_chunks_end(struct setupbin_chunks *c)
{
	explicit_bzero(c->buf, sizeof(c->buf));
	c->at = c->len = 0;
}
