#include "report/totals.h"

#include <err.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#define DIGITS "0123456789"

const char *
totals_by_name(enum totals_by by)
{
	static const char *const names[TOTALS_BY] = { "batch", "profile",
		"release" };

	return names[by];
}

size_t
total_heard(const struct total *t)
{
	return t->machines - t->in_group[FLEET_UNSEEN];
}

/* "lab9" before "lab10", "9.1" before "11.8", and nothing after all. */
static int
total_order(const void *a, const void *b)
{
	const struct total *x = a, *y = b;

	if (x->name[0] == '\0' || y->name[0] == '\0')
		return (x->name[0] == '\0') - (y->name[0] == '\0');
	return strverscmp(x->name, y->name);
}

/* 11.8 of 11.8.50.3425; all of what is written otherwise. */
static void
total_release(struct total *t, const char *firmware)
{
	size_t major = strspn(firmware, DIGITS);
	size_t len = strlen(firmware);

	if (major != 0 && firmware[major] == '.' &&
	    strspn(firmware + major + 1, DIGITS) != 0)
		len = major + 1 + strspn(firmware + major + 1, DIGITS);
	(void)snprintf(t->release, sizeof(t->release), "%.*s", (int)len,
	    firmware);
}

/* What is counted while it is: the tree has the rows, in order. */
struct totals_count {
	void *tree; /* tsearch(3) */
	size_t n;
	struct total *last; /* machines of one kind often follow each other */
};

/* The row of this name; made when it is not there. */
static struct total *
counting_row(struct totals_count *c, const struct total *key)
{
	struct total **found, *row;

	if (c->last != NULL && strcmp(c->last->name, key->name) == 0)
		return c->last;
	found = tfind(key, &c->tree, total_order);
	if (found != NULL)
		return c->last = *found;
	row = malloc(sizeof(*row));
	if (row == NULL)
		err(EX_OSERR, "report");
	*row = *key;
	if (key->name == key->release)
		row->name = row->release;
	if (tsearch(row, &c->tree, total_order) == NULL)
		err(EX_OSERR, "report");
	c->n++;
	return c->last = row;
}

static void
counting_machine(struct totals_count *c, const struct machine *m, enum totals_by by)
{
	struct total key = { 0 }, *row;

	switch (by) {
	case TOTALS_BATCH:
		key.name = m->field[DEVICES_BATCH];
		break;
	case TOTALS_PROFILE:
		key.name = m->field[DEVICES_PROFILE];
		break;
	default:
		total_release(&key, m->field[DEVICES_FIRMWARE]);
		key.name = key.release;
		break;
	}
	row = counting_row(c, &key);
	row->machines++;
	row->in_group[m->group]++;
}

static void
totals_visit(const void *node, VISIT when, void *arg)
{
	struct totals *t = arg;

	if (when == postorder || when == leaf)
		t->rows[t->n++] = *(struct total *const *)node;
}

static void
totals_keep(void *row)
{
	(void)row;
}

void
totals_count(struct totals *t, const struct fleet *fleet, enum totals_by by)
{
	struct totals_count c = { 0 };

	if (by == TOTALS_BATCH)
		for (size_t i = 0; i < fleet->nbatches; i++) {
			struct total key = { .name = fleet->batches[i].name };

			counting_row(&c, &key)->batch = &fleet->batches[i];
		}
	for (size_t i = 0; i < fleet->nmachines; i++)
		counting_machine(&c, &fleet->machines[i], by);
	t->n = 0;
	t->rows = calloc(c.n + 1, sizeof(struct total *));
	if (t->rows == NULL)
		err(EX_OSERR, "report");
	twalk_r(c.tree, totals_visit, t);
	tdestroy(c.tree, totals_keep);
}

bool
totals_named(const struct totals *t)
{
	return t->n != 0 && t->rows[0]->name[0] != '\0';
}

void
totals_free(struct totals *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->rows[i]);
	free(t->rows);
}
