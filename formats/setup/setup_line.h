#ifndef SETUP_LINE_H
#define SETUP_LINE_H

/*
 * setup_line - the connection under the conversation: the ladder of TLS
 * versions, passwords that are refused, and replies that never came.
 */
#include "setup/setup_talk.h"

/* No HTTP answer. */
enum setup_next setup_unanswered(struct setup *s, const struct setup_reply *in);
/* A 401. */
enum setup_next setup_login_failed(struct setup *s,
    const struct setup_reply *in);
/* At the plain port: is it another than the machine that the key proved? */
bool setup_is_foreign(const struct setup *s, const struct setup_reply *in);
enum setup_next setup_foreign(struct setup *s, const struct setup_reply *in);

#endif
