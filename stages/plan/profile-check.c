/*
 * profile-check - is a profile.xml right, and what of it does a release of AMT
 * lack?
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "amt/release.h"
#include "lib/source.h"
#include "lib/stage.h"
#include "lib/wipe.h"
#include "plan/profile_rows.h"
#include "plan/profiles.h"
#include "setup/settings_fit.h"

#define EX_WARNED 1

struct checking {
	const char *firmware; /* NULL: any */
	unsigned release;
	bool warned;
};

enum { OPT_FIRMWARE = 1 };

/* For the same reason? */
static bool
rows_alike(const struct setting *a, const struct setting *b)
{
	return a->from == b->from && a->to == b->to;
}

/* Is an entry of a list lacking as a whole, with its first field? */
static bool
lack_is_entry(const struct settings_lack *lack)
{
	const struct setting *row = lack->row;

	while (!profile_rows_leads_list(row))
		row--;
	return rows_alike(row, lack->cause);
}

/* <access> of user "helpdesk", as the reader names it */
static void
lack_place(char *to, size_t cap, const struct settings_lack *lack)
{
	if (lack->row->list == NULL)
		(void)snprintf(to, cap, "<%s>", lack->row->name);
	else if (lack_is_entry(lack))
		(void)snprintf(to, cap, "<%s name=\"%s\">", lack->row->list,
		    lack->item);
	else
		(void)snprintf(to, cap, "<%s> of %s \"%s\"",
		    profile_rows_element(lack->row), lack->row->list,
		    lack->item);
}

/* Fields of an entry that are lacking as the one before is are not listed. */
static bool
lack_is_said(const struct settings_lack *lack,
    const struct settings_lack *before)
{
	return before->row != NULL && lack->row->list != NULL &&
	    before->row->list != NULL &&
	    strcmp(lack->row->list, before->row->list) == 0 &&
	    strcmp(lack->item, before->item) == 0 &&
	    rows_alike(lack->cause, before->cause);
}

/* A machine with this release would be refused, or get all but these. */
static void
check_release(struct checking *c, const char *name, const struct profile *p)
{
	bool refuses = settings_refuse(&p->settings);
	char place[160], what[120];
	struct settings_lack lack, before = { .row = NULL };
	size_t at = 0;

	for (; settings_lacks(&p->settings, c->release, &at, &lack);
	     before = lack) {
		if (lack_is_said(&lack, &before))
			continue;
		lack_place(place, sizeof(place), &lack);
		settings_lack_describe(what, sizeof(what), &lack);
		if (refuses)
			stage_refuse(name, p->lines[lack.number],
			    "profile %s: %s %s: machines with AMT %s are "
			    "refused (PROFILE-UNSUPPORTED)",
			    p->name, place, what, c->firmware);
		else
			stage_say(name, p->lines[lack.number],
			    "warning: profile %s: %s %s: AMT %s gets all but "
			    "this",
			    p->name, place, what, c->firmware);
		c->warned = true;
	}
}

/* What is legal and can hardly be meant. */
static void
check_rules(struct checking *c, const char *name, const struct profiles *all)
{
	const struct assign_rule *last = NULL;

	for (size_t i = 0; i < all->rules.n; i++) {
		const struct assign_rule *rule = &all->rules.list[i];

		if (last != NULL) {
			stage_say(name, rule->line,
			    "warning: no machine comes to this rule: that of "
			    "line %zu fits every machine",
			    last->line);
			c->warned = true;
		} else if (assign_fits_all(rule))
			last = rule;
	}
	if (all->ruled && last == NULL && stage_verbose())
		stage_say(name, all->rules.list[all->rules.n - 1].line,
		    "machines that fit no rule are not set up (PROFILE-NONE)");
}

static bool
is_assigned(const struct profiles *all, const struct profile *p)
{
	for (size_t i = 0; i < all->rules.n; i++)
		if (strcmp(all->rules.list[i].profile, p->name) == 0)
			return true;
	return !all->ruled;
}

static void
check_profiles(struct checking *c, const char *name, const struct profiles *all)
{
	check_rules(c, name, all);
	for (size_t i = 0; i < all->n; i++) {
		const struct profile *p = &all->list[i];

		if (!is_assigned(all, p)) {
			stage_say(name, 0,
			    "warning: no rule names the profile %s", p->name);
			c->warned = true;
		}
		if (c->firmware != NULL)
			check_release(c, name, p);
	}
	if (all->ruled)
		(void)printf("%s: %zu profile%s, %zu rule%s\n", name, all->n,
		    all->n == 1 ? "" : "s", all->rules.n,
		    all->rules.n == 1 ? "" : "s");
	else
		(void)printf("%s: profile %s\n", name, all->list[0].name);
}

static void
check_file(int fd, const char *name, void *arg)
{
	struct profiles all;
	struct fault f;
	uint8_t *xml;
	size_t len;

	source_read(fd, name, PROFILE_MAX, &xml, &len);
	if (profiles_decode(&all, (const char *)xml, len, &f) == -1)
		stage_refuse(name, f.at, "%s", f.why);
	else
		check_profiles(arg, name, &all);
	explicit_bzero(xml, len); /* it may hold passwords */
	free(xml);
	profiles_free(&all);
}

static void
firmware_option(struct checking *c, const char *arg)
{
	struct release r;
	struct fault f;

	if (release_parse(&r, arg, &f) == -1)
		errx(EX_USAGE, "--firmware: %s", f.why);
	c->firmware = arg;
	c->release = SETTING_RELEASE(r.major, r.minor);
}

int
main(int argc, char *argv[])
{
	static const struct option longopts[] = {
		{ "firmware", required_argument, NULL, OPT_FIRMWARE },
		{ NULL, 0, NULL, 0 },
	};
	struct checking c = { .warned = false };
	int ch, status;

	stage_begin("[--firmware release] [-v] [profile.xml ...]",
	    MAY_READ_FILES | USES_SECRETS);
	wipe_openssl();
	wipe_libxml();
	while ((ch = stage_getopt(argc, argv, "", longopts)) != -1)
		switch (ch) {
		case OPT_FIRMWARE:
			firmware_option(&c, optarg);
			break;
		default:
			stage_usage();
		}
	stage_confine();
	stage_each_input(argc, argv, check_file, &c);
	status = stage_end();
	return status == 0 && c.warned ? EX_WARNED : status;
}
