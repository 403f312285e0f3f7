#ifndef PEER_VALUES_H
#define PEER_VALUES_H

/* values - of one property; for instance.c and instancein.c only. */
#include "peer/instance.h"

size_t property_count(const struct class *c);
int property_index(const struct class *c, const char *name); /* -1: none */
bool property_there(const struct property *p, const struct machine *m);

void values_clear(struct values *v);
void values_add(struct values *v, const char *text, size_t len);
void values_copy(struct values *to, const struct values *from);
void values_initial(struct values *v, const struct property *p);

#endif
