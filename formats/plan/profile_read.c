#include "plan/profile_read.h"

#include <stdio.h>
#include <string.h>

#include "plan/profile_relations.h"
#include "plan/profile_rows.h"
#include "plan/profile_value.h"
#include "plan/profile_xml.h"
#include "setup/setting.h"

int
profile_read_name(char to[SETTINGS_PROFILE], const xmlNode *n,
    const char *attribute, struct fault *f)
{
	static const char legal[] = "abcdefghijklmnopqrstuvwxyz"
	                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

	if (profile_xml_attribute(n, attribute, to, SETTINGS_PROFILE) &&
	    to[0] != '\0' && to[strspn(to, legal)] == '\0')
		return 0;
	return fault_set(f, profile_xml_line(n),
	    "the profile's name is not 1 to %d letters, digits, dots, dashes "
	    "and underscores",
	    SETTINGS_PROFILE - 1);
}

/* --- passwords ------------------------------------------------------------ */

/* Which ways a password may be given in, each an element in its own. */
struct profile_part {
	const char *name;
	const char *modes[5];
	const char *expected;
};

static const struct profile_part admin_part = { "admin-password",
	{ "random", "fixed", "derived" },
	"<random/>, <fixed>...</fixed> or <derived>...</derived>" };
static const struct profile_part mebx_part = { "mebx-password",
	{ "keep", "random", "fixed", "derived" },
	"<keep/>, <random/>, <fixed>...</fixed> or <derived>...</derived>" };

static bool
mode_known(const xmlNode *mode, const struct profile_part *part)
{
	for (size_t i = 0; part->modes[i] != NULL; i++)
		if (profile_xml_named(mode, part->modes[i]))
			return true;
	return false;
}

/* What is between its tags may be a password: never quoted. */
static int
mode_check(const xmlNode *mode, const struct profile_part *part,
    struct fault *f)
{
	size_t line = profile_xml_line(mode);

	if (!mode_known(mode, part))
		return fault_set(f, line,
		    "<%s> is not in a known way (expected %s)", part->name,
		    part->expected);
	if (mode->properties != NULL || mode->ns != NULL ||
	    profile_xml_first(mode) != NULL)
		return fault_set(f, line,
		    "<%s> in <%s> takes neither attributes nor elements",
		    profile_xml_name(mode), part->name);
	if (!profile_xml_named(mode, "fixed") &&
	    !profile_xml_named(mode, "derived") && mode->children != NULL)
		return fault_set(f, line, "<%s/> in <%s> is not empty",
		    profile_xml_name(mode), part->name);
	return 0;
}

/* The one element in a password's; NULL with *f filled. */
static const xmlNode *
mode_find(const xmlNode *n, const struct profile_part *part, struct fault *f)
{
	const xmlNode *mode = profile_xml_first(n);

	for (const xmlNode *t = n->children; t != NULL; t = t->next)
		if (profile_xml_is_text(t)) {
			(void)fault_set(f, profile_xml_line(n),
			    "<%s> holds plain text (expected %s)", part->name,
			    part->expected);
			return NULL;
		}
	if (mode == NULL)
		(void)fault_set(f, profile_xml_line(n),
		    "<%s> is empty (expected %s)", part->name, part->expected);
	else if (profile_xml_next(mode) != NULL)
		(void)fault_set(f, profile_xml_line(profile_xml_next(mode)),
		    "<%s> holds two elements (expected %s)", part->name,
		    part->expected);
	else if (mode_check(mode, part, f) == 0)
		return mode;
	return NULL;
}

static int
master_check(const char *master, struct fault *f)
{
	size_t len = strnlen(master, DERIVE_MASTER_MAX + 1);

	if (len >= DERIVE_MASTER_MIN && len <= DERIVE_MASTER_MAX)
		return 0;
	return fault_set(f, 0, "the master text is not %d to %d bytes long",
	    DERIVE_MASTER_MIN, DERIVE_MASTER_MAX);
}

