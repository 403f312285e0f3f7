#ifndef REQUEST_SHAPE_H
#define REQUEST_SHAPE_H

/*
 * request_shape - is a request what a machine expects?  Elements, their order
 * and their namespaces as in wsman.md 2 and 5; for cmocka tests.  Include it
 * after cmocka.h.
 *
 * Requests were not captured, but what they are made of was: a Put holds the
 * instance that the machine showed, a selector is one of its properties, and a
 * reference has the form of those in its replies.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "amt/wsman.h"

#define SHAPE_COMMON "http://schemas.dmtf.org/wbem/wscim/1/common"
#define SHAPE_TRANSFER "http://schemas.xmlsoap.org/ws/2004/09/transfer"

struct shape {
	char verb[64], class[64]; /* verb: of a method, its name */
	bool call;
	xmlDoc *doc;
	xmlNode *header, *body; /* body: what is in it, or NULL */
};

/* In the order of wsman.md 5; ? may be left out, * repeats. */
static const struct {
	const char *method, *params;
} shape_methods[] = {
	{ "RequestStateChange", "RequestedState" },
	{ "SetPowerScheme", "" },
	{ "AddTrustedRootCertificate", "CertificateBlob" },
	{ "AddCertificate", "CertificateBlob" },
	{ "AddKey", "KeyBlob" },
	{ "GenerateKeyPair", "KeyAlgorithm KeyLength" },
	{ "GeneratePKCS10RequestEx",
	    "KeyPair SigningAlgorithm NullSignedCertificateRequest" },
	{ "AddMpServer",
	    "AccessInfo InfoFormat Port AuthMethod Certificate? Username? "
	    "Password? CN?" },
	{ "AddRemoteAccessPolicyRule",
	    "Trigger TunnelLifeTime ExtendedData MpServer* "
	    "InternalMpServer*" },
	{ "AddWiFiSettings",
	    "WiFiEndpoint WiFiEndpointSettingsInput IEEE8021xSettingsInput? "
	    "ClientCredential? CACredential?" },
	{ "UpdateWiFiSettings",
	    "WiFiEndpointSettings WiFiEndpointSettingsInput "
	    "IEEE8021xSettingsInput? ClientCredential? CACredential?" },
	{ "SetCertificates", "ServerCertificateIssuer ClientCertificate" },
	{ "AddUserAclEntryEx",
	    "DigestUsername? DigestPassword? KerberosUserSid? "
	    "AccessPermission Realms*" },
	{ "UpdateUserAclEntryEx",
	    "Handle DigestUsername? DigestPassword? KerberosUserSid? "
	    "AccessPermission Realms*" },
	{ "EnumerateUserAclEntries", "StartIndex" },
	{ "GetUserAclEntryEx", "Handle" },
	{ "RemoveUserAclEntry", "Handle" },
	{ "SetAuditPolicyBulk", "Enable* AuditedAppID* EventID* PolicyType*" },
	{ "SetAdminAclEntryEx", "Username DigestPassword" },
	{ "SetMEBxPassword", "Password" },
	{ "CommitChanges", "" },
	{ "Unprovision", "ProvisioningMode" },
	{ "PartialUnprovision", "" },
	{ "GetUnprovisionBlockingComponents", "" },
	{ "ExtendProvisioningPeriod", "Duration" },
	{ "GetUuid", "" },
	{ "GetLowAccuracyTimeSynch", "" },
	{ "SetHighAccuracyTimeSynch", "Ta0 Tm1 Tm2" },
};

/* Instances that are embedded, with what they may hold, in this order
 * (profile.md 6). */
static const struct {
	const char *class, *properties;
} shape_embedded[] = {
	{ "CIM_WiFiEndpointSettings",
	    "ElementName InstanceID AuthenticationMethod EncryptionMethod SSID "
	    "Priority PSKPassPhrase?" },
	{ "CIM_IEEE8021xSettings",
	    "ElementName InstanceID AuthenticationProtocol RoamingIdentity? "
	    "ServerCertificateName? ServerCertificateNameComparison? "
	    "Username? Password? Domain?" },
};

/* --- elements ------------------------------------------------------------- */

static inline xmlNode *
shape_first(xmlNode *of)
{
	return of == NULL ? NULL : xmlFirstElementChild(of);
}

