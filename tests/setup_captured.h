#ifndef SETUP_CAPTURED_H
#define SETUP_CAPTURED_H

/*
 * setup_captured - replies of real machines, as ../shared/vectors/wsman has
 * them, answer a conversation; for cmocka tests.  Include it after cmocka.h.
 *
 * A reply is given as it was captured but for the MessageID that it relates to.
 * An instance that was captured with a Pull answers a Get too, and the other
 * way round: the element is taken out of its list, or put into one.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "http_body.h"

#define CAPTURED_MAX 65536
#define CAPTURED_ENUMERATION "http://schemas.xmlsoap.org/ws/2004/09/enumeration"

/* Of the vectors; NULL: they are not here. */
static inline const char *
captured_folder(void)
{
	static char path[4096];
	const char *vectors = getenv("AMT_VECTORS");

	if (vectors == NULL || *vectors == '\0')
		return NULL;
	(void)snprintf(path, sizeof(path), "%s/wsman/responses", vectors);
	return path;
}

static inline bool
captured_are_absent(void)
{
	if (captured_folder() == NULL)
		print_message("# AMT_VECTORS is empty\n");
	return captured_folder() == NULL;
}

static inline void
captured_read(const char *file, char text[CAPTURED_MAX])
{
	char path[5000];
	size_t len;
	FILE *f;
	long n;

	(void)snprintf(path, sizeof(path), "%s/%s", captured_folder(), file);
	f = fopen(path, "rb");
	if (f == NULL)
		fail_msg("%s: no such vector", path);
	len = fread(text, 1, CAPTURED_MAX - 1, f);
	(void)fclose(f);
	n = http_body(text, len);
	assert_true(n > 0);
	text[n] = '\0';
}

static inline xmlNode *
captured_child(xmlNode *of, const char *name)
{
	for (xmlNode *n = of == NULL ? NULL : xmlFirstElementChild(of);
	     n != NULL; n = xmlNextElementSibling(n))
		if (name == NULL || strcmp((const char *)n->name, name) == 0)
			return n;
	return NULL;
}

/* To a list of one, or out of one. */
static inline void
captured_turn(xmlNode *body, bool pull)
{
	xmlNode *was = captured_child(body, NULL), *one, *list, *items;
	xmlNs *ns;

	if (!pull) {
		one = captured_child(captured_child(was, "Items"), NULL);
		assert_non_null(one);
		xmlUnlinkNode(one);
		(void)xmlReplaceNode(was, one);
		(void)xmlReconciliateNs(body->doc, one);
		xmlFreeNode(was);
		return;
	}
	list = xmlNewNode(NULL, BAD_CAST "PullResponse");
	ns = xmlNewNs(list, BAD_CAST CAPTURED_ENUMERATION, BAD_CAST "pull");
	xmlSetNs(list, ns);
	(void)xmlReplaceNode(was, list);
	items = xmlNewChild(list, ns, BAD_CAST "Items", NULL);
	(void)xmlAddChild(items, was);
	(void)xmlNewChild(list, ns, BAD_CAST "EndOfSequence", NULL);
}

/* The captured text as an answer to this verb. */
static inline void
captured_as(char text[CAPTURED_MAX], const char *verb)
{
	xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), "captured", NULL,
	    XML_PARSE_NONET);
	xmlNode *body, *what;
	xmlChar *out = NULL;
	int len = 0;
	bool list;

	assert_non_null(doc);
	body = captured_child(xmlDocGetRootElement(doc), "Body");
	assert_non_null(body);
	what = captured_child(body, NULL);
	list = what != NULL &&
	    strcmp((const char *)what->name, "PullResponse") == 0;
	if ((strcmp(verb, "Get") == 0 && list) ||
	    (strcmp(verb, "Pull") == 0 && !list)) {
		captured_turn(body, !list);
		xmlDocDumpMemory(doc, &out, &len);
		assert_true(len > 0 && len < CAPTURED_MAX);
		memcpy(text, out, (size_t)len);
		text[len] = '\0';
		xmlFree(out);
	}
	xmlFreeDoc(doc);
}

static inline size_t
captured_write(char *to, size_t cap, const xmlNode *n)
{
	const char *ns = (const char *)n->ns->href,
	           *p = strstr(ns, "addressing") != NULL ? "b"
	    : strstr(ns, "wsman.xsd") != NULL            ? "c"
	    : strstr(ns, "/common") != NULL              ? "i"
	                                                 : "g";
	xmlNode *in = xmlFirstElementChild((xmlNode *)n);
	xmlChar *name = xmlGetNoNsProp((xmlNode *)n, BAD_CAST "Name"),
	        *text = in != NULL ? NULL : xmlNodeGetContent(n),
	        *safe =
	            text == NULL ? NULL : xmlEncodeSpecialChars(n->doc, text);
	size_t len = (size_t)snprintf(to, cap, "<%s:%s", p, n->name);

	if (name != NULL)
		len +=
		    (size_t)snprintf(to + len, cap - len, " Name=\"%s\"", name);
	len += (size_t)snprintf(to + len, cap - len, ">%s",
	    safe == NULL ? "" : (const char *)safe);
	for (; in != NULL; in = xmlNextElementSibling(in))
		len += captured_write(to + len, cap - len, in);
	len += (size_t)snprintf(to + len, cap - len, "</%s:%s>", p, n->name);
	assert_true(len < cap);
	xmlFree(safe);
	xmlFree(text);
	xmlFree(name);
	return len;
}

/* Of an instance: its properties, with prefix g, what they hold with b, c
 * and i, as family_envelope has them. */
static inline void
captured_properties(const char *text, const char *class, char *to, size_t cap)
{
	xmlDoc *doc = xmlReadMemory(text, (int)strlen(text), "captured", NULL,
	    XML_PARSE_NONET);
	xmlNode *n =
	    captured_child(captured_child(xmlDocGetRootElement(doc), "Body"),
	        class);
	size_t len = 0;

	assert_non_null(n);
	for (n = xmlFirstElementChild(n); n != NULL;
	     n = xmlNextElementSibling(n))
		len += captured_write(to + len, cap - len, n);
	xmlFreeDoc(doc);
}

/* It relates to this request. */
static inline void
captured_relate(char text[CAPTURED_MAX], const char *request)
{
	const char *id = strstr(request, "MessageID>");
	char *from = strstr(text, "RelatesTo>"), *to, rest[CAPTURED_MAX];

	assert_non_null(id);
	if (from == NULL)
		return;
	id += strlen("MessageID>");
	from += strlen("RelatesTo>");
	to = strchr(from, '<');
	(void)snprintf(rest, sizeof(rest), "%s", to);
	(void)snprintf(from, CAPTURED_MAX - (size_t)(from - text), "%.*s%s",
	    (int)strcspn(id, "<"), id, rest);
}

#endif
