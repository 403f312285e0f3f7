#include "plan/machinefind.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

/* In lower case, and without dashes; false when it is longer than the room. */
static bool
find_plain(char *to, size_t cap, const char *s, bool dashes)
{
	size_t n = 0;

	for (; *s != '\0'; s++) {
		if (*s == '-' && !dashes)
			continue;
		if (n + 1 == cap)
			return false;
		to[n++] = text_lower(*s);
	}
	to[n] = '\0';
	return true;
}

static enum machine_match
find_in(const char *text, const char *field, bool dashes)
{
	char wanted[256], has[512];
	const char *at;

	if (!find_plain(wanted, sizeof(wanted), text, dashes) ||
	    !find_plain(has, sizeof(has), field, dashes) || wanted[0] == '\0')
		return MACHINE_OTHER;
	at = strstr(has, wanted);
	if (at == NULL)
		return MACHINE_OTHER;
	return at == has && has[strlen(wanted)] == '\0' ? MACHINE_EXACT
	                                                : MACHINE_PART;
}

/* The first label alone is what people call a machine. */
static bool
find_label(const char *text, const char *fqdn)
{
	char label[256];
	size_t n = strcspn(fqdn, ".");

	if (n == 0 || n >= sizeof(label))
		return false;
	memcpy(label, fqdn, n);
	label[n] = '\0';
	return find_in(text, label, true) == MACHINE_EXACT;
}

enum machine_match
machine_find(const char *text, const char *uuid, const char *fqdn,
    const char *address, const char *pid, const char *serial)
{
	const enum machine_match each[] = { find_in(text, uuid, false),
		find_in(text, pid, false), find_in(text, fqdn, true),
		find_in(text, address, true), find_in(text, serial, true) };
	enum machine_match best = MACHINE_OTHER;

	if (find_label(text, fqdn))
		return MACHINE_EXACT;
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++)
		if (each[i] > best)
			best = each[i];
	return best;
}
