#ifndef SETUP_APPLY_H
#define SETUP_APPLY_H

/*
 * setup_apply - settings, one after the other: read, compare, write what
 * differs, read back.  What a release lacks is left out and noted.
 */
#include "amt/message.h"
#include "setup/setting.h"

struct setup_refusal;

/* All rows of the table in their order, then rules.want->applied. */
enum setup_next setup_apply(struct setup *s);
/* From this row on. */
enum setup_next setup_apply_from(struct setup *s, const struct setting *row);
/* s->row is as it is wanted: the next one. */
enum setup_next setup_applied(struct setup *s);

/* Reads back what must be so after the commit; then rules.want->verified. */
enum setup_next setup_verify_settings(struct setup *s);

/* What the group is now: for setup_want's step. */
enum setup_next setup_took_verify(struct setup *s, struct message *r);

/* As setup_unsupported, while it is read back: it was noted before. */
bool setup_verify_unsupported(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

/* The sorts of settings, for the table. */
setting_apply_fn setup_property, setup_call, setup_list;

/* The value that s->job or its profile asks for, NULL none. */
const char *setup_wanted(const struct setup *s, const struct setting *row);
/* What the instance that was read lacks of the row's group; how many changes
 * that is. */
size_t setup_changes(const struct setup *s, const struct setting *row,
    struct message_pair to[MESSAGE_CHANGES_MAX]);
/* Client control mode does not let us: reported, and the next one is due. */
enum setup_next setup_denied(struct setup *s);
/* The machine has not even the class: of a profile's setting that is noted,
 * and the next one is due. */
bool setup_unsupported(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

#endif
