#include "plan/profile_schema.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/relaxng.h>

#include "plan/assign.h"
#include "plan/profile_rows.h"

/* --- its text ------------------------------------------------------------- */

struct schema {
	char *text; /* NULL once there was no memory */
	size_t len, cap;
};

__attribute__((format(printf, 2, 3))) static void
schema_add(struct schema *s, const char *fmt, ...)
{
	va_list ap;
	int n;

	/* A line of it is far shorter than what is kept free. */
	if (s->text != NULL && s->cap - s->len < 1024) {
		char *more = realloc(s->text, 2 * s->cap);

		if (more == NULL)
			free(s->text);
		s->text = more;
		s->cap *= 2;
	}
	if (s->text == NULL)
		return;
	va_start(ap, fmt);
	n = vsnprintf(s->text + s->len, s->cap - s->len, fmt, ap);
	va_end(ap);
	s->len += (size_t)n;
}

static void
schema_words(struct schema *s, const struct setting *row)
{
	for (const struct setting_choice *c = row->choices;
	     c != NULL && c->word != NULL; c++)
		schema_add(s, "<value>%s</value>", c->word);
}

/* xsd:token is without the blanks around it, as the reader compares. */
static void
schema_text(struct schema *s, const struct setting *row)
{
	schema_add(s,
	    "<data type=\"token\"><param name=\"minLength\">%u</param>"
	    "<param name=\"maxLength\">%u</param></data>",
	    row->least > 1 ? (unsigned)row->least : 1,
	    row->most != 0 ? (unsigned)row->most : SETTING_VALUE_MAX);
}

static void
schema_values(struct schema *s, const struct setting *row)
{
	switch (row->type) {
	case SETTING_SWITCH:
		schema_add(s,
		    "<choice><value>off</value><value>on</value>"
		    "</choice>");
		break;
	case SETTING_CHOICE:
		schema_add(s, "<choice>");
		schema_words(s, row);
		schema_add(s, "</choice>");
		break;
	case SETTING_NUMBER:
		schema_add(s,
		    "<data type=\"unsignedInt\">"
		    "<param name=\"minInclusive\">%u</param>"
		    "<param name=\"maxInclusive\">%u</param></data>",
		    (unsigned)row->least, (unsigned)row->most);
		break;
	case SETTING_WORDS:
		schema_add(s, "<list><oneOrMore><choice>");
		if (row->choices == NULL)
			schema_add(s, "<data type=\"token\"/>");
		schema_words(s, row);
		schema_add(s, "</choice></oneOrMore></list>");
		break;
	case SETTING_TEXT:
		schema_text(s, row);
		break;
	default: /* in any way of writing it: the reader's alone */
		schema_add(s, "<text/>");
	}
}

static void
schema_value(struct schema *s, const struct setting *row)
{
	bool keep = profile_rows_may_keep(row);

	if (keep)
		schema_add(s, "<choice><value>keep</value>");
	schema_values(s, row);
	if (keep)
		schema_add(s, "</choice>");
}

static void
schema_element(struct schema *s, const char *indent, const struct setting *row,
    bool required)
{
	schema_add(s, "%s%s<element name=\"%s\">", indent,
	    required ? "" : "<optional>", profile_rows_element(row));
	if (profile_rows_is_secret(row))
		schema_add(s, "<text/>");
	else
		schema_value(s, row);
	schema_add(s, "</element>%s\n", required ? "" : "</optional>");
}

static void
schema_list(struct schema *s, const char *list)
{
	schema_add(s,
	    "      <zeroOrMore>\n"
	    "        <element name=\"%s\">\n"
	    "          <attribute name=\"name\"/>\n"
	    "          <interleave>\n",
	    list);
	for (size_t i = 0; i < setting_count; i++)
		if (profile_rows_is_field(&setting_table[i], list))
			schema_element(s, "            ", &setting_table[i],
			    setting_table[i].required);
	schema_add(s,
	    "          </interleave>\n"
	    "        </element>\n"
	    "      </zeroOrMore>\n");
}

