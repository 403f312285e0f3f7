/*
 * Every text of the table goes out and comes back unharmed, whatever is in it
 * that XML has a meaning for.  A new row of text needs its place here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "amt/wsman.h"
#include "setup/setting.h"
#include "setup_family.h"

/* The first that the row takes. */
static const char *const nasty[] = { "Z9 <a b=\"'\">&amp;]]>&lt;/&#60;x",
	"Z9<&>\"'x", "Z9<&>'xy", "z9-<&>\"'.example.com" };
#define NNASTY (sizeof(nasty) / sizeof(nasty[0]))

#define P(name, value) "<g:" name ">" value "</g:" name ">"

/* What belongs together; "=" is an entry's name of a list. */
static const struct fixture {
	const char *item;
	const char *settings[12][2];
	const char *class, *id, *xml; /* what the machine has */
	const char *known;            /* what no read shows, once it was sent */
} fixtures[] = {
	{ .item = "",
	    .settings = { { "kerberos", "on" }, { "kerberos-realm", "R" },
	        { "kerberos-passphrase", "Passw0rd!" },
	        { "kerberos-salt", "s" } },
	    .class = "AMT_KerberosSettingData",
	    .xml = P("KrbEnabled", "false"),
	    .known = "kerberos-passphrase=" },
	{ .item = "",
	    .settings = { { "wired-802.1x", "on" },
	        { "wired-802.1x-eap", "peapv0-mschapv2" },
	        { "wired-802.1x-user", "u" },
	        { "wired-802.1x-password", "Passw0rd!" },
	        { "wired-802.1x-domain", "d" },
	        { "wired-802.1x-roaming-identity", "r" },
	        { "wired-802.1x-server", "s" },
	        { "wired-802.1x-server-match", "suffix" } },
	    .class = "AMT_8021XProfile",
	    .xml = P("ActiveInS0", "true") P("Enabled", "false"),
	    .known = "wired-802.1x-password=" },
	{ .item = "",
	    .settings = { { "wired-802.1x", "on" },
	        { "wired-802.1x-eap", "peapv0-mschapv2" },
	        { "wired-802.1x-user", "u" },
	        { "wired-802.1x-password", "Passw0rd!" },
	        { "wired-802.1x-domain", "d" },
	        { "wired-802.1x-roaming-identity", "r" },
	        { "wired-802.1x-server", "s" },
	        { "wired-802.1x-server-match", "suffix" } },
	    .class = "IPS_IEEE8021xSettings",
	    .xml = P("AvailableInS0", "true") P("Enabled", "3"),
	    .known = "wired-802.1x-password=,wired-802.1x-eap=,"
	             "wired-802.1x-user=,wired-802.1x-domain=,"
	             "wired-802.1x-roaming-identity=,wired-802.1x-server=,"
	             "wired-802.1x-server-match=" },
	{ .item = "w",
	    .settings = { { "wifi-ssid", "net" },
	        { "wifi-security", "wpa2-psk" }, { "wifi-priority", "1" },
	        { "wifi-psk", "Passw0rd!" } },
	    .class = "AMT_EthernetPortSettings",
	    .xml = P("InstanceID", "Intel(r) AMT Ethernet Port Settings 1")
	        P("MACAddress", "a0-b1-c2-d3-e4-f5"),
	    .known = "wifi-psk=w" },
	{ .item = "w",
	    .settings = { { "wifi-ssid", "net" },
	        { "wifi-security", "wpa2-802.1x" }, { "wifi-priority", "1" },
	        { "wifi-eap", "peapv0-mschapv2" }, { "wifi-user", "u" },
	        { "wifi-password", "Passw0rd!" }, { "wifi-domain", "d" },
	        { "wifi-roaming-identity", "r" }, { "wifi-server", "s" },
	        { "wifi-server-match", "suffix" } },
	    .class = "AMT_EthernetPortSettings",
	    .xml = P("InstanceID", "Intel(r) AMT Ethernet Port Settings 1")
	        P("MACAddress", "a0-b1-c2-d3-e4-f5"),
	    .known = "wifi-password=w" },
	{ .item = "hq",
	    .settings = { { "mps-host", "10.0.0.1" }, { "mps-user", "u" },
	        { "mps-password", "Passw0rd!" }, { "mps-cn", "c" } },
	    .class = "AMT_None",
	    .xml = "",
	    .known = "mps-password=hq" },
	{ .item = "",
	    .settings = { { "rfb-password", "Passw0r!" },
	        { "rfb-port", "on" } },
	    .class = "IPS_KVMRedirectionSettingData",
	    .xml = P("Is5900PortEnabled", "false"),
	    .known = "rfb-password=" },
};
#define NFIXTURES (sizeof(fixtures) / sizeof(fixtures[0]))

