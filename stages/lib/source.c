#include "lib/source.h"

#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/stage.h"
#include "lib/wipe.h"

void
source_read(int fd, const char *name, size_t max, uint8_t **buf, size_t *len)
{
	size_t cap = 4096;
	ssize_t n;

	*len = 0;
	*buf = malloc(cap);
	for (;;) {
		if (*buf == NULL)
			err(EX_OSERR, "%s", name);
		n = read(fd, *buf + *len, cap - *len);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(EX_IOERR, "%s", name);
		if (n == 0)
			return;
		*len += (size_t)n;
		if (*len > max)
			stage_fail(EX_DATAERR, name, 0, "larger than %zu bytes",
			    max);
		if (*len < cap)
			continue;
		cap *= 2;
		*buf = wipe_realloc(*buf, cap); /* it may be a key */
	}
}
