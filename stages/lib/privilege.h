#ifndef PRIVILEGE_H
#define PRIVILEGE_H

/*
 * privilege - from root to an ordinary user, for good.  After what needs root
 * was opened, before stage_confine.  Ends the program: 67 there is no such
 * user, 77 it cannot be done.  A program that is that user already goes on.
 */
void privilege_drop(const char *user);

/*
 * As root, becomes whom the site belongs to (see sitefile.h), when that is not
 * root: before what the site's own settings name is run.  Nothing for others.
 * Ends the program with 77 when it cannot.
 */
void privilege_drop_to_site(void);

#endif
