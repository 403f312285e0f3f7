#ifndef SITEFILE_H
#define SITEFILE_H

/*
 * sitefile - opens what lies below a site's folder.
 *
 * Root works on sites of a service user, who may put anything there: so below
 * the site no link is followed, in no part of a path; what is opened is a
 * regular file of an owner that is ours, and opening never waits, as a FIFO
 * makes one wait.  Ours are root, the user that we are, and whom the site, or
 * the folder that the file lies in, belongs to; one that is not the folder
 * owner's has no other name (hard link).  What root makes below a site
 * goes to the owner of the folder that it lies in, or the site's owner were
 * locked out.
 *
 * Other paths are the caller's own matter and opened as open(2) does it.  The
 * site is the folder that sitefile_site was given, else the one in AMT_SITE,
 * which bin/site.sh sets; what lies below it is recognised by what the parts of
 * a path lead to, not by how they are spelled.  All of this may come after
 * stage_confine: it needs open(2) with O_PATH for folders, and stat(2).
 *
 * Whatever fails answers -1 with errno, and sitefile_why has it in words.
 */
#include <stdbool.h>
#include <sys/types.h>

/* Which site it is; dir is borrowed. */
void sitefile_site(const char *dir);

/* Whose the site is; false when there is no site. */
bool sitefile_owner(uid_t *uid, gid_t *gid);

enum sitefile_how {
	SITEFILE_STRICT = 1,  /* as a file of a site wherever it lies */
	SITEFILE_TRUSTED = 2, /* below the site: others may not write it */
};

/* An existing file; flags is O_RDONLY or O_RDWR. */
int sitefile_open(const char *path, int flags, unsigned how);

/* The same by name in a folder that is open, strict; with O_CREAT in flags it
 * is made with that mode, and given to whom the folder belongs. */
int sitefile_open_at(int dir, const char *name, int flags, mode_t mode);

/* A new file, below a site given to whom its folder belongs; what is there
 * is EEXIST. */
int sitefile_create(const char *path, mode_t mode);

/* Is the owner of what has this status ours?  dir: the folder it lies in. */
struct stat;
bool sitefile_is_ours(const struct stat *st, int dir);

/* A folder that files are opened in and listed from. */
int sitefile_folder(const char *path);

/* The folder that path is in (O_PATH), *name is the last part of path, and
 * *below says whether the folder is the site's or lies below it: also when a
 * link from elsewhere led there. */
int sitefile_parent(const char *path, const char **name, bool *below);

/* The folder site/name, where name may have several parts.  It is made, and
 * given to whom the site belongs, unless it is there. */
int sitefile_make_folder(const char *site, const char *name);

/* A folder for output with those above it, made unless they are there; what
 * lies below the site is made as sitefile_make_folder does it. */
int sitefile_make_path(const char *path);

/* Closes fd, once something failed: errno stays why.  Always -1. */
int sitefile_close(int fd);

/* As root: fd goes to whom the folder dir belongs.  Nothing for others. */
int sitefile_give(int fd, int dir);

const char *sitefile_why(void);

#endif
