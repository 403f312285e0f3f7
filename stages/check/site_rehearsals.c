/*
 * Folders that rehearsals (bin/sweep-rehearse.sh) were killed over.
 */
#include "check/site_check.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "check/checkout.h"

/* One that goes on has it locked before it has our mark. */
static bool
rehearsal_left(int at, const char *name)
{
	int fd =
	    openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;
	bool left;

	if (fd == -1)
		return false;
	left =
	    fstatat(fd, ".amtbatch-rehearsal", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(st.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0;
	(void)close(fd);
	return left;
}

void
site_rehearsals_check(const char *dir)
{
	static const char begins[] = "rehearsal.";
	char first[NAME_MAX + 1] = "";
	DIR *d = opendir(dir);
	const struct dirent *e;
	size_t n = 0;

	if (d == NULL)
		return; /* site_folder_check has told it */
	while ((e = readdir(d)) != NULL) {
		if (strncmp(e->d_name, begins, sizeof(begins) - 1) != 0 ||
		    !rehearsal_left(dirfd(d), e->d_name))
			continue;
		if (n == 0 || strcmp(e->d_name, first) < 0)
			(void)snprintf(first, sizeof(first), "%s", e->d_name);
		n++;
	}
	(void)closedir(d);
	if (n == 1)
		checkout_found(CHECKCODE_REHEARSAL_LEFT, "%s/%s", dir, first);
	else if (n != 0)
		checkout_found(CHECKCODE_REHEARSAL_LEFT, "%s/%s and %zu more",
		    dir, first, n - 1);
}
