/*
 * probe - what a confined program may still do, asked from inside.  Loaded
 * before it (LD_PRELOAD): once the program has given up what it does not need,
 * which seccomp_load(3) does last, each word of PROBE_TRY is tried, those that
 * the kernel did not refuse are written to PROBE_OUT, and the program ends.
 * Before that: the core limit, whether others may look into it, whether its
 * libraries clear what they free, and the names in its environment.
 */
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

int seccomp_load(void *filter);

static char words[8192];
static FILE *out, *status;
static int spare[256]; /* sockets from before: connecting without socket(2) */
static size_t nspare;

__attribute__((constructor)) static void
probe_begin(void)
{
	const char *try = getenv("PROBE_TRY"), *path = getenv("PROBE_OUT");

	if (try == NULL || path == NULL)
		return;
	(void)snprintf(words, sizeof(words), "%s", try);
	out = fopen(path, "ae");
	status = fopen("/proc/self/status", "re");
	for (const char *p = strstr(words, "port:"); p != NULL;
	     p = strstr(p + 1, "port:"))
		spare[nspare++] =
		    socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

/* Refused by a filter or a rule; what else goes wrong was allowed. */
static bool
allowed(long rc)
{
	return rc != -1 || (errno != EPERM && errno != EACCES);
}

static bool
opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);
	bool yes = allowed(fd);

	if (fd != -1 && (flags & O_CREAT))
		(void)unlink(path);
	if (fd != -1)
		(void)close(fd);
	return yes;
}

static bool
uses_port(const char *port, bool connects)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)atoi(port)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = spare[--nspare];

	if (connects)
		return allowed(connect(fd, (struct sockaddr *)&to, sizeof(to)));
	return allowed(bind(fd, (struct sockaddr *)&to, sizeof(to)));
}

static bool
makes_socket(int family, int type)
{
	return allowed(socket(family, type | SOCK_CLOEXEC, 0));
}

/* Where a process cannot be made, whether this one could become another. */
static bool
runs(void)
{
	char *argv[] = { "true", NULL };
	int end = 1;
	pid_t pid = fork();

	if (pid == 0) {
		(void)execv("/bin/true", argv);
		_exit(1);
	}
	if (pid == -1)
		return allowed(execv("/nonexistent", argv));
	(void)waitpid(pid, &end, 0);
	return end == 0;
}

static bool
maps_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC,
	           MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool
makes_code(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p != MAP_FAILED && mprotect(p, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool
reads_memory(void)
{
	char from = 'x', to;
	struct iovec a = { &to, 1 }, b = { &from, 1 };

	return allowed(process_vm_readv(getpid(), &a, 1, &b, 1, 0));
}

/* Arguments that the kernel itself finds wrong in another way than EPERM. */
static const struct {
	const char *word;
	long call, arg[5];
} calls[] = {
	{ "ptrace", SYS_ptrace, { PTRACE_PEEKUSER, 0 } },
	{ "bpf", SYS_bpf, { -1 } },
	{ "keyctl", SYS_keyctl, { KEYCTL_GET_KEYRING_ID, 0x7fffffff } },
	{ "io_uring", SYS_io_uring_setup, { 0 } },
	{ "userfaultfd", SYS_userfaultfd, { -1 } },
	{ "memfd", SYS_memfd_create, { 0 } },
	{ "perf", SYS_perf_event_open, { 0 } },
	{ "mount", SYS_mount, { 0 } },
	{ "unshare", SYS_unshare, { 0 } },
	{ "setns", SYS_setns, { -1 } },
	{ "personality", SYS_personality, { 0xffffffff } },
	{ "prctl", SYS_prctl, { PR_GET_DUMPABLE } },
	{ "setuid", SYS_setuid, { -1 } },
	{ "truncate", SYS_truncate, { 0 } },
	{ "chmod", SYS_chmod, { 0 } },
	{ "symlink", SYS_symlink, { 0 } },
	{ "pidfd", SYS_pidfd_open, { -1 } },
	{ "tiocsti", SYS_ioctl, { 0, TIOCSTI, 0 } },
	{ "tiocsti-high", SYS_ioctl, { 0, TIOCSTI | 1L << 32, 0 } },
	{ "fionread", SYS_ioctl, { 0, FIONREAD, 0 } },
	{ "setown", SYS_fcntl, { 0, F_SETOWN, 0 } },
	{ "setsig", SYS_fcntl, { -1, F_SETSIG, 0 } },
	{ "listen", SYS_listen, { -1, 1 } },
	{ "accept", SYS_accept4, { -1, 0, 0, 0 } },
	{ "sigqueue", SYS_rt_sigqueueinfo, { 1, 0, 0 } },
};

static bool
makes_call(const char *word)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].word, word) == 0)
			return allowed(syscall(calls[i].call, calls[i].arg[0],
			    calls[i].arg[1], calls[i].arg[2], calls[i].arg[3],
			    calls[i].arg[4]));
	(void)fprintf(out, "unknown word: %s\n", word);
	return false;
}

