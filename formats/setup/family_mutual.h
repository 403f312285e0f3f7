#ifndef FAMILY_MUTUAL_H
#define FAMILY_MUTUAL_H

/*
 * family_mutual - the machine demands a console's certificate on port 16993
 * (mutual TLS), for family_tls, family_roots and the engine.
 *
 * Nobody without one gets in, and neither do we.  So it is turned on last, once
 * everything else was read back; with port 16992 open at first, which is shut
 * once a handshake with the console's certificate has worked (profile.md, 4.4).
 * Until then it is a way back, which is taken where the profile allows it.
 */
#include "setup/family.h"

/* Does the profile ask for it? */
bool family_mutual_wanted(const struct setup *s);
/* Is port 16992 to be trusted where it refuses the console's certificate? */
bool family_mutual_may_fall_back(const struct setup *s);
/* And it was not looked at in this conversation. */
bool family_mutual_due(const struct setup *s);
/* Turns it on, or finds what hinders that; then rules.want->verified. */
enum setup_next family_mutual(struct setup *s);

/* What the instance of AMT_TLSSettingData that was read, of a machine with
 * mutual TLS, has otherwise is noted: its names, and an open port 16992. */
void family_mutual_compare(struct setup *s);

/* Roots are added while it is off: once in a conversation it is turned off, and
 * all settings begin again.  Not where the console's certificate has ended or
 * has a name that keeps it from being turned on again. */
bool family_mutual_may_turn_off(const struct setup *s);
enum setup_next family_mutual_off(struct setup *s);

#endif
