/*
 * setup: any sequence of replies ends the conversation within a bounded number
 * of requests and waits, what it tells holds no secret, and nothing is asked
 * of the plain port before a key has proved who is there.  Over a certificate
 * the passwords are offered once each while it is not known which one is right.
 *
 * The first byte makes the job: a later attempt, a proof, a realm that was
 * recorded, a certificate in place of a key, a commit that may be missing. Each
 * reply begins with a byte: its low half is the outcome, its high half what is
 * answered, from the right answer to the step to raw bytes. When the input is
 * used up, connections are closed.
 */
#include "setup/setup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cursor.h"
#include "setup/chains.h"
#include "setup/settings.h"
#include "setup/setup_way.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ASKS_MAX 120
#define WAITED_MAX 300000

static char ping_item[] = "", ping_value[] = "on";
static struct settings_value asked = { "ping", ping_item, ping_value };
static const struct settings settings = { .list = &asked, .n = 1 };

static const struct setup_job job = { .uuid = { 1, 2, 3, 4 },
	.host = "pc-0001",
	.domain = "example.com",
	.ntries = 3,
	.tries = { "Try-one-1", "Try-two-2", "admin" },
	.admin_next = "Next-admin-3",
	.mebx_next = "Next-mebx-4",
	.settings = &settings };

static const struct setup_chain chain = { .name = "best",
	.cn = "prov.example.com",
	.root = "0123456789abcdef0123456789abcdef"
	        "0123456789abcdef0123456789abcdef" };

#define REALM "Digest:A4000000000000000000000000000001"
#define AMT "http://intel.com/wbem/wscim/1/amt-schema/1/AMT_"

static const struct {
	const char *step;
	const char *element; /* the answer's */
	const char *inside;
} answers[] = {
	{ "read-state", "SetupAndConfigurationService",
	    "<g:ProvisioningState>1</g:ProvisioningState>" },
	{ "check-mebx", "SetupAndConfigurationService",
	    "<g:ProvisioningState>1</g:ProvisioningState>" },
	{ "verify-state", "SetupAndConfigurationService",
	    "<g:ProvisioningState>2</g:ProvisioningState>" },
	{ "read-uuid", "GetUuid_OUTPUT",
	    "<g:UUID>AQIDBAAAAAAAAAAAAAAAAA==</g:UUID>" },
	{ "read-guid", "CIM_ComputerSystemPackage",
	    "<g:PlatformGUID>01020304000000000000000000000000"
	    "</g:PlatformGUID>" },
	{ "list-version", "n:EnumerateResponse",
	    "<n:EnumerationContext>1</n:EnumerationContext>" },
	{ "pull-version", "n:PullResponse",
	    "<n:Items><g:X><g:InstanceID>AMT</g:InstanceID><g:VersionString>"
	    "9.1.2</g:VersionString></g:X></n:Items><n:EndOfSequence/>" },
	{ "read-settings", "GeneralSettings",
	    "<g:DigestRealm>" REALM "</g:DigestRealm>" },
	{ "read-names", "GeneralSettings",
	    "<g:DigestRealm>" REALM "</g:DigestRealm>" },
	{ "check-admin", "GeneralSettings",
	    "<g:DigestRealm>" REALM "</g:DigestRealm>"
	    "<g:PingResponseEnabled>false</g:PingResponseEnabled>" },
	{ "verify-names", "GeneralSettings",
	    "<g:DomainName>example.com</g:DomainName><g:HostName>pc-0001"
	    "</g:HostName>" },
	{ "read-clock", "GetLowAccuracyTimeSynch_OUTPUT",
	    "<g:Ta0>1800000000</g:Ta0>" },
	{ "set-clock", "SetHighAccuracyTimeSynch_OUTPUT", "" },
	{ "extend-window", "ExtendProvisioningPeriod_OUTPUT", "" },
	{ "verify-control", "n:IPS_HostBasedSetupService",
	    "<g:CurrentControlMode>2</g:CurrentControlMode>" },
	{ "verify-records", "n:EnumerateResponse",
	    "<n:EnumerationContext>1</n:EnumerationContext>" },
	{ "verify-record", "n:PullResponse",
	    "<n:Items><g:X><g:ProvServerFQDN>prov.example.com"
	    "</g:ProvServerFQDN><g:SelectedHashData>"
	    "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8="
	    "</g:SelectedHashData></g:X></n:Items><n:EndOfSequence/>" },
	{ "set-mebx", "SetMEBxPassword_OUTPUT", "" },
	{ "set-admin", "SetAdminAclEntryEx_OUTPUT", "" },
	{ "put-names", "Any", "" },
	{ "commit", "CommitChanges_OUTPUT", "" },
};

