#include "peer/service.h"

#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/server.h"
#include "peer/tlsset.h"
#include "peer/users.h"
#include "base/text.h"

#define YEAR_2004 1072915200 /* times before it are refused */

/* --- AMT_AuthorizationService -------------------------------------------- */

static unsigned
set_admin(struct machine *m, char args[][512], FILE *out)
{
	uint8_t ha1[HA1_LEN];
	char hex[2 * HA1_LEN + 1];

	(void)out;
	if (!user_name_good(args[0])) {
		journal(m, "complaint", "admin user name is not allowed");
		return RETURN_PARAMETER;
	}
	/* the 16 raw bytes in base64; hex digits are not that */
	if (octets(ha1, sizeof(ha1), args[1]) != HA1_LEN) {
		journal(m, "complaint",
		    "DigestPassword is not the base64 of 16 bytes");
		return RETURN_PASSWORD;
	}
	if (user_find(m, args[0]) != NULL)
		return RETURN_DUPLICATE;
	machine_set_admin(m, args[0], ha1);
	m->admin_sets++;
	text_hex(hex, ha1, sizeof(ha1));
	journal(m, "admin-set", "%s", hex);
	return RETURN_OK;
}

static unsigned
get_admin(struct machine *m, char args[][512], FILE *out)
{
	(void)args;
	soap_element(out, 'g', "Username", m->admin.user);
	return RETURN_OK;
}

static unsigned
admin_status(struct machine *m, char args[][512], FILE *out)
{
	(void)args;
	soap_element(out, 'g', "IsDefault",
	    m->admin_default ? "true" : "false");
	return RETURN_OK;
}

const struct method authorization_methods[] = {
	{ .name = "SetAdminAclEntryEx",
	    .params = { "Username", "DigestPassword" },
	    .call = set_admin },
	{ .name = "GetAdminAclEntry", .call = get_admin },
	{ .name = "GetAdminAclEntryStatus", .call = admin_status },
	{ .name = "GetAdminNetAclEntryStatus", .call = admin_status },
	{ .name = NULL },
};

/* --- AMT_SetupAndConfigurationService ------------------------------------ */

static unsigned
get_uuid(struct machine *m, char args[][512], FILE *out)
{
	uint8_t uuid[UUID_LEN];
	char text[32];

	(void)args;
	machine_uuid(m, uuid);
	EVP_EncodeBlock((unsigned char *)text, uuid, sizeof(uuid));
	soap_element(out, 'g', "UUID", text);
	return RETURN_OK;
}

/* Intel's rules for MEBx passwords: 8 to 32 characters, printable ASCII, upper
 * and lower case, digit, special; _ counts as a letter; : , " not allowed. */
bool
password_strong(const char *p)
{
	bool upper = false, lower = false, digit = false, special = false;
	size_t len = strlen(p);

	for (; *p != '\0'; p++) {
		if (*p < 32 || *p > 126 || strchr(":,\"", *p) != NULL)
			return false;
		if (*p >= 'A' && *p <= 'Z')
			upper = true;
		else if (*p >= 'a' && *p <= 'z')
			lower = true;
		else if (*p >= '0' && *p <= '9')
			digit = true;
		else if (*p != ' ' && *p != '_')
			special = true;
	}
	return len >= 8 && len <= 32 && upper && lower && digit && special;
}

/* The MEBx has a policy of its own for it; in client mode there is none. */
static bool
mebx_allowed(const struct machine *m)
{
	if (m->control_mode == 1)
		return false;
	if (strcmp(m->faults.mebx_policy, "setup") == 0)
		return m->state == STATE_IN;
	return strcmp(m->faults.mebx_policy, "default") != 0 ||
	    m->mebx[0] == '\0';
}

static unsigned
set_mebx(struct machine *m, char args[][512], FILE *out)
{
	uint8_t ha1[HA1_LEN];

	(void)out;
	if (!mebx_allowed(m))
		return RETURN_NOT_PERMITTED;
	if (!password_strong(args[0])) {
		journal(m, "complaint", "the MEBx password breaks the rules");
		return RETURN_PASSWORD;
	}
	strcpy(m->mebx, args[0]);
	journal(m, "mebx-set", "%s", m->mebx);
	if (m->faults.coupled) {
		machine_ha1(ha1, m->admin.user, m->realm, m->mebx);
		machine_set_admin(m, m->admin.user, ha1);
	}
	return RETURN_OK;
}

