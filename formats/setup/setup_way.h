#ifndef SETUP_WAY_H
#define SETUP_WAY_H

/*
 * setup_way - ways in: how the machine is reached and who it is.  It ends with
 * rules.want->arrived.
 */
#include "setup/setup_talk.h"

/* By its name in the jobs stream; NULL if not found. */
const struct setup_way *setup_way_find(const char *name);
extern const struct setup_way setup_way_psk, setup_way_pki, setup_way_managed;

/* Where both ways in begin. */
extern const struct setup_step setup_step_state;

/* The state of whoever answers; then his UUID, and rules.want->arrived. */
enum setup_next setup_took_state(struct setup *s, struct message *r);

/* Then what else the conversation must know: the version, the realm.  It ends
 * with setup_begin. */
enum setup_next setup_learn(struct setup *s);

/* Keeps AMT_GeneralSettings, with the digest realm in it. */
enum setup_next setup_keep_realm(struct setup *s, struct message *r);

/* The service with the state, for those who ask for it again. */
#define SETUP_SERVICE "AMT_SetupAndConfigurationService"
#define SETUP_GENERAL "AMT_GeneralSettings"

#endif
