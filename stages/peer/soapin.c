#include "peer/soap.h"

#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>

#include "peer/reference.h"

static int
bad(struct soap_fault *f, const char *subcode, const char *why)
{
	f->subcode = subcode;
	f->why = why;
	return -1;
}

bool
soap_is(const xmlNode *node, const char *uri, const char *name)
{
	return node != NULL && node->type == XML_ELEMENT_NODE &&
	    node->ns != NULL &&
	    strcmp((const char *)node->ns->href, uri) == 0 &&
	    strcmp((const char *)node->name, name) == 0;
}

static xmlNode *
element_from(xmlNode *node)
{
	while (node != NULL && node->type != XML_ELEMENT_NODE)
		node = node->next;
	return node;
}

xmlNode *
soap_first(const xmlNode *node)
{
	return element_from(node->children);
}

xmlNode *
soap_next(const xmlNode *node)
{
	return element_from(node->next);
}

xmlNode *
soap_child(const xmlNode *node, const char *uri, const char *name)
{
	xmlNode *child = soap_first(node);

	while (child != NULL && !soap_is(child, uri, name))
		child = soap_next(child);
	return child;
}

bool
soap_text(char *to, size_t cap, const xmlNode *node)
{
	xmlChar *all = xmlNodeGetContent(node);
	const char *s = (const char *)all;
	size_t n;
	bool fits;

	to[0] = '\0';
	if (all == NULL)
		return false;
	s += strspn(s, " \t\r\n");
	n = strlen(s);
	while (n > 0 && strchr(" \t\r\n", s[n - 1]) != NULL)
		n--;
	fits = n < cap;
	snprintf(to, cap, "%.*s", (int)(fits ? n : cap - 1), s);
	xmlFree(all);
	return fits && soap_first(node) == NULL;
}

bool
soap_selector(char *to, size_t cap, const xmlNode *node)
{
	xmlNode *e = soap_child(node, NS_ADDRESSING, "EndpointReference");

	if (e != NULL)
		return cap >= REFERENCE_MAX && reference_read(to, e);
	return soap_text(to, cap, node);
}

/* --- header -------------------------------------------------------------- */

static int
header_text(char *to, size_t cap, const xmlNode *header, const char *uri,
    const char *name, const char *missing, struct soap_fault *f)
{
	xmlNode *node = soap_child(header, uri, name);

	to[0] = '\0';
	if (node == NULL)
		return bad(f, "MessageInformationHeaderRequired", missing);
	if (!soap_text(to, cap, node) || to[0] == '\0')
		return bad(f, "InvalidMessageInformationHeader", missing);
	return 0;
}

static int
selectors(struct soap_request *rq, const xmlNode *header, struct soap_fault *f)
{
	xmlNode *set = soap_child(header, NS_WSMAN, "SelectorSet");
	xmlNode *node = set != NULL ? soap_first(set) : NULL;

	if (set != NULL && node == NULL)
		return bad(f, "InvalidSelectors", "SelectorSet is empty");
	for (; node != NULL; node = soap_next(node)) {
		xmlChar *name = xmlGetProp(node, (const xmlChar *)"Name");
		size_t n = rq->nselectors++;

		if (!soap_is(node, NS_WSMAN, "Selector") || name == NULL ||
		    n == SELECTORS_MAX) {
			xmlFree(name);
			rq->nselectors = 0;
			return bad(f, "InvalidSelectors",
			    "SelectorSet is malformed");
		}
		snprintf(rq->selectors[n].name, sizeof(rq->selectors[n].name),
		    "%s", (const char *)name);
		xmlFree(name);
		if (!soap_selector(rq->selectors[n].value,
		        sizeof(rq->selectors[n].value), node))
			return bad(f, "InvalidSelectors",
			    "a Selector is neither text nor a reference");
	}
	return 0;
}

/* Class and operation out of ResourceURI and Action. */
static int
destination(struct soap_request *rq, const char *action, struct soap_fault *f)
{
	static const struct {
		const char *action;
		enum operation op;
		const char *name;
	} standard[] = {
		{ NS_TRANSFER "/Get", OP_GET, "Get" },
		{ NS_TRANSFER "/Put", OP_PUT, "Put" },
		{ NS_TRANSFER "/Create", OP_CREATE, "Create" },
		{ NS_TRANSFER "/Delete", OP_DELETE, "Delete" },
		{ NS_ENUMERATION "/Enumerate", OP_ENUMERATE, "Enumerate" },
		{ NS_ENUMERATION "/Pull", OP_PULL, "Pull" },
	};
	size_t len = strlen(rq->resource);
	const char *slash = strrchr(rq->resource, '/');

	snprintf(rq->class, sizeof(rq->class), "%s",
	    slash != NULL ? slash + 1 : rq->resource);
	for (size_t i = 0; i < sizeof(standard) / sizeof(standard[0]); i++)
		if (strcmp(standard[i].action, action) == 0) {
			rq->op = standard[i].op;
			strcpy(rq->method, standard[i].name);
			return 0;
		}
	rq->op = OP_METHOD;
	if (strncmp(action, rq->resource, len) != 0 || action[len] != '/' ||
	    strchr(action + len + 1, '/') != NULL)
		return bad(f, "ActionNotSupported",
		    "Action is neither an operation nor ResourceURI/method");
	snprintf(rq->method, sizeof(rq->method), "%s", action + len + 1);
	return 0;
}

static int
reply_to(const xmlNode *header, struct soap_fault *f)
{
	xmlNode *reply = soap_child(header, NS_ADDRESSING, "ReplyTo");
	xmlNode *address =
	    reply == NULL ? NULL : soap_child(reply, NS_ADDRESSING, "Address");
	char text[128];

	if (address == NULL)
		return bad(f, "MessageInformationHeaderRequired",
		    "ReplyTo/Address is missing");
	if (!soap_text(text, sizeof(text), address) ||
	    strcmp(text, URI_ANONYMOUS) != 0)
		return bad(f, "InvalidMessageInformationHeader",
		    "ReplyTo is not the anonymous address");
	return 0;
}

