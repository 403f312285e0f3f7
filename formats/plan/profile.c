#include "plan/profile.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include "plan/profile.rng.h"
#include "base/text.h"

/* In the order of enum profile_switch. */
static const char *const switches[] = { "keep", "off", "on" };
#define NSWITCHES (sizeof(switches) / sizeof(switches[0]))

/*
 * The elements inside <profile>, for messages: the schema decides, and says
 * little about why not.
 */
static const struct profile_part {
	const char *name;
	const char *modes[4]; /* the elements one of which it holds; none: a
	                       * word */
	const char *expected;
} parts[] = {
	{ "admin-password", { "random", "fixed" },
	    "<random/> or <fixed>...</fixed>" },
	{ "mebx-password", { "keep", "random", "fixed" },
	    "<keep/>, <random/> or <fixed>...</fixed>" },
	{ "ping", { NULL }, "keep, off or on" },
	{ "rmcp-ping", { NULL }, "keep, off or on" },
};
#define NPARTS (sizeof(parts) / sizeof(parts[0]))

static bool
named(const xmlNode *n, const char *name)
{
	return n->type == XML_ELEMENT_NODE &&
	    strcmp((const char *)n->name, name) == 0;
}

static const char *
name_of(const xmlNode *n)
{
	return (const char *)n->name;
}

static size_t
line_of(const xmlNode *n)
{
	long line = xmlGetLineNo(n);

	return line < 0 ? 0 : (size_t)line;
}

static bool
is_text(const xmlNode *n)
{
	const char *s = (const char *)n->content;

	return n->type == XML_TEXT_NODE && s[strspn(s, " \t\r\n")] != '\0';
}

/* The text in n without the blanks around it, as the schema compares it. */
static void
word_in(const xmlNode *n, char *to, size_t cap)
{
	xmlChar *all = xmlNodeGetContent(n);
	const char *s = all != NULL ? (const char *)all : "";
	size_t len;

	s += strspn(s, " \t\r\n");
	len = strlen(s);
	while (len > 0 && strchr(" \t\r\n", s[len - 1]) != NULL)
		len--;
	text_show(to, cap, s, len);
	xmlFree(all);
}

/* The place in switches of the word in n, or -1. */
static int
switch_in(const xmlNode *n)
{
	char word[16];

	word_in(n, word, sizeof(word));
	for (int i = 0; i < (int)NSWITCHES; i++)
		if (strcmp(word, switches[i]) == 0)
			return i;
	return -1;
}

static const xmlNode *
first_element(const xmlNode *parent)
{
	const xmlNode *n = parent->children;

	while (n != NULL && n->type != XML_ELEMENT_NODE)
		n = n->next;
	return n;
}

/* --- parsing ------------------------------------------------------------ */

/*
 * What the parser complains about, in our words: its own may quote some of
 * the file, and a password with < or & in it is what people get wrong.
 */
