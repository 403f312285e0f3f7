#include "lib/confine.h"

#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "lib/landlock.h"
#include "lib/stage.h"

/* Sanitizers need calls (ptrace, personality, tgkill...) that a stage never
 * makes, and files of theirs; what they check is the code, not the cage. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAGED 0
#else
#define CAGED 1
#endif

/* What libc needs to compute, allocate, read, write and end. */
static const int always[] = { SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write),
	SCMP_SYS(writev), SCMP_SYS(pread64), SCMP_SYS(close), SCMP_SYS(lseek),
	SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx),
	SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise),
	SCMP_SYS(mincore), SCMP_SYS(brk), SCMP_SYS(futex), SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(nanosleep),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(alarm),
	SCMP_SYS(setitimer), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select),
	SCMP_SYS(pselect6), SCMP_SYS(getpid), SCMP_SYS(gettid),
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(exit), SCMP_SYS(exit_group),
	SCMP_SYS(restart_syscall), SCMP_SYS(sysinfo), SCMP_SYS(getrusage),
	SCMP_SYS(uname), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
	SCMP_SYS(set_robust_list), SCMP_SYS(rseq) };

static const int reading[] = { SCMP_SYS(access), SCMP_SYS(faccessat),
	SCMP_SYS(faccessat2), SCMP_SYS(stat), SCMP_SYS(lstat),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd),
	SCMP_SYS(getdents64), SCMP_SYS(fadvise64) };

static const int writing[] = { SCMP_SYS(open), SCMP_SYS(openat),
	SCMP_SYS(pwrite64), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
	SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(fchmod),
	SCMP_SYS(fchown), SCMP_SYS(unlink), SCMP_SYS(unlinkat),
	SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
	SCMP_SYS(link), SCMP_SYS(linkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat),
	SCMP_SYS(rmdir), SCMP_SYS(flock), SCMP_SYS(umask) };

static const int network[] = { SCMP_SYS(setsockopt), SCMP_SYS(getsockopt),
	SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(shutdown),
	SCMP_SYS(sendto), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg),
	SCMP_SYS(recvmsg), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl),
	SCMP_SYS(epoll_wait), SCMP_SYS(epoll_pwait), SCMP_SYS(signalfd4),
	SCMP_SYS(timerfd_create), SCMP_SYS(timerfd_settime), SCMP_SYS(eventfd2),
	SCMP_SYS(pipe2), SCMP_SYS(socketpair) };

/* On ports that are open by then. */
static const int listening[] = { SCMP_SYS(accept), SCMP_SYS(accept4) };

/* bind: a source address of one's own choice; not listen, not accept. */
static const int connecting[] = { SCMP_SYS(bind), SCMP_SYS(connect) };

/* libusb: its timers, and the netlink socket that it listens on. */
static const int usb[] = { SCMP_SYS(timerfd_settime), SCMP_SYS(recvmsg),
	SCMP_SYS(recvfrom), SCMP_SYS(sendto), SCMP_SYS(getsockopt) };

/*
 * What a program of the site's own inherits from who runs it: it is a script
 * that may look into files, databases and directories, so it keeps what
 * programs need and loses what only changes the system or other processes.
 */
static const int never[] = { SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv),
	SCMP_SYS(process_vm_writev), SCMP_SYS(mount), SCMP_SYS(umount2),
	SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(setns),
	SCMP_SYS(unshare), SCMP_SYS(bpf), SCMP_SYS(perf_event_open),
	SCMP_SYS(userfaultfd), SCMP_SYS(keyctl), SCMP_SYS(add_key),
	SCMP_SYS(request_key), SCMP_SYS(init_module), SCMP_SYS(finit_module),
	SCMP_SYS(delete_module), SCMP_SYS(kexec_load),
	SCMP_SYS(kexec_file_load), SCMP_SYS(reboot), SCMP_SYS(swapon),
	SCMP_SYS(swapoff), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime),
	SCMP_SYS(adjtimex), SCMP_SYS(clock_adjtime), SCMP_SYS(sethostname),
	SCMP_SYS(setdomainname), SCMP_SYS(quotactl), SCMP_SYS(acct),
	SCMP_SYS(iopl), SCMP_SYS(ioperm), SCMP_SYS(listen),
	SCMP_SYS(io_uring_setup), SCMP_SYS(memfd_create), SCMP_SYS(pidfd_getfd),
	SCMP_SYS(process_madvise), SCMP_SYS(kcmp),
	SCMP_SYS(open_by_handle_at) };

#define RULE(ctx, call, ...)                                                   \
	confine_rule(seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(call),     \
	    __VA_ARGS__))

