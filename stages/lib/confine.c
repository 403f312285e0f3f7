#include "confine.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sysexits.h>

#include "stage.h"

/* Sanitizers need calls (ptrace, personality, tgkill...) that a stage never
 * makes; what they check is the code, not the cage. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CAGED 0
#else
#define CAGED 1
#endif

/* What libc needs to compute, allocate, read, write and end. */
static const int always[] = { SCMP_SYS(read), SCMP_SYS(readv), SCMP_SYS(write),
	SCMP_SYS(writev), SCMP_SYS(pread64), SCMP_SYS(close), SCMP_SYS(lseek),
	SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(ioctl),
	SCMP_SYS(fcntl), SCMP_SYS(mmap), SCMP_SYS(munmap), SCMP_SYS(mremap),
	SCMP_SYS(mprotect), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(futex),
	SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep),
	SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(nanosleep),
	SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(alarm),
	SCMP_SYS(setitimer), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(select),
	SCMP_SYS(pselect6), SCMP_SYS(getpid), SCMP_SYS(gettid),
	SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
	SCMP_SYS(getegid), SCMP_SYS(tgkill), SCMP_SYS(exit),
	SCMP_SYS(exit_group), SCMP_SYS(restart_syscall), SCMP_SYS(sysinfo),
	SCMP_SYS(prlimit64), SCMP_SYS(getrusage), SCMP_SYS(uname),
	SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
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

static const int listening[] = { SCMP_SYS(socket), SCMP_SYS(bind),
	SCMP_SYS(listen), SCMP_SYS(accept), SCMP_SYS(accept4) };

/* bind: a source address of one's own choice; not listen, not accept. */
static const int connecting[] = { SCMP_SYS(socket), SCMP_SYS(bind),
	SCMP_SYS(connect) };

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
	SCMP_SYS(iopl), SCMP_SYS(ioperm), SCMP_SYS(listen) };

static void
forbid(scmp_filter_ctx ctx)
{
	for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ERRNO(EPERM), never[i], 0) !=
		    0)
			errx(EX_CONFIG, "confine: no rule for system call %d",
			    never[i]);
}

static void
allow(scmp_filter_ctx ctx, const int *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, calls[i], 0) != 0)
			errx(EX_CONFIG, "confine: no rule for system call %d",
			    calls[i]);
}

#define ALLOW(ctx, list) allow(ctx, list, sizeof(list) / sizeof(list[0]))

/* open(2) and openat(2), but for reading only. */
static void
allow_open_to_read(scmp_filter_ctx ctx)
{
	const uint64_t mask = O_ACCMODE | O_CREAT | O_TRUNC | O_TMPFILE;
	const uint64_t want = O_RDONLY;
	/* O_TMPFILE includes O_DIRECTORY, which reading may say. */
	const uint64_t bits = mask & ~(uint64_t)O_DIRECTORY;

	if (seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(open), 1,
	        SCMP_A1(SCMP_CMP_MASKED_EQ, bits, want)) != 0 ||
	    seccomp_rule_add(ctx, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
	        SCMP_A2(SCMP_CMP_MASKED_EQ, bits, want)) != 0)
		errx(EX_CONFIG, "confine: no rule for open");
}

static void
allow_by_row(scmp_filter_ctx ctx, unsigned may)
{
	ALLOW(ctx, always);
	if (may & MAY_USE_USB)
		ALLOW(ctx, usb);
	if (may &
	    (MAY_READ_FILES | MAY_WRITE_FILES | MAY_USE_STORE | MAY_USE_USB))
		ALLOW(ctx, reading);
	if (may & (MAY_WRITE_FILES | MAY_USE_STORE))
		ALLOW(ctx, writing);
	else
		allow_open_to_read(ctx); /* libraries read their data late */
	if (may & (MAY_LISTEN | MAY_CONNECT))
		ALLOW(ctx, network);
	if (may & MAY_LISTEN)
		ALLOW(ctx, listening);
	if (may & MAY_CONNECT)
		ALLOW(ctx, connecting);
}

void
confine(unsigned may)
{
	scmp_filter_ctx ctx;

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
		forbid(ctx);
	else
		allow_by_row(ctx, may);
	errno = -seccomp_load(ctx);
	if (errno != 0)
		err(EX_CONFIG, "confine: the kernel refuses the filter");
	seccomp_release(ctx);
}
