#include "wsman.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http_body.h"

/* The firmware's way to declare its prefixes. */
#define HEAD                                                                   \
	"<?xml version=\"1.0\" encoding=\"UTF-8\"?>"                           \
	"<a:Envelope xmlns:a=\"http://www.w3.org/2003/05/soap-envelope\" "     \
	"xmlns:b=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\" "        \
	"xmlns:c=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\" "          \
	"xmlns:g=\"http://intel.com/wbem/wscim/1/amt-schema/1/AMT_Lamp\" "     \
	"xmlns:n=\"http://schemas.xmlsoap.org/ws/2004/09/enumeration\" "       \
	"xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">"             \
	"<a:Header><b:RelatesTo>7</b:RelatesTo><b:Action>\n urn:act \n"        \
	"</b:Action></a:Header><a:Body>"
#define TAIL "</a:Body></a:Envelope>"
#define LAMP "http://intel.com/wbem/wscim/1/amt-schema/1/AMT_Lamp"

static struct wsman_reply reply;
static struct fault fault;

static void
decode(const char *text)
{
	wsman_free(&reply);
	if (wsman_decode(&reply, text, strlen(text), &fault) != 0)
		fail_msg("line %zu: %s", fault.at, fault.why);
}

static void
refused(const char *text, size_t line, const char *why)
{
	wsman_free(&reply);
	assert_int_equal(wsman_decode(&reply, text, strlen(text), &fault), -1);
	assert_int_equal(fault.at, line);
	assert_non_null(strstr(fault.why, why));
}

static int
teardown(void **state)
{
	(void)state;
	wsman_free(&reply);
	return 0;
}

static void
an_instance_gives_its_properties_in_order(void **state)
{
	const struct wsman_node *n;
	uint32_t v;

	(void)state;
	decode(HEAD "<g:AMT_Lamp><g:Colour>red</g:Colour><g:Colour>a &amp; "
	            "&lt;b&gt; &#65;<![CDATA[<&>]]></g:Colour>"
	            "<g:Empty/><g:Nil xsi:nil=\"true\"/><g:Watts> 12\n"
	            "</g:Watts></g:AMT_Lamp>" TAIL);
	assert_string_equal(reply.class, "AMT_Lamp");
	assert_string_equal(reply.ns, LAMP);
	assert_string_equal(reply.action, "urn:act");
	assert_string_equal(reply.relates_to, "7");
	assert_false(reply.returned);
	n = wsman_find(reply.items, "Colour");
	assert_string_equal(n->value, "red");
	assert_string_equal(n->next->name, "Colour");
	assert_string_equal(n->next->value, "a & <b> A<&>");
	assert_string_equal(wsman_value(reply.items, "Empty"), "");
	assert_true(wsman_find(reply.items, "Nil")->nil);
	assert_false(wsman_find(reply.items, "Empty")->nil);
	assert_int_equal(wsman_number(&v, reply.items, "Watts"), 0);
	assert_int_equal(v, 12);
	assert_int_equal(wsman_number(&v, reply.items, "Colour"), -1);
	assert_null(wsman_value(reply.items, "Shape"));
}

static void
prefixes_do_not_matter_but_namespaces_do(void **state)
{
	(void)state;
	decode("<Envelope xmlns='http://www.w3.org/2003/05/soap-envelope'>"
	       "<Body><Off_OUTPUT xmlns='urn:x'><ReturnValue>4294967295"
	       "</ReturnValue></Off_OUTPUT></Body></Envelope>");
	assert_string_equal(reply.class, "Off_OUTPUT");
	assert_true(reply.returned);
	assert_int_equal(reply.return_value, UINT32_MAX);
	refused("<Envelope><Body/></Envelope>", 1, "not a SOAP 1.2 envelope");
	refused("<Envelope xmlns='http://schemas.xmlsoap.org/soap/envelope/'>"
	        "<Body/></Envelope>",
	    1, "not a SOAP 1.2 envelope");
}

static void
a_pull_gives_instances_and_whether_it_is_done(void **state)
{
	(void)state;
	decode(HEAD "<n:PullResponse><n:Items><g:AMT_Lamp><g:Id>1</g:Id>"
	            "</g:AMT_Lamp><g:AMT_Lamp><g:Id>2</g:Id></g:AMT_Lamp>"
	            "</n:Items><n:EnumerationContext> 17-A </n:"
	            "EnumerationContext></n:PullResponse>" TAIL);
	assert_string_equal(reply.context, "17-A");
	assert_false(reply.end);
	assert_string_equal(wsman_value(reply.items->first, "Id"), "1");
	assert_string_equal(wsman_value(reply.items->next->first, "Id"), "2");
	decode(HEAD "<n:PullResponse><n:Items/><n:EndOfSequence/>"
	            "</n:PullResponse>" TAIL);
	assert_true(reply.end);
	assert_null(reply.items);
	/* DSP0226 8.2.3: an optimised enumeration brings its items along */
	decode(HEAD "<n:EnumerateResponse><n:EnumerationContext/><c:Items>"
	            "<g:AMT_Lamp/></c:Items><c:EndOfSequence/>"
	            "</n:EnumerateResponse>" TAIL);
	assert_true(reply.end);
	assert_string_equal(reply.items->name, "AMT_Lamp");
}

