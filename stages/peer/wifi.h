#ifndef PEER_WIFI_H
#define PEER_WIFI_H

/* wifi - profiles of WiFi, and whether they or remote access use a
 * certificate. */
#include "peer/service.h"

/* Properties of a profile that no read shows: names that no XML element can
 * have. */
#define WIFI_CLIENT " client"
#define WIFI_ROOT " root"
#define WIFI_DOT1X " 8021x"

extern const struct class *const wifi_profile_class,
    *const wifi_capability_class;

bool wifi_of_user(const struct instance *i);
unsigned wifi_add(struct call *c); /* wifiset.c */
unsigned wifi_update(struct call *c);

bool wifi_uses(struct machine *m, const struct instance *cert);
bool remote_uses(struct machine *m, const struct instance *cert);

#endif
