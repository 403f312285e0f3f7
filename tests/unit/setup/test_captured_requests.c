/*
 * What goes out to a machine that answers as real ones did: elements, their
 * order and their namespaces; each Put beside the instance that was captured,
 * each reference beside one that was.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "captured_run.h"
#include "request_shape.h"

/* --- what may differ from what was captured ------------------------------- */

/* A Put without a property that the machine showed. */
static const struct {
	const char *class, *property, *why;
} dropped[] = {
	{ "IPS_KVMRedirectionSettingData", "RFBPassword",
	    "shown empty; an empty one would be written (wsman.md 4)" },
	{ "AMT_WiFiPortConfigurationService", "UEFIWiFiProfileShareEnabled",
	    "only where AMT_BootCapabilities allows it (profile.md 6 g)" },
};

/* A Put with one that it did not show. */
static const struct {
	const char *class, *properties, *why;
} added[] = {
	{ "AMT_KerberosSettingData",
	    " EncryptionAlgorithm KeyVersion MasterKey RealmName "
	    "MaximumClockTolerance ",
	    "a machine without Kerberos shows none (profile.md 14a)" },
	{ "AMT_EnvironmentDetectionSettingData", " DetectionStrings ",
	    "a list without entries is not shown" },
	{ "AMT_8021XProfile", " AuthenticationProtocol Username Password ",
	    "one that is off shows none (profile.md 14a)" },
	{ "IPS_IEEE8021xSettings", " AuthenticationProtocol Username Password ",
	    "never shown (profile.md 5)" },
};

static bool
may_be_dropped(const char *class, const char *property)
{
	for (size_t i = 0; i < sizeof(dropped) / sizeof(dropped[0]); i++)
		if (strcmp(dropped[i].class, class) == 0 &&
		    strcmp(dropped[i].property, property) == 0)
			return true;
	return false;
}

static bool
may_be_added(const char *class, const char *property)
{
	char word[64];

	(void)snprintf(word, sizeof(word), " %s ", property);
	for (size_t i = 0; i < sizeof(added) / sizeof(added[0]); i++)
		if (strcmp(added[i].class, class) == 0 &&
		    strstr(added[i].properties, word) != NULL)
			return true;
	return false;
}

/* --- references ----------------------------------------------------------- */

static struct {
	char class[64], selectors[200]; /* a blank after each */
} references[16];
static size_t nreferences, ncompared;

/* Of one: its class and the names of its selectors. */
static void
reference_read(xmlNode *params, char class[64], char selectors[200])
{
	xmlNode *uri = shape_first(params);
	const char *slash = strrchr(shape_text(uri), '/');

	(void)snprintf(class, 64, "%s", slash == NULL ? "" : slash + 1);
	selectors[0] = '\0';
	for (xmlNode *n = shape_first(xmlNextElementSibling(uri)); n != NULL;
	     n = xmlNextElementSibling(n)) {
		xmlChar *name = xmlGetNoNsProp(n, BAD_CAST "Name");

		(void)snprintf(selectors + strlen(selectors),
		    200 - strlen(selectors), "%s ", name);
		xmlFree(name);
	}
}

/* Calls with each ReferenceParameters below. */
static void
references_each(xmlNode *n, void (*each)(xmlNode *params))
{
	for (; n != NULL; n = xmlNextElementSibling(n)) {
		if (shape_is(n, WSMAN_ADDRESSING, "ReferenceParameters"))
			each(n);
		references_each(shape_first(n), each);
	}
}

static void
reference_learn(xmlNode *params)
{
	char class[64], selectors[200];

	reference_read(params, class, selectors);
	for (size_t i = 0; i < nreferences; i++)
		if (strcmp(references[i].class, class) == 0)
			return;
	assert_true(nreferences < 16);
	strcpy(references[nreferences].class, class);
	strcpy(references[nreferences++].selectors, selectors);
}

/* Public clients name a server and a rule by one selector (profile.md 11):
 * these may be fewer than captured, never others. */
static void
reference_compare(xmlNode *params)
{
	char class[64], selectors[200], *rest = selectors, *word;

	reference_read(params, class, selectors);
	for (size_t i = 0; i < nreferences; i++) {
		if (strcmp(references[i].class, class) != 0)
			continue;
		ncompared++;
		while ((word = strsep(&rest, " ")) != NULL && *word != '\0')
			if (strstr(references[i].selectors, word) == NULL)
				fail_msg("%s: selector %s, captured are %s",
				    class, word, references[i].selectors);
	}
}

