/* Profiles of the administrator as AddWiFiSettings and UpdateWiFiSettings bring
 * them: what is refused, and what of it is kept. */
#include <stdio.h>
#include <string.h>

#include "peer/certs.h"
#include "peer/dot1x.h"
#include "peer/journal.h"
#include "peer/wifi.h"

#define PROFILE_ID "Intel(r) AMT:WiFi Endpoint Settings "
/* Intel's guide: 16 in all, at most 8 of them of users. */
#define PROFILES_MAX 16

enum { WIFI_OK, WIFI_UNSUPPORTED, WIFI_FAILED, WIFI_PARAMETER, WIFI_REFERENCE };

/* --- judging one --------------------------------------------------------- */

static unsigned
no(const struct call *c, unsigned code, const char *why)
{
	journal(c->m, "complaint", "WiFi: %s", why);
	return code;
}

static bool
supported(struct machine *m, const char *list, const char *value)
{
	const struct values *v =
	    instance_values(instance_first(m, wifi_capability_class), list);

	for (size_t k = 0; k < v->n; k++)
		if (strcmp(v->at[k], value) == 0)
			return true;
	return false;
}

/* A passphrase of 8 to 63 or a key of 32 bytes; an update may leave it. */
static const char *
secret_wrong(const struct instance *now, bool had)
{
	bool phrase = instance_has(now, "PSKPassPhrase");
	bool value = instance_has(now, "PSKValue");
	uint8_t key[32];

	if (phrase && value)
		return "PSKPassPhrase and PSKValue";
	if (phrase && strlen(instance_text(now, "PSKPassPhrase")) < 8)
		return "PSKPassPhrase is not 8 to 63";
	if (value &&
	    octets(key, sizeof(key), instance_text(now, "PSKValue")) != 32)
		return "PSKValue is not 32 bytes";
	return phrase || value || had ? NULL : "a profile without its key";
}

static bool
taken(struct machine *m, const struct instance *but, const char *name,
    const char *value)
{
	struct instance *i = instance_first(m, wifi_profile_class);

	for (; i != NULL; i = i->next)
		if (i != but && !wifi_of_user(i) &&
		    strcmp(instance_text(i, name), value) == 0)
			return true;
	return false;
}

static unsigned
profile_wrong(struct call *c, const struct instance *old,
    const struct instance *now)
{
	const char *name = instance_text(now, "ElementName");
	unsigned method = instance_number(now, "AuthenticationMethod");
	const char *why = NULL;

	if (!supported(c->m, "SupportedAuthenticationMethods",
	        instance_text(now, "AuthenticationMethod")) ||
	    !supported(c->m, "SupportedEncryptionMethods",
	        instance_text(now, "EncryptionMethod")))
		return no(c, WIFI_UNSUPPORTED,
		    "a method that the device does not have");
	if (name[0] == '\0' || instance_text(now, "SSID")[0] == '\0' ||
	    instance_number(now, "Priority") == 0 ||
	    instance_number(now, "BSSType") != 3)
		return no(c, WIFI_PARAMETER, "name, SSID, Priority or BSSType");
	if (old != NULL && strcmp(instance_text(old, "ElementName"), name) != 0)
		return no(c, WIFI_PARAMETER, "an update has another name");
	if (taken(c->m, old, "ElementName", name) ||
	    taken(c->m, old, "Priority", instance_text(now, "Priority")))
		return no(c, WIFI_PARAMETER,
		    "another profile has the name or the priority");
	if (method == 4 || method == 6)
		why = secret_wrong(now,
		    old != NULL &&
		        (instance_has(old, "PSKPassPhrase") ||
		            instance_has(old, "PSKValue")));
	else if (call_param(c, "IEEE8021xSettingsInput") == NULL)
		why = "no IEEE8021xSettingsInput";
	return why == NULL ? WIFI_OK : no(c, WIFI_PARAMETER, why);
}

