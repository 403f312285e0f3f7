#include "keys/keysxml.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/SAX2.h>
#include <libxml/parser.h>

#include "base/encoding.h"
#include "keys/keynames.h"
#include "base/text.h"

#define PART 4096 /* bytes of the file that are decoded at a time */

struct keysxml {
	keysxml_fn *fn;
	void *arg;
	xmlParserCtxt *ctxt;
	struct fault fault; /* why set: the file cannot be read on */
	/* what stands before the parser */
	size_t line, run;
	bool begun;
	struct encoding_state from;
	/* where the parser is */
	int depth;
	int key_depth;   /* of the key's element; 0: in none */
	int value_depth; /* of the element whose text is a value; 0: none */
	/* the key */
	size_t key_line;
	struct fault bad; /* why set: it is refused */
	bool has[KEYNAME_COUNT];
	size_t column; /* of the value being read */
	size_t len;    /* of it */
	char value[KEYNAME_COUNT][KEYSXML_VALUE_MAX + 1];
	char text[ENCODING_ROOM(PART)]; /* UTF-16 as UTF-8 */
};

static void
keysxml_stop(struct keysxml *x, const char *why)
{
	if (x->fault.why[0] == '\0')
		(void)fault_set(&x->fault,
		    (size_t)xmlSAX2GetLineNumber(x->ctxt), "%s", why);
	xmlStopParser(x->ctxt);
}

static void
keysxml_refuse(struct keysxml *x, const char *why)
{
	if (x->bad.why[0] == '\0')
		(void)fault_set(&x->bad, (size_t)xmlSAX2GetLineNumber(x->ctxt),
		    "%s", why);
}

/* --- a key and its values ------------------------------------------------- */

static void
key_begin(struct keysxml *x)
{
	x->key_depth = x->depth;
	x->key_line = (size_t)xmlSAX2GetLineNumber(x->ctxt);
	x->bad.why[0] = '\0';
	memset(x->has, 0, sizeof(x->has));
}

static void
key_end(struct keysxml *x)
{
	const char *value[KEYNAME_COUNT];
	struct keyrow k;
	struct fault f;

	for (size_t i = 0; i < KEYNAME_COUNT; i++)
		value[i] = x->has[i] ? x->value[i] : NULL;
	x->key_depth = 0;
	if (x->bad.why[0] != '\0') {
		memset(&k, 0, sizeof(k));
		if (value[KEYNAME_PID] != NULL)
			pid_as_written(k.pid, value[KEYNAME_PID],
			    strlen(value[KEYNAME_PID]));
		x->fn(x->arg, &k, x->key_line, &x->bad);
	} else if (keynames_read(&k, value, &f) == 0)
		x->fn(x->arg, &k, x->key_line, NULL);
	else {
		f.at = x->key_line;
		x->fn(x->arg, &k, x->key_line, &f);
	}
	explicit_bzero(&k, sizeof(k));
	explicit_bzero(x->value, sizeof(x->value));
}

static void
value_begin(struct keysxml *x, size_t column)
{
	if (x->has[column])
		keysxml_refuse(x, "a key has two values of one meaning");
	x->has[column] = true;
	x->column = column;
	x->len = 0;
	x->value[column][0] = '\0';
}

static void
value_add(struct keysxml *x, const char *s, size_t len)
{
	if (len > KEYSXML_VALUE_MAX - x->len) {
		keysxml_refuse(x,
		    TEXT_WITH("a value of the key is longer than ",
		        KEYSXML_VALUE_MAX, " bytes"));
		return;
	}
	memcpy(x->value[x->column] + x->len, s, len);
	x->len += len;
	x->value[x->column][x->len] = '\0';
}

/* The blanks that indenting leaves around an element's text; an attribute is
 * taken as it stands. */
static void
value_trim(struct keysxml *x)
{
	char *v = x->value[x->column];
	size_t lead = strspn(v, " \t\r\n");

	while (x->len > lead && strchr(" \t\r\n", v[x->len - 1]) != NULL)
		x->len--;
	x->len -= lead;
	memmove(v, v + lead, x->len);
	v[x->len] = '\0';
}

/* --- what the parser tells ------------------------------------------------ */

/* Five pointers an attribute: name, prefix, URI, value and its end. */
enum { ATTR_NAME = 0, ATTR_VALUE = 3, ATTR_END = 4, ATTR_SIZE = 5 };

static int
attribute_column(const xmlChar **attrs, int i)
{
	return keyname_find((const char *)attrs[i * ATTR_SIZE + ATTR_NAME]);
}

static bool
is_pair(int column)
{
	return column == KEYNAME_PID || column == KEYNAME_PPS;
}

static bool
has_pair(const xmlChar **attrs, int n)
{
	for (int i = 0; i < n; i++)
		if (is_pair(attribute_column(attrs, i)))
			return true;
	return false;
}

