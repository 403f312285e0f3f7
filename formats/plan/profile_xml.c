#include "plan/profile_xml.h"

#include <string.h>

#include <libxml/parser.h>

#include "base/text.h"
#include "plan/profiles.h"

/*
 * What the parser complains about, in our words: its own may quote some of
 * the file, and a password with < or & in it is what people get wrong.
 */
static const char *
words_of_error(int code)
{
	switch (code) {
	case XML_ERR_DOCUMENT_EMPTY:
	case XML_ERR_DOCUMENT_END:
		return "not XML (is the file empty, cut off or of another kind?)";
	case XML_ERR_ENTITYREF_NO_NAME:
	case XML_ERR_ENTITYREF_SEMICOL_MISSING:
	case XML_ERR_UNDECLARED_ENTITY:
	case XML_WAR_UNDECLARED_ENTITY:
		return "not XML: a plain & must be written &amp;";
	case XML_ERR_TAG_NAME_MISMATCH:
	case XML_ERR_TAG_NOT_FINISHED:
	case XML_ERR_LTSLASH_REQUIRED:
	case XML_ERR_GT_REQUIRED:
	case XML_ERR_NAME_REQUIRED:
		return "not XML: an element is not closed, or a plain < is "
		       "not written &lt;";
	default:
		return "not XML";
	}
}

static void
note_error(void *arg, xmlErrorPtr e)
{
	const xmlParserCtxt *ctxt = arg;
	struct fault *f = ctxt->_private;

	if (f->why[0] == '\0')
		(void)fault_set(f, e->line > 0 ? (size_t)e->line : 0, "%s",
		    words_of_error(e->code));
}

/* Called at <!DOCTYPE, before anything in it is read. */
static void
refuse_dtd(void *arg, const xmlChar *name, const xmlChar *external,
    const xmlChar *system)
{
	xmlParserCtxt *ctxt = arg;
	struct fault *f = ctxt->_private;

	(void)name;
	(void)external;
	(void)system;
	(void)fault_set(f, (size_t)xmlSAX2GetLineNumber(ctxt),
	    "a document type (<!DOCTYPE) is not taken here");
	xmlStopParser(ctxt);
}

/* Bytes that the parser's own messages would quote: none may reach it. */
static int
check_bytes(const char *xml, size_t len, struct fault *f)
{
	struct fault inner;
	const char *nul = memchr(xml, '\0', len);
	size_t line = 1, end;

	if (len > PROFILE_MAX)
		return fault_set(f, 0,
		    "profile is too large (got %zu bytes, expected at most "
		    "%d)",
		    len, PROFILE_MAX);
	if (nul == NULL && text_utf8(xml, len, &inner) == 0)
		return 0;
	end = nul != NULL ? (size_t)(nul - xml) : inner.at;
	for (size_t i = 0; i < end; i++)
		line += xml[i] == '\n';
	return fault_set(f, line, "%s",
	    nul != NULL ? "NUL byte (is this UTF-16? save it as UTF-8)"
	                : "not UTF-8 (is this Latin-1? save it as UTF-8)");
}

xmlDoc *
profile_xml_parse(const char *xml, size_t len, struct fault *f)
{
	xmlParserCtxt *ctxt;
	xmlDoc *doc;

	*f = (struct fault){ 0 };
	if (check_bytes(xml, len, f) == -1)
		return NULL;
	ctxt = xmlNewParserCtxt();
	if (ctxt == NULL) {
		(void)fault_set(f, 0, "out of memory");
		return NULL;
	}
	ctxt->_private = f;
	ctxt->sax->serror = note_error;
	ctxt->sax->internalSubset = refuse_dtd;
	doc = xmlCtxtReadMemory(ctxt, xml, (int)len, NULL, "UTF-8",
	    XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_IGNORE_ENC);
	/* A stopped parser hands out what it had. */
	if (f->why[0] != '\0' || doc == NULL) {
		if (f->why[0] == '\0')
			(void)fault_set(f, 0, "not XML");
		xmlFreeDoc(doc);
		doc = NULL;
	}
	xmlFreeParserCtxt(ctxt);
	return doc;
}

/* --- elements and text ---------------------------------------------------- */

#define BLANKS " \t\r\n"

bool
profile_xml_named(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE &&
	    strcmp((const char *)n->name, name) == 0;
}

const char *
profile_xml_name(const xmlNode *n)
{
	return (const char *)n->name;
}

size_t
profile_xml_line(const xmlNode *n)
{
	long line = xmlGetLineNo(n);

	return line < 0 ? 0 : (size_t)line;
}

bool
profile_xml_is_text(const xmlNode *n)
{
	const char *s = (const char *)n->content;

	return n->type == XML_TEXT_NODE && s[strspn(s, BLANKS)] != '\0';
}

const xmlNode *
profile_xml_first(const xmlNode *parent)
{
	const xmlNode *n = parent->children;

	while (n != NULL && n->type != XML_ELEMENT_NODE)
		n = n->next;
	return n;
}

const xmlNode *
profile_xml_next(const xmlNode *n)
{
	do
		n = n->next;
	while (n != NULL && n->type != XML_ELEMENT_NODE);
	return n;
}

void
profile_xml_word(const xmlNode *n, char *to, size_t cap)
{
	xmlChar *all = xmlNodeGetContent(n);
	const char *s = all != NULL ? (const char *)all : "";
	size_t len;

	s += strspn(s, BLANKS);
	len = strlen(s);
	while (len > 0 && strchr(BLANKS, s[len - 1]) != NULL)
		len--;
	if (len >= cap)
		len = cap - 1; /* too long for any setting */
	memcpy(to, s, len);
	to[len] = '\0';
	if (all != NULL)
		explicit_bzero(all, strlen((char *)all));
	xmlFree(all);
}

bool
profile_xml_attribute(const xmlNode *n, const char *name, char *to, size_t cap)
{
	xmlChar *value = xmlGetNoNsProp(n, BAD_CAST name);
	size_t len = value != NULL ? strlen((char *)value) : 0;
	bool fits = value != NULL && len < cap;

	to[0] = '\0';
	if (fits)
		memcpy(to, value, len + 1);
	xmlFree(value);
	return fits;
}

int
profile_xml_no_text(const xmlNode *n, struct fault *f)
{
	for (const xmlNode *t = n->children; t != NULL; t = t->next)
		if (profile_xml_is_text(t))
			return fault_set(f, profile_xml_line(t),
			    "text between the elements");
	return 0;
}