static void
learn_references(void)
{
	static const char *const files[] = {
		"rpc-go/AMT_PublicKeyManagementService.AddCertificateResponse."
		"rv0.xml",
		"rpc-go/AMT_PublicKeyManagementService.AddKeyResponse.rv0.xml",
		G "amt/remoteaccess/policyappliestomps/get.xml",
		G "amt/tls/credentialcontext/pull.xml",
		G "cim/credential/context/pull.xml",
	};
	char text[CAPTURED_MAX];

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		xmlDoc *doc;

		captured_read(files[i], text);
		doc = xmlReadMemory(text, (int)strlen(text), "captured", NULL,
		    XML_PARSE_NONET);
		assert_non_null(doc);
		references_each(xmlDocGetRootElement(doc), reference_learn);
		xmlFreeDoc(doc);
	}
}

/* --- every request -------------------------------------------------------- */

static size_t nrequests, nputs, nselectors;
static char verbs[4096];

static void
look(const char *body)
{
	struct shape q = shape_open(body);
	char word[160];

	nrequests++;
	references_each(q.body, reference_compare);
	(void)snprintf(word, sizeof(word), " %s%s%s ", q.verb,
	    q.call ? "" : " ", q.call ? "" : q.class);
	if (strstr(verbs, word) == NULL &&
	    strlen(verbs) + strlen(word) < sizeof(verbs))
		strcat(verbs, word);
	shape_close(&q);
}

/* What no captured reply answers; what comes of it is not looked at. */
static const struct captured_use unanswered[] = {
	{ .as = "Call AddMpServer",
	    .writes = MPS("10.0.0.1", "4433",
	        "test") "; mps-root/hq=r; "
	                "trusted-root-certificate/r=$ROOT",
	    .with = CERT("2", "true", "$ROOT"),
	    .then = SAP("10.0.0.1") MPS_USER },
	{ .as = "Call AddRemoteAccessPolicyRule",
	    .writes = POLICY("25", "outside"),
	    .known = "mps-password=hq",
	    .with = SAP("10.0.0.1") MPS_USER,
	    .then = RULE APPLIES("0") },
	{ .as = "Call AddWiFiSettings",
	    .writes = WIFI_EAP("w", "eap-tls",
	        "u") "; wifi-root/w=r; "
	             "wifi-server/w=radius.example.com; "
	             "wifi-server-match/w=suffix; wifi-domain/w=d; "
	             "wifi-roaming-identity/w=anonymous; "
	             "trusted-root-certificate/r=$ROOT",
	    .with = RADIO CERT("2", "true", "$ROOT") CERT("3", "false", "$LEAF")
	        KEY DEPENDS },
	{ .as = "Call UpdateWiFiSettings",
	    .writes = WIFI_EAP("w", "peapv0-mschapv2",
	        "u") "; wifi-password/w=Passw0rd",
	    .with = RADIO WIFI("w", "6") },
	{ .as = "Call AddUserAclEntryEx",
	    .writes = "user-realms/helpdesk=redirection general-info; "
	              "user-password/helpdesk=Passw0rd!; "
	              "user-access/helpdesk=both" },
	{ .as = "Call SetAuditPolicyBulk",
	    .writes = "audit-events=security kvm",
	    .with = "AMT_AuditLog||" P("EnabledState",
	        "2") "\n"
	             "AMT_AuditPolicyRule|x|" P("AuditApplicationEventID",
	                 "1048576") P("PolicyType", "1") "\n" },
	{ .as = "Call SetPowerScheme",
	    .writes = "power-package=wake-s5",
	    .with = "AMT_SystemPowerScheme|SCHEME 1|" P("InstanceID",
	        "SCHEME 1") P("Description",
	        "Desktop: ON in S0, ME Wake in S3, S4-5") "\n" },
};

static void
what_is_not_captured_has_that_shape_too(void **state)
{
	char word[96];

	(void)state;
	if (captured_are_absent())
		skip();
	each_request = look;
	keeps = true;
	verbs[0] = '\0';
	for (use = unanswered;
	     use < unanswered + sizeof(unanswered) / sizeof(unanswered[0]);
	     use++) {
		(void)run_with(use->writes, &family_set_up);
		(void)snprintf(word, sizeof(word), " %s ", use->as + 5);
		if (strstr(verbs, word) == NULL)
			fail_msg("no %s in %s", use->as, machine.said);
	}
	each_request = NULL;
	keeps = false;
	assert_true(ncompared > 10);
	print_message("# %zu references compared\n", ncompared);
}

static void
every_request_has_the_shape_that_machines_take(void **state)
{
	(void)state;
	if (captured_are_absent())
		skip();
	make_certificates();
	learn_references();
	each_request = look;
	for (use = captured_uses; use < captured_uses + NUSES; use++) {
		if (use->same != NULL)
			(void)run_with(use->same, &family_check);
		if (use->other != NULL)
			(void)run_with(use->other, &family_check);
		if (use->writes != NULL)
			(void)run_with(use->writes, &family_set_up);
	}
	each_request = NULL;
	assert_true(nrequests > 500);
	assert_true(ncompared > 3);
	print_message("# %zu requests, %zu references compared\n", nrequests,
	    ncompared);
}

/* --- each Put ------------------------------------------------------------- */

static xmlDoc *shown; /* the instance as it was captured */