static void
confine_rule(int error)
{
	if (error != 0)
		errx(EX_CONFIG, "confine: no rule: %s", strerror(-error));
}

static void
confine_forbid(scmp_filter_ctx ctx)
{
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), never[i], 0) !=
		    0)
			errx(EX_CONFIG, "confine: no rule for system call %d",
			    never[i]);
	/* Typing for the user of the terminal. */
	confine_rule(
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
	        SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, TIOCSTI)));
	confine_rule(
	    seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
	        SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, TIOCLINUX)));
}

static void
confine_allow(scmp_filter_ctx ctx, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0) != 0)
			errx(EX_CONFIG, "confine: no rule for system call %d",
			    calls[i]);
}

#define ALLOW(ctx, list)                                                       \
	confine_allow(ctx, list, sizeof(list) / sizeof(list[0]))

/* open(2) and openat(2), but for reading only. */
static void
allow_open_to_read(scmp_filter_ctx ctx)
{
	const uint64_t mask = O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE;
	const uint64_t want = O_RDONLY;
	/* O_TMPFILE includes O_DIRECTORY, which reading may say. */
	const uint64_t bits = mask & ~(uint64_t)O_DIRECTORY;

	RULE(ctx, open, 1, SCMP_A1(SCMP_CMP_MASKED_EQ, bits, want));
	RULE(ctx, openat, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, bits, want));
}

