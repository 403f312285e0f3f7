/*
 * WiFi: the port, what it can do, profiles of the administrator and of users,
 * and the service that takes them.  Classes, parameters, values and return
 * values: Intel's class reference; order, names and texts: captured replies.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer/certs.h"
#include "peer/dot1x.h"
#include "peer/journal.h"
#include "peer/pki.h"
#include "peer/wifi.h"

#define PORT "WiFi Port 0"
#define SERVICE "Intel(r) AMT WiFi Port Configuration Service"

static bool wifi_here(struct machine *m);
static void profiles_begin(struct machine *m, const struct class *c);
static int profile_destroy(struct machine *m, struct instance *old,
    struct soap_fault *f);
static void contexts_refresh(struct machine *m, const struct class *c);
static void endpoint_begin(struct machine *m, const struct class *c);
static void capabilities_begin(struct machine *m, const struct class *c);
static void port_begin(struct machine *m, const struct class *c);
static int service_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f);
static unsigned port_request(struct call *c);
static unsigned delete_it(struct call *c);
static unsigned delete_user(struct call *c);

static const struct property profile_properties[] = {
	{ WIFI_DOT1X, 't', PROPERTY_SECRET, 0, NULL, 0, 0 },
	{ WIFI_CLIENT, 'e', PROPERTY_SECRET, 0, NULL, 0, 0 },
	{ WIFI_ROOT, 'e', PROPERTY_SECRET, 0, NULL, 0, 0 },
	{ "AuthenticationMethod", 'n', PROPERTY_NEEDED, 65535, NULL, 0, 0 },
	{ "BSSType", 'n', 0, 3, "3", 0, 0 },
	{ "ElementName", 't', PROPERTY_NEEDED, 32, NULL, 0, 0 },
	{ "EncryptionMethod", 'n', PROPERTY_NEEDED, 65535, NULL, 0, 0 },
	{ "InstanceID", 't', PROPERTY_KEY, 96, NULL, 0, 0 },
	{ "PSKPassPhrase", 't', PROPERTY_SECRET, 63, NULL, 0, 0 },
	{ "PSKValue", 'o', PROPERTY_SECRET, 32, NULL, 0, 0 },
	{ "Priority", 'n', PROPERTY_NEEDED, 255, NULL, 0, 0 },
	{ "SSID", 't', PROPERTY_NEEDED, 32, NULL, 0, 0 },
	{ .name = NULL },
};

static const struct property port_properties[] = {
	{ "CreationClassName", 't', PROPERTY_KEY, 64, "CIM_WiFiPort", 0, 0 },
	{ "DeviceID", 't', PROPERTY_KEY, 64, PORT, 0, 0 },
	{ "ElementName", 't', 0, 64, PORT, 0, 0 },
	{ "EnabledState", 'n', 0, 65535, "3", 0, 0 },
	{ "HealthState", 'n', 0, 65535, "5", 0, 0 },
	{ "LinkTechnology", 'n', 0, 65535, "11", 0, 0 },
	{ "PermanentAddress", 't', 0, 64, "000000000000", 0, 0 },
	{ "PortType", 'n', 0, 65535, "0", 0, 0 },
	{ "RequestedState", 'n', 0, 65535, "3", 0, 0 },
	{ "SystemCreationClassName", 't', PROPERTY_KEY, 64,
	    "CIM_ComputerSystem", 0, 0 },
	{ "SystemName", 't', PROPERTY_KEY, 64, "Intel(r) AMT", 0, 0 },
	{ .name = NULL },
};

static const struct property service_properties[] = {
	{ "CreationClassName", 't', PROPERTY_KEY, 64,
	    "AMT_WiFiPortConfigurationService", 0, 0 },
	{ "ElementName", 't', PROPERTY_FIXED, 64,
	    "Intel(r) AMT WiFiPort Configuration Service", 0, 0 },
	{ "EnabledState", 'n', PROPERTY_FIXED, 65535, "5", 0, 0 },
	{ "HealthState", 'n', PROPERTY_FIXED, 65535, "5", 0, 0 },
	{ "LastConnectedSsidUnderMeControl", 't', PROPERTY_FIXED, 32, "", 1600,
	    0 },
	{ "Name", 't', PROPERTY_KEY, 64, SERVICE, 0, 0 },
	{ "NoHostCsmeSoftwarePolicy", 'n', PROPERTY_KEPT, 2, "0", 1600, 0 },
	{ "RequestedState", 'n', PROPERTY_FIXED, 65535, "12", 0, 0 },
	{ "SystemCreationClassName", 't', PROPERTY_KEY, 64,
	    "CIM_ComputerSystem", 0, 0 },
	{ "SystemName", 't', PROPERTY_KEY, 64, "Intel(r) AMT", 0, 0 },
	{ "UEFIWiFiProfileShareEnabled", 'b', PROPERTY_KEPT, 0, "false", 1600,
	    0 },
	{ "localProfileSynchronizationEnabled", 'n', PROPERTY_NEEDED, 3, "0",
	    600, 0 },
	{ .name = NULL },
};

#define PROFILE_PARAMS                                                         \
	"%WiFiEndpointSettingsInput", "?%IEEE8021xSettingsInput",              \
	    "?&ClientCredential", "?&CACredential"

static const struct method service_methods[] = {
	{ .name = "AddWiFiSettings",
	    .params = { "&WiFiEndpoint", PROFILE_PARAMS },
	    .handle = wifi_add },
	{ .name = "UpdateWiFiSettings",
	    .params = { "&WiFiEndpointSettings", PROFILE_PARAMS },
	    .handle = wifi_update },
	{ .name = "DeleteAllITProfiles",
	    .params = { NULL },
	    .handle = delete_it },
	{ .name = "DeleteAllUserProfiles",
	    .params = { NULL },
	    .handle = delete_user },
	{ .name = NULL },
};

static const struct method port_methods[] = {
	{ .name = "RequestStateChange",
	    .params = { "RequestedState", "?TimeoutPeriod" },
	    .handle = port_request },
	{ .name = NULL },
};

const struct class wifi_classes[] = { { .name = "CIM_WiFiEndpointSettings",
	                                  .base = URI_CIM,
	                                  .here = wifi_here,
	                                  .begin = profiles_begin,
	                                  .destroy = profile_destroy,
	                                  .properties = profile_properties },
	{ .name = "CIM_WiFiPort",
	    .base = URI_CIM,
	    .here = wifi_here,
	    .common = true,
	    .begin = port_begin,
	    .methods = port_methods,
	    .properties = port_properties },
	{ .name = "CIM_WiFiEndpoint",
	    .base = URI_CIM,
	    .here = wifi_here,
	    .begin = endpoint_begin,
	    .properties = (const struct property[]){ { "ElementName", 't', 0,
	                                                 64, NULL, 0, 0 },
	        { "Name", 't', PROPERTY_KEY, 64, NULL, 0, 0 },
	        { .name = NULL } } },
	{ .name = "CIM_WiFiEndpointCapabilities",
	    .base = URI_CIM,
	    .here = wifi_here,
	    .begin = capabilities_begin,
	    .properties =
	        (const struct property[]){ { "ElementName", 't', 0, 64,
	                                       "CIM_WiFiEndpointCapabilities",
	                                       0, 0 },
	            { "SupportedAuthenticationMethods", 'n', PROPERTY_LIST,
	                65535, NULL, 0, 0 },
	            { "SupportedEncryptionMethods", 'n', PROPERTY_LIST, 65535,
	                NULL, 0, 0 },
	            { .name = NULL } } },
	{ .name = "AMT_WiFiPortConfigurationService",
	    .base = URI_AMT,
	    .here = wifi_here,
	    .common = true,
	    .change = service_change,
	    .methods = service_methods,
	    .properties = service_properties },
	{ .name = "CIM_CredentialContext",
	    .base = URI_CIM,
	    .from = 302,
	    .begin = begin_empty,
	    .refresh = contexts_refresh,
	    .properties = (const struct property[]){ { "ElementInContext", 'e',
	                                                 PROPERTY_KEY, 0, NULL,
	                                                 0, 0 },
	        { "ElementProvidingContext", 'e', PROPERTY_KEY, 0, NULL, 0, 0 },
	        { .name = NULL } } },
	FAMILY_END };
const struct class *const wifi_profile_class = &wifi_classes[0],
                          *const wifi_capability_class = &wifi_classes[3];

/* --- the port ------------------------------------------------------------ */

