#include "setup/setup_items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setup/settings.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"
#include "setup/setup_talk.h"
#include "setup/setup_want.h"

#define PARTS_MAX 33 /* of a list; the answer to Enumerate is one */

/* --- instances ------------------------------------------------------------ */

static enum setup_next items_begin(struct setup *s);
static enum setup_next items_took(struct setup *s, struct message *r);
static enum setup_next items_took_one(struct setup *s, struct message *r);
static bool items_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next);

static const struct setup_step step_list = { .name = "list-",
	.of_items = true,
	.expect = EXPECT_BEGUN,
	.ask = ask_items,
	.took = items_took,
	.lost = setup_again_once,
	.refused = items_refused };
static const struct setup_step step_pull = { .name = "pull-",
	.of_items = true,
	.expect = EXPECT_LISTED,
	.relist = items_begin,
	.ask = ask_items,
	.took = items_took,
	.lost = setup_part_lost,
	.refused = items_refused };
static const struct setup_step step_read = { .name = "read-",
	.chooses = true,
	.of_items = true,
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = items_took_one,
	.lost = setup_again_once,
	.refused = items_refused };

/* WS-Addressing 2004/08, 4: no such class or instance. */
static bool
items_refused(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	setup_then_fn *lacks = s->items.lacks;

	if (no->fault == NULL ||
	    strcmp(no->fault->subcode, "DestinationUnreachable") != 0)
		return false;
	if (lacks == NULL)
		return setup_unsupported(s, no, next);
	*next = lacks(s);
	return true;
}

static void
items_forget(struct setup *s)
{
	for (size_t i = 0; i < s->nparts; i++)
		message_free(&s->parts[i]);
	s->nparts = 0;
}

void
setup_items_free(struct setup *s)
{
	items_forget(s);
	free(s->parts);
	s->parts = NULL;
}

/* A family sees a list once it is complete: what it has read of one that is
 * begun again need not be taken back. */
static bool
items_hand_over(struct setup *s)
{
	bool taken = true;

	for (size_t i = 0; i < s->nparts; i++)
		for (const struct message_node *n = s->parts[i].items;
		     taken && n != NULL; n = n->next)
			taken = s->items.each(s, n->name, n->first);
	items_forget(s);
	return taken;
}

static enum setup_next
items_took(struct setup *s, struct message *r)
{
	bool end = r->end;

	if (!end &&
	    (*r->context == '\0' || strlen(r->context) >= sizeof(s->context) ||
	        s->nparts == PARTS_MAX - 1))
		return setup_bad_answer(s, "a list does not end");
	(void)snprintf(s->context, sizeof(s->context), "%s", r->context);
	s->parts[s->nparts++] = *r;
	message_clear(r);
	if (!end)
		return setup_enter(s, &step_pull);
	if (!items_hand_over(s))
		return setup_bad_answer(s, "a list is longer than we take");
	return s->items.then(s);
}

static enum setup_next
items_begin(struct setup *s)
{
	items_forget(s);
	s->context[0] = '\0';
	setup_counted(s, &step_list)->lost = 0;
	return setup_enter(s, &step_list);
}

enum setup_next
setup_items(struct setup *s, const char *class, setup_item_fn *each,
    setup_then_fn *then, setup_then_fn *lacks)
{
	s->items = (struct setup_items){ .class = class,
		.each = each,
		.then = then,
		.lacks = lacks };
	if (s->parts == NULL)
		s->parts = calloc(PARTS_MAX, sizeof(*s->parts));
	if (s->parts == NULL)
		return setup_end(s, REASON_REPLY_BAD, "out of memory");
	return items_begin(s);
}

static enum setup_next
items_took_one(struct setup *s, struct message *r)
{
	setup_keep_instance(s, s->items.class, NULL, r);
	return s->items.then(s);
}

enum setup_next
setup_read(struct setup *s, const char *class, setup_then_fn *then,
    setup_then_fn *lacks)
{
	s->items = (struct setup_items){ .class = class,
		.then = then,
		.lacks = lacks };
	setup_counted(s, &step_read)->lost = 0;
	return setup_enter(s, &step_read);
}

void *
setup_work(struct setup *s, size_t size)
{
	if (s->work != NULL)
		explicit_bzero(s->work, s->work_size);
	free(s->work);
	s->work = size == 0 ? NULL : calloc(1, size);
	s->work_size = s->work == NULL ? 0 : size;
	return s->work;
}

/* --- findings ------------------------------------------------------------- */

bool
setup_writes(const struct setup *s)
{
	return s->rules.want->writes && !s->checking;
}

