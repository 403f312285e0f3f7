#ifndef PLANROOTS_H
#define PLANROOTS_H

/*
 * planroots - which public roots the machines heard so far list in their
 * hellos: whose certificates reach how many of them.
 */
#include <stdint.h>

#include "store/store.h"

/* To standard output; now is for roots that have ended. */
void planroots_show(struct store *s, const char *dir, int64_t now);

#endif