static inline bool
shape_is(const xmlNode *n, const char *ns, const char *name)
{
	return n != NULL && n->ns != NULL &&
	    strcmp((const char *)n->ns->href, ns) == 0 &&
	    strcmp((const char *)n->name, name) == 0;
}

static inline const char *
shape_text(xmlNode *n)
{
	static char text[4][512];
	static unsigned at;
	xmlChar *s = xmlNodeGetContent(n);
	char *to = text[at++ % 4];

	(void)snprintf(to, sizeof(text[0]), "%s",
	    s == NULL ? "" : (const char *)s);
	xmlFree(s);
	return to;
}

static inline void
shape_wrong(const struct shape *q, const char *what, const xmlNode *n)
{
	fail_msg("%s %s: %s (got %s)", q->verb, q->class, what,
	    n == NULL ? "nothing" : (const char *)n->name);
}

/* The next of the words, and how often it may be there. */
static inline const char *
shape_word(const char *words, char word[64], char *often)
{
	size_t len = strcspn(words, " ?*");

	(void)snprintf(word, 64, "%.*s", (int)len, words);
	words += len;
	*often = *words == '?' || *words == '*' ? *words++ : '1';
	return words + strspn(words, " ");
}

/* These elements, in this order, all of this namespace. */
static inline void
shape_sequence(const struct shape *q, xmlNode *n, const char *ns,
    const char *words)
{
	while (*words != '\0') {
		char word[64], often;

		words = shape_word(words, word, &often);
		if (!shape_is(n, ns, word)) {
			if (often == '1')
				shape_wrong(q, word, n);
			continue;
		}
		do
			n = xmlNextElementSibling(n);
		while (often == '*' && shape_is(n, ns, word));
	}
	if (n != NULL)
		shape_wrong(q, "nothing more is expected", n);
}

/* --- references ----------------------------------------------------------- */

/* wsman.md 2 and captured replies: the address, then class and selectors. */
static inline void
shape_reference(const struct shape *q, xmlNode *n)
{
	xmlNode *params, *set;

	n = shape_first(n);
	if (!shape_is(n, WSMAN_ADDRESSING, "Address"))
		shape_wrong(q, "Address", n);
	params = xmlNextElementSibling(n);
	if (!shape_is(params, WSMAN_ADDRESSING, "ReferenceParameters"))
		shape_wrong(q, "ReferenceParameters", params);
	n = shape_first(params);
	if (!shape_is(n, WSMAN_WSMAN, "ResourceURI"))
		shape_wrong(q, "ResourceURI", n);
	set = xmlNextElementSibling(n);
	if (!shape_is(set, WSMAN_WSMAN, "SelectorSet"))
		shape_wrong(q, "SelectorSet", set);
	for (n = shape_first(set); n != NULL; n = xmlNextElementSibling(n)) {
		xmlChar *name = xmlGetNoNsProp(n, BAD_CAST "Name");

		if (!shape_is(n, WSMAN_WSMAN, "Selector") || name == NULL)
			shape_wrong(q, "Selector", n);
		xmlFree(name);
	}
	if (shape_first(set) == NULL)
		shape_wrong(q, "Selector", NULL);
}

/* A value is a text, a reference, or an instance of another class. */
static inline void
shape_value(const struct shape *q, xmlNode *n)
{
	xmlNode *in = shape_first(n);
	const char *class;

	if (in == NULL)
		return;
	if (shape_is(in, WSMAN_ADDRESSING, "Address")) {
		shape_reference(q, n);
		return;
	}
	if (shape_is(in, SHAPE_COMMON, "Datetime"))
		return;
	class =
	    in->ns == NULL ? NULL : strrchr((const char *)in->ns->href, '/');
	for (size_t i = 0; class != NULL &&
	     i < sizeof(shape_embedded) / sizeof(shape_embedded[0]);
	     i++)
		if (strcmp(shape_embedded[i].class, class + 1) == 0) {
			shape_sequence(q, in, (const char *)in->ns->href,
			    shape_embedded[i].properties);
			return;
		}
	shape_wrong(q, "an embedded class that is known", in);
}

/* --- the whole ------------------------------------------------------------ */

