#include "plan/claims.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan/plan.h"

#define US "7ab70000-0000-4000-8000-000000000001"
#define THEM "7ab70000-0000-4000-8000-000000000002"

/* Entries before this day are stale. */
#define CUTOFF "2026-11-01"

enum { NOW = 1795359600, HOUR = 3600 }; /* 2026-11-22T15:00:00Z */

/*
 * Entries in the table below: "50a" is a source of trust 50 that says the name
 * is a, long ago "50a-"; H is a name set by hand, P a preferred source of
 * trust 50.  Names follow one another in their order, as the store has them.
 */
#define RANK_DNS 11
#define RANK_CSV 51
#define RANK_PREFERRED 1051
#define RANK_HAND (INT64_C(1) << 60)

struct entry {
	int64_t rank;
	char name; /* a, b, c */
	bool old;
};

struct entries {
	struct entry e[4];
	size_t n;
};

static void
read_entries(struct entries *to, const char *text)
{
	to->n = 0;
	while (*text != '\0') {
		struct entry *e = &to->e[to->n++];

		assert_in_range(to->n, 1, 4);
		switch (*text++) {
		case 'H':
			e->rank = RANK_HAND;
			break;
		case 'P':
			e->rank = RANK_PREFERRED;
			break;
		default: /* 50 or 10 */
			e->rank = text[-1] == '5' ? RANK_CSV : RANK_DNS;
			text++;
		}
		e->name = *text++;
		e->old = *text == '-';
		text += strspn(text, "- ");
	}
}

/* Through claims as the store's query would: by name, then rank. */
static void
gather(struct claims *c, const struct entries *all, const char *ask)
{
	claims_begin(c, CUTOFF, ask);
	for (char name = 'a'; name <= 'c'; name++)
		for (int pass = 0; pass < 4; pass++)
			for (size_t i = 0; i < all->n; i++) {
				static const int64_t ranks[] = { RANK_HAND,
					RANK_PREFERRED, RANK_CSV, RANK_DNS };
				const struct entry *e = &all->e[i];
				char fqdn[] = "a.example.com";
				struct claim claim = { .fqdn = fqdn,
					.seen = "2026-11-20",
					.place = "file",
					.rank = e->rank };

				if (e->name != name || e->rank != ranks[pass])
					continue;
				fqdn[0] = name;
				if (e->rank == RANK_HAND)
					claim.seen = "";
				else if (e->old)
					claim.seen = "2026-10-31";
				claims_add(c, &claim);
			}
	claims_end(c);
}

/* How a machine announces itself. */
enum hello { HELLO_GOOD, HELLO_PKI, HELLO_SHARED_UUID, HELLO_LATE, NHELLOS };

/* What planning says of a machine with these entries beside another one. */
static enum reason_id
decide(const struct entries *ours, const struct entries *theirs,
    enum hello hello, char name[DOMAIN_TEXT], char detail[PLAN_DETAIL])
{
	struct claims us, them = { 0 };
	struct plan_facts f = {
		.now = NOW,
		.closes = hello == HELLO_LATE ? NOW : NOW + HOUR,
		.uuid = US,
		.uuid_bad = hello == HELLO_SHARED_UUID ? "shared" : NULL,
		.version = hello == HELLO_PKI ? 3 : 2,
		.last_heard = NOW - HOUR,
		.cert = hello == HELLO_PKI ? REASON_CERT_NO_ROOT : REASON_NONE,
		.cert_detail = "none",
		.pid = "LAB7001B",
		.place = "port 9971",
		.key_known = true,
		.key_state = KEY_SEEN,
		.used_by = "",
		.name_owner = "",
		.owner_place = "",
		.npasswords = 1,
	};

	gather(&us, ours, NULL);
	f.nnames = us.nnames;
	for (size_t i = 0; i < us.nnames; i++) {
		f.name[i] = us.name[i].fqdn;
		f.name_place[i] = us.name[i].place;
	}
	f.name_seen = us.stale ? us.name[0].seen : "";
	if (us.nnames == 1) {
		gather(&them, theirs, us.name[0].fqdn);
		if (claims_contest(&us, &them)) {
			f.name_owner = THEM;
			f.owner_place = "file";
		}
	}
	name[0] = '\0';
	if (us.nnames == 1)
		(void)snprintf(name, DOMAIN_TEXT, "%s", us.name[0].fqdn);
	return plan_decide(&f, detail);
}

