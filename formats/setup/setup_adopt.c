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
	return s->found && s->job.attempt > 1 && s->adopted_from == NULL;
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
	s->mebx_done = true; /* a machine that is kept gets no other */
	setup_undiffer(s);
	setup_keep_instance(s, NULL, NULL, NULL);
	return setup_learn(s);
}

/* What gets lost from here on was asked of a machine that is found so: it is
 * asked again, and nothing is committed for it. */
static enum setup_next
adopt_verified(struct setup *s)
{
	setup_settle(s);
	s->rules.want = &setup_wants[SETUP_SET_UP];
	s->found = true;
	return s->adopted_from->confirm != NULL ? s->adopted_from->confirm(s)
	                                        : setup_confirmed(s);
}
