#include "plan/profiles.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "plan/profile_read.h"
#include "plan/profile_schema.h"
#include "plan/profile_xml.h"

/* --- rules ---------------------------------------------------------------- */

/* "fqdn, ou, ... or batch" */
static void
conditions_list(char *to, size_t cap)
{
	size_t len = 0;

	for (enum assign_condition c = 0; c < ASSIGN_NCONDITIONS && len < cap;
	     c++)
		len += (size_t)snprintf(to + len, cap - len, "%s%s",
		    c == 0                            ? ""
		        : c + 1 == ASSIGN_NCONDITIONS ? " or "
		                                      : ", ",
		    assign_name(c));
}

static int
rule_read_condition(struct assign_rule *rule, const xmlNode *n,
    const xmlAttr *a, struct fault *f)
{
	const char *name = (const char *)a->name;
	enum assign_condition c = assign_find(name);
	char text[ASSIGN_TEXT], expected[80];
	struct fault inner;

	if (a->ns != NULL || c == ASSIGN_NCONDITIONS) {
		conditions_list(expected, sizeof(expected));
		return fault_set(f, profile_xml_line(n),
		    "<rule> takes no attribute %.30s (expected profile, %s)",
		    name, expected);
	}
	if (!profile_xml_attribute(n, name, text, sizeof(text)))
		return fault_set(f, profile_xml_line(n),
		    "<rule>: %s is longer than %d bytes", name,
		    ASSIGN_TEXT - 1);
	if (assign_set(rule, c, text, &inner) == 0)
		return 0;
	return fault_set(f, profile_xml_line(n), "<rule>: %s", inner.why);
}

static int
rule_read(struct profiles *all, const xmlNode *n, struct fault *f)
{
	struct assign_rule *rule = assign_add(&all->rules);

	if (rule == NULL)
		return fault_set(f, profile_xml_line(n),
		    TEXT_WITH("more than ", ASSIGN_RULES_MAX, " rules"));
	rule->line = profile_xml_line(n);
	if (xmlHasProp(n, BAD_CAST "profile") == NULL)
		return fault_set(f, rule->line,
		    "<rule> names no profile (expected <rule "
		    "profile=\"...\"/>)");
	if (profile_read_name(rule->profile, n, "profile", f) == -1)
		return -1;
	for (const xmlAttr *a = n->properties; a != NULL; a = a->next)
		if (strcmp((const char *)a->name, "profile") != 0 &&
		    rule_read_condition(rule, n, a, f) == -1)
			return -1;
	if (n->children == NULL)
		return 0;
	return fault_set(f, rule->line,
	    "<rule> is not empty (expected <rule "
	    ".../>)");
}

static int
rules_check(const struct profiles *all, size_t line, struct fault *f)
{
	for (size_t i = 0; i < all->rules.n; i++) {
		const struct assign_rule *rule = &all->rules.list[i];

		if (profiles_find(all, rule->profile) == NULL)
			return fault_set(f, rule->line,
			    "<rule>: no profile has the name \"%s\"",
			    rule->profile);
	}
	if (all->n == 0)
		return fault_set(f, line, "<profiles> has no <profile>");
	if (all->rules.n == 0)
		return fault_set(f, line,
		    "<profiles> has no <rule>: no machine would get a profile "
		    "(for all machines: <rule profile=\"%s\"/>)",
		    all->list[0].name);
	return 0;
}

/* --- profiles ------------------------------------------------------------- */

/* Room for one more. */
static int
profile_room(struct profiles *all, size_t line, struct fault *f)
{
	if (all->n == SETTINGS_PROFILES_MAX)
		return fault_set(f, line,
		    TEXT_WITH("more than ", SETTINGS_PROFILES_MAX,
		        " profiles"));
	if (all->list == NULL)
		all->list = calloc(SETTINGS_PROFILES_MAX, sizeof(*all->list));
	return all->list == NULL ? fault_set(f, line, "out of memory") : 0;
}

static int
profile_add(struct profiles *all, const xmlNode *n, struct fault *f)
{
	struct profile *p;

	if (profile_room(all, profile_xml_line(n), f) == -1)
		return -1;
	p = &all->list[all->n];
	if (profile_read(p, n, f) == -1) {
		profile_wipe(p);
		return -1;
	}
	all->n++; /* found by its name from here on */
	if (profiles_find(all, p->name) == p)
		return 0;
	return fault_set(f, profile_xml_line(n),
	    "two profiles have the name \"%s\"", p->name);
}

