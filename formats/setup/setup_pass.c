#include "setup/setup_pass.h"

#include <stdio.h>
#include <string.h>

#include "setup/family_mutual.h"
#include "setup/settings_fit.h"
#include "setup/setup_adopt.h"
#include "setup/setup_apply.h"

static enum setup_next
pass_begin(struct setup *s, bool checking, bool surveying)
{
	s->checking = checking;
	s->surveying = surveying;
	return setup_apply(s);
}

/* --- before the first write ----------------------------------------------- */

/* The planner does not know the release of a new machine, nor what its firmware
 * left out. */
enum setup_next
setup_begin(struct setup *s)
{
	struct settings_lack lack;
	size_t at = 0;

	while (settings_lacks(s->job.settings, s->release, &at, &lack))
		setup_lacks(s, lack.row, lack.item);
	return settings_refuse(s->job.settings) && s->rules.want->writes
	    ? pass_begin(s, true, true)
	    : pass_begin(s, false, false);
}

static enum setup_next
pass_surveyed(struct setup *s)
{
	char text[SETUP_DETAIL_MAX] = "";
	size_t len = 0, n = 0;

	for (size_t i = 0; i < s->findings.n; i++) {
		const struct setup_finding *f = &s->findings.at[i];

		if (f->kind != SETUP_LACKS)
			continue;
		n++;
		if (len < sizeof(text))
			len += (size_t)snprintf(text + len, sizeof(text) - len,
			    "%s%s%s%s", len == 0 ? "" : ", ", f->setting,
			    f->item[0] == '\0' ? "" : " of ", f->item);
	}
	if (n == 0)
		return pass_begin(s, false, false);
	return setup_end(s, REASON_PROFILE_UNSUPPORTED,
	    "nothing was written; AMT %s has none of: %s", s->firmware, text);
}

/* --- after the last write ------------------------------------------------- */

enum setup_next
setup_look_again(struct setup *s)
{
	s->nlooked = s->findings.n;
	return pass_begin(s, true, false);
}

/* "ping is false (expected on)", the first of them. */
static enum setup_next
pass_failed(struct setup *s, const struct setup_finding *f, size_t more)
{
	char others[32] = "";

	if (more > 0)
		(void)snprintf(others, sizeof(others), "; and %zu more", more);
	if (f->wanted[0] == '\0')
		return setup_end(s, REASON_VERIFY_FAILED,
		    "%s%s%s is another than was set%s", f->setting,
		    f->item[0] == '\0' ? "" : " of ", f->item, others);
	return setup_end(s, REASON_VERIFY_FAILED,
	    "%s%s%s is another than was set (got %s, expected %s)%s",
	    f->setting, f->item[0] == '\0' ? "" : " of ", f->item,
	    f->found[0] == '\0' ? "nothing" : f->found, f->wanted, others);
}

enum setup_next
setup_tidied(struct setup *s)
{
	setup_then_fn *tidy = s->tidy;

	s->tidy = NULL;
	if (tidy != NULL && s->rules.want->writes)
		return tidy(s);
	return family_mutual_due(s) ? family_mutual(s)
	                            : s->rules.want->verified(s);
}

static enum setup_next
pass_looked(struct setup *s)
{
	size_t first = 0, n = 0;

	for (size_t i = s->nlooked; i < s->findings.n; i++)
		if (s->findings.at[i].kind == SETUP_DIFFERS && n++ == 0)
			first = i;
	setup_release(s); /* may move them */
	if (n != 0 && setup_is_earlier(s))
		return setup_adopt(s);
	if (n != 0)
		return pass_failed(s, &s->findings.at[first], n - 1);
	return setup_tidied(s);
}

enum setup_next
setup_passed(struct setup *s)
{
	s->applying = false;
	if (s->surveying)
		return pass_surveyed(s);
	return s->checking ? pass_looked(s) : s->rules.want->applied(s);
}
