/*
 * A container from raw bytes: members come one after the other, under names
 * that stay below the folder, within their limits; and what was taken whole
 * left nothing open.  The first byte says how it is read: as a file, that
 * can be wound back, or as a pipe.
 */
#include "keys/bundle.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct seen {
	unsigned members;
	uint64_t total;
	bool open;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__asan_default_options(void);

/* As in bundle-open(1), which sets a limit of memory: what a container asks
 * for above it is not to be had. */
const char *
__asan_default_options(void)
{
	return "allocator_may_return_null=1:max_allocation_size_mb=400";
}

/* No part of the path may climb, and none starts at the root. */
static void
check_name(const char *name)
{
	const char *part = name;

	if (name[0] == '\0' || name[0] == '/' ||
	    strlen(name) > BUNDLE_DEPTH * (BUNDLE_NAME + 1))
		abort();
	while (part != NULL) {
		if (strncmp(part, "..", 2) == 0 &&
		    (part[2] == '/' || part[2] == '\0'))
			abort();
		part = strchr(part, '/');
		part = part == NULL ? NULL : part + 1;
	}
}

static void
begin(void *arg, const char *name)
{
	struct seen *s = arg;

	if (s->open || ++s->members > BUNDLE_MEMBERS)
		abort();
	s->open = true;
	if (name != NULL)
		check_name(name);
}

static void
data_of(void *arg, const void *buf, size_t len)
{
	struct seen *s = arg;

	s->total += len;
	if (!s->open || buf == NULL || s->total > BUNDLE_TOTAL)
		abort();
}

static void
end(void *arg)
{
	struct seen *s = arg;

	if (!s->open)
		abort();
	s->open = false;
}

static const char *
password(void *arg)
{
	(void)arg;
	return "secret";
}

/* A pipe holds 64 KiB; a longer input is read as a file. */
static int
input_of(const uint8_t *data, size_t size, bool piped)
{
	int fd[2];

	if (piped && size <= 65536) {
		if (pipe(fd) == -1)
			abort();
		if (write(fd[1], data, size) != (ssize_t)size)
			abort();
		(void)close(fd[1]);
		return fd[0];
	}
	fd[0] = memfd_create("bundle", 0);
	if (fd[0] == -1 || write(fd[0], data, size) != (ssize_t)size ||
	    lseek(fd[0], 0, SEEK_SET) != 0)
		abort();
	return fd[0];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct seen s = { 0 };
	struct bundle_fns fns = { begin, data_of, end, password, &s };
	struct fault f = { 0 };
	int fd;

	if (size == 0)
		return 0;
	fd = input_of(data + 1, size - 1, data[0] == 'p');
	if (bundle_read(fd, &fns, &f) == -1) {
		if (f.why[0] == '\0')
			abort();
	} else if (s.open) {
		abort();
	}
	(void)close(fd);
	return 0;
}
