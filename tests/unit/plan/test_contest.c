/*
 * Who says that he is a machine, from where, in which order, and who can prove
 * it, against who is asked, who is set up and what a person is told.  Each case
 * is played: judge, let the boards answer, judge again.
 */
#include "plan/contest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define OURS "AAAA0001"
#define OTHER "BBBB0002"
#define HOME "10.0.0.1"
#define AWAY "10.0.0.2"
#define THIRD "10.0.0.3"

enum { CALLERS = 12, ROUNDS = 6 };

/* One caller of a case, in the order of arrival. */
struct call {
	const char *pid, *address;
	enum reason_id why; /* REASON_NONE: it may be the machine */
	bool proves;        /* what answers there has the key and the UUID */
	const char *rival;
	bool rival_proved;
	const char *realm;
	bool weak, early; /* with a certificate; heard before the setup */
	const char *rom;  /* that it shows */
};

struct play {
	const char *name;
	struct call call[CALLERS]; /* up to one without a PID */
	/* what comes of it */
	const char *set_up; /* address of the only setup, or NULL */
	enum reason_id why; /* of the machine, at the end */
	size_t unproven;    /* callers told as HELLO-UNPROVEN */
	size_t asked;       /* proofs asked for, in all */
	/* from the beginning: it is set up, by the first caller */
	bool verified;
	const char *again; /* address that a new life begins with, or NULL */
	bool reset;        /* a person says so */
	const char *rom;   /* that was recorded at the last setup */
};

#define FROM(pid_, at) .pid = pid_, .address = at
#define ENDS(where, reason, others, proofs)                                    \
	.set_up = where, .why = reason, .unproven = others, .asked = proofs
#define CERTIFIED(at) .pid = "", .address = at, .weak = true
#define NO_KEY .why = REASON_KEY_UNKNOWN
#define V3                                                                     \
	{                                                                      \
		"", AWAY, .why = REASON_CERT_NONE, .weak = true                \
	}

