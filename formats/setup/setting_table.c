/*
 * setting_table - the table of setting.h: the order of the rows is the order in
 * which a machine is given them.
 */
#include "setup/setting.h"

#include "setup/family_net.h"
#include "setup/family_use.h"
#include "setup/setting_fits.h"
#include "setup/setting_names.h"
#include "setup/setting_words.h"
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

/* For the planner: how a profile is applied, not what a machine has. */
static const struct setting_choice unsupported_words[] = { { "warn", "" },
	{ "refuse", "" }, { NULL, NULL } };

const struct setting setting_table[] = {
	{ .name = "unsupported",
	    .type = SETTING_CHOICE,
	    .choices = unsupported_words },
	{ .name = "password-days",
	    .type = SETTING_NUMBER,
	    .least = 1,
	    .most = 3650 },
	{ .name = "follow-name", .type = SETTING_SWITCH },
	/* Is it the machine that was prepared for this? */
	{ .name = "one-time-password",
	    .type = SETTING_PASSWORD,
	    .apply = setup_otp,
	    .only = "pki",
	    .group = "otp",
	    .class = "AMT_SetupAndConfigurationService",
	    .property = "ProvisioningServerOTP",
	    .secret = true },
	/* What would cut it off is refused before anything is written. */
	{ .name = "environment-check",
	    .type = SETTING_TEXT,
	    .apply = family_environment_check,
	    .own = family_environment_own,
	    .group = "environment-check" },
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
/* Included rows are beyond clang-format. */
/* clang-format off */

#include "setup/setting_general.def"
	/* What a place below is for stays where it is: what may cut the way to
	 * the machine comes late. */

	/* --- power --- */
	{ .name = "power-package",
	    .type = SETTING_CHOICE,
	    .choices = setting_packages,
	    .apply = family_power,
	    .group = "power",
	    .class = "AMT_SystemPowerScheme" },

	/* --- consoles: web UI, redirection, KVM, consent --- */
#include "setup/setting_consoles.def"

	/* --- users, Kerberos --- */
#include "setup/setting_users.def"

	/* --- trusted roots; keys and certificates of the machine --- */
#include "setup/setting_roots.def"
	{ .name = "certificate", /* that it serves TLS with */
	    .type = SETTING_CHOICE,
	    .choices = setting_signers,
	    .apply = family_leaf,
	    .group = "certificate",
	    .from = SETTING_RELEASE(3, 2) },

	/* --- audit log --- */
#include "setup/setting_audit.def"

	/* --- remote access --- */
#include "setup/setting_mps.def"

	/* --- 802.1X, WiFi --- */
#include "setup/setting_8021x.def"

	/* --- TLS of the network --- */
	{ .name = "tls",
	    .type = SETTING_CHOICE,
	    .choices = setting_tls,
	    .apply = family_tls,
	    .fits = setting_fits_tls,
	    .group = "tls",
	    .from = SETTING_RELEASE(3, 2) },
	{ .name = "tls-names", /* goes with tls */
	    .type = SETTING_WORDS,
	    .check = setting_check_suffixes,
	    .fits = setting_fits_tls_names,
	    .from = SETTING_RELEASE(3, 2) },
	{ .name = "tls-fallback", /* of family_mutual */
	    .type = SETTING_CHOICE,
	    .choices = setting_tls_fallbacks,
	    .fits = setting_fits_tls_fallback,
	    .from = SETTING_RELEASE(3, 2) },

	/* --- environment detection --- */
	{ .name = "environment-domains",
	    .type = SETTING_WORDS,
	    .check = setting_check_domains,
	    .apply = family_environment,
	    .group = "environment",
	    .class = "AMT_EnvironmentDetectionSettingData",
	    .from = SETTING_RELEASE(2, 5) },
};
/* clang-format on */
const size_t setting_count = sizeof(setting_table) / sizeof(setting_table[0]);
