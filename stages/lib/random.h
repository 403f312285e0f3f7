#ifndef RANDOM_H
#define RANDOM_H

/* random - the system's strong random bytes, getrandom(2). */
#include <stddef.h>

#include "password.h"

/* Ends the program with 71 when there are none. */
void random_bytes(void *to, size_t len);

/* A password as password_generate has it. */
void random_password(char to[PASSWORD_MADE + 1]);

#endif
