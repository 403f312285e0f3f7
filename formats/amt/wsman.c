#include "amt/wsman.h"

#include <string.h>

#include "amt/tree.h"

static bool
node_is(const struct message_node *n, const char *ns, const char *name)
{
	return strcmp(n->name, name) == 0 && strcmp(n->ns, ns) == 0;
}

static const struct message_node *
node_find(const struct message_node *n, const char *ns, const char *name)
{
	while (n != NULL && !node_is(n, ns, name))
		n = n->next;
	return n;
}

static const struct message_node *
node_inside(const struct message_node *n, const char *ns, const char *name)
{
	return n == NULL ? NULL : node_find(n->first, ns, name);
}

/* SOAP 1.2 part 1, 5.4. */
static void
read_fault(struct message *r, const struct message_node *fault)
{
	struct message_store *st = r->store;
	const struct message_node *code =
	    node_inside(fault, WSMAN_SOAP, "Code");
	const struct message_node *subcode =
	    node_inside(node_inside(code, WSMAN_SOAP, "Subcode"), WSMAN_SOAP,
	        "Value");
	const struct message_node *detail =
	    node_inside(fault, WSMAN_SOAP, "Detail");

	r->fault.set = true;
	r->fault.code =
	    tree_trimmed(st, node_inside(code, WSMAN_SOAP, "Value"));
	r->fault.subcode = tree_trimmed(st, subcode);
	r->fault.subcode_ns = subcode == NULL ? "" : subcode->key;
	r->fault.reason = tree_trimmed(st,
	    node_inside(node_inside(fault, WSMAN_SOAP, "Reason"), WSMAN_SOAP,
	        "Text"));
	if (detail != NULL && detail->first != NULL)
		detail = detail->first; /* wsman:FaultDetail */
	r->fault.detail = tree_trimmed(st, detail);
}

/* DSP0226 8: items may come with an EnumerateResponse too, then with the
 * marks of the wsman namespace. */
static void
read_enumeration(struct message *r, const struct message_node *body)
{
	r->items = NULL;
	for (const struct message_node *n = body->first; n != NULL; n = n->next)
		if (strcmp(n->name, "EnumerationContext") == 0)
			r->context = tree_trimmed(r->store, n);
		else if (strcmp(n->name, "Items") == 0)
			r->items = n->first;
		else if (strcmp(n->name, "EndOfSequence") == 0)
			r->end = true;
}

static void
read_header(struct message *r, const struct message_node *header)
{
	r->action = tree_trimmed(r->store,
	    node_inside(header, WSMAN_ADDRESSING, "Action"));
	r->relates_to = tree_trimmed(r->store,
	    node_inside(header, WSMAN_ADDRESSING, "RelatesTo"));
}

static int
read_body(struct message *r, const struct message_node *body, struct fault *f)
{
	const struct message_node *n = body->first;

	if (n == NULL)
		return 0; /* a Delete's reply, some a Put's */
	r->class = n->name;
	r->ns = n->ns;
	r->items = n->first;
	if (node_is(n, WSMAN_SOAP, "Fault"))
		read_fault(r, n);
	else if (strcmp(n->ns, WSMAN_ENUMERATION) == 0)
		read_enumeration(r, n);
	else if (message_find(r->items, "ReturnValue") != NULL) {
		r->returned = true;
		if (message_number(&r->return_value, r->items, "ReturnValue") !=
		    0)
			return fault_set(f, 1, "ReturnValue is not a number");
	}
	return 0;
}

static int
read_envelope(struct message *r, struct fault *f)
{
	const struct message_node *root = tree_root(r->store);
	const struct message_node *body;

	if (!node_is(root, WSMAN_SOAP, "Envelope"))
		return fault_set(f, 1, "not a SOAP 1.2 envelope");
	body = node_inside(root, WSMAN_SOAP, "Body");
	if (body == NULL)
		return fault_set(f, 1, "the envelope has no Body");
	read_header(r, node_inside(root, WSMAN_SOAP, "Header"));
	return read_body(r, body, f);
}

int
wsman_decode(struct message *r, const char *buf, size_t len, struct fault *f)
{
	message_clear(r);
	r->store = tree_parse(buf, len, f);
	if (r->store == NULL)
		return -1;
	if (read_envelope(r, f) == 0)
		return 0;
	message_free(r);
	return -1;
}
