#ifndef OUTFILE_H
#define OUTFILE_H

/*
 * outfile - a file that appears whole under its name or not at all.
 *
 * It is made without a name in the folder of its final one (O_TMPFILE), so
 * that an end of any kind, kill -9 too, leaves nothing behind; then flushed,
 * synced and put in place by a rename.
 */
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct outfile {
	FILE *f;          /* write here */
	const char *path; /* borrowed */
	char temporary[4096];
};

/* 0, or -1 with errno.  mode is what the file gets, whatever the umask. */
int outfile_open(struct outfile *o, const char *path, mode_t mode);

/* The same; what was written can be read back. */
int outfile_open_both(struct outfile *o, const char *path, mode_t mode);

/* 0, or -1 with errno and nothing changed under path. */
int outfile_commit(struct outfile *o);

/* The same without waiting for the disk: for what can be made again. */
int outfile_place(struct outfile *o);

/* As outfile_commit, but never in the place of a file that is there (EEXIST):
 * for what exists once. */
int outfile_commit_new(struct outfile *o);

void outfile_abandon(struct outfile *o);

/* Is fd a file with nothing in it yet?  What is not written there is a hole,
 * and reads as zeroes. */
bool outfile_is_new(int fd);

#endif
