#include "setup/setting_fits.h"

#include <stdio.h>
#include <string.h>

/* Another entry with this value of the setting, NULL for any; NULL if not
 * found. */
static const char *
entry_with(const struct settings *s, const char *setting, const char *value,
    const char *item)
{
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->list[i].setting, setting) == 0 &&
		    strcmp(s->list[i].item, item) != 0 &&
		    (value == NULL || strcmp(s->list[i].value, value) == 0))
			return s->list[i].item;
	return NULL;
}

/* --- 802.1X --------------------------------------------------------------- */

/* A name is no use without its password, and the other way round.  Those that
 * end in tls log in with the machine's certificate. */
static const char *
login_lacks(const struct settings *s, const char *prefix, const char *item,
    const char **eap)
{
	static const char *const fields[] = { "user", "password" };
	char name[64];

	(void)snprintf(name, sizeof(name), "%s-eap", prefix);
	*eap = settings_item_value(s, name, item);
	if (*eap == NULL || strcmp(*eap, "eap-tls") == 0 ||
	    strcmp(*eap, "eap-fast-tls") == 0)
		return NULL;
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(name, sizeof(name), "%s-%s", prefix, fields[i]);
		if (settings_item_value(s, name, item) == NULL)
			return fields[i];
	}
	return NULL;
}

int
setting_fits_wired(const struct settings *s, const char *item, struct fault *f)
{
	const char *on = settings_item_value(s, "wired-802.1x", "");
	const char *eap, *lacks;

	(void)item;
	if (on == NULL || strcmp(on, "on") != 0)
		return 0;
	lacks = login_lacks(s, "wired-802.1x", "", &eap);
	if (lacks == NULL)
		return 0;
	return fault_set(f, 0,
	    "<wired-802.1x> is on without a <wired-802.1x-%s>, which %s needs",
	    lacks, eap);
}

/* --- WiFi ----------------------------------------------------------------- */

static int
wifi_fits_psk(const struct settings *s, const char *item, const char *security,
    struct fault *f)
{
	bool has = settings_item_value(s, "wifi-psk", item) != NULL;
	bool needs = strstr(security, "-psk") != NULL;

	if (has == needs)
		return 0;
	return fault_set(f, 0,
	    needs ? "wifi \"%s\" has no <psk>, which %s needs"
	          : "wifi \"%s\" has a <psk>, which %s does not use",
	    item, security);
}

int
setting_fits_wifi(const struct settings *s, const char *item, struct fault *f)
{
	const char *security = settings_item_value(s, "wifi-security", item);
	const char *priority = settings_item_value(s, "wifi-priority", item);
	const char *other = NULL, *eap, *lacks = NULL;

	if (priority != NULL)
		other = entry_with(s, "wifi-priority", priority, item);
	if (other != NULL)
		return fault_set(f, 0,
		    "wifi \"%s\" has the <priority> of wifi \"%s\" (got %s, "
		    "expected another number for each)",
		    item, other, priority);
	if (security == NULL)
		return 0;
	if (strstr(security, "-802.1x") != NULL)
		lacks = login_lacks(s, "wifi", item, &eap);
	if (lacks != NULL)
		return fault_set(f, 0,
		    "wifi \"%s\" has no <%s>, which %s needs", item, lacks,
		    eap);
	return wifi_fits_psk(s, item, security, f);
}

/* --- remote access -------------------------------------------------------- */

int
setting_fits_mps(const struct settings *s, const char *item, struct fault *f)
{
	bool user = settings_item_value(s, "mps-user", item) != NULL;
	bool password = settings_item_value(s, "mps-password", item) != NULL;

	if (user == password)
		return 0;
	return fault_set(f, 0, "mps \"%s\" has a <%s> and no <%s>", item,
	    user ? "user" : "password", user ? "password" : "user");
}

int
setting_fits_mps_policy(const struct settings *s, const char *item,
    struct fault *f)
{
	const char *trigger =
	    settings_item_value(s, "mps-policy-trigger", item);
	bool seconds =
	    settings_item_value(s, "mps-policy-seconds", item) != NULL;
	const char *other;

	if (trigger == NULL)
		return 0;
	other = entry_with(s, "mps-policy-trigger", trigger, item);
	if (other != NULL)
		return fault_set(f, 0,
		    "mps-policy \"%s\" has the <trigger> of mps-policy \"%s\" "
		    "(got %s twice, expected one policy for each)",
		    item, other, trigger);
	if (entry_with(s, "mps-host", NULL, "") == NULL)
		return fault_set(f, 0,
		    "mps-policy \"%s\" is without an <mps>, to which it "
		    "opens a tunnel",
		    item);
	if (seconds == (strcmp(trigger, "periodic") == 0))
		return 0;
	return fault_set(f, 0,
	    seconds ? "mps-policy \"%s\" has <seconds>, which %s does not use"
	            : "mps-policy \"%s\" has no <seconds>, which %s needs",
	    item, trigger);
}