/* Elements that are a key whatever they hold. */
static bool
named_key(const char *name)
{
	static const struct heading_name keys[] = { { "key", 0 },
		{ "amtkey", 0 }, { "keypair", 0 }, { "pidpps", 0 },
		{ "pskpair", 0 } };

	return heading_find(name, keys, sizeof(keys) / sizeof(keys[0])) == 0;
}

static void
take_attributes(struct keysxml *x, const xmlChar **attrs, int n)
{
	for (int i = 0; i < n; i++) {
		int column = attribute_column(attrs, i);
		const char *s = (const char *)attrs[i * ATTR_SIZE + ATTR_VALUE];
		const char *end = (const char *)attrs[i * ATTR_SIZE + ATTR_END];

		if (column == -1)
			continue;
		value_begin(x, (size_t)column);
		value_add(x, s, (size_t)(end - s));
	}
}

/* <pid value="..."/> instead of <pid>...</pid>. */
static void
take_value(struct keysxml *x, const xmlChar **attrs, int n)
{
	for (int i = 0; i < n; i++) {
		const char *s = (const char *)attrs[i * ATTR_SIZE + ATTR_VALUE];
		const char *end = (const char *)attrs[i * ATTR_SIZE + ATTR_END];

		if (text_same((const char *)attrs[i * ATTR_SIZE + ATTR_NAME],
		        "value"))
			value_add(x, s, (size_t)(end - s));
	}
}

static void
took_start(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri, int nspaces, const xmlChar **spaces, int n,
    int ndefaulted, const xmlChar **attrs)
{
	struct keysxml *x = arg;
	int column = keyname_find((const char *)name);
	bool any = false;

	(void)prefix, (void)uri, (void)spaces, (void)ndefaulted;
	if (++x->depth > KEYSXML_DEPTH_MAX) {
		keysxml_stop(x,
		    TEXT_WITH("elements are nested too deep (expected up to ",
		        KEYSXML_DEPTH_MAX, ")"));
		return;
	}
	if (n + nspaces > KEYSXML_ATTRIBUTES_MAX) {
		keysxml_stop(x,
		    "an element has too many attributes (expected up to "
		    "64)");
		return;
	}
	for (int i = 0; i < n; i++)
		any = any || attribute_column(attrs, i) != -1;
	if (x->value_depth != 0) {
		keysxml_refuse(x, "a value of the key holds an element");
		return;
	}
	if (x->key_depth != 0 && named_key((const char *)name)) {
		keysxml_refuse(x, "a key is inside another key");
		return;
	}
	/* What else the root has says something of the list, not of a key. */
	if (x->key_depth == 0 &&
	    (x->depth > 1 ? any || named_key((const char *)name)
	                  : has_pair(attrs, n)))
		key_begin(x);
	else if (x->key_depth == 0 && x->depth > 1 && column != -1 &&
	    (x->depth > 2 || is_pair(column))) {
		x->depth--;
		key_begin(x);
		x->depth++;
	}
	if (x->key_depth == 0)
		return;
	take_attributes(x, attrs, n);
	if (x->depth > x->key_depth && column != -1) {
		value_begin(x, (size_t)column);
		x->value_depth = x->depth;
		take_value(x, attrs, n);
	}
}

static void
took_end(void *arg, const xmlChar *name, const xmlChar *prefix,
    const xmlChar *uri)
{
	struct keysxml *x = arg;

	(void)name, (void)prefix, (void)uri;
	if (x->depth == x->value_depth) {
		value_trim(x);
		x->value_depth = 0;
	}
	if (x->depth == x->key_depth)
		key_end(x);
	x->depth--;
}

static void
took_text(void *arg, const xmlChar *s, int len)
{
	struct keysxml *x = arg;

	if (x->value_depth != 0 && x->depth == x->value_depth)
		value_add(x, (const char *)s, (size_t)len);
}

/* Called at <!DOCTYPE, before anything in it is read. */
static void
took_dtd(void *arg, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	(void)name, (void)external, (void)system;
	keysxml_stop(arg, "a document type (<!DOCTYPE) is not taken here");
}

/* In our words: the parser's own may quote the file. */
static void
took_error(void *arg, xmlErrorPtr e)
{
	struct keysxml *x = arg;

	/* A prefix that is not declared: names are taken without it. */
	if (e->level < XML_ERR_ERROR || e->domain == XML_FROM_NAMESPACE)
		return;
	switch (e->code) {
	case XML_ERR_DOCUMENT_EMPTY:
	case XML_ERR_DOCUMENT_END:
	case XML_ERR_TAG_NOT_FINISHED:
		keysxml_stop(x, "XML ends early (was the file cut off?)");
		break;
	case XML_ERR_UNDECLARED_ENTITY:
	case XML_ERR_ENTITYREF_NO_NAME:
	case XML_ERR_ENTITYREF_SEMICOL_MISSING:
		keysxml_stop(x,
		    "not XML: a plain & must be written &amp;, and other "
		    "entities are not taken here");
		break;
	case XML_ERR_INVALID_ENCODING:
		keysxml_stop(x, "not UTF-8 (is this Latin-1?)");
		break;
	case XML_ERR_NO_MEMORY:
		keysxml_stop(x, "out of memory");
		break;
	default:
		keysxml_stop(x,
		    "not XML: the markup is broken, or it is not UTF-8");
	}
}

