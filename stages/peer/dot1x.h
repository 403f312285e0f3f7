#ifndef PEER_DOT1X_H
#define PEER_DOT1X_H

/* dot1x - 802.1X of the wired port, of both generations, and the settings that
 * belong to WiFi profiles. */
#include "peer/service.h"

/* IEEE8021xSettingsInput of a call, to be attached; NULL with *why or
 * c->fault.  client: the call has a certificate for it. */
struct instance *dot1x_embedded(struct call *c, bool client, const char **why);
/* Its InstanceID, in place of settings of that name. */
const char *dot1x_attach(struct machine *m, struct instance *i);
void dot1x_remove(struct machine *m, const char *id);

bool dot1x_uses(struct machine *m, const struct instance *cert);

#endif
