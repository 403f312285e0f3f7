#ifndef SETUP_DEVICE_H
#define SETUP_DEVICE_H

/*
 * setup_device - an AMT machine without a network, for tests of the setup
 * conversation: one request in, one outcome out.
 *
 * It behaves as the firmware documents say, not as our conversation happens to
 * ask: any order of calls is taken, the commit has its preconditions, the
 * password check hashes what it is offered, and the ports open and close with
 * the state.  Requests are read with libxml2's tree, not with wsman.c.  A
 * script of faults breaks it at a given request.  It counts what it was told.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <openssl/evp.h>

#include "setup_device_pki.h"

#define AMT_URI "http://intel.com/wbem/wscim/1/amt-schema/1/"
#define CIM_URI "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"

enum mishap {
	FINE,
	CUT_BEFORE, /* closed, and the request was never carried out */
	CUT_AFTER,  /* carried out, and the reply was lost */
	HANG_AFTER, /* carried out, and no reply in time */
	PAGE_500,   /* an HTML page instead, not carried out */
	PAGE_500_AFTER,
	PAGE_200,
	SOAP_FAULT, /* with mishap_text as its subcode and reason */
	RETURNS,    /* with mishap_code, not carried out */
	NO_RETURN,  /* carried out, ReturnValue left out */
	REFUSED_401,
	NO_DIGEST, /* a 401 that asks for something else */
	WRONG_RELATES,
	GARBAGE, /* status 200 and no XML */
	WRONG_CLASS,
	DEAD, /* from here on nothing connects */
};

struct device {
	uint8_t uuid[16];
	const char *server;  /* header */
	const char *version; /* of CIM_SoftwareIdentity; NULL: it faults */
	unsigned state, mode, password_model;
	char realm[256];
	char ha1[33]; /* base64 of the admin's hash */
	char mebx[64];
	bool default_admin; /* the network password was never changed */
	bool clock_set;
	int64_t clock; /* device minus ours, in seconds */
	char host[256], domain[256], oem[64];
	char ping[8], rmcp[8];
	bool uuid_faults, in_chunks;
	bool closes; /* after each reply, and without saying so */
	bool no_ping_property;
	unsigned bulk;         /* bytes of one more property */
	bool needs_admin_call; /* commit wants SetAdminAclEntryEx itself */
	bool mebx_once;        /* "default password only" policy */
	bool cuts_at_commit;
	bool deaf_after_commit;
	bool open_in_setup;          /* 16992 answers before the commit too */
	bool tls_stays;              /* 16993 answers after the commit too */
	bool setup_leaf;             /* in setup it shows another certificate */
	bool on_tls_only;            /* and 16992 does not */
	bool has_own_cert;           /* 16993 wants no key after the commit */
	enum setup_tls own_rung;     /* the only one that it takes there */
	const char *leaf;            /* SHA-256 of its certificate there */
	bool audited;                /* the audit log forbids unprovisioning */
	bool keeps_rmcp;             /* whatever a Put says */
	bool no_amt;                 /* no CIM_SoftwareIdentity has that name */
	const char *note;            /* the transport's words */
	unsigned restart;            /* connections refused after the commit */
	unsigned locked;             /* logins refused, whatever the password */
	bool stale;                  /* and every nonce is called so */
	const char *plain_realm;     /* another at 16992; "": no login there */
	enum setup_tls lowest;       /* first rung it accepts */
	enum setup_outcome rung[3];  /* what the rungs above it give */
	enum setup_outcome tls_port; /* SETUP_ANSWERED: by the state */
	enum setup_outcome plain_port;

	unsigned heals_after; /* connections; then any rung will do */
	struct device_pki pki;

	/* Not NULL: what is said in place of its own answer to "Get CLASS",
	 * "Call METHOD"; NULL of it: nothing.  What is done is done. */
	const char *(
	    *captured)(const char *verb, const char *of, const char *body);

