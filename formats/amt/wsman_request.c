/*
 * wsman_request - the requests of wsman.h, written with an escape function
 * and fixed text: their shape never varies, so an XML writer would only add
 * an allocation that has to be wiped of passwords.
 */
#include "amt/wsman.h"

#include <string.h>

#include "base/text.h"

#define TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer"
#define XSI "http://www.w3.org/2001/XMLSchema-instance"
#define ANONYMOUS WSMAN_ADDRESSING "/role/anonymous"

const char *
wsman_base(const char *class)
{
	if (strncmp(class, "CIM_", 4) == 0)
		return "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/";
	if (strncmp(class, "IPS_", 4) == 0)
		return "http://intel.com/wbem/wscim/1/ips-schema/1/";
	return "http://intel.com/wbem/wscim/1/amt-schema/1/";
}

/* XML 1.0, 2.2: of the control characters only these three exist. */
static bool
xml_carries(char c)
{
	return (uint8_t)c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
}

static void
wsman_write_text(struct writer *w, const char *s)
{
	if (text_utf8(s, strlen(s), NULL) != 0)
		w->full = true;
	for (; *s != '\0'; s++) {
		if (!xml_carries(*s))
			w->full = true;
		else if (*s == '&')
			writer_text(w, "&amp;");
		else if (*s == '<')
			writer_text(w, "&lt;");
		else if (*s == '>')
			writer_text(w, "&gt;");
		else if (*s == '"')
			writer_text(w, "&quot;");
		else if (*s == '\r' || *s == '\n' || *s == '\t')
			/* else an attribute would make a blank of it */
			writer_text(w,
			    *s == '\r'       ? "&#13;"
			        : *s == '\n' ? "&#10;"
			                     : "&#9;");
		else
			writer_bytes(w, s, 1);
	}
}

/* The texts up to NULL, as they are. */
static void
wsman_write(struct writer *w, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		writer_text(w, *texts);
}
#define WRITE(w, ...) wsman_write(w, (const char *const[]){ __VA_ARGS__, NULL })

static void
wsman_write_element(struct writer *w, const char *name, const char *value)
{
	WRITE(w, "<", name, ">");
	wsman_write_text(w, value);
	WRITE(w, "</", name, ">");
}

static void wsman_write_selectors(struct writer *w,
    const struct message_pair *list, size_t n);

static void
wsman_write_ref(struct writer *w, const struct message_ref *ref)
{
	WRITE(w, "<a:Address>", ref->address != NULL ? ref->address : ANONYMOUS,
	    "</a:Address><a:ReferenceParameters><w:ResourceURI>",
	    wsman_base(ref->class), ref->class, "</w:ResourceURI>");
	wsman_write_selectors(w, ref->selectors, ref->nselectors);
	WRITE(w, "</a:ReferenceParameters>");
}

/* DSP0226, 5.4.2.2: a selector may hold a reference. */
static void
wsman_write_selectors(struct writer *w, const struct message_pair *list,
    size_t n)
{
	if (n == 0)
		return;
	WRITE(w, "<w:SelectorSet>");
	for (size_t i = 0; i < n; i++) {
		WRITE(w, "<w:Selector Name=\"");
		wsman_write_text(w, list[i].name);
		WRITE(w, "\">");
		if (list[i].value != NULL) {
			wsman_write_text(w, list[i].value);
		} else {
			WRITE(w, "<a:EndpointReference>");
			wsman_write_ref(w, list[i].ref);
			WRITE(w, "</a:EndpointReference>");
		}
		WRITE(w, "</w:Selector>");
	}
	WRITE(w, "</w:SelectorSet>");
}

/* A parameter or property in the class's namespace; of an embedded instance
 * in that one's. */
static void
wsman_write_member(struct writer *w, const char *prefix,
    const struct message_pair *p)
{
	if (p->value == NULL && p->ref == NULL && p->class == NULL)
		return;
	WRITE(w, "<", prefix, ":", p->name);
	if (p->value == NULL && p->ref == NULL)
		WRITE(w, " xmlns:q=\"", wsman_base(p->class), p->class, "\"");
	WRITE(w, ">");
	if (p->value != NULL)
		wsman_write_text(w, p->value);
	else if (p->ref != NULL)
		wsman_write_ref(w, p->ref);
	else
		for (size_t i = 0; i < p->nparts; i++)
			wsman_write_member(w, "q", &p->parts[i]);
	WRITE(w, "</", prefix, ":", p->name, ">");
}

