#include "setup/family_use.h"

#include <string.h>

#include "setup/settings.h"

const char *
family_use_wanted(const struct setup *s, const char *name)
{
	const struct setting *row = family_row(s, name);

	return setting_in_release(row, s->release)
	    ? settings_value(s->job.settings, name)
	    : NULL;
}

bool
family_use_begin(struct setup *s, size_t size)
{
	s->nselectors = 0;
	if (setup_work(s, size) != NULL)
		return true;
	(void)family_no_memory(s);
	return false;
}

enum setup_next
family_use_stays(struct setup *s, const char *property, const char *found)
{
	char shown[80];

	return setup_end(s, REASON_VERIFY_FAILED, "%s is %s", property,
	    setup_quote(s, shown, sizeof(shown), found == NULL ? "" : found));
}

bool
family_use_true(const char *boolean)
{
	return boolean != NULL &&
	    (strcmp(boolean, "true") == 0 || strcmp(boolean, "1") == 0);
}
