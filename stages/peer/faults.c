#include "peer/machine.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

enum want { FLAG, NUMBER, WORD, SOAP_FAULT, RETURN };

static const struct {
	const char *name;
	enum want want;
	size_t at;    /* in struct faults */
	uint32_t max; /* of the number, or bytes of the word with its NUL */
	const char *preset; /* the value when none is given; NULL: required */
	const char *help;
} known[] = {
#define F(member) offsetof(struct faults, member)
#define W(member) F(member), sizeof(((struct faults *)0)->member)
	{ "hang-connect", FLAG, F(hang_connect), 1, "1",
	    "a SYN to it gets no answer" },
	{ "close-connect", FLAG, F(close_connect), 1, "1",
	    "every connection is reset as soon as it is there" },
	{ "hang-tls", FLAG, F(hang_tls), 1, "1",
	    "connects, then says nothing" },
	{ "close-tls", FLAG, F(close_tls), 1, "1",
	    "closes after the ClientHello" },
	{ "intolerant", FLAG, F(intolerant), 1, "1",
	    "closes when more than its own TLS version is offered" },
	{ "wrong-pps", FLAG, F(wrong_pps), 1, "1",
	    "has another PPS than the fleet file says" },
	{ "tls", WORD, W(tls), NULL,
	    "highest TLS version: 1.0 1.1 1.2, of pki also 1.3; else by "
	    "firmware" },
	{ "suite", WORD, W(suite), NULL,
	    "its one suite in OpenSSL's words (PSK-AES128-CBC-SHA)" },
	{ "auth-refuse", FLAG, F(auth_refuse), 1, "1", "401 whatever comes" },
	{ "locked", NUMBER, F(locked), 1000000, "1",
	    "the first N logins are refused, whatever the password" },
	{ "preset-password", WORD, W(preset), "Another1!",
	    "the password in force is not the fleet file's" },
	{ "stale", NUMBER, F(stale), 1000000, "2",
	    "every Nth request finds its nonce expired" },
	{ "nonce-uses", NUMBER, F(nonce_uses), 1000000, NULL,
	    "a nonce expires after N uses" },
	{ "nonce-life", NUMBER, F(nonce_seconds), 1000000, NULL,
	    "a nonce expires after N seconds (300)" },
	{ "close-401", FLAG, F(close_401), 1, "1",
	    "closes the connection after each 401" },
	{ "strict-password", FLAG, F(strict_password), 1, "1",
	    "a new admin password rules open connections too" },
	{ "latency", NUMBER, F(latency), 3600000, NULL,
	    "ms until a reply is sent" },
	{ "jitter", NUMBER, F(jitter), 3600000, NULL,
	    "0..N ms more, at random" },
	{ "slow-body", NUMBER, F(slow_body), 60000, "50",
	    "64 bytes of a reply every N ms" },
	{ "hang-http", NUMBER, F(hang_http), 1000000, NULL,
	    "no answer from request N on; 0: not even a 401" },
	{ "drop-after", NUMBER, F(drop_after), 1000000, NULL,
	    "does as request N and each later one says, then closes" },
	{ "drop-before", NUMBER, F(drop_before), 1000000, NULL,
	    "closes at request N and each later one, and does not do it" },
	{ "once", FLAG, F(once), 1, "1",
	    "drop-before and drop-after strike only one time" },
	{ "html", FLAG, F(html), 1, "1", "answers 200 with a web page" },
	{ "garbage", FLAG, F(garbage), 1, "1",
	    "answers with bytes that are no HTTP" },
	{ "bad-xml", FLAG, F(bad_xml), 1, "1", "cuts every envelope" },
	{ "big", NUMBER, F(big), 67108864, "1048576",
	    "fills every envelope up to N bytes" },
	{ "soap-fault", SOAP_FAULT, 0, 0, NULL,
	    "NAME[:SUBCODE] (AccessDenied) for a class, method, operation "
	    "or class.method" },
	{ "return", RETURN, 0, 0, NULL,
	    "NAME:CODE[:TIMES]: the method does nothing and says CODE" },
	{ "uuid", WORD, W(uuid), NULL, "what GetUuid says instead" },
	{ "bare-uuid", FLAG, F(bare_uuid), 1, "1",
	    "GetUuid's output without ReturnValue" },
	{ "mebx", WORD, W(mebx_policy), NULL,
	    "when SetMEBxPassword is allowed: setup, or default while the "
	    "password is; else any time" },
	{ "coupled", FLAG, F(coupled), 1, "1",
	    "the network password follows the MEBx password" },
	{ "lost-commit", FLAG, F(lost_commit), 1, "1",
	    "commits, but the reply never comes" },
	{ "restart", NUMBER, F(restart), 3600000, NULL,
	    "ms between commit and answering again (300)" },
	{ "no-restart", FLAG, F(no_restart), 1, "1",
	    "never answers again after a commit" },
	{ "state", NUMBER, F(state), 2, NULL,
	    "ProvisioningState at the start (1)" },
	{ "hello", NUMBER, F(hello), 3, NULL,
	    "version of its hello: 2, 3, or 0 for none" },
	{ "pki", FLAG, F(pki), 1, "1",
	    "no fault: set up with certificates, says hello 3" },
	{ "dhcp", WORD, W(dhcp), NULL, "pki: the domain that DHCP names" },
	{ "suffix", WORD, W(suffix), NULL, "pki: the suffix in the MEBx" },
	{ "root", WORD, W(root), NULL,
	    "pki: this root's hash (hex) in place of those of --roots" },
	{ "roots", WORD, W(roots), NULL,
	    "pki: these roots' hashes (hex, with + between them) and no others" },
	{ "login", WORD, W(login), NULL,
	    "pki: certificate or digest; else by release" },
	{ "no-request", FLAG, F(no_request), 1, "1",
	    "pki: asks for no certificate and believes every request" },
	{ "console-refuse", FLAG, F(console_refuse), 1, "1",
	    "mutual TLS: takes no console's certificate" },
	{ "downgrade", FLAG, F(downgrade), 1, "1",
	    "pki: speaks only TLS 1.0, whatever its release" },
	{ "admin-live", FLAG, F(admin_live), 1, "1",
	    "pki: wants the new admin password once it is set" },
	{ "close-admin", NUMBER, F(close_admin), 1, "1",
	    "pki: closes after the admin password is set, or 0: never; else "
	    "20 and 21 do" },
	{ "window", NUMBER, F(window), 918000, NULL,
	    "pki: seconds until its interface closes (86400)" },
	{ "standard", NUMBER, F(standard), 2, "1",
	    "standard manageability: no KVM classes; 2: their lists are "
	    "empty" },
	{ "wlan", NUMBER, F(wlan), 1, "1",
	    "with a radio or 0 without; else by release" },
	{ "no-lan", FLAG, F(no_lan), 1, "1", "without a wired port" },
	{ "leaves", FLAG, F(leaves), 1, "1",
	    "closes its ports when environment detection does not list the "
	    "domain of dhcp=" },
	{ "client-mode", FLAG, F(client_mode), 1, "1",
	    "with state=2: set up by its host, in client control mode" },
	{ "back", FLAG, F(back), 1, "1",
	    "goes into setup again when it is fully unprovisioned" },
	{ "lost-unprovision", FLAG, F(lost_unprovision), 1, "1",
	    "unprovisions, but the reply never comes" },
	{ "wear", NUMBER, F(wear), 1000000, "10",
	    "after N writing requests each more says 38, a Put QuotaLimit" },
	{ "wear-life", NUMBER, F(wear_life), 1000000, NULL,
	    "seconds until it writes again (0: never)" },
	{ "consent-fixed", FLAG, F(consent_fixed), 1, "1",
	    "its user consent cannot be changed from the network" },
	{ "users", NUMBER, F(users), 1000, NULL,
	    "digest users besides the administrator that fit in (7 before "
	    "4.0, else 15)" },
	{ "halfway", FLAG, F(halfway), 1, "1",
	    "pki: says control mode 2 while in setup" },
	{ "wifi-user", NUMBER, F(wifi_user), 8, "1",
	    "has N WiFi profiles of users" },
	{ "wifi-active", WORD, W(wifi_active), NULL,
	    "is connected by the WiFi profile of that name" },
	{ "keygen", NUMBER, F(keygen), 3600000, "1000",
	    "ms that making a key takes, and GenerateKeyPair says 2082" },
#undef F
#undef W
};
#define NKNOWN (sizeof(known) / sizeof(known[0]))

