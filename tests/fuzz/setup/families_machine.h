#ifndef FAMILIES_MACHINE_H
#define FAMILIES_MACHINE_H

/*
 * families_machine - what the machine of families.h answers.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "setup/setting.h"
#include "setup/setup.h"

#include "fuzz_certs.h"

#define REALM "Digest:A4000000000000000000000000000001"
#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/X"
#define SECRET "Fuz-sec7" /* as long as the RFB password must be */

static const char *const names[] = { "InstanceID", "ElementName", "Name",
	"Handles", "Handle", "TotalCount", "HandlesCount", "DigestUsername",
	"KerberosUserSid", "AccessPermission", "Realms", "Enabled",
	"EnabledState", "ListenerEnabled", "OptInRequired",
	"CanModifyOptInPolicy", "X509Certificate", "TrustedRootCertficate",
	"DERKey", "SSID", "AuthenticationMethod", "EncryptionMethod",
	"Priority", "BSSType", "AccessInfo", "InfoFormat", "Port", "CN",
	"Trigger", "TunnelLifeTime", "ExtendedData", "DetectionStrings",
	"SchemeGUID", "Description", "IsCurrent", "MACAddress", "KrbEnabled",
	"RealmName", "KeyVersion", "MutualAuthentication",
	"AcceptNonSecureConnections", "NonSecureConnectionsSupported",
	"ElementInContext", "ElementProvidingContext", "Subject", "Issuer",
	"HostName", "DomainName", "PolicyRuleName", "ManagedElement",
	"SignedCertificateRequest", "KeyPair", "CreatedCertificate",
	"AuthenticationProtocol", "Username", "AuditState", "StoragePolicy",
	"ReturnValue", "DigestRealm", "PingResponseEnabled", "Antecedent",
	"Dependent", "SettingData", "MpsType", "PolicySet", "MpServer",
	"RemoteID", "ReadOnlyCertificate", "TrustedCN", "Is5900PortEnabled",
	"SupportedAuthenticationMethods", "SupportedEncryptionMethods",
	"RoamingIdentity", "ServerCertificateName",
	"ServerCertificateNameComparison", "Domain", "AvailableInS0",
	"ActiveInS0", "PxeTimeout", "MinDaysToKeep", "AuditedAppID", "EventID",
	"PolicyType", "UEFIWiFiProfileShareEnabled",
	"UEFIWiFiCoExistenceAndProfileShare",
	"localProfileSynchronizationEnabled", "CurrentControlMode",
	"SharedFQDN", "MaximumClockTolerance", "CreationClassName",
	"AuditApplicationEventID" };
#define NNAMES (sizeof(names) / sizeof(names[0]))

static const char *const values[] = { "", "0", "1", "2", "3", "true", "false",
	"one", "two", "TUlJQg==", "4294967295", "-1", "example.com", "$$uns",
	"admin", "00-00-00-00-00-00", "Intel(r) AMT: Handle: 1", SECRET,
	"32768", "AAECAwQFBgcICQoLDA0ODw==", "%s%n", "<a:Address>x</a:Address>",
	certs.leaf, certs.root, certs.public, "4", "6", "7", "16", "200",
	"32771", "Intel(r) AMT 802.3 TLS Settings", "a0-b1-c2-d3-e4-f5",
	"Intel(r) AMT:Management Presence Server 0",
	"Intel(r) AMT:WiFi Endpoint Settings one", "SCHEME 0", "Periodic",
	"Intel(r) AMT Ethernet Port Settings 1",
	"Intel(r) AMT Certificate: Handle: 1", "1048576" };
#define NVALUES (sizeof(values) / sizeof(values[0]))

static const char *state; /* ProvisioningState */

/* What a target may have of its own. */
static struct {
	const char *(*wish)(const struct setting *row); /* its value, or NULL */
	/* Properties that an instance of the class has in any case, or NULL. */
	const char *(*properties)(const char *class);
	/* Each reply passes through it. */
	void (*replied)(const struct setup_ask *ask, struct setup_reply *r,
	    struct cursor *c);
	const struct setup_chain *console; /* of the job, or NULL */
} target;

static const char *
target_properties(const char *class)
{
	return target.properties == NULL ? NULL : target.properties(class);
}

struct body {
	char text[60000];
	size_t len;
};

