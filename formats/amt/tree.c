#include "amt/tree.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/SAX2.h>

#include "amt/wsman.h"
#include "base/text.h"

#define XSI "http://www.w3.org/2001/XMLSchema-instance"

/* What a reply's pointers point into: some are kept for as long as a machine is
 * asked, so nothing of the parser is in it. */
struct message_store {
	struct message_node *nodes;
	size_t nnodes;
	size_t node_cap;
	char *text; /* names and namespaces, too */
	size_t text_len;
	size_t text_cap;
};

/* A prefix and what it stands for, from the element at this depth inward. */
struct tree_scope {
	const char *prefix; /* "" for the default namespace */
	const char *ns;
	const xmlChar *uri; /* it, as the parser has it: there once */
	size_t depth;
};

/* The tree under construction. */
struct tree_builder {
	xmlParserCtxt *parser;
	struct message_store *store;
	struct message_node *open[TREE_DEPTH_MAX];
	struct message_node *last[TREE_DEPTH_MAX]; /* last node held by it */
	size_t depth;
	struct tree_scope scopes[TREE_SCOPES_MAX];
	size_t nscopes;
	size_t run; /* where the text of the innermost element starts */
	struct fault fault;
	bool failed;
};

static void
builder_fail(struct tree_builder *b, const char *why)
{
	if (b->failed)
		return;
	b->failed = true;
	(void)fault_set(&b->fault, (size_t)xmlSAX2GetLineNumber(b->parser),
	    "%s", why);
	xmlStopParser(b->parser);
}

/* Adds to the text that is being collected, never to text handed out. */
static void
builder_text(struct tree_builder *b, const char *from, size_t len)
{
	struct message_store *st = b->store;

	if (len > st->text_cap - st->text_len) {
		builder_fail(b, "text longer than its input");
		return;
	}
	memcpy(st->text + st->text_len, from, len);
	st->text_len += len;
}

/* Ends the text collected since run and starts another. */
static const char *
builder_text_end(struct tree_builder *b)
{
	const char *text = b->store->text + b->run;

	builder_text(b, "", 1);
	b->run = b->store->text_len;
	return b->failed ? "" : text;
}

/* A name, prefix or namespace, each time that it is in the input. */
static const char *
builder_name(struct tree_builder *b, const xmlChar *name)
{
	if (name == NULL)
		return "";
	builder_text(b, (const char *)name, strlen((const char *)name));
	return builder_text_end(b);
}

static void
builder_scopes(struct tree_builder *b, int n, const xmlChar **pairs)
{
	for (int i = 0; i < n; i++) {
		if (b->nscopes == TREE_SCOPES_MAX) {
			builder_fail(b,
			    TEXT_WITH("more than ", TREE_SCOPES_MAX,
			        " namespaces in scope"));
			return;
		}
		b->scopes[b->nscopes++] =
		    (struct tree_scope){ builder_name(b, pairs[2 * i]),
			    builder_name(b, pairs[2 * i + 1]), pairs[2 * i + 1],
			    b->depth };
	}
}

/* The prefix xml alone is not declared. */
static const char *
builder_ns(const struct tree_builder *b, const xmlChar *uri)
{
	if (uri == NULL)
		return "";
	for (size_t i = b->nscopes; i-- > 0;)
		if (b->scopes[i].uri == uri)
			return b->scopes[i].ns;
	return (const char *)XML_XML_NAMESPACE;
}

/* An attribute's value.  libxml2 leaves each & in it as a reference. */
static void
builder_value(struct tree_builder *b, const char *value, const char *end)
{
	while (value < end) {
		const char *amp =
		    memmem(value, (size_t)(end - value), "&#38;", 5);
		const char *to = amp == NULL ? end : amp + 1;

		builder_text(b, value, (size_t)(to - value));
		value = amp == NULL ? end : amp + 5;
	}
}

/* libxml2 gives an attribute as name, prefix, namespace, value, its end. */
static void
builder_attributes(struct tree_builder *b, struct message_node *node, int n,
    const xmlChar **a)
{
	for (int i = 0; i < n; i++, a += 5) {
		const char *name = (const char *)a[0];
		const char *value = (const char *)a[3];
		size_t len = (size_t)(a[4] - a[3]);

		if (a[2] == NULL && strcmp(name, "Name") == 0) {
			builder_value(b, value, value + len);
			node->key = builder_text_end(b);
		} else if (a[2] != NULL && strcmp(name, "nil") == 0 &&
		    strcmp((const char *)a[2], XSI) == 0)
			node->nil =
			    (len == 4 && memcmp(value, "true", 4) == 0) ||
			    (len == 1 && *value == '1');
	}
}

