#ifndef OUTFILE_H
#define OUTFILE_H

/*
 * outfile - a file that appears whole under its name or not at all.
 *
 * What has the name already may be a file, which is replaced, and nothing
 * else: who writes to /dev/full, a FIFO or a link wants what it is, and not a
 * file in its place.
 *
 * It is made without a name in the folder of its final one (O_TMPFILE), so
 * that an end of any kind, kill -9 too, leaves nothing behind; then flushed,
 * synced and put in place by a rename.  The folder is opened once; below a site
 * that is done as sitefile does it, and what root makes there is the site
 * owner's.
 *
 * "-" is standard output, in every program; "./-" is a file of that name.
 */
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

struct outfile {
	FILE *f;          /* write here */
	const char *path; /* borrowed */
	const char *name; /* its last part */
	int dir;          /* the folder; -1 when closed */
	bool standard;    /* it is standard output */
	char temporary[300];
};

/* 0, or -1 with errno and outfile_why.  mode is what the file gets, whatever
 * the umask.
 *
 * As "-" it goes to standard output; from then on the program's own words go to
 * standard error, for what is written is read by another program.  What only
 * its owner may read (mode) has secrets, which do not go to a terminal. */
int outfile_open(struct outfile *o, const char *path, mode_t mode);

/* The same; what was written can be read back. */
int outfile_open_both(struct outfile *o, const char *path, mode_t mode);

/* The argument of -o where standard output is what there is without -o; NULL
 * for
 * "-". */
const char *outfile_option(const char *arg);

/* The same where standard output cannot be: ends the program with 64 and the
 * reason for "-", as in "keys are issued with their file". */
const char *outfile_no_stdout(const char *arg, const char *reason);

/* Why one of these calls failed; never empty. */
const char *outfile_why(void);

/* 0, or -1 with errno and nothing changed under path. */
int outfile_commit(struct outfile *o);

/* The same without waiting for the disk: for what can be made again. */
int outfile_place(struct outfile *o);

/* As outfile_commit, but never in the place of a file that is there (EEXIST):
 * for what exists once. */
int outfile_commit_new(struct outfile *o);

/* Nothing is left of it; errno stays as it was. */
void outfile_abandon(struct outfile *o);

/* What is written to standard output goes into the file: before stage_confine.
 * Commit it after stage_end.  0, or -1 with errno. */
int outfile_as_stdout(const struct outfile *o);

/* Is fd a file with nothing in it yet?  What is not written there is a hole,
 * and reads as zeroes. */
bool outfile_is_new(int fd);

#endif
