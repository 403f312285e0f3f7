#ifndef PEER_USERS_H
#define PEER_USERS_H

/*
 * users - the users of a device besides its administrator: how they log in and
 * what they may do.
 */
#include "peer/service.h"

extern const struct class users_classes[];
extern const struct method users_methods[]; /* of AMT_AuthorizationService */

/* 1 to 16 printable ASCII characters, no $$ in front. */
bool user_name_good(const char *name);
/* The digest user of that name, or NULL. */
struct instance *user_find(struct machine *m, const char *name);
/* His credential; NULL, or why he may not log in from the network. */
const char *user_credential(struct credential *cred, const struct instance *u);
bool user_has_realm(const struct instance *u, unsigned realm);
/* May the user (NULL: the administrator) read or write the class? */
bool user_allowed(struct machine *m, const struct instance *u,
    const char *class, bool writes);

#endif
