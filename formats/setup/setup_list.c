/*
 * setup_list - a setting of many entries: the machine's are listed, what the
 * profile does not have is removed, what differs changed, what is missing
 * added, and then they are listed again.
 *
 * Positions and handles are never relied upon: an entry is known by its item.
 */
#include "setup/setup_apply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "setup/settings.h"
#include "setup/setup_ask.h"
#include "setup/setup_talk.h"

static enum setup_next list_took_set(struct setup *s, struct message *r);
static enum setup_next list_lost_set(struct setup *s);

static const struct setup_step step_set = { .name = "set-",
	.calls = true,
	.expect = EXPECT_RETURN,
	.ask = ask_call_params,
	.took = list_took_set,
	.lost = list_lost_set };

/* --- wanted and found ----------------------------------------------------- */

static const char *
list_wanted(const struct setup *s, const char *item)
{
	const struct settings *all = s->job.settings;

	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i].setting, s->row->name) == 0 &&
		    strcmp(all->list[i].item, item) == 0)
			return all->list[i].value;
	return NULL;
}

static struct setup_entry *
list_find(const struct setup *s, const char *item)
{
	for (size_t i = 0; i < s->nlist; i++)
		if (strcmp(s->list[i].item, item) == 0)
			return &s->list[i];
	return NULL;
}

/* The next call that is due: sets method and params; false when there is
 * none.  Removed first, as the machine's lists are short. */
static bool
list_next(struct setup *s)
{
	const struct setting *row = s->row;
	const struct settings *all = s->job.settings;

	s->params[0].name = row->item;
	s->params[1] = (struct message_pair){ .name = NULL };
	for (size_t i = 0; i < s->nlist; i++)
		if (list_wanted(s, s->list[i].item) == NULL) {
			s->method = row->call_remove;
			s->params[0].value = s->list[i].item;
			return true;
		}
	s->params[1].name = row->property;
	for (size_t i = 0; i < all->n; i++) {
		const struct settings_value *v = &all->list[i];
		const struct setup_entry *have = list_find(s, v->item);

		if (strcmp(v->setting, row->name) != 0 ||
		    (have != NULL && setting_equal(row, have->value, v->value)))
			continue;
		s->method = have != NULL ? row->call_change : row->call;
		s->params[0].value = v->item;
		s->params[1].value = setting_text(row, v->value);
		return true;
	}
	return false;
}

/* As if the call that was answered had done what it says. */
static bool
list_update(struct setup *s)
{
	struct setup_entry *e = list_find(s, s->params[0].value);

	if (s->params[1].name == NULL) {
		*e = s->list[--s->nlist];
		return true;
	}
	if (e == NULL) {
		if (s->nlist == SETUP_LIST_MAX)
			return false;
		e = &s->list[s->nlist++];
	}
	(void)snprintf(e->item, sizeof(e->item), "%s", s->params[0].value);
	(void)snprintf(e->value, sizeof(e->value), "%s", s->params[1].value);
	return true;
}

/* --- the talk ------------------------------------------------------------- */

/* Of the entry that is next; NULL when the machine does not have it. */
static const char *
list_has(const struct setup *s)
{
	const struct setup_entry *have = list_find(s, s->params[0].value);

	return have == NULL ? NULL : have->value;
}

static enum setup_next
list_send(struct setup *s)
{
	setup_hold(s, s->row, s->params[0].value, list_has(s));
	return setup_enter(s, &step_set);
}

static enum setup_next
list_compare(struct setup *s)
{
	char text[80];

	if (!list_next(s))
		return setup_applied(s);
	if (!setup_writes(s)) {
		setup_differs(s, s->row, s->params[0].value, list_has(s));
		return setup_apply_from(s, s->row + 1);
	}
	if (!s->read_back)
		return list_send(s);
	return setup_end(s, REASON_VERIFY_FAILED, "%s of %s stays as it was",
	    s->row->name,
	    setup_quote(s, text, sizeof(text), s->params[0].value));
}

static bool
list_each(struct setup *s, const char *class, const struct message_node *p)
{
	const char *item = message_value(p, s->row->item);
	const char *value = message_value(p, s->row->property);
	struct setup_entry *e = &s->list[s->nlist];

	(void)class;
	if (item == NULL)
		return true;
	if (s->nlist == SETUP_LIST_MAX || strlen(item) >= sizeof(e->item) ||
	    (value != NULL && strlen(value) >= sizeof(e->value)))
		return false;
	(void)snprintf(e->item, sizeof(e->item), "%s", item);
	(void)snprintf(e->value, sizeof(e->value), "%s",
	    value == NULL ? "" : value);
	s->nlist++;
	return true;
}

static enum setup_next
list_begin(struct setup *s)
{
	s->nlist = 0;
	return setup_items(s, s->row->class, list_each, list_compare, NULL);
}

static enum setup_next
list_took_set(struct setup *s, struct message *r)
{
	(void)r;
	s->commit_due |= s->row->commit;
	if (!list_update(s))
		return setup_bad_answer(s, "a list is longer than we take");
	if (list_next(s))
		return list_send(s);
	s->read_back = true;
	return list_begin(s);
}

/* What was carried out shows in the list; what was not is sent once more. */
static enum setup_next
list_lost_set(struct setup *s)
{
	return setup_write_lost(s, list_begin);
}

enum setup_next
setup_list(struct setup *s)
{
	if (s->list == NULL)
		s->list = calloc(SETUP_LIST_MAX, sizeof(*s->list));
	if (s->list == NULL)
		return setup_end(s, REASON_REPLY_BAD, "out of memory");
	setup_counted(s, &step_set)->lost = 0; /* each row has its own */
	return list_begin(s);
}