static const struct play plays[] = {
	{ .name = "one alone is set up at once",
	    .call = { { FROM(OURS, HOME), .proves = true } },
	    ENDS(HOME, REASON_NONE, 0, 0) },
	{ .name = "an unknown PID beside it, after",
	    .call = { { FROM(OURS, HOME), .proves = true },
	        { FROM("ZZZZ", AWAY), NO_KEY } },
	    ENDS(HOME, REASON_NONE, 1, 0) },
	{ .name = "an unknown PID beside it, before",
	    .call = { { FROM("ZZZZ", AWAY), NO_KEY },
	        { FROM(OURS, HOME), .proves = true } },
	    ENDS(HOME, REASON_NONE, 1, 0) },
	{ .name = "version 3 beside it, after",
	    .call = { { FROM(OURS, HOME), .proves = true }, V3 },
	    ENDS(HOME, REASON_NONE, 1, 0) },
	{ .name = "version 3 beside it, before",
	    .call = { V3, { FROM(OURS, HOME), .proves = true } },
	    ENDS(HOME, REASON_NONE, 1, 0) },
	{ .name = "the same PID from elsewhere, after",
	    .call = { { FROM(OURS, HOME), .proves = true },
	        { FROM(OURS, AWAY) } },
	    ENDS(HOME, REASON_NONE, 1, 2) },
	{ .name = "the same PID from elsewhere, before",
	    .call = { { FROM(OURS, AWAY) },
	        { FROM(OURS, HOME), .proves = true } },
	    ENDS(HOME, REASON_NONE, 1, 2) },
	{ .name = "another machine's PID, before",
	    .call = { { FROM(OTHER, AWAY) },
	        { FROM(OURS, HOME), .proves = true } },
	    ENDS(HOME, REASON_NONE, 1, 2) },
	{ .name = "its PID under another UUID",
	    .call = { { FROM(OURS, HOME), .proves = true, .rival = "them" } },
	    ENDS(HOME, REASON_NONE, 0, 1) },
	{ .name = "the other UUID with that PID",
	    .call = { { FROM(OURS, HOME), .rival = "us",
	        .rival_proved = true } },
	    ENDS(NULL, REASON_HELLO_UNPROVEN, 1, 1) },
	{ .name = "a key that proves two UUIDs",
	    .call = { { FROM(OURS, HOME), .proves = true, .rival = "them",
	        .rival_proved = true } },
	    ENDS(NULL, REASON_KEY_SHARED, 0, 1) },
	{ .name = "two boards with two keys",
	    .call = { { FROM(OURS, HOME), .proves = true },
	        { FROM(OTHER, AWAY), .proves = true } },
	    ENDS(NULL, REASON_UUID_SHARED, 0, 2) },
	{ .name = "two boards with one key",
	    .call = { { FROM(OURS, HOME), .proves = true },
	        { FROM(OURS, AWAY), .proves = true } },
	    ENDS(NULL, REASON_UUID_SHARED, 0, 2) },
	{ .name = "one board at two addresses",
	    .call = { { FROM(OURS, HOME), .proves = true, .realm = "Digest:1" },
	        { FROM(OURS, AWAY), .proves = true, .realm = "Digest:1" } },
	    ENDS(HOME, REASON_NONE, 0, 2) },
	{ .name = "two boards with one key, whose realms tell nothing",
	    .call = { { FROM(OURS, HOME), .proves = true, .realm = "ID:1" },
	        { FROM(OURS, AWAY), .proves = true, .realm = "ID:1" } },
	    ENDS(NULL, REASON_UUID_SHARED, 0, 2) },
	{ .name = "all kinds at once, the true one last",
	    .call = { { FROM(OURS, AWAY) }, { FROM(OTHER, AWAY) },
	        { FROM("ZZZZ", AWAY), NO_KEY }, V3, { FROM(OURS, THIRD) },
	        { FROM(OURS, HOME), .proves = true } },
	    ENDS(HOME, REASON_NONE, 5, 4) },
	{ .name = "nobody proves it",
	    .call = { { FROM(OURS, HOME) }, { FROM(OURS, AWAY) } },
	    ENDS(NULL, REASON_NONE, 0, 2) },
	{ .name = "only an unknown key",
	    .call = { { FROM("ZZZZ", HOME), NO_KEY } },
	    ENDS(NULL, REASON_KEY_UNKNOWN, 0, 0) },
	{ .name = "an unknown key is nearer to a setup than version 3",
	    .call = { V3, { FROM("ZZZZ", HOME), NO_KEY } },
	    ENDS(NULL, REASON_KEY_UNKNOWN, 0, 0) },
	/* machines that are set up */
	{ .name = "set up, and forged hellos of every kind",
	    .call = { { FROM(OURS, HOME) }, { FROM(OURS, AWAY) },
	        { FROM(OTHER, AWAY) }, { FROM("ZZZZ", AWAY), NO_KEY }, V3 },
	    ENDS(NULL, REASON_NONE, 4, 3),
	    .verified = true },
	{ .name = "set up, in setup again, with forged hellos",
	    .call = { { FROM(OURS, HOME), .proves = true },
	        { FROM(OURS, AWAY) }, { FROM(OTHER, AWAY) } },
	    ENDS(NULL, REASON_NONE, 2, 3),
	    .verified = true,
	    .again = HOME },
	{ .name = "set up, in setup again at another address",
	    .call = { { FROM(OURS, HOME) },
	        { FROM(OURS, AWAY), .proves = true } },
	    ENDS(NULL, REASON_NONE, 0, 2),
	    .verified = true,
	    .again = AWAY },
	{ .name = "set up, and another board proves the UUID",
	    .call = { { FROM(OURS, HOME) },
	        { FROM(OTHER, AWAY), .proves = true } },
	    ENDS(NULL, REASON_UUID_SHARED, 0, 2),
	    .verified = true },
	/* with certificates */
	{ .name = "one with a certificate is set up at once",
	    .call = { { CERTIFIED(HOME), .proves = true } },
	    ENDS(HOME, REASON_NONE, 0, 0) },
	{ .name = "two with certificates are asked, and one answers",
	    .call = { { CERTIFIED(AWAY) },
	        { CERTIFIED(HOME), .proves = true } },
	    ENDS(HOME, REASON_NONE, 1, 2) },
	{ .name = "two with certificates answer",
	    .call = { { CERTIFIED(AWAY), .proves = true },
	        { CERTIFIED(HOME), .proves = true } },
	    ENDS(NULL, REASON_UUID_SHARED, 0, 2) },
	{ .name = "whoever answers with a certificate is nobody beside a key",
	    .call = { { CERTIFIED(AWAY), .proves = true },
	        { FROM(OURS, HOME), .proves = true } },
	    ENDS(HOME, REASON_NONE, 1, 0) },
	{ .name = "and gets no machine whose key does not answer now",
	    .call = { { CERTIFIED(AWAY), .proves = true },
	        { FROM(OURS, HOME) } },
	    ENDS(HOME, REASON_NONE, 0, 0) },
	{ .name = "a key that can no more be the machine's is no obstacle",
	    .call = { { CERTIFIED(HOME), .proves = true },
	        { FROM(OURS, AWAY), .why = REASON_WINDOW_CLOSED } },
	    ENDS(HOME, REASON_NONE, 1, 0) },
	{ .name = "set up with a key, and asks for a certificate",
	    .call = { { FROM(OURS, HOME) },
	        { CERTIFIED(AWAY), .proves = true } },
	    ENDS(NULL, REASON_SETUP_AGAIN, 0, 1),
	    .verified = true },
	{ .name = "set up with a certificate, and says hello again",
	    .call = { { CERTIFIED(HOME), .proves = true } },
	    ENDS(NULL, REASON_SETUP_AGAIN, 0, 0),
	    .verified = true },
	{ .name = "said hello before its setup ended",
	    .call = { { CERTIFIED(HOME), .proves = true, .early = true } },
	    ENDS(NULL, REASON_NONE, 0, 0),
	    .verified = true },
	{ .name = "set up with a certificate, reset, and a person says so",
	    .call = { { CERTIFIED(HOME), .proves = true } },
	    ENDS(NULL, REASON_NONE, 0, 1),
	    .verified = true,
	    .reset = true,
	    .again = HOME },
	{ .name = "two with certificates, who say the same realm",
	    .call = { { CERTIFIED(AWAY), .proves = true, .realm = "Digest:1" },
	        { CERTIFIED(HOME), .proves = true, .realm = "Digest:1" } },
	    ENDS(NULL, REASON_UUID_SHARED, 0, 2) },
	{ .name = "one board with a ROM at two addresses",
	    .call = { { CERTIFIED(HOME), .proves = true, .rom = "aa" },
	        { CERTIFIED(AWAY), .proves = true, .rom = "aa" } },
	    ENDS(HOME, REASON_NONE, 0, 2) },
	{ .name = "two boards with a ROM each",
	    .call = { { CERTIFIED(HOME), .proves = true, .rom = "aa" },
	        { CERTIFIED(AWAY), .proves = true, .rom = "bb" } },
	    ENDS(NULL, REASON_UUID_SHARED, 0, 2) },
	{ .name = "in setup again, one with the ROM of its last setup",
	    .call = { { CERTIFIED(AWAY), .proves = true, .rom = "bb" },
	        { CERTIFIED(HOME), .proves = true, .rom = "aa" } },
	    ENDS(HOME, REASON_NONE, 1, 2),
	    .rom = "aa" },
	{ .name = "set up, and its ROM asks for setup again",
	    .call = { { CERTIFIED(HOME), .proves = true, .rom = "aa" } },
	    ENDS(NULL, REASON_SETUP_AGAIN, 0, 1),
	    .verified = true,
	    .rom = "aa",
	    .again = HOME },
	{ .name = "set up, and another ROM asks for setup",
	    .call = { { CERTIFIED(HOME), .rom = "aa", .early = true },
	        { CERTIFIED(AWAY), .proves = true, .rom = "bb" } },
	    ENDS(NULL, REASON_SETUP_AGAIN, 0, 1),
	    .verified = true,
	    .rom = "aa" },
	{ .name = "set up, moved, and its ROM asks for setup again",
	    .call = { { CERTIFIED(HOME), .rom = "aa", .early = true },
	        { CERTIFIED(AWAY), .proves = true, .rom = "aa" } },
	    ENDS(NULL, REASON_SETUP_AGAIN, 0, 1),
	    .verified = true,
	    .rom = "aa",
	    .again = AWAY },
	{ .name = "set up with a certificate, and a key proves the UUID",
	    .call = { { CERTIFIED(HOME), .early = true },
	        { FROM(OTHER, AWAY), .proves = true } },
	    ENDS(NULL, REASON_UUID_SHARED, 0, 1),
	    .verified = true },
};

