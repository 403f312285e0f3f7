#include "setup/setting.h"

#include <string.h>

#include "base/text.h"
#include "setup/setup_apply.h"
#include "setup/setup_own.h"

/* --- each machine's own --------------------------------------------------- */

static const char *
own_clock(const struct setup_job *job)
{
	(void)job;
	return "now";
}

static const char *
own_window(const struct setup_job *job)
{
	(void)job;
	return "open";
}

static const char *
own_mebx(const struct setup_job *job)
{
	return job->mebx_next;
}

static const char *
own_admin(const struct setup_job *job)
{
	return job->admin_next;
}

static const char *
own_host(const struct setup_job *job)
{
	return job->host;
}

static const char *
own_domain(const struct setup_job *job)
{
	return job->domain;
}

/* --- the table ------------------------------------------------------------ */

/* Names first, as certificates and 802.1X carry them. */
#define GENERAL                                                                \
	.apply = setup_property, .group = "names",                             \
	.class = "AMT_GeneralSettings", .milestone = SETUP_NAMED

const struct setting setting_table[] = {
	/* Is it the machine that was prepared for this? */
	{ .name = "one-time-password",
	    .type = SETTING_PASSWORD,
	    .apply = setup_otp,
	    .only = "pki",
	    .group = "otp",
	    .class = "AMT_SetupAndConfigurationService",
	    .property = "ProvisioningServerOTP",
	    .secret = true },
	/* Before what may take long. */
	{ .name = "window",
	    .type = SETTING_TEXT,
	    .apply = setup_window,
	    .own = own_window,
	    .only = "pki",
	    .group = "window" },
	{ .name = "clock",
	    .type = SETTING_CLOCK,
	    .apply = setup_clock,
	    .own = own_clock,
	    .group = "clock",
	    .milestone = SETUP_CLOCK_SET },
	/* Without a login that says which password holds, the one that locks
	 * out comes first (pki-setup.md, 6). */
	{ .name = "admin-first",
	    .type = SETTING_PASSWORD,
	    .apply = setup_admin,
	    .own = own_admin,
	    .only = "pki",
	    .group = "admin",
	    .class = "AMT_AuthorizationService",
	    .secret = true,
	    .milestone = SETUP_ADMIN_SET },
	{ .name = "mebx-password",
	    .type = SETTING_PASSWORD,
	    .apply = setup_mebx,
	    .own = own_mebx,
	    .group = "mebx",
	    .secret = true,
	    .milestone = SETUP_MEBX_SET },
	{ .name = "admin-password",
	    .type = SETTING_PASSWORD,
	    .apply = setup_admin,
	    .own = own_admin,
	    .group = "admin",
	    .class = "AMT_AuthorizationService",
	    .secret = true,
	    .milestone = SETUP_ADMIN_SET },
	{ .name = "host",
	    .type = SETTING_TEXT,
	    .own = own_host,
	    .property = "HostName",
	    .equality = SETTING_SAME_NAME,
	    .verified = true,
	    GENERAL },
	{ .name = "domain",
	    .type = SETTING_TEXT,
	    .own = own_domain,
	    .property = "DomainName",
	    .equality = SETTING_SAME_NAME,
	    .verified = true,
	    GENERAL },
	{ .name = "ping",
	    .type = SETTING_SWITCH,
	    .property = "PingResponseEnabled",
	    GENERAL },
	{ .name = "rmcp-ping",
	    .type = SETTING_SWITCH,
	    .property = "RmcpPingResponseEnabled",
	    GENERAL },
};
const size_t setting_count = sizeof(setting_table) / sizeof(setting_table[0]);

const struct setting *
setting_of_profile(const char *name)
{
	for (size_t i = 0; i < setting_count; i++)
		if (setting_table[i].own == NULL &&
		    strcmp(setting_table[i].name, name) == 0)
			return &setting_table[i];
	return NULL;
}

/* --- values --------------------------------------------------------------- */

const char *
setting_expected(const struct setting *row)
{
	switch (row->type) {
	case SETTING_SWITCH:
		return "keep, off or on";
	case SETTING_NUMBER:
		return "a number";
	case SETTING_TEXT:
	case SETTING_PASSWORD:
	case SETTING_CLOCK:
		break;
	}
	return TEXT_WITH("1 to ", SETTING_VALUE_MAX,
	    " printable ASCII characters");
}

static bool
setting_takes(const struct setting *row, const char *value)
{
	size_t len = strnlen(value, SETTING_VALUE_MAX + 1);
	uint64_t n;

	switch (row->type) {
	case SETTING_SWITCH:
		return strcmp(value, "keep") == 0 ||
		    strcmp(value, "off") == 0 || strcmp(value, "on") == 0;
	case SETTING_NUMBER:
		return text_number(&n, value, row->most) == 0;
	default:
		break;
	}
	for (size_t i = 0; i < len; i++)
		if (value[i] < 0x20 || value[i] > 0x7e)
			return false;
	return len > 0 && len <= SETTING_VALUE_MAX;
}

int
setting_check(const struct setting *row, const char *value, struct fault *f)
{
	char shown[40];

	if (setting_takes(row, value))
		return 0;
	if (row->type == SETTING_PASSWORD || row->secret)
		return fault_set(f, 0, "%s: expected %s", row->name,
		    setting_expected(row));
	text_show(shown, sizeof(shown), value, strlen(value));
	return fault_set(f, 0, "%s: got \"%s\", expected %s", row->name, shown,
	    setting_expected(row));
}

const char *
setting_text(const struct setting *row, const char *wanted)
{
	if (row->type != SETTING_SWITCH)
		return wanted;
	return strcmp(wanted, "on") == 0 ? "true" : "false";
}

bool
setting_identical(const struct setting *row, const char *have,
    const char *wanted)
{
	uint64_t a, b;

	if (row->type == SETTING_SWITCH)
		return (strcmp(have, "true") == 0 || strcmp(have, "1") == 0) ==
		    (strcmp(wanted, "on") == 0);
	if (row->type == SETTING_NUMBER)
		return text_number(&a, have, UINT32_MAX) == 0 &&
		    text_number(&b, wanted, UINT32_MAX) == 0 && a == b;
	return strcmp(have, wanted) == 0;
}

bool
setting_equal(const struct setting *row, const char *have, const char *wanted)
{
	if (row->equality == SETTING_SAME_NAME)
		return text_same(have, wanted);
	return setting_identical(row, have, wanted);
}

bool
setting_in_release(const struct setting *row, unsigned release)
{
	return release == 0 ||
	    (release >= row->from && (row->to == 0 || release <= row->to));
}
