/*
 * families: with every setting of the table asked for, whatever the machine
 * lists, returns and refuses ends the conversation within a bounded number of
 * requests, and neither what it tells nor what it found holds a secret.
 *
 * The profile is made from the table, so a new row is asked for too.  The input
 * answers the requests one after the other: a byte says how (as it should be, a
 * fault, a code, raw bytes), and for each instance how many properties, which
 * of a list of names, and with which values.  When it is used up all is empty.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "setup/setting.h"
#include "setup/settings.h"
#include "setup/setup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ASKS_MAX 3000
#define REALM "Digest:A4000000000000000000000000000001"
#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/X"
#define SECRET "Fuzz-secret-7"

static const struct setup_job job = { .uuid = { 1, 2, 3, 4 },
	.host = "pc-0001",
	.domain = "example.com",
	.ntries = 1,
	.tries = { "Try-one-1" },
	.admin_next = "Next-admin-3",
	.attempt = 1 };

/* --- the profile ---------------------------------------------------------- */

static const char *
value_of(const struct setting *row, char *to, size_t cap, bool second)
{
	if (row->choices != NULL)
		return row->choices[second && row->choices[1].word != NULL]
		    .word;
	switch (row->type) {
	case SETTING_SWITCH:
		return second ? "off" : "on";
	case SETTING_NUMBER:
		(void)snprintf(to, cap, "%u",
		    (unsigned)(second ? row->most : row->least));
		return to;
	case SETTING_PASSWORD:
		return SECRET;
	case SETTING_BASE64:
		return "TUlJQg==";
	default:
		return row->secret ? SECRET : second ? "example.com" : "one";
	}
}

static void
ask_for_all(struct settings *s, uint8_t how)
{
	char text[32];
	struct fault f;

	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		bool second = (how >> i % 8 & 1) != 0;
		const char *value = value_of(row, text, sizeof(text), second);

		if (row->own != NULL)
			continue;
		if (setting_check(row, value, &f) == -1)
			continue;
		(void)settings_add(s, row->name, row->list != NULL ? "one" : "",
		    value, &f);
		if (row->list != NULL)
			(void)settings_add(s, row->name, "two",
			    value_of(row, text, sizeof(text), !second), &f);
	}
}

/* --- the machine ---------------------------------------------------------- */

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
	"ReturnValue", "DigestRealm", "PingResponseEnabled" };
#define NNAMES (sizeof(names) / sizeof(names[0]))

static const char *const values[] = { "", "0", "1", "2", "3", "true", "false",
	"one", "two", "TUlJQg==", "4294967295", "-1", "example.com", "$$uns",
	"admin", "00-00-00-00-00-00", "Intel(r) AMT: Handle: 1", SECRET,
	"32768", "AAECAwQFBgcICQoLDA0ODw==", "%s%n", "<a:Address>x</a:Address>",
	"<a:ReferenceParameters><w:SelectorSet><w:Selector "
	"Name='InstanceID'>Intel(r) AMT: Handle: 1</w:Selector>"
	"</w:SelectorSet></a:ReferenceParameters>" };
#define NVALUES (sizeof(values) / sizeof(values[0]))

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

static void
add_properties(struct body *b, struct cursor *c)
{
	unsigned n = cursor_left(c) == 0 ? 0 : cursor_u8(c) % 24;

	for (; n > 0 && cursor_left(c) > 1; n--) {
		const char *name = names[cursor_u8(c) % NNAMES];

		add_element(b, name, values[cursor_u8(c) % NVALUES]);
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

static void
answer_call(struct body *b, const char *method, uint32_t code, struct cursor *c)
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
		add_element(b, "Ta0", "9");
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
		add_element(b, "ProvisioningState", "1");
	if (strcmp(class, "AMT_GeneralSettings") == 0)
		add_element(b, "DigestRealm", REALM);
	add_properties(b, c);
	add(b, "</g:");
	add(b, class);
	add(b, ">");
}

static void
answer_pull(struct body *b, const char *class, struct cursor *c)
{
	unsigned n = cursor_left(c) == 0 ? 0 : cursor_u8(c) % 8;

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

/* As it should be, but for what the input fills in. */
static void
answer_well(struct body *b, const char *request, uint32_t code,
    struct cursor *c)
{
	char action[200], uri[200];
	const char *verb;

	request_word(action, sizeof(action), request, "<a:Action>", "<");
	request_word(uri, sizeof(uri), request, "<w:ResourceURI>", "<");
	verb = last_part(action);
	if (strcmp(verb, "Enumerate") == 0)
		add(b,
		    "<n:EnumerateResponse><n:EnumerationContext>1"
		    "</n:EnumerationContext></n:EnumerateResponse>");
	else if (strcmp(verb, "Pull") == 0)
		answer_pull(b, last_part(uri), c);
	else if (strcmp(verb, "Get") == 0 || strcmp(verb, "Put") == 0)
		answer_instance(b, last_part(uri), c);
	else
		answer_call(b, verb, code, c);
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
		answer_well(&b, ask->body, how < 200 ? 0 : cursor_u16le(c), c);
	add(&b, how >= 240 ? "" : "</s:Body></s:Envelope>");
	r.body = b.text;
	r.len = b.len;
	return r;
}

/* --- what must hold ------------------------------------------------------- */

static void
check_text(const char *text)
{
	if (strstr(text, SECRET) != NULL ||
	    strstr(text, job.admin_next) != NULL ||
	    strstr(text, job.tries[0]) != NULL)
		abort();
	for (; *text != '\0'; text++)
		if ((unsigned char)*text < 0x20)
			abort();
}

static void
check_findings(struct setup *s)
{
	const struct setup_finding *f;

	while ((f = setup_finding(s)) != NULL) {
		const struct setting *row = NULL;

		for (size_t i = 0; i < setting_count; i++)
			if (strcmp(setting_table[i].name, f->setting) == 0)
				row = &setting_table[i];
		if (row == NULL ||
		    (row->secret &&
		        (f->wanted[0] != '\0' || f->found[0] != '\0')))
			abort();
		check_text(f->item);
		check_text(f->wanted);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = { .base = data, .len = size };
	struct settings settings = { .profile = "all" };
	struct setup_job j = job;
	struct setup_ask ask;
	struct setup_reply r, *in = NULL;
	enum setup_next next;
	int64_t wait_ms = 0, now_ms = 0;
	unsigned turns = 0;
	struct setup *s;

	ask_for_all(&settings, size == 0 ? 0 : cursor_u8(&c));
	j.settings = &settings;
	s = setup_new(&j);
	while (s != NULL &&
	    (next = setup_step(s, in, 1800000000, now_ms, &ask, &wait_ms)) !=
	        SETUP_END) {
		in = NULL;
		if (++turns > ASKS_MAX)
			abort();
		now_ms += next == SETUP_WAIT ? wait_ms : 10;
		if (next != SETUP_ASK)
			continue;
		r = next_reply(&c, &ask);
		in = &r;
	}
	if (s != NULL) {
		check_text(setup_detail(s));
		check_findings(s);
	}
	setup_free(s);
	settings_free(&settings);
	return 0;
}
