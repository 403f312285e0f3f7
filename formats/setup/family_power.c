/*
 * family_power - power packages (profile.md 8).  A package is known by the
 * bytes of its GUID, else by what the machine calls it; which one is current,
 * CIM_ElementSettingData says.
 * Source of names and GUIDs: Intel AMT SDK and LMS, as in setupbin.
 */
#include "setup/family_use.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define SCHEMES_MAX 16
#define SCHEME "AMT_SystemPowerScheme"

struct power_scheme {
	char id[32];
	char description[96];
	const char *word; /* of the profile; NULL: another */
};

struct power_work {
	struct power_scheme list[SCHEMES_MAX];
	size_t n;
	char current[32]; /* InstanceID; "" none */
	char found[96];
	unsigned calls;
};

/* In base64, as SchemeGUID is. */
static const struct {
	const char *word, *guid, *description;
} packages[] = {
	{ "on-s0", "djmXEQtWUEOIcJgS85G1YA==", "Mobile: ON in S0" },
	{ "on-s3", "JtMcdocIx0u7Xzh0QxWl/w==", "Mobile: ON in S0, S3/AC" },
	{ "on-s5",
	    "Uw4I22wP2Uiy0olY0/EVbg==", "Mobile: ON in S0, S3/AC, S4-5/AC" },
	{ "wake-s3",
	    "BV3Vtkykh02lqLR8FN7aXw==", "Mobile: ON in S0, ME Wake in S3/AC" },
	{ "wake-s5", "MIAN7gnAeEOvKHhootu+Og==",
	    "Mobile: ON in S0, ME Wake in S3, S4-5 (AC only)" },
	{ "on-s0", "lE+DEvsQT9yWjh4jKwyQZQ==", "Desktop: ON in S0" },
	{ "on-s3", "oYYAq5p/TEKm5rskOildng==", "Desktop: ON in S0, S3" },
	{ "on-s5", "coarrJa0SOKbnpt9+Rx/1A==", "Desktop: ON in S0, S3, S4-5" },
	{ "wake-s3",
	    "ezLNTWu+Q4mmKk172NvQJg==", "Desktop: ON in S0, ME Wake in S3" },
	{ "wake-s5", "cyJzRiPcQy+pihPTeYLYVQ==",
	    "Desktop: ON in S0, ME Wake in S3, S4-5" },
	{ "on-s5-off-after-power-loss", "xRmkum5vjU2yJ1F/fkWV2w==",
	    "Desktop: ON in S0, S3, S4-5, OFF After Power Loss" },
	{ "wake-s5-off-after-power-loss", "1gvj7QTFLEa3ctGAGO4vxA==",
	    "Desktop: ON in S0, ME Wake in S3, S4-5, OFF After Power Loss" },
};
#define NPACKAGES (sizeof(packages) / sizeof(packages[0]))

static const char *
power_word(const char *guid, const char *description)
{
	for (size_t i = 0; i < NPACKAGES; i++)
		if (guid != NULL && strcmp(packages[i].guid, guid) == 0)
			return packages[i].word;
	for (size_t i = 0; i < NPACKAGES; i++)
		if (strcasecmp(packages[i].description, description) == 0)
			return packages[i].word;
	return NULL;
}

/* --- what the machine has ------------------------------------------------- */

static bool
power_scheme(struct setup *s, const char *class, const struct message_node *p)
{
	struct power_work *work = s->work;
	const char *id = message_value(p, "InstanceID");
	const char *description = message_value(p, "Description");
	struct power_scheme *one;

	(void)class;
	if (id == NULL)
		return true;
	if (work->n == SCHEMES_MAX || strlen(id) >= sizeof(one->id))
		return false;
	one = &work->list[work->n++];
	(void)snprintf(one->id, sizeof(one->id), "%s", id);
	(void)snprintf(one->description, sizeof(one->description), "%s",
	    description == NULL ? "" : description);
	one->word =
	    power_word(message_value(p, "SchemeGUID"), one->description);
	return true;
}