static int
profiles_read(struct profiles *all, const xmlNode *root, struct fault *f)
{
	all->ruled = true;
	if (root->properties != NULL)
		return fault_set(f, profile_xml_line(root),
		    "<profiles> takes no attributes");
	if (profile_xml_no_text(root, f) == -1)
		return -1;
	for (const xmlNode *n = profile_xml_first(root); n != NULL;
	     n = profile_xml_next(n)) {
		int rc = -1;

		if (profile_xml_named(n, "profile"))
			rc = profile_add(all, n, f);
		else if (profile_xml_named(n, "rule"))
			rc = rule_read(all, n, f);
		else
			(void)fault_set(f, profile_xml_line(n),
			    "unknown element <%.40s> in <profiles> (expected "
			    "<rule> or <profile>)",
			    profile_xml_name(n));
		if (rc == -1)
			return -1;
	}
	return rules_check(all, profile_xml_line(root), f);
}

/* What the table leaves to the reader is read first, for its messages say more
 * than a schema's.  The schema then has to agree. */
static int
profiles_read_root(struct profiles *all, xmlDoc *doc, struct fault *f)
{
	const xmlNode *root = xmlDocGetRootElement(doc);
	int rc = -1;

	if (root != NULL && profile_xml_named(root, "profile"))
		rc = profile_add(all, root, f);
	else if (root != NULL && profile_xml_named(root, "profiles"))
		rc = profiles_read(all, root, f);
	else
		(void)fault_set(f, root != NULL ? profile_xml_line(root) : 0,
		    "not a profile (expected <profile name=\"...\"> or "
		    "<profiles>)");
	if (rc == 0 && !profile_schema_accepts(doc))
		rc = fault_set(f, profile_xml_line(root),
		    "breaks the schema (amt-profile schema prints it)");
	return rc;
}

int
profiles_decode(struct profiles *all, const char *xml, size_t len,
    struct fault *f)
{
	struct fault own;
	xmlDoc *doc;
	int rc;

	memset(all, 0, sizeof(*all));
	if (f == NULL)
		f = &own;
	doc = profile_xml_parse(xml, len, f);
	if (doc == NULL)
		return -1;
	rc = profiles_read_root(all, doc, f);
	xmlFreeDoc(doc);
	if (rc == -1)
		profiles_free(all);
	return rc;
}

void
profiles_free(struct profiles *all)
{
	for (size_t i = 0; i < all->n; i++)
		profile_wipe(&all->list[i]);
	free(all->list);
	assign_free(&all->rules);
	memset(all, 0, sizeof(*all));
}

const struct profile *
profiles_find(const struct profiles *all, const char *name)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].name, name) == 0)
			return &all->list[i];
	return NULL;
}

const struct profile *
profiles_choose(const struct profiles *all, const struct assign_facts *facts,
    const struct assign_rule **rule)
{
	*rule = NULL;
	if (facts->chosen[0] != '\0')
		return profiles_find(all, facts->chosen);
	if (!all->ruled)
		return all->n == 0 ? NULL : &all->list[0];
	*rule = assign_choose(&all->rules, facts);
	return *rule == NULL ? NULL : profiles_find(all, (*rule)->profile);
}

const struct profile *
profiles_for_keys(const struct profiles *all, const char *name, struct fault *f)
{
	const struct profile *first = &all->list[0];
	char shown[SETTINGS_PROFILE];

	if (name != NULL) {
		first = profiles_find(all, name);
		text_show(shown, sizeof(shown), name, strlen(name));
		if (first == NULL)
			(void)fault_set(f, 0, "no profile has the name \"%s\"",
			    shown);
		return first;
	}
	for (size_t i = 1; i < all->n; i++)
		if (strcmp(first->mebx_fixed, all->list[i].mebx_fixed) != 0) {
			(void)fault_set(f, 0,
			    "profiles %s and %s have different MEBx passwords: "
			    "say which one with --profile",
			    first->name, all->list[i].name);
			return NULL;
		}
	return first;
}