/* Rows whose text goes to no machine. */
static const struct {
	const char *name, *why;
} unsent[] = {
	{ "one-time-password", "it is compared with what the machine has" },
	{ "user-password", "a digest of it goes out, see test_family_users" },
	{ "user-sid", "digits and dashes, which go out as bytes" },
	{ "wired-802.1x-root", "the name of another entry" },
	{ "wifi-root", "the name of another entry" },
	{ "mps-root", "the name of another entry" },
};

static struct family_machine machine;
static const char *value; /* that is looked for */
static char seen_in[256]; /* elements that hold it, a blank after each */

static void
look_in(xmlNode *n)
{
	for (; n != NULL; n = xmlNextElementSibling(n)) {
		xmlNode *in = xmlFirstElementChild(n);
		xmlChar *text = in != NULL ? NULL : xmlNodeGetContent(n);

		if (text != NULL && strcmp((char *)text, value) == 0 &&
		    strlen(seen_in) + 64 < sizeof(seen_in))
			strcat(strcat(seen_in, (const char *)n->name), " ");
		xmlFree(text);
		look_in(in);
	}
}

static xmlDoc *
parsed(const char *body)
{
	xmlDoc *doc = xmlReadMemory(body, (int)strlen(body), "request", NULL,
	    XML_PARSE_NONET);

	assert_non_null(doc);
	return doc;
}

