#ifndef PROFILE_READ_H
#define PROFILE_READ_H

/*
 * profile_read - a <profile> element as a struct profile, by the table of
 * setting.h.  Faults name the line and the element; none quotes what may be a
 * password.
 */
#include <stdbool.h>

#include <libxml/tree.h>

#include "plan/profile.h"

/* A name of 1 to SETTINGS_PROFILE - 1 letters, digits, dots, dashes and
 * underscores, from n's attribute of that name. */
int profile_read_name(char to[SETTINGS_PROFILE], const xmlNode *n,
    const char *attribute, struct fault *f);

/* 0, or -1 with *f filled (at is the line); *p is wiped by the caller. */
int profile_read(struct profile *p, const xmlNode *n, struct fault *f);

#endif