/* A play as it goes. */
struct stage {
	const struct play *play;
	struct contender c[CALLERS];
	struct contest t;
	size_t asked, setups;
	const char *set_up, *again;
};

static void
stage_begin(struct stage *s, const struct play *play)
{
	*s = (struct stage){ .play = play };
	s->t.c = s->c;
	s->t.verified = s->t.committed = play->verified;
	s->t.again = play->reset;
	s->t.rom = play->rom != NULL ? play->rom : "";
	for (size_t i = 0; i < CALLERS && play->call[i].pid != NULL; i++) {
		const struct call *call = &play->call[i];

		s->c[s->t.n++] = (struct contender){ .why = call->why,
			.why_detail = "why",
			.address = call->address,
			.pid = call->pid,
			.realm = call->realm != NULL ? call->realm : "",
			.note = "",
			.arrived = (int64_t)i + 1,
			.due = true,
			.weak = call->weak,
			.rom = "",
			.later = !call->early,
			.news = true,
			.rival = call->rival != NULL ? call->rival : "",
			.rival_proved = call->rival_proved,
			.met_detail = "" };
	}
	if (play->verified) {
		s->t.holder = &s->c[0];
		s->c[0].proved = s->c[0].known_here = true;
	}
}

static bool
same_rom(const struct stage *s, const struct contender *c)
{
	return c->rom[0] != '\0' && strcmp(c->rom, s->t.rom) == 0;
}

