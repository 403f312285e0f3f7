#include "plan/contest.h"

#include <stdio.h>
#include <string.h>

static bool
may_be(const struct contender *c)
{
	return c->why == REASON_NONE && !c->outdone;
}

static bool
same_pid(const struct contender *a, const struct contender *b)
{
	return strcmp(a->pid, b->pid) == 0;
}

/* What a key has proved counts whatever its window; not once it is revoked. */
static bool
has_proved(const struct contender *c)
{
	return c->proved && !c->revoked && !c->outdone &&
	    (may_be(c) || c->why == REASON_WINDOW_CLOSED);
}

/* --- who is shown ------------------------------------------------------ */

/* The nearer to a setup, the higher: its reason is the one to mend. */
static int
contest_nearness(const struct contender *c)
{
	if (c->outdone)
		return 0;
	switch (c->why) {
	case REASON_NONE:
		return 6;
	case REASON_UUID_BAD:
	case REASON_CERT_NONE:
		return 0;
	case REASON_KEY_UNKNOWN:
		return 1;
	case REASON_KEY_USED:
	case REASON_KEY_REVOKED:
		return 2;
	case REASON_WINDOW_CLOSED:
		return 3;
	case REASON_KEY_DAMAGED:
		return 4;
	default:
		return 5;
	}
}

static bool
shown_before(const struct contender *a, const struct contender *b)
{
	if (has_proved(a) != has_proved(b))
		return has_proved(a);
	if (has_proved(a) && a->proved_in != b->proved_in)
		return a->proved_in > b->proved_in;
	if (contest_nearness(a) != contest_nearness(b))
		return contest_nearness(a) > contest_nearness(b);
	if (a->known_here != b->known_here)
		return a->known_here;
	return a->arrived < b->arrived;
}

static struct contender *
find_first(struct contest *t)
{
	struct contender *first = &t->c[0];

	if (t->committed && t->holder != NULL)
		return t->holder;
	for (size_t i = 1; i < t->n; i++)
		if (shown_before(&t->c[i], first))
			first = &t->c[i];
	return first;
}

/* --- what was proved --------------------------------------------------- */

static struct contender *
find_proved(const struct contest *t)
{
	struct contender *best = NULL;

	for (size_t i = 0; i < t->n; i++)
		if (has_proved(&t->c[i]) &&
		    (best == NULL || t->c[i].proved_in > best->proved_in))
			best = &t->c[i];
	return best;
}

/* One that two addresses lead to.  Each makes up a realm of its own, but for
 * the old ones, which build it from the UUID.  Without a key anyone can show
 * another's realm, but not the certificate of its ROM. */
static bool
same_board(const struct contender *a, const struct contender *b)
{
	if (a->weak && b->weak)
		return a->rom[0] != '\0' && strcmp(a->rom, b->rom) == 0;
	return same_pid(a, b) && strncmp(a->realm, "Digest:", 7) == 0 &&
	    strcmp(a->realm, b->realm) == 0;
}

/*
 * Another that has proved it as well: with another key, or at another address
 * in the same run.  At another address before that, it has moved since.
 */
static struct contender *
find_second(const struct contest *t, const struct contender *one)
{
	for (size_t i = 0; i < t->n; i++) {
		struct contender *c = &t->c[i];

		if (c != one && has_proved(c) && !same_board(c, one) &&
		    (!same_pid(c, one) || c->proved_in == one->proved_in))
			return c;
	}
	return NULL;
}

/*
 * Another that takes our certificate and wants a password before it says who it
 * is, as firmware before 6 may.  A proof sends none, so it could not prove it;
 * whoever wants no password is not the machine for that.
 */
static struct contender *
find_silent(const struct contest *t, const struct contender *one)
{
	for (size_t i = 0; one->weak && i < t->n; i++) {
		struct contender *c = &t->c[i];

		if (c != one && c->weak && may_be(c) && !c->proved &&
		    c->met == REASON_LOGIN_REFUSED)
			return c;
	}
	return NULL;
}

/* "PID ABCD1234 at 10.1.2.3 (serial=4711)", "a device at 10.1.2.3" */
static void
contest_describe(char *to, size_t cap, const struct contender *c)
{
	if (c->weak) {
		(void)snprintf(to, cap, "a device at %.45s", c->address);
		return;
	}
	(void)snprintf(to, cap, "PID %.8s at %.45s%s%.30s%s", c->pid,
	    c->address, c->note[0] != '\0' ? " (" : "", c->note,
	    c->note[0] != '\0' ? ")" : "");
}

static void
tell_shared(struct contest *t, struct contender *one, struct contender *two,
    bool holds)
{
	char a[112], b[112];

	contest_describe(a, sizeof(a), one);
	contest_describe(b, sizeof(b), two);
	t->why = REASON_UUID_SHARED;
	(void)snprintf(t->detail, sizeof(t->detail),
	    holds ? "%s is set up; %s proves this UUID too"
	          : "%s and %s both prove this UUID",
	    a, b);
	two->verdict = REASON_UUID_SHARED;
	if (!holds)
		one->verdict = REASON_UUID_SHARED;
}