static bool
finding_is(const struct setup_finding *f, enum setup_finding_kind kind,
    const char *setting, const char *item)
{
	return f->kind == kind && strcmp(f->setting, setting) == 0 &&
	    strcmp(f->item, item) == 0;
}

bool
setup_has_finding(const struct setup *s, enum setup_finding_kind kind,
    const char *setting, const char *item)
{
	for (size_t i = 0; i < s->findings.n; i++)
		if (finding_is(&s->findings.at[i], kind, setting, item))
			return true;
	return false;
}

/* Room for one more; NULL when there are SETUP_FINDINGS_MAX, or no memory. Most
 * machines need a few, and there are thousands at a time. */
static struct setup_finding *
findings_next(struct setup_findings *l)
{
	if (l->n == SETUP_FINDINGS_MAX)
		return NULL;
	if (l->n == l->cap) {
		size_t cap = l->cap == 0 ? SETUP_FINDINGS_FEW : 2 * l->cap;
		struct setup_finding *more = calloc(cap, sizeof(*more));

		if (more == NULL)
			return NULL;
		if (l->at != NULL)
			memcpy(more, l->at, l->n * sizeof(*more));
		setup_findings_wipe(l);
		l->at = more;
		l->cap = cap;
	}
	return &l->at[l->n];
}

void
setup_findings_wipe(struct setup_findings *l)
{
	if (l->at != NULL)
		explicit_bzero(l->at, l->cap * sizeof(*l->at));
	free(l->at);
	l->at = NULL;
}

void
setup_undiffer(struct setup *s)
{
	for (size_t i = 0; i < s->findings.n; i++)
		if (s->findings.at[i].kind == SETUP_DIFFERS)
			s->findings.at[i].kind = SETUP_DIFFERED;
}

void
setup_settle(struct setup *s)
{
	for (size_t i = 0, n = s->findings.n; i < n; i++) {
		struct setup_finding f = s->findings.at[i], *to;

		if (f.kind != SETUP_DIFFERED ||
		    setup_has_finding(s, SETUP_DIFFERS, f.setting, f.item) ||
		    setup_has_finding(s, SETUP_LACKS, f.setting, f.item) ||
		    setup_has_finding(s, SETUP_CHANGED, f.setting, f.item))
			continue;
		to = findings_next(&s->findings); /* may move them */
		if (to == NULL)
			return;
		f.kind = SETUP_CHANGED;
		*to = f;
		s->findings.n++;
	}
}

static const char *
finding_wanted(const struct setup *s, const struct setting *row,
    const char *item)
{
	const char *wanted = row->own != NULL ? row->own(&s->job)
	    : *item != '\0' ? setup_item_value(s, row->name, item)
	                    : settings_value(s->job.settings, row->name);

	if (wanted == NULL && row->preset != NULL)
		return row->preset;
	return wanted == NULL ? "" : wanted;
}

static void
finding_fill(const struct setup *s, struct setup_finding *f,
    enum setup_finding_kind kind, const struct setting *row, const char *item,
    const char *found)
{
	*f = (struct setup_finding){ .kind = kind, .setting = row->name };
	(void)snprintf(f->item, sizeof(f->item), "%s", item);
	if (kind == SETUP_SENT || row->secret || row->type == SETTING_PASSWORD)
		return;
	(void)setup_quote(s, f->wanted, sizeof(f->wanted),
	    finding_wanted(s, row, item));
	(void)setup_quote(s, f->found, sizeof(f->found),
	    found == NULL ? "" : setting_word(row, found));
}

/* What is met again while everything is read back is reported once; so are
 * more than anybody reads. */
static void
finding_add(struct setup *s, enum setup_finding_kind kind,
    const struct setting *row, const char *item, const char *found)
{
	bool again = kind == SETUP_DIFFERS || kind == SETUP_LACKS;

	struct setup_finding *f;

	if (again && setup_has_finding(s, kind, row->name, item))
		return;
	f = findings_next(&s->findings);
	if (f == NULL)
		return;
	finding_fill(s, f, kind, row, item, found);
	s->findings.n++;
}

void
setup_differs(struct setup *s, const struct setting *row, const char *item,
    const char *found)
{
	char text[160], quoted[60] = "another";

	if (s->surveying)
		return;
	finding_add(s, SETUP_DIFFERS, row, item, found);
	if (!row->secret)
		(void)setup_quote(s, quoted, sizeof(quoted),
		    found == NULL ? "nothing" : setting_word(row, found));
	(void)snprintf(text, sizeof(text), "%s%s%s differs (got %s)", row->name,
	    *item == '\0' ? "" : " of ", item, quoted);
	setup_note(s, text);
}