/* What answers there, as loadresults keeps it. */
static void
answer(struct stage *s, size_t i, int64_t round)
{
	struct contender *c = &s->c[i];
	bool proves = s->play->call[i].proves;

	c->tries++;
	c->met = proves ? REASON_NONE : REASON_CONNECT_REFUSED;
	c->due = proves && !s->t.verified;
	c->failures += !proves;
	c->proved |= proves;
	c->known_here |= proves;
	if (proves)
		c->proved_in = round;
	if (proves && s->play->call[i].rom != NULL)
		c->rom = s->play->call[i].rom;
	c->since |= proves && s->t.verified;
	if (proves && s->t.verified &&
	    (c->weak ? s->t.again || same_rom(s, c)
	             : strcmp(c->pid, s->t.holder->pid) == 0))
		s->again = c->address;
}

/* A setup begins with the proof. */
static void
set_up(struct stage *s, size_t i, int64_t round)
{
	s->setups++;
	s->set_up = s->c[i].address;
	answer(s, i, round);
	if (!s->play->call[i].proves)
		return;
	s->t.committed = s->t.verified = true;
	s->t.holder = &s->c[i];
	for (size_t k = 0; k < s->t.n; k++)
		s->c[k].news = s->c[k].later = false;
}

static void
play_rounds(struct stage *s)
{
	for (int64_t round = 1; round <= ROUNDS; round++) {
		contest_judge(&s->t);
		for (size_t i = 0; i < s->t.n; i++) {
			struct contender *c = &s->c[i];

			if (c->what == CONTEST_PROVE) {
				s->asked++;
				answer(s, i, round);
			} else if (c->what == CONTEST_SET_UP) {
				set_up(s, i, round);
			}
		}
		if (s->setups != 0)
			break;
	}
	contest_judge(&s->t);
}