/* What the step expects, with `inside` or what it should hold, and a
 * ReturnValue unless it is negative. */
static size_t
answer(char *to, size_t cap, const char *step, const char *inside, int code)
{
	char value[64] = "";
	const char *element = NULL;
	char name[64];

	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		if (strcmp(answers[i].step, step) == 0) {
			element = answers[i].element;
			inside = inside != NULL ? inside : answers[i].inside;
		}
	if (element == NULL)
		abort(); /* a step that this does not know */
	/* classes get their prefix, methods and the others have theirs */
	(void)snprintf(name, sizeof(name), "%s%s%s",
	    strchr(element, ':') == NULL ? "g:" : "",
	    strchr(element, '_') == NULL && strchr(element, ':') == NULL
	        ? "AMT_"
	        : "",
	    element);
	if (code >= 0)
		(void)snprintf(value, sizeof(value),
		    "<g:ReturnValue>%d</g:ReturnValue>", code);
	return (size_t)snprintf(to, cap,
	    "<a:Envelope xmlns:a='http://www.w3.org/2003/05/soap-envelope' "
	    "xmlns:n='http://schemas.xmlsoap.org/ws/2004/09/enumeration' "
	    "xmlns:g='" AMT "X'><a:Body><%s>%s%s</%s></a:Body></a:Envelope>",
	    name, inside, value, name);
}

static size_t
soap_fault(char *to, size_t cap, uint8_t which)
{
	return (size_t)snprintf(to, cap,
	    "<a:Envelope xmlns:a='http://www.w3.org/2003/05/soap-envelope' "
	    "xmlns:b='http://schemas.xmlsoap.org/ws/2004/08/addressing'>"
	    "<a:Body><a:Fault><a:Code><a:Subcode><a:Value>b:%s</a:Value>"
	    "</a:Subcode></a:Code><a:Reason><a:Text>Try-one-1 \n&#x7f;%u"
	    "</a:Text></a:Reason></a:Fault></a:Body></a:Envelope>",
	    which % 2 == 0 ? "EndpointUnavailable" : "AccessDenied",
	    (unsigned)which);
}

static struct setup_reply
next_reply(struct cursor *c, const struct setup_ask *ask)
{
	static char buf[70000], realm[SETUP_REALM_MAX + 1];
	struct setup_reply r = { .outcome = SETUP_HTTP_CLOSED,
		.status = 200,
		.server = "",
		.note = "at Next-mebx-4",
		.realm = realm,
		.body = buf };
	char inside[128];
	uint8_t op;
	struct cursor raw;

	/* The one that is asked for is the conversation's own. */
	(void)snprintf(realm, sizeof(realm), "%s",
	    ask->realm != NULL ? ask->realm : REALM);
	if (cursor_left(c) == 0)
		return r;
	op = cursor_u8(c);
	r.outcome = (enum setup_outcome)(
	    (op & 15) > SETUP_HTTP_BROKEN ? SETUP_ANSWERED : op & 15);
	switch (op >> 4) {
	case 8:
		r.status = 401;
		break;
	case 9:
		r.len =
		    answer(buf, sizeof(buf), ask->step, "", cursor_u16le(c));
		break;
	case 10:
		r.status = 400;
		r.len = soap_fault(buf, sizeof(buf), cursor_u8(c));
		break;
	case 11:
		raw = cursor_part(c, cursor_u16le(c));
		r.len = raw.len;
		if (raw.len != 0)
			memcpy(buf, raw.base, raw.len);
		break;
	case 12:
		(void)snprintf(inside, sizeof(inside),
		    "<g:ProvisioningState>%u</g:ProvisioningState>",
		    (unsigned)cursor_u8(c));
		r.len = answer(buf, sizeof(buf), ask->step, inside, 0);
		break;
	case 13:
		r.status = 500;
		r.len = (size_t)snprintf(buf, sizeof(buf), "<html>");
		break;
	case 14:
		r.server = "Intel(R) Active Management Technology 9.1";
		r.len = answer(buf, sizeof(buf), ask->step, NULL, -1);
		break;
	case 15:
		r.status = 401;
		r.stale = (cursor_u8(c) & 1) != 0;
		r.realm = r.stale ? r.realm : "Digest:B";
		r.foreign = !r.stale && ask->realm != NULL;
		break;
	default:
		r.len = answer(buf, sizeof(buf), ask->step, NULL, 0);
	}
	return r;
}

