#include "setup/setup_job.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

static int
parse_switch(struct setup_job *job, const char *word, size_t len)
{
	static const char *const values[] = { "keep", "off", "on" };
	const char *equals = memchr(word, '=', len);
	enum setup_switch *to = NULL;
	size_t name, left;

	if (equals == NULL)
		return -1;
	name = (size_t)(equals - word);
	left = len - name - 1;
	if (name == 4 && memcmp(word, "ping", 4) == 0)
		to = &job->ping;
	else if (name == 9 && memcmp(word, "rmcp-ping", 9) == 0)
		to = &job->rmcp_ping;
	if (to == NULL)
		return -1;
	for (int v = SETUP_KEEP; v <= SETUP_ON; v++)
		if (strlen(values[v]) == left &&
		    memcmp(equals + 1, values[v], left) == 0) {
			*to = (enum setup_switch)v;
			return 0;
		}
	return -1;
}

int
setup_settings_parse(struct setup_job *job, const char *text, struct fault *f)
{
	struct setup_job read = { .ping = SETUP_KEEP, .rmcp_ping = SETUP_KEEP };

	while (*text != '\0') {
		size_t len = strcspn(text, ",");
		char shown[64];

		if (parse_switch(&read, text, len) != 0) {
			text_show(shown, sizeof(shown), text, len);
			return fault_set(f, 0,
			    "unknown setting (got %s, expected ping= or "
			    "rmcp-ping= with on, off or keep)",
			    shown);
		}
		text += len;
		if (*text == ',' && *++text == '\0')
			return fault_set(f, 0, "settings end with a comma");
	}
	job->ping = read.ping;
	job->rmcp_ping = read.rmcp_ping;
	return 0;
}

int
setup_wish_parse(struct setup_job *job, const char *text, struct fault *f)
{
	char shown[64];

	if (strcmp(text, "set-up") == 0)
		job->wish = SETUP_SET_UP;
	else if (strcmp(text, "prove") == 0)
		job->wish = SETUP_PROVE;
	else {
		text_show(shown, sizeof(shown), text, strlen(text));
		return fault_set(f, 0,
		    "unknown wish (got \"%s\", expected set-up or prove)",
		    shown);
	}
	return 0;
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
	if (job->ntries < 1 || job->ntries > SETUP_TRIES_MAX)
		return fault_set(f, 0,
		    "number of passwords to try (got %zu, expected 1 to %d)",
		    job->ntries, SETUP_TRIES_MAX);
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
