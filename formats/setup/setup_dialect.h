#ifndef SETUP_DIALECT_H
#define SETUP_DIALECT_H

/*
 * setup_dialect - how requests are written and replies read.  The conversation
 * asks for classes, properties and methods; a dialect makes bytes of that.
 */
#include <stddef.h>

#include "amt/message.h"
#include "base/fault.h"
#include "base/writer.h"

struct setup_dialect {
	const char *name;
	void (*get)(struct writer *w, const struct message_to *to);
	/* The whole instance as items has it, with the changes put in. */
	void (*put)(struct writer *w, const struct message_to *to,
	    const struct message_node *items,
	    const struct message_pair *changes, size_t nchanges);
	/* A new instance with these properties. */
	void (*create)(struct writer *w, const struct message_to *to,
	    const struct message_pair *properties, size_t nproperties);
	void (*delete)(struct writer *w, const struct message_to *to);
	void (*call)(struct writer *w, const struct message_to *to,
	    const char *method, const struct message_pair *params,
	    size_t nparams);
	/* context: where a reply before left off; NULL begins. */
	void (*enumerate)(struct writer *w, const struct message_to *to,
	    const char *context);
	/* 0, or -1 with *f filled; message_free is due only after 0. */
	int (*decode)(struct message *r, const char *buf, size_t len,
	    struct fault *f);
	/* Names of the answers' elements: what follows a method's name, and
	 * those of an enumeration that began and of one that went on. */
	const char *output, *begun, *listed;
};

extern const struct setup_dialect setup_wsman;

#endif
