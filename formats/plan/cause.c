#include "plan/cause.h"

#include <stddef.h>

#include "plan/backoff.h"

enum {
	CAUSE_PROFILE = 1,
	CAUSE_CONF = 2,
	CAUSE_SIGNER = 4,
	CAUSE_CERTS = 8,
};

#define CAUSES_SIGNER (CAUSE_PROFILE | CAUSE_CONF | CAUSE_SIGNER | CAUSE_CERTS)

/* As their remedies say (reason.c).  What planning itself decides is decided
 * anew each time, and is not here. */
static const struct {
	enum reason_id met;
	unsigned causes;
} table[] = {
	{ REASON_CONSOLE_NONE, CAUSE_PROFILE | CAUSE_CERTS },
	{ REASON_CONSOLE_REFUSED, CAUSE_PROFILE | CAUSE_CERTS },
	{ REASON_DEVICE_NOT_GENUINE, CAUSE_CONF },
	{ REASON_DOMAIN_OUTSIDE, CAUSE_PROFILE },
	{ REASON_DRIFT, CAUSE_PROFILE },
	{ REASON_MEBX_REFUSED, CAUSE_PROFILE },
	{ REASON_OTP_WRONG, CAUSE_PROFILE },
	{ REASON_PROFILE_UNSUPPORTED, CAUSE_PROFILE },
	{ REASON_SIGNER_ANSWER, CAUSES_SIGNER },
	{ REASON_SIGNER_MISSING, CAUSES_SIGNER },
	{ REASON_SIGNER_OTHER_KEY, CAUSES_SIGNER },
	{ REASON_SIGNER_OTHER_NAME, CAUSES_SIGNER },
	{ REASON_SIGNER_PERIOD, CAUSES_SIGNER },
	{ REASON_SIGNER_REFUSED, CAUSES_SIGNER },
	{ REASON_SIGNER_TIMEOUT, CAUSES_SIGNER },
};

static unsigned
cause_of(enum reason_id met)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].met == met)
			return table[i].causes;
	return 0;
}

/* Times of the future are of another clock, and tell nothing. */
static bool
changed_since(const struct cause_facts *f, int64_t at)
{
	return at >= f->failed_at && at <= f->now && at != 0;
}

/* A program that is rewritten all the time must not make every plan a try. */
static bool
signer_changed(const struct cause_facts *f)
{
	return changed_since(f, f->signer_at) &&
	    f->now - f->failed_at >= CAUSE_SIGNER_SECONDS;
}

bool
cause_changed(enum reason_id met, const struct cause_facts *f)
{
	unsigned causes = cause_of(met);

	return ((causes & CAUSE_PROFILE) != 0 && f->profile_changed) ||
	    ((causes & CAUSE_CONF) != 0 && changed_since(f, f->conf_at)) ||
	    ((causes & CAUSE_SIGNER) != 0 && signer_changed(f)) ||
	    ((causes & CAUSE_CERTS) != 0 && changed_since(f, f->certs_at));
}

bool
cause_is_ours(enum reason_id met)
{
	return cause_of(met) != 0;
}

bool
cause_is_profile(enum reason_id met)
{
	return (cause_of(met) & CAUSE_PROFILE) != 0;
}

bool
cause_is_signer(enum reason_id met)
{
	return (cause_of(met) & CAUSE_SIGNER) != 0 &&
	    reason_get(met)->class == REASON_PERSON;
}

int64_t
cause_wait(enum reason_id met, int64_t failures)
{
	if (cause_is_signer(met))
		return BACKOFF_MOST;
	return reason_get(met)->class == REASON_PERSON
	    ? CAUSE_PERSON_SECONDS
	    : backoff_seconds(failures);
}