	/* faults: at request number `at`, or at each call of `method` */
	unsigned at;
	const char *method;
	unsigned times; /* of method; 0 always */
	enum mishap mishap;
	unsigned mishap_code;
	const char *mishap_text;

	/* what it was told */
	unsigned requests, connections, puts, commits, refusals, admins, mebxs;
	unsigned unprovisions;
	unsigned pings;
	unsigned part; /* of an open list that is given out next; 0: no list */
	unsigned strangers; /* requests at 16992 that no digest followed */
	char said[8192];    /* the methods in order, blank after each */
	char put_body[16384];
	char last_digest[64];
};

struct talk { /* the connection under the conversation */
	bool open;
	enum setup_route route;
	enum setup_tls tls;
	size_t chain;
	bool bare; /* no login so far */
	char password[64];
};

static inline void
device_hash(const struct device *d, const char *password, char to[33])
{
	char text[512];
	unsigned char md[EVP_MAX_MD_SIZE];
	int n = snprintf(text, sizeof(text), "admin:%s:%s", d->realm, password);

	(void)EVP_Digest(text, (size_t)n, md, NULL, EVP_md5(), NULL);
	(void)EVP_EncodeBlock((unsigned char *)to, md, 16);
}

static inline void
device_init(struct device *d, const uint8_t uuid[16], const char *password)
{
	*d = (struct device){ .server = "Intel(R) Active Management "
		                        "Technology 9.1.20.1035",
		.version = "9.1.20",
		.state = 1,
		.mode = 1,
		.password_model = 1,
		.clock = -500000000,
		.in_chunks = true };
	memcpy(d->uuid, uuid, 16);
	strcpy(d->realm, "Digest:A4000000000000000000000000000001");
	strcpy(d->oem, "a & b <c> \"d\"");
	strcpy(d->ping, "true");
	strcpy(d->rmcp, "true");
	strcpy(d->mebx, password);
	device_hash(d, password, d->ha1);
}

/* --- the answer's bytes -------------------------------------------------- */

static char device_reply[65536];

static inline void
device_escape(char *to, const char *from)
{
	for (; *from != '\0'; from++)
		switch (*from) {
		case '&':
			to = stpcpy(to, "&amp;");
			break;
		case '<':
			to = stpcpy(to, "&lt;");
			break;
		case '>':
			to = stpcpy(to, "&gt;");
			break;
		default:
			*to++ = *from;
		}
	*to = '\0';
}

/* As the firmware lays it out: prefixes a, b, c and then the payload's. */
static inline void
device_envelope(const char *uri, const char *id, const char *body)
{
	(void)snprintf(device_reply, sizeof(device_reply),
	    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><a:Envelope "
	    "xmlns:a=\"http://www.w3.org/2003/05/soap-envelope\" "
	    "xmlns:b=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "
	    "xmlns:c=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "
	    "xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\" "
	    "xmlns:g=\"%s\"><a:Header><b:To>http://schemas.xmlsoap.org/ws/"
	    "2004/08/addressing/role/anonymous</b:To><b:RelatesTo>%s"
	    "</b:RelatesTo><b:Action a:mustUnderstand=\"true\">x</b:Action>"
	    "<b:MessageID>uuid:00000000-8086-8086-8086-000000000001"
	    "</b:MessageID></a:Header><a:Body>%s</a:Body></a:Envelope>",
	    uri, id, body);
}

static inline void
device_fault(const char *id, const char *subcode, const char *text)
{
	char body[2048], escaped[1024];
	int word = (int)strcspn(subcode, " ");

	device_escape(escaped, text);
	(void)snprintf(body, sizeof(body),
	    "<a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode><a:Value>"
	    "%.*s</a:Value></a:Subcode></a:Code><a:Reason><a:Text "
	    "xml:lang=\"en-US\">%s</a:Text></a:Reason><a:Detail></a:Detail>"
	    "</a:Fault>",
	    word, subcode, escaped);
	device_envelope("urn:none", id, body);
}

/* --- the request --------------------------------------------------------- */