static const char *
see(const char *verb, const char *of, const char *body)
{
	xmlDoc *doc = parsed(body);

	(void)verb;
	(void)of;
	look_in(xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	return NULL;
}

/* --- what the machine keeps of a method ----------------------------------- */

/* The text of the first element of this name, escaped as by libxml2; "". */
static void
param(xmlNode *n, const char *name, char *to, size_t cap)
{
	for (; n != NULL; n = xmlNextElementSibling(n)) {
		if (strcmp((const char *)n->name, name) == 0 && to[0] == '\0' &&
		    xmlFirstElementChild(n) == NULL) {
			xmlChar *text = xmlNodeGetContent(n),
			        *safe = xmlEncodeSpecialChars(n->doc, text);

			(void)snprintf(to, cap, "%s", (const char *)safe);
			xmlFree(safe);
			xmlFree(text);
		}
		param(xmlFirstElementChild(n), name, to, cap);
	}
}

/* An instance of those parameters, "PARAMETER" or "PARAMETER:PROPERTY". */
static void
keep(struct family_machine *m, const char *class, const char *fixed,
    xmlNode *from, const char *const *params)
{
	char xml[4096];
	size_t len = (size_t)snprintf(xml, sizeof(xml), "%s", fixed);

	for (; *params != NULL; params++) {
		const char *colon = strchr(*params, ':');
		char name[64], text[1024] = "";
		const char *as = colon == NULL ? *params : colon + 1;

		(void)snprintf(name, sizeof(name), "%.*s",
		    colon == NULL ? (int)strlen(*params)
		                  : (int)(colon - *params),
		    *params);
		param(from, name, text, sizeof(text));
		if (text[0] != '\0')
			len += (size_t)snprintf(xml + len, sizeof(xml) - len,
			    "<g:%s>%s</g:%s>", as, text, as);
	}
	assert_true(len < sizeof(xml));
	(void)family_add(m, class, class, xml);
}

static unsigned
call(struct family_machine *m, const char *method, const char *body)
{
	static const char *const server[] = { "AccessInfo", "InfoFormat",
		"Port", "CN", NULL },
	                         *const user[] = { "Username:RemoteID", NULL },
	                         *const wifi[] = { "ElementName", "SSID",
		                         "AuthenticationMethod",
		                         "EncryptionMethod", "Priority", NULL },
	                         *const eap[] = { "ElementName",
		                         "AuthenticationProtocol",
		                         "RoamingIdentity",
		                         "ServerCertificateName",
		                         "ServerCertificateNameComparison",
		                         "Username", "Domain", NULL };
	xmlDoc *doc = parsed(body);
	xmlNode *top = xmlDocGetRootElement(doc);

	if (strcmp(method, "EnumerateUserAclEntries") == 0)
		strcpy(m->out, P("TotalCount", "0"));
	if (strcmp(method, "AddMpServer") == 0) {
		keep(m, "AMT_ManagementPresenceRemoteSAP", P("Name", "s"), top,
		    server);
		keep(m, "AMT_MPSUsernamePassword", "", top, user);
	} else if (strcmp(method, "AddWiFiSettings") == 0) {
		keep(m, "CIM_WiFiEndpointSettings", P("InstanceID", "w"), top,
		    wifi);
		keep(m, "CIM_IEEE8021xSettings", P("InstanceID", "w"), top,
		    eap);
	}
	xmlFreeDoc(doc);
	return 0;
}

/* --- a row ---------------------------------------------------------------- */

static const char *
nasty_of(const struct setting *row)
{
	struct fault f;

	for (size_t i = 0; i < NNASTY; i++)
		if (setting_check(row, nasty[i], &f) == 0)
			return nasty[i];
	fail_msg("%s takes no such text: say so in unsent", row->name);
	return NULL;
}

static bool
fixture_has(const struct fixture *f, const char *name)
{
	for (size_t i = 0; f->settings[i][0] != NULL; i++)
		if (strcmp(f->settings[i][0], name) == 0)
			return true;
	return false;
}

static void
ask_for(const struct fixture *f, const struct setting *row)
{
	(void)family_begin(NULL);
	for (size_t i = 0; f->settings[i][0] != NULL; i++)
		family_ask(f->settings[i][0], f->item,
		    strcmp(f->settings[i][0], row->name) == 0
		        ? value
		        : f->settings[i][1]);
}

static void
goes_out_and_comes_back(const struct fixture *f, const struct setting *row)
{
	struct family_end e;

	machine = (struct family_machine){ .captured = see, .call = call };
	(void)family_add(&machine, f->class, "", f->xml);
	value = nasty_of(row);
	seen_in[0] = '\0';
	ask_for(f, row);
	e = family_run(&machine, &family_set_up, 0);
	if (e.reason != REASON_NONE || seen_in[0] == '\0')
		fail_msg("%s of %s: seen in \"%s\"; %s; %s", row->name,
		    f->class, seen_in, e.detail, machine.said);
	print_message("#   %s: %s\n", row->name, seen_in);
	ask_for(f, row);
	family_known = f->known;
	e = family_run(&machine, &family_set_up, 0);
	if (e.reason != REASON_NONE || machine.writes != 0)
		fail_msg("%s of %s came back as another: %s; %s", row->name,
		    f->class, e.found, e.detail);
}

static bool
is_unsent(const char *name)
{
	for (size_t i = 0; i < sizeof(unsent) / sizeof(unsent[0]); i++)
		if (strcmp(unsent[i].name, name) == 0)
			return true;
	return false;
}

static void
every_text_goes_out_and_comes_back_unharmed(void **state)
{
	size_t nrows = 0, n;

	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];

		if ((row->type != SETTING_TEXT &&
		        row->type != SETTING_PASSWORD) ||
		    row->own != NULL)
			continue;
		n = 0;
		for (size_t k = 0; k < NFIXTURES; k++)
			if (fixture_has(&fixtures[k], row->name)) {
				goes_out_and_comes_back(&fixtures[k], row);
				n++;
			}
		if ((n == 0) != is_unsent(row->name))
			fail_msg("%s: %zu fixtures", row->name, n);
		nrows += n != 0;
	}
	assert_true(nrows >= 15);
}