static void
add(struct body *b, const char *text)
{
	size_t n = strlen(text);

	if (b->len + n >= sizeof(b->text))
		return;
	memcpy(b->text + b->len, text, n + 1);
	b->len += n;
}

static void
add_element(struct body *b, const char *name, const char *value)
{
	add(b, "<g:");
	add(b, name);
	add(b, ">");
	add(b, value);
	add(b, "</g:");
	add(b, name);
	add(b, ">");
}

/* A reference to an instance of one of the classes that are referred to. */
static void
add_reference(struct body *b, struct cursor *c)
{
	static const char *const classes[] = { "AMT_PublicKeyCertificate",
		"AMT_PublicPrivateKeyPair", "CIM_IEEE8021xSettings",
		"CIM_WiFiEndpointSettings", "AMT_ManagementPresenceRemoteSAP",
		"AMT_RemoteAccessPolicyRule", "AMT_SystemPowerScheme",
		"AMT_8021XProfile" };
	static const char *const selectors[] = { "InstanceID", "Name",
		"PolicyRuleName", "CreationClassName" };

	add(b,
	    "<a:Address>x</a:Address><a:ReferenceParameters>"
	    "<w:ResourceURI>http://x/");
	add(b, classes[cursor_u8(c) % 8]);
	add(b, "</w:ResourceURI><w:SelectorSet><w:Selector Name='");
	add(b, selectors[cursor_u8(c) % 4]);
	add(b, "'>");
	add(b, values[cursor_u8(c) % NVALUES]);
	add(b, "</w:Selector></w:SelectorSet></a:ReferenceParameters>");
}

/* A certificate, or what was one until a byte of it was changed. */
static void
add_certificate(struct body *b, struct cursor *c)
{
	char text[FUZZ_BASE64];
	size_t len = strlen(certs.leaf), at = cursor_u16le(c);

	memcpy(text, certs.leaf, len + 1);
	if (at < len)
		text[at] = "ABEIQgw4"[cursor_u8(c) % 8];
	add(b, text);
}

/* Bytes of the input, in base64. */
static void
add_bytes(struct body *b, struct cursor *c)
{
	struct cursor raw = cursor_part(c, cursor_u8(c));
	unsigned char text[352];

	(void)EVP_EncodeBlock(text, raw.base, (int)raw.len);
	add(b, (const char *)text);
}

static void
add_value(struct body *b, struct cursor *c)
{
	uint8_t which = cursor_u8(c);

	if (which >= 240)
		add_reference(b, c);
	else if (which >= 225)
		add_certificate(b, c);
	else if (which >= 210)
		add_bytes(b, c);
	else
		add(b, values[which % NVALUES]);
}

static void
add_properties(struct body *b, struct cursor *c)
{
	unsigned n = cursor_left(c) == 0 ? 0 : cursor_u8(c) % 24;

	for (; n > 0 && cursor_left(c) > 1; n--) {
		const char *name = names[cursor_u8(c) % NNAMES];

		add(b, "<g:");
		add(b, name);
		add(b, ">");
		add_value(b, c);
		add(b, "</g:");
		add(b, name);
		add(b, ">");
	}
}

static void
begin(struct body *b)
{
	b->len = 0;
	add(b,
	    "<s:Envelope xmlns:s='http://www.w3.org/2003/05/soap-envelope' "
	    "xmlns:a='http://schemas.xmlsoap.org/ws/2004/08/addressing' "
	    "xmlns:w='http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd' "
	    "xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration' "
	    "xmlns:g='" AMT "'><s:Body>");
}

/* What follows this text in the request, up to one of the stops. */
static void
request_word(char *to, size_t cap, const char *body, const char *after,
    const char *stops)
{
	const char *at = strstr(body, after);
	size_t len;

	to[0] = '\0';
	if (at == NULL)
		return;
	at += strlen(after);
	len = strcspn(at, stops);
	(void)snprintf(to, cap, "%.*s", (int)len, at);
}

static const char *
last_part(const char *uri)
{
	const char *slash = strrchr(uri, '/');

	return slash == NULL ? uri : slash + 1;
}