/* Only the header elements that clients of AMT are known to send. */
static int
header_known(const xmlNode *header, struct soap_fault *f)
{
	static const struct {
		const char *uri, *name;
	} known[] = {
		{ NS_ADDRESSING, "Action" },
		{ NS_ADDRESSING, "To" },
		{ NS_ADDRESSING, "MessageID" },
		{ NS_ADDRESSING, "ReplyTo" },
		{ NS_WSMAN, "ResourceURI" },
		{ NS_WSMAN, "OperationTimeout" },
		{ NS_WSMAN, "SelectorSet" },
		{ NS_WSMAN, "MaxEnvelopeSize" },
		{ NS_WSMAN, "Locale" },
	};
	const size_t n = sizeof(known) / sizeof(known[0]);
	unsigned seen = 0;

	for (xmlNode *e = soap_first(header); e != NULL; e = soap_next(e)) {
		size_t i = 0;

		while (i < n && !soap_is(e, known[i].uri, known[i].name))
			i++;
		if (i == n)
			return bad(f, "InvalidMessageInformationHeader",
			    "an unknown header element");
		if ((seen & 1u << i) != 0)
			return bad(f, "InvalidMessageInformationHeader",
			    "a header element is there twice");
		seen |= 1u << i;
	}
	return 0;
}

static int
header_limits(const xmlNode *header, struct soap_fault *f)
{
	xmlNode *node = soap_child(header, NS_WSMAN, "OperationTimeout");
	char text[32];
	long size;

	if (node != NULL &&
	    (!soap_text(text, sizeof(text), node) ||
	        strncmp(text, "PT", 2) != 0 || strlen(text) < 4))
		return bad(f, "InvalidParameter",
		    "OperationTimeout is no duration of hours to seconds");
	node = soap_child(header, NS_WSMAN, "MaxEnvelopeSize");
	if (node == NULL)
		return 0;
	if (!soap_text(text, sizeof(text), node) ||
	    sscanf(text, "%ld", &size) != 1 || size < 50000)
		return bad(f, "EncodingLimit", "MaxEnvelopeSize below 50000");
	return 0;
}

static int
parse_header(struct soap_request *rq, const xmlNode *header,
    struct soap_fault *f)
{
	char action[400], to[400];

	/* first, so that even a fault about the rest can refer to it */
	if (header_text(rq->message, sizeof(rq->message), header, NS_ADDRESSING,
	        "MessageID", "MessageID is missing", f) == -1 ||
	    header_text(action, sizeof(action), header, NS_ADDRESSING, "Action",
	        "Action is missing", f) == -1 ||
	    header_text(to, sizeof(to), header, NS_ADDRESSING, "To",
	        "To is missing", f) == -1 ||
	    header_text(rq->resource, sizeof(rq->resource), header, NS_WSMAN,
	        "ResourceURI", "ResourceURI is missing", f) == -1 ||
	    reply_to(header, f) == -1 || header_known(header, f) == -1 ||
	    header_limits(header, f) == -1 || destination(rq, action, f) == -1)
		return -1;
	return selectors(rq, header, f);
}

/* --- body ---------------------------------------------------------------- */

static int
parse_body(struct soap_request *rq, const xmlNode *body, struct soap_fault *f)
{
	static const char schema[] = "SchemaValidationError";
	char want[220];
	const char *uri = rq->resource;

	rq->body = soap_first(body);
	if (rq->body != NULL && soap_next(rq->body) != NULL)
		return bad(f, schema, "two elements in the Body");
	if (rq->op == OP_GET || rq->op == OP_DELETE)
		return rq->body == NULL
		    ? 0
		    : bad(f, schema,
		          "the Body of a Get or Delete is not empty");
	snprintf(want, sizeof(want), "%s", rq->method);
	if (rq->op == OP_ENUMERATE || rq->op == OP_PULL)
		uri = NS_ENUMERATION;
	else if (rq->op == OP_PUT || rq->op == OP_CREATE)
		snprintf(want, sizeof(want), "%s", rq->class);
	else
		snprintf(want, sizeof(want), "%s_INPUT", rq->method);
	if (!soap_is(rq->body, uri, want))
		return bad(f, schema,
		    "the element in the Body does not belong to the Action");
	return 0;
}

int
soap_parse(struct soap_request *rq, const char *text, size_t len,
    struct soap_fault *f)
{
	xmlNode *root, *header, *body;

	memset(rq, 0, sizeof(*rq));
	rq->doc = xmlReadMemory(text, (int)len, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (rq->doc == NULL)
		return bad(f, NULL, "the body is not well-formed XML");
	if (rq->doc->intSubset != NULL)
		return bad(f, NULL, "the body has a document type");
	root = xmlDocGetRootElement(rq->doc);
	if (!soap_is(root, NS_SOAP, "Envelope"))
		return bad(f, NULL, "no SOAP 1.2 Envelope");
	header = soap_first(root);
	if (!soap_is(header, NS_SOAP, "Header"))
		return bad(f, NULL, "no Header");
	body = soap_next(header);
	if (!soap_is(body, NS_SOAP, "Body") || soap_next(body) != NULL)
		return bad(f, NULL, "not Header and Body alone");
	if (parse_header(rq, header, f) == -1)
		return -1;
	return parse_body(rq, body, f);
}

void
soap_request_free(struct soap_request *rq)
{
	xmlFreeDoc(rq->doc);
	rq->doc = NULL;
	rq->body = NULL;
}