static void
assert_same(const char *what, const char *got, const char *expected)
{
	assert_int_equal(got == NULL, expected == NULL);
	if (expected != NULL && strcmp(got, expected) != 0)
		fail_msg("%s: got %s, expected %s", what, got, expected);
}

static void
each_play_ends_as_it_should(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
		const struct play *p = &plays[i];
		struct stage s;
		size_t unproven = 0;

		print_message("%s\n", p->name);
		stage_begin(&s, p);
		play_rounds(&s);
		assert_same("set up", s.set_up, p->set_up);
		assert_same("again", s.again, p->again);
		assert_in_range(s.setups, 0, 1);
		assert_int_equal(s.asked, p->asked);
		assert_string_equal(reason_get(s.t.why)->code,
		    reason_get(p->why)->code);
		for (size_t k = 0; k < s.t.n; k++)
			unproven += s.c[k].verdict == REASON_HELLO_UNPROVEN;
		assert_int_equal(unproven, p->unproven);
		if (p->verified)
			assert_ptr_equal(s.t.first, &s.c[0]);
	}
}

/* Whatever comes beside it, what is told of a shared UUID names both. */
static void
a_shared_uuid_names_both_boards(void **state)
{
	static const struct play both = { .name = "both",
		.call = { { FROM(OURS, HOME), .proves = true },
		    { FROM(OTHER, AWAY), .proves = true } } };
	struct stage s;

	(void)state;
	stage_begin(&s, &both);
	s.c[0].note = "serial=SN-0001";
	play_rounds(&s);
	assert_non_null(
	    strstr(s.t.detail, "PID AAAA0001 at 10.0.0.1 (serial=SN-0001)"));
	assert_non_null(strstr(s.t.detail, "PID BBBB0002 at 10.0.0.2"));
	assert_null(s.set_up);
	/* The old key of a board that got another one is revoked. */
	s.c[0].why = REASON_KEY_REVOKED;
	s.c[0].revoked = true;
	s.c[1].due = true;
	contest_judge(&s.t);
	assert_int_equal(s.c[1].what, CONTEST_SET_UP);
	assert_int_equal(s.t.why, REASON_NONE);
}

/* What a key has proved counts after its window, but it is told that the
 * machine does not listen any more. */
static void
one_that_proved_and_listens_no_more_has_a_reason(void **state)
{
	static const struct play alone = { .name = "alone",
		.call = { { FROM(OURS, HOME), .why = REASON_WINDOW_CLOSED } } };
	static const struct play moved = { .name = "moved",
		.call = { { FROM(OURS, HOME), .why = REASON_WINDOW_CLOSED },
		    { FROM(OURS, AWAY) } } };
	struct stage s;

	(void)state;
	stage_begin(&s, &alone);
	s.c[0].proved = s.c[0].known_here = true;
	contest_judge(&s.t);
	assert_int_equal(s.c[0].what, CONTEST_REST);
	assert_int_equal(s.t.why, REASON_WINDOW_CLOSED);
	assert_string_equal(s.t.detail, "why");
	/* Elsewhere it listens: nothing to tell. */
	stage_begin(&s, &moved);
	s.c[0].proved = s.c[0].known_here = true;
	contest_judge(&s.t);
	assert_int_equal(s.c[1].what, CONTEST_PROVE);
	assert_int_equal(s.t.why, REASON_NONE);
}

/* An impostor that wants no password must not win over the machine that does.
 */