/* --- bytes ---------------------------------------------------------------- */

struct keysxml *
keysxml_new(keysxml_fn *fn, void *arg)
{
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = took_dtd,
		.startElementNs = took_start,
		.endElementNs = took_end,
		.characters = took_text,
		.cdataBlock = took_text,
		.serror = took_error,
	};
	struct keysxml *x = calloc(1, sizeof(*x));

	if (x == NULL)
		return NULL;
	x->fn = fn;
	x->arg = arg;
	x->line = 1;
	x->ctxt = xmlCreatePushParserCtxt(&sax, x, NULL, 0, NULL);
	if (x->ctxt == NULL) {
		free(x);
		return NULL;
	}
	(void)xmlCtxtUseOptions(x->ctxt,
	    XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	return x;
}

void
keysxml_free(struct keysxml *x)
{
	if (x == NULL)
		return;
	xmlFreeParserCtxt(x->ctxt);
	explicit_bzero(x, sizeof(*x));
	free(x);
}

/* What the parser need not see, and what would cost it much. */
static int
keysxml_guard(struct keysxml *x, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (p[i] == 0)
			return fault_set(&x->fault, x->line,
			    "a NUL byte in the file (is it UTF-16? expected "
			    "UTF-8)");
		x->run = p[i] == '>' ? 0 : x->run + 1;
		if (x->run > KEYSXML_RUN_MAX)
			return fault_set(&x->fault, x->line,
			    "a tag or text is too long (more than %d bytes)",
			    KEYSXML_RUN_MAX);
		x->line += p[i] == '\n';
	}
	return 0;
}

/* *f is what the parser or the guard said, if anything. */
static int
keysxml_verdict(const struct keysxml *x, struct fault *f)
{
	if (x->fault.why[0] == '\0')
		return 0;
	*f = x->fault;
	return -1;
}

/* UTF-8, to the parser. */
static int
feed_text(struct keysxml *x, const char *s, size_t len)
{
	if (keysxml_guard(x, (const uint8_t *)s, len) == -1)
		return -1;
	while (len != 0 && x->fault.why[0] == '\0') {
		int n = len < 65536 ? (int)len : 65536;

		(void)xmlParseChunk(x->ctxt, s, n, 0);
		s += n;
		len -= (size_t)n;
	}
	return x->fault.why[0] == '\0' ? 0 : -1;
}

static int
feed_utf16(struct keysxml *x, const uint8_t *p, size_t len)
{
	for (size_t at = 0; at < len; at += PART) {
		size_t n = len - at < PART ? len - at : PART;

		n = encoding_next(&x->from, x->text, p + at, n);
		/* A password would be another one with U+FFFD in it. */
		if (x->from.nbad != 0)
			return fault_set(&x->fault, x->line,
			    "not %s: half a character stands alone here or in "
			    "what follows",
			    encoding_name(x->from.from));
		if (feed_text(x, x->text, n) == -1)
			return -1;
	}
	return 0;
}

/*
 * Neither byte of the mark of UTF-16 occurs in UTF-8, so the first one says
 * which it is.  The mark is decoded as well: the parser skips it.
 */
static void
keysxml_begin(struct keysxml *x, uint8_t first)
{
	x->begun = true;
	if (first == 0xff)
		x->from.from = ENCODING_UTF16LE;
	else if (first == 0xfe)
		x->from.from = ENCODING_UTF16BE;
}

int
keysxml_feed(struct keysxml *x, const void *buf, size_t len, struct fault *f)
{
	const uint8_t *p = buf;

	if (!x->begun && len != 0)
		keysxml_begin(x, p[0]);
	if (x->from.from == ENCODING_UTF8)
		(void)feed_text(x, buf, len);
	else
		(void)feed_utf16(x, p, len);
	return keysxml_verdict(x, f);
}

int
keysxml_end(struct keysxml *x, struct fault *f)
{
	if (encoding_end(&x->from, x->text) != 0)
		(void)fault_set(&x->fault, x->line,
		    "XML ends early (was the file cut off?)");
	(void)xmlParseChunk(x->ctxt, NULL, 0, 1);
	if (x->fault.why[0] == '\0' && x->ctxt->wellFormed == 0)
		(void)fault_set(&x->fault, x->line, "not XML");
	return keysxml_verdict(x, f);
}