static void
a_fault_names_its_subcode_by_namespace(void **state)
{
	(void)state;
	decode(HEAD "<a:Fault><a:Code><a:Value>a:Sender</a:Value><a:Subcode>"
	            "<a:Value xmlns:e=\"urn:other\"> e:AccessDenied "
	            "</a:Value></a:Subcode></a:Code><a:Reason><a:Text "
	            "xml:lang=\"en-US\">No.</a:Text></a:Reason><a:Detail>"
	            "<c:FaultDetail>urn:d</c:FaultDetail></a:Detail>"
	            "</a:Fault>" TAIL);
	assert_true(reply.fault.set);
	assert_string_equal(reply.fault.code, "Sender");
	assert_string_equal(reply.fault.subcode, "AccessDenied");
	assert_string_equal(reply.fault.subcode_ns, "urn:other");
	assert_string_equal(reply.fault.reason, "No.");
	assert_string_equal(reply.fault.detail, "urn:d");
	decode(HEAD "<a:Fault/>" TAIL);
	assert_true(reply.fault.set);
	assert_string_equal(reply.fault.subcode, "");
	assert_string_equal(reply.fault.subcode_ns, "");
	/* a property of this name is no fault */
	decode(HEAD "<g:Fault><g:Code>1</g:Code></g:Fault>" TAIL);
	assert_false(reply.fault.set);
}

static void
a_reference_keeps_its_selectors(void **state)
{
	const struct wsman_node *n;

	(void)state;
	decode(HEAD "<g:X_OUTPUT><g:Made><b:Address>to</b:Address>"
	            "<b:ReferenceParameters><c:SelectorSet><c:Selector "
	            "Name=\"&amp;#38;&#38;ID\">one</c:Selector></c:SelectorSet>"
	            "</b:ReferenceParameters></g:Made></g:X_OUTPUT>" TAIL);
	n = wsman_find(reply.items, "Made");
	assert_string_equal(n->value, "");
	n = wsman_find(n->first, "ReferenceParameters")->first->first;
	assert_string_equal(n->key, "&#38;&ID");
	assert_string_equal(n->value, "one");
	assert_string_equal(n->ns, WSMAN_WSMAN);
}

static void
an_empty_body_is_a_reply_and_no_body_is_none(void **state)
{
	(void)state;
	decode(HEAD TAIL);
	assert_string_equal(reply.class, "");
	assert_null(reply.items);
	refused("<a:Envelope xmlns:a=\"http://www.w3.org/2003/05/"
	        "soap-envelope\"></a:Envelope>",
	    1, "no Body");
	refused(HEAD "<g:X_OUTPUT><g:ReturnValue>x</g:ReturnValue>"
	             "</g:X_OUTPUT>" TAIL,
	    1, "ReturnValue is not a number");
}

static void
what_could_load_or_expand_is_refused_with_its_line(void **state)
{
	(void)state;
	refused("<!DOCTYPE x>\n" HEAD TAIL, 1, "DOCTYPE");
	refused("<?xml version=\"1.0\"?>\n<!DOCTYPE x [\n<!ENTITY a \"b\">]>"
	        "<x>&a;</x>",
	    2, "DOCTYPE");
	refused("\n<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><x/>", 2,
	    "DOCTYPE");
	refused("<x>\n\n&a;</x>", 3, "Entity 'a' not defined");
	refused("<x>\n<y:z/></x>", 2, "Namespace prefix y");
	refused("<html><body>Log on failed.</html>", 1, "not well-formed");
	refused("", 1, "not well-formed");
	refused("<x>\xff</x>", 1, "not well-formed");
	refused(HEAD TAIL "\nmore", 4, "Extra content");
}

