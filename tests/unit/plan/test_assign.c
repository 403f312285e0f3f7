#include "plan/assign.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define UUID "7ab70000-0000-4000-8000-000000000001"

static const struct assign_facts nothing = { "", "", "", "", "", "", "", "" };

/* A rule with one condition, of one fact. */
static bool
fits(enum assign_condition c, const char *text, const char *fact)
{
	struct assign_rule rule = { .line = 1 };
	struct assign_facts facts = nothing;
	const char **of[ASSIGN_NCONDITIONS] = {
		[ASSIGN_UUID] = &facts.uuid,
		[ASSIGN_FQDN] = &facts.fqdn,
		[ASSIGN_OU] = &facts.ou,
		[ASSIGN_SUBNET] = &facts.address,
		[ASSIGN_RELEASE] = &facts.release,
		[ASSIGN_BATCH] = &facts.batch,
		[ASSIGN_MODEL] = &facts.model,
	};
	struct fault f = { 0 };

	if (assign_set(&rule, c, text, &f) == -1)
		fail_msg("%s", f.why);
	*of[c] = fact;
	return assign_fits(&rule, &facts);
}

static const struct {
	enum assign_condition c;
	const char *text, *fact;
	bool fits;
} conditions[] = {
	{ ASSIGN_UUID, UUID, UUID, true },
	{ ASSIGN_UUID, "7AB70000-0000-4000-8000-000000000001", UUID, true },
	{ ASSIGN_UUID, UUID, "7ab70000-0000-4000-8000-000000000002", false },
	{ ASSIGN_FQDN, "*.lab.example.com", "pc-1.lab.example.com", true },
	{ ASSIGN_FQDN, "PC-[0-4]?.Lab.*", "pc-31.lab.example.com", true },
	{ ASSIGN_FQDN, "pc-[0-4]?.lab.*", "pc-51.lab.example.com", false },
	{ ASSIGN_FQDN, "*.lab.example.com", "pc-1.example.com", false },
	{ ASSIGN_FQDN, "lab", "pc.lab", false },
	{ ASSIGN_OU, "*,ou=lab,dc=example,dc=com",
	    "OU=Bench 1,OU=Lab,DC=example,DC=com", true },
	{ ASSIGN_OU, "*,ou=lab,dc=example,dc=com",
	    "OU=Office,DC=example,DC=com", false },
	{ ASSIGN_SUBNET, "10.1.0.0/16", "10.1.255.255", true },
	{ ASSIGN_SUBNET, "10.1.0.0/16", "10.2.0.0", false },
	{ ASSIGN_SUBNET, "10.1.2.128/25", "10.1.2.129", true },
	{ ASSIGN_SUBNET, "10.1.2.128/25", "10.1.2.127", false },
	{ ASSIGN_SUBNET, "10.1.2.3/32", "10.1.2.3", true },
	{ ASSIGN_SUBNET, "0.0.0.0/0", "203.0.113.9", true },
	{ ASSIGN_SUBNET, "0.0.0.0/0", "2001:db8::1", false },
	{ ASSIGN_SUBNET, "2001:db8:8::/47", "2001:db8:7::9", false },
	{ ASSIGN_SUBNET, "2001:db8:6::/47", "2001:db8:7::9", true },
	{ ASSIGN_SUBNET, "fe80::/10", "fe80::1%2", true },
	{ ASSIGN_SUBNET, "::/0", "192.0.2.1", false },
	{ ASSIGN_RELEASE, "11", "11.8.50", true },
	{ ASSIGN_RELEASE, "11", "11.0", true },
	{ ASSIGN_RELEASE, "11", "12.0.1", false },
	{ ASSIGN_RELEASE, "11", "10.0", false },
	{ ASSIGN_RELEASE, "11.8", "11.8.50", true },
	{ ASSIGN_RELEASE, "11.8", "11.10", false },
	{ ASSIGN_RELEASE, "9-10", "9.0.1", true },
	{ ASSIGN_RELEASE, "9-10", "10.0.56", true },
	{ ASSIGN_RELEASE, "9-10", "11.0", false },
	{ ASSIGN_RELEASE, "9-10", "8.1", false },
	{ ASSIGN_RELEASE, "9.5-11.8", "9.1", false },
	{ ASSIGN_RELEASE, "9.5-11.8", "11.8", true },
	{ ASSIGN_RELEASE, "16.1-", "16.0.9", false },
	{ ASSIGN_RELEASE, "16.1-", "16.1.25", true },
	{ ASSIGN_RELEASE, "16.1-", "21.0", true },
	{ ASSIGN_RELEASE, "-10", "3.2.1", true },
	{ ASSIGN_RELEASE, "-10", "11.0", false },
	{ ASSIGN_RELEASE, "-99", "garbage", false },
	{ ASSIGN_BATCH, "lab7", "lab7", true },
	{ ASSIGN_BATCH, "lab7", "Lab7", false },
	{ ASSIGN_BATCH, "lab*", "lab7", false },
	{ ASSIGN_MODEL, "optiplex 70*", "OptiPlex 7090", true },
	{ ASSIGN_MODEL, "OptiPlex 70*", "OptiPlex 5090", false },
	{ ASSIGN_MODEL, "OptiPlex", "OptiPlex 7090", false },
};

