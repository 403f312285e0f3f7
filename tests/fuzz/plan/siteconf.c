#include "plan/siteconf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As the shell takes the line apart; what is behind its quotes must be the
 * value and nothing else. */
static void
check_line(const char *line, size_t len, const char *name, const char *value)
{
	size_t n = strlen(name), at = n + 2;

	if (len < n + 4 || memcmp(line, name, n) != 0 || line[n] != '=' ||
	    line[n + 1] != '\'')
		abort();
	for (; *value != '\0'; value++) {
		if (*value == '\'') {
			if (memcmp(line + at, "'\\''", 4) != 0)
				abort();
			at += 4;
		} else if (line[at++] != *value)
			abort();
	}
	if (at + 2 != len || memcmp(line + at, "'\n", 2) != 0)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct siteconf c;
	char line[SITECONF_LINE];
	struct fault f = { 0 };

	if (siteconf_decode(&c, (const char *)data, size, "/s'$(x)", &f) ==
	    -1) {
		if (f.why[0] == '\0' || (f.at == 0 && size <= SITECONF_MAX))
			abort();
		return 0;
	}
	for (enum siteconf_id i = 0; i < SITECONF_NSETTINGS; i++) {
		size_t n = siteconf_line(line, sizeof(line), &c, i);

		check_line(line, n, siteconf_setting(i)->name, c.value[i]);
		/* What was taken once is taken again. */
		if (c.value[i][0] != '\0' &&
		    siteconf_check(c.value[i], i, &f) == -1)
			abort();
	}
	return 0;
}