static const struct {
	const char *ours, *theirs, *want; /* a name, or a reason's code */
} table[] = {
	/* nothing, one, two that agree */
	{ "", "", "MAP-NONE" },
	{ "50a", "", "a" },
	{ "50a 50a", "", "a" },
	{ "10a", "", "a" },
	{ "50a", "50b", "a" },

	/* two names for a machine: rank decides, and nothing else */
	{ "50a 50b", "", "MAP-AMBIGUOUS" },
	{ "50a 10b", "", "a" },
	{ "10a 50b", "", "b" },
	{ "10a 10b", "", "MAP-AMBIGUOUS" },
	{ "50a 50b 10b", "", "MAP-AMBIGUOUS" },
	{ "50a 50b 50c", "", "MAP-AMBIGUOUS" },

	/* settled by a preference or by hand */
	{ "50a Pb", "", "b" },
	{ "10a 50b Pa", "", "a" },
	{ "Pa Pb", "", "MAP-AMBIGUOUS" },
	{ "50a 50b Hc", "", "c" },
	{ "Pa Hb", "", "b" },

	/* age: a fresh entry takes precedence over an old one of the same rank
	 */
	{ "50a-", "", "MAP-STALE" },
	{ "50a- 50a", "", "a" },
	{ "50a- 50b", "", "b" },
	{ "50a- 50b-", "", "MAP-AMBIGUOUS" },
	{ "50a- 10a-", "", "MAP-STALE" },
	/* something fresh confirms an old one, but does not replace it */
	{ "50a- 10a", "", "a" },
	{ "50a- 10b", "", "MAP-STALE" },
	{ "Pa- 50b", "", "MAP-STALE" },
	{ "Pa- 50a", "", "a" },
	{ "50a 10b-", "", "a" },
	{ "50a- Hb", "", "b" },

	/* one name for two machines: the higher rank has it */
	{ "50a", "50a", "MAP-SHARED" },
	{ "50a", "10a", "a" },
	{ "10a", "50a", "MAP-SHARED" },
	{ "Pa", "50a", "a" },
	{ "50a", "Pa", "MAP-SHARED" },
	{ "Ha", "Pa", "a" },
	{ "Pa", "Ha", "MAP-SHARED" },
	/* the other one has another name by what decides for it */
	{ "50a", "50a Hb", "a" },
	{ "50a", "10a 50b", "a" },
	/* the other one may be called so */
	{ "50a", "50a 50b", "MAP-SHARED" },
	{ "50c", "50a 50b 50c", "MAP-SHARED" },
	/* an old claim is none beside a fresh one */
	{ "50a", "50a-", "a" },
	{ "50a-", "50a", "MAP-SHARED" },
	{ "50a-", "50a-", "MAP-SHARED" },
	{ "50a", "50a- 10a", "MAP-SHARED" },
};

static void
every_row_of_the_conflict_matrix_is_planned_as_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct entries ours, theirs;
		char name[DOMAIN_TEXT], detail[PLAN_DETAIL];
		enum reason_id id;

		read_entries(&ours, table[i].ours);
		read_entries(&theirs, table[i].theirs);
		id = decide(&ours, &theirs, HELLO_GOOD, name, detail);
		if (id == REASON_NONE)
			name[1] = '\0';
		if (strcmp(id == REASON_NONE ? name : reason_get(id)->code,
		        table[i].want) != 0)
			fail_msg("\"%s\" beside \"%s\": got %s %s, "
			         "expected %s",
			    table[i].ours, table[i].theirs,
			    reason_get(id)->code, name, table[i].want);
	}
}

/* --- every combination, against rules that need no cleverness ------------ */

/* None, or one of 4 ranks x 2 names x fresh or old. */
#define NCHOICES 17

static void
choose(struct entries *to, const int *choice, size_t n)
{
	static const int64_t ranks[] = { RANK_DNS, RANK_CSV, RANK_PREFERRED,
		RANK_HAND };

	to->n = 0;
	for (size_t i = 0; i < n; i++) {
		int c = choice[i] - 1;

		if (c < 0)
			continue;
		to->e[to->n++] = (struct entry){ .rank = ranks[c / 4],
			.name = (char)('a' + (c & 1)),
			.old = (c & 2) != 0 && c / 4 != 3 };
	}
}

static int64_t
top_rank(const struct entries *all)
{
	int64_t top = 0;

	for (size_t i = 0; i < all->n; i++)
		if (all->e[i].rank > top)
			top = all->e[i].rank;
	return top;
}

