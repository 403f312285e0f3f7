#include "lib/privacy.h"

#include <err.h>
#include <linux/capability.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

/*
 * Ours, with what starts with AMT_; those of socket activation (sd_listen_fds);
 * TZ for the times in zip archives; TERM for who cannot show progress.
 * UMOCKDEV_DIR is where simulated sticks
 * are: it means something only to a library that was loaded before.
 */
static const char *const kept[] = {
	"AMT_", "LISTEN_FDS=", "LISTEN_PID=", "LISTEN_FDNAMES=",
	"SOURCE_DATE_EPOCH=", "TERM=", "TMPDIR=", "TZ=", "UMOCKDEV_DIR=",
#ifdef __SANITIZE_ADDRESS__
	"ASAN_OPTIONS=", /* sign-run becomes another program of ours */
#endif
};

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

/* Is there no limit to what we may lock? */
static bool
is_unlimited(void)
{
	struct __user_cap_header_struct h = { .version =
		                                  _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct has[_LINUX_CAPABILITY_U32S_3] = { 0 };
	struct rlimit r;

	if (getrlimit(RLIMIT_MEMLOCK, &r) == 0 && r.rlim_cur == RLIM_INFINITY)
		return true;
	return syscall(SYS_capget, &h, has) == 0 &&
	    (has[CAP_IPC_LOCK / 32].effective & 1U << CAP_IPC_LOCK % 32) != 0;
}

const char *
privacy_memory(void)
{
	/* With a limit, memory to come would be refused instead of unlocked. */
	int all = is_unlimited() ? MCL_FUTURE : 0;

	if (mlockall(MCL_CURRENT | MCL_ONFAULT | all) == 0 && all != 0)
		return NULL;
	return "memory is locked in part or not at all, so that secrets may "
	       "get into the swap: raise the limit (ulimit -l unlimited; "
	       "LimitMEMLOCK=infinity in a unit)";
}
