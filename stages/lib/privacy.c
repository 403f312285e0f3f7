#include "privacy.h"

#include <err.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

/*
 * Ours, with what starts with AMT_; those of socket activation (sd_listen_fds);
 * TZ for the times in zip archives.  UMOCKDEV_DIR is where simulated sticks
 * are: it means something only to a library that was loaded before.
 */
static const char *const kept[] = { "AMT_",
	"LISTEN_FDS=", "LISTEN_PID=", "LISTEN_FDNAMES=", "SOURCE_DATE_EPOCH=",
	"TMPDIR=", "TZ=", "UMOCKDEV_DIR=" };

static bool
is_kept(const char *variable)
{
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		if (strncmp(variable, kept[i], strlen(kept[i])) == 0)
			return true;
	return false;
}

void
privacy_environment(void)
{
	char **to = environ;

	if (environ == NULL)
		return;
	for (char **from = environ; *from != NULL; from++)
		if (is_kept(*from))
			*to++ = *from;
	*to = NULL;
}

void
privacy_core(bool secret)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) == -1 ||
	    (secret && prctl(PR_SET_DUMPABLE, 0) == -1))
		err(EX_OSERR, "no core file");
}