static void
tree_on_start(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nscopes, const xmlChar **scopes, int nattributes,
    int ndefaulted, const xmlChar **attributes)
{
	struct tree_builder *b = arg;
	struct message_store *st = b->store;
	struct message_node *node;

	(void)prefix;
	(void)ndefaulted;
	if (b->depth == TREE_DEPTH_MAX || st->nnodes == st->node_cap) {
		builder_fail(b,
		    b->depth == TREE_DEPTH_MAX
		        ? TEXT_WITH("elements nested more than ",
		              TREE_DEPTH_MAX, " deep")
		        : TEXT_WITH("more than ", TREE_NODES_MAX, " elements"));
		return;
	}
	/* Text beside elements is white space between them. */
	st->text_len = b->run;
	builder_scopes(b, nscopes, scopes);
	node = &st->nodes[st->nnodes++];
	*node = (struct message_node){ .name = builder_name(b, name),
		.ns = builder_ns(b, uri),
		.value = "" };
	builder_attributes(b, node, nattributes, attributes);
	if (b->depth != 0) {
		struct message_node **last = &b->last[b->depth - 1];

		if (*last == NULL)
			b->open[b->depth - 1]->first = node;
		else
			(*last)->next = node;
		*last = node;
	}
	b->open[b->depth] = node;
	b->last[b->depth++] = NULL;
}

static void
tree_on_text(void *arg, const xmlChar *text, int len)
{
	struct tree_builder *b = arg;

	if (!b->failed)
		builder_text(b, (const char *)text, (size_t)len);
}

/*
 * The value of a SOAP Code or Subcode is a qualified name, and what its prefix
 * means is known only here: the node keeps the local name as its value and
 * the namespace as its key.
 */
static void
builder_qualified(struct tree_builder *b, struct message_node *node)
{
	const char *start = node->value + strspn(node->value, " \t\r\n");
	const char *colon = strchr(start, ':');
	size_t len = colon == NULL ? 0 : (size_t)(colon - start);

	node->key = "";
	node->value = colon == NULL ? start : colon + 1;
	for (size_t i = b->nscopes; i-- > 0;)
		if (strlen(b->scopes[i].prefix) == len &&
		    memcmp(b->scopes[i].prefix, start, len) == 0) {
			node->key = b->scopes[i].ns;
			return;
		}
}

static void
tree_on_end(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct tree_builder *b = arg;
	struct message_node *node;

	(void)name;
	(void)prefix;
	(void)uri;
	if (b->failed || b->depth == 0)
		return;
	node = b->open[--b->depth];
	if (node->first == NULL) {
		node->value = builder_text_end(b);
		if (strcmp(node->name, "Value") == 0 &&
		    strcmp(node->ns, WSMAN_SOAP) == 0)
			builder_qualified(b, node);
	}
	b->store->text_len = b->run;
	while (b->nscopes > 0 && b->scopes[b->nscopes - 1].depth == b->depth)
		b->nscopes--;
}

static void
tree_on_doctype(void *arg, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	(void)name;
	(void)external;
	(void)system;
	builder_fail(arg, "a DOCTYPE has no place in SOAP (SOAP 1.2, 5)");
}

static struct message_store *
tree_new(const char *buf, size_t len)
{
	struct message_store *st = calloc(1, sizeof(*st));

	if (st == NULL)
		return NULL;
	for (size_t i = 0; i + 1 < len; i++)
		st->node_cap += buf[i] == '<' && buf[i + 1] != '/';
	if (st->node_cap > TREE_NODES_MAX)
		st->node_cap = TREE_NODES_MAX;
	/* References only ever shrink, and the NUL that ends a text or name
	 * stands for a tag, a quotation mark, or what is before the name. */
	st->text_cap = len + 1;
	st->nodes = calloc(st->node_cap + 1, sizeof(*st->nodes));
	st->text = malloc(st->text_cap);
	return st;
}