/* --- who is asked ------------------------------------------------------ */

/* Does a go before b? */
typedef bool before_fn(const struct contender *a, const struct contender *b);

/* Who has proved it here before, then the fewest tries, then the address that
 * speaks for the fewest, then who came first. */
static bool
by_rank(const struct contender *a, const struct contender *b)
{
	if (a->known_here != b->known_here)
		return a->known_here;
	if (a->tries != b->tries)
		return a->tries < b->tries;
	if (a->speaks != b->speaks)
		return a->speaks < b->speaks;
	return a->arrived < b->arrived;
}

/* One that comes in the midst of a flood. */
static bool
by_arrival(const struct contender *a, const struct contender *b)
{
	return a->arrived > b->arrived;
}

/* One that was there before a flood and did not answer at once. */
static bool
by_tries(const struct contender *a, const struct contender *b)
{
	if (a->tries != b->tries)
		return a->tries > b->tries;
	return a->arrived < b->arrived;
}

static bool
is_asked(const struct contest *t, const struct contender *c)
{
	if (!may_be(c) || !c->due || c->failures >= CONTEST_FAILURES)
		return false;
	if (!t->committed)
		return !c->proved || c->again;
	/* Its ROM shows whether it is the machine; that is seen once. */
	if (c->weak)
		return c->later &&
		    (t->again ||
		        (t->rom[0] != '\0' && (!c->since || c->again)));
	/* Proved with another key: known, unless its key is to replace that
	 * of the machine, which was revoked. */
	return c->news &&
	    (c == t->holder || !c->proved || t->holder == NULL ||
	        t->holder->revoked || t->again);
}

static struct contender *
next_asked(const struct contest *t, before_fn *before)
{
	struct contender *best = NULL;

	for (size_t i = 0; i < t->n; i++) {
		struct contender *c = &t->c[i];

		if (c->what == CONTEST_REST && is_asked(t, c) &&
		    (best == NULL || before(c, best)))
			best = c;
	}
	return best;
}

/* Whatever somebody floods us with, each kind of caller has its turns. */
static void
ask_some(struct contest *t)
{
	static before_fn *const turns[] = { by_rank, by_rank, by_arrival,
		by_tries };
	struct contender *c;

	for (size_t k = 0; k < CONTEST_PROOFS; k++) {
		c = next_asked(t, turns[k % 4]);
		if (c == NULL)
			return;
		c->what = CONTEST_PROVE;
		c->rank = k;
	}
}

/* --- verdicts ---------------------------------------------------------- */

/* Whatever it has proved. */
static bool
is_other_board(const struct contender *a, const struct contender *b)
{
	return a->rom[0] != '\0' && b->rom[0] != '\0' &&
	    strcmp(a->rom, b->rom) != 0;
}

/* Where one has proved it, the others are unproven. */
static void
mark_unproven(struct contest *t, const struct contender *winner)
{
	for (size_t i = 0; i < t->n; i++) {
		struct contender *c = &t->c[i];

		if (c != winner && c->verdict == REASON_NONE &&
		    ((!c->known_here && !has_proved(c)) ||
		        is_other_board(c, winner)))
			c->verdict = REASON_HELLO_UNPROVEN;
	}
}

static bool
contest_contradicted(const struct contest *t, const struct contender *one)
{
	if (one->rival[0] != '\0')
		return true;
	for (size_t i = 0; i < t->n; i++)
		if (&t->c[i] != one && may_be(&t->c[i]))
			return true;
	return false;
}

/* It has stopped listening, and no other may be it. */
static void
tell_closed(struct contest *t, const struct contender *one)
{
	for (size_t i = 0; i < t->n; i++)
		if (may_be(&t->c[i]))
			return;
	t->why = one->why;
	(void)snprintf(t->detail, sizeof(t->detail), "%s", one->why_detail);
}

static void
set_up_or_wait(struct contest *t, struct contender *one)
{
	if (one->due && may_be(one)) {
		one->what = CONTEST_SET_UP;
		return;
	}
	ask_some(t);
	tell_closed(t, one);
}

/* A key that has proved two UUIDs, neither of which is set up. */
static bool
key_is_shared(struct contest *t, struct contender *one)
{
	if (!one->rival_proved)
		return false;
	t->why = one->verdict = REASON_KEY_SHARED;
	(void)snprintf(t->detail, sizeof(t->detail),
	    "PID %s proves this UUID at %s, and also UUID %s", one->pid,
	    one->address, one->rival);
	return true;
}