/*
 * Up to and with the start of the Body.  The Action is base, class and verb.
 * Header order as every public client has it.
 */
static void
wsman_begin(struct writer *w, const struct message_to *to, const char *base,
    const char *class, const char *verb)
{
	char id[16], *at = id + sizeof(id);

	*--at = '\0';
	for (uint32_t n = to->id; n != 0 || *at == '\0'; n /= 10)
		*--at = (char)('0' + n % 10);
	WRITE(w,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"",
	    WSMAN_SOAP, "\" xmlns:a=\"", WSMAN_ADDRESSING, "\" xmlns:w=\"",
	    WSMAN_WSMAN, "\"><s:Header><a:Action>", base, class, "/", verb,
	    "</a:Action><a:To>/wsman</a:To><w:ResourceURI>",
	    wsman_base(to->class), to->class, "</w:ResourceURI><a:MessageID>",
	    at, "</a:MessageID><a:ReplyTo><a:Address>", ANONYMOUS,
	    "</a:Address></a:ReplyTo><w:OperationTimeout>PT60S</w:OperationTimeout>");
	wsman_write_selectors(w, to->selectors, to->nselectors);
	WRITE(w, "</s:Header><s:Body>");
}

static void
wsman_end(struct writer *w)
{
	WRITE(w, "</s:Body></s:Envelope>");
}

void
wsman_get(struct writer *w, const struct message_to *to)
{
	wsman_begin(w, to, TRANSFER, "", "Get");
	wsman_end(w);
}

void
wsman_enumerate(struct writer *w, const struct message_to *to)
{
	wsman_begin(w, to, WSMAN_ENUMERATION, "", "Enumerate");
	WRITE(w, "<n:Enumerate xmlns:n=\"", WSMAN_ENUMERATION, "\"/>");
	wsman_end(w);
}

void
wsman_pull(struct writer *w, const struct message_to *to, const char *context)
{
	wsman_begin(w, to, WSMAN_ENUMERATION, "", "Pull");
	WRITE(w, "<n:Pull xmlns:n=\"", WSMAN_ENUMERATION, "\">");
	wsman_write_element(w, "n:EnumerationContext", context);
	wsman_write_element(w, "n:MaxElements", WSMAN_PULL_ELEMENTS);
	wsman_write_element(w, "n:MaxCharacters", WSMAN_PULL_CHARACTERS);
	WRITE(w, "</n:Pull>");
	wsman_end(w);
}

void
wsman_delete(struct writer *w, const struct message_to *to)
{
	wsman_begin(w, to, TRANSFER, "", "Delete");
	wsman_end(w);
}

void
wsman_create(struct writer *w, const struct message_to *to,
    const struct message_pair *properties, size_t nproperties)
{
	const char *base = wsman_base(to->class);

	wsman_begin(w, to, TRANSFER, "", "Create");
	WRITE(w, "<r:", to->class, " xmlns:r=\"", base, to->class, "\">");
	for (size_t i = 0; i < nproperties; i++)
		wsman_write_member(w, "r", &properties[i]);
	WRITE(w, "</r:", to->class, ">");
	wsman_end(w);
}

void
wsman_call(struct writer *w, const struct message_to *to, const char *method,
    const struct message_pair *params, size_t nparams)
{
	const char *base = wsman_base(to->class);

	wsman_begin(w, to, base, to->class, method);
	WRITE(w, "<r:", method, "_INPUT xmlns:r=\"", base, to->class, "\">");
	for (size_t i = 0; i < nparams; i++)
		wsman_write_member(w, "r", &params[i]);
	WRITE(w, "</r:", method, "_INPUT>");
	wsman_end(w);
}

/* What a Put's instance is written with. */
struct wsman_instance {
	struct writer *w;
	const char *base; /* base and class: its namespace */
	const char *class;
	const struct message_pair *changes;
	size_t nchanges;
};