struct request {
	char action[256], uri[256], id[64];
	char verb[64]; /* last part of the action */
	xmlNode *body; /* its only element, or NULL */
};

static inline xmlNode *
xml_child(xmlNode *n, const char *name)
{
	for (n = n == NULL ? NULL : n->children; n != NULL; n = n->next)
		if (n->type == XML_ELEMENT_NODE &&
		    (name == NULL || strcmp((const char *)n->name, name) == 0))
			return n;
	return NULL;
}

static inline void
xml_text(xmlNode *n, const char *name, char *to, size_t cap)
{
	xmlChar *text = xmlNodeGetContent(xml_child(n, name));

	(void)snprintf(to, cap, "%s", text == NULL ? "" : (char *)text);
	xmlFree(text);
}

static inline const char *
device_class(const struct request *q)
{
	return strrchr(q->uri, '/') + 1;
}

/* --- what it does -------------------------------------------------------- */

static inline void
device_settings(const struct device *d, const struct request *q)
{
	char body[32768], host[512], domain[512], oem[256], realm[1024];
	char pings[256] = "";

	device_escape(host, d->host);
	device_escape(domain, d->domain);
	device_escape(oem, d->oem);
	device_escape(realm, d->realm);
	if (!d->no_ping_property)
		(void)snprintf(pings, sizeof(pings),
		    "<g:PingResponseEnabled>%s</g:PingResponseEnabled>"
		    "<g:RmcpPingResponseEnabled>%s"
		    "</g:RmcpPingResponseEnabled>",
		    d->ping, d->rmcp);
	(void)snprintf(body, sizeof(body),
	    "<g:AMT_GeneralSettings><g:Bulk>%0*d</g:Bulk><g:DigestRealm>%s</"
	    "g:DigestRealm>"
	    "<g:DomainName>%s</g:DomainName><g:HostName>%s</g:HostName>"
	    "<g:InstanceID>Intel(r) AMT: General Settings</g:InstanceID>"
	    "<g:OemID>%s</g:OemID><g:OemID>2</g:OemID>%s"
	    "<g:SharedFQDN>true</g:SharedFQDN></g:AMT_GeneralSettings>",
	    (int)d->bulk, 0, realm, domain, host, oem, pings);
	device_envelope(q->uri, q->id, body);
}

static inline void
device_service(const struct device *d, const struct request *q)
{
	char body[1024], otp[128] = "";

	if (d->pki.otp != NULL)
		(void)snprintf(otp, sizeof(otp),
		    "<g:ProvisioningServerOTP>%s</g:ProvisioningServerOTP>",
		    d->pki.otp);
	(void)snprintf(body, sizeof(body),
	    "<g:AMT_SetupAndConfigurationService><g:CreationClassName>"
	    "AMT_SetupAndConfigurationService</g:CreationClassName>"
	    "<g:PasswordModel>%u</g:PasswordModel><g:ProvisioningMode>%u"
	    "</g:ProvisioningMode>%s<g:ProvisioningState>%u"
	    "</g:ProvisioningState></g:AMT_SetupAndConfigurationService>",
	    d->password_model, d->mode, otp, d->state);
	device_envelope(q->uri, q->id, body);
}

static inline void
device_put(struct device *d, const struct request *q, const char *raw)
{
	d->puts++;
	(void)snprintf(d->put_body, sizeof(d->put_body), "%s", raw);
	xml_text(q->body, "HostName", d->host, sizeof(d->host));
	xml_text(q->body, "DomainName", d->domain, sizeof(d->domain));
	xml_text(q->body, "OemID", d->oem, sizeof(d->oem));
	if (!d->no_ping_property) {
		xml_text(q->body, "PingResponseEnabled", d->ping,
		    sizeof(d->ping));
		if (!d->keeps_rmcp)
			xml_text(q->body, "RmcpPingResponseEnabled", d->rmcp,
			    sizeof(d->rmcp));
	}
	device_settings(d, q);
}

