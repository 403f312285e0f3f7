#include "setup/setup_apply.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "setup/settings.h"
#include "setup/settings_fit.h"
#include "setup/setup_adopt.h"
#include "setup/setup_ask.h"
#include "setup/setup_pass.h"
#include "setup/setup_talk.h"
#include "setup/setup_want.h"

const char *
setup_wanted(const struct setup *s, const struct setting *row)
{
	if (row->own != NULL)
		return row->own(&s->job);
	return settings_value(s->job.settings, row->name);
}

/* --- which row is next ---------------------------------------------------- */

static bool
row_in_release(const struct setup *s, const struct setting *row)
{
	const struct setting *table = s->rules.table;

	if (!setting_in_release(row, s->release))
		return false;
	for (size_t i = 0; row->needs != NULL && i < s->rules.count; i++)
		if (strcmp(table[i].name, row->needs) == 0)
			return row_in_release(s, &table[i]);
	return true;
}

static bool
row_is_due(const struct setup *s, const struct setting *row)
{
	const char *wanted = setup_wanted(s, row);

	if (row->only != NULL &&
	    (s->rules.way == NULL ||
	        strcmp(row->only, s->rules.way->name) != 0))
		return false;
	if (row->apply == NULL)
		return false;
	if (row->list != NULL)
		return row_in_release(s, row) &&
		    (setup_item(s, row->list, 0) != NULL ||
		        setup_removes_others(s, row->list));
	/* A property can be set to "", a password cannot. */
	return row_in_release(s, row) && wanted != NULL &&
	    (row->own == NULL || row->property != NULL || *wanted != '\0');
}

/* Properties of one group go with its first row. */
static bool
row_leads(const struct setup *s, const struct setting *row, bool verified)
{
	if (row->apply != setup_property)
		return !verified;
	if (verified && !row->verified)
		return false;
	for (const struct setting *i = s->rules.table; i < row; i++)
		if (i->apply == setup_property &&
		    strcmp(i->group, row->group) == 0 && row_is_due(s, i) &&
		    (!verified || i->verified))
			return false;
	return true;
}

/* Makes it the first one from at on; false at the end of the table. */
static bool
row_find(struct setup *s, const struct setting *at, bool verified)
{
	const struct setting *end = s->rules.table + s->rules.count;

	for (; at < end; at++)
		if (row_is_due(s, at) && row_leads(s, at, verified)) {
			s->row = at;
			s->read_back = false;
			return true;
		}
	return false;
}

enum setup_next
setup_apply_from(struct setup *s, const struct setting *row)
{
	s->applying = true;
	return row_find(s, row, false) ? s->row->apply(s) : setup_passed(s);
}

/* The release is known by now, and nothing was written yet. */
enum setup_next
setup_apply(struct setup *s)
{
	char what[SETUP_DETAIL_MAX - 40];

	if (settings_refused(what, sizeof(what), s->job.settings, s->release))
		return setup_end(s, REASON_PROFILE_UNSUPPORTED, "AMT %s: %s",
		    s->firmware, what);
	return setup_apply_from(s, s->rules.table);
}

enum setup_next
setup_applied(struct setup *s)
{
	if (s->row->milestone != SETUP_NO_MILESTONE && !s->checking)
		setup_reached(s, s->row->milestone);
	return setup_apply_from(s, s->row + 1);
}

/* WS-Addressing 2004/08, 4: no such class or instance.  What is each machine's
 * own every release has. */
static bool
row_is_unsupported(const struct setup *s, const struct setup_refusal *no)
{
	return s->row->own == NULL && no->fault != NULL &&
	    strcmp(no->fault->subcode, "DestinationUnreachable") == 0;
}

static bool
property_is_in(const struct setting *row, const struct setting *group)
{
	return row->apply == setup_property &&
	    strcmp(row->group, group->group) == 0;
}

