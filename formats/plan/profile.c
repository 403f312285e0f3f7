#include "plan/profile.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libxml/relaxng.h>

#include "plan/profile.rng.h"
#include "plan/profile_xml.h"
#include "setup/setting.h"
#include "base/text.h"

/*
 * The elements inside <profile> that are no settings, for messages: the schema
 * decides, and says little about why not.
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
};
#define NPARTS (sizeof(parts) / sizeof(parts[0]))

static bool
profile_named(const xmlNode *n, const char *name)
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

/* The text in n without the blanks around it, as the schema compares it; not
 * shown, as it may be what the machine gets. */
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
	if (len >= cap)
		len = cap - 1; /* too long for any setting */
	memcpy(to, s, len);
	to[len] = '\0';
	xmlFree(all);
}

static const xmlNode *
first_element(const xmlNode *parent)
{
	const xmlNode *n = parent->children;

	while (n != NULL && n->type != XML_ELEMENT_NODE)
		n = n->next;
	return n;
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

/* -1 when something is wrong with what a setting holds. */
static int
blame_setting(const xmlNode *n, const struct setting *row, struct fault *f)
{
	char value[SETTING_VALUE_MAX + 2], shown[40];
	struct fault inner;

	if (first_element(n) != NULL)
		return fault_set(f, line_of(first_element(n)),
		    "<%s> holds an element (expected %s)", row->name,
		    setting_expected(row));
	word_in(n, value, sizeof(value));
	if (setting_check(row, value, &inner) == 0)
		return 0;
	if (row->type == SETTING_PASSWORD || row->secret)
		return fault_set(f, line_of(n), "<%s>: expected %s", row->name,
		    setting_expected(row));
	text_show(shown, sizeof(shown), value, strlen(value));
	return fault_set(f, line_of(n), "<%s>: got \"%s\", expected %s",
	    row->name, shown, setting_expected(row));
}

static bool
known_mode(const xmlNode *mode, const struct profile_part *part)
{
	for (size_t i = 0; part->modes[i] != NULL; i++)
		if (profile_named(mode, part->modes[i]))
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
	if (!profile_named(mode, "fixed") && mode->children != NULL)
		return fault_set(f, line_of(mode), "<%s/> in <%s> is not empty",
		    name_of(mode), part->name);
	return 0;
}

/* "admin-password, mebx-password, ping or rmcp-ping" */
static void
name_parts(char *to, size_t cap)
{
	const char *names[NPARTS + 64];
	size_t n = 0, len = 0;

	for (size_t i = 0; i < NPARTS; i++)
		names[n++] = parts[i].name;
	for (size_t i = 0; i < setting_count; i++)
		if (setting_table[i].own == NULL)
			names[n++] = setting_table[i].name;
	for (size_t i = 0; i < n && len < cap; i++)
		len += (size_t)snprintf(to + len, cap - len, "%s%s",
		    i == 0           ? ""
		        : i + 1 == n ? " or "
		                     : ", ",
		    names[i]);
}

static int
blame_unknown(const xmlNode *n, struct fault *f)
{
	char expected[120];

	name_parts(expected, sizeof(expected));
	return fault_set(f, line_of(n), "unknown element <%.40s> (expected %s)",
	    name_of(n), expected);
}

static int
blame_part(const xmlNode *n, struct fault *f)
{
	const struct setting *row = setting_of_profile(name_of(n));
	size_t i = 0;

	while (i < NPARTS && !profile_named(n, parts[i].name))
		i++;
	if (n->ns != NULL || (i == NPARTS && row == NULL))
		return blame_unknown(n, f);
	for (const xmlNode *m = n->prev; m != NULL; m = m->prev)
		if (profile_named(m, name_of(n)))
			return fault_set(f, line_of(n),
			    "<%s> stands here a second time (first in line "
			    "%zu)",
			    name_of(n), line_of(m));
	if (n->properties != NULL)
		return fault_set(f, line_of(n), "<%s> takes no attributes",
		    name_of(n));
	return row != NULL ? blame_setting(n, row, f)
	                   : blame_password(n, &parts[i], f);
}

/* The schema said no: finds the place and says why.  Always -1. */
static int
profile_blame(const xmlDoc *doc, struct fault *f)
{
	const xmlNode *root = xmlDocGetRootElement(doc);

	if (root == NULL || !profile_named(root, "profile"))
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
	return fault_set(f, line_of(root), "breaks the schema profile.rng");
}

/* --- taking it out -------------------------------------------------------- */

/* From here on the schema has said yes. */

static int
profile_read_name(struct profile *p, const xmlNode *root, struct fault *f)
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
profile_read_fixed(char to[PASSWORD_MAX + 1], const xmlNode *n, struct fault *f)
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

/* The schema leaves settings open: their names and values are the table's. */
static int
profile_read_setting(struct profile *p, const xmlNode *n, struct fault *f)
{
	const struct setting *row = setting_of_profile(name_of(n));
	char value[SETTING_VALUE_MAX + 2];
	int rc;

	if (blame_part(n, f) == -1)
		return -1;
	word_in(n, value, sizeof(value));
	rc = settings_add(&p->settings, row->name, "", value, f);
	explicit_bzero(value, sizeof(value));
	return rc;
}

static int
profile_read_part(struct profile *p, const xmlNode *n, struct fault *f)
{
	const xmlNode *mode = first_element(n);

	if (!profile_named(n, "admin-password") &&
	    !profile_named(n, "mebx-password"))
		return profile_read_setting(p, n, f);
	if (profile_named(n, "admin-password") &&
	    profile_named(mode, "fixed")) {
		p->admin_mode = PROFILE_ADMIN_FIXED;
		return profile_read_fixed(p->admin_fixed, mode, f);
	}
	if (profile_named(n, "mebx-password") && profile_named(mode, "fixed")) {
		p->mebx_mode = PROFILE_MEBX_FIXED;
		return profile_read_fixed(p->mebx_fixed, mode, f);
	}
	if (profile_named(n, "mebx-password") && profile_named(mode, "random"))
		p->mebx_mode = PROFILE_MEBX_RANDOM;
	return 0;
}

static bool
profile_names(const struct profile *p, const struct setting *row)
{
	for (size_t i = 0; i < p->settings.n; i++)
		if (p->settings.list[i].setting == row->name)
			return true;
	return false;
}

/* A profile's stream is never empty, so that a job can be told from one whose
 * settings got lost. */
static int
profile_keep_rest(struct profile *p, struct fault *f)
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];

		if (row->type == SETTING_SWITCH && row->own == NULL &&
		    !profile_names(p, row) &&
		    settings_add(&p->settings, row->name, "", "keep", f) == -1)
			return -1;
	}
	return 0;
}

static int
profile_fill(struct profile *p, const xmlDoc *doc, struct fault *f)
{
	const xmlNode *root = xmlDocGetRootElement(doc);

	if (profile_read_name(p, root, f) == -1)
		return -1;
	memcpy(p->settings.profile, p->name, sizeof(p->name));
	for (const xmlNode *n = root->children; n != NULL; n = n->next)
		if (n->type == XML_ELEMENT_NODE &&
		    profile_read_part(p, n, f) == -1)
			return -1;
	return profile_keep_rest(p, f);
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
	doc = profile_xml_parse(xml, len, f);
	if (doc == NULL)
		return -1;
	rc = schema_accepts(doc) ? profile_fill(p, doc, f)
	                         : profile_blame(doc, f);
	xmlFreeDoc(doc);
	if (rc == -1)
		profile_wipe(p);
	return rc;
}

void
profile_wipe(struct profile *p)
{
	settings_free(&p->settings);
	explicit_bzero(p, sizeof(*p));
}
