/*
 * A certificate's name and a machine's domain, a line each: what is compared
 * is an end of the name, at a dot; a stricter rule never takes more.
 */
#include "amt/suffix.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_shortened(const char *name, enum suffix_rule rule)
{
	const char *end = suffix_shorten(name, rule);

	if (end < name || end > name + strlen(name) || *end == '\0' ||
	    (end != name && (end[-1] != '.' || strchr(end, '.') == NULL)))
		abort();
	if (suffix_match(name, name, rule) != SUFFIX_WHOLE)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = size != 0 ? memchr(data, '\n', size) : NULL;
	size_t len = line != NULL ? (size_t)(line - data) : size;
	char name[DOMAIN_TEXT], domain[DOMAIN_TEXT];
	struct fault f;
	enum suffix_match strict, some, table;

	if (suffix_name(name, (const char *)data, len, &f) == -1)
		return 0;
	for (int rule = SUFFIX_EQUAL; rule <= SUFFIX_STRICT; rule++)
		check_shortened(name, (enum suffix_rule)rule);
	if (line == NULL ||
	    suffix_name(domain, (const char *)line + 1, size - len - 1, &f) ==
	        -1)
		return 0;
	strict = suffix_match(name, domain, SUFFIX_STRICT);
	some = suffix_match(name, domain, SUFFIX_COM_NET);
	table = suffix_match(name, domain, SUFFIX_TABLE);
	if (strict == SUFFIX_SHORTENED ||
	    (strict != SUFFIX_NONE && some == SUFFIX_NONE) ||
	    (some != SUFFIX_NONE && table == SUFFIX_NONE))
		abort();
	return 0;
}