static const char *
parse_error(int code)
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
took_parse_error(void *arg, xmlErrorPtr e)
{
	const xmlParserCtxt *ctxt = arg;
	struct fault *f = ctxt->_private;

	if (f->why[0] == '\0')
		(void)fault_set(f, e->line > 0 ? (size_t)e->line : 0, "%s",
		    parse_error(e->code));
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

/* *f is filled when there is no answer. */
static xmlDoc *
parse(const char *xml, size_t len, struct fault *f)
{
	xmlParserCtxt *ctxt = xmlNewParserCtxt();
	xmlDoc *doc;

	*f = (struct fault){ 0 };
	if (ctxt == NULL) {
		(void)fault_set(f, 0, "out of memory");
		return NULL;
	}
	ctxt->_private = f;
	ctxt->sax->serror = took_parse_error;
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

/* --- the schema, and why it says no --------------------------------------- */

static void
ignore_error(void *arg, xmlErrorPtr e)
{
	(void)arg;
	(void)e;
}

static bool
schema_accepts(xmlDoc *doc)
{
	xmlRelaxNGParserCtxt *source = xmlRelaxNGNewMemParserCtxt(profile_rng,
	    (int)sizeof(profile_rng) - 1);
	xmlRelaxNG *schema = NULL;
	xmlRelaxNGValidCtxt *valid = NULL;
	bool accepts = false;

	if (source != NULL) {
		xmlRelaxNGSetParserStructuredErrors(source, ignore_error, NULL);
		schema = xmlRelaxNGParse(source);
	}
	if (schema != NULL)
		valid = xmlRelaxNGNewValidCtxt(schema);
	if (valid != NULL) {
		xmlRelaxNGSetValidStructuredErrors(valid, ignore_error, NULL);
		accepts = xmlRelaxNGValidateDoc(valid, doc) == 0;
	}
	xmlRelaxNGFreeValidCtxt(valid);
	xmlRelaxNGFree(schema);
	xmlRelaxNGFreeParserCtxt(source);
	return accepts;
}

/* -1 when something is wrong with the word of a switch. */
static int
blame_word(const xmlNode *n, const struct profile_part *part, struct fault *f)
{
	char shown[40];

	if (first_element(n) != NULL)
		return fault_set(f, line_of(first_element(n)),
		    "<%s> holds an element (expected %s)", part->name,
		    part->expected);
	if (switch_in(n) != -1)
		return 0;
	word_in(n, shown, sizeof(shown));
	return fault_set(f, line_of(n), "<%s>: got \"%s\", expected %s",
	    part->name, shown, part->expected);
}

static bool
known_mode(const xmlNode *mode, const struct profile_part *part)
{
	for (size_t i = 0; part->modes[i] != NULL; i++)
		if (named(mode, part->modes[i]))
			return true;
	return false;
}

/* As blame_word for the one element in a password's.  Text is not quoted. */
static int
blame_password(const xmlNode *n, const struct profile_part *part,
    struct fault *f)
{
	const xmlNode *mode = first_element(n);

	for (const xmlNode *t = n->children; t != NULL; t = t->next) {
		if (is_text(t))
			return fault_set(f, line_of(n),
			    "<%s> holds plain text (expected %s)", part->name,
			    part->expected);
		if (t->type == XML_ELEMENT_NODE && t != mode)
			return fault_set(f, line_of(t),
			    "<%s> holds two elements (expected %s)", part->name,
			    part->expected);
	}
	if (mode == NULL || !known_mode(mode, part))
		return fault_set(f, line_of(mode != NULL ? mode : n),
		    "<%s> is %s (expected %s)", part->name,
		    mode == NULL ? "empty" : "not in a known way",
		    part->expected);
	if (mode->properties != NULL || mode->ns != NULL ||
	    first_element(mode) != NULL)
		return fault_set(f, line_of(mode),
		    "<%s> in <%s> takes neither attributes nor elements",
		    name_of(mode), part->name);
	if (!named(mode, "fixed") && mode->children != NULL)
		return fault_set(f, line_of(mode), "<%s/> in <%s> is not empty",
		    name_of(mode), part->name);
	return 0;
}

static int
blame_part(const xmlNode *n, struct fault *f)
{
	size_t i = 0;

	while (i < NPARTS && !named(n, parts[i].name))
		i++;
	if (i == NPARTS)
		return fault_set(f, line_of(n),
		    "unknown element <%.40s> (expected admin-password, "
		    "mebx-password, ping or rmcp-ping)",
		    name_of(n));
	for (const xmlNode *m = n->prev; m != NULL; m = m->prev)
		if (named(m, parts[i].name))
			return fault_set(f, line_of(n),
			    "<%s> stands here a second time (first in line "
			    "%zu)",
			    parts[i].name, line_of(m));
	if (n->properties != NULL)
		return fault_set(f, line_of(n), "<%s> takes no attributes",
		    parts[i].name);
	return parts[i].modes[0] != NULL ? blame_password(n, &parts[i], f)
	                                 : blame_word(n, &parts[i], f);
}

/* The schema said no: finds the place and says why.  Always -1. */
static int
blame(const xmlDoc *doc, struct fault *f)
{
	const xmlNode *root = xmlDocGetRootElement(doc);

	if (root == NULL || !named(root, "profile"))
		return fault_set(f, root != NULL ? line_of(root) : 0,
		    "not a profile (expected <profile name=\"...\">)");
	if (xmlHasProp(root, BAD_CAST "name") == NULL)
		return fault_set(f, line_of(root),
		    "<profile> has no name (expected <profile "
		    "name=\"...\">)");
	if (root->properties->next != NULL)
		return fault_set(f, line_of(root),
		    "<profile> takes no attribute but name");
	for (const xmlNode *n = root->children; n != NULL; n = n->next) {
		if (is_text(n))
			return fault_set(f, line_of(n),
			    "text between the elements");
		if (n->type == XML_ELEMENT_NODE && blame_part(n, f) == -1)
			return -1;
	}
	return fault_set(f, line_of(root),
	    "not as the schema profile.rng has it");
}

/* --- taking it out -------------------------------------------------------- */

/* From here on the schema has said yes. */

static int
take_name(struct profile *p, const xmlNode *root, struct fault *f)
{
	xmlChar *name = xmlGetNoNsProp(root, BAD_CAST "name");
	static const char legal[] = "abcdefghijklmnopqrstuvwxyz"
	                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	size_t len = name != NULL ? strlen((char *)name) : 0;
	int rc = 0;

	if (len == 0 || len >= sizeof(p->name) ||
	    strspn((char *)name, legal) != len)
		rc = fault_set(f, line_of(root),
		    "the profile's name is not 1 to %zu letters, digits, "
		    "dots, dashes and underscores",
		    sizeof(p->name) - 1);
	else
		memcpy(p->name, name, len + 1);
	xmlFree(name);
	return rc;
}

static int
take_fixed(char to[PASSWORD_MAX + 1], const xmlNode *n, struct fault *f)
{
	xmlChar *word = xmlNodeGetContent(n);
	size_t len = word != NULL ? strlen((char *)word) : 0;
	struct fault inner;
	int rc = password_check(word != NULL ? (char *)word : "", len, &inner);

	if (rc == 0)
		memcpy(to, word, len + 1);
	else
		(void)fault_set(f, line_of(n), "<%s>: %s", name_of(n->parent),
		    inner.why);
	if (word != NULL)
		explicit_bzero(word, len);
	xmlFree(word);
	return rc;
}

static int
take_switch(enum profile_switch *to, const xmlNode *n, struct fault *f)
{
	int i = switch_in(n);

	if (i == -1)
		return blame_part(n, f);
	*to = (enum profile_switch)i;
	return 0;
}

static int
take_part(struct profile *p, const xmlNode *n, struct fault *f)
{
	const xmlNode *mode = first_element(n);

	if (named(n, "ping"))
		return take_switch(&p->ping, n, f);
	if (named(n, "rmcp-ping"))
		return take_switch(&p->rmcp_ping, n, f);
	if (named(n, "admin-password") && named(mode, "fixed")) {
		p->admin_mode = PROFILE_ADMIN_FIXED;
		return take_fixed(p->admin_fixed, mode, f);
	}
	if (named(n, "mebx-password") && named(mode, "fixed")) {
		p->mebx_mode = PROFILE_MEBX_FIXED;
		return take_fixed(p->mebx_fixed, mode, f);
	}
	if (named(n, "mebx-password") && named(mode, "random"))
		p->mebx_mode = PROFILE_MEBX_RANDOM;
	return 0;
}

static int
profile_fill(struct profile *p, const xmlDoc *doc, struct fault *f)
{
	const xmlNode *root = xmlDocGetRootElement(doc);

	if (take_name(p, root, f) == -1)
		return -1;
	for (const xmlNode *n = root->children; n != NULL; n = n->next)
		if (n->type == XML_ELEMENT_NODE && take_part(p, n, f) == -1)
			return -1;
	return 0;
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

int
profile_decode(struct profile *p, const char *xml, size_t len, struct fault *f)
{
	struct fault own;
	xmlDoc *doc = NULL;
	int rc = -1;

	memset(p, 0, sizeof(*p));
	if (f == NULL)
		f = &own;
	if (check_bytes(xml, len, f) == -1)
		return -1;
	doc = parse(xml, len, f);
	if (doc == NULL)
		return -1;
	rc = schema_accepts(doc) ? profile_fill(p, doc, f) : blame(doc, f);
	xmlFreeDoc(doc);
	if (rc == -1)
		profile_wipe(p);
	return rc;
}

void
profile_wipe(struct profile *p)
{
	explicit_bzero(p, sizeof(*p));
}

int
profile_settings(char *to, size_t cap, const struct profile *p)
{
	int n = snprintf(to, cap, "ping=%s,rmcp-ping=%s", switches[p->ping],
	    switches[p->rmcp_ping]);

	return n < 0 || (size_t)n >= cap ? -1 : 0;
}