void
faults_help(void)
{
	for (size_t i = 0; i < NKNOWN; i++)
		printf("    %s%s%s\n\t%s\n", known[i].name,
		    known[i].want == FLAG ? "" : "=",
		    known[i].want == FLAG             ? ""
		        : known[i].want == NUMBER     ? "N"
		        : known[i].want == WORD       ? "TEXT"
		        : known[i].want == SOAP_FAULT ? "NAME"
		                                      : "NAME:CODE",
		    known[i].help);
}

static struct rule *
rule_free(struct rule *rules)
{
	for (size_t i = 0; i < MACHINE_RULES; i++)
		if (rules[i].name[0] == '\0')
			return &rules[i];
	return NULL;
}

/* NAME[:SUBCODE] or NAME:CODE[:TIMES]. */
static const char *
rule_parse(struct rule *rules, char *value, bool soap)
{
	struct rule *r = rule_free(rules);
	const char *name = strsep(&value, ":");
	const char *second = strsep(&value, ":");
	uint64_t code = 0, times = 0;

	if (r == NULL)
		return "too many of one kind";
	if (name[0] == '\0' || strlen(name) >= sizeof(r->name))
		return "a name is missing or too long";
	r->left = -1;
	if (soap) {
		if (second == NULL)
			second = "AccessDenied";
		if (strlen(second) >= sizeof(r->subcode))
			return "subcode too long";
		strcpy(r->subcode, second);
	} else {
		if (second == NULL ||
		    text_number(&code, second, UINT32_MAX) == -1)
			return "return wants NAME:CODE";
		if (value != NULL && text_number(&times, value, 1000000) == -1)
			return "times is not a number";
		if (value != NULL)
			r->left = (int)times;
		r->code = (unsigned)code;
	}
	strcpy(r->name, name);
	return NULL;
}

