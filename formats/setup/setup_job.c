#include "setup/setup_job.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static const char *const wishes[] = {
	[SETUP_SET_UP] = "set-up",
	[SETUP_PROVE] = "prove",
	[SETUP_KEEP] = "keep",
	[SETUP_CHECK] = "check",
	[SETUP_UNPROVISION] = "unprovision",
	[SETUP_UNPROVISION_PARTIAL] = "unprovision-partial",
};

const char *
setup_wish_name(enum setup_wish wish)
{
	return wishes[wish];
}

int
setup_wish_parse(struct setup_job *job, const char *text, struct fault *f)
{
	char shown[64];

	for (int i = SETUP_SET_UP; i <= SETUP_UNPROVISION_PARTIAL; i++)
		if (strcmp(text, wishes[i]) == 0) {
			job->wish = (enum setup_wish)i;
			return 0;
		}
	text_show(shown, sizeof(shown), text, strlen(text));
	return fault_set(f, 0,
	    "unknown wish (got \"%s\", expected set-up, prove, keep, check, "
	    "unprovision or unprovision-partial)",
	    shown);
}

void
setup_known_entry(char to[SETUP_KNOWN_ENTRY], const char *setting,
    const char *item)
{
	int len = snprintf(to, SETUP_KNOWN_ENTRY, "%s=", setting);

	for (; *item != '\0' && len < SETUP_KNOWN_ENTRY; item++)
		len += snprintf(to + len, SETUP_KNOWN_ENTRY - (size_t)len,
		    *item == ',' || *item == '%' ? "%%%02X" : "%c",
		    (unsigned char)*item);
}

static bool
password_fits(const char *p)
{
	size_t len = strnlen(p, SETUP_PASSWORD_MAX + 1);

	for (size_t i = 0; i < len; i++)
		if (p[i] < 0x20 || p[i] > 0x7e)
			return false;
	return len <= SETUP_PASSWORD_MAX;
}

static bool
name_fits(const char *name, size_t cap, bool dots)
{
	static const char legal[] = "abcdefghijklmnopqrstuvwxyz"
	                            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
	size_t len = strnlen(name, cap);

	return len < cap && strspn(name, legal) == len &&
	    (dots || strchr(name, '.') == NULL);
}

int
setup_job_check(const struct setup_job *job, struct fault *f)
{
	if (!name_fits(job->host, sizeof(job->host), false) ||
	    job->host[0] == '\0')
		return fault_set(f, 0, "host name is not a DNS label");
	if (!name_fits(job->domain, sizeof(job->domain), true))
		return fault_set(f, 0, "domain name is not a DNS name");
	if (job->ntries < !job->certified || job->ntries > SETUP_TRIES_MAX)
		return fault_set(f, 0,
		    "number of passwords to try (got %zu, expected %d to %d)",
		    job->ntries, !job->certified, SETUP_TRIES_MAX);
	for (size_t i = 0; i < job->ntries; i++)
		if (!password_fits(job->tries[i]))
			return fault_set(f, 0,
			    "password %zu to try is not 0 to %d printable "
			    "ASCII characters",
			    i + 1, SETUP_PASSWORD_MAX);
	if (!password_fits(job->admin_next) || job->admin_next[0] == '\0')
		return fault_set(f, 0,
		    "next admin password is not 1 to %d printable ASCII "
		    "characters",
		    SETUP_PASSWORD_MAX);
	if (!password_fits(job->mebx_next))
		return fault_set(f, 0,
		    "next MEBx password is not 0 to %d printable ASCII "
		    "characters",
		    SETUP_PASSWORD_MAX);
	return 0;
}