static inline void
device_return(const struct request *q, const char *more, unsigned code)
{
	char body[512];

	(void)snprintf(body, sizeof(body),
	    "<g:%s_OUTPUT>%s<g:ReturnValue>%u</g:ReturnValue></g:%s_OUTPUT>",
	    q->verb, more, code, q->verb);
	device_envelope(q->uri, q->id, body);
}

static inline unsigned
device_set_clock(struct device *d, const struct request *q, int64_t now)
{
	char ta0[32], tm1[32], tm2[32];
	int64_t t[3];

	xml_text(q->body, "Ta0", ta0, sizeof(ta0));
	xml_text(q->body, "Tm1", tm1, sizeof(tm1));
	xml_text(q->body, "Tm2", tm2, sizeof(tm2));
	t[0] = atoll(ta0);
	t[1] = atoll(tm1);
	t[2] = atoll(tm2);
	if (t[1] < 1072915200 || t[2] < 1072915200) /* 1 January 2004 */
		return 36;
	d->clock += ((t[1] + t[2]) - (t[0] + now + d->clock)) / 2;
	d->clock_set = true;
	return 0;
}

static inline unsigned
device_set_mebx(struct device *d, const struct request *q)
{
	char password[64];

	xml_text(q->body, "Password", password, sizeof(password));
	if ((d->mebx_once && strcmp(d->mebx, "admin") != 0) ||
	    d->pki.mebx_forbidden)
		return 16;
	if (strlen(password) < 8)
		return 2054;
	strcpy(d->mebx, password);
	d->mebxs++;
	if (d->password_model == 0)
		device_hash(d, password, d->ha1);
	return 0;
}

static inline unsigned
device_set_admin(struct device *d, const struct request *q)
{
	char user[64], digest[64];

	xml_text(q->body, "Username", user, sizeof(user));
	xml_text(q->body, "DigestPassword", digest, sizeof(digest));
	strcpy(d->last_digest, digest);
	if (strcmp(user, "admin") != 0 || strlen(digest) != 24)
		return 2054;
	strcpy(d->ha1, digest);
	d->admins++;
	d->needs_admin_call = false;
	return 0;
}

static inline unsigned
device_commit(struct device *d)
{
	if (d->pki.forgets_clock) {
		d->pki.forgets_clock = false;
		d->clock_set = false;
		d->clock -= 1000;
	}
	if (d->pki.forgets_name) {
		d->pki.forgets_name = false;
		d->host[0] = '\0';
	}
	if (!d->clock_set || d->host[0] == '\0' || d->needs_admin_call ||
	    (d->pki.wants_mebx && strcmp(d->mebx, "admin") == 0))
		return 2057;
	d->commits++;
	d->state = 2;
	return 0;
}

static inline unsigned
device_extend(struct device *d, const struct request *q)
{
	char hours[16];

	xml_text(q->body, "Duration", hours, sizeof(hours));
	d->pki.windows++;
	d->pki.window = (unsigned)atoi(hours);
	return d->pki.window > 24 ? 36 : 0;
}

static inline unsigned
device_unprovision(struct device *d, const struct request *q)
{
	char mode[16];
	bool partial = strcmp(q->verb, "PartialUnprovision") == 0;

	if (d->audited)
		return 2076;
	xml_text(q->body, "ProvisioningMode", mode, sizeof(mode));
	if (!partial && strcmp(mode, "1") != 0)
		return 36;
	d->unprovisions++;
	d->state = partial ? 1 : 0;
	return 0;
}

