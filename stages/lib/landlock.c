#include "lib/landlock.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sysexits.h>
#include <unistd.h>

/* The system calls' own words (linux/landlock.h); with fewer bytes an older
 * kernel takes them too. */
struct ruleset {
	uint64_t files, ports, scopes;
};

struct path_rule {
	uint64_t may;
	int32_t fd;
} __attribute__((packed));

struct port_rule {
	uint64_t may, port;
};

enum { RULE_PATH = 1, RULE_PORT = 2 };

#define VERSION_FLAG 1U
#define SCOPE_SIGNAL 2ULL

/* Of no use without socket(2), which seccomp allows for the internet only; the
 * simulated USB sticks make one before that. */
#define MAKE_SOCKET (1ULL << 9)

#define FOLDER_ONLY                                                            \
	(FOLDER_READ | FOLDER_REMOVE_FOLDER | FOLDER_REMOVE_FILE |             \
	    FOLDER_MAKE_FOLDER | FOLDER_MAKE_FILE | FOLDER_MAKE_PIPE |         \
	    FOLDER_MAKE_LINK)

struct landlock {
	int fd;
	uint64_t files, ports; /* what this kernel can forbid */
};

/* Which bits of files each version knows: the lowest so many. */
static const unsigned nfiles[] = { 0, 13, 14, 15, 15, 16 };
#define NFILES ((int)(sizeof(nfiles) / sizeof(nfiles[0])))

int
landlock_version(void)
{
	long version =
	    syscall(SYS_landlock_create_ruleset, NULL, 0, VERSION_FLAG);

	return version < 0 ? 0 : (int)version;
}

static size_t
ruleset_size(int version)
{
	if (version >= 6)
		return sizeof(struct ruleset);
	return version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
}

/* An empty set of rules is an error. */
static bool
set_rules(struct ruleset *r, int version, bool all)
{
	int known = version < NFILES ? version : NFILES - 1;

	if (all) {
		r->files = ((1ULL << nfiles[known]) - 1) & ~MAKE_SOCKET;
		r->ports = version >= 4 ? PORT_BIND | PORT_CONNECT : 0;
	}
	r->scopes = version < 6 ? 0 : SCOPE_SIGNAL;
	return r->files != 0 || r->scopes != 0;
}

struct landlock *
landlock_new(bool all)
{
	int version = landlock_version();
	struct ruleset r = { 0 };
	struct landlock *l;

	if (!set_rules(&r, version, all))
		return NULL;
	l = calloc(1, sizeof(*l));
	if (l == NULL)
		err(EX_OSERR, "memory");
	l->files = r.files;
	l->ports = r.ports;
	l->fd = (int)syscall(SYS_landlock_create_ruleset, &r,
	    ruleset_size(version), 0);
	if (l->fd == -1)
		err(EX_CONFIG, "confine: Landlock");
	return l;
}

void
landlock_path(struct landlock *l, const char *path, uint64_t may)
{
	int fd = openat(AT_FDCWD, path, O_PATH | O_CLOEXEC);
	struct path_rule rule = { .may = may & l->files, .fd = fd };
	struct stat st;

	if (fd == -1)
		return; /* whoever opens it says why it cannot be */
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.may &= ~FOLDER_ONLY;
	/* EBADFD: a pipe or socket, which need no rule. */
	if (rule.may != 0 &&
	    syscall(SYS_landlock_add_rule, l->fd, RULE_PATH, &rule, 0) == -1 &&
	    errno != EBADFD)
		err(EX_CONFIG, "confine: %s", path);
	(void)close(fd);
}

void
landlock_port(struct landlock *l, uint16_t port, uint64_t may)
{
	const struct port_rule rule = { may, port };

	if (l->ports != 0 &&
	    syscall(SYS_landlock_add_rule, l->fd, RULE_PORT, &rule, 0) == -1)
		err(EX_CONFIG, "confine: port %u", port);
}

void
landlock_close(struct landlock *l)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 ||
	    syscall(SYS_landlock_restrict_self, l->fd, 0) == -1)
		err(EX_CONFIG, "confine: the kernel refuses Landlock's rules");
	(void)close(l->fd);
	free(l);
}
