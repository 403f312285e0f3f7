#ifndef PRIVILEGE_H
#define PRIVILEGE_H

/*
 * privilege - from root to an ordinary user, for good.  After what needs root
 * was opened, before stage_confine.  Ends the program: 67 there is no such
 * user, 77 it cannot be done.  A program that is that user already goes on.
 */
void privilege_drop(const char *user);

#endif
