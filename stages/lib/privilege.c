#include "privilege.h"

#include <err.h>
#include <grp.h>
#include <pwd.h>
#include <sys/types.h>
#include <sysexits.h>
#include <unistd.h>

void
privilege_drop(const char *user)
{
	const struct passwd *pw = getpwnam(user);

	if (pw == NULL)
		errx(EX_NOUSER, "-u: there is no user \"%s\"", user);
	if (pw->pw_uid == 0)
		errx(EX_NOUSER, "-u: %s is root", user);
	if (geteuid() == pw->pw_uid && getuid() == pw->pw_uid)
		return;
	if (initgroups(user, pw->pw_gid) == -1 ||
	    setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) == -1 ||
	    setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == -1)
		err(EX_NOPERM, "-u: cannot become %s", user);
	if (setuid(0) != -1)
		errx(EX_NOPERM, "-u: could become root again");
}
