#ifndef LANDLOCK_H
#define LANDLOCK_H

/*
 * landlock - the files and TCP ports that this process may use from here on
 * (landlock(7)).  By system calls, as the C library has no functions for it;
 * what the kernel's version does not know is left out.
 */
#include <stdbool.h>
#include <stdint.h>

struct landlock;

/* What the kernel has: 0 none, 1 files, ... 4 TCP ports, 6 signals. */
int landlock_version(void);

/*
 * Nothing is allowed until it is said, and no signals to others.  all: false
 * leaves files and ports alone.  Ends the program with 78 when the kernel
 * refuses; NULL when it knows nothing of what is asked for.
 */
struct landlock *landlock_new(bool all);

/* A file, or a folder with all that is in it.  may: FILE_... and
 * FOLDER_..., which are left out for a file.  What is not
 * there is not allowed. */
void landlock_path(struct landlock *l, const char *path, uint64_t may);

/* may: PORT_... */
void landlock_port(struct landlock *l, uint16_t port, uint64_t may);

/* For this thread and those that it starts.  Takes l. */
void landlock_close(struct landlock *l);

/* <linux/landlock.h> of Debian 12 is older than the kernels that we meet. */
#define FILE_EXECUTE (1ULL << 0)
#define FILE_WRITE (1ULL << 1)
#define FILE_READ (1ULL << 2)
#define FOLDER_READ (1ULL << 3)
#define FOLDER_REMOVE_FOLDER (1ULL << 4)
#define FOLDER_REMOVE_FILE (1ULL << 5)
#define FOLDER_MAKE_FOLDER (1ULL << 7)
#define FOLDER_MAKE_FILE (1ULL << 8)
#define FOLDER_MAKE_PIPE (1ULL << 10)
#define FOLDER_MAKE_LINK (1ULL << 12)
#define FILE_TRUNCATE (1ULL << 14)
#define FILE_IOCTL (1ULL << 15)
#define PORT_BIND (1ULL << 0)
#define PORT_CONNECT (1ULL << 1)

#endif