static void
nothing_but_exactly_len_bytes_is_read(void **state)
{
	static const char text[] = HEAD "<g:AMT_Lamp/>" TAIL;

	(void)state;
	wsman_free(&reply);
	for (size_t n = 0; n < sizeof(text) - 1; n++) {
		char *tight = malloc(n + 1);

		memcpy(tight, text, n);
		tight = realloc(tight, n == 0 ? 1 : n);
		assert_int_equal(wsman_decode(&reply, tight, n, &fault), -1);
		assert_in_range(fault.at, 1, 3);
		free(tight);
	}
	assert_int_equal(wsman_decode(&reply, text, 10, NULL), -1);
}

/* An envelope with count lamps inside one another or beside each other. */
static char *
lamps(size_t count, bool nested, size_t pad)
{
	char *text = calloc(1, sizeof(HEAD TAIL) + count * 30 + pad);

	strcpy(text, HEAD);
	if (nested) {
		for (size_t i = 0; i < count; i++)
			strcat(text, "<g:L>");
		for (size_t i = 0; i < count; i++)
			strcat(text, "</g:L>");
	} else {
		char *at = text + strlen(text);

		at = stpcpy(at, "<g:X>");
		for (size_t i = 0; i < count; i++)
			at = stpcpy(at, "<g:L/>");
		(void)stpcpy(at, "</g:X>");
	}
	strcat(text, TAIL);
	if (pad > strlen(text)) {
		size_t len = strlen(text);

		memset(text + len, '\n', pad - len);
	}
	return text;
}

static void
the_ceilings_hold_to_the_element(void **state)
{
	/* Envelope and Body lie above; Envelope, Header with two, Body and X
	 * stand beside. */
	const size_t deep = WSMAN_DEPTH_MAX - 2, wide = WSMAN_NODES_MAX - 6;
	char *text;

	(void)state;
	text = lamps(deep, true, 0);
	decode(text);
	free(text);
	text = lamps(deep + 1, true, 0);
	refused(text, 3, "nested more than 20 deep");
	free(text);
	text = lamps(wide, false, 0);
	decode(text);
	free(text);
	text = lamps(wide + 1, false, 0);
	refused(text, 3, "more than 8192 elements");
	free(text);
	text = lamps(1, false, WSMAN_SIZE_MAX);
	decode(text);
	free(text);
	text = lamps(1, false, WSMAN_SIZE_MAX + 1);
	refused(text, 0, "reply too large (got 262145 bytes");
	free(text);
}

static void
more_namespaces_than_anyone_needs_are_refused(void **state)
{
	char text[8192] = "<x";

	(void)state;
	for (int i = 0; i <= WSMAN_SCOPES_MAX; i++)
		(void)snprintf(text + strlen(text), 32, " xmlns:p%d='urn:p'",
		    i);
	strcat(text, "/>");
	refused(text, 1, "more than 64 namespaces");
}

/* --- requests ------------------------------------------------------------ */

static uint8_t out[65536];

static struct writer
writer(size_t cap)
{
	memset(out, 0, sizeof(out));
	return (struct writer){ .base = out, .cap = cap };
}

#define ASK(action, uri, selectors)                                            \
	"<?xml version=\"1.0\" encoding=\"utf-8\"?>"                           \
	"<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\""      \
	" xmlns:a=\"http://schemas.xmlsoap.org/ws/2004/08/addressing\""        \
	" xmlns:w=\"http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd\">"         \
	"<s:Header><a:Action>" action "</a:Action><a:To>/wsman</a:To>"         \
	"<w:ResourceURI>" uri "</w:ResourceURI>"                               \
	"<a:MessageID>42</a:MessageID><a:ReplyTo><a:Address>"                  \
	"http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous"      \
	"</a:Address></a:ReplyTo>"                                             \
	"<w:OperationTimeout>PT60S</w:OperationTimeout>" selectors             \
	"</s:Header><s:Body>"
#define ASKED "</s:Body></s:Envelope>"
#define CIM "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/CIM_Lamp"

