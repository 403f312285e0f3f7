#include "store/keycopy.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "lib/outfile.h"
#include "lib/sitefile.h"

int
keycopy_note(const char *site, const uint8_t key[SEAL_KEY])
{
	char path[PATH_MAX], print[SEAL_PRINT];
	struct outfile o;

	(void)snprintf(path, sizeof(path), "%s/" KEYCOPY_FILE, site);
	if (outfile_open(&o, path, 0600) == -1)
		return -1;
	seal_print(print, key);
	(void)fprintf(o.f, "%s\n", print);
	return outfile_commit(&o);
}

bool
keycopy_noted(const char *site, const uint8_t key[SEAL_KEY])
{
	char path[PATH_MAX], print[SEAL_PRINT], noted[SEAL_PRINT] = "";
	int fd;
	bool same;

	(void)snprintf(path, sizeof(path), "%s/" KEYCOPY_FILE, site);
	fd = sitefile_open(path, O_RDONLY, SITEFILE_STRICT);
	if (fd == -1)
		return false;
	seal_print(print, key);
	same = read(fd, noted, SEAL_PRINT - 1) == SEAL_PRINT - 1 &&
	    strcmp(noted, print) == 0;
	(void)close(fd);
	return same;
}