static void
whoever_wants_a_password_first_may_be_the_machine(void **state)
{
	static const struct play both = { .name = "both",
		.call = { { CERTIFIED(AWAY), .proves = true },
		    { CERTIFIED(HOME) } } };
	struct stage s;

	(void)state;
	stage_begin(&s, &both);
	s.c[0].proved = s.c[0].known_here = true;
	s.c[0].proved_in = 1;
	s.c[1].tries = 1;
	s.c[1].met = REASON_LOGIN_REFUSED;
	contest_judge(&s.t);
	assert_int_equal(s.t.why, REASON_UUID_SHARED);
	assert_string_equal(s.t.detail,
	    "a device at 10.0.0.2 proves this UUID; a device at 10.0.0.1 wants "
	    "a password before it does");
	for (size_t i = 0; i < 2; i++) {
		assert_int_not_equal(s.c[i].what, CONTEST_SET_UP);
		assert_int_equal(s.c[i].verdict, REASON_UUID_SHARED);
	}
	/* what only does not answer is no obstacle */
	s.c[1].met = REASON_CONNECT_REFUSED;
	contest_judge(&s.t);
	assert_int_equal(s.c[0].what, CONTEST_SET_UP);
}

/* It has moved since: what was proved there first is over. */
static void
of_two_addresses_the_one_proved_last_counts(void **state)
{
	static const struct play moved = { .name = "moved",
		.call = { { FROM(OURS, HOME) }, { FROM(OURS, AWAY) } } };
	struct stage s;

	(void)state;
	stage_begin(&s, &moved);
	s.c[0].proved = s.c[1].proved = true;
	s.c[0].known_here = s.c[1].known_here = true;
	s.c[0].proved_in = 3;
	s.c[1].proved_in = 4;
	contest_judge(&s.t);
	assert_int_equal(s.c[1].what, CONTEST_SET_UP);
	assert_int_equal(s.c[0].what, CONTEST_REST);
	/* Back again: it is asked when the other does not answer any more. */
	s.c[0].again = true;
	s.c[1].due = false;
	contest_judge(&s.t);
	assert_int_equal(s.c[0].what, CONTEST_PROVE);
}

/* Of any number eight are asked, and each kind of caller in its turn: the one
 * that was first, the one that came last, the one that was tried most. */
static void
a_flood_crowds_out_nobody_for_long(void **state)
{
	static struct contender c[500];
	struct contest t = { .c = c, .rom = "" };

	(void)state;
	for (size_t true_one = 0; true_one < 500; true_one += 71) {
		int rounds = 0;

		t.n = 500;
		for (size_t i = 0; i < t.n; i++)
			c[i] = (struct contender){ .why_detail = "",
				.address = "x",
				.pid = OURS,
				.realm = "",
				.rom = "",
				.note = "",
				.arrived = (int64_t)i,
				.due = true,
				.speaks = 1 + (int64_t)(i % 7 != 0),
				.rival = "",
				.met_detail = "" };
		c[true_one].speaks = 1;
		for (bool asked = false; !asked; rounds++) {
			size_t n = 0;

			contest_judge(&t);
			for (size_t i = 0; i < t.n; i++) {
				if (c[i].what != CONTEST_PROVE)
					continue;
				n++;
				c[i].tries++;
				c[i].failures++;
				asked |= i == true_one;
			}
			assert_int_equal(n, CONTEST_PROOFS);
		}
		assert_in_range(rounds, 1, 500 / CONTEST_PROOFS + 30);
	}
}

static void
one_that_never_answers_is_not_asked_for_ever(void **state)
{
	static const struct play silent = { .name = "silent",
		.call = { { FROM(OURS, HOME) }, { FROM(OURS, AWAY) } } };
	struct stage s;

	(void)state;
	stage_begin(&s, &silent);
	s.c[0].failures = CONTEST_FAILURES;
	contest_judge(&s.t);
	assert_int_equal(s.c[0].what, CONTEST_REST);
	assert_int_equal(s.c[1].what, CONTEST_PROVE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_play_ends_as_it_should),
		cmocka_unit_test(a_shared_uuid_names_both_boards),
		cmocka_unit_test(
		    one_that_proved_and_listens_no_more_has_a_reason),
		cmocka_unit_test(
		    whoever_wants_a_password_first_may_be_the_machine),
		cmocka_unit_test(of_two_addresses_the_one_proved_last_counts),
		cmocka_unit_test(a_flood_crowds_out_nobody_for_long),
		cmocka_unit_test(one_that_never_answers_is_not_asked_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
