#ifndef MESSAGE_H
#define MESSAGE_H

/*
 * message - a reply as the conversation sees it, whatever dialect it came in,
 * and what a request needs.  wsman.h makes it of WS-Management envelopes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One element, with what it holds. */
struct message_node {
	const char *name;  /* local name */
	const char *ns;    /* namespace URI, "" when it has none */
	const char *value; /* its text as it stands; "" when it holds nodes */
	/* A Selector's attribute Name; of a SOAP Value, which is a qualified
	 * name, the namespace of its prefix; else NULL. */
	const char *key;
	bool nil;                         /* xsi:nil */
	const struct message_node *first; /* what it holds, in order; or NULL */
	const struct message_node *next;  /* its next sibling, or NULL */
};

struct message_fault {
	bool set;
	const char *code;       /* Sender, Receiver; "" when absent */
	const char *subcode;    /* local name, such as AccessDenied, or "" */
	const char *subcode_ns; /* its namespace, or "" */
	const char *reason;
	const char *detail; /* the text in Detail, often "" */
};

/* Everything lives until message_free; "" where the reply has no such thing. */
struct message {
	const char *action;     /* without the blanks around it */
	const char *relates_to; /* the request's MessageID */
	/* The body's element: an instance, M_OUTPUT, PullResponse, Fault. */
	const char *class;
	const char *ns;
	/* Its properties or out parameters in order, repeated ones too; of a
	 * Pull the instances, each with its properties in first. */
	const struct message_node *items;
	const char *context; /* EnumerationContext */
	bool end;            /* EndOfSequence */
	bool returned;       /* there was a ReturnValue */
	uint32_t return_value;
	struct message_fault fault;

	struct message_store *store; /* owns all of the above */
};

/* An empty one; message_free does no harm to it. */
void message_clear(struct message *r);
void message_free(struct message *r);

/* The first item of this local name; NULL if not found. */
const struct message_node *message_find(const struct message_node *items,
    const char *name);
/* Its value; NULL if not found. */
const char *message_value(const struct message_node *items, const char *name);
/* Its value as a number of at most 32 bits, blanks around it allowed; -1 if
 * it is not found or something else. */
int message_number(uint32_t *n, const struct message_node *items,
    const char *name);

struct message_pair;

/* What names an instance of a class (WS-Addressing 2004/08, 2). */
struct message_ref {
	const char *class;
	const struct message_pair *selectors;
	size_t nselectors;
	const char *address; /* NULL: the anonymous one */
};

/*
 * A parameter, a property or a selector: a text; without one a reference; or
 * else an instance of another class, which is embedded.  One that has nothing
 * is left out of a Put.
 */
struct message_pair {
	const char *name;
	const char *value;
	const struct message_ref *ref;
	const char *class; /* of parts */
	const struct message_pair *parts;
	size_t nparts;
};

struct message_to {
	const char *class; /* with its prefix: AMT_, IPS_ or CIM_ */
	uint32_t id;       /* MessageID */
	const struct message_pair *selectors;
	size_t nselectors;
};

/* Most properties that one Put changes. */
#define MESSAGE_CHANGES_MAX 48

#endif
