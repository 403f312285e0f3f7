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
carried(char c)
{
	return (uint8_t)c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
}

static void
put_escaped(struct writer *w, const char *s)
{
	if (text_utf8(s, strlen(s), NULL) != 0)
		w->full = true;
	for (; *s != '\0'; s++) {
		if (!carried(*s))
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
put(struct writer *w, const char *const *texts)
{
	for (; *texts != NULL; texts++)
		writer_text(w, *texts);
}
#define PUT(w, ...) put(w, (const char *const[]){ __VA_ARGS__, NULL })

static void
put_element(struct writer *w, const char *name, const char *value)
{
	PUT(w, "<", name, ">");
	put_escaped(w, value);
	PUT(w, "</", name, ">");
}

/* A parameter or property in the class's namespace. */
static void
put_member(struct writer *w, const struct wsman_pair *p)
{
	PUT(w, "<r:", p->name, ">");
	put_escaped(w, p->value);
	PUT(w, "</r:", p->name, ">");
}

static void
put_selector(struct writer *w, const char *name, const char *value)
{
	PUT(w, "<w:Selector Name=\"");
	put_escaped(w, name);
	PUT(w, "\">");
	put_escaped(w, value);
	PUT(w, "</w:Selector>");
}

/*
 * Up to and with the start of the Body.  The Action is base, class and verb.
 * Header order as every public client has it.
 */
static void
put_head(struct writer *w, const struct wsman_to *to, const char *base,
    const char *class, const char *verb)
{
	char id[16], *at = id + sizeof(id);

	*--at = '\0';
	for (uint32_t n = to->id; n != 0 || *at == '\0'; n /= 10)
		*--at = (char)('0' + n % 10);
	PUT(w,
	    "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope xmlns:s=\"",
	    WSMAN_SOAP, "\" xmlns:a=\"", WSMAN_ADDRESSING, "\" xmlns:w=\"",
	    WSMAN_WSMAN, "\"><s:Header><a:Action>", base, class, "/", verb,
	    "</a:Action><a:To>/wsman</a:To><w:ResourceURI>",
	    wsman_base(to->class), to->class, "</w:ResourceURI><a:MessageID>",
	    at, "</a:MessageID><a:ReplyTo><a:Address>", WSMAN_ADDRESSING,
	    "/role/anonymous</a:Address></a:ReplyTo>"
	    "<w:OperationTimeout>PT60S</w:OperationTimeout>");
	if (to->nselectors != 0) {
		PUT(w, "<w:SelectorSet>");
		for (size_t i = 0; i < to->nselectors; i++)
			put_selector(w, to->selectors[i].name,
			    to->selectors[i].value);
		PUT(w, "</w:SelectorSet>");
	}
	PUT(w, "</s:Header><s:Body>");
}

static void
put_tail(struct writer *w)
{
	PUT(w, "</s:Body></s:Envelope>");
}

void
wsman_get(struct writer *w, const struct wsman_to *to)
{
	put_head(w, to, TRANSFER, "", "Get");
	put_tail(w);
}

void
wsman_enumerate(struct writer *w, const struct wsman_to *to)
{
	put_head(w, to, WSMAN_ENUMERATION, "", "Enumerate");
	PUT(w, "<n:Enumerate xmlns:n=\"", WSMAN_ENUMERATION, "\"/>");
	put_tail(w);
}

void
wsman_pull(struct writer *w, const struct wsman_to *to, const char *context)
{
	put_head(w, to, WSMAN_ENUMERATION, "", "Pull");
	PUT(w, "<n:Pull xmlns:n=\"", WSMAN_ENUMERATION, "\">");
	put_element(w, "n:EnumerationContext", context);
	put_element(w, "n:MaxElements", WSMAN_PULL_ELEMENTS);
	put_element(w, "n:MaxCharacters", WSMAN_PULL_CHARACTERS);
	PUT(w, "</n:Pull>");
	put_tail(w);
}

void
wsman_call(struct writer *w, const struct wsman_to *to, const char *method,
    const struct wsman_pair *params, size_t nparams)
{
	const char *base = wsman_base(to->class);

	put_head(w, to, base, to->class, method);
	PUT(w, "<r:", method, "_INPUT xmlns:r=\"", base, to->class, "\">");
	for (size_t i = 0; i < nparams; i++) {
		put_member(w, &params[i]);
	}
	PUT(w, "</r:", method, "_INPUT>");
	put_tail(w);
}

/* What a Put's instance is written with. */
struct instance {
	struct writer *w;
	const char *base; /* base and class: its namespace */
	const char *class;
	const struct wsman_pair *changes;
	size_t nchanges;
};

static bool
in_class(const struct instance *in, const char *ns)
{
	size_t len = strlen(in->base);

	return strncmp(ns, in->base, len) == 0 &&
	    strcmp(ns + len, in->class) == 0;
}

static const char *
changed(const struct instance *in, const char *name)
{
	for (size_t i = 0; i < in->nchanges; i++)
		if (strcmp(in->changes[i].name, name) == 0)
			return in->changes[i].value;
	return NULL;
}

/* As deep as the tree, which wsman_decode limits. */
static void
put_node(const struct instance *in, const struct wsman_node *n,
    const char *value)
{
	struct writer *w = in->w;
	const char *prefix = in_class(in, n->ns) ? "r:"
	    : *n->ns == '\0'                     ? ""
	                                         : "x:";

	PUT(w, "<", prefix, n->name);
	if (*prefix == 'x') {
		PUT(w, " xmlns:x=\"");
		put_escaped(w, n->ns);
		PUT(w, "\"");
	}
	if (n->key != NULL) {
		PUT(w, " Name=\"");
		put_escaped(w, n->key);
		PUT(w, "\"");
	}
	if (n->nil && value == NULL)
		PUT(w, " xmlns:xsi=\"" XSI "\" xsi:nil=\"true\"");
	PUT(w, ">");
	if (value != NULL || n->first == NULL)
		put_escaped(w, value != NULL ? value : n->value);
	else
		for (const struct wsman_node *i = n->first; i != NULL;
		     i = i->next)
			put_node(in, i, NULL);
	PUT(w, "</", prefix, n->name, ">");
}

/* The changes that have no item and come before name, or all when NULL. */
static void
put_missing(const struct instance *in, const struct wsman_node *items,
    bool *done, const char *name)
{
	for (size_t i = 0; i < in->nchanges; i++) {
		const struct wsman_pair *c = &in->changes[i];

		if (done[i] || wsman_find(items, c->name) != NULL ||
		    (name != NULL && strcmp(c->name, name) > 0))
			continue;
		done[i] = true;
		put_member(in->w, c);
	}
}

void
wsman_put(struct writer *w, const struct wsman_to *to,
    const struct wsman_node *items, const struct wsman_pair *changes,
    size_t nchanges)
{
	const struct instance in = { w, wsman_base(to->class), to->class,
		changes, nchanges };
	bool done[WSMAN_CHANGES_MAX] = { false };

	if (nchanges > WSMAN_CHANGES_MAX) {
		w->full = true;
		return;
	}
	put_head(w, to, TRANSFER, "", "Put");
	PUT(w, "<r:", in.class, " xmlns:r=\"", in.base, in.class, "\">");
	for (const struct wsman_node *n = items; n != NULL; n = n->next) {
		put_missing(&in, items, done, n->name);
		put_node(&in, n, changed(&in, n->name));
	}
	put_missing(&in, items, done, NULL);
	PUT(w, "</r:", in.class, ">");
	put_tail(w);
}