/* What a property holds, of which only texts change. */
static void
inside_compare(const struct shape *q, xmlNode *have, xmlNode *put)
{
	have = shape_first(have);
	put = shape_first(put);
	for (; have != NULL || put != NULL; have = xmlNextElementSibling(have),
	                                    put = xmlNextElementSibling(put)) {
		if (have == NULL || put == NULL ||
		    !shape_is(put, (const char *)have->ns->href,
		        (const char *)have->name))
			fail_msg("%s of %s: put %s, captured %s", q->class,
			    use->file,
			    put == NULL ? "nothing" : (const char *)put->name,
			    have == NULL ? "nothing"
			                 : (const char *)have->name);
		inside_compare(q, have, put);
	}
}

/* Both in order: each of one without the other must be listed above.  What
 * repeats is a list, which may grow and shrink. */
static void
put_compare(const struct shape *q)
{
	xmlNode *have = shape_first(xmlDocGetRootElement(shown)),
	        *put = shape_first(q->body);
	const char *last = "";

	while (have != NULL || put != NULL) {
		const char *h = have == NULL ? "" : (const char *)have->name,
		           *p = put == NULL ? "" : (const char *)put->name;

		if (strcmp(h, p) == 0) {
			last = h;
			inside_compare(q, have, put);
			have = xmlNextElementSibling(have);
			put = xmlNextElementSibling(put);
		} else if (put != NULL && strcmp(p, last) == 0) {
			put = xmlNextElementSibling(put);
		} else if (have != NULL && strcmp(h, last) == 0) {
			have = xmlNextElementSibling(have);
		} else if (have != NULL && may_be_dropped(q->class, h)) {
			have = xmlNextElementSibling(have);
		} else if (put != NULL && may_be_added(q->class, p)) {
			if (strcmp(p, last) < 0)
				fail_msg("%s: %s after %s", q->class, p, last);
			last = p;
			put = xmlNextElementSibling(put);
		} else
			fail_msg("%s of %s: put %s, captured %s", q->class,
			    use->file, p, h);
	}
}

/* Each is a property of the instance, and has its value. */
static void
selectors_compare(const struct shape *q)
{
	xmlNode *set = shape_first(q->header);

	while (set != NULL && !shape_is(set, WSMAN_WSMAN, "SelectorSet"))
		set = xmlNextElementSibling(set);
	for (xmlNode *n = shape_first(set); n != NULL;
	     n = xmlNextElementSibling(n)) {
		xmlChar *name = xmlGetNoNsProp(n, BAD_CAST "Name");
		xmlNode *have =
		    captured_child(xmlDocGetRootElement(shown), (char *)name);

		if (have == NULL ||
		    strcmp(shape_text(have), shape_text(n)) != 0)
			fail_msg("%s of %s: selector %s is %s, captured %s",
			    q->class, use->file, name, shape_text(n),
			    have == NULL ? "nothing" : shape_text(have));
		nselectors++;
		xmlFree(name);
	}
}

static void
look_at_put(const char *body)
{
	struct shape q = shape_open(body);

	if (strcmp(q.class, use->as + strlen("Get ")) == 0)
		selectors_compare(&q);
	if (strcmp(q.verb, "Put") == 0 &&
	    strcmp(q.class, use->as + strlen("Get ")) == 0) {
		nputs++;
		put_compare(&q);
	}
	shape_close(&q);
}

static void
a_put_is_what_was_captured_with_the_changes(void **state)
{
	(void)state;
	if (captured_are_absent())
		skip();
	each_request = look_at_put;
	keeps = true;
	for (use = captured_uses; use < captured_uses + NUSES; use++) {
		char text[CAPTURED_MAX], xml[8192], whole[9000];

		if (strncmp(use->as, "Get ", 4) != 0 || use->other == NULL ||
		    strncmp(use->found, "differs", 7) != 0)
			continue;
		captured_read(use->file, text);
		captured_as(text, "Get");
		captured_properties(text, use->as + 4, xml, sizeof(xml));
		(void)snprintf(whole, sizeof(whole),
		    "<x xmlns:g='g' xmlns:b='" WSMAN_ADDRESSING
		    "' xmlns:c='" WSMAN_WSMAN "' xmlns:i='" SHAPE_COMMON
		    "'>%s</x>",
		    xml);
		shown = xmlReadMemory(whole, (int)strlen(whole), "shown", NULL,
		    XML_PARSE_NONET);
		assert_non_null(shown);
		(void)run_with(use->other, &family_set_up);
		xmlFreeDoc(shown);
	}
	each_request = NULL;
	keeps = false;
	assert_true(nputs > 25);
	print_message("# %zu puts, %zu selectors\n", nputs, nselectors);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    every_request_has_the_shape_that_machines_take),
		cmocka_unit_test(what_is_not_captured_has_that_shape_too),
		cmocka_unit_test(a_put_is_what_was_captured_with_the_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