static void
requests_have_the_shape_every_client_sends(void **state)
{
	const struct wsman_pair key = { "Instance\"ID", "a<b" };
	const struct wsman_to lamp = { "AMT_Lamp", 42, &key, 1 };
	const struct wsman_to cim = { "CIM_Lamp", 42, NULL, 0 };
	struct writer w = writer(sizeof(out));

	(void)state;
	wsman_get(&w, &lamp);
	assert_string_equal((char *)out,
	    ASK("http://schemas.xmlsoap.org/ws/2004/09/transfer/Get", LAMP,
	        "<w:SelectorSet><w:Selector Name=\"Instance&quot;ID\">a&lt;b"
	        "</w:Selector></w:SelectorSet>") ASKED);
	w = writer(sizeof(out));
	wsman_enumerate(&w, &cim);
	assert_string_equal((char *)out,
	    ASK(WSMAN_ENUMERATION "/Enumerate", CIM,
	        "") "<n:Enumerate xmlns:n=\"" WSMAN_ENUMERATION "\"/>" ASKED);
	w = writer(sizeof(out));
	wsman_pull(&w, &cim, "1&2");
	assert_string_equal((char *)out,
	    ASK(WSMAN_ENUMERATION "/Pull", CIM,
	        "") "<n:Pull xmlns:n=\"" WSMAN_ENUMERATION "\">"
	            "<n:EnumerationContext>1&amp;2</n:EnumerationContext>"
	            "<n:MaxElements>999</n:MaxElements><n:MaxCharacters>99999"
	            "</n:MaxCharacters></n:Pull>" ASKED);
	w = writer(sizeof(out));
	wsman_call(&w, &cim, "Off", NULL, 0);
	assert_string_equal((char *)out,
	    ASK(CIM "/Off", CIM, "") "<r:Off_INPUT xmlns:r=\"" CIM
	                             "\"></r:Off_INPUT>" ASKED);
	assert_int_equal(writer_done(&w), 0);
}

static void
every_value_comes_back_as_it_was(void **state)
{
	static const char value[] = "]]>&amp;<x> \"'\t\r\n\xc3\xbc \xf0\x9f\x98"
	                            "\x80";
	const struct wsman_pair params[] = { { "First", value },
		{ "Second", "" } };
	const struct wsman_to to = { "IPS_Lamp", 0, NULL, 0 };
	struct writer w = writer(sizeof(out));

	(void)state;
	wsman_call(&w, &to, "Set", params, 2);
	decode((char *)out);
	assert_string_equal(reply.class, "Set_INPUT");
	assert_string_equal(reply.action,
	    "http://intel.com/wbem/wscim/1/ips-schema/1/IPS_Lamp/Set");
	assert_string_equal(reply.items->value, value);
	assert_string_equal(reply.items->name, "First");
	assert_string_equal(reply.items->next->value, "");
	assert_non_null(strstr((char *)out, "<a:MessageID>0</a:MessageID>"));
}

static void
what_xml_cannot_carry_makes_the_writer_full(void **state)
{
	static const char *const bad[] = { "a\x01", "\x7f\xff", "\xed\xa0\x80",
		"\x1b[m" };
	const struct wsman_to to = { "AMT_Lamp", 1, NULL, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct wsman_pair param = { "P", bad[i] };
		struct writer w = writer(sizeof(out));

		wsman_call(&w, &to, "Set", &param, 1);
		assert_int_equal(writer_done(&w), -1);
	}
}

static void
a_request_that_does_not_fit_is_known(void **state)
{
	const struct wsman_to to = { "AMT_Lamp", 1, NULL, 0 };
	struct writer w = writer(sizeof(out));
	size_t need;

	(void)state;
	wsman_get(&w, &to);
	need = w.len;
	for (size_t cap = 0; cap < need; cap++) {
		w = writer(cap);
		wsman_get(&w, &to);
		assert_int_equal(writer_done(&w), -1);
		assert_int_equal(out[cap], 0);
	}
	w = writer(need);
	wsman_get(&w, &to);
	assert_int_equal(writer_done(&w), 0);
}

static void
a_put_sends_back_all_it_does_not_change(void **state)
{
	const struct wsman_pair changes[] = { { "Zone", "z" },
		{ "Colour", "<new>" }, { "Bulb", "b" }, { "Aaa", "" } };
	const struct wsman_to to = { "AMT_Lamp", 42, NULL, 0 };
	struct writer w = writer(sizeof(out));

	(void)state;
	decode(HEAD "<g:AMT_Lamp><g:Base>a &amp; b</g:Base><g:Base>2</g:Base>"
	            "<g:Colour>old</g:Colour><g:Made xsi:nil=\"true\"/>"
	            "<g:Owner><b:Address>x</b:Address><c:Selector Name=\"N\">"
	            "v</c:Selector></g:Owner></g:AMT_Lamp>" TAIL);
	wsman_put(&w, &to, reply.items, changes, 4);
	assert_string_equal((char *)out,
	    ASK("http://schemas.xmlsoap.org/ws/2004/09/transfer/Put", LAMP,
	        "") "<r:AMT_Lamp xmlns:r=\"" LAMP "\"><r:Aaa></r:Aaa>"
	            "<r:Base>a &amp; b</r:Base><r:Base>2</r:Base>"
	            "<r:Bulb>b</r:Bulb><r:Colour>&lt;new&gt;</r:Colour>"
	            "<r:Made xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-"
	            "instance\" xsi:nil=\"true\"></r:Made><r:Owner>"
	            "<x:Address xmlns:x=\"" WSMAN_ADDRESSING "\">x</x:Address>"
	            "<x:Selector xmlns:x=\"" WSMAN_WSMAN "\" Name=\"N\">v"
	            "</x:Selector></r:Owner><r:Zone>z</r:Zone></"
	            "r:AMT_Lamp>" ASKED);
}

