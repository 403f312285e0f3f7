#ifndef BUNDLE_H
#define BUNDLE_H

/*
 * bundle - the files in a container that a stranger packed.
 *
 * Containers: zip (PKWARE APPNOTE 6.3.10; stored or deflated and what else
 * libarchive inflates, ZipCrypto and WinZip AES; also behind a program that
 * unpacks it), 7z, tar, alone or within gzip, bzip2, xz, zstd or compress (.Z).
 * A member that is a container itself is opened
 * too, one level deep.  Anything else is a file by itself.  Nothing is ever
 * written to disk and no name reaches the file system.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

/* What file systems take as one name, for the whole path. */
#define BUNDLE_NAME 255

enum bundle_limits {
	/* A list a machine model and a day is about 300 files. */
	BUNDLE_MEMBERS = 1000,
	/* Key lists are mostly random: they shrink to a half or a tenth. */
	BUNDLE_RATIO = 100,
	/* Below this ratio says little: one block of zeros is a good 1000. */
	BUNDLE_RATIO_FROM = 1 << 20,
	/* zip, 7z and programs from a pipe, a container in another, what a
	 * .Z holds: in memory. */
	BUNDLE_HELD = 48 << 20,
	BUNDLE_DEPTH = 2,
};

/* 20 million keys as CSV, or 5 million as XML. */
#define BUNDLE_TOTAL ((uint64_t)2 << 30)

struct bundle_fns {
	/*
	 * A file of the bundle begins, goes on (any number of pieces), ends.
	 * name: UTF-8, below a container "inner.zip/keys.csv"; NULL for the
	 * whole of an input that is no container.
	 */
	void (*begin)(void *arg, const char *name);
	void (*data)(void *arg, const void *buf, size_t len);
	void (*end)(void *arg);
	/* The password of encrypted members, or NULL. */
	const char *(*password)(void *arg);
	void *arg;
};

/*
 * Reads fd to its end.  0, or -1 with f->why, which names the member; what was
 * given to fns by then must not be taken for the bundle.
 */
int bundle_read(int fd, const struct bundle_fns *fns, struct fault *f);

#endif
