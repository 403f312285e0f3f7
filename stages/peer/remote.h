#ifndef PEER_REMOTE_H
#define PEER_REMOTE_H

/* remote - servers that a device calls, and its rules for that. */
#include "peer/service.h"

extern const struct class *const remote_server_class,
    *const remote_rule_class, *const remote_applies_class;

/* The code, and the complaint that goes with it. */
unsigned remote_refused(const struct call *c, unsigned code, const char *why);
unsigned remote_add_rule(struct call *c); /* remoterule.c */

#endif