void
setup_changed(struct setup *s, const struct setting *row, const char *item,
    const char *found)
{
	finding_add(s, SETUP_CHANGED, row, item, found);
}

void
setup_lacks(struct setup *s, const struct setting *row, const char *item)
{
	char text[120];

	if (setup_has_finding(s, SETUP_LACKS, row->name, item))
		return;
	finding_add(s, SETUP_LACKS, row, item, NULL);
	(void)snprintf(text, sizeof(text), "%s%s%s: the firmware has none",
	    row->name, *item == '\0' ? "" : " of ", item);
	setup_note(s, text);
}

/* Kept back until it was read again with everything else. */
void
setup_hold(struct setup *s, const struct setting *row, const char *item,
    const char *found)
{
	struct setup_finding *f;

	for (size_t i = 0; i < s->held.n; i++)
		if (finding_is(&s->held.at[i], SETUP_CHANGED, row->name, item))
			return;
	f = findings_next(&s->held);
	if (f == NULL)
		return;
	finding_fill(s, f, SETUP_CHANGED, row, item, found);
	s->held.n++;
}

void
setup_release(struct setup *s)
{
	for (size_t i = 0; i < s->held.n; i++) {
		const struct setup_finding *f = &s->held.at[i];
		struct setup_finding *to;

		if (setup_has_finding(s, SETUP_DIFFERS, f->setting, f->item) ||
		    setup_has_finding(s, SETUP_CHANGED, f->setting, f->item))
			continue;
		to = findings_next(&s->findings);
		if (to == NULL)
			break;
		*to = *f;
		s->findings.n++;
	}
	s->held.n = 0;
}

void
setup_sent(struct setup *s, const struct setting *row, const char *item)
{
	finding_add(s, SETUP_SENT, row, item, NULL);
}

const struct setup_finding *
setup_finding(struct setup *s)
{
	return s->findings_at < s->findings.n
	    ? &s->findings.at[s->findings_at++]
	    : NULL;
}

bool
setup_known(const struct setup *s, const struct setting *row, const char *item)
{
	char entry[SETUP_KNOWN_ENTRY];
	size_t len;
	/* A machine in setup is told all of it. */
	bool anew = s->rules.want == &setup_wants[SETUP_SET_UP] && !s->found;
	const char *at = s->job.known == NULL || anew ? "" : s->job.known;

	if (setup_has_finding(s, SETUP_SENT, row->name, item))
		return true; /* since this conversation */
	setup_known_entry(entry, row->name, item);
	for (; *at != '\0'; at += len + (at[len] == ',')) {
		len = strcspn(at, ",");
		if (len == strlen(entry) && strncmp(at, entry, len) == 0)
			return true;
	}
	return false;
}

/* --- entries of the profile ----------------------------------------------- */

/* Is this setting a field of the list's entries? */
static bool
item_is_in(const struct setup *s, const struct settings_value *v,
    const char *list)
{
	for (size_t i = 0; *v->item != '\0' && i < s->rules.count; i++) {
		const struct setting *row = &s->rules.table[i];

		if (strcmp(row->name, v->setting) == 0)
			return row->list != NULL &&
			    strcmp(row->list, list) == 0;
	}
	return false;
}

/* Value number i is the first one of its entry in this list. */
static bool
item_begins(const struct setup *s, size_t i, const char *list)
{
	const struct settings_value *all = s->job.settings->list;

	if (!item_is_in(s, &all[i], list))
		return false;
	for (size_t k = 0; k < i; k++)
		if (strcmp(all[k].item, all[i].item) == 0 &&
		    item_is_in(s, &all[k], list))
			return false;
	return true;
}

const char *
setup_item(const struct setup *s, const char *list, size_t i)
{
	const struct settings *all = s->job.settings;

	for (size_t k = 0; all != NULL && k < all->n; k++)
		if (item_begins(s, k, list) && i-- == 0)
			return all->list[k].item;
	return NULL;
}

bool
setup_has_item(const struct setup *s, const char *list, const char *item)
{
	const char *has;

	for (size_t i = 0; (has = setup_item(s, list, i)) != NULL; i++)
		if (strcmp(has, item) == 0)
			return true;
	return false;
}

const char *
setup_item_value(const struct setup *s, const char *setting, const char *item)
{
	return settings_item_value(s->job.settings, setting, item);
}

bool
setup_removes_others(const struct setup *s, const char *list)
{
	char name[64];
	const char *value;

	(void)snprintf(name, sizeof(name), "%s-others", list);
	value = settings_value(s->job.settings, name);
	return value != NULL && strcmp(value, "remove") == 0;
}