bool
setup_unsupported(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (!row_is_unsupported(s, no))
		return false;
	setup_lacks(s, s->row, "");
	for (size_t i = 0;
	     s->row->apply == setup_property && i < s->rules.count; i++)
		if (property_is_in(&s->rules.table[i], s->row) &&
		    row_is_due(s, &s->rules.table[i]))
			setup_lacks(s, &s->rules.table[i], "");
	*next = setup_apply_from(s, s->row + 1);
	return true;
}

/* --- properties ----------------------------------------------------------- */

/* A new machine is given each name in the very letters; one that keeps names in
 * other letters is not written to each time. */
static bool
property_is_same(const struct setup *s, const struct setting *row,
    const char *have, const char *wanted)
{
	const struct setup_want *want = s->rules.want;

	return want == NULL || (setup_writes(s) && !want->keeps)
	    ? setting_identical(row, have, wanted)
	    : setting_equal(row, have, wanted);
}

/* What the firmware does not have cannot be set, unless it is a machine's own:
 * that every release has. */
static const char *
property_lacks(const struct setup *s, const struct setting *row)
{
	const char *have = message_value(s->instance.items, row->property);
	const char *wanted = setup_wanted(s, row);

	if (wanted == NULL || !row_in_release(s, row) ||
	    (have == NULL && row->own == NULL))
		return NULL;
	if (have != NULL && property_is_same(s, row, have, wanted))
		return NULL;
	return setting_text(row, wanted);
}

size_t
setup_changes(const struct setup *s, const struct setting *row,
    struct message_pair to[MESSAGE_CHANGES_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < s->rules.count; i++) {
		const struct setting *r = &s->rules.table[i];
		const char *value =
		    property_is_in(r, row) ? property_lacks(s, r) : NULL;

		if (value == NULL)
			continue;
		assert(n < MESSAGE_CHANGES_MAX);
		to[n++] = (struct message_pair){ .name = r->property,
			.value = value };
	}
	return n;
}

/* What the instance that was read has otherwise. */
static void
property_report(struct setup *s)
{
	for (size_t i = 0; i < s->rules.count; i++) {
		const struct setting *row = &s->rules.table[i];

		if (property_is_in(row, s->row) &&
		    property_lacks(s, row) != NULL)
			setup_differs(s, row, "",
			    message_value(s->instance.items, row->property));
	}
}

enum setup_next
setup_denied(struct setup *s)
{
	char text[80];

	if (s->row->apply == setup_property && s->instance_class != NULL)
		property_report(s);
	else
		setup_differs(s, s->row, "", NULL);
	(void)snprintf(text, sizeof(text), "%s: refused in client control mode",
	    s->row->group);
	setup_note(s, text);
	return setup_apply_from(s, s->row + 1);
}

static void
ask_put_changes(struct setup *s, struct writer *w)
{
	struct message_pair changes[MESSAGE_CHANGES_MAX];
	size_t n = setup_changes(s, s->row, changes);

	ask_put(s, w, changes, n);
}

static enum setup_next
took_put(struct setup *s, struct message *r)
{
	(void)r;
	for (size_t i = 0; i < s->rules.count; i++) {
		const struct setting *row = &s->rules.table[i];

		if (!property_is_in(row, s->row) ||
		    property_lacks(s, row) == NULL)
			continue;
		s->commit_due |= row->commit;
		setup_hold(s, row, "",
		    message_value(s->instance.items, row->property));
	}
	setup_keep_instance(s, NULL, NULL, NULL);
	return setup_applied(s);
}

static const struct setup_step step_put = { .name = "put-",
	.ask = ask_put_changes,
	.took = took_put,
	.lost = setup_again_once,
	.refused = setup_unsupported };

