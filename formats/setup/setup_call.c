/*
 * setup_call - a setting that a method sets: its property is read, the method
 * called where it differs, and read again.
 */
#include "setup/setup_apply.h"

#include <string.h>

#include "setup/setup_ask.h"
#include "setup/setup_talk.h"

static enum setup_next call_took(struct setup *s, struct message *r);
static enum setup_next call_took_set(struct setup *s, struct message *r);
static enum setup_next call_lost_set(struct setup *s);

static const struct setup_step step_read = { .name = "read-",
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = call_took,
	.lost = setup_again_once,
	.refused = setup_unsupported };
static const struct setup_step step_set = { .name = "set-",
	.calls = true,
	.expect = EXPECT_RETURN,
	.ask = ask_call_params,
	.took = call_took_set,
	.lost = call_lost_set,
	.refused = setup_unsupported };
static const struct setup_step step_check = { .name = "check-",
	.expect = EXPECT_INSTANCE,
	.ask = ask_get,
	.took = call_took,
	.lost = setup_again_once };

static enum setup_next
call_took(struct setup *s, struct message *r)
{
	const struct setting *row = s->row;
	const char *have = message_value(r->items, row->property);
	const char *wanted = setup_wanted(s, row);
	char shown[80];

	if (have != NULL && setting_equal(row, have, wanted))
		return setup_applied(s);
	if (!setup_writes(s)) {
		setup_differs(s, row, "", have);
		return setup_apply_from(s, row + 1);
	}
	if (s->read_back)
		return setup_end(s, REASON_VERIFY_FAILED, "%s is %s",
		    row->property,
		    setup_quote(s, shown, sizeof(shown),
		        have == NULL ? "" : have));
	setup_hold(s, row, "", have);
	s->method = row->call;
	s->params[0] =
	    (struct message_pair){ .name = row->param != NULL ? row->param
		                                              : row->property,
		    .value = setting_text(row, wanted) };
	s->params[1].name = NULL;
	return setup_enter(s, &step_set);
}

static enum setup_next
call_took_set(struct setup *s, struct message *r)
{
	(void)r;
	s->read_back = true;
	s->commit_due |= s->row->commit;
	return setup_enter(s, &step_check);
}

/* It may have been carried out: looked at, and sent once more if it was not. */
static enum setup_next
call_lost_set(struct setup *s)
{
	s->read_back = setup_counted(s, &step_set)->lost++ != 0;
	s->commit_due |= s->row->commit;
	return setup_enter_fresh(s, &step_check);
}

enum setup_next
setup_call(struct setup *s)
{
	setup_counted(s, &step_set)->lost = 0; /* each row has its own */
	return setup_enter(s, &step_read);
}
