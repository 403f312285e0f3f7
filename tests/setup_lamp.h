#ifndef SETUP_LAMP_H
#define SETUP_LAMP_H

/*
 * setup_lamp - a made-up class with a setting of each sort, in a table of the
 * tests, and a conversation that only applies settings.
 */
#include "setup_plain.h"

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

static enum setup_next
lamp_met(struct setup *s, struct message *r)
{
	(void)r;
	return setup_apply(s);
}

static const struct setup_step lamp_hello = { .name = "hello",
	.class = "AMT_Lamp",
	.ask = ask_get,
	.took = lamp_met,
	.lost = setup_again_once };
static const struct setup_way lamp_way = { .name = "lamp",
	.route = SETUP_TLS_PSK,
	.first = &lamp_hello };

static bool lamp_commit_due; /* at the end of the last run */

static enum setup_next
lamp_done(struct setup *s)
{
	lamp_commit_due = s->commit_due;
	return setup_end(s, REASON_NONE, "done");
}

/* Applied, then read back at once. */
static const struct setup_want lamp_set_up = { .writes = true,
	.applied = setup_verify_settings,
	.verified = lamp_done };
/* Only looked at: what differs is told, and nothing is written. */
static const struct setup_want lamp_check = { .applied = lamp_done };

#define LAMP .apply = setup_property, .group = "lamp", .class = "AMT_Lamp"

static const struct setting lamp_table[] = {
	{ .name = "lit",
	    .type = SETTING_SWITCH,
	    .property = "Lit",
	    .verified = true,
	    .commit = true,
	    LAMP },
	{ .name = "level",
	    .type = SETTING_NUMBER,
	    .property = "Level",
	    .most = 100,
	    .verified = true,
	    LAMP },
	{ .name = "colour",
	    .type = SETTING_TEXT,
	    .property = "Colour",
	    .equality = SETTING_SAME_NAME,
	    .from = SETTING_RELEASE(6, 2),
	    .to = SETTING_RELEASE(9, 0),
	    .verified = true,
	    LAMP },
	{ .name = "shade",
	    .type = SETTING_TEXT,
	    .property = "Shade",
	    .needs = "colour",
	    LAMP },
	{ .name = "fan",
	    .type = SETTING_SWITCH,
	    .property = "On",
	    .apply = setup_property,
	    .group = "fan",
	    .verified = true,
	    .class = "AMT_Fan",
	    .key = { .name = "Name", .value = "left" } },
	{ .name = "shining",
	    .type = SETTING_TEXT,
	    .property = "Shining",
	    .apply = setup_call,
	    .group = "shining",
	    .class = "AMT_Lamp",
	    .call = "Shine",
	    .param = "State" },
	{ .name = "guest",
	    .type = SETTING_TEXT,
	    .apply = setup_list,
	    .group = "guests",
	    .class = "AMT_Guests",
	    .item = "Name",
	    .property = "Role",
	    .call = "AddGuest",
	    .call_change = "ChangeGuest",
	    .call_remove = "RemoveGuest" },
};

static const struct setup_rules lamp_rules = { .dialect = &plain,
	.way = &lamp_way,
	.want = &lamp_set_up,
	.table = lamp_table,
	.count = sizeof(lamp_table) / sizeof(lamp_table[0]) };

/* What the profile asks for; each test its own. */
static struct settings lamp_asked;

static int
lamp_begin(void **state)
{
	(void)state;
	settings_free(&lamp_asked);
	return 0;
}

static void
lamp_ask(const char *setting, const char *item, const char *value)
{
	struct fault f;

	assert_int_equal(settings_add(&lamp_asked, setting, item, value, &f),
	    0);
}

static struct plain_end
lamp_run(struct plain_machine *m, const struct setup_rules *rules)
{
	const struct setup_job job = { .host = "pc",
		.tries = { "P@ssw0rd" },
		.ntries = 1,
		.admin_next = "Next-pw1",
		.attempt = 1,
		.settings = &lamp_asked };

	return plain_run(&job, rules, m);
}

static struct plain_machine
lamp_machine(void)
{
	struct plain_machine m = { .n = 0 };

	plain_set(&m, "AMT_Lamp.Lit", "false");
	plain_set(&m, "AMT_Lamp.Level", "5");
	plain_set(&m, "AMT_Lamp.Colour", "red");
	plain_set(&m, "AMT_Lamp.Shade", "dark");
	plain_set(&m, "AMT_Lamp.Shining", "no");
	return m;
}

#endif
