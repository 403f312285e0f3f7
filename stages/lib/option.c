#include "lib/option.h"

#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

#include "lib/stage.h"
#include "base/text.h"

#define BATCH_MAX 64
#define TEXT_MAX 255

static bool
is_letter_or_digit(char c)
{
	c = text_lower(c);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

const char *
option_batch(const char *option, const char *arg)
{
	size_t len = strlen(arg), n = 0;
	char shown[80];

	while (is_letter_or_digit(arg[n]) ||
	    (n != 0 && arg[n] != '\0' && strchr("._-", arg[n]) != NULL))
		n++;
	if (n == len && n != 0 && n <= BATCH_MAX)
		return arg;
	text_show(shown, sizeof(shown), arg, len);
	errx(EX_USAGE,
	    "%s: not a batch's name (got \"%s\", expected up to %d letters, "
	    "digits and . _ - after the first)",
	    option, shown, BATCH_MAX);
}

const char *
option_text(const char *option, const char *arg)
{
	size_t len = strlen(arg);
	bool plain = text_utf8(arg, len, NULL) == 0;

	for (size_t i = 0; i < len; i++)
		plain = plain && (unsigned char)arg[i] >= ' ' && arg[i] != 0x7f;
	if (plain && len >= 1 && len <= TEXT_MAX)
		return arg;
	errx(EX_USAGE, "%s: not a plain text of 1 to %d bytes of UTF-8", option,
	    TEXT_MAX);
}

void
option_hellotime(struct hellotime *t, int option, const char *arg)
{
	const char name[3] = { '-', (char)option, '\0' };
	struct fault f;

	if (option == 'R') {
		if (hellotime_parse(t, arg, &f) == -1)
			errx(EX_USAGE, "-R: character %zu: %s", f.at + 1,
			    f.why);
		return;
	}
	*(option == 'w' ? &t->psk_hours : &t->pki_hours) =
	    (unsigned)stage_number(name, arg, 1, HELLOTIME_HOURS_MAX);
}

const char *
option_choice(enum siteconf_id id, const char *option, const char *arg)
{
	char range[SITECONF_RANGE], shown[80];
	const struct siteconf_setting *s = siteconf_setting(id);
	struct fault f;
	char value[SITECONF_VALUE];

	(void)snprintf(value, sizeof(value), "%s", arg);
	if (*arg != '\0' && siteconf_check(value, id, &f) == 0)
		return arg;
	siteconf_range(range, s);
	text_show(shown, sizeof(shown), arg, strlen(arg));
	errx(EX_USAGE, "%s: no such choice (got \"%s\", expected %s)", option,
	    shown, range);
}

uint64_t
option_setting(enum siteconf_id id, const char *option, const char *arg)
{
	const struct siteconf_setting *s = siteconf_setting(id);

	return stage_number(option, arg, s->min, s->max);
}
