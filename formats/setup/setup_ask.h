#ifndef SETUP_ASK_H
#define SETUP_ASK_H

/*
 * setup_ask - the requests of the conversation, by what they hold.  For
 * setup_steps alone.
 */
#include "setup/setup_talk.h"

void ask_get(struct setup *s, struct writer *w);
void ask_plain_call(struct setup *s, struct writer *w);
void ask_enumerate(struct setup *s, struct writer *w);
void ask_pull(struct setup *s, struct writer *w);
void ask_set_clock(struct setup *s, struct writer *w);
void ask_set_mebx(struct setup *s, struct writer *w);
void ask_set_admin(struct setup *s, struct writer *w);
void ask_put_names(struct setup *s, struct writer *w);
/* base64 of the 16 raw bytes of MD5(admin:realm:admin_next).  0, or -1 when
 * the realm is too long. */
int setup_digest(const struct setup *s, const char *realm,
    char to[SETUP_DIGEST]);
/* What the settings lack; how many changes that is. */
#define SETUP_CHANGES_MAX 4
size_t setup_changes(const struct setup *s,
    struct message_pair to[SETUP_CHANGES_MAX]);

#endif
