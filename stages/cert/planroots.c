#include "cert/planroots.h"

#include <err.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "amt/release.h"
#include "amt/roots.h"
#include "base/text.h"
#include "hello/hello.h"
#include "store/domains.h"

#define TOGETHER_MAX 4 /* certificates; more is nobody's wish */

/* Machines with the same public roots in their hellos. */
struct alike {
	uint64_t roots;
	int64_t machines;
};

struct planroots {
	struct alike *list;
	size_t n;
	int64_t machines;     /* heard */
	int64_t with_unknown; /* list hashes that no table has */
	char month[8];        /* 2026-11: now */
};

/* The public ones that are listed: bit i is roots_row(i).  *unknown counts
 * other hashes. */
static uint64_t
roots_listed(const char *hashes, size_t *unknown)
{
	static struct hello hello;
	struct hello_hash hash;
	struct fault f;
	uint64_t set = 0;

	*unknown = 0;
	if (hello_hashes_parse(&hello, hashes, &f) == -1)
		return 0;
	for (size_t at = 0; hello_hash(&hello, &at, &hash);) {
		const struct root *root = roots_find(hash.bytes, hash.len);

		if (root != NULL && root->name[0] != '\0')
			set |= UINT64_C(1) << (root - roots_row(0));
		else
			++*unknown;
	}
	return set;
}

static void
offer_add(void *arg, const struct offer_row *row)
{
	struct planroots *p = arg;
	size_t unknown;
	uint64_t set = roots_listed(row->hashes, &unknown);
	struct alike *more;

	p->machines += row->machines;
	if (unknown != 0)
		p->with_unknown += row->machines;
	if (p->n != 0 && p->list[p->n - 1].roots == set) {
		p->list[p->n - 1].machines += row->machines;
		return;
	}
	if ((p->n & (p->n + 1)) == 0) { /* 0, 1, 3, 7 ... */
		more = reallocarray(p->list, 2 * (p->n + 1), sizeof(*p->list));
		if (more == NULL)
			err(EX_OSERR, "roots");
		p->list = more;
	}
	p->list[p->n++] =
	    (struct alike){ .roots = set, .machines = row->machines };
}

/* --- roots ---------------------------------------------------------------- */

static bool
has_ended(const struct planroots *p, const struct root *root)
{
	return root->expires[0] != '\0' && strcmp(root->expires, p->month) < 0;
}

/* Those of which roots.def has a SHA-384 are in Debian's ca-certificates. */
static bool
is_trusted(const struct root *root)
{
	return root->sha384[0] != '\0';
}

/* Could a CA sell a certificate under it? */
static bool
is_sold(const struct planroots *p, const struct root *root)
{
	return root->name[0] != '\0' && !has_ended(p, root) && is_trusted(root);
}

/* Firmware of today takes no SHA-1 (release.def). */
static bool
is_modern(const struct root *root)
{
	return strcmp(root->signature, "sha256") == 0 ||
	    strcmp(root->signature, "sha384") == 0;
}

static int64_t
machines_listing(const struct planroots *p, uint64_t any)
{
	int64_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if ((p->list[i].roots & any) != 0)
			n += p->list[i].machines;
	return n;
}

/* The one that adds most to those that are chosen; NULL if none of them adds
 * anything.  Of two, the one that new machines take, too. */
static const struct root *
root_best(const struct planroots *p, uint64_t chosen, uint64_t tried,
    size_t *at)
{
	const struct root *best = NULL, *root;
	int64_t most = machines_listing(p, chosen), n;

	for (size_t i = 0; (root = roots_row(i)) != NULL; i++) {
		uint64_t bit = UINT64_C(1) << i;

		if (!is_sold(p, root) || (tried & bit) != 0)
			continue;
		n = machines_listing(p, chosen | bit);
		if (n < most ||
		    (n == most &&
		        (best == NULL || is_modern(best) || !is_modern(root))))
			continue;
		most = n;
		best = root;
		*at = i;
	}
	return best;
}

static void
root_show(const struct root *root, int64_t n, int64_t of)
{
	(void)printf("%6" PRId64 " of %" PRId64 "  %s%s\n", n, of, root->name,
	    is_modern(root) ? ""
	                    : " (signed with SHA-1: not for AMT 16 and later)");
}

/* Most machines first. */
static void
heard_show(const struct planroots *p)
{
	const struct root *root;
	uint64_t shown = 0;
	size_t at = 0;

	while ((root = root_best(p, 0, shown, &at)) != NULL) {
		shown |= UINT64_C(1) << at;
		root_show(root, machines_listing(p, UINT64_C(1) << at),
		    p->machines);
	}
	if (shown == 0)
		(void)printf("none of them lists a public root whose CA could "
		             "sell a certificate\n");
}

