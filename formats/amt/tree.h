#ifndef TREE_H
#define TREE_H

/*
 * tree - an XML reply in memory as nodes: element by element, by namespace and
 * local name.
 *
 * A DOCTYPE is refused, so are undeclared entities and prefixes; nothing is
 * loaded from anywhere.
 */
#include <stddef.h>

#include "amt/message.h"
#include "base/fault.h"

/* A Pull of a whole class with certificates stays below 64 kB. */
#define TREE_SIZE_MAX (256 * 1024)
#define TREE_NODES_MAX 8192
/* A selector that is itself a reference lies 14 deep in a Pull's reply. */
#define TREE_DEPTH_MAX 20
/* Firmware declares up to eleven namespaces, all on the envelope. */
#define TREE_SCOPES_MAX 64
#define TREE_ATTRIBUTES_MAX 256  /* of a tag, declarations among them */
#define TREE_ATTRIBUTES_ALL 8192 /* an element has one at most, as a rule */

/* The whole document; keeps no pointer into buf.  NULL with *f filled (at is
 * the line). */
struct message_store *tree_parse(const char *buf, size_t len, struct fault *f);
void tree_free(struct message_store *st);

const struct message_node *tree_root(const struct message_store *st);
/* The node's text without the blanks around it, cut in place; "" for NULL. */
const char *tree_trimmed(struct message_store *st,
    const struct message_node *n);

#endif
