/*
 * family_environment - the domains in which a machine is inside (profile.md
 * 10).  Outside of them its ports do not answer: domains that do not cover its
 * own would cut it off for good, unless it opens tunnels to an MPS.
 */
#include "setup/family_use.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "setup/setting_names.h"
#include "setup/settings.h"
#include "setup/setup_apply.h"
#include "setup/setup_ask.h"

#define NAME "environment-domains"

struct environment {
	unsigned puts;
	char found[SETTING_VALUE_MAX + 1]; /* as it was at first */
	char text[SETTING_VALUE_MAX + 1];  /* wanted, each with a NUL */
	struct message_pair changes[SETTING_DOMAINS_MAX];
	size_t nchanges;
};

const char *
family_environment_own(const struct setup_job *job)
{
	return settings_value(job->settings, NAME) != NULL ? "check" : "";
}

/* Before anything is written. */
enum setup_next
family_environment_check(struct setup *s)
{
	const char *wanted = family_use_wanted(s, NAME);

	if (!setup_writes(s) || wanted == NULL ||
	    strcmp(wanted, SETTING_NO_DOMAIN) == 0 ||
	    s->job.domain[0] == '\0' ||
	    setting_domain_covered(wanted, s->job.domain) ||
	    setup_item(s, "mps", 0) != NULL)
		return setup_apply_from(s, s->row + 1);
	return setup_end(s, REASON_DOMAIN_OUTSIDE,
	    "%s is in none of %s, and the profile has no mps", s->job.domain,
	    wanted);
}

/* --- domains as sets ------------------------------------------------------ */

static bool
environment_has(const struct message_node *items, const char *domain)
{
	for (; items != NULL; items = items->next)
		if (strcmp(items->name, "DetectionStrings") == 0 &&
		    strcasecmp(items->value, domain) == 0)
			return true;
	return false;
}

static bool
environment_wants(const struct environment *work, const char *domain)
{
	for (size_t i = 0; i < work->nchanges; i++)
		if (work->changes[i].value != NULL &&
		    strcasecmp(work->changes[i].value, domain) == 0)
			return true;
	return false;
}

/* Each word a change; none: one without a value, which drops the property. */
static void
environment_split(struct environment *work, const char *wanted)
{
	char *at = work->text;

	(void)snprintf(work->text, sizeof(work->text), "%s", wanted);
	work->nchanges = 0;
	if (strcmp(wanted, SETTING_NO_DOMAIN) == 0)
		work->text[0] = '\0';
	while (work->nchanges < SETTING_DOMAINS_MAX) {
		at += strspn(at, " ");
		if (*at == '\0')
			break;
		work->changes[work->nchanges++] =
		    (struct message_pair){ .name = "DetectionStrings",
			    .value = at };
		at += strcspn(at, " ");
		if (*at != '\0')
			*at++ = '\0';
	}
	if (work->nchanges == 0)
		work->changes[work->nchanges++] =
		    (struct message_pair){ .name = "DetectionStrings" };
}

static bool
environment_same(const struct setup *s)
{
	const struct environment *work = s->work;
	const struct message_node *items = s->instance.items;

	for (size_t i = 0; i < work->nchanges; i++)
		if (work->changes[i].value != NULL &&
		    !environment_has(items, work->changes[i].value))
			return false;
	for (; items != NULL; items = items->next)
		if (strcmp(items->name, "DetectionStrings") == 0 &&
		    *items->value != '\0' &&
		    !environment_wants(work, items->value))
			return false;
	return true;
}

static void
environment_found(struct setup *s)
{
	struct environment *work = s->work;
	size_t len = 0;

	for (const struct message_node *i = s->instance.items; i != NULL;
	     i = i->next)
		if (strcmp(i->name, "DetectionStrings") == 0 &&
		    len < sizeof(work->found))
			len += (size_t)snprintf(work->found + len,
			    sizeof(work->found) - len, "%s%s",
			    len == 0 ? "" : " ", i->value);
	if (len == 0)
		(void)snprintf(work->found, sizeof(work->found), "%s",
		    SETTING_NO_DOMAIN);
}

/* --- the talk ------------------------------------------------------------- */

static enum setup_next environment_read(struct setup *s);

static void
ask_put_environment(struct setup *s, struct writer *w)
{
	const struct environment *work = s->work;

	ask_put(s, w, work->changes, work->nchanges);
}

static enum setup_next
environment_took(struct setup *s, struct message *r)
{
	(void)r;
	return environment_read(s);
}

static enum setup_next
environment_lost(struct setup *s)
{
	return setup_write_lost(s, environment_read);
}

static const struct setup_step step_put = { .name = "put-",
	.class = "AMT_EnvironmentDetectionSettingData",
	.ask = ask_put_environment,
	.took = environment_took,
	.lost = environment_lost,
	.refused = setup_unsupported };

static enum setup_next
environment_compare(struct setup *s)
{
	struct environment *work = s->work;

	if (environment_same(s)) {
		if (work->puts != 0)
			setup_changed(s, s->row, "", work->found);
		return setup_applied(s);
	}
	if (work->puts == 0)
		environment_found(s);
	if (!setup_writes(s)) {
		setup_differs(s, s->row, "", work->found);
		return setup_apply_from(s, s->row + 1);
	}
	if (work->puts++ == 2)
		return setup_end(s, REASON_VERIFY_FAILED,
		    "DetectionStrings stay as they were");
	return setup_enter(s, &step_put);
}

static enum setup_next
environment_read(struct setup *s)
{
	return setup_read(s, "AMT_EnvironmentDetectionSettingData",
	    environment_compare, NULL);
}

enum setup_next
family_environment(struct setup *s)
{
	if (!family_use_begin(s, sizeof(struct environment)))
		return SETUP_END;
	environment_split(s->work, setup_wanted(s, s->row));
	setup_counted(s, &step_put)->lost = 0;
	return environment_read(s);
}