static inline void
device_call(struct device *d, const struct request *q, int64_t now)
{
	char more[128] = "", base64[25];
	unsigned code = 1;

	if (strcmp(q->verb, "GetUuid") == 0) {
		(void)EVP_EncodeBlock((unsigned char *)base64, d->uuid, 16);
		(void)snprintf(more, sizeof(more), "<g:UUID>%s</g:UUID>",
		    base64);
		code = 0;
	} else if (strcmp(q->verb, "GetLowAccuracyTimeSynch") == 0) {
		(void)snprintf(more, sizeof(more), "<g:Ta0>%u</g:Ta0>",
		    (unsigned)(now + d->clock));
		code = 0;
	} else if (strcmp(q->verb, "SetHighAccuracyTimeSynch") == 0)
		code = device_set_clock(d, q, now);
	else if (strcmp(q->verb, "SetMEBxPassword") == 0)
		code = device_set_mebx(d, q);
	else if (strcmp(q->verb, "SetAdminAclEntryEx") == 0)
		code = device_set_admin(d, q);
	else if (strcmp(q->verb, "CommitChanges") == 0)
		code = device_commit(d);
	else if (strcmp(q->verb, "ExtendProvisioningPeriod") == 0)
		code = device_extend(d, q);
	else if (strcmp(q->verb, "Unprovision") == 0 ||
	    strcmp(q->verb, "PartialUnprovision") == 0)
		code = device_unprovision(d, q);
	else if (strcmp(q->verb, "GetUnprovisionBlockingComponents") == 0) {
		(void)snprintf(more, sizeof(more),
		    "<g:Component>1</g:Component>");
		code = 0;
	}
	device_return(q, more, code);
}

static inline void
device_pull(struct device *d, const struct request *q)
{
	char context[64], body[1024];
	bool first;

	xml_text(q->body, "EnumerationContext", context, sizeof(context));
	first = strcmp(context, "17000000-0000-0000-0000-000000000000") == 0;
	if (d->part != (first ? 1 : 2)) { /* each part is given out once */
		device_fault(q->id, "n:InvalidEnumerationContext", "No list.");
		return;
	}
	d->part = first ? 2 : 0;
	if (strcmp(device_class(q), "IPS_TLSProvisioningRecord") == 0)
		device_pki_record(&d->pki, body, sizeof(body));
	else if (first)
		(void)snprintf(body, sizeof(body),
		    "<n:PullResponse><n:Items><g:CIM_SoftwareIdentity>"
		    "<g:InstanceID>Flash</g:InstanceID><g:VersionString>1.0"
		    "</g:VersionString></g:CIM_SoftwareIdentity></n:Items>"
		    "<n:EnumerationContext>18</n:EnumerationContext>"
		    "</n:PullResponse>");
	else
		(void)snprintf(body, sizeof(body),
		    "<n:PullResponse><n:Items><g:CIM_SoftwareIdentity>"
		    "<g:InstanceID>%s</g:InstanceID><g:VersionString>%s"
		    "</g:VersionString></g:CIM_SoftwareIdentity></n:Items>"
		    "<n:EndOfSequence></n:EndOfSequence></n:PullResponse>",
		    d->no_amt ? "Netstack" : "AMT", d->version);
	device_envelope(q->uri, q->id, body);
}

static inline void
device_get(const struct device *d, const struct request *q)
{
	const char *class = device_class(q);
	char body[256] = "", hex[33] = "";

	if (device_pki_get(&d->pki, class, body, sizeof(body)))
		device_envelope(q->uri, q->id, body);
	else if (strcmp(class, "AMT_SetupAndConfigurationService") == 0)
		device_service(d, q);
	else if (strcmp(class, "AMT_GeneralSettings") == 0)
		device_settings(d, q);
	else if (strcmp(class, "CIM_ComputerSystemPackage") == 0) {
		for (size_t i = 0; i < 16; i++)
			(void)snprintf(hex + 2 * i, 3, "%02X", d->uuid[i]);
		(void)snprintf(body, sizeof(body),
		    "<g:CIM_ComputerSystemPackage><g:PlatformGUID>%s"
		    "</g:PlatformGUID></g:CIM_ComputerSystemPackage>",
		    hex);
		device_envelope(q->uri, q->id, body);
	} else
		device_fault(q->id, "b:DestinationUnreachable", "No route.");
}