/* Memory that is not code; signals to ourselves (abort, raise); our limits. */
static void
allow_for_ourselves(scmp_filter_ctx ctx)
{
	const uint64_t us = (uint64_t)getpid();

	RULE(ctx, mmap, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	RULE(ctx, mprotect, 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	RULE(ctx, tgkill, 1, SCMP_A0(SCMP_CMP_EQ, us, 0));
	RULE(ctx, prlimit64, 1, SCMP_A0(SCMP_CMP_EQ, 0, 0));
}

/* Not F_SETOWN, which has signals sent to others. */
static void
allow_fcntl(scmp_filter_ctx ctx)
{
	static const int what[] = { F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD,
		F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW };

	for (size_t i = 0; i < sizeof(what) / sizeof(what[0]); i++)
		RULE(ctx, fcntl, 1, SCMP_A1(SCMP_CMP_EQ, (uint64_t)what[i], 0));
}

/* isatty(3), and what hides a password that is typed; not TIOCSTI, which types
 * for its user.  usbdevfs has the letter U. */
static void
allow_ioctl(scmp_filter_ctx ctx, unsigned may)
{
	RULE(ctx, ioctl, 1, SCMP_A1(SCMP_CMP_EQ, TCGETS, 0));
	RULE(ctx, ioctl, 1, SCMP_A1(SCMP_CMP_EQ, TIOCGWINSZ, 0));
	if (may & MAY_ASK)
		RULE(ctx, ioctl, 1, SCMP_A1(SCMP_CMP_EQ, TCSETSF, 0));
	if (may & MAY_USE_USB)
		RULE(ctx, ioctl, 1,
		    SCMP_A1(SCMP_CMP_MASKED_EQ, 0xff00, 'U' << 8));
}

static void
allow_sockets(scmp_filter_ctx ctx, int type)
{
	static const int families[] = { AF_INET, AF_INET6 };
	const uint64_t bits = ~(uint64_t)(SOCK_CLOEXEC | SOCK_NONBLOCK);

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		RULE(ctx, socket, 2,
		    SCMP_A0(SCMP_CMP_EQ, (uint64_t)families[i], 0),
		    SCMP_A1(SCMP_CMP_MASKED_EQ, bits, (uint64_t)type));
}

static void
allow_by_row(scmp_filter_ctx ctx, unsigned may)
{
	ALLOW(ctx, always);
	allow_for_ourselves(ctx);
	allow_fcntl(ctx);
	allow_ioctl(ctx, may);
	if (may & MAY_USE_USB)
		ALLOW(ctx, usb);
	if (may &
	    (MAY_READ_FILES | MAY_WRITE_FILES | MAY_USE_STORE | MAY_USE_USB))
		ALLOW(ctx, reading);
	if (may & (MAY_WRITE_FILES | MAY_USE_STORE))
		ALLOW(ctx, writing);
	else if (may & (MAY_READ_FILES | MAY_USE_USB))
		allow_open_to_read(ctx);
	if (may & (MAY_LISTEN | MAY_CONNECT))
		ALLOW(ctx, network);
	if (may & MAY_LISTEN)
		ALLOW(ctx, listening);
	if (may & MAY_CONNECT) {
		ALLOW(ctx, connecting);
		allow_sockets(ctx, SOCK_STREAM);
	}
	if (may & MAY_USE_UDP)
		allow_sockets(ctx, SOCK_DGRAM);
}

/* --- files and ports ----------------------------------------------------- */

static const uint64_t rights[] = {
	[CONFINE_READ] = FILE_READ,
	[CONFINE_LIST] = FOLDER_READ,
	[CONFINE_TREE] = FILE_READ | FOLDER_READ,
	[CONFINE_CHANGE] = FILE_READ | FILE_WRITE | FILE_TRUNCATE,
	/* Not to read what is in the folder. */
	[CONFINE_MAKE] = FILE_WRITE | FILE_TRUNCATE | FOLDER_READ |
	    FOLDER_MAKE_FILE | FOLDER_REMOVE_FILE,
	[CONFINE_STORE] = FILE_READ | FILE_WRITE | FILE_TRUNCATE | FOLDER_READ |
	    FOLDER_MAKE_FILE | FOLDER_REMOVE_FILE,
	[CONFINE_SPOOL] = FILE_READ | FILE_WRITE | FILE_TRUNCATE | FOLDER_READ |
	    FOLDER_MAKE_FILE | FOLDER_REMOVE_FILE | FOLDER_MAKE_FOLDER |
	    FOLDER_REMOVE_FOLDER | FOLDER_MAKE_PIPE | FOLDER_MAKE_LINK,
	[CONFINE_SITE] = FILE_READ | FILE_WRITE | FILE_TRUNCATE | FOLDER_READ |
	    FOLDER_MAKE_FILE | FOLDER_REMOVE_FILE | FOLDER_MAKE_FOLDER |
	    FOLDER_REMOVE_FOLDER,
	[CONFINE_FOLDERS] = FOLDER_READ | FOLDER_MAKE_FOLDER,
	[CONFINE_EMPTY] = FOLDER_REMOVE_FOLDER,
	[CONFINE_DEVICE] = FILE_READ | FILE_WRITE | FILE_IOCTL | FOLDER_READ,
};

static struct landlock *rules; /* NULL: none yet, or the kernel has none */
static bool connects[UINT16_MAX + 1]; /* to this port */
static bool files_confined;

/* Once: then nothing is allowed until a rule says so. */
static void
rules_begin(bool all)
{
	static bool begun;

	if (!begun && CAGED)
		rules = landlock_new(all);
	begun = true;
}

/* An operand may turn out to be a folder, which is then told. */
static uint64_t
confine_right(enum confine_use use, const char *path)
{
	struct stat st;

	if (use == CONFINE_READ && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return FOLDER_READ;
	return rights[use];
}

void
confine_path(enum confine_use use, const char *path)
{
	assert(!files_confined);
	rules_begin(true);
	if (rules != NULL)
		landlock_path(rules, path, confine_right(use, path));
}

void
confine_connect(uint16_t port)
{
	assert(!files_confined);
	connects[port] = true;
}

static void
allow_ports(struct landlock *l, unsigned may)
{
	for (unsigned port = 0; port <= UINT16_MAX; port++)
		if (connects[port])
			landlock_port(l, (uint16_t)port, PORT_CONNECT);
	if (may & MAY_CONNECT)
		landlock_port(l, 0, PORT_BIND); /* any that is free */
}

void
confine_files(unsigned may)
{
	if (files_confined)
		return;
	rules_begin((may & MAY_RUN_PROGRAMS) == 0);
	if (rules != NULL) {
		allow_ports(rules, may);
		landlock_close(rules);
	}
	rules = NULL;
	files_confined = true;
}

const char *
confine_lacks(unsigned may)
{
	int version = landlock_version();

	if (version == 0)
		return "this kernel has no Landlock: the program could still "
		       "open other files than it needs";
	if (version < 4 && (may & MAY_CONNECT) != 0)
		return "this kernel's Landlock knows no ports: the program "
		       "could still connect to other ports than it needs";
	return NULL;
}

void
confine(unsigned may)
{
	scmp_filter_ctx ctx;

	confine_files(may);
	if (!CAGED)
		return;
	ctx = seccomp_init(
	    may & MAY_RUN_PROGRAMS ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM));
	if (ctx == NULL)
		errx(EX_CONFIG, "confine: no memory for the filter");
	/* The threads of libraries too. */
	if (seccomp_attr_set(ctx, SCMP_FLTATR_CTL_TSYNC, 1) != 0)
		errx(EX_CONFIG, "confine: no filter for all threads");
	if (may & MAY_RUN_PROGRAMS)
		confine_forbid(ctx);
	else
		allow_by_row(ctx, may);
	errno = -seccomp_load(ctx);
	if (errno != 0)
		err(EX_CONFIG, "confine: the kernel refuses the filter");
	seccomp_release(ctx);
}
