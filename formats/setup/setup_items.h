#ifndef SETUP_ITEMS_H
#define SETUP_ITEMS_H

/*
 * setup_items - what families of settings share, those that need more than
 * setup_property, setup_call and setup_list: reading the instances of a class,
 * memory for what they found, and what they report.
 *
 * A family is a file family_NAME.c.  Its function in the table is called with
 * s->row set; it goes on with steps, and ends with setup_applied (the row is as
 * wanted), setup_apply_from(s, s->row + 1) (left as it is), or setup_end.
 */
#include <stdbool.h>
#include <stddef.h>

#include "amt/message.h"
#include "setup/setup.h"

struct setting;
struct settings;
struct setup_findings;

/* One instance: its class and its properties, valid for the call alone.  false:
 * there are more, or longer, than the family takes. */
typedef bool setup_item_fn(struct setup *s, const char *class,
    const struct message_node *properties);
typedef enum setup_next setup_then_fn(struct setup *s);

struct setup_items { /* private */
	const char *class;
	setup_item_fn *each;
	setup_then_fn *then, *lacks;
};

/*
 * Enumerates class, hands each instance to each once the list is complete, and
 * goes on with then.  lacks: where the release has no such class; NULL: the row
 * is noted as lacking, and the next one is due.
 */
enum setup_next setup_items(struct setup *s, const char *class,
    setup_item_fn *each, setup_then_fn *then, setup_then_fn *lacks);
/* What is kept of a list; for setup_free. */
void setup_items_free(struct setup *s);
void setup_findings_wipe(struct setup_findings *l);
/* What differs is to be written after all. */
void setup_undiffer(struct setup *s);
/* What has differed and does no more, as a secret that was sent, is changed:
 * else it would be reported as differing until the next visit. */
void setup_settle(struct setup *s);

/* The same with a Get of the one instance that s->selectors choose, which may
 * be none; it is s->instance while then runs, for ask_put. */
enum setup_next setup_read(struct setup *s, const char *class,
    setup_then_fn *then, setup_then_fn *lacks);

/* Zeroed memory of this size, wiped when the next family asks for some and at
 * the end; NULL when out of memory. */
void *setup_work(struct setup *s, size_t size);

/* May something be written now? */
bool setup_writes(const struct setup *s);

/* The machine has another value, and nothing is written; found may be NULL. */
void setup_differs(struct setup *s, const struct setting *row, const char *item,
    const char *found);
/* It was written, and read back as wanted; found: what was there before. */
void setup_changed(struct setup *s, const struct setting *row, const char *item,
    const char *found);
/* As setup_changed, where the row does not read it back: reported once
 * everything was read again. */
void setup_hold(struct setup *s, const struct setting *row, const char *item,
    const char *found);
void setup_release(struct setup *s);
bool setup_has_finding(const struct setup *s, enum setup_finding_kind kind,
    const char *setting, const char *item);
/* The release has no such setting. */
void setup_lacks(struct setup *s, const struct setting *row, const char *item);
/* A secret was accepted. */
void setup_sent(struct setup *s, const struct setting *row, const char *item);
/* The machine has this secret already, as far as is known. */
bool setup_known(const struct setup *s, const struct setting *row,
    const char *item);

/* Entry number i of a list in the profile, by its name; NULL: no more. */
const char *setup_item(const struct setup *s, const char *list, size_t i);
bool setup_has_item(const struct setup *s, const char *list, const char *item);
/* The value of this setting of an entry; NULL when the profile has none. */
const char *setup_item_value(const struct setup *s, const char *setting,
    const char *item);
/* May entries be removed that the profile lacks? */
bool setup_removes_others(const struct setup *s, const char *list);

#endif
