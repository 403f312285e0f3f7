#ifndef STATES_PAGE_H
#define STATES_PAGE_H

/*
 * states_page - what states(5) says of a state: the line "Next: a, b, c." of
 * its item, without "Next: " and the period, in next.  Include it after
 * cmocka.h, stdio.h, stdlib.h and string.h.
 */
static inline void
states_page_next(const char *section, const char *state, char next[128])
{
	char line[256], item[64], head[64], path[4300];
	bool in_section = false, in_item = false;
	FILE *f;

	assert_non_null(getenv("AMT_TEST_ROOT"));
	(void)snprintf(path, sizeof(path), "%s/formats/plan/states.5",
	    getenv("AMT_TEST_ROOT"));
	(void)snprintf(head, sizeof(head), ".Ss %s\n", section);
	(void)snprintf(item, sizeof(item), ".It Li %s\n", state);
	next[0] = '\0';
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, ".Ss", 3) == 0)
			in_section = strcmp(line, head) == 0;
		if (strncmp(line, ".It", 3) == 0)
			in_item = in_section && strcmp(line, item) == 0;
		if (in_item && sscanf(line, "Next: %127[^.].", next) == 1)
			break;
	}
	(void)fclose(f);
}

/* How many states a section of the page has. */
static inline int
states_page_count(const char *section)
{
	char line[256], head[64], path[4300];
	bool in_section = false;
	int n = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/formats/plan/states.5",
	    getenv("AMT_TEST_ROOT"));
	(void)snprintf(head, sizeof(head), ".Ss %s\n", section);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strncmp(line, ".Ss", 3) == 0)
			in_section = strcmp(line, head) == 0;
		n += in_section && strncmp(line, ".It", 3) == 0;
	}
	(void)fclose(f);
	return n;
}

#endif