static void
schema_rows(struct schema *s)
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];

		if (row->own != NULL)
			continue;
		if (row->list == NULL)
			schema_element(s, "      ", row, false);
		else if (profile_rows_leads_list(row))
			schema_list(s, row->list);
	}
}

static const char schema_head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!-- What profile.xml may look like; profile(5) says what it means.\n"
    "     Made by amt-profile schema; xmllint checks a file with it:\n"
    "     xmllint -noout -relaxng profile.rng profile.xml -->\n"
    "<grammar xmlns=\"http://relaxng.org/ns/structure/1.0\"\n"
    "    datatypeLibrary=\"http://www.w3.org/2001/XMLSchema-datatypes\">\n"
    "  <start>\n"
    "    <choice>\n"
    "      <ref name=\"profile\"/>\n"
    "      <element name=\"profiles\">\n"
    "        <interleave>\n"
    "          <oneOrMore><ref name=\"rule\"/></oneOrMore>\n"
    "          <oneOrMore><ref name=\"profile\"/></oneOrMore>\n"
    "        </interleave>\n"
    "      </element>\n"
    "    </choice>\n"
    "  </start>\n"
    "\n";

static const char schema_passwords[] =
    "      <optional><element name=\"admin-password\"><choice>\n"
    "        <element name=\"random\"><empty/></element>\n"
    "        <ref name=\"fixed\"/>\n"
    "        <ref name=\"derived\"/>\n"
    "      </choice></element></optional>\n"
    "      <optional><element name=\"mebx-password\"><choice>\n"
    "        <element name=\"keep\"><empty/></element>\n"
    "        <element name=\"random\"><empty/></element>\n"
    "        <ref name=\"fixed\"/>\n"
    "        <ref name=\"derived\"/>\n"
    "      </choice></element></optional>\n";

/* No datatypes of passwords: their error messages would quote them. */
static const char schema_tail[] =
    "    </interleave>\n"
    "  </element></define>\n"
    "\n"
    "  <define name=\"fixed\"><element name=\"fixed\"><text/></element>"
    "</define>\n"
    "  <define name=\"derived\"><element name=\"derived\"><text/></element>"
    "</define>\n"
    "</grammar>\n";

static void
schema_rule(struct schema *s)
{
	schema_add(s,
	    "  <define name=\"rule\"><element name=\"rule\">\n"
	    "    <attribute name=\"profile\"/>\n");
	for (enum assign_condition c = 0; c < ASSIGN_NCONDITIONS; c++)
		schema_add(s,
		    "    <optional><attribute name=\"%s\"/></optional>\n",
		    assign_name(c));
	schema_add(s,
	    "    <empty/>\n"
	    "  </element></define>\n"
	    "\n");
}

char *
profile_schema_make(size_t *len)
{
	struct schema s = { .text = malloc(16384), .cap = 16384 };

	schema_add(&s, "%s", schema_head);
	schema_rule(&s);
	schema_add(&s,
	    "  <define name=\"profile\"><element name=\"profile\">\n"
	    "    <attribute name=\"name\"/>\n"
	    "    <interleave>\n");
	schema_add(&s, "%s", schema_passwords);
	schema_rows(&s);
	schema_add(&s, "%s", schema_tail);
	*len = s.len;
	return s.text;
}

/* --- the other way -------------------------------------------------------- */

static void
ignore_error(void *arg, xmlErrorPtr e)
{
	(void)arg;
	(void)e;
}

bool
profile_schema_accepts(xmlDoc *doc)
{
	size_t len;
	char *text = profile_schema_make(&len);
	xmlRelaxNGParserCtxt *source =
	    text == NULL ? NULL : xmlRelaxNGNewMemParserCtxt(text, (int)len);
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
	free(text);
	return accepts;
}
