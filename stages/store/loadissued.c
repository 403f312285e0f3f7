#include "store/loadresults.h"

#include <string.h>

#include "base/text.h"
#include "store/issued.h"

/* One at a time: of the record that is looked at. */
static struct issuedcert issued;

int
issued_check(struct result *t, struct fault *f)
{
	const char *setting = t->field[RESULTS_SETTING];
	struct fault why;
	char shown[48];

	if (strcmp(setting, "certificate") != 0) {
		text_show(shown, sizeof(shown), setting, strlen(setting));
		return fault_set(f, 0,
		    "issued, but for the setting \"%s\" (expected "
		    "certificate)",
		    shown);
	}
	if (issuedcert_read(&issued, t->field[RESULTS_FOUND],
	        t->field[RESULTS_DEVICE_CERT], &why) == -1)
		return fault_set(f, 0, "the certificate that was issued: %s",
		    why.why);
	return 0;
}

/* It has not been sent yet: a machine that is seen with it has it. */
void
issued_to_machine(struct result *t)
{
	issued_add(t->store, t->job.uuid, &issued, t->at, t->job.this_life);
}

bool
issued_is_shown(const struct result *t)
{
	return issued_has(t->store, t->job.uuid, t->field[RESULTS_DEVICE_CERT]);
}

/* At the end of a setup it may have been that of its setup. */
void
issued_shown(struct result *t)
{
	if (issued_is_shown(t))
		kept_shows(t->store, t->job.uuid, t->field[RESULTS_TLS],
		    t->field[RESULTS_DEVICE_CERT]);
}
