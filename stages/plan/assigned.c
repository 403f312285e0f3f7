#include "plan/planner.h"

#include <stdio.h>
#include <string.h>

#include "amt/release.h"
#include "setup/settings_fit.h"

/* Is its release refused?  Nothing is known of it before it was met. */
static enum reason_id
assigned_fits(const struct profile *profile, const char *firmware,
    char detail[PLAN_DETAIL])
{
	struct release r;
	char what[160];

	if (release_parse(&r, firmware, NULL) == -1 ||
	    !settings_refused(what, sizeof(what), &profile->settings,
	        SETTING_RELEASE(r.major, r.minor)))
		return REASON_NONE;
	(void)snprintf(detail, PLAN_DETAIL, "AMT %.20s, profile %s: %.150s",
	    firmware, profile->name, what);
	return REASON_PROFILE_UNSUPPORTED;
}

void
planner_unassigned(char detail[PLAN_DETAIL], const struct assign_facts *facts)
{
	if (facts->chosen[0] != '\0')
		(void)snprintf(detail, PLAN_DETAIL,
		    "%s, which the site's own program chose, is not in "
		    "profile.xml",
		    facts->chosen);
	else
		(void)snprintf(detail, PLAN_DETAIL, "%.120s, address %s%s%.60s",
		    facts->fqdn[0] != '\0' ? facts->fqdn : facts->uuid,
		    facts->address, facts->batch[0] != '\0' ? ", batch " : "",
		    facts->batch);
}

const char *
planner_model(struct planner *p, const char *uuid, char model[MAPMODEL_TEXT])
{
	model[0] = '\0';
	if (assign_asks(&p->profiles.rules, ASSIGN_MODEL))
		names_model(&p->store, uuid, model);
	return model;
}

void
planner_assign(struct planner *p, struct planning *m,
    const struct caller_row *c, struct plan_facts *f, char detail[PLAN_DETAIL])
{
	char model[MAPMODEL_TEXT];
	const struct assign_facts facts = {
		.uuid = f->uuid,
		.fqdn = f->nnames == 1 ? f->name[0] : "",
		.ou = m->texts.told.ou,
		.address = c->address,
		.release = m->row->firmware,
		.batch = c->batch,
		.model = planner_model(p, f->uuid, model),
		.chosen = m->texts.told.profile,
	};
	size_t i = (size_t)(c - p->callers.list);
	const struct profile *profile =
	    profiles_choose(&p->profiles, &facts, &m->rule[i]);

	m->profile[i] = profile;
	f->profile_detail = detail;
	if (profile != NULL) {
		f->profile = assigned_fits(profile, m->row->firmware, detail);
		return;
	}
	f->profile = REASON_PROFILE_NONE;
	planner_unassigned(detail, &facts);
}
