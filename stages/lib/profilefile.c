#include "lib/profilefile.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/sitefile.h"
#include "lib/source.h"
#include "lib/stage.h"

void
profile_file(struct profiles *all, const char *path)
{
	int fd = sitefile_open(path, O_RDONLY, SITEFILE_TRUSTED);
	struct fault f;
	uint8_t *xml;
	size_t len;
	int rc;

	if (fd == -1 && errno == ENOENT)
		errx(EX_NOINPUT,
		    "%s: the profile is missing: put it back from a backup, or "
		    "make the usual one with: amt-init --missing",
		    path);
	if (fd == -1)
		errx(EX_NOINPUT, "%s: %s", path, sitefile_why());
	source_read(fd, path, PROFILE_MAX, &xml, &len);
	close(fd);
	rc = profiles_decode(all, (const char *)xml, len, &f);
	explicit_bzero(xml, len); /* it may hold passwords */
	free(xml);
	if (rc == -1)
		stage_fail(EX_CONFIG, path, f.at, "%s", f.why);
}

const struct profile *
profile_for_keys(const struct profiles *all, const char *path, const char *name)
{
	struct fault f;
	const struct profile *p = profiles_for_keys(all, name, &f);

	if (p == NULL)
		stage_fail(EX_CONFIG, path, 0, "%s", f.why);
	return p;
}