static void
check_detail(const char *detail)
{
	for (size_t i = 0; i < 2; i++) /* the third is the factory's */
		if (strstr(detail, job.tries[i]) != NULL)
			abort();
	if (strstr(detail, job.admin_next) != NULL ||
	    strstr(detail, job.mebx_next) != NULL)
		abort();
	for (; *detail != '\0'; detail++)
		if (*detail < 0x20 || *detail > 0x7e)
			abort();
}

static void
check_ask(const struct setup_job *j, const struct setup_ask *ask, bool proved)
{
	enum setup_route home = j->certified ? SETUP_TLS_PKI : SETUP_TLS_PSK;

	if (ask->body[ask->len] != '\0' || ask->len == 0 ||
	    (ask->password == NULL && ask->route != SETUP_TLS_PKI) ||
	    (ask->password != NULL && *ask->password == '\0' &&
	        !j->certified) ||
	    (ask->password != NULL && j->certified &&
	        (ask->realm == NULL || j->wish == SETUP_PROVE)))
		abort();
	if (ask->route == home) {
		if (j->wish == SETUP_PROVE &&
		    strncmp(ask->step, "read-", 5) != 0)
			abort();
		return;
	}
	if (j->wish == SETUP_PROVE || ask->realm == NULL ||
	    (!proved && strcmp(ask->realm, j->realm) != 0) ||
	    (!proved && j->realm[0] == '\0'))
		abort();
}

static void
check_end(struct setup *s, enum setup_milestone good)
{
	unsigned seen = 0;
	enum setup_milestone m;

	while ((m = setup_milestone(s)) != SETUP_NO_MILESTONE) {
		if ((seen & 1U << m) != 0)
			abort(); /* twice */
		seen |= 1U << m;
	}
	if ((setup_reason(s) == REASON_NONE) != ((seen & 1U << good) != 0))
		abort();
	check_detail(setup_detail(s));
	check_detail(setup_firmware(s));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cursor c = { .base = data, .len = size };
	struct setup_job j = job;
	struct setup *s;
	struct setup_ask ask;
	struct setup_reply r, *in = NULL;
	enum setup_next next;
	int64_t wait_ms = 0, waited_ms = 0, now = 1800000000;
	unsigned asks = 0;
	uint8_t how = cursor_u8(&c);
	bool proved = false;

	j.attempt = 1U + (how & 1);
	j.wish = (how & 6) == 6 ? SETUP_PROVE : SETUP_SET_UP;
	(void)snprintf(j.realm, sizeof(j.realm), "%s",
	    (how & 8) != 0 ? REALM : "");
	j.commit = (how & 32) != 0;
	if ((how & 16) != 0) {
		j.way = &setup_way_pki;
		j.certified = true;
		j.chains[0] = j.chains[1] = &chain;
		j.nchains = 2;
	}
	s = setup_new(&j);
	if (s == NULL)
		return 0;
	while ((next = setup_step(s, in, now, asks, &ask, &wait_ms)) !=
	    SETUP_END) {
		in = NULL;
		if (next == SETUP_WAIT) {
			waited_ms += wait_ms;
			if (wait_ms <= 0 || waited_ms > WAITED_MAX)
				abort();
			continue;
		}
		if (++asks > ASKS_MAX)
			abort();
		check_ask(&j, &ask, proved);
		r = next_reply(&c, &ask);
		proved |= (ask.route == SETUP_TLS_PSK ||
		              ask.route == SETUP_TLS_PKI) &&
		    strncmp(ask.step, "read-", 5) == 0 && r.len != 0;
		in = &r;
	}
	check_end(s, j.wish == SETUP_PROVE ? SETUP_PROVED : SETUP_VERIFIED);
	setup_free(s);
	return 0;
}
