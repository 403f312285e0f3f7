#ifndef DERIVE_H
#define DERIVE_H

/*
 * derive - a machine's password from a master text and its UUID: whoever has
 * the master can compute it, on any system and without the store.
 *
 * HMAC-SHA256 with the bytes of the master as its key, of the text
 * "WHAT UUID", where WHAT is admin-password or mebx-password and the UUID is as
 * uuid_format writes it.  password_from_hash makes the password of it.
 * profile(5) has the formula for others to follow.
 */
#include "base/fault.h"
#include "base/password.h"
#include "base/uuid.h"

/* Of the master, in bytes.  What a machine's password tells of a short one, a
 * search through all finds out. */
#define DERIVE_MASTER_MIN 16
#define DERIVE_MASTER_MAX 128

#define DERIVE_ADMIN "admin-password"
#define DERIVE_MEBX "mebx-password"

/* 0, or -1: no memory.  The caller wipes pw. */
int derive_password(char pw[PASSWORD_MADE + 1], const char *master,
    const char *what, const uint8_t uuid[UUID_LEN]);

#endif