/* Desktops of 5.x and 3.x have nothing of it; from 6.0 on the classes are there
 * without a radio, too, as a capture shows. */
static bool
wifi_here(struct machine *m)
{
	return machine_release(m) >= 600 || machine_wlan(m);
}

static void
port_begin(struct machine *m, const struct class *c)
{
	struct instance *i = instance_add(m, c);
	char text[16];

	if (!machine_wlan(m))
		return;
	snprintf(text, sizeof(text), "c8d9%02x%02x%02x%02x", m->uuid[0],
	    m->uuid[1], m->uuid[14], m->uuid[15]);
	instance_set(i, "PermanentAddress", text);
}

/* Without a radio the name is another one, as captured, and the reference that
 * a client has finds nothing. */
static void
endpoint_begin(struct machine *m, const struct class *c)
{
	struct instance *i = instance_add(m, c);
	bool radio = machine_wlan(m);

	instance_set(i, "ElementName",
	    radio ? "WiFi Endpoint 0" : "CIM_WiFiEndpoint");
	if (radio)
		instance_set(i, "Name", "WiFi Endpoint 0");
}

static unsigned
port_request(struct call *c)
{
	uint64_t state;
	char text[16];

	if (!call_number(c, "RequestedState", UINT32_MAX, &state) ||
	    (state != 3 && state != 32768 && state != 32769))
		return 5; /* invalid parameter */
	if (!machine_wlan(c->m))
		return 4; /* failed */
	snprintf(text, sizeof(text), "%u", (unsigned)state);
	instance_set(c->self, "EnabledState", text);
	instance_set(c->self, "RequestedState", text);
	return RETURN_OK;
}