/* The value of the selector InstanceID in a reference to a scheme. */
static const char *
power_selected(const struct message_node *n, unsigned depth)
{
	const char *id;

	for (; n != NULL && depth < 8; n = n->next) {
		if (n->key != NULL && strcmp(n->name, "Selector") == 0 &&
		    strcmp(n->key, "InstanceID") == 0)
			return n->value;
		id = power_selected(n->first, depth + 1);
		if (id != NULL)
			return id;
	}
	return NULL;
}

static struct power_scheme *
power_find(struct power_work *work, const char *id)
{
	for (size_t i = 0; i < work->n; i++)
		if (strcmp(work->list[i].id, id) == 0)
			return &work->list[i];
	return NULL;
}

/* The system has settings of other classes, too. */
static bool
power_current(struct setup *s, const char *class, const struct message_node *p)
{
	struct power_work *work = s->work;
	const struct message_node *data = message_find(p, "SettingData");
	const char *is = message_value(p, "IsCurrent"), *id;

	(void)class;
	if (data == NULL || is == NULL || strcmp(is, "1") != 0)
		return true;
	id = power_selected(data->first, 0);
	if (id != NULL && power_find(work, id) != NULL)
		(void)snprintf(work->current, sizeof(work->current), "%s", id);
	return true;
}

/* Machines list packages of desktops and of notebooks: of two, the one like
 * that which is current. */
static struct power_scheme *
power_wanted(struct setup *s)
{
	struct power_work *work = s->work;
	const struct power_scheme *now = power_find(work, work->current);
	struct power_scheme *best = NULL;

	for (size_t i = 0; i < work->n; i++) {
		struct power_scheme *one = &work->list[i];

		if (one->word == NULL ||
		    strcmp(one->word, setup_wanted(s, s->row)) != 0)
			continue;
		if (best == NULL ||
		    (now != NULL && now->description[0] != '\0' &&
		        strncasecmp(one->description, now->description, 3) ==
		            0))
			best = one;
	}
	return best;
}

/* --- the talk ------------------------------------------------------------- */

static enum setup_next power_compare(struct setup *s);

static enum setup_next
power_read(struct setup *s)
{
	struct power_work *work = s->work;

	work->current[0] = '\0';
	return setup_items(s, "CIM_ElementSettingData", power_current,
	    power_compare, NULL);
}

static enum setup_next
power_took(struct setup *s, struct message *r)
{
	(void)r;
	return power_read(s);
}

static enum setup_next
power_lost(struct setup *s)
{
	return setup_write_lost(s, power_read);
}

static const struct setup_step step_set = { .name = "set-",
	.class = SCHEME,
	.method = "SetPowerScheme",
	.chooses = true,
	.expect = EXPECT_RETURN,
	.ask = ask_plain_call,
	.took = power_took,
	.lost = power_lost,
	.refused = setup_unsupported };

static const char *
power_name(const struct power_scheme *one)
{
	if (one == NULL)
		return "none";
	return one->word != NULL ? one->word : one->description;
}

static enum setup_next
power_compare(struct setup *s)
{
	struct power_work *work = s->work;
	const struct power_scheme *now = power_find(work, work->current);
	struct power_scheme *wanted = power_wanted(s);

	if (wanted == NULL) {
		setup_lacks(s, s->row, "");
		return setup_apply_from(s, s->row + 1);
	}
	if (now != NULL && now->word != NULL &&
	    strcmp(now->word, wanted->word) == 0) {
		if (work->calls != 0)
			setup_changed(s, s->row, "", work->found);
		return setup_applied(s);
	}
	if (!setup_writes(s)) {
		setup_differs(s, s->row, "", power_name(now));
		return setup_apply_from(s, s->row + 1);
	}
	if (work->calls == 0)
		(void)snprintf(work->found, sizeof(work->found), "%s",
		    power_name(now));
	if (work->calls++ == 2)
		return family_use_stays(s, "the power package",
		    power_name(now));
	/* By this key alone, though there is another. */
	s->selectors[0] =
	    (struct message_pair){ .name = "InstanceID", .value = wanted->id };
	s->nselectors = 1;
	return setup_enter(s, &step_set);
}

enum setup_next
family_power(struct setup *s)
{
	if (!family_use_begin(s, sizeof(struct power_work)))
		return SETUP_END;
	setup_counted(s, &step_set)->lost = 0;
	return setup_items(s, SCHEME, power_scheme, power_read, NULL);
}