/* Who is planned has these; who is not misses one of them. */
static void
check_planned(const struct entries *ours, const struct entries *theirs,
    char name)
{
	int64_t top = top_rank(ours);
	bool said = false, fresh = false, fresh_at_top = false;

	for (size_t i = 0; i < ours->n; i++) {
		const struct entry *e = &ours->e[i];

		said = said || (e->rank == top && e->name == name);
		fresh = fresh || (e->name == name && !e->old);
		fresh_at_top = fresh_at_top || (e->rank == top && !e->old);
	}
	assert_true(said);  /* by who decides */
	assert_true(fresh); /* and by somebody lately */
	for (size_t i = 0; i < ours->n; i++) {
		const struct entry *e = &ours->e[i];

		/* nobody with the same right says otherwise */
		assert_false(e->rank == top && e->name != name &&
		    (!e->old || !fresh_at_top));
	}
	for (size_t i = 0; i < theirs->n; i++) {
		const struct entry *e = &theirs->e[i];

		/* nor that another machine is the one */
		assert_false(e->name == name && !e->old &&
		    e->rank == top_rank(theirs) && e->rank >= top);
	}
}

static void
check_pair(const struct entries *a, const struct entries *b)
{
	char name_a[DOMAIN_TEXT], name_b[DOMAIN_TEXT];
	char detail[PLAN_DETAIL], other[PLAN_DETAIL];
	enum reason_id of_a = decide(a, b, HELLO_GOOD, name_a, detail);
	enum reason_id of_b = decide(b, a, HELLO_GOOD, name_b, other);

	if (of_a == REASON_NONE)
		check_planned(a, b, name_a[0]);
	else
		assert_int_not_equal(detail[0], '\0');
	if (of_b == REASON_NONE)
		check_planned(b, a, name_b[0]);
	if (of_a == REASON_NONE && of_b == REASON_NONE)
		assert_string_not_equal(name_a, name_b);
	assert_int_equal(of_a == REASON_MAP_NONE, a->n == 0);
	assert_true(of_a == REASON_NONE || of_a == REASON_MAP_NONE ||
	    of_a == REASON_MAP_AMBIGUOUS || of_a == REASON_MAP_SHARED ||
	    of_a == REASON_MAP_STALE);
	for (enum hello h = HELLO_PKI; h < NHELLOS; h++)
		assert_int_not_equal(decide(a, b, h, name_a, other),
		    REASON_NONE);
}

/* Three entries of ours and two of the other, each in any order that counts:
 * 969 x 153 pairs. */
static void
no_combination_of_entries_breaks_a_rule(void **state)
{
	size_t pairs = 0;

	(void)state;
	for (int i = 0; i < NCHOICES; i++)
		for (int j = i; j < NCHOICES; j++)
			for (int k = j; k < NCHOICES; k++)
				for (int l = 0; l < NCHOICES; l++)
					for (int m = l; m < NCHOICES; m++) {
						int o[] = { i, j, k };
						int t[] = { l, m };
						struct entries a, b;

						choose(&a, o, 3);
						choose(&b, t, 2);
						check_pair(&a, &b);
						pairs++;
					}
	assert_int_equal(pairs, 969 * 153);
}

static void
the_day_of_the_cutoff_is_fresh_the_day_before_is_not(void **state)
{
	struct claim e = { .fqdn = "a.example.com",
		.place = "file",
		.rank = 51 };
	struct claims c;

	(void)state;
	e.seen = CUTOFF;
	claims_begin(&c, CUTOFF, NULL);
	claims_add(&c, &e);
	claims_end(&c);
	assert_false(c.stale);
	e.seen = "2026-10-31";
	claims_begin(&c, CUTOFF, NULL);
	claims_add(&c, &e);
	claims_end(&c);
	assert_true(c.stale);
	claims_begin(&c, "", NULL); /* never */
	claims_add(&c, &e);
	claims_end(&c);
	assert_false(c.stale);
}

static void
a_change_of_name_is_told_once_it_is_certain(void **state)
{
	struct plan_facts f = { .nnames = 1,
		.name = { "b.example.com", "c.example.com" },
		.name_place = { "oob.csv:2", "oob.csv:3" } };
	char detail[PLAN_DETAIL];

	(void)state;
	assert_int_equal(plan_renamed("a.example.com", &f, detail),
	    REASON_MAP_CHANGED);
	assert_string_equal(detail,
	    "set up as a.example.com; now it is b.example.com (oob.csv:2)");
	assert_int_equal(plan_renamed("b.example.com", &f, detail),
	    REASON_NONE);
	f.nnames = 2;
	assert_int_equal(plan_renamed("a.example.com", &f, detail),
	    REASON_NONE);
	f.nnames = 0;
	assert_int_equal(plan_renamed("a.example.com", &f, detail),
	    REASON_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_row_of_the_conflict_matrix_is_planned_as_it_says),
		cmocka_unit_test(no_combination_of_entries_breaks_a_rule),
		cmocka_unit_test(
		    the_day_of_the_cutoff_is_fresh_the_day_before_is_not),
		cmocka_unit_test(a_change_of_name_is_told_once_it_is_certain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