static inline void
device_carry_out(struct device *d, const struct request *q, const char *raw,
    int64_t now)
{
	bool identity = strcmp(device_class(q), "CIM_SoftwareIdentity") == 0;
	bool record = strcmp(device_class(q), "IPS_TLSProvisioningRecord") == 0;

	if (record && d->pki.no_ips)
		device_fault(q->id, "b:DestinationUnreachable", "No route.");
	else if ((identity && d->version == NULL) ||
	    (d->uuid_faults && strcmp(q->verb, "GetUuid") == 0))
		device_fault(q->id, "b:ActionNotSupported", "Not here.");
	else if (strcmp(q->verb, "Get") == 0)
		device_get(d, q);
	else if (strcmp(q->verb, "Put") == 0)
		device_put(d, q, raw);
	else if (strcmp(q->verb, "Enumerate") == 0) {
		d->part = 1;
		device_envelope(q->uri, q->id,
		    "<n:EnumerateResponse><n:EnumerationContext>17000000-0000-"
		    "0000-0000-000000000000</n:EnumerationContext>"
		    "</n:EnumerateResponse>");
	} else if (strcmp(q->verb, "Pull") == 0)
		device_pull(d, q);
	else
		device_call(d, q, now);
}

/* --- the ports ----------------------------------------------------------- */

static inline enum setup_outcome
device_connect(struct device *d, const struct setup_ask *ask)
{
	d->connections++;
	if (d->heals_after != 0 && d->connections > d->heals_after)
		d->lowest = SETUP_TLS_BEST;
	if (d->pki.on && ask->route == SETUP_TLS_OWN)
		return device_pki_connect(&d->pki, ask, d->state);
	/* It wants its key; with certificates, it shows one for setup. */
	if (ask->route == SETUP_TLS_OWN && d->state == 1)
		return d->setup_leaf && ask->leaf != NULL ? SETUP_LEAF_REFUSED
		                                          : SETUP_TLS_FAILED;
	if (ask->route == SETUP_TLS_OWN && d->state == 0)
		return SETUP_CONNECT_REFUSED;
	if (ask->route == SETUP_TLS_OWN && d->tls_stays && ask->leaf != NULL &&
	    d->leaf != NULL && strcmp(ask->leaf, d->leaf) != 0)
		return SETUP_LEAF_REFUSED;
	if (d->has_own_cert && d->state == 2 && ask->route != SETUP_PLAIN)
		return ask->route == SETUP_TLS_OWN && ask->tls == d->own_rung
		    ? SETUP_ANSWERED
		    : SETUP_TLS_FAILED;
	if (ask->route != SETUP_PLAIN) {
		if (d->tls_port != SETUP_ANSWERED)
			return d->tls_port;
		if (!d->pki.on && d->state == 2 && !d->tls_stays)
			return SETUP_CONNECT_REFUSED;
		if (ask->tls < d->lowest)
			return d->rung[ask->tls];
		return d->pki.on ? device_pki_connect(&d->pki, ask, d->state)
		                 : SETUP_ANSWERED;
	}
	if (d->plain_port != SETUP_ANSWERED)
		return d->plain_port;
	if ((d->state != 2 && !d->open_in_setup) || d->deaf_after_commit ||
	    d->pki.on_tls || d->on_tls_only)
		return SETUP_CONNECT_REFUSED;
	if (d->restart > 0) {
		d->restart--;
		return SETUP_CONNECT_REFUSED;
	}
	return SETUP_ANSWERED;
}

static inline enum mishap
device_mishap(struct device *d, const struct request *q)
{
	if (d->mishap == FINE)
		return FINE;
	if (d->method != NULL) {
		if (strcmp(d->method, q->verb) != 0)
			return FINE;
		if (d->times != 0 && --d->times == 0)
			d->method = "none";
		return d->mishap;
	}
	return d->requests == d->at ? d->mishap : FINE;
}

static inline void
device_strike(char *text, const char *from, const char *to)
{
	char *a = strstr(text, from), *b = a == NULL ? NULL : strstr(a, to);

	if (b != NULL)
		memmove(a, b + strlen(to), strlen(b + strlen(to)) + 1);
}