/* The name of an entry is one of the machine's too. */
static void
names_of_entries_go_out_unharmed(void **state)
{
	static const struct {
		const char *settings[5][2], *in;
	} lists[] = {
		{ { { "wifi-ssid", "net" }, { "wifi-security", "wpa2-psk" },
		      { "wifi-priority", "1" }, { "wifi-psk", "Passw0rd!" } },
		    "ElementName " },
		{ { { "user-realms", "redirection" },
		      { "user-password", "Passw0rd!" } },
		    "DigestUsername " },
	};

	(void)state;
	value = "Z9<&>'x";
	for (size_t i = 0; i < 2; i++) {
		(void)family_begin(NULL);
		for (size_t k = 0; lists[i].settings[k][0] != NULL; k++)
			family_ask(lists[i].settings[k][0], value,
			    lists[i].settings[k][1]);
		machine =
		    (struct family_machine){ .captured = see, .call = call };
		(void)family_add(&machine, "AMT_EthernetPortSettings", "",
		    fixtures[3].xml);
		(void)family_add(&machine, "AMT_GeneralSettings", "",
		    P("DigestRealm", "Digest:A"));
		seen_in[0] = '\0';
		(void)family_run(&machine, &family_set_up, 0);
		if (strstr(seen_in, lists[i].in) == NULL)
			fail_msg("no %s: %s", lists[i].in, machine.said);
	}
}

/* A Put holds what is not ours as well, in any letters (profile.md 2: as
 * character references from CSME 18 on). */
static void
what_a_machine_shows_goes_back_unharmed(void **state)
{
	struct family_end e;

	(void)state;
	value = "Gef\xc3\xa4hrte \xe2\x82\xac <&>\"' \xf0\x9f\x9a\x82";
	machine = (struct family_machine){ .captured = see };
	(void)family_add(&machine, "IPS_KVMRedirectionSettingData", "",
	    P("Is5900PortEnabled", "false") P("ElementName",
	        "Gef&#228;hrte &#x20ac; &lt;&amp;&gt;&quot;&apos; "
	        "&#128642;"));
	family_ask("rfb-port", "", "on");
	seen_in[0] = '\0';
	e = family_run(&machine, &family_set_up, 0);
	assert_int_equal(e.reason, REASON_NONE);
	assert_string_equal(seen_in, "ElementName ");
}

/* What is no ASCII is refused before a machine hears of it. */
static void
no_text_of_the_table_is_beyond_ascii(void **state)
{
	static const char *const texts[] = { "Zug-Gef\xc3\xa4hrte1",
		"Z9\tabcde", "Z9abcde\x7f", "Z9\xff\xfe-abc" };

	(void)state;
	for (size_t i = 0; i < setting_count; i++) {
		const struct setting *row = &setting_table[i];
		struct fault f;

		if (row->type != SETTING_TEXT && row->type != SETTING_PASSWORD)
			continue;
		for (size_t t = 0; t < 4; t++)
			assert_int_equal(setting_check(row, texts[t], &f), -1);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup(name, family_begin)
		TEST(every_text_goes_out_and_comes_back_unharmed),
		TEST(names_of_entries_go_out_unharmed),
		TEST(what_a_machine_shows_goes_back_unharmed),
		TEST(no_text_of_the_table_is_beyond_ascii),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
