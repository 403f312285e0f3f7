#include "peer/reference.h"

#include <string.h>

#include "peer/soap.h"

static bool
append(char to[REFERENCE_MAX], const char *text)
{
	size_t n = strlen(to);

	if (n + strlen(text) >= REFERENCE_MAX)
		return false;
	strcpy(to + n, text);
	return true;
}

static bool
append_key(char to[REFERENCE_MAX], const char *name, const char *value)
{
	char nested[REFERENCE_MAX];

	snprintf(nested, sizeof(nested), "%s", value);
	for (char *p = nested; *p != '\0'; p++)
		if (*p == '\v')
			*p = '\f';
	return append(to, "\v") && append(to, name) && append(to, "=") &&
	    append(to, nested);
}

static bool
read_selectors(char to[REFERENCE_MAX], const xmlNode *set)
{
	for (xmlNode *e = soap_first(set); e != NULL; e = soap_next(e)) {
		xmlChar *name = xmlGetProp(e, (const xmlChar *)"Name");
		char value[REFERENCE_MAX];
		bool good = name != NULL && soap_is(e, NS_WSMAN, "Selector") &&
		    soap_selector(value, sizeof(value), e) &&
		    append_key(to, (const char *)name, value);

		xmlFree(name);
		if (!good)
			return false;
	}
	return true;
}

bool
reference_read(char to[REFERENCE_MAX], const xmlNode *node)
{
	xmlNode *address = soap_child(node, NS_ADDRESSING, "Address");
	xmlNode *params =
	    soap_child(node, NS_ADDRESSING, "ReferenceParameters");
	xmlNode *uri, *set;

	to[0] = '\0';
	if (address == NULL || params == NULL)
		return false;
	uri = soap_child(params, NS_WSMAN, "ResourceURI");
	set = soap_child(params, NS_WSMAN, "SelectorSet");
	if (uri == NULL || !soap_text(to, 200, uri) || to[0] == '\0')
		return false;
	return set == NULL || read_selectors(to, set);
}

void
reference_make(char to[REFERENCE_MAX], const char *uri, const char *name,
    const char *value)
{
	snprintf(to, REFERENCE_MAX, "%s", uri);
	append_key(to, name, value);
}

void
reference_add(char to[REFERENCE_MAX], const char *name, const char *value)
{
	append_key(to, name, value);
}

const char *
reference_class(const char *text, char to[100])
{
	size_t n = strcspn(text, "\v");
	const char *slash = memrchr(text, '/', n);
	const char *from = slash != NULL ? slash + 1 : text;

	snprintf(to, 100, "%.*s", (int)(text + n - from), from);
	return to;
}

/* The next NAME=VALUE behind a separator; its length, or 0 at the end. */
static size_t
next_key(const char **at)
{
	*at += strcspn(*at, "\v");
	if (**at == '\0')
		return 0;
	(*at)++;
	return strcspn(*at, "\v");
}

static bool
has_key(const char *text, const char *key, size_t len)
{
	size_t n;

	while ((n = next_key(&text)) > 0)
		if (n == len && strncmp(text, key, n) == 0)
			return true;
	return false;
}

bool
reference_fits(const char *whole, const char *given)
{
	size_t n = strcspn(given, "\v");

	if (strcspn(whole, "\v") != n || strncmp(whole, given, n) != 0)
		return false;
	while ((n = next_key(&given)) > 0)
		if (!has_key(whole, given, n))
			return false;
	return true;
}

bool
reference_key(const char *text, const char *name, char *to, size_t cap)
{
	size_t n, len = strlen(name);

	while ((n = next_key(&text)) > 0) {
		if (n <= len || strncmp(text, name, len) != 0 ||
		    text[len] != '=' || n - len - 1 >= cap)
			continue;
		snprintf(to, cap, "%.*s", (int)(n - len - 1), text + len + 1);
		return true;
	}
	return false;
}

static void
write_selector(FILE *out, const char *key, size_t len)
{
	char name[100], value[REFERENCE_MAX];
	const char *equals = memchr(key, '=', len);
	bool nested = false;

	snprintf(name, sizeof(name), "%.*s", (int)(equals - key), key);
	snprintf(value, sizeof(value), "%.*s", (int)(key + len - equals - 1),
	    equals + 1);
	for (char *p = value; *p != '\0'; p++)
		if (*p == '\f') {
			*p = '\v';
			nested = true;
		}
	fputs("<c:Selector Name=\"", out);
	soap_escaped(out, name);
	fputs("\">", out);
	if (nested) {
		fputs("<b:EndpointReference>", out);
		reference_write(out, value);
		fputs("</b:EndpointReference>", out);
	} else {
		soap_escaped(out, value);
	}
	fputs("</c:Selector>", out);
}

void
reference_write(FILE *out, const char *text)
{
	size_t n = strcspn(text, "\v");

	fprintf(out,
	    "<b:Address>" URI_ANONYMOUS "</b:Address><b:ReferenceParameters>"
	    "<c:ResourceURI>%.*s</c:ResourceURI><c:SelectorSet>",
	    (int)n, text);
	while ((n = next_key(&text)) > 0)
		write_selector(out, text, n);
	fputs("</c:SelectorSet></b:ReferenceParameters>", out);
}

void
reference_element(FILE *out, char prefix, const char *name, const char *text)
{
	fprintf(out, "<%c:%s>", prefix, name);
	reference_write(out, text);
	fprintf(out, "</%c:%s>", prefix, name);
}