/* Exactly as it is between the tags. */
static int
profile_read_secret(char *fixed, char *master, const xmlNode *mode,
    const struct profile_part *part, struct fault *f)
{
	xmlChar *word = xmlNodeGetContent(mode);
	const char *text = word != NULL ? (const char *)word : "";
	size_t len = strlen(text);
	bool derived = profile_xml_named(mode, "derived");
	struct fault inner = { 0 };
	int rc = derived ? master_check(text, &inner)
	                 : password_check(text, len, &inner);

	if (rc == 0)
		memcpy(derived ? master : fixed, text, len + 1);
	else
		(void)fault_set(f, profile_xml_line(mode), "<%s>: %s",
		    part->name, inner.why);
	if (word != NULL)
		explicit_bzero(word, len);
	xmlFree(word);
	return rc;
}

static int
profile_read_admin(struct profile *p, const xmlNode *n, struct fault *f)
{
	const xmlNode *mode = mode_find(n, &admin_part, f);

	if (mode == NULL)
		return -1;
	if (profile_xml_named(mode, "random"))
		return 0;
	p->admin_mode = profile_xml_named(mode, "fixed")
	    ? PROFILE_ADMIN_FIXED
	    : PROFILE_ADMIN_DERIVED;
	return profile_read_secret(p->admin_fixed, p->admin_master, mode,
	    &admin_part, f);
}

static int
profile_read_mebx(struct profile *p, const xmlNode *n, struct fault *f)
{
	const xmlNode *mode = mode_find(n, &mebx_part, f);

	if (mode == NULL)
		return -1;
	if (profile_xml_named(mode, "random"))
		p->mebx_mode = PROFILE_MEBX_RANDOM;
	if (profile_xml_named(mode, "random") ||
	    profile_xml_named(mode, "keep"))
		return 0;
	p->mebx_mode = profile_xml_named(mode, "fixed") ? PROFILE_MEBX_FIXED
	                                                : PROFILE_MEBX_DERIVED;
	return profile_read_secret(p->mebx_fixed, p->mebx_master, mode,
	    &mebx_part, f);
}

/* --- settings ------------------------------------------------------------- */

/* <ping>, or of a list's entry: <access> of user "helpdesk" */
static void
place_describe(char *to, size_t cap, const xmlNode *n,
    const struct setting *row, const char *item)
{
	if (row->list == NULL)
		(void)snprintf(to, cap, "<%s>", profile_xml_name(n));
	else
		(void)snprintf(to, cap, "<%s> of %s \"%.40s\"",
		    profile_xml_name(n), row->list, item);
}

/* In the words of setting_check, but for the row's name. */
static int
value_refuse(const xmlNode *n, const struct setting *row, const char *item,
    const struct fault *inner, struct fault *f)
{
	size_t len = strlen(row->name);
	const char *why = inner->why;
	char place[120];

	place_describe(place, sizeof(place), n, row, item);
	if (strncmp(why, row->name, len) == 0 && why[len] == ':')
		why += len + 2;
	return fault_set(f, profile_xml_line(n), "%s: %s", place, why);
}

static int
value_add(struct profile *p, const xmlNode *n, const struct setting *row,
    const char *item, char *value, struct fault *f)
{
	struct fault inner = { 0 };

	profile_value_plain(value, row);
	/* Of a list's others it says more than nothing does. */
	if (strcmp(value, "keep") == 0 && profile_rows_may_keep(row) &&
	    profile_rows_others(row) == NULL)
		return 0;
	if (setting_check(row, value, &inner) == -1)
		return value_refuse(n, row, item, &inner, f);
	if (strcmp(value, "keep") == 0 && row->required) {
		(void)fault_set(&inner, 0, "got \"keep\", expected %s",
		    setting_expected(row));
		return value_refuse(n, row, item, &inner, f);
	}
	if (settings_add(&p->settings, row->name, item, value, f) == -1)
		return -1;
	p->lines[p->settings.n - 1] = (unsigned)profile_xml_line(n);
	return 0;
}

/* A certificate as PEM has line ends and two lines more. */
#define VALUE_TEXT (2 * SETTING_LONG_MAX)

