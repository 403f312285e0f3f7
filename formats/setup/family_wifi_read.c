/*
 * family_wifi_read - what a machine has of WiFi: profiles, their 802.1X
 * settings and certificates, and which methods it is capable of.
 */
#include "setup/family_wifi.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static enum setup_next read_capabilities(struct setup *s);
static enum setup_next read_eap(struct setup *s);
static enum setup_next read_contexts(struct setup *s);
static enum setup_next read_profiles(struct setup *s);
static enum setup_next read_end(struct setup *s);

struct family_eap
wifi_eap(const char *item)
{
	return (struct family_eap){ "wifi", item, 1 };
}

bool
wifi_has_eap(const struct setup *s, const char *item)
{
	return family_number(s, "wifi-security", item, 6) % 2 == 1;
}

struct wifi_have *
wifi_find(struct wifi_work *work, const char *name)
{
	for (size_t i = 0; i < work->nhave; i++)
		if (strcmp(work->have[i].name, name) == 0)
			return &work->have[i];
	return NULL;
}

static bool
read_needs_eap(const struct setup *s)
{
	const char *item;

	for (size_t i = 0; (item = setup_item(s, "wifi", i)) != NULL; i++)
		if (wifi_has_eap(s, item))
			return true;
	return false;
}

/* --- what it is capable of ------------------------------------------------ */

static bool
capabilities_each(struct setup *s, const char *class,
    const struct message_node *p)
{
	struct wifi_work *work = s->work;

	(void)class;
	for (; p != NULL; p = p->next) {
		unsigned long n = strtoul(p->value, NULL, 10);
		uint64_t bit = UINT64_C(1) << (n > 63 ? 63 : n);

		if (strcmp(p->name, "SupportedAuthenticationMethods") == 0)
			work->securities |= bit;
		else if (strcmp(p->name, "SupportedEncryptionMethods") == 0)
			work->encryptions |= bit;
	}
	return true;
}

static enum setup_next
read_capabilities(struct setup *s)
{
	return setup_items(s, "CIM_WiFiEndpointCapabilities", capabilities_each,
	    read_eap, read_eap);
}

/* --- 802.1X --------------------------------------------------------------- */

/* What the InstanceID calls the profile that it is of, in either form that was
 * seen (profile.md, 6); NULL if it has neither. */
static const char *
eap_name(const char *id)
{
	static const char form[] = " Settings ", short_form[] = "8021x-";
	const char *at = id == NULL ? NULL : strstr(id, form);

	if (at != NULL)
		return at + sizeof(form) - 1;
	return id != NULL &&
	        strncmp(id, short_form, sizeof(short_form) - 1) == 0
	    ? id + sizeof(short_form) - 1
	    : NULL;
}

/* Do these settings, or does this reference, belong to this profile? */
static bool
eap_is_of(const char *id, const char *name, const char *item)
{
	const char *called = eap_name(id);

	return (name != NULL && strcmp(name, item) == 0) ||
	    (called != NULL && strcmp(called, item) == 0);
}

static bool
eap_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct wifi_work *work = s->work;
	const char *id = message_value(p, "InstanceID");
	const char *item;

	(void)class;
	for (size_t i = 0;
	     i < WIFI_MAX && (item = setup_item(s, "wifi", i)) != NULL; i++) {
		const struct family_eap eap = wifi_eap(item);

		if (!eap_is_of(id, message_value(p, "ElementName"), item))
			continue;
		(void)snprintf(work->wish[i].eap_id,
		    sizeof(work->wish[i].eap_id), "%s", id == NULL ? "" : id);
		work->wish[i].eap_read = true;
		work->wish[i].eap.n = 0;
		family_eap_compare(s, &eap, p, true, &work->wish[i].eap);
	}
	return true;
}

static enum setup_next
read_eap(struct setup *s)
{
	struct wifi_work *work = s->work;

	for (size_t i = 0; i < WIFI_MAX; i++) {
		work->wish[i].eap_read = false;
		work->wish[i].eap_id[0] = '\0';
	}
	if (!read_needs_eap(s))
		return read_profiles(s);
	return setup_items(s, "CIM_IEEE8021xSettings", eap_each, read_contexts,
	    read_contexts);
}

