#ifndef KEYROW_H
#define KEYROW_H

/*
 * keyrow - one key of a key list, checked, whatever the list's form.
 *
 * Holds secrets: who has one wipes it.
 */
#include <stdbool.h>

#include "base/fault.h"
#include "base/password.h"
#include "keys/pidpps.h"

/* Of the note: room for a serial, a UUID, a MAC and two numbers. */
#define KEYROW_NOTE_MAX 255

struct keyrow {
	char pid[PID_LEN + 1];
	char pps[PPS_LEN + 1];
	/* The MEBx password of now and the one it gets; "" unknown or none. */
	char mebx_now[PASSWORD_MAX + 1];
	char mebx_next[PASSWORD_MAX + 1];
	bool used;
	char note[KEYROW_NOTE_MAX + 1];
};

/* The same as a list has them; NULL where it has no such column. */
struct keyrow_text {
	const char *pid;
	const char *pps;
	const char *mebx_now;
	const char *mebx_next;
	const char *used; /* 0, 1, false, true, no, yes or empty */
	const char *note; /* as keyrow_note makes it */
};

/*
 * Checks t and copies it to *k.  0, or -1 with *f filled and *k wiped but for
 * its pid as pid_as_written has it.  The fault names the key by its PID, once
 * that is known, and has no place.
 */
int keyrow_read(struct keyrow *k, const struct keyrow_text *t, struct fault *f);

/*
 * Adds what a list says of the machine to its note: "serial=SN-0001;
 * order=17".  name NULL: the text alone.  Line ends and other control
 * characters become blanks; what does not fit is cut, at a character's
 * boundary.  An empty or NULL text adds nothing.
 */
void keyrow_note(char note[KEYROW_NOTE_MAX + 1], const char *name,
    const char *text);

#endif
