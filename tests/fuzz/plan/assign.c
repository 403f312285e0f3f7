#include "plan/assign.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * The input is lines: a condition each in the order of the enumeration, and
 * then what is known of a machine, in the same order.
 */
#define LINES (2 * ASSIGN_NCONDITIONS)

static void
lines_split(char lines[LINES][2 * ASSIGN_TEXT], const uint8_t *data,
    size_t size)
{
	size_t line = 0, len = 0;

	memset(lines, 0, LINES * sizeof(lines[0]));
	for (size_t i = 0; i < size && line < LINES; i++) {
		if (data[i] == '\n') {
			line++;
			len = 0;
		} else if (data[i] != '\0' && len + 1 < sizeof(lines[0]))
			lines[line][len++] = (char)data[i];
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char lines[LINES][2 * ASSIGN_TEXT], said[4096];
	struct assign_rules rules = { .n = 0 };
	struct assign_rule *rule = assign_add(&rules), again;
	struct assign_facts facts;
	struct fault f;
	bool fits;

	if (rule == NULL)
		abort();
	lines_split(lines, data, size);
	for (enum assign_condition c = 0; c < ASSIGN_NCONDITIONS; c++) {
		f.why[0] = '\0';
		if (assign_set(rule, c, lines[c], &f) == -1 &&
		    (f.why[0] == '\0' || rule->text[c][0] != '\0'))
			abort();
	}
	facts = (struct assign_facts){ .uuid = lines[ASSIGN_NCONDITIONS],
		.fqdn = lines[ASSIGN_NCONDITIONS + 1],
		.ou = lines[ASSIGN_NCONDITIONS + 2],
		.address = lines[ASSIGN_NCONDITIONS + 3],
		.release = lines[ASSIGN_NCONDITIONS + 4],
		.batch = lines[ASSIGN_NCONDITIONS + 5],
		.model = lines[ASSIGN_NCONDITIONS + 6],
		.chosen = "" };
	fits = assign_fits(rule, &facts);
	if ((assign_choose(&rules, &facts) == rule) != fits ||
	    (assign_fits_all(rule) && !fits))
		abort();
	/* With one condition less it fits no fewer machines. */
	for (enum assign_condition c = 0; c < ASSIGN_NCONDITIONS; c++) {
		again = *rule;
		again.text[c][0] = '\0';
		if (fits && !assign_fits(&again, &facts))
			abort();
	}
	assign_describe(said, sizeof(said), rule);
	if (said[0] == '\0' || strlen(said) >= sizeof(said))
		abort();
	assign_free(&rules);
	return 0;
}
