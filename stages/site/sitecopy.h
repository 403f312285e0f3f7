#ifndef SITECOPY_H
#define SITECOPY_H

/*
 * sitecopy - the files of a site into another folder, for a backup and back.
 * Below both no link is followed, as sitefile has it; what is there already is
 * not replaced.  Ends the program with 66 when a file cannot be read, 73 or 74
 * when one cannot be made or written.
 */
#include <stdbool.h>

/* The file name of the folder from, with its rights, under the same name into
 * the folder to.  False when it is not there. */
bool sitecopy_file(const char *from, const char *to, const char *name);

/* All that a site consists of but its store and its key: settings, profile,
 * results that are not in the store yet, certificates. */
void sitecopy_all(const char *from, const char *to);

/* What is written below the folder is on the disk. */
void sitecopy_sync(const char *folder);

#endif