void
tree_free(struct message_store *st)
{
	if (st == NULL)
		return;
	free(st->nodes);
	free(st->text);
	free(st);
}

/* libxml2's own complaint as one line; the first one ends the parse. */
static void
tree_on_error(void *arg, xmlError *e)
{
	struct tree_builder *b = arg;
	const char *message = e->message == NULL ? "" : e->message;
	char why[120];

	if (b->failed || e->level < XML_ERR_ERROR)
		return;
	b->failed = true;
	text_show(why, sizeof(why), message, strcspn(message, "\n"));
	(void)fault_set(&b->fault, e->line > 0 ? (size_t)e->line : 1,
	    "not well-formed XML: %s", why);
	xmlStopParser(b->parser);
}

/* Fills the store; its first node is the root. */
static int
tree_fill(struct message_store *st, const char *buf, size_t len,
    struct fault *f)
{
	struct tree_builder b = { .parser = xmlNewParserCtxt(), .store = st };
	xmlSAXHandler sax = { .internalSubset = tree_on_doctype,
		.characters = tree_on_text,
		.ignorableWhitespace = tree_on_text,
		.serror = tree_on_error,
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = tree_on_start,
		.endElementNs = tree_on_end };
	int rc = -1;

	if (b.parser == NULL)
		return fault_set(f, 0, "out of memory");
	*b.parser->sax = sax;
	b.parser->userData = &b;
	(void)xmlCtxtReadMemory(b.parser, buf, (int)len, NULL, "UTF-8",
	    XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET |
	        XML_PARSE_NOCDATA);
	if (b.failed)
		(void)fault_set(f, b.fault.at, "%s", b.fault.why);
	else if (!b.parser->wellFormed || !b.parser->nsWellFormed ||
	    st->nnodes == 0 || b.depth != 0)
		(void)fault_set(f, 1, "not well-formed XML");
	else
		rc = 0;
	xmlFreeParserCtxt(b.parser);
	return rc;
}

/*
 * libxml2 compares each attribute of a tag with all others of it: 37,000, as
 * many as a reply has room for, take the time of a hundred machines.  Between
 * two < is a whole tag, as no value may have one; of texts none has so many =.
 * And it keeps all names in lists that get long.
 */
static const char *
tree_is_crowded(const char *buf, size_t len)
{
	size_t n = 0, all = 0;

	for (size_t i = 0; i < len; i++) {
		if (buf[i] == '<')
			n = 0;
		if (buf[i] != '=')
			continue;
		if (++n > TREE_ATTRIBUTES_MAX)
			return TEXT_WITH("more than ", TREE_ATTRIBUTES_MAX,
			    " attributes in a tag");
		if (++all > TREE_ATTRIBUTES_ALL)
			return TEXT_WITH("more than ", TREE_ATTRIBUTES_ALL,
			    " attributes");
	}
	return NULL;
}

struct message_store *
tree_parse(const char *buf, size_t len, struct fault *f)
{
	struct message_store *st;
	const char *why;

	if (len > TREE_SIZE_MAX) {
		(void)fault_set(f, 0,
		    "reply too large (got %zu bytes, at most %d)", len,
		    TREE_SIZE_MAX);
		return NULL;
	}
	why = tree_is_crowded(buf, len);
	if (why != NULL) {
		(void)fault_set(f, 0, "%s", why);
		return NULL;
	}
	st = tree_new(buf, len);
	if (st == NULL || st->nodes == NULL || st->text == NULL)
		(void)fault_set(f, 0, "out of memory");
	else if (tree_fill(st, buf, len, f) == 0)
		return st;
	tree_free(st);
	return NULL;
}

const struct message_node *
tree_root(const struct message_store *st)
{
	return st->nodes;
}

/* The node's text without the blanks around it, cut in place. */
const char *
tree_trimmed(struct message_store *st, const struct message_node *n)
{
	char *s;
	size_t len;

	if (n == NULL || *n->value == '\0')
		return "";
	/* Texts lie in the store's buffer; "" is the only one that may not. */
	s = st->text + (n->value - st->text);
	s += strspn(s, " \t\r\n");
	len = strlen(s);
	while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL)
		len--;
	s[len] = '\0';
	return s;
}