/* With DHCP and without TLS: clock, host name, an admin password of its
 * own. */
static const char *
commit_missing(struct machine *m)
{
	if (!m->clock_set)
		return "clock";
	if (machine_host(m)[0] == '\0')
		return "host name";
	if (m->admin_default)
		return "admin password";
	if (pki_commit_missing(m) != NULL)
		return pki_commit_missing(m);
	return tlsset_missing(m);
}

static unsigned
commit(struct machine *m, char args[][512], FILE *out)
{
	const char *missing = commit_missing(m);

	(void)args;
	(void)out;
	if (missing != NULL) {
		journal(m, "commit-refused", "%s", missing);
		return RETURN_DATA_MISSING;
	}
	if (tlsset_commit_lost(m)) {
		journal(m, "commit-lost", "TLS is on for the local port too");
		return RETURN_OK;
	}
	m->commits++;
	journal(m, "commit", "%u", m->commits);
	if (tlsset_commit(m))
		m->restarts++;
	if (m->state != STATE_POST) {
		m->state = STATE_POST;
		m->control_mode = 2;
		m->record = m->seen;
		m->record_time = machine_clock(m);
		journal(m, "state", "%d", m->state);
	}
	return RETURN_OK;
}

static unsigned
extend(struct machine *m, char args[][512], FILE *out)
{
	uint64_t hours;

	(void)out;
	if (text_number(&hours, args[0], 24) == -1)
		return RETURN_PARAMETER;
	/* 0 closes the window; with a PSK there is none to close */
	if (m->faults.pki) {
		m->window_ms = now_ms() + (int64_t)hours * 3600000;
		journal(m, "window", "%llu", (unsigned long long)hours);
	}
	return RETURN_OK;
}

const struct method setup_methods[] = {
	{ .name = "GetUuid", .call = get_uuid },
	{ .name = "CommitChanges", .call = commit },
	{ .name = "SetMEBxPassword",
	    .params = { "Password" },
	    .call = set_mebx },
	{ .name = "ExtendProvisioningPeriod",
	    .params = { "Duration" },
	    .call = extend },
	{ .name = NULL },
};

/* --- AMT_TimeSynchronizationService -------------------------------------- */

static unsigned
low_accuracy(struct machine *m, char args[][512], FILE *out)
{
	char text[16];

	(void)args;
	m->ta0 = (uint32_t)machine_clock(m);
	snprintf(text, sizeof(text), "%u", m->ta0);
	soap_element(out, 'g', "Ta0", text);
	return RETURN_OK;
}

/* The device notes Ta3 on arrival and adds ((Tm1+Tm2) - (Ta0+Ta3)) / 2. */
static unsigned
high_accuracy(struct machine *m, char args[][512], FILE *out)
{
	int64_t ta3 = machine_clock(m);
	uint64_t ta0, tm1, tm2;

	(void)out;
	if (text_number(&ta0, args[0], UINT32_MAX) == -1 ||
	    text_number(&tm1, args[1], UINT32_MAX) == -1 ||
	    text_number(&tm2, args[2], UINT32_MAX) == -1 || tm1 <= YEAR_2004 ||
	    tm2 <= YEAR_2004)
		return RETURN_PARAMETER;
	if (m->ta0 == 0 || ta0 != m->ta0) {
		journal(m, "complaint", "Ta0 is not what was given last");
		return RETURN_PARAMETER;
	}
	if (tm2 < tm1) {
		journal(m, "complaint", "Tm2 is before Tm1");
		return RETURN_PARAMETER;
	}
	m->clock_offset += ((int64_t)(tm1 + tm2) - (int64_t)ta0 - ta3) / 2;
	m->clock_set = true;
	m->ta0 = 0;
	journal(m, "clock", "%lld", (long long)machine_clock(m));
	return RETURN_OK;
}

const struct method time_methods[] = {
	{ .name = "GetLowAccuracyTimeSynch", .call = low_accuracy },
	{ .name = "SetHighAccuracyTimeSynch",
	    .params = { "Ta0", "Tm1", "Tm2" },
	    .call = high_accuracy },
	{ .name = NULL },
};