/* What the caller hears in place of the good answer. */
static inline struct setup_reply
device_spoil(const struct device *d, enum mishap m, const struct request *q,
    struct setup_reply r)
{
	static const char page[] =
	    "\r\n<!doctype html PUBLIC \"x\" ><html><head><link rel=x></html>";

	switch (m) {
	case CUT_BEFORE:
	case CUT_AFTER:
		r.outcome = SETUP_HTTP_CLOSED;
		break;
	case HANG_AFTER:
		r.outcome = SETUP_HTTP_TIMEOUT;
		break;
	case PAGE_500:
	case PAGE_500_AFTER:
	case PAGE_200:
		r.status = m == PAGE_200 ? 200 : 500;
		r.body = page;
		r.len = sizeof(page) - 1;
		return r;
	case SOAP_FAULT:
		device_fault(q->id, d->mishap_text, d->mishap_text);
		r.status = 400;
		break;
	case RETURNS:
		device_return(q, "", d->mishap_code);
		break;
	case NO_RETURN:
		device_strike(device_reply, "<g:ReturnValue>",
		    "</g:ReturnValue>");
		break;
	case REFUSED_401:
		r.status = 401;
		break;
	case WRONG_RELATES:
		*strstr(device_reply, "<b:RelatesTo>") = ' ';
		device_envelope(q->uri, "4711", "");
		break;
	case GARBAGE:
		strcpy(device_reply, "\x01\x02 nonsense");
		break;
	case WRONG_CLASS:
		device_envelope(q->uri, q->id, "<g:Other/>");
		break;
	default:
		break;
	}
	r.body = device_reply;
	r.len = strlen(device_reply);
	return r;
}

static inline bool
device_parse(struct request *q, xmlDoc *doc)
{
	xmlNode *root = xmlDocGetRootElement(doc);
	xmlNode *header = xml_child(root, "Header");

	if (header == NULL || xml_child(root, "Body") == NULL)
		return false;
	xml_text(header, "Action", q->action, sizeof(q->action));
	xml_text(header, "ResourceURI", q->uri, sizeof(q->uri));
	xml_text(header, "MessageID", q->id, sizeof(q->id));
	q->body = xml_child(xml_child(root, "Body"), NULL);
	if (strrchr(q->action, '/') == NULL || strrchr(q->uri, '/') == NULL)
		return false;
	(void)snprintf(q->verb, sizeof(q->verb), "%s",
	    strrchr(q->action, '/') + 1);
	return true;
}

/* At the plain port the transport answers no other realm than the one that it
 * may: no digest is sent then, and the 401 is all that is heard. */
static inline bool
device_unanswered(const struct setup_ask *ask, struct setup_reply *r)
{
	r->foreign = *r->realm != '\0' &&
	    (ask->realm == NULL ? ask->route != SETUP_TLS_PSK
	                        : strcmp(ask->realm, r->realm) != 0);
	if (r->foreign)
		r->status = 401;
	return r->foreign;
}

/* What the request logs in with. */
static inline void
device_password(struct device *d, struct talk *t, const struct setup_ask *ask)
{
	size_t len = strlen(d->pki.tried);

	(void)snprintf(t->password, sizeof(t->password), "%s",
	    t->bare ? "" : ask->password);
	d->pki.bare += t->bare;
	if (ask->route == SETUP_TLS_PKI && !t->bare)
		(void)snprintf(d->pki.tried + len, sizeof(d->pki.tried) - len,
		    "%s|", ask->password);
}

static inline void
device_quote(const struct device *d, const struct request *q,
    const char *request, struct setup_reply *r)
{
	const char *class = strrchr(q->uri, '/');
	const char *text = NULL;

	class = class == NULL ? q->uri : class + 1;
	if (r->outcome == SETUP_ANSWERED)
		text = strstr(q->action, class) != NULL
		    ? d->captured("Call", q->verb, request)
		    : d->captured(q->verb, class, request);
	if (text == NULL)
		return;
	r->body = text;
	r->len = strlen(text);
}