/* The machine signs the request for its certificate. */
static void
add_signed(struct body *b, const char *request)
{
	static char asked[FUZZ_BASE64], text[FUZZ_BASE64];

	request_word(asked, sizeof(asked), request,
	    "NullSignedCertificateRequest>", "<");
	if (certs_sign_request(text, asked))
		add_element(b, "SignedCertificateRequest", text);
}

static void
answer_call(struct body *b, const char *method, const char *request,
    uint32_t code, struct cursor *c)
{
	char output[224], number[16];

	(void)snprintf(output, sizeof(output), "g:%s_OUTPUT", method);
	(void)snprintf(number, sizeof(number), "%u", (unsigned)code);
	add(b, "<");
	add(b, output);
	add(b, ">");
	if (strcmp(method, "GetUuid") == 0)
		add_element(b, "UUID", "AQIDBAAAAAAAAAAAAAAAAA==");
	if (strcmp(method, "GetLowAccuracyTimeSynch") == 0)
		add_element(b, "Ta0",
		    strcmp(state, "2") == 0 ? "1800000000" : "9");
	if (strcmp(method, "GeneratePKCS10RequestEx") == 0)
		add_signed(b, request);
	add_properties(b, c);
	add_element(b, "ReturnValue", number);
	add(b, "</");
	add(b, output);
	add(b, ">");
}

static void
answer_instance(struct body *b, const char *class, struct cursor *c)
{
	add(b, "<g:");
	add(b, class);
	add(b, ">");
	if (strcmp(class, "AMT_SetupAndConfigurationService") == 0)
		add_element(b, "ProvisioningState", state);
	if (strcmp(class, "AMT_GeneralSettings") == 0)
		add_element(b, "DigestRealm", REALM);
	if (target_properties(class) != NULL)
		add(b, target_properties(class));
	add_properties(b, c);
	add(b, "</g:");
	add(b, class);
	add(b, ">");
}

static void
answer_pull(struct body *b, const char *class, struct cursor *c)
{
	unsigned n = cursor_left(c) == 0 ? 0 : cursor_u8(c) % 8;

	if (n == 0 && target_properties(class) != NULL)
		n = 1;
	add(b, "<n:PullResponse><n:Items>");
	if (strcmp(class, "CIM_SoftwareIdentity") == 0)
		add(b,
		    "<g:X><g:InstanceID>AMT</g:InstanceID><g:VersionString>"
		    "9.1.2</g:VersionString></g:X>");
	else
		for (; n > 0; n--)
			answer_instance(b, class, c);
	add(b, "</n:Items><n:EndOfSequence/></n:PullResponse>");
}

/* What was put last, by class; of RequestStateChange the state. */
static struct {
	char class[64], text[4096];
} kept[32];
static size_t nkept;

static char *
kept_of(const char *class, bool adds)
{
	for (size_t i = 0; i < nkept; i++)
		if (strcmp(kept[i].class, class) == 0)
			return kept[i].text;
	if (!adds || nkept == sizeof(kept) / sizeof(kept[0]))
		return NULL;
	(void)snprintf(kept[nkept].class, sizeof(kept[0].class), "%s", class);
	kept[nkept].text[0] = '\0';
	return kept[nkept++].text;
}

static void
keep(const char *verb, const char *class, const char *request)
{
	char *text, after[80], told[32];
	const char *at;
	int len;

	if (strcmp(verb, "Put") != 0 && strcmp(verb, "RequestStateChange") != 0)
		return;
	text = kept_of(class, true);
	if (text == NULL)
		return;
	if (verb[0] == 'R') {
		request_word(told, sizeof(told), request, "RequestedState>",
		    "<");
		(void)snprintf(text, sizeof(kept[0].text),
		    "<r:EnabledState>%s</r:EnabledState>", told);
		return;
	}
	(void)snprintf(after, sizeof(after), "/%.60s\">", class);
	at = strstr(request, after);
	if (at == NULL)
		return;
	at += strlen(after);
	(void)snprintf(after, sizeof(after), "</r:%.60s>", class);
	len = strstr(at, after) == NULL ? 0 : (int)(strstr(at, after) - at);
	(void)snprintf(text, sizeof(kept[0].text), "%.*s", len, at);
}