/* The credentials that the call brings, as whole references. */
static unsigned
credentials(struct call *c, struct instance *now)
{
	static const struct {
		const char *param, *to;
		enum cert_kind kind;
	} both[] = { { "ClientCredential", WIFI_CLIENT, CERT_WITH_KEY },
		{ "CACredential", WIFI_ROOT, CERT_TRUSTED } };
	char text[REFERENCE_MAX];

	for (size_t i = 0; i < 2; i++) {
		struct instance *cert;

		if (!call_reference(c, both[i].param, text))
			continue;
		cert = cert_meant(c->m, text, both[i].kind);
		if (cert == NULL)
			return no(c, WIFI_REFERENCE,
			    "a credential that is not there");
		instance_reference(text, cert);
		instance_set(now, both[i].to, text);
	}
	return WIFI_OK;
}

/* What now says in place of old, or as a new profile; takes now. */
static void
profile_keep(struct call *c, struct instance *old, struct instance *now,
    struct instance *dot1x)
{
	char id[128];

	snprintf(id, sizeof(id), PROFILE_ID "%s",
	    instance_text(now, "ElementName"));
	instance_set(now, "InstanceID", id);
	if (old != NULL) {
		if (!instance_has(now, "PSKPassPhrase") &&
		    !instance_has(now, "PSKValue")) {
			instance_set(now, "PSKPassPhrase",
			    instance_has(old, "PSKPassPhrase")
			        ? instance_text(old, "PSKPassPhrase")
			        : NULL);
			instance_set(now, "PSKValue",
			    instance_has(old, "PSKValue")
			        ? instance_text(old, "PSKValue")
			        : NULL);
		}
		dot1x_remove(c->m, instance_text(old, WIFI_DOT1X));
	}
	if (dot1x != NULL)
		instance_set(now, WIFI_DOT1X, dot1x_attach(c->m, dot1x));
	journal(c->m, old != NULL ? "wifi-updated" : "wifi-added", "%s",
	    instance_text(now, "ElementName"));
	if (old == NULL) {
		instance_attach(c->m, now);
		return;
	}
	instance_copy(old, now);
	instance_free(now);
}

static unsigned
profile_take(struct call *c, struct instance *old)
{
	struct instance *now =
	    call_embedded(c, "WiFiEndpointSettingsInput", wifi_profile_class);
	struct instance *dot1x = NULL;
	unsigned code;

	if (now == NULL)
		return WIFI_PARAMETER;
	code = profile_wrong(c, old, now);
	if (code == WIFI_OK)
		code = credentials(c, now);
	if (code == WIFI_OK &&
	    call_param(c, "IEEE8021xSettingsInput") != NULL) {
		const char *why = NULL;

		dot1x = dot1x_embedded(c, instance_has(now, WIFI_CLIENT), &why);
		if (dot1x == NULL)
			code =
			    no(c, WIFI_PARAMETER, why != NULL ? why : "8021x");
	}
	if (code == WIFI_OK)
		profile_keep(c, old, now, dot1x);
	else
		instance_free(now);
	return code;
}

unsigned
wifi_add(struct call *c)
{
	char text[REFERENCE_MAX], name[64];

	if (!machine_wlan(c->m))
		return no(c, WIFI_FAILED, "the machine has no radio");
	if (!call_reference(c, "WiFiEndpoint", text) ||
	    !reference_key(text, "Name", name, sizeof(name)) ||
	    strcmp(name, "WiFi Endpoint 0") != 0)
		return no(c, WIFI_REFERENCE, "WiFiEndpoint");
	if (instance_count(c->m, wifi_profile_class) >= PROFILES_MAX) {
		journal(c->m, "store-full", "WiFi profile");
		return WIFI_FAILED;
	}
	return profile_take(c, NULL);
}

unsigned
wifi_update(struct call *c)
{
	char text[REFERENCE_MAX];
	struct instance *old;

	if (!call_reference(c, "WiFiEndpointSettings", text))
		return WIFI_REFERENCE;
	old = instance_meant(c->m, wifi_profile_class, text);
	if (old == NULL || wifi_of_user(old))
		return no(c, WIFI_REFERENCE, "WiFiEndpointSettings");
	return profile_take(c, old);
}