static const struct {
	const char *word;
	bool (*tries)(void);
} acts[] = { { "run", runs }, { "map-code", maps_code },
	{ "make-code", makes_code }, { "read-memory", reads_memory } };

static bool
does(const char *word)
{
	const char *what = strchr(word, ':');
	struct rlimit lim;

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (strcmp(word, acts[i].word) == 0)
			return acts[i].tries();
	if (strcmp(word, "kill") == 0)
		return allowed(kill(getppid(), 0));
	if (strcmp(word, "tgkill") == 0)
		return allowed(syscall(SYS_tgkill, getppid(), getppid(), 0));
	if (strcmp(word, "limits") == 0)
		return allowed(prlimit(getppid(), RLIMIT_CORE, NULL, &lim));
	if (what == NULL)
		return makes_call(word);
	what++;
	switch (word[0]) {
	case 'r':
		return opens(what, O_RDONLY);
	case 'l':
		return opens(what, O_RDONLY | O_DIRECTORY);
	case 'c':
		return opens(what, O_WRONLY);
	case 'm':
		return opens(what, O_WRONLY | O_CREAT | O_EXCL);
	case 't':
		return uses_port(what, true);
	case 'b':
		return uses_port(what, false);
	default:
		return makes_socket(atoi(what), atoi(strchr(what, ',') + 1));
	}
}

/* The part of the heap that is in memory is locked. */
static void
tell_locked(void)
{
	FILE *f = status; /* from before: it may be opened no more */
	char line[256];

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, "VmLck:", 6) == 0)
			(void)fprintf(out, "locked %s\n",
			    atol(line + 6) > 0 ? "yes" : "no");
	if (f != NULL)
		(void)fclose(f);
}

/* Whether a library that it has frees memory in another way than its own. */
static void
tell_wiping(void)
{
	void (*openssl)(void **, void **, void **) = (void (*)(void **, void **,
	    void **))dlsym(RTLD_DEFAULT, "CRYPTO_get_mem_functions");
	int (*libxml)(void **, void **, void **, void **) = (int (*)(void **,
	    void **, void **, void **))dlsym(RTLD_DEFAULT, "xmlMemGet");
	void *freeing = NULL, *other;

	if (openssl != NULL) {
		openssl(&other, &other, &freeing);
		(void)fprintf(out, "libcrypto %s\n",
		    freeing == dlsym(RTLD_DEFAULT, "CRYPTO_free") ? "plain"
		                                                  : "wiped");
	}
	if (libxml != NULL && libxml(&freeing, &other, &other, &other) == 0)
		(void)fprintf(out, "libxml2 %s\n",
		    freeing == dlsym(RTLD_DEFAULT, "free") ? "plain" : "wiped");
}

static void
before(void)
{
	struct rlimit core;

	(void)getrlimit(RLIMIT_CORE, &core);
	(void)fprintf(out, "core %llu %llu\n",
	    (unsigned long long)core.rlim_cur,
	    (unsigned long long)core.rlim_max);
	(void)fprintf(out, "dumpable %d\n", prctl(PR_GET_DUMPABLE));
	tell_locked();
	tell_wiping();
	for (char **e = environ; *e != NULL; e++)
		(void)fprintf(out, "env %.*s\n", (int)strcspn(*e, "="), *e);
}

int
seccomp_load(void *filter)
{
	int (*load)(void *) = (int (*)(void *))dlsym(RTLD_NEXT, "seccomp_load");
	char *state;
	int rc;

	if (out == NULL)
		return load(filter);
	before();
	rc = load(filter);
	(void)fprintf(out, "confined %d\n", rc);
	for (char *w = strtok_r(words, " ", &state); w != NULL;
	     w = strtok_r(NULL, " ", &state))
		if (does(w))
			(void)fprintf(out, "may %s\n", w);
	(void)fflush(out);
	_exit(0);
}
