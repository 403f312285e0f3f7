#include "setup/setup_adopt.h"

#include <string.h>

#include "setup/setup_items.h"
#include "setup/setup_keep.h"
#include "setup/setup_want.h"
#include "setup/setup_way.h"

static enum setup_next adopt_verified(struct setup *s);

/* What was read back is right: the rest is that of any setup. */
static const struct setup_want adopt_want = { .writes = true,
	.keeps = true,
	.looks_again = true,
	.applied = setup_kept,
	.verified = adopt_verified };

bool
setup_is_earlier(const struct setup *s)
{
	return s->found && s->job.attempt > 1 && s->rules.want != &adopt_want;
}

enum setup_next
setup_adopt(struct setup *s)
{
	setup_note(s, "put right, as it was set up by an earlier try");
	setup_reached(s, SETUP_NAMED); /* a machine that is kept has none */
	setup_reached(s, SETUP_COMMITTED);
	s->found = false; /* from here on it is our doing */
	s->looking = false;
	s->adopted_from = s->rules.way;
	s->rules.way = &setup_way_managed;
	s->rules.want = &adopt_want;
	s->home = s->route;
	memcpy(s->job.realm, s->realm, sizeof(s->realm));
	s->commit_due = s->job.commit;
	setup_undiffer(s);
	setup_keep_instance(s, NULL, NULL, NULL);
	return setup_learn(s);
}

static enum setup_next
adopt_verified(struct setup *s)
{
	s->rules.want = &setup_wants[SETUP_SET_UP];
	return s->adopted_from->confirm != NULL ? s->adopted_from->confirm(s)
	                                        : setup_confirmed(s);
}
