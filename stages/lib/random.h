#ifndef RANDOM_H
#define RANDOM_H

/* random - the system's strong random bytes, getrandom(2), and what is made
 * of them. */
#include <stddef.h>

#include "base/password.h"
#include "keys/pidpps.h"

/* Ends the program with 71 when the system has no random bytes. */
void random_bytes(void *to, size_t len);

/* A password as password_generate has it. */
void random_password(char to[PASSWORD_MADE + 1]);

/* A pair as pidpps_generate has it. */
void random_pidpps(char pid[PID_LEN + 1], char pps[PPS_LEN + 1]);

#endif