static void
tell_silent(struct contest *t, struct contender *one, struct contender *two)
{
	char a[112], b[112];

	contest_describe(a, sizeof(a), one);
	contest_describe(b, sizeof(b), two);
	t->why = one->verdict = two->verdict = REASON_UUID_SHARED;
	(void)snprintf(t->detail, sizeof(t->detail),
	    "%.100s proves this UUID; %.100s wants a password before it does",
	    a, b);
}

static void
judge_proved(struct contest *t, struct contender *one)
{
	struct contender *two = find_second(t, one);

	if (two != NULL)
		tell_shared(t, one, two, false);
	else if ((two = find_silent(t, one)) != NULL)
		tell_silent(t, one, two);
	if (two != NULL || key_is_shared(t, one))
		ask_some(t); /* one of them may have another key or UUID now */
	else
		set_up_or_wait(t, one);
	mark_unproven(t, one);
}

static void
judge_unproved(struct contest *t)
{
	struct contender *one = t->first;

	if (!may_be(one)) {
		t->why = one->why;
		(void)snprintf(t->detail, sizeof(t->detail), "%s",
		    one->why_detail);
		return;
	}
	if (contest_contradicted(t, one))
		ask_some(t);
	else if (one->due) {
		one->what = CONTEST_SET_UP;
		/* Those who cannot be it; what they are is known then. */
		mark_unproven(t, one);
	}
	/* Its key was proved to be another machine's. */
	if (one->rival_proved && one->met != REASON_NONE) {
		one->verdict = REASON_HELLO_UNPROVEN;
		if (one->what != CONTEST_REST)
			return;
		t->why = REASON_HELLO_UNPROVEN;
		(void)snprintf(t->detail, sizeof(t->detail),
		    "PID %s was proved by %s; at %s: %s", one->pid, one->rival,
		    one->address, reason_get(one->met)->code);
	}
}

static void
describe_again(struct contest *t, const struct contender *c)
{
	if (c->since && c->rom[0] != '\0' && t->rom[0] != '\0')
		(void)snprintf(t->detail, sizeof(t->detail),
		    "hello version 3 from %s: another board (ROM certificate "
		    "%.16s, at the setup %.16s)",
		    c->address, c->rom, t->rom);
	else
		(void)snprintf(t->detail, sizeof(t->detail),
		    "hello version 3 from %s", c->address);
}

/* A machine that was reset says hello; so may anybody else. */
static void
tell_again(struct contest *t)
{
	for (size_t i = 0; t->verified && !t->again && i < t->n; i++) {
		struct contender *c = &t->c[i];

		if (!c->weak || !c->later || c->why != REASON_NONE)
			continue;
		c->verdict = t->why = REASON_SETUP_AGAIN;
		describe_again(t, c);
	}
}

static void
judge_set_up(struct contest *t)
{
	struct contender *holder = t->holder;

	if (!t->verified && holder != NULL && holder->due && may_be(holder))
		holder->what = CONTEST_SET_UP; /* that is: verify */
	else
		ask_some(t);
	tell_again(t);
	if (holder == NULL)
		return;
	for (size_t i = 0; i < t->n; i++) {
		struct contender *c = &t->c[i];

		if (c != holder && has_proved(c) && !same_pid(c, holder) &&
		    !c->weak && !holder->revoked)
			tell_shared(t, holder, c, true);
	}
	mark_unproven(t, holder);
}

static bool
has_its_rom(const struct contest *t, const struct contender *c)
{
	return c->weak && t->rom[0] != '\0' && strcmp(c->rom, t->rom) == 0;
}

/* Who asks for setup with a certificate is not heard where a key may be the
 * machine's, or another has shown its ROM, unless a person has said that the
 * machine was reset. */
static void
mark_outdone(struct contest *t)
{
	bool keyed = false, same = false;

	for (size_t i = 0; i < t->n; i++)
		t->c[i].outdone = false;
	for (size_t i = 0; i < t->n && !t->again; i++)
		keyed |=
		    !t->c[i].weak && (may_be(&t->c[i]) || has_proved(&t->c[i]));
	for (size_t i = 0; i < t->n && !t->again && !t->committed; i++)
		same |= has_its_rom(t, &t->c[i]) && has_proved(&t->c[i]);
	for (size_t i = 0; i < t->n; i++)
		t->c[i].outdone = t->c[i].weak &&
		    (keyed || (same && !has_its_rom(t, &t->c[i])));
}

void
contest_judge(struct contest *t)
{
	struct contender *proved;

	for (size_t i = 0; i < t->n; i++) {
		t->c[i].what = CONTEST_REST;
		t->c[i].rank = 0;
		t->c[i].verdict = REASON_NONE;
	}
	t->why = REASON_NONE;
	t->detail[0] = '\0';
	mark_outdone(t);
	t->first = find_first(t);
	proved = find_proved(t);
	if (t->committed)
		judge_set_up(t);
	else if (proved != NULL)
		judge_proved(t, proved);
	else
		judge_unproved(t);
}
