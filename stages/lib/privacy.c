#include "lib/privacy.h"

#include <err.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
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

/*
 * Is there no limit to what we may lock?  The capability says nothing of it in
 * a user namespace, as in a container, so that we try: a page more than the
 * limit, of addresses without memory.
 */
static bool
is_unlimited(void)
{
	long page = sysconf(_SC_PAGESIZE);
	struct rlimit r;
	size_t len;
	void *room;
	bool may;

	if (getrlimit(RLIMIT_MEMLOCK, &r) == -1)
		return false;
	if (r.rlim_cur == RLIM_INFINITY)
		return true;
	len = r.rlim_cur + (size_t)page;
	room = mmap(NULL, len, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (room == MAP_FAILED)
		return false;
	may = mlock2(room, len, MLOCK_ONFAULT) == 0;
	munmap(room, len);
	return may;
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
