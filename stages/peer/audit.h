#ifndef PEER_AUDIT_H
#define PEER_AUDIT_H

/* audit - does the audit log keep the device from being unprovisioned? */
#include "peer/machine.h"

bool audit_blocks(struct machine *m);

#endif