static const char *
set_one(struct faults *f, size_t i, char *value)
{
	char *at = (char *)f + known[i].at;
	uint64_t number;
	int64_t wide;
	bool on;

	switch (known[i].want) {
	case FLAG:
	case NUMBER:
		if (text_number(&number, value, known[i].max) == -1)
			return "number missing or out of range";
		wide = (int64_t)number;
		on = number != 0;
		if (known[i].want == FLAG)
			memcpy(at, &on, sizeof(on));
		else
			memcpy(at, &wide, sizeof(wide));
		return NULL;
	case WORD:
		if (strlen(value) >= known[i].max)
			return "value too long";
		strcpy(at, value);
		return NULL;
	case SOAP_FAULT:
		return rule_parse(f->soap_faults, value, true);
	case RETURN:
		return rule_parse(f->returns, value, false);
	}
	return "not reached";
}

static const char *
parse_one(struct faults *f, char *word)
{
	char *name = strsep(&word, "=");
	char preset[64];

	for (size_t i = 0; i < NKNOWN; i++) {
		if (strcmp(known[i].name, name) != 0)
			continue;
		if (word == NULL && known[i].preset == NULL)
			return "this fault wants a value";
		if (word == NULL) {
			snprintf(preset, sizeof(preset), "%s", known[i].preset);
			word = preset;
		}
		return set_one(f, i, word);
	}
	return "no such fault";
}

static bool
hash_text(const char *hex)
{
	size_t len = strlen(hex);

	return (len == 40 || len == 64 || len == 96) &&
	    strspn(hex, "0123456789abcdefABCDEF") == len;
}

static const char *
check(const struct faults *f)
{
	uint8_t uuid[UUID_LEN];

	if (f->uuid[0] != '\0' &&
	    uuid_parse(uuid, f->uuid, strlen(f->uuid), NULL) == -1)
		return "uuid is not one";
	if (f->login[0] != '\0' && strcmp(f->login, "certificate") != 0 &&
	    strcmp(f->login, "digest") != 0)
		return "login is not certificate or digest";
	if (f->root[0] != '\0' && !hash_text(f->root))
		return "root is not the hex digits of SHA-1, SHA-256 or SHA-384";
	if (f->tls[0] != '\0' && !(f->pki && strcmp(f->tls, "1.3") == 0) &&
	    strcmp(f->tls, "1.0") != 0 && strcmp(f->tls, "1.1") != 0 &&
	    strcmp(f->tls, "1.2") != 0)
		return "tls is not 1.0, 1.1 or 1.2";
	if (f->mebx_policy[0] != '\0' && strcmp(f->mebx_policy, "setup") != 0 &&
	    strcmp(f->mebx_policy, "default") != 0)
		return "mebx is not setup or default";
	if (f->hello == 1)
		return "hello is not 0, 2 or 3";
	return NULL;
}

int
faults_parse(struct faults *f, char *list, const char **why)
{
	char *word;

	*f = (struct faults){
		.hang_http = -1,
		.drop_before = -1,
		.drop_after = -1,
		.nonce_seconds = 300,
		.latency = -1,
		.restart = -1,
		.state = STATE_IN,
		.hello = -1,
		.close_admin = -1,
		.window = 86400,
		.users = -1,
		.wear = -1,
		.wlan = -1,
	};
	*why = NULL;
	while (*why == NULL && (word = strsep(&list, ",")) != NULL)
		if (word[0] != '\0')
			*why = parse_one(f, word);
	if (f->hello == -1)
		f->hello = f->pki ? 3 : 2;
	if (*why == NULL)
		*why = check(f);
	return *why == NULL ? 0 : -1;
}

struct rule *
rule_find(struct rule *rules, const char *class, const char *method)
{
	char both[160];

	snprintf(both, sizeof(both), "%s.%s", class, method);
	for (size_t i = 0; i < MACHINE_RULES; i++) {
		struct rule *r = &rules[i];

		if (r->name[0] == '\0' || r->left == 0)
			continue;
		if (strcmp(r->name, class) != 0 &&
		    strcmp(r->name, method) != 0 && strcmp(r->name, both) != 0)
			continue;
		if (r->left > 0)
			r->left--;
		return r;
	}
	return NULL;
}
