#ifndef PEER_INSTANCE_H
#define PEER_INSTANCE_H

/*
 * instance - what a device keeps of a class: its instances, each with values
 * by a table of the class's properties.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "peer/machine.h"
#include "peer/soap.h"

enum {
	PROPERTY_KEY = 1,      /* names the instance: no Put changes it */
	PROPERTY_FIXED = 2,    /* read only: a Put may bring it as it is */
	PROPERTY_NEEDED = 4,   /* a Put without it is refused */
	PROPERTY_LIST = 8,     /* any number of it */
	PROPERTY_SECRET = 16,  /* written, never read */
	PROPERTY_KEPT = 32,    /* stays when a Put leaves it out; else it goes
	                        * back to its initial value */
	PROPERTY_BLANK = 64,   /* read as an empty element, whatever it is */
	PROPERTY_BARRED = 128, /* read only: a Put that brings it is refused */
	PROPERTY_MOVES = 256,  /* a key that a Put may change all the same */
};

struct property {
	const char *name;
	/* b boolean, n number, t text, o octets in base64, e reference,
	 * d time as xsd:dateTime, in an element of NS_COMMON */
	char kind;
	unsigned flags;
	uint32_t max;        /* value, bytes of text, octets */
	const char *initial; /* NULL: not there; of a list, between | */
	unsigned from, to;   /* releases that have it, 1601; 0: no bound */
};

struct values {
	char **at;
	size_t n;
};

struct instance {
	struct instance *next;
	const struct class *class;
	uint32_t id;            /* counts in the machine */
	struct values values[]; /* as the class's properties */
};

/* The instances of a class in a machine; made at the first look. */
struct holding {
	struct holding *next;
	const struct class *class;
	struct instance *first;
};

struct instance *instance_first(struct machine *m, const struct class *c);
size_t instance_count(struct machine *m, const struct class *c);
struct instance *instance_at(struct machine *m, const struct class *c,
    size_t i);
/* The one whose property has this value, or NULL. */
struct instance *instance_find(struct machine *m, const struct class *c,
    const char *name, const char *value);
/* The one that a whole or partial reference means, or NULL. */
struct instance *instance_meant(struct machine *m, const struct class *c,
    const char *reference);

/* With initial values, behind the others. */
struct instance *instance_add(struct machine *m, const struct class *c);
/* The same, not yet in the machine. */
struct instance *instance_new(const struct machine *m, const struct class *c);
/* That with the number, of a class whose instances all come out of a state
 * file; number 0: none, and the class has none of its own. */
struct instance *instance_restore(struct machine *m, const struct class *c,
    uint32_t number);
void instance_attach(struct machine *m, struct instance *i);
void instance_remove(struct machine *m, struct instance *i);
void instance_free(struct instance *i);
void instances_free(struct machine *m); /* back to how the factory made it */

/* The (first) value; "" when there is none. */
const char *instance_text(const struct instance *i, const char *name);
bool instance_has(const struct instance *i, const char *name);
bool instance_true(const struct instance *i, const char *name);
unsigned instance_number(const struct instance *i, const char *name);
const struct values *instance_values(const struct instance *i,
    const char *name);
/* In place of its values; NULL: none. */
void instance_set(struct instance *i, const char *name, const char *text);
void instance_append(struct instance *i, const char *name, const char *text);
void instance_copy(struct instance *to, const struct instance *from);

/* Its whole reference: class URI and keys. */
void instance_reference(char to[], const struct instance *i);
/* Does it have the key?  A reference may have fewer keys than ours. */
bool instance_is(const struct instance *i, const char *name, const char *value);
/* All properties that may be read, in the table's order. */
void instance_write(FILE *out, char prefix, const struct machine *m,
    const struct instance *i);

/*
 * What to becomes by the properties in node (a Put's, Create's or an embedded
 * instance, in namespace uri); of a Put old is what was there, else NULL.
 * 0, or -1 with *f saying why not.
 */
int instance_read(struct instance *to, const struct machine *m,
    const struct instance *old, const xmlNode *node, const char *uri,
    struct soap_fault *f);
/* Octets of base64; -1 when it is none or more than cap. */
int octets(uint8_t *to, size_t cap, const char *base64);

#endif
