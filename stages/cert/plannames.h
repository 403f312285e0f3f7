#ifndef PLANNAMES_H
#define PLANNAMES_H

/*
 * plannames - names for certificates that are for all machines of a site's
 * map: as few as the rules of releases allow (suffix.h).
 */
#include "store/store.h"

/* To standard output. */
void plannames_show(struct store *s, const char *dir);

#endif
