#ifndef SETUP_WIFI_H
#define SETUP_WIFI_H

/*
 * setup_wifi - a machine with a wireless port that takes WiFi profiles as
 * profile.md 6 says; for tests of the WiFi family.  Include it after cmocka.h.
 */
#include "setup/family_wifi.h"
#include "setup_family.h"

#define SETTINGS "CIM_WiFiEndpointSettings"
#define PORT "AMT_EthernetPortSettings"
#define SERVICE "AMT_WiFiPortConfigurationService"

static struct family_machine machine;
static unsigned refused_code;
static const char *refused_name;

static inline void
has_profile(struct family_machine *m, const char *name, unsigned security,
    unsigned priority, const char *ssid)
{
	char xml[1024], id[96];

	(void)snprintf(id, sizeof(id), "Intel(r) AMT:WiFi Endpoint Settings %s",
	    name);
	(void)snprintf(xml, sizeof(xml),
	    "<g:AuthenticationMethod>%u</g:AuthenticationMethod>"
	    "<g:BSSType>3</g:BSSType><g:ElementName>%s</g:ElementName>"
	    "<g:EncryptionMethod>4</g:EncryptionMethod><g:InstanceID>%s"
	    "</g:InstanceID><g:Priority>%u</g:Priority><g:SSID>%s</g:SSID>",
	    security, name, id, priority, ssid);
	(void)family_add(m, SETTINGS, id, xml);
}

/* The embedded instance, as the machine shows it: without its secrets. */
static inline void
keep_embedded(struct family_machine *m, const char *class, const char *body,
    const char *element, const char *secret)
{
	char from[200], to[64], xml[4096], id[128], cut[4096], *end;

	(void)snprintf(from, sizeof(from), "<r:%s ", element);
	(void)snprintf(to, sizeof(to), "</r:%s>", element);
	(void)family_between(body, from, to, cut, sizeof(cut));
	if (cut[0] == '\0')
		return;
	strcpy(xml, strchr(cut, '>') + 1);
	for (char *p = xml; (p = strstr(p, "q:")) != NULL; p++)
		*p = 'g';
	(void)snprintf(from, sizeof(from), "<g:%s>", secret);
	(void)snprintf(to, sizeof(to), "</g:%s>", secret);
	if (strstr(xml, from) != NULL) {
		end = strstr(xml, to) + strlen(to);
		memmove(strstr(xml, from), end, strlen(end) + 1);
	}
	(void)family_between(xml, "<g:InstanceID>", "</g:", id, sizeof(id));
	for (size_t i = 0; i < m->n; i++)
		if (strcmp(m->at[i].class, class) == 0 &&
		    strcmp(m->at[i].id, id) == 0)
			family_remove(m, &m->at[i--]);
	(void)family_add(m, class, id, xml);
}

/* Priorities are unique, and one of this name is not added twice. */
static inline unsigned
carry_out(struct family_machine *m, const char *method, const char *body)
{
	char priority[64], name[64], value[64];
	bool update = strcmp(method, "UpdateWiFiSettings") == 0;

	if (strcmp(method, "RequestStateChange") == 0) {
		char state[16], xml[128];

		(void)family_between(body, "<r:RequestedState>", "</", state,
		    sizeof(state));
		(void)snprintf(xml, sizeof(xml),
		    "<g:EnabledState>%s</g:EnabledState>", state);
		strcpy(family_meant(m, "CIM_WiFiPort", body)->xml, xml);
		return 0;
	}
	(void)family_between(body, "<q:ElementName>", "</", value,
	    sizeof(value));
	(void)snprintf(name, sizeof(name), "<g:ElementName>%s<", value);
	if (refused_name != NULL && strcmp(refused_name, value) == 0)
		return refused_code;
	(void)family_between(body, "<q:Priority>", "</", value, sizeof(value));
	(void)snprintf(priority, sizeof(priority), "<g:Priority>%s<", value);
	for (size_t i = 0; i < m->n; i++) {
		bool same = strstr(m->at[i].xml, name) != NULL;

		if (strcmp(m->at[i].class, SETTINGS) != 0)
			continue;
		if (same && !update)
			return 3;
		if (!same && strstr(m->at[i].xml, priority) != NULL)
			return 3;
	}
	keep_embedded(m, SETTINGS, body, "WiFiEndpointSettingsInput",
	    "PSKPassPhrase");
	keep_embedded(m, "CIM_IEEE8021xSettings", body,
	    "IEEE8021xSettingsInput", "Password");
	return 0;
}

static inline struct family_machine *
new_machine(void)
{
	machine = (struct family_machine){ .call = carry_out };
	refused_name = NULL;
	(void)family_add(&machine, PORT, "0",
	    "<g:InstanceID>Intel(r) AMT Ethernet Port Settings 0"
	    "</g:InstanceID><g:MACAddress>a4-4c-c8-00-00-01</g:MACAddress>");
	(void)family_add(&machine, PORT, "1",
	    "<g:InstanceID>Intel(r) AMT Ethernet Port Settings 1"
	    "</g:InstanceID><g:MACAddress>a4-4c-c8-00-00-02</g:MACAddress>");
	return &machine;
}

static inline void
wants(const char *name, const char *ssid, const char *security,
    const char *priority)
{
	family_ask("wifi-ssid", name, ssid);
	family_ask("wifi-security", name, security);
	family_ask("wifi-priority", name, priority);
	if (strstr(security, "psk") != NULL)
		family_ask("wifi-psk", name, "Secret<&\"'>1");
}

#endif
