#include "plan/due.h"

#include <string.h>

#include "base/clocks.h"

static const char *const texts[DUE_COUNT] = {
	[DUE_NOT] = "",
	[DUE_PROFILE] = "its profile changed",
	[DUE_PENDING] = "its new password was not seen yet",
	[DUE_DIFFERS] = "it differs from its profile",
	[DUE_CUT] = "its last visit was cut",
	[DUE_NAME] = "its name changed",
	[DUE_CERT] = "its certificate ends soon",
	[DUE_CA] = "its certificate is of another CA",
	[DUE_PASSWORD] = "its password is old",
	[DUE_CLOCK] = "its clock was set long ago",
};

/* FNV-1a (Fowler, Noll, Vo): the same on every machine and in every run. */
static uint32_t
due_hash(const char *uuid)
{
	uint32_t h = 2166136261U;

	for (; *uuid != '\0'; uuid++)
		h = (h ^ (unsigned char)*uuid) * 16777619U;
	return h;
}

/* Its own part of the period. */
static int64_t
due_part(const char *uuid, int64_t period)
{
	return (int64_t)(due_hash(uuid) % 4096) * period / 4096;
}

/* Of a quarter of it. */
static int64_t
due_spread(const char *uuid, int64_t period)
{
	return due_part(uuid, period / 4);
}

/* What is dated in the future was done before the clock was set back: a machine
 * that has its clock from there has a wrong one. */
static bool
is_old(const struct due_facts *f, int64_t at, int64_t days)
{
	int64_t period = days * DUE_DAY;

	return at > f->now + CLOCKS_APART ||
	    f->now - at >= period - due_spread(f->uuid, period);
}

/* A certificate that ends within the days has had its time; it may be renewed
 * earlier, never later. */
static bool
cert_ends(const struct due_facts *f)
{
	int64_t period = DUE_CERT_DAYS * DUE_DAY;

	return f->cert_until != 0 &&
	    f->cert_until - f->now <= period + due_spread(f->uuid, period);
}

bool
due_ca(const struct due_facts *f)
{
	return f->ca_before &&
	    f->now - f->ca_since >= due_part(f->uuid, DUE_CA_DAYS * DUE_DAY);
}

/* What it has is not known, as in a store of old: on its day of a fortnight. */
static bool
is_its_day(const struct due_facts *f)
{
	return f->now / DUE_DAY % DUE_CLOCK_DAYS ==
	    (int64_t)(due_hash(f->uuid) % DUE_CLOCK_DAYS);
}

enum due_why
due_decide(const struct due_facts *f)
{
	if (f->now < f->not_before)
		return DUE_NOT;
	if (f->digest[0] == '\0')
		return is_its_day(f) ? DUE_PROFILE : DUE_NOT;
	if (strcmp(f->digest, f->digest_now) != 0)
		return DUE_PROFILE;
	if (f->pending)
		return DUE_PENDING;
	if (f->differs)
		return DUE_DIFFERS;
	if (f->cut)
		return DUE_CUT;
	if (f->renamed)
		return DUE_NAME;
	if (cert_ends(f))
		return DUE_CERT;
	if (due_ca(f))
		return DUE_CA;
	if (f->password_days != 0 &&
	    is_old(f, f->password_at, f->password_days))
		return DUE_PASSWORD;
	if (f->sets_clock && is_old(f, f->clock_at, DUE_CLOCK_DAYS))
		return DUE_CLOCK;
	return DUE_NOT;
}

const char *
due_text(enum due_why why)
{
	return texts[why];
}