/* --- the shared vectors -------------------------------------------------- */

static int nvectors, nbad;

/* Holds for every message a device sent, whatever it is about. */
static void
check_vector(const char *path, bool malformed, const char *buf, size_t len)
{
	int rc;

	wsman_free(&reply);
	rc = wsman_decode(&reply, buf, len, &fault);
	if (malformed) {
		if (rc == 0 || fault.at == 0 || *fault.why == '\0') {
			print_error("%s is not refused with a line\n", path);
			nbad++;
		}
	} else if (rc != 0) {
		print_error("%s:%zu: %s\n", path, fault.at, fault.why);
		nbad++;
	} else if (*reply.action == '\0' || strchr(reply.action, ' ') != NULL ||
	    (*reply.class != '\0' && *reply.ns == '\0') ||
	    (strstr(path, "/pull.xml") != NULL &&
	        strcmp(reply.class, "PullResponse") != 0) ||
	    (strstr(path, "/enumerate.xml") != NULL &&
	        *reply.context == '\0') ||
	    (strstr(path, "/get.xml") != NULL && reply.items == NULL) ||
	    (strstr(path, "rv0") != NULL &&
	        (!reply.returned || reply.return_value != 0)) ||
	    (strstr(path, "/fault.") != NULL &&
	        (!reply.fault.set ||
	            strstr(path, reply.fault.subcode) == NULL))) {
		print_error("%s: class %s, action %s, returned %d\n", path,
		    reply.class, reply.action, reply.returned);
		nbad++;
	}
}

static int
visit(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	/* the web server's own pages */
	bool malformed = strstr(path, "/malformed/") != NULL ||
	    strstr(path, "http.response40") != NULL;
	char *buf;
	FILE *f;
	long len;

	(void)ftw;
	if (kind != FTW_F || strstr(path, "MANIFEST") != NULL)
		return 0;
	buf = calloc(1, (size_t)st->st_size + 1);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_int_equal(fread(buf, 1, (size_t)st->st_size, f), st->st_size);
	(void)fclose(f);
	len = http_body(buf, (size_t)st->st_size);
	assert_true(len >= 0);
	check_vector(path, malformed, buf, (size_t)len);
	free(buf);
	nvectors++;
	return 0;
}

static void
every_recorded_response_decodes_or_is_refused(void **state)
{
	const char *vectors = getenv("AMT_VECTORS");
	char path[4096];

	(void)state;
	if (vectors == NULL || *vectors == '\0') {
		print_message("# AMT_VECTORS is empty\n");
		skip();
	}
	(void)snprintf(path, sizeof(path), "%s/wsman/responses", vectors);
	assert_int_equal(nftw(path, visit, 16, FTW_PHYS), 0);
	print_message("# vectors: %d\n", nvectors);
	assert_true(nvectors > 200);
	assert_int_equal(nbad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_instance_gives_its_properties_in_order),
		cmocka_unit_test(prefixes_do_not_matter_but_namespaces_do),
		cmocka_unit_test(a_pull_gives_instances_and_whether_it_is_done),
		cmocka_unit_test(a_fault_names_its_subcode_by_namespace),
		cmocka_unit_test(a_reference_keeps_its_selectors),
		cmocka_unit_test(an_empty_body_is_a_reply_and_no_body_is_none),
		cmocka_unit_test(
		    what_could_load_or_expand_is_refused_with_its_line),
		cmocka_unit_test(nothing_but_exactly_len_bytes_is_read),
		cmocka_unit_test(the_ceilings_hold_to_the_element),
		cmocka_unit_test(more_namespaces_than_anyone_needs_are_refused),
		cmocka_unit_test(requests_have_the_shape_every_client_sends),
		cmocka_unit_test(every_value_comes_back_as_it_was),
		cmocka_unit_test(what_xml_cannot_carry_makes_the_writer_full),
		cmocka_unit_test(a_request_that_does_not_fit_is_known),
		cmocka_unit_test(a_put_sends_back_all_it_does_not_change),
		cmocka_unit_test(every_recorded_response_decodes_or_is_refused),
	};

	/* reply starts out as wsman_free leaves it */
	wsman_free(&reply);
	return cmocka_run_group_tests(tests, NULL, teardown);
}