/* The machine has kept it, whatever the input says.  False: there was none. */
static bool
answer_kept(struct body *b, const char *class)
{
	const char *text = kept_of(class, false);

	if (text == NULL)
		return false;
	add(b, "<r:");
	add(b, class);
	add(b, " xmlns:r='" AMT "'>");
	add(b, text);
	add(b, "</r:");
	add(b, class);
	add(b, ">");
	return true;
}

static void
goes_over(const char *method)
{
	if (strcmp(method, "CommitChanges") == 0)
		state = "2";
	else if (strcmp(method, "PartialUnprovision") == 0)
		state = "1";
	else if (strcmp(method, "Unprovision") == 0)
		state = "0";
}

/* As it should be, but for what the input fills in. */
static void
answer_well(struct body *b, const char *request, uint8_t how, uint32_t code,
    struct cursor *c)
{
	char action[200], uri[200];
	const char *verb;

	request_word(action, sizeof(action), request, "<a:Action>", "<");
	request_word(uri, sizeof(uri), request, "<w:ResourceURI>", "<");
	verb = last_part(action);
	keep(verb, last_part(uri), request);
	if (code == 0)
		goes_over(verb);
	if ((how >= 100 || target_properties(last_part(uri)) != NULL) &&
	    how < 200 && strcmp(verb, "Get") == 0 &&
	    answer_kept(b, last_part(uri)))
		return;
	if (strcmp(verb, "Enumerate") == 0)
		add(b,
		    "<n:EnumerateResponse><n:EnumerationContext>1"
		    "</n:EnumerationContext></n:EnumerateResponse>");
	else if (strcmp(verb, "Pull") == 0)
		answer_pull(b, last_part(uri), c);
	else if (strcmp(verb, "Get") == 0 || strcmp(verb, "Put") == 0)
		answer_instance(b, last_part(uri), c);
	else
		answer_call(b, verb, request, code, c);
}

static void
answer_fault(struct body *b, uint8_t which)
{
	static const char *const codes[] = { "DestinationUnreachable",
		"AccessDenied", "EndpointUnavailable", "InvalidRepresentation",
		"AlreadyExists" };

	add(b, "<s:Fault><s:Code><s:Subcode><s:Value>a:");
	add(b, codes[which % (sizeof(codes) / sizeof(codes[0]))]);
	add(b,
	    "</s:Value></s:Subcode></s:Code><s:Reason><s:Text>" SECRET
	    "</s:Text></s:Reason></s:Fault>");
}

static struct setup_reply
next_reply(struct cursor *c, const struct setup_ask *ask)
{
	static struct body b;
	struct setup_reply r = { .outcome = SETUP_ANSWERED,
		.status = 200,
		.server = "",
		.note = "",
		.realm = REALM };
	uint8_t how = cursor_left(c) == 0 ? 0 : cursor_u8(c);
	struct cursor raw;

	begin(&b);
	if (how >= 250) {
		r.outcome = SETUP_HTTP_CLOSED;
		return r;
	}
	if (how >= 240) {
		raw = cursor_part(c, cursor_u8(c));
		b.len = 0;
		memcpy(b.text, raw.len == 0 ? "" : (const char *)raw.base,
		    raw.len);
		b.len = raw.len;
	} else if (how >= 220) {
		r.status = 400;
		answer_fault(&b, how);
	} else
		answer_well(&b, ask->body, how, how < 200 ? 0 : cursor_u16le(c),
		    c);
	add(&b, how >= 240 ? "" : "</s:Body></s:Envelope>");
	r.body = b.text;
	r.len = b.len;
	return r;
}

/* The certificate that the conversation waits for, if it comes. */
static void
next_signature(struct cursor *c, struct setup *s)
{
	static struct setup_signature a;
	uint8_t how = cursor_left(c) == 0 ? 0 : cursor_u8(c);
	struct machinecert_der *d = &a.chain.cert[0];
	size_t at;

	memset(&a, 0, sizeof(a));
	a.note = SECRET;
	a.how = how < 128 ? SETUP_SIGNED
	                  : SETUP_SIGNED + how % (SETUP_SIGNER_BROKEN + 1);
	if (a.how == SETUP_SIGNED)
		certs_sign(&a, setup_signing(s));
	if (how > 64 && how < 128 && d->len > 0) {
		at = cursor_u16le(c) % d->len;
		d->at[at] = cursor_u8(c);
	}
	setup_signed(s, &a);
}

#endif