/* Flash wears out: what is right already is not written again. */
static enum setup_next
property_write(struct setup *s)
{
	struct message_pair changes[MESSAGE_CHANGES_MAX];

	for (size_t i = 0; i < s->rules.count; i++) {
		const struct setting *row = &s->rules.table[i];

		if (property_is_in(row, s->row) && row->own == NULL &&
		    row_is_due(s, row) &&
		    message_find(s->instance.items, row->property) == NULL)
			setup_lacks(s, row, "");
	}
	if (setup_changes(s, s->row, changes) == 0)
		return setup_applied(s);
	if (setup_writes(s))
		return setup_enter(s, &step_put);
	property_report(s);
	return setup_apply_from(s, s->row + 1);
}

static enum setup_next
took_read(struct setup *s, struct message *r)
{
	setup_keep_instance(s, s->row->class, s->row->key.value, r);
	return property_write(s);
}

static const struct setup_step step_read = { .name = "read-",
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = took_read,
	.lost = setup_again_once,
	.refused = setup_unsupported };

static bool
property_is_read(const struct setup *s)
{
	const char *key = s->row->key.value;

	return s->instance_class != NULL &&
	    strcmp(s->instance_class, s->row->class) == 0 &&
	    (key == NULL) == (s->instance_key == NULL) &&
	    (key == NULL || strcmp(key, s->instance_key) == 0);
}

enum setup_next
setup_property(struct setup *s)
{
	return property_is_read(s) ? property_write(s)
	                           : setup_enter(s, &step_read);
}

/* --- read back after the commit ------------------------------------------- */

static enum setup_next
verify_from(struct setup *s, const struct setting *row)
{
	if (row_find(s, row, true))
		return setup_enter(s, &setup_step_verify);
	return s->rules.want->looks_again ? setup_look_again(s)
	                                  : s->rules.want->verified(s);
}

enum setup_next
setup_verify_settings(struct setup *s)
{
	return verify_from(s, s->rules.table);
}

/* "HostName is other, DomainName example.com": those of the group. */
static void
verify_tell(const struct setup *s, const struct message *r, char *to,
    size_t cap)
{
	size_t len = 0;
	char shown[80];

	for (size_t i = 0; i < s->rules.count && len < cap; i++) {
		const struct setting *row = &s->rules.table[i];
		const char *have = row->property == NULL
		    ? NULL
		    : message_value(r->items, row->property);

		if (!property_is_in(row, s->row) || !row->verified)
			continue;
		len += (size_t)snprintf(to + len, cap - len, "%s%s%s%s",
		    len == 0 ? "" : ", ", row->property,
		    len == 0 ? " is " : " ",
		    setup_quote(s, shown, sizeof(shown),
		        have == NULL ? "" : have));
	}
}

enum setup_next
setup_took_verify(struct setup *s, struct message *r)
{
	char what[SETUP_DETAIL_MAX] = "";

	for (size_t i = 0; i < s->rules.count; i++) {
		const struct setting *row = &s->rules.table[i];
		const char *have, *wanted = setup_wanted(s, row);

		if (!property_is_in(row, s->row) || !row->verified ||
		    !row_in_release(s, row) || wanted == NULL)
			continue;
		have = message_value(r->items, row->property);
		if ((have == NULL && row->own == NULL) ||
		    setting_equal(row, have == NULL ? "" : have, wanted))
			continue; /* what it does not have was left out */
		if (setup_is_earlier(s)) {
			setup_keep_instance(s, s->row->class, s->row->key.value,
			    r);
			s->checking = true; /* by the same comparisons */
			property_report(s);
			return setup_adopt(s);
		}
		verify_tell(s, r, what, sizeof(what));
		return setup_end(s,
		    s->found ? REASON_ALREADY_SET_UP : REASON_VERIFY_FAILED,
		    "%s", what);
	}
	setup_keep_instance(s, s->row->class, s->row->key.value, r);
	return verify_from(s, s->row + 1);
}

bool
setup_verify_unsupported(struct setup *s, const struct setup_refusal *no,
    enum setup_next *next)
{
	if (!row_is_unsupported(s, no))
		return false;
	*next = verify_from(s, s->row + 1);
	return true;
}