/* WEP (2) is of user profiles; TKIP (3) went with 16. */
static void
capabilities_begin(struct machine *m, const struct class *c)
{
	struct instance *i = instance_add(m, c);
	bool tkip = m->major < 16;

	if (!machine_wlan(m))
		return;
	if (tkip) {
		instance_append(i, "SupportedAuthenticationMethods", "4");
		instance_append(i, "SupportedAuthenticationMethods", "5");
		instance_append(i, "SupportedEncryptionMethods", "3");
	}
	instance_append(i, "SupportedAuthenticationMethods", "6");
	instance_append(i, "SupportedAuthenticationMethods", "7");
	instance_append(i, "SupportedEncryptionMethods", "4");
}

/* --- profiles ------------------------------------------------------------ */

/* Those of users have no InstanceID and the priority 0. */
bool
wifi_of_user(const struct instance *i)
{
	return !instance_has(i, "InstanceID");
}

static void
profiles_begin(struct machine *m, const struct class *c)
{
	for (int64_t n = 0; n < m->faults.wifi_user; n++) {
		struct instance *i = instance_add(m, c);
		char text[32];

		snprintf(text, sizeof(text), "home %lld", (long long)n);
		instance_set(i, "ElementName", text);
		instance_set(i, "SSID", text);
		instance_set(i, "AuthenticationMethod", "6");
		instance_set(i, "EncryptionMethod", "4");
		instance_set(i, "Priority", "0");
	}
}

static void
profile_forget(struct machine *m, struct instance *i)
{
	dot1x_remove(m, instance_text(i, WIFI_DOT1X));
	journal(m, "wifi-deleted", "%s", instance_text(i, "ElementName"));
}

static bool
profile_active(const struct machine *m, const struct instance *i)
{
	return strcmp(instance_text(i, "ElementName"), m->faults.wifi_active) ==
	    0;
}

static int
profile_destroy(struct machine *m, struct instance *old, struct soap_fault *f)
{
	if (wifi_of_user(old))
		return refuse_with(f, "AccessDenied", "a user's profile");
	if (profile_active(m, old))
		return refuse_with(f, "AccessDenied",
		    "the profile is in use now");
	profile_forget(m, old);
	return 0;
}

static unsigned
delete_all(struct machine *m, bool user)
{
	struct instance *i = instance_first(m, wifi_profile_class), *next;

	for (; i != NULL; i = next) {
		next = i->next;
		if (wifi_of_user(i) != user || profile_active(m, i))
			continue;
		profile_forget(m, i);
		instance_remove(m, i);
	}
	return RETURN_OK;
}

static unsigned
delete_it(struct call *c)
{
	return delete_all(c->m, false);
}

static unsigned
delete_user(struct call *c)
{
	return delete_all(c->m, true);
}

/* --- the service, and certificates in use -------------------------------- */

static int
service_change(struct machine *m, const struct instance *old,
    struct instance *now, struct soap_fault *f)
{
	(void)m;
	(void)old;
	if (instance_number(now, "localProfileSynchronizationEnabled") == 2)
		return refuse_with(f, "InvalidRepresentation",
		    "localProfileSynchronizationEnabled is not 0, 1 or 3");
	return 0;
}

static void
contexts_refresh(struct machine *m, const struct class *c)
{
	static const char *const names[] = { WIFI_CLIENT, WIFI_ROOT };
	struct instance *i;
	char text[REFERENCE_MAX];

	association_clear(m, c);
	for (i = instance_first(m, wifi_profile_class); i != NULL;
	     i = i->next) {
		reference_make(text, URI_CIM "CIM_IEEE8021xSettings",
		    "InstanceID", instance_text(i, WIFI_DOT1X));
		for (size_t k = 0; k < 2; k++)
			if (instance_has(i, names[k]))
				association_add(m, c, "ElementInContext",
				    instance_text(i, names[k]),
				    "ElementProvidingContext", text);
	}
}

bool
wifi_uses(struct machine *m, const struct instance *cert)
{
	return cert_referred(m, wifi_profile_class, WIFI_CLIENT, cert) ||
	    cert_referred(m, wifi_profile_class, WIFI_ROOT, cert);
}
