#include "lib/privilege.h"

#include <err.h>
#include <grp.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/sitefile.h"

void
privilege_drop(const char *user)
{
	const struct passwd *pw = getpwnam(user);
	const pid_t parent = getppid();
	int with_parent = 0;

	if (pw == NULL)
		errx(EX_NOUSER, "-u: there is no user \"%s\"", user);
	if (pw->pw_uid == 0)
		errx(EX_NOUSER, "-u: %s is root", user);
	if (geteuid() == pw->pw_uid && getuid() == pw->pw_uid)
		return;
	/* Becoming another user forgets that it ends with its parent. */
	(void)prctl(PR_GET_PDEATHSIG, &with_parent);
	if (initgroups(user, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		err(EX_NOPERM, "-u: cannot become %s", user);
	(void)prctl(PR_SET_PDEATHSIG, with_parent);
	if (with_parent != 0 && getppid() != parent)
		errx(EX_SOFTWARE,
		    "-u: the program that started this one has ended");
	if (setuid(0) != -1)
		errx(EX_NOPERM, "-u: could become root again");
}

void
privilege_drop_to_site(void)
{
	const struct passwd *pw;
	uid_t uid;
	gid_t gid;

	if (geteuid() != 0 || !sitefile_owner(&uid, &gid) || uid == 0)
		return;
	pw = getpwuid(uid);
	if ((pw != NULL ? initgroups(pw->pw_name, gid) : setgroups(0, NULL)) ==
	        -1 ||
	    setresgid(gid, gid, gid) == -1 || setresuid(uid, uid, uid) == -1)
		err(EX_NOPERM,
		    "cannot become the site's owner (user number %u)",
		    (unsigned)uid);
	if (setuid(0) != -1)
		errx(EX_NOPERM, "could become root again");
}
