#include "peer/pki.h"

#include <string.h>
#include <strings.h>

/* How many labels of a name count, by its last one. */
static const char two_labels[] = " com net org gov edu de ch dk cz cl ua ";
static const char three_labels[] =
    " arpa fr cn nl br mx uk pl tw ca fi be ru se ar es no at in tr ro hu nz "
    "pt il gr co ie za th sg hk lt id hr ee bg ";

static bool
listed(const char *list, const char *label)
{
	size_t len = strlen(label);

	for (const char *p = strchr(list, ' '); p != NULL && p[1] != '\0';
	     p = strchr(p + 1, ' '))
		if (strncasecmp(p + 1, label, len) == 0 && p[1 + len] == ' ')
			return true;
	return false;
}

/* The last n labels of name. */
static const char *
tail(const char *name, unsigned n)
{
	const char *p = name + strlen(name);

	while (p > name && (p[-1] != '.' || --n > 0))
		p--;
	return p;
}

static bool
ends_with(const char *name, const char *end)
{
	size_t n = strlen(name), e = strlen(end);

	if (e == 0 || n < e || strcasecmp(name + n - e, end) != 0)
		return false;
	return n == e || name[n - e - 1] == '.';
}

/* 2.2 and the first 3.x want the name's domain to be the suffix; 2.6 to 4.x
 * also take two equal labels under com and net.  Both are reported by one
 * source only. */
static bool
old_match(const struct machine *m, const char *cn, const char *suffix)
{
	const char *dot = strchr(cn, '.');
	unsigned release = machine_release(m);

	if (dot != NULL && strcasecmp(dot + 1, suffix) == 0)
		return true;
	if (release == 202 || release == 300)
		return false;
	return listed(" com net ", tail(cn, 1)) &&
	    strcasecmp(tail(cn, 2), tail(suffix, 2)) == 0;
}

bool
domain_matches(const struct machine *m, const char *cn, const char *suffix)
{
	const char *top;

	if (suffix[0] == '\0')
		return false;
	if (strncmp(cn, "*.", 2) == 0)
		cn += 2;
	if (m->major < 5)
		return old_match(m, cn, suffix);
	top = tail(cn, 1);
	if (listed(two_labels, top))
		cn = tail(cn, 2);
	else if (listed(three_labels, top))
		cn = tail(cn, 3);
	return ends_with(suffix, cn);
}
