#ifndef PROFILEFILE_H
#define PROFILEFILE_H

/*
 * profilefile - reads a site's profile.xml.  Ends the program with 66 when it
 * cannot be read and 78 when it is no profile.  After stage_confine; the
 * caller wipes *p (profile_wipe).
 */
#include "plan/profile.h"

void profile_file(struct profile *p, const char *path);

#endif
