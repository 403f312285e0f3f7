#include "plan/planner.h"

#include <stdio.h>
#include <string.h>

#include "amt/release.h"
#include "plan/profile_fit.h"

/* What a release that is to be refused lacks first, and how much more. */
static enum reason_id
assigned_fits(const struct profile *profile, const char *firmware,
    char detail[PLAN_DETAIL])
{
	struct profile_lack first, lack;
	char what[120], more[40] = "";
	struct release r;
	size_t at = 0, n = 0;
	unsigned release;

	if (!profile_refuses(profile) ||
	    release_parse(&r, firmware, NULL) == -1)
		return REASON_NONE;
	release = SETTING_RELEASE(r.major, r.minor);
	while (profile_lacks(profile, release, &at, &lack))
		if (n++ == 0)
			first = lack;
	if (n == 0)
		return REASON_NONE;
	if (n > 1)
		(void)snprintf(more, sizeof(more), ", and %zu more", n - 1);
	profile_lack_describe(what, sizeof(what), &first);
	(void)snprintf(detail, PLAN_DETAIL, "AMT %.20s, profile %s: %s %s%s",
	    firmware, profile->name, first.row->name, what, more);
	return REASON_PROFILE_UNSUPPORTED;
}

void
planner_assign(struct planner *p, struct planning *m,
    const struct caller_row *c, struct plan_facts *f, char detail[PLAN_DETAIL])
{
	const struct assign_facts facts = {
		.uuid = f->uuid,
		.fqdn = f->nnames == 1 ? f->name[0] : "",
		.ou = "",
		.address = c->address,
		.release = m->row->firmware,
		.batch = c->batch,
	};
	const struct assign_rule *rule;
	const struct profile *profile =
	    profiles_choose(&p->profiles, &facts, &rule);

	m->profile[c - p->callers.list] = profile;
	f->profile_detail = detail;
	if (profile != NULL) {
		f->profile = assigned_fits(profile, m->row->firmware, detail);
		return;
	}
	f->profile = REASON_PROFILE_NONE;
	(void)snprintf(detail, PLAN_DETAIL, "%.120s, address %s%s%.60s",
	    facts.fqdn[0] != '\0' ? facts.fqdn : f->uuid, c->address,
	    c->batch[0] != '\0' ? ", batch " : "", c->batch);
}
