#ifndef PEER_UNPROVISION_H
#define PEER_UNPROVISION_H

/* unprovision - methods of AMT_SetupAndConfigurationService that undo it. */
#include "peer/service.h"

extern const struct method unprovision_methods[];

#endif
