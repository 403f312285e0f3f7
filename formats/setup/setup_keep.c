#include "setup/setup_keep.h"

#include "setup/setup_pass.h"
#include "setup/setup_want.h"

/* Findings of this kind. */
static size_t
keep_count(const struct setup *s, enum setup_finding_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < s->findings.n; i++)
		n += s->findings.at[i].kind == kind;
	return n;
}

/* What differs and was not written, as the machine refuses it or nothing is to
 * be, is in the notes. */
enum setup_next
setup_in_order(struct setup *s)
{
	if (keep_count(s, SETUP_DIFFERS) == 1 &&
	    s->mutual_why.reason != REASON_NONE) {
		s->why = s->mutual_why;
		return setup_give_up(s);
	}
	if (keep_count(s, SETUP_DIFFERS) != 0)
		return setup_end(s, REASON_DRIFT, "%s", s->noted);
	setup_reached(s, SETUP_IN_ORDER);
	return setup_end(s, REASON_NONE, "in order");
}

/* Nothing is read twice where nothing was written. */
enum setup_next
setup_kept(struct setup *s)
{
	if (s->commit_due)
		return setup_commit(s);
	if (s->held.n != 0 || keep_count(s, SETUP_CHANGED) != 0 ||
	    keep_count(s, SETUP_SENT) != 0) {
		setup_keep_instance(s, NULL, NULL, NULL);
		return setup_look_again(s);
	}
	return setup_tidied(s);
}
