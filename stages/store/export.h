#ifndef EXPORT_H
#define EXPORT_H

/*
 * export - no key is issued without its file, and no file has keys that
 * somebody else can get.  A file is a partner's, or the image of a stick.
 *
 *	reserve	one transaction: the export and its path are written down, its
 *		keys get its name and stay new; from now on nobody takes them
 *	write	the file is made, synced and given its name in one step
 *	settle	one transaction: is the file there and on the disk, its keys are
 *		issued; is it not, they are free again and those made for it
 *		are gone
 *
 * A run that is killed at any moment leaves a pending export, which the next
 * one settles by looking for the file.  So a file that a killed run left must
 * stay where it is until then.  The caller sees to it that no export is
 * settled while it is being written (amt-export and amt-sticks hold a lock).
 */
#include <stdint.h>

#include "store/store.h"

#define EXPORT_NAME 32

/*
 * Inside a transaction: writes down a pending export and gives its name, what
 * its keys have as their stick.  stick: NULL, or the name of a stick; then
 * that is its name.
 */
void export_begin(struct store *s, char name[EXPORT_NAME], const char *stick,
    const char *batch, const char *path, int64_t now);

struct export_end {
	int64_t id;
	const char *batch, *path;
	const char *stick; /* "": a partner's file */
	int64_t nkeys;     /* issued; 0: the file is not there */
	bool any; /* a stick whose record is for any number of machines */
};

/* Their files and the folders of these, which settling looks at. */
void export_paths(struct store *s, void (*fn)(const char *path));

/* Settles every pending export, each in a transaction, and tells of it. */
void export_settle(struct store *s, int64_t now,
    void (*tell)(const struct export_end *e));

#endif