static void
each_condition_fits_what_it_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		if (fits(conditions[i].c, conditions[i].text,
		        conditions[i].fact) != conditions[i].fits)
			fail_msg("%s=\"%s\" and \"%s\": expected %d",
			    assign_name(conditions[i].c), conditions[i].text,
			    conditions[i].fact, conditions[i].fits);
}

static void
what_is_not_known_of_a_machine_fits_no_condition(void **state)
{
	static const char *const all[ASSIGN_NCONDITIONS] = {
		[ASSIGN_UUID] = UUID,
		[ASSIGN_FQDN] = "*",
		[ASSIGN_OU] = "*",
		[ASSIGN_SUBNET] = "0.0.0.0/0",
		[ASSIGN_RELEASE] = "-99",
		[ASSIGN_BATCH] = "lab7",
		[ASSIGN_MODEL] = "*",
	};

	(void)state;
	for (enum assign_condition c = 0; c < ASSIGN_NCONDITIONS; c++)
		assert_false(fits(c, all[c], ""));
}

static void
a_wrong_condition_is_named_with_what_is_expected(void **state)
{
	static const struct {
		enum assign_condition c;
		const char *text, *why;
	} rows[] = {
		{ ASSIGN_UUID, "7ab7", "uuid: got \"7ab7\", expected a UUID" },
		{ ASSIGN_FQDN, "", "fqdn: got \"\", expected a pattern" },
		{ ASSIGN_FQDN, "a\nb", "fqdn: got \"a\\x0ab\"" },
		{ ASSIGN_SUBNET, "10.1.0.0", "subnet: got" },
		{ ASSIGN_SUBNET, "10.1.0.0/33", "subnet: got" },
		{ ASSIGN_SUBNET, "10.1.0.7/16", "the first address of a" },
		{ ASSIGN_SUBNET, "10.1.0.1/31", "the first address of a" },
		{ ASSIGN_SUBNET, "2001:db8::/129", "subnet: got" },
		{ ASSIGN_SUBNET, "2001:db8::1/64", "subnet: got" },
		{ ASSIGN_SUBNET, "lab/24", "subnet: got" },
		{ ASSIGN_SUBNET, "10.0.0.0/", "subnet: got" },
		{ ASSIGN_RELEASE, "-", "release: got \"-\"" },
		{ ASSIGN_RELEASE, "11-10", "release: got" },
		{ ASSIGN_RELEASE, "11.9-11.8", "release: got" },
		{ ASSIGN_RELEASE, "11.x", "release: got" },
		{ ASSIGN_RELEASE, "9-10-11", "release: got" },
		{ ASSIGN_RELEASE, "9 - 10", "release: got" },
		{ ASSIGN_RELEASE, "11.256", "release: got" },
		{ ASSIGN_RELEASE, "0", "release: got" },
		{ ASSIGN_BATCH, "", "batch: got" },
		{ ASSIGN_MODEL, "", "model: got \"\", expected a pattern" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct assign_rule rule = { .line = 1 };
		struct fault f = { 0 };

		if (assign_set(&rule, rows[i].c, rows[i].text, &f) == 0)
			fail_msg("%s=\"%s\" is taken", assign_name(rows[i].c),
			    rows[i].text);
		if (strstr(f.why, rows[i].why) == NULL)
			fail_msg("got %s, expected %s", f.why, rows[i].why);
		assert_string_equal(rule.text[rows[i].c], "");
	}
}

static void
a_pattern_ends_at_its_ceiling(void **state)
{
	struct assign_rule rule = { .line = 1 };
	char text[ASSIGN_TEXT + 1];

	(void)state;
	memset(text, '*', sizeof(text));
	text[ASSIGN_TEXT] = '\0';
	assert_int_equal(assign_set(&rule, ASSIGN_FQDN, text, NULL), -1);
	text[ASSIGN_TEXT - 1] = '\0';
	assert_int_equal(assign_set(&rule, ASSIGN_FQDN, text, NULL), 0);
	assert_string_equal(rule.text[ASSIGN_FQDN], text);
}

static struct assign_rule *
rule_add(struct assign_rules *rules, const char *profile)
{
	struct assign_rule *r = assign_add(rules);

	assert_non_null(r);
	(void)snprintf(r->profile, sizeof(r->profile), "%s", profile);
	return r;
}

static void
the_first_rule_that_fits_decides(void **state)
{
	struct assign_rules rules = { .n = 0 };
	struct assign_facts facts = nothing;
	struct assign_rule *r;

	(void)state;
	facts.fqdn = "pc-1.lab.example.com";
	assert_null(assign_choose(&rules, &facts));
	assert_false(assign_asks(&rules, ASSIGN_FQDN));

	r = rule_add(&rules, "new");
	assert_int_equal(assign_set(r, ASSIGN_FQDN, "*.lab.example.com", NULL),
	    0);
	assert_int_equal(assign_set(r, ASSIGN_RELEASE, "16-", NULL), 0);
	r = rule_add(&rules, "lab");
	assert_int_equal(assign_set(r, ASSIGN_FQDN, "*.lab.example.com", NULL),
	    0);
	assert_true(assign_asks(&rules, ASSIGN_FQDN));
	assert_true(assign_asks(&rules, ASSIGN_RELEASE));
	assert_false(assign_asks(&rules, ASSIGN_MODEL));
	assert_string_equal(assign_choose(&rules, &facts)->profile, "lab");
	facts.release = "16.1.25";
	assert_string_equal(assign_choose(&rules, &facts)->profile, "new");
	facts.release = "12.0";
	assert_string_equal(assign_choose(&rules, &facts)->profile, "lab");
	facts.fqdn = "pc-1.example.com";
	assert_null(assign_choose(&rules, &facts));

	(void)rule_add(&rules, "rest");
	assert_string_equal(assign_choose(&rules, &facts)->profile, "rest");
	assert_string_equal(assign_choose(&rules, &nothing)->profile, "rest");
	assign_free(&rules);
}

static void
a_rule_is_described_as_it_was_written(void **state)
{
	struct assign_rule r = { .line = 3 };
	char text[200], small[16];

	(void)state;
	assign_describe(text, sizeof(text), &r);
	assert_string_equal(text, "every machine");
	assert_true(assign_fits_all(&r));
	assert_int_equal(assign_set(&r, ASSIGN_RELEASE, "11-", NULL), 0);
	assert_int_equal(assign_set(&r, ASSIGN_FQDN, "*.lab", NULL), 0);
	assign_describe(text, sizeof(text), &r);
	assert_string_equal(text, "fqdn=\"*.lab\" release=\"11-\"");
	assert_false(assign_fits_all(&r));
	assign_describe(small, sizeof(small), &r);
	assert_string_equal(small, "fqdn=\"*.lab\" re");
}

static void
names_lead_to_their_conditions(void **state)
{
	(void)state;
	for (enum assign_condition c = 0; c < ASSIGN_NCONDITIONS; c++) {
		assert_int_equal(assign_find(assign_name(c)), c);
		assert_non_null(assign_expected(c));
	}
	assert_int_equal(assign_find("profile"), ASSIGN_NCONDITIONS);
	assert_int_equal(assign_find(""), ASSIGN_NCONDITIONS);
}

static void
there_are_a_thousand_rules_and_not_one_more(void **state)
{
	struct assign_rules rules = { .n = 0 };

	(void)state;
	for (size_t i = 0; i < ASSIGN_RULES_MAX; i++)
		(void)rule_add(&rules, "a");
	assert_null(assign_add(&rules));
	assert_int_equal(rules.n, ASSIGN_RULES_MAX);
	assign_free(&rules);
	assert_int_equal(rules.n, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_condition_fits_what_it_says),
		cmocka_unit_test(
		    what_is_not_known_of_a_machine_fits_no_condition),
		cmocka_unit_test(
		    a_wrong_condition_is_named_with_what_is_expected),
		cmocka_unit_test(a_pattern_ends_at_its_ceiling),
		cmocka_unit_test(the_first_rule_that_fits_decides),
		cmocka_unit_test(a_rule_is_described_as_it_was_written),
		cmocka_unit_test(names_lead_to_their_conditions),
		cmocka_unit_test(there_are_a_thousand_rules_and_not_one_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
