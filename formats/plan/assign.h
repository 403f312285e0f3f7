#ifndef ASSIGN_H
#define ASSIGN_H

/*
 * assign - which of a site's profiles a machine gets: the <rule> elements of
 * profile.xml in their order.  A rule fits when all conditions that it has fit,
 * a rule without any fits every machine, and the first one that fits decides.
 *
 * A condition on what is not known of a machine does not fit: a machine that
 * was never met has no release yet.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/uuid.h"
#include "setup/settings.h"

/* Whoever needs more wants a list of machines, which is what an inventory is.
 */
#define ASSIGN_RULES_MAX 1000

/* Of a pattern or a batch, with its NUL: longer than any name in DNS. */
#define ASSIGN_TEXT 256

/* All borrowed; "" where it is not known. */
struct assign_facts {
	const char *uuid; /* as uuid_format writes it */
	const char *fqdn;
	const char *ou;      /* of the site's own program, props(5) */
	const char *address; /* of its newest hello; a link may follow: %2 */
	const char *release; /* as last met: 11.8.50 */
	const char *batch;   /* of its key */
	const char *model;   /* as the inventory has it */
	const char *chosen;  /* the profile that the program chose */
};

/* What a rule may ask of a machine. */
enum assign_condition {
	ASSIGN_UUID,
	ASSIGN_FQDN,
	ASSIGN_OU,
	ASSIGN_SUBNET,
	ASSIGN_RELEASE,
	ASSIGN_BATCH,
	ASSIGN_MODEL,
	ASSIGN_NCONDITIONS
};

struct assign_rule {
	char profile[SETTINGS_PROFILE];
	size_t line; /* of profile.xml */
	/* Each condition as it was written; "": the rule does not have it. */
	char text[ASSIGN_NCONDITIONS][ASSIGN_TEXT];
};

struct assign_rules {
	struct assign_rule *list;
	size_t n, cap;
};

/* The attribute of a rule that has it: "fqdn"; and what is written in it. */
const char *assign_name(enum assign_condition c);
const char *assign_expected(enum assign_condition c);
/* ASSIGN_NCONDITIONS if not found. */
enum assign_condition assign_find(const char *name);

/* A further rule, all empty; NULL: there are ASSIGN_RULES_MAX, or no memory. */
struct assign_rule *assign_add(struct assign_rules *rules);
void assign_free(struct assign_rules *rules);

/* Gives a rule a condition.  0, or -1 with *f filled (at is 0). */
int assign_set(struct assign_rule *rule, enum assign_condition c,
    const char *text, struct fault *f);

bool assign_fits(const struct assign_rule *rule,
    const struct assign_facts *facts);

/* The first rule that fits; NULL if not found. */
const struct assign_rule *assign_choose(const struct assign_rules *rules,
    const struct assign_facts *facts);

/* Does any rule have this condition? */
bool assign_asks(const struct assign_rules *rules, enum assign_condition c);

/* Has the rule no condition?  Those behind it are never looked at. */
bool assign_fits_all(const struct assign_rule *rule);

/* 'fqdn="*.lab.example.com" release="11-"', or "every machine". */
void assign_describe(char *to, size_t cap, const struct assign_rule *rule);

#endif
