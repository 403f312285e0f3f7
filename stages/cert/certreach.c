#include "cert/certreach.h"

#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "amt/certpurpose.h"
#include "amt/suffix.h"
#include "plan/certchoice.h"
#include "store/domains.h"

struct counting {
	struct certreach *list;
	size_t n;
	STACK_OF(X509) * all;
	struct hello hello; /* with the hashes of the row that is looked at */
	int64_t now, heard, reached;
};

/* Does it reach these machines? */
static bool
reach_add(struct certreach *r, const struct certchoice_machine *m,
    STACK_OF(X509) * all, int64_t machines)
{
	struct certchoice choice;

	certchoice_run(&choice, m, &r->leaf, 1, all);
	if (choice.n == 0) {
		if (r->not_for[choice.why] == 0)
			memcpy(r->detail[choice.why], choice.detail,
			    sizeof(choice.detail));
		r->not_for[choice.why] += machines;
		return false;
	}
	if (m->domain[0] == '\0') {
		r->unnamed += machines;
		return false;
	}
	r->reached += machines;
	return true;
}

static void
offer_count(void *arg, const struct offer_row *row)
{
	struct counting *c = arg;
	struct certchoice_machine m = { .hello = &c->hello,
		.domain = row->domain,
		.now = c->now };
	struct fault f;
	bool is_reached = false;

	c->hello = (struct hello){ .version = HELLO_PKI };
	if (hello_hashes_parse(&c->hello, row->hashes, &f) == -1)
		c->hello = (struct hello){ .version = HELLO_PKI };
	m.release_known = row->firmware[0] != '\0' &&
	    release_parse(&m.release, row->firmware, &f) == 0;
	c->heard += row->machines;
	for (size_t i = 0; i < c->n; i++)
		is_reached =
		    reach_add(&c->list[i], &m, c->all, row->machines) ||
		    is_reached;
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
    int64_t now, int64_t *heard, int64_t *reached)
{
	static struct counting c;

	c = (struct counting){ .n = (size_t)sk_X509_num(leaves),
		.all = all,
		.now = now };
	c.list = calloc(c.n + 1, sizeof(*c.list));
	if (c.list == NULL)
		err(EX_OSERR, "certificates");
	for (size_t i = 0; i < c.n; i++) {
		c.list[i].leaf = sk_X509_value(leaves, (int)i);
		name_read(c.list[i].name, c.list[i].leaf);
	}
	offers_each(s, offer_count, &c);
	*heard = c.heard;
	*reached = c.reached;
	return c.list;
}
