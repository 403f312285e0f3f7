#include "plan/planner.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "plan/cause.h"

/* When somebody has changed it, or its mode, which a time of the future does
 * not say; 0: it is not there, or nobody may see it. */
static int64_t
changed_at(const char *path, int64_t now)
{
	struct stat st;

	if (path == NULL || stat(path, &st) == -1)
		return 0;
	return st.st_ctim.tv_sec > st.st_mtim.tv_sec && st.st_ctim.tv_sec <= now
	    ? st.st_ctim.tv_sec
	    : st.st_mtim.tv_sec;
}

void
planner_changes(struct planner *p)
{
	char path[4096];

	p->signer_at = changed_at(p->signer, p->now);
	if (snprintf(path, sizeof(path), "%s/site.conf", p->dir) <
	    (int)sizeof(path))
		p->conf_at = changed_at(path, p->now);
}

static bool
profile_changed(struct planner *p, const struct planner_met *m)
{
	if (m->last == NULL || m->profile == NULL || !cause_is_profile(m->met))
		return false;
	return strcmp(m->fqdn, m->last->fqdn) != 0 ||
	    (m->last->digest[0] != '\0' &&
	        strcmp(m->last->digest, planner_digest(p, m->profile)) != 0);
}

bool
planner_cause_changed(struct planner *p, const struct planner_met *m)
{
	const struct cause_facts f = {
		.now = p->now,
		.failed_at = m->failed_at,
		.profile_changed = profile_changed(p, m),
		.conf_at = p->conf_at,
		.signer_at = p->signer_at,
		.certs_at = chainlist_changed(&p->chains, &p->store),
	};

	return cause_changed(m->met, &f);
}
