/*
 * family_wifi_ask - the request that adds or changes a WiFi profile, in the
 * order of the class definitions (profile.md, 6).
 */
#include "setup/family_wifi.h"

#include <stdio.h>

#include "setup/setup_ask.h"

#define SETTINGS "CIM_WiFiEndpointSettings"

static size_t
wifi_settings(const struct setup *s, struct message_pair to[8],
    char texts[4][96])
{
	const struct wifi_work *work = s->work;
	size_t n = 0;

	(void)snprintf(texts[0], 96, "Intel(r) AMT:WiFi Endpoint Settings %s",
	    work->item);
	(void)snprintf(texts[1], 96, "%u",
	    (unsigned)family_number(s, "wifi-security", work->item, 6));
	(void)snprintf(texts[2], 96, "%u",
	    (unsigned)family_number(s, "wifi-encryption", work->item, 4));
	(void)snprintf(texts[3], 96, "%u", (unsigned)work->priority);
	to[n++] = (struct message_pair){ "ElementName", .value = work->item };
	to[n++] = (struct message_pair){ "InstanceID",
		.value = work->id[0] != '\0' ? work->id : texts[0] };
	to[n++] =
	    (struct message_pair){ "AuthenticationMethod", .value = texts[1] };
	to[n++] =
	    (struct message_pair){ "EncryptionMethod", .value = texts[2] };
	to[n++] = (struct message_pair){ "SSID",
		.value = family_text(s, "wifi-ssid", work->item) };
	to[n++] = (struct message_pair){ "Priority", .value = texts[3] };
	if (!wifi_has_eap(s, work->item) &&
	    setup_item_value(s, "wifi-psk", work->item) != NULL)
		to[n++] = (struct message_pair){ "PSKPassPhrase",
			.value = family_text(s, "wifi-psk", work->item) };
	return n;
}

/* ElementName, InstanceID, and what it logs in with. */
static size_t
wifi_eap_settings(const struct setup *s, struct message_pair to[10],
    char id[96], char match[4])
{
	const struct wifi_work *work = s->work;
	const struct family_eap eap = wifi_eap(work->item);

	(void)snprintf(id, 96, "Intel(r) AMT: 8021X Settings %s", work->item);
	to[0] = (struct message_pair){ "ElementName", .value = work->item };
	to[1] = (struct message_pair){ "InstanceID", .value = id };
	return 2 + family_eap_parts(s, &eap, to + 2, match);
}

void
wifi_ask_set(struct setup *s, struct writer *w)
{
	const struct wifi_work *work = s->work;
	const struct family_eap eap = wifi_eap(work->item);
	const struct family_cert *own = NULL, *root = NULL;
	bool has_eap = wifi_has_eap(s, work->item);
	char texts[4][96], id[96], match[4];
	struct message_pair settings[8], login[10], params[6];
	struct message_pair keys[4] = { { "Name", .value = "WiFi Endpoint 0" },
		{ "InstanceID", .value = work->id },
		{ "InstanceID", .value = "" }, { "InstanceID", .value = "" } };
	const struct message_ref refs[4] = { { "CIM_WiFiEndpoint", &keys[0], 1,
		                                 NULL },
		{ SETTINGS, &keys[1], 1, NULL },
		{ "AMT_PublicKeyCertificate", &keys[2], 1, NULL },
		{ "AMT_PublicKeyCertificate", &keys[3], 1, NULL } };
	size_t n = 0;

	params[n++] = work->id[0] == '\0'
	    ? (struct message_pair){ "WiFiEndpoint", .ref = &refs[0] }
	    : (struct message_pair){ "WiFiEndpointSettings", .ref = &refs[1] };
	params[n++] = (struct message_pair){ "WiFiEndpointSettingsInput",
		.class = SETTINGS, .parts = settings,
		.nparts = wifi_settings(s, settings, texts) };
	if (has_eap) {
		params[n++] = (struct message_pair){ "IEEE8021xSettingsInput",
			.class = "CIM_IEEE8021xSettings", .parts = login,
			.nparts = wifi_eap_settings(s, login, id, match) };
		root = family_eap_root(s, &eap, &work->certs);
		if (family_eap_certified(s, &eap))
			own = family_own_cert(&work->certs);
	}
	if (own != NULL) {
		keys[2].value = own->id;
		params[n++] = (struct message_pair){ "ClientCredential",
			.ref = &refs[2] };
	}
	if (root != NULL) {
		keys[3].value = root->id;
		params[n++] =
		    (struct message_pair){ "CACredential", .ref = &refs[3] };
	}
	ask_call(s, w, params, n);
}
