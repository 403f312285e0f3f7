/*
 * family_eap - what 802.1X needs, the same for the wired port and for WiFi.
 * Classes: CIM_IEEE8021xSettings, IPS_IEEE8021xSettings, AMT_8021XProfile.
 */
#include "setup/family_net.h"

#include <stdio.h>
#include <string.h>

/* In the order of the class definitions. */
static const struct {
	const char *field, *property;
} eap_texts[] = {
	{ "roaming-identity", "RoamingIdentity" },
	{ "server", "ServerCertificateName" },
	{ "server-match", "ServerCertificateNameComparison" },
	{ "user", "Username" },
	{ "password", "Password" },
	{ "domain", "Domain" },
};
#define TEXTS (sizeof(eap_texts) / sizeof(eap_texts[0]))

const struct setting *
family_eap_row(const struct setup *s, const struct family_eap *e,
    const char *field)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "%s-%s", e->prefix, field);
	return family_row(s, name);
}

const char *
family_eap_value(const struct setup *s, const struct family_eap *e,
    const char *field)
{
	return setup_item_value(s, family_eap_row(s, e, field)->name, e->item);
}

static const char *
eap_protocol(const struct setup *s, const struct family_eap *e)
{
	const char *word = family_eap_value(s, e, "eap");

	return setting_choice(family_eap_row(s, e, "eap"),
	    word == NULL ? "eap-tls" : word);
}

bool
family_eap_certified(const struct setup *s, const struct family_eap *e)
{
	const char *protocol = eap_protocol(s, e);

	return strcmp(protocol, "0") == 0 || strcmp(protocol, "10") == 0;
}

/* The profile's value as the machine has it; NULL: it stays as it is. */
static const char *
eap_wanted(const struct setup *s, const struct family_eap *e, size_t text,
    char match[4])
{
	const char *value = family_eap_value(s, e, eap_texts[text].field);

	if (value == NULL)
		return NULL;
	/* No secret goes where none is asked for. */
	if (strcmp(eap_texts[text].field, "password") == 0)
		return family_eap_certified(s, e) ? NULL : value;
	if (strcmp(eap_texts[text].field, "server-match") != 0)
		return value;
	(void)snprintf(match, 4, "%u",
	    e->counts_from + (strcmp(value, "suffix") == 0));
	return match;
}

size_t
family_eap_parts(const struct setup *s, const struct family_eap *e,
    struct message_pair to[FAMILY_EAP_MAX], char match[4])
{
	size_t n = 0;

	to[n++] = (struct message_pair){ .name = "AuthenticationProtocol",
		.value = eap_protocol(s, e) };
	for (size_t i = 0; i < TEXTS; i++) {
		const char *value = eap_wanted(s, e, i, match);

		if (value != NULL)
			to[n++] =
			    (struct message_pair){ .name =
				                       eap_texts[i].property,
				    .value = value };
	}
	return n;
}

/* What is never read back is as it was sent last. */
static void
eap_compare_unread(struct setup *s, const struct family_eap *e,
    const char *field, struct family_diffs *d)
{
	const struct setting *row = family_eap_row(s, e, field);

	if (family_eap_value(s, e, field) != NULL &&
	    !setup_known(s, row, e->item))
		family_diff(d, row, NULL);
}

static void
eap_compare_one(struct setup *s, const struct family_eap *e,
    const struct message_node *properties, bool absent, size_t text,
    struct family_diffs *d)
{
	char match[4];
	const char *wanted = eap_wanted(s, e, text, match);
	const char *have = message_value(properties, eap_texts[text].property);

	if (wanted == NULL || strcmp(eap_texts[text].field, "password") == 0)
		return;
	if (have == NULL && !absent)
		eap_compare_unread(s, e, eap_texts[text].field, d);
	else if (strcmp(have == NULL ? "" : have, wanted) != 0)
		family_diff(d, family_eap_row(s, e, eap_texts[text].field),
		    have);
}

void
family_eap_compare(struct setup *s, const struct family_eap *e,
    const struct message_node *properties, bool absent, struct family_diffs *d)
{
	const char *have = message_value(properties, "AuthenticationProtocol");

	if (have == NULL && !absent)
		eap_compare_unread(s, e, "eap", d);
	else if (have == NULL || strcmp(have, eap_protocol(s, e)) != 0)
		family_diff(d, family_eap_row(s, e, "eap"), have);
	for (size_t i = 0; i < TEXTS; i++)
		eap_compare_one(s, e, properties, absent, i, d);
}

void
family_eap_secrets(struct setup *s, const struct family_eap *e,
    struct family_diffs *d)
{
	const struct setting *row = family_eap_row(s, e, "password");

	if (family_eap_value(s, e, "password") != NULL &&
	    !family_eap_certified(s, e) && !setup_known(s, row, e->item))
		family_diff(d, row, NULL);
}

void
family_eap_sent(struct setup *s, const struct family_eap *e)
{
	char match[4];

	if (family_eap_value(s, e, "eap") != NULL)
		setup_sent(s, family_eap_row(s, e, "eap"), e->item);
	for (size_t i = 0; i < TEXTS; i++)
		if (eap_wanted(s, e, i, match) != NULL)
			setup_sent(s, family_eap_row(s, e, eap_texts[i].field),
			    e->item);
}

const struct family_cert *
family_eap_root(const struct setup *s, const struct family_eap *e,
    const struct family_certs *certs)
{
	const char *name = family_eap_value(s, e, "root");

	return name == NULL
	    ? NULL
	    : family_root_find(certs,
	          setup_item_value(s, "trusted-root-certificate", name));
}

void
family_sort(struct message_pair *list, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i;
		     k > 0 && strcmp(list[k].name, list[k - 1].name) < 0; k--) {
			const struct message_pair p = list[k];

			list[k] = list[k - 1];
			list[k - 1] = p;
		}
}