static int
profile_read_setting(struct profile *p, const xmlNode *n,
    const struct setting *row, const char *item, struct fault *f)
{
	char value[VALUE_TEXT];
	int rc;

	if (n->properties != NULL)
		return fault_set(f, profile_xml_line(n),
		    "<%s> takes no attributes", profile_xml_name(n));
	if (profile_xml_first(n) != NULL)
		return fault_set(f, profile_xml_line(profile_xml_first(n)),
		    "<%s> holds an element (expected %s)", profile_xml_name(n),
		    setting_expected(row));
	profile_xml_word(n, value, sizeof(value));
	rc = value_add(p, n, row, item, value, f);
	explicit_bzero(value, sizeof(value));
	return rc;
}

/* Is there an element of its name before it?  Its line, or 0. */
static size_t
element_before(const xmlNode *n)
{
	for (const xmlNode *m = n->prev; m != NULL; m = m->prev)
		if (profile_xml_named(m, profile_xml_name(n)))
			return profile_xml_line(m);
	return 0;
}

static int
element_once(const xmlNode *n, struct fault *f)
{
	size_t line = element_before(n);

	if (line == 0)
		return 0;
	return fault_set(f, profile_xml_line(n),
	    "<%s> is here a second time (first in line %zu)",
	    profile_xml_name(n), line);
}

static int
element_unknown(const xmlNode *n, const char *near, const char *in,
    struct fault *f)
{
	if (near != NULL)
		return fault_set(f, profile_xml_line(n),
		    "unknown element <%.40s> in <%s> (did you mean <%s>?)",
		    profile_xml_name(n), in, near);
	return fault_set(f, profile_xml_line(n),
	    "unknown element <%.40s> in <%s> (see profile(5))",
	    profile_xml_name(n), in);
}

/* --- entries of lists ----------------------------------------------------- */

static bool
item_legal(const char *item)
{
	size_t len = strlen(item);

	for (size_t i = 0; i < len; i++)
		if (item[i] < 0x20 || item[i] > 0x7e)
			return false;
	return len != 0 && item[0] != ' ' && item[len - 1] != ' ';
}

/* An entry before n of the same list and name. */
static const xmlNode *
entry_before(const xmlNode *n, const char *item)
{
	char other[PROFILE_ITEM];

	for (const xmlNode *m = n->prev; m != NULL; m = m->prev)
		if (profile_xml_named(m, profile_xml_name(n)) &&
		    profile_xml_attribute(m, "name", other, sizeof(other)) &&
		    strcmp(other, item) == 0)
			return m;
	return NULL;
}

static int
entry_read_name(char item[PROFILE_ITEM], const xmlNode *n, struct fault *f)
{
	const char *list = profile_xml_name(n);
	size_t line = profile_xml_line(n);
	const xmlNode *before;

	if (xmlHasProp(n, BAD_CAST "name") == NULL)
		return fault_set(f, line,
		    "<%s> has no name (expected <%s name=\"...\">)", list,
		    list);
	if (n->properties->next != NULL)
		return fault_set(f, line, "<%s> takes no attribute but name",
		    list);
	if (!profile_xml_attribute(n, "name", item, PROFILE_ITEM) ||
	    !item_legal(item))
		return fault_set(f, line,
		    "the name of <%s> is not 1 to %d printable ASCII "
		    "characters, without blanks around it",
		    list, PROFILE_ITEM - 1);
	before = entry_before(n, item);
	if (before == NULL)
		return 0;
	return fault_set(f, line,
	    "<%s name=\"%s\"> is here a second time "
	    "(first in line %zu)",
	    list, item, profile_xml_line(before));
}

static int
entry_read_field(struct profile *p, const xmlNode *n, const char *list,
    const char *item, struct fault *f)
{
	const struct setting *row = n->ns == NULL
	    ? profile_rows_field(list, profile_xml_name(n))
	    : NULL;

	if (row == NULL)
		return element_unknown(n,
		    profile_rows_near_field(list, profile_xml_name(n)), list,
		    f);
	if (element_once(n, f) == -1)
		return -1;
	return profile_read_setting(p, n, row, item, f);
}

static bool
entry_has(const struct profile *p, const struct setting *row, const char *item)
{
	for (size_t i = 0; i < p->settings.n; i++)
		if (p->settings.list[i].setting == row->name &&
		    strcmp(p->settings.list[i].item, item) == 0)
			return true;
	return false;
}