/* One request and what comes of it.  now is our clock. */
static inline struct setup_reply
device_talk(struct device *d, struct talk *t, const struct setup_ask *ask,
    int64_t now)
{
	struct setup_reply r = { .outcome = SETUP_ANSWERED,
		.status = 200,
		.server = d->server,
		.realm = d->realm,
		.note = d->note };
	struct request q = { .body = NULL };
	char ha1[33];
	enum mishap m;
	xmlDoc *doc;

	if (ask->fresh || !t->open) {
		t->open = false;
		d->pki.dropped = false;
		r.outcome = d->mishap == DEAD && d->requests >= d->at
		    ? SETUP_CONNECT_TIMEOUT
		    : device_connect(d, ask);
		if (r.outcome != SETUP_ANSWERED)
			return r;
	} else if (t->route != ask->route || t->tls != ask->tls ||
	    t->chain != ask->chain ||
	    (!t->bare &&
	        (ask->password == NULL ||
	            strcmp(t->password, ask->password) != 0)))
		abort(); /* another password on a connection that knows one */
	else if (d->closes || d->pki.dropped) {
		d->pki.dropped = false;
		t->open = false;
		r.outcome = SETUP_HTTP_CLOSED;
		return r;
	}
	t->open = true;
	t->route = ask->route;
	t->tls = ask->tls;
	t->chain = ask->chain;
	t->bare = ask->password == NULL;
	device_password(d, t, ask);
	r.tls = d->pki.tls;
	d->requests++;
	doc = xmlReadMemory(ask->body, (int)ask->len, NULL, NULL, 0);
	if (doc == NULL || !device_parse(&q, doc))
		abort(); /* we send well-formed messages */
	(void)snprintf(d->said + strlen(d->said),
	    sizeof(d->said) - strlen(d->said), "%s ", q.verb);
	m = device_mishap(d, &q);
	device_hash(d, t->password, ha1);
	if (ask->route == SETUP_TLS_PKI &&
	    !device_pki_asks(&d->pki, d->admins)) {
		strcpy(ha1, d->ha1); /* the certificate is the login */
		r.realm = "";
	} else if (t->bare)
		ha1[0] = '\0';
	if (ask->route == SETUP_PLAIN && d->plain_realm != NULL)
		r.realm = d->plain_realm;
	if (ask->route == SETUP_TLS_OWN && d->pki.own_realm != NULL)
		r.realm = d->pki.own_realm;
	if (!t->bare && device_unanswered(ask, &r)) {
		d->strangers++;
		t->open = false;
		xmlFreeDoc(doc);
		return r;
	}
	if (*r.realm == '\0')
		strcpy(ha1, d->ha1); /* it checks nothing */
	if (d->locked > 0) {
		d->locked--;
		m = REFUSED_401;
	}
	if (strcmp(ha1, d->ha1) != 0 || m == REFUSED_401 || m == NO_DIGEST) {
		d->refusals++;
		r.status = 401;
		r.no_digest = m == NO_DIGEST;
		r.stale = d->stale;
		r.body = "<html>";
		r.len = 6;
		t->open = t->bare; /* the answer may follow on the same one */
		xmlFreeDoc(doc);
		return r;
	}
	if (m != CUT_BEFORE && m != PAGE_500 && m != PAGE_200 &&
	    m != SOAP_FAULT && m != RETURNS) {
		device_carry_out(d, &q, ask->body, now);
		if (strcmp(q.verb, "CommitChanges") == 0 && d->state == 2) {
			t->open = false;
			if (d->cuts_at_commit)
				m = CUT_AFTER;
		}
	}
	d->pki.dropped =
	    d->pki.closes_admin && strcmp(q.verb, "SetAdminAclEntryEx") == 0;
	r = device_spoil(d, m, &q, r);
	if (d->captured != NULL)
		device_quote(d, &q, ask->body, &r);
	if (r.outcome != SETUP_ANSWERED)
		t->open = false;
	xmlFreeDoc(doc);
	return r;
}

#endif
