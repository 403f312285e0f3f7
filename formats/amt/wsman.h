#ifndef WSMAN_H
#define WSMAN_H

/*
 * wsman - WS-Management requests to a device and its replies.
 * Sources: DMTF DSP0226 1.0 (WS-Management), SOAP 1.2, WS-Addressing 2004/08,
 * WS-Enumeration and WS-Transfer 2004/09; class and method names as in the
 * Intel AMT WS-Management class definitions.  UTF-8.
 *
 * A reply is read from memory: a DOCTYPE is refused, so are undeclared
 * entities and prefixes; nothing is loaded from anywhere.  Firmware gives the
 * same namespace another prefix in a fault than elsewhere, so only namespaces
 * and local names count, and the Action is reported, never relied upon.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/writer.h"

/* A Pull of a whole class with certificates stays below 64 kB. */
#define WSMAN_SIZE_MAX (256 * 1024)
#define WSMAN_NODES_MAX 8192
/* A selector that is itself a reference lies 14 deep in a Pull's reply. */
#define WSMAN_DEPTH_MAX 20
/* Firmware declares up to eleven namespaces, all on the envelope. */
#define WSMAN_SCOPES_MAX 64

#define WSMAN_SOAP "http://www.w3.org/2003/05/soap-envelope"
#define WSMAN_ADDRESSING "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define WSMAN_WSMAN "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define WSMAN_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"

/* One element, with what it holds. */
struct wsman_node {
	const char *name;  /* local name */
	const char *ns;    /* namespace URI, "" when it has none */
	const char *value; /* its text as it stands; "" when it holds nodes */
	/* A Selector's attribute Name; of a SOAP Value, which is a qualified
	 * name, the namespace of its prefix; else NULL. */
	const char *key;
	bool nil;                       /* xsi:nil */
	const struct wsman_node *first; /* what it holds, in order; or NULL */
	const struct wsman_node *next;  /* its next sibling, or NULL */
};

struct wsman_soap_fault {
	bool set;
	const char *code;       /* Sender, Receiver; "" when absent */
	const char *subcode;    /* local name, such as AccessDenied, or "" */
	const char *subcode_ns; /* its namespace, or "" */
	const char *reason;
	const char *detail; /* the text in Detail, often "" */
};

/* Everything lives until wsman_free; "" where the reply has no such thing. */
struct wsman_reply {
	const char *action;     /* without the blanks around it */
	const char *relates_to; /* the request's MessageID */
	/* The body's element: an instance, M_OUTPUT, PullResponse, Fault. */
	const char *class;
	const char *ns;
	/* Its properties or out parameters in order, repeated ones too; of a
	 * Pull the instances, each with its properties in first. */
	const struct wsman_node *items;
	const char *context; /* EnumerationContext */
	bool end;            /* EndOfSequence */
	bool returned;       /* there was a ReturnValue */
	uint32_t return_value;
	struct wsman_soap_fault fault;

	struct wsman_store *store; /* owns all of the above */
};

/*
 * Decodes exactly len bytes and keeps no pointer into them.  0, or -1 with *f
 * filled (at is the line) and *r empty; wsman_free is due only after 0, and
 * does no harm otherwise.
 */
int wsman_decode(struct wsman_reply *r, const char *buf, size_t len,
    struct fault *f);
void wsman_free(struct wsman_reply *r);

/* The first item of this local name; NULL when there is none. */
const struct wsman_node *wsman_find(const struct wsman_node *items,
    const char *name);
/* Its value; NULL when there is none. */
const char *wsman_value(const struct wsman_node *items, const char *name);
/* Its value as a number of at most 32 bits, blanks around it allowed; -1 when
 * there is none or it is something else. */
int wsman_number(uint32_t *n, const struct wsman_node *items, const char *name);

/*
 * Requests.  Each appends one envelope to w, every text escaped.  w turns full
 * when it is too small and also when a text holds what XML cannot carry (a
 * control character, bytes that are not UTF-8): nothing half is ever good.
 */
struct wsman_pair {
	const char *name;
	const char *value;
};

struct wsman_to {
	const char *class; /* with its prefix: AMT_, IPS_ or CIM_ */
	uint32_t id;       /* MessageID */
	const struct wsman_pair *selectors;
	size_t nselectors;
};

/* MaxElements and MaxCharacters of a Pull, as public clients send them. */
#define WSMAN_PULL_ELEMENTS "999"
#define WSMAN_PULL_CHARACTERS "99999"

void wsman_get(struct writer *w, const struct wsman_to *to);
void wsman_enumerate(struct writer *w, const struct wsman_to *to);
void wsman_pull(struct writer *w, const struct wsman_to *to,
    const char *context);
/* The method with its parameters in the order given. */
void wsman_call(struct writer *w, const struct wsman_to *to, const char *method,
    const struct wsman_pair *params, size_t nparams);
/*
 * The whole instance as items has it, with the changes put in: an item named
 * in changes gets that value, a change without an item goes where the
 * alphabetical order, which firmware keeps, wants it.
 */
#define WSMAN_CHANGES_MAX 8
void wsman_put(struct writer *w, const struct wsman_to *to,
    const struct wsman_node *items, const struct wsman_pair *changes,
    size_t nchanges);

/* Base URI of the class's family (AMT_, IPS_, CIM_), to precede its name. */
const char *wsman_base(const char *class);

#endif
