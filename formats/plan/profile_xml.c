#include "plan/profile_xml.h"

#include <string.h>

#include <libxml/parser.h>

#include "base/text.h"
#include "plan/profile.h"

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
		return "not XML (is the file empty or cut off?)";
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
