#ifndef SETUP_LINE_H
#define SETUP_LINE_H

/*
 * setup_line - the connection under the conversation: the ladder of TLS
 * versions, passwords that are refused, and replies that never came.
 */
#include "setup/setup_talk.h"

/* No HTTP answer. */
enum setup_next setup_unanswered(struct setup *s, const struct setup_reply *in);
/* From the rung that worked at this machine before. */
void setup_ladder_begin(struct setup *s);
/* Whom to know the machine by away from home. */
void setup_note_realm(struct setup *s, const char *realm);
/* At home, on a connection of this version. */
void setup_connected(struct setup *s, enum setup_tls tls);
/* A 401. */
enum setup_next setup_login_failed(struct setup *s,
    const struct setup_reply *in);
/* Away from home: is it another machine than the one that was met there? */
bool setup_is_foreign(const struct setup *s, const struct setup_reply *in);
enum setup_next setup_foreign(struct setup *s, const struct setup_reply *in);

#endif
