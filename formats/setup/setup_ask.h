#ifndef SETUP_ASK_H
#define SETUP_ASK_H

/*
 * setup_ask - the requests of the conversation, by what they hold, in the words
 * of its dialect.  For the steps alone.
 */
#include "setup/setup_talk.h"

void ask_get(struct setup *s, struct writer *w);
/* The class of s->items, from s->context on. */
void ask_items(struct setup *s, struct writer *w);
void ask_call(struct setup *s, struct writer *w,
    const struct message_pair *params, size_t nparams);
void ask_plain_call(struct setup *s, struct writer *w);
void ask_call_params(struct setup *s, struct writer *w); /* s->params */
void ask_enumerate(struct setup *s, struct writer *w);
void ask_pull(struct setup *s, struct writer *w);
void ask_set_clock(struct setup *s, struct writer *w);
void ask_extend(struct setup *s, struct writer *w);
void ask_set_mebx(struct setup *s, struct writer *w);
void ask_set_admin(struct setup *s, struct writer *w);
/* The instance that was read, with the changes put in. */
void ask_put(struct setup *s, struct writer *w,
    const struct message_pair *changes, size_t nchanges);
void ask_create(struct setup *s, struct writer *w,
    const struct message_pair *properties, size_t nproperties);
void ask_delete(struct setup *s, struct writer *w);

/* base64 of the 16 raw bytes of MD5(admin:realm:admin_next).  0, or -1 when
 * the realm is too long. */
int setup_digest(const struct setup *s, const char *realm,
    char to[SETUP_DIGEST]);

#endif
