#include "cert/certreach.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "amt/certpurpose.h"
#include "amt/chain.h"
#include "amt/rootlist.h"
#include "store/domains.h"

struct counting {
	struct certreach *list;
	size_t n;
	STACK_OF(X509) * all;
	char *hashes; /* that the ranks are of; NULL: none yet */
	int64_t heard, reached;
};

/* Once for all machines with these hashes. */
static void
ranks_set(struct counting *c, const char *hashes)
{
	if (c->hashes != NULL && strcmp(c->hashes, hashes) == 0)
		return;
	free(c->hashes);
	c->hashes = strdup(hashes);
	if (c->hashes == NULL)
		err(EX_OSERR, "hashes");
	for (size_t i = 0; i < c->n; i++) {
		struct chain chain;

		chain_build(&chain, c->list[i].leaf, c->all, rootlist_rank,
		    c->hashes);
		c->list[i].rank =
		    chain.end == CHAIN_WHOLE && chain.n > 1 ? chain.rank : 0;
	}
}

/* Does it reach these machines? */
static bool
reach_add(struct certreach *r, const struct offer_row *row)
{
	if (r->rank == 0) {
		r->without_root += row->machines;
		return false;
	}
	if (row->domain[0] == '\0') {
		r->unnamed += row->machines;
		return false;
	}
	if (suffix_match(r->name, row->domain, SUFFIX_TABLE) == SUFFIX_NONE) {
		r->elsewhere += row->machines;
		if (r->other_dom[0] == '\0')
			(void)snprintf(r->other_dom, sizeof(r->other_dom), "%s",
			    row->domain);
		return false;
	}
	r->reached += row->machines;
	return true;
}

static void
offer_count(void *arg, const struct offer_row *row)
{
	struct counting *c = arg;
	bool is_reached = false;

	ranks_set(c, row->hashes);
	c->heard += row->machines;
	for (size_t i = 0; i < c->n; i++)
		is_reached = reach_add(&c->list[i], row) || is_reached;
	if (is_reached)
		c->reached += row->machines;
}

/* "" when it is no name that could be compared. */
static void
name_read(char name[DOMAIN_TEXT], const X509 *leaf)
{
	char cn[DOMAIN_TEXT + 2];
	struct fault f;

	(void)certpurpose_name(cn, leaf);
	if (suffix_name(name, cn, strlen(cn), &f) == -1)
		name[0] = '\0';
}

struct certreach *
certreach_count(struct store *s, STACK_OF(X509) * leaves, STACK_OF(X509) * all,
    int64_t *heard, int64_t *reached)
{
	struct counting c = { .n = (size_t)sk_X509_num(leaves), .all = all };

	c.list = calloc(c.n + 1, sizeof(*c.list));
	if (c.list == NULL)
		err(EX_OSERR, "certificates");
	for (size_t i = 0; i < c.n; i++) {
		c.list[i].leaf = sk_X509_value(leaves, (int)i);
		name_read(c.list[i].name, c.list[i].leaf);
	}
	offers_each(s, offer_count, &c);
	free(c.hashes);
	*heard = c.heard;
	*reached = c.reached;
	return c.list;
}
