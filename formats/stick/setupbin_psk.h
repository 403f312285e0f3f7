#ifndef SETUPBIN_PSK_H
#define SETUPBIN_PSK_H

/*
 * setupbin_psk - the records of setup.bin that give a machine its PID and PPS.
 *
 * Source: Intel AMT Implementation and Reference Guide, "Entering the PID-PPS
 * Pair Using a USB Storage Device".  Variables: 1/1 the MEBx password the
 * machine has, 1/2 the one it gets, 2/1 PID, 2/2 PPS; from version 2 on also
 * 1/3, so that a machine with manageability switched off starts AMT.  Intel
 * defines PID and PPS as 8 and 32 characters, so they are written without
 * dashes; reading takes them with dashes too.
 */
#include "base/fault.h"
#include "base/password.h"
#include "keys/pidpps.h"
#include "stick/setupbin.h"

/* Secret: whoever holds one wipes it. */
struct setupbin_psk {
	char pid[PID_LEN + 1];
	char pps[PPS_LEN + 1];
	char mebx_now[PASSWORD_MAX + 1];  /* "" if not known */
	char mebx_next[PASSWORD_MAX + 1]; /* "" if not known */
};

/*
 * 1 and *p filled, check characters right; 0 when the record has neither PID
 * nor PPS; -1 with *f filled.  *p is wiped unless 1.  Passwords are as they
 * stand, also where they break the MEBx's rules, but UTF-8.
 */
int setupbin_psk_get(struct setupbin_psk *p, const struct setupbin_record *r,
    struct fault *f);

/*
 * Fills *p from text, a record's columns: upper case and dashes as pid_parse
 * has it, mebx_now "" for the factory's, state "new" or "issued": in any other
 * a machine could have the key, and it belongs on no stick.  -1 with *f filled
 * and *p wiped when a value is missing or breaks its rules.
 */
int setupbin_psk_take(struct setupbin_psk *p, const char *pid, const char *pps,
    const char *mebx_now, const char *mebx_next, const char *state,
    struct fault *f);

/*
 * Adds to a record what *p gives, but for variables that it has: the passwords,
 * of which a machine without a key has the factory's (p NULL), or all of them.
 */
int setupbin_psk_add_passwords(struct setupbin_record *r,
    const struct setupbin_psk *p, struct fault *f);
int setupbin_psk_add(struct setupbin_record *r, const struct setupbin_header *h,
    const struct setupbin_psk *p, struct fault *f);

/* The record of a filled *p for a file of that header: valid, plain. */
int setupbin_psk_put(struct setupbin_record *r, const struct setupbin_header *h,
    uint32_t number, const struct setupbin_psk *p, struct fault *f);

#endif