static bool
instance_owns(const struct wsman_instance *in, const char *ns)
{
	size_t len = strlen(in->base);

	return strncmp(ns, in->base, len) == 0 &&
	    strcmp(ns + len, in->class) == 0;
}

/* The first change of this name; NULL if not found. */
static const struct message_pair *
instance_change(const struct wsman_instance *in, const char *name)
{
	for (size_t i = 0; i < in->nchanges; i++)
		if (strcmp(in->changes[i].name, name) == 0)
			return &in->changes[i];
	return NULL;
}

/* As deep as the tree, which wsman_decode limits. */
static void
wsman_write_node(const struct wsman_instance *in, const struct message_node *n,
    const char *value)
{
	struct writer *w = in->w;
	const char *prefix = instance_owns(in, n->ns) ? "r:"
	    : *n->ns == '\0'                          ? ""
	                                              : "x:";

	WRITE(w, "<", prefix, n->name);
	if (*prefix == 'x') {
		WRITE(w, " xmlns:x=\"");
		wsman_write_text(w, n->ns);
		WRITE(w, "\"");
	}
	if (n->key != NULL) {
		WRITE(w, " Name=\"");
		wsman_write_text(w, n->key);
		WRITE(w, "\"");
	}
	if (n->nil && value == NULL)
		WRITE(w, " xmlns:xsi=\"" XSI "\" xsi:nil=\"true\"");
	WRITE(w, ">");
	if (value != NULL || n->first == NULL)
		wsman_write_text(w, value != NULL ? value : n->value);
	else
		for (const struct message_node *i = n->first; i != NULL;
		     i = i->next)
			wsman_write_node(in, i, NULL);
	WRITE(w, "</", prefix, n->name, ">");
}

/* All changes of n's name in its place. */
static void
wsman_write_changed(const struct wsman_instance *in,
    const struct message_node *n)
{
	for (size_t i = 0; i < in->nchanges; i++) {
		const struct message_pair *c = &in->changes[i];

		if (strcmp(c->name, n->name) != 0)
			continue;
		if (c->value != NULL)
			wsman_write_node(in, n, c->value);
		else
			wsman_write_member(in->w, "r", c);
	}
}

/* Of the changes that are not done and whose property the machine does not
 * have: the index of the first by name, and of those with one name, of the
 * first in order.  Only names before name count, unless it is NULL.  nchanges
 * if not found. */
static size_t
instance_missing(const struct wsman_instance *in,
    const struct message_node *items, const bool *done, const char *name)
{
	size_t first = in->nchanges;

	for (size_t i = 0; i < in->nchanges; i++) {
		const char *c = in->changes[i].name;

		if (done[i] || message_find(items, c) != NULL ||
		    (name != NULL && strcmp(c, name) > 0))
			continue;
		if (first == in->nchanges ||
		    strcmp(c, in->changes[first].name) < 0)
			first = i;
	}
	return first;
}

static void
wsman_write_missing(const struct wsman_instance *in,
    const struct message_node *items, bool *done, const char *name)
{
	size_t i;

	while ((i = instance_missing(in, items, done, name)) < in->nchanges) {
		done[i] = true;
		wsman_write_member(in->w, "r", &in->changes[i]);
	}
}

void
wsman_put(struct writer *w, const struct message_to *to,
    const struct message_node *items, const struct message_pair *changes,
    size_t nchanges)
{
	const struct wsman_instance in = { w, wsman_base(to->class), to->class,
		changes, nchanges };
	bool done[MESSAGE_CHANGES_MAX] = { false };

	if (nchanges > MESSAGE_CHANGES_MAX) {
		w->full = true;
		return;
	}
	wsman_begin(w, to, TRANSFER, "", "Put");
	WRITE(w, "<r:", in.class, " xmlns:r=\"", in.base, in.class, "\">");
	for (const struct message_node *n = items; n != NULL; n = n->next) {
		wsman_write_missing(&in, items, done, n->name);
		if (instance_change(&in, n->name) == NULL)
			wsman_write_node(&in, n, NULL);
		else if (message_find(items, n->name) == n)
			wsman_write_changed(&in, n);
	}
	wsman_write_missing(&in, items, done, NULL);
	WRITE(w, "</r:", in.class, ">");
	wsman_end(w);
}