/* All that it must have; and something, as it is known by its fields. */
static int
entry_complete(const struct profile *p, const xmlNode *n, const char *item,
    struct fault *f)
{
	const char *list = profile_xml_name(n);

	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];

		if (profile_rows_is_field(row, list) && row->required &&
		    !entry_has(p, row, item))
			return fault_set(f, profile_xml_line(n),
			    "<%s name=\"%s\"> has no <%s> (expected %s)", list,
			    item, profile_rows_element(row),
			    setting_expected(row));
	}
	if (profile_xml_first(n) == NULL)
		return fault_set(f, profile_xml_line(n),
		    "<%s name=\"%s\"> is empty", list, item);
	return 0;
}

static int
profile_read_entry(struct profile *p, const xmlNode *n, struct fault *f)
{
	char item[PROFILE_ITEM];

	if (entry_read_name(item, n, f) == -1 ||
	    profile_xml_no_text(n, f) == -1)
		return -1;
	for (const xmlNode *m = profile_xml_first(n); m != NULL;
	     m = profile_xml_next(m))
		if (entry_read_field(p, m, profile_xml_name(n), item, f) == -1)
			return -1;
	return entry_complete(p, n, item, f);
}

/* --- all of it ------------------------------------------------------------ */

static int
password_element(struct profile *p, const xmlNode *n, struct fault *f)
{
	if (element_once(n, f) == -1)
		return -1;
	if (n->properties != NULL)
		return fault_set(f, profile_xml_line(n),
		    "<%s> takes no attributes", profile_xml_name(n));
	return profile_xml_named(n, "admin-password")
	    ? profile_read_admin(p, n, f)
	    : profile_read_mebx(p, n, f);
}

static int
profile_read_element(struct profile *p, const xmlNode *n, struct fault *f)
{
	const char *name = profile_xml_name(n);
	const struct setting *row = profile_rows_scalar(name);

	if (n->ns != NULL)
		return element_unknown(n, NULL, "profile", f);
	if (strcmp(name, "admin-password") == 0 ||
	    strcmp(name, "mebx-password") == 0)
		return password_element(p, n, f);
	if (profile_rows_is_list(name))
		return profile_read_entry(p, n, f);
	if (row == NULL)
		return element_unknown(n, profile_rows_near(name), "profile",
		    f);
	if (element_once(n, f) == -1)
		return -1;
	return profile_read_setting(p, n, row, "", f);
}

/* A profile's stream is never empty, so that a job can be told from one whose
 * settings got lost.  Of a list with entries, others go unless it says. */
static int
profile_add_rest(struct profile *p, struct fault *f)
{
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		const char *value = NULL;

		if (row->own != NULL || row->list != NULL ||
		    entry_has(p, row, ""))
			continue;
		if (row->type == SETTING_SWITCH)
			value = "keep";
		else if (profile_rows_has_entries(&p->settings, row))
			value = "remove";
		if (value != NULL &&
		    settings_add(&p->settings, row->name, "", value, f) == -1)
			return -1;
	}
	return 0;
}

int
profile_read(struct profile *p, const xmlNode *n, struct fault *f)
{
	memset(p, 0, sizeof(*p));
	if (xmlHasProp(n, BAD_CAST "name") == NULL)
		return fault_set(f, profile_xml_line(n),
		    "<profile> has no name (expected <profile "
		    "name=\"...\">)");
	if (n->properties->next != NULL)
		return fault_set(f, profile_xml_line(n),
		    "<profile> takes no attribute but name");
	if (profile_read_name(p->name, n, "name", f) == -1 ||
	    profile_xml_no_text(n, f) == -1)
		return -1;
	memcpy(p->settings.profile, p->name, sizeof(p->name));
	for (const xmlNode *m = profile_xml_first(n); m != NULL;
	     m = profile_xml_next(m))
		if (profile_read_element(p, m, f) == -1)
			return -1;
	return profile_add_rest(p, f) == -1 ? -1 : profile_relations(p, f);
}
