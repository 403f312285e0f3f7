#ifndef PEER_STATE_H
#define PEER_STATE_H

/* state - what devices know, kept in a file while amtpeer does not run. */
#include "peer/machine.h"

/* Both end the program when they cannot; a file that is not there is none of
 * these cases for the reading. */
void state_read(const struct fleet *fl, const char *path);
void state_write(const struct fleet *fl, const char *path);

#endif