static void
context_compare(struct setup *s, struct wifi_wish *wish, const char *item,
    const char *cert)
{
	struct wifi_work *work = s->work;
	const struct family_cert *c = family_cert_of(&work->certs, cert);
	const struct family_eap eap = wifi_eap(item);
	bool any = family_eap_value(s, &eap, "root") == NULL;
	const struct family_cert *wanted = c != NULL && c->root
	    ? family_eap_root(s, &eap, &work->certs)
	    : family_own_cert(&work->certs);

	if (c != NULL && c->root)
		*(any || c == wanted ? &wish->root_same : &wish->root_other) =
		    true;
	else
		*(c == wanted ? &wish->own_same : &wish->own_other) = true;
}

static bool
context_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct wifi_work *work = s->work;
	char cert[FAMILY_ID], of[FAMILY_ID];
	const char *item;

	(void)class;
	if (!family_refers(p, "ElementInContext", "AMT_PublicKeyCertificate",
	        "InstanceID", cert) ||
	    !family_refers(p, "ElementProvidingContext",
	        "CIM_IEEE8021xSettings", "InstanceID", of))
		return true;
	for (size_t i = 0;
	     i < WIFI_MAX && (item = setup_item(s, "wifi", i)) != NULL; i++)
		if ((of[0] != '\0' && strcmp(of, work->wish[i].eap_id) == 0) ||
		    eap_is_of(of, NULL, item))
			context_compare(s, &work->wish[i], item, cert);
	return true;
}

static enum setup_next
read_contexts(struct setup *s)
{
	struct wifi_work *work = s->work;

	for (size_t i = 0; i < WIFI_MAX; i++)
		work->wish[i].root_other = work->wish[i].root_same =
		    work->wish[i].own_other = work->wish[i].own_same = false;
	return setup_items(s, "CIM_CredentialContext", context_each,
	    read_profiles, read_profiles);
}

/* --- profiles ------------------------------------------------------------- */

static void
profile_text(char *to, size_t cap, const struct message_node *p,
    const char *name)
{
	const char *value = message_value(p, name);

	(void)snprintf(to, cap, "%s", value == NULL ? "" : value);
}

/* Without InstanceID or with Priority 0 it is the user's own (profile.md, 6 c):
 * none of ours, and to delete it is refused. */
static bool
profile_each(struct setup *s, const char *class, const struct message_node *p)
{
	struct wifi_work *work = s->work;
	struct wifi_have *have = &work->have[work->nhave];
	const char *id = message_value(p, "InstanceID");

	(void)class;
	if (id == NULL || *id == '\0')
		return true;
	if (work->nhave == WIFI_MAX || strlen(id) >= sizeof(have->id))
		return false;
	*have = (struct wifi_have){ .stays = false };
	if (message_number(&have->priority, p, "Priority") != 0 ||
	    have->priority == 0)
		return true;
	profile_text(have->name, sizeof(have->name), p, "ElementName");
	profile_text(have->ssid, sizeof(have->ssid), p, "SSID");
	(void)snprintf(have->id, sizeof(have->id), "%s", id);
	(void)message_number(&have->security, p, "AuthenticationMethod");
	(void)message_number(&have->encryption, p, "EncryptionMethod");
	for (size_t i = 0; i < work->nstays; i++)
		have->stays |= strcmp(work->stays[i], id) == 0;
	work->nhave++;
	return true;
}

static enum setup_next
read_profiles(struct setup *s)
{
	((struct wifi_work *)s->work)->nhave = 0;
	return setup_items(s, "CIM_WiFiEndpointSettings", profile_each,
	    read_end, NULL);
}

/* --- in their order ------------------------------------------------------- */

static enum setup_next
read_end(struct setup *s)
{
	return ((struct wifi_work *)s->work)->then(s);
}

static enum setup_next
read_keys(struct setup *s)
{
	return family_keys_read(s, read_capabilities);
}

enum setup_next
wifi_read(struct setup *s, setup_then_fn *then)
{
	((struct wifi_work *)s->work)->then = then;
	return read_needs_eap(s) ? family_certs_read(s, read_keys)
	                         : read_capabilities(s);
}

enum setup_next
wifi_read_again(struct setup *s, setup_then_fn *then)
{
	((struct wifi_work *)s->work)->then = then;
	return read_eap(s);
}
