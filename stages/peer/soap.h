#ifndef PEER_SOAP_H
#define PEER_SOAP_H

/*
 * soap - WS-Management envelopes from the device's side: requests in, read
 * strictly enough to judge a client, replies and faults out in the shape that
 * captures of firmware show.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <libxml/tree.h>

#include "peer/machine.h"

#define NS_SOAP "http://www.w3.org/2003/05/soap-envelope"
#define NS_ADDRESSING "http://schemas.xmlsoap.org/ws/2004/08/addressing"
#define NS_WSMAN "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
#define NS_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
#define NS_TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define NS_COMMON "http://schemas.dmtf.org/wbem/wscim/1/common"
#define URI_ANONYMOUS NS_ADDRESSING "/role/anonymous"
#define URI_AMT "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define URI_IPS "http://intel.com/wbem/wscim/1/ips-schema/1/"
#define URI_CIM "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"

#define SELECTORS_MAX 8

enum operation {
	OP_GET,
	OP_PUT,
	OP_CREATE,
	OP_DELETE,
	OP_ENUMERATE,
	OP_PULL,
	OP_METHOD
};

/* Faults of WS-Addressing, WS-Management, WS-Transfer and WS-Enumeration. */
struct soap_fault {
	const char *subcode; /* local name; NULL: none */
	const char *why;     /* what the client did, for the journal */
};

struct soap_request {
	xmlDoc *doc;
	xmlNode *body; /* the one element in the Body, or NULL */
	enum operation op;
	char resource[200];
	char class[200];
	char method[200]; /* "Get", "Put", ... or the method's name */
	char message[128];
	struct {
		char name[64];
		char value[1200]; /* a reference as reference.h keeps it */
	} selectors[SELECTORS_MAX];
	size_t nselectors;
};

/*
 * 0, or -1 with *f saying why.  *rq is filled as far as it was read either
 * way (an early fault still wants its RelatesTo); soap_request_free it.
 */
int soap_parse(struct soap_request *rq, const char *text, size_t len,
    struct soap_fault *f);
void soap_request_free(struct soap_request *rq);

/* The child elements of node in namespace uri, by name; NULL when none. */
xmlNode *soap_child(const xmlNode *node, const char *uri, const char *name);
xmlNode *soap_first(const xmlNode *node); /* first child element */
xmlNode *soap_next(const xmlNode *node);  /* next sibling element */
bool soap_is(const xmlNode *node, const char *uri, const char *name);
/* The text in an element, trimmed, cut to cap; false when it was cut or the
 * element has elements in it. */
bool soap_text(char *to, size_t cap, const xmlNode *node);
/* The same of a Selector, which may have an EndpointReference in it. */
bool soap_selector(char *to, size_t cap, const xmlNode *node);

/* Everything below is written to a stream; text is escaped. */
void soap_escaped(FILE *out, const char *text);
void soap_element(FILE *out, char prefix, const char *name, const char *text);

/*
 * Up to <a:Body>.  The payload's namespaces get the prefixes g, h, ...;
 * uris ends with NULL.
 */
void soap_begin(FILE *out, struct machine *m, const struct soap_request *rq,
    const char *action, const char *const *uris);
void soap_end(FILE *out);
/* A whole fault envelope; the HTTP status is returned. */
int soap_fault_put(FILE *out, struct machine *m, const struct soap_request *rq,
    const char *subcode);

#endif
