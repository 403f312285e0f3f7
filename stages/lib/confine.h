#ifndef CONFINE_H
#define CONFINE_H

/*
 * confine - gives up, for the rest of the process, every system call, file and
 * port that the stage's row does not need (see enum stage_may in stage.h).
 * System calls by seccomp, files and ports by Landlock.
 */
#include <stdint.h>

enum confine_use {
	CONFINE_READ,    /* a file, or the names in a folder */
	CONFINE_LIST,    /* the names in a folder */
	CONFINE_TREE,    /* all that is in a folder, to read */
	CONFINE_CHANGE,  /* a file that is there, to read and write */
	CONFINE_MAKE,    /* files in a folder: to make, replace, remove */
	CONFINE_STORE,   /* the same, and to read them */
	CONFINE_SPOOL,   /* the same, and to rename whatever is in it */
	CONFINE_SITE,    /* as CONFINE_STORE, and folders */
	CONFINE_FOLDERS, /* to make folders in a folder, and list it */
	CONFINE_EMPTY,   /* to remove empty folders in a folder */
	CONFINE_DEVICE,  /* devices in a folder, with what drives them */
};

/* What the rules allow; before confine.  What is not there now, or cannot be
 * reached, cannot be used later either, unless its folder allows it. */
void confine_path(enum confine_use use, const char *path);
void confine_connect(uint16_t port);

/* Files and ports alone, for who starts threads before confine: Landlock's
 * rules are for this thread and those that it starts. */
void confine_files(unsigned may);

/* Ends the program with 78 when the kernel refuses. */
void confine(unsigned may);

/* What this kernel cannot forbid, or NULL. */
const char *confine_lacks(unsigned may);

#endif
