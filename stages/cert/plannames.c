#include "cert/plannames.h"

#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "amt/certmake.h"
#include "amt/certname.h"
#include "amt/release.h"
#include "store/domains.h"

#define SHOWN_MAX 5 /* domains of one name */

/* A domain of the map, and the name that is to be for it. */
struct mapped {
	char domain[DOMAIN_TEXT];
	int64_t machines;
	size_t name; /* which, from 0 */
};

struct plannames {
	struct mapped *list; /* most machines first */
	size_t n, nnames;
	int64_t machines, heard, unnamed;
};

static void
domain_add(void *arg, const struct domain_row *r)
{
	struct plannames *p = arg;
	struct mapped *more;

	p->heard += r->heard;
	if (r->domain[0] == '\0') {
		p->unnamed = r->heard;
		return;
	}
	if ((p->n & (p->n + 1)) == 0) { /* 0, 1, 3, 7 ... */
		more = reallocarray(p->list, 2 * (p->n + 1), sizeof(*p->list));
		if (more == NULL)
			err(EX_OSERR, "domains");
		p->list = more;
	}
	p->list[p->n] =
	    (struct mapped){ .machines = r->mapped, .name = SIZE_MAX };
	(void)snprintf(p->list[p->n].domain, DOMAIN_TEXT, "%s", r->domain);
	p->machines += r->mapped;
	p->n++;
}

/* Is one of the domains above it, and has no name?  Then that one's name is for
 * both; names that are never shortened are for what is below them. */
static const struct mapped *
mapped_above(const struct plannames *p, const struct mapped *m)
{
	const struct mapped *top = m;

	for (size_t i = 0; i < p->n; i++) {
		const struct mapped *other = &p->list[i];

		if (other->name == SIZE_MAX &&
		    strlen(other->domain) < strlen(top->domain) &&
		    suffix_match(other->domain, m->domain, SUFFIX_STRICT) ==
		        SUFFIX_WHOLE)
			top = other;
	}
	return top;
}

/* The domain with most machines that has no name gets one, and all others that
 * this is for have it, too. */
static void
name_give(struct plannames *p, const struct mapped *first,
    char name[DOMAIN_TEXT])
{
	certname_for(name, first->domain);
	if (strcmp(name, first->domain) == 0)
		certname_for(name, mapped_above(p, first)->domain);
	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].name == SIZE_MAX &&
		    suffix_match(name, p->list[i].domain, SUFFIX_TABLE) !=
		        SUFFIX_NONE)
			p->list[i].name = p->nnames;
	p->nnames++;
}

static int64_t
machines_of(const struct plannames *p, size_t name)
{
	int64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].name == name)
			n += p->list[i].machines;
	return n;
}

static void
domains_show(const struct plannames *p, size_t name)
{
	size_t shown = 0, more = 0;

	(void)printf("     its domains: ");
	for (size_t i = 0; i < p->n; i++) {
		if (p->list[i].name != name)
			continue;
		if (shown == SHOWN_MAX) {
			more++;
			continue;
		}
		(void)printf("%s%s (%" PRId64 ")", shown != 0 ? ", " : "",
		    p->list[i].domain, p->list[i].machines);
		shown++;
	}
	if (more != 0)
		(void)printf(" and %zu more", more);
	(void)putchar('\n');
}

/* --- releases ------------------------------------------------------------- */

static int64_t
machines_taking(const struct plannames *p, size_t at, const char *name,
    enum suffix_rule rule)
{
	int64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->list[i].name == at &&
		    suffix_match(name, p->list[i].domain, rule) != SUFFIX_NONE)
			n += p->list[i].machines;
	return n;
}

/* "2.2 (before 2.5), 3.0 (before 3.2)": the releases with that rule. */
static void
releases_show(enum suffix_rule rule)
{
	const struct release_pki *row, *next;
	const char *comma = "";

	for (unsigned i = 0; (row = release_pki_row(i)) != NULL; i++) {
		next = release_pki_row(i + 1);
		if (row->pki == KNOWN_NO || row->domain != rule || next == NULL)
			continue;
		(void)printf("%s%u.%u (before %u.%u)", comma, row->from.major,
		    row->from.minor, next->from.major, next->from.minor);
		comma = ", ";
	}
}

/* Old releases compare more strictly. */
static void
rules_show(const struct plannames *p, size_t at, const char *name)
{
	static const enum suffix_rule old[] = { SUFFIX_COM_NET, SUFFIX_EQUAL };
	int64_t all = machines_of(p, at);

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++) {
		int64_t n = machines_taking(p, at, name, old[i]);

		if (n == all)
			continue;
		(void)printf("     AMT ");
		releases_show(old[i]);
		if (n == 0)
			(void)printf(": none of these would take it\n");
		else
			(void)printf(": only %" PRId64 " of these %" PRId64
			             " would take it\n",
			    n, all);
	}
}

/* --- all of it ------------------------------------------------------------ */

static void
name_show(struct plannames *p, const struct mapped *first, const char *dir)
{
	size_t at = p->nnames;
	char name[DOMAIN_TEXT];

	name_give(p, first, name);
	(void)printf("%s: for %" PRId64 " of %" PRId64 " machines in the map\n",
	    name, machines_of(p, at), p->machines);
	domains_show(p, at);
	rules_show(p, at, name);
	if (strcmp(suffix_shorten(name, SUFFIX_TABLE), name) == 0 &&
	    !certname_is_private(name))
		(void)printf("     machines do not shorten it; if a domain "
		             "above it is yours, a certificate for that one "
		             "is for more machines\n");
	if (strlen(name) > CERTMAKE_CN_MAX || strchr(name, '.') == NULL)
		(void)printf("     no certificate can have this name: give the "
		             "machines another suffix (amt-sticks, or MEBx)\n");
	else if (certname_is_private(name))
		(void)printf("     no public CA issues certificates for it; "
		             "what to do:\n"
		             "     amt-cert root -d %s --cn \"Lab root\" "
		             "--name %s\n",
		    dir, name);
	else
		(void)printf("     amt-cert request -d %s --cn %s -o %s.csr\n",
		    dir, name, name);
}

void
plannames_show(struct store *s, const char *dir)
{
	struct plannames p = { 0 };

	domains_each(s, domain_add, &p);
	(void)printf("WHICH NAME\n");
	if (p.n == 0)
		(void)printf("the map has no machines yet: load it first "
		             "(amt-map), or use prov.YOUR.DOMAIN\n");
	for (size_t i = 0; i < p.n; i++)
		if (p.list[i].name == SIZE_MAX)
			name_show(&p, &p.list[i], dir);
	if (p.nnames > 1)
		(void)printf("machines look at one name of a certificate: each "
		             "of these %zu is a certificate of its own\n",
		    p.nnames);
	if (p.unnamed != 0)
		(void)printf("%" PRId64 " of %" PRId64 " machines heard so far "
		             "(hello version 3) have no name in the map: their "
		             "domain is not known\n",
		    p.unnamed, p.heard);
	free(p.list);
}