static inline void
shape_header(const struct shape *q)
{
	static const char *const names[][2] = { { WSMAN_ADDRESSING, "Action" },
		{ WSMAN_ADDRESSING, "To" }, { WSMAN_WSMAN, "ResourceURI" },
		{ WSMAN_ADDRESSING, "MessageID" },
		{ WSMAN_ADDRESSING, "ReplyTo" },
		{ WSMAN_WSMAN, "OperationTimeout" } };
	xmlNode *n = shape_first(q->header);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!shape_is(n, names[i][0], names[i][1]))
			shape_wrong(q, names[i][1], n);
		n = xmlNextElementSibling(n);
	}
	if (n != NULL && !shape_is(n, WSMAN_WSMAN, "SelectorSet"))
		shape_wrong(q, "SelectorSet", n);
}

static inline void
shape_method(const struct shape *q, const char *uri)
{
	char input[80];

	(void)snprintf(input, sizeof(input), "%s_INPUT", q->verb);
	if (!shape_is(q->body, uri, input))
		shape_wrong(q, input, q->body);
	for (size_t i = 0; i < sizeof(shape_methods) / sizeof(shape_methods[0]);
	     i++)
		if (strcmp(shape_methods[i].method, q->verb) == 0) {
			shape_sequence(q, shape_first(q->body), uri,
			    shape_methods[i].params);
			return;
		}
	shape_wrong(q, "a method that is known", q->body);
}

static inline void
shape_body(const struct shape *q, const char *uri)
{
	bool instance =
	    strcmp(q->verb, "Put") == 0 || strcmp(q->verb, "Create") == 0;

	if (q->call) {
		shape_method(q, uri);
	} else if (strcmp(q->verb, "Enumerate") == 0) {
		if (!shape_is(q->body, WSMAN_ENUMERATION, "Enumerate"))
			shape_wrong(q, "Enumerate", q->body);
	} else if (strcmp(q->verb, "Pull") == 0) {
		if (!shape_is(q->body, WSMAN_ENUMERATION, "Pull"))
			shape_wrong(q, "Pull", q->body);
		shape_sequence(q, shape_first(q->body), WSMAN_ENUMERATION,
		    "EnumerationContext MaxElements MaxCharacters");
	} else if (!instance) {
		if (q->body != NULL)
			shape_wrong(q, "an empty body", q->body);
	} else if (!shape_is(q->body, uri, q->class))
		shape_wrong(q, "the class's element", q->body);
	if (!q->call && !instance)
		return;
	for (xmlNode *n = shape_first(q->body); n != NULL;
	     n = xmlNextElementSibling(n)) {
		if (n->ns == NULL ||
		    strcmp((const char *)n->ns->href, uri) != 0)
			shape_wrong(q, "the class's namespace", n);
		shape_value(q, n);
	}
}

/* Opens one, which is checked; shape_close is due. */
static inline struct shape
shape_open(const char *request)
{
	struct shape q = { .doc = xmlReadMemory(request, (int)strlen(request),
		               "request", NULL, XML_PARSE_NONET) };
	char uri[256], action[256];
	xmlNode *top, *n;

	assert_non_null(q.doc);
	top = xmlDocGetRootElement(q.doc);
	assert_true(shape_is(top, WSMAN_SOAP, "Envelope"));
	q.header = shape_first(top);
	assert_true(shape_is(q.header, WSMAN_SOAP, "Header"));
	n = xmlNextElementSibling(q.header);
	assert_true(shape_is(n, WSMAN_SOAP, "Body"));
	assert_null(xmlNextElementSibling(n));
	q.body = shape_first(n);
	n = shape_first(q.header);
	(void)snprintf(action, sizeof(action), "%s", shape_text(n));
	n = xmlNextElementSibling(xmlNextElementSibling(n));
	(void)snprintf(uri, sizeof(uri), "%s", shape_text(n));
	assert_non_null(strrchr(action, '/'));
	assert_non_null(strrchr(uri, '/'));
	(void)snprintf(q.verb, sizeof(q.verb), "%s", strrchr(action, '/') + 1);
	(void)snprintf(q.class, sizeof(q.class), "%s", strrchr(uri, '/') + 1);
	q.call = strncmp(action, uri, strlen(uri)) == 0;
	if (!q.call &&
	    strncmp(action, SHAPE_TRANSFER "/", strlen(SHAPE_TRANSFER) + 1) !=
	        0 &&
	    strncmp(action, WSMAN_ENUMERATION "/",
	        strlen(WSMAN_ENUMERATION) + 1) != 0)
		fail_msg("%s: an action of nobody", action);
	shape_header(&q);
	shape_body(&q, uri);
	return q;
}

static inline void
shape_close(struct shape *q)
{
	xmlFreeDoc(q->doc);
}

#endif