/* A hello does not say its machine's release, and the root that most machines
 * list may be one that AMT 16 and later take no certificate under. */
static void
modern_show(const struct planroots *p)
{
	const struct root *root;
	uint64_t old = 0;
	size_t at = 0;

	for (size_t i = 0; (root = roots_row(i)) != NULL; i++)
		if (!is_modern(root))
			old |= UINT64_C(1) << i;
	root = root_best(p, 0, old, &at);
	(void)printf("     if some of them are AMT 16 or later: ");
	if (root == NULL)
		(void)printf("an own root (amt-cert root)\n");
	else
		(void)printf("a certificate under %s, for %" PRId64
		             " of %" PRId64 "\n",
		    root->name, machines_listing(p, UINT64_C(1) << at),
		    p->machines);
}

/* With how many certificates all of them are reached, or most. */
static void
together_show(const struct planroots *p)
{
	const struct root *root;
	uint64_t chosen = 0;
	size_t at = 0, n = 0;
	int64_t before, now = 0;

	while (n < TOGETHER_MAX && now < p->machines &&
	    (root = root_best(p, chosen, chosen, &at)) != NULL) {
		before = now;
		chosen |= UINT64_C(1) << at;
		now = machines_listing(p, chosen);
		if (now == before)
			break;
		(void)printf("%s %s%s%" PRId64 " of %" PRId64 "\n",
		    n == 0 ? "best: a certificate under" : "     and one under",
		    root->name, n == 0 ? ", for " : ", together for ", now,
		    p->machines);
		if (n == 0 && !is_modern(root))
			modern_show(p);
		n++;
	}
	if (now < p->machines)
		(void)printf("%" PRId64 " of %" PRId64 " machines are reached "
		             "by no public CA: an own root does (amt-cert "
		             "root)\n",
		    p->machines - now, p->machines);
}

/* --- what is known without a hello ---------------------------------------- */

/* "11.0 to 13": from which release to which it is known to be there and of
 * use; false: in none. */
static bool
range_show(const struct root *root)
{
	const struct release_pki *row, *first = NULL, *next = NULL;

	for (unsigned i = 0; (row = release_pki_row(i)) != NULL; i++) {
		if (row->pki == KNOWN_NO ||
		    roots_known(root, &row->from) != KNOWN_YES)
			continue;
		if (first == NULL)
			first = row;
		next = release_pki_row(i + 1);
	}
	if (first == NULL)
		return false;
	(void)printf("     from AMT %u.%u", first->from.major,
	    first->from.minor);
	if (next != NULL)
		(void)printf(" before %u.%u", next->from.major,
		    next->from.minor);
	return true;
}

static void
known_show(const struct planroots *p)
{
	const struct root *root;

	(void)printf("no machine without a PID and PPS has said hello yet "
	             "(hello version 3); roots that firmware is known to "
	             "have:\n");
	for (size_t i = 0; (root = roots_row(i)) != NULL; i++)
		if (is_sold(p, root) && range_show(root))
			(void)printf(": %s\n", root->name);
	(void)printf("what to do: let one machine of each model say hello "
	             "(amt-hello), then ask again\n");
}

/* --- all of it ------------------------------------------------------------ */

static void
ended_show(const struct planroots *p)
{
	const struct root *root;
	const char *comma = "listed too, but expired or given up by its CA: ";

	for (size_t i = 0; (root = roots_row(i)) != NULL; i++) {
		if (root->name[0] == '\0' || is_sold(p, root) ||
		    machines_listing(p, UINT64_C(1) << i) == 0)
			continue;
		(void)printf("%s%s (%s)", comma, root->name,
		    has_ended(p, root) ? root->expires : "given up");
		comma = ", ";
	}
	if (comma[0] == ',')
		(void)putchar('\n');
}

void
planroots_show(struct store *s, const char *dir, int64_t now)
{
	struct planroots p = { 0 };
	char at[TEXT_TIME];

	text_time(at, now);
	(void)snprintf(p.month, sizeof(p.month), "%.7s", at);
	offers_each(s, offer_add, &p);
	(void)printf("WHICH CA\n");
	if (p.machines == 0) {
		known_show(&p);
		free(p.list);
		return;
	}
	(void)printf("of %" PRId64 " machines heard so far (hello version 3), "
	             "this many list each root:\n",
	    p.machines);
	heard_show(&p);
	ended_show(&p);
	if (p.with_unknown != 0)
		(void)printf("%" PRId64 " of %" PRId64 " list hashes of no "
		             "public root: an own root, or one that is not "
		             "published (amt-cert list -d %s counts yours)\n",
		    p.with_unknown, p.machines, dir);
	together_show(&p);
	free(p.list);
}
