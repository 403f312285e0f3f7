#include "profilefile.h"

#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "source.h"
#include "stage.h"

void
profile_file(struct profile *p, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct fault f;
	uint8_t *xml;
	size_t len;
	int rc;

	if (fd == -1)
		err(EX_NOINPUT, "%s", path);
	source_read(fd, path, PROFILE_MAX, &xml, &len);
	close(fd);
	rc = profile_decode(p, (const char *)xml, len, &f);
	explicit_bzero(xml, len); /* it may hold passwords */
	free(xml);
	if (rc == -1)
		stage_fail(EX_CONFIG, path, f.at, "%s", f.why);
}
